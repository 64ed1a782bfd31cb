"""Records are values: their ids, instants and stored forms are the same at every station."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridbook.records import base
from gridbook.records.base import CLASSES, restored, rule_of, stored
from gridbook.records.request import Request, Source
from tests import make

INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)).map(
    lambda naive: naive.replace(tzinfo=UTC, microsecond=0)
)


@given(INSTANTS)
def test_an_instant_is_stored_as_text_that_reads_back(instant: datetime) -> None:
    assert base.instant_of(base.instant_text(instant)) == instant
    assert len(base.instant_text(instant)) == len("2026-11-23T14:02:00Z")


def test_a_day_begins_at_midnight_in_china() -> None:
    assert base.local_day(datetime(2026, 11, 23, 15, 59, tzinfo=UTC)) == date(2026, 11, 23)
    assert base.local_day(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == date(2026, 11, 24)


def test_ids_are_new_and_sort_by_the_time_they_were_made() -> None:
    ids = [base.new_id() for _ in range(1000)]

    assert len(set(ids)) == 1000 and sorted(ids) == ids
    assert base.id_at(make.NOW) < base.id_at(make.NOW + timedelta(milliseconds=1))


def test_an_id_of_an_instant_is_a_uuid_of_version_seven() -> None:
    made = base.id_at(make.NOW, bytes)

    assert (made[6] >> 4, made[8] >> 6, len(made)) == (7, 2, 16)
    assert base.id_at(make.NOW, bytes) == made
    assert base.id_text(made) == made.hex()


@given(st.binary(min_size=16, max_size=16))
def test_check_letters_read_no_letter_as_a_digit(record_id: bytes) -> None:
    letters = base.check_letters(record_id)

    assert len(letters) == 4 and not set(letters) & set("ILOU")
    assert set(letters) <= set(base.CROCKFORD)


def test_what_was_left_empty_or_of_another_kind_does_not_come_back() -> None:
    rule = CLASSES["Request"]

    assert restored(rule.field("source"), "visit") is Source.VISIT
    assert restored(rule.field("agreed_on"), None) is None
    for field, bad in (
        ("source", "pigeon"),
        ("category", None),
        ("category", 1),
        ("public_place", "yes"),
        ("registered_at", "yesterday"),
        ("agreed_on", "2026-02-30"),
    ):
        with pytest.raises((ValueError, TypeError)):
            restored(rule.field(field), bad)


def test_what_has_no_stored_form_is_refused() -> None:
    for odd in (1.5, {"a": 1}, {1}, object()):
        with pytest.raises(TypeError):
            stored(odd)


def test_a_record_is_replaced_and_never_changed() -> None:
    request = make.request()

    with pytest.raises(AttributeError):
        request.category = "F02"  # type: ignore[misc]
    assert make.change(request, category="F02").category == "F02"
    assert rule_of(request) is rule_of(Request)
    assert request == make.change(request)


def test_fields_that_are_merged_together_share_a_group() -> None:
    assert CLASSES["Request"].groups["identity"] == ("number", "registered_at", "visit")
    assert CLASSES["Particulars"].groups["place"] == ("building", "door", "spot")


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-23T14:02:00Z", "0999-01-01T00:00:00Z", "2024-02-29T23:59:59Z"),
        *("2026-2-3T4:5:6Z", "2026-11-23T24:00:00Z", "2026-11-23T23:59:60Z", "0000-01-01T00:00:00Z"),
        *("2023-02-29T00:00:00Z", "2026-11-23 14:02:00Z", "2026-11-23T14:02:00", "２０２６-11-23T14:02:00Z"),
    ],
)
def test_a_plain_instant_is_read_as_every_other_spelling_is(text: str) -> None:
    try:
        slowly = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        with pytest.raises(ValueError):
            base.instant_of(text)
    else:
        assert base.instant_of(text) == slowly and base.instant_of(base.instant_text(slowly)) == slowly
