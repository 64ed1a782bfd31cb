"""The invented subdistrict: true to its measure, the same each time, and nothing in it that must not be."""

import hashlib
import os
import re
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import pytest

from gridbook import catalog
from gridbook.practice import names, places, subdistrict, texts, year
from gridbook.practice.asked import Planned
from gridbook.practice.subdistrict import SETS, Scale, Town
from gridbook.practice.visited import Visited
from gridbook.practice.worktime import Worktime
from gridbook.practice.year import Day
from gridbook.records import check
from gridbook.records.base import LOCAL, Reach, local_day
from gridbook.records.life import after, first_state, why_not
from gridbook.records.place import Building, Level, Pattern, chain_of, level_of
from gridbook.records.request import Action, Event, RequestState, Satisfaction, Status, check_given
from gridbook.records.rights import Kind, may_do, may_role, may_write
from gridbook.records.visit import Mode, VisitOutcome

GRID = "990101001003005"
LATER = date(2027, 12, 31)
NEVER = re.compile(
    # What the book never holds about people, and words the house does not use.
    "病|癌|糖尿|血压|精神|残疾|瘫|失能|失智|手术|住院|诊断|收入|工资|低保|贫困|民族|汉族|宗教|信仰|党员|"
    "上访|信访|吸毒|前科|刑满|户籍|籍贯|流动人口|离异|丧偶|独居|空巢|留守|孤寡|未成年|小孩|孩子|儿童|学生|小学|"
    "幼儿园|学历|文盲|车牌|微信号|身份证|护照|人脸|指纹|定位|照相|老伴|儿子|女儿|配偶|"
    "管控|排查|重点人员|摸排|研判|画像|布控|维稳|网吧|传销"
)


@pytest.fixture(scope="module")
def town() -> Town:
    return Town.of(Scale.SUBDISTRICT, 1)


@pytest.fixture(scope="module")
def days(town: Town) -> list[Day]:
    return [day for grid in town.grids for day in year.year_of(town, grid.code, 2026)]


@pytest.fixture(scope="module")
def requests(days: list[Day]) -> list[Planned]:
    return [request for day in days for request in day.requests]


@pytest.fixture(scope="module")
def visits(days: list[Day]) -> list[Visited]:
    return [visit for day in days for visit in day.visits]


@pytest.fixture(scope="module")
def buildings(town: Town) -> list[Building]:
    return [one for grid in town.grids for one in places.places_of(town, grid.code).buildings]


@dataclass(frozen=True)
class Lived:
    """A request with the states it went through."""

    planned: Planned
    states: Sequence[RequestState]
    refused: Sequence[str]

    @property
    def result(self) -> RequestState | None:
        """The state in which the work was first done."""
        return next((state for state in self.states if state.status is Status.RESOLVED), None)


@pytest.fixture(scope="module")
def lives(town: Town, requests: list[Planned]) -> list[Lived]:
    return [lived(town, request) for request in requests]


def lived(town: Town, planned: Planned) -> Lived:
    """Fold a life as a book would, and note whatever a book would refuse."""
    request, calendar = planned.entry.request, town.calendar
    states = [first_state(request, calendar)]
    refused, before = [], request.registered_at
    for act in planned.acts:
        check_given(act.action, act.given, request.unit)
        event = Event(b"", act.action, act.at, act.by_unit, act.by_person, act.given)
        why = why_not(states[-1], event, calendar)
        if why is not None:
            return Lived(planned, states, [*refused, why])
        role = roles()[act.by_unit, act.by_person]
        if not (
            may_write(act.by_unit, request.unit, Reach.SUBDISTRICT)
            and may_do(act.by_unit, request.unit, "Request", Kind.EVENT, act.action)
            and may_role(role, act.by_unit, "Request", Kind.EVENT, act.action)
        ):
            refused.append(f"{act.by_unit} may not {act.action}")
        if act.given.get("lead", request.unit) not in chain_of(request.unit):
            refused.append("handed to an office that never sees it")
        if act.at <= before:
            refused.append(f"{act.action} comes before its time")
        before = act.at
        states.append(after(states[-1], event, request, calendar))
    return Lived(planned, states, refused)


