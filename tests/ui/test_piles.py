"""A pile of paper keyed in line by line: like squared paper, each line kept as it is left."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gridbook.records.visit import Mode, PartOfDay, VisitReason
from gridbook.store import drafts, prints, visits
from gridbook.store.sheet_lines import BATCH
from gridbook.ui.desk import Desk
from gridbook.ui.visits.batch.lines import NAMES, STANDING, State, cells_of
from gridbook.ui.visits.batch.page import BatchPage
from gridbook.ui.visits.screen import VisitsScreen
from tests.ui.casework import _write, focus, ground, shown, sitting

ENTER, TAB, CTRL = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(qapp: object, tmp_path: Path) -> Iterator[Desk]:
    """The desk of a grid that knows one building."""
    with sitting(tmp_path / "grid") as made:
        ground(made.store)
        yield made


def pile(desk: Desk) -> BatchPage:
    screen = shown(desk, VisitsScreen)
    screen.key_in_pile()
    desk.finish()
    return screen.batch


class Fingers:
    """They count the keys they press."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.keys = desk, 0

    def press(self, *keys: Qt.Key | str, modifier: Qt.KeyboardModifier | None = None) -> None:
        """Keys and words, one after the other, where the keyboard is."""
        for key in keys:
            if isinstance(key, str):
                # The first letter opens the cell, and the others go into it.
                for letter in key if key.isascii() else ():
                    QTest.keyClicks(focus(), letter)
                if not key.isascii():
                    _write(key)
                self.keys += len(key)
            else:
                QTest.keyClick(focus(), key, modifier or Qt.KeyboardModifier.NoModifier)
                self.keys += 1
            # A cell is committed by an event that waits in the queue.
            QApplication.processEvents()
            self.desk.finish()


def texts(page: BatchPage, n: int) -> list[str]:
    return [str(page.model.index(n, column).data()) for column in range(STANDING + 1)]


def test_ten_paper_lines_cost_few_keys_and_each_is_kept_as_it_is_left(desk: Desk) -> None:
    page, hand = pile(desk), Fingers(desk)
    hand.press("3-2-501", TAB, "1120", TAB, "1", TAB, "6", TAB, "2", TAB, "1", ENTER)
    assert texts(page, 0)[:6] == ["幸福苑3号楼2单元501", "11-20", "上午", "政策送达", "门口", "已见面"]
    assert page.model.rows[0].state is State.KEPT

    assert (page.table.currentIndex().row(), page.table.currentIndex().column()) == (1, 0)
    for n in range(9):
        hand.press(f"3-1-{n // 2 + 1}0{n % 2 + 1}", TAB)
        hand.press(Qt.Key.Key_D, modifier=CTRL)
        hand.press(ENTER)

    rows = desk.store.read(visits.recent)
    assert len(rows) == 10 and {row.visit.reason for row in rows} == {VisitReason.POLICY}
    assert {row.visit.part for row in rows} == {PartOfDay.MORNING} and rows[0].visit.visited_on.day == 20
    assert hand.keys <= 130, "ten rows in three minutes: 1.4 s for a key"
    assert desk.store.read(drafts.get, BATCH) is None


def test_enter_goes_back_to_where_tab_began_and_else_straight_down(desk: Desk) -> None:
    page, hand = pile(desk), Fingers(desk)

    def at() -> tuple[int, int]:
        return page.table.currentIndex().row(), page.table.currentIndex().column()

    page.table.setCurrentIndex(page.model.index(0, 1))
    hand.press("今天", TAB, "2", TAB, "3", ENTER)
    assert at() == (1, 1), "as in a spreadsheet"
    hand.press("昨天", ENTER)
    assert at() == (2, 1)
    hand.press(TAB, TAB, Qt.Key.Key_Right, "1", ENTER)
    assert at() == (3, 4), "an arrow ends the line of Tabs"


def test_the_number_on_a_batch_sheet_opens_its_lines_and_the_sheet_is_struck_off(desk: Desk) -> None:
    numbers = desk.store.write(prints.blank, "P2", "visit", 20)
    screen, hand = shown(desk, VisitsScreen), Fingers(desk)

    screen.open(numbers[12])
    desk.finish()
    page = screen.batch
    assert page.isVisible() and numbers[10] in page.title.text()
    assert [row.printed.number for row in page.model.rows if row.printed] == list(numbers[10:])
    for door in ("3-2-501", "3-2-502"):
        hand.press(door, ENTER)
    page.table.setCurrentIndex(page.model.index(0, 1))
    hand.press("今天", TAB, "2", TAB, "3", TAB, "1", TAB, "1", ENTER)
    hand.press(Qt.Key.Key_D, modifier=CTRL)
    hand.press(ENTER, modifier=CTRL)

    assert desk.store.read(visits.entry, numbers[10]).details.door == "2-501"
    assert desk.store.read(visits.entry, numbers[11]).details.door == "2-502"
    assert [one.number for one in desk.store.read(prints.not_keyed_in)] == list(numbers[:10])
    assert "2" in page.kept_line._text.text() and all(row.empty for row in page.model.rows)


