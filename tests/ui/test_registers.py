"""The wizard for old registers: chosen, mapped, looked at, loaded, taken back, by mouse or keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from gridbook.registers import reading
from gridbook.registers.kinds import FIELDS, Kind
from gridbook.store import visits
from gridbook.ui.desk import Desk
from gridbook.ui.registers.screen import RegistersScreen
from tests.registers import files
from tests.ui.casework import ground, shown, sitting


@pytest.fixture
def desk(qapp: object, tmp_path: Path) -> Iterator[Desk]:
    """The desk of a grid that knows one building."""
    with sitting(tmp_path / "grid") as made:
        ground(made.store)
        yield made


def chosen(desk: Desk, tmp_path: Path, qtbot: QtBot) -> RegistersScreen:
    """The screen after a file was read by the other process: two good rows, one wrong, one not in."""
    rows = [files.visit(1), files.visit(2), files.visit(3, 走访日期="去年"), files.visit(4, 走访结果="未遇")]
    file = files.workbook(tmp_path / "old.xlsx", ["走访台账"], files.VISITS, *rows)
    screen = shown(desk, RegistersScreen)
    screen.choose(file)
    qtbot.waitUntil(screen.look_at.isVisible, timeout=20_000)
    return screen


def test_a_register_is_loaded_in_three_steps_and_taken_back_by_one_click(
    desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    screen = chosen(desk, tmp_path, qtbot)
    assert screen.kind.value is Kind.VISITS
    assert screen.refused_line.text() == "与服务无关、未读取的列：身份证号、民族。"
    assert screen.columns.choices["visited_on"].currentText() == "走访日期"
    assert screen.columns.choices["mode"].currentText() == "全部为：门口"

    screen.look_at.click()
    desk.finish()
    assert screen.preview.ready is not None
    (wrong,) = screen.preview.wrong
    assert wrong.startswith("第 5 行“走访日期”：“去年”")
    assert len(screen.preview.ready.rows()) == 2
    assert not screen.load_them.isEnabled()
    screen.save_wrong_rows(tmp_path / "wrong.xlsx")
    assert reading.read(tmp_path / "wrong.xlsx").total == 1

    screen.leave_out.click()
    screen.load_them.click()
    desk.finish()
    assert len(desk.store.read(visits.recent)) == 2
    assert screen.word.text() == "已导入 2 行。"

    (back,) = [one for one in screen.findChildren(QPushButton) if one.text().strip() == "撤销导入"]
    back.click()
    desk.finish()
    assert not desk.store.read(visits.recent)
    assert [one.text() for one in screen.findChildren(QLabel) if one.text() == "已撤销"]


def test_a_file_that_is_no_register_is_refused_on_the_page(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    screen = shown(desk, RegistersScreen)
    screen.choose(files.with_macros(tmp_path / "x.xlsx"))

    qtbot.waitUntil(lambda: bool(screen.word.text()), timeout=20_000)
    assert "宏" in screen.word.text()
    assert screen.file.isEnabled()


def test_every_field_has_a_name_a_buddy_and_only_one_column(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    screen = chosen(desk, tmp_path, qtbot)
    buddies = {label.buddy() for label in screen.columns.findChildren(QLabel) if label.buddy()}
    boxes = screen.columns.findChildren(QComboBox)

    assert set(boxes) == buddies and len(boxes) == len(FIELDS[Kind.VISITS])
    assert all(box.accessibleName() for box in boxes)
    day = screen.columns.choices["visited_on"].value
    screen.columns.choices["items"].value = day
    assert screen.columns.choices["visited_on"].value == ""
    assert screen.step_back()
    assert not screen.step_back()
