"""A cell that shows a state as a badge: soft ground, colour, symbol and word."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from gridbook.ui import theme as look
from gridbook.ui.theme import Type, theme

STATE = int(Qt.ItemDataRole.UserRole) + 1
"""The role under which the model says which state a cell shows."""

_COLOURS = {"done": "suspended"}


class BadgeCell(QStyledItemDelegate):
    """Draws a badge where the model names a state, and plain text elsewhere."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._font = theme.font(Type.CAPTION)
        self._metrics = QFontMetrics(self._font)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the cell."""
        state = index.data(STATE)
        text = str(index.data() or "") if state else ""
        if not text:
            super().paint(painter, option, index)
            return
        style = option.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        name = _COLOURS.get(state, state).replace(" ", "_")
        gap = theme.px(look.S)
        room = option.rect.adjusted(gap, 0, -gap, 0)
        width = self._metrics.horizontalAdvance(text) + 2 * gap
        if width > room.width():
            most = room.width() - 2 * gap
            text = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, most)
            width = self._metrics.horizontalAdvance(text) + 2 * gap
        height = theme.px(look.XL)
        box = QRectF(room.x(), room.center().y() - height / 2 + 0.5, width, height)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(f"{name}_soft"))
        painter.drawRoundedRect(box, theme.px(look.RADIUS), theme.px(look.RADIUS))
        painter.setFont(self._font)
        painter.setPen(theme.colour(name))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()
