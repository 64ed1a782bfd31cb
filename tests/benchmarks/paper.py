"""500 visit sheets into a PDF beside a bare QPainter that draws the same: `dev.py bench paper`.

GridBook's time begins with the records and ends with the bytes of the file. The peer is handed every line of
text with its place and every box, and only draws them with the same fonts; both make the QR code of each
number by the same call, which neither has made before.
"""

import argparse
import gc
import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPdfWriter, QPen

from gridbook.press import application, fonts, pdf
from gridbook.sheets import page, typeset, visit_sheet
from gridbook.sheets.page import Box, Line, Page, Qr, Text
from tests.benchmarks import _table
from tests.sheets import samples

COUNT = 500
MOST = 1.3
DPI = 600
ROUNDS = 3

Drawn = tuple[Sequence[tuple[QFont, QPointF, str]], Sequence[QRectF], Sequence[Qr]]
"""Lines of text and boxes of one page in pixels of the writer, and where its QR codes stand."""


def sheets(count: int) -> list[Page]:
    """That many visit sheets, from records; no two are alike, and no QR code is known before."""
    page._modules.cache_clear()
    made: list[Page] = []
    for n in range(count):
        shown = samples.visit(
            n % 200 + 1,
            number=f"0305-26-{n:04}-7K2Q",
            place=f"幸福园小区{n % 30 + 1}号楼{n % 7 + 1}单元{n % 20 + 1}01",
        )
        made += visit_sheet.filled(shown, samples.PRINTING)
    return made


def prepared(pages: Sequence[Page]) -> list[Drawn]:
    """What the peer draws, worked out before its time begins."""
    dot = DPI / 25.4
    made = []
    for one in pages:
        texts: list[tuple[QFont, QPointF, str]] = []
        boxes: list[QRectF] = []
        codes: list[Qr] = []
        for item in one.items:
            if isinstance(item, Text):
                em = item.style.em
                for line in item.placed():
                    x = line.x
                    for run in typeset.runs(line.text, item.style):
                        font = fonts.of_face(run.face, round(em * dot))
                        texts.append((font, QPointF(x * dot, line.baseline * dot), run.text))
                        x += run.width * em * line.stretch
            elif isinstance(item, Box):
                boxes.append(QRectF(item.x * dot, item.y * dot, item.w * dot, item.h * dot))
            elif isinstance(item, Qr):
                codes.append(item)
            elif isinstance(item, Line):
                boxes.append(QRectF(item.x1 * dot, item.y1 * dot, (item.x2 - item.x1) * dot, 0))
        made.append((texts, boxes, codes))
    return made


def _modules(item: Qr) -> list[QRectF]:
    dot = DPI / 25.4
    made = page.qr(item.x, item.y, item.size, item.text)
    side = item.size * dot / len(made.modules)
    return [
        QRectF(item.x * dot + column * side, item.y * dot + row * side, side, side)
        for row, modules in enumerate(made.modules)
        for column, module in enumerate(modules)
        if module == "1"
    ]


def bare(drawn: Sequence[Drawn], first: Page) -> bytes:
    """The peer: the same PDF from a QPainter alone."""
    page._modules.cache_clear()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    writer.setPageLayout(pdf.layout_of(first))
    painter = QPainter(writer)
    pen = QPen(QColor("#000000"), 0.18 * DPI / 25.4)
    dark = QBrush(QColor("#000000"))
    for n, (texts, boxes, codes) in enumerate(drawn):
        if n:
            writer.newPage()
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects(boxes)
        for font, place, text in texts:
            painter.setFont(font)
            painter.drawText(place, text)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(dark)
        for code in codes:
            painter.drawRects(_modules(code))
    painter.end()
    return bytes(buffer.data().data())


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall and of the processor."""
    gc.collect()
    wall, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - busy


def main() -> None:
    """Measure both in turn, and write the best of each into the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=COUNT)
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    given = asked.parse_args()
    application.needed()
    pages = sheets(given.count)
    drawn = prepared(pages)
    size = len(pdf.made(pages[:1], "P1")) + len(bare(drawn[:1], pages[0]))
    ours, theirs = [], []
    for _ in range(given.rounds):
        theirs.append(timed(lambda: bare(drawn, pages[0])))
        ours.append(timed(lambda: pdf.made(sheets(given.count), "P1")))
    setting = min(timed(lambda: sheets(given.count))[1] for _ in range(given.rounds))
    own, peer = min(one for _, one in ours), min(one for _, one in theirs)
    _table.write(
        "paper",
        [
            (f"{given.count} visit sheets from records to PDF, seconds of the processor", f"{own:.2f}"),
            ("of these, setting the pages", f"{setting:.2f}"),
            ("a bare QPainter that draws the same texts and lines", f"{peer:.2f}"),
            (f"ratio (at most {MOST})", f"{own / peer:.2f}"),
            (
                "on the wall: GridBook, QPainter",
                f"{min(one for one, _ in ours):.2f}, {min(one for one, _ in theirs):.2f}",
            ),
        ],
    )
    if own / peer > MOST or not size:
        raise SystemExit(f"GridBook takes {own / peer:.2f} times as long as a bare QPainter.")


if __name__ == "__main__":
    main()
