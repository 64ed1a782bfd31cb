"""A question in words: both sides, who and when, what differs, and the one that is suggested."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from gridbook.i18n import N_, tr
from gridbook.records.base import CLASSES, RecordId, UnitCode, stored
from gridbook.records.place import is_within
from gridbook.records.request import ACTION_NAMES, Action, Particulars, Request
from gridbook.records.rights import Kind, may_role, may_write
from gridbook.records.staff import Role
from gridbook.store import duplicates, places, project, rows, staff, tables, units, words
from gridbook.store.session import Session

CONFLICT, LATE, NOT_ALLOWED, CORRECT, WAITING, DUPLICATE, CIRCLE, TWICE = (
    "conflict",
    "late",
    "not allowed",
    "needs correction",
    "waiting",
    "duplicate",
    "circle",
    "moved twice",
)
KIND_NAMES = {
    CONFLICT: N_("Two offices wrote different things"),
    LATE: N_("Came too late"),
    NOT_ALLOWED: N_("Not for that desk to do"),
    CORRECT: N_("Needs a correction"),
    WAITING: N_("Waits for a piece that has not come yet"),
    DUPLICATE: N_("Perhaps written down twice"),
    CIRCLE: N_("Joined in a circle"),
    TWICE: N_("Handed over to two grids"),
}
DELETED = "deleted"
Key = tuple[str, UnitCode, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Side:
    """What one office wrote: who, when, and the values by the name of the field, in words."""

    unit: UnitCode
    office: str
    person: str
    at: datetime
    values: Mapping[str, str]
    fields: Mapping[str, Any]
    number: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Something to settle; the first side is the one now shown everywhere."""

    id: str
    kind: str
    class_name: str
    unit: UnitCode
    record: RecordId
    part: str
    number: str
    sentence: str
    sides: Sequence[Side]
    suggestion: int | None = None
    why: str = ""
    present: Mapping[str, Any] = field(default_factory=dict)
    """The fields of which another value can be written, each with what is shown now."""
    offers: Mapping[str, Sequence[tuple[RecordId, str]]] = field(default_factory=dict)
    """The places that a field can name, each with its word."""
    waits_for: str = ""
    """Who settles it, where this desk may not."""
    ops: Sequence[str] = ()
    """The ops that a conflict-free question is about: what came too late, what was not for that desk."""

    @property
    def since(self) -> datetime | None:
        """When the second side was written: from then on the question stands."""
        return max((side.at for side in self.sides), default=None)

    def differs(self, label: str) -> bool:
        """Whether the sides hold different values of a field."""
        return len({side.values.get(label, "") for side in self.sides}) > 1


def of_finding(session: Session, row: "sa.Row[Any]") -> Question:
    """What one finding of a fold asks."""
    class_name, record = row._mapping["class"], bytes(row.record)
    detail = msgspec.json.decode(row.detail)
    told = detail.get("sides", [detail] if "unit" in detail else [])
    sides = [_side(session, class_name, one) for one in told]
    op = str(detail.get("op", ""))
    key = key_of(class_name, row.unit, record, row.kind, row.part, row.detail)
    present = _present(session, row, detail, sides)
    return Question(
        id=_key(*key),
        kind=row.kind,
        class_name=class_name,
        unit=row.unit,
        record=record,
        part=row.part,
        number=_number(session, class_name, row.unit, record),
        sentence=_sentence(class_name, row.kind, row.part, detail, sides, present),
        sides=sides,
        present=present,
        offers={name: words.offers(session, name) for name in present if name in ("estate", "building")},
        waits_for=waits_for(session, row.unit, class_name),
        ops=[op] if op else (),
        **_suggestion(row.kind, row.part, row.unit, sides),
    )


def key_of(class_name: str, unit: UnitCode, record: bytes, kind: str, part: str, detail: str) -> Key:
    """What makes a finding the same question everywhere."""
    op = str(msgspec.json.decode(detail).get("op", "")) if '"op"' in detail else ""
    return class_name, unit, bytes(record).hex(), kind, part, "" if kind == CONFLICT else op


def waits_for(session: Session, unit: UnitCode, class_name: str, kind: Kind = Kind.RESOLVE) -> str:
    """Who settles a question about that class in that unit's stream; empty when this person does."""
    if not may_write(session.unit, unit, CLASSES[class_name].reach):
        return units.name(session, unit)
    role = session.person.role
    if may_role(role, session.unit, class_name, kind):
        return ""
    if role is Role.AUDITOR:
        return tr("the desk of this office")
    return tr("the lead of this office")


