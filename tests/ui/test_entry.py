"""Writing down: words the book refuses, input methods, late days and twins."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gridbook import paths
from gridbook.store import drafts, visits
from gridbook.store.session import Session
from gridbook.ui.desk import Desk
from gridbook.ui.parts.fields import commit_typing
from gridbook.ui.requests.screen import RequestsScreen
from gridbook.ui.visits.screen import VisitsScreen
from tests import make
from tests.ui.casework import focus, ground, press, shown, sitting

ENTER = Qt.Key.Key_Return
SAID_TOO_MUCH, SERVICE = "李大爷精神病，请帮买药", "需要上门服务，请帮买药"


@pytest.fixture
def desk(qapp: object, tmp_path: Path) -> Iterator[Desk]:
    """The desk of a grid that knows one building."""
    with sitting(tmp_path / "grid") as made:
        ground(made.store)
        yield made


def keep_now(desk: Desk) -> None:
    QTest.keyClick(focus(), ENTER, Qt.KeyboardModifier.ControlModifier)
    desk.finish()


def preedit(text: str) -> None:
    """An input method shows letters that are not committed yet."""
    QApplication.sendEvent(focus(), QInputMethodEvent(text, []))


def everything_in(session: Session) -> str:
    """All that any table of the book holds, in one text."""
    # An index that is no table of its own is kept in tables that are looked at as well.
    plain = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    names = session.connection.execute(sa.text(plain)).scalars()
    return "".join(str(session.connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()) for name in names)


def test_a_sentence_that_says_too_much_is_put_differently_and_stands_nowhere(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    screen = shown(desk, VisitsScreen)
    screen.start()
    desk.finish()
    form = screen.form
    press(desk, "3-2-501", ENTER, "5", "1", "1")
    form.unfolded.show()
    form.note.setFocus()
    press(desk, SAID_TOO_MUCH)

    form.companion.setFocus()
    desk.finish()
    field = form.fields["note"]
    assert field.wrong.text() and SERVICE in field.instead.text()
    assert "健康状况" in field.wrong.text() and "李大爷" not in field.wrong.text()

    keep_now(desk)
    assert desk.store.read(visits.count) == 0 and form.note.value == SAID_TOO_MUCH
    draft = desk.store.read(drafts.get, "visit")
    assert draft is not None and draft.fields["note"] == "" and draft.fields["door"]

    field.instead.click()
    keep_now(desk)
    (row,) = desk.store.read(visits.recent)
    assert row.note == SERVICE
    assert "精神病" not in desk.store.read(everything_in) and "精神病" not in caplog.text
    logs = paths.logs()
    assert not logs.exists() or "精神病" not in "".join(one.read_text("utf-8") for one in logs.glob("*.log"))


def test_an_input_method_s_letters_are_not_taken_for_a_door_until_they_are_committed(desk: Desk) -> None:
    screen = shown(desk, VisitsScreen)
    screen.start()
    desk.finish()
    door = screen.form.door

    preedit("xing'fu")
    desk.finish()
    assert door.value == "" and door.offers() == []

    press(desk, "幸福苑3号楼2单元501")
    assert door.offers() == ["幸福苑3号楼2单元501"]
    press(desk, ENTER)
    assert door.place is not None and door.place.door == "2-501"


@pytest.mark.parametrize("name", ["title", "text"])
def test_what_an_input_method_still_holds_is_committed_before_it_is_kept(desk: Desk, name: str) -> None:
    screen = shown(desk, RequestsScreen)
    screen.start()
    desk.finish()
    input_ = getattr(screen.form, name)
    input_.setFocus()
    press(desk, "楼道")
    preedit("灯")
    assert input_.value == "楼道"

    commit_typing()
    assert input_.value == "楼道灯"
    preedit("坏")
    screen.form.pressing.setFocus()
    desk.finish()
    draft = desk.store.read(drafts.get, "request")
    assert draft is not None and draft.fields[name] == "楼道灯坏"


def test_what_is_typed_into_the_middle_of_a_text_stays_there(desk: Desk) -> None:
    screen = shown(desk, RequestsScreen)
    screen.start()
    desk.finish()
    title = screen.form.title
    title.value = "楼道不亮"
    title.setFocus()

    title.setCursorPosition(2)
    press(desk, "a", "b", "路灯")
    assert title.value == "楼道ab路灯不亮"
    title.setSelection(2, 2)
    press(desk, "𠮷")
    assert title.value == "楼道𠮷路灯不亮" and title.cursorPosition() == 4


def test_a_visit_of_last_week_is_welcome_and_said_to_be_late(desk: Desk) -> None:
    screen = shown(desk, VisitsScreen)
    screen.start()
    desk.finish()
    form = screen.form
    day = form.today() - timedelta(days=6)

    form.day.setFocus()
    form.day.selectAll()
    press(desk, f"{day:%m%d}", ENTER)
    assert form.late.isVisible() and f"{day:%m-%d}" in form.late.text()
    form.door.setFocus()
    press(desk, "3-2-501", ENTER, "5", "1", "1", ENTER)

    (row,) = desk.store.read(visits.recent)
    assert row.visit.visited_on == day
    assert form.day.day == day, "a pile of paper has one day"


def test_a_form_that_lay_open_overnight_means_today(qapp: object, tmp_path: Path) -> None:
    clock = make.Clock()
    with sitting(tmp_path / "grid", clock=clock) as desk:
        screen = shown(desk, VisitsScreen)
        screen.start()
        desk.finish()
        clock.go(days=1)

        screen.start()

        assert screen.form.day.day == screen.form.today()
        assert not screen.form.late.isVisible()


def test_the_same_visit_again_is_pointed_out_before_it_is_saved(desk: Desk) -> None:
    screen = shown(desk, VisitsScreen)
    screen.start()
    desk.finish()
    press(desk, "3-2-501", ENTER, "5", "1", "1", ENTER)
    (first,) = desk.store.read(visits.recent)

    press(desk, "3-2-501", ENTER)
    assert first.visit.number in screen.form.beside.text()
    press(desk, "5", "1", "1", ENTER)
    assert screen.form.twin.isVisible() and first.visit.number in screen.form.twin.words.text()
    assert desk.store.read(visits.count) == 1
    screen.form.twin.open_it.click()
    desk.finish()
    assert screen.reading.isVisible() and first.visit.number in screen.reading.title.text()

    screen.start()
    desk.finish()
    keep_now(desk)
    assert desk.store.read(visits.count) == 2
