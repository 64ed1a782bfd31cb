"""The invented subdistrict: its offices, the people at their desks, its year of work; all from one seed."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property

from gridbook import catalog
from gridbook.practice import names
from gridbook.practice.worktime import Worktime
from gridbook.records.base import UnitCode, id_at
from gridbook.records.deadline import Calendar, Holiday, OfficeHours
from gridbook.records.place import PRACTICE_PREFIX, Unit
from gridbook.records.staff import Role, Staff

GRIDS = (10, 10, 8, 8, 7, 7, 7, 6, 6, 5)
HOUSEHOLDS = (4350, 4160, 3470, 3400, 3080, 3010, 2930, 2660, 2620, 2320)
RESIDENTS = (11400, 10900, 9100, 8900, 8100, 7900, 7700, 7000, 6900, 6100)
"""Grids, households and residents of each community; residents are a count and never persons."""

SUBDISTRICT: UnitCode = PRACTICE_PREFIX
MADE_AT = datetime(2025, 12, 31, 1, tzinfo=UTC)
"""When the lists of the subdistrict were written."""
FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2042, 12, 31)

LEAD, DESK = "1", "2"
"""Codes of the people at a desk: whoever made the book has the first."""
TOP_DESKS, AUDITOR = ("2", "3", "4", "5"), "6"

# The State Council announces the days of a year in the autumn before it. These are not announced: the days
# off follow the law on public holidays, the make-up days are made up, and they belong to the practice only.
_OFF_2027 = (
    ("元旦", "01-01"),
    ("春节", "02-05 02-06 02-07 02-08 02-09 02-10 02-11 02-12"),
    ("清明节", "04-03 04-04 04-05"),
    ("劳动节", "05-01 05-02 05-03 05-04 05-05"),
    ("端午节", "06-09"),
    ("中秋节", "09-15"),
    ("国庆节", "10-01 10-02 10-03 10-04 10-05 10-06 10-07"),
)
_WORKS_2027 = (("春节", "01-31 02-20"), ("劳动节", "04-25 05-08"), ("国庆节", "09-26 10-09"))


class Scale(StrEnum):
    """How much of the subdistrict is there; a grid is the same at every scale."""

    GRID = "grid"
    COMMUNITY = "community"
    SUBDISTRICT = "subdistrict"


@dataclass(frozen=True, slots=True)
class Load:
    """How much is written down in a year in the whole subdistrict."""

    visits: int
    requests: int


NORMAL = Load(39_900, 18_000)
STRESS = Load(108_800, 21_000)
"""Six visits a day and worker instead of two."""


@dataclass(frozen=True, slots=True)
class Extent:
    """A set for measuring: at what scale, how many years, how much a year."""

    scale: Scale
    years: int
    load: Load


SETS: Mapping[str, Extent] = {
    "S": Extent(Scale.GRID, 1, NORMAL),
    "M": Extent(Scale.SUBDISTRICT, 1, NORMAL),
    "L": Extent(Scale.SUBDISTRICT, 5, STRESS),
    "XL": Extent(Scale.SUBDISTRICT, 10, Load(400_000, 0)),
}
"""One grid-year · a subdistrict-year · five stress years · four million visits."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid: its code, its place among all 74, and how many households live there."""

    code: UnitCode
    index: int
    households: int


def _all_grids() -> Sequence[Grid]:
    found: list[Grid] = []
    for c, (grids, households) in enumerate(zip(GRIDS, HOUSEHOLDS, strict=True), start=1):
        # Grids of a community differ a little in size; the sum is the community's.
        parts = shared(households, [100 + (7 * g) % 11 - 5 for g in range(grids)])
        for g, part in enumerate(parts, start=1):
            found.append(Grid(f"{SUBDISTRICT}{c:03}{g:03}", len(found), part))
    return tuple(found)


def shared(whole: int, weights: Sequence[float]) -> list[int]:
    """A whole number shared out by weights, nothing lost and nothing added."""
    total, given, seen = sum(weights), 0, 0.0
    parts = []
    for weight in weights:
        seen += weight
        part = round(whole * seen / total) - given
        parts.append(part)
        given += part
    return parts


GRIDS_OF_ALL = _all_grids()
BY_CODE: Mapping[UnitCode, Grid] = {grid.code: grid for grid in GRIDS_OF_ALL}


