"""What is over goes by itself, in every corner of the book; facts stay."""

from pathlib import Path
from typing import Any

import pytest

from gridbook.errors import NotAllowed
from gridbook.records.request import Action
from gridbook.records.visit import VisitEntry, VisitOutcome
from gridbook.store import audit, book, drafts, history, prints, requests, retention, search, tables, visits
from gridbook.store.book import Store
from gridbook.store.ops import unpack
from gridbook.store.requests import Telling
from gridbook.store.session import Session
from tests import make
from tests.store.conftest import PASSPHRASE, WORKER


def closed_request(grid: Store, **over: object) -> str:
    entry = make.request_entry(id=b"", number="", **over)  # type: ignore[arg-type]
    number = grid.write(requests.save, entry).request.number
    grid.write(requests.act, number, Action.SETTLE, note="当场修好")
    grid.write(requests.act, number, Action.FEED_BACK)
    grid.write(requests.act, number, Action.CLOSE)
    return number


def bodies(session: Session, class_name: str) -> int:
    log = tables.op
    found = session.connection.execute(
        log.select().where(log.c["class"] == tables.CLASS_NUMBERS[class_name], log.c.body.is_not(None))
    )
    return len(found.all())


def everything(session: Session) -> str:
    """Every cell of every table, with the bodies of ops unpacked."""
    texts = []
    for name in tables.metadata.tables:
        for row in session.run(f'SELECT * FROM "{name}"'):
            for cell in row:
                if isinstance(cell, bytes):
                    texts.append(cell.decode("utf-8", "replace"))
                else:
                    texts.append(str(cell))
    bodies = session.run("SELECT body FROM op WHERE body IS NOT NULL")
    return "\n".join((*texts, *(unpack(body).decode("utf-8", "replace") for (body,) in bodies)))


CANARIES = ("欧阳测试", "19900008888", "金丝雀标题", "金丝雀正文", "金丝雀期望", "金丝雀备注", "金丝雀转告")


def with_canaries(store: Store, unit: str, place: dict[str, Any]) -> str:
    """A closed request with a canary in every field of every class that may hold a word."""
    words = {"called": CANARIES[0], "title": CANARIES[2], "text": CANARIES[3], "hope": CANARIES[4]}
    entry = make.request_entry(unit, id=b"", number="", particulars={**place, **words}, phone=CANARIES[1])
    number = store.write(requests.save, entry).request.number
    store.write(requests.act, number, Action.SETTLE, None, CANARIES[5], Telling(CANARIES[6]))
    store.write(requests.act, number, Action.FEED_BACK)
    store.write(requests.act, number, Action.CLOSE)
    store.write(drafts.keep, "request", number, {"called": CANARIES[0]})
    found = store.read(everything)
    assert all(word in found for word in CANARIES)
    return number


def test_after_the_purge_no_word_is_left_in_any_corner_of_the_book(grid: Store, clock: make.Clock) -> None:
    with_canaries(grid, make.GRID, {})
    clock.go(days=721)

    grid.write(retention.purge)

    found = grid.read(everything)
    assert [word for word in CANARIES if word in found] == []


def test_contact_goes_after_six_months_and_words_after_twenty_four(grid: Store, clock: make.Clock) -> None:
    number = closed_request(grid)
    kept = grid.read(requests.get, number)

    clock.go(days=181)
    assert grid.write(retention.purge) == {"Contact": 1}
    assert grid.read(requests.get, number).contact is None
    assert grid.read(requests.get, number).particulars == kept.particulars

    clock.go(days=545)
    counts = grid.write(retention.purge)
    assert counts["Particulars"] == 1 and counts["EventNote"] == 1
    view = grid.read(requests.get, number)
    assert view.particulars is None
    assert [one.note for one in view.events] == ["", "", ""]
    assert view.state == kept.state
    assert grid.read(search.find, "王").nothing
    for name in ("Particulars", "Contact", "EventNote"):
        assert grid.read(bodies, name) == 0
    assert not view.findings
    assert grid.read(history.of, "Particulars", make.GRID, view.request.id)[0].erased


