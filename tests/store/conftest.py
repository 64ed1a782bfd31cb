"""A real encrypted book in a temporary folder, with a clock that stands still."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridbook.store import book, places
from gridbook.store.book import Store
from tests import make
from tests.servers import Server, copied_to

PASSPHRASE = "correct horse 网格"
WORKER = "陈晓"


@pytest.fixture
def clock() -> make.Clock:
    """Monday 23 November 2026, 14:02 in China, until it is moved."""
    return make.Clock()


@pytest.fixture(scope="session")
def fresh_grid(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The closed book of a grid that knows one estate with one building; each test works on a copy of it."""
    folder = tmp_path_factory.mktemp("fresh") / "grid"
    store, _ = book.create(
        folder, make.GRID, "03社区-05网格", WORKER, PASSPHRASE, clock=make.Clock(), calibrate=False
    )
    estate = make.estate()
    store.write(places.save, estate, make.building(estate, id=b"\x03" * 16))
    store.close()
    return store


ON_BOTH = {"audit", "day", "desk", "journal", "requests", "retention", "roles", "search", "undo"}
"""Tests of what the tables come to; they run on a file and on a server."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of these modules twice, on a book in a file and on one that lies on a server."""
    name = metafunc.module.__name__.rpartition(".test_")[2]
    if "kept_in" in metafunc.fixturenames and name in ON_BOTH:
        metafunc.parametrize("kept_in", ["file", "server"], indirect=True)


@pytest.fixture
def kept_in(request: pytest.FixtureRequest) -> str:
    """Where the book of this test is kept: in a file, unless the test runs on both."""
    return getattr(request, "param", "file")


@pytest.fixture
def grid(
    request: pytest.FixtureRequest, fresh_grid: Store, tmp_path: Path, clock: make.Clock, kept_in: str
) -> Iterator[Store]:
    """The open book of a grid that knows one estate with one building."""
    folder = tmp_path / "grid"
    shutil.copytree(fresh_grid.folder, folder)
    if kept_in == "server":
        server: Server = request.getfixturevalue("server")
        copied_to(server, fresh_grid, folder, WORKER, clock)
    store = book.open_with(folder, fresh_grid.keys, WORKER, book.take_lock(folder), clock)
    yield store
    store.close()


def reopened(store: Store, clock: make.Clock) -> Store:
    """The same book, closed and opened again with the passphrase."""
    store.close()
    return book.open_book(store.folder, WORKER, PASSPHRASE, clock=clock)