@cache
def roles() -> dict[tuple[str, str], subdistrict.Role]:
    return {(one.unit, one.code): one.role for one in Town.of(Scale.SUBDISTRICT, 1).staff}


def per_cent(found: Iterable[object]) -> dict[object, float]:
    counted = Counter(found)
    return {key: 100 * count / counted.total() for key, count in counted.items()}


def words(days: Iterable[Day]) -> Iterator[str]:
    """Everything that was written in words."""
    for day in days:
        for request in day.requests:
            held = request.entry.particulars
            yield from (held.title, held.text, held.hope, held.spot)
            for act in request.acts:
                yield from (act.note, act.telling, str(act.given.get("body", "")))
        for visit in day.visits:
            yield from visit.entry.details.items
            yield visit.entry.details.companion
            if visit.entry.note is not None:
                yield visit.entry.note.note


def mark_of(made: object) -> str:
    return hashlib.sha256(repr(made).encode()).hexdigest()


def test_the_offices_are_those_of_the_plan(town: Town) -> None:
    assert Counter(level_of(unit.code) for unit in town.units) == {
        Level.SUBDISTRICT: 1,
        Level.COMMUNITY: 10,
        Level.GRID: 74,
    }
    households = Counter[str]()
    for grid in town.grids:
        households[grid.code[:12]] += grid.households
    assert tuple(households.values()) == subdistrict.HOUSEHOLDS
    assert sum(households.values()) == 32_000
    assert sum(subdistrict.RESIDENTS) == 84_000
    assert Counter(str(one.role) for one in town.staff) == {
        "grid worker": 74,
        "community desk": 10,
        "community lead": 10,
        "subdistrict desk": 4,
        "subdistrict lead": 1,
        "auditor": 1,
    }
    for record in (*town.units, *town.staff, *town.holidays, town.hours):
        check.everyday(record)


def test_the_buildings_have_the_mix_of_the_plan(town: Town, buildings: list[Building]) -> None:
    estates = [one for grid in town.grids for one in places.places_of(town, grid.code).estates]
    doors = Counter[str]()
    for one in buildings:
        check.everyday(one)
        kind = "row" if one.pattern is Pattern.SINGLE else "walk-up" if one.floors <= 6 else "high"
        doors["tower" if one.floors >= 24 else kind] += len(one.doors())
    shares = {kind: 100 * count / doors.total() for kind, count in doors.items()}

    assert len(estates) == len({one.quick for one in estates}) == len({one.name for one in estates}) == 95
    assert len(buildings) == pytest.approx(780, rel=0.03)
    assert sum(one.units for one in buildings) == pytest.approx(2_900, rel=0.09)
    assert doors.total() == pytest.approx(36_400, rel=0.01)
    assert shares == pytest.approx({"walk-up": 68, "high": 22, "tower": 4, "row": 6}, abs=2)


def test_a_year_has_its_visits_requests_and_acts(days: list[Day], lives: list[Lived]) -> None:
    assert sum(len(day.visits) for day in days) == 39_900
    assert len(lives) == 18_000
    assert sum(len(one.planned.acts) for one in lives) == pytest.approx(100_000, rel=0.05)
    followed = sum(act.action is Action.FOLLOW_UP for one in lives for act in one.planned.acts)
    assert followed == pytest.approx(13_500, rel=0.05)
    assert sum(one.planned.entry.request.category[0] in "ABCDE" for one in lives) == pytest.approx(
        10_080, rel=0.03
    )


def test_every_life_is_allowed_from_its_first_day_to_its_last(lives: list[Lived]) -> None:
    assert Counter(why for one in lives for why in one.refused) == {}
    assert {one.states[-1].status for one in lives} == {Status.CLOSED}


def test_every_form_can_be_kept(requests: list[Planned], visits: list[Visited]) -> None:
    for request in requests:
        check.request(request.entry, LATER)
    for visit in visits:
        check.visit(visit.entry, local_day(visit.at))
    held = [request.entry.request.id for request in requests] + [one.entry.visit.id for one in visits]
    assert len(set(held)) == len(held)


