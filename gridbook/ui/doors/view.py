"""The door view (楼栋图): floors from top to bottom, units side by side, each door a cell with its state."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from gridbook.i18n import N_, tr
from gridbook.records.place import Pattern
from gridbook.store.doors import Cell, DoorView
from gridbook.ui import theme as look
from gridbook.ui.theme import Type, theme

CELL = QSize(64, 40)
GAP, UNIT_GAP, MARGIN, FLOOR = 4, 20, 12, 44
HEAD = 28
TYPING_MS = 1200
"""How long the digits of a door number may be apart."""

OPEN, DUE, SETTLED, PRINTED = "●", "◷", "✓", "✎"
LEGEND = (
    (OPEN, N_("Open case"), "overdue"),
    (DUE, N_("Agreed contact due"), "due_soon"),
    (SETTLED, N_("Settled this week"), "on_time"),
    (PRINTED, N_("Sheet printed, not keyed in"), "information"),
)
"""The symbols with their meaning and colour."""


def symbols(cell: Cell) -> list[tuple[str, str]]:
    """At most two symbols of a door, the most pressing first, with their colours."""
    shown = [
        (OPEN, "overdue", cell.open_cases > 0),
        (DUE, "due_soon", cell.contact_due),
        (SETTLED, "on_time", cell.settled),
        (PRINTED, "information", cell.printed),
    ]
    return [(symbol, colour) for symbol, colour, there in shown if there][:2]


def in_words(cell: Cell) -> str:
    """A door with its state as one reads it aloud."""
    parts = [cell.text]
    if cell.open_cases:
        parts.append(tr("{n} open").format(n=cell.open_cases))
    words = ((cell.contact_due, DUE), (cell.settled, SETTLED), (cell.printed, PRINTED))
    names = {symbol: name for symbol, name, _ in LEGEND}
    parts += [tr(names[symbol]) for there, symbol in words if there]
    return "，".join(parts)


@dataclass(frozen=True, slots=True)
class _Drawn:
    cell: Cell
    rect: QRect
    number: str


class BuildingView(QWidget):
    """A building as one picture that keyboard, mouse and screen reader can read."""

    chosen = Signal(str)
    """A door was opened by Enter or a click."""
    moved = Signal(QRect)
    """The keyboard stands on this cell now."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._view: DoorView | None = None
        self._cells: list[_Drawn] = []
        self._heads: list[tuple[QRect, str]] = []
        self._floors: list[tuple[QRect, str]] = []
        self._at = 0
        self._over = -1
        self._typed = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_MS)
        self._pause.timeout.connect(self._forget_typed)

    @property
    def door(self) -> str:
        """The door on which the keyboard stands."""
        return self._cells[self._at].cell.door if self._cells else ""

    def cells(self) -> Sequence[Cell]:
        """Every cell in reading order."""
        return [drawn.cell for drawn in self._cells]

    def rect_of(self, door: str) -> QRect:
        """Where a door is drawn."""
        return next((drawn.rect for drawn in self._cells if drawn.cell.door == door), QRect())

    def show_building(self, view: DoorView, door: str = "") -> None:
        """Show a building; the keyboard stays on its door, or goes to the one that is named."""
        same = self._view is not None and self._view.building.id == view.building.id
        wanted = door or (self.door if same else "")
        self._view = view
        self._lay_out()
        self._at = next((n for n, one in enumerate(self._cells) if one.cell.door == wanted), 0)
        self._say()
        self.update()

    def go_to(self, door: str) -> None:
        """Put the keyboard on a door."""
        for n, drawn in enumerate(self._cells):
            if drawn.cell.door == door:
                self._move_to(n)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As large as the building."""
        if not self._cells:
            return QSize(theme.px(CELL.width()), theme.px(CELL.height()))
        margin = theme.px(MARGIN)
        right = max(drawn.rect.right() for drawn in self._cells)
        bottom = max(drawn.rect.bottom() for drawn in self._cells)
        return QSize(right + margin, bottom + margin)

    def _lay_out(self) -> None:
        self._cells, self._heads, self._floors = [], [], []
        if self._view is None:
            return
        if self._view.building.pattern is Pattern.SINGLE:
            self._lay_out_row()
        else:
            self._lay_out_floors(self._view)
        self.setMinimumSize(self.sizeHint())
        self.updateGeometry()

    def _lay_out_floors(self, view: DoorView) -> None:
        width, height, gap = theme.px(CELL.width()), theme.px(CELL.height()), theme.px(GAP)
        columns: dict[str, list[str]] = {}
        for floor in view.floors:
            for cell in floor.cells:
                unit, position = _place(cell.door)
                held = columns.setdefault(unit, [])
                if position not in held:
                    held.append(position)
        x, left = theme.px(FLOOR), {}
        for unit in sorted(columns, key=_numeric):
            columns[unit].sort(key=_numeric)
            start = x
            for position in columns[unit]:
                left[unit, position] = x
                x += width + gap
            span = QRect(start, 0, x - gap - start, theme.px(HEAD))
            self._heads.append((span, tr("Unit {n}").format(n=unit) if unit else ""))
            x += theme.px(UNIT_GAP)
        y = theme.px(HEAD)
        for floor in view.floors:
            self._floors.append(
                (QRect(0, y, theme.px(FLOOR - GAP), height), tr("Fl. {n}").format(n=floor.number))
            )
            for cell in sorted(floor.cells, key=lambda one: left[_place(one.door)]):
                rect = QRect(left[_place(cell.door)], y, width, height)
                self._cells.append(_Drawn(cell, rect, cell.door.partition("-")[2] or cell.door))
            y += height + gap

    def _lay_out_row(self) -> None:
        """Doors without units stand in rows that wrap."""
        if self._view is None:
            return
        width, height, gap = theme.px(CELL.width()), theme.px(CELL.height()), theme.px(GAP)
        margin = theme.px(MARGIN)
        around = self.parentWidget()
        room = around.width() if around is not None else self.width()
        many = max(1, (room - 2 * margin) // (width + gap))
        every = [cell for floor in reversed(self._view.floors) for cell in floor.cells]
        for n, cell in enumerate(every):
            row, column = divmod(n, many)
            rect = QRect(margin + column * (width + gap), margin + row * (height + gap), width, height)
            self._cells.append(_Drawn(cell, rect, cell.door))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Rows wrap anew."""
        super().resizeEvent(event)
        if self._view is not None and self._view.building.pattern is Pattern.SINGLE:
            self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the cells that are visible."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(Type.CAPTION))
        painter.setPen(theme.colour("muted"))
        for rect, text in self._heads:
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        for rect, text in self._floors:
            painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        for n, drawn in enumerate(self._cells):
            if drawn.rect.intersects(event.rect()):
                self._draw(painter, n, drawn)
        painter.end()

    def _draw(self, painter: QPainter, n: int, drawn: _Drawn) -> None:
        here = n == self._at
        width = 2 if here and self.hasFocus() else 1
        rect = drawn.rect.adjusted(1, 1, -1, -1)
        ground = "accent_soft" if here else "hover" if n == self._over else "surface"
        painter.setBrush(theme.colour(ground))
        painter.setPen(QPen(theme.colour("accent" if here else "line"), width))
        painter.drawRoundedRect(rect, theme.px(look.XS), theme.px(look.XS))
        shown = symbols(drawn.cell)
        font = theme.font(Type.CAPTION if shown else Type.BODY)
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        half = rect.height() // 2
        text_rect = (
            QRect(rect.x(), rect.y() + theme.px(1), rect.width(), half + theme.px(1)) if shown else rect
        )
        number = QFontMetrics(font).elidedText(drawn.number, Qt.TextElideMode.ElideLeft, rect.width())
        painter.drawText(text_rect, Qt.AlignmentFlag.AlignCenter, number)
        if not shown:
            return
        strong = theme.font(Type.CAPTION, strong=True)
        painter.setFont(strong)
        marks = [
            (
                f"{symbol}{drawn.cell.open_cases}"
                if symbol == OPEN and drawn.cell.open_cases > 1
                else symbol,
                colour,
            )
            for symbol, colour in shown
        ]
        space = theme.px(look.XS) + 2
        widths = [QFontMetrics(strong).horizontalAdvance(mark) for mark, _ in marks]
        x = rect.x() + (rect.width() - sum(widths) - space * (len(marks) - 1)) // 2
        y = rect.y() + half - theme.px(2)
        for (mark, colour), width in zip(marks, widths, strict=True):
            painter.setPen(theme.colour(colour))
            painter.drawText(QRect(x, y, width + 2, half), Qt.AlignmentFlag.AlignVCenter, mark)
            x += width + space

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows move, Enter opens, digits jump to a door."""
        moves = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        if not self._cells:
            super().keyPressEvent(event)
        elif event.key() in moves:
            self._step(*moves[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._move_to(0 if event.key() == Qt.Key.Key_Home else len(self._cells) - 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._forget_typed()
            self.chosen.emit(self.door)
        elif event.text() and (event.text().isdigit() or event.text() == "-"):
            self._jump(event.text())
        else:
            super().keyPressEvent(event)

    def _step(self, by_x: int, by_y: int) -> None:
        """To the next cell in that direction, whatever lies between."""
        here = self._cells[self._at].rect.center()
        best: tuple[int, int] | None = None
        for n, drawn in enumerate(self._cells):
            way = drawn.rect.center() - here
            along = way.x() * by_x + way.y() * by_y
            aside = abs(way.x() if by_y else way.y())
            if along > 0 and (by_y or aside == 0):
                worth = along + aside * 4 if by_y else along
                if best is None or worth < best[0]:
                    best = (worth, n)
        if best is not None:
            self._move_to(best[1])

    def _jump(self, typed: str) -> None:
        self._typed += typed
        self._pause.start()
        for meant in (self._typed, typed):
            for n, drawn in enumerate(self._cells):
                if drawn.number.startswith(meant) or drawn.cell.door.startswith(meant):
                    self._typed = meant
                    exact = next(
                        (m for m, one in enumerate(self._cells) if meant in (one.number, one.cell.door)), n
                    )
                    self._move_to(exact)
                    return

    def _forget_typed(self) -> None:
        self._typed = ""
        self._pause.stop()

    def _move_to(self, n: int) -> None:
        self._at = n
        self._say()
        self.moved.emit(self._cells[n].rect)
        self.update()

    def _say(self) -> None:
        """Tell a screen reader where the keyboard is."""
        if not self._cells:
            return
        self.setAccessibleName(in_words(self._cells[self._at].cell))
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))

    def _cell_at(self, at: QPoint) -> int:
        return next((n for n, drawn in enumerate(self._cells) if drawn.rect.contains(at)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The cell under the mouse is lit and says its state."""
        n = self._cell_at(event.position().toPoint())
        if n != self._over:
            self._over = n
            if n >= 0:
                QToolTip.showText(event.globalPosition().toPoint(), in_words(self._cells[n].cell), self)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click opens a door."""
        n = self._cell_at(event.position().toPoint())
        if n >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._move_to(n)
            self.chosen.emit(self.door)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing is under the mouse any more."""
        self._over = -1
        self.update()


def _place(door: str) -> tuple[str, str]:
    """Unit and position on the floor: `2-501` is unit 2, position 01."""
    unit, dash, number = door.partition("-")
    if not dash:
        unit, number = "", door
    return unit, number[-2:]


def _numeric(text: str) -> tuple[int, str]:
    digits = "".join(c for c in text if c.isdigit())
    return (int(digits) if digits else 0, text)
