"""A day at the grid: first run, visits by keyboard, a stick to the community, a lock in mid-sentence."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtWidgets import QApplication

from gridbook.store import visits
from gridbook.sync import status
from gridbook.sync.status import Where
from gridbook.ui.exchange.screen import ExchangeScreen
from gridbook.ui.practising import PractisePage
from gridbook.ui.printing.screen import PrintScreen
from gridbook.ui.start import FirstRun, UnlockPage
from gridbook.ui.theme import theme
from gridbook.ui.visits.screen import VisitsScreen
from tests.journeys.hands import PASSPHRASE, Hands
from tests.sync.offices import COMMUNITY, GRID

SitDown = Callable[..., Hands]
DIGITS = (Qt.Key.Key_5, Qt.Key.Key_1, Qt.Key.Key_1)


def visits_screen(hands: Hands) -> VisitsScreen:
    screen = hands.screen("visits")
    assert isinstance(screen, VisitsScreen)
    return screen


def exchange_screen(hands: Hands) -> ExchangeScreen:
    screen = hands.screen("exchange")
    assert isinstance(screen, ExchangeScreen)
    return screen


def write_a_visit(hands: Hands, door: str = "3-2-501") -> None:
    hands.press(Qt.Key.Key_F2)
    hands.type(door)
    hands.press(Qt.Key.Key_Return, *DIGITS, Qt.Key.Key_Return)


def test_a_new_worker_makes_a_book_in_five_steps(qapp: QApplication, tmp_path: Path) -> None:
    theme.apply(scale=100, dark=False)
    hands = Hands(tmp_path / "book", None)
    first = hands.program.centralWidget().findChild(FirstRun)
    assert first is not None

    first.go_on()
    first.unit.value, first.name.value = GRID, "03社区-05网格"
    first.go_on()
    first.person.value = "李明"
    first.passphrase.value = first.repeated.value = PASSPHRASE
    first.go_on()
    key = " ".join(first.key.groups())
    first.go_on()
    first.go_on()
    hands.settle()

    assert len(key.replace(" ", "")) >= 50
    assert hands.window.desk.store.person.name == "李明"
    assert list((tmp_path / "book" / "backups").iterdir())
    hands.leave()


def test_a_new_worker_can_practise_first(qapp: QApplication, tmp_path: Path) -> None:
    hands = Hands(tmp_path / "real" / "book", None)
    first = hands.program.centralWidget().findChild(FirstRun)
    assert first is not None

    first.practice_wanted.emit()
    page = hands.program.centralWidget().findChild(PractisePage)
    assert page is not None
    assert page.process.waitForStarted()
    made = QEventLoop()
    page.process.finished.connect(made.quit)
    made.exec()
    hands.settle()

    assert hands.window.desk.store.practice
    assert hands.window.desk.store.read(visits.count) > 0
    assert not (tmp_path / "real" / "book").exists()
    hands.leave()


def test_making_the_practice_town_can_be_stopped_and_begun_again(qapp: QApplication, tmp_path: Path) -> None:
    hands = Hands(tmp_path / "real" / "book", None)
    first = hands.program.centralWidget().findChild(FirstRun)
    assert first is not None
    first.practice_wanted.emit()
    page = hands.program.centralWidget().findChild(PractisePage)
    assert page is not None and page.process.waitForStarted()

    page.stop.click()

    assert hands.program.window_ is None
    assert hands.program.centralWidget().findChild(FirstRun) is not None
    assert not (tmp_path / "real" / "practice" / "made").exists()
    hands.leave()


def test_the_first_run_says_what_is_wrong_under_the_field(qapp: QApplication, tmp_path: Path) -> None:
    first = FirstRun(tmp_path / "book", calibrate=False)
    first.show()
    first.go_on()
    first.unit.value, first.name.value = "123", "网格"

    first.go_on()

    assert first.steps.currentIndex() == 1
    assert "123" in first._fields["unit"].wrong.text()


def test_a_plain_visit_takes_the_door_three_digits_and_enter(sit_down: SitDown) -> None:
    hands = sit_down()
    hands.press(Qt.Key.Key_F2)
    hands.type("3-2-501")
    hands.press(Qt.Key.Key_Return)
    hands.keys = 0

    hands.press(*DIGITS, Qt.Key.Key_Return)

    assert hands.keys <= 5
    (row,) = visits_screen(hands).table.rows()
    assert row.row.place == "幸福园小区3号楼2单元501"
    assert QApplication.focusWidget() is visits_screen(hands).form.door
    assert row.row.visit.number in visits_screen(hands).form.kept_line._text.text()


def test_the_next_visit_keeps_the_last_values_and_needs_only_its_door(sit_down: SitDown) -> None:
    hands = sit_down()
    write_a_visit(hands)
    hands.type("xfy4-1-302")
    hands.press(Qt.Key.Key_Return)
    hands.keys = 0

    hands.press(Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)

    assert hands.keys == 1
    assert [row.row.place for row in visits_screen(hands).table.rows()] == [
        "幸福园小区4号楼1单元302",
        "幸福园小区3号楼2单元501",
    ]


def test_a_visit_just_kept_can_be_taken_back(sit_down: SitDown) -> None:
    hands = sit_down()
    write_a_visit(hands)

    visits_screen(hands).form.kept_line.undone.emit()
    hands.settle()

    assert visits_screen(hands).table.rows() == []


def test_a_door_that_does_not_exist_is_said_so_and_nothing_is_lost(sit_down: SitDown) -> None:
    hands = sit_down()
    hands.press(Qt.Key.Key_F2)
    hands.type("3-9-901")

    hands.press(Qt.Key.Key_Return)

    form = visits_screen(hands).form
    assert form.fields["door"].wrong.text()
    assert form.door.value == "3-9-901"


def test_locking_in_the_middle_of_an_edit_keeps_the_draft(sit_down: SitDown) -> None:
    hands = sit_down()
    hands.press(Qt.Key.Key_F2)
    hands.type("3-2-501")
    hands.press(Qt.Key.Key_Return, Qt.Key.Key_5)
    visits_screen(hands).form.unfolded.show()
    visits_screen(hands).form.note.setFocus()
    hands.type("half a sentence")

    hands.press(Qt.Key.Key_L, modifier=Qt.KeyboardModifier.ControlModifier)

    page = hands.program.centralWidget().findChild(UnlockPage)
    assert page is not None
    page.passphrase.value = "wrong passphrase"
    page.try_it()
    assert page.field.wrong.text()
    page.passphrase.value = PASSPHRASE
    page.try_it()
    hands.settle()
    hands.press(Qt.Key.Key_F2)
    form = visits_screen(hands).form
    assert form.note.value == "half a sentence"
    assert form.door.place is not None and form.door.place.door == "2-501"


def test_a_killed_program_finds_its_draft_again(sit_down: SitDown) -> None:
    hands = sit_down()
    hands.press(Qt.Key.Key_F2)
    hands.type("4-1-101")
    hands.press(Qt.Key.Key_Return)
    hands.leave()

    again = sit_down()
    again.press(Qt.Key.Key_F2)

    assert visits_screen(again).form.door.value.endswith("101")


def test_three_visits_are_looked_at_and_kept_as_pdf(sit_down: SitDown, tmp_path: Path) -> None:
    hands = sit_down()
    for door in ("3-2-501", "3-2-502", "4-1-101"):
        write_a_visit(hands, door)
    visits_screen(hands).table.view.selectAll()

    hands.press(Qt.Key.Key_Escape)
    hands.press(Qt.Key.Key_F6)

    screen = hands.screen("print")
    assert isinstance(screen, PrintScreen)
    assert screen.job is not None and screen.job.sheet == "P2"
    screen.keep_pdf(tmp_path / "visits.pdf")
    hands.settle()
    assert (tmp_path / "visits.pdf").read_bytes().startswith(b"%PDF")
    screen.look()
    hands.settle()
    assert any("补打" in text for page in screen.job.pages for text in page.texts())


def test_the_work_of_a_day_goes_to_the_community_and_its_receipt_comes_back(
    sit_down: SitDown, stick: Path
) -> None:
    grid = sit_down(GRID)
    write_a_visit(grid)
    grid.press(Qt.Key.Key_Escape)
    grid.window.show_screen("exchange")
    exchange_screen(grid).choose(stick)
    grid.settle()
    exchange_screen(grid).go()
    grid.settle()
    assert "可以拔出" in exchange_screen(grid).done_badge.text()

    office = sit_down(COMMUNITY)
    office.window.show_screen("exchange")
    exchange_screen(office).choose(stick)
    office.settle()
    assert any("新增" in what for what in exchange_screen(office).table.texts("内容"))
    assert office.window.desk.store.read(visits.count) == 0
    exchange_screen(office).go()
    office.settle()
    assert office.window.desk.store.read(visits.count) == 1

    exchange_screen(grid).choose(stick)
    grid.settle()
    exchange_screen(grid).go()
    grid.settle()
    held = grid.window.desk.store.read(status.held)
    assert held.ops[Where.COMMUNITY] > 0
    assert held.ops[Where.HERE] == 0


def test_a_stick_that_is_not_there_is_said_so(sit_down: SitDown, tmp_path: Path) -> None:
    hands = sit_down()
    hands.window.show_screen("exchange")

    exchange_screen(hands).choose(tmp_path / "nowhere")
    hands.settle()

    assert "U盘" in exchange_screen(hands).word.text()


def test_find_answers_as_one_types(sit_down: SitDown) -> None:
    hands = sit_down()
    write_a_visit(hands)
    hands.press(Qt.Key.Key_F4)

    hands.type("3-2-501")
    box = hands.window.find_box
    box._ask()
    hands.settle()

    assert any("幸福园小区3号楼2单元501" in line for line in box.results())
