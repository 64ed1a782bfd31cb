"""The schema says of every class and field how far it travels and how long it stays."""

import json
import re

import pytest

from gridbook import i18n
from gridbook.records.base import CLASSES, Keep, Reach, Since
from gridbook.records.schema import json_schema
from gridbook.records.visit import ATTEMPT_DAYS

# By hand from the table of reaches and the list of retention periods of the design.
DECLARED = {
    "Unit": ("down", None, "never"),
    "Staff": ("down", None, "never"),
    "Holiday": ("down", None, "never"),
    "OfficeHours": ("down", None, "never"),
    "Estate": ("subdistrict", None, "never"),
    "Building": ("subdistrict", None, "never"),
    "Visit": ("subdistrict", None, "never"),
    "Request": ("subdistrict", None, "never"),
    "Referral": ("subdistrict", 24, "case closed"),
    "VisitDetails": ("community", 24, "entry"),
    "Particulars": ("community", 24, "case closed"),
    "Contact": ("community", 6, "case closed"),
    "EventNote": ("community", 24, "case closed"),
    "VisitNote": ("here", 12, "entry"),
    "HandOver": ("subdistrict", None, "never"),
    "Mandate": ("community", 24, "ended"),
    "DocumentReceipt": ("community", 24, "ended"),
    "CareContact": ("community", 1, "ended"),
    "EmergencyContact": ("community", 1, "ended"),
    "Consent": ("community", 36, "ended"),
    "ListDoor": ("community", 3, "ended"),
    "WorkList": ("community", 3, "ended"),
    "RoundDoor": ("community", 0, "ended"),
    "Round": ("community", 0, "ended"),
}
FACTS_ONLY = {
    "Visit": {"number", "visited_on", "part", "reason", "mode", "outcome", "categories"},
    "Request": {
        "number", "registered_at", "source", "category", "limit", "pressing", "estate", "public_place",
        "agreed_on", "visit",
    },
    "HandOver": {
        "giver", "office", "handed_at", "reason", "numbers", "were", "places", "signed", "signed_at",
    },
}  # fmt: skip
AT_THEIR_END = {"Round", "RoundDoor"}
"""Classes of which nothing stays once their end has passed."""
CREATE_ONLY = {"Visit", "VisitDetails", "EventNote", "Referral"}


def test_every_class_has_its_one_reach_and_its_one_period() -> None:
    assert {
        name: (
            str(rule.reach),
            None if rule.keep.days is None else rule.keep.days // 30,
            str(rule.keep.since),
        )
        for name, rule in CLASSES.items()
    } == DECLARED


def test_no_period_is_longer_than_the_months_it_stands_for() -> None:
    for name, (_, months, _) in DECLARED.items():
        days = CLASSES[name].keep.days
        assert months is None or days is None or 0 <= days <= months * 365 / 12
        assert days != 0 or name in AT_THEIR_END
    assert ATTEMPT_DAYS == 14


@pytest.mark.parametrize("class_name", CLASSES)
def test_every_field_shares_reach_and_period_of_its_class(class_name: str) -> None:
    rule = CLASSES[class_name]

    assert isinstance(rule.reach, Reach) and isinstance(rule.keep, Keep)
    assert (rule.keep.days is None) == (rule.keep.since is Since.NEVER)
    for field in rule.fields:
        assert field.reach is rule.reach
        assert field.label and field.group and field.keep.days == rule.keep.days


def test_facts_for_the_subdistrict_are_these_and_no_others() -> None:
    for name, fields in FACTS_ONLY.items():
        assert {field.name for field in CLASSES[name].fields} == fields


def test_what_travels_to_the_subdistrict_holds_no_words_about_people() -> None:
    # Referral is the one class whose sender trims what the other office will read.
    texts = {
        f"{name}.{field.name}": field.longest
        for name, rule in CLASSES.items()
        if rule.reach is Reach.SUBDISTRICT and name not in ("Referral", "HandOver")
        for field in rule.fields
        if field.python is str and (field.longest or 999) > 12
    }

    assert texts == {"Estate.name": 30, "Visit.number": 20, "Request.number": 20, "Request.visit": 20}


def test_only_these_may_stand_in_a_public_notice() -> None:
    public = {
        f"{name}.{field.name}" for name, rule in CLASSES.items() for field in rule.fields if field.public
    }

    assert public == {"Estate.name", "Request.category", "Request.estate"}


def test_what_is_written_once_is_marked() -> None:
    assert {name for name, rule in CLASSES.items() if rule.create_only} == CREATE_ONLY


def test_the_schema_is_the_same_at_every_call_and_in_every_language() -> None:
    first = json.dumps(json_schema(), ensure_ascii=False)
    i18n.use("en")

    assert json.dumps(json_schema(), ensure_ascii=False) == first
    assert i18n.language() == "en"


def test_the_schema_tells_all_of_a_field() -> None:
    title = json_schema()["$defs"]["Particulars"]["properties"]["title"]

    assert title == {
        "title": "Title",
        "label": {"zh_CN": "诉求标题", "en": "Title"},
        "type": "string",
        "maxLength": 30,
        "group": "matter",
        "reach": "community",
        "keep": {"days": 720, "since": "case closed"},
        "public": False,
    }


def test_the_schema_is_whole_and_in_both_languages() -> None:
    schema = json_schema()

    assert set(schema["$defs"]) == set(CLASSES)
    for name, described in schema["$defs"].items():
        assert described["additionalProperties"] is False
        assert set(described["properties"]) == {"unit", "id", *(f.name for f in CLASSES[name].fields)}
        assert {"unit", "id"} <= set(described["required"])
        for one in (described, *described["properties"].values()):
            if "label" in one:
                assert re.search(r"[\u4e00-\u9fff]", one["label"]["zh_CN"]), one
                assert one["label"]["en"] == one["title"]


def test_a_sample_of_types_reads_as_json_schema_writes_them() -> None:
    visit = json_schema()["$defs"]["VisitDetails"]["properties"]

    assert visit["items"]["type"] == "array" and visit["items"]["items"] == {
        "type": "string",
        "maxLength": 40,
    }
    assert visit["next_on"]["type"] == ["string", "null"] and visit["next_on"]["format"] == "date"
    assert json_schema()["$defs"]["Visit"]["properties"]["outcome"]["enum"] == [
        "met", "rescheduled", "declined", "not in"
    ]  # fmt: skip
