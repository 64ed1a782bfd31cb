"""Revoked stations, quarantine and lost sticks: what a person can see and do, and what stays believed."""

import shutil
from pathlib import Path

import pytest

from gridbook.errors import GridbookError, NotAllowed
from gridbook.sync import drills, export, quarantine, stations, take
from tests.sync.offices import COMMUNITY, FAR_GRID, GRID, SUBDISTRICT, Offices


@pytest.fixture
def lost(offices: Offices, tmp_path: Path) -> Offices:
    """A grid whose PC was lost after the subdistrict had all of its work; the thief's copy writes on."""
    offices.visit()
    offices.round()
    offices[SUBDISTRICT].write(drills.revoke, offices[SUBDISTRICT], GRID, "电脑丢失")
    return offices


def test_24_a_revoked_station_is_believed_up_to_what_was_held_and_no_further(lost: Offices) -> None:
    lost.visit()
    late = lost.bundle(GRID, COMMUNITY)
    lost.carry(SUBDISTRICT, COMMUNITY)

    (told,) = take.from_stick(lost[COMMUNITY], late.parent)

    assert told.error is not None and told.error.situation == "UnknownSender"
    assert lost.count(COMMUNITY, "visit") == 1


def test_24_what_a_revoked_station_signed_late_is_kept_apart_when_another_brings_it(lost: Offices) -> None:
    lost.visit()
    lost.carry(GRID, COMMUNITY)
    assert lost.count(COMMUNITY, "visit") == 2

    (told,) = lost.carry(COMMUNITY, SUBDISTRICT)

    assert {reason for reason, _ in told.refused} == {"revoked"}
    assert lost.count(SUBDISTRICT, "visit") == 1
    (shown, *_) = drills.quarantined(lost[SUBDISTRICT])
    assert (shown.author, shown.sender, shown.reason) == (GRID, COMMUNITY, "revoked")
    assert shown.bytes > 0


def test_24_earlier_work_is_still_believed_at_an_office_that_sees_it_for_the_first_time(
    offices: Offices, tmp_path: Path
) -> None:
    offices.visit()
    offices.round()
    offices.books.pop(COMMUNITY).close()
    shutil.rmtree(offices.folder / COMMUNITY)
    for unit in (GRID, COMMUNITY):
        offices[SUBDISTRICT].write(drills.revoke, offices[SUBDISTRICT], unit, "电脑丢失")
    offices.make(COMMUNITY)
    offices.join(COMMUNITY)

    (told,) = offices.carry(SUBDISTRICT, COMMUNITY)

    assert told.error is None and told.refused == []
    assert offices.count(COMMUNITY, "visit") == 1


def test_31_a_new_pc_of_a_revoked_station_joins_again_and_is_refilled(lost: Offices) -> None:
    lost.carry(SUBDISTRICT, COMMUNITY)
    lost.books.pop(GRID).close()
    shutil.rmtree(lost.folder / GRID)

    lost.make(GRID)
    lost.join(GRID)
    lost.carry(COMMUNITY, SUBDISTRICT)
    lost.carry(SUBDISTRICT, COMMUNITY)
    lost.carry(COMMUNITY, GRID)
    lost.visit()
    lost.round()

    assert {lost.count(unit, "visit") for unit in (GRID, COMMUNITY, SUBDISTRICT)} == {2}
    assert {lost.count(unit, "visit_details") for unit in (GRID, COMMUNITY)} == {2}


def test_31_revoking_after_the_new_pc_was_admitted_revokes_the_lost_one(offices: Offices) -> None:
    offices.visit()
    offices.round()
    lost_one = offices[GRID].read(stations.known).own.hash
    offices.books.pop(GRID).close()
    shutil.rmtree(offices.folder / GRID)
    offices.clock.go(hours=24)
    offices.make(GRID)
    offices.join(GRID)
    offices.carry(COMMUNITY, SUBDISTRICT)

    offices[SUBDISTRICT].write(drills.revoke, offices[SUBDISTRICT], GRID, "电脑丢失")

    assert set(offices[SUBDISTRICT].read(stations.known).revoked) == {lost_one}


def test_a_revocation_outlives_an_office_that_was_put_back_to_before_it(lost: Offices) -> None:
    known = lost[SUBDISTRICT].read(stations.known)
    assert len(known.revoked) == 1
    lost[SUBDISTRICT].write(stations.renew_roster, lost[SUBDISTRICT].keys.sign)

    assert lost[SUBDISTRICT].read(stations.known).revoked == known.revoked


def test_only_the_subdistrict_revokes_and_never_itself(offices: Offices) -> None:
    with pytest.raises(NotAllowed) as told:
        offices[COMMUNITY].write(drills.revoke, offices[COMMUNITY], GRID, "电脑丢失")
    assert told.value.kept and told.value.next


