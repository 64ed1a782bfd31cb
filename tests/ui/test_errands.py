"""The errand board: an order from the mandate to the last original, with a few keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from gridbook.records.errand import Paper
from gridbook.records.request import Action
from gridbook.store import drafts, errands, requests
from gridbook.store.errands import Stage
from gridbook.ui.desk import Desk
from gridbook.ui.errands.screen import ErrandsScreen
from gridbook.ui.requests.screen import RequestsScreen
from gridbook.ui.today.screen import TodayScreen
from tests import make
from tests.ui.casework import asked, focus, ground, press, shown, sitting

ENTER = Qt.Key.Key_Return


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


def wanted(desk: Desk, category: str = "A04") -> str:
    particulars = {"title": "补办社保卡", "text": "", "door": "2-501"}
    return asked(desk.store, category=category, particulars=particulars).request.number


def with_original(desk: Desk) -> str:
    number = wanted(desk)
    desk.store.write(errands.save, number, desk.store.read(errands.blank, number))
    desk.store.write(errands.receive, number, [make.document(id=b"", document="身份证")])
    return number


def test_an_order_goes_from_the_mandate_to_the_last_original_with_a_few_keys(desk: Desk) -> None:
    number = wanted(desk)
    screen = shown(desk, ErrandsScreen)
    assert screen.table.rows() == []
    screen.open(number)
    desk.finish()

    # The mandate: on behalf, the service and what may be done stand there; signed.
    screen.likely_step()
    desk.finish()
    press(desk, "2", ENTER, ENTER, ENTER, ENTER, "1", ENTER)
    held = desk.store.read(errands.get, number)
    assert held.mandate is not None and held.mandate.signed and held.mandate.service == "S04"
    assert held.stage is Stage.WAITING
    assert screen.table.texts("事项") == ["补办社保卡"]

    screen.likely_step()
    desk.finish()
    assert desk.store.read(errands.get, number).mine

    # Two of the list by their digits, one more by its name, as a copy.
    screen.likely_step()
    desk.finish()
    press(desk, "1", "2", ENTER, "缴费单", ENTER, "2", ENTER, "1", ENTER)
    documents = desk.store.read(errands.get, number).documents
    assert [(one.document, one.paper) for one in documents] == [
        ("身份证", Paper.ORIGINAL),
        ("旧社保卡", Paper.ORIGINAL),
        ("缴费单", Paper.COPY),
    ]

    screen.likely_step()
    desk.finish()
    assert not desk.store.read(errands.get, number).out
    screen.sheet.kept_line.undone.emit()
    desk.finish()
    assert len(desk.store.read(errands.get, number).out) == 2


def test_esc_keeps_what_was_typed_and_a_number_is_refused_in_words(desk: Desk) -> None:
    number = with_original(desk)
    screen = shown(desk, ErrandsScreen)
    screen.open(number)
    desk.finish()
    screen.sheet.take("receive")
    desk.finish()
    form = screen.sheet.form
    assert form is not None
    settle(desk, screen)
    form.fields["document"].input.setFocus()
    press(desk, "银行卡 6217001234567")
    screen.sheet.confirm()
    desk.finish()
    assert "号码" in form.fields["document"].wrong.text()

    screen.step_back()
    desk.finish()
    draft = desk.store.read(drafts.get, "errand", f"{number} receive")
    assert draft is not None and draft.fields["document"] == "银行卡 6217001234567"
    assert len(desk.store.read(errands.get, number).documents) == 1


def settle(desk: Desk, screen: QWidget) -> None:
    """What was made a moment ago is shown with the next events, and has the keyboard."""
    desk.read(lambda session: session.today)
    desk.finish()
    screen.activateWindow()
    QTest.qWaitForWindowActive(screen)


def labels(widget: QWidget) -> list[str]:
    return [one.text() for one in widget.findChildren(QLabel) if one.text() and one.isVisible()]


def test_today_asks_for_originals_and_each_row_acts_on_enter(desk: Desk, clock: make.Clock) -> None:
    number = with_original(desk)
    other = with_original(desk)
    for action in (Action.SETTLE, Action.FEED_BACK, Action.CLOSE):
        desk.store.write(requests.act, other, action)
    clock.go(days=2)
    screen = shown(desk, TodayScreen)
    opened: list[object] = []
    screen.opened.connect(lambda name, what: opened.append((name, what)))

    settle(desk, screen)

    assert labels(screen.papers).count("1 份原件待还") == 2
    # What is over comes first, and says so with a symbol.
    assert [text for text in labels(screen.papers) if "在手" in text] == ["▲ 在手 2 天", "在手 2 天"]
    ids = [desk.store.read(requests.find, one).id for one in (other, number)]
    first = next(row for row in screen.papers.findChildren(type(screen.visit)) if row.isVisible())
    first.setFocus()
    press(desk, ENTER, Qt.Key.Key_Down, ENTER)
    assert opened == [("errands", ids[0]), ("errands", ids[1])]
    assert focus() is not first


def test_today_says_how_long_work_waits_for_a_stick_and_is_quiet_when_all_is_done(
    desk: Desk, clock: make.Clock
) -> None:
    clock.go(days=8)
    screen = shown(desk, TodayScreen)

    assert "已等 8 天" in screen.hand_over.words.text()
    assert screen.hand_over.words.property("mark") == "overdue"
    assert screen.quiet.isHidden()

    desk.store.write(lambda session: session.run("UPDATE op SET segment = 1 WHERE segment IS NULL"))
    screen.load()
    desk.finish()
    assert not screen.quiet.isHidden() and screen.columns.isHidden()


def test_a_request_of_an_errand_leads_to_its_mandate_and_another_does_not(desk: Desk) -> None:
    screen = shown(desk, RequestsScreen)
    opened: list[object] = []
    screen.opened.connect(lambda name, what: opened.append((name, what)))

    def words() -> list[str]:
        return [one.text() for one in screen.sheet.menu.actions()]

    for number, there in ((wanted(desk), True), (wanted(desk, "F01"), False)):
        screen.open(number)
        desk.finish()
        assert ("委托与材料" in words()) is there
        for one in screen.sheet.menu.actions():
            if one.text() == "委托与材料":
                one.trigger()
    first = desk.store.read(requests.find, number)
    assert len(opened) == 1 and opened[0] != ("errands", first.id)
