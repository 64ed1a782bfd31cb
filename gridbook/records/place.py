"""Units and places: offices, estates, buildings, doors and the quick codes that name a door."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gridbook.errors import BadDoor, BadValue
from gridbook.i18n import N_, tr
from gridbook.records.base import FOREVER, Reach, Record, RecordId, UnitCode, record, shown


class Level(StrEnum):
    """The three desks, from the top down."""

    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    GRID = "grid"

    @property
    def height(self) -> int:
        """0 at the grid, 2 at the subdistrict."""
        return {Level.GRID: 0, Level.COMMUNITY: 1, Level.SUBDISTRICT: 2}[self]


LEVEL_BY_DIGITS = {9: Level.SUBDISTRICT, 12: Level.COMMUNITY, 15: Level.GRID}
LEVEL_NAMES = {
    Level.SUBDISTRICT: N_("Subdistrict"),
    Level.COMMUNITY: N_("Community"),
    Level.GRID: N_("Grid"),
}
PRACTICE_PREFIX = "990101001"


def level_of(unit: UnitCode) -> Level:
    """The desk at which a unit sits, from the length of its code."""
    level = LEVEL_BY_DIGITS.get(len(unit))
    if level is None or not unit.isascii() or not unit.isdigit():
        raise BadValue(
            "unit",
            tr("“{code}” is not the code of an office.").format(code=unit[:20]),
            next=tr("A code has 9 digits (subdistrict), 12 (community) or 15 (grid)."),
        )
    return level


def parent_of(unit: UnitCode) -> UnitCode | None:
    """The office above; a unit's parent never changes, so the code carries it."""
    return None if level_of(unit) is Level.SUBDISTRICT else unit[:-3]


def chain_of(unit: UnitCode) -> tuple[UnitCode, ...]:
    """The unit itself and the offices above it, nearest first."""
    above = parent_of(unit)
    return (unit,) if above is None else (unit, *chain_of(above))


def is_within(unit: UnitCode, office: UnitCode) -> bool:
    """Whether the unit is that office or lies below it."""
    return unit.startswith(office)


def holds(station: UnitCode, unit: UnitCode, reach: Reach) -> bool:
    """Whether a station of that unit is entitled to the stream (unit, reach)."""
    if station == unit:
        return True
    if reach is Reach.HERE:
        return False
    if reach is Reach.DOWN:
        return is_within(unit, station) or is_within(station, unit)
    if not is_within(unit, station):
        return False
    floor = Level.COMMUNITY if reach is Reach.COMMUNITY else Level.SUBDISTRICT
    return level_of(station).height <= floor.height


def short_code(unit: UnitCode) -> str:
    """Four digits that stand for the unit in a record number: community, then grid."""
    level = level_of(unit)
    if level is Level.SUBDISTRICT:
        return "0000"
    return unit[10:12] + ("00" if level is Level.COMMUNITY else unit[13:15])


def short_name(unit: UnitCode) -> str:
    """The unit as lists call it before its own name is known: 03社区-05网格."""
    level = level_of(unit)
    if level is Level.SUBDISTRICT:
        return tr("Subdistrict office")
    community = tr("Community {n}").format(n=unit[10:12])
    return (
        community
        if level is Level.COMMUNITY
        else tr("{community}, grid {n}").format(community=community, n=unit[13:15])
    )


def is_practice(unit: UnitCode) -> bool:
    """Whether the unit belongs to the invented subdistrict, whose work is never handed over as real."""
    return unit.startswith(PRACTICE_PREFIX)


@record(N_("Unit"), reach=Reach.DOWN, keep=FOREVER)
class Unit(Record):
    """An office: subdistrict, community or grid; listed by the office above it or by itself."""

    code: str = shown(N_("Code"), longest=15)
    name: str = shown(N_("Name"), longest=40)
    short: str = shown(N_("Short name"), longest=20, default="")
    telephone: str = shown(N_("Office telephone"), longest=20, default="")
    closed: bool = shown(N_("No longer in use"), default=False)


@record(N_("Estate"), reach=Reach.SUBDISTRICT, keep=FOREVER)
class Estate(Record):
    """A residential estate: an address, never a list of who lives there."""

    name: str = shown(N_("Name"), longest=30, public=True)
    quick: str = shown(N_("Quick code"), longest=8, default="")


class Pattern(StrEnum):
    """How the doors of a building are numbered."""

    UNITS = "units"
    SINGLE = "single"


MOST_UNITS, MOST_FLOORS, MOST_DOORS = 30, 99, 400
"""What no building has more of; a mistyped pattern must not become a million doors."""


