"""A full or failing disk: what was saved stays, the sentence says so, and work goes on when there is room."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from gridbook.errors import DiskFull, GridbookError
from gridbook.store import backup, book, checks, drafts, places, visits
from gridbook.store.book import Store
from gridbook.store.keys import Keys
from tests import make

PASSPHRASE, WORKER = "correct horse 网格", "陈晓"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made, _ = book.create(
        tmp_path / "book", make.GRID, "05", WORKER, PASSPHRASE, clock=make.Clock(), calibrate=False
    )
    made.write(places.save, make.estate(), make.building(id=b"\x03" * 16))
    return made


def fill_until_refused(store: Store) -> tuple[int, GridbookError]:
    """Save until the store says no; tells how many visits it acknowledged."""
    for n in range(100_000):
        try:
            store.write(visits.save, make.visit_entry(id=b"", number="", note="只给自己看"))
        except GridbookError as error:
            return n, error
    raise AssertionError("the disk was never full")


def allow_pages(store: Store, more: int) -> None:
    """Let the database grow by so many pages and then be out of room, as the engine itself reports it."""
    held = int(store.read(lambda session: session.run("PRAGMA page_count"))[0][0])
    store.read(lambda session: session.run(f"PRAGMA max_page_count = {held + more}"))


def test_a_full_disk_loses_nothing_and_work_goes_on_when_there_is_room(store: Store) -> None:
    with store:
        allow_pages(store, 5)
        saved, error = fill_until_refused(store)

        assert isinstance(error, DiskFull)
        assert "磁盘空间已满" in error.message and "刚才这一条没有保存" in error.kept and error.next
        assert len(store.read(visits.recent, 1000)) == saved
        assert store.read(checks.troubles, deep=True) == []

        allow_pages(store, 1000)
        store.write(visits.save, make.visit_entry(id=b"", number=""))
        assert len(store.read(visits.recent, 1000)) == saved + 1
        numbers = [row.visit.number for row in store.read(visits.recent, 1000)]
        assert len(set(numbers)) == len(numbers)


def test_a_draft_that_found_no_room_is_refused_in_words(store: Store) -> None:
    with store:
        allow_pages(store, 0)
        with pytest.raises(DiskFull):
            for n in range(200):
                store.write(drafts.keep, "visit", str(n), {"note": "字" * 500})


def _write_under_a_limit(folder: Path, own: Keys, told: Connection, more: int) -> None:
    # The kernel fails every write beyond the limit: an error of the disk in the midst of a page.
    import resource  # only POSIX has it, and only this process uses it

    store = book.open_with(folder, own, WORKER, book.take_lock(folder), make.Clock())
    size = (folder / f"{book.DATABASE}-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + more, resource.RLIM_INFINITY))
    saved, error = fill_until_refused(store)
    try:
        store.write(visits.save, make.visit_entry(id=b"", number=""))
        again = "saved"
    except GridbookError as refused:
        again = refused.situation
    told.send((saved, error.situation, error.kept, again))


@pytest.mark.parametrize("more", [1, 4_096, 50_001, 200_123])
def test_an_error_of_the_disk_stops_writing_and_keeps_what_was_saved(store: Store, more: int) -> None:
    before = len(store.read(visits.recent, 100_000))
    store.close()
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(
        target=_write_under_a_limit, args=(store.folder, store.keys, theirs, more)
    )
    process.start()
    assert ours.poll(120)
    saved, situation, kept, again = ours.recv()
    process.join()

    assert situation in ("BookDamaged", "DiskFull") and kept
    assert again == situation
    with book.open_with(
        store.folder, store.keys, WORKER, book.take_lock(store.folder), make.Clock()
    ) as opened:
        assert len(opened.read(visits.recent, 100_000)) == before + saved
        assert opened.read(checks.troubles, deep=True) == []
        opened.write(visits.save, make.visit_entry(id=b"", number=""))


def _make_under_a_limit(folder: Path, told: Connection, limit: int) -> None:
    # Only POSIX has limits, and only this process lives under one.
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        book.create(folder, make.GRID, "05", WORKER, PASSPHRASE, clock=make.Clock(), calibrate=False)
        told.send(("made", ""))
    except GridbookError as refused:
        told.send((refused.situation, refused.sentence()))


@pytest.mark.parametrize("limit", [100, 5_000, 100_000])
def test_a_book_that_found_no_room_is_made_when_there_is(tmp_path: Path, limit: int) -> None:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_make_under_a_limit, args=(tmp_path / "book", theirs, limit))
    process.start()
    assert ours.poll(60)
    situation, sentence = ours.recv()
    process.join()

    assert situation in ("DiskFull", "BookDamaged") and "请" in sentence
    made, _ = book.create(
        tmp_path / "book", make.GRID, "05", WORKER, PASSPHRASE, clock=make.Clock(), calibrate=False
    )
    made.close()


def test_a_backup_without_room_is_refused_before_it_begins(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = backup.make(store, tmp_path / "disk")
    monkeypatch.setattr("shutil.disk_usage", lambda place: type("Usage", (), {"free": 10})())
    store.clock.go(minutes=1)  # type: ignore[attr-defined]
    with store, pytest.raises(DiskFull):
        backup.make(store, tmp_path / "disk")

    assert backup.listed(tmp_path / "disk") == [file]
