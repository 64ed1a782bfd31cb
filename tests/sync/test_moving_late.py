"""What the old grid wrote without knowing of the hand-over: kept, told, carried over once, never dropped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridbook.errors import NotAllowed, NotFound
from gridbook.records.request import Action, Contact, Outcome, Particulars, Reason, Request, Status
from gridbook.records.staff import Role
from gridbook.store import (
    conflicts,
    duplicates,
    journal,
    moving,
    rebuild,
    requests,
    retention,
    returned,
    rows,
)
from gridbook.store.moving import Moved
from gridbook.store.returned import Returned
from gridbook.store.session import Session
from tests import make
from tests.sync.offices import COMMUNITY, FAR_GRID, GRID, OTHER_COMMUNITY, OTHER_GRID, SUBDISTRICT, Offices
from tests.sync.test_moving import NEAR, carried, listed, rounds, view


@pytest.fixture
def offices(six: Offices, tmp_path: Path) -> Iterator[Offices]:
    made = six.copied(tmp_path, *NEAR)
    yield made
    made.close()


def gone(offices: Offices, *others: Request) -> Moved:
    """A case that was accepted and handed over, of which the old grid has not heard yet."""
    asked = offices.request()
    offices.act(GRID, asked, Action.ACCEPT)
    offices.carry(GRID, COMMUNITY)
    offices.clock.go(minutes=5)
    done = offices[COMMUNITY].write(moving.cases, [asked.id], OTHER_GRID, Reason.STAFFING)
    (moved,) = done.moved
    return moved


def tray(offices: Offices) -> list[Returned]:
    return list(offices[COMMUNITY].read(returned.tray))


def particulars(session: Session, request: Request) -> Particulars | None:
    return rows.one(session.connection, Particulars, request.unit, request.id)


def test_47_late_work_of_every_kind_lies_in_the_tray_and_is_carried_over_once(offices: Offices) -> None:
    moved = gone(offices)
    offices.clock.go(hours=1)
    done_at = offices.clock.now()
    event = offices.act(GRID, moved.was, Action.RESOLVE, outcome="solved")
    offices.note(GRID, moved.was, event, "已更换水管")
    held = offices[GRID].read(particulars, moved.was)
    assert held is not None
    offices[GRID].write(journal.save, make.change(held, title="厨房和卧室漏水"))
    offices[GRID].write(journal.save, Contact(unit=GRID, id=moved.was.id, phone="19900000009"))
    offices.refer(GRID, moved.was, "请街道协调水务")
    offices.clock.go(days=1)

    rounds(offices)

    found = tray(offices)
    assert sorted(one.kind for one in found) == ["added", "added", "changed", "changed", "event"]
    assert {one.now for one in found} == {moved.now.number}
    for unit in (GRID, COMMUNITY, SUBDISTRICT):
        assert view(offices, unit, moved.was).state.outcome is Outcome.MOVED
    assert offices[COMMUNITY].read(conflicts.questions) == []
    assert offices[SUBDISTRICT].read(returned.tray) == []
    kept = offices[COMMUNITY].read(particulars, moved.was)
    assert kept is not None and kept.title == "厨房漏水"

    for one in found:
        assert offices[COMMUNITY].write(returned.carry, one.id) == moved.now.number
        with pytest.raises(NotFound):
            offices[COMMUNITY].write(returned.carry, one.id)
    assert tray(offices) == []
    rounds(offices)

    there = view(offices, OTHER_GRID, moved.now)
    assert (there.state.status, there.state.outcome) == (Status.RESOLVED, Outcome.SOLVED)
    assert there.state.resolved_at is not None and there.state.on_time()
    assert abs((there.state.resolved_at - done_at).total_seconds()) < 600
    assert [one.note for one in there.events if one.event.id == event] == ["已更换水管"]
    assert there.particulars is not None and there.particulars.title == "厨房和卧室漏水"
    assert there.contact is not None and there.contact.phone == "19900000009"
    assert [one.text for one in there.referrals] == ["请街道协调水务"]
    assert tray(offices) == []


def test_47_what_needs_nothing_more_is_noted_and_the_tray_is_the_same_after_a_rebuild(
    offices: Offices,
) -> None:
    moved = gone(offices)
    offices.act(GRID, moved.was, Action.SUSPEND, reason=str(Reason.MATERIAL))
    offices.act(GRID, moved.was, Action.RESUME)
    offices.refer(GRID, moved.was, "请街道协调水务")
    carried(offices)
    before = tray(offices)
    assert len(before) == 3

    rebuild.rebuild(offices[COMMUNITY])
    assert tray(offices) == before

    for one in before:
        assert offices[COMMUNITY].write(returned.note, one.id) == moved.was.number
    rebuild.rebuild(offices[COMMUNITY])
    assert tray(offices) == []
    rounds(offices)
    assert [one.event.action for one in view(offices, OTHER_GRID, moved.now).events] == [
        Action.ACCEPT,
        Action.CONTINUE,
    ]


def test_47_a_late_event_that_no_longer_fits_stays_visible_where_it_was_carried_to(offices: Offices) -> None:
    moved = gone(offices)
    carried(offices)
    offices[OTHER_GRID].write(requests.act, moved.now.id, Action.RESOLVE, {"outcome": "explained"})
    late = offices.act(GRID, moved.was, Action.RESOLVE, outcome="solved")
    assert view(offices, GRID, moved.was).state.outcome is Outcome.MOVED
    carried(offices)
    (one,) = tray(offices)

    offices[COMMUNITY].write(returned.carry, one.id)
    rounds(offices)

    there = view(offices, OTHER_GRID, moved.now)
    assert there.state.outcome is Outcome.EXPLAINED
    assert [told.standing for told in there.events if told.event.id == late] == ["late"]
    assert [question.kind for question in offices[COMMUNITY].read(conflicts.questions)] == ["late"]


def test_47_work_for_a_case_that_moved_on_again_goes_to_where_it_is_now(offices: Offices) -> None:
    moved = gone(offices)
    offices.act(GRID, moved.was, Action.RESOLVE, outcome="solved")
    carried(offices, GRID, COMMUNITY, OTHER_GRID)
    (back,) = offices[COMMUNITY].write(moving.cases, [moved.now.id], GRID, Reason.BOUNDARY).moved
    (one,) = tray(offices)
    assert one.now == back.now.number

    offices[COMMUNITY].write(returned.carry, one.id)
    rounds(offices)

    assert view(offices, GRID, back.now).state.outcome is Outcome.SOLVED
    assert listed(offices, GRID) == [f"{back.now.number} = {moved.was.number}"]


def test_47_two_leads_who_hand_over_one_case_at_once_are_asked_which_counts(
    six: Offices, tmp_path: Path
) -> None:
    offices = six.copied(tmp_path)
    asked = offices.request()
    carried(offices)
    offices.clock.go(minutes=5)
    (near,) = offices[COMMUNITY].write(moving.cases, [asked.id], OTHER_GRID, Reason.BOUNDARY).moved
    (far,) = offices[SUBDISTRICT].write(moving.cases, [asked.id], FAR_GRID, Reason.BOUNDARY).moved
    everybody = (*NEAR, OTHER_COMMUNITY, FAR_GRID)
    rounds(offices, *everybody)
    rounds(offices, *everybody)

    (question,) = offices[SUBDISTRICT].read(conflicts.questions)
    assert question.kind == conflicts.TWICE
    assert {side.number for side in question.sides} == {near.now.number, far.now.number}
    for unit in (COMMUNITY, SUBDISTRICT):
        assert view(offices, unit, asked).state.into == far.now.number

    index = next(n for n, side in enumerate(question.sides) if side.number == near.now.number)
    offices[SUBDISTRICT].write(conflicts.settle, question.id, index)
    rounds(offices, *everybody)
    rounds(offices, *everybody)

    assert offices[SUBDISTRICT].read(conflicts.questions) == []
    assert offices.status(FAR_GRID, far.now) == "closed"
    assert offices.status(OTHER_GRID, near.now) == "registered"
    numbers = sorted((asked.number, far.now.number))
    assert listed(offices, SUBDISTRICT) == [" = ".join((near.now.number, *numbers))]
    offices.close()


def test_47_two_cards_of_one_matter_go_along_together(offices: Offices) -> None:
    first, second = offices.request(), offices.request()
    offices.carry(GRID, COMMUNITY)
    offices[COMMUNITY].write(duplicates.join, first.id, second.id)

    made = offices[COMMUNITY].write(moving.grid, GRID, OTHER_GRID, Reason.COVER)
    carried(offices)

    (moved,) = made.moved
    numbers = sorted((first.number, second.number))
    assert listed(offices, SUBDISTRICT) == [" = ".join((moved.now.number, *numbers))]
    for one in (first, second):
        assert view(offices, GRID, one).state.into == moved.now.number
    assert tray(offices) == []


def test_47_the_tray_is_for_the_lead(offices: Offices) -> None:
    moved = gone(offices)
    offices.act(GRID, moved.was, Action.RESOLVE, outcome="solved")
    carried(offices, GRID, COMMUNITY)
    (one,) = tray(offices)
    before = offices[COMMUNITY].person
    offices[COMMUNITY].person = make.change(before, role=Role.COMMUNITY_DESK)

    with pytest.raises(NotAllowed):
        offices[COMMUNITY].write(returned.carry, one.id)
    with pytest.raises(NotAllowed):
        offices[COMMUNITY].write(moving.cases, [moved.now.id], GRID, Reason.BOUNDARY)


def test_47_an_erasure_reaches_the_grid_that_had_the_case_before(offices: Offices) -> None:
    moved = gone(offices)
    rounds(offices)
    assert offices.count(GRID, "particulars") == offices.count(OTHER_GRID, "particulars") == 1

    offices[COMMUNITY].write(retention.erase_request, moved.now.id, "requested by the resident")
    rounds(offices)

    for unit in NEAR:
        assert offices.count(unit, "particulars") == offices.count(unit, "contact") == 0
    assert listed(offices, SUBDISTRICT) == [f"{moved.now.number} = {moved.was.number}"]
