"""What stands around the doors: the units on top, the floors at the left."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView

from gridbook.store.door_table import unit_name
from gridbook.ui.doors.grid import Grid
from gridbook.ui.theme import Type, theme

GAP = 4
"""Between two doors, at 100 %."""


class Heads(QHeaderView):
    """The names of the units, each over all of its doors, or of the floors, each beside its row."""

    def __init__(self, grid: Grid, way: Qt.Orientation) -> None:
        super().__init__(way)
        self._grid = grid
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self.viewport())
        painter.setPen(theme.colour("muted"))
        if self.orientation() == Qt.Orientation.Vertical:
            painter.setFont(theme.font(Type.CAPTION))
            for n, name in enumerate(self._grid.shown.rows):
                top, tall = self.sectionViewportPosition(n), self.sectionSize(n) - GAP
                painter.drawText(QRect(0, top, self.width(), tall), Qt.AlignmentFlag.AlignCenter, name)
        else:
            painter.setFont(theme.font(Type.CAPTION, strong=True))
            for first, last, unit in self._grid.shown.heads():
                left = self.sectionViewportPosition(first)
                right = self.sectionViewportPosition(last) + self.sectionSize(last) - GAP
                # While a wide unit is half out of sight, its name stays over what is seen of it.
                seen = QRect(left, 0, right - left, self.height()).intersected(self.rect())
                if not seen.isEmpty():
                    painter.drawText(seen, Qt.AlignmentFlag.AlignCenter, unit_name(unit))
        painter.end()