def test_every_door_is_there(town: Town, days: list[Day], buildings: list[Building]) -> None:
    doors = {(one.id, door) for one in buildings for door in one.doors()}
    asked = [
        (request.entry.particulars.building, request.entry.particulars.door)
        for day in days
        for request in day.requests
        if request.entry.particulars.door
    ]
    tried = [(one.building, one.door) for day in days for one in day.attempts]
    visited = [
        (one.entry.details.building, one.entry.details.door)
        for day in days
        for one in day.visits
        if one.entry.details.door
    ]

    assert {*asked, *tried, *visited} <= doors
    assert 1 - len(set(asked)) / len(doors) == pytest.approx(0.66, abs=0.03)


def test_the_year_breathes(town: Town, days: list[Day]) -> None:
    months, weekdays = Counter[int](), Counter[int]()
    heating = Counter[int]()
    for day in days:
        months[day.date.month] += len(day.requests)
        if town.calendar.works(day.date) or day.date.weekday() >= 5:
            weekdays[day.date.weekday()] += len(day.requests)
        heating[day.date.month] += sum(one.entry.request.category == "G01" for one in day.requests)

    assert [12 * months[m] / 18_000 for m in range(1, 13)] == pytest.approx(
        [1.02, 0.74, 0.98, 1.02, 0.94, 0.94, 0.98, 0.94, 1.10, 1.22, 1.18, 0.94], abs=0.08
    )
    assert weekdays[0] > weekdays[1] > weekdays[4] > 2 * weekdays[5] > 2 * weekdays[6] > 0
    assert heating[10] + heating[11] > 0.4 * heating.total() > 10 * heating[7]


def test_categories_come_in_their_shares(requests: list[Planned]) -> None:
    found = Counter(one.entry.request.category for one in requests)
    for code, leaf in catalog.categories().items():
        assert 1000 * found[code] / len(requests) == pytest.approx(leaf.share, rel=0.12, abs=2)


def test_requests_come_and_end_where_the_plan_says(lives: list[Lived]) -> None:
    facts = [one.planned.entry.request for one in lives]
    ends = ["external" if one.result.body else str(level_of(one.result.lead)) for one in lives if one.result]
    begun_at_grid = [one for one in lives if level_of(one.planned.taken_by) is Level.GRID]
    happened = {
        action: 100 * sum(any(act.action is action for act in one.planned.acts) for one in lives) / 18_000
        for action in Action
    }

    assert per_cent(str(one.source) for one in facts) == pytest.approx(
        {"visit": 34, "call": 24, "desk": 20, "chat group": 12, "patrol": 6, "hotline": 4}, abs=1
    )
    assert per_cent(str(one.pressing) for one in facts) == pytest.approx(
        {"normal": 93, "urgent": 6, "emergency": 1}, abs=0.6
    )
    assert 100 * sum(one.public_place for one in facts) / 18_000 == pytest.approx(15, abs=1)
    assert per_cent(ends) == pytest.approx(
        {"grid": 52, "community": 37, "subdistrict": 9, "external": 2}, abs=1.5
    )
    passed_up = sum(one.states[-1].escalated for one in begun_at_grid)
    assert 100 * passed_up / len(begun_at_grid) == pytest.approx(17, abs=2)
    wanted = {
        Action.SETTLE: 23,
        Action.RETURN: 4,
        Action.CO_HANDLE: 5,
        Action.SUSPEND: 2,
        Action.EXTEND: 3,
        Action.URGE: 1.5,
        Action.MERGE: 3,
        Action.WITHDRAW: 1.2,
        Action.DECLINE: 1,
        Action.REOPEN: 2.5,
    }
    assert {action: happened[action] for action in wanted} == pytest.approx(wanted, rel=0.15, abs=0.3)


