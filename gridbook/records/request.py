"""Requests and their life: events, the follow-on table and the status derived from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from gridbook.errors import BadValue, NotAllowed
from gridbook.i18n import N_, tr
from gridbook.records.base import (
    FOREVER,
    MONTH,
    Keep,
    Reach,
    Record,
    RecordId,
    Since,
    UnitCode,
    local_day,
    record,
    shown,
)
from gridbook.records.deadline import Calendar, Limit, Urgency, standing
from gridbook.records.place import is_within, level_of, parent_of


class Source(StrEnum):
    """How the request came."""

    VISIT = "visit"
    CALL = "call"
    DESK = "desk"
    CHAT = "chat group"
    PATROL = "patrol"
    HOTLINE = "hotline"


class Pressing(StrEnum):
    """How urgent the matter is."""

    NORMAL = "normal"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class Status(StrEnum):
    """Where a request stands; closed is not solved."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    WAITING = "waiting for sign-for"
    WORKING = "in work"
    RESOLVED = "resolved"
    ANSWERED = "answered"
    FOLLOWED_UP = "followed up"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What came of it."""

    SOLVED = "solved"
    PARTLY = "partly"
    EXPLAINED = "explained"
    CANNOT = "cannot"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    DECLINED = "declined"


class Action(StrEnum):
    """What can be done to a request; each is one event."""

    ACCEPT = "accept"
    DECLINE = "decline"
    SETTLE = "settle"
    ASSIGN = "assign"
    SIGN = "sign"
    RETURN = "return"
    ESCALATE = "escalate"
    TRANSFER = "transfer"
    REFER = "refer"
    CO_HANDLE = "co-handle"
    SUSPEND = "suspend"
    RESUME = "resume"
    EXTEND = "extend"
    URGE = "urge"
    SUPERVISE = "supervise"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    RESOLVE = "resolve"
    FEED_BACK = "feed back"
    FOLLOW_UP = "follow up"
    REOPEN = "reopen"
    CLOSE = "close"


class Satisfaction(StrEnum):
    """What the requester said afterwards, or that nobody could be asked."""

    SATISFIED = "satisfied"
    MOSTLY = "mostly"
    DISSATISFIED = "dissatisfied"
    NOT_REACHED = "not reached"
    NO_ANSWER = "no answer"

    @property
    def valid(self) -> bool:
        """Whether it counts as an answer."""
        return self in (Satisfaction.SATISFIED, Satisfaction.MOSTLY, Satisfaction.DISSATISFIED)


class Reason(StrEnum):
    """Why a request was returned, suspended or reopened; a closed list, so that no free text travels."""

    WRONG_OFFICE = "wrong office"
    MORE_NEEDED = "more facts needed"
    RESIDENT_AWAY = "waiting for the resident"
    OTHER_BODY = "waiting for another body"
    MATERIAL = "waiting for material"
    WEATHER = "weather"
    NOT_LASTING = "not lasting"
    NOT_DONE = "not done"
    NEW_FACTS = "new facts"


STATUS_NAMES = {
    Status.REGISTERED: N_("Registered"),
    Status.ACCEPTED: N_("Accepted"),
    Status.WAITING: N_("Waiting for sign-for"),
    Status.WORKING: N_("In work"),
    Status.RESOLVED: N_("Resolved"),
    Status.ANSWERED: N_("Answered"),
    Status.FOLLOWED_UP: N_("Followed up"),
    Status.CLOSED: N_("Closed case"),
}
ACTION_NAMES = {
    Action.ACCEPT: N_("Accept"),
    Action.DECLINE: N_("Decline to take"),
    Action.SETTLE: N_("Settle on the spot"),
    Action.ASSIGN: N_("Assign"),
    Action.SIGN: N_("Sign for"),
    Action.RETURN: N_("Return"),
    Action.ESCALATE: N_("Escalate"),
    Action.TRANSFER: N_("Transfer"),
    Action.REFER: N_("Refer out"),
    Action.CO_HANDLE: N_("Bring in a co-handler"),
    Action.SUSPEND: N_("Suspend"),
    Action.RESUME: N_("Resume"),
    Action.EXTEND: N_("Extend"),
    Action.URGE: N_("Urge"),
    Action.SUPERVISE: N_("Supervise"),
    Action.WITHDRAW: N_("Withdraw"),
    Action.MERGE: N_("Merge"),
    Action.RESOLVE: N_("Resolve"),
    Action.FEED_BACK: N_("Feed back"),
    Action.FOLLOW_UP: N_("Follow up"),
    Action.REOPEN: N_("Reopen"),
    Action.CLOSE: N_("Close the case"),
}
OUTCOME_NAMES = {
    Outcome.SOLVED: N_("Solved"),
    Outcome.PARTLY: N_("Partly solved"),
    Outcome.EXPLAINED: N_("Explained"),
    Outcome.CANNOT: N_("Cannot be solved"),
    Outcome.WITHDRAWN: N_("Withdrawn"),
    Outcome.MERGED: N_("Merged"),
    Outcome.DECLINED: N_("Not taken"),
}
SOURCE_NAMES = {
    Source.VISIT: N_("Visit"),
    Source.CALL: N_("Telephone call"),
    Source.DESK: N_("At the desk"),
    Source.CHAT: N_("Chat group"),
    Source.PATROL: N_("Patrol or building steward"),
    Source.HOTLINE: N_("Hotline"),
}
PRESSING_NAMES = {
    Pressing.NORMAL: N_("Normal"),
    Pressing.URGENT: N_("Urgent"),
    Pressing.EMERGENCY: N_("Emergency"),
}
SATISFACTION_NAMES = {
    Satisfaction.SATISFIED: N_("Satisfied"),
    Satisfaction.MOSTLY: N_("Mostly satisfied"),
    Satisfaction.DISSATISFIED: N_("Dissatisfied"),
    Satisfaction.NOT_REACHED: N_("Not reached"),
    Satisfaction.NO_ANSWER: N_("No answer"),
}
REASONS = {
    Reason.WRONG_OFFICE: N_("Another office is in charge"),
    Reason.MORE_NEEDED: N_("More facts are needed"),
    Reason.RESIDENT_AWAY: N_("Waiting for the resident"),
    Reason.OTHER_BODY: N_("Waiting for another body"),
    Reason.MATERIAL: N_("Waiting for material or parts"),
    Reason.WEATHER: N_("Weather does not permit it"),
    Reason.NOT_LASTING: N_("The trouble came back"),
    Reason.NOT_DONE: N_("The work was not done"),
    Reason.NEW_FACTS: N_("New facts came up"),
}

OPEN = frozenset({Status.REGISTERED, Status.ACCEPTED, Status.WAITING, Status.WORKING})
_TAKEN = frozenset({Status.ACCEPTED, Status.WAITING, Status.WORKING})
_DONE = frozenset({Status.RESOLVED, Status.ANSWERED, Status.FOLLOWED_UP, Status.CLOSED})

FOLLOWS: Mapping[Action, tuple[frozenset[Status], Status | None]] = {
    Action.ACCEPT: (frozenset({Status.REGISTERED}), Status.ACCEPTED),
    Action.DECLINE: (frozenset({Status.REGISTERED}), Status.CLOSED),
    Action.SETTLE: (frozenset({Status.REGISTERED, Status.ACCEPTED}), Status.RESOLVED),
    Action.ASSIGN: (_TAKEN, Status.WAITING),
    Action.SIGN: (frozenset({Status.WAITING}), Status.WORKING),
    Action.RETURN: (frozenset({Status.WAITING}), Status.ACCEPTED),
    Action.ESCALATE: (frozenset({Status.REGISTERED, Status.ACCEPTED, Status.WORKING}), Status.WAITING),
    Action.TRANSFER: (_TAKEN, Status.WAITING),
    Action.REFER: (frozenset({Status.ACCEPTED, Status.WORKING}), Status.WORKING),
    Action.CO_HANDLE: (_TAKEN, None),
    Action.SUSPEND: (frozenset({Status.ACCEPTED, Status.WORKING}), None),
    Action.RESUME: (frozenset({Status.ACCEPTED, Status.WORKING}), None),
    Action.EXTEND: (_TAKEN, None),
    Action.URGE: (OPEN, None),
    Action.SUPERVISE: (OPEN, None),
    Action.WITHDRAW: (OPEN, Status.RESOLVED),
    Action.MERGE: (OPEN, Status.CLOSED),
    Action.RESOLVE: (frozenset({Status.ACCEPTED, Status.WORKING}), Status.RESOLVED),
    Action.FEED_BACK: (frozenset({Status.RESOLVED}), Status.ANSWERED),
    Action.FOLLOW_UP: (frozenset({Status.ANSWERED}), Status.FOLLOWED_UP),
    Action.REOPEN: (_DONE, Status.ACCEPTED),
    Action.CLOSE: (frozenset({Status.ANSWERED, Status.FOLLOWED_UP}), Status.CLOSED),
}
"""The follow-on table: in which statuses an action is allowed, and the status it leads to (or leaves)."""

NEEDS: Mapping[Action, tuple[str, ...]] = {
    Action.DECLINE: ("body",),
    Action.ASSIGN: ("lead",),
    Action.RETURN: ("reason",),
    Action.TRANSFER: ("to",),
    Action.REFER: ("body",),
    Action.CO_HANDLE: ("unit",),
    Action.SUSPEND: ("reason",),
    Action.EXTEND: ("days",),
    Action.SUPERVISE: ("reply_due",),
    Action.MERGE: ("into",),
    Action.RESOLVE: ("outcome",),
    Action.FOLLOW_UP: ("satisfaction",),
    Action.REOPEN: ("reason",),
}
"""What an action cannot do without."""

MAY_ALSO: Mapping[Action, tuple[str, ...]] = {
    Action.ASSIGN: ("co",),
    Action.REFER: ("their_number",),
    Action.FEED_BACK: ("mode",),
    Action.FOLLOW_UP: ("solved",),
}
MOST_RETURNS = 2
TEXT_IN_EVENTS = 40


@record(N_("Request"), reach=Reach.SUBDISTRICT, keep=FOREVER)
class Request(Record):
    """The facts of a request; who asked and where is in Particulars."""

    number: str = shown(N_("Number"), group="identity", longest=20)
    registered_at: datetime = shown(N_("Registered"), group="identity")
    source: Source = shown(N_("Source"), group="source")
    category: str = shown(N_("Category"), group="category", longest=8, public=True)
    limit: str = shown(N_("Time limit"), group="category", longest=12)
    pressing: Pressing = shown(N_("Urgency"), group="urgency", default=Pressing.NORMAL)
    estate: RecordId | None = shown(N_("Estate"), group="place", default=None, public=True)
    public_place: bool = shown(N_("Public place"), group="place", default=False)
    agreed_on: date | None = shown(N_("Agreed date"), group="agreed", default=None)
    visit: str = shown(N_("Written at visit"), group="identity", longest=20, default="")


@record(N_("Particulars"), reach=Reach.COMMUNITY, keep=Keep(24 * MONTH, Since.CASE_CLOSED))
class Particulars(Record):
    """Who asked, where and for what; shares the id of its Request."""

    building: RecordId | None = shown(N_("Building"), group="place", default=None)
    door: str = shown(N_("Door"), group="place", longest=12, default="")
    spot: str = shown(N_("Public place"), group="place", longest=40, default="")
    called: str = shown(N_("Requester"), group="requester", longest=20, default="")
    title: str = shown(N_("Title"), group="matter", longest=30)
    text: str = shown(N_("What was asked"), group="matter", longest=500, default="")
    hope: str = shown(N_("Expectation"), group="matter", longest=200, default="")


@record(N_("Contact"), reach=Reach.COMMUNITY, keep=Keep(6 * MONTH, Since.CASE_CLOSED))
class Contact(Record):
    """How to reach the requester; shares the id of its Request."""

    phone: str = shown(N_("Telephone"), longest=20)
    how: str = shown(N_("How to reach"), longest=40, default="")


@record(N_("Remark on an event"), reach=Reach.COMMUNITY, keep=Keep(24 * MONTH, Since.CASE_CLOSED),
        create_only=True)
class EventNote(Record):
    """Words that belong to one event of a request; they stop at the community."""

    case: RecordId = shown(N_("Request"))
    event: bytes = shown(N_("Event"))
    text: str = shown(N_("Remark"), longest=200)


@record(N_("Referral"), reach=Reach.SUBDISTRICT, keep=Keep(24 * MONTH, Since.CASE_CLOSED), create_only=True)
class Referral(Record):
    """Text about one case that its sender trimmed for the office above or below to read."""

    case: RecordId = shown(N_("Request"))
    text: str = shown(N_("Text"), longest=500)
    contact: str = shown(N_("Contact given along"), longest=60, default="")


@dataclass(frozen=True, slots=True)
class RequestEntry:
    """One filled form: the classes it writes, in one transaction."""

    request: Request
    particulars: Particulars
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something done to a request, by an office, at an instant."""

    id: bytes
    action: Action
    at: datetime
    by_unit: UnitCode
    by_person: str
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RequestState:
    """Where a request stands, folded from its events."""

    status: Status
    lead: UnitCode
    co: tuple[UnitCode, ...] = ()
    due_at: datetime | None = None
    outcome: Outcome | None = None
    suspended_since: datetime | None = None
    extended: bool = False
    returns: int = 0
    reopened: int = 0
    urged: int = 0
    escalated: bool = False
    assigned_at: datetime | None = None
    accepted_at: datetime | None = None
    signed_at: datetime | None = None
    resolved_at: datetime | None = None
    followed_up_at: datetime | None = None
    closed_at: datetime | None = None
    satisfaction: Satisfaction | None = None
    solved: bool | None = None
    supervised_by: date | None = None
    body: str = ""
    into: str = ""

    @property
    def open(self) -> bool:
        """Whether somebody still has to work on it."""
        return self.status in OPEN

    def urgency(self, request: Request, now: datetime, calendar: Calendar) -> Urgency:
        """How the deadline stands now."""
        if not self.open:
            return Urgency.DONE
        if self.suspended_since is not None or self.due_at is None:
            return Urgency.SUSPENDED
        return standing(request.registered_at, self.due_at, now, calendar)

    def on_time(self) -> bool | None:
        """Whether it was resolved by its due instant; nothing while open."""
        if self.resolved_at is None or self.due_at is None:
            return None
        return self.resolved_at <= self.due_at


