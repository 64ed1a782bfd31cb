"""An estate that goes to another grid: its doors resolve there; what the old grid still wrote comes back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridbook.errors import BadDoor, NotAllowed
from gridbook.records.place import Building
from gridbook.records.request import Particulars, Reason, Request
from gridbook.records.visit import VisitDetails
from gridbook.store import journal, moving, places, returned, signing
from gridbook.store.moving import Done
from tests import make
from tests.sync.offices import COMMUNITY, GRID, OTHER_GRID, SUBDISTRICT, Offices, visit
from tests.sync.test_moving import NEAR, carried, listed, rounds, view

DOOR = "xfy3-2-501"


@pytest.fixture
def offices(six: Offices, tmp_path: Path) -> Iterator[Offices]:
    made = six.copied(tmp_path, *NEAR)
    yield made
    made.close()


def ground(offices: Offices) -> Building:
    """A building of the grid that its community knows."""
    estate = make.estate()
    held = make.building(estate)
    offices[GRID].write(places.save, estate, held)
    return held


def asked_at(offices: Offices, held: Building) -> Request:
    """A request at a door of that building."""
    made = offices.request(estate=held.estate)
    where = Particulars(
        unit=GRID, id=made.id, called="王女士", title="屋顶漏水", building=held.id, door="2-501"
    )
    offices[GRID].write(journal.save, where)
    return made


def moved(offices: Offices, held: Building, to: str = OTHER_GRID) -> Done:
    offices.clock.go(minutes=5)
    return offices[COMMUNITY].write(moving.estate, held.estate, to, Reason.BOUNDARY)


def resolves(offices: Offices) -> set[str]:
    """The offices at which the door can be written down."""
    found = set()
    for unit in NEAR:
        try:
            offices[unit].read(places.resolve, DOOR)
        except BadDoor:
            continue
        found.add(unit)
    return found


def test_47_an_estate_goes_with_its_buildings_and_open_cases(offices: Offices) -> None:
    held = ground(offices)
    there, elsewhere = asked_at(offices, held), offices.request()
    carried(offices)

    done = moved(offices, held)
    rounds(offices)

    assert [one.was.number for one in done.moved] == [there.number]
    assert [one.places for one in done.records] == [("幸福苑",)]
    assert resolves(offices) == {OTHER_GRID, COMMUNITY, SUBDISTRICT}
    assert len(offices[SUBDISTRICT].read(places.buildings)) == 1
    assert offices[COMMUNITY].read(places.resolve, DOOR).building.unit == OTHER_GRID
    for unit in (GRID, COMMUNITY):
        assert view(offices, unit, there).place == "幸福苑3号楼2单元501"
    with pytest.raises(BadDoor):
        offices[GRID].write(places.add_door, held.id, "9-901")
    assert elsewhere.number in listed(offices, GRID)
    assert "幸福苑" in offices[OTHER_GRID].write(signing.take)


def test_47_an_estate_that_comes_back_resolves_where_it_lay_first(offices: Offices) -> None:
    held = ground(offices)
    carried(offices)
    moved(offices, held)
    rounds(offices)
    offices[OTHER_GRID].write(places.add_door, held.id, "9-901")
    carried(offices)

    moved(offices, held, to=GRID)
    rounds(offices)

    assert resolves(offices) == {GRID, COMMUNITY, SUBDISTRICT}
    assert offices[GRID].read(places.building, held.id).has("9-901")
    offices[GRID].write(places.add_door, held.id, "9-902")
    rounds(offices)
    assert offices[SUBDISTRICT].read(places.building, held.id).has("9-902")
    assert offices[COMMUNITY].read(returned.tray) == []


def test_47_what_was_written_at_a_place_that_had_gone_comes_back(offices: Offices) -> None:
    held = ground(offices)
    carried(offices)
    moved(offices, held)
    offices.clock.go(days=2)
    offices[GRID].write(places.add_door, held.id, "9-901")
    offices[GRID].write(places.save, make.building(id=b"", unit=GRID, estate=held.estate, number="4"))
    late = asked_at(offices, held)
    seen = visit(GRID, visited_on=offices.clock.now().date())
    offices[GRID].write(
        journal.save, seen, VisitDetails(unit=GRID, id=seen.id, building=held.id, door="2-501")
    )
    rounds(offices)

    found = {one.kind: one for one in offices[COMMUNITY].read(returned.tray)}
    assert sorted(found) == ["added", "changed", "request at a moved place", "visit at a moved place"]
    with pytest.raises(NotAllowed):
        offices[COMMUNITY].write(returned.carry, found["visit at a moved place"].id)
    offices[COMMUNITY].write(returned.note, found["visit at a moved place"].id)
    for kind in ("added", "changed", "request at a moved place"):
        offices[COMMUNITY].write(returned.carry, found[kind].id)

    assert offices[COMMUNITY].read(returned.tray) == []
    rounds(offices)
    assert offices[OTHER_GRID].read(places.building, held.id).has("9-901")
    assert {one.number for one in offices[OTHER_GRID].read(places.buildings)} == {"3", "4"}
    assert late.number not in [row.request.number for row in offices[GRID].read(moving.open_cases, GRID)]
    assert offices.count(OTHER_GRID, "request") == 1 and offices.count(OTHER_GRID, "visit") == 0
