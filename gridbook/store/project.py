"""From ops to rows: how a create becomes a row at once and any other op has its record folded anew."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

import msgspec

from gridbook.errors import BadValue
from gridbook.records.base import (
    CLASSES,
    ClassRule,
    FieldRule,
    RecordId,
    UnitCode,
    instant_text,
    stored,
)
from gridbook.records.life import first_state
from gridbook.records.request import Event, Request, RequestState
from gridbook.store import pinyin, tables
from gridbook.store.bulk import parts
from gridbook.store.fold import Finding, Seen, Told, fold, fold_events
from gridbook.store.ops import decode, decode_husk, digest_of, digest_of_husk, unpack
from gridbook.store.session import Session

DELETED = "deleted"
"""The finding about a record that lies in the bin."""

NAMED = frozenset({"Particulars", "Contact", "CareContact"})
"""Classes whose words one's own cases can be found by."""


_UNFIT = (msgspec.ValidationError, ValueError, OverflowError)
"""What is raised for a field that is not of its kind, or a day outside the calendar."""


@dataclass(frozen=True, slots=True)
class Rows:
    """How to make rows of a class: the insert, and the values of a row from an op's fields."""

    insert: str
    strict: Callable[[Any], tuple[Any, ...]]
    lenient: Callable[[Any], tuple[Any, ...]]


@cache
def rows_of(class_name: str) -> Rows:
    """The row maker of a record class."""
    rule = CLASSES[class_name]
    names = [field.name for field in rule.fields]
    columns = ", ".join(f'"{name}"' for name in ("unit", "id", *names))
    marks = ", ".join("?" * (len(names) + 2))
    return Rows(
        f'INSERT INTO "{tables.table_name(class_name)}" ({columns}) VALUES ({marks})',
        _maker(rule, measured=True),
        _maker(rule, measured=False),
    )


def _maker(rule: ClassRule, *, measured: bool) -> Callable[[Any], tuple[Any, ...]]:
    defaults = defaults_of(rule)
    struct = msgspec.defstruct(
        rule.name,
        [_member(field, defaults, measured) for field in rule.fields],
        gc=False,
        kw_only=True,
    )
    names = [field.name for field in rule.fields]
    absent = [_list_text(defaults.get(name)) for name in names]
    lists = [n for n, field in enumerate(rule.fields) if field.python is tuple]
    instants = [n for n, field in enumerate(rule.fields) if field.python is datetime]

    def make(given: Mapping[str, Any]) -> tuple[Any, ...]:
        # What is checked here is kept as it came: only lists and odd spellings of instants are written anew.
        checked = msgspec.convert(given, struct)
        cells = list(map(given.get, names, absent))
        for n in lists:
            if type(cells[n]) is list:
                cells[n] = encode(cells[n]).decode()
        for n in instants:
            if cells[n] is not None and (len(cells[n]) != PLAIN_INSTANT or cells[n][-1] != "Z"):
                cells[n] = instant_text(getattr(checked, names[n]))
        return tuple(cells)

    return make


encode = msgspec.json.Encoder().encode
PLAIN_INSTANT = len("2026-11-23T14:02:00Z")


def _list_text(value: Any) -> Any:
    if type(value) is not list:
        return value
    return encode(value).decode()


def _member(field: FieldRule, defaults: Mapping[str, Any], measured: bool) -> Any:
    kind: Any = field.python
    limit = msgspec.Meta(max_length=field.longest) if measured and field.longest else None
    if kind is str and limit:
        kind = Annotated[str, limit]
    elif kind is tuple:
        kind = list[Annotated[str, limit]] if limit else list[str]
    elif kind is datetime:
        kind = Annotated[datetime, msgspec.Meta(tz=True)]
    elif issubclass(field.python, StrEnum):
        kind = field.python
    if field.optional:
        kind = kind | None
    if field.name not in defaults:
        return (field.name, kind)
    default = defaults[field.name]
    if isinstance(default, list):
        return (field.name, kind, msgspec.field(default_factory=list))
    return (field.name, kind, default)


@cache
def _defaults(class_name: str) -> Mapping[str, Any]:
    cls = CLASSES[class_name].record
    return {
        one.name: stored(one.default)
        for one in fields(cls)
        if one.name not in ("unit", "id") and one.default is not one.default_factory
    }


def defaults_of(rule: ClassRule) -> Mapping[str, Any]:
    """The stored default of every field that has one; ops leave these out."""
    return _defaults(rule.name)


def ops_of(session: Session, class_name: str, unit: UnitCode, record: RecordId) -> list[Seen]:
    """Every op of a record that this store holds."""
    return ops_of_each(session, class_name, unit, [record])[record]


