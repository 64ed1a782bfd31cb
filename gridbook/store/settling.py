"""What settles a question: a side, another value, one matter or two; and taking that back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gridbook.errors import BadValue, NotFound
from gridbook.i18n import tr
from gridbook.records import check
from gridbook.records.base import CLASSES, RecordId, UnitCode, rule_of, stored
from gridbook.store import audit, duplicates, journal, moved, preferences, rows
from gridbook.store.fold import SETTLES, heads_of
from gridbook.store.question import (
    CIRCLE,
    CORRECT,
    DELETED,
    DUPLICATE,
    LATE,
    NOT_ALLOWED,
    TWICE,
    Question,
    Side,
)
from gridbook.store.session import Session

SAME, DIFFERENT, UNDO = "same", "different", "undo"
SETTLED = "settled: "
"""Under this name a person's own decisions are remembered, so that each can be taken back."""


def settle(
    session: Session, question: Question, choice: str | int | Mapping[str, Any], reason: str = ""
) -> None:
    """End a question with a side, with values by field, or by saying whether two are one."""
    if question.kind in (DUPLICATE, CIRCLE):
        _decide(session, question, choice, reason)
    elif question.kind == TWICE:
        _choose(session, question, choice, reason)
    else:
        _end(session, question, choice, reason)


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


def _choose(session: Session, question: Question, choice: str | int | Mapping[str, Any], reason: str) -> None:
    if isinstance(choice, Mapping):
        raise BadValue("choice", tr("Choose one of the grids by its number, from 0."))
    stays = _side_chosen(session, question, choice)
    was, *held = (duplicates.request(session, one) for one in (question.record, *_ids(question)))
    cases = [one for one in held if one is not None]
    chosen = next(one for one in cases if one.id.hex() == stays.fields["record"])
    if was is not None:
        moved.choose(session, was, chosen, [one for one in cases if one != chosen], reason)


def _ids(question: Question) -> list[RecordId]:
    return [bytes.fromhex(side.fields["record"]) for side in question.sides]


def _remember(
    session: Session, question_id: str, class_name: str, unit: UnitCode, record: RecordId, other: RecordId
) -> None:
    heads = () if other else heads_of(journal.history(session, class_name, unit, record))
    told = [class_name, unit, record.hex(), other.hex(), *(head.hex() for head in heads)]
    preferences.keep(session, SETTLED + question_id, told)


def take_back(session: Session, question_id: str, reason: str = "") -> None:
    """Take one's own decision back: the question is open again at every office."""
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
    fields = dict(_chosen(session, question, choice))
    if fields.get(DELETED):
        _delete(session, question, reason)
    else:
        # Only what was asked is settled: other questions about the same record stay.
        fields[SETTLES] = tuple(question.ops)
        journal.resolve(session, question.class_name, question.unit, question.record, fields, reason)
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
