"""Paints one page with QPainter, the same on PDF, printer and preview; every text is literal."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPaintDevice, QPainter, QPen

from gridbook.press import fonts
from gridbook.sheets import typeset
from gridbook.sheets.page import Box, Ink, Item, Line, Page, Qr, Text

UNIT = 100
"""Painter units in a millimetre; Qt takes font sizes as whole numbers only."""

_INKS: Mapping[Ink, QColor] = {
    Ink.BLACK: QColor("#000000"),
    Ink.GREY: QColor("#666666"),
    Ink.PALE: QColor("#ececec"),
    Ink.RED: QColor("#c00000"),
}


def paint(page: Page, painter: QPainter, device: QPaintDevice) -> None:
    """Paint the page so that its upper left corner is that of the device, in true size."""
    painter.save()
    painter.scale(device.logicalDpiX() / 25.4 / UNIT, device.logicalDpiY() / 25.4 / UNIT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    for item in page.items:
        _item(item, painter)
    painter.restore()


def _item(item: Item, painter: QPainter) -> None:
    if isinstance(item, Text):
        _text(item, painter)
    elif isinstance(item, Line):
        pen = QPen(_INKS[item.ink], item.width * UNIT)
        if item.dashed:
            pen.setDashPattern([10, 8])
        painter.setPen(pen)
        painter.drawLine(QPointF(item.x1, item.y1) * UNIT, QPointF(item.x2, item.y2) * UNIT)
    elif isinstance(item, Box):
        _box(item, painter)
    else:
        _qr(item, painter)


def _text(item: Text, painter: QPainter) -> None:
    painter.save()
    painter.setPen(_INKS[item.ink])
    if item.turn:
        middle = QPointF(item.x + item.w / 2, item.y + item.h / 2) * UNIT
        painter.translate(middle)
        painter.rotate(-item.turn)
        painter.translate(-middle)
    em = item.style.em
    for line in item.placed():
        x = line.x
        for run in typeset.runs(line.text, item.style):
            font = fonts.of_face(run.face, round(em * UNIT))
            if line.stretch != 1:
                font = QFont(font)
                # In per cent of the advances: Qt scales absolute spacing by the resolution of the device.
                font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 100 * line.stretch)
            painter.setFont(font)
            painter.drawText(QPointF(x, line.baseline) * UNIT, run.text)
            x += run.width * em * line.stretch
    painter.restore()


def _box(item: Box, painter: QPainter) -> None:
    box = QRectF(item.x * UNIT, item.y * UNIT, item.w * UNIT, item.h * UNIT)
    if item.fill:
        painter.fillRect(box, QBrush(_INKS[item.ink]))
        return
    pen = QPen(_INKS[item.ink], item.width * UNIT)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)


def _qr(item: Qr, painter: QPainter) -> None:
    # Without antialiasing the modules touch: a hairline between them would cost scanners their contrast.
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    side = item.size * UNIT / len(item.modules)
    for row, modules in enumerate(item.modules):
        start = 0
        while (start := modules.find("1", start)) >= 0:
            end = modules.find("0", start)
            end = len(modules) if end < 0 else end
            dark = QRectF(
                item.x * UNIT + start * side, item.y * UNIT + row * side, (end - start) * side, side
            )
            painter.fillRect(dark, _INKS[Ink.BLACK])
            start = end
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
