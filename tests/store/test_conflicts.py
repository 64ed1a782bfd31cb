"""Conflicts in words: two offices, two values, one choice that ends it at both."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from gridbook.errors import NotAllowed
from gridbook.records.base import LOCAL, Record
from gridbook.records.request import Action, Particulars, Pressing, Request, Source, Status
from gridbook.records.staff import Role
from gridbook.store import conflicts, digest, journal, requests, rows, staff
from gridbook.store.session import Session
from tests import make
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT, Offices

R = TypeVar("R", bound=Record)


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    made = Offices(tmp_path).found(SUBDISTRICT, COMMUNITY, GRID)
    yield made
    made.close()


def held_as(session: Session, cls: type[R], unit: str, record: bytes) -> R | None:
    """A record as an office holds it."""
    return rows.one(session.connection, cls, unit, record)


def shared_request(offices: Offices) -> Request:
    asked = offices.request()
    offices.carry(GRID, COMMUNITY)
    return asked


def disagree(offices: Offices, asked: Request) -> None:
    """Grid and community change the same field, not knowing of each other."""
    offices[GRID].write(journal.save, make.change(asked, pressing=Pressing.URGENT))
    offices[COMMUNITY].write(journal.save, make.change(asked, pressing=Pressing.EMERGENCY))
    offices.carry(GRID, COMMUNITY)
    offices.carry(COMMUNITY, GRID)


def test_both_sides_are_shown_in_words_and_have_one_id_everywhere(offices: Offices) -> None:
    asked = shared_request(offices)
    disagree(offices, asked)

    (here,) = offices[GRID].read(conflicts.questions)
    (there,) = offices[COMMUNITY].read(conflicts.questions)

    assert here.id == there.id
    assert here.number == asked.number
    assert {value for side in here.sides for value in side.values.values()} == {"紧急", "突发"}
    assert "紧急程度" in here.sentence


@pytest.mark.parametrize(("choice", "kept"), [("mine", Pressing.URGENT), ("theirs", Pressing.EMERGENCY)])
def test_one_choice_ends_a_conflict_at_every_office(offices: Offices, choice: str, kept: Pressing) -> None:
    asked = shared_request(offices)
    disagree(offices, asked)
    (question,) = offices[GRID].read(conflicts.questions)

    offices[GRID].write(conflicts.settle, question.id, choice)
    offices.carry(GRID, COMMUNITY)

    for unit in (GRID, COMMUNITY):
        assert not offices[unit].read(conflicts.questions)
        assert offices[unit].read(requests.find, asked.id).pressing is kept
    mine, theirs = (offices[unit].read(digest.of_book) for unit in (GRID, COMMUNITY))
    shared = [name for name in mine.streams if name in theirs.streams]
    assert len(shared) > 3
    assert [mine.streams[name] for name in shared] == [theirs.streams[name] for name in shared]
    assert [mine.rows[name] for name in shared] == [theirs.rows[name] for name in shared]


def test_a_third_value_can_be_written_instead(offices: Offices) -> None:
    asked = shared_request(offices)
    disagree(offices, asked)
    (question,) = offices[GRID].read(conflicts.questions)

    offices[GRID].write(conflicts.settle, question.id, {"pressing": Pressing.NORMAL})

    assert not offices[GRID].read(conflicts.questions)
    assert offices[GRID].read(requests.find, asked.id).pressing is Pressing.NORMAL


def test_an_event_that_came_too_late_is_told_and_can_be_laid_aside(offices: Offices) -> None:
    asked = shared_request(offices)
    offices.act(GRID, asked, Action.ACCEPT)
    offices.carry(GRID, COMMUNITY)
    offices.act(COMMUNITY, asked, Action.RESOLVE, outcome="solved")
    offices.act(GRID, asked, Action.RESOLVE, outcome="explained")
    offices.carry(GRID, COMMUNITY)

    (question,) = offices[COMMUNITY].read(conflicts.questions)
    assert question.kind == conflicts.LATE
    assert "来迟了" in question.sentence
    offices[COMMUNITY].write(conflicts.settle, question.id, "mine")

    assert not offices[COMMUNITY].read(conflicts.questions)
    view = offices[COMMUNITY].read(requests.get, asked.id)
    assert view.state.status is Status.RESOLVED
    assert [one.standing for one in view.events].count("late") == 1


def test_a_grid_cannot_do_what_the_office_does_that_has_the_request_in_hand(offices: Offices) -> None:
    asked = shared_request(offices)
    offices.act(GRID, asked, Action.ESCALATE)

    actions = offices[GRID].read(requests.actions, asked.id)

    assert Action.SIGN not in actions and Action.RESOLVE not in actions
    assert Action.WITHDRAW in actions
    offices.carry(GRID, COMMUNITY)
    assert offices[COMMUNITY].read(requests.actions, asked.id)[0] is Action.SIGN


def test_several_questions_about_one_record_are_settled_one_by_one(offices: Offices) -> None:
    asked = shared_request(offices)
    offices.act(GRID, asked, Action.ACCEPT)
    offices.carry(GRID, COMMUNITY)
    offices.act(COMMUNITY, asked, Action.RESOLVE, outcome="solved")
    offices.act(GRID, asked, Action.RESOLVE, outcome="explained")
    offices[GRID].write(journal.save, make.change(asked, pressing=Pressing.URGENT, source=Source.CALL))
    offices[COMMUNITY].write(
        journal.save, make.change(asked, pressing=Pressing.EMERGENCY, source=Source.DESK)
    )
    offices.carry(GRID, COMMUNITY)
    first = {one.id: one.kind for one in offices[COMMUNITY].read(conflicts.questions)}
    assert sorted(first.values()) == [conflicts.CONFLICT, conflicts.CONFLICT, conflicts.LATE]

    left = dict(first)
    for one in first:
        offices[COMMUNITY].write(conflicts.settle, one, 0)
        del left[one]
        assert {each.id for each in offices[COMMUNITY].read(conflicts.questions)} == set(left)


def test_settling_a_value_does_not_decide_whether_the_record_is_there(offices: Offices) -> None:
    asked = shared_request(offices)
    offices[GRID].write(journal.delete, offices[GRID].read(requests.find, asked.id), "twice")
    offices[COMMUNITY].write(journal.save, make.change(asked, pressing=Pressing.URGENT))
    offices[COMMUNITY].write(journal.event, GRID, asked.id, Action.ACCEPT, {})
    offices.carry(GRID, COMMUNITY)
    (gone,) = offices[COMMUNITY].read(conflicts.questions)
    assert gone.part == conflicts.DELETED
    offices[COMMUNITY].write(
        journal.resolve, "Request", GRID, asked.id, {"pressing": "normal", "settles": ()}, ""
    )

    (still,) = offices[COMMUNITY].read(conflicts.questions)
    assert still.id == gone.id
    stays = next(n for n, side in enumerate(still.sides) if not side.fields["deleted"])
    offices[COMMUNITY].write(conflicts.settle, gone.id, stays)

    offices.carry(COMMUNITY, GRID)
    for unit in (GRID, COMMUNITY):
        assert not offices[unit].read(conflicts.questions)
        assert offices[unit].read(requests.find, asked.id).pressing is Pressing.NORMAL


def test_what_was_not_for_a_desk_is_laid_aside_without_bringing_a_deleted_record_back(
    offices: Offices,
) -> None:
    asked = shared_request(offices)
    offices[GRID].write(journal.delete, offices[GRID].read(requests.find, asked.id), "twice")
    offices[GRID].write(journal.resolve, "Request", GRID, asked.id, {"pressing": "urgent", "settles": ()}, "")
    offices.carry(GRID, COMMUNITY)

    for unit in (GRID, COMMUNITY):
        assert offices[unit].read(held_as, Request, GRID, asked.id) is None
        assert not offices[unit].read(conflicts.questions)


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"source": Source.CALL}, Source.CALL),
        ({"category": "F02", "limit": "3"}, "F02"),
        ({"agreed_on": "2026-12-01"}, "2026-12-01"),
        ({"public_place": False, "estate": None}, False),
    ],
)
def test_another_value_of_any_kind_ends_a_conflict(
    offices: Offices, fields: dict[str, object], kept: object
) -> None:
    name = next(iter(fields))
    asked = shared_request(offices)
    day = asked.registered_at.astimezone(LOCAL).date()
    apart = {
        "source": (Source.DESK, Source.PATROL),
        "category": ("F03", "F04"),
        "agreed_on": (day, day + timedelta(days=3)),
        "public_place": (True, False),
    }[name]
    estate = {"estate": b"\x07" * 16} if name == "public_place" else {}
    offices[GRID].write(journal.save, make.change(asked, **{name: apart[0]}))
    offices[COMMUNITY].write(journal.save, make.change(asked, **{name: apart[1], **estate}))
    offices.carry(GRID, COMMUNITY)
    questions = offices[COMMUNITY].read(conflicts.questions)
    assert [name in one.present for one in questions] == [True]

    offices[COMMUNITY].write(conflicts.settle, questions[0].id, fields)
    offices.carry(COMMUNITY, GRID)

    for unit in (GRID, COMMUNITY):
        assert not offices[unit].read(conflicts.questions)
        held = getattr(offices[unit].read(requests.find, asked.id), name)
        assert held == kept or str(held) == kept


def test_a_conflict_whose_sides_are_erased_asks_nobody(offices: Offices) -> None:
    asked = shared_request(offices)
    for unit, called in ((GRID, "李先生"), (COMMUNITY, "赵女士")):
        held = offices[unit].read(held_as, Particulars, GRID, asked.id)
        assert held is not None
        offices[unit].write(journal.save, make.change(held, called=called))
    offices.carry(GRID, COMMUNITY)
    assert [one.class_name for one in offices[COMMUNITY].read(conflicts.questions)] == ["Particulars"]

    offices[COMMUNITY].write(journal.erase, "Particulars", GRID, asked.id, "asked for")
    offices.carry(COMMUNITY, GRID)

    for unit in (GRID, COMMUNITY):
        assert not offices[unit].read(conflicts.questions)
        assert offices[unit].read(conflicts.count) == 0


def test_what_an_office_may_not_settle_is_shown_with_whom_it_waits_for(offices: Offices) -> None:
    asked = shared_request(offices)
    disagree(offices, asked)
    offices.carry(COMMUNITY, SUBDISTRICT)
    store = offices[SUBDISTRICT]
    assert store.read(conflicts.count) == 1
    store.write(
        staff.add, store.folder, store.keys, "周明", Role.AUDITOR, "a long enough phrase 1", calibrate=False
    )
    store.switch("周明")

    (question,) = store.read(conflicts.questions)

    assert question.waits_for
    assert store.read(conflicts.count) == 0
    with pytest.raises(NotAllowed):
        store.write(conflicts.settle, question.id, 0)
    store.switch("王芳")
    store.write(conflicts.settle, question.id, 0)
    assert not store.read(conflicts.questions)


def test_a_settled_question_is_not_asked_again_after_an_older_book_was_put_back(offices: Offices) -> None:
    asked = shared_request(offices)
    disagree(offices, asked)
    folder = offices[COMMUNITY].folder
    offices[COMMUNITY].close()
    before = shutil.copytree(folder, folder.with_name("before"))
    store = offices.reopen(COMMUNITY)
    (question,) = store.read(conflicts.questions)
    store.write(conflicts.settle, question.id, {"pressing": Pressing.NORMAL})
    offices.carry(COMMUNITY, GRID)
    store.close()
    for name in ("book.db", "keys.json"):
        shutil.copy(before / name, folder / name)
    for name in ("book.db-wal", "book.db-shm"):
        (folder / name).unlink(missing_ok=True)
    store = offices.reopen(COMMUNITY)
    assert [one.id for one in store.read(conflicts.questions)] == [question.id]

    offices.carry(GRID, COMMUNITY)
    offices.carry(COMMUNITY, GRID)
    offices.carry(GRID, COMMUNITY)

    for unit in (GRID, COMMUNITY):
        assert not offices[unit].read(conflicts.questions)
        assert offices[unit].read(requests.find, asked.id).pressing is Pressing.NORMAL
