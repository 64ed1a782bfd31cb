"""The one door to the tables: an op and its row, in one transaction, by one function."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from gridbook.errors import NotAllowed, NotFound
from gridbook.i18n import tr
from gridbook.records import check
from gridbook.records.base import CLASSES, Reach, Record, RecordId, UnitCode, rule_of, stored, values_of
from gridbook.records.request import Action
from gridbook.records.rights import Kind, may_do, may_role, may_write
from gridbook.records.staff import Role
from gridbook.store import project, tables
from gridbook.store.bulk import parts
from gridbook.store.fold import WITHDRAWN, Seen, fold, heads_of
from gridbook.store.ops import (
    Digest,
    Op,
    digest_of,
    digest_of_husk,
    encode,
    fields_of,
    husk_of,
    nonce,
    pack,
    unpack,
)
from gridbook.store.session import Session

SUSPECT_AHEAD_MS = 400 * 24 * 3600 * 1000


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
    _mind_calendar(session, {type(record).__name__ for record in records})


def _written(session: Session, records: Sequence[Record]) -> set[tuple[int, RecordId]]:
    """Class number and id of those records of which this book holds an op, in whatever stream."""
    return _classes_of(session, list({record.id for record in records} - session.made))


def _classes_of(session: Session, ids: Sequence[RecordId]) -> set[tuple[int, RecordId]]:
    found: set[tuple[int, RecordId]] = set()
    for part in parts(ids):
        marks = ", ".join("?" * len(part))
        rows = session.run(f'SELECT "class", record FROM op WHERE record IN ({marks})', part)
        found.update((row[0], bytes(row[1])) for row in rows)
    return found


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
    append_all(session, made)
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
    append(session, record.unit, op)
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


def delete(session: Session, record: Record, reason: str) -> None:
    """Take a record out of every list; its ops stay, and `undelete` brings it back."""
    _write(session, record, Kind.DELETE, {}, reason)
    _mind_calendar(session, {type(record).__name__})


def undelete(session: Session, class_name: str, unit: UnitCode, record: RecordId, reason: str) -> None:
    """Bring a deleted record back."""
    _require(session, unit, class_name, Kind.UNDELETE, None)
    _follow(session, class_name, unit, record, Kind.UNDELETE, {}, reason)
    project.refold(session, class_name, unit, record)
    _mind_calendar(session, {class_name})


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
    _mind_calendar(session, {class_name})


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
    _mind_calendar(session, {class_name})
    return dropped


def order_again(
    session: Session, class_name: str, unit: UnitCode, record: RecordId, named: Iterable[Digest]
) -> None:
    """Give an order to erase once more that this office had given before an older book was put back."""
    seen = project.ops_of(session, class_name, unit, record)
    known = {
        text for one in seen if one.op.kind is Kind.ERASE for text in _texts(one.op.fields.get("digests"))
    }
    lacking = sorted({digest.hex() for digest in named} - known)
    if lacking and may_do(session.unit, unit, class_name, Kind.ERASE):
        fields = {"digests": lacking}
        op = _op(session, class_name, record, Kind.ERASE, heads_of(seen), fields, "")
        append(session, unit, op)


def drop_bodies(
    session: Session,
    class_name: str,
    unit: UnitCode,
    record: RecordId,
    digests: frozenset[Digest] | None,
    why: str,
) -> int:
    """Keep only the husks of these ops (or of all), so that the chain still verifies; returns how many."""
    log, line = tables.op, tables.line
    rows = session.connection.execute(
        sa.select(log.c.pos, log.c.body, log.c.husk)
        .join(line, line.c.id == log.c.line)
        .where(
            log.c.record == record,
            log.c["class"] == tables.CLASS_NUMBERS[class_name],
            line.c.unit == unit,
            sa.or_(log.c.gone.is_(None), log.c.gone != why),
        )
    ).all()
    dropped = 0
    for pos, body, held in rows:
        husk = bytes(held) if body is None else husk_of(unpack(bytes(body)))
        if digests is None or digest_of_husk(husk) in digests:
            session.connection.execute(
                sa.update(log).where(log.c.pos == pos).values(body=None, husk=husk, gone=why)
            )
            dropped += body is not None
    return dropped


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
    append(session, unit, op)
    return op


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
    suspect = _suspect(session)
    return Op(
        record_class=class_name,
        record=record,
        kind=kind,
        author=session.unit,
        parents=parents,
        stamp=_stamp(session, suspect),
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


def _stamp(session: Session, suspect: bool) -> int:
    """The stamp of an op: never going back, and never taken from a clock that is known to be wrong."""
    session.standing.last_stamp = _sound(session, suspect)
    return session.standing.last_stamp


def _sound(session: Session, suspect: bool) -> int:
    standing = session.standing
    now = standing.newest_signed if suspect else int(session.now().timestamp() * 1000)
    return max(now, standing.last_stamp)


def sound_now(session: Session) -> datetime:
    """The present instant as stamps would have it: a clock at 2099 for one day would outlast all others."""
    return datetime.fromtimestamp(_sound(session, _suspect(session)) / 1000, UTC)


def _suspect(session: Session) -> bool:
    now, newest = int(session.now().timestamp() * 1000), session.standing.newest_signed
    return newest > 0 and (now < newest or now > newest + SUSPECT_AHEAD_MS)


def append(session: Session, unit: UnitCode, op: Op) -> Digest:
    """Put an op of this store's own at the end of its log, unsealed; the caller projects it."""
    return append_all(session, [(unit, op)])[0]


