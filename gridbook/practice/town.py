"""The invented subdistrict as the run needs it: offices, places of a grid, a grid's work of a day."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from gridbook import catalog
from gridbook.records.base import LOCAL, UnitCode, id_at
from gridbook.records.place import PRACTICE_PREFIX, Building, Estate
from gridbook.records.request import Contact, Particulars, Request, RequestEntry, Source
from gridbook.records.staff import Role
from gridbook.records.visit import (
    PRIVACY_NOTICE,
    Mode,
    PartOfDay,
    Visit,
    VisitDetails,
    VisitEntry,
    VisitNote,
    VisitOutcome,
    VisitReason,
)

GRIDS = (10, 10, 8, 8, 7, 7, 7, 6, 6, 5)
"""How many grids each community has."""
VISITS_A_DAY, REQUESTS_A_DAY = 539 / 245, 243 / 245
FAMILY, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "敏静丽强磊洋艳勇杰娟涛明超霞平刚桂英"
ESTATES = (("云溪新苑", "yxxy"), ("幸福里", "xfl"), ("杨柳苑", "yly"), ("和顺家园", "hsjy"))


@dataclass(frozen=True, slots=True)
class Office:
    """An office of the town: code and names, who makes its book, and who else sits at its desk."""

    code: UnitCode
    name: str
    short: str
    person: str
    desk: str = ""
    desk_role: Role = Role.GRID_WORKER


@dataclass(frozen=True, slots=True)
class Work:
    """A grid's day: visits with the requests opened at them, and requests that came otherwise."""

    visits: Sequence[tuple[VisitEntry, Sequence[RequestEntry]]]
    requests: Sequence[RequestEntry]


class Town:
    """Everything follows from scale and seed; asked twice, it answers the same."""

    def __init__(self, scale: str, seed: int) -> None:
        self.seed = seed
        self.grids = {"grid": (1,), "community": GRIDS[:1]}.get(scale, GRIDS)
        self._places: dict[UnitCode, tuple[Sequence[Estate], Sequence[Building]]] = {}
        self._leaves = [one for one in catalog.categories().values() if one.share > 0]

    @classmethod
    def of(cls, scale: str, seed: int) -> "Town":
        """One grid with its offices, one community, or the whole subdistrict."""
        return cls(scale, seed)

    def offices(self) -> Iterator[Office]:
        """Every office, those above before those below."""
        chance = self._chance("people")
        yield Office(
            PRACTICE_PREFIX,
            "示范街道（演示数据）",
            "示范街道",
            _person(chance),
            _person(chance),
            Role.SUBDISTRICT_DESK,
        )
        for c in range(1, len(self.grids) + 1):
            yield Office(
                f"{PRACTICE_PREFIX}{c:03}",
                f"{c:02}社区（演示数据）",
                f"{c:02}社区",
                _person(chance),
                _person(chance),
                Role.COMMUNITY_DESK,
            )
        for c, grids in enumerate(self.grids, start=1):
            for g in range(1, grids + 1):
                name = f"{c:02}社区-{g:02}网格"
                yield Office(f"{PRACTICE_PREFIX}{c:03}{g:03}", f"{name}（演示数据）", name, _person(chance))

    def places_of(self, unit: UnitCode) -> tuple[Sequence[Estate], Sequence[Building]]:
        """The estates and buildings of a grid: about 430 doors."""
        if unit not in self._places:
            chance = self._chance(unit)
            at = datetime(2026, 10, 30, 1, tzinfo=UTC)
            name, quick = chance.choice(ESTATES)
            estate = Estate(
                unit=unit, id=id_at(at, chance.randbytes), name=f"{name}{unit[-2:]}区", quick=quick
            )
            self._places[unit] = (
                (estate,),
                tuple(
                    Building(
                        unit=unit,
                        id=id_at(at, chance.randbytes),
                        estate=estate.id,
                        number=str(number),
                        units=chance.choice((3, 4, 5)),
                        floors=chance.choice((5, 6)),
                        doors_per_floor=2,
                    )
                    for number in range(1, 11)
                ),
            )
        return self._places[unit]

    def work_of(self, unit: UnitCode, day: date) -> Work:
        """What a grid writes down on a working day."""
        chance = self._chance(f"{unit} {day.isoformat()}")
        _, buildings = self.places_of(unit)
        count = _count(chance, REQUESTS_A_DAY)
        opened = [self._request(unit, day, chance, buildings) for _ in range(count)]
        visits: list[tuple[VisitEntry, Sequence[RequestEntry]]] = []
        for n in range(_count(chance, VISITS_A_DAY)):
            with_it = opened[n : n + 1] if chance.random() < 0.34 and n < len(opened) else []
            visits.append((_visit(unit, day, chance, buildings, bool(with_it)), with_it))
        taken = {id(one) for _, with_it in visits for one in with_it}
        return Work(visits, [one for one in opened if id(one) not in taken])

    def _chance(self, what: str) -> random.Random:
        return random.Random(f"{self.seed} {what}")

    def _request(
        self, unit: UnitCode, day: date, chance: random.Random, buildings: Sequence[Building]
    ) -> RequestEntry:
        leaf = chance.choices(self._leaves, [one.share for one in self._leaves])[0]
        at = datetime.combine(day, time(9), LOCAL).astimezone(UTC) + timedelta(minutes=chance.randrange(420))
        made = id_at(at, chance.randbytes)
        building = chance.choice(buildings)
        public = not leaf.takes_person
        called = "" if public else chance.choice(FAMILY) + chance.choice(("女士", "先生", "阿姨", "师傅"))
        return RequestEntry(
            Request(
                unit=unit,
                id=made,
                number="",
                registered_at=at,
                source=chance.choice(tuple(Source)),
                category=leaf.code,
                limit="",
                estate=building.estate,
                public_place=public,
            ),
            Particulars(
                unit=unit,
                id=made,
                building=None if public else building.id,
                door="" if public else chance.choice(building.doors()),
                spot=f"{building.number}号楼旁" if public else "",
                called=called,
                title=leaf.name_zh[:30],
                text="" if leaf.restricted else f"演示：{leaf.name_zh}，请帮忙看看。",
            ),
            None if public else Contact(unit=unit, id=made, phone=f"1990000{chance.randrange(10_000):04}"),
        )


