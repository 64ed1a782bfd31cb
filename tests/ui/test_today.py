"""The first screen of the day: how a deadline stands is never said by a day alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from gridbook.records.request import Action
from gridbook.store import prints, requests
from gridbook.ui.desk import Desk
from gridbook.ui.today.screen import TodayScreen
from tests import make
from tests.ui.casework import asked, ground, shown, sitting


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


def words(screen: TodayScreen) -> list[str]:
    """Everything the lists of what is due and what is on paper say."""
    return [
        label.text()
        for column in (screen.due, screen.papers)
        for label in column.findChildren(QLabel)
        if label.text()
    ]


def test_what_is_overdue_says_so_with_a_symbol_and_by_how_much(desk: Desk, clock: make.Clock) -> None:
    made = asked(desk.store)
    desk.store.write(requests.act, made.request.number, Action.ACCEPT)
    clock.go(days=30)

    screen = shown(desk, TodayScreen)

    assert any(text.startswith("▲ 超期") for text in words(screen))


def test_a_finished_case_says_what_is_left_to_do_and_no_date(desk: Desk) -> None:
    made = asked(desk.store)
    desk.store.write(requests.act, made.request.number, Action.ACCEPT)
    desk.store.write(requests.act, made.request.number, Action.RESOLVE, {"outcome": "solved"})

    screen = shown(desk, TodayScreen)

    assert "✓ 已办结" in words(screen)


def test_sheets_that_were_printed_blank_are_asked_for_in_one_line(desk: Desk) -> None:
    issued = desk.store.write(prints.blank, "P2", "visit", 12)

    screen = shown(desk, TodayScreen)

    assert "12 张已打印的单子待录入" in words(screen)
    assert f"{issued[0]} … {issued[-1]}" in words(screen)
