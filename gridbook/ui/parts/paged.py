"""A table of up to a million rows: the ids at once, the rows page by page, never in the window's thread."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from gridbook.i18n import tr
from gridbook.records.base import RecordId
from gridbook.ui import theme as look
from gridbook.ui.parts.cell import Cell, CellPainter
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.one_of import OneOf
from gridbook.ui.parts.table import ROLES, Column, Index, View, cell_of, shown, width_of
from gridbook.ui.theme import theme

Row = TypeVar("Row")
ID = 16
PAGE = 50
"""So many rows are asked for at once: what a window shows, and a little more."""
KEPT = 3000
"""So many rows are kept at hand; those looked at longest ago go first."""
AHEAD = 25
"""So many rows beyond the window's edge are read before one scrolls there: two windows full."""
ON_THE_WAY = Cell("…")
NOTHING = Cell()
MOST_KEPT_SELECTED = 500
"""So many selected records are found again after a change; nobody picked more one by one."""


class _Model(QAbstractTableModel, Generic[Row]):
    wanted = Signal()
    ordered = Signal(int, bool)

    def __init__(self, columns: Sequence[Column[Row]], key: Callable[[Row], RecordId]) -> None:
        super().__init__()
        self.columns, self._key = columns, key
        self.ids = b""
        self.order: tuple[int, bool] | None = None
        self._rows: OrderedDict[RecordId, Row] = OrderedDict()
        self._cells: dict[RecordId, list[Cell | None]] = {}
        self._old: set[RecordId] = set()
        self.missing: set[int] = set()

    def show_ids(self, ids: bytes, rows: Iterable[Row]) -> None:
        """Show other records; rows that are known stay in sight until they were read anew."""
        self.beginResetModel()
        self.ids = ids
        self._old = set(self._rows)
        self.missing.clear()
        self._take(rows)
        self.endResetModel()

    def give(self, rows: Iterable[Row], asked: Sequence[RecordId], first: int) -> None:
        """Rows that were asked for, from that place on; one that is not among them is gone."""
        self._old.difference_update(asked)
        self._take(rows)
        last = first + len(asked) - 1
        if not self.ids.startswith(b"".join(asked), first * ID):
            # Another list came meanwhile, and these rows may stand anywhere in it.
            first, last = 0, self.rowCount() - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def _take(self, rows: Iterable[Row]) -> None:
        for row in rows:
            key = self._key(row)
            self._rows[key] = row
            self._rows.move_to_end(key)
            self._cells[key] = [None] * len(self.columns)
            self._old.discard(key)
        while len(self._rows) > KEPT:
            gone, _ = self._rows.popitem(last=False)
            del self._cells[gone]
            self._old.discard(gone)

    def id_of(self, n: int) -> RecordId:
        """The id in a row."""
        return self.ids[n * ID : n * ID + ID]

    def row(self, n: int) -> Row | None:
        """What stands in a row, as far as it was read; what was not is asked for."""
        key = self.id_of(n)
        held = self._rows.get(key)
        if held is None or key in self._old:
            if not self.missing:
                self.wanted.emit()
            self.missing.add(n)
        return held

    def cell(self, n: int, column: int) -> Cell:
        """What stands in a cell; it is put into words once, however often it is drawn."""
        row = self.row(n)
        if row is None:
            return NOTHING if column else ON_THE_WAY
        cells = self._cells[self.id_of(n)]
        made = cells[column]
        if made is None:
            made = cells[column] = cell_of(self.columns[column], row)
        return made

    def holds(self, n: int) -> bool:
        """Whether the newest of a row is at hand."""
        key = self.id_of(n)
        return key in self._rows and key not in self._old

    def place_of(self, record: RecordId) -> int:
        """In which row a record stands; -1 where it does not."""
        at = self.ids.find(record)
        while at >= 0 and at % ID:
            at = self.ids.find(record, at + 1)
        return at // ID if at >= 0 else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        return 0 if parent.isValid() else len(self.ids) // ID

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in ROLES:
            return None
        return shown(self.cell(index.row(), index.column()), role)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            by, backwards = self.order or (-1, False)
            return f"{column.title} {'↓' if backwards else '↑'}" if section == by else column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.numbers else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        backwards = order == Qt.SortOrder.DescendingOrder
        now = (
            (column, backwards) if 0 <= column < len(self.columns) and self.columns[column].ordered else None
        )
        if now != self.order:
            self.order = now
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
            self.ordered.emit(column if now else -1, backwards)


