"""A building as a table: a row for each floor from the top down, a column for each door of a floor."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from gridbook.store.door_table import EMPTY, Arranged, unit_name
from gridbook.store.doors import Cell
from gridbook.ui.doors.cells import in_words

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


class Grid(QAbstractTableModel):
    """The doors for the table: what a screen reader says of each, and which of them can be stood on."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = EMPTY

    def show_doors(self, shown: Arranged) -> None:
        """Show other doors."""
        self.beginResetModel()
        self.shown = shown
        self.endResetModel()

    def cell(self, index: Index) -> Cell | None:
        """The door at a place, if there is one."""
        return self.shown.cells[index.row()][index.column()] if index.isValid() else None

    def where(self, door: str) -> QModelIndex:
        """The place of a door; an invalid one where it is not in the picture."""
        for y, row in enumerate(self.shown.cells):
            for x, cell in enumerate(row):
                if cell is not None and cell.door == door:
                    return self.index(y, x)
        return QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Floors."""
        return 0 if parent.isValid() else len(self.shown.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Doors of a floor, and the gaps between units."""
        return 0 if parent.isValid() else len(self.shown.columns)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Number, and the door in words for the mouse and the screen reader."""
        cell = self.cell(index)
        if cell is None:
            return None
        if role == Role.DisplayRole:
            return cell.door.partition("-")[2] or cell.door
        return in_words(cell) if role in (Role.AccessibleTextRole, Role.ToolTipRole) else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A gap is nothing one can stand on."""
        there = self.cell(index) is not None
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if there else Qt.ItemFlag.NoItemFlags

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Floors at the left, units on top."""
        if role != Role.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return self.shown.rows[section]
        return unit_name(self.shown.columns[section])
