"""Lists of requests of any length: who stands in them, in which order, and how the book finds them."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa

from gridbook.records.request import Status
from gridbook.store import book, caselist, caseload
from gridbook.store.book import Store
from gridbook.store.caselist import Which
from gridbook.store.caseload import EVERYTHING, Due, Wanted
from gridbook.store.session import Session
from tests import make
from tests.benchmarks import _volume
from tests.store.conftest import WORKER

MANY = 400
SORTED, ALONE = "USE TEMP B-TREE FOR ORDER BY", "COVERING INDEX"


def each(ids: bytes) -> list[bytes]:
    return [ids[n : n + 16] for n in range(0, len(ids), 16)]


@pytest.fixture(scope="module")
def full(fresh_grid: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A book of some hundred requests of every status and many categories, in which nothing is changed."""
    folder = tmp_path_factory.mktemp("full") / "grid"
    shutil.copytree(fresh_grid.folder, folder)
    store = book.open_with(folder, fresh_grid.keys, WORKER, book.take_lock(folder), make.Clock())
    store.write(_volume.requests, MANY)
    yield store
    store.close()


NARROWED = (
    EVERYTHING,
    Wanted(open=True),
    Wanted(statuses=(Status.ACCEPTED, Status.WAITING)),
    Wanted(unit=make.GRID, lead=make.GRID),
    Wanted(unit="990101"),
    Wanted(category="F"),
    Wanted(category="F", statuses=(Status.CLOSED,), unit=make.GRID),
    Wanted(overdue=True),
    Wanted(words="1苑", open=False),
    Wanted(since=make.TODAY - timedelta(days=2000), until=make.TODAY),
    *(Wanted(due=due) for due in Due),
)


def test_a_list_holds_the_same_from_one_table_as_from_all_of_them(full: Store) -> None:
    lengths = set()
    for wanted in NARROWED:
        page = [row.request.id for row in full.read(caseload.page, wanted, 0, MANY)]
        assert each(full.read(caselist.ids, Which.ALL, wanted)) == page, wanted
        for by in ("number", "registered", "due", "status", "category", "lead"):
            ordered = each(full.read(caselist.ids, Which.ALL, wanted, by))
            assert sorted(ordered) == sorted(page), (wanted, by)
            assert each(full.read(caselist.ids, Which.ALL, wanted, by, backwards=True)) == ordered[::-1]
        lengths.add(len(page))
    assert len(lengths) > 5 and MANY in lengths


def test_each_order_is_the_one_it_says(full: Store) -> None:
    orders: dict[str, Callable[[caseload.RequestRow], Any]] = {
        "number": lambda row: row.request.number,
        "registered": lambda row: row.request.registered_at,
        # What has no date is due last of all.
        "due": lambda row: (row.state.due_at is None, row.state.due_at),
        "status": lambda row: str(row.state.status),
        "category": lambda row: row.request.category,
        "lead": lambda row: row.state.lead,
    }
    for by, key in orders.items():
        ids = each(full.read(caselist.ids, Which.ALL, EVERYTHING, by))
        rows = full.read(caseload.with_ids, ids)
        assert len(rows) == MANY
        for one, two in pairwise(rows):
            assert (key(one), one.request.id) < (key(two), two.request.id), by


def plan(store: Store, which: Which, wanted: Wanted = EVERYTHING, by: str = "", *, down: bool = False) -> str:
    """How the engine finds a list."""
    return store.read(_plan, which, wanted, by, down)


def _plan(session: Session, which: Which, wanted: Wanted, by: str, down: bool) -> str:
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _u: object, statement: str, values: Any, _x: object, _m: object) -> None:
        asked.append((statement, values))

    sa.event.listen(session.connection, "before_cursor_execute", note)
    caselist.ids(session, which, wanted, by, backwards=down)
    sa.event.remove(session.connection, "before_cursor_execute", note)
    statement, values = asked[-1]
    return "\n".join(row[-1] for row in session.run(f"EXPLAIN QUERY PLAN {statement}", values))


def test_a_list_by_due_date_stands_in_the_order_of_an_index(full: Store) -> None:
    for down in (False, True):
        told = plan(full, Which.ALL, by="due", down=down)
        assert SORTED not in told and ALONE in told, told
    assert SORTED in plan(full, Which.ALL, by="lead")


@pytest.mark.parametrize("which", [Which.IN_HAND, Which.INBOX, Which.OPEN])
def test_what_is_open_is_found_in_an_index_and_no_row_is_looked_up(full: Store, which: Which) -> None:
    told = plan(full, which)
    assert f"SEARCH request_state USING {ALONE} ix_request_state_status" in told, told
    assert "SCAN request" not in told, told
