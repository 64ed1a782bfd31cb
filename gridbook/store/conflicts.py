"""What a person has to settle: the list of questions, and one choice that ends one at every office."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gridbook.errors import NotAllowed, NotFound
from gridbook.i18n import tr
from gridbook.records.base import RecordId, UnitCode
from gridbook.records.request import Request
from gridbook.records.rights import Kind
from gridbook.store import audit, duplicates, moved, question, settling, tables
from gridbook.store.question import (
    CIRCLE,
    CONFLICT,
    CORRECT,
    DELETED,
    DUPLICATE,
    KIND_NAMES,
    LATE,
    NOT_ALLOWED,
    TWICE,
    WAITING,
    Question,
    Side,
)
from gridbook.store.session import Session
from gridbook.store.settling import DIFFERENT, SAME, UNDO

# A question and its sides are read and settled here; whoever does it finds the words with it.
__all__ = [
    "CIRCLE",
    "CONFLICT",
    "CORRECT",
    "DELETED",
    "DIFFERENT",
    "DUPLICATE",
    "KIND_NAMES",
    "LATE",
    "NOT_ALLOWED",
    "SAME",
    "TWICE",
    "UNDO",
    "WAITING",
    "Open",
    "Question",
    "Side",
    "count",
    "of_record",
    "open_now",
    "questions",
    "settle",
]

_TO_SETTLE = (CONFLICT, LATE, NOT_ALLOWED, CORRECT)


def questions(session: Session, *, waiting: bool = False) -> Sequence[Question]:
    """Everything to settle in this book, what another desk settles last; `waiting` adds missing pieces."""
    table = tables.finding
    kinds = [*_TO_SETTLE, *([WAITING] if waiting else [])]
    found = session.connection.execute(
        sa.select(table).where(table.c.kind.in_(kinds)).order_by(table.c.unit, table.c.record, table.c.kind)
    ).all()
    asked = [question.of_finding(session, row) for row in found]
    asked += [question.of_pair(session, one) for one in duplicates.pairs(session)]
    asked += _circles(session)
    asked += [question.of_twice(session, was, held) for was, held in moved.twice(session)]
    return sorted(asked, key=lambda one: bool(one.waits_for))


def count(session: Session) -> int:
    """How many questions this person can settle; nothing is put into words for it."""
    table = tables.finding
    found = session.connection.execute(
        sa.select(table.c["class"], table.c.unit, sa.func.count())
        .where(table.c.kind.in_(_TO_SETTLE))
        .group_by(table.c["class"], table.c.unit)
    )
    told = sum(number for name, unit, number in found if not question.waits_for(session, unit, name))
    pairs = _settled_here(session, (one.second.unit for one in duplicates.pairs(session)))
    circles = _settled_here(session, (held[0].unit for held, _ in _in_circles(session)))
    twice = sum(not question.twice_waits_for(session, held) for _, held in moved.twice(session))
    return int(told) + pairs + circles + twice


@dataclass(frozen=True, slots=True)
class Open:
    """Which questions about single records are open, and how many records wait for a missing piece."""

    asked: frozenset[tuple[Any, ...]]
    waiting: int


def open_now(session: Session) -> Open:
    """What is open at this moment; looked at before and after something is taken in."""
    marks = ", ".join("?" * len(_TO_SETTLE))
    found = session.run(
        f'SELECT "class", unit, record, kind, part, detail FROM finding WHERE kind IN ({marks})', _TO_SETTLE
    )
    ((waiting,),) = session.run("SELECT count(*) FROM finding WHERE kind = ?", (WAITING,))
    return Open(frozenset(question.key_of(*row) for row in found), int(waiting))


def _settled_here(session: Session, of: Iterable[UnitCode]) -> int:
    return sum(not question.waits_for(session, unit, "Request", Kind.ALIAS) for unit in of)


def of_record(session: Session, class_name: str, unit: UnitCode, record: RecordId) -> Sequence[Question]:
    """What is to settle about one record."""
    table = tables.finding
    kinds = (*_TO_SETTLE, WAITING)
    found = session.connection.execute(
        sa.select(table).where(
            table.c.record == record,
            table.c["class"] == class_name,
            table.c.unit == unit,
            table.c.kind.in_(kinds),
        )
    )
    return [question.of_finding(session, row) for row in found]


def _circles(session: Session) -> list[Question]:
    return [question.of_circle(session, held, circle) for held, circle in _in_circles(session)]


def _in_circles(session: Session) -> Sequence[tuple[Sequence[Request], Sequence[RecordId]]]:
    made = []
    for circle in duplicates.circles(session):
        held = [one for record in circle if (one := duplicates.request(session, record)) is not None]
        if held:
            made.append((held, circle))
    return made


def settle(
    session: Session, question_id: str, choice: str | int | Mapping[str, Any], reason: str = ""
) -> None:
    """Settle a question with `mine`, `theirs`, the number of a side, or values by field; it travels.

    Of two requests that look alike: `same` or `different`. `undo` takes one's own decision back.
    """
    if choice == UNDO:
        settling.take_back(session, question_id, reason)
        return
    asked = next((one for one in questions(session) if one.id == question_id), None)
    if asked is None:
        raise NotFound(
            tr("There is nothing to settle under {id}.").format(id=question_id[:20]),
            next=tr("Look at the list again; somebody may have settled it already."),
        )
    if asked.waits_for:
        raise NotAllowed(
            tr("This question is settled by {who}.").format(who=asked.waits_for),
            kept=tr("Nothing was changed."),
            next=tr("It leaves your list with the first stick after that."),
        )
    settling.settle(session, asked, choice, reason)
    audit.note(session, "settle", asked.number or asked.record.hex(), asked.class_name)
