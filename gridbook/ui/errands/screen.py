"""The errand board: orders to take, orders taken, originals to give back."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridbook.i18n import N_, tr
from gridbook.records.base import LOCAL
from gridbook.records.errand import DocumentReceipt, Mandate
from gridbook.records.request import Contact, Particulars, Request
from gridbook.sheets.from_book import Wanted
from gridbook.store import errands, preferences
from gridbook.store.errands import Errand
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.errands.columns import LISTS, columns, found_by, wanted
from gridbook.ui.errands.sheet import WIDTH, ErrandSheet
from gridbook.ui.parts.beside import Beside
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.fields import TextInput
from gridbook.ui.parts.table import RecordTable
from gridbook.ui.parts.text import Heading, Muted
from gridbook.ui.screen import Screen
from gridbook.ui.theme import Type, theme

CHOSEN = "errands list"


class ErrandsScreen(Screen):
    """The board and the sheet of one errand beside it."""

    NAME = "errands"
    TITLE = N_("Errands")
    SHOWS = frozenset({Request, Particulars, Contact, Mandate, DocumentReceipt})
    FULL_WIDTH = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._all: Sequence[Errand] = ()
        self.sheet = ErrandSheet(desk)
        self.beside = Beside(self._list(), (self.sheet, WIDTH))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.beside)
        self.lists.chosen.connect(self._list_chosen)
        self.lists.moved_on.connect(self.table.view.setFocus)
        self.filter.textEdited.connect(lambda _: self._filtered())
        self.filter.entered.connect(self.table.view.setFocus)
        self.table.chosen.connect(lambda one: self.open(one.row.request.id))
        self.sheet.shown.connect(self._sheet_shown)
        self.sheet.opened.connect(self.opened)
        self.print_button.clicked.connect(self.print_pages)
        desk.read(preferences.value, CHOSEN, "all", then=self._choose_list)

    def load(self) -> None:
        """Ask for the board, and for the errand that is open."""
        self.desk.read(errands.board, then=self._show)
        self.sheet.reload()

    def open(self, what: object) -> None:
        """An errand by the number or id of its request."""
        if isinstance(what, str | bytes):
            self.sheet.show_errand(what, failed=self.desk.refused.emit)

    def likely_step(self) -> None:
        """F9: the step that comes next for the errand that is open, or opens the one that is selected."""
        if not self.sheet.isHidden():
            self.sheet.likely_step()
            return
        for one in self.table.selected()[:1]:
            self.open(one.row.request.id)

    def step_back(self) -> bool:
        """Esc: close what lies on top; what was typed stays as a draft."""
        if self.sheet.step_back():
            if self.sheet.isHidden():
                self.table.view.setFocus()
            return True
        return False

    def print_pages(self) -> None:
        """F6: print the mandate that is open, or those that are selected."""
        if not self.sheet.isHidden() and self.sheet.errand is not None:
            numbers = [self.sheet.errand.row.request.number]
        else:
            numbers = [one.row.request.number for one in self.table.selected() if one.mandate is not None]
        if numbers:
            self.opened.emit("print", Wanted("P7", numbers=tuple(numbers)))

    def _list(self) -> QWidget:
        whole = QWidget()
        left = QVBoxLayout(whole)
        left.setContentsMargins(*(theme.px(look.XL),) * 4)
        left.setSpacing(theme.px(look.M))
        head = QHBoxLayout()
        head.setSpacing(theme.px(look.S))
        head.addWidget(Heading(tr(self.TITLE)))
        self.count = Muted("", Type.CAPTION)
        self.count.setWordWrap(False)
        head.addWidget(self.count)
        self.filter = TextInput(40)
        self.filter.setPlaceholderText(tr("Filter by number, title, requester, place, helper or pinyin"))
        self.filter.setAccessibleName(tr("Filter this list"))
        self.filter.setClearButtonEnabled(True)
        head.addWidget(self.filter, 1)
        self.print_button = Button(tr("Print   F6"), "plain", "printer")
        head.addWidget(self.print_button)
        left.addLayout(head)
        self.lists = Chips([(key, tr(name)) for key, name in LISTS.items()], tr("Which errands"))
        left.addWidget(self.lists)
        empty = EmptyState(
            tr("Orders that a helper does for a resident stand here. Nothing in this list now."),
            tr("Record a request"),
            "hand-helping",
        )
        empty.acted.connect(lambda: self.opened.emit("requests", {}))
        self.table: RecordTable[Errand] = RecordTable(columns(self._today), tr("Errands"), empty)
        left.addWidget(self.table, 1)
        hint = tr("A mandate belongs to a request; those without one stand under “No mandate yet”.")
        left.addWidget(Muted(hint, Type.CAPTION))
        return whole

    def _choose_list(self, which: object) -> None:
        if self.lists.value is None:
            self.lists.value = which if which in LISTS else "all"
            self._filtered()

    def _list_chosen(self, which: object) -> None:
        self.desk.write(preferences.keep, CHOSEN, str(which))
        self._filtered()

    def _show(self, found: Sequence[Errand]) -> None:
        self._all = found
        self._filtered()

    def _filtered(self) -> None:
        words = self.filter.value.lower().split()
        which = str(self.lists.value or "all")
        shown = [
            one for one in self._all if wanted(which, one) and all(word in found_by(one) for word in words)
        ]
        self.table.show_rows(shown)
        self.count.setText(tr("{n} orders").format(n=len(shown)) if shown else "")

    def _sheet_shown(self) -> None:
        self.beside.show_only(self.sheet)
        if not self.sheet.isAncestorOf(self.focusWidget() or self):
            self.sheet.setFocus(Qt.FocusReason.OtherFocusReason)

    def _today(self) -> date:
        return self.desk.store.clock.now().astimezone(LOCAL).date()
