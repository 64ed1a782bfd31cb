"""Three tiers of real books for the tests of sync."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.offices import COMMUNITY, FAR_GRID, GRID, OTHER_COMMUNITY, OTHER_GRID, SUBDISTRICT, Offices
from tests.sync.storm.world import Made


@pytest.fixture(scope="session")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    """A subdistrict, a community and a grid that joined each other, once for all tests."""
    made = Offices(tmp_path_factory.mktemp("joined")).found(SUBDISTRICT, COMMUNITY, GRID)
    for store in made.books.values():
        store.checkpoint()
    yield made
    made.close()


@pytest.fixture
def offices(joined: Offices, tmp_path: Path) -> Iterator[Offices]:
    """Copies of those books, for one test to do with as it likes."""
    made = joined.copied(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def six(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    """A subdistrict with two communities, one of two grids and one of one."""
    made = Offices(tmp_path_factory.mktemp("six"))
    made.found(SUBDISTRICT, COMMUNITY, OTHER_COMMUNITY, GRID, OTHER_GRID, FAR_GRID)
    for store in made.books.values():
        store.checkpoint()
    yield made
    made.close()


@pytest.fixture
def nobody(tmp_path: Path) -> Iterator[Offices]:
    """No office yet."""
    made = Offices(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The seven joined books that histories begin with, made once."""
    return Made.once(tmp_path_factory.mktemp("made"))