def first_state(request: Request, calendar: Calendar) -> RequestState:
    """The state of a request that was only registered."""
    due = Limit.read(request.limit).due(request.registered_at, calendar, request.agreed_on)
    return RequestState(Status.REGISTERED, lead=request.unit, due_at=due)


def why_not(state: RequestState, event: Event, calendar: Calendar) -> str | None:
    """One sentence why the event is not allowed in that state, or nothing when it is."""
    allowed, _ = FOLLOWS[event.action]
    if state.status not in allowed:
        return tr("“{action}” is not possible while the request is “{status}”.").format(
            action=tr(ACTION_NAMES[event.action]), status=tr(STATUS_NAMES[state.status]))
    if state.suspended_since is not None and event.action not in _WHILE_SUSPENDED:
        return tr("The request is suspended; resume it first.")
    rule = _EXTRA_RULES.get(event.action)
    return rule(state, event, calendar) if rule else None


_WHILE_SUSPENDED = frozenset({Action.RESUME, Action.URGE, Action.SUPERVISE, Action.WITHDRAW, Action.MERGE})


def _suspend(state: RequestState, event: Event, calendar: Calendar) -> str | None:
    return tr("The request is suspended already.") if state.suspended_since is not None else None


def _resume(state: RequestState, event: Event, calendar: Calendar) -> str | None:
    return tr("The request is not suspended.") if state.suspended_since is None else None


