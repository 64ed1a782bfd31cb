"""The tray “returned to you”: what came too late for a hand-over, until the office has dealt with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from gridbook.errors import NotAllowed, NotFound
from gridbook.i18n import tr
from gridbook.records.base import CLASSES, Record, RecordId, UnitCode
from gridbook.records.given import Past, past_text
from gridbook.records.request import ACTION_NAMES, Action, Request
from gridbook.records.rights import Kind
from gridbook.store import (
    audit,
    duplicates,
    journal,
    moved,
    moving,
    returned_places,
    rows,
    staff,
    tables,
    units,
    words,
)
from gridbook.store.fold import DEALT_WITH, Seen, at
from gridbook.store.late import (
    ADDED,
    CHANGED,
    DELETED,
    EVENT,
    FETCHED,
    KIND_NAMES,
    PLACED,
    VISITED,
    Returned,
)
from gridbook.store.session import Session

# What the tray holds is shown with its kind; whoever shows it finds both here.
__all__ = ["KIND_NAMES", "Returned", "carry", "count", "note", "tray"]
_KINDS = {Kind.EVENT: EVENT, Kind.SET: CHANGED, Kind.DELETE: DELETED, Kind.UNDELETE: FETCHED}
_SHORT = 12


@dataclass(frozen=True, slots=True)
class _Key:
    class_name: str
    unit: UnitCode
    record: RecordId


def tray(session: Session) -> Sequence[Returned]:
    """What came back to this office, the oldest first; the same after every rebuild, for the log tells it."""
    moved = _moved(session)
    found = [
        made
        for key, told in _late(session)
        if key in moved and (made := _returned(session, key, told)) is not None
    ]
    for key, case in _unmarked(session):
        if _Key("Request", key.unit, case) in moved:
            found += _added(session, key)
    found += returned_places.tray(session)
    return sorted(found, key=lambda one: (one.at, one.id))


def count(session: Session) -> int:
    """How many things lie in the tray."""
    return len(tray(session))


def _moved(session: Session) -> set[_Key]:
    """The records that this office handed over."""
    return {
        key
        for key, _, detail in _findings(session, "moved")
        if msgspec.json.decode(detail)["by"] == session.unit
    }


def _late(session: Session) -> list[tuple[_Key, dict[str, Any]]]:
    return [(key, msgspec.json.decode(detail)) for key, _, detail in _findings(session, "returned")]


def _findings(session: Session, kind: str) -> list[tuple[_Key, str, str]]:
    table = tables.finding
    found = session.connection.execute(
        sa.select(table.c["class"], table.c.unit, table.c.record, table.c.part, table.c.detail)
        .where(table.c.kind == kind)
        .order_by(table.c.unit, table.c.record, table.c.part)
    )
    return [(_Key(row[0], row.unit, bytes(row.record)), row.part, row.detail) for row in found]


def _returned(session: Session, key: _Key, told: Mapping[str, Any]) -> Returned | None:
    fields = dict(told["fields"])
    event = fields.pop("event", None)
    kind = _KINDS[Kind(told["kind"])]
    if event is None:
        values = {
            words.label(key.class_name, name): words.value(session, key.class_name, name, value)
            for name, value in fields.items()
            if any(name == field.name for field in CLASSES[key.class_name].fields)
        }
        what = tr(CLASSES[key.class_name].label)
    else:
        values, what = {}, _action(event)
    return _made(session, key, told["op"], kind, what, values, told["unit"], told["person"], told["stamp"])


def _action(event: object) -> str:
    known = next((name for action, name in ACTION_NAMES.items() if action == event), None)
    return str(event)[:20] if known is None else tr(known)


def _made(
    session: Session,
    key: _Key,
    digest: str,
    kind: str,
    what: str,
    values: Mapping[str, str],
    unit: UnitCode,
    person: str,
    stamp: int,
) -> Returned | None:
    case = _case(session, key)
    now = None if case is None else moved.now_at(session, case.id)
    if case is None or now is None:
        return None
    return Returned(
        id=digest[:_SHORT],
        kind=kind,
        class_name=key.class_name,
        unit=key.unit,
        record=key.record,
        number=case.number,
        now=now.number,
        giver=units.name(session, unit),
        receiver=units.name(session, now.unit),
        person=staff.name(session, unit, person),
        at=datetime.fromtimestamp(min(max(stamp // 1000, 0), 4_102_444_800), UTC),
        what=what,
        values=values,
    )


def _case(session: Session, key: _Key) -> Request | None:
    record = key.record
    if key.class_name in moving.OF_A_CASE:
        held = rows.one(session.connection, CLASSES[key.class_name].record, key.unit, record)
        record = getattr(held, "case", b"")
    return duplicates.request(session, record)


def _unmarked(session: Session) -> list[tuple[_Key, RecordId]]:
    """Records of cases that were handed over of which no hand-over knew, each with its case."""
    found: list[tuple[_Key, RecordId]] = []
    gone, known = tables.finding.alias(), tables.finding.alias()
    for name in (*moving.SHARES_THE_ID, *moving.OF_A_CASE):
        table = tables.RECORDS[name]
        case = table.c.case if name in moving.OF_A_CASE else table.c.id
        is_gone = sa.and_(
            gone.c.record == case,
            gone.c.unit == table.c.unit,
            gone.c.kind == "moved",
            gone.c["class"] == "Request",
        )
        is_known = sa.and_(
            known.c.record == table.c.id,
            known.c.unit == table.c.unit,
            known.c.kind == "moved",
            known.c["class"] == name,
        )
        joined = table.join(gone, is_gone).outerjoin(known, is_known)
        rows_ = session.connection.execute(
            sa.select(table.c.unit, table.c.id, case.label("of"))
            .select_from(joined)
            .where(known.c.record.is_(None))
            .order_by(table.c.id)
        )
        found += [(_Key(name, row.unit, bytes(row.id)), bytes(row.of)) for row in rows_]
    return found


def _added(session: Session, key: _Key) -> list[Returned]:
    """What was added to a case after it had gone."""
    held = rows.one(session.connection, CLASSES[key.class_name].record, key.unit, key.record)
    written = journal.history(session, key.class_name, key.unit, key.record)
    first = next((one for one in written if one.whole and one.op.kind is Kind.CREATE), None)
    if held is None or first is None:
        return []
    made = _made(
        session,
        key,
        first.digest.hex(),
        ADDED,
        tr(CLASSES[key.class_name].label),
        _values(session, held),
        first.author,
        first.op.person,
        first.op.stamp,
    )
    return [] if made is None else [made]


def _values(session: Session, held: Record) -> Mapping[str, str]:
    name = type(held).__name__
    return {
        tr(field.label): words.value(session, name, field.name, getattr(held, field.name))
        for field in CLASSES[name].fields
        if field.python is str and getattr(held, field.name)
    }


def carry(session: Session, returned_id: str) -> str:
    """Write what came too late into the case where it goes on, once; returns the number of that case."""
    entry = _entry(session, returned_id)
    if entry.class_name in returned_places.CLASSES or entry.kind in (PLACED, VISITED):
        return returned_places.carry(session, entry)
    now = _goes_on(session, entry)
    if entry.kind == ADDED:
        held = _held(session, entry)
        moving.take_along(session, held, now)
    else:
        late = _op(session, entry)
        _write(session, entry, late, now)
        _deal(session, entry, late, tr("carried over"))
    audit.note(session, "carry over", entry.number, now.number)
    return now.number


def note(session: Session, returned_id: str) -> str:
    """Say that something which came too late needs nothing more; returns the number of its case."""
    entry = _entry(session, returned_id)
    if entry.class_name in returned_places.CLASSES or entry.kind in (PLACED, VISITED):
        returned_places.note(session, entry)
    elif entry.kind == ADDED:
        held = _held(session, entry)
        moving.close(session, held, held.id)
    else:
        _deal(session, entry, _op(session, entry), tr("noted"))
    audit.note(session, "note returned work", entry.number)
    return entry.number


def _entry(session: Session, returned_id: str) -> Returned:
    entry = next((one for one in tray(session) if one.id == returned_id), None)
    if entry is None:
        raise NotFound(
            tr("Nothing lies in the tray under {id}.").format(id=returned_id[:20]),
            next=tr("Look at the tray again; somebody may have dealt with it already."),
        )
    if not moving.may_arrange(session):
        raise NotAllowed(
            tr("Only the lead of the office may do this: {what}.").format(what=tr("Returned to you")),
            kept=tr("Nothing was changed."),
        )
    return entry


def _goes_on(session: Session, entry: Returned) -> Request:
    case = _case(session, _Key(entry.class_name, entry.unit, entry.record))
    now = None if case is None else moved.now_at(session, case.id)
    if now is None:
        raise NotFound(tr("Where {number} goes on is not known here.").format(number=entry.number))
    return now


def _held(session: Session, entry: Returned) -> Record:
    held = rows.one(session.connection, CLASSES[entry.class_name].record, entry.unit, entry.record)
    if held is None:
        raise NotFound(tr("There is no such record in this book."))
    return held


def _op(session: Session, entry: Returned) -> Seen:
    written = journal.history(session, entry.class_name, entry.unit, entry.record)
    return next(one for one in written if one.digest.hex().startswith(entry.id))


def _write(session: Session, entry: Returned, late: Seen, now: Request) -> None:
    given = dict(late.op.fields)
    if entry.kind == EVENT:
        action = Action(str(given.pop("event")))
        past = past_text(Past(late.op.nonce, action, at(late.op), late.author, given))
        told = {"from": entry.unit, "was": entry.number, "so_far": (past,)}
        journal.event(session, now.unit, now.id, Action.CONTINUE, told)
        return
    name = entry.class_name
    record = entry.record if name in moving.OF_A_CASE else now.id
    if entry.kind == FETCHED:
        journal.undelete(session, name, now.unit, record, tr("carried over"))
        return
    held = rows.one(session.connection, CLASSES[name].record, now.unit, record)
    if held is None:
        raise NotFound(
            tr("“{label}” is not there any more where the case goes on.").format(
                label=tr(CLASSES[name].label)
            ),
            next=tr("Note it, and tell the new grid what is to be done."),
        )
    if entry.kind == DELETED:
        journal.delete(session, held, tr("carried over"))
        return
    rules = {field.name: field for field in CLASSES[name].fields}
    changed = {
        field: rows.restored_value(rules[field], value) for field, value in given.items() if field in rules
    }
    moving.copy(session, held, **changed)


def _deal(session: Session, entry: Returned, late: Seen, word: str) -> None:
    journal.alias(session, _held(session, entry), {DEALT_WITH: late.digest}, word)
