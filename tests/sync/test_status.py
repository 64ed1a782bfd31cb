"""What an office is told about where its work is."""

from gridbook.records.request import Action
from gridbook.sync import status
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