@record(N_("Building"), reach=Reach.SUBDISTRICT, keep=FOREVER)
class Building(Record):
    """A building as a pattern of units × floors × doors, with the doors that differ from it."""

    estate: RecordId = shown(N_("Estate"))
    number: str = shown(N_("Building number"), longest=8)
    pattern: Pattern = shown(N_("Pattern"), group="doors", default=Pattern.UNITS)
    units: int = shown(N_("Units"), group="doors", default=1)
    floors: int = shown(N_("Floors"), group="doors", default=1)
    doors_per_floor: int = shown(N_("Doors per floor"), group="doors", default=1)
    added: tuple[str, ...] = shown(N_("Doors besides the pattern"), group="exceptions", default=())
    missing: tuple[str, ...] = shown(N_("Doors that do not exist"), group="exceptions", default=())

    def doors(self) -> tuple[str, ...]:
        """Every door as `unit-number`, or the bare number in a building without units; floors upward."""
        if self.pattern is Pattern.SINGLE:
            made = [str(number) for number in range(1, min(self.doors_per_floor, MOST_DOORS) + 1)]
        else:
            made = [
                f"{unit}-{floor}{door:02}"
                for unit in range(1, min(self.units, MOST_UNITS) + 1)
                for floor in range(1, min(self.floors, MOST_FLOORS) + 1)
                for door in range(1, min(self.doors_per_floor, 99) + 1)
            ]
        gone = set(self.missing)
        kept = [door for door in made if door not in gone]
        there = set(kept)
        return (*kept, *(door for door in dict.fromkeys(self.added) if door not in there))

    def has(self, door: str) -> bool:
        """Whether that door exists, as pattern or exception."""
        return door in self.doors()

    def with_door(self, door: str) -> "Building":
        """The building with that door as an exception; one that was marked as missing is there again."""
        missing = tuple(gone for gone in self.missing if gone != door)
        building = replace(self, missing=missing)
        return building if building.has(door) else replace(building, added=(*self.added, door))

    def without_door(self, door: str) -> "Building":
        """The building without that door: taken from the exceptions, or marked as missing."""
        building = replace(self, added=tuple(other for other in self.added if other != door))
        return replace(building, missing=(*self.missing, door)) if building.has(door) else building

    def floor_of(self, door: str) -> int:
        """The floor on which a door lies; doors that are not in the pattern go by their digits."""
        if self.pattern is Pattern.SINGLE:
            return 1
        digits = re.sub(r"\D", "", door.partition("-")[2] or door)
        return int(digits[:-2]) if len(digits) > 2 else 1


@dataclass(frozen=True, slots=True)
class DoorCode:
    """A door as it was typed: estate (or nothing), building, unit (or nothing), number."""

    estate: str
    building: str
    unit: str
    number: str

    @property
    def door(self) -> str:
        """The door inside its building: `2-501`, or `12` where there are no units."""
        return f"{self.unit}-{self.number}" if self.unit else self.number


def door_text(building: Building, door: str) -> str:
    """A door as people write it: 3号楼2单元501."""
    unit, dash, number = door.partition("-")
    if not dash:
        return tr("Building {b}, no. {n}").format(b=building.number, n=door)
    return tr("Building {b}, unit {u}, {n}").format(b=building.number, u=unit, n=number)


def address_text(estate: str, building: Building, door: str) -> str:
    """A door with its estate before it, as one writes it on an envelope."""
    told = door_text(building, door)
    return tr("{estate} {door}").format(estate=estate, door=told) if estate else told


_CHINESE = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "幺": 1}
_NUMBER = "[" + "".join(_CHINESE) + "十百]+"
_NUMERAL = re.compile(_NUMBER + r"(?=号|栋|幢|楼|#|座|单元|门|室|户|层|-|[a-z]?$)")
_BUILDING_AS_ESTATE = re.compile(_NUMBER + "(?:号楼|号|栋|幢|楼|座)$")
_CODE = re.compile(
    r"""^(?P<estate>[a-z]{1,8}|[^\W\d_a-z][^\W\d_]*?)??-?
        (?P<building>\d{1,4}[a-z]?|[a-z](?=号楼|栋|幢|座))(?:(?:号楼|号院|栋|幢|座|楼|\#|号)-?|-)
        (?:(?P<unit>\d{1,2})(?:(?:单元|门)-?|\#|-))?
        (?:\d{1,2}(?:层|楼)-?)?
        (?P<number>\d{1,5}[a-z]?)(?:室|户|号)?$""",
    re.VERBOSE,
)


