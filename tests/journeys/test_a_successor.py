"""A successor takes a grid over: at the same PC, and at another one with sheet, sealed backup and stick."""

from pathlib import Path

import pytest

from gridbook.errors import GridbookError, WrongPassphrase
from gridbook.records.request import Action
from gridbook.store import backup, book, digest, moving, requests, staff
from gridbook.store.session import Session
from gridbook.sync import sealed
from tests.cli.conftest import run
from tests.sync.offices import COMMUNITY, GRID, PASSPHRASE, SUBDISTRICT, Offices

OLD, NEW = "王芳", "李明"
WORDS = "一个新的口令 words"


@pytest.fixture
def offices(tmp_path: Path) -> Offices:
    """A chain of three, of which the grid has an open case, a visit with a note and a recovery sheet."""
    made = Offices(tmp_path).found(SUBDISTRICT, COMMUNITY)
    store, recovery = book.create(
        tmp_path / GRID, GRID, "05", OLD, PASSPHRASE, clock=made.clock, calibrate=False
    )
    (tmp_path / "recovery").write_text(recovery, encoding="utf-8")
    (tmp_path / "old").write_text(PASSPHRASE + "\n", encoding="utf-8")
    (tmp_path / "new").write_text(WORDS + "\n", encoding="utf-8")
    made.books[GRID] = store
    made.join(GRID)
    return made


def test_47_a_successor_opens_the_grid_at_the_same_pc_and_the_predecessor_no_longer(
    offices: Offices, tmp_path: Path
) -> None:
    asked = offices.request()
    offices.visit()
    offices.close()
    stick = offices.stick()

    done = run(
        "--book", tmp_path / GRID, "--passphrase-file", tmp_path / "old", "--json", "hand-over", "successor",
        "--name", NEW, "--new-passphrase-file", tmp_path / "new", "--pdf", tmp_path / "list.pdf",
        "--to", stick,
    )  # fmt: skip

    assert done.code == 0, done.err
    assert (done.facts["open"], done.facts["left"]) == ([asked.number], OLD)
    assert (tmp_path / "list.pdf").stat().st_size > 1000
    assert len(done.facts["bundles"]) == 1 and done.facts["sealed"]
    with pytest.raises(GridbookError):
        book.open_book(tmp_path / GRID, OLD, PASSPHRASE)
    with pytest.raises(WrongPassphrase):
        book.open_book(tmp_path / GRID, NEW, PASSPHRASE)
    with book.open_book(tmp_path / GRID, NEW, WORDS) as again:
        assert again.read(_notes) == ["只给自己看"]
        again.write(requests.act, asked.id, Action.ACCEPT)
        assert [row.request.id for row in again.read(moving.open_cases, GRID)] == [asked.id]


def test_47_a_successor_goes_on_at_another_pc_and_nothing_is_an_alarm(
    offices: Offices, tmp_path: Path
) -> None:
    asked = offices.request()
    offices.visit()
    offices.carry(GRID, COMMUNITY)
    offices.carry(COMMUNITY, SUBDISTRICT)
    stick = offices.stick()
    sealed.put_on(offices[GRID], stick)
    sealed.keep(offices[COMMUNITY], stick)
    offices.act(GRID, asked, Action.ACCEPT)
    last = offices.carry(GRID, COMMUNITY)
    assert not [one for taken in last for one in taken.alarms]
    offices.books.pop(GRID).close()

    file = sealed.give_back(offices[COMMUNITY], GRID, offices.stick())
    recovery = (tmp_path / "recovery").read_text(encoding="utf-8")
    backup.restore(
        file, tmp_path / "other", OLD, WORDS, recovery=recovery, clock=offices.clock, calibrate=False
    )
    offices.books[GRID] = here = book.open_book(tmp_path / "other", OLD, WORDS, clock=offices.clock)
    here.write(staff.add, here.folder, here.keys, NEW, here.person.role, WORDS + "!", calibrate=False)
    here.write(staff.leave, here.folder, here.person.code)
    here.close()
    offices.books[GRID] = here = book.open_book(tmp_path / "other", NEW, WORDS + "!", clock=offices.clock)
    # The first stick says that this PC goes on; what it lacks of its own work comes back with the answer.
    first = offices.carry(GRID, COMMUNITY)
    back = offices.carry(COMMUNITY, GRID)

    assert [one.error for one in (*first, *back)] == [None, None]
    assert not [alarm for one in (*first, *back) for alarm in one.alarms]
    assert here.read(_notes) == ["只给自己看"]
    assert offices.status(GRID, asked) == "accepted"
    here.write(requests.act, asked.id, Action.RESOLVE, {"outcome": "solved"})
    taken = [*offices.carry(GRID, COMMUNITY), *offices.carry(COMMUNITY, SUBDISTRICT)]
    assert [one.error for one in taken] == [None, None]
    assert not [alarm for one in taken for alarm in one.alarms]
    assert offices.status(SUBDISTRICT, asked) == "resolved"
    name = f"{GRID} subdistrict"
    rows = [offices[unit].read(digest.of_book).rows[name] for unit in (GRID, COMMUNITY, SUBDISTRICT)]
    assert len(set(rows)) == 1
    people = offices[COMMUNITY].read(staff.people, GRID)
    assert [one.name for one in people] == [NEW]
    offices.close()


def _notes(session: Session) -> list[str]:
    return [row[0] for row in session.run("SELECT note FROM visit_note")]
