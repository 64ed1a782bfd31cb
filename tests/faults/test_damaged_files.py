"""Bits that flip and files that are cut: either nothing is missing, or it is noticed and said."""

import random
import shutil
from pathlib import Path

import pytest

from gridbook.errors import GridbookError
from gridbook.store import backup, book, checks, places, visits
from gridbook.store.book import Store
from tests import make

PASSPHRASE, WORKER = "correct horse 网格", "陈晓"
ENTRIES = 12
SAMPLES = 40


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A book whose files were copied while its write-ahead log was full: as after a crash."""
    folder = tmp_path_factory.mktemp("damage")
    store, _ = book.create(
        folder / "book", make.GRID, "05", WORKER, PASSPHRASE, clock=make.Clock(), calibrate=False
    )
    store.write(places.save, make.estate(), make.building(id=b"\x03" * 16))
    store.checkpoint()
    for _ in range(ENTRIES):
        store.write(visits.save, make.visit_entry(id=b"", number=""))
    shutil.copytree(store.folder, folder / "crashed")
    store.close()
    store.folder = folder / "crashed"
    return store


def harmed(crashed: Store, folder: Path, name: str, change: "tuple[str, int]") -> Path:
    """A copy of the crashed book with one file changed at one place."""
    shutil.copytree(crashed.folder, folder)
    path = folder / name
    kind, at = change
    data = bytearray(path.read_bytes())
    if kind == "flip":
        data[at // 8] ^= 1 << at % 8
    else:
        del data[at:]
    path.write_bytes(data)
    return folder


def outcome(crashed: Store, folder: Path) -> tuple[int, bool]:
    """How many visits the book shows after it was opened, and whether it said that something is wrong."""
    try:
        lock = book.take_lock(folder)
        with book.open_with(folder, crashed.keys, WORKER, lock, crashed.clock) as store:
            held = len(store.read(visits.recent))
            told = bool(store.notices) or bool(store.read(checks.troubles))
            return held, told
    except GridbookError:
        return 0, True


def test_the_undamaged_copy_holds_everything_and_says_nothing(crashed: Store, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(crashed.folder, folder)

    assert outcome(crashed, folder) == (ENTRIES, False)


@pytest.mark.parametrize("kind", ["flip", "cut"])
@pytest.mark.parametrize("name", [f"{book.DATABASE}-wal", book.DATABASE])
def test_no_damage_goes_unnoticed(crashed: Store, tmp_path: Path, name: str, kind: str) -> None:
    chance = random.Random(f"{name} {kind}")
    size = (crashed.folder / name).stat().st_size
    unnoticed = []
    for n in range(SAMPLES):
        at = chance.randrange(size * 8 if kind == "flip" else size)
        folder = harmed(crashed, tmp_path / str(n), name, (kind, at))
        held, told = outcome(crashed, folder)
        if held != ENTRIES and not told:
            unnoticed.append((at, held))
        shutil.rmtree(folder)

    assert not unnoticed


@pytest.mark.parametrize("how", ["deleted", "emptied", "of another book"])
def test_a_write_ahead_log_that_is_gone_is_noticed(crashed: Store, tmp_path: Path, how: str) -> None:
    folder = tmp_path / "book"
    shutil.copytree(crashed.folder, folder)
    wal = folder / f"{book.DATABASE}-wal"
    if how == "deleted":
        wal.unlink()
    elif how == "emptied":
        wal.write_bytes(b"")
    else:
        wal.write_bytes(random.Random(1).randbytes(wal.stat().st_size))

    held, told = outcome(crashed, folder)

    assert held < ENTRIES and told


def test_a_damaged_book_comes_back_from_its_backup(crashed: Store, tmp_path: Path) -> None:
    folder = tmp_path / "book"
    shutil.copytree(crashed.folder, folder)
    lock = book.take_lock(folder)
    with book.open_with(folder, crashed.keys, WORKER, lock, crashed.clock) as store:
        file = backup.make(store, tmp_path / "disk")
    (folder / book.DATABASE).write_bytes(b"\0" * 8192)

    restored = backup.restore(file, folder, WORKER, PASSPHRASE, clock=crashed.clock)

    assert restored.kept is not None
    assert outcome(crashed, folder)[0] == ENTRIES
