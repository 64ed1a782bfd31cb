"""The print screen: choose, look, print or keep; and the sheets that are still on paper."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from gridbook import i18n
from gridbook.press import printer
from gridbook.records.visit import VisitEntry
from gridbook.sheets import SHEETS, from_book
from gridbook.sheets.from_book import Wanted
from gridbook.store import places, prints, visits
from gridbook.ui.desk import Desk
from gridbook.ui.doors.screen import DoorsScreen
from gridbook.ui.printing.screen import WAITING, PrintScreen
from gridbook.ui.visits.screen import VisitsScreen
from tests import make
from tests.ui.casework import asked, ground, press, shown, sitting


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The desk of a grid with one estate."""
    with sitting(tmp_path / "grid") as made:
        ground(made.store)
        yield made


def visited(desk: Desk, door: str = "2-501") -> str:
    """The number of a visit that was just written down."""
    entry = make.visit_entry(desk.store.unit, id=b"", number="", details={"door": door})
    saved = desk.store.write(visits.save, entry)
    assert isinstance(saved, VisitEntry)
    return saved.visit.number


def texts(screen: PrintScreen) -> str:
    """Every text of the pages that are shown."""
    return "\n".join(text for paper in screen.preview.papers for text in paper.page.texts())


def test_ticked_records_become_one_batch_and_pages_follow_the_choice(desk: Desk) -> None:
    numbers = [visited(desk, f"2-{floor}01") for floor in (1, 2, 3)]
    screen = shown(desk, PrintScreen)
    screen.choosing.sheet.value = "P2"
    desk.finish()

    for n in range(2):
        screen.choosing.records.item(n).setCheckState(Qt.CheckState.Checked)
    desk.finish()
    assert "共 2 条" in texts(screen) and numbers[2] in texts(screen) and numbers[0] not in texts(screen)
    screen.choosing.number.setFocus()
    press(desk, numbers[0], Qt.Key.Key_Return)
    assert "共 3 条" in texts(screen)

    screen.choosing.sheet.value = "P5"
    desk.finish()
    assert screen.job is None and not screen.preview.papers