@dataclass(frozen=True)
class Town:
    """Offices, people, holidays and office hours; asked twice, it answers the same."""

    scale: Scale
    seed: int
    load: Load = NORMAL

    @classmethod
    def of(cls, scale: Scale | str, seed: int, load: Load = NORMAL) -> "Town":
        """One grid with its offices above, one community, or the whole subdistrict."""
        return cls(Scale(scale), seed, load)

    def chance(self, *about: object) -> random.Random:
        """A stream of chance of its own for each thing, so that nothing depends on what else was asked."""
        return random.Random(" ".join(map(str, (self.seed, *about))))

    @cached_property
    def grids(self) -> tuple[Grid, ...]:
        """The grids at this scale: the fifth of community 03 alone, all of community 03, or all."""
        prefix = {
            Scale.GRID: f"{SUBDISTRICT}003005",
            Scale.COMMUNITY: f"{SUBDISTRICT}003",
            Scale.SUBDISTRICT: SUBDISTRICT,
        }[self.scale]
        return tuple(grid for grid in GRIDS_OF_ALL if grid.code.startswith(prefix))

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """Every office, those above before those below, as the subdistrict lists them."""
        communities = dict.fromkeys(grid.code[:12] for grid in self.grids)
        codes = (SUBDISTRICT, *communities, *(grid.code for grid in self.grids))
        return tuple(self._unit(code) for code in codes)

    def _unit(self, code: UnitCode) -> Unit:
        chance = self.chance("unit", code)
        community = f"{code[10:12]}社区"
        short = {9: "示范街道", 12: community, 15: f"{community}-{code[13:15]}网格"}[len(code)]
        return Unit(
            unit=SUBDISTRICT,
            id=id_at(MADE_AT, chance.randbytes),
            code=code,
            name=f"云溪市{short}（演示数据）" if code == SUBDISTRICT else f"{short}（演示数据）",
            short=short,
            telephone=names.phone(chance),
        )

    @cached_property
    def staff(self) -> tuple[Staff, ...]:
        """Everybody at a desk: one at a grid, lead and desk at a community, six at the subdistrict."""
        return tuple(person for unit in self.units for person in self._people(unit.code))

    def _people(self, code: UnitCode) -> Sequence[Staff]:
        roles: dict[str, Role] = {LEAD: Role.GRID_WORKER}
        if len(code) == 12:
            roles = {LEAD: Role.COMMUNITY_LEAD, DESK: Role.COMMUNITY_DESK}
        elif len(code) == 9:
            roles = {LEAD: Role.SUBDISTRICT_LEAD, **dict.fromkeys(TOP_DESKS, Role.SUBDISTRICT_DESK)}
            roles[AUDITOR] = Role.AUDITOR
        chance = self.chance("staff", code)
        found: dict[str, Staff] = {}
        for number, role in roles.items():
            name = names.full(chance)
            while name in found:
                name = names.full(chance)
            made = id_at(MADE_AT, chance.randbytes)
            found[name] = Staff(unit=code, id=made, code=number, name=name, role=role)
        return tuple(found.values())

    @cached_property
    def holidays(self) -> tuple[Holiday, ...]:
        """The announced days of 2026, and for 2027 practice days that say so."""
        chance = self.chance("holidays")
        days = [(one.day, one.works, one.name_zh) for one in catalog.special_days()]
        for listed, works in ((_OFF_2027, False), (_WORKS_2027, True)):
            for name, text in listed:
                named = f"{name}{'调休' if works else ''}（演示）"
                days += [(date.fromisoformat(f"2027-{day}"), works, named) for day in text.split()]
        return tuple(
            Holiday(unit=SUBDISTRICT, id=id_at(MADE_AT, chance.randbytes), day=day, works=works, name=name)
            for day, works, name in sorted(days)
        )

    @cached_property
    def hours(self) -> OfficeHours:
        """The usual office hours."""
        return OfficeHours(unit=SUBDISTRICT, id=id_at(MADE_AT, self.chance("hours").randbytes))

    @cached_property
    def calendar(self) -> Calendar:
        """Which days are worked, and which hours."""
        return Calendar.of(self.holidays, self.hours)

    @cached_property
    def office(self) -> Worktime:
        """Minutes in which offices are open."""
        return Worktime(self.calendar, FIRST_DAY, LAST_DAY)

    @cached_property
    def duty(self) -> Worktime:
        """Minutes in which somebody is on duty: the same hours, every day."""
        return Worktime(self.calendar, FIRST_DAY, LAST_DAY, duty=True)
