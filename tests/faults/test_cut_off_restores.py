"""A restore that is cut off at any step: the next start opens a whole book and says what happened."""

import os
from pathlib import Path
from typing import Any

import pytest

from gridbook.app import Program
from gridbook.store import backup, book, cut_off, digest, keys, places, visits
from gridbook.store.book import Store
from tests import make

PASSPHRASE, WORKER = "correct horse 网格", "陈晓"
STEPS = 9


class PowerCut(BaseException):
    """Nothing after this step is done."""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made, _ = book.create(
        tmp_path / "book", make.GRID, "05", WORKER, PASSPHRASE, clock=make.Clock(), calibrate=False
    )
    made.write(places.save, make.estate(), make.building(id=b"\x03" * 16))
    return made


def cut_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Let so many files be moved, and then nothing any more."""
    real, moved = os.replace, []

    def replace(*given: Any) -> None:
        if len(moved) >= steps:
            raise PowerCut
        moved.append(given)
        real(*given)

    monkeypatch.setattr(os, "replace", replace)
    return monkeypatch


@pytest.mark.parametrize("steps", range(STEPS))
def test_a_restore_that_is_cut_off_leaves_the_book_from_before_and_says_so(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    file = backup.make(store, tmp_path / "disk")
    store.write(visits.save, make.visit_entry(id=b"", number=""))
    before = store.read(digest.of_book)
    store.close()
    with monkeypatch.context() as patch:
        try:
            cut_after(steps, patch)
            backup.restore(file, store.folder, WORKER, PASSPHRASE, clock=make.Clock())
            whole = True
        except PowerCut:
            whole = False

    with book.open_book(store.folder, WORKER, PASSPHRASE, clock=make.Clock()) as again:
        held = again.read(digest.of_book)
        told = [one for one in again.notices if "中断" in one]

    assert whole or held == before
    assert not whole or held != before
    # The first step only writes down what will be done.
    assert bool(told) == (not whole and steps > 0)
    assert not cut_off.is_left(store.folder)
    restored = backup.restore(file, store.folder, WORKER, PASSPHRASE, clock=make.Clock())
    assert restored.digest != before
    book.open_book(store.folder, WORKER, PASSPHRASE, clock=make.Clock()).close()


def test_the_window_asks_for_the_passphrase_and_does_not_offer_to_make_a_new_book(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = backup.make(store, tmp_path / "disk")
    store.close()
    with monkeypatch.context() as patch, pytest.raises(PowerCut):
        cut_after(3, patch)
        backup.restore(file, store.folder, WORKER, PASSPHRASE, clock=make.Clock())
    assert not (store.folder / book.DATABASE).exists()

    program = Program(store.folder)

    assert book.is_there(store.folder) and keys.people(store.folder) == (WORKER,)
    program.close()
    program.deleteLater()
