"""A book on the office's server: moved there with a report, worked on from two desks, brought back."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gridbook.errors import BadValue, BookExists, CopyDiffers, NotAllowed, ServerLost, WrongPassphrase
from gridbook.records.base import Record
from gridbook.records.deadline import Holiday
from gridbook.records.staff import Role
from gridbook.records.visit import Visit, VisitDetails
from gridbook.store import (
    backup,
    book,
    checks,
    digest,
    journal,
    keys,
    numbers,
    shared,
    staff,
    tables,
    visits,
    whereabouts,
)
from gridbook.store.book import Store
from gridbook.store.session import Session
from tests import make
from tests.servers import PASSWORD, Server, copied_to
from tests.store.conftest import PASSPHRASE, WORKER
from tests.store.filled import fill

VISIT = {
    "visited_on": "2026-07-20",
    "part": "morning",
    "reason": "invited",
    "mode": "indoors",
    "outcome": "met",
}
SPOILING = """
    CREATE FUNCTION letter() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.name := NEW.name || '!'; RETURN NEW; END $$;
    CREATE FUNCTION spoil() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
        IF to_regclass('gridbook.estate') IS NOT NULL THEN
            CREATE OR REPLACE TRIGGER spoil BEFORE INSERT ON gridbook.estate
            FOR EACH ROW EXECUTE FUNCTION public.letter();
        END IF;
    END $$
"""


@pytest.fixture
def address(server: Server) -> str:
    """An empty database."""
    return server.database()


@pytest.fixture
def desks(
    server: Server, fresh_grid: Store, tmp_path: Path, clock: make.Clock
) -> Iterator[Callable[[str], Store]]:
    """Opens a grid's shared book at as many desks as are asked for, each a PC with a folder of its own."""
    first = tmp_path / "first"
    first.mkdir()
    for file in fresh_grid.folder.iterdir():
        (first / file.name).write_bytes(file.read_bytes())
    where = copied_to(server, fresh_grid, first, WORKER, clock)
    opened: list[Store] = []

    def sit_down(name: str) -> Store:
        if name != "first" and not (tmp_path / name).exists():
            (tmp_path / name).mkdir()
            shared.connect(tmp_path / name, where, WORKER, PASSPHRASE, clock)
        lock = book.take_lock(tmp_path / name)
        opened.append(book.open_with(tmp_path / name, fresh_grid.keys, WORKER, lock, clock))
        return opened[-1]

    yield sit_down
    for store in opened:
        store.close()


def entry(**over: Any) -> Any:
    """A visit form that a person fills in."""
    return make.visit_entry(id=b"", number="", **over)


def test_a_book_moves_with_a_report_and_is_opened_there(grid: Store, address: str, clock: make.Clock) -> None:
    fill(grid)
    before, life = grid.read(digest.of_book), grid.incarnation

    moved = shared.move_to(grid, address)

    assert moved.comparison.agrees and len(moved.comparison.lines) > len(tables.metadata.tables)
    assert PASSWORD not in moved.address
    assert not (grid.folder / book.DATABASE).exists() and (grid.folder / moved.kept_as).exists()
    with book.open_book(grid.folder, WORKER, PASSPHRASE, clock=clock) as again:
        assert again.shared and again.notices == [] and again.incarnation == life
        assert again.read(digest.of_book) == before
        assert again.try_out(checks.troubles, deep=True) == []
        again.write(visits.save, entry())
    with book.open_book(grid.folder, WORKER, PASSPHRASE, clock=clock) as again:
        assert again.notices == [] and again.standing.ops > grid.standing.ops


def test_nothing_is_switched_when_what_arrived_differs(
    grid: Store, address: str, server: Server, clock: make.Clock
) -> None:
    fill(grid)
    # Somebody's trigger on the server changes one letter on its way.
    server.ask(address, SPOILING)
    server.ask(
        address,
        "CREATE EVENT TRIGGER spoiling ON ddl_command_end "
        "WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION spoil()",
    )

    with pytest.raises(CopyDiffers) as refused:
        shared.move_to(grid, address)

    assert "estate" in refused.value.message
    assert server.ask(address, "SELECT to_regclass('gridbook.meta')") == [(None,)]
    with book.open_book(grid.folder, WORKER, PASSPHRASE, clock=clock) as again:
        assert not again.shared and again.notices == []
    server.ask(address, "DROP EVENT TRIGGER spoiling")
    again = book.open_book(grid.folder, WORKER, PASSPHRASE, clock=clock)
    assert shared.move_to(again, address).comparison.agrees


def test_no_book_is_moved_over_another(grid: Store, address: str, tmp_path: Path, clock: make.Clock) -> None:
    shared.move_to(grid, address)
    other, _ = book.create(tmp_path / "other", make.OTHER_GRID, "别处", WORKER, PASSPHRASE, calibrate=False)

    with pytest.raises(BookExists):
        shared.move_to(other, address)

    with book.open_book(tmp_path / "other", WORKER, PASSPHRASE, clock=clock) as again:
        assert not again.shared
    with book.open_book(grid.folder, WORKER, PASSPHRASE, clock=clock) as there:
        assert there.unit == make.GRID
        with pytest.raises(NotAllowed):
            shared.move_to(there, address)