def ops_of_each(
    session: Session, class_name: str, unit: UnitCode, records: Sequence[RecordId]
) -> dict[RecordId, list[Seen]]:
    """Every op of each of these records that this store holds, as this store came to know them."""
    found: dict[RecordId, list[Seen]] = {record: [] for record in records}
    for part in parts(list(found)):
        marks = ", ".join("?" * len(part))
        rows = session.run(
            "SELECT op.record, op.body, op.husk FROM op JOIN line ON line.id = op.line "
            f'WHERE op.record IN ({marks}) AND op."class" = ? AND line.unit = ? ORDER BY op.pos',
            (*part, tables.CLASS_NUMBERS[class_name], unit),
        )
        for record, body, husk in rows:
            # Of an op that was damaged on this disk not even the husk is left, until a neighbour sends it.
            if body is not None or husk:
                found[bytes(record)].append(_seen(body, husk))
    return found


def _seen(body: bytes | None, husk: bytes | None) -> Seen:
    if body is None:
        kept = bytes(husk or b"")
        return Seen(digest_of_husk(kept), decode_husk(kept), whole=False)
    raw = unpack(bytes(body))
    return Seen(digest_of(raw), decode(raw))


def refold(session: Session, class_name: str, unit: UnitCode, *records: RecordId) -> None:
    """Recompute records from their ops: row, findings, and for a request its state and events."""
    for part in parts(records):
        refold_from(session, class_name, unit, ops_of_each(session, class_name, unit, part))


def refold_from(
    session: Session, class_name: str, unit: UnitCode, each: Mapping[RecordId, Sequence[Seen]]
) -> None:
    """Recompute records from these ops of each of them."""
    rule = CLASSES[class_name]
    forget(session, class_name, unit, list(each))
    shown: list[tuple[Any, ...]] = []
    findings: dict[RecordId, list[Finding]] = {}
    for record, seen in each.items():
        if not seen:
            continue
        folded = fold(rule, unit, seen)
        findings[record] = list(folded.findings)
        row = None if folded.fields is None else _row(class_name, folded.fields, findings[record])
        if row is not None and not folded.deleted:
            shown.append((unit, record, *row))
        elif folded.deleted:
            findings[record].append(Finding(DELETED, "", {}))
    if shown:
        session.run_many(rows_of(class_name).insert, shown)
    if class_name == "Request":
        for record, found in _project_requests(session, shown, each).items():
            findings[record].extend(found)
    _note(session, class_name, unit, findings)
    if class_name in NAMED:
        index_words(session, [(class_name, *row[:2], row[2:]) for row in shown])
    session.changed.add(rule.record)


def _row(class_name: str, given: Mapping[str, Any], findings: list[Finding]) -> tuple[Any, ...] | None:
    rows = rows_of(class_name)
    try:
        return rows.strict(given)
    except _UNFIT as strict:
        findings.append(Finding("needs correction", "", {"why": str(strict)}))
    try:
        return rows.lenient(given)
    except _UNFIT:
        return None


def in_the_bin(
    session: Session, class_name: str, unit: UnitCode, records: Sequence[RecordId]
) -> list[dict[str, Any]]:
    """What stood in these deleted records, as the rows they had; what was erased since has none."""
    rule = CLASSES[class_name]
    names = ("unit", "id", *(field.name for field in rule.fields))
    found = []
    for record, seen in ops_of_each(session, class_name, unit, records).items():
        given = fold(rule, unit, seen).fields
        row = None if given is None else _row(class_name, given, [])
        if row is not None:
            found.append(dict(zip(names, (unit, record, *row), strict=True)))
    return found


def forget(session: Session, class_name: str, unit: UnitCode, records: Sequence[RecordId]) -> None:
    """Take these records out of every table that follows from the log."""
    keys = [(unit, record) for record in records]
    session.run_many(f'DELETE FROM "{tables.table_name(class_name)}" WHERE unit = ? AND id = ?', keys)
    session.run_many(
        'DELETE FROM finding WHERE record = ? AND "class" = ? AND unit = ?',
        [(record, class_name, unit) for record in records],
    )
    if class_name in NAMED:
        session.run_many(
            'DELETE FROM finder WHERE unit = ? AND id = ? AND "class" = ?',
            [(*key, class_name) for key in keys],
        )
    if class_name == "Request":
        session.run_many("DELETE FROM request_state WHERE unit = ? AND id = ?", keys)
        session.run_many("DELETE FROM request_event WHERE unit = ? AND request = ?", keys)