def read_door(typed: str) -> DoorCode:
    """The door a person means: 3-2-501, 3#2-501, 3号楼2单元501, xfy3-2-501, full-width or Chinese digits."""
    text = unicodedata.normalize("NFKC", typed).strip().lower()
    text = re.sub(r"[—–‐−~_/.、,，·]+", "-", re.sub(r"\s+", "", text))
    match = _CODE.match(text)
    if match is None or (match["estate"] and _BUILDING_AS_ESTATE.search(match["estate"])):
        # Only now, so that the numeral in an estate's own name (阳光一号院) stays a name.
        match = _CODE.match(_NUMERAL.sub(lambda found: _digits(found.group()), text))
    if match is None:
        raise BadDoor(
            "door",
            tr("“{typed}” is not a door.").format(typed=typed[:30]),
            next=tr("Write building-unit-door, for example 3-2-501."),
        )
    building = match["building"].lstrip("0") or "0"
    return DoorCode(match["estate"] or "", building, (match["unit"] or "").lstrip("0"), match["number"])


def _digits(numeral: str) -> str:
    if not re.search("[十百]", numeral):
        return "".join(str(_CHINESE[c]) for c in numeral)
    total, current = 0, 0
    for c in numeral:
        if c in "十百":
            total += (current or 1) * (100 if c == "百" else 10)
            current = 0
        else:
            current = _CHINESE[c]
    return str(total + current)


@dataclass(frozen=True, slots=True)
class Place:
    """A door that was found: its estate, its building and the door in it."""

    estate: Estate
    building: Building
    door: str

    @property
    def text(self) -> str:
        """The whole address as sheets print it."""
        return address_text(self.estate.name, self.building, self.door)


def find_doors(code: DoorCode, estates: Sequence[Estate], buildings: Sequence[Building]) -> tuple[Place, ...]:
    """The doors that a typed code can mean, in the estates and buildings of this book."""
    return tuple(
        Place(estate, building, door)
        for estate, building in _meant(code, estates, buildings)
        for door in _doors_meant(code, building)
    )


def offers(code: DoorCode, estates: Sequence[Estate], buildings: Sequence[Building]) -> tuple[Place, ...]:
    """The doors that would be there if somebody added them: `place.building.with_door(place.door)`."""
    return tuple(
        Place(estate, building, code.door)
        for estate, building in _meant(code, estates, buildings)
        if not _doors_meant(code, building)
    )


def _meant(
    code: DoorCode, estates: Sequence[Estate], buildings: Sequence[Building]
) -> Iterator[tuple[Estate, Building]]:
    named = {estate.id: estate for estate in estates if _is_called(estate, code.estate)}
    for building in buildings:
        if building.estate in named and plain_number(building.number) == code.building:
            yield named[building.estate], building


def plain_number(number: str) -> str:
    """A building's number as codes have it: `03号楼` and `3#` are 3."""
    plain = unicodedata.normalize("NFKC", number).lower()
    return re.sub(r"(号楼|号院|栋|幢|座|楼|#|号)$", "", plain).lstrip("0") or "0"


def _is_called(estate: Estate, typed: str) -> bool:
    return not typed or estate.quick.lower() == typed or typed in estate.name.lower()


def _doors_meant(code: DoorCode, building: Building) -> tuple[str, ...]:
    if building.has(code.door):
        return (code.door,)
    if not code.unit:
        return tuple(door for door in building.doors() if door.partition("-")[2] == code.number)
    return ()


def door_or_offer(code: DoorCode, estates: Sequence[Estate], buildings: Sequence[Building]) -> Place:
    """The one door that is meant, or a BadDoor that says what can be done about it."""
    found = find_doors(code, estates, buildings)
    if len(found) == 1:
        return found[0]
    if found:
        names = "、".join(place.text for place in found[:4])
        raise BadDoor(
            "door",
            tr("More than one door is meant: {names}.").format(names=names),
            next=tr("Add the estate or the unit, for example xfy3-2-501."),
        )
    if code.estate and not any(_is_called(estate, code.estate) for estate in estates):
        raise BadDoor(
            "door",
            tr("There is no estate “{estate}” in this book.").format(estate=code.estate),
            next=tr("Check the name or quick code, or add the estate under Doors."),
        )
    if offers(code, estates, buildings):
        raise BadDoor(
            "door",
            tr("Building {b} has no door {door}.").format(b=code.building, door=code.door),
            next=tr("If the door does exist, add it to the building as an exception."),
        )
    raise BadDoor(
        "door",
        tr("There is no building {b} in this book.").format(b=code.building),
        next=tr("Check the number, or add the building under Doors."),
    )
