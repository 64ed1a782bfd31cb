"""The one door to the tables: an op and its row, in one transaction, by one function."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from gridbook.errors import NotAllowed, NotFound
from gridbook.i18n import tr
from gridbook.records import check
from gridbook.records.base import CLASSES, Reach, Record, RecordId, UnitCode, rule_of, stored, values_of
from gridbook.records.request import Action
from gridbook.records.rights import Kind, may_do, may_role, may_write
from gridbook.records.staff import Role
from gridbook.store import project, tables
from gridbook.store.arriving import classes_of
from gridbook.store.bulk import parts
from gridbook.store.counting import mind_calendar
from gridbook.store.erasing import drop_bodies, named_in
from gridbook.store.fold import WITHDRAWN, Seen, fold, heads_of
from gridbook.store.log import append, append_all, is_suspect, stamp
from gridbook.store.ops import Digest, Op, fields_of, nonce
from gridbook.store.session import Session, Written


def save(session: Session, *records: Record, reason: str = "", checked: bool = False) -> None:
    """Write records as they now are: a new one is created, of a known one only the changed groups are set.

    `checked` says that the caller has asked `check` about each of them a moment ago.
    """
    written = _written(session, records)
    fresh: dict[tuple[str, UnitCode, RecordId], Mapping[str, Any]] = {}
    made: list[tuple[UnitCode, Op]] = []
    for record in records:
        if not checked:
            check.everyday(record)
        name = type(record).__name__
        key = (name, record.unit, record.id)
        if key in fresh:
            _create(session, fresh, made)
            written.update(_written(session, records))
        elif (tables.CLASS_NUMBERS[name], record.id) not in written:
            values = _values(record)
            _require(session, record.unit, name, Kind.CREATE, None)
            made.append((record.unit, _op(session, name, record.id, Kind.CREATE, (), values, reason)))
            fresh[key] = values
            continue
        _save_known(session, record, reason)
    _create(session, fresh, made)
    mind_calendar(session, {type(record).__name__ for record in records})


def _written(session: Session, records: Sequence[Record]) -> set[tuple[int, RecordId]]:
    """Class number and id of those records of which this book holds an op, in whatever stream."""
    return classes_of(session, list({record.id for record in records} - session.made))


def _values(record: Record) -> dict[str, Any]:
    return fields_of(
        {name: stored(value) for name, value in values_of(record).items()},
        dict(project.defaults_of(rule_of(record))),
    )


def _create(
    session: Session,
    fresh: dict[tuple[str, UnitCode, RecordId], Mapping[str, Any]],
    made: list[tuple[UnitCode, Op]],
) -> None:
    """Append the ops of records that were never written before, and insert their rows."""
    session.made.difference_update(record for _, _, record in fresh)
    digests = append_all(session, made)
    session.acts += [
        Written(op.record_class, unit, op.record, digest)
        for (unit, op), digest in zip(made, digests, strict=True)
    ]
    rows: dict[str, list[tuple[UnitCode, RecordId, Mapping[str, Any]]]] = {}
    for (name, unit, record), values in fresh.items():
        rows.setdefault(name, []).append((unit, record, values))
    for name, ready in rows.items():
        project.insert_fresh(session, name, ready)
    fresh.clear()
    made.clear()


def _save_known(session: Session, record: Record, reason: str) -> None:
    held = _held(session, record)
    if held is not None:
        changed = _changed(held, record)
        if changed:
            _write(session, record, Kind.SET, changed, reason)
        return
    name = type(record).__name__
    seen = project.ops_of(session, name, record.unit, record.id)
    if seen and fold(rule_of(record), record.unit, seen).deleted:
        raise NotAllowed(
            tr("This record was deleted."),
            kept=tr("Nothing was changed."),
            next=tr("Fetch it back from the bin first."),
        )
    _require(session, record.unit, name, Kind.CREATE, None)
    op = _op(session, name, record.id, Kind.CREATE, heads_of(seen), _values(record), reason)
    session.acts.append(Written(name, record.unit, record.id, append(session, record.unit, op)))
    project.refold(session, name, record.unit, record.id)


def event(
    session: Session,
    unit: UnitCode,
    request: RecordId,
    action: Action,
    given: Mapping[str, Any],
    reason: str = "",
) -> bytes:
    """Record something done to a request; returns the id of the event."""
    _require(session, unit, "Request", Kind.EVENT, action)
    fields = {"event": str(action), **{name: stored(value) for name, value in given.items()}}
    op = _follow(session, "Request", unit, request, Kind.EVENT, fields, reason)
    project.refold(session, "Request", unit, request)
    return op.nonce


def tell(
    session: Session, unit: UnitCode, each: Sequence[tuple[RecordId, Action, Mapping[str, Any]]]
) -> None:
    """Record one thing for each of many requests of a unit, as `event` does for one."""
    for some in parts(each):
        ids = [record for record, _, _ in some]
        held = project.ops_of_each(session, "Request", unit, ids)
        made = []
        for record, action, given in some:
            _require(session, unit, "Request", Kind.EVENT, action)
            fields = {"event": str(action), **{name: stored(value) for name, value in given.items()}}
            heads = heads_of(held[record])
            made.append((unit, _op(session, "Request", record, Kind.EVENT, heads, fields, "")))
        append_all(session, made)
        project.refold(session, "Request", unit, *ids)


def delete_all(
    session: Session, class_name: str, unit: UnitCode, records: Sequence[RecordId], reason: str
) -> None:
    """Take many records of a unit out of every list, as `delete` does with one; missing ones are let be."""
    _require(session, unit, class_name, Kind.DELETE, None)
    for some in parts(records):
        held = project.ops_of_each(session, class_name, unit, some)
        there = [record for record in some if held[record]]
        made = [
            (unit, _op(session, class_name, one, Kind.DELETE, heads_of(held[one]), {}, reason))
            for one in there
        ]
        append_all(session, made)
        project.refold(session, class_name, unit, *there)


def delete(session: Session, record: Record, reason: str) -> None:
    """Take a record out of every list; its ops stay, and `undelete` brings it back."""
    _write(session, record, Kind.DELETE, {}, reason)
    mind_calendar(session, {type(record).__name__})


def undelete(session: Session, class_name: str, unit: UnitCode, record: RecordId, reason: str) -> None:
    """Bring a deleted record back."""
    _require(session, unit, class_name, Kind.UNDELETE, None)
    _follow(session, class_name, unit, record, Kind.UNDELETE, {}, reason)
    project.refold(session, class_name, unit, record)
    mind_calendar(session, {class_name})


def put_back(
    session: Session,
    class_name: str,
    unit: UnitCode,
    record: RecordId,
    fields: Mapping[str, Any],
    reason: str,
) -> None:
    """Set fields of a record to what they held before, as they are stored."""
    _require(session, unit, class_name, Kind.SET, None)
    _follow(session, class_name, unit, record, Kind.SET, fields, reason)
    project.refold(session, class_name, unit, record)
    mind_calendar(session, {class_name})


def alias(session: Session, record: Record, fields: Mapping[str, Any], reason: str) -> None:
    """Say of a record and another one whether they are one matter; a further op unsays it."""
    _write(session, record, Kind.ALIAS, fields, reason)


def resolve(
    session: Session,
    class_name: str,
    unit: UnitCode,
    record: RecordId,
    fields: Mapping[str, Any],
    reason: str,
) -> None:
    """Settle every conflict of a record with these values; the decision travels and is not asked again."""
    _require(session, unit, class_name, Kind.RESOLVE, None)
    _follow(
        session, class_name, unit, record, Kind.RESOLVE, {n: stored(v) for n, v in fields.items()}, reason
    )
    project.refold(session, class_name, unit, record)
    mind_calendar(session, {class_name})


def withdraw(
    session: Session, class_name: str, unit: UnitCode, record: RecordId, settlement: Digest, reason: str
) -> None:
    """Take a settlement back with a further op: both sides are open again, and the log keeps all three."""
    if heads_of(project.ops_of(session, class_name, unit, record)) != (settlement,):
        raise NotAllowed(
            tr("Something was written about this record since; the decision is not taken back any more."),
            kept=tr("Nothing was changed."),
            next=tr("Correct the record itself."),
        )
    resolve(session, class_name, unit, record, {WITHDRAWN: settlement.hex()}, reason)


def erase(session: Session, class_name: str, unit: UnitCode, record: RecordId, reason: str) -> int:
    """Lawful erasure: drop the bodies of all ops of a record, here and wherever the order arrives."""
    _require(session, unit, class_name, Kind.ERASE, None)
    seen = project.ops_of(session, class_name, unit, record)
    named = [one.digest for one in seen if one.whole and one.op.kind is not Kind.ERASE]
    _follow(session, class_name, unit, record, Kind.ERASE, {"digests": [d.hex() for d in named]}, reason)
    dropped = drop_bodies(session, class_name, unit, record, frozenset(named), "erased")
    project.refold(session, class_name, unit, record)
    mind_calendar(session, {class_name})
    return dropped


def order_again(
    session: Session, class_name: str, unit: UnitCode, record: RecordId, named: Iterable[Digest]
) -> None:
    """Give an order to erase once more that this office had given before an older book was put back."""
    seen = project.ops_of(session, class_name, unit, record)
    known = {
        text for one in seen if one.op.kind is Kind.ERASE for text in named_in(one.op.fields.get("digests"))
    }
    lacking = sorted({digest.hex() for digest in named} - known)
    if lacking and may_do(session.unit, unit, class_name, Kind.ERASE):
        fields = {"digests": lacking}
        op = _op(session, class_name, record, Kind.ERASE, heads_of(seen), fields, "")
        append(session, unit, op)


def history(session: Session, class_name: str, unit: UnitCode, record: RecordId) -> list[Seen]:
    """Who changed what, when and why, oldest first as this store came to know it."""
    return project.ops_of(session, class_name, unit, record)


def was_written(session: Session, class_name: str, unit: UnitCode, record: RecordId) -> bool:
    """Whether this book holds any op of a record, be it deleted or not."""
    log, line = tables.op, tables.line
    return (
        session.connection.execute(
            sa.select(log.c.pos)
            .join(line, line.c.id == log.c.line)
            .where(
                log.c.record == record,
                log.c["class"] == tables.CLASS_NUMBERS[class_name],
                line.c.unit == unit,
            )
            .limit(1)
        ).first()
        is not None
    )


def reach_of(class_name: str) -> Reach:
    """How far a record class travels."""
    return CLASSES[class_name].reach


def _held(session: Session, record: Record) -> Record | None:
    table = tables.RECORDS[type(record).__name__]
    row = (
        session.connection.execute(
            sa.select(table).where(table.c.unit == record.unit, table.c.id == record.id)
        )
        .mappings()
        .first()
    )
    return None if row is None else tables.record_of(type(record), row)


def _changed(held: Record, record: Record) -> dict[str, Any]:
    before, now = values_of(held), values_of(record)
    changed: dict[str, Any] = {}
    for names in rule_of(record).groups.values():
        if any(before[name] != now[name] for name in names):
            changed.update({name: stored(now[name]) for name in names})
    if changed and rule_of(record).create_only:
        raise NotAllowed(
            tr("What was written as “{label}” is not changed afterwards.").format(
                label=tr(rule_of(record).label)
            ),
            kept=tr("Nothing was changed."),
            next=tr("Undo it and write it again, or add a remark."),
        )
    return changed


def _write(session: Session, record: Record, kind: Kind, fields: Mapping[str, Any], reason: str) -> None:
    name = type(record).__name__
    _require(session, record.unit, name, kind, None)
    _follow(session, name, record.unit, record.id, kind, fields, reason)
    project.refold(session, name, record.unit, record.id)


def _follow(
    session: Session,
    class_name: str,
    unit: UnitCode,
    record: RecordId,
    kind: Kind,
    fields: Mapping[str, Any],
    reason: str,
) -> Op:
    seen = project.ops_of(session, class_name, unit, record)
    if not seen:
        raise NotFound(tr("There is no such record in this book."))
    if kind in _NOT_OF_THE_DEAD and _deleted(session, class_name, unit, record, seen):
        raise NotAllowed(
            tr("This record was deleted."),
            kept=tr("Nothing was changed."),
            next=tr("Fetch it back from the bin first."),
        )
    op = _op(session, class_name, record, kind, heads_of(seen), fields, reason)
    session.acts.append(Written(class_name, unit, record, append(session, unit, op)))
    session.final = session.final or kind not in CAN_BE_TAKEN_BACK
    return op


CAN_BE_TAKEN_BACK = frozenset({Kind.CREATE, Kind.SET, Kind.DELETE, Kind.UNDELETE})
"""What a person can undo: events are facts, settlements and joinings are taken back where they were made."""

_NOT_OF_THE_DEAD = frozenset({Kind.SET, Kind.EVENT, Kind.ALIAS})
"""What would bring a deleted record back without anybody saying so."""


def _deleted(
    session: Session, class_name: str, unit: UnitCode, record: RecordId, seen: Sequence[Seen]
) -> bool:
    # Only a record without a row can be deleted, so folding is seldom needed.
    table = tables.RECORDS[class_name]
    shown = session.connection.execute(
        sa.select(table.c.id).where(table.c.unit == unit, table.c.id == record)
    )
    return shown.first() is None and fold(CLASSES[class_name], unit, seen).deleted


def _op(
    session: Session,
    class_name: str,
    record: RecordId,
    kind: Kind,
    parents: tuple[Digest, ...],
    fields: Mapping[str, Any],
    reason: str,
) -> Op:
    suspect = is_suspect(session)
    return Op(
        record_class=class_name,
        record=record,
        kind=kind,
        author=session.unit,
        parents=parents,
        stamp=stamp(session, suspect),
        suspect=suspect,
        schema=CLASSES[class_name].version,
        fields=dict(fields),
        person=session.person.code,
        reason=reason,
        nonce=nonce(),
    )


def _require(session: Session, unit: UnitCode, class_name: str, kind: Kind, action: Action | None) -> None:
    if not _fits(session.unit, session.person.role, unit, class_name, kind, action):
        session.refused = " ".join((class_name, str(kind), str(action or ""))).strip()
        raise NotAllowed(
            tr("At this desk, {name} may not do this.").format(name=session.person.name),
            kept=tr("Nothing was changed."),
            next=tr("Ask the lead of the office, or pass the matter on."),
        )


@lru_cache(maxsize=4096)
def _fits(
    here: UnitCode, role: Role, unit: UnitCode, class_name: str, kind: Kind, action: Action | None
) -> bool:
    return (
        may_write(here, unit, CLASSES[class_name].reach)
        and may_do(here, unit, class_name, kind, action)
        and may_role(role, here, class_name, kind, action)
    )
