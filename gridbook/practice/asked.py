"""A request as it is taken down: who, where, what, how it came, and the life it will have."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gridbook import catalog
from gridbook.catalog import Category
from gridbook.practice import ground, lives, names, texts, ways
from gridbook.practice.ground import Ground, Where
from gridbook.practice.lives import Act, Case
from gridbook.practice.subdistrict import DESK, LEAD, Town
from gridbook.records.base import UnitCode, id_at, local_day
from gridbook.records.deadline import Limit
from gridbook.records.place import Level
from gridbook.records.request import Contact, Particulars, Request, RequestEntry
from gridbook.records.steps import Pressing, Source

WITH_NAME, ANONYMOUS, WITH_PHONE, WITH_HOW, WITH_HOPE = 0.55, 0.015, 0.94, 0.3, 0.25
"""Of those whose category needs a name, how many have been asked for it; and so on."""
URGENT = {"G": 0.25, "F02": 0.3, "H03": 0.3, "H05": 0.3}
URGENT_OTHERWISE = 0.023
BURST, COVER = "爆", "井盖"
AT_ONCE = "J01"
FOR_MANY = "FGH"
"""Groups in which the same is told by more than one: houses, pipes, streets."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A request as it is taken down, by whom, and everything that will be done to it, in order.

    Its stream is the grid's, or the community's when it was taken down there and stays there or goes up.
    """

    entry: RequestEntry
    taken_by: UnitCode
    taken_person: str
    acts: tuple[Act, ...]
    place: Where


def ask(
    town: Town,
    grid: UnitCode,
    doors: Ground,
    at: datetime,
    source: Source,
    at_grid: bool,
    earlier: Sequence[Planned],
    chance: random.Random,
) -> Planned:
    """What comes in at an instant; now and then the same as another request of that day."""
    taken_by = grid if at_grid else grid[:12]
    code = ways.category_in(local_day(at).month, at_grid, chance)
    twin = _twin(code, earlier, chance)
    if twin is not None:
        code = twin.entry.request.category
    place = doors.place(code, chance) if twin is None else doors.beside(twin.place, chance)
    leaf = catalog.category(code)
    end, external = ways.end_of(code, at_grid, chance)
    if code == AT_ONCE:
        end, external = (Level.GRID if at_grid else Level.COMMUNITY), False
    unit = grid if at_grid or (end is Level.GRID and twin is None) else grid[:12]
    entry, said = _entry(town, unit, leaf, place, at, source, chance)
    case = Case(
        request=entry.request,
        taken_by=taken_by,
        ends_at=end,
        external=external,
        reachable=bool(entry.particulars.called),
        at_once=code == AT_ONCE,
        done=texts.LEAVES[code].done,
        told="：".join(part for part in (place.text, said) if part),
        twin=twin.entry.request.id if twin is not None else None,
        twin_elsewhere=twin is not None and twin.entry.request.unit != unit,
    )
    acts = lives.life(case, town, chance)
    return Planned(entry, taken_by, LEAD if at_grid else DESK, acts, place)


def _twin(code: str, earlier: Sequence[Planned], chance: random.Random) -> Planned | None:
    """Another request of the day about the same: what concerns many is told by more than one."""
    if code[0] not in FOR_MANY:
        return None
    alike = [one for one in earlier if one.entry.request.category[0] in FOR_MANY]
    return chance.choice(alike) if alike and chance.random() < lives.MERGED else None


def _entry(
    town: Town,
    unit: UnitCode,
    leaf: Category,
    place: Where,
    at: datetime,
    source: Source,
    chance: random.Random,
) -> tuple[RequestEntry, str]:
    words, month = texts.LEAVES[leaf.code], local_day(at).month
    template, said = ground.said(words.texts, place, month, chance)
    title = said if leaf.restricted else words.title_of(template)
    text = "" if leaf.restricted else _written(said, place, chance)
    hope = ""
    if not leaf.restricted and chance.random() < WITH_HOPE:
        hope = texts.filled(chance.choice(texts.HOPES), chance)
    record = id_at(at, chance.randbytes)
    called = _called(leaf, chance)
    request = Request(
        unit=unit,
        id=record,
        number="",
        registered_at=at,
        source=source,
        category=leaf.code,
        limit=_limit(leaf, said),
        pressing=_pressing(leaf, said, chance),
        estate=place.estate.id if place.estate is not None else None,
        public_place=place.public,
        agreed_on=_agreed(town, leaf, local_day(at), chance),
    )
    particulars = Particulars(
        unit=unit,
        id=record,
        building=place.building.id if place.building is not None and place.door else None,
        door=place.door,
        spot=place.spot,
        called=called,
        title=title,
        text=text,
        hope=hope,
    )
    return RequestEntry(request, particulars, _contact(unit, record, called, chance)), said


def _written(said: str, place: Where, chance: random.Random) -> str:
    if place.estate is not None and chance.random() < texts.TAILED:
        tails = texts.PUBLIC_TAILS if place.public else texts.TAILS
        said += texts.filled(chance.choice(tails), chance)
    return texts.slipped(said, chance) if chance.random() < texts.TYPOS else said


def _called(leaf: Category, chance: random.Random) -> str:
    if not leaf.takes_person or chance.random() < ANONYMOUS:
        return ""
    if leaf.needs_name and chance.random() < WITH_NAME:
        return names.full(chance)
    return names.address(chance)


def _contact(unit: UnitCode, record: bytes, called: str, chance: random.Random) -> Contact | None:
    if not called or chance.random() >= WITH_PHONE:
        return None
    how = chance.choice(texts.HOW_TO_REACH) if chance.random() < WITH_HOW else ""
    return Contact(unit=unit, id=record, phone=names.phone(chance), how=how)


def _limit(leaf: Category, said: str) -> str:
    if leaf.code == "G02" and BURST in said:
        return "2 h"
    if leaf.code == "H03" and COVER in said:
        return "24 h"
    return Limit.read(leaf.limit).text()


def _pressing(leaf: Category, said: str, chance: random.Random) -> Pressing:
    draw = chance.random()
    if (leaf.code == "G04" and draw < 0.8) or (leaf.code == "G02" and BURST in said):
        return Pressing.EMERGENCY
    urgent = URGENT.get(leaf.code, URGENT.get(leaf.group, URGENT_OTHERWISE))
    return Pressing.URGENT if draw < urgent else Pressing.NORMAL


def _agreed(town: Town, leaf: Category, day: date, chance: random.Random) -> date | None:
    if leaf.limit != "by date":
        return None
    agreed = day + timedelta(days=chance.randint(2, 12))
    return agreed if town.calendar.works(agreed) else town.calendar.after(agreed, 1)
