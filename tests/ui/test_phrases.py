"""Phrases picked by a digit, gaps that are filled, and one matter that is not written down twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gridbook import catalog
from gridbook.errors import BadValue, BadWording
from gridbook.records import wording
from gridbook.store import caseload, duplicates, phrases, requests, visits
from gridbook.store.phrases import LONGEST, MOST, Use
from gridbook.ui.desk import Desk
from gridbook.ui.requests.screen import RequestsScreen
from gridbook.ui.visits.screen import VisitsScreen
from tests.ui.casework import asked, focus, ground, press, shown, sitting

ENTER = Qt.Key.Key_Return


@pytest.fixture
def desk(qapp: object, tmp_path: Path) -> Iterator[Desk]:
    """The desk of a grid that knows one building."""
    with sitting(tmp_path / "grid") as made:
        ground(made.store)
        yield made


def keep_now(desk: Desk) -> None:
    QTest.keyClick(focus(), ENTER, Qt.KeyboardModifier.ControlModifier)
    desk.finish()


def new_request(desk: Desk, category: str) -> RequestsScreen:
    screen = shown(desk, RequestsScreen)
    screen.open({})
    desk.finish()
    press(desk, "3-2-501", ENTER, category, ENTER)
    return screen


def test_every_phrase_of_the_program_fits_and_says_nothing_about_a_person() -> None:
    assert {one.category for one in catalog.phrases()} == {*catalog.categories(), phrases.ANY}
    for one in catalog.phrases():
        for text in (one.zh, one.en):
            assert 0 < len(text) <= LONGEST[Use(one.use)] and wording.instead(text) is None, text
    for code in catalog.categories():
        for use in (Use.ASKED, Use.DONE):
            assert 1 <= sum((one.category, one.use) == (code, use) for one in catalog.phrases()) <= MOST


def test_a_digit_writes_a_phrase_and_enter_goes_to_its_gap(desk: Desk) -> None:
    screen = new_request(desk, "f01")
    form = screen.form
    form.title.setFocus()

    press(desk, "1")
    assert form.title.value == "【位置】漏水" and form.title.selectedText() == "【位置】"
    keep_now(desk)
    assert "【位置】" in form.fields["title"].wrong.text()
    assert desk.store.read(caseload.open_cases) == []

    press(desk, "3楼厨房")
    assert form.title.value == "3楼厨房漏水"
    keep_now(desk)
    (row,) = desk.store.read(caseload.open_cases)
    assert row.title == "3楼厨房漏水"


def test_a_digit_is_a_digit_once_something_is_written(desk: Desk) -> None:
    screen = new_request(desk, "f01")
    screen.form.title.setFocus()

    press(desk, " ", "3", "1")

    assert screen.form.title.value == "31"


def test_an_office_writes_its_own_phrases_in_the_form(desk: Desk) -> None:
    screen = new_request(desk, "h02")
    offered = screen.form.phrases
    offered.edit.click()
    offered.own.value = "北门路灯不亮\n精神病人要照顾\n【楼号】声控灯失灵"

    offered.keep.click()
    desk.finish()
    assert "健康状况" in offered.own_field.wrong.text()
    assert desk.store.read(phrases.of_category, "H02", Use.ASKED)[0] == "【楼号】楼道灯不亮"

    offered.own.value = "北门路灯不亮\n【楼号】声控灯失灵"
    offered.keep.click()
    desk.finish()
    assert list(screen.form.title.phrases) == ["北门路灯不亮", "【楼号】声控灯失灵"]
    press(desk, "1")
    assert screen.form.title.value == "北门路灯不亮"

    offered.as_given.click()
    desk.finish()
    assert screen.form.title.phrases[0] == "【楼号】楼道灯不亮"


def test_phrases_stay_within_what_a_title_holds_and_may_be_none(desk: Desk) -> None:
    store = desk.store
    for texts, error in ((["长" * 31], BadValue), (["x"] * 10, BadValue), (["重点人员"], BadWording)):
        with pytest.raises(error):
            store.write(phrases.keep, "H02", Use.ASKED, texts)
    store.write(phrases.keep, "H02", Use.ASKED, [])

    assert store.read(phrases.of_category, "H02", Use.ASKED) == []
    assert store.read(phrases.of_category, "H02", Use.DONE) == ["灯已修好"]


def test_what_was_settled_on_the_spot_is_a_phrase_too(desk: Desk) -> None:
    screen = shown(desk, VisitsScreen)
    screen.start()
    desk.finish()
    form = screen.form
    press(desk, "3-2-501", ENTER, "5", "1", "1")
    form.unfolded.show()
    form.items[0][0].value = "H02"
    desk.finish()
    form.items[0][1].setFocus()

    press(desk, "1")
    keep_now(desk)

    (row,) = desk.store.read(visits.recent)
    assert row.details is not None and row.details.items == ("灯已修好",)


def test_what_is_needed_to_reach_somebody_is_kept_without_a_telephone(desk: Desk) -> None:
    screen = new_request(desk, "f01")
    form = screen.form
    form.title.setFocus()
    press(desk, "3")
    form.more.click()
    desk.finish()
    form.how.setFocus()

    press(desk, "1")
    keep_now(desk)

    (row,) = desk.store.read(caseload.open_cases)
    contact = desk.store.read(requests.get, row.request.number).contact
    assert contact is not None and (contact.phone, contact.how) == ("", "需要上门办理")


def test_one_matter_is_asked_about_before_it_is_kept_and_joined_and_undone(desk: Desk) -> None:
    first = asked(desk.store)
    screen = new_request(desk, "f01")
    form = screen.form
    form.title.setFocus()
    press(desk, "厨房又漏水")

    keep_now(desk)
    assert form.alike.isVisible() and form.alike.own.isVisible()
    assert first.request.number in focus().text()  # type: ignore[attr-defined]
    assert len(desk.store.read(caseload.open_cases)) == 1

    form.alike.joined.emit(first.request.id)
    desk.finish()
    rows = desk.store.read(caseload.open_cases)
    assert [row.request.id for row in rows] == [first.request.id]
    assert "并" in form.kept_line._text.text() or "一件" in form.kept_line._text.text()
    (other,) = desk.store.read(duplicates.joined_with, first.request.id)[first.request.id]
    assert desk.store.read(requests.get, other.number).particulars.title == "厨房又漏水"  # type: ignore[union-attr]

    form.kept_line.undone.emit()
    desk.finish()
    assert desk.store.read(duplicates.joined_with, first.request.id) == {}
    assert [row.request.id for row in desk.store.read(caseload.open_cases)] == [first.request.id]


def test_another_matter_at_the_same_door_is_kept_by_pressing_once_more(desk: Desk) -> None:
    asked(desk.store)
    screen = new_request(desk, "f01")
    screen.form.title.setFocus()
    press(desk, "阳台漏水")

    keep_now(desk)
    keep_now(desk)

    assert len(desk.store.read(caseload.open_cases)) == 2