def _extend(state: RequestState, event: Event, calendar: Calendar) -> str | None:
    if state.extended:
        return tr("The request was extended once already.")
    if state.due_at is not None and event.at > state.due_at:
        return tr("The request is overdue; it can only be extended before it is due.")
    days = event.given.get("days")
    if type(days) is not int or not 1 <= days <= LONGEST_EXTENSION:
        return tr("An extension has 1 to {most} working days.").format(most=LONGEST_EXTENSION)
    return None


def _return(state: RequestState, event: Event, calendar: Calendar) -> str | None:
    if state.returns >= MOST_RETURNS:
        return tr("The request was returned twice already; talk to the office that assigned it.")
    since = state.assigned_at
    if since is not None and event.at > calendar.close_of(calendar.after(local_day(since), 1)):
        return tr("A request can be returned within one working day after it was assigned.")
    return None


def _escalate(state: RequestState, event: Event, calendar: Calendar) -> str | None:
    if parent_of(state.lead) is None:
        return tr("There is no office above the subdistrict.")
    return None


LONGEST_EXTENSION = 15
_EXTRA_RULES = {
    Action.SUSPEND: _suspend,
    Action.RESUME: _resume,
    Action.EXTEND: _extend,
    Action.RETURN: _return,
    Action.ESCALATE: _escalate,
}


