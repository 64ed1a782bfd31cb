"""A register on its way into the book: every row looked at, then all of it in one transaction, or nothing."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from gridbook.errors import BadValue, RegisterError, RowsAreWrong
from gridbook.i18n import N_, tr
from gridbook.records.base import Record, RecordId
from gridbook.records.request import Action, Request
from gridbook.records.visit import Visit
from gridbook.registers import buildings
from gridbook.registers.kinds import FIELDS, Kind
from gridbook.registers.reading import Sheet
from gridbook.registers.rows import Plan, Reader, Ready, Wrong
from gridbook.store import bulk, journal, loads, numbers
from gridbook.store.session import Session

Told = Callable[[int, int], None]
"""Told how many rows of how many are done; what it raises stops the load, of which nothing is kept."""
AT_ONCE = 100
SHOWN: Mapping[Kind, tuple[str, ...]] = {
    Kind.VISITS: (N_("Date"), N_("Door"), N_("Reason"), N_("Outcome"), N_("Items")),
    Kind.REQUESTS: (
        N_("Registered on"),
        N_("Door"),
        N_("Requester"),
        N_("Category"),
        N_("Title"),
        N_("Result"),
    ),
    Kind.PLACES: (N_("Estate"), N_("Building number"), N_("Doors")),
}
"""The columns of the preview of each kind."""


class LoadStopped(RegisterError):
    """Somebody stopped the load before its end."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A register as it would be kept: rows that are ready, rows that are wrong, what is left out and why."""

    kind: Kind
    ready: Sequence[Ready]
    wrong: Sequence[Wrong]
    notes: Sequence[str]

    @property
    def wrong_rows(self) -> int:
        """How many rows have something wrong."""
        return len({one.row for one in self.wrong})


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load came to; `left_out` counts rows that were wrong and left out because somebody said so."""

    id: RecordId
    rows: int
    left_out: int


def silent(done: int, of: int) -> None:
    """Tell nobody."""


def prepare(session: Session, sheet: Sheet, plan: Plan, told: Told = silent) -> Prepared:
    """Look at every row; nothing is written."""
    _require_columns(plan)
    reader = Reader(session, plan, sheet.headings)
    ready: list[Ready] = []
    wrong: list[Wrong] = []
    for one in _read(reader, sheet, told):
        if isinstance(one, Ready):
            ready.append(one)
        else:
            wrong.append(one)
    notes = [tr(text).format(n=n) for text, n in reader.notes.items()]
    return Prepared(plan.kind, ready, wrong, [*_unread(sheet, plan), *notes])


def _read(reader: Reader, sheet: Sheet, told: Told) -> Iterator[Ready | Wrong]:
    if reader.plan.kind is Kind.PLACES:
        yield from buildings.read(reader, sheet.rows)
        return
    for n, row in enumerate(sheet.rows):
        if not n % AT_ONCE:
            told(n, len(sheet.rows))
        found = reader.read(row)
        if found is not None:
            yield found


def _require_columns(plan: Plan) -> None:
    there = {*plan.columns.values(), *plan.fixed}
    for one in FIELDS[plan.kind]:
        if one.needed and not one.usual and one.name not in there:
            raise BadValue(
                one.name,
                tr("No column of the register is “{field}”.").format(field=tr(one.label)),
                next=tr("Say which column it is, or choose one value for all rows."),
            )
    known = {one.name for one in FIELDS[plan.kind]}
    for name in (*plan.columns.values(), *plan.fixed):
        if name not in known:
            raise BadValue(name[:30], tr("There is no field “{name}”.").format(name=name[:30]))
    twice = [name for name in there if list(plan.columns.values()).count(name) > 1]
    for name in twice:
        raise BadValue(name, tr("Two columns are “{field}”.").format(field=name))


def _unread(sheet: Sheet, plan: Plan) -> list[str]:
    """The columns that are left, in two visible lines: those nobody may read, and those without a use."""
    unused = [name for n, name in enumerate(sheet.headings) if n not in plan.columns]
    said = []
    if sheet.refused:
        names = "、".join(sheet.refused)
        said.append(tr("Outside the purpose of this book, not even read: {names}.").format(names=names))
    if unused:
        said.append(tr("Not used: {names}.").format(names="、".join(unused)))
    return said


def load(
    session: Session,
    sheet: Sheet,
    plan: Plan,
    file: bytes,
    *,
    leave_out: bool = False,
    told: Told = silent,
) -> Loaded:
    """Keep the whole register, or nothing; wrong rows are left out only where somebody said so."""
    loads.require_new(session, file)
    made = prepare(session, sheet, plan)
    if made.wrong and not leave_out:
        first = made.wrong[0]
        raise RowsAreWrong(
            tr("{n} rows cannot be kept; the first is row {row}, “{heading}”: {why}").format(
                n=made.wrong_rows, row=first.row, heading=first.heading, why=first.sentence
            ),
            kept=tr("Nothing was loaded."),
            next=tr("Correct these rows, or leave them out."),
        )
    if not made.ready:
        raise RowsAreWrong(tr("No row is left that could be kept."), kept=tr("Nothing was loaded."))
    with bulk.without_pauses():
        kept = _keep(session, made.ready, told)
    of = loads.keep(session, str(plan.kind), file, len(made.ready), kept)
    return Loaded(of, len(made.ready), made.wrong_rows)


def _keep(session: Session, ready: Sequence[Ready], told: Told) -> list[Record]:
    kept: list[Record] = []
    for start in range(0, len(ready), AT_ONCE):
        told(start, len(ready))
        some = ready[start : start + AT_ONCE]
        records = [_numbered(session, one) for one in chain.from_iterable(one.records for one in some)]
        journal.save(session, *records, checked=True)
        ended = [
            (one.records[0].id, Action.FROM_REGISTER, one.ended) for one in some if one.ended is not None
        ]
        if ended:
            journal.tell(session, session.unit, ended)
        kept += records
    told(len(ready), len(ready))
    return kept


def _numbered(session: Session, record: Record) -> Record:
    if isinstance(record, Visit | Request):
        return replace(record, number=numbers.issue(session, record.id))
    return record


def file_hash(path: Path, sheet: str) -> bytes:
    """By what a register is known again: its bytes and the sheet, never its name."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest() + hashlib.sha256(sheet.encode()).digest()[:8]
