"""What a desk asks its book for: doors, people, offices, today, half-filled forms, prints."""

from typing import Any

import pytest

from gridbook.errors import BadDoor, BadValue, NotAllowed, NotFound
from gridbook.records.request import Action
from gridbook.records.staff import Role
from gridbook.records.visit import VisitEntry, VisitOutcome
from gridbook.store import (
    book,
    contacts,
    doors,
    drafts,
    history,
    keys,
    places,
    preferences,
    prints,
    requests,
    staff,
    today,
    units,
    visits,
)
from gridbook.store.book import Store
from tests import make
from tests.store.conftest import PASSPHRASE, WORKER

BUILDING = b"\x03" * 16


def visited(grid: Store, **over: Any) -> VisitEntry:
    entry = grid.write(visits.save, make.visit_entry(**{"id": b"", "number": "", **over}))
    assert isinstance(entry, VisitEntry)
    return entry


def test_a_door_that_does_not_exist_is_offered_and_can_be_added(grid: Store) -> None:
    with pytest.raises(BadDoor) as refused:
        grid.read(places.resolve, "3-2-901")
    assert "例外户室" in refused.value.next
    (offer,) = grid.read(places.offers, "3-2-901")

    grid.write(places.add_door, offer.building.id, offer.door)

    assert grid.read(places.resolve, "3-2-901").text == "幸福苑3号楼2单元901"
    visited(grid, details={"door": "2-901"})
    grid.write(places.remove_door, BUILDING, "2-901")
    with pytest.raises(BadDoor):
        grid.read(places.resolve, "3-2-901")


def test_a_new_estate_is_there_at_once(grid: Store) -> None:
    (estate,) = grid.write(places.save, make.estate(id=b"", name="阳光一号院", quick="ygyh"))
    grid.write(places.save, make.building(estate, id=b"", number="1"))  # type: ignore[arg-type]

    assert grid.read(places.resolve, "阳光一号院1-2-501").estate.name == "阳光一号院"
    assert [one.name for one in grid.read(places.estates)] == ["幸福苑", "阳光一号院"]
    assert [one.number for one in grid.read(places.buildings, estate.id)] == ["1"]


def test_the_door_view_shows_service_and_no_person(grid: Store, clock: make.Clock) -> None:
    request = grid.write(requests.save, make.request_entry(id=b"", number="")).request
    settled = make.request_entry(id=b"", number="", particulars={"door": "1-101"})
    number = grid.write(requests.save, settled).request.number
    grid.write(requests.act, number, Action.SETTLE)
    visited(grid, details={"door": "1-201", "next_on": make.TODAY})
    grid.write(prints.log, "handling slip", [request.number], to_key_in=True)

    view = grid.read(doors.view, BUILDING)

    assert [floor.number for floor in view.floors] == [6, 5, 4, 3, 2, 1]
    cells = {cell.door: cell for floor in view.floors for cell in floor.cells}
    assert len(cells) == 36
    assert (cells["2-501"].open_cases, cells["2-501"].printed) == (1, True)
    assert cells["1-101"].settled and not cells["1-101"].open_cases
    assert cells["1-201"].contact_due
    assert cells["3-601"] == doors.Cell("3-601", "3号楼3单元601")
    clock.go(days=8)
    assert not grid.read(doors.view, BUILDING).floors[-1].cells[0].settled
    with pytest.raises(NotFound):
        grid.read(doors.view, b"\x09" * 16)


def test_a_promised_contact_is_due_until_somebody_went_there(grid: Store, clock: make.Clock) -> None:
    visited(grid, details={"next_on": make.TODAY})
    (due,) = grid.read(contacts.due)
    assert (due.place, due.agreed_on) == ("幸福苑3号楼2单元501", make.TODAY)

    clock.go(days=1)
    visited(grid, visited_on=clock.now().date())

    assert grid.read(contacts.due) == []


