"""The sidebar: where one can go, each place with its icon, its word and how much waits there."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gridbook.ui import icons
from gridbook.ui import theme as look
from gridbook.ui.parts.buttons import GAP
from gridbook.ui.parts.cards import Scrolled
from gridbook.ui.parts.text import Heading, Muted
from gridbook.ui.theme import Type, theme

HAIR = 2
LEAST, USUAL = 24, 34
"""How high a place is in a narrow bar."""
MOST = 99
"""Beyond this a number only says: a lot."""


class Entry(NamedTuple):
    """One place: its name, its word, its icon, and whether it stands a little apart from the one above."""

    name: str
    word: str
    icon: str
    apart: bool = False


class Sidebar(QFrame):
    """The places of the program; where there is little room, icons alone."""

    chosen = Signal(str)

    def __init__(self, name: str, below: str, foot: str, places: Sequence[Entry]) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self.setProperty("narrow", not theme.roomy)
        self.setFixedWidth(theme.px(look.SIDEBAR if theme.roomy else look.NARROW_SIDEBAR))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.px(look.S), 0, theme.px(look.S))
        layout.setSpacing(theme.px(look.XS))
        if theme.roomy:
            layout.addLayout(_head(name, below))
        # At large type a low window has no room for all of them; they scroll instead of asking it for more.
        inside = QWidget()
        self._column = column = QVBoxLayout(inside)
        column.setContentsMargins(theme.px(look.S), 0, theme.px(look.S), 0)
        column.setSpacing(theme.px(HAIR) if theme.roomy else 0)
        self.places = Scrolled(inside)
        self.places.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.places.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addWidget(self.places, 1)
        self.buttons: dict[str, SidebarButton] = {}
        group = QButtonGroup(self)
        for place in places:
            button = SidebarButton(place.word, place.icon)
            button.clicked.connect(lambda _=False, name=place.name: self.chosen.emit(name))
            group.addButton(button)
            self.buttons[place.name] = button
            if place.apart and theme.roomy:
                column.addSpacing(theme.px(look.S))
            column.addWidget(button)
        column.addStretch(1)
        if theme.roomy:
            version = Muted(foot, Type.CAPTION)
            version.setContentsMargins(theme.px(look.M + look.S), 0, 0, 0)
            layout.addWidget(version)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Icons alone are as high as lets all of them stand whole, if the window is not too low for that."""
        super().resizeEvent(event)
        if theme.roomy:
            return
        margins = self.contentsMargins().top() + self.contentsMargins().bottom() + 2 * theme.px(look.S)
        each = (event.size().height() - margins) // max(1, len(self.buttons))
        for button in self.buttons.values():
            button.setFixedHeight(min(max(each, theme.px(LEAST)), theme.px(USUAL)))

    def mark(self, place: str) -> None:
        """Show that one is at this place now."""
        if place in self.buttons:
            self.buttons[place].setChecked(True)
            self.places.ensureWidgetVisible(self.buttons[place], 0, theme.px(look.L))

    def show_count(self, place: str, count: int) -> None:
        """Show how much waits at a place; nothing is shown for nothing."""
        if place in self.buttons:
            self.buttons[place].show_count(count)


class SidebarButton(QToolButton):
    """One place."""

    def __init__(self, word: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._word = word
        self._count = ""
        if theme.roomy:
            self.setText(GAP + word)
            # A long word never makes the bar wider than it is.
            self.setMinimumWidth(0)
        self.setToolTip(word)
        self.setAccessibleName(word)
        self.setIcon(icons.icon(icon, on="accent"))
        self.setIconSize(QSize(theme.px(icons.SIZE), theme.px(icons.SIZE)))
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(style.ToolButtonTextBesideIcon if theme.roomy else style.ToolButtonIconOnly)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_count(self, count: int) -> None:
        """Show how much waits here."""
        self._count = "" if count < 1 else str(count) if count <= MOST else f"{MOST}+"
        self.setAccessibleName(f"{self._word}　{count}" if count else self._word)
        self.setToolTip(self.accessibleName())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the count at the right edge; beside a lone icon there is no room for one."""
        super().paintEvent(event)
        if not (self._count and theme.roomy):
            return
        painter = QPainter(self)
        font = theme.font(Type.CAPTION)
        painter.setFont(font)
        painter.setPen(theme.colour("accent" if self.isChecked() else "muted"))
        width = QFontMetrics(font).horizontalAdvance(self._count)
        room = self.rect().adjusted(self.width() - width - theme.px(look.M), 0, -theme.px(look.M), 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._count)
        painter.end()


def _head(name: str, below: str) -> QVBoxLayout:
    head = QVBoxLayout()
    head.setContentsMargins(
        theme.px(look.M + look.S), theme.px(look.S), theme.px(look.M + look.S), theme.px(look.M)
    )
    head.setSpacing(0)
    title = Heading(name, Type.SECTION)
    title.setWordWrap(True)
    head.addWidget(title)
    if below not in name:
        head.addWidget(Muted(below, Type.CAPTION))
    return head
