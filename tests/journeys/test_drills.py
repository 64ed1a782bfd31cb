"""The drills, walked through in the window: from the lost thing to work that goes on, nothing missing."""

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from gridbook.store import digest, requests
from gridbook.ui.office.screen import OfficeScreen
from gridbook.ui.parts.buttons import Button
from tests.journeys.hands import Hands
from tests.journeys.test_a_request_and_its_way import swap_sticks, write_a_request
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT

SitDown = Callable[..., Hands]


def office(hands: Hands) -> OfficeScreen:
    """The page of stations, reached with Alt and its digit."""
    place = list(hands.window.screens).index("office") + 1
    hands.press(Qt.Key(Qt.Key.Key_0 + place), modifier=Qt.KeyboardModifier.AltModifier)
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
