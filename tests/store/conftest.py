"""A real encrypted book in a temporary folder, with a clock that stands still."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridbook.store import book, places
from gridbook.store.book import Store
from tests import make

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


@pytest.fixture
def grid(fresh_grid: Store, tmp_path: Path, clock: make.Clock) -> Iterator[Store]:
    """The open book of a grid that knows one estate with one building."""
    folder = tmp_path / "grid"
    shutil.copytree(fresh_grid.folder, folder)
    store = book.open_with(folder, fresh_grid.keys, WORKER, book.take_lock(folder), clock)
    yield store
    store.close()


def reopened(store: Store, clock: make.Clock) -> Store:
    """The same book, closed and opened again with the passphrase."""
    store.close()
    return book.open_book(store.folder, WORKER, PASSPHRASE, clock=clock)
