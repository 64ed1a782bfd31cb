"""The life of a request: which office does what to it and when, until the case is closed."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gridbook.practice import texts
from gridbook.practice.subdistrict import DESK, LEAD, SUBDISTRICT, TOP_DESKS, Town
from gridbook.practice.worktime import Worktime
from gridbook.records.base import RecordId, UnitCode, id_text, local_day
from gridbook.records.deadline import LONGEST_LIMIT, Limit, LimitKind
from gridbook.records.place import Level, level_of, parent_of
from gridbook.records.request import Request
from gridbook.records.steps import Action, Outcome, Reason, Satisfaction
from gridbook.records.visit import Mode

MEDIAN_DAYS: Mapping[Level, float] = {Level.GRID: 0.37, Level.COMMUNITY: 3.4, Level.SUBDISTRICT: 10.0}
SPREAD = 0.8
"""Working days to a result, log-normal; cut off by the time limit they come out at .4, 2.2 and 5.5."""
ON_TIME: Mapping[Level, float] = {Level.GRID: 0.975, Level.COMMUNITY: 0.94, Level.SUBDISTRICT: 0.885}

# Chances among those requests to which it can happen at all; the shares of all requests follow from them.
SETTLED: Mapping[Level, float] = {Level.GRID: 0.34, Level.COMMUNITY: 0.15, Level.SUBDISTRICT: 0.0}
DECLINED, WITHDRAWN, MERGED = 0.0105, 0.0125, 0.67
RETURNED, CO_HANDLED, SUSPENDED, EXTENDED = 0.17, 0.12, 0.028, 0.095
URGED, SUPERVISED, SELF_ASSIGNED = 0.021, 0.012, 0.55
FOLLOWED, FOLLOWED_NAMELESS, REACHED, SOLVED = 0.91, 0.25, 0.85, 0.99
REOPENED, REOPENED_DISSATISFIED = 0.02, 0.5
OUTCOMES = ((Outcome.SOLVED, 930), (Outcome.EXPLAINED, 35), (Outcome.PARTLY, 30), (Outcome.CANNOT, 5))
SATISFIED = (
    (Satisfaction.SATISFIED, 916),
    (Satisfaction.MOSTLY, 51),
    (Satisfaction.DISSATISFIED, 33),
)
SIGN_WITHIN, RETURN_WITHIN = 225, 330
"""Working minutes: an office signs within four hours and returns within a day."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something done to a request: when, by whom, with what details, remark and words for the other office.

    `given` is as events store it; `into` of a merge is the other request's id as text, because
    numbers are only given when it is written down.
    """

    at: datetime
    by_unit: UnitCode
    by_person: str
    action: Action
    given: Mapping[str, Any]
    note: str = ""
    telling: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What decides the life of a request: who took it down, where it ends, and what can be said about it."""

    request: Request
    taken_by: UnitCode
    ends_at: Level
    external: bool
    reachable: bool
    at_once: bool
    done: Sequence[str]
    told: str
    twin: RecordId | None = None
    twin_elsewhere: bool = False


@dataclass(slots=True)
class _Life:
    """A life in the making: steps in working minutes after registration."""

    case: Case
    chance: random.Random
    clock: Worktime
    start: int
    lead: UnitCode
    steps: list[tuple[int, UnitCode, str, Action, Mapping[str, Any], str, str]] = field(default_factory=list)
    now: int = 0

    def do(
        self,
        unit: UnitCode,
        action: Action,
        after: float,
        given: Mapping[str, Any] | None = None,
        note: str = "",
        *,
        leads: bool = False,
        telling: str = "",
    ) -> None:
        """The next step, so many working minutes after the one before, at least one."""
        self.now += max(1, int(after))
        person = LEAD
        if not leads and len(unit) < 15:
            person = DESK if len(unit) == 12 else self.chance.choice(TOP_DESKS)
        kept = "" if unit == SUBDISTRICT else note
        self.steps.append((self.now, unit, person, action, given or {}, kept, telling))

    def at(self, minutes: int) -> datetime:
        """The instant so many working minutes after registration."""
        return self.clock.instant(self.start + minutes)


