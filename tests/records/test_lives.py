"""Whole lives of requests: each status is derived from events, none is ever written."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridbook.errors import BadValue, GridbookError, NotAllowed
from gridbook.records.deadline import Calendar, Urgency
from gridbook.records.life import after, allowed, first_state, require, why_not
from gridbook.records.place import short_name
from gridbook.records.request import (
    MAY_ALSO,
    NEEDS,
    REASONS_FOR,
    Action,
    Event,
    Outcome,
    Reason,
    Request,
    RequestState,
    Satisfaction,
    Status,
    check_given,
)
from tests import make
from tests.make import COMMUNITY, GRID, NOW, OTHER_COMMUNITY, OTHER_GRID, SUBDISTRICT, at

CALENDAR = Calendar()
REQUEST = make.request(registered_at=at("2026-11-23", "09:00"))
DUE = at("2026-11-30", "17:30")


def do(
    action: Action, day: str = "2026-11-23", time: str = "10:00", by: str = COMMUNITY, **given: Any
) -> Event:
    return make.event(action, at(day, time), by, **given)


ACCEPTED = (do(Action.ACCEPT),)
WORKING = (*ACCEPTED, do(Action.ASSIGN), do(Action.SIGN, by=GRID))
DONE = (*WORKING, do(Action.RESOLVE, "2026-11-25", by=GRID))


def lived(*events: Event, request: Request = REQUEST) -> RequestState:
    return make.lived(request, *events)


def refused(events: tuple[Event, ...], event: Event, request: Request = REQUEST) -> str:
    with pytest.raises(NotAllowed) as why:
        require(lived(*events, request=request), event, CALENDAR)
    return why.value.message


def test_a_request_that_was_only_registered_waits_for_its_own_unit() -> None:
    state = lived()

    assert (state.status, state.lead, state.due_at) == (Status.REGISTERED, GRID, DUE)
    assert state.open and state.on_time() is None


def test_a_whole_life_runs_from_registered_to_closed() -> None:
    statuses = []
    events: tuple[Event, ...] = ()
    for event in (
        *DONE,
        do(Action.FEED_BACK, "2026-11-26", mode="phone"),
        do(Action.FOLLOW_UP, "2026-12-01", solved=True),
        do(Action.CLOSE, "2026-12-02"),
    ):
        events = (*events, event)
        statuses.append(lived(*events).status)

    assert statuses == [
        Status.ACCEPTED, Status.WAITING, Status.WORKING, Status.RESOLVED, Status.ANSWERED, Status.FOLLOWED_UP,
        Status.CLOSED,
    ]  # fmt: skip
    state = lived(*events)
    assert (state.outcome, state.satisfaction, state.solved) == (Outcome.SOLVED, Satisfaction.SATISFIED, True)
    assert (state.resolved_at, state.closed_at) == (at("2026-11-25"), at("2026-12-02"))
    assert state.on_time() is True and not state.open
    assert state.urgency(REQUEST, at("2027-01-01"), CALENDAR) is Urgency.DONE


def test_settling_on_the_spot_solves_without_more() -> None:
    state = lived(do(Action.SETTLE, by=GRID))

    assert (state.status, state.outcome) == (Status.RESOLVED, Outcome.SOLVED)
    assert state.contacted_at == state.accepted_at == state.resolved_at == at("2026-11-23")


def test_closed_is_not_solved() -> None:
    state = lived(
        *WORKING, do(Action.RESOLVE, outcome="cannot"), do(Action.FEED_BACK), do(Action.CLOSE, "2026-11-24")
    )

    assert (state.status, state.outcome) == (Status.CLOSED, Outcome.CANNOT)


def test_declining_says_where_to_go() -> None:
    with pytest.raises(BadValue) as bad:
        check_given(Action.DECLINE, {}, GRID)
    state = lived(do(Action.DECLINE, body="市政务服务中心"))

    assert bad.value.message == "“不予受理”须填写“负责单位”。"
    assert (state.status, state.outcome, state.body) == (Status.CLOSED, Outcome.DECLINED, "市政务服务中心")


def test_the_first_contact_is_when_an_office_first_takes_it_in_hand() -> None:
    escalated = lived(do(Action.ESCALATE, by=GRID), do(Action.SIGN, "2026-11-23", "11:30"))

    assert lived().contacted_at is None
    assert lived(*DONE).contacted_at == at("2026-11-23")
    assert lived(*ACCEPTED, do(Action.SETTLE, "2026-11-24")).contacted_at == at("2026-11-23")
    assert escalated.contacted_at == at("2026-11-23", "11:30")


def test_assigning_names_the_lead_and_the_co_handlers() -> None:
    state = lived(*ACCEPTED, do(Action.ASSIGN, lead=GRID, co=[OTHER_GRID, GRID, OTHER_GRID]))

    assert (state.lead, state.co, state.sent_by) == (GRID, (OTHER_GRID,), COMMUNITY)


def test_a_co_handler_joins_once_and_is_never_the_lead() -> None:
    state = lived(*WORKING, do(Action.CO_HANDLE, unit=OTHER_GRID))

    assert state.co == (OTHER_GRID,) and state.status is Status.WORKING
    assert "已在办理" in refused((*WORKING, do(Action.CO_HANDLE)), do(Action.CO_HANDLE))
    assert "已在办理" in refused(WORKING, do(Action.CO_HANDLE, unit=GRID))


def test_a_return_goes_back_to_the_office_that_sent_it() -> None:
    assigned = lived(*ACCEPTED, do(Action.ASSIGN), do(Action.RETURN, by=GRID))
    escalated = lived(do(Action.ESCALATE, by=GRID), do(Action.RETURN))
    twice_up = lived(
        do(Action.ESCALATE, by=GRID),
        do(Action.SIGN),
        do(Action.ESCALATE),
        do(Action.RETURN, by=SUBDISTRICT),
    )
    transferred = lived(
        *ACCEPTED,
        do(Action.TRANSFER, to=OTHER_COMMUNITY, by=SUBDISTRICT),
        do(Action.RETURN, by=OTHER_COMMUNITY),
    )

    assert (assigned.lead, assigned.status, assigned.returns) == (COMMUNITY, Status.ACCEPTED, 1)
    assert (escalated.lead, twice_up.lead, transferred.lead) == (GRID, COMMUNITY, SUBDISTRICT)
    assert assigned.assigned_at is None


def test_a_return_comes_within_one_working_day() -> None:
    sent = (*ACCEPTED, do(Action.ASSIGN, "2026-11-27", "16:00"))

    assert lived(*sent, do(Action.RETURN, "2026-11-30", "17:30", GRID)).returns == 1
    assert "一个工作日" in refused(sent, do(Action.RETURN, "2026-11-30", "17:31", GRID))


def test_a_request_is_returned_twice_at_most() -> None:
    back = (do(Action.ASSIGN), do(Action.RETURN, by=GRID))
    twice = (*ACCEPTED, *back, *back)

    assert lived(*twice).returns == 2
    assert "两次" in refused((*twice, do(Action.ASSIGN)), do(Action.RETURN, by=GRID))


def test_escalating_goes_up_one_office_at_a_time_and_ends_at_the_subdistrict() -> None:
    once = (do(Action.ESCALATE, by=GRID), do(Action.SIGN))
    twice = (*once, do(Action.ESCALATE), do(Action.SIGN, by=SUBDISTRICT))

    assert lived(*once).lead == COMMUNITY
    assert lived(*twice).lead == SUBDISTRICT and lived(*twice).escalated
    assert "街道以上" in refused(twice, do(Action.ESCALATE, by=SUBDISTRICT))


def test_a_transfer_goes_to_another_office() -> None:
    state = lived(*WORKING, do(Action.TRANSFER, to=OTHER_COMMUNITY, by=SUBDISTRICT))

    assert (state.lead, state.status, state.signed_at) == (OTHER_COMMUNITY, Status.WAITING, None)
    assert "已在办理" in refused(WORKING, do(Action.TRANSFER, to=GRID))


def test_referring_out_names_the_body_and_goes_on() -> None:
    given = {"body": "市供水公司", "their_number": "GS-2026-88"}
    check_given(Action.REFER, given, GRID)
    state = lived(*ACCEPTED, do(Action.REFER, **given))

    assert (state.status, state.body) == (Status.WORKING, "市供水公司")


SUSPENDED = (*WORKING, do(Action.SUSPEND, "2026-11-24", "15:00", GRID))


def test_a_suspended_clock_moves_the_due_day_by_the_working_days_away() -> None:
    state = lived(*SUSPENDED, do(Action.RESUME, "2026-12-01", by=GRID))

    assert (state.due_at, state.away) == (at("2026-12-07", "17:30"), 5)
    assert state.suspended_since is None


def test_a_break_within_one_day_moves_nothing() -> None:
    assert lived(*SUSPENDED, do(Action.RESUME, "2026-11-24", "17:00", GRID)).due_at == DUE


def test_a_break_over_a_holiday_moves_only_by_working_days() -> None:
    calendar = make.calendar(make.holiday("2026-11-25"), make.holiday("2026-11-26"))
    state = make.lived(REQUEST, *SUSPENDED, do(Action.RESUME, "2026-11-27", by=GRID), calendar=calendar)

    assert make.lived(REQUEST, calendar=calendar).due_at == at("2026-12-02", "17:30")
    assert state.due_at == at("2026-12-03", "17:30")


def test_hours_of_a_utility_stand_still_to_the_minute() -> None:
    burst = make.request(category="G02", limit="24 h", registered_at=at("2026-11-23", "22:00"))
    away = (
        do(Action.ACCEPT, "2026-11-23", "22:10"),
        do(Action.SUSPEND, "2026-11-23", "23:00"),
        do(Action.RESUME, "2026-11-24", "01:30"),
    )

    assert lived(*away, request=burst).due_at == at("2026-11-25", "00:30")


def test_while_suspended_the_light_is_grey() -> None:
    state = lived(*SUSPENDED)

    assert state.urgency(REQUEST, at("2027-01-01"), CALENDAR) is Urgency.SUSPENDED


def test_what_is_withdrawn_while_suspended_is_judged_without_the_time_away() -> None:
    state = lived(*SUSPENDED, do(Action.WITHDRAW, "2026-12-31", by=GRID))

    assert (state.status, state.outcome, state.on_time()) == (Status.RESOLVED, Outcome.WITHDRAWN, True)


@given(
    st.integers(0, 60 * 24 * 60), st.integers(0, 60 * 24 * 60), st.sampled_from(["1", "5", "24 h", "by date"])
)
def test_no_suspension_makes_anything_due_earlier(wait: int, away: int, limit: str) -> None:
    request = make.request(limit=limit)
    since = NOW + timedelta(minutes=wait)
    events = (
        make.event(Action.ACCEPT, NOW),
        make.event(Action.SUSPEND, since),
        make.event(Action.RESUME, since + timedelta(minutes=away)),
    )
    before, then = lived(request=request), lived(*events, request=request)

    assert before.due_at and then.due_at and then.due_at >= before.due_at


def test_an_extension_moves_the_due_day_by_working_days() -> None:
    state = lived(*WORKING, do(Action.EXTEND, days=3))

    assert (state.due_at, state.extended) == (at("2026-12-03", "17:30"), True)


def test_an_extension_is_given_once() -> None:
    assert "已延期一次" in refused((*WORKING, do(Action.EXTEND)), do(Action.EXTEND))


def test_an_extension_is_given_before_the_request_is_due() -> None:
    assert lived(*WORKING, do(Action.EXTEND, "2026-11-30", "17:30")).extended
    assert "到期前" in refused(WORKING, do(Action.EXTEND, "2026-11-30", "17:31"))


def test_with_its_extension_a_request_has_fifteen_working_days_at_most() -> None:
    long = make.request(limit="15", category="C05", registered_at=at("2026-11-23", "09:00"))

    assert lived(*WORKING, do(Action.EXTEND, days=10)).due_at == at("2026-12-14", "17:30")
    assert "最多还可延期 10 个工作日" in refused(WORKING, do(Action.EXTEND, days=11))
    assert "已无可延期天数" in refused(ACCEPTED, do(Action.EXTEND, days=1), long)
    for days in (0, -1, 16, True, "3", 2.0):
        with pytest.raises(BadValue, match="1 至 15"):
            check_given(Action.EXTEND, {"days": days}, GRID)


def test_time_away_does_not_eat_up_the_extension() -> None:
    state = lived(
        *SUSPENDED, do(Action.RESUME, "2026-12-22", by=GRID), do(Action.EXTEND, "2026-12-23", days=10)
    )

    assert state.due_at == at("2027-01-11", "17:30")


def test_urging_is_counted_and_changes_nothing_else() -> None:
    state = lived(*WORKING, do(Action.URGE), do(Action.URGE))

    assert (state.urged, state.status, state.due_at) == (2, Status.WORKING, DUE)


def test_supervising_sets_a_day_for_the_reply() -> None:
    state = lived(*WORKING, do(Action.SUPERVISE, by=SUBDISTRICT, reply_due="2026-11-25"))

    assert str(state.supervised_by) == "2026-11-25"
    assert "早于" in refused(WORKING, do(Action.SUPERVISE, by=SUBDISTRICT, reply_due="2026-11-22"))


def test_merging_closes_and_names_the_main_request() -> None:
    state = lived(*ACCEPTED, do(Action.MERGE, into="0305-26-0001-7K2Q"))

    assert (state.status, state.outcome, state.into) == (Status.CLOSED, Outcome.MERGED, "0305-26-0001-7K2Q")


ENDED = {
    "resolved": DONE,
    "answered": (*DONE, do(Action.FEED_BACK, "2026-11-26")),
    "closed": (*DONE, do(Action.FEED_BACK, "2026-11-26"), do(Action.CLOSE, "2026-11-26")),
    "declined": (do(Action.DECLINE),),
    "merged": (do(Action.MERGE),),
    "withdrawn": (*SUSPENDED, do(Action.WITHDRAW, "2026-11-30")),
}


@pytest.mark.parametrize("end", ENDED)
def test_reopening_starts_a_new_round_with_a_new_clock(end: str) -> None:
    state = lived(*ENDED[end], do(Action.REOPEN, "2026-12-28"))

    assert (state.status, state.reopened, state.due_at) == (Status.ACCEPTED, 1, at("2027-01-04", "17:30"))
    assert (state.outcome, state.resolved_at, state.closed_at, state.into) == (None, None, None, "")
    assert state.urgency(REQUEST, at("2026-12-29"), CALENDAR) is Urgency.ON_TIME
    assert not state.extended and state.suspended_since is None


def test_a_request_that_is_reopened_can_be_extended_again() -> None:
    again = (*WORKING, do(Action.EXTEND), do(Action.RESOLVE), do(Action.REOPEN, "2026-12-28"))

    assert lived(*again, do(Action.EXTEND, "2026-12-29", days=10)).due_at == at("2027-01-18", "17:30")


@pytest.mark.parametrize("answer", Satisfaction)
def test_only_who_was_asked_counts_as_an_answer(answer: Satisfaction) -> None:
    state = lived(*DONE, do(Action.FEED_BACK), do(Action.FOLLOW_UP, satisfaction=str(answer)))

    assert state.satisfaction is answer
    assert answer.valid == (answer not in (Satisfaction.NOT_REACHED, Satisfaction.NO_ANSWER))


def test_late_work_is_late() -> None:
    state = lived(*WORKING, do(Action.RESOLVE, "2026-12-01"))

    assert state.on_time() is False
    assert lived(*WORKING).urgency(REQUEST, at("2026-12-01"), CALENDAR) is Urgency.OVERDUE


@pytest.mark.parametrize("action", Action)
def test_what_an_action_needs_is_asked_for_by_name(action: Action) -> None:
    check_given(action, make.event(action).given, GRID)
    for name in NEEDS.get(action, ()):
        with pytest.raises(BadValue, match="须填写") as bad:
            check_given(action, {**make.event(action).given, name: None}, GRID)
        assert bad.value.field == name


@pytest.mark.parametrize("action", Action)
def test_what_an_action_does_not_take_is_refused(action: Action) -> None:
    with pytest.raises(BadValue, match="不需要填写“note”"):
        check_given(action, {**make.event(action).given, "note": "x"}, GRID)


@pytest.mark.parametrize(
    ("action", "given"),
    [
        (Action.ASSIGN, {"lead": "110101001"}),
        (Action.ASSIGN, {"lead": "99010100"}),
        (Action.ASSIGN, {"lead": 990101001}),
        (Action.ASSIGN, {"lead": GRID, "co": GRID}),
        (Action.ASSIGN, {"lead": GRID, "co": ["x"]}),
        (Action.RETURN, {"reason": "weather"}),
        (Action.SUSPEND, {"reason": "wrong office"}),
        (Action.REOPEN, {"reason": "because"}),
        (Action.RESOLVE, {"outcome": "withdrawn"}),
        (Action.RESOLVE, {"outcome": "merged"}),
        (Action.FOLLOW_UP, {"satisfaction": "five stars"}),
        (Action.FOLLOW_UP, {"satisfaction": "satisfied", "solved": 1}),
        (Action.SUPERVISE, {"reply_due": "2026-02-30"}),
        (Action.SUPERVISE, {"reply_due": "20261123"}),
        (Action.SUPERVISE, {"reply_due": 20261123}),
        (Action.REFER, {"body": "长" * 41}),
        (Action.REFER, {"body": "市供水\u202e公司"}),
        (Action.REFER, {"body": "一\n二"}),
        (Action.REFER, {"body": "11010519491231002X"}),
        (Action.REFER, {"body": ["x"]}),
        (Action.FEED_BACK, {"mode": "by carrier pigeon"}),
    ],
)
def test_details_of_the_wrong_kind_are_refused(action: Action, given: dict[str, Any]) -> None:
    with pytest.raises(BadValue) as bad:
        check_given(action, given, GRID)

    assert bad.value.message


def test_hostile_details_are_kept_as_they_are() -> None:
    body = "<b>'); DROP TABLE op; --</b>=cmd()"
    check_given(Action.DECLINE, {"body": body}, GRID)

    assert lived(do(Action.DECLINE, body=body)).body == body


def test_every_reason_belongs_to_an_action() -> None:
    offered = [reason for reasons in REASONS_FOR.values() for reason in reasons]

    assert sorted(offered) == sorted(Reason)
    for action, reasons in REASONS_FOR.items():
        for reason in reasons:
            check_given(action, {**make.event(action).given, "reason": str(reason)}, GRID)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 40),
    st.text(max_size=50),
    st.binary(max_size=4),
    st.lists(st.text(max_size=5), max_size=3),
    st.sampled_from(
        [*make.ALL_UNITS, *map(str, (*Reason, *Outcome, *Satisfaction)), "2026-12-01", "9999-12-31"]
    ),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
DETAILS = st.one_of(
    st.just({}),
    st.dictionaries(
        st.sampled_from(
            [*{name for row in (NEEDS, MAY_ALSO) for names in row.values() for name in names}, "x"]
        ),
        VALUES,
        max_size=3,
    ),
)
STEPS = st.tuples(
    st.sampled_from(Action),
    st.integers(-60 * 24, 60 * 24 * 10),
    st.sampled_from(make.ALL_UNITS),
    DETAILS,
    st.booleans(),
)


@settings(max_examples=300)
@given(st.sampled_from(["1", "5", "15", "24 h", "same day", "by date"]), st.lists(STEPS, max_size=25))
def test_no_sequence_of_events_breaks_the_fold(limit: str, steps: list[tuple[Any, ...]]) -> None:
    request = make.request(limit=limit)
    state = first_state(request, CALENDAR)
    instant = NOW
    for action, minutes, by, odd, usual in steps:
        # Clocks of other offices go back, too.
        instant += timedelta(minutes=minutes)
        given = {**make.event(action).given, **odd} if usual else odd
        event = Event(make.new_id(), action, instant, by, "01", given)
        try:
            check_given(action, given, request.unit)
        except GridbookError:
            continue
        if why_not(state, event, CALENDAR) is None:
            then = after(state, event, request, CALENDAR)
            assert then.returns <= 2
            assert then.due_at and state.due_at
            assert action is Action.REOPEN or then.due_at >= state.due_at
            assert then.suspended_since is None or then.status in (Status.ACCEPTED, Status.WORKING)
            assert (then.outcome is None) == then.open
            assert then.lead not in then.co
            assert short_name(then.lead)
            state = then
        assert allowed(state, instant, CALENDAR) or state.outcome is Outcome.MOVED
