"""A screen: what it shows, how it is called, when it loads itself anew."""

from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridbook.i18n import tr
from gridbook.records.base import Record
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.text import Heading
from gridbook.ui.theme import theme


class Screen(QWidget):
    """One place of the window; subclasses build, connect and load."""

    NAME: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""
    SHOWS: ClassVar[frozenset[type[Record]]] = frozenset()
    FULL_WIDTH: ClassVar[bool] = False

    opened = Signal(str, object)
    """Asks the window to open another screen: its name, and what to show there."""

    restore_asked = Signal(str)
    """Asks the program to put a backup, by its file, in the place of the book."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setObjectName(self.NAME)
        self.setAccessibleName(tr(self.TITLE))
        self._stale = True
        desk.changed.connect(self._changed)

    def load(self) -> None:
        """Ask the book for what this screen shows."""

    def open(self, what: object) -> None:
        """Show a certain thing on this screen; screens that have none ignore it."""

    def step_back(self) -> bool:
        """Esc: close what lies on top, losing nothing; says whether there was anything."""
        return False

    def help_page(self) -> str:
        """By what name the help knows what is shown here now."""
        return self.NAME

    def print_pages(self) -> None:
        """F6: print what is selected; screens without paper leave it to the print screen."""
        self.opened.emit("print", None)

    def page(self) -> QVBoxLayout:
        """The usual layout of a screen, with its title on top."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(look.XL),) * 4)
        layout.setSpacing(theme.px(look.L))
        layout.addWidget(Heading(tr(self.TITLE)))
        return layout

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Load when shown for the first time or after something changed meanwhile."""
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.load()

    def _changed(self, classes: frozenset[type[Record]]) -> None:
        if self.SHOWS & classes:
            if self.isVisible():
                self.load()
            else:
                self._stale = True