def life(case: Case, town: Town, chance: random.Random) -> tuple[Act, ...]:
    """Everything that is done to a request, in order; each act is allowed where it stands."""
    limit = Limit.read(case.request.limit)
    clock = town.duty if limit.kind is LimitKind.HOURS else town.office
    start = clock.minutes(case.request.registered_at)
    made = _Life(case, chance, clock, start, case.request.unit)
    due = limit.due(case.request.registered_at, town.calendar, case.request.agreed_on)
    if not _short(made):
        _long(made, limit, clock.minutes(due) - start)
        _answered(made, limit, town)
    return tuple(
        Act(made.at(after), unit, person, action, given, note, telling)
        for after, unit, person, action, given, note, telling in made.steps
    )


def _short(made: _Life) -> bool:
    """Lives that end before the work begins: duplicates, what is not taken, what is taken back."""
    case, chance = made.case, made.chance
    taken, community = case.taken_by, case.taken_by[:12]
    if case.twin is not None:
        # Only the community sees both when the one lies with it and the other with the grid.
        merging = community if case.twin_elsewhere else taken
        made.do(merging, Action.MERGE, chance.randint(10, 240), {"into": id_text(case.twin)})
        return True
    if case.at_once:
        return False
    draw = chance.random()
    if draw < DECLINED:
        body = chance.choice(texts.BODIES)
        made.do(community, Action.DECLINE, chance.randint(20, 200), {"body": body}, leads=True)
        return True
    if draw < DECLINED + WITHDRAWN:
        made.do(taken, Action.ACCEPT, chance.randint(3, 120))
        made.do(taken, Action.WITHDRAW, chance.randint(20, 800))
        made.do(taken, Action.FEED_BACK, chance.randint(1, 60), {"mode": str(Mode.PHONE)})
        made.do(taken, Action.CLOSE, chance.randint(5, 420))
        return True
    return False


def _long(made: _Life, limit: Limit, span: int) -> None:
    case, chance = made.case, made.chance
    level = case.ends_at
    direct = level is level_of(case.taken_by) and not case.external
    if direct and (case.at_once or chance.random() < SETTLED[level]):
        made.do(case.taken_by, Action.SETTLE, chance.randint(3, 25), note=_remark(made, case.done, 0.3))
        return
    whole = _length(made, limit, span)
    _to_the_desk(made, whole, direct)
    _on_the_way(made, limit, span, whole)


def _length(made: _Life, limit: Limit, span: int) -> int:
    """Working minutes until there is a result; most within the time limit."""
    chance, level = made.chance, made.case.ends_at
    if limit.kind is LimitKind.BY_DATE:
        return int(span * chance.uniform(0.8, 0.99))
    day = made.clock.day_minutes
    whole = MEDIAN_DAYS[level] * day * chance.lognormvariate(0, SPREAD)
    if chance.random() < ON_TIME[level]:
        return int(whole if whole < span else span * chance.uniform(0.5, 0.98))
    return int(max(whole, span + day * chance.lognormvariate(-0.2, SPREAD)))


def _to_the_desk(made: _Life, whole: int, direct: bool) -> None:
    """Accept, and pass on until the office has it in hand that brings it to an end."""
    case, chance, taken = made.case, made.chance, made.case.taken_by
    grid_takes_over = case.ends_at is Level.GRID and not direct
    made.do(taken, Action.ACCEPT, min(whole * 0.12, chance.randint(2, 150)))
    if grid_takes_over:
        _passed_down(made, whole)
    elif direct and taken == made.lead and len(taken) == 12 and chance.random() < SELF_ASSIGNED:
        made.do(taken, Action.ASSIGN, min(whole * 0.1, chance.randint(5, 240)), {"lead": taken})
        made.do(taken, Action.SIGN, _soon(made, whole, SIGN_WITHIN))
    while not grid_takes_over and level_of(made.lead).height < case.ends_at.height:
        _passed_up(made, whole)


def _soon(made: _Life, whole: int, longest: int) -> float:
    return min(whole * 0.12, made.chance.randint(8, longest))