def test_a_move_cut_off_after_its_switch_is_finished_at_the_next_opening(
    grid: Store, address: str, monkeypatch: pytest.MonkeyPatch, clock: make.Clock
) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(shared, "_finish", cut)
        shared.move_to(grid, address)
    assert (grid.folder / book.DATABASE).exists() and whereabouts.is_there(grid.folder)

    with book.open_book(grid.folder, WORKER, PASSPHRASE, clock=clock) as again:
        assert again.shared and again.notices == []
        assert not (grid.folder / book.DATABASE).exists()


@pytest.mark.parametrize(
    "typed", ["", "gridbook", "mysql://a@b/c", "postgresql://host", "postgresql://h:x/b"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadValue):
        whereabouts.read_address(typed)


def test_the_password_is_nowhere_in_plain(grid: Store, address: str) -> None:
    shared.move_to(grid, address)

    for file in grid.folder.iterdir():
        assert PASSWORD.encode() not in file.read_bytes()
    assert whereabouts.read(grid.folder, grid.keys).address.password == PASSWORD


def test_two_desks_see_each_others_work(desks: Callable[[str], Store]) -> None:
    mine, theirs = desks("first"), desks("second")
    seen: list[frozenset[type[Record]]] = []
    theirs.on_change = seen.append

    saved = mine.write(visits.save, entry())

    assert theirs.read(visits.count) == 1
    assert seen == [frozenset({Visit, VisitDetails})]
    theirs.look_up()
    assert len(seen) == 1
    assert theirs.write(visits.save, entry()).visit.number > saved.visit.number
    assert mine.read(visits.count) == 2 and mine.notices == theirs.notices == []


def test_a_desk_forgets_what_another_one_changed(desks: Callable[[str], Store]) -> None:
    mine, theirs = desks("first"), desks("second")
    day = date(2026, 11, 24)
    assert theirs.read(lambda now: now.calendar()).works(day)

    mine.write(_list_a_holiday, day)

    assert not theirs.read(lambda now: now.calendar()).works(day)


def _list_a_holiday(session: Session, day: date) -> None:
    holiday = Holiday(unit=make.SUBDISTRICT, id=session.new_id(), day=day, works=False)
    session.connection.execute(tables.RECORDS["Holiday"].insert().values(tables.row_of(holiday)))
    session.changed.add(Holiday)


def test_two_desks_write_at_once_and_nothing_is_lost(desks: Callable[[str], Store]) -> None:
    each = 15
    stores = [desks("first"), desks("second")]
    failed: list[BaseException] = []

    def work(store: Store) -> None:
        try:
            for _ in range(each):
                store.write(visits.save, entry())
        except BaseException as error:
            failed.append(error)

    clerks = [threading.Thread(target=work, args=(store,)) for store in stores]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()

    assert failed == []
    found = [row.visit.number for row in stores[0].read(visits.recent, 100)]
    assert len(set(found)) == len(found) == 2 * each
    counters = sorted(int(number.split("-")[2]) for number in found)
    assert counters == list(range(counters[0], counters[0] + 2 * each))
    assert stores[0].standing == stores[1].read(lambda now: now.standing)
    assert stores[0].try_out(checks.troubles, deep=True) == []


def test_two_programs_of_their_own_write_at_once_and_the_log_is_one(
    desks: Callable[[str], Store], tmp_path: Path
) -> None:
    each = 12
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE, encoding="utf-8")
    for name in ("first", "second"):
        desks(name).close()
    clerks = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "gridbook", "record", "visits", "--book", str(tmp_path / name)),
                *("--passphrase-file", str(secret), "--as", WORKER),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        for name in ("first", "second")
    ]
    doors = [f"3-{n % 3 + 1}-{n % 6 + 1}01" for n in range(each)]
    lines = [json.dumps({**VISIT, "place": door}) for door in doors]
    for clerk in clerks:
        assert clerk.stdin is not None
        clerk.stdin.write("\n".join(lines) + "\n")
        clerk.stdin.close()
    for clerk in clerks:
        assert clerk.wait() == 0

    both = [desks("first"), desks("second")]
    found = [row.visit.number for row in both[0].read(visits.recent, 100)]
    assert len(set(found)) == len(found) == 2 * each
    assert both[0].read(digest.of_book) == both[1].read(digest.of_book)
    assert both[0].try_out(checks.troubles, deep=True) == []


def test_a_lost_connection_is_a_sentence_and_heals(desks: Callable[[str], Store], server: Server) -> None:
    store = desks("first")
    store.write(visits.save, entry())
    server.kill()
    try:
        with pytest.raises(ServerLost):
            store.write(visits.save, entry())
        with pytest.raises(ServerLost):
            store.read(visits.count)
    finally:
        server.start()

    assert store.read(visits.count) == 1
    store.write(visits.save, entry())
    assert store.read(visits.count) == 2


