"""Widgets live in the window's thread; the collector must not destroy them anywhere else."""

import gc
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gridbook.ui.collecting import Collecting, collecting
from gridbook.ui.desk import Desk
from tests.ui.casework import sitting


@pytest.fixture
def desk(qapp: object, tmp_path: Path) -> Iterator[Desk]:
    """The desk of a grid."""
    with sitting(tmp_path / "grid") as made:
        yield made


class Knot:
    """Something that only the collector of cycles can let go of."""

    def __init__(self) -> None:
        self.itself = self


def test_a_knot_is_untied_in_the_windows_thread_and_in_no_other(desk: Desk) -> None:
    where: list[int] = []
    knot = Knot()
    weakref.finalize(knot, lambda: where.append(threading.get_ident()))
    del knot

    desk.read(lambda session: [[n] for n in range(gc.get_threshold()[0] * 200)])
    desk.finish()
    assert where == []
    pile = [[n] for n in range(gc.get_threshold()[0] * 200)]
    for _ in range(20):
        collecting.look()

    assert len(pile) > 0
    assert where == [threading.get_ident()]


def test_after_the_last_desk_python_collects_by_itself_again(qapp: object, tmp_path: Path) -> None:
    assert gc.isenabled()
    with sitting(tmp_path / "grid"):
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_runs_in_the_windows_thread_whichever_thread_fetched_its_code(qapp: QApplication) -> None:
    made: list[Collecting] = []
    aside = threading.Thread(target=lambda: made.append(Collecting()))
    aside.start()
    aside.join()

    made[0].begin()
    try:
        assert made[0].runs
    finally:
        made[0].end()
    assert not made[0].runs