def _passed_down(made: _Life, whole: int) -> None:
    grid, desk = made.case.request.unit, made.case.taken_by
    made.do(desk, Action.ASSIGN, min(whole * 0.12, made.chance.randint(5, 240)), {"lead": grid})
    if made.chance.random() < RETURNED:
        _returned(made, grid, whole)
        made.do(desk, Action.ASSIGN, _soon(made, whole, 200), {"lead": grid})
    made.do(grid, Action.SIGN, _soon(made, whole, SIGN_WITHIN))


def _passed_up(made: _Life, whole: int) -> None:
    below = made.lead
    above = parent_of(below) or below
    telling = made.case.told if above == SUBDISTRICT else ""
    made.do(below, Action.ESCALATE, min(whole * 0.12, made.chance.randint(5, 400)), telling=telling)
    if made.chance.random() < RETURNED:
        _returned(made, above, whole)
        made.do(below, Action.ESCALATE, _soon(made, whole, 200), telling=telling)
    made.do(above, Action.SIGN, _soon(made, whole, SIGN_WITHIN))
    made.lead = above


def _returned(made: _Life, by: UnitCode, whole: int) -> None:
    reason = made.chance.choice((Reason.WRONG_OFFICE, Reason.MORE_NEEDED))
    note = _remark(made, texts.RETURNED, 0.7)
    made.do(by, Action.RETURN, _soon(made, whole, RETURN_WITHIN), {"reason": str(reason)}, note)


def _on_the_way(made: _Life, limit: Limit, span: int, whole: int) -> None:
    """What happens between taking it in hand and the result."""
    case, chance, lead = made.case, made.chance, made.lead
    begun = made.now
    extended = _may_extend(made, limit, span)
    if extended:
        whole = span + int(chance.uniform(0.1, 0.95) * extended * made.clock.day_minutes)
    middle = sorted(_middle(made, extended), key=lambda step: (step[1] is not Action.EXTEND, chance.random()))
    room = max(whole - begun, len(middle) + 2)
    for n, (unit, action, given, leads) in enumerate(middle, start=1):
        note = _remark(made, texts.EXTENDED, 0.6) if action is Action.EXTEND else ""
        # An extension comes first, because only what is not yet due can be extended.
        wanted = begun + room * n * chance.uniform(0.55, 0.95) / (len(middle) + 1)
        latest = span - 5 if action is Action.EXTEND else whole - 1
        if action is Action.SUPERVISE:
            given = {"reply_due": _days_after(made, max(int(wanted), made.now), chance.randint(2, 3))}
        made.do(unit, action, min(wanted, latest) - made.now, given, note, leads=leads)
    away = 0
    if not extended and chance.random() < SUSPENDED:
        away = _suspended(made)
    outcome = chance.choices([o for o, _ in OUTCOMES], [w for _, w in OUTCOMES])[0]
    note = _remark(made, (*case.done, *texts.RESOLVED), 0.55)
    made.do(lead, Action.RESOLVE, whole + away - made.now, {"outcome": str(outcome)}, note)


def _may_extend(made: _Life, limit: Limit, span: int) -> int:
    """By how many working days the request is extended, if at all."""
    if made.case.ends_at is Level.GRID or limit.kind is not LimitKind.DAYS or made.now > span * 0.8:
        return 0
    most = min(5, LONGEST_LIMIT - limit.amount)
    return made.chance.randint(1, most) if most > 0 and made.chance.random() < EXTENDED else 0


def _middle(made: _Life, extended: int) -> Iterator[tuple[UnitCode, Action, Mapping[str, Any], bool]]:
    case, chance, lead = made.case, made.chance, made.lead
    above = parent_of(lead)
    if extended:
        yield lead, Action.EXTEND, {"days": extended}, True
    if case.external:
        yield lead, Action.REFER, {"body": chance.choice(texts.BODIES)}, False
    if case.ends_at is not Level.GRID and chance.random() < CO_HANDLED:
        yield lead, Action.CO_HANDLE, {"unit": _neighbour(made)}, False
    if above is not None and chance.random() < URGED:
        yield above, Action.URGE, {}, False
    if len(lead) == 12 and chance.random() < SUPERVISED:
        yield SUBDISTRICT, Action.SUPERVISE, {}, True


