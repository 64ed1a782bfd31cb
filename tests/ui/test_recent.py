"""Undo and bin on screen: Ctrl+Z on any page, fetched back from the bin, a backup put back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gridbook.records.visit import VisitEntry
from gridbook.store import backup, visits
from gridbook.ui.desk import Desk
from gridbook.ui.recent.screen import BACKUPS, BIN, RecentScreen
from gridbook.ui.screens import SCREENS
from gridbook.ui.theme import theme
from gridbook.ui.window import Window
from tests import make
from tests.ui.casework import ground, shown, sitting


@pytest.fixture
def desk(qapp: object, tmp_path: Path) -> Iterator[Desk]:
    with sitting(tmp_path / "grid") as made:
        yield made


def _visit(desk: Desk) -> VisitEntry:
    building = ground(desk.store)
    form = make.visit_entry(id=b"", number="", details={"building": building.id})
    saved = desk.store.write(visits.save, form)
    assert isinstance(saved, VisitEntry)
    return saved


def test_ctrl_z_takes_back_what_was_done_last_on_any_page_and_ctrl_y_does_it_again(desk: Desk) -> None:
    saved = _visit(desk)
    window = Window(desk, SCREENS)
    theme.dress(window)
    window.show()
    window.show_screen("today")
    desk.finish()

    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.finish()
    assert desk.store.read(visits.recent) == []
    assert saved.visit.number in window.notices.text.text()

    QTest.keyClick(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    desk.finish()
    assert [row.visit.number for row in desk.store.read(visits.recent)] == [saved.visit.number]
    window.close()


def test_what_was_deleted_is_fetched_back_from_the_bin(desk: Desk) -> None:
    saved = _visit(desk)
    desk.store.write(visits.undo, saved.visit.id)
    screen = shown(desk, RecentScreen)
    screen.open(BIN)
    assert [one.record for one in screen.bin.rows()] == [saved.visit.id]

    screen.fetch.click()
    desk.finish()

    assert screen.bin.rows() == []
    assert desk.store.read(visits.entry, saved.visit.id) == saved
    assert screen.kept_line.isVisible()


def test_a_backup_is_made_listed_and_asked_for_by_one_button(desk: Desk) -> None:
    screen = shown(desk, RecentScreen)
    screen.open(BACKUPS)
    asked: list[str] = []
    screen.restore_asked.connect(asked.append)

    screen.back_up.click()
    desk.finish()
    (path,) = screen.backups.rows()
    screen.put_back.click()

    assert asked == [str(path)]
    assert backup.inspect(path).unit == make.GRID
