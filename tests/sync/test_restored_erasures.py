"""A backup from before an erasure: what was erased stays erased, here and at every other office."""

from pathlib import Path

from gridbook.store import backup, book, journal
from gridbook.sync import export, take
from tests.sync.offices import COMMUNITY, GRID, PASSPHRASE, Offices


def test_60_an_order_that_was_not_handed_over_is_given_again_after_a_restore(
    offices: Offices, tmp_path: Path
) -> None:
    asked = offices.request(COMMUNITY)
    offices.carry(COMMUNITY, GRID)
    offices.carry(COMMUNITY, COMMUNITY[:-3])
    file = backup.make(offices[COMMUNITY], tmp_path / "disk")
    for name in ("Particulars", "Contact"):
        offices[COMMUNITY].write(journal.erase, name, asked.unit, asked.id, "本人要求")
    offices[COMMUNITY].close()

    restored = backup.restore(file, offices.folder / COMMUNITY, "王芳", PASSPHRASE, clock=offices.clock)

    assert restored.gone_again == 2
    store = book.open_book(offices.folder / COMMUNITY, "王芳", PASSPHRASE, clock=offices.clock)
    offices.books[COMMUNITY] = store
    assert store.read(lambda s: s.run("SELECT count(*) FROM particulars")) == [(0,)]
    orders = "SELECT count(*) FROM op WHERE body IS NOT NULL AND record = ?"
    assert store.read(lambda s: s.run(orders, (asked.id,)))[0][0] >= 3


def test_60_what_a_neighbour_still_held_is_erased_there_after_the_next_stick(
    offices: Offices, tmp_path: Path
) -> None:
    asked = offices.request(GRID)
    offices.carry(GRID, COMMUNITY)
    file = backup.make(offices[COMMUNITY], tmp_path / "disk")
    for name in ("Particulars", "Contact"):
        offices[COMMUNITY].write(journal.erase, name, asked.unit, asked.id, "本人要求")
    offices[COMMUNITY].close()
    backup.restore(file, offices.folder / COMMUNITY, "王芳", PASSPHRASE, clock=offices.clock)
    store = book.open_book(offices.folder / COMMUNITY, "王芳", PASSPHRASE, clock=offices.clock)
    offices.books[COMMUNITY] = store
    assert offices.count(GRID, "particulars") == 1

    (made,) = export.hand_over(store, offices.stick(), GRID)
    taken = take.take(offices[GRID], made.path)

    assert taken.error is None
    assert offices.count(GRID, "particulars") == 0
    assert offices.count(GRID, "contact") == 0
    offices.round()
    assert offices.count(COMMUNITY, "particulars") == 0