def test_a_long_print_says_how_far_it_is_and_can_be_stopped(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    screen = shown(desk, PrintScreen)
    screen.choosing.sheet.value = "P13"
    screen.choosing.count.value = "60"
    screen.look()
    desk.finish()
    screen.keep.setFocus()

    screen.keep_pdf(tmp_path / "long.pdf")
    desk.finish()
    assert (
        "第 16 页，共 60 页" in screen.word.text() and screen.stop.isVisible() and not screen.keep.isVisible()
    )
    screen.stop.click()
    qtbot.waitUntil(screen.keep.isVisible)

    assert "已停止" in screen.word.text() and screen.keep.isEnabled() and not screen.stop.isVisible()
    assert not list(tmp_path.glob("long.pdf*"))

    screen.keep_pdf(tmp_path / "long.pdf")
    desk.finish()
    qtbot.waitUntil(screen.keep.isVisible, timeout=20_000)
    assert (tmp_path / "long.pdf").stat().st_size > 0 and "long.pdf" in screen.word.text()


def test_pages_are_leafed_through_and_made_larger(desk: Desk) -> None:
    screen = shown(desk, PrintScreen)
    screen.choosing.sheet.value = "P13"
    screen.choosing.count.value = "5"
    screen.look()
    desk.finish()

    assert screen.preview.where.text() == "第 1 页  共 5 页" and not screen.preview.back.isEnabled()
    screen.preview.on.click()
    screen.preview.go_to(5)
    assert screen.preview.where.text() == "第 5 页  共 5 页" and not screen.preview.on.isEnabled()
    wide = screen.preview.papers[0].width()
    screen.preview.larger.click()
    assert screen.preview.papers[0].width() > wide
    screen.preview.fit.click()
    assert screen.preview.papers[0].width() == wide


def test_a_print_goes_to_the_printer_says_so_and_is_a_reprint_afterwards(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = visited(desk)
    paper = tmp_path / "paper.pdf"

    def printing_to_a_file(name: str, title: str) -> QPrinter:
        made = QPrinter(QPrinter.PrinterMode.HighResolution)
        made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        made.setOutputFileName(str(paper))
        return made

    monkeypatch.setattr(printer, "names", lambda: ("办公室打印机",))
    monkeypatch.setattr(printer, "printer", printing_to_a_file)
    screen = shown(desk, PrintScreen)
    screen.open({"visits": [number]})
    desk.finish()
    screen.printer.value = "办公室打印机"

    screen.print_pages()
    desk.finish()

    assert "办公室打印机" in screen.word.text() and screen.word.isVisible()
    assert number in pypdfium2.PdfDocument(paper)[0].get_textpage().get_text_range()
    assert "补打" not in texts(screen)
    screen.look()
    desk.finish()
    assert "补打" in texts(screen)


def test_a_rare_character_is_named_in_one_sentence_before_printing(desk: Desk) -> None:
    entry = make.visit_entry(desk.store.unit, id=b"", number="", details={"companion": "李\U0002ebf0明"})
    saved = desk.store.write(visits.save, entry)
    assert isinstance(saved, VisitEntry)
    screen = shown(desk, PrintScreen)

    screen.open({"visits": [saved.visit.number]})
    desk.finish()

    assert "〔U+2EBF0〕" in screen.word.text()


def test_the_language_is_of_this_print_alone(desk: Desk) -> None:
    screen = shown(desk, PrintScreen)
    screen.choosing.sheet.value = "P13"
    desk.finish()
    screen.choosing.language.value = "en"
    desk.finish()

    assert "Consent (voluntary)" in texts(screen)
    assert i18n.language() == "zh_CN" and screen.send.text().strip().startswith("打印")


def test_a_list_of_doors_a_door_and_days_are_printed(desk: Desk) -> None:
    visited(desk)
    screen = shown(desk, PrintScreen)
    screen.open({"doors": ["3-2-501", "3-2-502"], "purpose": "送达供暖通知"})
    desk.finish()
    assert "事由：送达供暖通知" in texts(screen)
    screen.choosing.doors.value = "3-9-901"
    screen.look()
    desk.finish()
    assert screen.job is None

    screen.open({"building": ground_building(desk), "door": "2-501"})
    desk.finish()
    assert "留存信息告知单" in texts(screen) and "水龙头已修好" in texts(screen)

    screen.choosing.sheet.value = "P14"
    desk.finish()
    screen.choosing.span.value = "month"
    screen.look()
    desk.finish()
    assert "服务工作月报表" in texts(screen)


def ground_building(desk: Desk) -> bytes:
    """The building that a grid's book knows."""
    from_doors = desk.store.read(visits.recent, 1)[0].details
    assert from_doors is not None and from_doors.building is not None
    return from_doors.building


def test_a_door_offers_to_print_what_is_held_about_it(desk: Desk) -> None:
    visited(desk)
    building = ground_building(desk)
    screen = shown(desk, DoorsScreen)
    wanted: list[object] = []
    screen.opened.connect(lambda name, what: wanted.append((name, what)))
    screen.open({"building": building, "door": "2-501"})
    desk.finish()

    screen.sheet.held.click()

    assert wanted == [("print", {"building": building, "door": "2-501"})]


def test_sheets_still_on_paper_are_listed_opened_and_struck_off(desk: Desk) -> None:
    blank = desk.store.write(from_book.made, Wanted("P1", blanks=2)).numbers
    number = asked(desk.store).request.number
    desk.store.write(from_book.made, Wanted("P9", (number,)))
    screen = shown(desk, PrintScreen)
    desk.finish()
    opened: list[object] = []
    screen.opened.connect(lambda name, what: opened.append((name, what)))
    assert screen.count.text() == "3 张已打印的单子待录入"
    screen.shown.value = WAITING
    screen.shown.chosen.emit(WAITING)
    desk.finish()
    assert screen.waiting.table.texts("编号") == [*blank, number]

    for row in (0, 2):
        screen.waiting.table.view.selectRow(row)
        screen.waiting.key_in.click()
    screen.waiting.table.view.selectRow(1)
    screen.waiting.give_up.click()
    desk.finish()

    assert opened == [("visits", blank[0]), ("requests", number)]
    assert [one.number for one in desk.store.read(prints.not_keyed_in)] == [blank[0], number]


def test_a_desk_offers_the_sheets_it_prints(desk: Desk, tmp_path: Path) -> None:
    screen = shown(desk, PrintScreen)
    offered = {screen.choosing.sheet.itemText(n).split()[0] for n in range(screen.choosing.sheet.count())}

    assert offered == set(SHEETS) - {"P10-1", "P10-2"}
    with sitting(tmp_path / "top", make.SUBDISTRICT) as top:
        above = shown(top, PrintScreen)
        assert above.choosing.sheet.count() == len(SHEETS)


def test_f6_prints_the_visit_that_is_read_even_if_another_is_selected(desk: Desk) -> None:
    older, newer = visited(desk, "2-101"), visited(desk, "2-201")
    screen = shown(desk, VisitsScreen)
    wanted: list[object] = []
    screen.opened.connect(lambda name, what: wanted.append((name, what)))
    screen.table.view.selectRow(0)
    assert screen.table.selected()[0].row.visit.number == newer

    screen.open(older)
    desk.finish()
    screen.print_pages()

    assert wanted == [("print", {"visits": [older]})]


def test_what_another_screen_wants_printed_is_chosen_here(desk: Desk) -> None:
    number = asked(desk.store).request.number
    place = desk.store.read(places.resolve, "3-2-501")
    screen = shown(desk, PrintScreen)
    for wanted, title in (
        (Wanted("P7", (number,)), "委托书"),
        (Wanted("P15", doors=(place,)), "留存信息告知单"),
        (Wanted("P17", doors=(place,)), "楼栋图"),
        (Wanted("P3", doors=(place, "3-1-101")), "清单走访记录表"),
    ):
        screen.open(wanted)
        desk.finish()

        assert screen.job is not None and screen.job.sheet == wanted.sheet
        assert title in texts(screen)


def test_many_pages_are_written_while_the_window_answers(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    screen = shown(desk, PrintScreen)
    screen.choosing.sheet.value = "P13"
    screen.choosing.count.value = "40"
    screen.look()
    desk.finish()
    target = tmp_path / "forty.pdf"

    screen.keep_pdf(target)
    desk.finish()
    assert not target.exists() and not screen.keep.isEnabled()
    assert screen.word.text() == "第 16 页，共 40 页……"
    qtbot.waitUntil(target.exists)

    assert len(pypdfium2.PdfDocument(target)) == 40
    assert "forty.pdf" in screen.word.text() and screen.keep.isEnabled()


def test_a_printer_that_is_gone_is_said_and_nothing_is_noted_as_printed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = visited(desk)
    with monkeypatch.context() as then:
        then.setattr(printer, "names", lambda: ("没有的打印机",))
        screen = shown(desk, PrintScreen)
    screen.open({"visits": [number]})
    desk.finish()
    screen.printer.value = "没有的打印机"

    screen.print_pages()
    desk.finish()

    assert "没有的打印机" in screen.word.text()
    assert desk.store.read(prints.printed_before, "P1", number) is None
