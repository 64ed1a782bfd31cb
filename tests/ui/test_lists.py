"""Lists and care on screen: written by keyboard, struck off, withdrawn, seen on the first screen."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QPushButton

from gridbook.records.care import Every, a_year_after
from gridbook.records.visit import VisitReason
from gridbook.records.worklist import Purpose, Round, WorkList
from gridbook.sheets import page
from gridbook.sheets.from_book import Wanted
from gridbook.store import care, drafts, visits, worklists
from gridbook.ui.desk import Desk
from gridbook.ui.lists.screen import ListsScreen
from gridbook.ui.printing.screen import PrintScreen
from gridbook.ui.today.screen import TodayScreen
from gridbook.ui.visits.screen import VisitsScreen
from tests import make
from tests.ui.casework import ground, press, shown, sitting

ENTER = Qt.Key.Key_Return
PLACE = "幸福苑3号楼2单元501"


@pytest.fixture
def clock() -> make.Clock:
    return make.Clock()


@pytest.fixture
def desk(qapp: object, tmp_path: Path, clock: make.Clock) -> Iterator[Desk]:
    """The desk of a grid that knows one building."""
    with sitting(tmp_path / "grid", clock=clock) as made:
        ground(made.store)
        yield made


def agreed(desk: Desk, **over: object) -> bytes:
    (building,) = desk.store.read(lambda s: s.run("SELECT id FROM building"))
    entry = make.care_entry(building=bytes(building[0]), **over)  # type: ignore[arg-type]
    return desk.store.write(care.save, entry).care.id


def test_an_agreement_is_written_by_keyboard_and_never_without_a_signature(desk: Desk) -> None:
    screen = shown(desk, ListsScreen)
    screen.open({})
    desk.finish()

    press(desk, "3-2-501", ENTER, "赵阿姨", ENTER, "19900005678", ENTER, "1")
    screen.form.wishes["meals"].click()
    screen.form.keep()
    desk.finish()
    assert "没有签字就不登记" in screen.form._fields["signed_on"].wrong.text()
    assert desk.store.read(drafts.get, "care") is not None

    screen.form.signed_on.value = "今天"
    screen.form.keep()
    desk.finish()

    (row,) = desk.store.read(care.listed)
    assert (row.care.called, row.care.every, row.care.meals) == ("赵阿姨", Every.WEEK, True)
    assert row.care.ends_on == a_year_after(make.TODAY)
    assert desk.store.read(drafts.get, "care") is None
    assert screen.care.table.texts("户室") == [PLACE]
    assert screen.reading.isVisible() and screen.reading.title.text() == PLACE

    screen.reading.kept_line.undone.emit()
    desk.finish()
    assert desk.store.read(care.listed) == [] and not screen.reading.isVisible()


def test_a_due_contact_is_on_the_first_screen_and_its_visit_settles_it(desk: Desk, clock: make.Clock) -> None:
    held = agreed(desk, every=Every.WEEK)
    clock.go(days=8)
    today = shown(desk, TodayScreen)
    asked: list[tuple[str, object]] = []
    today.opened.connect(lambda name, what: asked.append((name, what)))
    line = today.contacts.findChildren(QPushButton)[-1]
    assert PLACE in line.accessibleName()
    assert "先打电话" in line.accessibleName()

    line.click()
    assert asked == [("lists", held)]
    lists = shown(desk, ListsScreen)
    lists.opened.connect(lambda name, what: asked.append((name, what)))
    lists.open(held)
    desk.finish()
    lists.reading.visit.click()
    form = shown(desk, VisitsScreen)
    form.open(asked[-1][1])
    desk.finish()
    assert form.form.reason.value is VisitReason.CARE
    press(desk, ENTER, "2", "1", ENTER)

    (visit,) = desk.store.read(visits.recent)
    assert visit.visit.reason is VisitReason.CARE and visit.place == PLACE
    assert not desk.store.read(care.due)


def test_withdrawing_asks_once_and_leaves_nothing_to_read(desk: Desk) -> None:
    held = agreed(desk, emergency=True)
    screen = shown(desk, ListsScreen)
    screen.open(held)
    desk.finish()

    screen.reading.ask(emergency=True)
    screen.reading.confirm.click()
    desk.finish()
    assert screen.reading.isVisible() and desk.store.read(care.entry, held).emergency is None

    screen.reading.ask(emergency=False)
    assert screen.step_back() and screen.reading.acts.isVisible()
    screen.reading.ask(emergency=False)
    screen.reading.confirm.click()
    desk.finish()

    assert not screen.reading.isVisible() and screen.care.table.rows() == []
    assert screen.kept_line.isVisible()


def test_an_agreement_is_changed_and_signed_anew(desk: Desk, clock: make.Clock) -> None:
    held = agreed(desk)
    clock.go(days=360)
    screen = shown(desk, ListsScreen)
    screen.open(held)
    desk.finish()

    screen.reading.renew.click()
    desk.finish()
    screen.form.phone.value = "19900009999"
    screen.form.save.click()
    desk.finish()

    row = desk.store.read(care.get, held)
    signed = make.TODAY + timedelta(days=360)
    assert (row.care.phone, row.consent.signed_on) == ("19900009999", signed)
    assert row.care.ends_on == a_year_after(signed)


def test_doors_of_the_day_are_typed_struck_off_and_printed(desk: Desk) -> None:
    screen = shown(desk, ListsScreen)
    screen.entry.add.click()
    desk.finish()
    form = screen.list_forms[WorkList]
    form.doors.value = "3-1-101 3-2-501"
    form.keep()
    desk.finish()
    assert screen.entry.table.texts("户室") == ["幸福苑3号楼1单元101", PLACE]

    screen.entry.door.setFocus()
    press(desk, "3-3-602", ENTER)
    assert len(screen.entry.table.rows()) == 3
    screen.entry.table.view.setFocus()
    screen.entry.table.view.selectRow(0)
    QTest.keyClick(screen.entry.table.view, Qt.Key.Key_Space)
    desk.finish()

    assert [row.open for row in screen.entry.table.rows()] == [True, True, False]
    asked: list[tuple[str, object]] = []
    screen.opened.connect(lambda name, what: asked.append((name, what)))
    screen.print_pages()
    ((name, wanted),) = asked
    assert name == "print" and isinstance(wanted, Wanted) and len(wanted.doors) == 2
    paper = shown(desk, PrintScreen)
    paper.open(wanted)
    desk.finish()
    assert paper.job is not None and paper.job.sheet == "P3" and len(paper.job.numbers) == 2


def test_a_round_has_a_purpose_and_its_visits_a_reason(desk: Desk) -> None:
    screen = shown(desk, ListsScreen)
    screen.open("rounds")
    screen.rounds.add.click()
    desk.finish()
    form = screen.list_forms[Round]
    form.keep()
    assert form._fields["purpose"].wrong.text()

    form.purpose.value = Purpose.GAS_HOSE
    form.building.value = form.building._values[1]
    form.keep()
    desk.finish()

    (going,) = desk.store.read(worklists.of_kind, Round)
    assert isinstance(going, Round) and going.ends_on == make.TODAY + timedelta(days=7)
    assert len(screen.rounds.table.rows()) == 36
    asked: list[tuple[str, object]] = []
    screen.opened.connect(lambda name, what: asked.append((name, what)))
    screen.rounds.table.view.selectRow(0)
    screen.rounds.visit.click()
    assert asked[0][1]["reason"] is VisitReason.FACILITY  # type: ignore[index]
    assert "/" not in screen.rounds.word.text() and "%" not in screen.rounds.word.text()


def test_every_input_of_the_forms_has_a_name(desk: Desk) -> None:
    screen = shown(desk, ListsScreen)

    for form in (screen.form, *screen.list_forms.values()):
        for field in form._fields.values():
            assert field.input.accessibleName() and field.label.buddy() is field.input
    assert all(box.text() for box in screen.form.findChildren(QCheckBox))


def test_a_list_takes_over_what_was_agreed(desk: Desk, clock: make.Clock) -> None:
    agreed(desk, every=Every.WEEK)
    clock.go(days=7)
    day = make.TODAY + timedelta(days=7)
    desk.store.write(worklists.save, make.work_list(id=b"", starts_on=day, ends_on=day))
    screen = shown(desk, ListsScreen)

    screen.entry.agreed.click()
    desk.finish()

    assert screen.entry.table.texts("户室") == [PLACE]


def test_today_says_which_agreement_has_to_be_signed_anew_and_opens_it(desk: Desk, clock: make.Clock) -> None:
    made = agreed(desk)
    clock.go(days=300)
    screen = shown(desk, TodayScreen)
    assert not [line for line in screen.contacts.lines if "续签" in line.where]

    clock.go(days=50)
    screen.load()
    desk.finish()

    (line,) = [line for line in screen.contacts.lines if "续签" in line.where]
    assert line.what == PLACE and line.state == "due soon"
    opened: list[object] = []
    screen.opened.connect(lambda name, what: opened.append((name, what)))
    line.act()
    assert opened == [("lists", made)]

    clock.go(days=20)
    screen.load()
    desk.finish()
    assert not [line for line in screen.contacts.lines if "续签" in line.where], "what is over pesters nobody"


def test_the_consent_to_sign_is_printed_from_the_form_of_an_agreement(desk: Desk) -> None:
    screen, paper = shown(desk, ListsScreen), shown(desk, PrintScreen)
    screen.opened.connect(lambda name, what: paper.open(what))

    screen.notice.click()
    desk.finish()

    assert paper.choosing.sheet.value == "P13" and paper.job is not None
    said = "".join(item.text for item in paper.job.pages[0].items if isinstance(item, page.Text))
    assert "最长一年" in said and "紧急时联系我指定的人" in said and "撤回的当日删除" in said
    assert len(paper.job.pages) == 1, "on one sheet"
