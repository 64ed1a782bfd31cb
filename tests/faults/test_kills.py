"""The process is killed at any moment: what was acknowledged is there, and nothing is in the way."""

import multiprocessing
import random
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from gridbook.store import backup, book, checks, places, visits
from gridbook.store.book import Store
from gridbook.store.keys import Keys
from tests import make

PASSPHRASE, WORKER = "correct horse 网格", "陈晓"
KILLS = 20


def opened(folder: Path, own: Keys) -> Store:
    return book.open_with(folder, own, WORKER, book.take_lock(folder), make.Clock())


def killed_while(work: Callable[..., None], *given: object, after: float) -> list[bytes]:
    """Run work in a process of its own, kill it, and return what it had acknowledged."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=work, args=(*given, theirs))
    process.start()
    theirs.close()
    assert ours.poll(60)
    acknowledged = [ours.recv()]
    until = time.monotonic() + after
    while (left := until - time.monotonic()) > 0 and ours.poll(left):
        acknowledged.append(ours.recv())
    process.kill()
    process.join()
    try:
        while ours.poll():
            acknowledged.append(ours.recv())
    except EOFError:
        pass
    return acknowledged[1:]


def _save_visits(folder: Path, own: Keys, told: Connection) -> None:
    store = opened(folder, own)
    told.send(b"ready")
    while True:
        entry = store.write(visits.save, make.visit_entry(id=b"", number="", note="只给自己看"))
        assert isinstance(entry, visits.VisitEntry)
        told.send(entry.visit.id)


def _back_up(folder: Path, own: Keys, told: Connection) -> None:
    store = opened(folder, own)
    told.send(b"ready")
    while True:
        store.clock.go(minutes=1)  # type: ignore[attr-defined]
        told.send(backup.make(store, folder / "backups").name.encode())


def _make_books(folder: Path, _: Keys, told: Connection) -> None:
    told.send(b"ready")
    book.create(folder, make.GRID, "05", WORKER, PASSPHRASE, clock=make.Clock(), calibrate=False)
    told.send(b"made")
    time.sleep(60)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made, _ = book.create(
        tmp_path / "book", make.GRID, "05", WORKER, PASSPHRASE, clock=make.Clock(), calibrate=False
    )
    made.write(places.save, make.estate(), make.building(id=b"\x03" * 16))
    made.close()
    return made


def test_no_acknowledged_visit_is_lost_when_saving_is_killed(store: Store) -> None:
    chance = random.Random(20)
    acknowledged: set[bytes] = set()
    for _ in range(KILLS):
        acknowledged |= set(
            killed_while(_save_visits, store.folder, store.keys, after=chance.uniform(0, 0.2))
        )

    again = opened(store.folder, store.keys)
    with again:
        held = {row.visit.id: row for row in again.read(visits.recent, 100_000)}
        assert acknowledged <= set(held)
        assert len(acknowledged) > KILLS
        # Not one visit is there with only some of its three classes.
        assert all(row.details is not None and row.note for row in held.values())
        assert len({row.visit.number for row in held.values()}) == len(held)
        assert again.read(checks.troubles, deep=True) == []
        # A mark that lies one entry behind is no alarm, so the book still lives its first life.
        assert again.notices == []
        assert again.read(lambda session: session.run("SELECT count(*) FROM incarnation"))[0][0] == 1


def test_a_killed_backup_leaves_the_ones_before_it_whole(store: Store) -> None:
    chance = random.Random(21)
    made: list[str] = []
    for _ in range(5):
        made += [
            name.decode()
            for name in killed_while(_back_up, store.folder, store.keys, after=chance.uniform(0, 0.4))
        ]

    for path in backup.listed(store.folder / "backups"):
        backup.inspect(path)
    assert {path.name for path in backup.listed(store.folder / "backups")} >= set(made)
    with opened(store.folder, store.keys) as again:
        assert again.read(checks.troubles) == []


def test_a_killed_start_can_be_started_again(tmp_path: Path, store: Store) -> None:
    for n in range(6):
        folder = tmp_path / f"new-{n}"
        killed_while(_make_books, folder, store.keys, after=0.05 * n)
        if not (folder / book.DATABASE).exists():
            made, _ = book.create(
                folder, make.GRID, "05", WORKER, PASSPHRASE, clock=make.Clock(), calibrate=False
            )
            made.close()
        book.open_book(folder, WORKER, PASSPHRASE, clock=make.Clock()).close()
