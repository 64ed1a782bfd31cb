"""Two offices write different things; one of them settles it on the screen and the decision reaches both."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt

from gridbook.records.request import Pressing
from gridbook.store import conflicts, journal, requests
from gridbook.ui.conflicts.screen import ConflictsScreen
from tests.journeys.hands import Hands
from tests.journeys.test_a_request_and_its_way import swap_sticks, write_a_request
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT


def change(hands: Hands, number: str, pressing: Pressing) -> None:
    """Another office corrects how pressing the request is."""
    store = hands.window.desk.store
    store.write(journal.save, replace(store.read(requests.find, number), pressing=pressing))


def test_a_conflict_is_seen_settled_and_gone_at_all_three_offices(
    sit_down: Callable[..., Hands], stick: Path
) -> None:
    grid = sit_down(GRID)
    number = write_a_request(grid)
    swap_sticks(grid, stick)
    office = sit_down(COMMUNITY)
    swap_sticks(office, stick)
    change(grid, number, Pressing.URGENT)
    change(office, number, Pressing.EMERGENCY)
    swap_sticks(grid, stick)
    swap_sticks(office, stick)
    top = sit_down(SUBDISTRICT)
    swap_sticks(top, stick)
    assert [len(one.window.desk.store.read(conflicts.questions)) for one in (office, top)] == [1, 1]

    place = list(office.window.screens).index("conflicts") + 1
    office.press(Qt.Key(Qt.Key.Key_0 + place), modifier=Qt.KeyboardModifier.AltModifier)
    office.press(Qt.Key.Key_Return)
    office.press(Qt.Key.Key_Return)

    screen = office.screen("conflicts")
    assert isinstance(screen, ConflictsScreen)
    assert not screen.table.rows()
    swap_sticks(office, stick)
    swap_sticks(top, stick)
    swap_sticks(grid, stick)
    for one in (grid, office, top):
        store = one.window.desk.store
        assert store.read(conflicts.questions) == []
        assert store.read(requests.find, number).pressing is Pressing.URGENT
