"""What a visit, a request and its end cost in keys, and so in seconds, of a person who is no typist."""

from collections.abc import Callable

from PySide6.QtCore import Qt

from gridbook.store import caseload, requests, visits
from gridbook.ui.requests.screen import RequestsScreen
from gridbook.ui.visits.screen import VisitsScreen
from tests.journeys.hands import Hands

SitDown = Callable[..., Hands]
KEY, THOUGHT = 0.35, 1.2
"""Seconds by the keystroke-level model: one key of a slow typist, and one moment of “what comes next?”."""
VISIT, REQUEST, CLOSE = 8.0, 25.0, 6.0
ENTER = Qt.Key.Key_Return
CTRL = Qt.KeyboardModifier.ControlModifier
KITCHEN, KITCHEN_KEYS = "厨房", "chufang "
CALLED, CALLED_KEYS = "王女士", "wangnvshi "


def pinyin(hands: Hands, committed: str, keys: str) -> None:
    """Chinese as an input method brings it, at the price of the keys it takes."""
    hands.type(committed)
    hands.keys += len(keys) - len(committed)


def seconds(hands: Hands, thoughts: int) -> float:
    return hands.keys * KEY + thoughts * THOUGHT


def test_a_plain_visit_costs_four_keys_and_enter_behind_its_door_and_eight_seconds(sit_down: SitDown) -> None:
    hands = sit_down()
    hands.press(Qt.Key.Key_F2)
    hands.keys = 0
    hands.type("3-2-501")
    hands.press(ENTER)
    door = hands.keys
    hands.press(Qt.Key.Key_5, Qt.Key.Key_1, Qt.Key.Key_1, ENTER)

    assert hands.keys - door <= 5
    assert hands.window.desk.store.read(visits.count) == 1
    assert seconds(hands, thoughts=2) <= VISIT

    hands.keys = 0
    hands.type("3-2-502")
    hands.press(ENTER)
    hands.press(ENTER, modifier=CTRL)
    assert hands.window.desk.store.read(visits.count) == 2
    assert seconds(hands, thoughts=1) <= 5, "the next door of the same round"


def test_a_request_costs_twenty_five_seconds_with_name_and_telephone(sit_down: SitDown) -> None:
    hands = sit_down()
    hands.keys = 0
    hands.press(Qt.Key.Key_F3)
    hands.type("3-2-501")
    hands.press(ENTER)
    hands.type("f01")
    hands.press(ENTER)
    pinyin(hands, CALLED, CALLED_KEYS)
    hands.press(ENTER)
    hands.type("13900000001")
    hands.press(ENTER)
    hands.press(Qt.Key.Key_1)
    pinyin(hands, KITCHEN, KITCHEN_KEYS)
    hands.press(ENTER, modifier=CTRL)

    (row,) = hands.window.desk.store.read(caseload.open_cases)
    assert (row.title, row.called, row.place) == ("厨房漏水", "王女士", "幸福园小区3号楼2单元501")
    assert seconds(hands, thoughts=5) <= REQUEST, hands.keys


def test_a_request_ends_within_six_seconds(sit_down: SitDown) -> None:
    hands = sit_down()
    hands.press(Qt.Key.Key_F3)
    hands.type("3-2-501")
    hands.press(ENTER)
    hands.type("f01")
    hands.press(ENTER, ENTER, ENTER)
    hands.press(Qt.Key.Key_2)
    pinyin(hands, KITCHEN, KITCHEN_KEYS)
    hands.press(ENTER, modifier=CTRL)
    store = hands.window.desk.store
    (row,) = store.read(caseload.open_cases)
    screen = hands.screen("requests")
    assert isinstance(screen, RequestsScreen)
    hands.press(Qt.Key.Key_Escape)
    screen.table.view.setFocus()
    hands.settle()

    hands.press(Qt.Key.Key_F9)
    assert store.read(requests.get, row.request.number).state.status == "accepted"
    hands.keys = 0
    hands.press(Qt.Key.Key_F9, Qt.Key.Key_1, ENTER)

    assert store.read(requests.get, row.request.number).state.status == "resolved"
    assert seconds(hands, thoughts=2) <= CLOSE


def test_a_pile_of_ten_sheets_is_keyed_in_within_three_minutes(sit_down: SitDown) -> None:
    hands = sit_down()
    hands.press(Qt.Key.Key_F2)
    hands.keys = 0
    hands.press(Qt.Key.Key_F2, modifier=Qt.KeyboardModifier.ShiftModifier)
    screen = hands.screen("visits")
    assert isinstance(screen, VisitsScreen)
    for n, cell in enumerate(("3-1-101", "1123", "1", "5", "2", "1")):
        if n:
            hands.press(Qt.Key.Key_Tab)
        for letter in cell:
            hands.type(letter)
    for n in range(2, 11):
        hands.press(Qt.Key.Key_Down, Qt.Key.Key_Home)
        for letter in f"3-{(n + 1) // 4 + 1}-{n // 2 + 1}0{n % 2 + 1}":
            hands.type(letter)
        hands.press(ENTER, Qt.Key.Key_Up)
        hands.press(Qt.Key.Key_D, modifier=CTRL)
    hands.press(ENTER, modifier=CTRL)

    assert hands.window.desk.store.read(visits.count) == 10, screen.batch.words.text()
    assert seconds(hands, thoughts=25) <= 180
