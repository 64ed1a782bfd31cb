"""The visits screen: four keys for a visit, and paper sheets keyed in by their number."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from gridbook.records.visit import Mode, VisitOutcome
from gridbook.store import prints, search, visits
from gridbook.ui.desk import Desk
from gridbook.ui.parts.text import Text
from gridbook.ui.visits.screen import VisitsScreen
from tests import make
from tests.ui.casework import ground, press, shown, sitting

ENTER = Qt.Key.Key_Return


@pytest.fixture
def desk(qapp: object, tmp_path: Path) -> Iterator[Desk]:
    """The desk of a grid that knows one building."""
    with sitting(tmp_path / "grid") as made:
        ground(made.store)
        yield made


def test_the_number_of_a_blank_sheet_opens_the_form_and_becomes_the_visits(desk: Desk) -> None:
    number, other = desk.store.write(prints.blank, "P1", "visit", 2)
    screen = shown(desk, VisitsScreen)

    screen.open(number)
    desk.finish()
    assert number in screen.sheet.title.text()
    press(desk, "3-2-501", ENTER, "5", "1", "1", ENTER)

    saved = desk.store.read(visits.entry, number)
    assert saved.visit.number == number
    assert [one.number for one in desk.store.read(prints.not_keyed_in)] == [other]
    assert number not in screen.sheet.title.text()


def test_a_sheet_that_was_keyed_in_opens_as_the_visit_it_became(desk: Desk) -> None:
    (number,) = desk.store.write(prints.blank, "P1", "visit", 1)
    screen = shown(desk, VisitsScreen)
    screen.open(number)
    desk.finish()
    press(desk, "3-2-501", ENTER, "5", "1", "1", ENTER)

    screen.open(number)
    desk.finish()

    assert screen.reading.isVisible() and number in screen.reading.title.text()
    assert desk.store.read(search.find, number).blanks == []
    said = [label.text() for label in screen.timeline.findChildren(Text)]
    assert len(said) == 2 and desk.store.person.name in said[0] and said[1] == "走访：登记"


def test_find_offers_the_sheet_that_is_still_to_be_keyed_in(desk: Desk) -> None:
    (number,) = desk.store.write(prints.blank, "P1", "visit", 1)

    found = desk.store.read(search.find, number[:12])

    assert [(one.form, one.number) for one in found.blanks] == [("visit", number)]


def test_a_new_visit_after_a_sheet_was_opened_gets_a_number_of_its_own(desk: Desk) -> None:
    (number,) = desk.store.write(prints.blank, "P1", "visit", 1)
    screen = shown(desk, VisitsScreen)
    screen.open(number)
    desk.finish()

    screen.start()
    desk.finish()
    press(desk, "3-2-501", ENTER, "5", "1", "1", ENTER)

    (row,) = desk.store.read(visits.recent, 5)
    assert row.visit.number != number
    assert [one.number for one in desk.store.read(prints.not_keyed_in)] == [number]


def test_a_sheet_half_keyed_in_keeps_its_number_over_a_crash(desk: Desk) -> None:
    (number,) = desk.store.write(prints.blank, "P1", "visit", 1)
    screen = shown(desk, VisitsScreen)
    screen.open(number)
    desk.finish()
    press(desk, "3-2-501", ENTER, "5")

    again = shown(desk, VisitsScreen)
    desk.finish()

    assert number in again.sheet.title.text()
    again.form.mode.value, again.form.outcome.value = Mode.INDOORS, VisitOutcome.MET
    assert again.form.entry().visit.number == number


def test_beside_the_form_the_list_leaves_out_columns_and_cuts_no_door(desk: Desk) -> None:
    desk.store.write(visits.save, make.visit_entry(desk.store.unit))
    screen = shown(desk, VisitsScreen)
    screen.start()
    desk.finish()

    view = screen.table.view
    assert not view.horizontalScrollBar().isVisible()
    door = screen.table.texts("户室")[0]
    column = next(n for n in range(view.model().columnCount()) if view.model().index(0, n).data() == door)
    assert view.columnWidth(column) >= view.fontMetrics().horizontalAdvance(door)
