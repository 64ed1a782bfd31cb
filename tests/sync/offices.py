"""Offices for tests: real encrypted books in three tiers, joined by a stick folder."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gridbook.records.base import new_id
from gridbook.records.request import (
    Action,
    Contact,
    EventNote,
    Particulars,
    Referral,
    Request,
    Source,
)
from gridbook.records.visit import Mode, PartOfDay, Visit, VisitDetails, VisitNote, VisitOutcome, VisitReason
from gridbook.store import book, journal, tables
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import export, joining, take
from gridbook.sync.incoming import Taken

SUBDISTRICT = "990101001"
COMMUNITY = "990101001003"
OTHER_COMMUNITY = "990101001004"
GRID = "990101001003005"
OTHER_GRID = "990101001003006"
FAR_GRID = "990101001004001"
PASSPHRASE = "correct horse 网格"


class Clock:
    """A clock that stands still until it is told to go."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def go(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class Offices:
    """Open books by unit code, in one temporary folder, with one clock."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    books: dict[str, Store] = field(default_factory=dict)

    def __getitem__(self, unit: str) -> Store:
        return self.books[unit]

    def found(self, *units: str) -> "Offices":
        """Make and admit a book for each unit, offices above first."""
        for unit in sorted(units, key=len):
            self.make(unit)
            if len(unit) == 9:
                joining.found_root(self.books[unit])
            else:
                self.join(unit)
        return self

    def make(self, unit: str) -> Store:
        """A book that has not joined."""
        store, _ = book.create(
            self.folder / unit, unit, unit, "王芳", PASSPHRASE, clock=self.clock, calibrate=False
        )
        self.books[unit] = store
        return store

    def join(self, unit: str) -> None:
        """Carry a join request up and the welcome down."""
        stick = self.stick()
        question = joining.read_question(joining.ask(self.books[unit], stick).path)
        joining.accept(self.books[unit], joining.admit(self.books[unit[:-3]], question, stick))

    def reopen(self, unit: str) -> Store:
        """Close a book and open it again."""
        self.books.pop(unit).close()
        self.books[unit] = book.open_book(self.folder / unit, "王芳", PASSPHRASE, clock=self.clock)
        return self.books[unit]

    def copied(self, folder: Path, *units: str) -> "Offices":
        """These offices (or some of them) elsewhere, opened without asking for passphrases again."""
        made = Offices(folder, Clock())
        made.clock.at = self.clock.at
        for unit in units or self.books:
            store = self.books[unit]
            shutil.copytree(store.folder, folder / unit)
            lock = book.take_lock(folder / unit)
            made.books[unit] = book.open_with(folder / unit, store.keys, "王芳", lock, made.clock)
        return made

    def stick(self) -> Path:
        """An empty stick."""
        path = self.folder / f"stick-{sum(1 for _ in self.folder.glob('stick-*'))}"
        path.mkdir()
        return path

    def bundle(self, sender: str, receiver: str) -> Path:
        """Hand over to one office and return the file on the stick."""
        self.clock.go(hours=1)
        (made,) = export.hand_over(self.books[sender], self.stick(), receiver)
        return made.path

    def carry(self, sender: str, receiver: str) -> list[Taken]:
        """Hand over from one office to another with a fresh stick."""
        path = self.bundle(sender, receiver)
        return take.from_stick(self.books[receiver], path.parent)

    def round(self) -> list[Taken]:
        """Every station hands over upward, then downward."""
        taken: list[Taken] = []
        for unit in sorted(self.books, key=len, reverse=True):
            if unit[:-3] in self.books:
                taken += self.carry(unit, unit[:-3])
        for unit in sorted(self.books, key=len):
            if unit[:-3] in self.books:
                taken += self.carry(unit[:-3], unit)
        return taken

    def visit(self, unit: str = GRID, **fields: Any) -> Visit:
        """A visit written at its own desk."""
        made = visit(unit, **fields)
        self.books[unit].write(
            journal.save,
            made,
            VisitDetails(unit=unit, id=made.id, items=("水龙头已修好",), companion="李"),
            VisitNote(unit=unit, id=made.id, note="只给自己看"),
        )
        return made

    def request(self, unit: str = GRID, **fields: Any) -> Request:
        """A request written at its own desk."""
        made = request(unit, self.clock.now(), **fields)
        self.books[unit].write(
            journal.save,
            made,
            Particulars(unit=unit, id=made.id, called="王女士", title="厨房漏水", text="楼上漏水到厨房"),
            Contact(unit=unit, id=made.id, phone="19900000001"),
        )
        return made

    def act(self, desk: str, request: Request, action: Action, **given: Any) -> bytes:
        """Something done to a request at a desk."""
        self.clock.go(minutes=5)
        return self.books[desk].write(journal.event, request.unit, request.id, action, given)

    def note(self, desk: str, request: Request, event: bytes, text: str) -> None:
        """A remark on an event, at a desk."""
        remark = EventNote(unit=request.unit, id=new_id(), case=request.id, event=event, text=text)
        self.books[desk].write(journal.save, remark)

    def refer(self, desk: str, request: Request, text: str) -> None:
        """A referral between the offices."""
        self.books[desk].write(
            journal.save, Referral(unit=request.unit, id=new_id(), case=request.id, text=text)
        )

    def count(self, unit: str, table: str) -> int:
        """How many rows a table of that office's book has."""
        return int(self.books[unit].read(_count, table))

    def status(self, unit: str, request: Request) -> str:
        """The status of a request as that office sees it."""
        return str(self.books[unit].read(_status, request))

    def findings(self, unit: str) -> list[str]:
        """What that office is asked to look at."""
        return self.books[unit].read(_findings)

    def everything(self, unit: str) -> dict[str, list[tuple[Any, ...]]]:
        """Every synced row and request state of an office, in an order of its own."""
        return self.books[unit].read(_everything)

    def close(self) -> None:
        """Close every book."""
        for store in self.books.values():
            store.close()


