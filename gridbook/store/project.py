"""From ops to rows: how a create becomes a row at once and any other op has its record folded anew."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa

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
from gridbook.records.request import Event, Request, RequestState, first_state
from gridbook.store import pinyin, tables
from gridbook.store.fold import Finding, Folded, Seen, Told, fold, fold_events
from gridbook.store.ops import decode, decode_husk, digest_of, digest_of_husk, unpack
from gridbook.store.session import Session

NAMED = frozenset({"Particulars", "Contact"})
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
            cells[n] = _list_text(cells[n])
        for n in instants:
            if cells[n] is not None and (len(cells[n]) != PLAIN_INSTANT or cells[n][-1] != "Z"):
                cells[n] = instant_text(getattr(checked, names[n]))
        return tuple(cells)

    return make


PLAIN_INSTANT = len("2026-11-23T14:02:00Z")


def _list_text(value: Any) -> Any:
    if type(value) is not list:
        return value
    return "[]" if not value else msgspec.json.encode(value).decode()


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
    log, line = tables.op, tables.line
    rows = session.connection.execute(
        sa.select(log.c.body, log.c.husk)
        .join(line, line.c.id == log.c.line)
        .where(
            log.c.record == record, log.c["class"] == tables.CLASS_NUMBERS[class_name], line.c.unit == unit
        )
        .order_by(log.c.pos)
    )
    return [_seen(row.body, row.husk) for row in rows]


def _seen(body: bytes | None, husk: bytes | None) -> Seen:
    if body is None:
        kept = bytes(husk or b"")
        return Seen(digest_of_husk(kept), decode_husk(kept), whole=False)
    raw = unpack(bytes(body))
    return Seen(digest_of(raw), decode(raw))


def refold(session: Session, class_name: str, unit: UnitCode, record: RecordId) -> Folded:
    """Recompute a record from its ops: row, findings, and for a request its state and events."""
    rule = CLASSES[class_name]
    seen = ops_of(session, class_name, unit, record)
    folded = fold(rule, unit, seen)
    findings = list(folded.findings)
    table = tables.RECORDS[class_name]
    session.connection.execute(sa.delete(table).where(table.c.unit == unit, table.c.id == record))
    row = None if folded.fields is None else _row(class_name, folded.fields, findings)
    if row is not None and not folded.deleted:
        rows = rows_of(class_name)
        session.run(rows.insert, (unit, record, *row))
    _forget(session, class_name, unit, record)
    if class_name == "Request" and row is not None and not folded.deleted:
        findings.extend(_project_request(session, unit, record, seen))
    _note(session, class_name, unit, record, findings)
    if class_name in NAMED:
        index_words(
            session, [(class_name, unit, record, row)] if row is not None and not folded.deleted else []
        )
    session.changed.add(rule.record)
    return folded


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


def _forget(session: Session, class_name: str, unit: UnitCode, record: RecordId) -> None:
    found = tables.finding
    session.connection.execute(
        sa.delete(found).where(found.c.record == record, found.c["class"] == class_name, found.c.unit == unit)
    )
    if class_name in NAMED:
        session.connection.execute(
            sa.delete(tables.finder).where(
                tables.finder.c.unit == unit,
                tables.finder.c.id == record,
                tables.finder.c["class"] == class_name,
            )
        )
    if class_name == "Request":
        for table, column in ((tables.request_state, "id"), (tables.request_event, "request")):
            session.connection.execute(
                sa.delete(table).where(table.c.unit == unit, table.c[column] == record)
            )


def _note(
    session: Session, class_name: str, unit: UnitCode, record: RecordId, findings: Iterable[Finding]
) -> None:
    rows = [
        {
            "class": class_name,
            "unit": unit,
            "record": record,
            "kind": one.kind,
            "part": one.part,
            "detail": msgspec.json.encode(one.detail).decode(),
        }
        for one in findings
    ]
    if rows:
        session.connection.execute(sa.insert(tables.finding), rows)


def _project_request(
    session: Session, unit: UnitCode, record: RecordId, seen: Sequence[Seen]
) -> tuple[Finding, ...]:
    table = tables.RECORDS["Request"]
    row = (
        session.connection.execute(sa.select(table).where(table.c.unit == unit, table.c.id == record))
        .mappings()
        .one()
    )
    request = tables.record_of(Request, row)
    try:
        state, told, findings = fold_events(request, seen, session.calendar())
    except (BadValue, OverflowError) as bad:
        return (_impossible(bad),)
    session.connection.execute(sa.insert(tables.request_state), [state_row(unit, record, state)])
    if told:
        session.connection.execute(
            sa.insert(tables.request_event), [_event_row(unit, record, n, one) for n, one in enumerate(told)]
        )
    return findings


def _impossible(bad: BadValue | OverflowError) -> Finding:
    """A request whose days cannot be reckoned with."""
    if isinstance(bad, BadValue):
        return Finding("needs correction", bad.field, {"why": bad.message})
    return Finding("needs correction", "registered_at", {"why": str(bad)})


def state_row(unit: UnitCode, record: RecordId, state: RequestState) -> dict[str, Any]:
    """A request's state as the row beside its request."""
    return {
        "unit": unit,
        "id": record,
        "status": str(state.status),
        "lead": state.lead,
        "due_at": stored(state.due_at),
        "state": msgspec.json.encode(state).decode(),
    }


def _event_row(unit: UnitCode, record: RecordId, n: int, one: Told) -> dict[str, Any]:
    event: Event = one.event
    return {
        "unit": unit,
        "request": record,
        "n": n,
        "id": event.id,
        "action": str(event.action),
        "at": instant_text(event.at),
        "by_unit": event.by_unit,
        "by_person": event.by_person,
        "given": msgspec.json.encode(dict(event.given)).decode(),
        "standing": one.standing,
    }


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
            _note(session, class_name, unit, record, findings)
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
    names = ["unit", "id", *(field.name for field in CLASSES["Request"].fields)]
    rows = []
    for value in values:
        request = tables.record_of(Request, dict(zip(names, value, strict=True)))
        try:
            rows.append(state_row(request.unit, request.id, first_state(request, session.calendar())))
        except (BadValue, OverflowError) as bad:
            _note(session, "Request", request.unit, request.id, [_impossible(bad)])
    if rows:
        session.connection.execute(sa.insert(tables.request_state), rows)


def index_words(session: Session, rows: Sequence[tuple[str, UnitCode, RecordId, tuple[Any, ...]]]) -> None:
    """Make one's own cases findable by name, title and telephone, with every reading of a surname."""
    made = []
    for class_name, unit, record, row in rows:
        named = dict(zip((field.name for field in CLASSES[class_name].fields), row, strict=True))
        words = pinyin.words(
            *(named[name] for name in ("called", "title", "phone", "spot") if named.get(name))
        )
        made.append({"unit": unit, "id": record, "class": class_name, "words": words})
    if made:
        session.connection.execute(sa.insert(tables.finder), made)
