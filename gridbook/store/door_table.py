"""A building as a table, for the screen and for paper: floors are rows, the doors of a floor are columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridbook.i18n import tr
from gridbook.records.place import Pattern
from gridbook.store.doors import Cell, DoorView


@dataclass(frozen=True, slots=True)
class Arranged:
    """Where each door stands: names of the rows, the unit of each column, and the cells by row and column."""

    rows: Sequence[str]
    columns: Sequence[str | None]
    cells: Sequence[Sequence[Cell | None]]

    def heads(self) -> list[tuple[int, int, str]]:
        """The units: first column, last column, name."""
        found: list[tuple[int, int, str]] = []
        for n, unit in enumerate(self.columns):
            if unit is None:
                continue
            if found and found[-1][1] == n - 1 and found[-1][2] == unit:
                found[-1] = (found[-1][0], n, unit)
            else:
                found.append((n, n, unit))
        return found


EMPTY = Arranged((), (), ())


def arranged(view: DoorView, room: int) -> Arranged:
    """A building laid out by floors and units; houses without units in rows of so many."""
    if view.building.pattern is Pattern.SINGLE:
        return _in_rows(view, max(1, room))
    places: dict[str, set[str]] = {}
    for floor in view.floors:
        for cell in floor.cells:
            unit, position = place_of(cell.door)
            if unit:
                places.setdefault(unit, set()).add(position)
    columns: list[str | None] = []
    at: dict[tuple[str, str], int] = {}
    for unit in sorted(places, key=_numeric):
        if columns:
            columns.append(None)
        for position in sorted(places[unit], key=_numeric):
            at[unit, position] = len(columns)
            columns.append(unit)
    cells = []
    for floor in view.floors:
        row: list[Cell | None] = [None] * len(columns)
        for cell in floor.cells:
            if place_of(cell.door)[0]:
                row[at[place_of(cell.door)]] = cell
        cells.append(_with_shops(row, columns, [one for one in floor.cells if not place_of(one.door)[0]]))
    widest = max((len(row) for row in cells), default=0)
    columns += [""] * (widest - len(columns))
    cells = [[*row, *[None] * (widest - len(row))] for row in cells]
    return Arranged([tr("Fl. {n}").format(n=floor.number) for floor in view.floors], columns, cells)


def _with_shops(
    row: list[Cell | None], columns: Sequence[str | None], shops: Sequence[Cell]
) -> list[Cell | None]:
    """Doors without a unit stand where their floor has room, as shops do; more of them stand beside it."""
    made = list(row)
    free = [n for n, unit in enumerate(columns) if unit and ((held := row[n]) is None or held.missing)]
    for n, shop in enumerate(shops):
        if n < len(free):
            made[free[n]] = shop
        else:
            made.append(shop)
    return made


def _in_rows(view: DoorView, many: int) -> Arranged:
    every: list[Cell | None] = [cell for floor in reversed(view.floors) for cell in floor.cells]
    rows = [every[n : n + many] for n in range(0, len(every), many)]
    cells = [[*row, *[None] * (many - len(row))] for row in rows]
    return Arranged([""] * len(rows), [""] * many, cells)


def place_of(door: str) -> tuple[str, str]:
    """Unit and position on the floor: `2-501` is unit 2, position 01."""
    unit, dash, number = door.partition("-")
    if not dash:
        unit, number = "", door
    return unit, number[-2:]


def _numeric(text: str) -> tuple[int, str]:
    digits = "".join(c for c in text if c.isdigit())
    return (int(digits) if digits else 0, text)


def unit_name(unit: str | None) -> str:
    """What stands above the doors of a unit."""
    return tr("Unit {n}").format(n=unit) if unit else ""