def visit(unit: str, **fields: Any) -> Visit:
    """A valid visit."""
    day = datetime(2026, 11, 23).date()
    values: dict[str, Any] = {
        "number": f"0305-26-0001-{new_id().hex()[-4:]}",
        "visited_on": day,
        "part": PartOfDay.MORNING,
        "reason": VisitReason.INVITED,
        "mode": Mode.INDOORS,
        "outcome": VisitOutcome.MET,
        "categories": ("F01",),
    }
    return Visit(unit=unit, id=new_id(), **{**values, **fields})


def request(unit: str, at: datetime, **fields: Any) -> Request:
    """A valid request."""
    values: dict[str, Any] = {
        "number": f"0305-26-0002-{new_id().hex()[-4:]}",
        "registered_at": at,
        "source": Source.VISIT,
        "category": "F01",
        "limit": "5",
    }
    return Request(unit=unit, id=new_id(), **{**values, **fields})


def errors(taken: Sequence[Taken]) -> list[str]:
    """The situations that kept files from being taken in."""
    return [one.error.situation for one in taken if one.error is not None]


def _count(session: Session, table: str) -> int:
    return int(session.connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one())


def _status(session: Session, request: Request) -> str:
    table = tables.request_state
    row = session.connection.execute(table.select().where(table.c.id == request.id)).one()
    return str(row.status)


def _findings(session: Session) -> list[str]:
    rows = session.connection.execute(tables.finding.select()).all()
    return sorted(f"{row.kind}: {row.part}" for row in rows)


def _everything(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    names = (*(t.name for t in tables.RECORDS.values()), "request_state", "request_event", "finding")
    return {
        name: sorted(
            (tuple(row) for row in session.connection.execute(tables.metadata.tables[name].select())),
            key=repr,
        )
        for name in names
    }
