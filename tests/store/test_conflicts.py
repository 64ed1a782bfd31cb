"""Conflicts in words: two offices, two values, one choice that ends it at both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridbook.records.request import Action, Pressing, Request, Status
from gridbook.store import conflicts, digest, journal, requests
from tests import make
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT, Offices


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    made = Offices(tmp_path).found(SUBDISTRICT, COMMUNITY, GRID)
    yield made
    made.close()


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
