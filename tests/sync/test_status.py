"""What an office is told about where its work is."""

from gridbook.records.request import Action
from gridbook.sync import status, take
from gridbook.sync.status import Where
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT, Offices


def test_words_that_stop_at_the_community_are_not_unsent_there(offices: Offices) -> None:
    asked = offices.request()
    offices.carry(GRID, COMMUNITY)
    offices.note(COMMUNITY, asked, offices.act(COMMUNITY, asked, Action.ACCEPT), "已电话联系")
    offices.round()
    offices.round()

    held = offices[COMMUNITY].read(status.held)

    assert held.unsent == 0
    assert held.all_held
    assert held.ops[Where.COMMUNITY] > 0


def test_the_subdistrict_has_nobody_above_to_wait_for(offices: Offices) -> None:
    asked = offices.request()
    offices.round()
    offices.act(SUBDISTRICT, asked, Action.URGE)
    offices.round()

    held = offices[SUBDISTRICT].read(status.held)

    assert held.unsent == 0
    assert held.all_held


def test_a_request_from_below_is_held_at_least_where_one_reads_it(offices: Offices) -> None:
    asked = offices.request()
    offices.carry(GRID, COMMUNITY)

    where = offices[COMMUNITY].read(status.of_record, "Request", GRID, asked.id)

    assert where is Where.COMMUNITY


def test_work_is_called_safe_only_when_two_offices_hold_it(offices: Offices) -> None:
    offices.visit()
    written = offices[GRID].read(status.held)
    path = offices.bundle(GRID, COMMUNITY)
    on_stick = offices[GRID].read(status.held)
    take.from_stick(offices[COMMUNITY], path.parent)
    offices.carry(COMMUNITY, GRID)
    receipted = offices[GRID].read(status.held)

    assert written.held_once == written.ops[Where.HERE] > 0
    assert on_stick.held_once == on_stick.ops[Where.ON_STICK] > 0
    assert receipted.held_once == 0


def test_what_stops_at_the_community_is_not_called_held_twice_there(offices: Offices) -> None:
    offices.round()
    asked = offices.request()
    offices.carry(GRID, COMMUNITY)
    offices.note(COMMUNITY, asked, offices.act(COMMUNITY, asked, Action.ACCEPT), "已电话联系")
    offices.round()
    offices.round()

    held = offices[COMMUNITY].read(status.held)

    assert held.all_held
    assert held.held_once == held.ops[Where.COMMUNITY] > 0


def test_an_office_that_does_not_hand_in_is_named_as_an_office(offices: Offices) -> None:
    never = offices[COMMUNITY].read(status.held)
    offices.carry(GRID, COMMUNITY)
    fresh = offices[COMMUNITY].read(status.held)
    offices.clock.go(days=8)
    late = offices[COMMUNITY].read(status.held)

    assert GRID in [peer.unit for peer in never.silent]
    assert GRID not in [peer.unit for peer in fresh.silent]
    assert GRID in [peer.unit for peer in late.silent]


def test_each_neighbour_is_told_how_much_waits_for_it(offices: Offices) -> None:
    offices.visit()
    before = {peer.unit: peer.waiting for peer in offices[GRID].read(status.held).peers}
    offices.carry(GRID, COMMUNITY)
    offices.carry(COMMUNITY, GRID)
    after = {peer.unit: peer.waiting for peer in offices[GRID].read(status.held).peers}

    assert before[COMMUNITY] > 0
    assert after[COMMUNITY] == 0