def test_a_visit_before_the_agreed_day_does_not_keep_the_promise(grid: Store, clock: make.Clock) -> None:
    day = make.TODAY.replace(day=25)
    visited(grid, details={"next_on": day})
    clock.go(days=1)
    visited(grid, visited_on=clock.now().date())
    assert grid.read(contacts.due) == []
    clock.go(days=1)
    assert [one.agreed_on for one in grid.read(contacts.due)] == [day]

    visited(grid, visited_on=clock.now().date(), details={"next_on": day.replace(day=30)})

    assert grid.read(contacts.due) == []


def test_today_names_what_waits(grid: Store, clock: make.Clock) -> None:
    quiet = grid.read(today.of)
    assert not (quiet.due or quiet.contacts or quiet.waiting or quiet.on_paper or quiet.to_settle)

    number = grid.write(requests.save, make.request_entry(id=b"", number="", limit="1")).request.number
    visited(grid)
    other = grid.write(requests.save, make.request_entry(id=b"", number="")).request.number
    grid.write(requests.act, other, Action.ESCALATE)
    grid.write(prints.blank, "visit", "visit", 2)
    clock.go(days=2)

    now = grid.read(today.of)

    assert [row.request.number for row in now.due] == [number]
    assert [(one.row.request.number, one.days) for one in now.waiting] == [(other, 2)]
    assert len(now.on_paper) == 2
    assert now.unsent > 5 and now.unsent_since == make.NOW


def test_an_undone_visit_can_be_fetched_back(grid: Store) -> None:
    entry = visited(grid, note="只给自己看")

    grid.write(visits.undo, entry.visit.id)
    assert not grid.read(visits.recent)
    with pytest.raises(NotFound):
        grid.read(visits.entry, entry.visit.id)
    with pytest.raises(NotAllowed):
        grid.write(visits.save, entry)

    assert grid.write(visits.fetch_back, entry.visit.id) == entry
    assert [one.kind for one in grid.read(history.of_case, make.GRID, entry.visit.id)].count("恢复") == 3


def test_a_visit_is_not_rewritten(grid: Store) -> None:
    entry = visited(grid)
    with pytest.raises(NotAllowed):
        grid.write(visits.save, make.change(entry, visit=make.change(entry.visit, categories=())))


@pytest.mark.parametrize(
    "over",
    [
        {"details": {"items": ("修好了",)}},
        {"note": "没有人", "details": {"items": ()}},
        {"details": {"building": None}},
    ],
)
def test_not_in_keeps_nothing_but_the_door(grid: Store, over: dict[str, Any]) -> None:
    with pytest.raises(BadValue):
        grid.write(visits.save, make.visit_entry(id=b"", number="", outcome=VisitOutcome.NOT_IN, **over))
    assert grid.read(visits.attempts, BUILDING, "2-501") == []


def test_visits_are_paged_and_filtered(grid: Store) -> None:
    for day in range(10, 24):
        visited(grid, visited_on=make.TODAY.replace(day=day), categories=("F01",) if day % 2 else ("A01",))

    assert grid.read(visits.count) == 14
    wanted = visits.Wanted(since=make.TODAY.replace(day=20), category="F01")
    assert [row.visit.visited_on.day for row in grid.read(visits.page, wanted, 0, 9)] == [23, 21]
    assert [row.visit.visited_on.day for row in grid.read(visits.page, visits.EVERYTHING, 12, 9)] == [11, 10]
    assert len(grid.read(visits.of_day, make.TODAY)) == 1
    assert len(grid.read(visits.of_door, BUILDING, "2-501")) == 14


