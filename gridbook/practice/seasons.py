"""When in the year how much is asked for: months, weekdays, days around holidays, seasons of categories."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import accumulate

from gridbook import catalog
from gridbook.records.deadline import Calendar

MONTHS = (1.02, 0.74, 0.98, 1.02, 0.94, 0.94, 0.98, 0.94, 1.10, 1.22, 1.18, 0.94)
WEEKDAYS = (1.25, 1.10, 1.0, 1.0, 0.95, 0.25, 0.20)
HOLIDAY, MAKE_UP, BEFORE, AFTER = 0.10, 0.95, 0.8, 1.4
LONG = 3
"""From how many days off in a row people bring forward and put off what they want to ask."""

SEASONS: Mapping[str, Sequence[int]] = {
    "HEAT": (12, 6, 6, 6, 1, 1, 1, 1, 2, 28, 23, 13),
    "INS": (3, 2, 3, 2, 2, 2, 3, 5, 14, 24, 24, 16),
    "PEN": (5, 4, 10, 12, 12, 10, 7, 6, 8, 9, 9, 8),
    "SNOW": (26, 20, 14, 1, 0, 0, 0, 0, 0, 2, 13, 24),
    "LEAK": (6, 6, 14, 14, 8, 8, 12, 9, 6, 6, 6, 5),
    "INS light": (6, 5, 6, 6, 6, 6, 6, 7, 11, 17, 14, 10),
    "winter": (14, 13, 9, 6, 5, 5, 5, 5, 6, 8, 11, 13),
    "winter +": (12, 11, 9, 7, 6, 6, 6, 6, 7, 8, 10, 12),
    "spring": (6, 7, 14, 15, 12, 8, 7, 7, 7, 6, 6, 5),
    "summer": (5, 5, 6, 8, 10, 13, 14, 13, 10, 6, 5, 5),
    "summer +": (6, 6, 7, 8, 9, 11, 13, 13, 10, 7, 5, 5),
    "Aug–Sep": (5, 4, 7, 7, 7, 7, 8, 18, 18, 7, 6, 6),
    "Jan, Dec": (24, 9, 5, 5, 5, 5, 5, 5, 5, 6, 8, 18),
    "Mar, Jul": (6, 6, 16, 8, 7, 7, 16, 7, 8, 7, 7, 5),
    "Mar, Sep": (6, 5, 17, 8, 8, 7, 6, 6, 16, 8, 7, 6),
    "Q4": (6, 5, 7, 7, 7, 7, 7, 7, 8, 13, 14, 12),
}
"""What part of a year's requests of such a category comes in each month, in per cent."""


@cache
def shares() -> Mapping[str, Sequence[float]]:
    """The share of each category in each month, ‰ of a year's requests; what has no season fills up."""
    leaves = catalog.categories().values()
    seasonal = {
        leaf.code: [leaf.share * part / sum(SEASONS[leaf.season]) for part in SEASONS[leaf.season]]
        for leaf in leaves
        if leaf.season in SEASONS
    }
    flat = [leaf for leaf in leaves if leaf.season not in SEASONS]
    left = [1000 * index / 12 - sum(part[m] for part in seasonal.values()) for m, index in enumerate(MONTHS)]
    evenly = {leaf.code: [leaf.share * part / sum(left) for part in left] for leaf in flat}
    return {**seasonal, **evenly}


@cache
def days_of_year(year: int) -> Sequence[date]:
    """Every day of a year."""
    first = date(year, 1, 1)
    return tuple(first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))


def weights(year: int, calendar: Calendar) -> Sequence[float]:
    """How much of the year's work falls on each day, added up from the first of January."""
    days = days_of_year(year)
    busy = [_busy(day, calendar) for day in days]
    months = [0.0] * 12
    for day, weight in zip(days, busy, strict=True):
        months[day.month - 1] += weight
    return tuple(
        accumulate(
            weight * MONTHS[day.month - 1] / months[day.month - 1]
            for day, weight in zip(days, busy, strict=True)
        )
    )


def _busy(day: date, calendar: Calendar) -> float:
    if not calendar.works(day):
        return HOLIDAY if day in calendar.exceptions else WEEKDAYS[day.weekday()]
    weight = WEEKDAYS[day.weekday()] if day.weekday() < 5 else MAKE_UP
    if _off(day, 1, calendar) >= LONG:
        weight *= BEFORE
    if _off(day, -1, calendar) >= LONG:
        weight *= AFTER
    return weight


def _off(day: date, step: int, calendar: Calendar) -> int:
    count = 0
    while not calendar.works(day + timedelta(days=step * (count + 1))):
        count += 1
    return count
