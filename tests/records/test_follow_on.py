"""The follow-on table, against one that was written by hand from the words of the design."""

import pytest

from gridbook.errors import NotAllowed
from gridbook.records.deadline import Calendar
from gridbook.records.life import after, allowed, require, why_not
from gridbook.records.request import (
    ACTION_NAMES,
    LIKELY,
    ONLY_LOADING,
    ONLY_MOVING,
    STATUS_NAMES,
    Action,
    RequestState,
    Status,
)
from tests import make

# One row per action: what follows in each status, in the order of COLUMNS. `.` is refused, `=` stays.
COLUMNS = (
    "registered",
    "accepted",
    "waiting for sign-for",
    "in work",
    "resolved",
    "answered",
    "followed up",
    "closed",
)
WORDS = {"a": "accepted", "w": "waiting for sign-for", "i": "in work", "r": "resolved", "n": "answered",
         "f": "followed up", "c": "closed"}  # fmt: skip
TABLE = """
accept      a . . .  . . . .
decline     c . . .  . . . .
settle      r r . .  . . . .
assign      . w w w  . . . .
sign        . . i .  . . . .
return      . . a .  . . . .
escalate    w w . w  . . . .
transfer    . w w w  . . . .
refer       . i . i  . . . .
co-handle   . = = =  . . . .
suspend     . = . =  . . . .
resume      . = . =  . . . .
extend      . = = =  . . . .
urge        = = = =  . . . .
supervise   = = = =  . . . .
withdraw    r r r r  . . . .
merge       c c c c  . . . .
resolve     . r . r  . . . .
feed-back   . . . .  n . . .
follow-up   . . . .  . f . .
reopen      . . . .  a a a a
close       . . . .  . c c .
hand-over   c c c c  c c c .
continue    = = = =  = = = =
from-register c . . . . . . .
"""
ROWS = {row.split()[0]: row.split()[1:] for row in TABLE.strip().splitlines()}
CASES = [
    (
        Action(
            action.replace("feed-back", "feed back")
            .replace("follow-up", "follow up")
            .replace("hand-over", "hand over")
            .replace("from-register", "from register")
        ),
        Status(status),
        sign,
    )
    for action, row in ROWS.items()
    for status, sign in zip(COLUMNS, row, strict=True)
]
ALLOWED = [case for case in CASES if case[2] != "."]
REFUSED = [case for case in CASES if case[2] == "."]
CALENDAR = Calendar()


def standing_at(status: Status, action: Action) -> RequestState:
    """A state in which only the status can be against the action."""
    since = make.NOW if action is Action.RESUME else None
    return RequestState(
        status,
        make.GRID,
        due_at=make.at("2026-11-30", "17:30"),
        assigned_at=make.NOW,
        sent_by=make.COMMUNITY,
        suspended_since=since,
        started_at=make.NOW,
    )


def test_the_table_by_hand_is_whole() -> None:
    assert {action for action, _, _ in CASES} == set(Action)
    assert len(CASES) == len(Action) * len(Status)


@pytest.mark.parametrize(("action", "status", "sign"), ALLOWED)
def test_an_allowed_action_leads_where_the_table_says(action: Action, status: Status, sign: str) -> None:
    event = make.event(action)
    state = standing_at(status, action)

    require(state, event, CALENDAR)
    then = after(state, event, make.request(), CALENDAR)

    assert then.status == (status if sign == "=" else WORDS[sign])


@pytest.mark.parametrize(("action", "status", "sign"), REFUSED)
def test_a_refused_action_is_told_in_a_sentence(action: Action, status: Status, sign: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        require(standing_at(status, action), make.event(action), CALENDAR)

    assert refused.value.kept
    assert "“" in refused.value.message and "状态" in refused.value.message


@pytest.mark.parametrize("status", Status)
def test_the_desk_offers_exactly_what_is_allowed(status: Status) -> None:
    state = standing_at(status, Action.ACCEPT)
    by_hand = {action for action, at, sign in CASES if at is status and sign != "."}

    assert set(allowed(state, make.NOW, CALENDAR)) == by_hand - {Action.RESUME} - ONLY_MOVING - ONLY_LOADING
    assert LIKELY[status] in by_hand


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.WORKING])
def test_while_suspended_only_five_things_can_be_done(status: Status) -> None:
    state = standing_at(status, Action.RESUME)

    assert set(allowed(state, make.NOW, CALENDAR)) == {
        Action.RESUME, Action.URGE, Action.SUPERVISE, Action.WITHDRAW, Action.MERGE
    }  # fmt: skip
    assert why_not(state, make.event(Action.RESOLVE), CALENDAR) == "该诉求已挂起，请先恢复办理。"
    assert why_not(state, make.event(Action.SUSPEND), CALENDAR) == "该诉求已经挂起。"


def test_what_is_not_suspended_is_not_resumed() -> None:
    state = standing_at(Status.WORKING, Action.ACCEPT)

    assert why_not(state, make.event(Action.RESUME), CALENDAR) == "该诉求没有挂起。"


def test_every_status_and_action_has_a_name() -> None:
    assert set(STATUS_NAMES) == set(Status) == set(LIKELY)
    assert set(ACTION_NAMES) == set(Action)
