"""Care contacts in the book: due in turn, settled by a visit, renewed, and gone when they are withdrawn."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from gridbook.errors import BadDoor, NotAllowed, NotFound
from gridbook.records.care import CareEntry, Consent, Every, a_year_after
from gridbook.records.visit import VisitOutcome, VisitReason
from gridbook.records.worklist import WorkList
from gridbook.store import (
    audit,
    book,
    care,
    contacts,
    doors,
    drafts,
    held,
    places,
    retention,
    search,
    tables,
    today,
    visits,
    worklists,
)
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.store.worklists import Wish
from tests import make
from tests.store.conftest import PASSPHRASE, WORKER
from tests.store.test_retention import everything

BUILDING = b"\x03" * 16
CANARIES = ("欧阳测试", "19900008888", "诸葛测试", "19900007777")


def agreed(store: Store, **over: object) -> CareEntry:
    return store.write(care.save, make.care_entry(**over))  # type: ignore[arg-type]


def called_on(store: Store, **over: object) -> None:
    given = {"reason": VisitReason.CARE, **over}
    store.write(visits.save, make.visit_entry(id=b"", number="", **given))  # type: ignore[arg-type]


def due_days(store: Store) -> list[date]:
    return [row.due_on for row in store.read(care.due)]


def test_an_agreement_has_a_number_and_its_proof_holds_none_of_it(grid: Store) -> None:
    entry = agreed(grid, emergency=True)

    assert entry.care.number.startswith("0305-26-0001-") and entry.care.unit == make.GRID
    assert grid.read(care.entry, entry.care.number) == entry
    assert entry.consent.id == entry.care.id and entry.consent.number == entry.care.number
    assert entry.emergency is not None and entry.emergency.contact.care == entry.care.id
    row = grid.read(care.get, entry.care.id)
    assert row.place == "幸福苑3号楼2单元501" and row.holds and row.kept_on is None


def test_a_door_that_is_not_there_is_refused(grid: Store) -> None:
    with pytest.raises(BadDoor):
        agreed(grid, door="9-901")


def test_it_falls_due_in_turn_and_a_visit_for_it_settles_it(grid: Store, clock: make.Clock) -> None:
    agreed(grid, every=Every.WEEK)
    assert due_days(grid) == []

    clock.go(days=7)
    assert due_days(grid) == [make.TODAY + timedelta(days=7)]
    called_on(grid, reason=VisitReason.INVITED, visited_on=make.TODAY + timedelta(days=7))
    assert due_days(grid) == [make.TODAY + timedelta(days=7)]

    clock.go(days=2)
    called_on(grid, visited_on=make.TODAY + timedelta(days=9))
    assert due_days(grid) == []
    (row,) = grid.read(care.listed)
    assert row.kept_on == make.TODAY + timedelta(days=9)
    assert row.due_on == make.TODAY + timedelta(days=16)


def test_who_declines_is_left_in_peace_till_the_next_turn(grid: Store, clock: make.Clock) -> None:
    agreed(grid, every=Every.WEEK)
    clock.go(days=7)

    called_on(grid, visited_on=make.TODAY + timedelta(days=7), outcome=VisitOutcome.DECLINED)

    assert due_days(grid) == []


def test_what_is_put_off_is_due_on_the_day_newly_agreed_and_shown_once(
    grid: Store, clock: make.Clock
) -> None:
    agreed(grid, every=Every.WEEK)
    clock.go(days=7)
    new_day = make.TODAY + timedelta(days=10)
    put_off = {"outcome": VisitOutcome.RESCHEDULED, "visited_on": make.TODAY + timedelta(days=7)}
    called_on(grid, **put_off, details={"next_on": new_day})
    assert due_days(grid) == []

    clock.go(days=4)

    assert due_days(grid) == [new_day] == [one.agreed_on for one in grid.read(contacts.due)]
    morning = grid.read(today.of)
    assert [row.due_on for row in morning.care] == [new_day] and not morning.contacts


def test_a_due_contact_shows_in_the_door_view(grid: Store, clock: make.Clock) -> None:
    agreed(grid, every=Every.WEEK)
    clock.go(days=8)

    view = grid.read(doors.view, BUILDING)

    assert [cell.door for floor in view.floors for cell in floor.cells if cell.contact_due] == ["2-501"]


def test_an_agreement_that_is_over_reminds_of_nothing_until_it_is_renewed(
    grid: Store, clock: make.Clock
) -> None:
    entry = agreed(grid, ends_on=make.TODAY + timedelta(days=20), every=Every.WEEK)
    clock.go(days=21)
    now = make.TODAY + timedelta(days=21)
    assert due_days(grid) == []
    (row,) = grid.read(care.listed)
    assert not row.holds

    ends = a_year_after(now)
    grid.write(
        care.save,
        CareEntry(
            replace(entry.care, agreed_on=now, ends_on=ends),
            replace(entry.consent, signed_on=now, ends_on=ends),
        ),
    )

    (row,) = grid.read(care.listed)
    assert row.holds and row.consent.signed_on == now and row.due_on == now + timedelta(days=7)
    assert row.care.number == entry.care.number


def with_canaries(store: Store) -> CareEntry:
    entry = make.care_entry(emergency=True, called=CANARIES[0], phone=CANARIES[1])
    assert entry.emergency is not None
    contact = replace(entry.emergency.contact, called=CANARIES[2], phone=CANARIES[3])
    made = store.write(care.save, replace(entry, emergency=replace(entry.emergency, contact=contact)))
    store.write(drafts.keep, "care", made.care.number, {"called": CANARIES[0]})
    assert all(word in store.read(everything) for word in CANARIES)
    return made


def test_withdrawal_leaves_no_word_in_the_book_and_the_proof_stays(grid: Store) -> None:
    entry = with_canaries(grid)

    assert grid.write(care.withdraw, entry.care.number) == 2

    found = grid.read(everything)
    assert [word for word in CANARIES if word in found] == []
    assert grid.read(care.listed) == [] and due_days(grid) == []
    with pytest.raises(NotFound):
        grid.read(care.get, entry.care.number)
    proof = grid.read(consents)
    assert [one.withdrawn_on for one in proof] == [make.TODAY] * 2
    assert grid.read(audit.recent)[0].action == "withdraw"


def consents(session: Session) -> list[Consent]:
    table = tables.RECORDS["Consent"]
    found = session.connection.execute(table.select()).mappings()
    return [tables.record_of(Consent, row) for row in found]


def test_only_the_emergency_contact_can_be_withdrawn(grid: Store) -> None:
    entry = with_canaries(grid)

    assert grid.write(care.withdraw_emergency, entry.care.id) == 1

    found = grid.read(everything)
    assert [word for word in CANARIES if word in found] == list(CANARIES[:2])
    assert grid.read(care.entry, entry.care.id).emergency is None


def test_another_emergency_contact_takes_the_place_of_the_first(grid: Store) -> None:
    entry = with_canaries(grid)
    other = make.care_entry(emergency=True).emergency

    kept = grid.write(care.save, replace(entry, emergency=other))

    assert grid.read(care.entry, entry.care.id) == kept
    found = grid.read(everything)
    assert [word for word in CANARIES if word in found] == list(CANARIES[:2])


def test_what_was_withdrawn_is_not_written_again(grid: Store) -> None:
    entry = agreed(grid)
    grid.write(care.withdraw, entry.care.id)

    with pytest.raises(NotAllowed):
        grid.write(care.save, entry)

    assert grid.read(rows_held) == 0


def rows_held(session: Session) -> int:
    return len(session.connection.execute(tables.RECORDS["CareContact"].select()).all())


def test_content_goes_a_month_after_the_end_and_the_proof_after_three_years(
    grid: Store, clock: make.Clock
) -> None:
    agreed(grid, ends_on=make.TODAY + timedelta(days=10), emergency=True)
    clock.go(days=40)
    assert grid.write(retention.purge) == {}

    clock.go(days=1)
    assert grid.write(retention.purge) == {"CareContact": 1, "EmergencyContact": 1}
    assert grid.read(rows_held) == 0 and len(grid.read(consents)) == 2

    clock.go(days=1080 - 30)
    assert grid.write(retention.purge)["Consent"] == 2


def test_one_finds_ones_own_agreements_by_name_number_and_telephone(grid: Store) -> None:
    entry = agreed(grid, called="欧阳阿姨")
    number = entry.care.number

    for typed in ("欧阳", "ouyang", "19900005678", number, number[:12]):
        assert [row.care.number for row in grid.read(search.find, typed).agreed] == [number], typed
    grid.write(care.withdraw, number)
    assert grid.read(search.find, "欧阳").nothing and grid.read(search.find, number).nothing


def test_everything_held_about_a_door_tells_of_its_agreement(grid: Store) -> None:
    agreed(grid, emergency=True)

    told = grid.try_out(held.of_door, BUILDING, "2-501")

    (case,) = told.cases
    assert [part.what for part in case.parts].count("同意凭证") == 2
    until = (a_year_after(make.TODAY) + timedelta(days=30)).isoformat()
    assert any(part.what == "紧急联系人信息" and until in part.until for part in case.parts)


def test_a_mistake_is_taken_back_and_leaves_no_proof(grid: Store) -> None:
    entry = with_canaries(grid)

    grid.write(care.undo, entry.care.id)

    assert grid.read(consents) == [] and grid.read(care.listed) == []
    found = grid.read(everything)
    assert [word for word in CANARIES if word in found] == []


def test_lawful_erasure_of_a_door_takes_agreements_and_lists_along(tmp_path: Path, clock: make.Clock) -> None:
    store, _ = book.create(
        tmp_path / "c", make.COMMUNITY, "03社区", WORKER, PASSPHRASE, clock=clock, calibrate=False
    )
    with store:
        estate = make.estate(make.COMMUNITY)
        store.write(places.save, estate, make.building(estate, id=BUILDING))
        agreed(store, emergency=True)
        store.write(worklists.save, make.work_list(make.COMMUNITY, id=b""), [Wish(BUILDING, "2-501")])

        assert store.write(retention.erase_door, BUILDING, "2-501", "本人要求") == 3

        assert store.read(care.listed) == []
        (listing,) = store.read(worklists.of_kind, WorkList)
        assert store.read(worklists.doors, listing) == []
