"""The page of stations: PCs and certificates, sorted by unit; who sees which drill and who may act."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from gridbook.records.staff import Role
from gridbook.store import life, staff
from gridbook.sync import drills
from gridbook.ui.desk import Desk
from gridbook.ui.office.pc import LostPcSheet
from gridbook.ui.office.screen import OfficeScreen
from gridbook.ui.office.which_day import WhichDaySheet
from gridbook.ui.theme import theme
from tests.sync.offices import COMMUNITY, GRID, PASSPHRASE, SUBDISTRICT, Offices
from tests.ui.casework import at_desk, press, shown


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    """Three offices; the grid's station was revoked and the community brought what it signed after that."""
    made = Offices(tmp_path_factory.mktemp("town")).found(SUBDISTRICT, COMMUNITY, GRID)
    made.visit()
    made.round()
    made[SUBDISTRICT].write(drills.revoke, made[SUBDISTRICT], GRID, "电脑丢失")
    made.visit()
    made.carry(GRID, COMMUNITY)
    made.carry(COMMUNITY, SUBDISTRICT)
    yield made
    made.close()


@pytest.fixture
def offices(town: Offices, tmp_path: Path) -> Iterator[Offices]:
    """Copies of these books for one test."""
    made = town.copied(tmp_path)
    yield made
    made.close()


def words(widget: QWidget) -> str:
    """Everything that can be read there."""
    QApplication.processEvents()
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.text() and one.isVisible())


def laid_out(screen: OfficeScreen) -> None:
    """Wait until what was put on the screen is shown and the window has the keyboard."""
    QApplication.processEvents()
    screen.activateWindow()
    QTest.qWaitForWindowActive(screen, 1000)


def sit(offices: Offices, unit: str) -> "Iterator[Desk]":
    """A desk at the book of that office."""
    with at_desk(offices.books.pop(unit)) as desk:
        yield desk


@pytest.fixture
def top(qapp: object, offices: Offices) -> Iterator[Desk]:
    """The subdistrict's desk."""
    yield from sit(offices, SUBDISTRICT)


@pytest.fixture
def community(qapp: object, offices: Offices) -> Iterator[Desk]:
    """The community's desk."""
    yield from sit(offices, COMMUNITY)


@pytest.fixture
def grid(qapp: object, offices: Offices) -> Iterator[Desk]:
    """The grid's desk."""
    yield from sit(offices, GRID)


def test_stations_stand_in_the_order_of_their_units_with_words_for_their_standing(top: Desk) -> None:
    screen = shown(top, OfficeScreen)

    assert [one.unit for one in screen.table.rows()] == [SUBDISTRICT, COMMUNITY, GRID]
    assert screen.table.texts("站点证书") == ["已列入站点名单", "已列入站点名单", "已吊销"]
    screen.table.view.selectRow(2)
    laid_out(screen)
    screen.table.view.setFocus()
    press(top, Qt.Key.Key_Return)
    assert "隔离区" in words(screen.station)
    assert screen.step_back() and not screen.step_back()


def test_a_grid_sees_what_concerns_itself(grid: Desk) -> None:
    screen = shown(grid, OfficeScreen)

    seen = {name for name, button in screen.buttons.items() if button.isVisible()}

    assert seen == {"lost stick", "two pcs", "passphrase", "renew"}


def test_the_quarantine_tells_facts_and_is_emptied_only_after_a_question(top: Desk) -> None:
    screen = shown(top, OfficeScreen)
    screen.buttons["quarantine"].click()
    sheet = screen.drills["quarantine"]
    told = words(sheet)
    assert f"{GRID} 所写" in told and f"{COMMUNITY} 送来" in told and "站点已被吊销" in told
    laid_out(screen)
    sheet.setFocus()

    press(top, Qt.Key.Key_Return)
    press(top, Qt.Key.Key_Return)
    assert drills.quarantined(top.store)
    press(top, Qt.Key.Key_Return)
    press(top, Qt.Key.Key_Backtab, Qt.Key.Key_Return)

    assert "没有内容" in words(sheet)
    assert drills.quarantined(top.store) == []


def test_at_the_subdistrict_only_a_lead_empties_the_quarantine(top: Desk) -> None:
    top.store.write(
        staff.add,
        top.store.folder,
        top.store.keys,
        "李明",
        Role.SUBDISTRICT_DESK,
        PASSPHRASE,
        calibrate=False,
    )
    top.store.switch("李明")
    screen = shown(top, OfficeScreen)

    screen.buttons["quarantine"].click()

    sheet = screen.drills["quarantine"]
    assert "负责人" in words(sheet)
    assert not any(screen.buttons[name].isVisible() for name in ("lost pc", "admit", "renew"))
    assert not any(button.isVisible() for button in [sheet.focusProxy()])


def test_a_community_is_told_whom_to_telephone_and_cannot_revoke(community: Desk) -> None:
    screen = shown(community, OfficeScreen)
    screen.start("lost pc", GRID)
    community.finish()

    sheet = screen.drills["lost pc"]
    assert isinstance(sheet, LostPcSheet)
    assert GRID in words(sheet.believe) and "街道" in words(sheet.believe)
    assert not sheet.revoke.isVisible() and sheet.admit.isVisible()


def test_a_pc_that_broke_in_the_office_is_not_revoked(top: Desk) -> None:
    screen = shown(top, OfficeScreen)
    screen.start("lost pc", COMMUNITY)
    top.finish()
    sheet = screen.drills["lost pc"]
    assert isinstance(sheet, LostPcSheet)
    words(sheet)
    assert sheet.revoke.isVisible()

    sheet.cause.setFocus()
    QTest.keyClick(sheet.cause, Qt.Key.Key_3)
    top.finish()

    assert not sheet.revoke.isVisible() and "不用吊销" in words(sheet.believe)
    screen.start("lost pc", GRID)
    top.finish()
    assert "已吊销" in words(sheet.believe) and not sheet.revoke.isVisible()


def test_a_doubted_clock_that_is_right_is_believed_once_its_day_is_written(top: Desk) -> None:
    top.store.write(lambda session: setattr(session.standing, "newest_signed", 1))
    screen = shown(top, OfficeScreen)
    assert screen.alert.isVisible() and "校正" in words(screen.alert)

    screen.alert.button.click()
    top.finish()
    sheet = screen.drills["which day"]
    assert isinstance(sheet, WhichDaySheet)
    for written, said in (("11-23", "年份"), ("2019-11-23", "本机显示")):
        sheet.day.value = written
        sheet.confirm.click()
        top.finish()
        assert said in words(sheet.field)
        assert top.store.read(life.wrong_clock)

    sheet.day.value = top.store.read(lambda session: session.today).isoformat()
    sheet.confirm.click()
    top.finish()

    assert top.store.read(life.wrong_clock) == ""
    assert not screen.alert.isVisible() and not screen.buttons["which day"].isVisible()


def test_every_sheet_fits_at_double_size_and_scrolls_in_itself_alone(top: Desk) -> None:
    theme.apply(scale=200, dark=True)
    try:
        screen = shown(top, OfficeScreen)
        for name, sheet in screen.drills.items():
            screen.start(name)
            top.finish()
            assert sheet.isVisible() and sheet.width() <= screen.width()
            assert screen.minimumSizeHint().height() <= screen.height()
    finally:
        theme.apply(scale=100, dark=False)
