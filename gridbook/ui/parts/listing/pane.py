"""A long list with its filters: it asks the book for ids and rows, and shows what was read last."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import tr
from gridbook.records.base import RecordId, local_day
from gridbook.reports import facts
from gridbook.store import views
from gridbook.store.session import Session
from gridbook.store.views import View
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.fields import TextInput
from gridbook.ui.parts.listing import bar
from gridbook.ui.parts.listing.bar import FilterBar
from gridbook.ui.parts.paged import ID, PAGE, PagedTable
from gridbook.ui.parts.table import Column
from gridbook.ui.theme import theme

Row = TypeVar("Row")
MOST_LETTERS = 40


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """Every id of a list, and the rows at its top."""

    ids: bytes
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Source(Generic[Row]):
    """Where a list comes from: its kind, its columns, and the two functions that read it."""

    kind: str
    columns: Sequence[Column[Row]]
    ids: Callable[[Session, View], bytes]
    rows: Callable[[Session, Sequence[RecordId]], Sequence[Row]]
    key: Callable[[Row], RecordId]


@dataclass(frozen=True, slots=True)
class _Set:
    """What the book remembers about a list, and the offices it can be narrowed to."""

    columns: tuple[str, ...]
    kept: Sequence[View]
    offices: bar.Options


class ListPane(QWidget, Generic[Row]):
    """Filters on top, the table below them."""

    shown = Signal(int)
    """So many lines are shown now."""
    viewed = Signal(object)
    """A kept view was opened."""
    columns_asked = Signal()
    keep_asked = Signal()
    export_asked = Signal()

    def __init__(self, desk: Desk, source: Source[Row], name: str, empty: EmptyState) -> None:
        super().__init__()
        self._desk, self._source = desk, source
        self.which = ""
        self.standard = facts.STANDARD[source.kind]
        self.name = ""
        self.kept: Sequence[View] = ()
        self._order: tuple[str, bool] = ("", False)
        self._columns: tuple[str, ...] = ()
        self._busy = self._again = self._anew = False
        self.words = TextInput(MOST_LETTERS)
        self.words.setAccessibleName(tr("Filter this list"))
        self.words.setClearButtonEnabled(True)
        self.words.textEdited.connect(lambda _: self._narrowed())
        self.words.textChanged.connect(lambda text: None if text else self._narrowed())
        self.bar = FilterBar(source.kind, lambda: local_day(desk.store.clock.now()))
        self.bar.changed.connect(self._narrowed)
        self.views_button = Button(tr("Views"), "quiet", "eye")
        self.views_button.clicked.connect(self._offer_views)
        self.columns_button = Button(tr("Columns"), "quiet", "settings")
        self.columns_button.clicked.connect(self.columns_asked)
        self.export_button = Button(tr("Hand out"), "quiet", "download")
        self.export_button.setToolTip(tr("A file of what is seen: xlsx, PDF or CSV"))
        self.export_button.clicked.connect(self.export_asked)
        for button in (self.views_button, self.columns_button, self.export_button):
            self.bar.add_button(button)
        self.table: PagedTable[Row] = PagedTable(source.columns, name, empty, source.key)
        self.table.lay_out(self.standard, ())
        self.table.wanted.connect(self._read_rows)
        self.table.ordered.connect(self._ordered)
        self.table.arranged.connect(self._keep_columns)
        self.words.entered.connect(self.table.view.setFocus)
        self.table.none.acted.connect(self._clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(look.M))
        layout.addWidget(self.bar)
        layout.addWidget(self.table, 1)
        desk.read(_settings, source.kind, then=self._remembered)

    def view_now(self) -> View:
        """What is shown now, as a view."""
        by, backwards = self._order
        made = View(self._source.kind, self.name, self.which, columns=self._columns)
        return replace(self.bar.of(made), by=by, backwards=backwards, words=self.words.value)

    def load(self, *, anew: bool = False) -> None:
        """Read the list again; what is asked meanwhile is asked once, when the answer has come."""
        self._anew = self._anew or anew
        if self._busy:
            self._again = True
            return
        self._busy = True
        begun, self._anew = self._anew, False
        self._desk.read(
            _listing,
            self._source,
            self.view_now(),
            then=lambda made: self._show(made, anew=begun),
            failed=self._failed,
        )

    def open_view(self, view: View) -> None:
        """Show a kept view: its list, filters, columns and order."""
        self.name, self.which = view.name, view.which
        self.words.value = ""
        self.bar.show_view(view)
        self._order = (view.by, view.backwards)
        self._lay_out(view.columns)
        self.table.order_by(view.by, view.backwards)
        self.viewed.emit(view)
        self.load(anew=True)

    def choose_columns(self, chosen: Sequence[str]) -> None:
        """Show these columns from now on, and remember them for this person."""
        self._lay_out(tuple(chosen))
        self._keep_columns(tuple(chosen))

    def remember_views(self, kept: Sequence[View]) -> None:
        """The views this office keeps."""
        self.kept = kept

    def _lay_out(self, chosen: tuple[str, ...]) -> None:
        self._columns = chosen
        self.table.lay_out(self.standard, chosen)

    def _keep_columns(self, chosen: tuple[str, ...]) -> None:
        self._columns = chosen
        self._desk.write(views.keep_columns, self._source.kind, chosen)

    def _remembered(self, held: _Set) -> None:
        self.kept = held.kept
        self.bar.offer_offices(held.offices)
        if held.columns:
            self._lay_out(held.columns)

    def _clear(self) -> None:
        self.words.value = ""
        self.bar.clear()

    def _narrowed(self) -> None:
        self.name = ""
        self.load(anew=True)

    def _ordered(self, by: str, backwards: bool) -> None:
        self._order = (by, backwards)
        self.load(anew=True)

    def _show(self, made: Listing[Row], *, anew: bool) -> None:
        self._busy = False
        if self._again:
            # What came is already of yesterday; only the last question is shown.
            self._again = False
            self._anew = self._anew or anew
            self.load()
            return
        narrowed = bool(self.words.value) or self.bar.narrows
        self.table.show_list(made.ids, made.rows, anew=anew, narrowed=narrowed)
        self.shown.emit(self.table.count())

    def _failed(self, error: GridbookError) -> None:
        self._busy = self._again = False
        self._desk.refused.emit(error)

    def _read_rows(self, asked: Sequence[RecordId]) -> None:
        self._desk.read(
            self._source.rows,
            asked,
            then=lambda rows: self.table.give(rows, asked),
            failed=self._failed,
        )

    def _offer_views(self) -> None:
        menu = QMenu(self)
        for view in self.kept:
            action = menu.addAction(view.name)
            action.setCheckable(True)
            action.setChecked(view.name == self.name)
            action.triggered.connect(lambda _=False, view=view: self.open_view(view))
        if self.kept:
            menu.addSeparator()
        menu.addAction(tr("Keep what is shown now …")).triggered.connect(self.keep_asked)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.views_button.mapToGlobal(self.views_button.rect().bottomLeft()))


def _listing(session: Session, source: Source[Row], view: View) -> Listing[Row]:
    ids = source.ids(session, view)
    top = [ids[n : n + ID] for n in range(0, min(len(ids), PAGE * ID), ID)]
    return Listing(ids, source.rows(session, top))


def _settings(session: Session, kind: str) -> _Set:
    return _Set(views.columns(session, kind), views.kept(session, kind), bar.offices(session))
