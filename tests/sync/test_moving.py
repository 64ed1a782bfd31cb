"""Work handed over from grid to grid, fault 47: one matter everywhere, counted once, nothing lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridbook.errors import GridbookError, NotAllowed, NotFound
from gridbook.records.request import Action, Outcome, Particulars, Pressing, Reason, Request, Status
from gridbook.reports import ledger
from gridbook.store import caseload, digest, journal, moving, numbers, places, requests, search, signing
from gridbook.store.moving import Done
from gridbook.store.requests import RequestView
from gridbook.sync import take
from tests import make
from tests.sync.offices import COMMUNITY, FAR_GRID, GRID, OTHER_GRID, SUBDISTRICT, Offices

NEAR = (GRID, OTHER_GRID, COMMUNITY, SUBDISTRICT)


@pytest.fixture
def offices(six: Offices, tmp_path: Path) -> Iterator[Offices]:
    made = six.copied(tmp_path, *NEAR)
    yield made
    made.close()


def known(offices: Offices, **fields: object) -> Request:
    """A request of the grid that its community holds."""
    asked = offices.request(**fields)
    offices.carry(GRID, COMMUNITY)
    return asked


def handed(offices: Offices, *asked: Request, to: str = OTHER_GRID, by: str = COMMUNITY) -> Done:
    """Hand cases over; they have to go."""
    offices.clock.go(minutes=5)
    done = offices[by].write(moving.cases, [one.id for one in asked], to, Reason.BOUNDARY)
    assert not done.left
    return done


def view(offices: Offices, unit: str, request: Request) -> RequestView:
    return offices[unit].read(requests.get, request.id)


def carried(offices: Offices, *among: str) -> None:
    """Sticks go up from each of these offices, then down again."""
    for unit in sorted(among or NEAR, key=len, reverse=True)[:-1]:
        offices.carry(unit, unit[:-3])
    for unit in sorted(among or NEAR, key=len)[1:]:
        offices.carry(unit[:-3], unit)


def rounds(offices: Offices, *among: str) -> None:
    """A round of sticks; then the rows of every stream are equal at all offices that hold it."""
    among = among or NEAR
    carried(offices, *among)
    rows = {unit: offices[unit].read(digest.of_book).rows for unit in among}
    for unit, held in rows.items():
        for other, theirs in rows.items():
            for name in held.keys() & theirs.keys():
                assert held[name] == theirs[name], (unit, other, name)


def listed(offices: Offices, unit: str) -> list[str]:
    """The numbers of all requests as that office lists them, each with those that are one matter with it."""
    found = offices[unit].read(caseload.page, caseload.EVERYTHING, 0, 100)
    return [" = ".join((row.request.number, *sorted(row.also))) for row in found]


def test_47_a_case_goes_on_in_the_other_grid_and_above_it_is_one_matter(offices: Offices) -> None:
    asked = known(offices, pressing=Pressing.URGENT)
    offices.act(GRID, asked, Action.ACCEPT)
    remark = offices.act(GRID, asked, Action.SUSPEND, reason=str(Reason.MATERIAL))
    offices.note(GRID, asked, remark, "等待水管配件")
    offices.carry(GRID, COMMUNITY)
    before = view(offices, COMMUNITY, asked)

    (moved,) = handed(offices, asked).moved
    rounds(offices)

    there = view(offices, OTHER_GRID, moved.now)
    assert there.state == make.change(before.state, lead=OTHER_GRID)
    assert there.state.due_at == before.state.due_at and there.state.suspended_since is not None
    assert there.request.registered_at == asked.registered_at
    assert there.particulars is not None and there.particulars.text == "楼上漏水到厨房"
    assert there.contact is not None and there.contact.phone == "19900000001"
    assert [one.event.action for one in there.events] == [Action.ACCEPT, Action.SUSPEND, Action.CONTINUE]
    assert there.events[1].note == "等待水管配件"
    assert there.events[2].event.given["was"] == asked.number
    here = view(offices, GRID, asked)
    assert (here.state.status, here.state.outcome) == (Status.CLOSED, Outcome.MOVED)
    assert here.state.into == moved.now.number
    assert here.particulars is not None and len(here.events) == 3
    both = f"{moved.now.number} = {asked.number}"
    assert listed(offices, SUBDISTRICT) == listed(offices, COMMUNITY) == [both]
    assert listed(offices, GRID) == [asked.number] and listed(offices, OTHER_GRID) == [moved.now.number]
    offices[OTHER_GRID].write(requests.act, moved.now.id, Action.RESUME)
    offices[OTHER_GRID].write(requests.act, moved.now.id, Action.RESOLVE, {"outcome": "solved"})
    rounds(offices)
    assert offices.status(SUBDISTRICT, moved.now) == "resolved"


def test_47_the_ledger_and_the_counts_above_have_one_case(offices: Offices) -> None:
    asked = known(offices)
    handed(offices, asked)
    carried(offices)

    for unit in (COMMUNITY, SUBDISTRICT):
        assert len(offices[unit].read(ledger.of_month, "2026-11").lines) == 1
        assert offices[unit].read(caseload.count) == 1
        assert offices[unit].read(caseload.count, caseload.Wanted(open=True)) == 1
    assert offices[GRID].read(caseload.count, caseload.Wanted(open=True)) == 0


def test_47_a_case_that_comes_back_is_one_matter_in_the_grid_that_had_it_first(offices: Offices) -> None:
    asked = known(offices)
    (there,) = handed(offices, asked).moved
    rounds(offices)
    offices.act(OTHER_GRID, there.now, Action.ACCEPT)
    offices.carry(OTHER_GRID, COMMUNITY)

    (back,) = handed(offices, there.now, to=GRID).moved
    rounds(offices)

    numbers_ = sorted((asked.number, there.now.number))
    assert listed(offices, SUBDISTRICT) == [" = ".join((back.now.number, *numbers_))]
    assert listed(offices, GRID) == [f"{back.now.number} = {asked.number}"]
    assert listed(offices, OTHER_GRID) == [there.now.number]
    told = [one.event.action for one in view(offices, GRID, back.now).events]
    assert told == [Action.CONTINUE, Action.ACCEPT, Action.CONTINUE]
    state = view(offices, GRID, back.now).state
    assert (state.status, state.lead) == (Status.ACCEPTED, GRID)
    assert view(offices, GRID, asked).state.into == there.now.number


def test_47_all_cases_of_a_grid_go_with_one_list_which_the_other_grid_signs(offices: Offices) -> None:
    first, second = offices.request(), offices.request()
    done = offices.request()
    offices.act(GRID, done, Action.SETTLE)
    closed = offices.request()
    offices.act(GRID, closed, Action.WITHDRAW)
    offices.act(GRID, closed, Action.FEED_BACK)
    offices.act(GRID, closed, Action.CLOSE)
    offices.carry(GRID, COMMUNITY)

    made = offices[COMMUNITY].write(moving.grid, GRID, OTHER_GRID, Reason.BOUNDARY)
    carried(offices)

    (record,) = made.records
    assert len(record.numbers) == 3
    assert sorted(record.were) == sorted(one.number for one in (first, second, done))
    (act,) = offices[OTHER_GRID].read(signing.acts, waiting=True)
    assert act.waiting == record.numbers
    with pytest.raises(NotFound):
        offices[OTHER_GRID].write(signing.take, ["0305-26-9999"])
    one = record.numbers[0]
    assert offices[OTHER_GRID].write(signing.take, [one.rpartition("-")[0]]) == [one]
    assert len(offices[OTHER_GRID].write(signing.take)) == 2
    rounds(offices)
    (signed,) = offices[COMMUNITY].read(signing.acts)
    assert signed.waiting == () and signed.record.signed_at is not None
    assert offices[SUBDISTRICT].read(signing.acts, waiting=True) == []


def test_47_nobody_signs_in_the_name_of_the_new_grid(offices: Offices) -> None:
    (record,) = handed(offices, known(offices)).records

    with pytest.raises(NotAllowed):
        offices[COMMUNITY].write(journal.save, make.change(record, signed=record.numbers))
    rounds(offices)
    with pytest.raises(NotAllowed):
        offices[OTHER_GRID].write(journal.delete, record, "")


def test_47_a_case_is_handed_over_once_and_its_old_record_is_only_read(offices: Offices) -> None:
    asked = known(offices)
    (moved,) = handed(offices, asked).moved

    again = offices[COMMUNITY].write(moving.cases, [asked.id], OTHER_GRID, Reason.BOUNDARY)
    rounds(offices)

    assert not again.records
    assert moved.now.number in again.left[0].error.message
    for unit in (GRID, COMMUNITY):
        with pytest.raises(NotAllowed, match=moved.now.number):
            offices[unit].write(requests.act, asked.id, Action.REOPEN, {"reason": "not done"})
        with pytest.raises(NotAllowed, match=moved.now.number):
            offices[unit].write(requests.save, offices[unit].read(requests.entry, asked.id))


def test_47_only_the_lead_of_the_lowest_office_above_both_hands_over(offices: Offices) -> None:
    asked = known(offices)
    offices.carry(COMMUNITY, SUBDISTRICT)

    for unit, giver, to in (
        (GRID, GRID, OTHER_GRID),
        (COMMUNITY, GRID, FAR_GRID),
        (SUBDISTRICT, GRID, OTHER_GRID),
        (COMMUNITY, GRID, COMMUNITY),
        (COMMUNITY, GRID, GRID),
    ):
        with pytest.raises(GridbookError):
            offices[unit].write(moving.grid, giver, to, Reason.BOUNDARY)
    with pytest.raises(GridbookError):
        offices[COMMUNITY].write(moving.grid, GRID, OTHER_GRID, Reason.WEATHER)
    with pytest.raises(NotAllowed):
        offices[COMMUNITY].write(
            requests.act, asked.id, Action.HAND_OVER, {"to": OTHER_GRID, "into": "x", "reason": "boundary"}
        )
    assert offices.status(COMMUNITY, asked) == "registered"


def test_47_a_case_with_an_open_conflict_waits_until_it_is_settled(offices: Offices) -> None:
    asked, other = known(offices), known(offices)
    offices[GRID].write(journal.save, make.change(asked, pressing=Pressing.URGENT))
    offices[COMMUNITY].write(journal.save, make.change(asked, pressing=Pressing.EMERGENCY))
    offices.carry(GRID, COMMUNITY)

    done = offices[COMMUNITY].write(moving.grid, GRID, OTHER_GRID, Reason.BOUNDARY)

    assert [one.was.number for one in done.moved] == [other.number]
    assert [one.number for one in done.left] == [asked.number]


def test_47_a_hand_over_that_comes_before_the_case_itself_waits_for_it(offices: Offices) -> None:
    asked = offices.request()
    alone = offices.bundle(GRID, COMMUNITY)
    take.take(offices[COMMUNITY], alone)
    (moved,) = handed(offices, asked).moved
    offices.carry(COMMUNITY, OTHER_GRID)

    assert view(offices, OTHER_GRID, moved.now).state.status is Status.REGISTERED
    seen = offices[COMMUNITY].read(journal.history, "Request", GRID, asked.id)
    rule = journal.CLASSES["Request"]
    without = journal.fold(rule, GRID, seen[1:])
    assert without.fields is None and next(one.kind for one in without.findings) == "waiting"
    whole = journal.fold(rule, GRID, [*seen[1:], seen[0]])
    assert whole.fields is not None and whole.alias == moved.now.id
    rounds(offices)


def test_47_the_new_grid_knows_the_address_and_finds_the_case_by_name(offices: Offices) -> None:
    estate = make.estate()
    held = make.building(estate)
    offices[GRID].write(places.save, estate, held)
    asked = offices.request(estate=estate.id)
    where = Particulars(
        unit=GRID, id=asked.id, called="王女士", title="厨房漏水", building=held.id, door="2-501"
    )
    offices[GRID].write(journal.save, where)
    offices.carry(GRID, COMMUNITY)

    (moved,) = handed(offices, asked).moved
    rounds(offices)

    assert view(offices, OTHER_GRID, moved.now).place == "幸福苑3号楼2单元501"
    for unit in (OTHER_GRID, COMMUNITY):
        (found,) = offices[unit].read(search.find, "wangnvshi").requests
        assert found.request.number == moved.now.number
    assert len(offices[COMMUNITY].read(places.buildings)) == 1
    assert numbers.read(moved.now.number) == moved.now.number
