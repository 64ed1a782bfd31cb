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
from gridbook.records.request import ACTION_NAMES, Action
from gridbook.store import audit, journal, rows, staff, tables, units, words
from gridbook.store.session import Session

CONFLICT, LATE, NOT_ALLOWED, CORRECT, WAITING = (
    "conflict",
    "late",
    "not allowed",
    "needs correction",
    "waiting",
)
KIND_NAMES = {
    CONFLICT: N_("Two offices wrote different things"),
    LATE: N_("Came too late"),
    NOT_ALLOWED: N_("Not for that desk to do"),
    CORRECT: N_("Needs a correction"),
    WAITING: N_("Waits for a piece that has not come yet"),
}
DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Side:
    """What one office wrote: who, when, and the values by the name of the field, in words."""

    unit: UnitCode
    office: str
    person: str
    at: datetime
    values: Mapping[str, str]
    fields: Mapping[str, Any]


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


def questions(session: Session, *, waiting: bool = False) -> Sequence[Question]:
    """Everything to settle in this book; what only waits for a piece is left out unless asked for."""
    table = tables.finding
    kinds = [CONFLICT, LATE, NOT_ALLOWED, CORRECT, *([WAITING] if waiting else [])]
    found = session.connection.execute(
        sa.select(table).where(table.c.kind.in_(kinds)).order_by(table.c.unit, table.c.record, table.c.kind)
    )
    return [_question(session, row) for row in found]


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
    # The same at every station, so that two offices can talk about it by telephone.
    key = "\x00".join((class_name, row.unit, record.hex(), row.kind, row.part, str(detail.get("op", ""))))
    return Question(
        id=hashlib.sha256(key.encode()).hexdigest()[:8],
        kind=row.kind,
        class_name=class_name,
        unit=row.unit,
        record=record,
        part=row.part,
        number=_number(session, class_name, row.unit, record),
        sentence=_sentence(session, class_name, row.kind, row.part, detail, sides),
        sides=sides,
    )


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
    """Settle a question with `mine`, `theirs`, the number of a side, or values by field; it travels."""
    question = next((one for one in questions(session) if one.id == question_id), None)
    if question is None:
        raise NotFound(
            tr("There is nothing to settle under {id}.").format(id=question_id[:20]),
            next=tr("Look at the list again; somebody may have settled it already."),
        )
    fields = _chosen(session, question, choice)
    if question.part == DELETED and fields.get(DELETED):
        _delete(session, question, reason)
    else:
        kept = {name: held for name, held in fields.items() if name != DELETED}
        journal.resolve(session, question.class_name, question.unit, question.record, kept, reason)
    audit.note(session, "settle", question.number or question.record.hex(), question.class_name)


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
