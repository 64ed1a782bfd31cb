"""Power cuts in the midst of taking in, and two programs at one book: real processes, really killed."""

import multiprocessing
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path

from gridbook.store import book, checks, digest, journal
from gridbook.store.keys import Keys
from gridbook.sync import apply, healing, segment, take
from tests.sync.offices import COMMUNITY, GRID, PASSPHRASE, Clock, Offices, errors, visit

EACH = 50


def _take_slowly(folder: Path, own: Keys, bundle: Path, told: Connection) -> None:
    apply.OPS_PER_TRANSACTION = EACH
    store = book.open_with(folder, own, "王芳", book.take_lock(folder), Clock())
    store.on_change = lambda classes: told.send(len(classes))
    take.take(store, bundle)


def test_04_a_power_cut_during_import_leaves_whole_transactions_and_the_next_start_goes_on(
    offices: Offices, tmp_path: Path
) -> None:
    segment_size, segment.MOST_OPS = segment.MOST_OPS, EACH
    try:
        offices[GRID].write(journal.save, *(visit(GRID) for _ in range(12 * EACH)))
        path = offices.bundle(GRID, COMMUNITY)
    finally:
        segment.MOST_OPS = segment_size
    undisturbed = offices.copied(tmp_path / "undisturbed")
    assert errors([take.take(undisturbed[COMMUNITY], path)]) == []
    store = offices.books.pop(COMMUNITY)
    store.close()
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_take_slowly, args=(store.folder, store.keys, path, theirs))
    process.start()
    for _ in range(3):
        assert ours.poll(60)
        ours.recv()
    process.kill()
    process.join()

    again = book.open_with(store.folder, store.keys, "王芳", book.take_lock(store.folder), offices.clock)
    offices.books[COMMUNITY] = again
    held = offices.count(COMMUNITY, "visit")
    assert 0 < held < 12 * EACH and held % EACH == 0
    assert again.read(checks.troubles, deep=True, hash_now=healing.hash_now) == []
    (taken,) = take.resume(again)

    assert taken.error is None and taken.added == 12 * EACH - held
    assert again.read(digest.of_book) == undisturbed[COMMUNITY].read(digest.of_book)
    assert take.resume(again) == []
    undisturbed.close()


def _import(folder: Path, words: Path, stick: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "gridbook", "--book", str(folder), "--passphrase-file", str(words)]
    return subprocess.Popen(
        [*command, "import", str(stick)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_50_a_second_program_says_that_the_book_is_open_and_two_imports_at_once_take_it_in_once(
    offices: Offices, tmp_path: Path
) -> None:
    offices.visit()
    path = offices.bundle(GRID, COMMUNITY)
    words = tmp_path / "words"
    words.write_text(PASSPHRASE, encoding="utf-8")
    store = offices[COMMUNITY]
    refused = _import(store.folder, words, path.parent)
    _, told = refused.communicate(timeout=120)
    assert refused.returncode == 1
    assert "已在另一个窗口" in told and "Traceback" not in told
    offices.books.pop(COMMUNITY).close()

    both = [_import(store.folder, words, path.parent) for _ in range(2)]
    said = [one.communicate(timeout=120) for one in both]

    assert 0 in [one.returncode for one in both]
    for one, (_, complaint) in zip(both, said, strict=True):
        assert one.returncode == 0 or "已在另一个窗口" in complaint
        assert "Traceback" not in complaint
    again = book.open_with(store.folder, store.keys, "王芳", book.take_lock(store.folder), offices.clock)
    offices.books[COMMUNITY] = again
    assert offices.count(COMMUNITY, "visit") == 1
    (taken,) = take.from_stick(again, path.parent)
    assert (taken.error, taken.ops) == (None, 0)
