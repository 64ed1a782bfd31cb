"""Long lists at the desk: paged, filtered, arranged, kept as views, handed out."""

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gridbook.errors import BadValue, NotFound
from gridbook.records.request import Action
from gridbook.reports import export
from gridbook.reports.export import Form, Why
from gridbook.store import audit, requests, views, visits
from gridbook.store.views import Period
from gridbook.ui.desk import Desk
from gridbook.ui.parts.paged import PAGE
from gridbook.ui.requests.screen import RequestsScreen
from gridbook.ui.visits.screen import VisitsScreen
from tests import make
from tests.benchmarks import _volume
from tests.ui.casework import asked, ground, press, shown, sitting

MANY = 3000


@pytest.fixture
def desk(qapp: object, tmp_path: Path) -> Iterator[Desk]:
    """The desk of a grid that knows one building."""
    with sitting(tmp_path / "grid") as made:
        ground(made.store)
        yield made


@pytest.fixture
def full(desk: Desk) -> RequestsScreen:
    """The list of everything, in a book of three thousand requests."""
    desk.store.write(_volume.requests, MANY)
    screen = shown(desk, RequestsScreen)
    choose(screen, "all")
    return screen


def choose(screen: RequestsScreen, which: str) -> None:
    """Show one of the lists."""
    screen.lists.value = which
    screen._list_chosen(which)
    settle(screen.desk)


def settle(desk: Desk) -> None:
    """Until nothing more is read: what is painted asks for rows in the next turn of the loop."""
    for _ in range(4):
        QApplication.processEvents()
        desk.finish()


def narrow(screen: RequestsScreen | VisitsScreen, **chosen: str) -> list[str]:
    """Choose filters; the numbers that are left."""
    for name, value in chosen.items():
        screen.pane.bar.choices[name].value = value
    settle(screen.desk)
    return screen.table.texts("编号")


def test_a_long_list_is_read_page_by_page_where_one_looks(full: RequestsScreen) -> None:
    table = full.table
    assert table.count() == MANY
    assert full.count.text() == "3,000 项"
    assert PAGE <= len(table.rows()) < MANY / 10

    table.view.scrollToBottom()
    settle(full.desk)

    last = table.view.model().index(MANY - 1, 0)
    assert last.data() == "0305-16-0000000-7K2Q"
    assert len(table.rows()) < MANY / 10


def test_a_list_is_brought_into_order_by_the_book(full: RequestsScreen) -> None:
    table = full.table
    table.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    settle(full.desk)
    assert table.texts("编号")[0] == "0305-16-0000000-7K2Q"
    assert table.view.model().headerData(0, Qt.Orientation.Horizontal) == "编号 ↑"

    table.view.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    settle(full.desk)
    assert table.texts("编号")[0].startswith("0305-25-")


def test_a_list_is_narrowed_by_facts_of_cases(desk: Desk) -> None:
    first = asked(desk.store)
    second = asked(desk.store, category="H01", phone=None, particulars={"called": ""})
    desk.store.write(requests.act, first.request.id, Action.ACCEPT)
    screen = shown(desk, RequestsScreen)
    choose(screen, "all")
    one, other = first.request.number, second.request.number

    assert narrow(screen) == [other, one]
    assert narrow(screen, status="accepted") == [one]
    assert narrow(screen, status="", category="H") == [other]
    assert narrow(screen, category="F01", due="week") == [one]
    assert narrow(screen, due="overdue") == []
    assert narrow(screen, due="", period="last month") == []
    assert screen.table.none.isVisible() and not screen.table.empty.isVisible()
    assert narrow(screen, period="month") == [one]
    assert narrow(screen, status="closed") == []
    screen.table.none.acted.emit()
    settle(desk)
    assert narrow(screen) == [other, one]
    assert {*screen.pane.bar.choices} == {"status", "due", "category", "period", "unit"}


def test_visits_are_narrowed_too(desk: Desk) -> None:
    for n, outcome in enumerate(("met", "declined")):
        desk.store.write(visits.save, make.visit_entry(id=b"", number="", outcome=outcome, note=str(n)))
    screen = shown(desk, VisitsScreen)
    settle(desk)

    (number,) = narrow(screen, outcome="declined")
    assert screen.table.texts("结果") == ["婉拒"]
    screen.pane.words.setFocus()
    press(desk, number[5:12])
    settle(desk)
    assert screen.table.texts("编号") == [number]


def test_columns_are_chosen_by_keyboard_and_remembered_for_the_person(desk: Desk) -> None:
    asked(desk.store)
    screen = shown(desk, RequestsScreen)
    screen.pane.columns_button.click()
    sheet = screen.list_sheets.columns
    sheet.list.setCurrentRow(2)
    press(desk, Qt.Key.Key_Space)
    sheet.list.setCurrentRow(1)
    sheet.up.click()
    desk.finish()

    layout = ("title", "number", "place", "category", "status", "due", "lead", "held")
    assert screen.table.layout_keys() == layout
    again = shown(desk, RequestsScreen)
    settle(desk)
    assert again.table.layout_keys() == layout
    assert again.step_back() is False
    sheet.reset.click()
    desk.finish()
    assert desk.store.read(views.columns, "requests") == ()