def test_people_come_and_go_with_their_passphrases(grid: Store, clock: make.Clock) -> None:
    added = grid.write(
        staff.add, grid.folder, grid.keys, "李敏", Role.GRID_WORKER, "another passphrase", calibrate=False
    )
    assert added.code == "2"
    with pytest.raises(BadValue):
        grid.write(staff.add, grid.folder, grid.keys, "李敏", Role.GRID_WORKER, "yet another one")
    with pytest.raises(NotAllowed):
        grid.write(staff.add, grid.folder, grid.keys, "王芳", Role.COMMUNITY_LEAD, "yet another one")
    with pytest.raises(BadValue):
        grid.write(staff.add, grid.folder, grid.keys, "王芳", Role.GRID_WORKER, "short")
    assert [one.name for one in grid.read(staff.people)] == [WORKER, "李敏"]
    grid.close()

    with book.open_book(grid.folder, "李敏", "another passphrase", clock=clock) as store:
        assert store.person.code == "2"
        store.write(staff.leave, store.folder, "1")
        assert keys.people(store.folder) == ("李敏",)
        with pytest.raises(NotAllowed):
            store.write(staff.leave, store.folder, "2")
        assert store.read(staff.name, make.GRID, "1") == WORKER


def test_an_office_without_a_listing_is_called_by_its_code(grid: Store) -> None:
    assert grid.read(units.name, make.GRID) == "03社区-05网格"
    assert grid.read(units.name, make.OTHER_GRID) == "03社区-06网格"
    assert units.in_charge_of(make.GRID) == (make.GRID, make.COMMUNITY, make.SUBDISTRICT)

    grid.write(units.save, make.change(grid.read(units.own), name="阳光网格", short="阳光"))

    assert grid.read(units.name, make.GRID) == "阳光网格"
    assert grid.read(units.short, make.GRID) == "阳光"


def test_a_draft_is_each_persons_own_and_survives(grid: Store, clock: make.Clock) -> None:
    grid.write(drafts.keep, "visit", "", {"door": "3-2-501", "note": "半"})
    grid.write(drafts.keep, "visit", "", {"door": "3-2-501", "note": "半张表"})
    grid.write(
        staff.add, grid.folder, grid.keys, "李敏", Role.GRID_WORKER, "another passphrase", calibrate=False
    )
    grid.close()

    with book.open_book(grid.folder, WORKER, PASSPHRASE, clock=clock) as store:
        held = store.read(drafts.get, "visit")
        assert held is not None and held.fields == {"door": "3-2-501", "note": "半张表"}
        assert [one.form for one in store.read(drafts.of_person)] == ["visit"]
        store.switch("李敏")
        assert store.read(drafts.get, "visit") is None
        store.switch(WORKER)
        store.write(drafts.drop, "visit")
        assert store.read(drafts.of_person, "visit") == []


def test_a_second_print_is_known_as_one(grid: Store) -> None:
    number = visited(grid).visit.number

    assert grid.write(prints.log, "visit", [number]) == [False]
    assert grid.write(prints.log, "visit", [number]) == [True]
    assert grid.write(prints.log, "receipt", [number]) == [False]
    assert grid.read(prints.not_keyed_in) == []


def test_a_blank_sheet_is_keyed_in_under_its_own_number(grid: Store) -> None:
    first, _ = grid.write(prints.blank, "visit", "visit", 2)
    held = grid.read(drafts.get, "visit", first)
    assert held is not None

    entry = visited(grid, id=bytes.fromhex(held.fields["id"]), number=held.fields["number"])
    grid.write(drafts.drop, "visit", first)

    assert entry.visit.number == first
    assert grid.write(prints.mark_keyed_in, first) == 1
    assert len(grid.read(prints.not_keyed_in)) == 1


def test_sticky_values_are_remembered(grid: Store) -> None:
    assert grid.read(preferences.value, "visit.mode", "doorstep") == "doorstep"
    grid.write(preferences.keep, "visit.mode", "phone")
    grid.write(preferences.keep, "visit.mode", "indoors")
    grid.write(preferences.keep, "window.size", [1366, 768])

    assert grid.read(preferences.value, "visit.mode") == "indoors"
    assert grid.read(preferences.all_of, "visit.") == {"visit.mode": "indoors"}