def test_work_takes_the_time_of_the_plan(town: Town, lives: list[Lived]) -> None:
    spent: dict[Level, list[float]] = {level: [] for level in Level}
    on_time: dict[Level, list[bool]] = {level: [] for level in Level}
    for one in lives:
        if one.result is None or one.result.resolved_at is None:
            continue
        level = level_of(one.result.lead)
        on_time[level].append(bool(one.result.on_time()))
        if all(act.action is not Action.SETTLE for act in one.planned.acts):
            start = town.office.minutes(one.planned.entry.request.registered_at)
            spent[level].append((town.office.minutes(one.result.resolved_at) - start) / 420)

    assert statistics.median(spent[Level.GRID]) == pytest.approx(0.4, abs=0.1)
    assert statistics.median(spent[Level.COMMUNITY]) == pytest.approx(2.2, abs=0.4)
    assert statistics.median(spent[Level.SUBDISTRICT]) == pytest.approx(5.5, abs=0.8)
    assert 100 * statistics.mean(on_time[Level.GRID]) == pytest.approx(98.5, abs=1)
    assert 100 * statistics.mean(on_time[Level.COMMUNITY]) == pytest.approx(95, abs=1.5)
    assert 100 * statistics.mean(on_time[Level.SUBDISTRICT]) == pytest.approx(90, abs=3)
    assert 100 * statistics.mean(one for found in on_time.values() for one in found) == pytest.approx(
        96, abs=1
    )


def test_offices_act_while_they_are_open(town: Town, requests: list[Planned]) -> None:
    by_night = [
        act.at
        for request in requests
        for act in request.acts
        if not 9 * 60 <= act.at.astimezone(LOCAL).hour * 60 + act.at.minute <= 17 * 60 + 30
    ]
    registered = {request.entry.request.registered_at.astimezone(LOCAL).hour for request in requests}

    assert by_night == []
    assert registered == {9, 10, 11, 13, 14, 15, 16, 17}


def test_people_say_afterwards_what_the_plan_says(requests: list[Planned]) -> None:
    asked = [act.given for one in requests for act in one.acts if act.action is Action.FOLLOW_UP]
    valid = [Satisfaction(given["satisfaction"]) for given in asked]
    answers = [one for one in valid if one.valid]

    assert 100 * len(answers) / len(asked) == pytest.approx(85, abs=1)
    assert per_cent(map(str, answers)) == pytest.approx(
        {"satisfied": 91.6, "mostly": 5.1, "dissatisfied": 3.3}, abs=0.8
    )
    assert 100 * statistics.mean(given["solved"] for given in asked if "solved" in given) == pytest.approx(
        99, abs=0.4
    )


def test_visits_end_as_the_plan_says(days: list[Day], visits: list[Visited]) -> None:
    ends: list[object] = [
        ("by phone" if one.entry.visit.mode is Mode.PHONE else str(one.entry.visit.mode))
        if one.entry.visit.outcome is VisitOutcome.MET
        else str(one.entry.visit.outcome)
        for one in visits
    ]
    ends += ["not in" for day in days for _ in day.attempts]

    assert per_cent(ends) == pytest.approx(
        {"indoors": 46, "doorstep": 28, "by phone": 14, "not in": 9, "rescheduled": 2, "declined": 1}, abs=0.8
    )
    opened = [request for one in visits for request in one.opens]
    assert len(opened) == pytest.approx(0.34 * 18_000, rel=0.01)
    assert all(str(request.entry.request.source) == "visit" for request in opened)
    assert all(
        one.entry.details.door == request.entry.particulars.door
        for one in visits
        for request in one.opens
        if request.entry.particulars.door
    )


def test_nothing_is_written_that_the_book_never_holds(days: list[Day]) -> None:
    said = "\n".join(set(words(days)))

    assert set(NEVER.findall(said)) == set()
    # Also what chance did not draw this year.
    spelled = "\n".join(
        text for leaf in texts.LEAVES.values() for text in (*leaf.titles, *leaf.texts, *leaf.done)
    )
    assert set(NEVER.findall(spelled)) == set()


def test_telephones_are_of_the_false_block(town: Town, requests: list[Planned]) -> None:
    phones = {request.entry.contact.phone for request in requests if request.entry.contact is not None}
    phones |= {unit.telephone for unit in town.units}

    assert len(phones) > 1000
    assert all(len(phone) == 11 and phone.startswith("1990000") for phone in phones)


def test_words_that_go_further_up_name_nobody(requests: list[Planned]) -> None:
    told = [(act.telling, one.entry.particulars) for one in requests for act in one.acts if act.telling]

    assert told
    assert not any(held.called and held.called in text for text, held in told)
    assert all(len(text) <= 500 for text, _ in told)


