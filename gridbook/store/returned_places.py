"""What the old grid still wrote about an estate that had gone to another grid."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from gridbook.errors import NotAllowed, NotFound
from gridbook.i18n import tr
from gridbook.records.base import CLASSES as EVERY_CLASS
from gridbook.records.base import RecordId, UnitCode, local_day
from gridbook.records.request import Reason
from gridbook.records.rights import Kind
from gridbook.store import audit, caseload, journal, moving, places, rows, staff, tables, units, words
from gridbook.store.fold import DEALT_WITH
from gridbook.store.late import ADDED, CHANGED, PLACED, VISITED, Returned
from gridbook.store.session import Session

CLASSES = frozenset({"Estate", "Building"})
_SHORT = 12


class _Gone:
    """The addresses that this office handed over: when, and from which unit."""

    def __init__(self, session: Session) -> None:
        table = tables.finding
        self.session = session
        self.known = places.known(session)
        self.since: dict[tuple[UnitCode, RecordId], int] = {}
        for row in session.connection.execute(
            sa.select(table.c.unit, table.c.record, table.c.detail).where(
                table.c.kind == "moved", table.c["class"].in_(sorted(CLASSES))
            )
        ):
            told = msgspec.json.decode(row.detail)
            if told["by"] == session.unit:
                self.since[(row.unit, bytes(row.record))] = told["stamp"]

    def now(self, record: RecordId) -> UnitCode:
        """In which unit an address lies now."""
        held = self.known.estates.get(record) or self.known.buildings.get(record)
        return "" if held is None else held.unit

    def text(self, record: RecordId) -> str:
        """The address in words."""
        held = self.known.buildings.get(record)
        estate = self.known.estates.get(held.estate if held else record)
        name = estate.name if estate else ""
        return tr("{estate}, building {n}").format(estate=name, n=held.number) if held else name


def tray(session: Session) -> Sequence[Returned]:
    """Changes, buildings, requests and visits that the old grid wrote for a place that had moved."""
    gone = _Gone(session)
    if not gone.since:
        return ()
    dealt = _dealt_with(session)
    found = [*_changes(gone), *_buildings(gone), *_requests(gone), *_visits(gone)]
    return [one for one in found if (one.class_name, one.record) not in dealt or one.kind == CHANGED]


def _dealt_with(session: Session) -> set[tuple[str, RecordId]]:
    table = tables.finding
    found = session.connection.execute(
        sa.select(table.c["class"], table.c.record).where(table.c.kind == "stays")
    )
    return {(row[0], bytes(row.record)) for row in found}


def _entry(
    gone: _Gone, record: RecordId, kind: str, name: str, unit: UnitCode, address: RecordId, **more: Any
) -> Returned:
    session = gone.session
    to = gone.now(address)
    given: dict[str, Any] = {
        "id": record.hex()[-_SHORT:],
        "number": gone.text(address),
        "now": units.name(session, to),
        "person": "",
        "what": tr(EVERY_CLASS[name].label),
        "values": {},
    }
    return Returned(
        **{
            **given,
            "kind": kind,
            "class_name": name,
            "unit": unit,
            "record": record,
            "giver": units.name(session, unit),
            "receiver": units.name(session, to),
            "at": datetime.fromtimestamp(int.from_bytes(record[:6], "big") / 1000, UTC),
            **more,
        }
    )


def _changes(gone: _Gone) -> Iterator[Returned]:
    table, session = tables.finding, gone.session
    for row in session.connection.execute(
        sa.select(table).where(table.c.kind == "returned", table.c["class"].in_(sorted(CLASSES)))
    ):
        name, record = row._mapping["class"], bytes(row.record)
        told = msgspec.json.decode(row.detail)
        if (row.unit, record) not in gone.since or told["kind"] != str(Kind.SET):
            continue
        values = {
            words.label(name, field): words.value(session, name, field, value)
            for field, value in told["fields"].items()
        }
        yield _entry(
            gone,
            record,
            CHANGED,
            name,
            row.unit,
            record,
            id=told["op"][:_SHORT],
            person=staff.name(session, told["unit"], told["person"]),
            at=datetime.fromtimestamp(told["stamp"] / 1000, UTC),
            values=values,
        )


def _buildings(gone: _Gone) -> Iterator[Returned]:
    left = {record for _, record in gone.since}
    for one in gone.known.buildings.values():
        estate = gone.known.estates.get(one.estate)
        moved = estate is not None and one.estate in left and one.unit != estate.unit
        if moved and (one.unit, one.estate) in gone.since and (one.unit, one.id) not in gone.since:
            yield _entry(gone, one.id, ADDED, "Building", one.unit, one.estate, number=gone.text(one.id))


def _requests(gone: _Gone) -> Iterator[Returned]:
    session = gone.session
    for unit in sorted({unit for unit, _ in gone.since}):
        for row in moving.open_cases(session, unit):
            building = row.particulars.building if row.particulars else None
            at = next(
                (one for one in (building, row.request.estate) if one and (unit, one) in gone.since), None
            )
            if at is not None and gone.now(at) != unit:
                yield _entry(
                    gone,
                    row.request.id,
                    PLACED,
                    "Request",
                    unit,
                    at,
                    number=row.request.number,
                    what=row.title,
                    at=row.request.registered_at,
                    values={tr("Place"): row.place},
                )


def _visits(gone: _Gone) -> Iterator[Returned]:
    session, details, visit = gone.session, tables.RECORDS["VisitDetails"], tables.RECORDS["Visit"]
    wanted = {record: stamp for (_, record), stamp in gone.since.items()}
    found = session.connection.execute(
        sa.select(details.c.unit, details.c.id, details.c.building, visit.c.number, visit.c.visited_on)
        .join(visit, sa.and_(visit.c.unit == details.c.unit, visit.c.id == details.c.id))
        .where(details.c.building.in_(sorted(wanted)))
    )
    for row in found:
        at = bytes(row.building)
        stamp = gone.since.get((row.unit, at))
        day = "" if stamp is None else local_day(datetime.fromtimestamp(stamp / 1000, UTC)).isoformat()
        if day and row.visited_on > day and gone.now(at) != row.unit:
            yield _entry(
                gone,
                bytes(row.id),
                VISITED,
                "VisitDetails",
                row.unit,
                at,
                number=row.number,
                values={tr("Place"): gone.text(at), tr("Date"): row.visited_on},
            )


def carry(session: Session, entry: Returned) -> str:
    """Let it go where the place went; returns the unit or the number under which it is found now."""
    if entry.kind == VISITED:
        raise NotAllowed(
            tr("A visit stays in the book of the grid that made it."),
            kept=tr("Nothing was changed."),
            next=tr("Note it; a request that it opened is carried over by itself."),
        )
    to = _receiver(session, entry)
    if entry.kind == PLACED:
        done = moving.cases(session, [entry.record], to, Reason.OTHER_GRID)
        for left in done.left:
            raise left.error
        return done.moved[0].now.number
    held = _held(session, entry)
    if entry.kind == ADDED:
        moving.move_address(session, held, to)
    else:
        there = rows.one(session.connection, type(held), to, held.id)
        late = next(
            one
            for one in journal.history(session, entry.class_name, entry.unit, entry.record)
            if one.digest.hex().startswith(entry.id)
        )
        rules = {field.name: field for field in EVERY_CLASS[entry.class_name].fields}
        changed = {
            name: rows.restored_value(rules[name], value)
            for name, value in late.op.fields.items()
            if name in rules
        }
        if there is not None:
            moving.copy(session, there, **changed)
        journal.alias(session, held, {DEALT_WITH: late.digest}, tr("carried over"))
    audit.note(session, "carry over", entry.number, to)
    return units.name(session, to)


def note(session: Session, entry: Returned) -> None:
    """Leave it as it is; it is not told again."""
    if entry.kind == CHANGED:
        digest = next(
            one.digest
            for one in journal.history(session, entry.class_name, entry.unit, entry.record)
            if one.digest.hex().startswith(entry.id)
        )
        journal.alias(session, _held(session, entry), {DEALT_WITH: digest}, tr("noted"))
        return
    journal.alias(session, _held(session, entry), {DEALT_WITH: entry.record}, tr("noted"))


def _receiver(session: Session, entry: Returned) -> UnitCode:
    gone = _Gone(session)
    record = entry.record
    if entry.kind == PLACED:
        row = caseload.with_ids(session, [entry.record])[0]
        building = row.particulars.building if row.particulars else None
        record = next(
            one for one in (building, row.request.estate) if one and (entry.unit, one) in gone.since
        )
    elif entry.kind == ADDED:
        record = gone.known.buildings[entry.record].estate
    return gone.now(record)


def _held(session: Session, entry: Returned) -> Any:
    held = rows.one(session.connection, EVERY_CLASS[entry.class_name].record, entry.unit, entry.record)
    if held is None:
        raise NotFound(tr("There is no such record in this book."))
    return held
