"""The life of a request: which event may follow, and the state that follows."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from gridbook.errors import NotAllowed
from gridbook.i18n import tr
from gridbook.records.base import UnitCode, local_day
from gridbook.records.deadline import ANSWER_HOURS, LONGEST_LIMIT, Calendar, Limit, LimitKind
from gridbook.records.given import read_past
from gridbook.records.place import chain_of, parent_of
from gridbook.records.request import Event, Request, RequestState
from gridbook.records.steps import (
    ACTION_NAMES,
    FOLLOWS,
    ONLY_LOADING,
    ONLY_MOVING,
    STATUS_NAMES,
    Action,
    Outcome,
    Satisfaction,
    Status,
)

LONGEST_EXTENSION = LONGEST_LIMIT
MOST_RETURNS = 2


def first_state(request: Request, calendar: Calendar) -> RequestState:
    """The state of a request that was only registered."""
    due = Limit.read(request.limit).due(request.registered_at, calendar, request.agreed_on)
    return RequestState(Status.REGISTERED, lead=request.unit, due_at=due, started_at=request.registered_at)


def first_contact_due(request: Request, calendar: Calendar) -> datetime:
    """When the requester has to have heard from an office: four working hours after registration."""
    return calendar.after_hours(request.registered_at, ANSWER_HOURS)


def sign_due(state: RequestState, calendar: Calendar) -> datetime | None:
    """When the office it was passed to has to have signed; nothing while it was passed to nobody."""
    return None if state.assigned_at is None else calendar.after_hours(state.assigned_at, ANSWER_HOURS)


def why_not(state: RequestState, event: Event, calendar: Calendar) -> str | None:
    """One sentence why the event is not allowed in that state, or nothing when it is."""
    allowed, _ = FOLLOWS[event.action]
    if state.status not in allowed:
        return tr("“{action}” is not possible while the request is “{status}”.").format(
            action=tr(ACTION_NAMES[event.action]), status=tr(STATUS_NAMES[state.status])
        )
    if state.suspended_since is not None and event.action not in _WHILE_SUSPENDED:
        return tr("The request is suspended; resume it first.")
    rule = _EXTRA_RULES.get(event.action)
    return rule(state, event, calendar) if rule else None


_WHILE_SUSPENDED = frozenset(
    {
        Action.SUSPEND,
        Action.RESUME,
        Action.URGE,
        Action.SUPERVISE,
        Action.WITHDRAW,
        Action.MERGE,
        Action.HAND_OVER,
        Action.CONTINUE,
    }
)


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
    left = _days_left_to_extend(state, calendar)
    if left < 1:
        return tr("The longest time limit of {most} working days is used up.").format(most=LONGEST_LIMIT)
    if days > left:
        return tr("With {most} working days at the longest, {left} are left to extend by.").format(
            most=LONGEST_LIMIT, left=left
        )
    return None


def _days_left_to_extend(state: RequestState, calendar: Calendar) -> int:
    if state.due_at is None or state.started_at is None:
        return LONGEST_LIMIT
    latest = calendar.after(local_day(state.started_at), LONGEST_LIMIT + state.away)
    return calendar.between(local_day(state.due_at), latest)


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


def _transfer(state: RequestState, event: Event, calendar: Calendar) -> str | None:
    if event.given.get("to") == state.lead:
        return tr("That office has the request in hand already.")
    return None


def _co_handle(state: RequestState, event: Event, calendar: Calendar) -> str | None:
    if event.given.get("unit") in (state.lead, *state.co):
        return tr("That office has the request in hand already.")
    return None


def _reopen(state: RequestState, event: Event, calendar: Calendar) -> str | None:
    if state.outcome is Outcome.MOVED:
        return tr("The request was handed over; it goes on as {number}.").format(number=state.into)
    return None


def _supervise(state: RequestState, event: Event, calendar: Calendar) -> str | None:
    reply_due = event.given.get("reply_due")
    if reply_due is not None and date.fromisoformat(reply_due) < local_day(event.at):
        return tr("The reply would have been due before it was asked for.")
    return None


def _from_register(state: RequestState, event: Event, calendar: Calendar) -> str | None:
    on, since = date.fromisoformat(event.given.get("on", "2000-01-01")), state.started_at
    if event.given and since is not None and not local_day(since) <= on <= local_day(event.at):
        return tr("It was done neither before it was asked nor after today.")
    return None


_EXTRA_RULES: Mapping[Action, Callable[[RequestState, Event, Calendar], str | None]] = {
    Action.SUSPEND: _suspend,
    Action.RESUME: _resume,
    Action.EXTEND: _extend,
    Action.RETURN: _return,
    Action.ESCALATE: _escalate,
    Action.TRANSFER: _transfer,
    Action.CO_HANDLE: _co_handle,
    Action.SUPERVISE: _supervise,
    Action.REOPEN: _reopen,
    Action.FROM_REGISTER: _from_register,
}


def after(state: RequestState, event: Event, request: Request, calendar: Calendar) -> RequestState:
    """The state that follows; the event must be allowed."""
    _, status = FOLLOWS[event.action]
    given, at = event.given, event.at
    # Copying a state is most of what an event costs, so none is made that says the same.
    if status and status is not state.status:
        state = replace(state, status=status)
    if event.action in _FIRST_CONTACT and state.contacted_at is None:
        state = replace(state, contacted_at=at)
    match event.action:
        case Action.ACCEPT:
            return replace(state, accepted_at=at)
        case Action.DECLINE:
            return replace(state, outcome=Outcome.DECLINED, body=given["body"], closed_at=at)
        case Action.SETTLE:
            return replace(state, outcome=Outcome.SOLVED, resolved_at=at, accepted_at=state.accepted_at or at)
        case Action.ASSIGN:
            co = tuple(dict.fromkeys(given.get("co", ())))
            return _passed_on(state, given["lead"], event.by_unit, at, co)
        case Action.SIGN:
            return replace(state, signed_at=at)
        case Action.RETURN:
            back = state.sent_by or parent_of(state.lead) or request.unit
            return replace(state, returns=state.returns + 1, lead=back, assigned_at=None)
        case Action.ESCALATE:
            above = parent_of(state.lead) or state.lead
            return replace(_passed_on(state, above, state.lead, at, state.co), escalated=True)
        case Action.TRANSFER:
            return _passed_on(state, given["to"], event.by_unit, at, state.co)
        case Action.REFER:
            return replace(state, body=given["body"])
        case Action.CO_HANDLE:
            return replace(state, co=(*state.co, given["unit"]))
        case Action.SUSPEND:
            return replace(state, suspended_since=at)
        case Action.RESUME:
            return _resumed(state, at, request, calendar)
        case Action.EXTEND:
            return _extended(state, given["days"], calendar)
        case Action.URGE:
            return replace(state, urged=state.urged + 1)
        case Action.SUPERVISE:
            return replace(state, supervised_by=date.fromisoformat(given["reply_due"]))
        case Action.WITHDRAW:
            state = _resumed(state, at, request, calendar)
            return replace(state, outcome=Outcome.WITHDRAWN, resolved_at=at)
        case Action.MERGE:
            state = _resumed(state, at, request, calendar)
            return replace(state, outcome=Outcome.MERGED, into=given["into"], closed_at=at)
        case Action.RESOLVE:
            return replace(state, outcome=Outcome(given["outcome"]), resolved_at=at)
        case Action.FEED_BACK:
            return state
        case Action.FOLLOW_UP:
            answer = Satisfaction(given["satisfaction"])
            return replace(state, satisfaction=answer, solved=given.get("solved"), followed_up_at=at)
        case Action.REOPEN:
            return _reopened(state, at, request, calendar)
        case Action.CLOSE:
            return replace(state, closed_at=at)
        case Action.HAND_OVER:
            state = _resumed(state, at, request, calendar)
            return replace(state, outcome=Outcome.MOVED, into=given["into"], closed_at=at)
        case Action.CONTINUE:
            # What it carries over is told event by event: `so_far`.
            return state
        case Action.FROM_REGISTER:
            return _lived_before(state, event, calendar)


def so_far(event: Event, unit: UnitCode) -> tuple[Event, ...]:
    """What happened to a request before it was handed over to that unit, as if it had always been there."""
    named = event.given.get("from")
    here = dict(zip(chain_of(named), chain_of(unit), strict=False)) if isinstance(named, str) else {}

    def moved(value: Any) -> Any:
        if isinstance(value, list):
            return [moved(part) for part in value]
        return here.get(value, value) if isinstance(value, str) else value

    made = []
    for text in event.given.get("so_far", ()):
        past = read_past(text)
        given = {name: moved(value) for name, value in past.given.items()}
        made.append(Event(past.id, past.action, past.at, past.by, "", given))
    return tuple(made)


_FIRST_CONTACT = frozenset({Action.ACCEPT, Action.DECLINE, Action.SETTLE, Action.SIGN})
"""Whoever takes a request into hand tells the requester so; the first of these is the first contact."""


def _passed_on(
    state: RequestState, lead: UnitCode, by: UnitCode, at: datetime, co: tuple[UnitCode, ...]
) -> RequestState:
    others = tuple(unit for unit in co if unit != lead)
    return replace(state, lead=lead, co=others, sent_by=by, assigned_at=at, signed_at=None)


def _resumed(state: RequestState, at: datetime, request: Request, calendar: Calendar) -> RequestState:
    since = state.suspended_since
    if since is None or state.due_at is None:
        return replace(state, suspended_since=None)
    away = max(0, calendar.between(local_day(since), local_day(at)))
    if Limit.read(request.limit).kind is LimitKind.HOURS:
        due = state.due_at + max(at - since, timedelta())
    elif away:
        due = calendar.close_of(calendar.after(local_day(state.due_at), away))
    else:
        due = state.due_at
    return replace(state, suspended_since=None, due_at=due, away=state.away + away)


def _extended(state: RequestState, days: int, calendar: Calendar) -> RequestState:
    if state.due_at is None:
        return replace(state, extended=True)
    due = calendar.close_of(calendar.after(local_day(state.due_at), days))
    return replace(state, extended=True, due_at=max(state.due_at, due))


def _lived_before(state: RequestState, event: Event, calendar: Calendar) -> RequestState:
    """Closed on the day of the register, so that figures and retention count from then."""
    given = event.given
    done = min(calendar.close_of(date.fromisoformat(given["on"])), event.at)
    answer = Satisfaction(given["satisfaction"]) if "satisfaction" in given else None
    return replace(
        state,
        outcome=Outcome(given["outcome"]),
        resolved_at=done,
        closed_at=done,
        satisfaction=answer,
        followed_up_at=done if answer else None,
    )


def _reopened(state: RequestState, at: datetime, request: Request, calendar: Calendar) -> RequestState:
    return replace(
        state,
        reopened=state.reopened + 1,
        outcome=None,
        resolved_at=None,
        closed_at=None,
        satisfaction=None,
        solved=None,
        followed_up_at=None,
        extended=False,
        body="",
        into="",
        away=0,
        started_at=at,
        due_at=Limit.read(request.limit).due(at, calendar, request.agreed_on),
    )


def allowed(state: RequestState, now: datetime, calendar: Calendar) -> tuple[Action, ...]:
    """The actions that are possible now, whatever they still ask for."""
    found = []
    for action in Action:
        if action in ONLY_MOVING | ONLY_LOADING:
            continue
        probe = Event(b"", action, now, state.lead, "", {"days": 1})
        if why_not(state, probe, calendar) is None:
            found.append(action)
    return tuple(found)


def require(state: RequestState, event: Event, calendar: Calendar) -> None:
    """Refuse an event that the follow-on table does not allow now."""
    why = why_not(state, event, calendar)
    if why is not None:
        raise NotAllowed(why, kept=tr("Nothing was changed."))