def after(state: RequestState, event: Event, request: Request, calendar: Calendar) -> RequestState:
    """The state that follows; the event must be allowed."""
    _, status = FOLLOWS[event.action]
    state = replace(state, status=status or state.status)
    given = event.given
    match event.action:
        case Action.ACCEPT:
            return replace(state, accepted_at=event.at)
        case Action.DECLINE:
            return replace(state, outcome=Outcome.DECLINED, body=given["body"], closed_at=event.at)
        case Action.SETTLE:
            return replace(state, outcome=Outcome.SOLVED, resolved_at=event.at,
                           accepted_at=state.accepted_at or event.at)
        case Action.ASSIGN:
            return replace(state, lead=given["lead"], co=tuple(given.get("co", ())), assigned_at=event.at,
                           signed_at=None)
        case Action.SIGN:
            return replace(state, signed_at=event.at)
        case Action.RETURN:
            return replace(state, returns=state.returns + 1, lead=_back_to(state, request, event))
        case Action.ESCALATE:
            above = parent_of(state.lead) or state.lead
            return replace(state, lead=above, escalated=True, assigned_at=event.at, signed_at=None)
        case Action.TRANSFER:
            return replace(state, lead=given["to"], assigned_at=event.at, signed_at=None)
        case Action.REFER:
            return replace(state, body=given["body"])
        case Action.CO_HANDLE:
            return replace(state, co=tuple(dict.fromkeys((*state.co, given["unit"]))))
        case Action.SUSPEND:
            return replace(state, suspended_since=event.at)
        case Action.RESUME:
            return _resumed(state, event.at, calendar)
        case Action.EXTEND:
            return _extended(state, request, given["days"], calendar)
        case Action.URGE:
            return replace(state, urged=state.urged + 1)
        case Action.SUPERVISE:
            return replace(state, supervised_by=date.fromisoformat(given["reply_due"]))
        case Action.WITHDRAW:
            return replace(state, outcome=Outcome.WITHDRAWN, resolved_at=event.at, suspended_since=None)
        case Action.MERGE:
            return replace(state, outcome=Outcome.MERGED, into=given["into"], closed_at=event.at,
                           suspended_since=None)
        case Action.RESOLVE:
            return replace(state, outcome=Outcome(given["outcome"]), resolved_at=event.at)
        case Action.FEED_BACK:
            return state
        case Action.FOLLOW_UP:
            return replace(state, satisfaction=Satisfaction(given["satisfaction"]), solved=given.get("solved"),
                           followed_up_at=event.at)
        case Action.REOPEN:
            return replace(state, reopened=state.reopened + 1, outcome=None, resolved_at=None, closed_at=None,
                           satisfaction=None, solved=None, followed_up_at=None, extended=False,
                           due_at=Limit.read(request.limit).due(event.at, calendar))
        case Action.CLOSE:
            return replace(state, closed_at=event.at)


