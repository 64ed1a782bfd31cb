"""What a person has to settle: both sides in words, and one choice that ends it at every office."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from gridbook.errors import BadValue, NotFound
from gridbook.i18n import N_, tr
from gridbook.records import check
from gridbook.records.base import CLASSES, RecordId, UnitCode, rule_of, stored
from gridbook.records.place import is_within
from gridbook.records.request import ACTION_NAMES, Action, Particulars, Request
from gridbook.store import (
    audit,
    duplicates,
    journal,
    places,
    preferences,
    rows,
    staff,
    tables,
    units,
    words,
)
from gridbook.store.fold import heads_of
from gridbook.store.session import Session

CONFLICT, LATE, NOT_ALLOWED, CORRECT, WAITING, DUPLICATE, CIRCLE = (
    "conflict",
    "late",
    "not allowed",
    "needs correction",
    "waiting",
    "duplicate",
    "circle",
)
KIND_NAMES = {
    CONFLICT: N_("Two offices wrote different things"),
    LATE: N_("Came too late"),
    NOT_ALLOWED: N_("Not for that desk to do"),
    CORRECT: N_("Needs a correction"),
    WAITING: N_("Waits for a piece that has not come yet"),
    DUPLICATE: N_("Perhaps written down twice"),
    CIRCLE: N_("Joined in a circle"),
}
DELETED = "deleted"
SAME, DIFFERENT, UNDO = "same", "different", "undo"
SETTLED = "settled: "
"""Under this name a person's own decisions are remembered, so that each can be taken back."""


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

    @property
    def since(self) -> datetime | None:
        """When the second side was written: from then on the question stands."""
        return max((side.at for side in self.sides), default=None)

    def differs(self, label: str) -> bool:
        """Whether the sides hold different values of a field."""
        return len({side.values.get(label, "") for side in self.sides}) > 1


def questions(session: Session, *, waiting: bool = False) -> Sequence[Question]:
    """Everything to settle in this book; what only waits for a piece is left out unless asked for."""
    table = tables.finding
    kinds = [CONFLICT, LATE, NOT_ALLOWED, CORRECT, *([WAITING] if waiting else [])]
    found = session.connection.execute(
        sa.select(table).where(table.c.kind.in_(kinds)).order_by(table.c.unit, table.c.record, table.c.kind)
    )
    asked = [_question(session, row) for row in found if _is_asked_here(session, row.unit)]
    return [*asked, *_duplicates(session), *_circles(session)]


def count(session: Session) -> int:
    """How many questions `questions` asks."""
    return len(questions(session))


def _is_asked_here(session: Session, unit: UnitCode) -> bool:
    """A grid settles what is its own; an office above what lies below it, too."""
    return is_within(unit, session.unit)


def of_record(session: Session, class_name: str, unit: UnitCode, record: RecordId) -> Sequence[Question]:
    """What is to settle about one record."""
    table = tables.finding
    found = session.connection.execute(
        sa.select(table).where(table.c.record == record, table.c["class"] == class_name, table.c.unit == unit)
    )
    return [_question(session, row) for row in found]


def _question(session: Session, row: "sa.Row[Any]") -> Question:
    class_name, record = row._mapping["class"], bytes(row.record)
    detail = msgspec.json.decode(row.detail)
    told = detail.get("sides", [detail] if "unit" in detail else [])
    sides = [_side(session, class_name, one) for one in told]
    key = (class_name, row.unit, record.hex(), row.kind, row.part, str(detail.get("op", "")))
    return Question(
        id=_key(*key),
        kind=row.kind,
        class_name=class_name,
        unit=row.unit,
        record=record,
        part=row.part,
        number=_number(session, class_name, row.unit, record),
        sentence=_sentence(session, class_name, row.kind, row.part, detail, sides),
        sides=sides,
        **_suggestion(row.kind, row.part, row.unit, sides),
    )


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


def _duplicates(session: Session) -> list[Question]:
    return [_pair(session, one) for one in duplicates.pairs(session)]


def _pair(session: Session, pair: duplicates.Pair) -> Question:
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
    )


def _circles(session: Session) -> list[Question]:
    made = []
    for circle in duplicates.circles(session):
        held = [one for record in circle if (one := duplicates.request(session, record)) is not None]
        if held and _is_asked_here(session, held[0].unit):
            made.append(
                Question(
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
                )
            )
    return made


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
    unit = told.get("unit", "")
    given = told.get("fields", {})
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
    return ""


