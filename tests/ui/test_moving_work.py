"""Moving work on screen: choose, hand over, sign for, and deal with what came back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridbook.records.request import Action, Particulars, Reason
from gridbook.store import journal, moving, places, returned, signing
from gridbook.ui.desk import Desk
from gridbook.ui.moving.screen import ACTS, TRAY, MovingScreen
from gridbook.ui.printing.screen import PrintScreen
from tests import make
from tests.sync.offices import COMMUNITY, GRID, OTHER_GRID, Offices
from tests.sync.offices import SUBDISTRICT as TOP
from tests.ui.casework import at_desk, shown

TITLES = ("厨房漏水", "路灯不亮", "楼道堆物", "门禁损坏")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    """A community whose grid has three open cases, and a fourth that went to the other grid too early."""
    made = Offices(tmp_path_factory.mktemp("town")).found(TOP, COMMUNITY, GRID, OTHER_GRID)
    asked = [made.request() for _ in TITLES]
    for one, title in zip(asked, TITLES, strict=True):
        made[GRID].write(
            journal.save, Particulars(unit=GRID, id=one.id, called="王女士", title=title, spot="幸福路 12 号")
        )
    made.carry(GRID, COMMUNITY)
    made.clock.go(minutes=5)
    made[COMMUNITY].write(moving.cases, [asked[3].id], OTHER_GRID, Reason.BOUNDARY)
    made.act(GRID, asked[3], Action.SETTLE)
    late = Particulars(
        unit=GRID, id=asked[3].id, called="王女士", title="门禁损坏，无法开门", spot="幸福路 12 号"
    )
    made[GRID].write(journal.save, late)
    made.carry(GRID, COMMUNITY)
    made.carry(COMMUNITY, OTHER_GRID)
    yield made
    made.close()


@pytest.fixture
def offices(town: Offices, tmp_path: Path) -> Iterator[Offices]:
    made = town.copied(tmp_path, COMMUNITY, OTHER_GRID)
    yield made


@pytest.fixture
def desk(qapp: object, offices: Offices) -> Iterator[Desk]:
    """The desk of the community's lead."""
    offices[OTHER_GRID].close()
    with at_desk(offices[COMMUNITY]) as made:
        yield made


def test_chosen_cases_go_to_the_grid_that_was_chosen(desk: Desk) -> None:
    screen = shown(desk, MovingScreen)
    assert screen.give.giver.value == GRID
    assert not screen.give.button.isEnabled()

    screen.give.table.view.selectRow(1)
    screen.give.to.value = OTHER_GRID
    screen.give.to.activated.emit(1)
    assert screen.give.button.accessibleName() == "移交 1 件"
    (one,) = screen.give.table.selected()
    screen.give.button.click()
    desk.finish()

    assert len(screen.give.table.rows()) == 2
    (newest, _) = desk.store.read(signing.acts)
    assert (list(newest.record.were), newest.record.unit) == ([one.number], OTHER_GRID)


def test_an_estate_goes_with_one_press_and_leaves_the_list(desk: Desk) -> None:
    estate = make.estate(GRID)
    desk.store.write(places.save, estate, make.building(estate))
    screen = shown(desk, MovingScreen)
    assert not screen.give.estate.isEnabled()
    screen.give.to.value = OTHER_GRID
    screen.give.to.activated.emit(1)

    (entry,) = screen.give.menu.actions()
    entry.trigger()
    desk.finish()

    assert screen.give.menu.actions() == [] and not screen.give.estate.isVisible()
    assert [one.unit for one in desk.store.read(places.estates)] == [OTHER_GRID]
    assert desk.store.read(signing.acts)[0].record.places == (estate.name,)


def test_the_page_says_what_waits_for_a_signature_and_prints_its_list(desk: Desk) -> None:
    screen = shown(desk, MovingScreen)
    screen.open(ACTS)
    asked: list[tuple[str, object]] = []
    screen.opened.connect(lambda name, what: asked.append((name, what)))

    assert screen.acts.table.texts("签收") == ["◐ 11-23 起待签收 1 项"]
    assert not screen.acts.sign.isVisible()
    screen.print_pages()

    ((name, what),) = asked
    assert name == "print"
    paper = shown(desk, PrintScreen)
    paper.open(what)
    desk.finish()
    assert paper.job is not None and paper.job.sheet == "P16"
    assert any("工作交接清单" in text for page in paper.job.pages for text in page.texts())


def test_what_came_back_is_carried_over_or_noted_with_one_press(desk: Desk) -> None:
    screen = shown(desk, MovingScreen)
    screen.open(TRAY)
    assert len(screen.tray.table.rows()) == 2

    screen.tray.table.view.selectRow(0)
    screen.tray.carry.click()
    desk.finish()
    assert len(screen.tray.table.rows()) == 1
    screen.tray.note.click()
    desk.finish()

    assert screen.tray.table.rows() == [] and desk.store.read(returned.tray) == []
    assert not screen.tray.card.isVisible()


def test_a_grid_signs_for_all_with_one_press(qapp: object, offices: Offices) -> None:
    offices[COMMUNITY].close()
    with at_desk(offices[OTHER_GRID]) as desk:
        screen = shown(desk, MovingScreen)
        assert screen.pages.currentWidget() is screen.acts and not screen.part.isVisible()
        assert desk.store.read(signing.to_sign) == 1

        screen.acts.sign.click()
        desk.finish()

        assert desk.store.read(signing.to_sign) == 0
        assert not screen.acts.sign.isVisible()
