"""Bodies that are missing at one office: asked for, given again, and meanwhile held nowhere but on paper."""

import pytest

from gridbook.records.request import Request
from gridbook.store import checks, journal, life, tables
from gridbook.store.session import Session
from gridbook.sync import healing, owed
from tests.sync.offices import COMMUNITY, GRID, Offices


@pytest.fixture
def asked(offices: Offices) -> Request:
    """A request of which its community's disk lost the particulars."""
    asked = offices.request()
    offices.round()
    return asked


def test_a_body_comes_back_although_another_one_of_its_piece_was_erased(
    offices: Offices, asked: Request
) -> None:
    offices[COMMUNITY].write(journal.erase, "Contact", asked.unit, asked.id, "本人要求")
    offices.carry(COMMUNITY, GRID)
    _lose(offices)

    for _ in range(2):
        offices.round()

    assert offices[COMMUNITY].read(checks.troubles, deep=True, hash_now=healing.hash_now) == []
    assert offices.count(COMMUNITY, "particulars") == 1


def test_what_an_office_holds_without_its_body_is_not_held_there(offices: Offices, asked: Request) -> None:
    before = offices[GRID].read(owed.held_by, COMMUNITY)
    _lose(offices)

    offices.carry(COMMUNITY, GRID)

    assert len(before - offices[GRID].read(owed.held_by, COMMUNITY)) == 1
    offices.carry(GRID, COMMUNITY)
    offices.carry(COMMUNITY, GRID)
    assert before <= offices[GRID].read(owed.held_by, COMMUNITY)


def test_what_an_earlier_life_asked_for_is_not_sent_for_ever(offices: Offices, asked: Request) -> None:
    _lose(offices)
    offices.carry(COMMUNITY, GRID)
    offices[COMMUNITY].write(life.new_life, "moved")
    for _ in range(2):
        offices.round()

    assert offices[GRID].read(owed.waiting_for, COMMUNITY) == 0


def test_what_would_be_over_by_now_is_not_asked_for(offices: Offices, asked: Request) -> None:
    # In steps: a clock that leaps further than 400 days past what the offices sign is not believed.
    for _ in range(3):
        offices.clock.go(days=300)
        offices.round()
    _lose(offices)

    offices.carry(COMMUNITY, GRID)

    assert offices[GRID].read(owed.waiting_for, COMMUNITY) == 0


def _lose(offices: Offices) -> None:
    offices[COMMUNITY].write(_spoil)
    assert healing.heal(offices[COMMUNITY]) == 1


def _spoil(session: Session) -> None:
    session.run('UPDATE op SET body = ? WHERE "class" = ?', (b"\x00", tables.CLASS_NUMBERS["Particulars"]))
