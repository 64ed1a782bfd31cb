"""An open book: read and written in transactions, one after the other."""

import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import filelock
import msgspec
import sqlalchemy as sa

from gridbook.errors import BookDamaged, BookError, GridbookError, NotFound
from gridbook.i18n import tr
from gridbook.records.base import Clock, Record, UnitCode
from gridbook.records.place import is_practice, level_of
from gridbook.records.staff import FIRST_ROLE, Role
from gridbook.store import acts, audit, engine, keyring, keys, life, machine, mark, tables, together
from gridbook.store.before import DATABASE as DATABASE
from gridbook.store.life import new_life
from gridbook.store.meta import RECEIPT_NUMBER, get, put
from gridbook.store.session import Memory, Person, Session, Standing

P = ParamSpec("P")
T = TypeVar("T")

MARK = "mark"
LOG = logging.getLogger(__name__)


class Store:
    """An open book: everything goes through `read` and `write`, one after the other."""

    def __init__(
        self,
        folder: Path,
        kept: engine.Kept,
        own: keys.Keys,
        lock: "filelock.FileLock | None",
        clock: Clock,
    ) -> None:
        self.folder = folder
        self.clock = clock
        self.keys = own
        self.notices: list[str] = []
        self.on_change: Callable[[frozenset[type[Record]]], None] = lambda classes: None
        self._kept = kept
        self._trouble: tuple[type[Exception], ...] = (*kept.failures, OSError)
        self._lock = lock
        self._connection = kept.connect()
        self._mark = mark.MarkFile(folder / MARK, own.derived(b"gridbook mark"))
        self._memory = Memory()
        self._lines: dict[tuple[bytes, UnitCode, UnitCode, str], int] = {}
        self._receipts = 0
        self._system = ""
        self._seen = together.Seen()
        self._news: set[type[Record]] = set()
        self._stopped = self._closed = self._keyring_is_old = False

    def begin(self, person: str) -> "Store":
        """Read who and where this book is, notice whether time ran backwards, and let that person act."""
        engine.migrate(self._kept, self._connection)
        meta = dict(self._connection.execute(sa.select(tables.meta.c.key, tables.meta.c.value)).all())
        self._connection.rollback()
        self.unit: UnitCode = bytes(meta["unit"]).decode()
        self.name: str = bytes(meta["name"]).decode()
        self.practice = is_practice(self.unit)
        self.incarnation = bytes(meta["incarnation"])
        self.standing = msgspec.msgpack.decode(bytes(meta["standing"]), type=Standing)
        self._system = self._kept.system(self._connection)
        self._receipts = self.read(_receipt_number)
        self.person = self.read(_person_named, person)
        self._look_back()
        self._look_around()
        if doubt := self.read(life.wrong_clock):
            self.notices.append(doubt)
        if self.shared:
            self._settle_keyring()
        return self

    @property
    def shared(self) -> bool:
        """Whether other desks of the office may write into this book while it is open here."""
        return self._kept.shared

    def place_name(self) -> str:
        """The server that a shared book lies on, as people call it; nothing for a file."""
        return self._kept.name

    @property
    def place(self) -> engine.Kept:
        """Where the tables are kept."""
        return self._kept

    def switch(self, person: str) -> None:
        """Let another person of this office act; the passphrase was asked for by `keys.unlock`."""
        self.person = self.read(_person_named, person)

    def read(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function that only looks; whatever it wrote is rolled back."""
        return self._looked(self._kept.begin_reading, work, *args, **kwargs)

    def try_out(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function that writes, to see what would come of it; all of it is rolled back."""
        return self._looked(self._kept.begin_trying, work, *args, **kwargs)

    def _looked(
        self,
        begin: Callable[[sa.Connection], sa.Connection],
        work: Callable[Concatenate[Session, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        try:
            self._begin(begin)
            return work(self._session(), *args, **kwargs)
        except self._kept.failures as error:
            raise self._told(error) from error
        finally:
            self._roll_back()
            self._pass_on()

    def write(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in one transaction: durable when this returns, or nothing was written."""
        if self._stopped:
            raise BookDamaged(
                tr("The disk reported an error, so this book is not written to any more."),
                kept=tr("What was saved before is kept."),
                next=tr("Close the program, check the disk, and open the book again."),
            )
        session: Session | None = None
        try:
            self._begin(self._kept.begin_writing)
            session = self._session()
            before = session.standing.ops
            result = work(session, *args, **kwargs)
            if session.acts:
                acts.keep(session)
            if session.standing != self.standing or session.incarnation != self.incarnation:
                self._keep(session)
            changes = self._tell_others(session)
            self._kept.commit(self._connection)
        except self._trouble as error:
            self._roll_back()
            raise self._told(error) from error
        except BaseException:
            self._roll_back()
            if session is not None and session.refused:
                self._note_refusal(session.refused)
            raise
        self._seen.changes, self._keyring_is_old = changes, False
        told = (session.incarnation, session.receipts) != (self.incarnation, self._receipts)
        self.standing, self.incarnation = session.standing, session.incarnation
        self._lines, self._receipts = session.lines, session.receipts
        if session.standing.ops != before or told:
            self._follow_with_mark(durable=told)
        for act in session.after_commit:
            act()
        if session.changed:
            self._memory.forget(session.changed)
        self._news |= session.changed
        self._pass_on()
        return result

    def _note_refusal(self, what: str) -> None:
        with contextlib.suppress(*self._kept.failures, OSError, GridbookError):
            self._begin(self._kept.begin_writing)
            audit.note(self._session(), "refused", "", what)
            self._kept.commit(self._connection)

    def _follow_with_mark(self, *, durable: bool) -> None:
        try:
            self.set_mark(durable=durable)
        except BookDamaged as error:
            # The entry itself was committed; but what came after it would not be missed.
            LOG.error("the mark beside the book could not be written")
            self.notices.append(error.sentence())
            self._stopped = True

    def set_mark(self, *, durable: bool = True) -> None:
        """Write the mark outside the database: up to here this book has lived.

        After an ordinary entry its flush is left to the next checkpoint: the entry is durable already, and a
        mark that lies behind is no alarm. What others are told (receipts, incarnations) is marked at once.
        """
        self._mark.write(
            mark.Mark(
                self.incarnation, self.standing.ops, self.standing.running, self._receipts, self._system
            ),
            durable=durable,
        )

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the book; done when idle, before printing, export, lock and close."""
        try:
            self._kept.tidy(self._connection)
        except self._kept.failures as error:
            raise self._told(error) from error
        finally:
            self._roll_back()
        self._mark.flush()

    def size(self) -> int:
        """Bytes that the book takes where it is kept."""
        try:
            return self._kept.size(self._connection)
        except self._kept.failures as error:
            raise self._told(error) from error
        finally:
            self._roll_back()

    def close(self) -> None:
        """Close the book and let others open it; closing twice is once."""
        if not self._closed:
            # What was not folded in stays in the log beside the book and is read from there.
            with contextlib.suppress(BookError, *self._kept.failures):
                self.checkpoint()
            self.let_go()
        if self._lock is not None:
            self._lock.release()

    def let_go(self) -> None:
        """Close the files as they are; the lock stays with whoever took it."""
        self._closed = True
        with contextlib.suppress(*self._kept.failures):
            self._connection.close()
        self._kept.let_go()
        self._mark.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _session(self) -> Session:
        person = getattr(self, "person", Person("", "", FIRST_ROLE[level_of(self.unit)]))
        return Session(
            self._connection,
            self.unit,
            self.incarnation,
            person,
            self.clock,
            replace(self.standing),
            self.practice,
            self._memory,
            lines=dict(self._lines),
            receipts=self._receipts,
        )

    def _keep(self, session: Session) -> None:
        put(session, "standing", msgspec.msgpack.encode(session.standing))
        if session.incarnation != self.incarnation:
            put(session, "incarnation", session.incarnation)

    def _begin(self, begin: Callable[[sa.Connection], sa.Connection]) -> None:
        before = self._connection
        self._connection = begin(before)
        if not self._kept.shared:
            return
        facts = together.facts(self._connection.connection.cursor())
        went_back = facts.standing.ops < self.standing.ops and self._connection is not before
        if went_back or (self._connection is not before and self._changed_place()):
            self._stopped = True
            raise BookDamaged(
                tr("The office's server came back with an older state of the book, or it is another server."),
                kept=tr("What this PC knows of the book is kept."),
                next=tr("Close the program and open the book again."),
            )
        self.standing, self.incarnation = facts.standing, facts.incarnation
        self._receipts = facts.receipts
        self._keyring_is_old |= self._seen.changes.get(together.KEYRING) != facts.changes.get(
            together.KEYRING
        )
        news = self._seen.news(facts.changes)
        self._memory.forget(news)
        self._news |= news

    def _changed_place(self) -> bool:
        return self._system not in ("", self._kept.system(self._connection))

    def _tell_others(self, session: Session) -> Mapping[int, int]:
        if not self._kept.shared:
            return self._seen.changes
        asked = self._keyring_is_old or keyring.differs(self.folder)
        ring = asked and keyring.settle(session, self.folder, self.keys)
        if not session.changed and not ring:
            return self._seen.changes
        return together.tell(session, self._seen, keyring=ring)

    def _settle_keyring(self) -> None:
        """Bring the key file of this PC and the server's together, whichever changed."""
        self._keyring_is_old = True
        self.write(lambda session: None)

    def look_up(self) -> None:
        """Look whether another desk wrote something, and say so by `on_change`: a screen may stay open."""
        self.read(lambda session: None)
        if self._keyring_is_old:
            self._settle_keyring()

    def listen(self) -> engine.Listening | None:
        """Be woken when another desk wrote into this book; nothing where no other can."""
        try:
            return self._kept.listen(self._connection)
        except self._kept.failures as error:
            raise self._told(error) from error
        finally:
            self._roll_back()

    def heard(self, ear: engine.Listening) -> None:
        """Take the news in, and where it is another desk's, look up what that changed."""
        try:
            news = ear.heard()
        except self._kept.failures as error:
            raise self._told(error) from error
        if news:
            self.look_up()

    def _pass_on(self) -> None:
        if self._news:
            news, self._news = frozenset(self._news), set()
            self.on_change(news)

    def _roll_back(self) -> None:
        with contextlib.suppress(*self._kept.failures):
            self._kept.undo(self._connection)

    def _told(self, error: Exception) -> GridbookError:
        told = self._kept.told(error) or engine.told(error, self.folder)
        if told is None:
            raise error
        if isinstance(told, BookDamaged):
            self._stopped = True
        return told

    def _look_back(self) -> None:
        held = self._mark.read()
        if held is None and self.standing.ops == 0:
            self.set_mark()
        elif held is None or not (self._lies_behind(held) or self._of_an_earlier_life(held)):
            newest = self.read(life.newest_entry)
            self.write(new_life, "restored")
            self.set_mark()
            self.notices.append(
                tr(
                    "This book is older than it was when it was last used. Everything in it was kept; "
                    "what is missing comes back with the next stick from the other office."
                )
            )
            self.notices.append(life.missing_since(newest))
        elif (held.incarnation, held.ops) != (self.incarnation, self.standing.ops):
            self.set_mark()

    def _lies_behind(self, held: mark.Mark) -> bool:
        ours = self.standing
        return (
            (held.incarnation, held.system) == (self.incarnation, self._system)
            and (held.ops < ours.ops or (held.ops == ours.ops and held.running == ours.running))
            and held.receipt <= self._receipts
        )

    def _of_an_earlier_life(self, held: mark.Mark) -> bool:
        # Another desk noticed and began a new life since; numbers of the old one are not given again.
        return self._kept.shared and held.incarnation in self.read(_earlier_lives)

    def _look_around(self) -> None:
        here = machine.fingerprint()
        # A shared book is at home on a server; which PC looks at it says nothing.
        if not here or self._kept.shared:
            return
        known = self.read(get, _MACHINE)
        if known == here:
            return
        if known is not None:
            self.write(new_life, "moved")
            self.notices.append(tr("This book was last used on another PC. Do not go on using it there."))
        self.write(put, _MACHINE, here)


_MACHINE = "machine"


def _receipt_number(session: Session) -> int:
    return int.from_bytes(get(session, RECEIPT_NUMBER) or b"", "big")


def _earlier_lives(session: Session) -> set[bytes]:
    table = tables.incarnation
    parents = {
        bytes(row.id): row.parent and bytes(row.parent)
        for row in session.connection.execute(sa.select(table.c.id, table.c.parent))
    }
    earlier: set[bytes] = set()
    life = parents.get(session.incarnation)
    while life and life not in earlier:
        earlier.add(life)
        life = parents.get(life)
    return earlier


def _person_named(session: Session, name: str) -> Person:
    table = tables.RECORDS["Staff"]
    rows = (
        session.connection.execute(
            sa.select(table).where(table.c.unit == session.unit, table.c.left.is_(False))
        )
        .mappings()
        .all()
    )
    for row in rows:
        if name in (row["code"], row["name"]):
            return Person(row["code"], row["name"], Role(row["role"]))
    raise NotFound(
        tr("Nobody called “{name}” works at this desk.").format(name=name),
        next=tr("Pick one of: {names}.").format(names="、".join(row["name"] for row in rows)),
    )
