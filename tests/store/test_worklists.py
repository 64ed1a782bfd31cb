"""Lists of doors in the book: filled with what was agreed, struck off, gone at their end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gridbook.errors import BadDoor, BadValue
from gridbook.records.care import Every
from gridbook.records.request import Action
from gridbook.records.visit import VisitReason
from gridbook.records.worklist import MOST_DOORS, Round, WorkList
from gridbook.store import care, requests, retention, undoing, visits, worklists
from gridbook.store.book import Store
from gridbook.store.worklists import BY_CLOSING, BY_HAND, BY_VISIT, ItemRow, Listing, Wish
from tests import make
from tests.store.test_retention import everything

BUILDING = b"\x03" * 16
FIRST, SECOND = Wish(BUILDING, "1-101"), Wish(BUILDING, "2-501")


def of_today(store: Store, *wishes: Wish, **over: Any) -> Listing:
    return store.write(worklists.save, make.work_list(id=b"", **over), wishes)


def gas_round(store: Store, *wishes: Wish, **over: Any) -> Listing:
    return store.write(worklists.save, make.round_of_doors(id=b"", **over), wishes)


def shown(store: Store, listing: Listing) -> list[tuple[str, str]]:
    return [(row.item.door, row.struck_by) for row in store.read(worklists.doors, listing)]


def visited(store: Store, door: str, **over: Any) -> None:
    entry = make.visit_entry(id=b"", number="", details={"door": door}, **over)
    store.write(visits.save, entry)


def test_a_door_is_struck_off_by_hand_and_put_back(grid: Store) -> None:
    listing = of_today(grid, FIRST, SECOND)
    first, _ = grid.read(worklists.doors, listing)

    grid.write(worklists.strike, first.item)
    assert shown(grid, listing) == [("2-501", ""), ("1-101", BY_HAND)]

    (struck,) = [row for row in grid.read(worklists.doors, listing) if not row.open]
    grid.write(worklists.strike, struck.item, done=False)
    assert shown(grid, listing) == [("1-101", ""), ("2-501", "")]


def test_a_visit_strikes_its_door_off_a_list_and_off_a_round_only_for_its_purpose(grid: Store) -> None:
    listing, going = of_today(grid, FIRST, SECOND), gas_round(grid, FIRST, SECOND)

    visited(grid, "1-101", reason=VisitReason.INVITED)
    assert shown(grid, listing) == [("2-501", ""), ("1-101", BY_VISIT)]
    assert shown(grid, going) == [("1-101", ""), ("2-501", "")]

    visited(grid, "1-101", reason=VisitReason.FACILITY)
    assert shown(grid, going) == [("2-501", ""), ("1-101", BY_VISIT)]


def test_a_door_listed_for_a_request_is_struck_off_when_the_request_closes(grid: Store) -> None:
    number = grid.write(requests.save, make.request_entry(id=b"", number="")).request.number
    listing = of_today(grid, Wish(BUILDING, "2-501", number))
    visited(grid, "2-501")
    (row,) = grid.read(worklists.doors, listing)
    assert row.open and row.title == "卧室屋顶漏水"

    for action in (Action.SETTLE, Action.FEED_BACK, Action.CLOSE):
        grid.write(requests.act, number, action)

    (row,) = grid.read(worklists.doors, listing)
    assert (row.struck_by, row.struck_on) == (BY_CLOSING, make.TODAY)


def test_what_was_agreed_for_a_day_comes_on_its_list_once(grid: Store, clock: make.Clock) -> None:
    day = make.TODAY + timedelta(days=7)
    number = grid.write(requests.save, make.request_entry(id=b"", number="", agreed_on=day)).request.number
    grid.write(care.save, make.care_entry(door="1-101", every=Every.WEEK))
    visited(grid, "1-102", visited_on=make.TODAY)
    entry = make.visit_entry(id=b"", number="", details={"door": "3-302", "next_on": day})
    grid.write(visits.save, entry)
    clock.go(days=7)

    wishes = grid.read(worklists.agreed, day)

    assert [(one.door, one.number) for one in wishes] == [("2-501", number), ("3-302", ""), ("1-101", "")]
    listing = of_today(grid, *wishes, starts_on=day, ends_on=day)
    assert grid.write(worklists.add, listing, wishes) == []
    assert len(shown(grid, listing)) == 3


def test_a_list_takes_only_doors_that_are_there_and_not_too_many(grid: Store) -> None:
    with pytest.raises(BadDoor):
        of_today(grid, Wish(BUILDING, "9-901"))
    many = [replace(FIRST, number=f"0305-26-{n:04}-7K2Q") for n in range(MOST_DOORS + 1)]
    with pytest.raises(BadValue) as bad:
        of_today(grid, *many)

    assert bad.value.field == "doors"
    assert grid.read(worklists.of_kind, WorkList) == []


def test_a_list_that_is_over_is_not_shown_and_a_round_is_deleted_with_its_doors(
    grid: Store, clock: make.Clock
) -> None:
    listing, going = of_today(grid, FIRST), gas_round(grid, FIRST, SECOND, title="金丝雀标题")
    clock.go(days=7)
    assert grid.read(worklists.of_kind, WorkList) == []
    assert grid.read(worklists.of_kind, Round) == [going]
    assert grid.write(retention.purge) == {}

    clock.go(days=1)
    assert grid.write(retention.purge) == {"Round": 1, "RoundDoor": 2}
    assert grid.read(worklists.of_kind, Round) == [] and "金丝雀标题" not in grid.read(everything)
    assert shown(grid, listing)

    clock.go(days=90)
    assert grid.write(retention.purge) == {"WorkList": 1, "ListDoor": 1}


def test_a_list_is_removed_with_its_doors(grid: Store) -> None:
    going = gas_round(grid, FIRST, SECOND)
    rows: Sequence[ItemRow] = grid.read(worklists.doors, going)
    grid.write(worklists.take_off, rows[0].item)
    assert shown(grid, going) == [("2-501", "")]

    grid.write(worklists.remove, going)

    assert grid.read(worklists.of_kind, Round) == []
    (thing,) = [one for one in grid.read(undoing.bin_of) if one.class_name == "Round"]
    grid.write(undoing.fetch_back, thing.unit, thing.record)
    assert shown(grid, going) == [("2-501", "")]