_NAMED = re.compile(r"`\$\.(\w+)|field `(\w+)`")


def _present(
    session: Session, row: "sa.Row[Any]", detail: Mapping[str, Any], sides: Sequence[Side]
) -> dict[str, Any]:
    """The fields in question with what is shown of them now."""
    rule = CLASSES[row._mapping["class"]]
    if row.kind == CONFLICT:
        given = sides[0].fields if sides and row.part != DELETED else {}
        return {name: held for name, held in given.items() if any(one.name == name for one in rule.fields)}
    if row.kind != CORRECT:
        return {}
    # Who checked the value says in which field it stands; else every field may be the one.
    found = _NAMED.search(str(detail.get("why", "")))
    named = row.part or (found and (found[1] or found[2])) or ""
    names = [one.name for one in rule.fields if not named or one.name == named]
    held = rows.one(session.connection, rule.record, row.unit, bytes(row.record))
    return {name: None if held is None else stored(getattr(held, name)) for name in names}


def _suggestion(kind: str, part: str, unit: UnitCode, sides: Sequence[Side]) -> dict[str, Any]:
    """What stands everywhere until somebody settles it, and the rule by which it does."""
    if kind != CONFLICT or len(sides) < 2:
        return {}
    if part == DELETED:
        kept = next((n for n, side in enumerate(sides) if not side.fields.get(DELETED)), 0)
        return {"suggestion": kept, "why": tr("Nothing is hidden as long as one office works on it.")}
    first, others = sides[0], sides[1:]
    own = first.unit == unit
    if own and all(side.unit != unit for side in others):
        why = tr("The record belongs to this office; its words are shown everywhere until you settle it.")
    elif own == any(side.unit == unit for side in others) and all(first.at >= side.at for side in others):
        why = tr("This was written last; it is shown everywhere until you settle it.")
    else:
        why = tr("The clock of the other PC was wrong; this is shown everywhere until you settle it.")
    return {"suggestion": 0, "why": why}


def of_pair(session: Session, pair: duplicates.Pair) -> Question:
    """Whether two requests that look alike are one matter."""
    ids = sorted((pair.first.id, pair.second.id))
    said = (
        tr("Two offices decided differently whether {first} and {second} are one matter.")
        if pair.disputed
        else tr("{first} and {second}: the same kind of matter at one place, a few days apart.")
    )
    return Question(
        id=_key(DUPLICATE, *(one.hex() for one in ids)),
        kind=DUPLICATE,
        class_name="Request",
        unit=pair.first.unit,
        record=pair.first.id,
        part=pair.second.id.hex(),
        number=pair.first.number,
        sentence=said.format(first=pair.first.number, second=pair.second.number),
        sides=[_card(session, one) for one in (pair.first, pair.second)],
        waits_for=waits_for(session, pair.second.unit, "Request", Kind.ALIAS),
    )


def of_circle(session: Session, held: Sequence[Request], circle: Sequence[RecordId]) -> Question:
    """Requests that were joined with each other both ways."""
    return Question(
        id=_key(CIRCLE, *(one.hex() for one in circle)),
        kind=CIRCLE,
        class_name="Request",
        unit=held[0].unit,
        record=circle[0],
        part="",
        number=held[0].number,
        sentence=tr(
            "{numbers} were joined with each other both ways; {first} stands for all of them."
        ).format(numbers="、".join(one.number for one in held), first=held[0].number),
        sides=[_card(session, one) for one in held],
        waits_for=waits_for(session, held[0].unit, "Request", Kind.ALIAS),
    )


def of_twice(session: Session, was: Request, held: Sequence[Request]) -> Question:
    """Which of two hand-overs of one case counts."""
    return Question(
        id=_key(TWICE, was.id.hex(), *(one.id.hex() for one in held)),
        kind=TWICE,
        class_name="Request",
        unit=was.unit,
        record=was.id,
        part="",
        number=was.number,
        sentence=tr("{number} was handed over to {grids} at once; say which of them goes on.").format(
            number=was.number, grids="、".join(units.name(session, one.unit) for one in held)
        ),
        sides=[_card(session, one) for one in held],
        waits_for=twice_waits_for(session, held),
    )


