"""A request from a visit goes up to the community, is answered there, and the answer comes back down."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from gridbook.records.request import Action, Outcome
from gridbook.store import caseload, requests
from gridbook.sync import status
from gridbook.sync.status import Where
from gridbook.ui.exchange.screen import ExchangeScreen
from gridbook.ui.requests.screen import RequestsScreen
from gridbook.ui.visits.screen import VisitsScreen
from tests.journeys.hands import Hands
from tests.sync.offices import COMMUNITY, GRID

SitDown = Callable[..., Hands]


def requests_screen(hands: Hands) -> RequestsScreen:
    screen = hands.screen("requests")
    assert isinstance(screen, RequestsScreen)
    return screen


def swap_sticks(hands: Hands, stick: Path) -> None:
    """Take in what lies on the stick and write what goes."""
    screen = hands.screen("exchange")
    assert isinstance(screen, ExchangeScreen)
    hands.window.show_screen("exchange")
    hands.settle()
    screen.choose(stick)
    hands.settle()
    screen.go()
    hands.settle()
    assert "可以拔出" in screen.done_badge.text(), screen.word.text()


def write_a_request(hands: Hands, title: str = "lou shui") -> str:
    """A request by keyboard: F3, door, category, who, what; returns its number."""
    hands.press(Qt.Key.Key_F3)
    hands.type("3-2-501")
    hands.press(Qt.Key.Key_Return)
    hands.type("F01")
    hands.press(Qt.Key.Key_Return)
    form = requests_screen(hands).form
    form.called.setFocus()
    hands.type("Wang")
    form.phone.setFocus()
    hands.type("19900000001")
    form.title.setFocus()
    hands.type(title)
    hands.press(Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)
    if form.alike.own.isVisible():
        # Another request of that door is open: it is said that this one is another matter.
        hands.press(Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)
    (row,) = [row for row in hands.window.desk.store.read(caseload.open_cases) if row.title == title]
    return row.request.number


def do(hands: Hands, number: str, action: Action, **given: object) -> None:
    """An action through the sheet of the request."""
    screen = requests_screen(hands)
    hands.window.show_screen("requests", number)
    hands.settle()
    screen.sheet.take(action)
    hands.settle()
    if screen.sheet.form is not None:
        for name, value in given.items():
            screen.sheet.form.inputs[name].value = value
        screen.sheet.confirm()
        hands.settle()
    state = hands.window.desk.store.read(requests.get, number).state
    said = screen.sheet.form.trouble.text() if screen.sheet.form is not None else ""
    assert screen.sheet.form is None, (action, state.status, said)


def test_a_request_is_written_by_keyboard_and_stands_in_the_list(sit_down: SitDown) -> None:
    hands = sit_down()

    number = write_a_request(hands)

    view = hands.window.desk.store.read(requests.get, number)
    assert view.place == "幸福园小区3号楼2单元501"
    assert view.contact is not None and view.contact.phone == "19900000001"
    assert number in requests_screen(hands).table.texts("编号")


def test_a_request_opened_from_a_visit_knows_its_door(sit_down: SitDown) -> None:
    hands = sit_down()
    hands.press(Qt.Key.Key_F2)
    hands.type("3-2-501")
    hands.press(Qt.Key.Key_Return)
    visits = hands.screen("visits")
    assert isinstance(visits, VisitsScreen)

    visits.form.request_wanted.emit({"place": visits.form.door.place})
    hands.settle()

    place = requests_screen(hands).form.door.place
    assert place is not None and place.door == "2-501"


def test_a_half_written_request_survives_the_end_of_the_program(sit_down: SitDown) -> None:
    hands = sit_down()
    hands.press(Qt.Key.Key_F3)
    form = requests_screen(hands).form
    form.title.setFocus()
    hands.type("half a title")
    form.phone.setFocus()
    hands.settle()
    hands.leave()

    again = sit_down()
    again.press(Qt.Key.Key_F3)

    assert requests_screen(again).form.title.value == "half a title"


def test_the_likely_step_is_one_key_away(sit_down: SitDown) -> None:
    hands = sit_down()
    number = write_a_request(hands)
    hands.window.show_screen("requests", number)
    hands.settle()

    hands.press(Qt.Key.Key_F9)

    assert hands.window.desk.store.read(requests.get, number).state.status == "accepted"


def test_a_request_goes_up_is_answered_and_the_answer_comes_back(sit_down: SitDown, stick: Path) -> None:
    grid = sit_down(GRID)
    number = write_a_request(grid)
    do(grid, number, Action.ACCEPT)
    do(grid, number, Action.ESCALATE)
    swap_sticks(grid, stick)

    office = sit_down(COMMUNITY)
    swap_sticks(office, stick)
    inbox = office.window.desk.store.read(caseload.inbox)
    assert [row.request.number for row in inbox] == [number]
    do(office, number, Action.SIGN)
    do(office, number, Action.RESOLVE, outcome=Outcome.SOLVED)
    swap_sticks(office, stick)

    swap_sticks(grid, stick)
    view = grid.window.desk.store.read(requests.get, number)
    assert view.state.status == "resolved"
    assert view.state.outcome is Outcome.SOLVED
    where = grid.window.desk.store.read(status.of_record, "Particulars", GRID, view.request.id)
    assert where is Where.COMMUNITY
    do(grid, number, Action.FEED_BACK)
    assert grid.window.desk.store.read(requests.get, number).state.status == "answered"


def test_two_offices_that_acted_at_once_are_shown_side_by_side_and_settled(
    sit_down: SitDown, stick: Path
) -> None:
    grid, office = sit_down(GRID), sit_down(COMMUNITY)
    number = write_a_request(grid)
    do(grid, number, Action.ACCEPT)
    swap_sticks(grid, stick)
    swap_sticks(office, stick)
    do(office, number, Action.WITHDRAW)
    do(grid, number, Action.RESOLVE, outcome=Outcome.SOLVED)
    swap_sticks(office, stick)
    swap_sticks(grid, stick)

    grid.window.show_screen("requests", number)
    grid.settle()
    questions = requests_screen(grid).sheet.questions
    assert questions.buttons
    questions.buttons[0].click()
    grid.settle()

    assert not grid.window.desk.store.read(requests.get, number).findings
