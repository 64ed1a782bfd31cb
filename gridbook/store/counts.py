"""What happened in a span of days, as counts of a whole office: no person, worker or door is counted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from gridbook import catalog
from gridbook.records.base import LOCAL, instant_of, instant_text
from gridbook.records.figures import FollowUps
from gridbook.records.request import Action, Outcome, RequestState, Satisfaction, Source
from gridbook.records.visit import Mode, VisitReason
from gridbook.store import duplicates, requests, tables
from gridbook.store.session import Session

_NO_WORK = frozenset({Outcome.MERGED, Outcome.MOVED, Outcome.DECLINED})
"""Requests that ended without anybody having to resolve them here."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of a span of days; `waiting` and `late` are those at its end."""

    since: date
    until: date
    reasons: Mapping[VisitReason, int]
    modes: Mapping[Mode, int]
    sources: Mapping[Source, int]
    groups: Mapping[str, tuple[int, int]]
    """By group of categories: how many requests were registered, and how many resolved."""
    acts: Mapping[Action, int]
    waiting: int
    late: int
    suspended: int
    due: int
    on_time: int
    follow_ups: FollowUps

    @property
    def visits(self) -> int:
        """All visits."""
        return sum(self.reasons.values())

    @property
    def registered(self) -> int:
        """All requests registered."""
        return sum(self.sources.values())

    @property
    def resolved(self) -> int:
        """All requests resolved."""
        return sum(resolved for _, resolved in self.groups.values())


def of_days(session: Session, since: date, until: date) -> Counts:
    """Count what this book holds of these days, of this office and the offices below it."""
    start, end = _start_of(since), _start_of(until + timedelta(days=1))
    reasons, modes = _visits(session, since, until)
    found = _requests(session)
    inside = [(row, state) for row, state in found if start <= instant_of(row.registered_at) < end]
    resolved = [(row, state) for row, state in found if _within(state.resolved_at, start, end)]
    registered_in = Counter(_group(row.category) for row, _ in inside)
    resolved_in = Counter(_group(row.category) for row, _ in resolved)
    at_end = [
        state for row, state in found if instant_of(row.registered_at) < end and _is_open_at(state, end)
    ]
    due = [
        state
        for _, state in found
        if _within(state.due_at, start, end)
        and state.suspended_since is None
        and state.outcome not in _NO_WORK
    ]
    now = min(end, session.now())
    return Counts(
        since=since,
        until=until,
        reasons=reasons,
        modes=modes,
        sources=Counter(Source(row.source) for row, _ in inside),
        groups={
            group: (registered_in[group], resolved_in[group])
            for group in dict.fromkeys(one.group for one in catalog.categories().values())
        }
        | {group: (registered_in[group], resolved_in[group]) for group in registered_in | resolved_in},
        acts=_acts(session, start, end),
        waiting=len(at_end),
        late=sum(
            state.due_at is not None and state.due_at < now and state.suspended_since is None
            for state in at_end
        ),
        suspended=sum(state.suspended_since is not None for state in at_end),
        due=len(due),
        on_time=sum(state.on_time() is True for state in due),
        follow_ups=FollowUps.of(
            (state.satisfaction, state.solved)
            for _, state in found
            if isinstance(state.satisfaction, Satisfaction) and _within(state.followed_up_at, start, end)
        ),
    )


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _within(at: datetime | None, start: datetime, end: datetime) -> bool:
    return at is not None and start <= at < end


def _is_open_at(state: RequestState, end: datetime) -> bool:
    ended = [at for at in (state.resolved_at, state.closed_at) if at is not None]
    return not ended or min(ended) >= end


def _group(code: str) -> str:
    held = catalog.categories().get(code)
    return code[:1] if held is None else held.group


def _visits(session: Session, since: date, until: date) -> tuple[Counter[VisitReason], Counter[Mode]]:
    table = tables.RECORDS["Visit"]
    reasons: Counter[VisitReason] = Counter()
    modes: Counter[Mode] = Counter()
    for row in session.connection.execute(
        sa.select(table.c.reason, table.c.mode, sa.func.count().label("n"))
        .where(table.c.visited_on >= since.isoformat(), table.c.visited_on <= until.isoformat())
        .group_by(table.c.reason, table.c.mode)
    ):
        reasons[VisitReason(row.reason)] += row.n
        modes[Mode(row.mode)] += row.n
    return reasons, modes


def _requests(session: Session) -> list[tuple[Any, RequestState]]:
    table, state = tables.RECORDS["Request"], tables.request_state
    hidden = set(duplicates.hidden(session))
    rows = session.connection.execute(
        sa.select(table.c.id, table.c.registered_at, table.c.source, table.c.category, state.c.state).join(
            state, sa.and_(state.c.unit == table.c.unit, state.c.id == table.c.id)
        )
    )
    return [(row, requests.read_state(row.state)) for row in rows if bytes(row.id) not in hidden]


def _acts(session: Session, start: datetime, end: datetime) -> Counter[Action]:
    told = tables.request_event
    hidden = set(duplicates.hidden(session))
    rows = session.connection.execute(
        sa.select(told.c.request, told.c.action).where(
            told.c.at >= instant_text(start), told.c.at < instant_text(end), told.c.standing == "counts"
        )
    )
    return Counter(Action(row.action) for row in rows if bytes(row.request) not in hidden)


def span(kind: str, day: date) -> tuple[date, date]:
    """The day itself, or the week or month in which it lies."""
    if kind == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    if kind == "month":
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return day, day


def kind_of(since: date, until: date) -> str:
    """Whether these days are a day, a week, a month or none of them."""
    named = (kind for kind in ("day", "week", "month") if span(kind, since) == (since, until))
    return next(named, "")
