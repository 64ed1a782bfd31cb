"""Every book ever released opens in today's program, with all that was in it."""

import json
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
import sqlcipher3.dbapi2 as cipher

from gridbook.records.base import CLASSES
from gridbook.records.request import Action, Status
from gridbook.store import (
    book,
    checks,
    digest,
    drafts,
    history,
    places,
    preferences,
    prints,
    requests,
    search,
    tables,
    visits,
)
from gridbook.store.book import Store
from gridbook.store.migrations import upgrade
from tests import make
from tests.store import filled

RELEASES = sorted(path.name for path in filled.BOOKS.iterdir() if path.is_dir())


def schema(database: sa.Engine) -> dict[str, list[str]]:
    """The statements of a database, with the lines of a table in an order of their own."""
    with database.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'"
        ).all()
    return {name: sorted(line.strip().rstrip(",") for line in sql.split("\n")) for name, sql in rows}


def test_a_migrated_book_has_the_tables_that_the_records_declare() -> None:
    migrated, declared = (sa.create_engine("sqlite://", module=cipher) for _ in range(2))
    with migrated.begin() as connection:
        upgrade(connection)
    tables.metadata.create_all(declared)

    assert schema(migrated) == schema(declared)


def test_every_class_has_a_table_and_a_number_of_its_own() -> None:
    assert set(tables.CLASS_NUMBERS) == set(CLASSES) == set(tables.RECORDS)
    assert len(set(tables.CLASS_NUMBERS.values())) == len(tables.CLASS_NUMBERS)


@pytest.fixture(params=RELEASES)
def released(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder of a book of an old release."""
    folder = tmp_path / "book"
    shutil.copytree(filled.BOOKS / request.param, folder)
    return folder


def opened(folder: Path) -> Store:
    return book.open_book(folder, filled.PERSON, filled.PASSPHRASE, clock=make.Clock())


def test_a_book_of_an_old_release_holds_what_it_held(released: Path) -> None:
    told = json.loads((released / "digest.json").read_text("utf-8"))

    with opened(released) as store:
        held = store.read(digest.of_book)
        assert {name: held.streams[name] for name in told["streams"]} == told["streams"]
        assert {name: held.rows[name] for name in told["rows"]} == told["rows"]
        assert store.read(checks.troubles, deep=True) == []
        (row,) = store.read(visits.recent)
        assert (row.place, row.note) == ("幸福苑3号楼2单元501", "老人听力不好")
        assert row.details is not None and row.details.next_on == make.TODAY
        (asked, *_) = store.read(search.find, "shannvshi").requests
        view = store.read(requests.get, asked.request.number)
        assert view.state.status is Status.WAITING and view.state.escalated
        assert [one.event.action for one in view.events] == [Action.ACCEPT, Action.ESCALATE]
        assert view.events[0].note == "已电话联系"
        assert [one.contact for one in view.referrals] == ["19900001234"]
        assert view.contact is not None and view.contact.phone == "19900001234"
        assert len(store.read(visits.attempts, filled.BUILDING, "1-202")) == 1
        assert store.read(drafts.get, "visit") is not None
        assert store.read(preferences.value, "visits.columns") == ["number", "door"]
        assert len(store.read(prints.not_keyed_in)) == 2
        assert store.read(places.resolve, "xfy3-4-101").door == "4-101"


def test_a_book_of_an_old_release_is_written_on_in(released: Path) -> None:
    with opened(released) as store:
        door = {"building": filled.BUILDING, "door": "2-501"}
        saved = store.write(visits.save, make.visit_entry(id=b"", number="", details=door))
        assert isinstance(saved, visits.VisitEntry)
        assert saved.visit.number.startswith("0305-26-00")
        assert len(store.read(history.of, "Visit", make.GRID, saved.visit.id)) == 1
