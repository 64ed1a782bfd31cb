"""Ops of other authors on their way into the log and the tables: creates in bulk, all else folded."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from gridbook.records.base import RecordId, UnitCode
from gridbook.records.rights import Kind, may_do
from gridbook.store import erasing, project, tables
from gridbook.store.bulk import parts
from gridbook.store.counting import mind_calendar
from gridbook.store.fold import Seen
from gridbook.store.ops import Op, digest_of, digest_of_husk, pack, pack_all, unpack
from gridbook.store.session import Session


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
    mind_calendar(session, {*fresh, *(name for name, _ in again)})
    return tally


def _keep_arrived(session: Session, line: int, segment: int, arrived: Sequence[Arrived]) -> None:
    numbers = tables.CLASS_NUMBERS
    if all(one.whole for one in arrived):
        session.run_many(
            _INSERT_ARRIVED.format(line=int(line), segment=int(segment)),
            [
                (numbers[one.op.record_class], one.op.record, body)
                for one, body in zip(arrived, pack_all(one.raw for one in arrived), strict=True)
            ],
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
    mind_calendar(session, {name for name, _ in filled})
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
                _share_bodies(session, name, unit, record, seen)
                if any(one.op.kind is Kind.ERASE for one in seen):
                    erasing.obey(session, name, unit, record, seen)
                    each[record] = project.ops_of(session, name, unit, record)
            project.refold_from(session, name, unit, each)


def _share_bodies(
    session: Session, class_name: str, unit: UnitCode, record: RecordId, seen: Sequence[Seen]
) -> None:
    """Where one op lies in two segments, as after a rollback, the one without its body takes it over."""
    bare = {one.digest for one in seen if not one.whole}
    if bare.isdisjoint(one.digest for one in seen if one.whole):
        return
    rows = session.run(
        "SELECT op.pos, op.body, op.husk, op.gone FROM op JOIN line ON line.id = op.line "
        'WHERE op.record = ? AND op."class" = ? AND line.unit = ?',
        (record, tables.CLASS_NUMBERS[class_name], unit),
    )
    bodies = {digest_of(unpack(bytes(body))): body for _, body, _, _ in rows if body is not None}
    for pos, _, husk, gone in rows:
        if gone == "absent" and husk and (body := bodies.get(digest_of_husk(bytes(husk)))) is not None:
            session.run("UPDATE op SET body = ?, husk = NULL, gone = NULL WHERE pos = ?", (body, pos))


def _known(session: Session, arrived: Sequence[Arrived]) -> set[tuple[int, RecordId]]:
    """The records among these (class number and id) of which this store holds an op already."""
    ids = {one.op.record for one in arrived}
    # Ids begin with the time they were made: where nothing lies between the first and the last of a segment,
    # one look says so for all of them.
    between = session.run("SELECT 1 FROM op WHERE record BETWEEN ? AND ? LIMIT 1", (min(ids), max(ids)))
    return classes_of(session, list(ids)) if between else set()


def classes_of(session: Session, ids: Sequence[RecordId]) -> set[tuple[int, RecordId]]:
    """Class number and id of those records of which this book holds an op, in whatever stream."""
    found: set[tuple[int, RecordId]] = set()
    for part in parts(ids):
        marks = ", ".join("?" * len(part))
        rows = session.run(f'SELECT "class", record FROM op WHERE record IN ({marks})', part)
        found.update((row[0], bytes(row[1])) for row in rows)
    return found