def append_all(session: Session, made: Sequence[tuple[UnitCode, Op]]) -> list[Digest]:
    """Put ops of this store's own at the end of its log, unsealed; the caller projects them."""
    rows: list[tuple[Any, ...]] = []
    digests = []
    for unit, op in made:
        raw = encode(op)
        digests.append(digest_of(raw))
        line = line_of(session, session.incarnation, session.unit, unit, CLASSES[op.record_class].reach)
        rows.append((line, tables.CLASS_NUMBERS[op.record_class], op.record, pack(raw)))
    session.run_many('INSERT INTO op (line, "class", record, body) VALUES (?, ?, ?, ?)', rows)
    count(session, digests)
    return digests


def count(session: Session, hashes: Iterable[Digest], ops: int | None = None) -> None:
    """Carry op count and running hash on, by each own op's digest or by a whole segment's hash."""
    standing = session.standing
    for one in hashes:
        standing.running = hashlib.sha256(standing.running + one).digest()
        standing.ops += 1 if ops is None else ops


def line_of(session: Session, incarnation: bytes, author: UnitCode, unit: UnitCode, reach: Reach) -> int:
    """The number of the line (incarnation, stream), made when it is first needed."""
    # The author belongs to the key: somebody else's line in the name of this life is a line of its own.
    key = (incarnation, author, unit, str(reach))
    known = session.lines.get(key)
    if known is None:
        table = tables.line
        known = session.connection.execute(
            sa.select(table.c.id).where(
                table.c.incarnation == incarnation,
                table.c.author == author,
                table.c.unit == unit,
                table.c.reach == str(reach),
            )
        ).scalar()
        if known is None:
            known = session.connection.execute(
                sa.insert(table)
                .values(incarnation=incarnation, author=author, unit=unit, reach=str(reach))
                .returning(table.c.id)
            ).scalar_one()
        session.lines[key] = known
    return known


class Arrived(NamedTuple):
    """A verified op of another author: its bytes, or its husk where the body is gone."""

    raw: bytes
    op: Op
    whole: bool = True


@dataclass(slots=True)
class Tally:
    """What taking in ops came to."""

    added: int = 0
    changed: int = 0
    bare: int = 0


# Of a row in bulk every value that is handed over singly costs as much as a third of writing it.
_INSERT_ARRIVED = 'INSERT INTO op (line, segment, "class", record, body) VALUES ({line}, {segment}, ?, ?, ?)'
_INSERT_BARE = (
    'INSERT INTO op (line, segment, "class", record, body, husk, gone) '
    "VALUES ({line}, {segment}, ?, ?, ?, ?, ?)"
)


def absorb(
    session: Session,
    line: int,
    segment: int,
    unit: UnitCode,
    arrived: Sequence[Arrived],
) -> Tally:
    """Take verified ops of another author into the log and the tables: creates in bulk, all else folded."""
    tally = Tally()
    known = _known(session, arrived)
    fresh: defaultdict[str, dict[RecordId, Mapping[str, Any]]] = defaultdict(dict)
    again: dict[tuple[str, RecordId], None] = {}
    allowed = {
        (name, author): may_do(author, unit, name, Kind.CREATE)
        for name, author in {(op.record_class, op.author) for _, op, _ in arrived}
    }
    _keep_arrived(session, line, segment, arrived)
    for _, op, whole in arrived:
        name, record = op.record_class, op.record
        made = fresh[name]
        if not whole:
            again[(name, record)] = None
            tally.bare += 1
        elif (
            op.kind is Kind.CREATE
            and record not in made
            and not (known and (tables.CLASS_NUMBERS[name], record) in known)
            and allowed[(name, op.author)]
        ):
            made[record] = op.fields
            tally.added += 1
        else:
            again[(name, record)] = None
            tally.changed += 1
    for name, made in fresh.items():
        alone = [(unit, record, fields) for record, fields in made.items() if (name, record) not in again]
        if alone:
            project.insert_fresh(session, name, alone)
    _fold_anew(session, unit, again)
    _mind_calendar(session, {*fresh, *(name for name, _ in again)})
    return tally


