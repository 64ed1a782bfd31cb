"""Agreements by signature: what is refused, when the next contact is due, how long a consent holds."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from gridbook.errors import BadValue
from gridbook.records import check_care
from gridbook.records.care import EVERY_NAMES, Every, a_year_after, due_on
from gridbook.records.worklist import PURPOSE_NAMES, Purpose, Round, WorkList
from tests import make


def refusal(**over: Any) -> BadValue:
    with pytest.raises(BadValue) as bad:
        check_care.agreement(make.care_entry(**over), make.TODAY)
    assert bad.value.message
    return bad.value


def test_a_plain_agreement_is_kept_with_and_without_an_emergency_contact() -> None:
    check_care.agreement(make.care_entry(), make.TODAY)
    check_care.agreement(make.care_entry(emergency=True), make.TODAY)


def test_a_signature_is_not_of_tomorrow_and_holds_a_year_at_most() -> None:
    tomorrow = make.TODAY + timedelta(days=1)
    assert refusal(signed_on=tomorrow).field == "signed_on"
    assert refusal(ends_on=a_year_after(make.TODAY) + timedelta(days=1)).field == "ends_on"
    assert refusal(ends_on=make.TODAY - timedelta(days=1)).field == "ends_on"
    assert refusal(called=" ").field == "called"
    assert refusal(phone="没有").field == "phone"


def test_whoever_is_called_in_an_emergency_has_signed_too() -> None:
    entry = make.care_entry(emergency=True)
    assert entry.emergency is not None
    older = replace(entry.emergency.consent, signed_on=make.TODAY - timedelta(days=40))

    with pytest.raises(BadValue) as bad:
        check_care.agreement(replace(entry, emergency=replace(entry.emergency, consent=older)), make.TODAY)

    assert bad.value.field == "emergency_signed_on"


def test_a_year_ends_on_the_same_day_and_of_a_leap_day_on_the_day_before() -> None:
    assert a_year_after(date(2026, 11, 23)) == date(2027, 11, 23)
    assert a_year_after(date(2028, 2, 29)) == date(2029, 2, 28)


@pytest.mark.parametrize("every", Every)
def test_the_next_contact_is_due_an_interval_after_the_last(every: Every) -> None:
    care = make.care_contact(every=every, agreed_on=date(2026, 11, 1))

    assert due_on(care, None, None) == date(2026, 11, 1) + timedelta(days=every.days)
    assert due_on(care, date(2026, 11, 9), None) == date(2026, 11, 9) + timedelta(days=every.days)
    # Of before the agreement nothing counts; what was put off is due on the day newly agreed.
    assert due_on(care, date(2026, 10, 1), None) == date(2026, 11, 1) + timedelta(days=every.days)
    assert due_on(care, date(2026, 11, 9), date(2026, 11, 12)) == date(2026, 11, 12)
    assert due_on(care, date(2026, 11, 13), date(2026, 11, 12)) == date(2026, 11, 13) + timedelta(
        days=every.days
    )


def test_the_intervals_and_purposes_are_closed_lists_with_a_word_for_each() -> None:
    assert [one.days for one in Every] == [7, 14, 30, 90]
    assert set(EVERY_NAMES) == set(Every) and set(PURPOSE_NAMES) == set(Purpose)


@pytest.mark.parametrize(
    ("made", "over"),
    [
        (make.work_list, {"ends_on": make.TODAY - timedelta(days=1)}),
        (make.work_list, {"ends_on": make.TODAY + timedelta(days=15)}),
        (make.round_of_doors, {"ends_on": make.TODAY + timedelta(days=63)}),
        (make.round_of_doors, {"starts_on": make.TODAY + timedelta(days=9)}),
    ],
)
def test_a_list_has_an_end_within_reach(made: Any, over: dict[str, date]) -> None:
    listing: WorkList | Round = made(**over)

    with pytest.raises(BadValue) as bad:
        check_care.listing(listing, make.TODAY)

    assert bad.value.field == "ends_on" and bad.value.next
