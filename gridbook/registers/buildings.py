"""Buildings out of a register: from one row each with its pattern, or from a row for every door."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gridbook.errors import BadValue, GridbookError
from gridbook.i18n import tr
from gridbook.records import check
from gridbook.records.place import MOST_FLOORS, MOST_UNITS, Building, Estate, Pattern, plain_number, read_door
from gridbook.registers import values
from gridbook.registers.reading import Row
from gridbook.registers.rows import THERE, Reader, Ready, Wrong, mangled
from gridbook.store import pinyin, places

_IN_PATTERN = re.compile(r"(?:(\d{1,2})-)?(\d{1,2})(\d{2})")


@dataclass
class _Group:
    """The rows about one building."""

    row: int
    estate: str
    number: str
    quick: str
    doors: list[str] = field(default_factory=list)
    pattern: tuple[int, int, int] | None = None


def read(reader: Reader, rows: Sequence[Row]) -> Iterator[Ready | Wrong]:
    """The estates and buildings that the rows describe; what is in the book already stays as it is."""
    groups: dict[tuple[str, str], _Group] = {}
    above: dict[str, str] = {}
    for row in rows:
        hurt = [n for n in row.mangled if n in reader.plan.columns]
        if hurt:
            yield Wrong(row.number, reader.headings[hurt[0]], mangled())
            continue
        cells = {name: row.cells[n].strip() for n, name in reader.plan.columns.items()}
        try:
            _take(reader, row.number, _filled(cells, above), groups)
        except GridbookError as bad:
            name = bad.field if isinstance(bad, BadValue) else ""
            yield Wrong(row.number, reader.heading(name), bad.sentence())
    yield from _made(reader, groups)


def _filled(cells: Mapping[str, str], above: dict[str, str]) -> Mapping[str, str]:
    """Empty cells of joined columns mean what stands above, until a column before them says something new."""
    made = dict(cells)
    fresh = False
    for name in ("estate", "quick", "building", "unit"):
        if made.get(name):
            fresh = True
        elif name in made and not fresh:
            made[name] = above.get(name, "")
    above |= made
    return made


def _take(
    reader: Reader, number: int, cells: Mapping[str, str], groups: dict[tuple[str, str], _Group]
) -> None:
    estate, building, door = _where(reader, cells)
    if not estate:
        raise BadValue("estate", tr("“{field}” is missing.").format(field=reader.heading("estate")))
    if not building:
        raise BadValue("building", tr("“{field}” is missing.").format(field=reader.heading("building")))
    key = (estate, plain_number(building))
    group = groups.setdefault(key, _Group(number, estate, building[:8], cells.get("quick", "")))
    if any(cells.get(name) for name in ("units", "floors", "doors_per_floor")):
        if group.pattern is not None:
            raise BadValue("building", tr("Building {b} stands in two rows.").format(b=building))
        units, floors, doors = (reader.may(cells, name, values.count) for name in _PATTERN)
        group.pattern = (units or 1, floors or 1, doors or 1)
    elif door:
        group.doors.append(door)
    elif group.pattern is None and group.row == number:
        raise BadValue("door", tr("The row names neither a door nor floors and doors of the building."))


_PATTERN = ("units", "floors", "doors_per_floor")


def _where(reader: Reader, cells: Mapping[str, str]) -> tuple[str, str, str]:
    """Estate, building and door of a row, from one cell or from several."""
    estate = reader.cell(cells, "estate") or reader.plan.fixed.get("estate", "")
    if cells.get("place"):
        code = read_door(estate + cells["place"] if estate not in cells["place"] else cells["place"])
        return estate or code.estate, code.building, code.door
    building, unit, door = (cells.get(name, "") for name in ("building", "unit", "door"))
    if not door:
        return estate, building, ""
    code = read_door(values.typed_door("", building or "1", unit, door))
    return estate, building, code.door


def _made(reader: Reader, groups: Mapping[tuple[str, str], _Group]) -> Iterator[Ready | Wrong]:
    session = reader.session
    known = places.known(session)
    estates = {one.name: one for one in known.estates_here}
    there = {(one.estate, plain_number(one.number)) for one in known.buildings_here}
    for group in sorted(groups.values(), key=lambda one: one.row):
        held = estates.get(group.estate)
        if held is not None and (held.id, plain_number(group.number)) in there:
            reader.note(THERE)
            continue
        try:
            new = [] if held is not None else [_estate(reader, group)]
            estate = held or new[0]
            building = _building(estate, group, reader)
            for one in (*new, building):
                check.everyday(one)
        except BadValue as bad:
            yield Wrong(group.row, reader.heading("building"), bad.sentence())
            continue
        estates[group.estate] = estate
        shown = [estate.name, building.number, tr("{n} doors").format(n=len(building.doors()))]
        yield Ready(group.row, shown, (*new, building))


def _estate(reader: Reader, group: _Group) -> Estate:
    quick = group.quick or next((initials for _, initials in pinyin.readings(group.estate)), "")
    session = reader.session
    return Estate(unit=session.unit, id=session.new_id(), name=group.estate, quick=quick.lower()[:8])


def _building(estate: Estate, group: _Group, reader: Reader) -> Building:
    plain = plain_number(group.number)
    number = plain if plain.isascii() else group.number
    blank = Building(unit=estate.unit, id=reader.session.new_id(), estate=estate.id, number=number)
    if group.pattern is not None:
        units, floors, doors = group.pattern
        return replace(blank, units=units, floors=floors, doors_per_floor=doors)
    return of_doors(blank, group.doors)


def of_doors(blank: Building, doors: Sequence[str]) -> Building:
    """The building with exactly these doors: the pattern that needs the fewest exceptions, and those."""
    named = list(dict.fromkeys(doors))
    bare = [int(door) for door in named if door.isdigit() and len(door) < 3]
    if bare and len(bare) == len(named):
        made = replace(blank, pattern=Pattern.SINGLE, units=1, floors=1, doors_per_floor=max(bare))
        return _with_exceptions(made, named)
    # A building whose doors are written without a unit has one.
    spelled = [f"1-{door}" if re.fullmatch(r"\d{3,4}", door) else door for door in named]
    parts = [tuple(map(int, found.groups("1"))) for door in spelled if (found := _IN_PATTERN.fullmatch(door))]
    if not parts:
        return _with_exceptions(blank, spelled)
    units = min(max(unit for unit, _, _ in parts), MOST_UNITS)
    floors = min(max(floor for _, floor, _ in parts), MOST_FLOORS)
    tried = (
        _with_exceptions(replace(blank, units=units, floors=floors, doors_per_floor=most), spelled)
        for most in sorted({position for _, _, position in parts})
    )
    return min(tried, key=lambda one: len(one.added) + len(one.missing))


def _with_exceptions(pattern: Building, doors: Sequence[str]) -> Building:
    made, wanted = pattern.doors(), set(doors)
    there = set(made)
    return replace(
        pattern,
        missing=tuple(door for door in made if door not in wanted),
        added=tuple(door for door in doors if door not in there),
    )