def _keep_arrived(session: Session, line: int, segment: int, arrived: Sequence[Arrived]) -> None:
    numbers = tables.CLASS_NUMBERS
    if all(one.whole for one in arrived):
        session.run_many(
            _INSERT_ARRIVED.format(line=int(line), segment=int(segment)),
            [(numbers[op.record_class], op.record, pack(raw)) for raw, op, _ in arrived],
        )
        return
    session.run_many(
        _INSERT_BARE.format(line=int(line), segment=int(segment)),
        [
            (numbers[op.record_class], op.record, pack(raw), None, None)
            if whole
            else (numbers[op.record_class], op.record, None, raw, "absent")
            for raw, op, whole in arrived
        ],
    )


def _known(session: Session, arrived: Sequence[Arrived]) -> set[tuple[int, RecordId]]:
    """The records among these (class number and id) of which this store holds an op already."""
    return _classes_of(session, list({one.op.record for one in arrived}))


def weigh(session: Session, unit: UnitCode, arrived: Sequence[Arrived]) -> Tally:
    """What `absorb` would add and change, without doing it."""
    known = _known(session, arrived)
    tally = Tally()
    for one in arrived:
        key = (tables.CLASS_NUMBERS[one.op.record_class], one.op.record)
        if not one.whole:
            tally.bare += 1
        elif one.op.kind is Kind.CREATE and key not in known:
            tally.added += 1
        else:
            tally.changed += 1
    return tally


def complete(session: Session, segment: int, unit: UnitCode, arrived: Sequence[Arrived]) -> int:
    """Put bodies that came later into a segment that was held without them; returns how many."""
    rows = session.run("SELECT pos, gone FROM op WHERE segment = ? ORDER BY pos", (segment,))
    filled: dict[tuple[str, RecordId], None] = {}
    # The segment's hash was checked, so what arrived stands in the order of what is held.
    for (pos, gone), one in zip(rows, arrived, strict=True):
        if gone == "absent" and one.whole:
            session.run(
                "UPDATE op SET body = ?, husk = NULL, gone = NULL WHERE pos = ?", (pack(one.raw), pos)
            )
            filled[(one.op.record_class, one.op.record)] = None
    _fold_anew(session, unit, filled)
    _mind_calendar(session, {name for name, _ in filled})
    return len(filled)


def let_go(session: Session, places: Sequence[int]) -> None:
    """Note that these ops of sealed segments cannot be read on this disk any more; neighbours have them."""
    for part in parts(places):
        marks = ", ".join("?" * len(part))
        session.run(
            f"UPDATE op SET body = NULL, husk = ?, gone = 'absent' WHERE pos IN ({marks})", (b"", *part)
        )


def _fold_anew(session: Session, unit: UnitCode, records: Iterable[tuple[str, RecordId]]) -> None:
    by_class: dict[str, list[RecordId]] = {}
    for name, record in records:
        by_class.setdefault(name, []).append(record)
    for name, those in by_class.items():
        for part in parts(those):
            each = project.ops_of_each(session, name, unit, part)
            for record, seen in each.items():
                if any(one.op.kind is Kind.ERASE for one in seen):
                    _settle_erasures(session, name, unit, record, seen)
                    each[record] = project.ops_of(session, name, unit, record)
            project.refold_from(session, name, unit, each)


def _settle_erasures(
    session: Session, class_name: str, unit: UnitCode, record: RecordId, seen: Sequence[Seen]
) -> None:
    named = {
        bytes.fromhex(digest)
        for one in seen
        if one.op.kind is Kind.ERASE and may_do(one.author, unit, class_name, Kind.ERASE)
        for digest in _texts(one.op.fields.get("digests"))
    }
    erasures = {one.digest for one in seen if one.op.kind is Kind.ERASE}
    if named - erasures:
        drop_bodies(session, class_name, unit, record, frozenset(named - erasures), "erased")


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        return []
    return [
        text
        for text in value
        if isinstance(text, str) and len(text) == 64 and all(c in "0123456789abcdef" for c in text)
    ]


def _mind_calendar(session: Session, changed: Set[str]) -> None:
    """Count the deadlines of every request anew where a list changed on which they depend."""
    if changed & {"Holiday", "OfficeHours"}:
        session.forget_calendar()
        refold_requests(session)


def refold_requests(session: Session) -> None:
    """Fold every request anew; the calendar that deadlines count on has changed."""
    table = tables.RECORDS["Request"]
    by_unit: dict[UnitCode, list[RecordId]] = {}
    for unit, record in session.connection.execute(sa.select(table.c.unit, table.c.id)):
        by_unit.setdefault(unit, []).append(bytes(record))
    for unit, records in by_unit.items():
        project.refold(session, "Request", unit, *records)
