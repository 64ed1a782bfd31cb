"""The whole main job at the scale of one grid: written, printed, carried up, answered, carried down."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest

from gridbook.practice import report, run
from gridbook.practice.run import Result
from gridbook.practice.stations import opened
from gridbook.records.base import new_id
from gridbook.records.place import Estate
from gridbook.store import book, caseload, keys, places, requests
from gridbook.store.book import Store
from gridbook.store.session import Session
from tests.cli.conftest import run as command

TOP, COMMUNITY, GRID = "990101001", "990101001003", "990101001003005"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return run.whole_job(tmp_path_factory.mktemp("practice") / "job", "grid", 8, 3)


def open_(result: Result, unit: str) -> Store:
    folder = result.folder / "books" / unit
    return book.open_book(folder, keys.people(folder)[0], run.PASSPHRASE)


@pytest.fixture(scope="module")
def stores(done: Result) -> Iterator[dict[str, Store]]:
    made = {unit: open_(done, unit) for unit in (TOP, COMMUNITY, GRID)}
    yield made
    for store in made.values():
        store.close()


def test_everything_is_held_where_it_should_be_and_nowhere_else(done: Result) -> None:
    told = done.report

    assert told is not None
    assert list(told.differences) == []
    assert done.visits > 0
    assert done.requests > 0
    assert done.acts > done.requests
    rows = {row.unit: row for row in told.rows}
    assert {row.records["Visit"] for row in told.rows} == {done.visits}
    assert rows[TOP].records["Request"] == rows[COMMUNITY].records["Request"] == done.requests
    assert 0 < rows[GRID].records["Request"] <= done.requests
    assert rows[TOP].events == rows[COMMUNITY].events
    assert rows[TOP].records["VisitDetails"] == rows[TOP].records["Particulars"] == 0
    assert rows[COMMUNITY].records["Particulars"] == done.requests
    assert rows[GRID].records["Particulars"] == rows[GRID].records["Request"]
    assert rows[COMMUNITY].records["VisitNote"] == rows[TOP].records["VisitNote"] == 0
    assert rows[GRID].records["VisitNote"] > 0
    assert all(row.unsent == 0 for row in told.rows)


def test_offices_above_answered_and_the_grid_sees_it(stores: dict[str, Store]) -> None:
    seen = {
        unit: {
            row.request.number: row.state for row in store.read(caseload.page, caseload.EVERYTHING, 0, 1000)
        }
        for unit, store in stores.items()
    }

    assert seen[COMMUNITY] == seen[TOP]
    assert seen[GRID].items() <= seen[COMMUNITY].items()
    states = seen[GRID].values()
    assert any(state.escalated for state in states)
    assert any(state.resolved_at is not None for state in states)


def test_sheets_carry_the_practice_mark(done: Result) -> None:
    printed = sorted((done.folder / "sheets").glob("*.pdf"))

    assert printed
    for path in printed:
        with pypdfium2.PdfDocument(path) as pdf:
            for page in pdf:
                assert "演示数据" in page.get_textpage().get_text_bounded()


def test_the_ledger_has_a_line_for_each_request(done: Result) -> None:
    sheet = openpyxl.load_workbook(done.folder / f"ledger-{TOP}-2026-11.xlsx").active

    assert sheet is not None
    assert "演示数据" in sheet.cell(1, 1).value
    assert sheet.max_row - 2 == done.requests == done.ledger_lines


def test_the_same_seed_makes_the_same_practice(
    done: Result, stores: dict[str, Store], tmp_path: Path
) -> None:
    again = run.whole_job(tmp_path / "again", "grid", 8, 3)

    assert (again.visits, again.requests, again.acts) == (done.visits, done.requests, done.acts)
    with open_(again, GRID) as store:
        numbers = {row.request.number for row in store.read(caseload.page, caseload.EVERYTHING, 0, 1000)}
    before = {row.request.number for row in stores[GRID].read(caseload.page, caseload.EVERYTHING, 0, 1000)}
    assert numbers == before


def test_work_that_did_not_go_over_is_named(tmp_path: Path) -> None:
    with opened(tmp_path, run.at_hour(date(2026, 11, 2), 9), run.PASSPHRASE) as stations:
        for unit in (TOP, COMMUNITY, GRID):
            stations.make(unit, unit, "陈晓")
        store = stations[GRID]
        store.write(places.save, Estate(unit=GRID, id=new_id(), name="云溪新苑"))

        told = report.of_stations(stations, {"Visit": 1})

    assert not told.all_held
    assert any(COMMUNITY in sentence for sentence in told.differences)
    assert any("走访" in sentence for sentence in told.differences)


def test_the_command_prints_the_table_and_refuses_a_second_time(done: Result, tmp_path: Path) -> None:
    folder = tmp_path / "practice"

    first = command("practice", folder, "--days", "1", "--json")

    assert first.code == 0, first.err
    facts = first.facts
    assert facts["all_held"] is True
    assert facts["differences"] == []
    assert {row["unit"] for row in facts["held"]} == {TOP, COMMUNITY, GRID}
    assert (folder / "passphrase").exists()
    second = command("practice", folder, "--json")
    assert (second.code, second.facts["error"]) == (1, "BookExists")


def test_a_practice_bundle_goes_from_book_to_book_by_command(done: Result, tmp_path: Path) -> None:
    books = tmp_path / "books"
    shutil.copytree(done.folder / "books", books)
    stick = tmp_path / "stick"
    stick.mkdir()

    def at(unit: str, *arguments: str | Path, stdin: str = "") -> list[dict[str, object]]:
        who = ("--as", keys.people(books / unit)[0], "--passphrase-file", done.folder / "passphrase")
        told = command("--book", books / unit, *who, "--json", *arguments, stdin=stdin)
        assert told.code == 0, told.err
        return told.lines

    at(GRID, "record", "estates", stdin='{"name": "和顺家园", "quick": "hsjy"}\n')
    assert at(GRID, "status")[0]["unsent"] == 1
    (sent,) = at(GRID, "export", "--to", stick, "--for", COMMUNITY)
    assert sent["ops"] == 1
    assert at(COMMUNITY, "import", stick, "--preview")[0]["added"] == 1
    assert at(COMMUNITY, "import", stick)[0]["added"] == 1
    assert any(one["name"] == "和顺家园" for one in at(COMMUNITY, "list", "estates"))
    at(COMMUNITY, "export", "--to", stick, "--for", GRID)
    at(GRID, "import", stick)
    assert at(GRID, "status")[0]["all_held"] is True


def test_a_conflict_is_shown_with_both_sides_and_settled_by_command(done: Result, tmp_path: Path) -> None:
    books = tmp_path / "books"
    shutil.copytree(done.folder / "books", books)
    stick = tmp_path / "stick"
    stick.mkdir()
    for unit in (GRID, COMMUNITY):
        with book.open_book(books / unit, keys.people(books / unit)[0], run.PASSPHRASE) as store:
            (row, *_) = store.read(caseload.page, caseload.Wanted(), 0, 1)
            form = store.read(requests.entry, row.request.id)
            hope = f"{unit}：尽快"
            store.write(requests.save, replace(form, particulars=replace(form.particulars, hope=hope)))

    def at(unit: str, *arguments: str | Path) -> list[dict[str, Any]]:
        who = ("--as", keys.people(books / unit)[0], "--passphrase-file", done.folder / "passphrase")
        told = command("--book", books / unit, *who, "--json", *arguments)
        assert told.code == 0, told.err
        return told.lines

    at(GRID, "export", "--to", stick, "--for", COMMUNITY)
    at(COMMUNITY, "import", stick)
    (asked,) = at(COMMUNITY, "conflicts")
    assert asked["kind"] == "conflict"
    assert {side["unit"] for side in asked["sides"]} == {GRID, COMMUNITY}
    (settled,) = at(COMMUNITY, "settle", str(asked["id"]), "theirs", "--reason", "电话核对")
    assert settled["left"] == 0
    assert at(COMMUNITY, "conflicts") == []


def test_a_damaged_log_is_told_in_sentences(done: Result, tmp_path: Path) -> None:
    shutil.copytree(done.folder / "books" / GRID, tmp_path / "book")
    with book.open_book(tmp_path / "book", keys.people(tmp_path / "book")[0], run.PASSPHRASE) as store:
        store.write(_spoil)

    where = ("--book", tmp_path / "book", "--passphrase-file", done.folder / "passphrase", "--json")
    told = command("check", "--deep", *where)

    assert told.code == 1, told.err
    assert len(told.facts["troubles"]) >= 2


def _spoil(session: Session) -> None:
    last = "SELECT max(pos) FROM op WHERE segment IS NOT NULL AND body IS NOT NULL"
    session.connection.exec_driver_sql(f"UPDATE op SET body = x'00' WHERE pos = ({last})")


def test_the_program_tests_itself() -> None:
    told = command("self-test", "--json")

    assert told.code == 0, told.err
    assert all(one["good"] for one in told.lines)
    assert len(told.lines) == 7
