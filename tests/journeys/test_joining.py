"""Three new offices become one chain with a stick and the telephone, from the window alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gridbook.store import book
from gridbook.sync import joining
from gridbook.ui.exchange.screen import ExchangeScreen
from tests.journeys.hands import PASSPHRASE, Hands
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT

SitDown = Callable[..., Hands]


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Books of three offices of which none knows another."""
    folder = tmp_path / "new"
    for unit in (SUBDISTRICT, COMMUNITY, GRID):
        store, _ = book.create(folder / unit, unit, unit[-3:], "王芳", PASSPHRASE, calibrate=False)
        if unit == SUBDISTRICT:
            joining.found_root(store)
        store.close()
    return folder


def exchange(hands: Hands) -> ExchangeScreen:
    """The exchange screen, in front."""
    hands.window.show_screen("exchange")
    hands.settle()
    screen = hands.screen("exchange")
    assert isinstance(screen, ExchangeScreen)
    return screen


def choose(hands: Hands, stick: Path) -> ExchangeScreen:
    """Put the stick in."""
    screen = exchange(hands)
    screen.choose(stick)
    hands.settle()
    return screen


def join(below: Hands, above: Hands, stick: Path) -> None:
    """Ask, read the digits out, admit, bring the answer back."""
    asking = choose(below, stick)
    assert asking.start.isEnabled() and "申请" in asking.start.text()
    asking.start.click()
    below.settle()
    digits = asking.joining.own_digits
    assert digits.isVisible()

    admitting = choose(above, stick)
    assert admitting.joining.admit.isVisible()
    admitting.joining.digits.value = digits.text()
    admitting.joining.admit.click()
    above.settle()
    assert not admitting.joining.admit.isVisible()

    answered = choose(below, stick)
    assert "答复" in answered.start.text()
    answered.start.click()
    below.settle()
    assert "可以拔出" in answered.done_badge.text()
    assert answered.table.isVisible()


def test_offices_join_with_a_stick_and_eight_digits(sit_down: SitDown, stick: Path) -> None:
    subdistrict, community, grid = sit_down(SUBDISTRICT), sit_down(COMMUNITY), sit_down(GRID)

    join(community, subdistrict, stick)
    join(grid, community, stick)

    # The first hand-over went to the stick together with the answer; the community takes it in.
    taking = choose(community, stick)
    assert any("05网格" in row.office for row in taking.table.rows())
    taking.start.click()
    community.settle()
    assert "可以拔出" in taking.done_badge.text()
    assert list(stick.glob("*.gbask")) == list(stick.glob("*.gbjoin")) == []


def test_wrong_digits_admit_nobody(sit_down: SitDown, stick: Path) -> None:
    subdistrict, community = sit_down(SUBDISTRICT), sit_down(COMMUNITY)
    asking = choose(community, stick)
    asking.start.click()
    community.settle()

    admitting = choose(subdistrict, stick)
    admitting.joining.digits.value = "1234 5678"
    admitting.joining.admit.click()
    subdistrict.settle()

    assert admitting.joining.admit.isVisible()
    assert "不一致" in admitting.joining.field.wrong.text()
    assert list(stick.glob("*.gbjoin")) == []
