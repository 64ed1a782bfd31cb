"""The recovery key on screen: twelve groups to copy, and the sheet for the locker."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import tr
from gridbook.press import printer
from gridbook.sheets import recovery_sheet
from gridbook.sheets.form import Printing
from gridbook.sheets.page import Page
from gridbook.store.book import Store
from gridbook.ui import theme as look
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import clear
from gridbook.ui.parts.fields import Choice, Field
from gridbook.ui.parts.text import Muted, Text
from gridbook.ui.theme import Type, theme


class RecoveryKey(QWidget):
    """The key in numbered groups; it goes to a printer or to a pen, and never into a file."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(look.M))
        self._groups = QGridLayout()
        self._groups.setHorizontalSpacing(theme.px(look.L))
        self._groups.setVerticalSpacing(theme.px(look.S))
        column.addLayout(self._groups)
        self._letters: list[Text] = []
        self._pages: tuple[Page, ...] = ()
        self._title = ""
        self.printer = Choice([(name, name) for name in printer.names()])
        self.send = Button(tr("Print the recovery sheet"), "plain", "printer")
        self.send.clicked.connect(self._print)
        self.printing = QWidget()
        row = QHBoxLayout(self.printing)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(look.S))
        row.addWidget(Field(tr("Printer"), self.printer), 1)
        row.addWidget(self.send, 0, Qt.AlignmentFlag.AlignBottom)
        self.printing.setVisible(bool(printer.names()))
        column.addWidget(self.printing)
        self.word = Text("", Type.CAPTION)
        self.word.hide()
        column.addWidget(self.word)

    def show_key(self, store: Store, recovery: str) -> None:
        """Show the key of a book that was made a moment ago."""
        clear(self._groups)
        self._letters = []
        for n, group in enumerate(recovery.split()):
            row, column = divmod(n, recovery_sheet.ACROSS)
            number, letters = Muted(str(n + 1), Type.CAPTION), Text(group, Type.TITLE)
            letters.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._letters.append(letters)
            self._groups.addWidget(number, row, 2 * column, Qt.AlignmentFlag.AlignVCenter)
            self._groups.addWidget(letters, row, 2 * column + 1)
            self._groups.setColumnStretch(2 * column + 1, 1)
        printing = Printing(store.name, store.person.name, store.clock.now().date(), store.practice)
        self._pages = recovery_sheet.filled(recovery, store.unit, printing)
        self._title = tr("Recovery sheet")

    def groups(self) -> list[str]:
        """The groups as they stand on the screen."""
        return [label.text() for label in self._letters]

    def _print(self) -> None:
        name = str(self.printer.value or "")
        try:
            printer.send(self._pages, printer.printer(name, self._title))
            said = tr("Sent to {printer}. Compare the paper with the screen.").format(printer=name)
        except GridbookError as error:
            said = error.sentence()
        self.word.setText(said)
        self.word.setVisible(True)
