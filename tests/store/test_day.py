"""A grid worker's day against a real book: save, look up, act, and find it all again after closing."""

from gridbook.records.request import Action, Status
from gridbook.records.visit import Attempt, VisitEntry, VisitOutcome
from gridbook.store import caseload, history, requests, search, today, visits
from gridbook.store.book import Store
from tests import make
from tests.store.conftest import reopened


def test_a_day_of_work_is_all_there_after_reopening(grid: Store, clock: make.Clock) -> None:
    form = make.visit_entry(id=b"", number="", note="老人听力不好")
    asked = make.request_entry(id=b"", number="", limit="")
    saved = grid.write(visits.save, form, [asked])
    assert isinstance(saved, VisitEntry)
    (number,) = saved.details.opened
    grid.write(requests.act, number, Action.ACCEPT)
    clock.go(hours=1)
    state = grid.write(requests.act, number, Action.RESOLVE, {"outcome": "solved"}, "已更换阀门")
    assert state.status is Status.RESOLVED

    again = reopened(grid, clock)
    try:
        (row,) = again.read(visits.recent)
        assert row.visit.number.startswith("0305-26-0001-")
        assert row.note == "老人听力不好"
        assert row.place == "幸福苑3号楼2单元501"
        view = again.read(requests.get, number)
        assert [one.event.action for one in view.events] == [Action.ACCEPT, Action.RESOLVE]
        assert view.events[1].note == "已更换阀门"
        assert view.likely is Action.FEED_BACK
        assert [one.kind for one in again.read(history.of, "Request", make.GRID, view.request.id)] == [
            "登记",
            "受理",
            "办结",
        ]
        assert again.read(caseload.to_finish)[0].request.number == number
        assert again.read(today.of).to_finish
        for typed in ("王", "wns", "wangnvshi", "19900001234", "3-2-501", number, "2"):
            assert not again.read(search.find, typed).nothing, typed
    finally:
        again.close()


def test_not_in_stays_on_this_pc_and_writes_no_op(grid: Store) -> None:
    before = grid.standing.ops
    form = make.visit_entry(id=b"", number="", outcome=VisitOutcome.NOT_IN, details={"items": ()})

    made = grid.write(visits.save, form)

    assert isinstance(made, Attempt)
    assert grid.standing.ops == before
    assert grid.read(visits.attempts, b"\x03" * 16, "2-501") == [made]
