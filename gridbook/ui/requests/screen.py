"""The requests of this book: lists by what is to be done, the sheet of one, the form of a new one."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import N_, tr
from gridbook.records.request import Contact, EventNote, Particulars, Referral, Request
from gridbook.store import preferences
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.beside import Beside
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import SideSheet
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.listing.pane import ListPane
from gridbook.ui.parts.listing.sheets import ListSheets
from gridbook.ui.parts.text import Heading, Muted
from gridbook.ui.requests.columns import CHOSEN, LISTS, Listed, chosen, source
from gridbook.ui.requests.form import RequestForm
from gridbook.ui.requests.sheet import WIDTH, RequestSheet
from gridbook.ui.screen import Screen
from gridbook.ui.theme import Type, theme

FORM_WIDTH = 560


class RequestsScreen(Screen):
    """List, sheet and form beside each other."""

    NAME = "requests"
    TITLE = N_("Requests")
    SHOWS = frozenset({Request, Particulars, Contact, EventNote, Referral})
    FULL_WIDTH = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._likely_next = False
        self.sheet = RequestSheet(desk)
        self.form = RequestForm(desk)
        self.form_sheet = SideSheet(tr("New request"), width=FORM_WIDTH)
        self.form_sheet.body.addWidget(self.form)
        foot = QVBoxLayout()
        foot.setSpacing(theme.px(look.XS))
        foot.addWidget(self.form.kept_line)
        foot.addWidget(self.form.save, 0, Qt.AlignmentFlag.AlignLeft)
        self.form_sheet.foot.addLayout(foot, 1)
        empty = EmptyState(
            tr("Requests that need doing stand here. Nothing in this list now."),
            tr("Record a request"),
            "clipboard-list",
        )
        empty.acted.connect(self.start)
        self.pane: ListPane[Listed] = ListPane(desk, source(), tr("Requests"), empty)
        self.table = self.pane.table
        self.list_sheets = ListSheets(desk, self.pane, "requests")
        self.beside = Beside(
            self._list(), (self.sheet, WIDTH), (self.form_sheet, FORM_WIDTH), *self.list_sheets.all()
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.beside)
        self._connect()
        desk.read(chosen, then=self._choose_list)

    def load(self) -> None:
        """Ask for the list that is chosen, and for the request that is open."""
        if self.lists.value is not None:
            self.pane.which = str(self.lists.value)
            self.pane.load()
        self.sheet.reload()

    def open(self, what: object) -> None:
        """A request by number or id, or a new one, perhaps at a door or from a visit."""
        if isinstance(what, Mapping):
            self.start(what)
        elif isinstance(what, str | bytes):
            self._open_ref(what)

    def start(self, what: object = None) -> None:
        """F3: open the form for a new request."""
        self.form_sheet.title.setText(tr("New request"))
        self.beside.show_only(self.form_sheet)
        self.form.start(what if isinstance(what, Mapping) else None)

    def likely_step(self) -> None:
        """F9: the likely next step of the request that is open or selected."""
        if not self.sheet.isHidden():
            self.sheet.likely_step()
            return
        for one in self.table.selected()[:1]:
            self._likely_next = True
            self._open_ref(one.row.request.id)

    def step_back(self) -> bool:
        """Esc: close what lies on top; what was typed stays as a draft."""
        if self.sheet.step_back():
            self.table.view.setFocus()
            return True
        if not self.form_sheet.isHidden():
            self.form_sheet.close_sheet()
            self.table.view.setFocus()
            return True
        if self.list_sheets.step_back():
            self.table.view.setFocus()
            return True
        return False

    def help_page(self) -> str:
        """The list and the form are told of in one section, an open request in another."""
        return self.NAME if self.sheet.isHidden() else "request"

    def print_pages(self) -> None:
        """F6: print the request that is open, or those that are selected."""
        if not self.sheet.isHidden() and self.sheet.whole is not None:
            numbers = [self.sheet.whole.view.request.number]
        else:
            numbers = [one.row.request.number for one in self.table.selected()]
        self.opened.emit("print", {"requests": numbers})

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
        self.filter = self.pane.words
        self.filter.setPlaceholderText(tr("Filter by number, title, requester, place, category or pinyin"))
        head.addWidget(self.filter, 1)
        self.print_button = Button(tr("Print   F6"), "plain", "printer")
        self.add = Button(tr("New request   F3"), "primary", "plus")
        head.addWidget(self.print_button)
        head.addWidget(self.add)
        left.addLayout(head)
        self.lists = Chips([(key, tr(name)) for key, name in LISTS.items()], tr("Which requests"))
        left.addWidget(self.lists)
        left.addWidget(self.pane, 1)
        return whole

    def _connect(self) -> None:
        self.add.clicked.connect(self.start)
        self.print_button.clicked.connect(self.print_pages)
        self.lists.chosen.connect(self._list_chosen)
        self.lists.moved_on.connect(self.table.view.setFocus)
        self.pane.shown.connect(self._say_count)
        self.pane.viewed.connect(lambda view: self._show_chip(view.which))
        self.list_sheets.asked.connect(self.beside.show_only)
        self.table.chosen.connect(lambda one: self._open_ref(one.row.request.id))
        self.beside.shared.connect(lambda shared: self.print_button.setVisible(not shared))
        self.sheet.edit_asked.connect(self._edit)
        self.sheet.errand_asked.connect(lambda request: self.opened.emit("errands", request))
        self.sheet.print_asked.connect(lambda number: self.opened.emit("print", {"requests": [number]}))
        self.form.opened.connect(self._open_ref)
        self.form.kept.connect(self._kept)
        self.form.keying_in.connect(self._key_in)
        self.sheet.shown.connect(self._sheet_shown)

    def _choose_list(self, which: str) -> None:
        if self.lists.value is None:
            self.lists.value = which
            if self.isVisible():
                self.load()

    def _list_chosen(self, which: object) -> None:
        self.desk.write(preferences.keep, CHOSEN, str(which))
        self.pane.name = ""
        self.pane.which = str(which)
        self.pane.load(anew=True)

    def _show_chip(self, which: str) -> None:
        self.lists.value = which

    def _say_count(self, n: int) -> None:
        self.count.setText(tr("{n} requests").format(n=f"{n:,}") if n else "")

    def _open_ref(self, ref: str | bytes) -> None:
        self.sheet.show_request(ref, failed=lambda error: self._not_found(ref, error))

    def _sheet_shown(self) -> None:
        self.beside.show_only(self.sheet)
        if self._likely_next:
            self._likely_next = False
            self.sheet.likely_step()
        elif not self.sheet.isAncestorOf(self.focusWidget() or self):
            self.sheet.setFocus(Qt.FocusReason.OtherFocusReason)

    def _not_found(self, ref: str | bytes, error: GridbookError) -> None:
        """A number may belong to a blank sheet that was printed to be filled at the door."""
        if isinstance(ref, str):
            self.form.key_in(ref, otherwise=lambda: self.desk.refused.emit(error))
        else:
            self.desk.refused.emit(error)

    def _key_in(self, number: str) -> None:
        self.form_sheet.title.setText(tr("From the sheet {number}").format(number=number))
        self.beside.show_only(self.form_sheet)

    def _edit(self, request: bytes) -> None:
        self.form_sheet.title.setText(tr("Correct the entry"))
        self.beside.show_only(self.form_sheet)
        self.form.edit(request)

    def _kept(self, request: bytes, corrected: bool) -> None:
        if corrected:
            self._open_ref(request)
