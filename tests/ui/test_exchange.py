"""The exchange on screen: what a stick does is shown before it does it, and can be left alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gridbook.records.request import Pressing
from gridbook.store import digest, journal
from gridbook.sync import export, status
from gridbook.sync.where import Where
from gridbook.ui.desk import Desk
from gridbook.ui.exchange.screen import ExchangeScreen
from gridbook.ui.screens import SCREENS
from gridbook.ui.theme import theme
from gridbook.ui.window import Window
from tests import make
from tests.sync.offices import COMMUNITY, GRID, OTHER_GRID, SUBDISTRICT, Offices
from tests.ui.casework import at_desk, focus, press, shown


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    """A community whose stick brings new work, a conflict and a torn file from two grids."""
    made = Offices(tmp_path_factory.mktemp("town")).found(SUBDISTRICT, COMMUNITY, GRID, OTHER_GRID)
    asked = made.request()
    made.round()
    made[GRID].write(journal.save, make.change(asked, pressing=Pressing.URGENT))
    made[COMMUNITY].write(journal.save, make.change(asked, pressing=Pressing.EMERGENCY))
    made.visit(OTHER_GRID)
    stick = made.folder / "stick"
    stick.mkdir()
    for unit in (GRID, OTHER_GRID):
        export.hand_over(made[unit], stick, COMMUNITY)
    (stick / "torn.gbb").write_bytes(next(stick.glob("*.gbb")).read_bytes()[:-40])
    yield made
    made.close()


@pytest.fixture
def desk(qapp: object, town: Offices, tmp_path: Path) -> Iterator[Desk]:
    """The desk of the community."""
    offices = town.copied(tmp_path)
    for unit in (GRID, OTHER_GRID, SUBDISTRICT):
        offices[unit].close()
    with at_desk(offices[COMMUNITY]) as made:
        yield made


def looked_at(desk: Desk, town: Offices) -> ExchangeScreen:
    """The screen after the stick was chosen."""
    screen = shown(desk, ExchangeScreen)
    screen.choose(town.folder / "stick")
    desk.finish()
    # Without a window manager only what is active has the keyboard.
    screen.activateWindow()
    QTest.qWaitForWindowActive(screen, 1000)
    return screen


def test_what_comes_is_shown_before_it_is_taken_in_trouble_first(desk: Desk, town: Offices) -> None:
    held = desk.store.read(digest.of_book)

    screen = looked_at(desk, town)

    ways = [way.split()[1] for way in screen.table.texts("方向")]
    assert ways == ["拒收", "收到", "收到", "交出", "交出", "交出"]
    assert "1 项待处理" in screen.word.text() and "1 份拒收" in screen.word.text()
    assert screen.in_full.text().startswith("torn.gbb") and "再交接一次" in screen.in_full.text()
    assert desk.store.read(digest.of_book) == held
    assert focus() is screen.start


def test_not_now_leaves_stick_and_book_as_they_are(desk: Desk, town: Offices) -> None:
    held, on_stick = desk.store.read(digest.of_book), sorted((town.folder / "stick").iterdir())
    screen = looked_at(desk, town)

    screen.later.setFocus()
    press(desk, Qt.Key.Key_Return)

    assert not screen.start.isEnabled()
    assert "没有收取" in screen.word.text()
    assert desk.store.read(digest.of_book) == held
    assert sorted((town.folder / "stick").iterdir()) == on_stick


def test_what_goes_is_what_the_preview_said_and_nothing_waits_after_safe_to_remove(
    desk: Desk, town: Offices, tmp_path: Path
) -> None:
    window = Window(desk, SCREENS)
    theme.dress(window)
    window.resize(1366, 768)
    window.show_screen("exchange")
    screen = window.screen_named("exchange")
    assert isinstance(screen, ExchangeScreen)
    stick = tmp_path / "stick"
    stick.mkdir()
    for path in (town.folder / "stick").iterdir():
        (stick / path.name).write_bytes(path.read_bytes())
    screen.choose(stick)
    desk.finish()
    foretold = {row.office: row.what for row in screen.table.rows() if row.way == "交出"}
    assert "待交接" in window.status_line.unsent.text()

    screen.go()
    desk.finish()

    written = {row.office: row.what for row in screen.table.rows() if row.way == "已写入"}
    assert foretold == written
    assert "可以拔出" in screen.done_badge.text()
    assert "在U盘上" in window.status_line.unsent.text()
    held = desk.store.read(status.held)
    assert (held.to_hand_over, held.ops[Where.HERE]) == (0, 0)
    assert {one.receiver for one in held.sticks} >= {SUBDISTRICT}
    window.close()
    window.deleteLater()
