"""P17: a building on paper, whatever its shape, on as many pages as it needs, with nothing out of its box."""

import pytest

from gridbook.press import glyphs
from gridbook.records.place import Pattern
from gridbook.sheets import door_map
from gridbook.sheets.page import Page, Text
from gridbook.store import doors
from gridbook.store.doors import Cell, DoorView, Floor
from tests import make
from tests.sheets.samples import PRINTING
from tests.sheets.test_pages import overflows


def words(pages: tuple[Page, ...]) -> list[str]:
    return [item.text for page in pages for item in page.items if isinstance(item, Text)]


def drawn(**shape: object) -> DoorView:
    estate = make.estate()
    return doors.draft(estate, make.building(estate, **shape))


@pytest.mark.parametrize(
    ("shape", "pages", "across"),
    [
        ({"units": 4, "floors": 34, "doors_per_floor": 2}, 1, False),
        ({"units": 3, "floors": 6, "doors_per_floor": 2}, 1, False),
        ({"units": 4, "floors": 34, "doors_per_floor": 4}, 2, True),
        ({"units": 8, "floors": 18, "doors_per_floor": 6}, 3, True),
        ({"pattern": Pattern.SINGLE, "units": 1, "floors": 1, "doors_per_floor": 130}, 1, False),
        (
            {"units": 2, "floors": 6, "doors_per_floor": 2, "added": ("1", "2"), "missing": ("1-101",)},
            1,
            False,
        ),
    ],
)
def test_a_building_of_any_shape_is_whole_on_paper(
    shape: dict[str, object], pages: int, across: bool
) -> None:
    view = drawn(**shape)
    made = door_map.filled(view, PRINTING)

    assert len(made) == pages
    assert (made[0].width > made[0].height) is across
    assert not overflows(made)
    assert not glyphs.missing(made)
    printed = words(made)
    for door in view.building.doors():
        assert (door.partition("-")[2] or door) in printed


def test_a_door_carries_its_signs_and_the_legend_tells_them() -> None:
    view = drawn()
    busy = Cell("1-601", "", open_cases=2, contact_due=True, settled=True, printed=True)
    cells = [busy, *(Cell(f"{n}-602", "", open_cases=1, settled=True) for n in range(1, 20))]
    made = door_map.filled(DoorView(view.estate, view.building, [Floor(6, cells)]), PRINTING)
    assert not overflows(made)

    assert "601●◇" in words(made)
    assert any("● 未办结" in text for text in words(made))