def test_the_quarantine_can_be_emptied_after_a_look(lost: Offices) -> None:
    lost.visit()
    lost.carry(GRID, COMMUNITY)
    lost.carry(COMMUNITY, SUBDISTRICT)
    assert drills.quarantined(lost[SUBDISTRICT])

    assert drills.empty_quarantine(lost[SUBDISTRICT]) > 0

    assert drills.quarantined(lost[SUBDISTRICT]) == []
    assert list((lost[SUBDISTRICT].folder / quarantine.FOLDER).iterdir()) == []


def test_what_was_on_a_lost_stick_is_told_by_class(offices: Offices) -> None:
    offices.visit()
    path = offices.bundle(GRID, COMMUNITY)

    (shown,) = offices[GRID].read(drills.on_sticks)

    assert (shown.name, shown.receiver, shown.held) == (path.name, COMMUNITY, False)
    assert shown.by_class["Visit"] == 1 and "VisitNote" not in shown.by_class
    take.take(offices[COMMUNITY], path)
    offices.carry(COMMUNITY, GRID)
    assert all(one.held for one in offices[GRID].read(drills.on_sticks))


def _standings(offices: Offices, at: str) -> dict[str, list[drills.Standing]]:
    found: dict[str, list[drills.Standing]] = {}
    for one in offices[at].read(drills.every_station):
        found.setdefault(one.unit, []).append(one.standing)
    return found


def test_every_station_is_listed_with_its_standing_and_when_it_was_last_heard(offices: Offices) -> None:
    offices.visit()
    offices.carry(GRID, COMMUNITY)
    heard = offices.clock.now()

    assert _standings(offices, COMMUNITY) == {
        SUBDISTRICT: [drills.Standing.ADMITTED],
        COMMUNITY: [drills.Standing.ADMITTED],
        GRID: [drills.Standing.PROVISIONAL],
    }
    by_unit = {one.unit: one for one in offices[COMMUNITY].read(drills.every_station)}
    assert by_unit[COMMUNITY].is_own and by_unit[COMMUNITY].last_heard is None
    assert by_unit[GRID].last_heard == heard and by_unit[GRID].since < heard
    assert by_unit[GRID].digits != by_unit[COMMUNITY].digits
    offices.round()
    assert _standings(offices, COMMUNITY)[GRID] == [drills.Standing.ADMITTED]


def test_a_lost_pc_and_its_successor_are_told_apart_before_and_after_it_is_revoked(offices: Offices) -> None:
    offices.visit()
    offices.round()
    offices.books.pop(GRID).close()
    shutil.rmtree(offices.folder / GRID)
    offices.clock.go(hours=24)
    offices.make(GRID)
    offices.join(GRID)
    offices.carry(COMMUNITY, SUBDISTRICT)

    assert _standings(offices, SUBDISTRICT)[GRID] == [
        drills.Standing.PROVISIONAL,
        drills.Standing.SUPERSEDED,
    ]
    offices[SUBDISTRICT].write(drills.revoke, offices[SUBDISTRICT], GRID, "电脑丢失")
    assert _standings(offices, SUBDISTRICT)[GRID][1] == drills.Standing.REVOKED


def test_before_a_revocation_one_sees_what_would_be_believed_and_what_would_not(offices: Offices) -> None:
    offices.visit()
    offices.round()
    offices.visit()
    offices.carry(GRID, COMMUNITY)

    foreseen = offices[SUBDISTRICT].read(drills.foresee, GRID)

    assert foreseen.station.unit == GRID and foreseen.by_class["Visit"] == 1
    assert foreseen.believed > 0 and foreseen.ops == sum(foreseen.by_class.values())
    assert foreseen.newest is not None and foreseen.newest < offices.clock.now()
    assert foreseen.elsewhere == {}
    assert list(foreseen.told_at) == [COMMUNITY]
    told = foreseen.told_at[COMMUNITY]
    assert told is not None and told < offices.clock.now()
    offices[SUBDISTRICT].write(drills.revoke, offices[SUBDISTRICT], GRID, "电脑丢失")
    with pytest.raises(NotAllowed) as twice:
        offices[SUBDISTRICT].read(drills.foresee, GRID)
    assert twice.value.kept and twice.value.next


@pytest.mark.parametrize(
    ("unit", "situation"), [(GRID, "NotAllowed"), (FAR_GRID, "NotFound"), (SUBDISTRICT, "NotAllowed")]
)
def test_what_cannot_be_revoked_is_one_plain_sentence(lost: Offices, unit: str, situation: str) -> None:
    before = lost[SUBDISTRICT].read(stations.roster_bytes)

    with pytest.raises(GridbookError) as told:
        lost[SUBDISTRICT].write(drills.revoke, lost[SUBDISTRICT], unit, "电脑丢失")

    assert told.value.situation == situation
    assert told.value.message and told.value.kept and told.value.next
    assert lost[SUBDISTRICT].read(stations.roster_bytes) == before


def test_while_a_lost_pc_has_no_successor_the_other_offices_still_get_their_sticks(lost: Offices) -> None:
    lost.carry(SUBDISTRICT, COMMUNITY)

    made = export.hand_over(lost[COMMUNITY], lost.stick())

    assert [one.receiver for one in made] == [SUBDISTRICT]
