"""People at desks working through their lists: what the book offers is what they do."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gridbook import catalog
from gridbook.errors import NotAllowed
from gridbook.i18n import N_, tr
from gridbook.records.base import LOCAL
from gridbook.records.place import Level, level_of
from gridbook.records.request import Action, Outcome, Reason, RequestState, Satisfaction, Status
from gridbook.records.visit import Mode
from gridbook.store import caseload, requests
from gridbook.store.caseload import RequestRow
from gridbook.store.requests import Telling
from gridbook.store.session import Session

SETTLED, EXTENDED, SUSPENDED, RETURNED, REOPENED, WITHDRAWN = 0.23, 0.03, 0.02, 0.04, 0.025, 0.012
SUPERVISED, URGED, PASSED_ON = 0.1, 0.015, 0.3
DONE_TODAY: Mapping[Level, float] = {Level.GRID: 0.75, Level.COMMUNITY: 0.5, Level.SUBDISTRICT: 0.45}
"""How likely an office finishes in one day what it has in hand."""

REMARKS = (
    N_("Looked at it together with the requester; settled on the spot."),
    N_("Telephoned the service point; it is arranged."),
    N_("Brought the papers and explained what comes next."),
    N_("Repaired by the property office; tried it out."),
)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do to a request, with what belongs to it."""

    action: Action
    given: Mapping[str, Any]
    note: str = ""
    tells: bool = False


def work_through(session: Session, chance: random.Random) -> int:
    """Do a day's desk work on every list of this office; returns how many acts were written."""
    done = 0
    for row in caseload.inbox(session):
        done += _do(session, row, _with_waiting(session, row, chance))
    for row in caseload.registered(session):
        if row.state.lead == session.unit:
            done += _do(session, row, _with_new(session, row, chance))
    for row in caseload.in_hand(session):
        if row.state.status in (Status.ACCEPTED, Status.WORKING):
            done += _do(session, row, _in_hand(session, row, chance))
    for row in caseload.to_finish(session):
        if _finishes(session, row):
            done += _do(session, row, _finishing(row, chance))
    if level_of(session.unit) is not Level.GRID:
        for waiting in caseload.waiting_for_others(session):
            if chance.random() < URGED and waiting.row.state.open:
                done += _do(session, waiting.row, [Act(Action.URGE, {})])
    return done


def _do(session: Session, row: RequestRow, acts: Sequence[Act]) -> int:
    done = 0
    for act in acts:
        telling = requests.draft_telling(session, row.request.id) if act.tells else None
        if telling is not None:
            # The sender trims: what was asked goes up, who asked does not.
            told = row.particulars.title if row.particulars is not None else row.title
            telling = Telling(told)
        try:
            requests.act(session, row.request.id, act.action, act.given, act.note, telling)
        except NotAllowed:
            # Another office was faster; the worker sees the new state and leaves it.
            break
        done += 1
    return done


def _level(row: RequestRow) -> str:
    held = catalog.categories().get(row.request.category)
    return held.level[:1] if held is not None else "G"


def _with_waiting(session: Session, row: RequestRow, chance: random.Random) -> list[Act]:
    if row.state.returns == 0 and level_of(session.unit) is Level.GRID and chance.random() < RETURNED:
        return [Act(Action.RETURN, {"reason": chance.choice((Reason.WRONG_OFFICE, Reason.MORE_NEEDED))})]
    return [Act(Action.SIGN, {})]


def _with_new(session: Session, row: RequestRow, chance: random.Random) -> list[Act]:
    at = level_of(session.unit)
    if at is Level.GRID and _level(row) != "G":
        return [Act(Action.ESCALATE, {})]
    if chance.random() < WITHDRAWN:
        return [Act(Action.WITHDRAW, {})]
    if chance.random() < SETTLED:
        return [Act(Action.SETTLE, {}, tr(chance.choice(REMARKS)))]
    return [Act(Action.ACCEPT, {})]


def _in_hand(session: Session, row: RequestRow, chance: random.Random) -> list[Act]:
    at, state = level_of(session.unit), row.state
    if state.suspended_since is not None:
        return [Act(Action.RESUME, {})] if chance.random() < 0.5 else []
    if at is Level.COMMUNITY and _level(row) == "S" and not _was_above(state):
        return [Act(Action.ESCALATE, {}, tells=True)]
    if at is Level.COMMUNITY and _may_pass_down(row) and chance.random() < PASSED_ON:
        return [Act(Action.ASSIGN, {"lead": row.request.unit})]
    if at is Level.SUBDISTRICT and state.supervised_by is None and chance.random() < SUPERVISED:
        return [Act(Action.SUSPEND, {"reason": Reason.OTHER_BODY})]
    if chance.random() < SUSPENDED:
        return [Act(Action.SUSPEND, {"reason": chance.choice((Reason.MATERIAL, Reason.RESIDENT_AWAY))})]
    if (
        at is not Level.GRID
        and not state.extended
        and chance.random() < EXTENDED
        and _before_due(session, row)
    ):
        return [Act(Action.EXTEND, {"days": 1})]
    if chance.random() >= DONE_TODAY[at]:
        return []
    outcome = Outcome.SOLVED if chance.random() < 0.95 else chance.choice((Outcome.PARTLY, Outcome.EXPLAINED))
    return [Act(Action.RESOLVE, {"outcome": outcome}, tr(chance.choice(REMARKS)))]


def _was_above(state: RequestState) -> bool:
    return len(state.sent_by) == 9


def _may_pass_down(row: RequestRow) -> bool:
    return level_of(row.request.unit) is Level.GRID and row.state.returns == 0 and _level(row) != "S"


def _before_due(session: Session, row: RequestRow) -> bool:
    due = row.state.due_at
    return due is not None and session.now().astimezone(LOCAL) + timedelta(hours=1) < due


def _finishes(session: Session, row: RequestRow) -> bool:
    """The grid that took it down tells the requester; what came in above is answered above."""
    return row.request.unit == session.unit


def _finishing(row: RequestRow, chance: random.Random) -> list[Act]:
    if row.state.outcome is Outcome.WITHDRAWN:
        return [Act(Action.FEED_BACK, {"mode": Mode.PHONE}), Act(Action.CLOSE, {})]
    match row.state.status:
        case Status.RESOLVED:
            return [Act(Action.FEED_BACK, {"mode": chance.choice((Mode.PHONE, Mode.DOORSTEP))})]
        case Status.ANSWERED:
            return [_followed_up(chance)]
        case Status.FOLLOWED_UP if row.state.solved is False and not row.state.reopened:
            return [Act(Action.REOPEN, {"reason": Reason.NOT_DONE})]
        case _:
            return [Act(Action.CLOSE, {})]


def _followed_up(chance: random.Random) -> Act:
    drawn = chance.random()
    if drawn < 0.15:
        return Act(Action.FOLLOW_UP, {"satisfaction": Satisfaction.NOT_REACHED})
    answer = (
        Satisfaction.SATISFIED
        if drawn < 0.93
        else Satisfaction.MOSTLY
        if drawn < 0.97
        else Satisfaction.DISSATISFIED
    )
    return Act(Action.FOLLOW_UP, {"satisfaction": answer, "solved": drawn < 1 - REOPENED / 2})
