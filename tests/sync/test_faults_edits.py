"""What must come out when two offices change the same record: rows 33 to 38, 46 and 49 of the fault table."""

from dataclasses import replace

import pytest

from gridbook.errors import NotAllowed
from gridbook.records.base import RecordId
from gridbook.records.request import Pressing, Request, Source
from gridbook.records.rights import Kind
from gridbook.store import conflicts, journal, project, requests
from gridbook.store.session import Session
from gridbook.sync import take
from tests import make
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT, Offices

OFFICES = (SUBDISTRICT, COMMUNITY, GRID)


def shared(offices: Offices) -> Request:
    """A request that all three offices hold."""
    asked = offices.request()
    offices.round()
    return asked


def seen(offices: Offices, asked: Request) -> set[tuple[Pressing, str]]:
    """How the three offices see it: one pair when they agree."""
    found = [offices[unit].read(requests.find, asked.id) for unit in OFFICES]
    return {(one.pressing, one.category) for one in found}


def open_questions(offices: Offices) -> set[int]:
    """How many questions each of the three has."""
    return {len(offices[unit].read(conflicts.questions)) for unit in OFFICES}


def test_33_two_groups_changed_at_two_offices_are_both_kept_without_a_conflict(offices: Offices) -> None:
    asked = shared(offices)
    offices[GRID].write(journal.save, make.change(asked, pressing=Pressing.URGENT))
    offices[COMMUNITY].write(journal.save, make.change(asked, category="F02"))

    offices.round()
    offices.round()

    assert seen(offices, asked) == {(Pressing.URGENT, "F02")}
    assert open_questions(offices) == {0}


def disagree(offices: Offices, asked: Request) -> None:
    """Grid and community set the same group, and both carry it round."""
    offices[GRID].write(journal.save, make.change(asked, pressing=Pressing.URGENT))
    offices[COMMUNITY].write(journal.save, make.change(asked, pressing=Pressing.EMERGENCY))
    offices.round()
    offices.round()


def test_34_one_group_with_two_values_is_the_same_everywhere_and_one_settlement_ends_it(
    offices: Offices,
) -> None:
    asked = shared(offices)
    disagree(offices, asked)

    assert len(seen(offices, asked)) == 1
    assert open_questions(offices) == {1}
    (question,) = offices[COMMUNITY].read(conflicts.questions)
    assert {side.unit for side in question.sides} == {GRID, COMMUNITY}
    assert all(side.person and side.at for side in question.sides)
    offices[COMMUNITY].write(conflicts.settle, question.id, "theirs")
    offices.round()
    offices.round()

    assert open_questions(offices) == {0}
    assert len(seen(offices, asked)) == 1


def test_35_the_same_value_written_twice_is_no_conflict(offices: Offices) -> None:
    asked = shared(offices)
    for unit in (GRID, COMMUNITY):
        offices[unit].write(journal.save, make.change(asked, pressing=Pressing.URGENT))

    offices.round()
    offices.round()

    assert seen(offices, asked) == {(Pressing.URGENT, asked.category)}
    assert open_questions(offices) == {0}


def test_36_two_settlements_that_differ_are_a_new_conflict(offices: Offices) -> None:
    asked = shared(offices)
    disagree(offices, asked)
    (question,) = offices[GRID].read(conflicts.questions)
    offices[GRID].write(conflicts.settle, question.id, {"pressing": Pressing.NORMAL})
    (question,) = offices[COMMUNITY].read(conflicts.questions)
    offices[COMMUNITY].write(conflicts.settle, question.id, {"pressing": Pressing.EMERGENCY})

    offices.round()
    offices.round()

    assert open_questions(offices) == {1}
    assert len(seen(offices, asked)) == 1
    (again,) = offices[COMMUNITY].read(conflicts.questions)
    offices[COMMUNITY].write(conflicts.settle, again.id, "mine")
    offices.round()
    offices.round()
    assert open_questions(offices) == {0}


def test_37_a_deletion_beside_a_change_hides_nothing_and_asks(offices: Offices) -> None:
    asked = shared(offices)
    offices[GRID].write(journal.delete, asked, "写错了")
    offices[COMMUNITY].write(journal.save, make.change(asked, pressing=Pressing.URGENT))

    offices.round()
    offices.round()

    assert seen(offices, asked) == {(Pressing.URGENT, asked.category)}
    assert open_questions(offices) == {1}


def test_38_a_deleted_record_is_changed_only_after_it_was_fetched_back(offices: Offices) -> None:
    asked = shared(offices)
    offices[GRID].write(journal.delete, asked, "写错了")
    offices.round()

    with pytest.raises(NotAllowed) as told:
        offices[COMMUNITY].write(journal.save, make.change(asked, pressing=Pressing.URGENT))
    assert told.value.kept and told.value.next
    offices[COMMUNITY].write(journal.undelete, "Request", GRID, asked.id, "仍要办理")
    offices[COMMUNITY].write(journal.save, make.change(asked, pressing=Pressing.URGENT))
    offices.round()
    offices.round()

    assert seen(offices, asked) == {(Pressing.URGENT, asked.category)}
    assert open_questions(offices) == {0}


def test_46_a_value_that_is_not_fit_is_shown_with_a_mark_and_a_correction_travels(offices: Offices) -> None:
    asked = shared(offices)
    offices[GRID].write(_write_unchecked, asked.id, {"title": "漏水" * 60})
    offices.round()

    for unit in (GRID, COMMUNITY):
        assert len(offices[unit].read(requests.get, asked.id).particulars.title) == 120  # type: ignore[union-attr]
        assert "needs correction: " in offices.findings(unit)
    held = offices[COMMUNITY].read(requests.get, asked.id).particulars
    assert held is not None
    offices[COMMUNITY].write(journal.save, make.change(held, title="厨房漏水"))
    offices.round()

    for unit in (GRID, COMMUNITY):
        assert offices[unit].read(requests.get, asked.id).particulars.title == "厨房漏水"  # type: ignore[union-attr]
        assert offices.findings(unit) == []


def _write_unchecked(session: Session, record: RecordId, fields: dict[str, str]) -> None:
    """What a program with looser checks would write."""
    journal._follow(session, "Particulars", GRID, record, Kind.SET, fields, "")
    project.refold(session, "Particulars", GRID, record)


def test_49_what_arrives_while_one_edits_becomes_the_past_of_the_edit_or_a_conflict(
    offices: Offices,
) -> None:
    asked = shared(offices)
    opened = offices[COMMUNITY].read(requests.entry, asked.id)
    offices[GRID].write(journal.save, make.change(asked, pressing=Pressing.URGENT))
    path = offices.bundle(GRID, COMMUNITY)

    take.take(offices[COMMUNITY], path)
    mine = replace(opened, request=make.change(opened.request, source=Source.CALL))
    offices[COMMUNITY].write(requests.save, mine, opened=opened)
    offices.round()
    offices.round()

    log = offices[COMMUNITY].read(journal.history, "Request", GRID, asked.id)
    last = next(one for one in log if "source" in one.op.fields and one.op.parents)
    assert len(last.op.parents) == 1
    assert seen(offices, asked) == {(Pressing.URGENT, asked.category)}
    assert offices[GRID].read(requests.find, asked.id).source is Source.CALL
    too_late = replace(opened, request=make.change(opened.request, pressing=Pressing.EMERGENCY))
    with pytest.raises(NotAllowed) as told:
        offices[COMMUNITY].write(requests.save, too_late, opened=opened)
    assert "紧急程度" in told.value.message and told.value.kept and told.value.next
    assert seen(offices, asked) == {(Pressing.URGENT, asked.category)}