class PagedTable(QWidget, Generic[Row]):
    """The table, and what is said when there is nothing in it."""

    chosen = Signal(object)
    """A row was opened by Enter or a double click."""
    wanted = Signal(object)
    """Asks for rows by their ids; `give` takes them."""
    ordered = Signal(str, bool)
    """Another order is asked for: the key of a column (empty for the list's own), and whether backwards."""
    arranged = Signal(object)
    """A person moved a column: the keys from left to right."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        name: str,
        empty: EmptyState,
        key: Callable[[Row], RecordId],
    ) -> None:
        super().__init__()
        self.empty = empty
        self._columns = columns
        self._standard: tuple[str, ...] = tuple(column.key for column in columns)
        self._chosen: tuple[str, ...] = ()
        self._model = _Model(columns, key)
        self._key = key
        self.view = View()
        self.view.setModel(self._model)
        self.view.dress(name)
        self.view.setItemDelegate(CellPainter(self.view, self._model.cell))
        header = self.view.horizontalHeader()
        header.setSectionsMovable(True)
        header.setMinimumSectionSize(theme.px(look.XXL))
        for n, column in enumerate(columns):
            self.view.setColumnWidth(n, width_of(column))
        self._stack = OneOf(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(empty)
        self.none = EmptyState(tr("Nothing answers to these filters."), tr("Clear filters"), "search")
        self._stack.addWidget(self.none)
        self._stack.setCurrentWidget(empty)
        self._under_way = False
        self._asked_at = self._top = 0
        self._by_hand = False
        self._arranging = False
        # One turn of the loop, so that a page is asked for once and not row by row.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._ask)
        self._model.wanted.connect(self._soon.start)
        self._model.ordered.connect(self._order)
        self.view.verticalScrollBar().valueChanged.connect(lambda: self._soon.start())
        self.view.setSortingEnabled(True)
        self.view.doubleClicked.connect(lambda index: self._open(index.row()))
        self.view.entered.connect(lambda: self._open(self.view.currentIndex().row()))
        self.view.selectionModel().selectionChanged.connect(self._selected_by_hand)
        header.sectionMoved.connect(self._moved)

    def show_list(
        self, ids: bytes, rows: Sequence[Row], *, anew: bool = False, narrowed: bool = False
    ) -> None:
        """Show these records, of which some rows came along; `anew` begins at the top.

        Where there are none, `narrowed` tells whether filters left nothing or nothing was ever there.
        """
        names = self.selected_ids()[:MOST_KEPT_SELECTED] if self._by_hand and not anew else []
        at = max(0, self.view.currentIndex().row())
        current = self._model.id_of(at)
        height = 0 if anew else self.view.verticalScrollBar().value()
        self._under_way = False
        self._model.show_ids(ids, rows)
        self._stack.setCurrentWidget(self.view if ids else self.none if narrowed else self.empty)
        if ids:
            here = -1 if anew else self._model.place_of(current) if current in names else -1
            last = self._model.rowCount() - 1
            # Where the record went away, the keyboard stays at its place.
            self.view.selectRow(here if here >= 0 else 0 if anew else min(at, last))
            self._select(self._model.place_of(name) for name in names)
            self.view.verticalScrollBar().setValue(height)
        self._by_hand = bool(names)

    def give(self, rows: Sequence[Row], asked: Sequence[RecordId]) -> None:
        """Rows that were asked for."""
        self._under_way = False
        self._model.give(rows, asked, self._asked_at)
        if self._model.missing:
            self._soon.start()

    def count(self) -> int:
        """How many rows the list has."""
        return self._model.rowCount()

    def ids(self) -> bytes:
        """The ids of the whole list, 16 bytes each."""
        return self._model.ids

    def rows(self) -> list[Row]:
        """The rows that were read, as they are shown."""
        held = (self._model.row(n) for n in range(min(self.count(), KEPT)))
        return [row for row in held if row is not None]

    def selected(self) -> list[Row]:
        """The rows that are selected and were read, from top to bottom."""
        held = (self._model.row(n) for n in self._selected_numbers())
        return [row for row in held if row is not None]

    def selected_ids(self) -> list[RecordId]:
        """The ids that are selected, from top to bottom."""
        return [self._model.id_of(n) for n in self._selected_numbers()]

    def texts(self, title: str) -> list[str]:
        """What a column shows, from top to bottom, as far as it was read."""
        column = next(column for column in self._columns if column.title == title)
        return [column.text(row) for row in self.rows()]

    def lay_out(self, standard: Sequence[str], chosen: Sequence[str]) -> None:
        """The columns in their order: a person's choice, or those the list has until somebody chooses."""
        self._standard, self._chosen = tuple(standard), tuple(chosen)
        keys = [column.key for column in self._columns]
        wanted = [key for key in (self._chosen or self._standard) if key in keys]
        header = self.view.horizontalHeader()
        self._arranging = True
        for place, key in enumerate(wanted):
            header.moveSection(header.visualIndex(keys.index(key)), place)
        self._arranging = False
        self._make_room()

    def layout_keys(self) -> tuple[str, ...]:
        """The keys of the columns that were chosen, from left to right."""
        return self._chosen or self._standard

    def order_by(self, key: str, backwards: bool) -> None:
        """Show by which column the list is in order; nothing is asked for."""
        n = next((n for n, column in enumerate(self._columns) if key and column.key == key), -1)
        way = Qt.SortOrder.DescendingOrder if backwards else Qt.SortOrder.AscendingOrder
        self._model.order = (n, backwards) if n >= 0 else None
        self.view.horizontalHeader().setSortIndicator(n, way)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave out columns until the others fit."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Of the standard columns some make room; what a person chose stays and is scrolled to."""
        wanted = self.layout_keys()
        room = self.width() - theme.px(look.L)
        by_spare = sorted(enumerate(self._columns), key=lambda one: one[1].spare)
        for n, column in by_spare:
            here = column.key in wanted
            room -= width_of(column) if here else 0
            fits = bool(self._chosen) or not column.spare or room >= 0
            self.view.setColumnHidden(n, not (here and fits))
        header = self.view.horizontalHeader()
        seen = [n for n in range(len(self._columns)) if not self.view.isColumnHidden(n)]
        fits = sum(width_of(self._columns[n]) for n in seen) <= self.width() - theme.px(look.L)
        stretches = [n for n in seen if self._columns[n].stretch] or seen[-1:]
        for n in range(len(self._columns)):
            stretch = fits and n in stretches
            mode = QHeaderView.ResizeMode.Stretch if stretch else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(n, mode)
            if not stretch:
                self.view.setColumnWidth(n, width_of(self._columns[n]))
        off, on = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.view.setHorizontalScrollBarPolicy(off if fits or not self._chosen else on)

    def _ask(self) -> None:
        """Ask for the page that is in sight, else for what comes next; what was scrolled past is not read."""
        if self._under_way:
            return
        top = max(0, self.view.rowAt(0))
        way, self._top = top - self._top, top
        near = self._missing(top)
        if not near and 0 < abs(way) <= PAGE:
            # After a leap nobody knows in which direction it goes on.
            near = self._ahead(top, way)
        if near:
            self._ask_from(min(near) if way >= 0 else max(0, max(near) - PAGE + 1))

    def _ask_from(self, first: int) -> None:
        asked = [self._model.id_of(n) for n in range(first, min(first + PAGE, self.count()))]
        self._under_way, self._asked_at = True, first
        self.wanted.emit(asked)

    def _missing(self, top: int) -> list[int]:
        missing = sorted(self._model.missing)
        self._model.missing.clear()
        return [n for n in missing if top - PAGE < n < top + PAGE] or missing[-1:]

    def _ahead(self, top: int, way: int) -> list[int]:
        """Rows that one scrolls towards and that were not read yet."""
        last = self.view.rowAt(self.view.viewport().height() - 1)
        last = last if last >= 0 else self.count() - 1
        rows = range(top, min(last + AHEAD, self.count())) if way > 0 else range(max(0, top - AHEAD), last)
        return [n for n in rows if not self._model.holds(n)]

    def _open(self, n: int) -> None:
        row = self._model.row(n) if 0 <= n < self.count() else None
        if row is not None:
            self.chosen.emit(row)

    def _order(self, n: int, backwards: bool) -> None:
        self.ordered.emit(self._columns[n].key if n >= 0 else "", backwards)

    def _moved(self) -> None:
        if not self._arranging:
            header = self.view.horizontalHeader()
            order = (self._columns[header.logicalIndex(place)].key for place in range(len(self._columns)))
            wanted = self.layout_keys()
            self._chosen = tuple(key for key in order if key in wanted)
            self.arranged.emit(self._chosen)

    def _selected_numbers(self) -> list[int]:
        # Whole ranges, for whoever selects everything.
        ranges = self.view.selectionModel().selection().toList()
        numbers = {n for one in ranges for n in range(one.top(), one.bottom() + 1)}
        return sorted(numbers)

    def _select(self, places: Iterable[int]) -> None:
        picked = QItemSelection()
        for n in places:
            if n >= 0:
                picked.select(self._model.index(n, 0), self._model.index(n, 0))
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        self.view.selectionModel().select(picked, flags)

    def _selected_by_hand(self) -> None:
        self._by_hand = True
