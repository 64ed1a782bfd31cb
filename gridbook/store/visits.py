"""Visits on disk: save, look up, undo."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from gridbook import catalog
from gridbook.errors import BadValue, NotFound
from gridbook.i18n import tr
from gridbook.records import check
from gridbook.records.base import RecordId, UnitCode
from gridbook.records.request import RequestEntry
from gridbook.records.visit import (
    Attempt,
    Mode,
    PartOfDay,
    Visit,
    VisitDetails,
    VisitEntry,
    VisitNote,
    VisitOutcome,
    VisitReason,
)
from gridbook.store import audit, journal, numbers, places, requests, rows, tables
from gridbook.store.session import Session


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit as lists show it; offices above the community see no details."""

    visit: Visit
    details: VisitDetails | None
    note: str
    place: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which visits a list shows; what is left out does not matter."""

    since: date | None = None
    until: date | None = None
    unit: UnitCode = ""
    outcome: VisitOutcome | None = None
    reason: VisitReason | None = None
    mode: Mode | None = None
    category: str = ""
    words: str = ""


EVERYTHING = Wanted()
MOST_WORDS = 4


def save(session: Session, entry: VisitEntry, opening: Sequence[RequestEntry] = ()) -> VisitEntry | Attempt:
    """Write a filled form, and the requests it opens; id and number are given here where they are empty.

    “Not in” becomes an attempt that stays on this PC.
    """
    if entry.visit.outcome is VisitOutcome.NOT_IN:
        return _attempt(session, entry, opening)
    entry = _numbered(session, entry)
    check.visit(entry, session.today)
    if entry.details.building is not None:
        places.require_door(session, entry.details.building, entry.details.door)
    opened = [_opened(session, one, entry.visit.number) for one in opening]
    if opened:
        named = tuple(one.request.number for one in opened)
        entry = replace(entry, details=replace(entry.details, opened=(*entry.details.opened, *named)))
    note = entry.note if entry.note is not None and entry.note.note.strip() else None
    written = (entry.visit, entry.details, *([note] if note is not None else []))
    journal.save(session, *written, checked=not opened)
    return replace(entry, note=note)


def _opened(session: Session, entry: RequestEntry, number: str) -> RequestEntry:
    return requests.save(session, replace(entry, request=replace(entry.request, visit=number)))


def _numbered(session: Session, entry: VisitEntry) -> VisitEntry:
    record = entry.visit.id or session.new_id()
    number = entry.visit.number or numbers.issue(session, record)
    return VisitEntry(
        replace(entry.visit, id=record, number=number),
        replace(entry.details, unit=entry.visit.unit, id=record),
        None if entry.note is None else replace(entry.note, unit=entry.visit.unit, id=record),
    )


def _attempt(session: Session, entry: VisitEntry, opening: Sequence[RequestEntry]) -> Attempt:
    details = entry.details
    if opening or details.items or (entry.note is not None and entry.note.note.strip()):
        raise BadValue(
            "outcome",
            tr("“Not in” keeps no items and no note; only the door, for a few days on this PC."),
            next=tr("Choose another outcome, or empty the items and the note."),
        )
    if details.building is None:
        raise BadValue("door", tr("“Not in” needs a door."))
    places.require_door(session, details.building, details.door)
    if entry.visit.visited_on > session.today:
        raise BadValue(
            "visited_on",
            tr("The date of the visit lies in the future."),
            next=tr("Write the day on which the visit took place."),
        )
    made = Attempt(session.unit, details.building, details.door, entry.visit.visited_on, entry.visit.part)
    session.connection.execute(
        sa.insert(tables.attempt).values(
            unit=made.unit,
            building=made.building,
            door=made.door,
            tried_on=made.tried_on.isoformat(),
            part=str(made.part),
        )
    )
    return made


def attempts(session: Session, building: RecordId, door: str) -> Sequence[Attempt]:
    """When nobody was in at a door, newest first; kept a few days on this PC only."""
    table = tables.attempt
    found = session.connection.execute(
        sa.select(table)
        .where(table.c.building == building, table.c.door == door)
        .order_by(table.c.tried_on.desc(), table.c.id.desc())
    )
    return [
        Attempt(
            row.unit, bytes(row.building), row.door, date.fromisoformat(row.tried_on), PartOfDay(row.part)
        )
        for row in found
    ]


def undo(session: Session, visit: RecordId, reason: str = "undone") -> None:
    """Take a visit back with its details and note; it lies in the bin and can be fetched from there."""
    held = entry(session, visit)
    for record in (held.visit, held.details, held.note):
        if record is not None:
            journal.delete(session, record, reason)
    audit.note(session, "delete", visit.hex(), "Visit")


def fetch_back(session: Session, visit: RecordId, reason: str = "fetched back") -> VisitEntry:
    """Bring a visit back that was undone."""
    for cls in (Visit, VisitDetails, VisitNote):
        if journal.was_written(session, cls.__name__, session.unit, visit):
            journal.undelete(session, cls.__name__, session.unit, visit, reason)
    return entry(session, visit)


def entry(session: Session, visit: RecordId | str) -> VisitEntry:
    """The whole form behind a visit, by id or number."""
    found = _find(session, visit)
    details = rows.one(session.connection, VisitDetails, found.unit, found.id)
    return VisitEntry(
        found,
        details or VisitDetails(unit=found.unit, id=found.id),
        rows.one(session.connection, VisitNote, found.unit, found.id),
    )


def _find(session: Session, visit: RecordId | str) -> Visit:
    table = tables.RECORDS["Visit"]
    if isinstance(visit, str):
        number = numbers.read(visit)
        ids = [record for _, record in numbers.holders(session, "Visit", number)] if number else []
    else:
        ids = [visit]
    row = (
        session.connection.execute(sa.select(table).where(table.c.id == ids[0])).mappings().first()
        if len(ids) == 1
        else None
    )
    if row is None:
        shown = visit if isinstance(visit, str) else visit.hex()
        raise NotFound(
            tr("There is no visit {number} in this book.").format(number=shown[:40]),
            next=tr("Check the number on the sheet."),
        )
    return tables.record_of(Visit, row)


def recent(session: Session, count: int = 50) -> Sequence[VisitRow]:
    """The newest visits."""
    return page(session, EVERYTHING, 0, count)


def of_day(session: Session, day: date) -> Sequence[VisitRow]:
    """The visits of one day."""
    return page(session, Wanted(since=day, until=day), 0, 10_000)


def of_door(session: Session, building: RecordId, door: str) -> Sequence[VisitRow]:
    """The visits to one door, newest first."""
    table, details = tables.RECORDS["Visit"], tables.RECORDS["VisitDetails"]
    there = sa.select(details.c.id).where(details.c.building == building, details.c.door == door)
    return _rows(session, [table.c.id.in_(there)], 0, 1000)


def alike(session: Session, building: RecordId, door: str, day: date) -> Sequence[VisitRow]:
    """The visits to one door on one day: perhaps the one that is being written is among them."""
    return [row for row in of_door(session, building, door) if row.visit.visited_on == day]


def with_ids(session: Session, ids: Sequence[RecordId]) -> Sequence[VisitRow]:
    """These visits, in the order given."""
    if not ids:
        return ()
    table = tables.RECORDS["Visit"]
    found = {row.visit.id: row for row in _rows(session, [table.c.id.in_(ids)], 0, len(ids))}
    return [found[one] for one in ids if one in found]


def page(session: Session, wanted: Wanted, start: int, size: int) -> Sequence[VisitRow]:
    """Some of the visits that a list shows, newest first."""
    return _rows(session, _conditions(wanted), start, size)


def ids(session: Session, wanted: Wanted, by: str = "", *, backwards: bool = False) -> bytes:
    """The ids of everything a list shows, in its order, 16 bytes each; its rows are read page by page."""
    table, details = tables.RECORDS["Visit"], tables.RECORDS["VisitDetails"]
    columns = {name: table.c[name] for name in ("number", "reason", "outcome", "part", "unit")}
    order = columns.get(by, table.c.visited_on)
    down = backwards != (not by)
    asked = sa.select(rows.raw(table.c.id)).where(*_conditions(wanted))
    if wanted.words:
        asked = asked.select_from(table.outerjoin(details, rows.beside("VisitDetails", "Visit")))
        asked = asked.where(*(_holds(session, word) for word in wanted.words.split()[:MOST_WORDS]))
    asked = asked.order_by(order.desc() if down else order, table.c.id.desc() if down else table.c.id)
    return rows.ids(session.connection, asked)


def _holds(session: Session, word: str) -> "sa.ColumnElement[bool]":
    """Whether number, place, items or category of a visit hold a word."""
    table, details = tables.RECORDS["Visit"], tables.RECORDS["VisitDetails"]
    known = places.known(session)
    buildings = [one for one in known.buildings if word.lower() in known.text(one, "").lower()]
    codes = [one.code for one in catalog.categories().values() if word in one.name]
    return sa.or_(
        table.c.number.contains(word.upper(), autoescape=True),
        details.c.building.in_(buildings),
        details.c.door.startswith(word, autoescape=True),
        details.c["items"].contains(word, autoescape=True),
        *(table.c.categories.contains(f'"{code}"', autoescape=True) for code in codes),
    )


def count(session: Session, wanted: Wanted = EVERYTHING) -> int:
    """How many visits a list shows."""
    table = tables.RECORDS["Visit"]
    return int(
        session.connection.execute(
            sa.select(sa.func.count()).select_from(table).where(*_conditions(wanted))
        ).scalar_one()
    )


def _conditions(wanted: Wanted) -> "list[sa.ColumnElement[bool]]":
    table = tables.RECORDS["Visit"]
    made: list[sa.ColumnElement[bool]] = []
    if wanted.since is not None:
        made.append(table.c.visited_on >= wanted.since.isoformat())
    if wanted.until is not None:
        made.append(table.c.visited_on <= wanted.until.isoformat())
    if wanted.unit:
        made.append(table.c.unit.startswith(wanted.unit, autoescape=True))
    if wanted.category:
        # A leaf by its whole code, a group by its letter.
        end = '"' if wanted.category in catalog.categories() else ""
        made.append(table.c.categories.contains(f'"{wanted.category}{end}', autoescape=True))
    for name, value in (("outcome", wanted.outcome), ("reason", wanted.reason), ("mode", wanted.mode)):
        if value is not None:
            made.append(table.c[name] == str(value))
    return made


def _rows(
    session: Session, conditions: "Sequence[sa.ColumnElement[bool]]", start: int, size: int
) -> Sequence[VisitRow]:
    table, details, note = (tables.RECORDS[name] for name in ("Visit", "VisitDetails", "VisitNote"))
    order = (table.c.visited_on.desc(), table.c.id.desc())
    # The page is cut from the keys alone; rows that are skipped are never joined.
    keys = (
        sa.select(table.c.id, table.c.unit)
        .where(*conditions)
        .order_by(*order)
        .offset(start)
        .limit(size)
        .subquery()
    )
    found = session.connection.execute(
        sa.select(*rows.columns("Visit"), *rows.columns("VisitDetails"), note.c.note.label("note"))
        .select_from(
            keys.join(table, sa.and_(table.c.id == keys.c.id, table.c.unit == keys.c.unit))
            .outerjoin(details, rows.beside("VisitDetails", "Visit"))
            .outerjoin(note, rows.beside("VisitNote", "Visit"))
        )
        .order_by(*order)
    ).mappings()
    held = places.known(session)
    return [_row(held, row) for row in found]


def _row(held: places.Known, row: "sa.RowMapping") -> VisitRow:
    details = rows.record_or_none(VisitDetails, row)
    text = held.text(details.building, details.door) if details is not None else ""
    note: Any = row["note"]
    return VisitRow(rows.record(Visit, row), details, note or "", text)
