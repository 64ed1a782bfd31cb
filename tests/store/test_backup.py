"""Backups: whole, tested, thinned, and brought back from with everything that was erased still gone."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from gridbook.errors import BackupTorn, NotAllowed, WrongPassphrase
from gridbook.store import backup, book, digest, requests, retention, visits
from gridbook.store.book import Store
from tests import make
from tests.store.conftest import PASSPHRASE, WORKER


def filled(grid: Store) -> str:
    asked = make.request_entry(id=b"", number="", phone="19900007777")
    grid.write(visits.save, make.visit_entry(id=b"", number="", note="只给自己看"), [asked])
    (row,) = grid.read(visits.recent)
    assert row.details is not None
    return row.details.opened[0]


def test_a_restored_book_holds_the_same_and_lives_on_as_a_new_incarnation(
    grid: Store, tmp_path: Path, clock: make.Clock
) -> None:
    filled(grid)
    before, incarnation = grid.read(digest.of_book), grid.incarnation
    file = backup.make(grid, tmp_path / "disk")
    assert grid.read(backup.tested_at) == clock.now()
    grid.write(visits.save, make.visit_entry(id=b"", number=""))
    grid.close()

    restored = backup.restore(file, grid.folder, WORKER, PASSPHRASE, clock=clock)

    assert restored.digest.rows == before.rows
    assert restored.digest.streams == before.streams
    assert restored.kept is not None and (restored.kept / book.DATABASE).exists()
    with book.open_book(grid.folder, WORKER, PASSPHRASE, clock=clock) as again:
        assert again.incarnation != incarnation
        assert len(again.read(visits.recent)) == 1


def test_what_was_erased_after_the_backup_stays_erased_after_a_restore(
    tmp_path: Path, clock: make.Clock
) -> None:
    store, _ = book.create(
        tmp_path / "community", make.COMMUNITY, "03社区", WORKER, PASSPHRASE, clock=clock, calibrate=False
    )
    entry = make.request_entry(make.COMMUNITY, id=b"", number="", particulars={"building": None, "door": ""})
    number = store.write(requests.save, entry).request.number
    file = backup.make(store, tmp_path / "disk")
    assert store.write(retention.erase_request, number, "resident asked") == 2
    store.close()

    restored = backup.restore(file, store.folder, WORKER, PASSPHRASE, clock=clock)

    assert restored.gone_again == 2
    with book.open_book(store.folder, WORKER, PASSPHRASE, clock=clock) as again:
        view = again.read(requests.get, number)
        assert view.particulars is None and view.contact is None


@pytest.mark.parametrize("harm", ["cut", "flip", "append", "empty"])
def test_a_torn_backup_is_refused_and_the_book_is_not_touched(
    grid: Store, tmp_path: Path, clock: make.Clock, harm: str
) -> None:
    filled(grid)
    file = backup.make(grid, tmp_path / "disk")
    data = bytearray(file.read_bytes())
    if harm == "flip":
        data[len(data) // 2] ^= 1
    file.write_bytes({"cut": data[:-1], "append": data + b"x", "empty": b"", "flip": data}[harm])
    grid.close()
    before = (grid.folder / book.DATABASE).read_bytes()

    with pytest.raises(BackupTorn):
        backup.restore(file, grid.folder, WORKER, PASSPHRASE, clock=clock)

    assert (grid.folder / book.DATABASE).read_bytes() == before


def test_a_backup_of_another_office_does_not_replace_this_book(
    grid: Store, tmp_path: Path, clock: make.Clock
) -> None:
    other, _ = book.create(
        tmp_path / "other", make.OTHER_GRID, "06", WORKER, PASSPHRASE, clock=clock, calibrate=False
    )
    file = backup.make(other, tmp_path / "disk")
    other.close()
    grid.close()

    with pytest.raises(NotAllowed):
        backup.restore(file, grid.folder, WORKER, PASSPHRASE, clock=clock)


def test_a_destroyed_pc_is_rebuilt_from_the_sealed_backup_and_the_recovery_sheet(
    tmp_path: Path, clock: make.Clock
) -> None:
    store, recovery = book.create(
        tmp_path / "grid", make.GRID, "05", WORKER, PASSPHRASE, clock=clock, calibrate=False
    )
    before = store.read(digest.of_book)
    (tmp_path / "stick").mkdir()
    file = backup.sealed(store, tmp_path / "stick" / "7f3a.gbs")
    store.close()
    shutil.rmtree(tmp_path / "grid")
    assert make.GRID.encode() not in file.read_bytes()
    (tmp_path / "new").mkdir()

    with pytest.raises(WrongPassphrase):
        backup.unseal(file, "00000 " * 11, tmp_path / "new")
    plain = backup.unseal(file, recovery, tmp_path / "new")
    restored = backup.restore(plain, tmp_path / "book", WORKER, PASSPHRASE, clock=clock)

    assert restored.kept is None
    assert restored.digest.streams == before.streams


def test_twelve_days_ten_weeks_and_nine_months_are_kept(tmp_path: Path) -> None:
    for n in range(400):
        day = make.NOW - timedelta(days=n)
        (tmp_path / f"gridbook-{make.GRID}-{day:%Y%m%d-%H%M%S}.gbk").touch()

    backup.thin(tmp_path)

    days = [backup._day(path) for path in backup.listed(tmp_path)]
    assert days[:12] == [make.TODAY - timedelta(days=n) for n in range(12)]
    assert len({day.isocalendar()[:2] for day in days}) >= 10
    assert len({(day.year, day.month) for day in days}) == 9
    assert len(days) <= 12 + 10 + 9


def test_a_backup_holds_no_plain_text(grid: Store, tmp_path: Path) -> None:
    filled(grid)

    data = backup.make(grid, tmp_path / "disk").read_bytes()

    for canary in ("19900007777", "王女士", "只给自己看", "卧室屋顶漏水"):
        assert canary.encode() not in data and canary.encode("utf-16-le") not in data
