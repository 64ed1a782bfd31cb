"""Deadlines: working days with make-up days, office hours, nights, and the colour of what is left."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridbook import catalog
from gridbook.errors import BadValue
from gridbook.records.base import LOCAL
from gridbook.records.deadline import Calendar, Limit, LimitKind, Urgency, standing
from gridbook.records.life import first_contact_due, sign_due
from gridbook.records.steps import Action
from tests import make
from tests.make import at

OFFICIAL = Calendar.from_lists({day.day.isoformat(): day.works for day in catalog.special_days()})
PLAIN = Calendar()

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
CALENDARS = st.dictionaries(DAYS, st.booleans(), max_size=40).map(Calendar)


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_so_many_working_days_after_is_so_many_between(calendar: Calendar, day: date, n: int) -> None:
    end = calendar.after(day, n)

    assert calendar.works(end)
    assert calendar.between(day, end) == n
    assert calendar.between(end, day) == -n


@given(CALENDARS, DAYS, st.integers(0, 90))
def test_between_is_undone_by_after_on_working_days(calendar: Calendar, day: date, days: int) -> None:
    end = day + timedelta(days=days)
    n = calendar.between(day, end)

    assert calendar.after(day, n) <= end
    if n and calendar.works(end):
        assert calendar.after(day, n) == end


@given(CALENDARS, DAYS, DAYS, DAYS)
def test_working_days_add_up(calendar: Calendar, one: date, two: date, three: date) -> None:
    assert calendar.between(one, two) + calendar.between(two, three) == calendar.between(one, three)


@given(CALENDARS, st.integers(0, 60 * 24 * 14), st.integers(1, 40))
def test_so_many_working_hours_after_is_so_many_between(calendar: Calendar, minutes: int, hours: int) -> None:
    start = make.NOW + timedelta(minutes=minutes)

    assert calendar.hours_between(start, calendar.after_hours(start, hours)) == pytest.approx(hours)


@pytest.mark.parametrize(
    ("start", "working_days", "due"),
    [
        ("2026-11-23", 1, "2026-11-24"),
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-11-28", 1, "2026-11-30"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-02-27", 1, "2026-02-28"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2026-10-07", 3, "2026-10-10"),
        ("2026-01-02", 1, "2026-01-04"),
    ],
)
def test_make_up_days_and_holidays_move_a_deadline(start: str, working_days: int, due: str) -> None:
    assert OFFICIAL.after(date.fromisoformat(start), working_days) == date.fromisoformat(due)


def test_the_announced_days_of_2026_are_complete() -> None:
    days = catalog.special_days()
    off = [one for one in days if not one.works]

    assert len({one.day for one in days}) == len(days)
    assert len(off) == 33 and len(days) - len(off) == 6
    assert all(one.day.weekday() >= 5 for one in days if one.works)
    assert sum(OFFICIAL.works(date(2026, 1, 1) + timedelta(days=n)) for n in range(365)) == 248


def test_a_calendar_is_made_of_holiday_records() -> None:
    calendar = make.calendar(make.holiday("2026-11-24"), make.holiday("2026-11-28", works=True))

    assert not calendar.works(date(2026, 11, 24))
    assert calendar.works(date(2026, 11, 28))


def due(limit: str, start: str, time: str = "10:00", agreed: str | None = None) -> str:
    agreed_on = date.fromisoformat(agreed) if agreed else None
    due = Limit.read(limit).due(at(start, time), OFFICIAL, agreed_on)
    return due.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")


def test_days_end_when_offices_close() -> None:
    assert due("5", "2026-11-23") == "2026-11-30 17:30"
    assert due("1 (at once)", "2026-11-23", "23:50") == "2026-11-24 17:30"
    assert due("1", "2026-11-28", "03:00") == "2026-11-30 17:30"


def test_hours_of_a_utility_run_by_night_and_on_holidays() -> None:
    assert due("24 h", "2026-11-27", "22:00") == "2026-11-28 22:00"
    assert due("2 h", "2026-02-17", "01:15") == "2026-02-17 03:15"
    assert due("24 h (2 h burst)", "2026-11-23", "23:30") == "2026-11-24 23:30"


def test_the_same_day_ends_when_offices_close_and_never_before_it_began() -> None:
    assert due("same day", "2026-11-23", "09:10") == "2026-11-23 17:30"
    assert due("same day", "2026-11-23", "20:00") == "2026-11-24 17:30"
    assert due("same day", "2026-11-28", "10:00") == "2026-11-30 17:30"


def test_by_date_ends_on_the_agreed_day() -> None:
    assert due("by date", "2026-11-23", agreed="2026-12-05") == "2026-12-05 17:30"
    assert due("by date", "2026-11-23") == "2026-11-24 17:30"
    assert due("by date", "2026-11-23", agreed="2026-11-01") == "2026-11-24 17:30"


@given(st.sampled_from(["1", "5", "15", "24 h", "2 h", "same day", "by date"]), st.integers(0, 60 * 24 * 400))
def test_nothing_is_due_before_it_began(limit: str, minutes: int) -> None:
    start = make.NOW - timedelta(minutes=minutes)

    assert Limit.read(limit).due(start, OFFICIAL) > start


def test_every_limit_of_the_category_list_is_understood() -> None:
    for category in catalog.categories().values():
        limit = Limit.read(category.limit)
        assert Limit.read(limit.text()) == limit
        assert limit.kind is not LimitKind.DAYS or 1 <= limit.amount <= 15


@pytest.mark.parametrize("text", ["", "soon", "-1", "1.5", "5 days", "9999", "24 hours", "'; --"])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        Limit.read(text)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at("2026-11-23"), Urgency.ON_TIME),
        (at("2026-11-26"), Urgency.ON_TIME),
        (at("2026-11-27"), Urgency.SOON),
        (at("2026-11-28"), Urgency.SOON),
        (at("2026-11-30", "17:29"), Urgency.SOON),
        (at("2026-11-30", "17:30"), Urgency.SOON),
        (at("2026-11-30", "17:31"), Urgency.OVERDUE),
    ],
)
def test_five_days_turn_amber_with_one_left_and_red_when_over(now, expected) -> None:
    assert standing(at("2026-11-23"), at("2026-11-30", "17:30"), now, OFFICIAL) is expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at("2026-12-02"), Urgency.ON_TIME),
        (at("2026-12-03"), Urgency.SOON),
        (at("2026-12-04"), Urgency.SOON),
    ],
)
def test_ten_days_turn_amber_with_a_fifth_left(now, expected) -> None:
    assert standing(at("2026-11-23"), at("2026-12-07", "17:30"), now, OFFICIAL) is expected


def test_two_days_turn_amber_with_one_left_and_hours_at_once() -> None:
    monday = at("2026-11-23")

    assert standing(monday, at("2026-11-25", "17:30"), monday, OFFICIAL) is Urgency.ON_TIME
    assert standing(monday, at("2026-11-25", "17:30"), at("2026-11-24"), OFFICIAL) is Urgency.SOON
    assert standing(monday, at("2026-11-24"), monday, OFFICIAL) is Urgency.SOON


def test_first_contact_is_due_within_four_working_hours() -> None:
    def contact(day: str, time: str) -> str:
        request = make.request(registered_at=at(day, time))
        return first_contact_due(request, OFFICIAL).astimezone(LOCAL).strftime("%m-%d %H:%M")

    assert contact("2026-11-23", "09:00") == "11-23 14:30"
    assert contact("2026-11-23", "14:02") == "11-24 09:32"
    assert contact("2026-11-27", "23:00") == "11-30 14:30"
    assert contact("2026-11-23", "12:30") == "11-23 17:30"


def test_what_is_passed_on_is_signed_for_within_four_working_hours() -> None:
    request = make.request(registered_at=at("2026-11-23", "09:00"))
    waiting = make.lived(
        request,
        make.event(Action.ACCEPT, at("2026-11-23", "09:10")),
        make.event(Action.ASSIGN, at("2026-11-23", "16:30")),
    )

    assert sign_due(make.lived(request), OFFICIAL) is None
    assert sign_due(waiting, OFFICIAL) == at("2026-11-24", "12:00")


def test_other_office_hours_close_at_another_time() -> None:
    hours = make.office_hours(opens="08:30", pause_from="11:30", pause_to="14:00", closes="18:00")
    summer = Calendar.of([], hours)

    assert Limit.read("1").due(at("2026-11-23"), summer) == at("2026-11-24", "18:00")
    assert summer.hours_between(at("2026-11-23", "00:00"), at("2026-11-23", "23:59")) == 7


@pytest.mark.parametrize(
    "hours",
    [
        ("", "", "", ""),
        ("9:00", "12:00", "13:30", "17:30"),
        ("09:00", "09:00", "09:00", "09:00"),
        ("17:30", "13:30", "12:00", "09:00"),
        ("24:00", "25:00", "26:00", "27:00"),
    ],
)
def test_hours_that_make_no_day_leave_the_usual_ones(hours: tuple[str, str, str, str]) -> None:
    assert Calendar.from_lists({}, hours) == PLAIN