def _back_to(state: RequestState, request: Request, event: Event) -> UnitCode:
    above = parent_of(state.lead)
    below = state.escalated and level_of(state.lead).height > level_of(request.unit).height
    if below or above is None:
        return request.unit
    return above


def _resumed(state: RequestState, at: datetime, calendar: Calendar) -> RequestState:
    since = state.suspended_since
    if since is None or state.due_at is None:
        return replace(state, suspended_since=None)
    away = calendar.between(local_day(since), local_day(at))
    if away == 0:
        return replace(state, suspended_since=None)
    moved = calendar.after(local_day(state.due_at), away)
    due = calendar.close_of(moved)
    return replace(state, suspended_since=None, due_at=max(due, state.due_at))


def _extended(state: RequestState, request: Request, days: int, calendar: Calendar) -> RequestState:
    if state.due_at is None:
        return replace(state, extended=True)
    latest = max(local_day(state.due_at), calendar.after(local_day(request.registered_at), LONGEST_EXTENSION))
    day = min(calendar.after(local_day(state.due_at), days), latest)
    return replace(state, extended=True, due_at=max(state.due_at, calendar.close_of(day)))


def allowed(state: RequestState, now: datetime, calendar: Calendar) -> tuple[Action, ...]:
    """The actions that are possible now, whatever they still ask for."""
    found = []
    for action in Action:
        probe = Event(b"", action, now, state.lead, "", {"days": 1})
        if why_not(state, probe, calendar) is None:
            found.append(action)
    return tuple(found)


