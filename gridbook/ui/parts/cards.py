"""Surfaces: cards, the side sheet over a list, the line that says what was kept."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gridbook.i18n import tr
from gridbook.ui import theme as look
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.text import Heading, Muted, Text
from gridbook.ui.theme import Type, theme

SHEET_WIDTH, LIST_WIDTH = 520, 420


class Card(QFrame):
    """A surface with a heading of its own."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(*(theme.px(look.L),) * 4)
        self.body.setSpacing(theme.px(look.S))
        if title:
            self.body.addWidget(Heading(title, Type.SECTION))


class Scrolled(QScrollArea):
    """A column that scrolls when it does not fit."""

    def __init__(self, inside: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._keep_in_sight)

    def _keep_in_sight(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Enter goes on to fields that may lie below; only Tab would scroll by itself."""
        inside = self.widget()
        if now is not None and inside is not None and inside.isAncestorOf(now):
            self.ensureWidgetVisible(now, 0, theme.px(look.XXL))


class SideSheet(QFrame):
    """A record that opens beside its list; Esc closes it and loses nothing."""

    closed = Signal()

    def __init__(self, title: str, parent: QWidget | None = None, width: int = SHEET_WIDTH) -> None:
        super().__init__(parent)
        self.setProperty("sheet", True)
        self.setMaximumWidth(theme.px(width))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._beside: QWidget | None = None
        self._width = theme.px(width)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._head = head = QHBoxLayout()
        self.title = Heading(title, Type.SECTION)
        self.title.setWordWrap(True)
        close = Button("", "quiet", "x")
        close.setAccessibleName(tr("Close"))
        close.setToolTip(tr("Close (Esc)"))
        close.clicked.connect(self.close_sheet)
        head.addWidget(self.title, 1)
        head.addWidget(close)
        outer.addLayout(head)
        inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(theme.px(look.XL), 0, theme.px(look.XL), theme.px(look.XL))
        self.body.setSpacing(theme.px(look.M))
        outer.addWidget(Scrolled(inside), 1)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(theme.px(look.S))
        outer.addLayout(self.foot)
        self.set_close(False)
        self.hide()

    def set_close(self, low: bool) -> None:
        """Head and foot take less room where the window is low."""
        side, above, below = look.XL, look.S if low else look.L, look.S if low else look.M
        self._head.setContentsMargins(theme.px(side), theme.px(above), theme.px(look.M), theme.px(look.XS))
        self.foot.setContentsMargins(theme.px(side), theme.px(below), theme.px(side), theme.px(above))

    def lies_beside(self, list_: QWidget) -> None:
        """The list that steps aside while the sheet is open and there is no room for both."""
        self._beside = list_

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Take the place of the list where both do not fit."""
        super().showEvent(event)
        holder = self.parentWidget()
        if self._beside is not None and holder is not None:
            least = max(theme.px(LIST_WIDTH), self._beside.minimumSizeHint().width())
            fits = holder.width() >= self._width + least
            self._beside.setVisible(fits)
            self.setMaximumWidth(self._width if fits else holder.width())
            self.setMinimumWidth(self._width if fits else 0)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Give the place back."""
        super().hideEvent(event)
        if self._beside is not None:
            self._beside.show()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """What is in it scrolls inside it, so it never asks the window for more height."""
        return False

    def close_sheet(self) -> None:
        """Close it."""
        self.hide()
        self.closed.emit()


class KeptLine(QWidget):
    """“Kept 14:02 · undo”, under the field that was just finished."""

    undone = Signal()

    def __init__(self) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._text = Muted("", Type.CAPTION)
        self._text.setWordWrap(False)
        self._undo = Button(tr("Undo"), "quiet", "undo-2")
        self._undo.clicked.connect(self.undone)
        layout.addWidget(self._text)
        layout.addWidget(self._undo)
        layout.addStretch(1)
        self._undo.hide()
        # A line that says nothing takes no room.
        self.hide()

    def say(self, sentence: str, *, undo: bool = False) -> None:
        """Say what was kept, and whether it can be undone."""
        self.setVisible(bool(sentence))
        self._text.setText(sentence)
        self._undo.setVisible(undo)


class Timeline(QWidget):
    """What happened, as plain sentences with who and when, oldest first, strung on a line."""

    def __init__(self) -> None:
        super().__init__()
        self._heads: list[Text] = []
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme.px(look.M))

    def tell(self, entries: Sequence[tuple[str, str, str]]) -> None:
        """Entries of (when and who, sentence, remark)."""
        clear(self._rows)
        self._heads = []
        for head, sentence, remark in entries:
            block = QWidget()
            lines = QVBoxLayout(block)
            lines.setContentsMargins(theme.px(look.L) + theme.px(look.XS), 0, 0, 0)
            lines.setSpacing(0)
            when = Muted(head, Type.CAPTION)
            lines.addWidget(when)
            lines.addWidget(Text(sentence))
            if remark:
                lines.addWidget(Muted(remark))
            self._rows.addWidget(block)
            self._heads.append(when)
        self._rows.addStretch(1)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A dot for each entry; the newest one is filled."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = theme.px(look.XS)
        line_height = theme.px(look.L)
        left, middle = radius + theme.px(look.HAIR), QPoint(0, line_height // 2 + 2)
        dots = [QPoint(left, head.mapTo(self, middle).y()) for head in self._heads]
        painter.setPen(QPen(theme.colour("line"), theme.px(look.HAIR)))
        if len(dots) > 1:
            painter.drawLine(dots[0], dots[-1])
        painter.setPen(QPen(theme.colour("accent"), theme.px(look.HAIR)))
        for n, dot in enumerate(dots):
            painter.setBrush(theme.colour("accent" if n == len(dots) - 1 else "surface"))
            painter.drawEllipse(dot, radius, radius)
        painter.end()


class Facts(QWidget):
    """Label and value, one under the other, for reading."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme.px(look.S))

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these; empty values are left out."""
        clear(self._rows)
        for label, value in facts:
            if value:
                line = QHBoxLayout()
                name = Muted(label, Type.CAPTION)
                name.setFixedWidth(theme.px(look.XXL * 3))
                name.setAlignment(Qt.AlignmentFlag.AlignTop)
                name.setContentsMargins(0, theme.px(look.HAIR), 0, 0)
                line.addWidget(name)
                line.addWidget(Text(value), 1)
                holder = QWidget()
                line.setContentsMargins(0, 0, 0, 0)
                holder.setLayout(line)
                self._rows.addWidget(holder)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