def _sentence(
    session: Session,
    class_name: str,
    kind: str,
    part: str,
    detail: Mapping[str, Any],
    sides: Sequence[Side],
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
        return tr("{what}: a value needs a correction ({why}).").format(what=what, why=detail.get("why", ""))
    return tr("{what}: waits for a piece that has not come yet.").format(what=what)


def _action(part: str) -> str:
    try:
        return tr(ACTION_NAMES[Action(part)])
    except ValueError:
        return part


def settle(
    session: Session, question_id: str, choice: str | int | Mapping[str, Any], reason: str = ""
) -> None:
    """Settle a question with `mine`, `theirs`, the number of a side, or values by field; it travels.

    Of two requests that look alike: `same` or `different`. `undo` takes one's own decision back.
    """
    if choice == UNDO:
        _undo(session, question_id, reason)
        return
    question = next((one for one in questions(session) if one.id == question_id), None)
    if question is None:
        raise NotFound(
            tr("There is nothing to settle under {id}.").format(id=question_id[:20]),
            next=tr("Look at the list again; somebody may have settled it already."),
        )
    if question.kind in (DUPLICATE, CIRCLE):
        _decide(session, question, choice, reason)
    else:
        _end(session, question, choice, reason)
    audit.note(session, "settle", question.number or question.record.hex(), question.class_name)


def _decide(session: Session, question: Question, choice: object, reason: str) -> None:
    if question.kind == CIRCLE:
        record, other = duplicates.open_circle(session, _ids(question), reason)
        _remember(session, question.id, CIRCLE, question.unit, record, other)
    elif choice in (SAME, DIFFERENT):
        decide = duplicates.join if choice == SAME else duplicates.part
        first, second = _ids(question)
        unit, record = decide(session, first, second, reason)
        other = first if record == second else second
        _remember(session, question.id, "Request", unit, record, other)
    else:
        raise BadValue("choice", tr("Choose “same” or “different”."))


def _ids(question: Question) -> list[RecordId]:
    return [bytes.fromhex(side.fields["record"]) for side in question.sides]


def _remember(
    session: Session, question_id: str, class_name: str, unit: UnitCode, record: RecordId, other: RecordId
) -> None:
    heads = () if other else heads_of(journal.history(session, class_name, unit, record))
    told = [class_name, unit, record.hex(), other.hex(), *(head.hex() for head in heads)]
    preferences.keep(session, SETTLED + question_id, told)


def _undo(session: Session, question_id: str, reason: str) -> None:
    told = preferences.value(session, SETTLED + question_id, None)
    if told is None:
        raise NotFound(
            tr("You have settled nothing under {id}.").format(id=question_id[:20]),
            next=tr("Look at the list again; somebody may have settled it already."),
        )
    class_name, unit, *named = told
    record, other, *heads = (bytes.fromhex(one) for one in named)
    if class_name == CIRCLE:
        duplicates.close_circle(session, record, other, reason)
    elif other:
        duplicates.take_back(session, record, other, reason)
    else:
        journal.withdraw(session, class_name, unit, record, heads[0], reason)
    preferences.keep(session, SETTLED + question_id, None)
    audit.note(session, "settle", record.hex(), class_name)


def _end(session: Session, question: Question, choice: str | int | Mapping[str, Any], reason: str) -> None:
    fields = _chosen(session, question, choice)
    if question.part == DELETED and fields.get(DELETED):
        _delete(session, question, reason)
    else:
        kept = {name: held for name, held in fields.items() if name != DELETED}
        journal.resolve(session, question.class_name, question.unit, question.record, kept, reason)
    _remember(session, question.id, question.class_name, question.unit, question.record, b"")


def _chosen(session: Session, question: Question, choice: str | int | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(choice, Mapping):
        return _checked(session, question, choice)
    if question.kind in (LATE, NOT_ALLOWED):
        return {}
    if question.kind == CORRECT:
        raise BadValue("choice", tr("Write the right value; there is only one side."))
    return _restored(question, _side_chosen(session, question, choice).fields)


def _side_chosen(session: Session, question: Question, choice: str | int) -> Side:
    if isinstance(choice, int):
        if 0 <= choice < len(question.sides):
            return question.sides[choice]
        raise BadValue("choice", tr("There is no side {n}.").format(n=choice))
    mine = [side for side in question.sides if side.unit == session.unit]
    others = [side for side in question.sides if side.unit != session.unit]
    named = {"mine": mine, "theirs": others}.get(choice)
    if named is None:
        raise BadValue("choice", tr("Choose “mine”, “theirs” or a value."))
    if len(named) != 1:
        raise BadValue(
            "choice",
            tr("“{choice}” does not name one side here.").format(choice=choice),
            next=tr("Choose a side by its number, from 0."),
        )
    return named[0]


def _restored(question: Question, given: Mapping[str, Any]) -> dict[str, Any]:
    rules = {field.name: field for field in CLASSES[question.class_name].fields}
    return {
        name: bytes.fromhex(held) if name in rules and rules[name].python is bytes and held else held
        for name, held in given.items()
        if held is not None or name not in rules or rules[name].optional
    }


def _checked(session: Session, question: Question, given: Mapping[str, Any]) -> Mapping[str, Any]:
    rules = {field.name: field for field in CLASSES[question.class_name].fields}
    for name in given:
        if name not in rules:
            raise BadValue(name, tr("There is no field “{name}”.").format(name=name[:20]))
    group = {rules[name].group for name in given}
    held = rows.one(session.connection, CLASSES[question.class_name].record, question.unit, question.record)
    values = {name: stored(value) for name, value in given.items()}
    if held is not None:
        whole = {name: stored(getattr(held, name)) for name, field in rules.items() if field.group in group}
        values = {**whole, **values}
        check.everyday(replace(held, **_python(held, values)))
    return values


def _python(held: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: rows.restored_value(rule_of(held).field(name), value) for name, value in values.items()}


def _delete(session: Session, question: Question, reason: str) -> None:
    held = rows.one(session.connection, CLASSES[question.class_name].record, question.unit, question.record)
    if held is not None:
        journal.delete(session, held, reason)
