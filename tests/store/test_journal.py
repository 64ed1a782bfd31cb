"""The one door to the tables: whatever is done in whatever order, the rows are what the log comes to."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridbook.errors import BadValue, NotAllowed, NotFound
from gridbook.records.base import new_id
from gridbook.records.request import Action, Pressing
from gridbook.records.rights import Kind
from gridbook.records.visit import VisitEntry
from gridbook.store import book, checks, digest, history, journal, project, requests, tables, visits
from gridbook.store.book import Store
from gridbook.store.session import Session
from tests import make
from tests.store.conftest import WORKER

STEPS = st.tuples(
    st.sampled_from(["visit", "undo", "fetch", "request", "change", "act", "phone"]), st.integers(0, 2**16)
)


def step(store: Store, what: str, n: int, made: "tuple[list[bytes], list[bytes]]") -> None:
    """One thing that a worker may do; what is not allowed at that moment is refused."""
    seen, asked = made
    match what:
        case "visit":
            entry = store.write(visits.save, make.visit_entry(id=b"", number="", note="…" if n % 2 else None))
            assert isinstance(entry, VisitEntry)
            seen.append(entry.visit.id)
        case "undo" if seen:
            store.write(visits.undo, seen[n % len(seen)])
        case "fetch" if seen:
            store.write(visits.fetch_back, seen[n % len(seen)])
        case "request":
            entry_ = store.write(requests.save, make.request_entry(id=b"", number=""))
            asked.append(entry_.request.id)
        case "change" if asked:
            form = store.read(requests.entry, asked[n % len(asked)])
            pressing = list(Pressing)[n % 3]
            store.write(
                requests.save, make.change(form, request=make.change(form.request, pressing=pressing))
            )
        case "phone" if asked:
            form = store.read(requests.entry, asked[n % len(asked)])
            assert form.contact is not None
            store.write(
                requests.save,
                make.change(form, contact=make.change(form.contact, phone=f"1990000{n % 9999:04}")),
            )
        case "act" if asked:
            ref = asked[n % len(asked)]
            can = store.read(requests.actions, ref)
            action = can[n % len(can)]
            store.write(requests.act, ref, action, make.GIVEN.get(action, {}), note="备注" if n % 5 else "")


@settings(max_examples=25)
@given(steps=st.lists(STEPS, min_size=3, max_size=25))
def test_rows_are_always_what_the_log_comes_to(fresh_grid: Store, steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "grid"
        shutil.copytree(fresh_grid.folder, folder)
        clock = make.Clock()
        with book.open_with(folder, fresh_grid.keys, WORKER, book.take_lock(folder), clock) as store:
            made: tuple[list[bytes], list[bytes]] = ([], [])
            for what, n in steps:
                clock.go(minutes=n % 300)
                try:
                    step(store, what, n, made)
                except (NotAllowed, BadValue, NotFound):
                    continue
            before = store.read(digest.of_book)
            assert store.read(checks.troubles, deep=True) == []
            store.write(_fold_everything)
            assert store.read(digest.of_book) == before


def _fold_everything(session: Session) -> None:
    for name, table in tables.RECORDS.items():
        for row in session.connection.execute(table.select()).all():
            project.refold(session, name, row.unit, bytes(row.id))


def test_an_op_and_its_row_come_together_or_not_at_all(grid: Store) -> None:
    def torn(session: Session) -> None:
        journal.save(session, make.visit(), make.request())
        raise RuntimeError("in the midst of it")

    before = grid.standing
    with pytest.raises(RuntimeError):
        grid.write(torn)

    assert grid.standing == before
    assert grid.read(visits.count) == 0
    assert grid.try_out(checks.troubles, deep=True) == []


def test_one_record_saved_twice_in_one_go_is_created_and_changed(grid: Store) -> None:
    asked = make.request()
    grid.write(
        journal.save, asked, make.change(asked, pressing=Pressing.URGENT), make.change(asked, category="F02")
    )

    assert [seen.op.kind for seen in grid.read(journal.history, "Request", make.GRID, asked.id)] == [
        Kind.CREATE,
        Kind.SET,
        Kind.SET,
    ]
    assert grid.read(requests.find, asked.id).category == "F02"


def test_a_stamp_never_goes_back(grid: Store, clock: make.Clock) -> None:
    asked = grid.write(requests.save, make.request_entry(id=b"", number="")).request
    clock.go(days=-3650)
    grid.write(requests.act, asked.id, Action.ACCEPT)
    clock.go(days=36500)
    grid.write(requests.act, asked.id, Action.RESOLVE, {"outcome": "solved"})

    stamps = [seen.op.stamp for seen in grid.read(journal.history, "Request", make.GRID, asked.id)]

    assert stamps == sorted(stamps)
    assert [one.kind for one in grid.read(history.of, "Request", make.GRID, asked.id)] == [
        "登记",
        "受理",
        "办结",
    ]


def test_a_desk_writes_only_into_streams_that_it_may(grid: Store) -> None:
    for unit in (make.OTHER_GRID, make.COMMUNITY, make.SUBDISTRICT):
        with pytest.raises(NotAllowed):
            grid.write(journal.save, make.visit(unit, id=new_id()))
    assert grid.read(visits.count) == 0


def test_a_write_that_changes_nothing_writes_nothing(grid: Store) -> None:
    asked = make.request()
    grid.write(journal.save, asked)
    before = grid.standing.ops
    told: list[object] = []
    grid.on_change = told.append

    grid.write(journal.save, asked)

    assert grid.standing.ops == before and told == []
