"""How a cell of a table is drawn: its text, or a badge where it shows a state."""

from collections.abc import Callable
from typing import NamedTuple, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QStaticText, QTransform
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from gridbook.ui import theme as look
from gridbook.ui.theme import Type, theme

STATE = int(Qt.ItemDataRole.UserRole) + 1
"""The role under which a model says which state a cell shows."""

_COLOURS = {"done": "suspended"}
_SELECTED = QStyle.StateFlag.State_Selected.value
_POINTED_AT = QStyle.StateFlag.State_MouseOver.value
_KEPT = 2000
"""So many texts stay set, a few windows full; whoever scrolls past them all has them set anew."""


class Cell(NamedTuple):
    """What a cell shows: its text, the name of its colour, and the state that it is drawn as a badge of."""

    text: str = ""
    colour: str = "text"
    badge: str = ""
    right: bool = False


class Lettering:
    """Texts of one font, set once and cut to the room they have."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self._metrics = QFontMetrics(font)
        self._set: dict[tuple[str, int], tuple[QStaticText, int, int]] = {}

    def fitted(self, text: str, room: int) -> tuple[QStaticText, int, int]:
        """A text ready to be drawn, its width and its height."""
        held = self._set.get((text, room))
        if held is None:
            if len(self._set) >= _KEPT:
                self._set.clear()
            held = self._set[(text, room)] = self._fit(text, room)
        return held

    def _fit(self, text: str, room: int) -> tuple[QStaticText, int, int]:
        made = self._made(text)
        if made.size().width() > room:
            made = self._made(self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room))
        size = made.size()
        return made, round(size.width()), round(size.height())

    def _made(self, text: str) -> QStaticText:
        made = QStaticText(" ".join(text.splitlines()))
        # A text of people is never read as markup.
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.prepare(QTransform(), self.font)
        return made


class CellPainter(QStyledItemDelegate):
    """Draws the cells of a table.

    The style sheet's own painter asks a dozen things about each cell and sets its text anew at every paint,
    which takes three times as long; what it would draw is drawn here from what the model has at hand.
    """

    def __init__(self, view: QTableView, cell: Callable[[int, int], Cell]) -> None:
        super().__init__(view)
        self._cell = cell
        self._body = Lettering(theme.font(Type.BODY))
        self._caption = Lettering(theme.font(Type.CAPTION))
        self._names: dict[str, QColor] = {}
        self._line, self._hover = theme.colour("line"), theme.colour("hover")
        self._chosen = theme.colour("accent_soft")
        # Where the style sheet's painter puts a text: after the padding, three dots in.
        self._in = theme.px(look.M) + 3

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the cell."""
        x, y, width, height = cast("tuple[int, int, int, int]", option.rect.getRect())
        state = option.state.value
        if state & (_SELECTED | _POINTED_AT):
            painter.fillRect(x, y, width, height, self._chosen if state & _SELECTED else self._hover)
        painter.fillRect(x, y + height - 1, width, 1, self._line)
        cell = self._cell(index.row(), index.column())
        if not cell.text:
            return
        if cell.badge:
            self._draw_badge(painter, cell, x, y, width, height)
            return
        text, wide, high = self._body.fitted(cell.text, width - 2 * self._in)
        painter.setFont(self._body.font)
        painter.setPen(self._colour(cell.colour))
        left = x + width - self._in - wide if cell.right else x + self._in
        painter.drawStaticText(left, y + (height - 1 - high) // 2, text)

    def _draw_badge(self, painter: QPainter, cell: Cell, x: int, y: int, width: int, height: int) -> None:
        name = _COLOURS.get(cell.badge, cell.badge).replace(" ", "_")
        gap, tall, corner = theme.px(look.S), theme.px(look.XL), theme.px(look.RADIUS)
        text, wide, high = self._caption.fitted(cell.text, width - 4 * gap)
        top = y + (height - 1) // 2 - tall / 2 + 0.5
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour(f"{name}_soft"))
        painter.drawRoundedRect(QRectF(x + gap, top, wide + 2 * gap, tall), corner, corner)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(self._caption.font)
        painter.setPen(self._colour(name))
        painter.drawStaticText(x + 2 * gap, int(top + (tall - high) / 2 + 0.5), text)

    def _colour(self, name: str) -> QColor:
        held = self._names.get(name)
        if held is None:
            held = self._names[name] = theme.colour(name)
        return held