def test_an_open_request_keeps_its_words_however_old(grid: Store, clock: make.Clock) -> None:
    number = grid.write(requests.save, make.request_entry(id=b"", number="")).request.number
    clock.go(days=4000)

    grid.write(retention.purge, thorough=True)

    assert grid.read(requests.get, number).contact is not None


def test_notes_details_attempts_drafts_and_prints_go_in_their_time(grid: Store, clock: make.Clock) -> None:
    grid.write(visits.save, make.visit_entry(id=b"", number="", note="只给自己看"))
    grid.write(
        visits.save, make.visit_entry(id=b"", number="", outcome=VisitOutcome.NOT_IN, details={"items": ()})
    )
    grid.write(drafts.keep, "visit", "", {"note": "半张表"})
    grid.write(prints.log, "visit", ["0305-26-0001-7K2Q"])

    clock.go(days=15)
    assert grid.write(retention.purge) == {"attempt": 1}
    clock.go(days=76)
    assert grid.write(retention.purge) == {"draft": 1}
    clock.go(days=275)
    assert grid.write(retention.purge) == {"VisitNote": 1}
    clock.go(days=360)
    counts = grid.write(retention.purge)
    assert counts["VisitDetails"] == 1 and counts["printed"] == 1
    (row,) = grid.read(visits.recent)
    assert row.details is None and row.note == ""


def test_what_was_undone_goes_too(grid: Store, clock: make.Clock) -> None:
    entry = grid.write(visits.save, make.visit_entry(id=b"", number="", note="只给自己看"))
    assert isinstance(entry, VisitEntry)
    grid.write(visits.undo, entry.visit.id)
    clock.go(days=800)

    grid.write(retention.purge)

    assert grid.read(bodies, "VisitNote") == 0
    assert grid.read(bodies, "VisitDetails") == 0


def test_a_clock_far_ahead_lets_nothing_go_early(grid: Store, clock: make.Clock) -> None:
    number = closed_request(grid)

    def signed(session: Session) -> None:
        session.standing.newest_signed = int(session.now().timestamp() * 1000)

    grid.write(signed)
    clock.go(days=365 * 70)

    grid.write(retention.purge, thorough=True)

    assert grid.read(requests.get, number).contact is not None
    assert retention.SIGNED_DAYS == 31


def test_the_purge_runs_once_a_day_and_says_what_went(grid: Store, clock: make.Clock) -> None:
    closed_request(grid)
    clock.go(days=200)

    assert grid.write(retention.daily) == {"Contact": 1}
    assert grid.write(retention.daily) == {}
    assert any(one.action == "purge" and one.reason == "Contact 1" for one in grid.read(audit.recent))


def test_a_grid_worker_does_not_erase(grid: Store) -> None:
    number = closed_request(grid)

    with pytest.raises(NotAllowed):
        grid.write(retention.erase_request, number, "resident asked")

    assert grid.read(requests.get, number).particulars is not None


def test_an_erased_request_leaves_no_word_in_the_book(tmp_path: Path, clock: make.Clock) -> None:
    store, _ = book.create(
        tmp_path / "c",
        make.COMMUNITY,
        "03社区",
        WORKER,
        PASSPHRASE,
        clock=clock,
        calibrate=False,
    )
    with store:
        number = with_canaries(store, make.COMMUNITY, {"building": None, "door": "", "spot": "花坛"})

        assert store.write(retention.erase_request, number, "resident asked") == 4

        found = store.read(everything)
        assert [word for word in CANARIES if word in found] == []
        view = store.read(requests.get, number)
        assert view.particulars is None and view.contact is None and not view.findings
        assert store.read(search.find, "欧阳").nothing
        assert view.state.closed_at is not None
