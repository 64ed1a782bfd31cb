"""Everything this book holds about a door or a case, for the resident to see: any class that names it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gridbook.errors import NotFound
from gridbook.i18n import N_, tr
from gridbook.records.base import (
    CLASSES,
    LOCAL,
    MONTH,
    ClassRule,
    Keep,
    Reach,
    Record,
    RecordId,
    Since,
    UnitCode,
    local_day,
    stored,
)
from gridbook.records.request import ACTION_NAMES
from gridbook.records.visit import Attempt
from gridbook.store import audit, history, places, project, requests, tables, units, visits, words
from gridbook.store.session import Session

HOLDERS = {
    Reach.DOWN: N_("this office and those below"),
    Reach.SUBDISTRICT: N_("grid, community and subdistrict"),
    Reach.COMMUNITY: N_("grid and community"),
    Reach.HERE: N_("this computer only"),
}
"""Who holds a class, by its reach."""
_REFERENCES = ("case", "event", "care", "listed")
Key = tuple[UnitCode, RecordId]
Row = Mapping[str, Any] | sa.RowMapping
Binned = Sequence[tuple[ClassRule, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Part:
    """One record: what it is, who wrote it, who holds it, until when, and what stands in it."""

    what: str
    written: str
    holders: str
    until: str
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Case:
    """What belongs together under one number."""

    title: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Held:
    """Everything held: the cases, the times nobody was in, and how many half-filled forms mention it."""

    about: str
    office: str
    cases: Sequence[Case]
    tries: Sequence[Attempt] = ()
    drafts: int = 0


def of_door(session: Session, building: RecordId, door: str) -> Held:
    """Everything about a door; that it was printed is noted without what stands in it."""
    keys: set[Key] = set()
    for name, rule in CLASSES.items():
        if {"building", "door"} <= {field.name for field in rule.fields}:
            table = tables.RECORDS[name]
            keys |= _keys(session, table, table.c.building == building, table.c.door == door)
    binned = _in_the_bin(session)
    for _, row in binned:
        if (row.get("building"), row.get("door")) == (building, door):
            keys.add((row["unit"], row.get("case", row["id"])))
    audit.note(session, "print", building.hex(), "P15")
    about = places.known(session).text(building, door)
    return Held(
        about,
        units.name(session, session.unit),
        _cases(session, keys, binned),
        visits.attempts(session, building, door),
        _drafts(session, [about, *(key.hex() for _, key in keys)]),
    )


def of_case(session: Session, number: str) -> Held:
    """Everything about one visit or request, by its number."""
    try:
        found: Any = requests.find(session, number)
    except NotFound:
        found = visits.entry(session, number).visit
    audit.note(session, "print", found.number, "P15")
    return Held(
        found.number,
        units.name(session, session.unit),
        _cases(session, {(found.unit, found.id)}, _in_the_bin(session)),
        drafts=_drafts(session, [found.number, found.id.hex()]),
    )


def _keys(session: Session, table: sa.Table, *where: "sa.ColumnElement[bool]") -> set[Key]:
    case = table.c.case if "case" in table.c else table.c.id
    rows = session.connection.execute(sa.select(table.c.unit, case.label("key")).where(*where))
    return {(row.unit, bytes(row.key)) for row in rows}


def _in_the_bin(session: Session) -> Binned:
    """What was deleted and can still be fetched back: it is held as much as the rest."""
    table = tables.finding
    lying: dict[tuple[str, UnitCode], list[RecordId]] = {}
    for row in session.connection.execute(sa.select(table).where(table.c.kind == project.DELETED)):
        lying.setdefault((row._mapping["class"], row.unit), []).append(bytes(row.record))
    return [
        (CLASSES[name], row)
        for name in CLASSES
        for of, unit in sorted(lying)
        if of == name
        for row in project.in_the_bin(session, name, unit, lying[name, unit])
    ]


def _cases(session: Session, keys: Iterable[Key], binned: Binned) -> list[Case]:
    return [_case(session, *key, binned) for key in sorted(keys, key=lambda key: (key[1], key[0]))]


def _case(session: Session, unit: UnitCode, record: RecordId, binned: Binned) -> Case:
    title, parts = "", []
    closed = _closed_on(session, unit, record)
    for name, rule in CLASSES.items():
        table = tables.RECORDS[name]
        same = table.c.id == record
        for belongs in ("case", "care"):
            if belongs in table.c:
                same = sa.or_(same, table.c[belongs] == record)
        if name == "Consent":
            same = sa.or_(same, table.c.id.in_(_signed_beside(record)))
        for row in session.connection.execute(
            sa.select(table).where(table.c.unit == unit, same).order_by(table.c.id)
        ).mappings():
            if "number" in row and not title:
                title = f"{tr(rule.label)} {row['number']}"
            parts.append(_part(session, rule, row, closed))
    # The proof of an emergency contact's consent lies under the id of that contact.
    ids = {record} | {row["id"] for _, row in binned if record in (row.get("case"), row.get("care"))}
    for rule, lying in binned:
        if lying["unit"] == unit and lying["id"] in ids:
            part = _part(session, rule, lying, closed)
            title = title or (f"{tr(rule.label)} {lying['number']}" if "number" in lying else "")
            parts.append(replace(part, what=tr("{what} (in the bin)").format(what=part.what)))
    return Case(title or parts[0].what, parts)


def _signed_beside(record: RecordId) -> "sa.Select[tuple[bytes]]":
    """The emergency contacts of an agreement; each has a proof of consent of its own."""
    table = tables.RECORDS["EmergencyContact"]
    return sa.select(table.c.id).where(table.c.care == record)


def _part(session: Session, rule: ClassRule, row: Row, closed: date | None) -> Part:
    held = tables.record_of(rule.record, row)
    facts = [
        (tr(field.label), words.value(session, rule.name, field.name, stored(getattr(held, field.name))))
        for field in rule.fields
        if field.name not in _REFERENCES
    ]
    changes = history.of(session, rule.name, held.unit, held.id)
    facts = [(label, text) for label, text in facts if text != "—"]
    facts += [
        (tr("Before {day}").format(day=_day_text(change.at)), f"{field.label}：{field.before}")
        for change in changes[1:]
        for field in change.fields
        if field.before != "—"
    ]
    if rule.name == "Request":
        facts += _steps(session, held.id)
    first = changes[0] if changes else None
    by = f"{first.office} {first.person}" if first is not None else ""
    made = local_day(first.at) if first is not None else _made_on(held.id)
    written = tr("{day}, {by}").format(day=made.isoformat(), by=by)
    stays = until(rule.keep, _made_on(held.id), closed, _ends_on(held))
    return Part(tr(rule.label), written, tr(HOLDERS[rule.reach]), stays, facts)


def _steps(session: Session, record: RecordId) -> list[tuple[str, str]]:
    try:
        told = requests.get(session, record).events
    except NotFound:
        return []  # it waits for a correction; what it holds stands above
    return [
        (_day_text(one.event.at), f"{tr(ACTION_NAMES[one.event.action])}　{one.office} {one.person}")
        for one in told
    ]


def _ends_on(held: Record) -> date | None:
    """The last day of what names it itself."""
    named = (getattr(held, name, None) for name in ("withdrawn_on", "ends_on", "ended_on", "back_on"))
    return next((day for day in named if day is not None), None)


def until(keep: Keep, made_on: date, closed: date | None, ends_on: date | None = None) -> str:
    """Until when a record stays, as far as that is known already."""
    if keep.days is None:
        return tr("no end (a fact without name and door)")
    start = {Since.CASE_CLOSED: closed, Since.ENTRY: made_on, Since.ENDED: ends_on}.get(keep.since)
    if start is not None:
        return tr("until {day}").format(day=(start + timedelta(days=keep.days)).isoformat())
    return tr("{n} months after the end").format(n=keep.days // MONTH)


def _made_on(record: RecordId) -> date:
    return local_day(datetime.fromtimestamp(int.from_bytes(record[:6], "big") / 1000, UTC))


def _day_text(at: datetime) -> str:
    return at.astimezone(LOCAL).date().isoformat()


def _closed_on(session: Session, unit: UnitCode, record: RecordId) -> date | None:
    table = tables.request_state
    text = session.connection.execute(
        sa.select(table.c.state).where(table.c.unit == unit, table.c.id == record)
    ).scalar()
    closed = requests.read_state(text).closed_at if text is not None else None
    return local_day(closed) if closed is not None else None


def _drafts(session: Session, named: Sequence[str]) -> int:
    table = tables.draft
    mention = [table.c.fields.contains(one, autoescape=True) for one in named]
    return int(
        session.connection.execute(
            sa.select(sa.func.count()).select_from(table).where(sa.or_(*mention))
        ).scalar_one()
    )
