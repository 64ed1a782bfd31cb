"""Visits as they are written down, what they opened, and doors at which nobody was in."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gridbook.practice import texts, ways
from gridbook.practice.asked import Planned
from gridbook.practice.ground import Ground
from gridbook.practice.subdistrict import Town
from gridbook.records.base import RecordId, UnitCode, id_at, local_day
from gridbook.records.visit import (
    PRIVACY_NOTICE,
    Attempt,
    Mode,
    PartOfDay,
    Visit,
    VisitDetails,
    VisitEntry,
    VisitNote,
    VisitOutcome,
    VisitReason,
)

NOT_IN = 9 / 91
"""Doors tried in vain for each visit; these are attempts and no visits."""
LATE, TWO_ITEMS, NOTED, ACCOMPANIED, NEXT_AGREED, NOTICE_GIVEN = 0.06, 0.12, 0.12, 0.06, 0.15, 0.9
NO_ITEM = 0.18
COMPANIONS = ("物业管家", "志愿者", "楼组长", "社区工作者", "维修师傅", "社工站同事")

_HOW = (
    (VisitOutcome.MET, Mode.INDOORS, 460),
    (VisitOutcome.MET, Mode.DOORSTEP, 280),
    (VisitOutcome.MET, Mode.PHONE, 140),
    (VisitOutcome.RESCHEDULED, Mode.DOORSTEP, 23),
    (VisitOutcome.DECLINED, Mode.DOORSTEP, 11),
)
_MET = _HOW[:3]
_REASONS = (
    (VisitReason.REQUEST, 16),
    (VisitReason.ERRAND, 18),
    (VisitReason.FOLLOW_UP, 12),
    (VisitReason.CARE, 12),
    (VisitReason.INVITED, 12),
    (VisitReason.POLICY, 20),
    (VisitReason.FACILITY, 10),
)
_PARTS = ((PartOfDay.MORNING, 46), (PartOfDay.AFTERNOON, 44), (PartOfDay.EVENING, 10))
_NO_MATTER = frozenset({VisitReason.CARE, VisitReason.FOLLOW_UP})
"""Contacts that were agreed or promised; mostly nothing new comes of them."""


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit form, the instant at which it is filled in, and the request that it opens."""

    at: datetime
    entry: VisitEntry
    opens: tuple[Planned, ...]


def visit(
    town: Town, grid: UnitCode, doors: Ground, at: datetime, opens: Planned | None, chance: random.Random
) -> Visited:
    """A visit written down at an instant; some are written down on the working day after."""
    ways_in = _MET if opens is not None else _HOW
    outcome, mode, _ = chance.choices(ways_in, [weight for _, _, weight in ways_in])[0]
    reason = chance.choices([r for r, _ in _REASONS], [w for _, w in _REASONS])[0]
    part = chance.choices([p for p, _ in _PARTS], [w for _, w in _PARTS])[0]
    record, day = id_at(at, chance.randbytes), local_day(at)
    place = opens.place if opens is not None and opens.place.door else doors.door(chance)
    categories, items = _matters(outcome, reason, grid, at, opens, doors, chance)
    met = outcome is VisitOutcome.MET
    made = Visit(
        unit=grid,
        id=record,
        number="",
        visited_on=_last_worked(town, day) if opens is None and chance.random() < LATE else day,
        part=part,
        reason=reason,
        mode=mode,
        outcome=outcome,
        categories=categories,
    )
    details = VisitDetails(
        unit=grid,
        id=record,
        building=place.building.id if place.building is not None else None,
        door=place.door,
        items=items,
        companion=_companion(mode, chance),
        next_on=_next(town, day, chance) if met and chance.random() < NEXT_AGREED else None,
        notice=PRIVACY_NOTICE if met and chance.random() < NOTICE_GIVEN else "",
    )
    note = _note(grid, record, at, chance) if met and chance.random() < NOTED else None
    return Visited(at, VisitEntry(made, details, note), (opens,) if opens is not None else ())


def attempt(grid: UnitCode, doors: Ground, day: date, chance: random.Random) -> Attempt:
    """A door at which nobody was in."""
    place = doors.door(chance)
    part = chance.choices([p for p, _ in _PARTS], [w for _, w in _PARTS])[0]
    return Attempt(grid, place.building.id if place.building is not None else b"", place.door, day, part)


def _matters(
    outcome: VisitOutcome,
    reason: VisitReason,
    grid: UnitCode,
    at: datetime,
    opens: Planned | None,
    doors: Ground,
    chance: random.Random,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Categories and items: what was settled on the spot, what a request was opened for."""
    categories: list[str] = []
    items: list[str] = []
    if opens is not None:
        categories.append(opens.entry.request.category)
        items.append(opens.entry.particulars.title)
    spare = 0.75 if reason in _NO_MATTER else NO_ITEM
    if outcome is not VisitOutcome.MET or (opens is not None and chance.random() > TWO_ITEMS):
        return tuple(categories), tuple(items)
    if opens is None and chance.random() < spare:
        return (), ()
    month = local_day(at).month
    for _ in range(2 if opens is None and chance.random() < TWO_ITEMS else 1):
        code = ways.category_in(month, True, chance)
        if code not in categories:
            categories.append(code)
            items.append(texts.filled(chance.choice(texts.LEAVES[code].done), chance, m=month))
    return tuple(categories), tuple(items)


def _companion(mode: Mode, chance: random.Random) -> str:
    return chance.choice(COMPANIONS) if mode is not Mode.PHONE and chance.random() < ACCOMPANIED else ""


def _note(grid: UnitCode, record: RecordId, at: datetime, chance: random.Random) -> VisitNote:
    text = texts.filled(chance.choice(texts.OWN_NOTES), chance, m=local_day(at).month)
    return VisitNote(unit=grid, id=record, note=text)


def _next(town: Town, day: date, chance: random.Random) -> date:
    return town.calendar.after(day, chance.choice((5, 10, 10, 20)))


def _last_worked(town: Town, day: date) -> date:
    day -= timedelta(days=1)
    while not town.calendar.works(day):
        day -= timedelta(days=1)
    return day
