"""The passphrase: who sits at the desk. It is the first page of every day, so it needs little."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import tr
from gridbook.store import before
from gridbook.ui import aside, tabbing
from gridbook.ui import theme as look
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Card, Scrolled
from gridbook.ui.parts.fields import Choice, Field, TextInput
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.text import Heading, Muted
from gridbook.ui.theme import theme

if TYPE_CHECKING:
    from gridbook.store.book import Store

WIDTH = 560


class Middle(QWidget):
    """One card in the middle of an empty window; it scrolls where large type makes it too high."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("window")
        ground = QWidget()
        outer = QVBoxLayout(ground)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Scrolled(ground))
        self.card = Card()
        self.card.setFixedWidth(theme.px(WIDTH))
        self.card.body.setSpacing(theme.px(look.M))
        self.card.body.setContentsMargins(*(theme.px(look.XXL if theme.roomy else look.L),) * 4)
        # Spaces around it instead of an alignment: only so is it as high as its words need at this width.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.card)
        row.addStretch(1)
        outer.addStretch(1)
        outer.addLayout(row)
        QShortcut(QKeySequence("F1"), self).activated.connect(self._show_help)
        outer.addStretch(1)

    HELP: ClassVar[str] = "start"
    """By what name the help knows this page."""

    def _show_help(self) -> None:
        # Nobody needs it to open a book, so it costs nothing before it is asked for.
        from gridbook.ui.help import HelpSheet

        sheet = self.findChild(HelpSheet) or HelpSheet(self)
        if sheet.isVisible():
            sheet.hide()
            self.setFocus()
            return
        sheet.lie_over(self)
        sheet.show_page(self.HELP)
        QShortcut(QKeySequence("Esc"), sheet).activated.connect(sheet.close_sheet)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, N802 - Qt's names
        """Tab goes through the card as it is laid out."""
        return tabbing.go(self.card, self.focusWidget(), forward=next)


class Passphrase(TextInput):
    """A passphrase: never shown, never completed."""

    def __init__(self) -> None:
        super().__init__(200)
        self.setEchoMode(QLineEdit.EchoMode.Password)


class UnlockPage(Middle):
    """Who sits at the desk, and the passphrase; after five wrong ones the next try waits."""

    HELP = "unlock"

    opened = Signal(object)
    forgotten = Signal()
    restore_wanted = Signal()

    def __init__(self, folder: Path, unlock: "Callable[[str, str], Store]") -> None:
        super().__init__()
        self._unlock = unlock
        body = self.card.body
        body.addWidget(Heading(tr("GridBook")))
        body.addWidget(Muted(tr("This book is locked. What was half written is kept.")))
        self.person = Choice([(name, name) for name in before.people(folder)])
        body.addWidget(Field(tr("Person"), self.person))
        self.passphrase = Passphrase()
        self.passphrase.entered.connect(self.try_it)
        self.field = Field(tr("Passphrase"), self.passphrase)
        body.addWidget(self.field)
        self.open = Button(tr("Open the book"), "primary", "lock")
        self.open.clicked.connect(self.try_it)
        body.addWidget(self.open)
        others = Flow(gap=theme.px(look.S))
        forgotten = Button(tr("Forgotten passphrase"), "quiet", "circle-help")
        forgotten.clicked.connect(self.forgotten)
        restore = Button(tr("Put a backup back"), "quiet", "history")
        restore.clicked.connect(self.restore_wanted)
        for one in (forgotten, restore):
            others.addWidget(one)
        body.addLayout(others)
        self.setFocusProxy(self.passphrase)

    def try_it(self) -> None:
        """Open the book, or say why not."""
        person, passphrase = str(self.person.value), self.passphrase.text()
        try:
            self.open.name(tr("Opening the book …"))
            store = aside.done(lambda: self._unlock(person, passphrase), self.card)
        except GridbookError as error:
            self.field.say(error.sentence())
            self.passphrase.value = ""
            self.passphrase.setFocus()
            return
        finally:
            self.open.name(tr("Open the book"))
        self.passphrase.value = ""
        self.field.say("")
        self.opened.emit(store)
