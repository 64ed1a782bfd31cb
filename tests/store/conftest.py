"""A real encrypted book in a temporary folder, with a clock that stands still."""

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


@pytest.fixture
def grid(tmp_path: Path, clock: make.Clock) -> Iterator[Store]:
    """The open book of a grid that knows one estate with one building."""
    store, _ = book.create(
        tmp_path / "grid", make.GRID, "03社区-05网格", WORKER, PASSPHRASE, clock=clock, calibrate=False
    )
    estate = make.estate()
    store.write(places.save, estate, make.building(estate, id=b"\x03" * 16))
    yield store
    store.close()


def reopened(store: Store, clock: make.Clock) -> Store:
    """The same book, closed and opened again with the passphrase."""
    store.close()
    return book.open_book(store.folder, WORKER, PASSPHRASE, clock=clock)
