"""The audit log: content-free, complete, and every row hangs on the one before."""

import pytest
import sqlalchemy as sa

from gridbook.errors import NotAllowed, WrongPassphrase
from gridbook.records.request import Action
from gridbook.store import audit, book, checks, journal, requests, tables
from gridbook.store.book import Store
from gridbook.store.session import Session
from tests import make
from tests.store.conftest import PASSPHRASE, WORKER


def acts(store: Store) -> list[str]:
    return [one.action for one in reversed(store.read(audit.recent))]


def test_opening_and_failed_unlocks_are_noted(grid: Store, clock: make.Clock) -> None:
    grid.close()
    for _ in range(2):
        with pytest.raises(WrongPassphrase):
            book.open_book(grid.folder, WORKER, "not this one", clock=clock)

    with book.open_book(grid.folder, WORKER, PASSPHRASE, clock=clock) as again:
        newest = again.read(audit.recent)
        assert [one.action for one in newest[:2]] == ["open", "failed unlock"]
        assert newest[1].reason == "2"


def test_what_a_role_may_not_do_is_refused_and_noted(grid: Store) -> None:
    asked = grid.write(requests.save, make.request_entry(id=b"", number=""))

    with pytest.raises(NotAllowed):
        grid.write(journal.event, make.GRID, asked.request.id, Action.SUPERVISE, {"reply_due": "2026-12-31"})

    (newest, *_) = grid.read(audit.recent)
    assert (newest.action, newest.reason) == ("refused", "Request event supervise")


@pytest.mark.parametrize("harm", ["change", "take out"])
def test_a_log_that_was_touched_is_noticed(grid: Store, harm: str) -> None:
    for n in range(5):
        grid.write(audit.note, "print", f"0305-26-{n:04}-7K2Q", "visit")
    assert grid.read(audit.holds)

    def touch(session: Session) -> None:
        row = session.connection.execute(sa.select(tables.audit.c.id).offset(2).limit(1)).scalar_one()
        if harm == "change":
            session.connection.execute(
                sa.update(tables.audit).where(tables.audit.c.id == row).values(person="9")
            )
        else:
            session.connection.execute(sa.delete(tables.audit).where(tables.audit.c.id == row))

    grid.write(touch)

    assert not grid.read(audit.holds)
    assert grid.read(checks.troubles) == ["操作日志在程序之外被改动过。"]


def test_taking_old_rows_away_keeps_the_chain(grid: Store, clock: make.Clock) -> None:
    grid.write(audit.note, "print", "0305-26-0001-7K2Q")
    clock.go(days=800)
    grid.write(audit.note, "print", "0305-26-0002-7K2Q")

    gone = grid.write(audit.purge, clock.go(days=-100))

    assert gone >= 1
    assert [one.object for one in grid.read(audit.recent)] == ["0305-26-0002-7K2Q"]
    assert grid.read(audit.holds)