def _count(chance: random.Random, mean: float) -> int:
    """A whole number of that mean: so many events of a day on which each comes by itself."""
    left, count = 1.0, -1
    floor = 2.718281828459045**-mean
    while left > floor:
        left *= chance.random()
        count += 1
    return count


def _visit(
    unit: UnitCode, day: date, chance: random.Random, buildings: Sequence[Building], opening: bool
) -> VisitEntry:
    made = id_at(datetime.combine(day, time(10), LOCAL).astimezone(UTC), chance.randbytes)
    building = chance.choice(buildings)
    away = not opening and chance.random() < 0.09
    leaf = chance.choice(tuple(catalog.categories()))
    note = (
        VisitNote(unit=unit, id=made, note="演示：下次带登记表。")
        if not away and chance.random() < 0.2
        else None
    )
    return VisitEntry(
        Visit(
            unit=unit,
            id=made,
            number="",
            visited_on=day,
            part=chance.choice((PartOfDay.MORNING, PartOfDay.AFTERNOON)),
            reason=chance.choice((VisitReason.REQUEST, VisitReason.ERRAND, VisitReason.INVITED)),
            mode=chance.choice((Mode.INDOORS, Mode.INDOORS, Mode.DOORSTEP, Mode.PHONE)),
            outcome=VisitOutcome.NOT_IN if away else VisitOutcome.MET,
            categories=() if away else (leaf,),
        ),
        VisitDetails(
            unit=unit,
            id=made,
            building=building.id,
            door=chance.choice(building.doors()),
            items=() if away else (catalog.categories()[leaf].name_zh,),
            notice=PRIVACY_NOTICE,
        ),
        note,
    )


def _person(chance: random.Random) -> str:
    return chance.choice(FAMILY) + chance.choice(GIVEN) + chance.choice(GIVEN)
