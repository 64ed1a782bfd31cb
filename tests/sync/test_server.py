"""Offices whose books lie on a server: the same hashes, the same exchange, the same answer to faults."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridbook.records.request import Action
from gridbook.store import book, checks, digest, journal, shared, tables
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import apply, healing, take
from gridbook.sync.incoming import Taken
from tests.servers import Server
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT, Offices, errors, request


def moved(offices: Offices, server: Server, *units: str) -> str:
    """Move the books of these offices to a server; returns the address of the last."""
    address = ""
    for unit in units:
        store, address = offices.books.pop(unit), server.database()
        assert shared.move_to(store, address).comparison.agrees
        lock = book.take_lock(store.folder)
        offices.books[unit] = book.open_with(store.folder, store.keys, "王芳", lock, offices.clock)
        assert offices[unit].shared and offices[unit].notices == []
    return address


@pytest.fixture
def at_work(offices: Offices) -> Offices:
    """Offices that exchanged a few days of work."""
    offices.visit()
    asked = offices.request()
    offices.act(GRID, asked, Action.ESCALATE)
    offices.round()
    offices.note(COMMUNITY, asked, offices.act(COMMUNITY, asked, Action.ACCEPT), "等雨停")
    offices.round()
    return offices


def test_55_the_same_store_on_a_server_has_the_same_hashes_and_life(at_work: Offices, server: Server) -> None:
    before = {unit: (store.read(digest.of_book), store.incarnation) for unit, store in at_work.books.items()}

    moved(at_work, server, COMMUNITY, SUBDISTRICT)

    for unit, (held, life) in before.items():
        assert at_work[unit].read(digest.of_book) == held
        assert at_work[unit].incarnation == life
        assert at_work[unit].try_out(checks.troubles, deep=True, hash_now=healing.hash_now) == []


def test_a_file_below_and_servers_above_exchange_as_files_do(at_work: Offices, server: Server) -> None:
    moved(at_work, server, COMMUNITY, SUBDISTRICT)
    asked = at_work.request()
    for n in range(5):
        at_work.visit(number=f"0305-26-10{n:02}-7K2Q")
    at_work.round()
    at_work.act(COMMUNITY, asked, Action.ACCEPT)
    at_work.act(GRID, asked, Action.ACCEPT)
    for _ in range(2):
        at_work.round()

    digests = {unit: at_work[unit].read(digest.of_book) for unit in (GRID, COMMUNITY, SUBDISTRICT)}
    for low, high in ((GRID, COMMUNITY), (COMMUNITY, SUBDISTRICT)):
        common = digests[low].streams.keys() & digests[high].streams.keys()
        assert common
        for stream in common:
            assert digests[low].streams[stream] == digests[high].streams[stream]
            assert digests[low].rows[stream] == digests[high].rows[stream]
    assert at_work.status(GRID, asked) == at_work.status(SUBDISTRICT, asked)
    assert sorted(at_work.findings(COMMUNITY)) == sorted(at_work.findings(SUBDISTRICT))
    assert at_work.everything(COMMUNITY)["request_event"] != []
    for unit in (COMMUNITY, SUBDISTRICT):
        assert at_work[unit].try_out(checks.troubles, deep=True, hash_now=healing.hash_now) == []


@pytest.fixture
def two_desks(at_work: Offices, server: Server, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Two desks of one community on one server."""
    address = moved(at_work, server, COMMUNITY)
    folder = tmp_path / "second desk"
    folder.mkdir()
    shared.connect(folder, address, "王芳", "correct horse 网格", at_work.clock)
    first = at_work[COMMUNITY]
    second = book.open_with(folder, first.keys, "王芳", book.take_lock(folder), at_work.clock)
    yield first, second
    second.close()


def test_one_desk_takes_in_while_the_other_hands_over(
    at_work: Offices, two_desks: tuple[Store, Store]
) -> None:
    first, second = two_desks
    for n in range(20):
        at_work.visit(number=f"0305-26-20{n:02}-7K2Q")
    stick = at_work.bundle(GRID, COMMUNITY)
    taken: list[Taken] = []
    one = threading.Thread(target=lambda: taken.append(take.take(first, stick)))
    other = threading.Thread(target=lambda: taken.append(take.take(second, stick)))
    one.start()
    other.start()
    one.join()
    other.join()

    # Both took the same stick in: what came second found it there.
    assert [one.error for one in taken] == [None, None]
    assert first.read(_numbering) == second.read(_numbering)
    at_work.carry(COMMUNITY, SUBDISTRICT)
    assert at_work[SUBDISTRICT].read(digest.of_book).all
    assert first.try_out(checks.troubles, deep=True, hash_now=healing.hash_now) == []


def _numbering(session: Session) -> list[tuple[int, int]]:
    table = tables.segment
    found = session.connection.execute(table.select().order_by(table.c.line, table.c.n))
    numbers = [(row.line, row.n) for row in found]
    assert len(set(numbers)) == len(numbers)
    for line in {line for line, _ in numbers}:
        own = [n for of, n in numbers if of == line]
        assert own == list(range(own[0], own[0] + len(own)))
    return numbers


def test_both_desks_writing_at_once_leave_gap_free_segments(
    at_work: Offices, two_desks: tuple[Store, Store]
) -> None:
    each = 10
    before = at_work.count(SUBDISTRICT, "request")
    failed: list[BaseException] = []

    def work(store: Store) -> None:
        try:
            for _ in range(each):
                store.write(journal.save, request(COMMUNITY, at_work.clock.now()))
        except BaseException as error:
            failed.append(error)

    clerks = [threading.Thread(target=work, args=(store,)) for store in two_desks]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()

    assert failed == []
    assert errors(at_work.carry(COMMUNITY, SUBDISTRICT)) == []
    two_desks[1].read(_numbering)
    up, down = (store.read(digest.of_book) for store in (at_work[SUBDISTRICT], two_desks[1]))
    common = up.streams.keys() & down.streams.keys()
    assert any(stream.startswith(COMMUNITY) for stream in common if len(stream.split()[0]) == len(COMMUNITY))
    assert all(up.streams[stream] == down.streams[stream] for stream in common)
    assert at_work.count(SUBDISTRICT, "request") == before + 2 * each


def test_a_server_killed_in_the_middle_of_an_import_keeps_whole_transactions(
    at_work: Offices, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved(at_work, server, COMMUNITY)
    for n in range(5):
        at_work.visit(number=f"0305-26-30{n:02}-7K2Q")
    stick = at_work.bundle(GRID, COMMUNITY)
    store = at_work[COMMUNITY]
    before = store.read(digest.of_book)
    with monkeypatch.context() as patch:
        patch.setattr(apply, "_note_taken", lambda *_: server.kill())
        try:
            taken = take.take(store, stick)
        finally:
            server.start()
    # Every statement of the transaction had gone through; only COMMIT had not.
    assert errors([taken]) == ["ServerLost"]
    assert store.read(digest.of_book) == before

    again = take.resume(store)

    assert errors(again) == []
    assert at_work.count(COMMUNITY, "visit") == at_work.count(GRID, "visit")
    assert store.try_out(checks.troubles, deep=True, hash_now=healing.hash_now) == []
