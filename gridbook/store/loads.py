"""Loads of old registers: what each brought into the book, and the one undo that takes it all back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from gridbook.errors import NotAllowed, NotFound
from gridbook.i18n import tr
from gridbook.records.base import MONTH, Record, RecordId, UnitCode, instant_of, instant_text
from gridbook.store import audit, bulk, journal, tables
from gridbook.store.session import Session

KEPT_DAYS = 24 * MONTH
_ORDER = ("VisitDetails", "Visit", "Contact", "Particulars", "Request", "Building", "Estate")
"""What is taken back first: nothing is left pointing at what is gone."""


@dataclass(frozen=True, slots=True)
class Load:
    """A register that was loaded: when, by whom, what kind of rows and how many."""

    id: RecordId
    at: datetime
    person: str
    kind: str
    rows: int
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo came to: so many records were taken back, so many stay because work went on in them."""

    taken: int
    stayed: int


def keep(session: Session, kind: str, file: bytes, rows: int, records: Sequence[Record]) -> RecordId:
    """Remember what a load brought, so that one undo takes it back; the file is known by its hash alone."""
    made = session.new_id()
    keys = [[tables.CLASS_NUMBERS[type(one).__name__], one.unit, one.id] for one in records]
    session.connection.execute(
        sa.insert(tables.load).values(
            id=made,
            at=instant_text(session.now()),
            person=session.person.code,
            kind=kind,
            file=file,
            rows=rows,
            records=msgspec.msgpack.encode(keys),
        )
    )
    audit.note(session, "load", made.hex(), f"{kind} {rows}")
    return made


def require_new(session: Session, file: bytes) -> None:
    """Refuse a file that was loaded already and not taken back; everything in it would stand here twice."""
    table = tables.load
    at = session.connection.execute(
        sa.select(table.c.at).where(table.c.file == file, table.c.undone_at.is_(None)).limit(1)
    ).scalar()
    if at is not None:
        raise NotAllowed(
            tr("This register was loaded on {day} already.").format(day=at[:10]),
            kept=tr("Nothing was changed."),
            next=tr("Take that load back first if you want to load it anew."),
        )


def recent(session: Session, count: int = 20) -> Sequence[Load]:
    """The newest loads."""
    table = tables.load
    found = session.connection.execute(sa.select(table).order_by(table.c.id.desc()).limit(count))
    return [
        Load(
            bytes(row.id),
            instant_of(row.at),
            row.person,
            row.kind,
            row.rows,
            None if row.undone_at is None else instant_of(row.undone_at),
        )
        for row in found
    ]


def undo(session: Session, load: RecordId, reason: str = "load undone") -> Undone:
    """Take a whole load back; what somebody has worked on since stays, and is counted."""
    keys = _keys(session, load)
    stays = _worked_on(session, keys) | _lived_in(session, keys)
    taken = 0
    with bulk.without_pauses():
        for name in _ORDER:
            for unit in sorted({unit for unit, _ in keys.get(name, ())}):
                ids = [one for of, one in keys[name] if of == unit and one not in stays]
                if ids:
                    journal.delete_all(session, name, unit, ids, reason)
                    taken += len(ids) if name in _COUNTED else 0
    table = tables.load
    session.connection.execute(
        sa.update(table).where(table.c.id == load).values(undone_at=instant_text(session.now()))
    )
    stayed = sum(1 for name in _COUNTED for _, one in keys.get(name, ()) if one in stays)
    audit.note(session, "unload", load.hex(), f"{taken} {stayed}")
    return Undone(taken, stayed)


_COUNTED = ("Visit", "Request", "Building", "Estate")
Keys = Mapping[str, Sequence[tuple[UnitCode, RecordId]]]


def named(session: Session, typed: str) -> RecordId:
    """The load whose id begins as typed."""
    found = [one for one in recent(session, 1000) if typed and one.id.hex().startswith(typed.lower())]
    if len(found) != 1:
        raise NotFound(
            tr("“{typed}” does not name one load of a register.").format(typed=typed[:40]),
            next=tr("`gridbook list loads` shows their ids."),
        )
    return found[0].id


def purge(session: Session, today: datetime) -> int:
    """Forget loads whose time to be undone is long over."""
    table = tables.load
    oldest = instant_text(today - timedelta(days=KEPT_DAYS))
    return session.connection.execute(sa.delete(table).where(table.c.at < oldest)).rowcount


def _keys(session: Session, load: RecordId) -> Keys:
    table = tables.load
    row = session.connection.execute(sa.select(table).where(table.c.id == load)).first()
    if row is None or row.undone_at is not None:
        raise NotFound(tr("There is no such load any more."), next=tr("Look at the list of loads."))
    found: dict[str, list[tuple[UnitCode, RecordId]]] = {}
    for number, unit, record in msgspec.msgpack.decode(row.records):
        found.setdefault(tables.CLASS_NAMES[number], []).append((unit, record))
    return found


def _worked_on(session: Session, keys: Keys) -> set[RecordId]:
    """Requests about which something was done after the load: it wrote at most one event for each."""
    ids = [one for _, one in keys.get("Request", ())]
    table, found = tables.request_event, set()
    for some in bulk.parts(ids):
        rows = session.connection.execute(
            sa.select(table.c.request)
            .where(table.c.request.in_(some))
            .group_by(table.c.request)
            .having(sa.or_(sa.func.count() > 1, sa.func.max(table.c.action) != "from register"))
        )
        found |= {bytes(row.request) for row in rows}
    return found


def _lived_in(session: Session, keys: Keys) -> set[RecordId]:
    """Buildings at whose doors something was written down, and their estates."""
    ids = [one for _, one in keys.get("Building", ())]
    building, found = tables.RECORDS["Building"], set()
    for some in bulk.parts(ids):
        for name in ("VisitDetails", "Particulars"):
            held = tables.RECORDS[name]
            rows = session.connection.execute(
                sa.select(held.c.building).where(held.c.building.in_(some)).distinct()
            )
            found |= {bytes(row.building) for row in rows}
    taken = {one for one in ids if one not in found}
    estates = {one for _, one in keys.get("Estate", ())}
    rows = session.connection.execute(sa.select(building.c.id, building.c.estate))
    return found | {
        bytes(row.estate) for row in rows if bytes(row.estate) in estates and bytes(row.id) not in taken
    }
