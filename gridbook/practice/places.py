"""Invented places: estates with quick codes, buildings and their doors, grid by grid."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from gridbook.practice.subdistrict import BY_CODE, GRIDS_OF_ALL, MADE_AT, Town
from gridbook.records.base import UnitCode, id_at
from gridbook.records.place import Building, Estate, Pattern

ESTATES = 95
DOORS_PER_HOUSEHOLD = 36_400 / 32_000
"""More doors than households: some flats stand empty, some doors are shops."""
SHARE_OF_ROWS = 0.06
"""How many doors are in single-storey rows and shops."""
_TOWERS, _HIGH = 0.042, 0.27
_GOLDEN = 0.618033988749895
_FIRST = "枫f禾h晴q柳l岚l霞x湖h松s竹z梅m桥q泉q茵y珊s舟z雁y荷h桐t澜l星x帆f杏x琴q棠t屏p"
_LAST = (
    ("苑", "y"),
    ("里", "l"),
    ("园", "y"),
    ("家园", "jy"),
    ("小区", "xq"),
    ("新村", "xc"),
    ("花庭", "ht"),
)
_SECOND = (("云", "y"), ("溪", "x"))


class Shape(NamedTuple):
    """The pattern of a building."""

    units: int
    floors: int
    doors_per_floor: int
    pattern: Pattern = Pattern.UNITS

    @property
    def doors(self) -> int:
        """How many doors the pattern makes."""
        return self.units * self.floors * self.doors_per_floor


@dataclass(frozen=True, slots=True)
class Places:
    """The estates and buildings of one grid."""

    estates: tuple[Estate, ...]
    buildings: tuple[Building, ...]


@cache
def _names() -> Sequence[tuple[str, str]]:
    """As many invented names as there are estates, no quick code twice."""
    found: dict[str, str] = {}
    pairs = [(_FIRST[n], _FIRST[n + 1]) for n in range(0, len(_FIRST), 2)]
    step = 0
    while len(found) < ESTATES:
        first, quick = pairs[step % len(pairs)]
        water, its = _SECOND[step // len(pairs) % 2]
        last, end = _LAST[(step + step // len(pairs)) % len(_LAST)]
        found.setdefault(its + quick + end, water + first + last)
        step += 1
    return tuple((name, quick) for quick, name in found.items())


@cache
def _shares() -> Sequence[int]:
    """How many estates each of the grids has: one or two."""
    grids = len(GRIDS_OF_ALL)
    return tuple(ESTATES * (n + 1) // grids - ESTATES * n // grids for n in range(grids))


def places_of(town: Town, grid: UnitCode) -> Places:
    """The estates and buildings of a grid; the same whatever else is asked."""
    index = BY_CODE[grid].index
    chance = town.chance("places", grid)
    first, count = sum(_shares()[:index]), _shares()[index]
    doors = round(BY_CODE[grid].households * DOORS_PER_HOUSEHOLD)
    rows = _rows(doors, chance)
    left = doors - sum(shape.doors for shape in rows)
    estates, buildings = [], []
    for n in range(count):
        name, quick = _names()[first + n]
        estate = Estate(unit=grid, id=id_at(MADE_AT, chance.randbytes), name=name, quick=quick)
        estates.append(estate)
        part = left if n == count - 1 else round(left * chance.uniform(0.5, 0.65))
        shapes = list(_blocks(part, (town.seed * 0.37 + (first + n) * _GOLDEN) % 1, chance))
        left -= sum(shape.doors for shape in shapes)
        shapes += rows if n == 0 else []
        buildings += [_building(estate, number, shape, chance) for number, shape in enumerate(shapes, 1)]
    return Places(tuple(estates), tuple(buildings))


def _rows(doors: int, chance: random.Random) -> list[Shape]:
    rows = round(doors * SHARE_OF_ROWS)
    first = rows if rows < 28 or chance.random() < 0.5 else chance.randint(10, rows - 10)
    return [Shape(1, 1, n, Pattern.SINGLE) for n in (first, rows - first) if n]


def _blocks(doors: int, kind: float, chance: random.Random) -> Iterator[Shape]:
    """Buildings of one kind until the doors are used up; the last is the one that fits best."""
    while doors > 0:
        shapes = [_block(kind, chance) for _ in range(12)]
        shape = shapes[0] if doors > 2 * max(one.doors for one in shapes) else _fitting(shapes, doors)
        if shape.doors > 1.5 * doors:
            return
        doors -= shape.doors
        yield shape


def _fitting(shapes: Sequence[Shape], doors: int) -> Shape:
    return min(shapes, key=lambda shape: abs(doors - shape.doors) % max(shape.doors, 1))


def _block(kind: float, chance: random.Random) -> Shape:
    if kind < _TOWERS:
        return Shape(chance.choice((1, 2)), chance.randint(24, 30), chance.choice((2, 3, 4)))
    if kind < _HIGH:
        return Shape(2, chance.choice((11, 11, 15, 16, 17, 18)), chance.choice((2, 2, 3, 4)))
    return Shape(chance.choice((3, 4, 4, 5, 5, 5)), chance.choice((5, 5, 5, 6)), 2)


def _building(estate: Estate, number: int, shape: Shape, chance: random.Random) -> Building:
    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    if shape.pattern is Pattern.UNITS and chance.random() < 0.04:
        added = (f"{chance.randint(1, shape.units)}-101a",)
    elif shape.pattern is Pattern.UNITS and chance.random() < 0.04:
        missing = (f"{chance.randint(1, shape.units)}-101",)
    return Building(
        unit=estate.unit,
        id=id_at(MADE_AT, chance.randbytes),
        estate=estate.id,
        number=str(number),
        pattern=shape.pattern,
        units=shape.units,
        floors=shape.floors,
        doors_per_floor=shape.doors_per_floor,
        added=added,
        missing=missing,
    )
