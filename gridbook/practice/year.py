"""A grid's year, day by day: visits, doors at which nobody was in, requests with the lives they will have."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from gridbook.practice import asked, seasons, visited, ways
from gridbook.practice.asked import Planned
from gridbook.practice.ground import Ground
from gridbook.practice.places import places_of
from gridbook.practice.subdistrict import GRIDS_OF_ALL, Town, shared
from gridbook.practice.visited import Visited
from gridbook.records.base import LOCAL, UnitCode
from gridbook.records.steps import Source
from gridbook.records.visit import Attempt

_MINUTES = (*range(9 * 60, 12 * 60), *range(13 * 60 + 30, 17 * 60 + 10))
"""Minutes of the day at which something is written down; the last leave time to settle it."""


@dataclass(frozen=True, slots=True)
class Day:
    """What is written down for a grid on a day; `requests` holds those opened at visits too."""

    date: date
    visits: tuple[Visited, ...]
    requests: tuple[Planned, ...]
    attempts: tuple[Attempt, ...]

    @property
    def quiet(self) -> bool:
        """Whether nothing came."""
        return not (self.visits or self.requests or self.attempts)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How much there is on each day of a year."""

    visits: Mapping[date, int]
    opened: Mapping[date, int]
    others: Mapping[date, int]
    attempts: Mapping[date, int]


def days_of(town: Town, grid: UnitCode, start: date, working_days: int) -> Iterator[Day]:
    """A grid's days from a day on, so many of them working days; a day is the same wherever one starts."""
    ground = Ground(places_of(town, grid))
    while working_days > 0:
        works = town.calendar.works(start)
        day = _day(town, grid, ground, start)
        if works or not day.quiet:
            yield day
        working_days -= works
        start += timedelta(days=1)


def year_of(town: Town, grid: UnitCode, year: int) -> Iterator[Day]:
    """A grid's days of a whole year on which something came."""
    ground = Ground(places_of(town, grid))
    made = (_day(town, grid, ground, day) for day in seasons.days_of_year(year))
    return (day for day in made if not day.quiet)


def _day(town: Town, grid: UnitCode, ground: Ground, day: date) -> Day:
    plan = _plan(town, grid, day.year)
    visits, others, tries = plan.visits.get(day, 0), plan.others.get(day, 0), plan.attempts.get(day, 0)
    if not visits and not others and not tries:
        return Day(day, (), (), ())
    chance = town.chance("day", grid, day)
    visited_at = _times(day, visits, chance)
    opening = chance.sample(range(visits), plan.opened.get(day, 0))
    # A request made at a visit is written down with it; what came otherwise has a time of its own.
    coming = sorted([(visited_at[n], n) for n in opening] + [(at, -1) for at in _times(day, others, chance)])
    requests: list[Planned] = []
    opened: dict[int, Planned] = {}
    for at, n in coming:
        at_grid = n >= 0 or chance.random() < ways.AT_GRID_OTHERWISE
        source = Source.VISIT if n >= 0 else ways.source_of(at_grid, chance)
        requests.append(asked.ask(town, grid, ground, at, source, at_grid, requests, chance))
        if n >= 0:
            opened[n] = requests[-1]
    return Day(
        day,
        tuple(
            visited.visit(town, grid, ground, at, opened.get(n), chance) for n, at in enumerate(visited_at)
        ),
        tuple(requests),
        tuple(visited.attempt(grid, ground, day, chance) for _ in range(tries)),
    )


def _times(day: date, count: int, chance: random.Random) -> list[datetime]:
    """Instants in office hours, in order."""
    midnight = datetime.combine(day, time(), LOCAL).astimezone(UTC)
    return [midnight + timedelta(minutes=minute) for minute in sorted(chance.choices(_MINUTES, k=count))]


@cache
def _plan(town: Town, grid: UnitCode, year: int) -> _Plan:
    chance = town.chance("year", grid, year)
    days, weights = seasons.days_of_year(year), _weights(town, year)
    visits = chance.choices(days, cum_weights=weights, k=_parts(town.load.visits)[grid])
    requests = _parts(town.load.requests)[grid]
    at_visits = min(int(requests * ways.AT_VISITS + chance.random()), len(visits))
    tries = int(len(visits) * visited.NOT_IN + chance.random())
    return _Plan(
        visits=Counter(visits),
        opened=Counter(chance.sample(visits, at_visits)),
        others=Counter(chance.choices(days, cum_weights=weights, k=requests - at_visits)),
        attempts=Counter(chance.choices(days, cum_weights=weights, k=tries)),
    )


@cache
def _weights(town: Town, year: int) -> list[float]:
    return list(seasons.weights(year, town.calendar))


@cache
def _parts(whole: int) -> Mapping[UnitCode, int]:
    parts = shared(whole, [grid.households for grid in GRIDS_OF_ALL])
    return {grid.code: part for grid, part in zip(GRIDS_OF_ALL, parts, strict=True)}
