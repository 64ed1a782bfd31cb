"""A table of records: fed values only, rows of one height, sorted by a click, empty with a sentence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gridbook.ui import theme as look
from gridbook.ui.parts.cell import STATE, Cell, CellPainter
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.one_of import OneOf
from gridbook.ui.theme import Type, theme

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column: its heading, the text of a row, how it sorts, its width at 100 %, its state colour.

    A `badge` names the state a cell is drawn as; where there is little room, columns are left out, the one
    with the highest `spare` first.
    """

    title: str
    text: Callable[[Row], str]
    sort: Callable[[Row], Any] | None = None
    width: int = 120
    numbers: bool = False
    colour: Callable[[Row], str] | None = None
    stretch: bool = False
    badge: Callable[[Row], str] | None = None
    spare: int = 0
    key: str = ""
    """What the column is called where a person's choice of columns is remembered."""
    ordered: bool = False
    """Whether the book itself can bring a paged list into the order of this column."""


# Qt asks for every role of every cell at each paint, so these are looked up once.
_TEXTS = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
_ALIGNMENT, _FOREGROUND = Qt.ItemDataRole.TextAlignmentRole, Qt.ItemDataRole.ForegroundRole
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ROLES = frozenset((*map(int, _TEXTS), int(_ALIGNMENT), int(_FOREGROUND), STATE))
"""What a cell answers to at all."""


def cell_of(column: Column[Row], row: Row) -> Cell:
    """What a row shows in a column."""
    return Cell(
        column.text(row),
        column.colour(row) if column.colour is not None else "text",
        column.badge(row) if column.badge is not None else "",
        column.numbers,
    )


def shown(cell: Cell, role: int) -> Any:
    """What a cell is, for one of Qt's roles."""
    if role in _TEXTS:
        return cell.text
    if role == _ALIGNMENT:
        return _RIGHT if cell.right else _LEFT
    if role == _FOREGROUND:
        return theme.colour(cell.colour)
    return cell.badge or None


class _Model(QAbstractTableModel, Generic[Row]):
    def __init__(self, columns: Sequence[Column[Row]]) -> None:
        super().__init__()
        self.columns = columns
        self.given: list[Row] = []
        self.rows: list[Row] = []
        self._order: tuple[int, bool] | None = None

    def show_rows(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self.given = list(rows)
        self._put_in_order()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in ROLES:
            return None
        return shown(self.cell(index.row(), index.column()), role)

    def cell(self, n: int, column: int) -> Cell:
        """What stands in a cell."""
        return cell_of(self.columns[column], self.rows[n])

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            title = self.columns[section].title
            by, backwards = self._order or (-1, False)
            return f"{title} {'↓' if backwards else '↑'}" if section == by else title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            column = self.columns[section] if orientation == Qt.Orientation.Horizontal else None
            side = Qt.AlignmentFlag.AlignRight if column and column.numbers else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        backwards = order == Qt.SortOrder.DescendingOrder
        self._order = (column, backwards) if 0 <= column < len(self.columns) else None
        self.layoutAboutToBeChanged.emit()
        pointed = [(index, self.rows[index.row()]) for index in self.persistentIndexList()]
        self._put_in_order()
        places = {id(row): n for n, row in enumerate(self.rows)}
        self.changePersistentIndexList(
            [index for index, _ in pointed],
            [self.index(places[id(row)], index.column()) for index, row in pointed],
        )
        self.layoutChanged.emit()

    def _put_in_order(self) -> None:
        self.rows = list(self.given)
        if self._order is not None:
            column, backwards = self._order
            self.rows.sort(key=self.columns[column].sort or self.columns[column].text, reverse=backwards)


class View(QTableView):
    """The rows of a table; Enter opens one."""

    entered = Signal()

    def dress(self, name: str) -> None:
        """Look as every table does."""
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(theme.px(look.ROW))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setFixedHeight(theme.px(look.ROW))
        # The book's own order stands until a heading is pressed, and comes back with the third press.
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter opens the row."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            return
        super().keyPressEvent(event)


class RecordTable(QWidget, Generic[Row]):
    """The table, and what is said when there is nothing in it."""

    chosen = Signal(object)
    """A row was opened by Enter or a double click."""

    def __init__(self, columns: Sequence[Column[Row]], name: str, empty: EmptyState) -> None:
        super().__init__()
        self.empty = empty
        self._model = _Model(columns)
        self.view = View()
        self.view.setModel(self._model)
        self.view.dress(name)
        self.view.setItemDelegate(CellPainter(self.view, self._model.cell))
        header = self.view.horizontalHeader()
        if any(column.stretch for column in columns):
            # One column takes what is left, so there is nothing beside it to scroll to.
            self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for n, column in enumerate(columns):
            self.view.setColumnWidth(n, width_of(column))
            if column.stretch:
                header.setSectionResizeMode(n, QHeaderView.ResizeMode.Stretch)
        self.view.setSortingEnabled(True)
        self._stack = OneOf(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(empty)
        self.view.doubleClicked.connect(lambda index: self.chosen.emit(self._model.rows[index.row()]))
        self.view.entered.connect(self._enter)
        self._by_hand = False
        self.view.selectionModel().selectionChanged.connect(self._selected_by_hand)
        self._stack.setCurrentWidget(empty)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; records a person selected stay selected and in sight, wherever they stand now."""
        names = {self._name(row) for row in self.selected()} if self._by_hand else set()
        at, height = self.view.currentIndex().row(), self.view.verticalScrollBar().value()
        current = self._name(self._model.rows[at]) if at >= 0 else ""
        by_hand = self._by_hand
        self._model.show_rows(rows)
        self._stack.setCurrentWidget(self.view if rows else self.empty)
        again = [n for n, row in enumerate(self._model.rows) if self._name(row) in names]
        if rows:
            here = next((n for n in again if self._name(self._model.rows[n]) == current), None)
            self.view.verticalScrollBar().setValue(height)
            # Where the record went away, the keyboard stays at its place.
            self.view.selectRow(min(max(at, 0), len(rows) - 1) if here is None else here)
            select = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
            for n in again:
                self.view.selectionModel().select(self._model.index(n, 0), select)
        self._by_hand = by_hand and bool(again)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave out columns until the others fit."""
        super().resizeEvent(event)
        columns = list(enumerate(self._model.columns))
        room = self.width() - theme.px(look.L)
        for n, column in sorted(columns, key=lambda one: one[1].spare):
            room -= width_of(column)
            self.view.setColumnHidden(n, bool(column.spare) and room < 0)

    def rows(self) -> list[Row]:
        """The rows as they are shown."""
        return list(self._model.rows)

    def selected(self) -> list[Row]:
        """The rows that are selected, from top to bottom."""
        numbers = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return [self._model.rows[n] for n in numbers]

    def texts(self, title: str) -> list[str]:
        """What a column shows, from top to bottom."""
        column = next(column for column in self._model.columns if column.title == title)
        return [column.text(row) for row in self._model.rows]

    def _selected_by_hand(self) -> None:
        self._by_hand = True

    def _name(self, row: Row) -> str:
        # The first column names the record: its number, its office.
        return self._model.columns[0].text(row)

    def _enter(self) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            self.chosen.emit(self._model.rows[index.row()])


def width_of(column: Column[Any]) -> int:
    """How wide a column is: its heading is read whole in every language."""
    heading = QFontMetrics(theme.font(Type.CAPTION)).horizontalAdvance(column.title)
    return max(theme.px(column.width), heading + 2 * theme.px(look.L))
