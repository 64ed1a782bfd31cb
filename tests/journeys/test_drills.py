"""The drills, walked through in the window: from the lost thing to work that goes on, nothing missing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from gridbook.store import book, digest, requests
from gridbook.ui.exchange.screen import ExchangeScreen
from gridbook.ui.office.admission import AdmissionSheet
from gridbook.ui.office.pc import LostPcSheet
from gridbook.ui.office.quarantine import QuarantineSheet
from gridbook.ui.office.renewal import RenewalSheet
from gridbook.ui.office.screen import OfficeScreen
from gridbook.ui.office.twice import TwiceSheet
from gridbook.ui.parts.buttons import Button
from gridbook.ui.recovery import RestorePage
from gridbook.ui.start import FirstRun, UnlockPage
from tests.journeys.conftest import ground
from tests.journeys.hands import PASSPHRASE, Hands
from tests.journeys.test_a_request_and_its_way import swap_sticks, write_a_request
from tests.sync.offices import COMMUNITY, GRID, OTHER_GRID, SUBDISTRICT

SitDown = Callable[..., Hands]


def office(hands: Hands) -> OfficeScreen:
    """The page of stations, reached by its button in the sidebar."""
    hands.window.sidebar.buttons["office"].setFocus()
    hands.press(Qt.Key.Key_Space)
    screen = hands.screen("office")
    assert isinstance(screen, OfficeScreen) and screen.isVisible()
    return screen


def drill(hands: Hands, name: str) -> OfficeScreen:
    """Press the button that names what happened."""
    screen = office(hands)
    press(hands, screen.buttons[name])
    assert screen.drills[name].isVisible()
    return screen


def press(hands: Hands, button: Button) -> None:
    """Go to a button with the keyboard and press Enter on it."""
    assert button.isVisible() and button.isEnabled(), button.accessibleName()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    hands.press(Qt.Key.Key_Return)


def words(widget: QWidget) -> str:
    """Everything that can be read there."""
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.text() and one.isVisible())


def shared(*desks: Hands) -> list[dict[str, str]]:
    """The digests of what all of these desks are entitled to, one for each."""
    held = [dict(one.window.desk.store.read(digest.of_book).streams) for one in desks]
    common = set.intersection(*(set(one) for one in held))
    return [{name: one[name] for name in sorted(common)} for one in held]


def test_a_lost_stick_costs_nothing_but_another_stick(sit_down: SitDown, stick: Path, tmp_path: Path) -> None:
    grid = sit_down(GRID)
    number = write_a_request(grid)
    swap_sticks(grid, stick)
    shutil.rmtree(stick)

    screen = drill(grid, "lost stick")
    told = words(screen.drills["lost stick"])
    assert "诉求 1" in told and "还没有回执" in told
    sheet = screen.drills["lost stick"]
    assert grid.focus() is sheet.focusProxy()
    grid.press(Qt.Key.Key_Return)
    assert grid.screen("exchange").isVisible()

    other = tmp_path / "other-stick"
    other.mkdir()
    swap_sticks(grid, other)
    community, subdistrict = sit_down(COMMUNITY), sit_down(SUBDISTRICT)
    for one in (community, subdistrict, community, grid):
        swap_sticks(one, other)
    held = shared(grid, community, subdistrict)
    assert held[0] == held[1] == held[2] and held[0]
    assert "对方已收存" in words(drill(grid, "lost stick").drills["lost stick"])
    assert subdistrict.window.desk.store.read(requests.get, number).request.number == number


def typed(hands: Hands, field: QWidget, text: str) -> None:
    """Go to a field, empty it, type, and press Enter."""
    field.setFocus(Qt.FocusReason.TabFocusReason)
    hands.press(Qt.Key.Key_A, modifier=Qt.KeyboardModifier.ControlModifier)
    hands.type(text)
    hands.press(Qt.Key.Key_Return)


def admit(hands: Hands, stick: Path, digits: str) -> None:
    """At the office above: the stick, the telephone, the digits."""
    sheet = drill(hands, "admit").drills["admit"]
    assert isinstance(sheet, AdmissionSheet)
    typed(hands, sheet.stick.input, str(stick))
    assert sheet.digits.hasFocus() and sheet.question is not None
    typed(hands, sheet.digits, "1234 5678")
    assert "不一致" in words(sheet) and not list(stick.glob("*.gbjoin"))
    typed(hands, sheet.digits, digits)
    assert "已接纳" in words(sheet) and list(stick.glob("*.gbjoin"))


def renew(below: Hands, above: Hands, stick: Path) -> None:
    """Ask for a new certificate, let it be given, take it in."""
    sheet = drill(below, "renew").drills["renew"]
    assert isinstance(sheet, RenewalSheet)
    typed(below, sheet.stick.input, str(stick))
    press(below, sheet.ask)
    digits = sheet.own_digits.text()
    admit(above, stick, digits)
    typed(below, sheet.stick.input, str(stick))
    assert below.focus() is sheet.accept
    below.press(Qt.Key.Key_Return)
    assert "重新接纳" in words(sheet)
    assert list(stick.glob("*.gbask")) == list(stick.glob("*.gbjoin")) == []


def revoke(hands: Hands, unit: str) -> LostPcSheet:
    """At the subdistrict: see what stays believed, then revoke after a question."""
    screen = office(hands)
    row = [one.unit for one in screen.table.rows()].index(unit)
    screen.table.view.selectRow(row)
    screen.table.view.setFocus()
    hands.press(Qt.Key.Key_Return)
    press(hands, screen.station.lost)
    sheet = screen.drills["lost pc"]
    assert isinstance(sheet, LostPcSheet) and sheet.chosen == unit
    assert "诉求" in words(sheet.preview) and sheet.revoke.isVisible()
    press(hands, sheet.revoke)
    hands.press(Qt.Key.Key_Return)
    assert "已吊销" not in words(sheet.believe), "Enter alone must change nothing"
    press(hands, sheet.revoke)
    press(hands, sheet.question.yes)
    assert "已吊销" in words(sheet.believe) and not sheet.revoke.isVisible()
    return sheet


def round_of_sticks(stick: Path, *desks: Hands) -> None:
    """The stick goes up and comes down again, twice, so that receipts have come home too."""
    for one in (*desks, *reversed(desks[:-1]), *desks[1:], *reversed(desks[:-1])):
        swap_sticks(one, stick)


@pytest.mark.timeout(900)
def test_a_lost_pc_is_revoked_and_its_successor_goes_on_with_everything(
    sit_down: SitDown, stick: Path, tmp_path: Path
) -> None:
    store, recovery = book.create(
        tmp_path / OTHER_GRID, OTHER_GRID, "06网格", "王芳", PASSPHRASE, calibrate=False
    )
    ground(store)
    store.close()
    grid, community, subdistrict = sit_down(OTHER_GRID), sit_down(COMMUNITY), sit_down(SUBDISTRICT)
    joins(grid, community, stick)
    early = write_a_request(grid, "early")
    round_of_sticks(stick, grid, community, subdistrict)
    # The stick carries one sealed backup a day; what is written after it comes back by the hand-over.
    late = write_a_request(grid, "late")
    for one in (grid, community, subdistrict):
        swap_sticks(one, stick)
    grid.leave()

    revoke(subdistrict, OTHER_GRID)
    swap_sticks(subdistrict, stick)
    swap_sticks(community, stick)
    new_pc = restored(tmp_path / "new-pc", give_back(community, OTHER_GRID, stick), recovery)
    renew(new_pc, community, stick)
    round_of_sticks(stick, new_pc, community, subdistrict)
    fresh = write_a_request(new_pc, "fresh")
    round_of_sticks(stick, new_pc, community, subdistrict)

    held = shared(new_pc, community, subdistrict)
    assert held[0] == held[1] == held[2] and held[0]
    for one in (new_pc, community, subdistrict):
        assert {one.window.desk.store.read(requests.get, n).request.number for n in (early, late, fresh)}
    told = words(drill(community, "lost pc").drills["lost pc"])
    assert told.count("✓") >= 3
    stolen(tmp_path / OTHER_GRID, community, tmp_path)
    new_pc.leave()


def joins(grid: Hands, community: Hands, stick: Path) -> None:
    """A new book is admitted through the drill for it."""
    grid.window.show_screen("exchange")
    screen = grid.screen("exchange")
    assert isinstance(screen, ExchangeScreen)
    screen.choose(stick)
    grid.settle()
    press(grid, screen.start)
    admit(community, stick, screen.joining.own_digits.text())
    screen.choose(stick)
    grid.settle()
    press(grid, screen.start)
    assert "可以拔出" in screen.done_badge.text()


def give_back(hands: Hands, unit: str, stick: Path) -> Path:
    """The office above puts the sealed backup it keeps on the stick, and says which file it is."""
    sheet = drill(hands, "lost pc").drills["lost pc"]
    assert isinstance(sheet, LostPcSheet)
    sheet.unit.value = unit
    hands.settle()
    assert "封存备份" in sheet.backup.text() and not sheet.revoke.isVisible()
    typed(hands, sheet.stick.input, str(stick))
    press(hands, sheet.give)
    (file,) = [path for path in stick.glob("*.gbs") if path.name in sheet.backup.text()]
    return file


def restored(folder: Path, file: Path, recovery: str) -> Hands:
    """A new PC: the first page, the backup from the stick, the recovery sheet."""
    hands = Hands(folder, None)
    first = hands.program.centralWidget().findChild(FirstRun)
    assert first is not None
    first.restore_wanted.emit()
    page = hands.program.centralWidget().findChild(RestorePage)
    assert page is not None
    page.file.value, page.recovery.value, page.person.value = str(file), recovery, "王芳"
    page.passphrase.value = page.repeated.value = PASSPHRASE
    press(hands, page.act)
    return hands


def stolen(folder: Path, community: Hands, tmp_path: Path) -> None:
    """The old PC turns up in other hands: nothing of it is taken, and the quarantine says so."""
    thief = Hands(folder)
    write_a_request(thief, "not ours")
    bad_stick = tmp_path / "bad-stick"
    bad_stick.mkdir()
    swap_sticks(thief, bad_stick)
    thief.leave()
    before = shared(community)
    swap_sticks(community, bad_stick)
    assert shared(community) == before
    sheet = drill(community, "quarantine").drills["quarantine"]
    assert "不知是谁写的" in words(sheet) or "所写" in words(sheet)
    assert isinstance(sheet, QuarantineSheet)
    community.press(Qt.Key.Key_Return)
    press(community, sheet.question.yes)
    assert "没有内容" in words(sheet)


@pytest.mark.timeout(900)
def test_two_pcs_with_one_book_become_one_again_and_both_their_work_stays(
    sit_down: SitDown, stick: Path, tmp_path: Path
) -> None:
    grid, community, subdistrict = sit_down(GRID), sit_down(COMMUNITY), sit_down(SUBDISTRICT)
    numbers = [write_a_request(grid, "before")]
    round_of_sticks(stick, grid, community, subdistrict)
    grid.leave()
    shutil.copytree(tmp_path / GRID, tmp_path / "copy")
    grid, copy = sit_down(GRID), Hands(tmp_path / "copy")
    numbers += [write_a_request(grid, "on one"), write_a_request(copy, "on the other")]

    for one in (grid, community, copy, community, grid, community, copy, community):
        swap_sticks(one, stick)
    page = office(community)
    assert "两台电脑" in words(page.alert)
    press(community, page.alert.button)
    assert page.drills["two pcs"].isVisible()
    copy.leave()
    sheet = drill(grid, "two pcs").drills["two pcs"]
    assert isinstance(sheet, TwiceSheet)
    press(grid, sheet.ask)
    assert office(grid).drills["renew"].isVisible()
    renew(grid, community, stick)
    round_of_sticks(stick, grid, community, subdistrict)
    revoke(subdistrict, GRID)
    round_of_sticks(stick, grid, community, subdistrict)

    held = shared(grid, community, subdistrict)
    assert held[0] == held[1] == held[2] and held[0]
    for desk in (grid, community, subdistrict):
        read = desk.window.desk.store.read
        assert [read(requests.get, number).request.number for number in numbers] == numbers
    assert not office(community).alert.isVisible()


def test_whoever_is_asked_about_a_forgotten_passphrase_names_the_very_buttons(
    sit_down: SitDown, tmp_path: Path
) -> None:
    hands = sit_down(COMMUNITY)
    told = words(drill(hands, "passphrase").drills["passphrase"])
    hands.press(Qt.Key.Key_L, modifier=Qt.KeyboardModifier.ControlModifier)
    page = hands.program.centralWidget().findChild(UnlockPage)
    assert page is not None

    named = [one.accessibleName() for one in page.findChildren(Button)]

    assert any(f"“{name}”" in told for name in named)
