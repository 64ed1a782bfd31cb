"""Fault 52: tables made again from the log, cut off and gone on with, in little memory."""

import multiprocessing
import tracemalloc
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import sqlalchemy as sa

from gridbook.records.base import new_id
from gridbook.records.deadline import Holiday
from gridbook.records.request import Action
from gridbook.store import book, checks, journal, rebuild, tables
from gridbook.store.book import Store
from gridbook.store.keys import Keys
from gridbook.store.session import Session
from gridbook.sync import healing
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT, Clock, Offices, visit

SHOWN = (
    *(table.name for table in tables.RECORDS.values()),
    "request_state",
    "request_event",
    "finding",
    "finder",
)


def lose_tables(session: Session) -> None:
    """What follows from the log is gone, but for the people, without whom nobody opens the book."""
    for name in set(SHOWN) - {"staff"}:
        session.connection.execute(sa.delete(tables.metadata.tables[name]))


def some_work(offices: Offices) -> None:
    """Visits, a request with an event that came too late, a holiday, a deletion; held at all three."""
    for _ in range(4):
        offices.visit()
    holiday = Holiday(unit=SUBDISTRICT, id=new_id(), day=date(2026, 11, 24), name="活动日", works=False)
    offices[SUBDISTRICT].write(journal.save, holiday)
    asked = offices.request()
    offices.act(GRID, asked, Action.ACCEPT)
    offices.round()
    offices.act(GRID, asked, Action.RESOLVE, outcome="solved")
    offices.act(COMMUNITY, asked, Action.TRANSFER, to="990101001003006")
    offices[GRID].write(journal.delete, offices.visit(), "twice")
    offices.round()
    offices.round()


def all_shown(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that follows from the log."""
    # The finder numbers its lines as they come; what stands in them is what counts.
    columns = dict.fromkeys(SHOWN, "*") | {"finder": 'unit, id, "class", words'}
    return store.read(
        lambda session: {
            name: sorted(session.run(f'SELECT {those} FROM "{name}"'), key=repr)
            for name, those in columns.items()
        }
    )


def troubles(store: Store) -> list[str]:
    return list(store.read(checks.troubles, deep=True, hash_now=healing.hash_now))


def test_52_every_table_can_be_made_again_from_the_log_alone(offices: Offices) -> None:
    some_work(offices)
    store = offices[COMMUNITY]
    before = all_shown(store)
    assert before["finding"] and before["finder"] and before["request_event"] and before["holiday"]
    store.write(lose_tables)
    assert len(troubles(store)) >= 5

    assert rebuild.rebuild(store, at_once=2) > 5

    assert all_shown(store) == before
    assert troubles(store) == []


def test_52_a_rebuild_lets_go_of_what_the_log_does_not_have(offices: Offices) -> None:
    some_work(offices)
    store = offices[COMMUNITY]
    before = all_shown(store)
    store.write(_strange_rows)
    assert troubles(store) == ["有一条“走访”与日志不一致。"] * 2

    rebuild.rebuild(store, at_once=3)

    assert all_shown(store) == before
    assert troubles(store) == []


def _strange_rows(session: Session) -> None:
    for record in (bytes(16), b"\xff" * 16):
        row = tables.row_of(visit(GRID))
        session.connection.execute(sa.insert(tables.RECORDS["Visit"]).values({**row, "id": record}))
        session.run(
            'INSERT INTO finding ("class", unit, record, kind, part, detail) VALUES (?, ?, ?, ?, ?, ?)',
            ("Request", GRID, record, "conflict", "", "{}"),
        )
        session.run(
            'INSERT INTO finder (unit, id, "class", words) VALUES (?, ?, ?, ?)',
            (GRID, record, "Contact", "nobody"),
        )


@pytest.mark.parametrize("name", ["visit", "request_state", "contact"])
def test_a_single_row_that_is_missing_altogether_is_found_by_a_deep_check(
    offices: Offices, name: str
) -> None:
    some_work(offices)
    store = offices[COMMUNITY]
    assert troubles(store) == []
    store.write(lambda s: s.run(f'DELETE FROM "{name}" WHERE id = (SELECT min(id) FROM "{name}")'))

    assert len(troubles(store)) == 1
    rebuild.rebuild(store)
    assert troubles(store) == []


def test_of_a_large_table_a_part_is_compared_and_one_row_in_twenty_that_is_wrong_is_found(
    offices: Offices,
) -> None:
    store = offices[GRID]
    store.write(journal.save, *(visit(GRID) for _ in range(600)))
    assert troubles(store) == []
    store.write(
        lambda s: s.run(
            "UPDATE visit SET part = 'evening' WHERE id IN (SELECT id FROM visit ORDER BY number LIMIT 30)"
        )
    )

    assert 0 < len(troubles(store)) <= 30


def _rebuild_slowly(folder: Path, own: Keys, told: Connection) -> None:
    store = book.open_with(folder, own, "王芳", book.take_lock(folder), Clock())
    store.on_change = lambda classes: told.send(len(classes))
    rebuild.rebuild(store, at_once=1)


def test_52_a_rebuild_that_is_killed_goes_on_where_it_stopped(offices: Offices) -> None:
    some_work(offices)
    store = offices.books.pop(COMMUNITY)
    before = all_shown(store)
    store.write(lose_tables)
    store.close()
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_rebuild_slowly, args=(store.folder, store.keys, theirs))
    process.start()
    for _ in range(5):
        assert ours.poll(60)
        ours.recv()
    process.kill()
    process.join()
    again = book.open_with(store.folder, store.keys, "王芳", book.take_lock(store.folder), offices.clock)
    offices.books[COMMUNITY] = again
    assert again.read(rebuild.was_cut_off)
    assert all_shown(again) != before

    done = rebuild.resume(again)

    assert all_shown(again) == before
    # Nothing of it is left, so a later one begins at the beginning.
    assert not again.read(rebuild.was_cut_off)
    assert rebuild.resume(again) == 0
    assert 0 < done <= rebuild.rebuild(again) - 4


def test_52_a_rebuild_needs_no_more_memory_for_a_larger_book(offices: Offices) -> None:
    store, peaks = offices[GRID], []
    for more in (500, 1500):
        store.write(journal.save, *(visit(GRID) for _ in range(more)))
        tracemalloc.start()
        rebuild.rebuild(store, at_once=100)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert offices.count(GRID, "visit") == 2000
    assert peaks[1] < 1.5 * peaks[0]


def test_52_an_entry_that_cannot_be_read_keeps_no_other_from_being_folded(offices: Offices) -> None:
    some_work(offices)
    store = offices[COMMUNITY]
    before = all_shown(store)
    store.write(_spoil_one)
    store.write(lambda s: s.run("DELETE FROM contact"))

    rebuild.rebuild(store)

    assert all_shown(store) == before
    assert healing.heal(store) > 0
    rebuild.rebuild(store)
    assert all_shown(store) == before


def _spoil_one(session: Session) -> None:
    number = tables.CLASS_NUMBERS["Visit"]
    session.run(
        'UPDATE op SET body = ? WHERE pos = (SELECT max(pos) FROM op WHERE "class" = ?)', (b"?", number)
    )
