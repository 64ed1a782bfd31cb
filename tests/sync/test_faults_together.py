"""Two offices work on one record, faults 33–40, 46 and 49: equal everywhere, settled by a person once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gridbook.errors import BadValue, NotAllowed
from gridbook.records.request import Action, Particulars, Pressing, Request
from gridbook.store import caseload, conflicts, digest, duplicates, history, journal, requests, units
from gridbook.store.conflicts import Question
from tests import make
from tests.sync.offices import COMMUNITY, GRID, OTHER_GRID, SUBDISTRICT, Offices

ALL = (GRID, COMMUNITY, SUBDISTRICT)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    made = Offices(tmp_path_factory.mktemp("town")).found(SUBDISTRICT, COMMUNITY, GRID, OTHER_GRID)
    yield made
    made.close()


@pytest.fixture
def offices(town: Offices, tmp_path: Path) -> Iterator[Offices]:
    made = town.copied(tmp_path)
    yield made
    made.close()


def shared(offices: Offices, **fields: object) -> Request:
    """A request of the grid that all three tiers hold."""
    asked = offices.request(**fields)
    offices.carry(GRID, COMMUNITY)
    offices.carry(COMMUNITY, SUBDISTRICT)
    return asked


def rounds(offices: Offices) -> None:
    """A round of sticks up and down; the rows of every shared stream are equal at all tiers after it."""
    offices.round()
    rows = {unit: offices[unit].read(digest.of_book).rows for unit in ALL}
    for low, high in ((GRID, COMMUNITY), (COMMUNITY, SUBDISTRICT)):
        both = [name for name in rows[low] if name in rows[high]]
        assert f"{GRID} down" in both
        assert [rows[low][name] for name in both] == [rows[high][name] for name in both]
        of_requests = f"{GRID} subdistrict"
        assert rows[low].get(of_requests) == rows[high].get(of_requests)


def disagree(offices: Offices) -> Request:
    """Grid and community wrote different values of one field, and both know."""
    asked = shared(offices)
    offices[GRID].write(journal.save, make.change(asked, pressing=Pressing.URGENT))
    offices[COMMUNITY].write(journal.save, make.change(asked, pressing=Pressing.EMERGENCY))
    rounds(offices)
    return asked


def asked_at(offices: Offices, unit: str) -> list[Question]:
    return list(offices[unit].read(conflicts.questions))


def pressing(offices: Offices, asked: Request) -> set[Pressing]:
    return {offices[unit].read(requests.find, asked.id).pressing for unit in ALL}


def delete(offices: Offices, unit: str, asked: Request) -> None:
    offices[unit].write(journal.delete, offices[unit].read(requests.find, asked.id), "twice")


def test_33_changes_of_different_groups_are_both_kept_without_a_conflict(offices: Offices) -> None:
    asked = shared(offices)
    offices[GRID].write(journal.save, make.change(asked, pressing=Pressing.URGENT))
    offices[COMMUNITY].write(journal.save, make.change(asked, category="F02"))

    rounds(offices)

    for unit in ALL:
        held = offices[unit].read(requests.find, asked.id)
        assert (held.pressing, held.category) == (Pressing.URGENT, "F02")
        assert not asked_at(offices, unit)


def test_34_different_values_are_one_question_everywhere_and_one_answer_ends_it(offices: Offices) -> None:
    asked = disagree(offices)
    ids = {asked_at(offices, unit)[0].id for unit in ALL}
    assert len(ids) == 1
    assert pressing(offices, asked) == {Pressing.URGENT}
    (question,) = asked_at(offices, COMMUNITY)
    assert question.suggestion == 0 and question.sides[0].unit == GRID and question.why
    assert {side.office for side in question.sides} == {
        offices[COMMUNITY].read(lambda s, u=unit: units.name(s, u)) for unit in (GRID, COMMUNITY)
    }

    offices[COMMUNITY].write(conflicts.settle, question.id, "mine")
    rounds(offices)

    assert pressing(offices, asked) == {Pressing.EMERGENCY}
    assert [asked_at(offices, unit) for unit in ALL] == [[], [], []]


def test_34_a_settlement_taken_back_opens_the_question_everywhere_and_history_keeps_all(
    offices: Offices,
) -> None:
    asked = disagree(offices)
    (question,) = asked_at(offices, COMMUNITY)
    offices[COMMUNITY].write(conflicts.settle, question.id, "mine")

    offices[COMMUNITY].write(conflicts.settle, question.id, "undo")
    rounds(offices)

    assert {asked_at(offices, unit)[0].id for unit in ALL} == {question.id}
    assert pressing(offices, asked) == {Pressing.URGENT}
    kept = offices[GRID].read(history.of, "Request", GRID, asked.id)
    assert len(kept) == 5
    (again,) = asked_at(offices, GRID)
    offices[GRID].write(conflicts.settle, again.id, {"pressing": Pressing.NORMAL})
    rounds(offices)
    assert pressing(offices, asked) == {Pressing.NORMAL}
    assert [asked_at(offices, unit) for unit in ALL] == [[], [], []]


def test_34_a_settlement_that_was_built_upon_is_not_taken_back(offices: Offices) -> None:
    asked = disagree(offices)
    (question,) = asked_at(offices, COMMUNITY)
    offices[COMMUNITY].write(conflicts.settle, question.id, "mine")
    offices.act(COMMUNITY, asked, Action.ACCEPT)

    with pytest.raises(NotAllowed):
        offices[COMMUNITY].write(conflicts.settle, question.id, "undo")

    assert asked_at(offices, COMMUNITY) == []


def test_35_the_same_value_of_the_same_group_is_no_conflict(offices: Offices) -> None:
    asked = shared(offices)
    for unit in (GRID, COMMUNITY):
        offices[unit].write(journal.save, make.change(asked, pressing=Pressing.URGENT))

    rounds(offices)

    assert pressing(offices, asked) == {Pressing.URGENT}
    assert [asked_at(offices, unit) for unit in ALL] == [[], [], []]


def test_36_two_different_settlements_are_a_question_again(offices: Offices) -> None:
    asked = disagree(offices)
    for unit in (GRID, COMMUNITY):
        (question,) = asked_at(offices, unit)
        offices[unit].write(conflicts.settle, question.id, "mine")
    rounds(offices)

    (again,) = asked_at(offices, SUBDISTRICT)
    assert {side.unit for side in again.sides} == {GRID, COMMUNITY}
    offices[SUBDISTRICT].write(conflicts.settle, again.id, 1)
    rounds(offices)

    assert len(pressing(offices, asked)) == 1
    assert [asked_at(offices, unit) for unit in ALL] == [[], [], []]


@pytest.mark.parametrize("deleted", [True, False])
def test_37_a_deletion_against_a_change_hides_nothing_until_a_person_decided(
    offices: Offices, deleted: bool
) -> None:
    asked = shared(offices)
    delete(offices, GRID, asked)
    offices[COMMUNITY].write(journal.save, make.change(asked, pressing=Pressing.URGENT))
    rounds(offices)
    assert pressing(offices, asked) == {Pressing.URGENT}
    (question,) = asked_at(offices, COMMUNITY)
    assert question.suggestion is not None
    assert question.sides[question.suggestion].unit == COMMUNITY

    offices[COMMUNITY].write(conflicts.settle, question.id, "theirs" if deleted else "mine")
    rounds(offices)

    assert [asked_at(offices, unit) for unit in ALL] == [[], [], []]
    counts = {offices.count(unit, "request") for unit in ALL}
    assert counts == {0 if deleted else 1}


def test_37_a_deletion_that_was_decided_is_taken_back_too(offices: Offices) -> None:
    asked = shared(offices)
    delete(offices, GRID, asked)
    offices[COMMUNITY].write(journal.save, make.change(asked, pressing=Pressing.URGENT))
    rounds(offices)
    (question,) = asked_at(offices, COMMUNITY)
    offices[COMMUNITY].write(conflicts.settle, question.id, "theirs")

    offices[COMMUNITY].write(conflicts.settle, question.id, "undo")
    rounds(offices)

    assert pressing(offices, asked) == {Pressing.URGENT}
    assert {asked_at(offices, unit)[0].id for unit in ALL} == {question.id}


def test_38_what_was_deleted_comes_back_only_when_somebody_says_so(offices: Offices) -> None:
    asked = shared(offices)
    delete(offices, GRID, asked)
    rounds(offices)

    with pytest.raises(NotAllowed):
        offices[COMMUNITY].write(journal.save, make.change(asked, pressing=Pressing.URGENT))
    with pytest.raises(NotAllowed):
        offices.act(COMMUNITY, asked, Action.ACCEPT)
    assert {offices.count(unit, "request") for unit in ALL} == {0}
    offices[COMMUNITY].write(journal.undelete, "Request", GRID, asked.id, "was right after all")
    offices[COMMUNITY].write(journal.save, make.change(asked, pressing=Pressing.URGENT))
    rounds(offices)

    assert pressing(offices, asked) == {Pressing.URGENT}
    assert [asked_at(offices, unit) for unit in ALL] == [[], [], []]


def twice(offices: Offices) -> tuple[Request, Request]:
    """Two grids wrote down the same matter at one public spot; every office above holds both."""
    made = []
    for unit in (GRID, OTHER_GRID):
        asked = offices.request(unit)
        offices[unit].write(
            journal.save,
            Particulars(unit=unit, id=asked.id, called="王女士", title="路灯不亮", spot="幸福路 12 号门前"),
        )
        made.append(asked)
        offices.clock.go(days=1)
    rounds(offices)
    return made[0], made[1]


def test_39_one_matter_of_two_grids_is_asked_about_and_nothing_is_hidden(offices: Offices) -> None:
    first, second = twice(offices)

    (question,) = asked_at(offices, COMMUNITY)

    assert question.kind == conflicts.DUPLICATE
    assert {side.number for side in question.sides} == {first.number, second.number}
    assert len(offices[COMMUNITY].read(caseload.open_cases)) == 2
    assert asked_at(offices, GRID) == [] == asked_at(offices, OTHER_GRID)


def test_39_two_records_joined_are_one_line_with_both_numbers_until_it_is_undone(offices: Offices) -> None:
    first, second = twice(offices)
    (question,) = asked_at(offices, COMMUNITY)

    offices[COMMUNITY].write(conflicts.settle, question.id, "same")
    rounds(offices)

    for unit in (COMMUNITY, SUBDISTRICT):
        (row,) = offices[unit].read(caseload.open_cases)
        assert (row.request.number, row.also) == (first.number, (second.number,))
        assert offices[unit].read(caseload.count) == 1
        assert offices[unit].read(requests.get, second.id).request.number == second.number
        assert asked_at(offices, unit) == []
    # A grid that holds only one of the two still has it in its lists.
    (own,) = offices[OTHER_GRID].read(caseload.open_cases)
    assert own.request.id == second.id
    offices[COMMUNITY].write(conflicts.settle, question.id, "undo")
    rounds(offices)
    assert len(offices[SUBDISTRICT].read(caseload.open_cases)) == 2
    assert [one.id for one in asked_at(offices, COMMUNITY)] == [question.id]


def test_39_two_matters_are_never_asked_about_again(offices: Offices) -> None:
    twice(offices)
    (question,) = asked_at(offices, COMMUNITY)

    offices[COMMUNITY].write(conflicts.settle, question.id, "different")
    rounds(offices)

    assert [asked_at(offices, unit) for unit in ALL] == [[], [], []]
    assert len(offices[COMMUNITY].read(caseload.open_cases)) == 2


def test_39_one_office_says_one_matter_and_another_says_two_and_both_are_asked(offices: Offices) -> None:
    first, second = twice(offices)
    offices[COMMUNITY].write(duplicates.join, first.id, second.id)
    offices[SUBDISTRICT].write(duplicates.part, first.id, second.id)
    rounds(offices)

    questions = {unit: asked_at(offices, unit) for unit in (COMMUNITY, SUBDISTRICT)}

    assert [one.kind for one in questions[SUBDISTRICT]] == [conflicts.DUPLICATE]
    assert [one.id for one in questions[COMMUNITY]] == [one.id for one in questions[SUBDISTRICT]]
    offices[COMMUNITY].write(conflicts.settle, questions[COMMUNITY][0].id, "different")
    rounds(offices)
    assert [asked_at(offices, unit) for unit in ALL] == [[], [], []]
    assert len(offices[SUBDISTRICT].read(caseload.open_cases)) == 2


def test_39_a_request_is_not_joined_with_itself(offices: Offices) -> None:
    first, second = twice(offices)
    with pytest.raises(BadValue, match="一件事"):
        offices[COMMUNITY].write(duplicates.join, first.id, first.id)
    offices[COMMUNITY].write(duplicates.join, first.id, second.id)
    with pytest.raises(BadValue, match="一件事"):
        offices[COMMUNITY].write(duplicates.join, second.id, first.id)
    alone = offices.request(number="0305-26-0009-7K2Q")
    for typed in ("0305-26-0009-7K2Q", "0305-26-9"):
        with pytest.raises(BadValue, match="自身"):
            offices[GRID].write(requests.act, alone.id, Action.MERGE, {"into": typed})


def test_40_a_circle_of_joins_has_the_lowest_id_as_its_master_and_is_flagged(offices: Offices) -> None:
    first, second = twice(offices)
    for unit, of, to in ((COMMUNITY, first, second), (SUBDISTRICT, second, first)):
        said = {"pair": to.id, "master": to.id}
        offices[unit].write(journal.alias, offices[unit].read(requests.find, of.id), said, "")
    rounds(offices)

    for unit in (COMMUNITY, SUBDISTRICT):
        masters = {offices[unit].read(duplicates.master_of, one.id) for one in (first, second)}
        assert masters == {min(first.id, second.id)}
        (row,) = offices[unit].read(caseload.open_cases)
        assert row.request.id == min(first.id, second.id)
        assert [one.kind for one in asked_at(offices, unit)] == [conflicts.CIRCLE]
    (question,) = asked_at(offices, COMMUNITY)
    offices[COMMUNITY].write(conflicts.settle, question.id, "mine")
    rounds(offices)
    assert [asked_at(offices, unit) for unit in ALL] == [[], [], []]
    assert offices[SUBDISTRICT].read(duplicates.master_of, second.id) == first.id


def test_46_a_value_that_a_receiver_dislikes_is_shown_marked_and_its_correction_travels(
    offices: Offices,
) -> None:
    asked = shared(offices)
    odd = replace(offices[GRID].read(requests.find, asked.id), number="9" * 300)
    offices[GRID].write(journal.save, odd, checked=True)
    rounds(offices)
    for unit in ALL:
        assert [one.kind for one in asked_at(offices, unit)] == [conflicts.CORRECT]
        assert offices.count(unit, "request") == 1
    (question,) = asked_at(offices, COMMUNITY)

    offices[COMMUNITY].write(conflicts.settle, question.id, {"number": asked.number})
    rounds(offices)

    assert {offices[unit].read(requests.find, asked.id).number for unit in ALL} == {asked.number}
    assert [asked_at(offices, unit) for unit in ALL] == [[], [], []]
