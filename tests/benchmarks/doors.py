"""The door view painted whole, beside a table of the toolkit that shows the same doors as plain items.

`python3 build/dev.py bench doors`; both are drawn into the same picture by the same painter, one after the
other, in milliseconds of the processor; a frame is 16.7 ms.
"""

import statistics
import time

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtWidgets import QApplication, QTableWidget, QTableWidgetItem, QWidget

from gridbook.records.place import Building, Estate
from gridbook.store import doors
from gridbook.store.doors import Cell, DoorView
from gridbook.ui.doors.view import CELL, BuildingView
from gridbook.ui.theme import theme
from tests import make
from tests.benchmarks import _table

FLOORS, UNITS = 34, 4
AGAIN = 60
FRAME = 1000 / 60


def tower(doors_per_floor: int) -> DoorView:
    """A building of 34 floors and 4 units, in which every ninth door has something to show."""
    estate = Estate(unit=make.GRID, id=bytes(16), name="幸福苑")
    building = Building(
        unit=make.GRID, id=bytes(16), estate=estate.id, number="3",
        units=UNITS, floors=FLOORS, doors_per_floor=doors_per_floor,
    )  # fmt: skip
    view = doors.draft(estate, building)
    return DoorView(estate, building, [doors.Floor(one.number, _busy(one.cells)) for one in view.floors])


def _busy(cells: object) -> list[Cell]:
    held = list(cells)  # type: ignore[call-overload]
    return [
        Cell(one.door, one.text, open_cases=1, settled=n % 2 == 0) if n % 9 == 0 else one
        for n, one in enumerate(held)
    ]


def peer(view: DoorView) -> QTableWidget:
    """The same doors in a table of the toolkit: number, symbol, ground."""
    columns = sum(1 for _ in view.floors[0].cells)
    table = QTableWidget(len(view.floors), columns)
    for y, floor in enumerate(view.floors):
        for x, cell in enumerate(floor.cells):
            item = QTableWidgetItem(cell.door.partition("-")[2] + ("\n●" if cell.open_cases else ""))
            if cell.open_cases:
                item.setBackground(QColor(theme.colour("overdue_soft")))
            table.setItem(y, x, item)
    for n in range(columns):
        table.setColumnWidth(n, CELL.width())
    for n in range(len(view.floors)):
        table.setRowHeight(n, CELL.height())
    return table


def milliseconds(shown: QWidget, size: QSize) -> float:
    """The median time of the processor for painting all of it; others may be at work on this machine."""
    theme.dress(shown)
    shown.resize(size)
    shown.show()
    QApplication.sendPostedEvents()
    picture = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    taken = []
    for _ in range(AGAIN):
        painter = QPainter(picture)
        began = time.thread_time()
        shown.render(
            painter,
            QPoint(),
            QRegion(),
            QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren,
        )
        taken.append((time.thread_time() - began) * 1000)
        painter.end()
    return statistics.median(taken)


def main() -> None:
    """Measure and write the table."""
    application = QApplication.instance() or QApplication([])
    theme.apply(scale=100, dark=False)
    rows = []
    for doors_per_floor in (2, 4):
        view = tower(doors_per_floor)
        ours, theirs = BuildingView(), peer(view)
        ours.show_building(view)
        size = ours.sizeHint() + QSize(20, 20)
        one, other = milliseconds(ours, size), milliseconds(theirs, size)
        began = time.thread_time()
        ours.show_building(view)
        laid = (time.thread_time() - began) * 1000
        what = f"{FLOORS} floors × {UNITS} units × {doors_per_floor} doors = {len(ours.cells())} doors"
        rows += [
            (f"{what}, all in sight: door view", f"{one:.1f} ms ({one / FRAME:.2f} frames)"),
            (f"{what}: QTableWidget with the same items", f"{other:.1f} ms"),
            (f"{what}: ratio", f"{one / other:.2f}"),
            (f"{what}: another building shown", f"{laid:.1f} ms"),
        ]
        ours.close()
        theirs.close()
    _table.write("doors", rows)
    assert application is not None


if __name__ == "__main__":
    main()
