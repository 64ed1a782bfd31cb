"""The sealed backup on the stick: kept unread above, given back for a new PC, opened by its sheet."""

from pathlib import Path

import pytest

from gridbook.errors import NotFound
from gridbook.store import backup, book
from gridbook.sync import sealed
from tests.sync.offices import COMMUNITY, GRID, PASSPHRASE, SUBDISTRICT, Clock, Offices


def test_it_is_written_once_a_day_and_names_nobody(offices: Offices) -> None:
    stick = offices.stick()

    made = sealed.put_on(offices[GRID], stick)
    again = sealed.put_on(offices[GRID], stick)
    offices.clock.go(hours=24)
    next_day = sealed.put_on(offices[GRID], stick)

    assert made is not None and again is None and next_day == made
    assert [path.name for path in stick.iterdir()] == [made.name]
    assert GRID not in made.name and GRID.encode() not in made.read_bytes()


def test_the_office_above_keeps_the_newest_and_nobody_elses(offices: Offices) -> None:
    stick = offices.stick()
    sealed.put_on(offices[GRID], stick)

    assert sealed.keep(offices[SUBDISTRICT], stick) == []
    (kept,) = sealed.keep(offices[COMMUNITY], stick)
    assert kept.unit == GRID
    assert sealed.keep(offices[COMMUNITY], stick) == []
    offices.clock.go(hours=24)
    newer = sealed.put_on(offices[GRID], stick)
    (kept,) = sealed.keep(offices[COMMUNITY], stick)

    assert newer is not None
    assert kept.file.read_bytes() == newer.read_bytes()
    assert len(list(kept.file.parent.iterdir())) == 1


def test_a_lost_pc_is_rebuilt_from_what_the_office_above_kept(nobody: Offices, tmp_path: Path) -> None:
    offices = nobody.found(SUBDISTRICT, COMMUNITY)
    store, recovery = book.create(
        tmp_path / "lost", GRID, "05", "王芳", PASSPHRASE, clock=offices.clock, calibrate=False
    )
    offices.books[GRID] = store
    offices.join(GRID)
    written = offices.visit(GRID)
    stick = offices.stick()
    sealed.put_on(store, stick)
    sealed.keep(offices[COMMUNITY], stick)
    with pytest.raises(NotFound):
        sealed.give_back(offices[SUBDISTRICT], GRID, stick)

    new_stick = offices.stick()
    file, words = sealed.give_back(offices[COMMUNITY], GRID, new_stick), "一个新的口令 words"
    backup.restore(
        file,
        tmp_path / "new",
        "王芳",
        "一个新的口令 words",
        recovery=recovery,
        clock=Clock(),
        calibrate=False,
    )

    with book.open_book(tmp_path / "new", "王芳", words, clock=offices.clock) as again:
        assert again.read(lambda s: s.run("SELECT number FROM visit")) == [(written.number,)]
