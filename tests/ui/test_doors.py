"""The door view at the desk: seen, walked through by keyboard, opened, and built up from a pattern."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from gridbook.records.place import Pattern
from gridbook.records.request import Action
from gridbook.records.visit import VisitEntry
from gridbook.store import places, requests, visits
from gridbook.ui.desk import Desk
from gridbook.ui.doors.cells import DUE, LEGEND, OPEN, SETTLED, in_words, symbols
from gridbook.ui.doors.screen import DoorsScreen
from gridbook.ui.theme import theme
from tests import make
from tests.ui.casework import asked, ground, press, shown, sitting

ENTER, LEFT, RIGHT, UP, DOWN = (
    Qt.Key.Key_Return,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
)
DOOR = b"\x03" * 16


@pytest.fixture
def desk(qapp: object, tmp_path: Path) -> Iterator[Desk]:
    """The desk of a grid, with nothing in its book yet."""
    with sitting(tmp_path / "grid") as made:
        yield made


def sheet_words(screen: DoorsScreen) -> str:
    """What the sheet of a door says."""
    QApplication.sendPostedEvents()
    return "\n".join(label.text() for label in screen.sheet.findChildren(QLabel) if label.isVisible())


def test_an_empty_book_offers_the_first_estate(desk: Desk) -> None:
    screen = shown(desk, DoorsScreen)
    assert screen.empty.isVisible()
    screen.empty.acted.emit()
    press(desk, "幸福苑", ENTER, "xfy", ENTER)
    assert [one.name for one in desk.store.read(places.estates)] == ["幸福苑"]
    assert screen.no_building.isVisible()
    screen.no_building.acted.emit()
    press(desk, "3", ENTER, "1", Qt.Key.Key_Backspace, "3", ENTER, Qt.Key.Key_Backspace, "6", ENTER)
    press(desk, Qt.Key.Key_Backspace, "2", ENTER)
    (made,) = desk.store.read(places.buildings)

    assert (made.number, made.pattern, made.units, made.floors, made.doors_per_floor) == (
        "3",
        Pattern.UNITS,
        3,
        6,
        2,
    )
    assert len(screen.view.cells()) == 36


def test_the_form_says_how_many_doors_a_pattern_makes(desk: Desk) -> None:
    ground(desk.store)
    screen = shown(desk, DoorsScreen)
    screen.new_building()
    screen.form.units.value = "4"
    screen.form.floors.value = "18"
    screen.form.doors.value = ""
    screen.form.doors.setFocus()
    press(desk, "3")

    assert screen.form.sum.text() == "共 216 户。"


def test_exceptions_are_written_with_the_building(desk: Desk) -> None:
    building = ground(desk.store)
    screen = shown(desk, DoorsScreen)
    screen.change.click()
    screen.form.added.value = "1-701，1-702"
    screen.form.missing.value = "2-101"
    screen.form.keep()
    desk.finish()
    changed = desk.store.read(places.building, building.id)

    assert changed.added == ("1-701", "1-702")
    assert changed.missing == ("2-101",)
    assert len(screen.view.cells()) == 37


def test_what_is_no_number_is_said_under_its_field(desk: Desk) -> None:
    ground(desk.store)
    screen = shown(desk, DoorsScreen)
    screen.new_building()
    screen.form.number.value = "9"
    screen.form.floors.value = "六"
    screen.form.keep()
    desk.finish()

    assert len(desk.store.read(places.buildings)) == 1
    assert [one.text() for one in screen.form.findChildren(QLabel) if one.text() == "请填数字。"]


def test_floors_run_from_the_top_down_and_units_side_by_side(desk: Desk) -> None:
    ground(desk.store)
    screen = shown(desk, DoorsScreen)
    doors = [cell.door for cell in screen.view.cells()]

    assert doors[:6] == ["1-601", "1-602", "2-601", "2-602", "3-601", "3-602"]
    assert doors[-1] == "3-102"


def test_arrows_walk_and_digits_jump(desk: Desk) -> None:
    ground(desk.store)
    screen = shown(desk, DoorsScreen)
    screen.view.setFocus()
    at = [screen.view.door]
    for key in (RIGHT, RIGHT, DOWN, LEFT, UP):
        press(desk, key)
        at.append(screen.view.door)
    press(desk, "2-301")

    assert at == ["1-601", "1-602", "2-601", "2-501", "1-502", "1-602"]
    assert screen.view.door == "2-301"


def test_enter_opens_a_door_with_its_cases_and_visits(desk: Desk) -> None:
    ground(desk.store)
    made = asked(desk.store)
    desk.store.write(visits.save, make.visit_entry(id=b"", number=""))
    screen = shown(desk, DoorsScreen)
    screen.view.setFocus()
    press(desk, "2-501", ENTER)
    asked_for: list[tuple[str, object]] = []
    screen.opened.connect(lambda name, what: asked_for.append((name, what)))
    said = sheet_words(screen)
    screen.sheet.request.click()
    screen.sheet.visit.click()

    assert "幸福苑3号楼2单元501" in said
    assert made.request.number in said
    assert "水龙头已修好" in said
    assert asked_for == [
        ("requests", {"building": DOOR, "door": "2-501"}),
        ("visits", {"building": DOOR, "door": "2-501"}),
    ]
    assert screen.step_back()
    assert screen.sheet.isHidden()


def test_f6_at_a_door_prints_its_open_requests_or_its_newest_visit(desk: Desk) -> None:
    ground(desk.store)
    visited = desk.store.write(visits.save, make.visit_entry(desk.store.unit))
    assert isinstance(visited, VisitEntry)
    screen = shown(desk, DoorsScreen)
    asked_for: list[object] = []
    screen.opened.connect(lambda name, what: asked_for.append((name, what)))
    screen.open({"building": visited.details.building, "door": visited.details.door})
    desk.finish()
    screen.print_pages()
    made = asked(desk.store)
    screen.open({"building": made.particulars.building, "door": made.particulars.door})
    desk.finish()
    screen.print_pages()

    assert asked_for == [
        ("print", {"visits": [visited.visit.number]}),
        ("print", {"requests": [made.request.number]}),
    ]


def test_a_click_opens_a_door_too(desk: Desk) -> None:
    ground(desk.store)
    screen = shown(desk, DoorsScreen)
    first = screen.view.rect_of("1-601").center()
    QTest.mouseClick(screen.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(first))
    desk.finish()

    assert screen.sheet.title.text() == "幸福苑3号楼1单元601"


def test_a_door_found_elsewhere_opens_here(desk: Desk) -> None:
    ground(desk.store)
    screen = shown(desk, DoorsScreen)
    screen.open({"building": DOOR, "door": "3-201"})
    desk.finish()

    assert screen.view.door == "3-201"
    assert screen.sheet.title.text() == "幸福苑3号楼3单元201"


def test_a_cell_has_at_most_two_symbols_each_named_in_words(desk: Desk) -> None:
    ground(desk.store)
    store = desk.store
    asked(store)
    done = asked(store, category="H01", phone=None, particulars={"called": ""})
    store.write(requests.act, done.request.id, Action.SETTLE)
    long_ago = make.TODAY - timedelta(days=9)
    promised = {"next_on": make.TODAY - timedelta(days=2)}
    store.write(visits.save, make.visit_entry(id=b"", number="", visited_on=long_ago, details=promised))
    screen = shown(desk, DoorsScreen)
    cell = next(cell for cell in screen.view.cells() if cell.door == "2-501")

    assert [symbol for symbol, _ in symbols(cell)] == [OPEN, DUE]
    assert in_words(cell) == "3号楼2单元501，1 项未办结，约定联系到期，本周办结"
    assert SETTLED in [symbol for symbol, _, _ in LEGEND]


def test_a_screen_reader_finds_every_door_with_its_state(desk: Desk) -> None:
    ground(desk.store)
    asked(desk.store)
    screen = shown(desk, DoorsScreen)
    table = QAccessible.queryAccessibleInterface(screen.view)
    names = {table.child(n).text(QAccessible.Text.Name) for n in range(table.childCount())}

    assert table.role() == QAccessible.Role.Table
    assert {"3号楼2单元501，1 项未办结", "3号楼1单元101", "5层", "2单元"} <= names


@pytest.mark.parametrize("scale", [100, 200])
def test_cells_grow_with_the_scale(desk: Desk, scale: int) -> None:
    ground(desk.store)
    theme.apply(scale=scale)
    screen = shown(desk, DoorsScreen)
    size = screen.view.rect_of("1-601").size()

    assert (size.width(), size.height()) == (64 * scale // 100, 40 * scale // 100)


def test_houses_without_units_stand_in_rows(desk: Desk) -> None:
    estate = make.estate()
    lane = make.building(estate, pattern=Pattern.SINGLE, units=1, floors=1, doors_per_floor=34, number="12")
    desk.store.write(places.save, estate, lane)
    screen = shown(desk, DoorsScreen)
    screen.view.setFocus()
    press(desk, "33")

    assert [cell.door for cell in screen.view.cells()] == [str(n) for n in range(1, 35)]
    assert screen.view.door == "33"


def test_zoom_goes_by_key_wheel_and_button_and_keeps_the_door_in_sight(desk: Desk) -> None:
    ground(desk.store, units=4, floors=34, doors_per_floor=4)
    screen = shown(desk, DoorsScreen)
    screen.view.setFocus()
    press(desk, "3-1702", "+", "+")
    near = screen.view.rect_of("3-1702")
    assert screen.view.zoom == 150
    assert screen.view.viewport().rect().contains(near)

    press(desk, "*")
    assert screen.view.zoom == 50
    assert screen.view.rect_of("3-1702").width() == 32
    screen.nearer.click()
    assert screen.view.zoom == 75


def test_a_building_is_drawn_up_by_looking_at_it(desk: Desk) -> None:
    building = ground(desk.store)
    screen = shown(desk, DoorsScreen)
    screen.change.click()
    screen.form.floors.value = "5"
    screen.form.no_fours.click()
    assert screen.form.missing.value == "4层"
    gone = [cell.door for cell in screen.view.cells() if cell.missing]
    assert len(gone) == 6 and screen.view.drafting

    at = screen.view.rect_of("2-501").center()
    QTest.mouseClick(screen.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert screen.form.missing.value == "4层 2-501"
    screen.form.shops.click()
    assert screen.form.added.value == "1 2 3 4 5 6"
    screen.form.keep()
    desk.finish()

    kept = desk.store.read(places.building, building.id)
    assert set(kept.doors()) == {
        *(f"{unit}-{floor}0{n}" for unit in (1, 2, 3) for floor in (2, 3, 5) for n in (1, 2)),
        *"123456",
    } - {"2-501"}
    assert not screen.view.drafting
    assert not [cell for cell in screen.view.cells() if cell.missing]


def test_leaving_the_form_shows_the_building_as_it_is(desk: Desk) -> None:
    ground(desk.store)
    screen = shown(desk, DoorsScreen)
    screen.change.click()
    screen.form.no_fours.click()
    assert screen.step_back()
    desk.finish()

    assert len(screen.view.cells()) == 36 and not screen.view.drafting
