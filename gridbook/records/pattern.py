"""Doors that differ from a building's pattern, in the short words people use: 4层, 2-7层, 1-701~704."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.records.place import Building

_FLOOR = re.compile(r"(?:(\d{1,2})(?:单元|-))?(\d{1,2})(?:层|楼|f)")
_UNIT = re.compile(r"(\d{1,2})单元")
_ENDING = re.compile(r"(?:(\d{1,2})-)?\*(\d{1,2})")
_SPAN = re.compile(r"(?:(\d{1,2})-)?(\d{1,5})[~至](?:\d{1,2}-)?(\d{1,5})")
_DOOR = re.compile(r"(?:\d{1,2}-)?[\da-z]{1,8}")
MOST_IN_SPAN = 400


def expanded(text: str, building: Building) -> tuple[str, ...]:
    """The doors that such a text names in a building of that pattern, each once."""
    plain = unicodedata.normalize("NFKC", text).lower()
    found: dict[str, None] = {}
    for word in re.split(r"[\s,，、;；]+", re.sub(r"\s*[~～—]\s*", "~", plain)):
        if word:
            found |= dict.fromkeys(_named(word, building))
    return tuple(found)


def _named(word: str, building: Building) -> Iterable[str]:
    if match := _FLOOR.fullmatch(word):
        unit, floor = match.groups()
        return [door for door, (u, f, _) in _parts(building) if f == int(floor) and unit in (None, str(u))]
    if match := _UNIT.fullmatch(word):
        return [door for door, (unit, _, _) in _parts(building) if unit == int(match[1])]
    if match := _ENDING.fullmatch(word):
        unit, ending = match.groups()
        return [
            door
            for door, (u, _, _) in _parts(building)
            if door.endswith(ending) and (unit is None or int(unit) == u)
        ]
    if match := _SPAN.fullmatch(word):
        unit, first, last = match.groups()
        numbers = range(int(first), int(last) + 1)
        if not numbers or len(numbers) > MOST_IN_SPAN:
            raise _not_a_door(word)
        return [f"{unit}-{n}" if unit else str(n) for n in numbers]
    if _DOOR.fullmatch(word):
        return [word]
    raise _not_a_door(word)


def _not_a_door(word: str) -> BadValue:
    return BadValue(
        "added",
        tr("“{typed}” is not a door.").format(typed=word[:30]),
        next=tr("Write 2-101, a floor like 4层 or 2-7层, or a row of doors like 1-701~704."),
    )


def _parts(building: Building) -> list[tuple[str, tuple[int, int, int]]]:
    """Every door of the bare pattern with its unit, floor and position."""
    return [
        (f"{unit}-{floor}{position:02}", (unit, floor, position))
        for unit in range(1, building.units + 1)
        for floor in range(1, building.floors + 1)
        for position in range(1, building.doors_per_floor + 1)
    ]


def shortened(doors: Sequence[str], building: Building) -> str:
    """The same doors in the shortest words: whole floors first, then floors of a unit, then one by one."""
    left, said = dict.fromkeys(doors), []
    parts = _parts(building)
    floors: dict[int, list[str]] = {}
    of_unit: dict[tuple[int, int], list[str]] = {}
    for door, (unit, floor, _) in parts:
        floors.setdefault(floor, []).append(door)
        of_unit.setdefault((unit, floor), []).append(door)
    whole = [(f"{floor}层", those) for floor, those in floors.items()]
    whole += [(f"{unit}-{floor}层", those) for (unit, floor), those in of_unit.items()]
    for word, those in whole:
        if len(those) > 1 and all(door in left for door in those):
            said.append(word)
            for door in those:
                del left[door]
    return " ".join([*said, *left])


def without_fours(building: Building) -> tuple[str, ...]:
    """The doors of the pattern that are not there where no floor and no door is numbered with a 4."""
    return tuple(
        door for door, (_, floor, position) in _parts(building) if "4" in str(floor) or "4" in str(position)
    )
