"""Requests at the desk: listed, read, acted on and written down, by keyboard on a real book."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea

from gridbook.records.request import Action, Outcome, Particulars, Pressing, Source, Status
from gridbook.store import conflicts, drafts, journal, prints, requests
from gridbook.store.book import Store
from gridbook.ui.desk import Desk
from gridbook.ui.parts.text import Text
from gridbook.ui.requests.screen import RequestsScreen
from gridbook.ui.theme import theme
from tests import make
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT, Offices
from tests.ui.casework import asked, at_desk, focus, ground, press, shown, sitting

ENTER, ESC, F9 = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_F9
DOOR = b"\x03" * 16


@pytest.fixture
def clock() -> make.Clock:
    """Monday 23 November 2026, 14:02 in China."""
    return make.Clock()


@pytest.fixture
def desk(qapp: object, tmp_path: Path, clock: make.Clock) -> Iterator[Desk]:
    """The desk of a grid that knows one building."""
    with sitting(tmp_path / "grid", clock=clock) as made:
        ground(made.store)
        yield made


def state_of(store: Store, number: str) -> Status:
    """Where a request stands in the book."""
    return store.read(lambda session: requests.state_of(session, requests.find(session, number)).status)


def texts(screen: RequestsScreen) -> str:
    """Everything the sheet says."""
    QApplication.sendPostedEvents()
    return "\n".join(label.text() for label in screen.sheet.findChildren(QLabel) if label.isVisible())


def test_an_empty_list_says_what_it_is_for_and_offers_the_form(desk: Desk) -> None:
    screen = shown(desk, RequestsScreen)

    assert screen.table.empty.isVisible()
    screen.table.empty.acted.emit()
    desk.finish()

    assert not screen.form_sheet.isHidden()


def test_lists_hold_what_their_name_says(desk: Desk) -> None:
    first, second = (
        asked(desk.store),
        asked(desk.store, category="H01", particulars={"called": ""}, phone=None),
    )
    desk.store.write(requests.act, second.request.id, Action.SETTLE)
    screen = shown(desk, RequestsScreen)
    held = {}
    for which in ("in hand", "open", "to finish", "all"):
        screen.lists.value = which
        screen.load()
        desk.finish()
        held[which] = screen.table.texts("编号")

    assert held["in hand"] == held["open"] == [first.request.number]
    assert held["to finish"] == [second.request.number]
    assert sorted(held["all"]) == sorted([first.request.number, second.request.number])


def test_the_chosen_list_is_remembered(desk: Desk) -> None:
    asked(desk.store)
    screen = shown(desk, RequestsScreen)
    screen.lists.setFocus()
    press(desk, "4")

    assert shown(desk, RequestsScreen).lists.value == "open"


@pytest.mark.parametrize("typed", ["-0001-", "wswdss", "渗水", "wangnvshi", "f01"])
def test_the_filter_knows_title_name_category_and_pinyin(desk: Desk, typed: str) -> None:
    asked(desk.store, particulars={"title": "卧室屋顶渗水"})
    asked(desk.store, category="H01", phone=None, particulars={"called": "", "title": "垃圾没有清运"})
    screen = shown(desk, RequestsScreen)
    screen.filter.setFocus()
    press(desk, typed)

    assert screen.table.texts("诉求标题") == ["卧室屋顶渗水"]


def test_a_deadline_is_colour_symbol_and_word(desk: Desk, clock: make.Clock) -> None:
    asked(desk.store)
    clock.go(days=9)
    screen = shown(desk, RequestsScreen)

    assert screen.table.texts("到期") == ["▲ 11-30 周一 超期 2 天"]


def test_enter_opens_the_request_and_esc_closes_it(desk: Desk) -> None:
    asked(desk.store)
    screen = shown(desk, RequestsScreen)
    screen.table.view.setFocus()
    press(desk, ENTER)

    assert "卧室屋顶漏水" in texts(screen)
    assert "幸福苑3号楼2单元501" in texts(screen)
    assert "19900001234" in texts(screen)
    assert "已写在本簿" in texts(screen)
    assert screen.step_back()
    assert screen.sheet.isHidden()


def test_three_keys_close_a_step_of_the_work(desk: Desk) -> None:
    made = asked(desk.store)
    desk.store.write(requests.act, made.request.id, Action.ACCEPT)
    screen = shown(desk, RequestsScreen)
    screen.open(made.request.number)
    desk.finish()
    screen.likely_step()
    press(desk, "1", ENTER)

    assert state_of(desk.store, made.request.number) is Status.RESOLVED
    assert "办结：已解决" in texts(screen)


def test_f9_on_a_selected_row_takes_the_likely_step(desk: Desk) -> None:
    made = asked(desk.store)
    screen = shown(desk, RequestsScreen)
    screen.likely_step()
    desk.finish()

    assert state_of(desk.store, made.request.number) is Status.ACCEPTED


def test_only_what_is_allowed_now_is_offered(desk: Desk) -> None:
    made = asked(desk.store)
    screen = shown(desk, RequestsScreen)
    screen.open(made.request.id)
    desk.finish()
    offered = {*screen.sheet.buttons, *(entry.text() for entry in screen.sheet.menu.actions())}

    assert next(iter(screen.sheet.buttons)) is Action.ACCEPT
    assert Action.CLOSE not in offered
    assert "归档" not in offered


def test_a_missing_fact_is_said_under_its_field(desk: Desk) -> None:
    made = asked(desk.store)
    desk.store.write(requests.act, made.request.id, Action.ACCEPT)
    screen = shown(desk, RequestsScreen)
    screen.open(made.request.id)
    desk.finish()
    screen.sheet.take(Action.SUSPEND)
    desk.finish()
    screen.sheet.confirm()

    assert "还没有填“原因”。" in texts(screen)
    assert state_of(desk.store, made.request.number) is Status.ACCEPTED


def test_a_remark_half_written_is_there_again(desk: Desk) -> None:
    made = asked(desk.store)
    desk.store.write(requests.act, made.request.id, Action.ACCEPT)
    screen = shown(desk, RequestsScreen)
    screen.open(made.request.id)
    desk.finish()
    screen.likely_step()
    desk.finish()
    assert screen.sheet.form is not None
    screen.sheet.form.remark.setFocus()
    press(desk, "物业已约周三")
    assert screen.step_back()
    desk.finish()
    screen.likely_step()
    desk.finish()

    assert screen.sheet.form.remark.value == "物业已约周三"


def test_a_step_done_elsewhere_meanwhile_is_refused_in_words(desk: Desk) -> None:
    made = asked(desk.store)
    screen = shown(desk, RequestsScreen)
    screen.open(made.request.id)
    desk.finish()
    said: list[object] = []
    desk.refused.connect(said.append)
    desk.store.on_change = lambda classes: None
    desk.store.write(requests.act, made.request.id, Action.ACCEPT)
    screen.sheet.take(Action.ACCEPT)
    desk.finish()

    assert len(said) == 1


def test_f3_to_kept_by_keyboard_alone(desk: Desk) -> None:
    screen = shown(desk, RequestsScreen)
    screen.open({})
    desk.finish()
    press(desk, "3-2-501", ENTER)
    if focus() is screen.form.door:
        press(desk, ENTER)
    assert focus() is screen.form.category
    press(desk, "f01", ENTER)
    assert screen.form.category.code == "F01"
    press(desk, "王女士", ENTER, "19900001234", ENTER, "卧室屋顶漏水", ENTER, "下雨后渗水")
    QTest.keyClick(focus(), ENTER, Qt.KeyboardModifier.ControlModifier)
    desk.finish()
    screen.lists.value = "all"
    screen.load()
    desk.finish()
    rows = screen.table.rows()

    assert [one.row.title for one in rows] == ["卧室屋顶漏水"]
    assert rows[0].row.place == "幸福苑3号楼2单元501"
    assert rows[0].row.particulars == Particulars(
        unit=make.GRID,
        id=rows[0].row.request.id,
        building=DOOR,
        door="2-501",
        called="王女士",
        title="卧室屋顶漏水",
        text="下雨后渗水",
    )
    assert focus() is screen.form.door


def test_kept_can_be_taken_back(desk: Desk) -> None:
    screen = shown(desk, RequestsScreen)
    screen.open({"building": DOOR, "door": "2-501", "visit": "0305-26-0001-7K2Q"})
    desk.finish()
    screen.form.category.code = "F01"
    screen.form.title.value = "漏水"
    screen.form.keep()
    desk.finish()
    screen.lists.value = "all"
    screen.load()
    desk.finish()
    assert [one.row.request.visit for one in screen.table.rows()] == ["0305-26-0001-7K2Q"]
    screen.form.kept_line.undone.emit()
    desk.finish()

    assert screen.table.rows() == []


def test_a_door_and_a_visit_come_along(desk: Desk) -> None:
    screen = shown(desk, RequestsScreen)
    screen.open({"building": DOOR, "door": "2-501", "visit": "0305-26-0001-7K2Q"})
    desk.finish()

    assert screen.form.door.text() == "幸福苑3号楼2单元501"
    assert screen.form.source.value is Source.VISIT


def test_a_form_left_half_written_comes_back(desk: Desk) -> None:
    screen = shown(desk, RequestsScreen)
    screen.open({"building": DOOR, "door": "2-501"})
    desk.finish()
    screen.form.title.setFocus()
    press(desk, "屋顶漏水", Qt.Key.Key_Tab)
    again = shown(desk, RequestsScreen)
    again.open({})
    desk.finish()

    assert again.form.title.value == "屋顶漏水"
    assert again.form.door.place is not None and again.form.door.place.door == "2-501"


def test_an_open_case_of_the_same_kind_is_shown_before_saving(desk: Desk) -> None:
    made = asked(desk.store)
    screen = shown(desk, RequestsScreen)
    screen.open({"building": DOOR, "door": "2-501"})
    desk.finish()
    assert not screen.form.alike.isVisible()
    screen.form.category.setFocus()
    press(desk, "f01", ENTER)
    words = [button.text() for button in screen.form.alike.findChildren(type(screen.form.save))]

    assert screen.form.alike.isVisible()
    assert any(made.request.number in word for word in words)


def test_gas_says_telephone_first(desk: Desk) -> None:
    screen = shown(desk, RequestsScreen)
    screen.open({})
    desk.finish()
    screen.form.category.setFocus()
    press(desk, "rqyw", ENTER)

    assert screen.form.category.code == "G04"
    assert screen.form.phone_first.isVisible()


def test_a_category_without_persons_asks_for_none_and_one_with_a_story_takes_none(desk: Desk) -> None:
    screen = shown(desk, RequestsScreen)
    screen.open({})
    desk.finish()
    screen.form.category.setFocus()
    press(desk, "h01", ENTER)
    assert not screen.form.called.isVisible()
    screen.form.category.selectAll()
    screen.form.category.setFocus()
    press(desk, "b03", ENTER)

    assert screen.form.called.isVisible()
    assert not screen.form.text.isVisible()


def test_what_is_wrong_stands_under_its_field(desk: Desk) -> None:
    screen = shown(desk, RequestsScreen)
    screen.open({"building": DOOR, "door": "2-501"})
    desk.finish()
    screen.form.category.code = "F01"
    screen.form.title.value = "漏水"
    screen.form.phone.value = "不清楚"
    screen.form.keep()
    desk.finish()
    wrong = [label.text() for label in screen.form.findChildren(Text) if label.property("error")]

    assert any("不是电话号码" in text for text in wrong)


def test_a_public_place_needs_no_door(desk: Desk) -> None:
    screen = shown(desk, RequestsScreen)
    screen.open({})
    desk.finish()
    screen.form.elsewhere.click()
    screen.form.spot.value = "北门路灯"
    screen.form.category.code = "H02"
    screen.form.title.value = "路灯不亮"
    screen.form.keep()
    desk.finish()
    screen.lists.value = "all"
    screen.load()
    desk.finish()

    assert screen.table.texts("地点") == ["北门路灯"]


def test_an_entry_can_be_corrected(desk: Desk) -> None:
    made = asked(desk.store)
    screen = shown(desk, RequestsScreen)
    screen.open(made.request.id)
    desk.finish()
    screen.sheet.edit_asked.emit(made.request.id)
    desk.finish()
    assert screen.form.title.value == "卧室屋顶漏水"
    screen.form.called.value = "王先生"
    screen.form.keep()
    desk.finish()

    assert desk.store.read(requests.entry, made.request.id).particulars.called == "王先生"
    assert desk.store.read(drafts.get, "request", "") is None
    assert "王先生" in texts(screen)
    said = [label.text() for label in screen.sheet.timeline.findChildren(Text)]
    assert any(one.endswith("：修改") for one in said), "a correction is told with who and when"
    assert "诉求人" in said


def test_the_number_of_a_blank_sheet_opens_its_form(desk: Desk) -> None:
    (number,) = desk.store.write(prints.blank, "P5", "request", 1)
    screen = shown(desk, RequestsScreen)
    screen.open(number)
    desk.finish()
    assert number in screen.form_sheet.title.text()
    screen.form.elsewhere.click()
    screen.form.spot.value = "北门"
    screen.form.category.code = "H02"
    screen.form.title.value = "路灯不亮"
    screen.form.keep()
    desk.finish()

    assert desk.store.read(requests.find, number).number == number
    assert desk.store.read(prints.not_keyed_in) == []


def test_what_people_wrote_is_never_read_as_markup(desk: Desk) -> None:
    made = asked(desk.store, particulars={"title": "<b>漏水</b>", "text": "<img src=x>"})
    screen = shown(desk, RequestsScreen)
    screen.open(made.request.id)
    desk.finish()

    assert "<b>漏水</b>" in texts(screen)
    assert all(
        label.textFormat() is Qt.TextFormat.PlainText
        for label in screen.sheet.findChildren(QLabel)
        if label.text()
    )


def test_who_passes_a_case_to_the_subdistrict_trims_what_it_reads(
    qapp: object, tmp_path: Path, clock: make.Clock
) -> None:
    with sitting(tmp_path / "community", make.COMMUNITY, clock) as desk:
        ground(desk.store, make.GRID)
        made = asked(desk.store, unit=make.GRID)
        desk.store.write(requests.act, made.request.id, Action.ACCEPT)
        desk.store.write(requests.act, made.request.id, Action.TRANSFER, {"to": make.COMMUNITY})
        screen = shown(desk, RequestsScreen)
        assert screen.lists.value == "inbox"
        screen.open(made.request.id)
        desk.finish()
        screen.likely_step()
        desk.finish()
        screen.sheet.take(Action.ESCALATE)
        desk.finish()
        assert screen.sheet.form is not None
        assert screen.sheet.form.telling.isVisible()
        assert "王女士" not in screen.sheet.form.telling.value
        screen.sheet.form.telling.value = "屋顶漏水，需要维修资金"
        screen.sheet.confirm()
        desk.finish()
        view = desk.store.read(requests.get, made.request.id)

        assert [one.text for one in view.referrals] == ["屋顶漏水，需要维修资金"]
        assert view.state.lead == make.SUBDISTRICT


def test_one_click_settles_what_two_offices_wrote(qapp: object, tmp_path: Path) -> None:
    offices = Offices(tmp_path).found(SUBDISTRICT, COMMUNITY, GRID)
    made = offices.request()
    offices.carry(GRID, COMMUNITY)
    for unit, pressing in ((GRID, Pressing.URGENT), (COMMUNITY, Pressing.EMERGENCY)):
        offices[unit].write(journal.save, make.change(made, pressing=pressing))
    offices.carry(GRID, COMMUNITY)
    offices.carry(COMMUNITY, GRID)
    with at_desk(offices[GRID]) as desk:
        screen = shown(desk, RequestsScreen)
        screen.open(made.id)
        desk.finish()
        said = texts(screen)
        first = screen.sheet.questions.buttons[0]
        shown_now = desk.store.read(requests.find, made.id).pressing
        first.click()
        desk.finish()

        assert {"紧急程度：紧急", "紧急程度：突发"} <= set(said.splitlines())
        assert not desk.store.read(conflicts.questions)
        assert desk.store.read(requests.find, made.id).pressing is shown_now
        assert not screen.sheet.questions.isVisible()
    offices.close()


def test_enter_never_goes_where_nobody_can_see(desk: Desk) -> None:
    theme.apply(scale=200)
    screen = shown(desk, RequestsScreen)
    screen.open({"building": DOOR, "door": "2-501"})
    desk.finish()
    screen.form.category.code = "F01"
    screen.form.phone.setFocus()
    press(desk, ENTER)
    title = screen.form.title
    assert focus() is title
    area = screen.form_sheet.findChild(QScrollArea)
    assert area is not None

    assert area.viewport().rect().contains(title.mapTo(area.viewport(), title.rect().center()))


def test_an_office_assigns_to_the_grid_below_with_a_digit(
    qapp: object, tmp_path: Path, clock: make.Clock
) -> None:
    with sitting(tmp_path / "community", make.COMMUNITY, clock) as desk:
        ground(desk.store, make.GRID)
        screen = shown(desk, RequestsScreen)
        screen.open({"building": DOOR, "door": "2-501"})
        desk.finish()
        screen.form.category.code = "F01"
        screen.form.title.value = "屋顶漏水"
        screen.form.keep()
        desk.finish()
        screen.lists.value = "all"
        screen.load()
        desk.finish()
        (row,) = screen.table.rows()
        assert row.row.request.unit == make.GRID
        desk.store.write(requests.act, row.row.request.id, Action.ACCEPT)
        screen.open(row.row.request.id)
        desk.finish()
        screen.sheet.take(Action.ASSIGN)
        desk.finish()
        press(desk, "1")
        screen.sheet.confirm()
        desk.finish()
        state = desk.store.read(requests.get, row.row.request.id).state

        assert (state.status, state.lead) == (Status.WAITING, make.GRID)
        assert state.outcome is not Outcome.SOLVED
