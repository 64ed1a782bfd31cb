"""Paints one page with QPainter, the same on PDF, printer and preview; every text is literal."""

import re
from collections.abc import Mapping
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGlyphRun, QPaintDevice, QPainter, QPen, QRawFont

from gridbook.press import fonts
from gridbook.sheets import typeset
from gridbook.sheets.page import Box, Ink, Line, Page, Qr, Text

UNIT = 20 * 72 / 25.4
"""Painter units in a millimetre: 20 in a point, so that type sizes are whole numbers, as Qt wants them, and
those of running text stay below 256, beyond which Qt draws ten times slower."""

_INKS: Mapping[Ink, QColor] = {
    Ink.BLACK: QColor("#000000"),
    Ink.GREY: QColor("#666666"),
    Ink.PALE: QColor("#ececec"),
    Ink.RED: QColor("#c00000"),
}


_DARK = re.compile("1+")


def paint(page: Page, painter: QPainter, device: QPaintDevice) -> None:
    """Paint the page so that its upper left corner is that of the device, in true size."""
    painter.save()
    painter.scale(device.logicalDpiX() / 25.4 / UNIT, device.logicalDpiY() / 25.4 / UNIT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    boxes: dict[tuple[Ink, float], list[QRectF]] = {}
    pen = ""
    for item in page.items:
        if isinstance(item, Text):
            if item.ink != pen:
                painter.setPen(_INKS[item.ink])
                pen = item.ink
            _text(item, painter)
            continue
        if isinstance(item, Line):
            _line(item, painter)
            pen = ""
        elif isinstance(item, Qr):
            _qr(item, painter)
            pen = ""
        elif item.fill:
            painter.fillRect(_rect(item), _INKS[item.ink])
        else:
            # Outlines of one pen are drawn together; a sheet has some fifty of them.
            boxes.setdefault((item.ink, item.width), []).append(_rect(item))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for (ink, width), outlines in boxes.items():
        painter.setPen(_pen(ink, width))
        painter.drawRects(outlines)
    painter.restore()


def _line(item: Line, painter: QPainter) -> None:
    pen = QPen(_INKS[item.ink], item.width * UNIT)
    if item.dashed:
        pen.setDashPattern([10, 8])
    painter.setPen(pen)
    painter.drawLine(QPointF(item.x1, item.y1) * UNIT, QPointF(item.x2, item.y2) * UNIT)


def _text(item: Text, painter: QPainter) -> None:
    if item.turn:
        painter.save()
        middle = QPointF(item.x + item.w / 2, item.y + item.h / 2) * UNIT
        painter.translate(middle)
        painter.rotate(-item.turn)
        painter.translate(-middle)
    for piece in _pieces(item):
        piece.draw(painter)
    if item.turn:
        painter.restore()


class _Piece:
    """A run of one line where it stands; what is drawn again is shaped once only."""

    __slots__ = ("_at", "_font", "_glyphs", "_run", "_stretch", "_twice")

    def __init__(self, at: QPointF, font: QFont, run: typeset.Run, stretch: float) -> None:
        self._at = at
        self._font = font
        self._run = run
        self._stretch = stretch
        self._twice = False
        self._glyphs: QGlyphRun | None = None

    def draw(self, painter: QPainter) -> None:
        if self._glyphs is not None:
            painter.drawGlyphRun(self._at, self._glyphs)
            return
        painter.setFont(self._font)
        painter.drawText(self._at, self._run.text)
        if self._twice:
            self._glyphs = self._shaped()
        self._twice = True

    def _shaped(self) -> QGlyphRun:
        raw = QRawFont.fromFont(self._font)
        glyphs = raw.glyphIndexesForString(self._run.text)
        places, x = [], 0.0
        for advance in raw.advancesForGlyphIndexes(glyphs):
            places.append(QPointF(x, 0))
            x += advance.x() * self._stretch
        made = QGlyphRun()
        made.setRawFont(raw)
        made.setGlyphIndexes(glyphs)
        made.setPositions(places)
        return made


@lru_cache(maxsize=2_000)
def _pieces(item: Text) -> tuple[_Piece, ...]:
    """What is drawn of a text; most texts of a form stand at the same place of every sheet."""
    made = []
    em = item.style.em
    for line in item.placed():
        x = line.x
        for run in typeset.runs(line.text, item.style):
            font = fonts.of_face(run.face, round(em * UNIT))
            if line.stretch != 1:
                font = QFont(font)
                # In per cent of the advances: Qt scales absolute spacing by the resolution of the device.
                font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 100 * line.stretch)
            made.append(_Piece(QPointF(x, line.baseline) * UNIT, font, run, line.stretch))
            x += run.width * em * line.stretch
    return tuple(made)


@lru_cache(maxsize=64)
def _pen(ink: Ink, width: float) -> QPen:
    pen = QPen(_INKS[ink], width * UNIT)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen


def _rect(item: Box) -> QRectF:
    return QRectF(item.x * UNIT, item.y * UNIT, item.w * UNIT, item.h * UNIT)


def _qr(item: Qr, painter: QPainter) -> None:
    # Without antialiasing the modules touch: a hairline between them would cost scanners their contrast.
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_INKS[Ink.BLACK])
    side = item.size * UNIT / len(item.modules)
    x, y = item.x * UNIT, item.y * UNIT
    dark = []
    for row, modules in enumerate(item.modules):
        for run in _DARK.finditer(modules):
            start, end = run.span()
            dark.append(QRectF(x + start * side, y + row * side, (end - start) * side, side))
    painter.drawRects(dark)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
