"""A grid, its community and the subdistrict, each at its own PC, with one stick between them."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gridbook.records.base import SystemClock
from gridbook.records.place import Building, Estate
from gridbook.store import places
from gridbook.store.book import Store
from gridbook.ui.theme import theme
from tests import make
from tests.journeys.hands import PASSPHRASE, Hands
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT, Offices


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Books of three offices that joined each other; the grid has one estate with two buildings."""
    folder = tmp_path_factory.mktemp("town")
    offices = Offices(folder, SystemClock()).found(SUBDISTRICT, COMMUNITY, GRID)  # type: ignore[arg-type]
    ground(offices[GRID])
    offices.close()
    return folder


def ground(store: Store) -> None:
    """One estate with two buildings, written into a grid's book."""
    estate = make.new_id()
    store.write(
        places.save,
        Estate(unit=store.unit, id=estate, name="幸福园小区", quick="xfy"),
        *(
            Building(
                unit=store.unit,
                id=make.new_id(),
                estate=estate,
                number=str(n),
                units=3,
                floors=6,
                doors_per_floor=2,
            )
            for n in (3, 4)
        ),
    )


@pytest.fixture
def sit_down(qapp: QApplication, town: Path, tmp_path: Path) -> Iterator[Callable[..., Hands]]:
    """Sit down at the PC of an office, on a copy of its book that lasts for one test."""
    theme.apply(scale=100, dark=False)
    at_work: list[Hands] = []

    def sit(unit: str = GRID, passphrase: str | None = PASSPHRASE) -> Hands:
        folder = tmp_path / unit
        if not folder.exists():
            shutil.copytree(town / unit, folder)
        hands = Hands(folder, passphrase)
        at_work.append(hands)
        return hands

    yield sit
    for hands in at_work:
        hands.leave()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """The stick."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder
