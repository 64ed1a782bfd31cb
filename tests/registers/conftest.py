"""The open book of a grid that knows one estate with one building."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridbook.store import book, places
from gridbook.store.book import Store
from tests import make


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The closed book; each test works on a copy of it."""
    folder = tmp_path_factory.mktemp("fresh") / "grid"
    store, _ = book.create(
        folder, make.GRID, "03社区-05网格", "陈晓", "correct horse 网格", clock=make.Clock(), calibrate=False
    )
    estate = make.estate()
    store.write(places.save, estate, make.building(estate, id=b"\x03" * 16))
    store.close()
    return store


@pytest.fixture
def grid(fresh: Store, tmp_path: Path) -> Iterator[Store]:
    """A grid's book of today."""
    folder = tmp_path / "grid"
    shutil.copytree(fresh.folder, folder)
    with book.open_with(folder, fresh.keys, "陈晓", book.take_lock(folder), make.Clock()) as store:
        yield store
