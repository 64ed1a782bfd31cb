"""Opening a book: each thing that keeps it shut is one sentence, and nothing is touched."""

import multiprocessing
import os
import shutil
import sqlite3
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from gridbook.errors import (
    BookDamaged,
    BookExists,
    BookInUse,
    BookIsNewer,
    BookMissing,
    BookNotEncrypted,
    EngineTooOld,
    GridbookError,
    NotFound,
    WrongPassphrase,
)
from gridbook.store import book, engine, keys, visits
from gridbook.store.book import Store
from gridbook.store.keys import Keys
from tests import make
from tests.store.conftest import PASSPHRASE, WORKER

NOBODY = 65534


def again(store: Store) -> Store:
    """The book, opened with the keys at hand."""
    return book.open_with(store.folder, store.keys, WORKER, book.take_lock(store.folder), store.clock)


def saved(store: Store) -> bytes:
    entry = store.write(visits.save, make.visit_entry(id=b"", number=""))
    assert isinstance(entry, visits.VisitEntry)
    return entry.visit.id


def test_a_wrong_passphrase_changes_nothing(grid: Store, clock: make.Clock) -> None:
    grid.close()
    before = (grid.folder / book.DATABASE).read_bytes()

    with pytest.raises(WrongPassphrase):
        book.open_book(grid.folder, WORKER, "not this one", clock=clock)
    with pytest.raises(WrongPassphrase):
        book.open_book(grid.folder, "李敏", PASSPHRASE, clock=clock)

    assert (grid.folder / book.DATABASE).read_bytes() == before
    again(grid).close()


def test_a_person_who_left_does_not_get_in(grid: Store) -> None:
    with pytest.raises(NotFound):
        grid.switch("李敏")


def test_there_is_no_book_in_an_empty_folder(tmp_path: Path, clock: make.Clock) -> None:
    with pytest.raises(BookMissing):
        book.open_book(tmp_path, WORKER, PASSPHRASE, clock=clock)


def test_a_book_is_never_made_over_another(grid: Store, clock: make.Clock) -> None:
    grid.close()
    with pytest.raises(BookExists):
        book.create(grid.folder, make.GRID, "05", WORKER, PASSPHRASE, clock=clock, calibrate=False)
    again(grid).close()


def test_a_start_that_was_torn_is_simply_started_again(tmp_path: Path, clock: make.Clock) -> None:
    folder = tmp_path / "book"
    (folder / "making").mkdir(parents=True)
    (folder / "making" / book.DATABASE).write_bytes(b"half a book")
    keys.make(folder, WORKER, PASSPHRASE, calibrate=False)

    store, _ = book.create(folder, make.GRID, "05", WORKER, PASSPHRASE, clock=clock, calibrate=False)

    store.close()
    book.open_book(folder, WORKER, PASSPHRASE, clock=clock).close()


def _try_to_open(folder: Path, own: Keys, told: Connection, as_nobody: bool) -> None:
    if as_nobody and hasattr(os, "geteuid") and os.geteuid() == 0:
        os.setuid(NOBODY)
    try:
        book.open_book(folder, WORKER, PASSPHRASE, clock=make.Clock()).close()
        told.send("opened")
    except GridbookError as error:
        told.send((type(error).__name__, error.sentence()))