def test_a_view_is_kept_for_the_office_without_what_was_typed(desk: Desk) -> None:
    asked(desk.store)
    screen = shown(desk, RequestsScreen)
    choose(screen, "all")
    narrow(screen, status="registered", period="month")
    screen.filter.setFocus()
    press(desk, "wang")
    screen.pane.keep_asked.emit()
    screen.list_sheets.keep.name.value = "  县里  要的表 "
    screen.list_sheets.keep.button.click()
    settle(desk)

    (kept,) = desk.store.read(views.kept, "requests")
    assert (kept.name, kept.which, kept.status, kept.period) == (
        "县里 要的表",
        "all",
        "registered",
        Period.MONTH,
    )
    assert kept.words == ""
    other = shown(desk, RequestsScreen)
    settle(desk)
    other.pane.open_view(other.pane.kept[0])
    settle(desk)
    assert other.lists.value == "all"
    assert other.pane.bar.choices["status"].value == "registered"
    assert len(other.table.rows()) == 1
    screen.list_sheets.keep.drop.emit("县里 要的表")
    desk.finish()
    with pytest.raises(NotFound):
        desk.store.read(views.named, "requests", "县里 要的表")


def test_a_view_needs_a_name(desk: Desk) -> None:
    screen = shown(desk, RequestsScreen)
    screen.pane.keep_asked.emit()
    screen.list_sheets.keep.button.click()
    desk.finish()

    assert "名称" in screen.list_sheets.keep.field.wrong.text()


@pytest.mark.parametrize("form", list(Form))
def test_what_is_seen_is_handed_out_without_person_or_door(desk: Desk, form: Form, tmp_path: Path) -> None:
    asked(desk.store, particulars={"title": "=1+1 漏水"})
    screen = shown(desk, RequestsScreen)
    choose(screen, "all")
    screen.pane.export_button.click()
    sheet = screen.list_sheets.hand_out
    assert "未加密" in sheet.warning.text()
    sheet.form.value, sheet.why.value = form, Why.MEETING
    file = tmp_path / f"list.{form}"
    sheet.hand_out(file)
    settle(desk)

    told = {Form.XLSX: from_xlsx, Form.PDF: from_pdf, Form.CSV: from_csv}[form](file)
    assert "漏水" in told and "幸福苑" in told and "1 行" in sheet.line.text()
    for stays in ("王女士", "19900001234", "501", "诉求人"):
        assert stays not in told, stays
    (noted,) = [one for one in desk.store.read(audit.recent) if one.action == "export"]
    assert (noted.object, noted.reason) == (f"requests {form} 1", "for a meeting")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [file.name]


def from_xlsx(file: Path) -> str:
    """Every text of a workbook, which has real dates, a heading that stays and its definitions."""
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[2]]
    assert isinstance(sheet.cell(3, heads.index("到期") + 1).value, datetime)
    assert sheet.cell(3, heads.index("诉求标题") + 1).data_type == "s"
    assert (sheet.freeze_panes, sheet.print_title_rows, book.sheetnames[1]) == ("C3", "$2:$2", "口径说明")
    return str([[cell.value for cell in row] for one in book.worksheets for row in one.iter_rows()])


def from_csv(file: Path) -> str:
    """Every text of a file of lines, in which nothing is a formula."""
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(file.open(encoding="utf-8-sig", newline="")))
    assert rows[1][rows[0].index("诉求标题")] == "'=1+1 漏水"
    return str(rows)


def from_pdf(file: Path) -> str:
    """Every text of the pages."""
    with pypdfium2.PdfDocument(file) as pdf:
        return "".join(page.get_textpage().get_text_bounded() for page in pdf)


def test_a_long_file_can_be_stopped_and_leaves_nothing(full: RequestsScreen, tmp_path: Path) -> None:
    full.pane.export_button.click()
    sheet = full.list_sheets.hand_out
    sheet.why.value = Why.ABOVE
    sheet.hand_out(tmp_path / "list.xlsx")
    sheet.give_up()
    settle(full.desk)

    assert "已停止" in sheet.line.text()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith((".", "list"))]
    assert not [one for one in full.desk.store.read(audit.recent) if one.action == "export"]


def test_what_cannot_be_handed_out_is_refused_in_one_sentence(desk: Desk) -> None:
    for count, form, why in ((0, Form.CSV, Why.CHECK), (6000, Form.PDF, Why.CHECK), (1, Form.CSV, "x")):
        with pytest.raises(BadValue) as refused:
            export.require(count, form, why)
        assert refused.value.next
