"""Requests in lists: what is open, due, waiting here or elsewhere, and alike at one door."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa

from gridbook import catalog
from gridbook.i18n import N_
from gridbook.records.base import LOCAL, RecordId, UnitCode, instant_text, local_day
from gridbook.records.deadline import Urgency
from gridbook.records.request import OPEN, Particulars, Request, RequestState, Status
from gridbook.store import duplicates, lookup, pinyin, places, requests, rows, tables
from gridbook.store.session import Session

STILL_OPEN = tuple(str(status) for status in sorted(OPEN))
TO_FINISH = (str(Status.RESOLVED), str(Status.ANSWERED), str(Status.FOLLOWED_UP))
NO_DATE = "9999"
RUNS = '%"suspended_since":null%'
"""What stands in the state of a request whose clock runs."""


class Due(StrEnum):
    """How the deadline of an open request stands."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"
    SUSPENDED = "suspended"


DUE_NAMES = {
    Due.OVERDUE: N_("Overdue"),
    Due.TODAY: N_("Due today"),
    Due.WEEK: N_("Due within 7 days"),
    Due.LATER: N_("Due later"),
    Due.SUSPENDED: N_("Suspended or without a date"),
}


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as lists show it; where no particulars came, its category stands for the title."""

    request: Request
    state: RequestState
    particulars: Particulars | None
    title: str
    called: str
    place: str
    urgency: Urgency
    also: tuple[str, ...] = ()
    """The numbers under which the same matter was written down, too."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that another office has in hand: since when, and for how many working days."""

    row: RequestRow
    since: datetime
    days: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests a list shows; what is left out does not matter."""

    open: bool | None = None
    statuses: tuple[Status, ...] = ()
    unit: UnitCode = ""
    lead: UnitCode = ""
    category: str = ""
    since: date | None = None
    until: date | None = None
    overdue: bool = False
    due: str = ""
    words: str = ""

    @property
    def of_state(self) -> bool:
        """Whether it asks how requests stand."""
        return self.open is not None or bool(self.statuses or self.lead or self.due) or self.overdue

    @property
    def of_facts(self) -> bool:
        """Whether it asks what was written down."""
        return bool(self.category or self.since or self.until or self.words)


EVERYTHING = Wanted()
MOST_WORDS = 4


def page(session: Session, wanted: Wanted, start: int, size: int) -> Sequence[RequestRow]:
    """Some of the requests that a list shows, newest first."""
    return _rows(session, conditions(session, wanted), newest_first=True, start=start, size=size)


def count(session: Session, wanted: Wanted = EVERYTHING) -> int:
    """How many requests a list shows."""
    table, state = tables.RECORDS["Request"], tables.request_state
    joined = table.join(state, sa.and_(state.c.unit == table.c.unit, state.c.id == table.c.id))
    if wanted.words:
        joined = joined.outerjoin(tables.RECORDS["Particulars"], rows.beside("Particulars", "Request"))
    return int(
        session.connection.execute(
            sa.select(sa.func.count())
            .select_from(joined)
            .where(*conditions(session, wanted), *not_joined(session))
        ).scalar_one()
    )


def conditions(
    session: Session, wanted: Wanted, alone: sa.Table = tables.RECORDS["Request"]
) -> "list[sa.ColumnElement[bool]]":
    """What makes a request stand in a list that is narrowed so; its particulars may be asked about, too.

    Whose it is, is asked of the table named, which may be the only one that is looked into.
    """
    table, state = tables.RECORDS["Request"], tables.request_state
    made: list[sa.ColumnElement[bool]] = []
    if wanted.open is not None:
        made.append(state.c.status.in_(STILL_OPEN) if wanted.open else state.c.status.not_in(STILL_OPEN))
    if wanted.statuses:
        made.append(state.c.status.in_([str(status) for status in wanted.statuses]))
    if wanted.unit:
        made.append(alone.c.unit.startswith(wanted.unit, autoescape=True))
    if wanted.lead:
        made.append(state.c.lead == wanted.lead)
    if wanted.category:
        made.append(table.c.category.startswith(wanted.category, autoescape=True))
    if wanted.since is not None:
        made.append(table.c.registered_at >= start_of(wanted.since))
    if wanted.until is not None:
        made.append(table.c.registered_at < start_of(wanted.until + timedelta(days=1)))
    if wanted.overdue:
        made.append(state.c.status.in_(STILL_OPEN))
        made.append(state.c.due_at < instant_text(session.now()))
    if wanted.due:
        made += _stands(session, Due(wanted.due))
    made += [_holds(session, word) for word in wanted.words.lower().split()[:MOST_WORDS]]
    return made


def _stands(session: Session, due: Due) -> "list[sa.ColumnElement[bool]]":
    state = tables.request_state
    runs = [state.c.status.in_(STILL_OPEN), state.c.state.like(RUNS)]
    tomorrow, later = (start_of(session.today + timedelta(days=n)) for n in (1, 8))
    match due:
        case Due.OVERDUE:
            return [*runs, state.c.due_at < instant_text(session.now())]
        case Due.TODAY:
            return [*runs, state.c.due_at >= instant_text(session.now()), state.c.due_at < tomorrow]
        case Due.WEEK:
            return [*runs, state.c.due_at >= instant_text(session.now()), state.c.due_at < later]
        case Due.LATER:
            return [*runs, state.c.due_at >= later]
        case Due.SUSPENDED:
            stands = sa.or_(state.c.state.not_like(RUNS), state.c.due_at.is_(None))
            return [state.c.status.in_(STILL_OPEN), stands]


def _holds(session: Session, word: str) -> "sa.ColumnElement[bool]":
    """Whether number, title, requester, place or category of a request hold a word or its pinyin."""
    table, held = tables.RECORDS["Request"], tables.RECORDS["Particulars"]
    sounds = lookup.cases_with(session, word)
    known = places.known(session)
    buildings = [one for one in known.buildings if word in known.text(one, "").lower()]
    codes = [code for code, words in _categories().items() if word in words]
    return sa.or_(
        table.c.number.contains(word.upper(), autoescape=True),
        table.c.id.in_(sounds),
        table.c.category.in_(codes),
        held.c.building.in_(buildings),
        held.c.door.startswith(word, autoescape=True),
    )


@cache
def _categories() -> Mapping[str, str]:
    """What each category answers to."""
    return {
        code: f"{code.lower()} {pinyin.words(one.name_zh)} {one.name_en.lower()}"
        for code, one in catalog.categories().items()
    }


def not_joined(
    session: Session, alone: sa.Table = tables.RECORDS["Request"]
) -> "list[sa.ColumnElement[bool]]":
    """Two records of one matter are one line of a list."""
    hidden = duplicates.hidden(session)
    return [alone.c.id.not_in(hidden)] if hidden else []


def start_of(day: date) -> str:
    """The instant at which a day begins, as it is stored."""
    return instant_text(datetime.combine(day, time(), LOCAL))


def open_cases(session: Session) -> Sequence[RequestRow]:
    """Every open request of this book, the one that is due first at the top."""
    return _rows(session, [tables.request_state.c.status.in_(STILL_OPEN)])


def in_hand(session: Session) -> Sequence[RequestRow]:
    """The open requests that this office has in hand."""
    state = tables.request_state
    return _rows(session, [state.c.status.in_(STILL_OPEN), state.c.lead == session.unit])


def due(session: Session, day: date | None = None) -> Sequence[RequestRow]:
    """What this office has to do by the end of that day (today), overdue requests included."""
    until = start_of((day or session.today) + timedelta(days=1))
    return _running(_rows(session, [*_mine(session), tables.request_state.c.due_at < until]))


def overdue(session: Session) -> Sequence[RequestRow]:
    """What this office should have done by now."""
    return _running(
        _rows(session, [*_mine(session), tables.request_state.c.due_at < instant_text(session.now())])
    )


def _mine(session: Session) -> "list[sa.ColumnElement[bool]]":
    state = tables.request_state
    return [state.c.status.in_(STILL_OPEN), state.c.lead == session.unit]


def _running(found: Iterable[RequestRow]) -> list[RequestRow]:
    return [row for row in found if row.state.suspended_since is None]


def inbox(session: Session) -> Sequence[RequestRow]:
    """What was passed to this office and waits for its signature."""
    state = tables.request_state
    return _rows(session, [state.c.status == str(Status.WAITING), state.c.lead == session.unit])


def registered(session: Session) -> Sequence[RequestRow]:
    """What was registered in this office or below it and was not accepted yet."""
    return _rows(session, [tables.request_state.c.status == str(Status.REGISTERED)])


def to_finish(session: Session) -> Sequence[RequestRow]:
    """Resolved requests of this office that wait for the answer, the follow-up or the closing."""
    state, table = tables.request_state, tables.RECORDS["Request"]
    here = sa.or_(state.c.lead == session.unit, table.c.unit == session.unit)
    return _rows(session, [state.c.status.in_(TO_FINISH), here])


def waiting_for_others(session: Session) -> Sequence[Waiting]:
    """What this office took down or passed on and another has in hand, the longest wait first."""
    state = tables.request_state
    found = _rows(session, [state.c.status.in_(STILL_OPEN), state.c.lead != session.unit])
    calendar, today = session.calendar(), session.today
    made = []
    for row in found:
        if session.unit in (row.request.unit, row.state.sent_by):
            since = row.state.assigned_at or row.request.registered_at
            made.append(Waiting(row, since, max(0, calendar.between(local_day(since), today))))
    return sorted(made, key=lambda one: (-one.days, one.since))


def of_door(session: Session, building: RecordId, door: str) -> Sequence[RequestRow]:
    """The requests of one door, newest first."""
    held = tables.RECORDS["Particulars"]
    return _rows(session, [held.c.building == building, held.c.door == door], newest_first=True)


def alike(session: Session, request: Request, particulars: Particulars) -> Sequence[RequestRow]:
    """Open requests of the same category at the same door or public place: perhaps the same matter."""
    table, held, state = tables.RECORDS["Request"], tables.RECORDS["Particulars"], tables.request_state
    same: list[sa.ColumnElement[bool]] = [
        state.c.status.in_(STILL_OPEN),
        table.c.category == request.category,
        table.c.id != request.id,
    ]
    if particulars.building is not None:
        same += [held.c.building == particulars.building, held.c.door == particulars.door]
    elif request.estate is not None and request.public_place:
        same += [table.c.estate == request.estate, table.c.public_place.is_(True)]
    elif particulars.spot:
        same.append(held.c.spot == particulars.spot)
    else:
        return ()
    return _rows(session, same, newest_first=True)


def with_ids(session: Session, ids: Sequence[RecordId]) -> Sequence[RequestRow]:
    """These requests, in the order given."""
    if not ids:
        return ()
    asked = session.connection.execute(_named(), {"ids": list(ids)}).mappings()
    found = {row.request.id: row for row in _made(session, asked)}
    return [found[one] for one in ids if one in found]


@cache
def _named() -> "sa.Select[Any]":
    """Requests by their ids; made once, for a list asks it at every page."""
    table = tables.RECORDS["Request"]
    return _selected(table).where(table.c.id.in_(sa.bindparam("ids", expanding=True)))


def _selected(source: sa.FromClause) -> "sa.Select[Any]":
    """What lists show of the requests in a source."""
    table, state, held = tables.RECORDS["Request"], tables.request_state, tables.RECORDS["Particulars"]
    beside = sa.and_(state.c.unit == table.c.unit, state.c.id == table.c.id)
    return sa.select(
        *rows.columns("Request"), *rows.columns("Particulars"), state.c.state.label("state")
    ).select_from(source.join(state, beside).outerjoin(held, rows.beside("Particulars", "Request")))


def _rows(
    session: Session,
    conditions: "Sequence[sa.ColumnElement[bool]]",
    *,
    newest_first: bool = False,
    start: int = 0,
    size: int = 5000,
) -> list[RequestRow]:
    table, state, held = tables.RECORDS["Request"], tables.request_state, tables.RECORDS["Particulars"]
    beside = sa.and_(state.c.unit == table.c.unit, state.c.id == table.c.id)
    order: tuple[Any, ...] = (
        (table.c.id.desc(),) if newest_first else (sa.func.coalesce(state.c.due_at, NO_DATE), table.c.id)
    )
    # The page is cut from the keys alone; rows that are skipped are never read.
    keys = (
        sa.select(table.c.id, table.c.unit)
        .select_from(table.join(state, beside).outerjoin(held, rows.beside("Particulars", "Request")))
        .where(*conditions, *not_joined(session))
        .order_by(*order)
        .offset(start)
        .limit(size)
        .subquery()
    )
    page = keys.join(table, sa.and_(table.c.id == keys.c.id, table.c.unit == keys.c.unit))
    return _made(session, session.connection.execute(_selected(page).order_by(*order)).mappings())


def _made(session: Session, found: "Iterable[sa.RowMapping]") -> list[RequestRow]:
    known = places.known(session)
    made = [_row(session, known, row) for row in found]
    also = duplicates.joined_with(session, *(row.request.id for row in made))
    return [
        replace(row, also=tuple(one.number for one in also[row.request.id]))
        if row.request.id in also
        else row
        for row in made
    ]


def _row(session: Session, known: places.Known, row: "sa.RowMapping") -> RequestRow:
    request = rows.record(Request, row)
    held = rows.record_or_none(Particulars, row)
    state = requests.read_state(row["state"])
    place = (
        known.text(None, "", "", request.estate)
        if held is None
        else known.text(held.building, held.door, held.spot, request.estate)
    )
    return RequestRow(
        request=request,
        state=state,
        particulars=held,
        title=held.title if held is not None else category_name(request.category),
        called=held.called if held is not None else "",
        place=place,
        urgency=state.urgency(request, session.now(), session.calendar(request.unit)),
    )


def category_name(code: str) -> str:
    """What a category is called, or its code where this program's list lacks it."""
    held = catalog.categories().get(code)
    return code if held is None else held.name