def _note(
    session: Session, class_name: str, unit: UnitCode, findings: Mapping[RecordId, Iterable[Finding]]
) -> None:
    rows = [
        (class_name, unit, record, one.kind, one.part, msgspec.json.encode(one.detail).decode())
        for record, those in findings.items()
        for one in those
    ]
    if rows:
        session.run_many(
            'INSERT INTO finding ("class", unit, record, kind, part, detail) VALUES (?, ?, ?, ?, ?, ?)', rows
        )


def _project_requests(
    session: Session, shown: Sequence[tuple[Any, ...]], each: Mapping[RecordId, Sequence[Seen]]
) -> dict[RecordId, tuple[Finding, ...]]:
    states: list[tuple[Any, ...]] = []
    events: list[tuple[Any, ...]] = []
    found: dict[RecordId, tuple[Finding, ...]] = {}
    for row in shown:
        request = _request(row)
        try:
            state, told, findings = fold_events(request, each[request.id], session.calendar(request.unit))
        except (BadValue, OverflowError) as bad:
            found[request.id] = (_impossible(bad),)
            continue
        found[request.id] = findings
        states.append(state_row(request.unit, request.id, state))
        events.extend(_event_row(request.unit, request.id, n, one) for n, one in enumerate(told))
    session.run_many(_INSERT_STATE, states)
    session.run_many(_INSERT_EVENT, events)
    return found


def _request(row: tuple[Any, ...]) -> Request:
    names = ("unit", "id", *(field.name for field in CLASSES["Request"].fields))
    return tables.record_of(Request, dict(zip(names, row, strict=True)))


def _impossible(bad: BadValue | OverflowError) -> Finding:
    """A request whose days cannot be reckoned with."""
    if isinstance(bad, BadValue):
        return Finding("needs correction", bad.field, {"why": bad.message})
    return Finding("needs correction", "registered_at", {"why": str(bad)})


_INSERT_STATE = "INSERT INTO request_state (unit, id, status, lead, due_at, state) VALUES (?, ?, ?, ?, ?, ?)"
_INSERT_EVENT = (
    "INSERT INTO request_event (unit, request, n, id, action, at, by_unit, by_person, given, standing) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def state_row(unit: UnitCode, record: RecordId, state: RequestState) -> tuple[Any, ...]:
    """A request's state as the row beside its request."""
    return (
        unit,
        record,
        str(state.status),
        state.lead,
        stored(state.due_at),
        msgspec.json.encode(state).decode(),
    )


def _event_row(unit: UnitCode, record: RecordId, n: int, one: Told) -> tuple[Any, ...]:
    event: Event = one.event
    return (
        unit,
        record,
        n,
        event.id,
        str(event.action),
        instant_text(event.at),
        event.by_unit,
        event.by_person,
        msgspec.json.encode(dict(event.given)).decode(),
        one.standing,
    )


def insert_fresh(
    session: Session, class_name: str, made: Sequence[tuple[UnitCode, RecordId, Mapping[str, Any]]]
) -> None:
    """Rows for records whose only op is their create: (unit, id, fields), in bulk."""
    rows = rows_of(class_name)
    strict = rows.strict
    values: list[tuple[Any, ...]] = []
    for unit, record, given in made:
        try:
            values.append((unit, record, *strict(given)))
        except _UNFIT:
            findings: list[Finding] = []
            row = _row(class_name, given, findings)
            _note(session, class_name, unit, {record: findings})
            if row is not None:
                values.append((unit, record, *row))
    if values:
        session.run_many(rows.insert, values)
    if class_name == "Request":
        _insert_states(session, values)
    if class_name in NAMED:
        index_words(session, [(class_name, value[0], value[1], value[2:]) for value in values])
    session.changed.add(CLASSES[class_name].record)


def _insert_states(session: Session, values: Sequence[tuple[Any, ...]]) -> None:
    rows = []
    for value in values:
        request = _request(value)
        try:
            rows.append(
                state_row(request.unit, request.id, first_state(request, session.calendar(request.unit)))
            )
        except (BadValue, OverflowError) as bad:
            _note(session, "Request", request.unit, {request.id: [_impossible(bad)]})
    session.run_many(_INSERT_STATE, rows)


def index_words(session: Session, rows: Sequence[tuple[str, UnitCode, RecordId, tuple[Any, ...]]]) -> None:
    """Make one's own cases findable by name, title and telephone, with every reading of a surname."""
    made = []
    for class_name, unit, record, row in rows:
        named = dict(zip((field.name for field in CLASSES[class_name].fields), row, strict=True))
        words = pinyin.words(
            *(named[name] for name in ("called", "title", "phone", "spot") if named.get(name))
        )
        made.append((unit, record, class_name, words))
    if made:
        session.run_many('INSERT INTO finder (unit, id, "class", words) VALUES (?, ?, ?, ?)', made)