LIKELY: Mapping[Status, Action] = {
    Status.REGISTERED: Action.ACCEPT,
    Status.ACCEPTED: Action.RESOLVE,
    Status.WAITING: Action.SIGN,
    Status.WORKING: Action.RESOLVE,
    Status.RESOLVED: Action.FEED_BACK,
    Status.ANSWERED: Action.FOLLOW_UP,
    Status.FOLLOWED_UP: Action.CLOSE,
    Status.CLOSED: Action.REOPEN,
}
"""The likely next action, which the desk offers first."""


def check_given(action: Action, given: Mapping[str, Any], unit: UnitCode) -> None:
    """Refuse an event whose details are missing, unknown or of the wrong kind."""
    known = (*NEEDS.get(action, ()), *MAY_ALSO.get(action, ()))
    for name in given:
        if name not in known:
            raise BadValue(name, tr("“{action}” takes no “{field}”.").format(
                action=tr(ACTION_NAMES[action]), field=name))
    for name in NEEDS.get(action, ()):
        if given.get(name) in (None, "", ()):
            raise BadValue(name, tr("“{action}” needs “{field}”.").format(
                action=tr(ACTION_NAMES[action]), field=name))
    for name, value in given.items():
        _CHECKS[name](name, value, unit)


def _is_unit(name: str, value: Any, unit: UnitCode) -> None:
    if not isinstance(value, str):
        raise BadValue(name, tr("“{field}” has to be the code of an office.").format(field=name))
    level_of(value)
    if not is_within(value, unit[:9]):
        raise BadValue(name, tr("The office {code} is not in this subdistrict.").format(code=value))


def _are_units(name: str, value: Any, unit: UnitCode) -> None:
    if not isinstance(value, list | tuple):
        raise BadValue(name, tr("“{field}” has to be a list of offices.").format(field=name))
    for one in value:
        _is_unit(name, one, unit)


def _is_text(name: str, value: Any, unit: UnitCode) -> None:
    if not isinstance(value, str) or len(value) > TEXT_IN_EVENTS:
        raise BadValue(name, tr("“{field}” has at most {most} characters.").format(
            field=name, most=TEXT_IN_EVENTS))


def _is_one_of(choices: Iterable[StrEnum]) -> Any:
    known = tuple(str(choice) for choice in choices)

    def check(name: str, value: Any, unit: UnitCode) -> None:
        if value not in known:
            raise BadValue(name, tr("“{value}” is not one of: {known}.").format(
                value=str(value)[:20], known="、".join(known)))

    return check


def _is_days(name: str, value: Any, unit: UnitCode) -> None:
    if type(value) is not int or not 1 <= value <= LONGEST_EXTENSION:
        raise BadValue(name, tr("An extension has 1 to {most} working days.").format(most=LONGEST_EXTENSION))


def _is_day(name: str, value: Any, unit: UnitCode) -> None:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadValue(name, tr("“{value}” is not a date; write 2026-11-23.").format(
            value=str(value)[:20])) from None


def _is_flag(name: str, value: Any, unit: UnitCode) -> None:
    if type(value) is not bool:
        raise BadValue(name, tr("“{field}” is yes or no.").format(field=name))


_CHECKS = {
    "body": _is_text,
    "their_number": _is_text,
    "mode": _is_text,
    "into": _is_text,
    "lead": _is_unit,
    "to": _is_unit,
    "unit": _is_unit,
    "co": _are_units,
    "reason": _is_one_of(Reason),
    "outcome": _is_one_of((Outcome.SOLVED, Outcome.PARTLY, Outcome.EXPLAINED, Outcome.CANNOT)),
    "satisfaction": _is_one_of(Satisfaction),
    "days": _is_days,
    "reply_due": _is_day,
    "solved": _is_flag,
}


def require(state: RequestState, event: Event, calendar: Calendar) -> None:
    """Refuse an event that the follow-on table does not allow now."""
    why = why_not(state, event, calendar)
    if why is not None:
        raise NotAllowed(why, kept=tr("Nothing was changed."))
