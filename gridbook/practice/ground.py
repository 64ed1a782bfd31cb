"""What a grid's work stands on: its doors and buildings, the people behind them only as far as they ask."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from gridbook.practice import texts
from gridbook.practice.places import Places
from gridbook.records.base import RecordId
from gridbook.records.place import Building, Estate, Pattern

ALWAYS_PUBLIC = frozenset({"F02", "F04", "F05", "H01", "H02", "H03", "H05"})
SOMETIMES_PUBLIC: Mapping[str, float] = {"F03": 0.25, "H04": 0.5, "G02": 0.2, "G03": 0.2, "G05": 0.2}
NO_PLACE = frozenset({"I03", "J01", "L01"})
"""Advice, suggestions and facts without a story need neither door nor place."""
HIGH = 9
"""From how many floors a building has a lift."""

SPOTS: Mapping[str, tuple[str, ...]] = {
    "F02": ("{b}号楼{u}单元", "{b}号楼{u}单元门厅"),
    "F04": ("{b}号楼{u}单元{f}楼楼道", "{b}号楼{u}单元门厅", "{b}号楼东侧消防通道"),
    "F05": ("{b}号楼前停车位", "充电车棚", "小区东门外", "{b}号楼西侧通道"),
    "G02": ("{b}号楼{u}单元水表井", "{b}号楼前"),
    "G03": ("{b}号楼{u}单元电表箱", "{b}号楼旁"),
    "H01": ("{b}号楼前垃圾投放点", "小区西门花坛", "活动广场", "{b}号楼后"),
    "H02": ("{b}号楼{u}单元{f}楼", "小区主路", "{b}号楼旁步道"),
    "H05": ("{b}号楼{u}单元门前", "小区主路", "东门坡道"),
}
_ANYWHERE = ("{b}号楼前", "小区主路", "活动广场", "小区东门", "{b}号楼旁步道", "凉亭旁")


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a request: a door, a public place, or none."""

    estate: Estate | None
    building: Building | None = None
    door: str = ""
    spot: str = ""
    floor: int = 1
    unit: str = "1"

    @property
    def public(self) -> bool:
        """Whether it is a public place."""
        return bool(self.spot)

    @property
    def text(self) -> str:
        """The estate's name, which is all that goes further than the community."""
        return self.estate.name if self.estate is not None else ""


class Ground:
    """The doors of a grid, drawn evenly; a door is an address and nothing more."""

    def __init__(self, places: Places) -> None:
        self._estates: Mapping[RecordId, Estate] = {estate.id: estate for estate in places.estates}
        self._doors = [(building, door) for building in places.buildings for door in building.doors()]
        self._blocks = [one for one in places.buildings if one.pattern is Pattern.UNITS]
        self._high = [one for one in self._blocks if one.floors >= HIGH]

    def door(self, chance: random.Random) -> Where:
        """Any door."""
        building, door = self._doors[int(chance.random() * len(self._doors))]
        return self._at(building, door)

    def beside(self, place: Where, chance: random.Random) -> Where:
        """Another door of the same building; of a public place, that place itself."""
        if place.building is None or place.door == "":
            return place
        return self._at(place.building, chance.choice(place.building.doors()))

    def _at(self, building: Building, door: str) -> Where:
        return Where(
            self._estates[building.estate],
            building,
            door,
            floor=building.floor_of(door),
            unit=door.partition("-")[0] if "-" in door else "1",
        )

    def place(self, code: str, chance: random.Random) -> Where:
        """Where a request of a category is about."""
        if code in NO_PLACE:
            return Where(None)
        if code in ALWAYS_PUBLIC or chance.random() < SOMETIMES_PUBLIC.get(code, 0.0):
            return self._spot(code, chance)
        return self.door(chance)

    def _spot(self, code: str, chance: random.Random) -> Where:
        # Half of what is wrong with entrances is wrong with a lift, which only high buildings have.
        blocks = self._high if code == "F02" and self._high and chance.random() < 0.5 else self._blocks
        building = chance.choice(blocks)
        unit, floor = str(chance.randint(1, building.units)), chance.randint(1, building.floors)
        spot = chance.choice(SPOTS.get(code, _ANYWHERE)).format(b=building.number, u=unit, f=floor)
        return Where(self._estates[building.estate], building, spot=spot, floor=floor, unit=unit)


def fits(template: str, place: Where) -> bool:
    """Whether what a template says can be said of that place."""
    building = place.building
    if building is None:
        return not any(slot in template for slot in ("{b}", "{u}", "{f}"))
    if building.pattern is not Pattern.UNITS and any(slot in template for slot in ("{u}", "{f}")):
        return False
    return building.floors >= HIGH or "电梯" not in template


def said(templates: list[str], place: Where, month: int, chance: random.Random) -> tuple[str, str]:
    """One of the templates that fits the place, and the same with its slots filled."""
    template = chance.choice(templates)
    for _ in range(8):
        if fits(template, place):
            break
        template = chance.choice(templates)
    number = place.building.number if place.building is not None else "1"
    return template, texts.filled(template, chance, b=number, u=place.unit, f=place.floor, m=month)