def _days_after(made: _Life, minutes: int, days: int) -> str:
    return local_day(made.at(minutes + days * made.clock.day_minutes)).isoformat()


def _neighbour(made: _Life) -> UnitCode:
    """A grid of the community that helps; every community has at least five."""
    return f"{made.case.request.unit[:12]}{made.chance.randint(1, 5):03}"


def _suspended(made: _Life) -> int:
    """Suspend and resume after whole days, by which the deadline moves too."""
    days = made.chance.randint(1, 5)
    away = days * made.clock.day_minutes
    reason = made.chance.choice((Reason.RESIDENT_AWAY, Reason.OTHER_BODY, Reason.MATERIAL, Reason.WEATHER))
    note = _remark(made, texts.WAITING, 0.7)
    made.do(made.lead, Action.SUSPEND, made.chance.randint(5, 60), {"reason": str(reason)}, note)
    made.do(made.lead, Action.RESUME, away)
    return away


def _answered(made: _Life, limit: Limit, town: Town) -> None:
    """Tell the requester, ask how it went, close; now and then it starts again."""
    chance, case = made.chance, made.case
    again = _told_and_asked(made)
    if again:
        reason = chance.choice((Reason.NOT_LASTING, Reason.NOT_DONE, Reason.NEW_FACTS))
        made.do(_asking(made), Action.REOPEN, chance.randint(30, 900), {"reason": str(reason)})
        opened = made.at(made.now)
        due = limit.due(opened, town.calendar, case.request.agreed_on)
        span = made.clock.minutes(due) - made.start - made.now
        whole = _length(made, Limit(LimitKind.DAYS, 1), max(span, 30))
        note = _remark(made, texts.RESOLVED, 0.5)
        made.do(made.lead, Action.RESOLVE, max(20, whole), {"outcome": str(Outcome.SOLVED)}, note)
        _told_and_asked(made, last=True)
    made.do(_asking(made), Action.CLOSE, chance.randint(5, 900))


def _asking(made: _Life) -> UnitCode:
    """The office that talks with the requester is the one that took it down."""
    return made.case.taken_by


def _told_and_asked(made: _Life, *, last: bool = False) -> bool:
    """Feed back and follow up; true when the matter is opened again."""
    chance, case = made.chance, made.case
    mode = chance.choice((Mode.PHONE, Mode.PHONE, Mode.DOORSTEP)) if case.reachable else Mode.STATION
    made.do(_asking(made), Action.FEED_BACK, chance.randint(1, 300), {"mode": str(mode)})
    if chance.random() >= (FOLLOWED if case.reachable else FOLLOWED_NAMELESS):
        return False
    answer, given = _answer(chance, last)
    asking = case.taken_by[:12] if chance.random() < 0.4 else case.taken_by
    note = _remark(made, texts.FOLLOWED[:3], 0.1) if answer.valid else ""
    made.do(asking, Action.FOLLOW_UP, chance.randint(200, 3000), given, note)
    if last or not answer.valid:
        return False
    unhappy = answer is Satisfaction.DISSATISFIED
    return chance.random() < (REOPENED_DISSATISFIED if unhappy else REOPENED)


def _answer(chance: random.Random, last: bool) -> tuple[Satisfaction, Mapping[str, Any]]:
    if chance.random() >= REACHED:
        missed = chance.choice((Satisfaction.NOT_REACHED, Satisfaction.NOT_REACHED, Satisfaction.NO_ANSWER))
        return missed, {"satisfaction": str(missed)}
    answer = chance.choices([a for a, _ in SATISFIED], [w for _, w in SATISFIED])[0]
    return answer, {"satisfaction": str(answer), "solved": last or chance.random() < SOLVED}


def _remark(made: _Life, remarks: Sequence[str], share: float) -> str:
    if made.chance.random() >= share:
        return ""
    return texts.filled(made.chance.choice(remarks), made.chance, m=local_day(made.at(made.now)).month)
