"""The conflict desk on screen: two columns, one click, and the next question."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from gridbook.records.request import Particulars, Pressing
from gridbook.store import caseload, conflicts, journal, requests
from gridbook.ui.conflicts.screen import ConflictsScreen
from gridbook.ui.desk import Desk
from tests import make
from tests.sync.offices import COMMUNITY, GRID, Offices
from tests.sync.offices import SUBDISTRICT as TOP
from tests.ui.casework import at_desk, focus, press, shown


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    """A community with two questions: a value written differently, and a matter written down twice."""
    made = Offices(tmp_path_factory.mktemp("town")).found(TOP, COMMUNITY, GRID)
    asked = [made.request() for _ in range(2)]
    for one in asked:
        where = Particulars(unit=GRID, id=one.id, called="王女士", title="路灯不亮", spot="幸福路 12 号门前")
        made[GRID].write(journal.save, where)
    made.carry(GRID, COMMUNITY)
    made[GRID].write(journal.save, make.change(asked[0], pressing=Pressing.URGENT))
    made[COMMUNITY].write(journal.save, make.change(asked[0], pressing=Pressing.EMERGENCY))
    made.carry(GRID, COMMUNITY)
    yield made
    made.close()


@pytest.fixture
def desk(qapp: object, town: Offices, tmp_path: Path) -> Iterator[Desk]:
    """The desk of the community."""
    offices = town.copied(tmp_path)
    offices[GRID].close()
    offices[TOP].close()
    with at_desk(offices[COMMUNITY]) as made:
        yield made


def laid_out(screen: ConflictsScreen) -> None:
    """Wait until what was put on the screen is shown and has the keyboard."""
    QApplication.processEvents()
    screen.activateWindow()
    QTest.qWaitForWindowActive(screen, 1000)


def words(screen: ConflictsScreen) -> list[str]:
    """Everything that is said about the question."""
    QApplication.processEvents()
    return [one.text() for one in screen.sides.findChildren(QLabel) if one.text() and one.isVisible()]


def pressing(desk: Desk) -> set[Pressing]:
    rows = desk.store.read(caseload.open_cases)
    return {desk.store.read(requests.find, row.request.id).pressing for row in rows}


def test_both_sides_say_who_and_when_and_mark_what_differs_by_a_sign(desk: Desk) -> None:
    screen = shown(desk, ConflictsScreen)

    said = words(screen)

    assert {"≠ 紧急程度：紧急", "≠ 紧急程度：突发"} <= set(said)
    assert sum("11-23" in text for text in said) == 2
    assert "● 建议" in said
    assert screen.table.texts("内容") == ["两个单位填写不一致", "疑似重复登记"]


def test_the_suggestion_is_taken_with_two_presses_of_enter_and_the_next_question_stands_there(
    desk: Desk,
) -> None:
    screen = shown(desk, ConflictsScreen)
    laid_out(screen)
    screen.table.view.setFocus()

    press(desk, Qt.Key.Key_Return)
    assert focus().accessibleName().startswith("以")
    press(desk, Qt.Key.Key_Return)

    assert pressing(desk) == {Pressing.URGENT, Pressing.NORMAL}
    assert screen.sides.question is not None
    assert screen.sides.question.kind == conflicts.DUPLICATE
    assert screen.focusWidget() is screen.table.view


def test_undo_opens_the_question_again(desk: Desk) -> None:
    screen = shown(desk, ConflictsScreen)
    before = desk.store.read(conflicts.questions)
    screen.sides.buttons[1].click()
    desk.finish()
    assert pressing(desk) == {Pressing.EMERGENCY, Pressing.NORMAL}

    screen.kept_line.undone.emit()
    desk.finish()

    assert [one.id for one in desk.store.read(conflicts.questions)] == [one.id for one in before]
    assert len(screen.table.rows()) == 2


def test_two_cards_are_said_to_be_one_matter_and_the_list_has_both_numbers(desk: Desk) -> None:
    screen = shown(desk, ConflictsScreen)
    screen.table.view.selectRow(1)
    desk.finish()
    numbers = [side.number for side in screen.sides.question.sides] if screen.sides.question else []
    assert {text for text in words(screen) if text in numbers} == set(numbers)

    screen.sides.buttons[0].click()
    desk.finish()

    (row,) = desk.store.read(caseload.open_cases)
    assert [row.request.number, *row.also] == numbers
    assert len(screen.table.rows()) == 1


def test_when_all_is_settled_one_sentence_says_so(desk: Desk) -> None:
    screen = shown(desk, ConflictsScreen)
    while screen.table.rows():
        laid_out(screen)
        screen.sides.take_focus()
        press(desk, Qt.Key.Key_Return)

    assert screen.table.empty.isVisible()
    assert not screen.sides.isVisible()


def test_another_value_is_written_with_the_parts_of_the_forms_and_the_keyboard_alone(desk: Desk) -> None:
    screen = shown(desk, ConflictsScreen)
    laid_out(screen)
    unfold = next(one for one in screen.sides.buttons if "另填" in one.text())
    unfold.setFocus()

    press(desk, Qt.Key.Key_Return)
    assert screen.sides.other is not None and screen.sides.other.isVisible()
    press(desk, "1", Qt.Key.Key_Return)

    assert pressing(desk) == {Pressing.NORMAL}
    assert [one.kind for one in screen.table.rows()] == [conflicts.DUPLICATE]


def test_a_value_that_cannot_be_kept_is_said_under_its_field_and_nothing_is_settled(desk: Desk) -> None:
    asked = desk.store.read(caseload.open_cases)[0].request
    desk.store.write(journal.save, make.change(asked, number="9" * 300), checked=True)
    screen = shown(desk, ConflictsScreen)
    screen.table.view.selectRow([one.kind for one in screen.table.rows()].index(conflicts.CORRECT))
    laid_out(screen)
    before = len(screen.table.rows())
    screen.sides.take_focus()

    press(desk, Qt.Key.Key_Return, Qt.Key.Key_Return)

    assert len(screen.table.rows()) == before
    assert screen.sides.other is not None
    assert "300" in screen.sides.other.asked[0].field.wrong.text()
    input_ = screen.sides.other.asked[0].field.input
    input_.setFocus()
    QTest.keyClick(input_, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(desk, asked.number, Qt.Key.Key_Return, Qt.Key.Key_Return)
    assert len(screen.table.rows()) == before - 1
    assert desk.store.read(requests.find, asked.id).number == asked.number
