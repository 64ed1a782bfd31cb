"""What the painter puts on paper is what the page says, on PDF, printer and preview alike."""

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QFontMetricsF, QImage
from PySide6.QtPrintSupport import QPrinter

from gridbook.errors import DiskFull, PrintRefused
from gridbook.press import application, fonts, glyphs, pdf, preview, printer
from gridbook.sheets import handling_slip, typeset, visit_sheet
from gridbook.sheets.page import Page, Text
from gridbook.sheets.typeset import Face, Family, Style
from tests.sheets import samples
from tests.sheets.test_pages import HOSTILE

pytestmark = pytest.mark.usefixtures("qapp")
NOTICED = 40
MOST_DIFFERENT = 0.002


def picture(image: QImage) -> Image.Image:
    """The image in grey at a quarter of its size, where rounding vanishes and missing words do not."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    grey = Image.open(io.BytesIO(buffer.data().data())).convert("L")
    return grey.reduce(4)


def difference(one: Image.Image, other: Image.Image) -> float:
    """The share of places whose grey differs by more than a quarter letter."""
    assert one.size == other.size
    histogram = ImageChops.difference(one, other).histogram()
    return sum(histogram[NOTICED:]) / (one.width * one.height)


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_a_page_looks_as_it_was_kept(name: str) -> None:
    for n, page in enumerate(samples.SAMPLES[name](), start=1):
        kept = picture(QImage(str(samples.EXPECTED / f"{name}-{n}.png")))

        assert difference(picture(preview.image(page, samples.DPI)), kept) <= MOST_DIFFERENT


def test_a_missing_word_would_be_noticed() -> None:
    (page,) = samples.SAMPLES["p1"]()
    without = Page(
        page.width, page.height, tuple(i for i in page.items if "李志强" not in getattr(i, "text", ""))
    )

    one, other = (picture(preview.image(p, samples.DPI)) for p in (page, without))

    assert len(without.items) == len(page.items) - 1
    assert difference(one, other) > 0


@pytest.mark.parametrize("face", Face)
def test_letters_are_as_wide_as_the_page_believes(face: Face) -> None:
    family, bold = (
        (Family(face.split("-")[0]), face.endswith("bold"))
        if face is not Face.RARE
        else (Family.SERIF, False)
    )
    text = "𪚥𠀂" if face is Face.RARE else "入户走访 Visit 2026-11-23，（☑☐）“①”"
    (run,) = typeset.runs(text, Style(10, family, bold))

    measured = QFontMetricsF(fonts.of_face(face, 1000)).horizontalAdvance(text) / 1000

    assert run.face is face
    assert measured == pytest.approx(run.width, rel=0.002)


def test_the_pdf_can_be_read_and_searched() -> None:
    pages = handling_slip.filled(samples.request(closed=True), samples.PRINTING)

    document = pypdfium2.PdfDocument(pdf.made(pages, "P6 0305-26-0413-9XM4"))

    assert len(document) == len(pages)
    words = document[0].get_textpage().get_text_range()
    assert "诉求办理单" in words
    assert "编号：0305-26-0413-9XM4" in words
    assert document.get_metadata_dict()["Title"] == "P6 0305-26-0413-9XM4"


def test_searching_a_pdf_for_an_ordinary_word_finds_it() -> None:
    content = pdf.made(samples.SAMPLES["p1"](), "P1")

    words = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()

    assert "☑入户" in words
    assert not [c for c in words if 0x2E80 <= ord(c) <= 0x2FDF]
    assert b"/FontFile" in content


def test_a_landscape_sheet_lies_on_its_side_in_true_size() -> None:
    document = pypdfium2.PdfDocument(pdf.made(samples.SAMPLES["p2"](), "P2"))

    width, height = (round(points * 25.4 / 72) for points in document[0].get_size())
    assert (width, height) == (297, 210)


def test_markup_reaches_the_paper_as_it_was_typed() -> None:
    pages = visit_sheet.filled(samples.visit(place=HOSTILE.replace("\n", " ")), samples.PRINTING)

    words = pypdfium2.PdfDocument(pdf.made(pages, "P1"))[0].get_textpage().get_text_range()

    assert '<img src="file:///etc/passwd"><b>粗</b>&amp;{0}{name}%s' in words.replace("\r\n", "")


def test_missing_characters_are_named_with_their_place_before_printing() -> None:
    pages = visit_sheet.filled(samples.visit(companion="李\U0002ebf0明"), samples.PRINTING)

    (found,) = glyphs.missing(pages)

    assert (found.character, found.mark, found.page) == ("\U0002ebf0", "〔U+2EBF0〕", 1)
    assert found.around == "李〔U+2EBF0〕明"
    assert "〔U+2EBF0〕" in pypdfium2.PdfDocument(pdf.made(pages, "P1"))[0].get_textpage().get_text_range()


def test_a_rare_name_is_printed_and_not_boxed() -> None:
    def ink(character: str) -> Image.Image:
        page = Page(20, 20, (Text(5, 5, 10, 10, character, 24),))
        return picture(preview.image(page, 200))

    assert glyphs.missing(visit_sheet.filled(samples.visit(companion="𪚥𠀂"), samples.PRINTING)) == ()
    assert difference(ink("𪚥"), ink("𠀂")) > 0.01


def test_a_file_is_written_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "走访服务记录.pdf"

    pdf.write(samples.SAMPLES["p1"](), target, "P1")

    assert [file.name for file in tmp_path.iterdir()] == [target.name]
    assert target.read_bytes().startswith(b"%PDF-")


def test_a_place_that_takes_no_file_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(PrintRefused, match=r"a\.pdf"):
        pdf.write(samples.SAMPLES["p1"](), tmp_path / "gone" / "a.pdf", "P1")


def test_a_full_disk_keeps_the_file_that_was_there(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        return  # only some systems have a disk that is always full
    target = tmp_path / "a.pdf"
    target.write_bytes(b"before")
    (tmp_path / "a.pdf.part").symlink_to(full)

    with pytest.raises(DiskFull):
        pdf.write(samples.SAMPLES["p1"](), target, "P1")

    assert target.read_bytes() == b"before"
    assert [file.name for file in tmp_path.iterdir()] == ["a.pdf"]


def test_nothing_to_print_is_refused() -> None:
    with pytest.raises(PrintRefused):
        pdf.made((), "")


def test_a_printer_gets_the_same_page(tmp_path: Path) -> None:
    target = QPrinter(QPrinter.PrinterMode.HighResolution)
    target.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    target.setOutputFileName(str(tmp_path / "printed.pdf"))
    pages = samples.SAMPLES["p2"]()

    printer.send(pages, target)

    printed = pypdfium2.PdfDocument(tmp_path / "printed.pdf")
    written = pypdfium2.PdfDocument(pdf.made(pages, "P2"))
    assert len(printed) == len(pages)
    one, other = (d[0].render(scale=2).to_pil().convert("L").reduce(4) for d in (printed, written))
    assert difference(one, other) <= MOST_DIFFERENT


def test_a_printer_that_is_not_there_is_said_plainly() -> None:
    application.needed()

    with pytest.raises(PrintRefused, match="没有的打印机"):
        printer.printer("没有的打印机", "P1")


def test_a_sheet_that_is_painted_again_looks_and_reads_the_same() -> None:
    pages = visit_sheet.filled(samples.visit(1), samples.PRINTING) * 4

    document = pypdfium2.PdfDocument(pdf.made(pages, "P1"))

    words = [page.get_textpage().get_text_range() for page in document]
    assert "走访服务记录" in words[0] and set(words) == {words[0]}
    looks = [page.render(scale=2).to_pil().convert("L") for page in document]
    assert all(difference(look, looks[0]) <= MOST_DIFFERENT for look in looks[1:])