def test_a_half_written_line_stays_when_the_number_of_its_sheet_is_typed_again(desk: Desk) -> None:
    numbers = desk.store.write(prints.blank, "P2", "visit", 10)
    screen, hand = shown(desk, VisitsScreen), Fingers(desk)
    screen.open(numbers[0])
    desk.finish()
    hand.press("3-2-501", ENTER)

    screen.open(numbers[3])
    desk.finish()

    page = screen.batch
    assert texts(page, 0)[0] == "幸福苑3号楼2单元501"
    assert [row.printed.number for row in page.model.rows if row.printed] == list(numbers)


def test_rows_from_a_spreadsheet_are_kept_where_right_and_explained_where_not(desk: Desk) -> None:
    page, hand = pile(desk), Fingers(desk)
    QGuiApplication.clipboard().setText(
        "3号楼2单元501\t11月20日\t上午\t政策送达\t入户\t已见面\tH02\t路灯已报修\t\r\n"
        "9-9-901\t11-20\t上午\t政策送达\t入户\t已见面\r\n"
        "3-2-502\t11-20\t上午\t算命\t入户\t已见面\r\n"
        '3-1-101\t11-20\t下午\t回访\t电话\t已见面\t\t"李大爷\n精神病"\r\n'
        "3-1-102\t11-20\t下午\r\n"
    )

    hand.press(Qt.Key.Key_V, modifier=CTRL)

    states = [row.state for row in page.model.rows[:5]]
    assert states == [State.KEPT, State.WRONG, State.WRONG, State.WRONG, State.OPEN]
    assert [row.at for row in page.model.rows[1:4]] == ["door", "reason", "items"]
    assert "还差" in texts(page, 4)[STANDING] and "算命" in texts(page, 2)[STANDING]
    page.table.setCurrentIndex(page.model.index(2, 3))
    assert "算命" in page.words.text() and "1 受理核实" in page.words.text()
    draft = desk.store.read(drafts.get, BATCH)
    assert draft is not None and len(draft.fields["rows"]) == 4 and "精神病" not in str(draft.fields)

    page.kept_line.undone.emit()
    desk.finish()
    assert desk.store.read(visits.count) == 0 and page.model.rows[0].state is State.OPEN
    again = BatchPage(desk)
    desk.finish()
    assert [row.line.door for row in again.model.rows[:5]][1:] == [
        "9-9-901",
        *[r.line.door for r in page.model.rows[2:5]],
    ]
    again.deleteLater()


def test_the_same_line_twice_is_asked_about_before_it_is_kept(desk: Desk) -> None:
    page, hand = pile(desk), Fingers(desk)
    line = "3-2-501\t今天\t上午\t回访\t门口\t已见面\n"
    QGuiApplication.clipboard().setText(line + line)

    hand.press(Qt.Key.Key_V, modifier=CTRL)

    assert [row.state for row in page.model.rows[:2]] == [State.KEPT, State.TWIN]
    assert page.model.rows[0].said in page.model.rows[1].said
    hand.press(ENTER, modifier=CTRL)
    assert desk.store.read(visits.count) == 2


def test_chinese_from_an_input_method_begins_a_cell(desk: Desk) -> None:
    page, hand = pile(desk), Fingers(desk)
    page.table.setCurrentIndex(page.model.index(0, NAMES.index("items")))

    hand.press("路灯修好了", TAB)

    assert page.model.rows[0].line.items == "路灯修好了"


def test_a_visit_by_phone_needs_no_door_and_a_door_needs_its_sentence(desk: Desk) -> None:
    page, hand = pile(desk), Fingers(desk)
    QGuiApplication.clipboard().setText(
        "\t今天\t上午\t回访\t电话\t已见面\n\t今天\t上午\t回访\t入户\t已见面\n"
    )

    hand.press(Qt.Key.Key_V, modifier=CTRL)

    (row,) = desk.store.read(visits.recent)
    assert row.visit.mode is Mode.PHONE
    assert page.model.rows[1].at == "door" and page.model.rows[1].said


def test_cells_of_a_spreadsheet_may_hold_quotes_and_line_ends() -> None:
    assert cells_of('a\t"b\nc"\r\n\t\r\nd\te\r\n') == [["a", "b c"], ["d", "e"]]
