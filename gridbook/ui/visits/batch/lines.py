"""The lines of the page as a table model: texts in, each line's standing and words beside it."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from gridbook.errors import BadValue
from gridbook.i18n import N_, tr
from gridbook.records import lines
from gridbook.records.base import RecordId
from gridbook.records.days import read_day
from gridbook.records.lines import CHOICES, Line
from gridbook.store.sheet_lines import Printed
from gridbook.ui.parts import category
from gridbook.ui.theme import theme

Index = QModelIndex | QPersistentModelIndex
NAMES: Final = tuple(one.name for one in fields(Line))
HEADS: Final[Mapping[str, str]] = {
    "door": N_("Door"),
    "day": N_("Date"),
    "part": N_("Part of day"),
    "reason": N_("Reason"),
    "mode": N_("Mode"),
    "outcome": N_("Outcome"),
    "categories": N_("Category"),
    "items": N_("Items"),
    "next_on": N_("Next contact"),
}
STANDING: Final = len(NAMES)
"""The column after the last one, in which each line says how it stands."""
COPIED: Final = ("day", "part", "reason", "mode", "outcome")
"""What Ctrl+D takes over from the line above."""


class State(StrEnum):
    """How a line stands."""

    OPEN = "open"
    WRONG = "wrong"
    TWIN = "twin"
    KEPT = "kept"


COLOURS: Final = {State.OPEN: "muted", State.WRONG: "overdue", State.TWIN: "due_soon", State.KEPT: "on_time"}
MARKS: Final = {State.OPEN: "", State.WRONG: "✕ ", State.TWIN: "◷ ", State.KEPT: "✓ "}


@dataclass(slots=True)
class Row:
    """A line with how it stands and what is said about it; `at` names the cell that is not right."""

    line: Line = field(default_factory=Line)
    printed: Printed | None = None
    state: State = State.OPEN
    said: str = ""
    at: str = ""
    visit: RecordId | None = None
    twin: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing was written in it but what stood on the sheet."""
        bare = replace(self.line, door="") if self.printed and self.printed.door else self.line
        return bare == Line()


class LinesModel(QAbstractTableModel):
    """The lines; a line that was kept is not written in any more."""

    written = Signal(int)
    """A cell of that line was changed."""

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__()
        self._today = today
        self.rows: list[Row] = []
        self.above = Line()
        """What stands above the first line: the values of the visit before."""

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these lines instead."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def add(self, count: int = 1) -> None:
        """Add empty lines at the end."""
        first = len(self.rows)
        self.beginInsertRows(QModelIndex(), first, first + count - 1)
        self.rows.extend(Row() for _ in range(count))
        self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """How many lines."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """How many cells a line has, and one for how it stands."""
        return 0 if parent.isValid() else STANDING + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Cells are written in until their line is kept."""
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == STANDING or self.rows[index.row()].state is State.KEPT:
            return usual
        return usual | Qt.ItemFlag.ItemIsEditable

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Heads of the columns, and the lines counted as on paper."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        return tr("How it stands") if section == STANDING else tr(HEADS[NAMES[section]])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell's text, and its colour where it is not right."""
        row = self.rows[index.row()]
        standing = index.column() == STANDING
        name = "" if standing else NAMES[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole):
            return standing_of(row) if standing else getattr(row.line, name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            text = standing_of(row) if standing else getattr(row.line, name)
            return f"{text} {row.said}" if name and name == row.at else text
        if role == Qt.ItemDataRole.ForegroundRole:
            if standing or name == row.at:
                return theme.colour(COLOURS[row.state])
            return theme.colour("muted" if row.state is State.KEPT else "text")
        return None

    def setData(  # noqa: N802 - Qt's name
        self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Write into a cell; a digit becomes the word that is printed beside it."""
        row = self.rows[index.row()]
        if role != Qt.ItemDataRole.EditRole or row.state is State.KEPT or index.column() == STANDING:
            return False
        name = NAMES[index.column()]
        text = spelled(name, str(value).strip(), self._today())
        if text != getattr(row.line, name):
            row.line = replace(row.line, **{name: text})
            row.state, row.said, row.at, row.twin = State.OPEN, "", "", False
            self.told(index.row())
            self.written.emit(index.row())
        return True

    def told(self, n: int) -> None:
        """A line stands otherwise now."""
        self.dataChanged.emit(self.index(n, 0), self.index(n, STANDING))

    def say(self, n: int, state: State, said: str, at: str = "") -> None:
        """Say how a line stands."""
        row = self.rows[n]
        row.state, row.said, row.at = state, said, at
        self.told(n)

    def copy_down(self, n: int) -> None:
        """Fill the cells of a line that are empty from the line above; door and matters are its own."""
        if n < 0 or self.rows[n].state is State.KEPT:
            return
        above, row = self.rows[n - 1].line if n else self.above, self.rows[n]
        taken = {name: getattr(above, name) for name in COPIED if not getattr(row.line, name)}
        row.line = replace(row.line, **taken)
        row.state, row.said, row.at = State.OPEN, "", ""
        self.told(n)
        self.written.emit(n)

    def paste(self, n: int, column: int, cells: Sequence[Sequence[str]]) -> list[int]:
        """Lay rows of cells over the page from a cell on; tells which lines were written in."""
        if n + len(cells) > len(self.rows):
            self.add(n + len(cells) - len(self.rows))
        touched = []
        for at, texts in enumerate(cells, start=n):
            for to, text in enumerate(texts[: STANDING - column], start=column):
                self.setData(self.index(at, to), text)
            touched.append(at)
        return touched


def spelled(name: str, text: str, today: date) -> str:
    """What a cell shows for what was typed: a digit as its word, a day as its date, pinyin as its code."""
    if name in ("day", "next_on"):
        # A word would mean another day tomorrow.
        day = read_day(text, today)
        return text if day is None else f"{day:%m-%d}" if day.year == today.year else day.isoformat()
    if name in CHOICES and text:
        found = lines.meant(CHOICES[name], text)
        return text if found is None else tr(CHOICES[name][found])
    if name == "categories" and text:
        try:
            return "、".join(lines.codes(text))
        except BadValue:
            meant = category.meant(text)
            return meant[0].code if meant else text
    return text


def standing_of(row: Row) -> str:
    """How a line stands, in words."""
    if row.said:
        return MARKS[row.state] + row.said
    if row.empty:
        return row.printed.number if row.printed is not None else ""
    missing = "、".join(tr(HEADS[name]) for name in row.line.missing)
    return tr("still missing: {names}").format(names=missing) if missing else ""


def cells_of(text: str) -> list[list[str]]:
    """The cells of what was copied in a spreadsheet: tabs part them, quoted cells may hold line ends."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return [
        [" ".join(cell.split()) for cell in row]
        for row in csv.reader(io.StringIO(plain), delimiter="\t")
        if any(cell.strip() for cell in row)
    ]
