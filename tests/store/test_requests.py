"""Requests in the book: written, acted on, listed, told to others."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gridbook.errors import BadDoor, BadValue, BadWording, NotAllowed, NotFound
from gridbook.records.request import Action, EventNote, Pressing, RequestEntry, Status
from gridbook.records.staff import Role
from gridbook.store import book, caselist, caseload, journal, requests, search, staff, tables
from gridbook.store.book import Store
from gridbook.store.caselist import Which
from gridbook.store.requests import Telling
from tests import make
from tests.store.conftest import PASSPHRASE, WORKER


@pytest.fixture
def community(tmp_path: Path, clock: make.Clock) -> Iterator[Store]:
    """The open book of the community above the grid."""
    store, _ = book.create(
        tmp_path / "community", make.COMMUNITY, "03社区", WORKER, PASSPHRASE, clock=clock, calibrate=False
    )
    yield store
    store.close()


def saved(store: Store, unit: str = make.GRID, **over: Any) -> RequestEntry:
    place = {} if store.unit == make.GRID else {"building": None, "door": ""}
    particulars = {**place, **over.pop("particulars", {})}
    return store.write(
        requests.save, make.request_entry(unit, id=b"", number="", particulars=particulars, **over)
    )


def test_number_limit_and_estate_are_filled_in(grid: Store) -> None:
    entry = saved(grid, limit="")

    assert entry.request.number.startswith("0305-26-0001-")
    assert entry.request.limit == "5"
    assert entry.request.estate is not None
    assert entry.contact is not None and entry.contact.id == entry.request.id
    assert grid.read(requests.entry, entry.request.number) == entry


def test_numbers_run_on_and_are_never_given_twice(grid: Store, clock: make.Clock) -> None:
    first = saved(grid).request.number
    second = saved(grid).request.number
    assert (first[8:12], second[8:12]) == ("0001", "0002")

    # As after a restore: the counter lies behind what came back.
    grid.write(lambda session: setattr(session.standing, "numbers", {}))
    third = saved(grid).request.number
    assert third[8:12] == "0003"

    clock.go(days=60)
    assert saved(grid).request.number.startswith("0305-27-0001-")


def test_a_request_is_found_by_its_number_however_it_was_typed(grid: Store) -> None:
    entry = saved(grid)
    number = entry.request.number
    for typed in (number.lower(), f" {number} ", number[:12], number.replace("-", " "), "０３０５-26-1"):
        assert grid.read(requests.find, typed) == entry.request
    with pytest.raises(NotFound):
        grid.read(requests.find, "0305-26-0777-AAAA")
    with pytest.raises(NotFound):
        grid.read(requests.find, "'; DROP TABLE request; --")


def test_what_the_form_may_not_hold_writes_nothing(grid: Store) -> None:
    before = grid.standing.ops
    with pytest.raises(BadValue):
        saved(grid, category="Z99")
    with pytest.raises(BadDoor):
        saved(grid, particulars={"door": "9-999"})
    with pytest.raises(NotFound):
        saved(grid, particulars={"building": b"\x09" * 16})
    with pytest.raises(BadValue):
        saved(grid, particulars={"title": "长" * 31})
    assert grid.standing.ops == before
    assert grid.read(caseload.count) == 0


def test_a_changed_form_sets_only_what_changed(grid: Store) -> None:
    entry = saved(grid)
    pressing = make.change(entry.request, pressing=Pressing.URGENT)
    changed = RequestEntry(pressing, entry.particulars, entry.contact)

    before = grid.standing.ops
    grid.write(requests.save, changed)
    grid.write(requests.save, changed)

    assert grid.standing.ops == before + 1
    assert grid.read(requests.find, entry.request.id).pressing is Pressing.URGENT


def test_a_telephone_taken_out_of_the_form_is_gone_and_can_come_back(grid: Store) -> None:
    made = saved(grid)
    assert made.contact is not None
    phone = made.contact.phone

    grid.write(requests.save, replace(made, contact=None))
    assert not getattr(grid.read(requests.entry, made.request.id).contact, "phone", "")
    assert grid.read(search.find, phone).nothing

    grid.write(requests.save, made)
    again = grid.read(requests.entry, made.request.id).contact
    assert again is not None and again.phone == phone


def test_a_whole_life_is_told_in_order(grid: Store, clock: make.Clock) -> None:
    number = saved(grid).request.number
    steps: list[tuple[Action, dict[str, Any]]] = [
        (Action.ACCEPT, {}),
        (Action.SUSPEND, {"reason": "waiting for material"}),
        (Action.RESUME, {}),
        (Action.RESOLVE, {"outcome": "solved"}),
        (Action.FEED_BACK, {}),
        (Action.FOLLOW_UP, {"satisfaction": "satisfied", "solved": True}),
        (Action.CLOSE, {}),
        (Action.REOPEN, {"reason": "not lasting"}),
    ]
    for action, given in steps:
        clock.go(hours=1)
        assert action in grid.read(requests.actions, number)
        grid.write(requests.act, number, action, given)

    view = grid.read(requests.get, number)
    assert [one.event.action for one in view.events] == [action for action, _ in steps]
    assert {one.person for one in view.events} == {WORKER}
    assert {one.office for one in view.events} == {"03社区-05网格"}
    assert view.state.status is Status.ACCEPTED and view.state.reopened == 1
    assert view.actions[0] is view.likely is Action.RESOLVE


def test_an_action_that_is_not_allowed_now_changes_nothing(grid: Store) -> None:
    number = saved(grid).request.number
    before = grid.read(requests.get, number)

    for action, given in ((Action.CLOSE, {}), (Action.RESOLVE, {"outcome": "solved"}), (Action.SIGN, {})):
        with pytest.raises(NotAllowed):
            grid.write(requests.act, number, action, given)
    with pytest.raises(BadValue):
        grid.write(requests.act, number, Action.ACCEPT, {"lead": make.GRID})

    assert grid.read(requests.get, number) == before


def test_a_request_is_not_handed_to_an_office_that_cannot_see_it(community: Store) -> None:
    number = saved(community, make.GRID).request.number
    assert number.startswith("0300-26-")
    community.write(requests.act, number, Action.ACCEPT)

    with pytest.raises(NotAllowed, match="收不到"):
        community.write(requests.act, number, Action.ASSIGN, {"lead": make.OTHER_GRID})

    state = community.write(requests.act, number, Action.ASSIGN, {"lead": make.GRID})
    assert state.lead == make.GRID
    (waiting,) = community.read(caseload.waiting_for_others)
    assert waiting.row.request.number == number and waiting.days == 0
    assert Action.SIGN not in community.read(requests.actions, number)


@pytest.mark.parametrize(
    ("given", "note"),
    [({"body": "派出所，户主是重点人员"}, ""), ({"body": "派出所"}, "户主是重点人员")],
)
def test_no_step_writes_down_what_the_book_never_records(
    community: Store, given: dict[str, str], note: str
) -> None:
    request = saved(community, unit=make.COMMUNITY).request

    with pytest.raises(BadWording) as refused:
        community.write(requests.act, request.id, Action.DECLINE, given, note)

    assert "重点" not in refused.value.sentence()
    assert community.read(requests.get, request.id).state.status is Status.REGISTERED


def test_a_telling_is_trimmed_by_its_sender(grid: Store) -> None:
    number = saved(grid).request.number
    draft = grid.read(requests.draft_telling, number)
    assert "2单元501" in draft.text and "卧室屋顶漏水" in draft.text

    grid.write(requests.act, number, Action.ESCALATE, telling=Telling(" 屋顶漏水，需物业配合 "))

    (referral,) = grid.read(requests.get, number).referrals
    assert (referral.text, referral.contact) == ("屋顶漏水，需物业配合", "")


def test_lists_hold_what_their_names_say(grid: Store, clock: make.Clock) -> None:
    due = saved(grid, limit="1").request
    later = saved(grid, limit="10").request
    done = saved(grid).request
    grid.write(requests.act, done.number, Action.SETTLE)

    def ids(rows: Any) -> list[bytes]:
        return [row.request.id for row in rows]

    assert ids(grid.read(caseload.open_cases)) == [due.id, later.id]
    by_due = [due.id, done.id, later.id]
    assert grid.read(caselist.ids, Which.ALL, caseload.EVERYTHING, "due") == b"".join(by_due)
    turned = grid.read(caselist.ids, Which.ALL, caseload.EVERYTHING, "due", backwards=True)
    assert turned == b"".join(by_due[::-1])
    assert grid.read(caselist.ids, Which.IN_HAND, caseload.EVERYTHING) == due.id + later.id
    assert grid.read(caselist.ids, Which.INBOX, caseload.EVERYTHING) == b""
    assert ids(grid.read(caseload.registered)) == [due.id, later.id]
    assert ids(grid.read(caseload.to_finish)) == [done.id]
    assert ids(grid.read(caseload.due)) == []
    assert ids(grid.read(caseload.due, date(2026, 11, 24))) == [due.id]
    clock.go(days=2)
    assert ids(grid.read(caseload.overdue)) == [due.id]
    assert grid.read(caseload.count, caseload.Wanted(overdue=True)) == 1
    assert ids(grid.read(caseload.page, caseload.Wanted(open=False), 0, 10)) == [done.id]
    assert ids(grid.read(caseload.page, caseload.EVERYTHING, 1, 1)) == [later.id]
    assert len(grid.read(caseload.of_door, b"\x03" * 16, "2-501")) == 3

    grid.write(requests.act, due.number, Action.ACCEPT)
    grid.write(requests.act, due.number, Action.SUSPEND, {"reason": "weather"})
    assert ids(grid.read(caseload.overdue)) == []
    assert not grid.read(caseload.inbox)


def test_a_second_request_of_the_kind_at_one_door_is_noticed(grid: Store) -> None:
    first = saved(grid)
    second = make.request_entry(id=b"", number="")
    elsewhere = make.request_entry(id=b"", number="", particulars={"door": "2-502"})

    (like,) = grid.read(caseload.alike, second.request, second.particulars)

    assert like.request.id == first.request.id
    assert not grid.read(caseload.alike, elsewhere.request, elsewhere.particulars)
    assert not grid.read(caseload.alike, first.request, first.particulars)


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.COMMUNITY_LEAD, True), (Role.COMMUNITY_DESK, False)],
)
def test_only_a_lead_declines_and_extends(community: Store, role: Role, may: bool) -> None:
    number = saved(community, make.COMMUNITY).request.number
    arguments = (community.folder, community.keys, "李敏", role, "another passphrase")
    community.write(staff.add, *arguments, calibrate=False)
    community.switch("李敏")

    assert (Action.DECLINE in community.read(requests.actions, number)) is may
    if not may:
        with pytest.raises(NotAllowed):
            community.write(requests.act, number, Action.DECLINE, {"body": "市供水公司"})


def test_words_written_about_a_case_cannot_be_changed_behind_its_back(grid: Store) -> None:
    number = saved(grid).request.number
    grid.write(requests.act, number, Action.ACCEPT, note="已电话联系")
    (note,) = [
        tables.record_of(EventNote, row)
        for row in grid.read(
            lambda session: session.connection.execute(tables.RECORDS["EventNote"].select()).mappings().all()
        )
    ]

    with pytest.raises(NotAllowed):
        grid.write(journal.save, make.change(note, text="别的话"))


def test_hostile_text_is_kept_as_text(grid: Store) -> None:
    hostile = "'); DROP TABLE visit; -- <b>%s</b> {x}"
    entry = saved(grid, particulars={"text": hostile, "hope": "=cmd|' /C calc'!A0"})

    held = grid.read(requests.entry, entry.request.id)

    assert held.particulars.text == hostile
    assert grid.read(caseload.count) == 1