def tried_elsewhere(store: Store, *, as_nobody: bool = False) -> tuple[str, str]:
    """What another process is told that wants to open the book."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_try_to_open, args=(store.folder, store.keys, theirs, as_nobody))
    process.start()
    assert ours.poll(60)
    told = ours.recv()
    process.join()
    return ("opened", "") if told == "opened" else told


def test_a_second_window_is_told_that_the_book_is_open(grid: Store) -> None:
    name, sentence = tried_elsewhere(grid)
    assert name == "BookInUse" and "另一个窗口" in sentence

    with pytest.raises(BookInUse):
        book.take_lock(grid.folder)
    grid.close()
    assert tried_elsewhere(grid)[0] == "opened"


def test_a_lock_file_that_a_crash_left_behind_locks_nobody_out(grid: Store) -> None:
    grid.close()
    (grid.folder / "lock").write_text("4194304")
    again(grid).close()


def test_a_read_only_place_is_named(grid: Store) -> None:
    grid.close()
    # Anybody may look into it, nobody but the owner may write: root is no longer root in the other process.
    for path in (grid.folder, *grid.folder.parents):
        if not path.stat().st_mode & 0o001:
            path.chmod(0o755)
    for path in grid.folder.iterdir():
        path.chmod(0o444 if path.is_file() else 0o555)
    grid.folder.chmod(0o555)

    name, sentence = tried_elsewhere(grid, as_nobody=True)

    grid.folder.chmod(0o755)
    assert name == "PlaceReadOnly" and "不能写入" in sentence


def test_a_plain_database_is_refused_and_not_touched(grid: Store, clock: make.Clock) -> None:
    grid.close()
    path = grid.folder / book.DATABASE
    path.unlink()
    with sqlite3.connect(path) as plain:
        plain.execute("CREATE TABLE meta (key TEXT, value BLOB)")
    before = path.read_bytes()

    with pytest.raises(BookNotEncrypted):
        book.open_book(grid.folder, WORKER, PASSPHRASE, clock=clock)

    assert path.read_bytes() == before


def test_a_book_of_a_newer_program_is_refused_and_not_touched(grid: Store, clock: make.Clock) -> None:
    grid.write(lambda session: session.run("UPDATE alembic_version SET version_num = '9999'"))
    grid.close()
    before = (grid.folder / book.DATABASE).read_bytes()

    with pytest.raises(BookIsNewer):
        book.open_book(grid.folder, WORKER, PASSPHRASE, clock=clock)

    assert (grid.folder / book.DATABASE).read_bytes() == before


def test_an_engine_that_can_damage_books_is_refused(grid: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    grid.close()
    monkeypatch.setattr(engine, "SAFE_SQLITE", (99, 0, 0))
    with pytest.raises(EngineTooOld):
        again(grid)


def test_the_file_on_disk_is_not_readable_without_the_key(grid: Store) -> None:
    saved(grid)
    grid.checkpoint()
    data = (grid.folder / book.DATABASE).read_bytes()
    assert not data.startswith(b"SQLite format 3")
    for canary in ("水龙头已修好", "幸福苑", "visit_details"):
        assert canary.encode() not in data


def test_a_file_put_back_by_hand_begins_a_new_life_and_keeps_everything(grid: Store, tmp_path: Path) -> None:
    first = saved(grid)
    grid.checkpoint()
    shutil.copyfile(grid.folder / book.DATABASE, tmp_path / "old")
    saved(grid)
    old_life, pending = grid.incarnation, grid.standing.ops
    grid.close()
    shutil.copyfile(tmp_path / "old", grid.folder / book.DATABASE)

    store = again(grid)

    assert store.incarnation != old_life
    assert store.notices and "全部保留" in store.notices[0]
    assert [row.visit.id for row in store.read(visits.recent)] == [first]
    assert store.standing.ops < pending
    saved(store)
    store.close()
    store = again(store)
    assert store.notices == []
    store.close()


def test_one_entry_more_than_the_mark_is_no_alarm(grid: Store, tmp_path: Path) -> None:
    saved(grid)
    shutil.copyfile(grid.folder / book.MARK, tmp_path / "mark")
    saved(grid)
    life = grid.incarnation
    grid.close()
    shutil.copyfile(tmp_path / "mark", grid.folder / book.MARK)

    store = again(grid)

    assert store.incarnation == life and store.notices == []
    store.close()


def test_a_missing_mark_is_an_alarm(grid: Store) -> None:
    saved(grid)
    life = grid.incarnation
    grid.close()
    (grid.folder / book.MARK).unlink()

    store = again(grid)

    assert store.incarnation != life and store.notices
    store.close()


def test_a_book_on_another_pc_begins_a_new_life(grid: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    life = grid.incarnation
    grid.close()
    monkeypatch.setattr("gridbook.store.machine._id", lambda: "another PC")
    grid.close()
    moved = again(grid)
    known = moved.incarnation
    moved.close()

    monkeypatch.setattr("gridbook.store.machine._id", lambda: "a third PC")
    store = again(grid)

    assert store.incarnation not in (life, known)
    assert any("另一台电脑" in notice for notice in store.notices)
    store.close()


def test_what_a_reading_function_writes_is_gone(grid: Store) -> None:
    def write(session: book.Session) -> None:
        session.run("INSERT INTO meta (key, value) VALUES ('secretly', x'00')")

    grid.read(write)

    assert grid.read(book.get, "secretly") is None


def test_a_torn_database_is_said_to_be_damaged(grid: Store) -> None:
    grid.close()
    path = grid.folder / book.DATABASE
    data = bytearray(path.read_bytes())
    data[5000] ^= 1
    path.write_bytes(data)

    with pytest.raises(BookDamaged):
        store = again(grid)
        try:
            store.read(visits.recent)
        finally:
            store.close()
