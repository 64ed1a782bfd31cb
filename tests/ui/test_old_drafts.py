"""Half-written forms and remembered values of another release: what is understood comes back."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gridbook.app import Program
from gridbook.records.request import Pressing
from gridbook.store import book, drafts, preferences
from gridbook.ui import looks
from gridbook.ui.desk import Desk
from gridbook.ui.requests.screen import RequestsScreen
from gridbook.ui.visits.screen import VisitsScreen
from tests import make
from tests.store import filled
from tests.ui.casework import at_desk, ground, shown, sitting


@pytest.fixture
def desk(qapp: object, tmp_path: Path) -> Iterator[Desk]:
    """The desk of a grid that knows one building."""
    with sitting(tmp_path / "grid") as made:
        ground(made.store)
        yield made


@pytest.fixture(params=sorted(path.name for path in filled.BOOKS.iterdir() if path.is_dir()))
def released(qapp: object, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """The desk at a book of an old release."""
    folder = tmp_path / "book"
    shutil.copytree(filled.BOOKS / request.param, folder)
    with at_desk(book.open_book(folder, filled.PERSON, filled.PASSPHRASE, clock=make.Clock())) as made:
        yield made


def test_a_visit_that_was_half_written_in_an_old_release_lies_in_todays_form(released: Desk) -> None:
    screen = shown(released, VisitsScreen)
    screen.start()
    released.finish()

    assert (screen.form.door.value, screen.form.note.value) == ("幸福苑3号楼2单元501", "半张表")


VISITS: list[Mapping[str, Any]] = [
    {"door": "3-2-501", "note": "半张表"},
    {"door": "3-2-501", "note": "半张表", "a field of next year": {"x": [1]}, "items": ["one", 2, None]},
    {"door": "3-2-501", "note": "半张表", "items": [["9", "too", "many"], []], "reason": "of another year"},
    {"door": "3-2-501", "note": "半张表", "mode": 7, "outcome": ["met"], "part": {}, "items": None},
    {"door": "3-2-501", "note": "半张表", "sheet": "not a number", "day": None, "next_on": 20261123},
]


@pytest.mark.parametrize("fields", VISITS, ids=range(len(VISITS)))
def test_a_half_written_visit_of_another_release_brings_back_what_is_understood(
    desk: Desk, fields: Mapping[str, Any]
) -> None:
    broken: list[str] = []
    desk.broken.connect(broken.append)
    desk.store.write(drafts.keep, "visit", "", fields)
    screen = shown(desk, VisitsScreen)

    screen.start()
    desk.finish()

    assert (screen.form.door.value, screen.form.note.value) == ("幸福苑3号楼2单元501", "半张表")
    assert broken == []


REQUESTS: list[Mapping[str, Any]] = [
    {"title": "厨房漏水"},
    {"title": "厨房漏水", "building": "no id", "estate": "nor this", "category": "Z99", "visit": None},
    {"title": "厨房漏水", "building": "00" * 16, "at": 5, "pressing": "of another year", "source": "smoke"},
    {"title": "厨房漏水", "public": "yes", "a field of next year": [], "phone": 199, "agreed": {}},
]


@pytest.mark.parametrize("fields", REQUESTS, ids=range(len(REQUESTS)))
def test_a_half_written_request_of_another_release_brings_back_what_is_understood(
    desk: Desk, fields: Mapping[str, Any]
) -> None:
    broken: list[str] = []
    desk.broken.connect(broken.append)
    desk.store.write(drafts.keep, "request", "", fields)
    screen = shown(desk, RequestsScreen)

    screen.start()
    desk.finish()

    assert screen.form.title.value == "厨房漏水"
    assert screen.form.pressing.value == Pressing.NORMAL
    assert broken == []


@pytest.mark.parametrize(
    "kept", [None, 5, [], {}, {"scale": "large"}, {"scale": 100, "dark": [], "language": {}}, {"scale": None}]
)
def test_a_look_of_another_release_does_not_keep_the_window_from_opening(
    desk: Desk, kept: object, qtbot: QtBot
) -> None:
    desk.store.write(preferences.keep, looks.KEY, kept)
    for name in ("visit reason", "visit mode", "visit companion", "request source", "requests list", "stick"):
        desk.store.write(preferences.keep, name, kept)
    program = Program(desk.store.folder)
    qtbot.addWidget(program)

    assert looks.Look.remembered(kept) is None or isinstance(looks.Look.remembered(kept), looks.Look)
    screen = shown(desk, VisitsScreen)
    screen.start()
    desk.finish()
    assert screen.form.isVisible()