def twice_waits_for(session: Session, held: Sequence[Request]) -> str:
    """Who says which hand-over counts, if not this person: the lead of the office above both grids."""
    above = next((one.unit[:9] for one in held if not is_within(one.unit, session.unit)), "")
    if above:
        return units.name(session, above)
    role = session.person.role
    allowed = may_role(role, session.unit, "Request", Kind.EVENT, Action.HAND_OVER)
    return "" if allowed else tr("the lead of this office")


def _card(session: Session, request: Request) -> Side:
    """A request as one side of the question whether it is the same as another."""
    held = rows.one(session.connection, Particulars, request.unit, request.id)
    place = places.known(session).text(
        held.building if held else None, held.door if held else "", held.spot if held else "", request.estate
    )
    told = {
        words.label("Request", "category"): words.value(session, "Request", "category", request.category),
        tr("Place"): place,
        **{
            words.label("Particulars", name): getattr(held, name)
            for name in ("title", "called", "text")
            if held is not None
        },
    }
    return Side(
        request.unit,
        units.name(session, request.unit),
        "",
        request.registered_at,
        told,
        {"record": request.id.hex()},
        request.number,
    )


def _key(*parts: str) -> str:
    # The same at every station, so that two offices can talk about it by telephone.
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:8]


def _side(session: Session, class_name: str, told: Mapping[str, Any]) -> Side:
    unit, defaults = told.get("unit", ""), project.defaults_of(CLASSES[class_name])
    # A create leaves out what is as it always is.
    given = {
        name: defaults.get(name) if held is None else held for name, held in told.get("fields", {}).items()
    }
    named = {
        (tr("Deleted") if name == DELETED else words.label(class_name, name)): (
            (tr("Yes") if held else tr("No"))
            if name == DELETED
            else words.value(session, class_name, name, held)
        )
        for name, held in given.items()
        if name == DELETED or any(field.name == name for field in CLASSES[class_name].fields)
    }
    return Side(
        unit,
        units.name(session, unit) if unit else "",
        staff.name(session, unit, told.get("person", "")),
        datetime.fromtimestamp(min(max(told.get("stamp", 0) // 1000, 0), 4_102_444_800), UTC),
        named,
        given,
    )


def _number(session: Session, class_name: str, unit: UnitCode, record: RecordId) -> str:
    for name in (class_name, "Request", "Visit"):
        table = tables.RECORDS[name]
        if "number" in table.c:
            held = session.connection.execute(
                sa.select(table.c.number).where(table.c.unit == unit, table.c.id == record)
            ).scalar()
            if held is not None:
                return str(held)
    table = tables.RECORDS[class_name]
    if "case" in table.c:
        case = session.connection.execute(
            sa.select(table.c.case).where(table.c.unit == unit, table.c.id == record)
        ).scalar()
        return "" if case is None else _number(session, "Request", unit, bytes(case))
    return ""


def _sentence(
    class_name: str,
    kind: str,
    part: str,
    detail: Mapping[str, Any],
    sides: Sequence[Side],
    present: Mapping[str, Any],
) -> str:
    what = tr(CLASSES[class_name].label)
    offices = "、".join(dict.fromkeys(side.office for side in sides))
    if kind == CONFLICT and part == DELETED:
        return tr("{what}: deleted at one office and changed at another ({offices}).").format(
            what=what, offices=offices
        )
    if kind == CONFLICT:
        fields = "、".join(dict.fromkeys(name for side in sides for name in side.values))
        return tr("{what}: {offices} wrote different things as “{fields}”.").format(
            what=what, offices=offices, fields=fields
        )
    if kind == LATE:
        return tr("“{action}” by {offices} came too late: {why}").format(
            action=_action(part), offices=offices, why=detail.get("why", "")
        )
    if kind == NOT_ALLOWED:
        return tr("“{action}” by {offices} is not for that desk to do.").format(
            action=_action(part), offices=offices
        )
    if kind == CORRECT:
        fields = "、".join(words.label(class_name, name) for name in present)
        return tr("{what}: what stands as “{fields}” does not fit; write the right value.").format(
            what=what, fields=fields
        )
    return tr("{what}: waits for a piece that has not come yet.").format(what=what)


def _action(part: str) -> str:
    try:
        return tr(ACTION_NAMES[Action(part)])
    except ValueError:
        return part
