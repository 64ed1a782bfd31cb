"""Errands on the stick: they stop at the community, and an older program holds them unread."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridbook.records.errand import Paper
from gridbook.records.request import Reason
from gridbook.store import checks, conflicts, errands, moving, requests, retention, today
from gridbook.store.errands import Stage
from gridbook.sync import healing, segment, take
from tests import make
from tests.sync.offices import COMMUNITY, GRID, OTHER_GRID, SUBDISTRICT, Offices


def errand(offices: Offices) -> str:
    """An errand of the grid, with a social card that was handed over."""
    entry = make.request_entry(
        GRID,
        id=b"",
        number="",
        category="A04",
        registered_at=offices.clock.at,
        particulars={"building": None, "door": "", "spot": "服务站", "title": "补办社保卡", "text": ""},
    )
    number = offices[GRID].write(requests.save, entry).request.number
    offices[GRID].write(errands.save, number, offices[GRID].read(errands.blank, number))
    document = make.document(id=b"", handed_on=offices.clock.at.date(), paper=Paper.ORIGINAL)
    offices[GRID].write(errands.receive, number, [document])
    return number


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    """A grid, its neighbour and the offices above them."""
    made = Offices(tmp_path).found(SUBDISTRICT, COMMUNITY, GRID, OTHER_GRID)
    yield made
    made.close()


def test_the_community_takes_the_order_of_a_grid_and_the_subdistrict_holds_only_the_fact(
    offices: Offices,
) -> None:
    number = errand(offices)
    offices.carry(GRID, COMMUNITY)
    offices.carry(COMMUNITY, SUBDISTRICT)

    offices[COMMUNITY].write(errands.take, number)
    offices.carry(COMMUNITY, GRID)

    held = offices[GRID].read(errands.get, number)
    assert (held.stage, held.mine) == (Stage.TAKEN, False) and "王芳" in held.helper
    above = offices[SUBDISTRICT].read(errands.get, number)
    assert (above.mandate, list(above.documents)) == (None, [])
    assert offices.count(SUBDISTRICT, "mandate") == offices.count(SUBDISTRICT, "document_receipt") == 0


def test_an_older_program_reads_the_request_and_holds_its_errand_until_it_is_renewed(
    offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = errand(offices)
    path = offices.bundle(GRID, COMMUNITY)

    with monkeypatch.context() as older:
        older.setattr(segment, "READER", 1)
        taken = take.take(offices[COMMUNITY], path)
        assert (taken.error, taken.parked, taken.refused) == (None, 1, [])
        assert offices[COMMUNITY].read(requests.get, number).particulars is not None
        assert offices.count(COMMUNITY, "mandate") == 0
        # What it cannot read it has all the same: nothing is sent to it twice.
        offices.carry(COMMUNITY, GRID)
        assert all(one.parked == 0 for one in offices.carry(GRID, COMMUNITY))

    assert take.resume(offices[COMMUNITY]) == []
    held = offices[COMMUNITY].read(errands.get, number)
    assert held.mandate is not None and [one.document for one in held.documents] == ["社保卡"]
    assert not offices[COMMUNITY].read(checks.troubles, deep=True, hash_now=healing.hash_now)


def test_two_helpers_who_take_one_order_at_once_are_a_question_and_an_erasure_takes_all(
    offices: Offices,
) -> None:
    number = errand(offices)
    offices.carry(GRID, COMMUNITY)
    offices[GRID].write(errands.take, number)
    offices.clock.go(minutes=5)
    offices[COMMUNITY].write(errands.take, number)
    offices.carry(GRID, COMMUNITY)
    offices.carry(COMMUNITY, GRID)

    for unit in (GRID, COMMUNITY):
        (question,) = offices[unit].read(conflicts.questions)
        assert question.number == number
        assert {side.values["接单单位"] for side in question.sides} == {GRID, COMMUNITY}
    assert offices[GRID].read(errands.get, number).mine

    assert offices[COMMUNITY].write(retention.erase_request, number, "asked for") > 0
    offices.carry(COMMUNITY, GRID)
    left = offices[GRID].read(errands.get, number)
    assert (left.mandate, list(left.documents)) == (None, [])


def test_an_errand_goes_along_when_its_case_goes_to_another_grid(offices: Offices) -> None:
    number = errand(offices)
    offices.carry(GRID, COMMUNITY)

    done = offices[COMMUNITY].write(moving.cases, [number], OTHER_GRID, Reason.BOUNDARY)
    offices.carry(COMMUNITY, OTHER_GRID)

    (moved,) = done.moved
    held = offices[OTHER_GRID].read(errands.get, moved.now.number)
    assert held.mandate is not None and [one.document for one in held.out] == ["社保卡"]
    assert [one.row.request.number for one in offices[COMMUNITY].read(errands.originals_out)] == [
        moved.now.number
    ]


def test_only_the_office_that_took_an_order_is_asked_for_its_originals(offices: Offices) -> None:
    number = errand(offices)
    offices.carry(GRID, COMMUNITY)
    assert [len(offices[unit].read(today.of).originals) for unit in (GRID, COMMUNITY)] == [1, 0]

    offices[COMMUNITY].write(errands.take, number)
    offices.carry(COMMUNITY, GRID)

    assert [len(offices[unit].read(today.of).originals) for unit in (GRID, COMMUNITY)] == [0, 1]