def test_names_are_as_hard_to_write_as_in_life(requests: list[Planned]) -> None:
    called = [one.entry.particulars.called for one in requests if one.entry.particulars.called]
    full = [name for name in called if not name.endswith(names.TITLES)]
    chance = Town.of(Scale.GRID, 1).chance("many names")
    many = [names.full(chance) for _ in range(100_000)]

    assert 1 - len(full) / len(called) == pytest.approx(0.70, abs=0.02)
    assert sum("·" in name for name in many) == pytest.approx(1000, rel=0.15)
    assert sum(any(c > "\uffff" for c in name) for name in many) == pytest.approx(20, abs=15)
    rare = sum(not in_gb2312(name.replace("·", "")) for name in many)
    assert rare == pytest.approx(320, rel=0.25)


def in_gb2312(text: str) -> bool:
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def test_texts_are_as_long_as_people_write_them(requests: list[Planned]) -> None:
    said = [one.entry.particulars.text for one in requests if one.entry.particulars.text]
    assert statistics.median(map(len, said)) == pytest.approx(26, abs=1.5)
    for code, leaf in texts.LEAVES.items():
        assert 12 <= len(leaf.texts) <= 20, code
        assert leaf.done, code
        assert bool(leaf.titles) is not catalog.category(code).restricted, code
    assert set(texts.LEAVES) == set(catalog.categories())


def test_a_grid_is_the_same_alone_and_among_all(days: list[Day]) -> None:
    alone = list(year.year_of(Town.of(Scale.GRID, 1), GRID, 2026))
    other = list(year.year_of(Town.of(Scale.GRID, 2), GRID, 2026))
    among = [day for day in days if day.visits and day.visits[0].entry.visit.unit == GRID]

    assert mark_of([day for day in alone if day.visits]) == mark_of(among)
    assert mark_of(other) != mark_of(alone)
    assert mark_of(places.places_of(Town.of(Scale.GRID, 1), GRID)) != mark_of(
        places.places_of(Town.of(Scale.GRID, 2), GRID)
    )


def test_a_day_is_the_same_wherever_one_starts() -> None:
    town = Town.of(Scale.GRID, 1)
    long = list(year.days_of(town, GRID, date(2026, 3, 2), 20))
    short = list(year.days_of(town, GRID, date(2026, 3, 9), 5))

    assert sum(town.calendar.works(day.date) for day in long) == 20
    assert short == [day for day in long if short[0].date <= day.date <= short[-1].date]


def test_another_run_of_the_program_makes_the_same() -> None:
    script = (
        "import hashlib; from gridbook.practice import year; from gridbook.practice.subdistrict import Town;"
        f"made = list(year.year_of(Town.of('grid', 1), '{GRID}', 2026));"
        "print(hashlib.sha256(repr(made).encode()).hexdigest())"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )

    assert told.stdout.strip() == mark_of(list(year.year_of(Town.of(Scale.GRID, 1), GRID, 2026)))


def test_sets_have_their_size() -> None:
    small, large, largest = SETS["S"], SETS["L"], SETS["XL"]

    assert (small.scale, small.years) == (Scale.GRID, 1)
    assert large.years * large.load.visits == 544_000
    assert 90_000 <= large.years * large.load.requests <= 120_000
    assert largest.years * largest.load.visits == 4_000_000
    made = list(year.year_of(Town.of(small.scale, 1), GRID, 2026))
    assert sum(len(day.visits) for day in made) == pytest.approx(540, rel=0.05)
    assert sum(len(day.requests) for day in made) == pytest.approx(243, rel=0.05)


def test_days_that_nobody_announced_say_that_they_are_practice(town: Town) -> None:
    announced = {one.day: one.works for one in catalog.special_days()}
    held = {one.day: one for one in town.holidays}

    assert {day: held[day].works for day in announced} == announced
    assert all("演示" in one.name for one in town.holidays if one.day not in announced)
    assert all(one.day.weekday() >= 5 for one in town.holidays if one.works)


def test_working_minutes_go_forth_and_back(town: Town) -> None:
    for kind in (town.office, town.duty):
        for minutes in range(900_000, 905_000, 37):
            assert kind.minutes(kind.instant(minutes)) == minutes
    week = Worktime(town.calendar, date(2026, 11, 23), date(2026, 12, 31))
    assert week.instant(5 * 420) - week.instant(5 * 420 - 1) > timedelta(days=2)
