"""A consent that is taken back: nothing of what it allowed stays at any office, its proof does."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gridbook.errors import NotFound
from gridbook.records.care import CareEntry
from gridbook.records.request import Reason
from gridbook.store import backup, book, care, journal, moving, places
from tests import make
from tests.store.test_retention import everything
from tests.sync.offices import COMMUNITY, GRID, OTHER_GRID, PASSPHRASE, SUBDISTRICT, Offices
from tests.sync.test_moving import NEAR

WORDS = ("欧阳测试", "19900008888")


def agreed(offices: Offices) -> CareEntry:
    """An agreement of the grid, held by the community and not above."""
    estate = make.estate()
    held = make.building(estate)
    offices[GRID].write(places.save, estate, held)
    entry = make.care_entry(building=held.id, called=WORDS[0], phone=WORDS[1], emergency=True)
    made = offices[GRID].write(care.save, entry)
    offices.round()
    return made


def where(offices: Offices) -> set[str]:
    """The offices whose books hold a word of it in any corner."""
    return {unit for unit, store in offices.books.items() if any(w in store.read(everything) for w in WORDS)}


def proofs(offices: Offices, unit: str) -> int:
    return offices.count(unit, "consent")


def test_what_was_agreed_is_held_by_grid_and_community_only(offices: Offices) -> None:
    agreed(offices)

    assert where(offices) == {GRID, COMMUNITY}
    assert (proofs(offices, COMMUNITY), proofs(offices, SUBDISTRICT)) == (2, 0)


@pytest.mark.parametrize(("told", "other"), [(GRID, COMMUNITY), (COMMUNITY, GRID)])
def test_withdrawn_at_either_desk_it_is_gone_at_once_there_and_with_the_next_stick_at_the_other(
    offices: Offices, told: str, other: str
) -> None:
    entry = agreed(offices)

    offices[told].write(care.withdraw, entry.care.id)
    assert where(offices) == {other}
    offices.round()

    assert where(offices) == set()
    assert (proofs(offices, GRID), proofs(offices, COMMUNITY)) == (2, 2)
    assert offices[other].read(care.listed) == [] and not offices.findings(other)


def test_what_an_office_wrote_that_had_not_heard_of_it_goes_too(offices: Offices) -> None:
    entry = agreed(offices)
    offices[GRID].write(care.withdraw, entry.care.id)
    late = replace(entry, care=replace(entry.care, door="1-101"))
    offices[COMMUNITY].write(care.save, late)
    # The change is on its way down before the order has come up.
    offices.carry(COMMUNITY, GRID)
    assert where(offices) == {COMMUNITY}

    offices.round()
    offices.round()

    assert where(offices) == set()
    for unit in (GRID, COMMUNITY):
        with pytest.raises(NotFound):
            offices[unit].read(care.get, entry.care.id)
        assert not [one for one in offices.findings(unit) if one.startswith("waiting")]


def test_a_backup_from_before_brings_nothing_back(offices: Offices, tmp_path: Path) -> None:
    entry = agreed(offices)
    file = backup.make(offices[GRID], tmp_path / "disk")
    offices[GRID].write(care.withdraw, entry.care.id)
    offices[GRID].close()

    backup.restore(file, offices.folder / GRID, "王芳", PASSPHRASE, clock=offices.clock)
    offices.books[GRID] = book.open_book(offices.folder / GRID, "王芳", PASSPHRASE, clock=offices.clock)
    offices.round()
    offices.round()

    assert where(offices) == set()


@pytest.fixture
def near(six: Offices, tmp_path: Path) -> Iterator[Offices]:
    made = six.copied(tmp_path, *NEAR)
    yield made
    made.close()


def test_an_estate_takes_its_agreements_along_and_the_old_grid_keeps_no_word(near: Offices) -> None:
    entry = agreed(near)
    building = near[GRID].read(places.building, entry.care.building)

    near[COMMUNITY].write(moving.estate, building.estate, OTHER_GRID, Reason.BOUNDARY)
    near.round()
    near.round()

    assert where(near) == {COMMUNITY, OTHER_GRID}
    (row,) = near[OTHER_GRID].read(care.listed)
    assert row.care.number == entry.care.number and row.care.unit == OTHER_GRID
    assert near[OTHER_GRID].read(care.entry, row.care.id).emergency is not None
    assert near[GRID].read(care.listed) == []

    near[COMMUNITY].write(moving.estate, building.estate, GRID, Reason.BOUNDARY)
    near.round()
    near.round()

    assert where(near) == {COMMUNITY, GRID}
    near[GRID].write(care.withdraw, entry.care.number)
    near.round()
    assert where(near) == set()


def test_an_order_of_another_grid_is_nothing(near: Offices) -> None:
    entry = agreed(near)

    with pytest.raises(NotFound):
        near[OTHER_GRID].write(journal.erase, "CareContact", OTHER_GRID, entry.care.id, "x")

    assert where(near) == {GRID, COMMUNITY}