def test_a_server_that_dies_in_the_middle_keeps_all_or_nothing(
    desks: Callable[[str], Store], server: Server
) -> None:
    store = desks("first")

    def torn(session: Session) -> None:
        visits.save(session, entry())
        server.kill()
        visits.save(session, entry())

    try:
        with pytest.raises(ServerLost):
            store.write(torn)
    finally:
        server.start()

    assert store.read(visits.count) == 0
    assert store.try_out(checks.troubles, deep=True) == []


def test_an_older_state_put_back_on_the_server_is_noticed_at_every_desk(
    desks: Callable[[str], Store], server: Server
) -> None:
    first, second = desks("first"), desks("second")
    second.write(visits.save, entry())
    life = first.incarnation
    address = whereabouts.address_of(first.folder)
    first.close()
    second.close()
    server.put_back(address, server.copy(address))
    with desks("first") as again:
        # Another database of the same content is noticed already.
        assert again.incarnation != life and again.notices
        later = again.incarnation
    with desks("second") as other:
        # Once is enough: numbers of the old life are not given again.
        assert other.incarnation == later and other.notices == []


def test_another_desk_comes_in_with_a_passphrase_only(
    desks: Callable[[str], Store], server: Server, tmp_path: Path, clock: make.Clock
) -> None:
    store = desks("first")
    where = server.address(whereabouts.address_of(store.folder).rpartition("/")[2])
    (tmp_path / "new").mkdir()

    with pytest.raises(WrongPassphrase):
        shared.connect(tmp_path / "new", where, WORKER, "not this one", clock)
    assert not book.is_there(tmp_path / "new")
    shared.connect(tmp_path / "new", where, WORKER, PASSPHRASE, clock)

    with book.open_book(tmp_path / "new", WORKER, PASSPHRASE, clock=clock) as there:
        assert there.keys == store.keys and there.notices == []
    with pytest.raises(BookExists):
        shared.connect(tmp_path / "new", where, WORKER, PASSPHRASE, clock)


def test_whoever_may_open_the_book_may_do_so_at_every_desk(
    desks: Callable[[str], Store], clock: make.Clock
) -> None:
    first, second = desks("first"), desks("second")
    word = "another passphrase"
    first.write(staff.add, first.folder, first.keys, "李敏", Role.GRID_WORKER, word, calibrate=False)
    second.look_up()
    second.close()

    assert keys.people(second.folder) == (WORKER, "李敏")
    with book.open_book(second.folder, "李敏", word, clock=clock) as there:
        assert there.person.name == "李敏"
    keys.admit(second.folder, first.keys, WORKER, "changed at the second", calibrate=False)
    with book.open_book(second.folder, WORKER, "changed at the second", clock=clock):
        first.look_up()
    first.close()
    with book.open_book(first.folder, WORKER, "changed at the second", clock=clock) as there:
        assert there.notices == []


def test_a_backup_of_a_shared_book_is_restored_on_a_pc(
    desks: Callable[[str], Store], tmp_path: Path, clock: make.Clock
) -> None:
    store = desks("first")
    fill(store)
    held = store.read(digest.of_book)

    file = backup.make(store, tmp_path / "disk")

    with pytest.raises(NotAllowed):
        backup.restore(file, store.folder, WORKER, PASSPHRASE, clock=clock)
    restored = backup.restore(file, tmp_path / "pc", WORKER, PASSPHRASE, clock=clock)
    assert restored.digest == held
    with book.open_book(tmp_path / "pc", WORKER, PASSPHRASE, clock=clock) as there:
        assert not there.shared and there.try_out(checks.troubles, deep=True) == []
    assert (tmp_path / "pc" / book.DATABASE).read_bytes()[:6] != b"SQLite"


def test_text_sorts_as_its_bytes_do_whatever_the_server_speaks(desks: Callable[[str], Store]) -> None:
    store = desks("first")
    names = ["b", "A", "a", "B", "幸", "安", "0", "é", "~", "\U00020000", "\uff01"]
    table = tables.RECORDS["Estate"]

    def sorted_there(session: Session) -> list[str]:
        journal.save(session, *(make.estate(name=name) for name in names))
        found = session.connection.execute(
            table.select().where(table.c.name.in_(names)).order_by(table.c.name)
        )
        return [row.name for row in found]

    assert store.try_out(sorted_there) == sorted(names, key=str.encode)


def test_a_letter_that_a_server_cannot_keep_does_not_stop_the_work(desks: Callable[[str], Store]) -> None:
    store = desks("first")

    saved = store.write(journal.save, make.visit(number=numbers.read("0305-26-0009") + "-7K2Q"), checked=True)
    assert saved is None
    row = {**tables.row_of(make.estate()), "name": "a\0b"}
    store.write(lambda now: now.connection.execute(tables.RECORDS["Estate"].insert().values(row)))
    assert store.read(visits.count) == 1
