"""What cannot be kept is refused in a sentence; what is only odd is kept to the letter."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridbook import catalog
from gridbook.errors import BadValue
from gridbook.records import check
from gridbook.records.base import CLASSES, Record, restored, rule_of, stored, values_of
from gridbook.records.letters import has_identity_number, unseen
from gridbook.records.place import Pattern
from gridbook.records.request import EventNote, Referral
from gridbook.records.visit import VisitOutcome
from tests import make


def refusal_of_visit(**over: Any) -> BadValue:
    with pytest.raises(BadValue) as bad:
        check.visit(make.visit_entry(**over), make.TODAY)
    assert bad.value.message
    return bad.value


def refusal_of_request(**over: Any) -> BadValue:
    with pytest.raises(BadValue) as bad:
        check.request(make.request_entry(**over), make.TODAY)
    assert bad.value.message
    return bad.value


def test_a_plain_visit_and_a_plain_request_are_kept() -> None:
    check.visit(make.visit_entry(note="带了物业一起看"), make.TODAY)
    check.request(make.request_entry(), make.TODAY)


def test_late_entry_is_welcome() -> None:
    check.visit(make.visit_entry(visited_on=date(2025, 1, 2)), make.TODAY)
    check.request(make.request_entry(registered_at=make.at("2025-01-02")), make.TODAY)


@pytest.mark.parametrize(
    "day", [date(2026, 11, 24), date(2099, 1, 1), date(1999, 12, 31), date(2100, 1, 1), date.max]
)
def test_a_visit_of_an_impossible_day_is_refused(day: date) -> None:
    assert refusal_of_visit(visited_on=day).field == "visited_on"


def test_a_request_of_an_impossible_day_is_refused() -> None:
    assert refusal_of_request(registered_at=make.at("2026-11-24")).field == "registered_at"
    assert refusal_of_request(registered_at=make.at("1970-01-01")).field == "registered_at"
    assert refusal_of_request(agreed_on=date(2026, 11, 22)).field == "agreed_on"


def test_the_next_contact_comes_after_the_visit() -> None:
    check.visit(make.visit_entry(details={"next_on": make.TODAY}), make.TODAY)
    assert refusal_of_visit(details={"next_on": date(2026, 11, 22)}).field == "next_on"


# The longest text of each field, as the design has it.
LONGEST = {
    ("VisitNote", "note"): 200,
    ("VisitDetails", "items"): 40,
    ("Particulars", "title"): 30,
    ("Particulars", "text"): 500,
    ("EventNote", "text"): 200,
    ("Referral", "text"): 500,
}


@pytest.mark.parametrize(("where", "longest"), LONGEST.items())
def test_the_longest_text_of_a_field_is_what_the_design_says(where: tuple[str, str], longest: int) -> None:
    assert CLASSES[where[0]].field(where[1]).longest == longest


def sample(class_name: str) -> Record:
    """A record of the class that can be kept."""
    visit = make.visit_entry(note="x")
    request = make.request_entry()
    ids = {"unit": make.GRID, "id": make.new_id()}
    assert visit.note and request.contact
    samples: dict[str, Record] = {
        "Unit": make.unit(),
        "Estate": make.estate(),
        "Building": make.building(),
        "Holiday": make.holiday("2026-10-01"),
        "OfficeHours": make.office_hours(),
        "Staff": make.staff(),
        "Visit": visit.visit,
        "VisitDetails": visit.details,
        "VisitNote": visit.note,
        "Request": request.request,
        "Particulars": request.particulars,
        "Contact": request.contact,
        "EventNote": EventNote(**ids, case=make.new_id(), event=b"1" * 16, text="已联系"),
        "Referral": Referral(**ids, case=make.new_id(), text="请协调"),
        "HandOver": make.handed_over(),
        "Mandate": make.mandate(),
        "DocumentReceipt": make.document(),
        "CareContact": make.care_contact(),
        "EmergencyContact": make.emergency_contact(),
        "Consent": make.consent(),
        "ListDoor": make.list_door(),
        "WorkList": make.work_list(),
        "RoundDoor": make.round_door(),
        "Round": make.round_of_doors(),
    }
    return samples[class_name]


TEXTS = [
    (name, field.name, field.longest)
    for name, rule in CLASSES.items()
    for field in rule.fields
    if field.python is str or field.name == "items"
]


def with_text(class_name: str, field: str, text: str) -> Record:
    record = sample(class_name)
    whole = CLASSES[class_name].field(field).python is tuple
    changed: Record = make.change(record, **{field: (text,) if whole else text})
    return changed


def complaints(record: Record) -> list[BadValue]:
    return list(check.troubles(record))


@pytest.mark.parametrize("class_name", CLASSES)
def test_a_sample_of_every_class_can_be_kept(class_name: str) -> None:
    check.everyday(sample(class_name))


@pytest.mark.parametrize(("class_name", "field", "longest"), TEXTS)
def test_every_text_has_an_end_and_a_longer_one_is_refused(
    class_name: str, field: str, longest: int | None
) -> None:
    assert longest is not None
    over = [one for one in complaints(with_text(class_name, field, "长" * (longest + 1))) if one.next]

    assert any(one.field == field and str(longest + 1) in one.message for one in over)


UNSEEN = (
    *("\x00", "\x07", "\t", "\r", "\x7f", "\x85", "\u200b", "\u200d", "\u202e", "\u2028", "\u2066"),
    *("\ufeff", "\u00ad", "\u3164", "\ue000", "\ud800", "\U000e0041", "\U000f0000"),
)


@pytest.mark.parametrize("c", UNSEEN)
def test_a_character_nobody_can_see_is_refused_and_named(c: str) -> None:
    bad = refusal_of_request(particulars={"title": f"漏{c}水"})

    assert f"U+{ord(c):04X}" in bad.message
    assert unseen(c) == c


@pytest.mark.parametrize(("class_name", "field", "longest"), TEXTS)
def test_no_text_of_any_class_takes_an_unseen_character(class_name: str, field: str, longest: int) -> None:
    assert any("U+202E" in one.message for one in complaints(with_text(class_name, field, "1\u202e")))


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_letters_that_can_be_seen_are_kept(text: str) -> None:
    if unseen(text) is None and not has_identity_number(text):
        assert not complaints(with_text("Particulars", "title", text))


HOSTILE = (
    "<script>alert(1)</script>",
    '<img src="file:///etc/passwd">',
    "'; DROP TABLE visit; --",
    '" OR 1=1 --',
    "=HYPERLINK(1)&cmd",
    "%s%n{0}{title}${x}",
    "../../etc/passwd",
    "𠮷\U00030edd·阿卜杜拉",
    "一行\n两行",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_sql_formulas_and_rare_letters_are_kept_to_the_letter(text: str) -> None:
    entry = make.request_entry(particulars={"text": text, "title": text[:30]})
    check.request(entry, make.TODAY)

    record = entry.particulars
    rule = rule_of(record)
    back = {name: restored(rule.field(name), stored(value)) for name, value in values_of(record).items()}
    assert back == values_of(record) and back["text"] == text


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002X",
        "身份证 11010519491231002x。",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 0021",
    ],
)
def test_the_number_of_an_identity_card_is_refused_everywhere(text: str) -> None:
    for class_name, field, longest in TEXTS:
        if longest is None or longest >= len(text):
            found = complaints(with_text(class_name, field, text))
            assert any(one.message == "本簿不登记身份证号码。" for one in found), (class_name, field)


@pytest.mark.parametrize(
    "text", ["0305-26-0412-7K2Q", "19900001234", "990101001003005", "123456789012345678"]
)
def test_other_numbers_are_no_identity_cards(text: str) -> None:
    assert not has_identity_number(text)


def test_an_unknown_category_is_refused_with_what_codes_look_like() -> None:
    for bad in (refusal_of_request(category="Z99"), refusal_of_visit(categories=("F01", "漏水"))):
        assert bad.field == "category" and "F01" in bad.next
    with pytest.raises(BadValue):
        catalog.category("")


def test_an_unreadable_time_limit_is_refused() -> None:
    assert refusal_of_request(limit="soon").field == "limit"


def test_a_request_needs_a_title() -> None:
    assert refusal_of_request(particulars={"title": " \n"}).field == "title"


def test_a_category_without_person_takes_no_person() -> None:
    assert refusal_of_request(category="H02", limit="3").field == "called"
    assert refusal_of_request(category="H02", limit="3", particulars={"called": ""}).field == "called"
    check.request(
        make.request_entry(category="H02", limit="3", particulars={"called": ""}, phone=None), make.TODAY
    )


@pytest.mark.parametrize("field", ["text", "hope"])
def test_of_a_sensitive_category_only_the_fact_is_recorded(field: str) -> None:
    quiet = {"text": "", "hope": "", "title": "代交材料"}

    assert refusal_of_request(category="B03", particulars={**quiet, field: "经过"}).field == "text"
    check.request(make.request_entry(category="B03", particulars=quiet), make.TODAY)


def test_not_in_never_becomes_a_visit() -> None:
    assert refusal_of_visit(outcome=VisitOutcome.NOT_IN).field == "outcome"
    for outcome in (VisitOutcome.MET, VisitOutcome.RESCHEDULED, VisitOutcome.DECLINED):
        check.visit(make.visit_entry(outcome=outcome), make.TODAY)


@pytest.mark.parametrize(
    "phone", ["19900001234", "0100-1234567转8", "+86 199 0000 1234", "（0100）1234567", "119"]
)
def test_telephone_numbers_are_kept_as_people_write_them(phone: str) -> None:
    check.request(make.request_entry(phone=phone), make.TODAY)


@pytest.mark.parametrize(
    "phone", ["", "12", "电话", "微信 abc", "1990000123a", "٠١٢٣٤٥", "１９９００００１２３４"]
)
def test_what_is_no_telephone_number_is_refused(phone: str) -> None:
    assert refusal_of_request(phone=phone).field == "phone"


def test_a_door_and_its_building_come_together() -> None:
    assert refusal_of_request(particulars={"building": None}).field == "door"
    assert refusal_of_visit(details={"door": ""}).field == "door"
    check.request(
        make.request_entry(particulars={"building": None, "door": "", "spot": "3号楼东侧"}), make.TODAY
    )


def test_a_list_has_an_end() -> None:
    assert refusal_of_visit(details={"items": ("x",) * 41}).field == "items"


@pytest.mark.parametrize(
    ("field", "value"),
    [("units", 0), ("units", 31), ("floors", -1), ("floors", 100), ("doors_per_floor", 401),
     ("added", ("<b>",)), ("added", ("1-" + "9" * 9,)), ("missing", tuple(str(n) for n in range(401)))],
)  # fmt: skip
def test_a_building_that_cannot_stand_is_refused(field: str, value: Any) -> None:
    assert complaints(make.building(**{field: value}))


def test_a_row_of_shops_can_be_long() -> None:
    check.everyday(make.building(pattern=Pattern.SINGLE, doors_per_floor=120, added=("12a",)))


def test_office_hours_make_a_day() -> None:
    for hours in ({"opens": "25:00"}, {"opens": "9:00"}, {"closes": "08:00"}, {"pause_from": ""}):
        assert complaints(make.office_hours(**hours))[0].field == "opens"


def test_the_code_of_an_office_is_checked() -> None:
    assert complaints(make.change(make.unit(), code="12345"))[0].field == "code"
