"""The door view (楼栋图): floors from top to bottom, units side by side, each door a cell with its state."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QStaticText,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QTableView

from gridbook.records.place import Pattern
from gridbook.store.door_table import arranged
from gridbook.store.doors import Cell, DoorView
from gridbook.ui.doors.cells import symbols
from gridbook.ui.doors.grid import Grid
from gridbook.ui.doors.heads import GAP, Heads
from gridbook.ui.theme import HAIR, Type, theme

CELL = QSize(64, 40)
UNIT_GAP, FLOOR, HEAD = 16, 56, 30
ZOOMS = (50, 75, 100, 125, 150, 200)
READABLE = 75
"""From this zoom on symbols stand below the number; farther away they stand in its place."""
SMALLEST = 10

TYPING_MS = 1200
"""How long the digits of a door number may be apart."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A door ready to be painted: its number and how large that is, its symbols, its ground and edge."""

    number: QStaticText
    wide: int
    tall: int
    marks: tuple[tuple[str, str], ...]
    look: tuple[str, str]
    missing: bool


class BuildingView(QTableView):
    """A building as one picture that keyboard, mouse and screen reader can read, nearer or farther away."""

    chosen = Signal(str)
    """A door was opened by Enter or a click."""
    toggled = Signal(str)
    """While a building is drawn up: a door is to be there, or not."""
    zoomed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.grid = Grid()
        self._view: DoorView | None = None
        self._over = QModelIndex()
        self._typed = ""
        self._zoom = 100
        self._drawn: list[list[Drawn | None]] = []
        self.drafting = False
        self.setModel(self.grid)
        self.setHorizontalHeader(Heads(self.grid, Qt.Orientation.Horizontal))
        self.setVerticalHeader(Heads(self.grid, Qt.Orientation.Vertical))
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        for way in (self.setHorizontalScrollMode, self.setVerticalScrollMode):
            way(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(self._clicked)
        self.entered.connect(self._point_at)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_MS)
        self._pause.timeout.connect(self._forget_typed)

    @property
    def door(self) -> str:
        """The door on which the keyboard stands."""
        cell = self.grid.cell(self.currentIndex())
        return cell.door if cell is not None else ""

    def cells(self) -> Sequence[Cell]:
        """Every door in reading order."""
        return [cell for row in self.grid.shown.cells for cell in row if cell is not None]

    def rect_of(self, door: str) -> QRect:
        """Where a door is drawn in the viewport."""
        index = self.grid.where(door)
        return self._rect(index.row(), index.column()) if index.isValid() else QRect()

    def show_building(self, view: DoorView, door: str = "", *, drafting: bool = False) -> None:
        """Show a building; the keyboard stays on its door, or goes to the one that is named."""
        same = self._view is not None and self._view.building.id == view.building.id
        wanted = door or (self.door if same else "")
        self._view, self.drafting = view, drafting
        self._lay_out()
        index = self.grid.where(wanted)
        self._stand_on(index if index.isValid() else self._first(1))

    def go_to(self, door: str) -> None:
        """Put the keyboard on a door."""
        index = self.grid.where(door)
        if index.isValid():
            self._stand_on(index)

    @property
    def zoom(self) -> int:
        """How near one stands, in percent."""
        return self._zoom

    @zoom.setter
    def zoom(self, percent: int) -> None:
        if percent != self._zoom and percent in ZOOMS:
            self._zoom = percent
            here = self.currentIndex()
            self._measure()
            self.scrollTo(here, QAbstractItemView.ScrollHint.PositionAtCenter)
            self.zoomed.emit(percent)

    def nearer(self, by: int) -> None:
        """One step nearer, or away."""
        at = ZOOMS.index(self._zoom) + by
        self.zoom = ZOOMS[max(0, min(at, len(ZOOMS) - 1))]

    def whole(self) -> None:
        """As near as the whole building still fits."""
        width, height = self.maximumViewportSize().width(), self.maximumViewportSize().height()
        for percent in reversed(ZOOMS):
            across, down = self._extent(percent)
            if (across <= width and down <= height) or percent == ZOOMS[0]:
                self.zoom = percent
                return

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As large as the building."""
        across, down = self._extent(self._zoom)
        return QSize(across + theme.px(FLOOR), down + theme.px(HEAD))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Rows of houses wrap anew."""
        super().resizeEvent(event)
        if self._view is not None and self._view.building.pattern is Pattern.SINGLE:
            many = max(1, self.viewport().width() // self._px(CELL.width() + GAP))
            if many != len(self.grid.shown.columns):
                here = self.door
                self._lay_out()
                self.go_to(here)

    def _lay_out(self) -> None:
        if self._view is not None:
            room = self.viewport().width() // self._px(CELL.width() + GAP)
            self.grid.show_doors(arranged(self._view, room))
            self._measure()

    def _measure(self) -> None:
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setFixedHeight(theme.px(HEAD))
        down.setFixedWidth(theme.px(FLOOR))
        down.setDefaultSectionSize(self._px(CELL.height() + GAP))
        wide, gap = self._px(CELL.width() + GAP), self._px(UNIT_GAP)
        for n, unit in enumerate(self.grid.shown.columns):
            across.resizeSection(n, gap if unit is None else wide)
        self._ready()
        self.viewport().update()

    def _extent(self, percent: int) -> tuple[int, int]:
        columns = self.grid.shown.columns
        gaps = sum(unit is None for unit in columns)
        across = (len(columns) - gaps) * (CELL.width() + GAP) + gaps * UNIT_GAP
        down = len(self.grid.shown.rows) * (CELL.height() + GAP)
        return theme.px(across * percent / 100), theme.px(down * percent / 100)

    def _px(self, length: int) -> int:
        return max(1, theme.px(length * self._zoom / 100))

    def _rect(self, row: int, column: int) -> QRect:
        """The cell without the gap that parts it from the next."""
        return QRect(
            self.columnViewportPosition(column),
            self.rowViewportPosition(row),
            self._px(CELL.width()),
            self._px(CELL.height()),
        )

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the doors in sight, kind by kind: one call for all of a colour is what makes it quick."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.colour("surface"))
        drawn = self._in_sight(event.rect())
        self._draw_grounds(painter, drawn)
        self._draw_numbers(painter, drawn)
        self._draw_keyboard(painter)
        painter.end()

    def _in_sight(self, area: QRect) -> list[tuple[int, int, Drawn]]:
        tall, wide = self._px(CELL.height()), self._px(CELL.width())
        lefts = [
            (n, left)
            for n, unit in enumerate(self.grid.shown.columns)
            if unit is not None
            and (left := self.columnViewportPosition(n)) <= area.right()
            and left + wide >= area.left()
        ]
        found = []
        for y, row in enumerate(self._drawn):
            top = self.rowViewportPosition(y)
            if top <= area.bottom() and top + tall >= area.top():
                found += [(left, top, one) for x, left in lefts if (one := row[x]) is not None]
        return found

    def _draw_grounds(self, painter: QPainter, drawn: Sequence[tuple[int, int, Drawn]]) -> None:
        tall, wide = self._px(CELL.height()) - 1, self._px(CELL.width()) - 1
        kinds: dict[tuple[str, str], list[QRect]] = {}
        for left, top, one in drawn:
            kinds.setdefault(one.look, []).append(QRect(left, top, wide, tall))
        for (ground, edge), rects in kinds.items():
            painter.setBrush(theme.colour(ground))
            pen = QPen(theme.colour("edge" if ground == edge else edge))
            if ground == edge:
                pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawRects(rects)

    def _draw_numbers(self, painter: QPainter, drawn: Sequence[tuple[int, int, Drawn]]) -> None:
        painter.setFont(self._font())
        tall, wide = self._px(CELL.height()), self._px(CELL.width())
        text, muted = theme.colour("text"), theme.colour("muted")
        painter.setPen(text)
        marked, small = [], []
        for left, top, one in drawn:
            x, y = left + (wide - one.wide) // 2, top + (tall - one.tall) // 2
            if one.marks and self._zoom < READABLE:
                small.append((left, top, one.marks[0]))
            elif one.marks:
                marked.append((left, top, one.marks))
                painter.drawStaticText(x, top + (tall // 2 - one.tall) // 2 + 2, one.number)
            elif one.missing:
                painter.setPen(muted)
                painter.drawStaticText(x, y, one.number)
                painter.setPen(text)
            else:
                painter.drawStaticText(x, y, one.number)
        for left, top, marks in marked:
            part = wide // len(marks)
            for n, (symbol, colour) in enumerate(marks):
                painter.setPen(theme.colour(colour))
                room = QRect(left + n * part, top + tall // 2 - 1, part, tall // 2)
                painter.drawText(room, Qt.AlignmentFlag.AlignCenter, symbol)

        for left, top, (symbol, colour) in small:
            painter.setPen(theme.colour(colour))
            painter.drawText(QRect(left, top, wide, tall), Qt.AlignmentFlag.AlignCenter, symbol)

    def _font(self) -> QFont:
        font = theme.font(Type.CAPTION if self._zoom <= 100 else Type.BODY)
        font.setPixelSize(max(theme.px(SMALLEST), font.pixelSize() * min(self._zoom, 125) // 100))
        return font

    def _ready(self) -> None:
        """Work out once what every painting of a door needs."""
        measured = QFontMetrics(self._font())
        tall = measured.height()
        self._drawn = [
            [None if cell is None else _drawn(cell, measured, tall) for cell in row]
            for row in self.grid.shown.cells
        ]

    def _draw_keyboard(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for index, colour in ((self._over, "edge"), (self.currentIndex(), "accent")):
            if index.isValid() and self.grid.cell(index) is not None:
                here = colour == "accent"
                wide = theme.px(HAIR)
                inside = wide // 2
                painter.setPen(QPen(theme.colour(colour if self.hasFocus() or not here else "muted"), wide))
                cell = self._rect(index.row(), index.column())
                painter.drawRect(cell.adjusted(inside, inside, -inside, -inside))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows move, Enter opens, digits jump, + and - zoom, Space draws up."""
        text = event.text()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._forget_typed()
            self.chosen.emit(self.door)
        elif event.key() == Qt.Key.Key_Space and self.drafting:
            self.toggled.emit(self.door)
        elif text in ("+", "=") or (text == "-" and not self._typed):
            self.nearer(1 if text != "-" else -1)
        elif text == "*":
            self.whole()
        elif text and (text.isdigit() or text == "-"):
            self._jump(text)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """With Ctrl the wheel zooms."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.nearer(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def moveCursor(  # noqa: N802 - Qt's name
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """To the next door in that direction, over gaps and missing doors."""
        here = self.currentIndex()
        by = _WAYS.get(action)
        if not here.isValid() or action in (
            QAbstractItemView.CursorAction.MoveHome,
            QAbstractItemView.CursorAction.MoveEnd,
        ):
            return self._first(-1 if action == QAbstractItemView.CursorAction.MoveEnd else 1)
        if by is None:
            return super().moveCursor(action, modifiers)
        return self._next(here, *by)

    def _next(self, here: QModelIndex, across: int, down: int) -> QModelIndex:
        rows, columns = len(self.grid.shown.rows), len(self.grid.shown.columns)
        row, column = here.row() + down, here.column() + across
        while 0 <= row < rows and 0 <= column < columns:
            near = self._nearest(row, column) if down else column
            if self.grid.shown.cells[row][near] is not None:
                return self.grid.index(row, near)
            row, column = row + down, column + across
        return here

    def _nearest(self, row: int, column: int) -> int:
        """In a row with fewer doors the one that stands nearest."""
        there = [n for n, cell in enumerate(self.grid.shown.cells[row]) if cell is not None]
        return min(there, key=lambda n: abs(n - column), default=column)

    def _first(self, step: int) -> QModelIndex:
        cells = [
            (y, x)
            for y, row in enumerate(self.grid.shown.cells)
            for x, cell in enumerate(row)
            if cell is not None
        ]
        return self.grid.index(*(cells[0] if step > 0 else cells[-1])) if cells else QModelIndex()

    def _stand_on(self, index: QModelIndex) -> None:
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)
        self.viewport().update()

    def _jump(self, typed: str) -> None:
        self._typed += typed
        self._pause.start()
        for meant in (self._typed, typed):
            starts = [
                cell
                for cell in self.cells()
                if cell.door.startswith(meant) or cell.door.partition("-")[2].startswith(meant)
            ]
            if starts:
                self._typed = meant
                exact = (one for one in starts if meant in (one.door, one.door.partition("-")[2]))
                self.go_to(next(exact, starts[0]).door)
                return

    def _forget_typed(self) -> None:
        self._typed = ""
        self._pause.stop()

    def _clicked(self, index: QModelIndex) -> None:
        if self.grid.cell(index) is not None:
            (self.toggled if self.drafting else self.chosen).emit(self.door)

    def _point_at(self, index: QModelIndex) -> None:
        self._over = index if self.grid.cell(index) is not None else QModelIndex()
        self.viewport().update()


_WAYS = {
    QAbstractItemView.CursorAction.MoveLeft: (-1, 0),
    QAbstractItemView.CursorAction.MovePrevious: (-1, 0),
    QAbstractItemView.CursorAction.MoveRight: (1, 0),
    QAbstractItemView.CursorAction.MoveNext: (1, 0),
    QAbstractItemView.CursorAction.MoveUp: (0, -1),
    QAbstractItemView.CursorAction.MoveDown: (0, 1),
}


def _drawn(cell: Cell, measured: QFontMetrics, tall: int) -> Drawn:
    number = cell.door.partition("-")[2] or cell.door
    text = QStaticText(number)
    text.setTextFormat(Qt.TextFormat.PlainText)
    marks = symbols(cell)
    look = (f"{marks[0][1]}_soft", marks[0][1]) if marks else ("surface", "edge")
    if cell.missing:
        # Only hinted at: no ground of its own and a dashed edge.
        look = ("surface", "surface")
    return Drawn(text, measured.horizontalAdvance(number), tall, tuple(marks), look, cell.missing)
