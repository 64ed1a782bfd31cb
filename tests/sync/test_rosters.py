"""A list of stations is a document whose revocations only grow, also where its office was put back."""

import pytest

from gridbook.sync import drills, stations, trust
from tests.sync.offices import (
    COMMUNITY,
    FAR_GRID,
    GRID,
    OTHER_COMMUNITY,
    OTHER_GRID,
    SUBDISTRICT,
    Offices,
)
from tests.sync.test_lives import Copy


def revoke(offices: Offices, unit: str) -> drills.Revoked:
    return offices[SUBDISTRICT].write(drills.revoke, offices[SUBDISTRICT], unit, "电脑丢失")


def revoked(offices: Offices, at: str) -> set[str]:
    known = offices[at].read(stations.known)
    return {known.by_hash[one].unit for one in known.revoked}


def version(offices: Offices, at: str) -> int:
    body = offices[at].read(stations.roster)
    assert body is not None
    return body.version


@pytest.fixture
def two(nobody: Offices) -> Offices:
    """Two communities with a grid each; the subdistrict was put back in silence between two revocations."""
    nobody.found(SUBDISTRICT, COMMUNITY, OTHER_COMMUNITY, GRID, FAR_GRID)
    nobody.visit(GRID)
    nobody.visit(FAR_GRID)
    nobody.round()
    copy = Copy(nobody, SUBDISTRICT)
    revoke(nobody, GRID)
    nobody.carry(SUBDISTRICT, COMMUNITY)
    copy.put_back()
    revoke(nobody, FAR_GRID)
    nobody.carry(SUBDISTRICT, OTHER_COMMUNITY)
    return nobody


def test_22_two_lists_of_one_number_are_an_alarm_and_both_revocations_count(two: Offices) -> None:
    assert version(two, COMMUNITY) == version(two, OTHER_COMMUNITY)
    assert revoked(two, COMMUNITY) == {GRID} and revoked(two, OTHER_COMMUNITY) == {FAR_GRID}

    (told,) = two.carry(COMMUNITY, SUBDISTRICT)

    assert any("名册" in alarm for alarm in told.alarms)
    assert revoked(two, SUBDISTRICT) == {GRID, FAR_GRID}
    (at_one,) = two.carry(SUBDISTRICT, COMMUNITY)
    (at_other,) = two.carry(SUBDISTRICT, OTHER_COMMUNITY)
    assert at_one.error is None and at_other.error is None
    assert revoked(two, COMMUNITY) == revoked(two, OTHER_COMMUNITY) == {GRID, FAR_GRID}
    assert len({version(two, unit) for unit in (SUBDISTRICT, COMMUNITY, OTHER_COMMUNITY)}) == 1
    assert version(two, SUBDISTRICT) > 2
    assert two[SUBDISTRICT].read(stations.further_rosters) == ()


def test_22_two_lists_of_one_number_are_an_alarm_at_whoever_meets_both(two: Offices) -> None:
    known = two[COMMUNITY].read(stations.known)
    theirs = two[OTHER_COMMUNITY].read(stations.roster_bytes)

    alarm = two[COMMUNITY].write(stations.keep_roster, theirs, known.by_hash[known.root])

    assert alarm and revoked(two, COMMUNITY) == {GRID, FAR_GRID}
    assert len(two[COMMUNITY].read(stations.further_rosters)) == 1
    assert two[COMMUNITY].write(stations.keep_roster, theirs, known.by_hash[known.root]) is None


def test_22_whoever_met_both_lists_hands_both_on(two: Offices) -> None:
    known = two[COMMUNITY].read(stations.known)
    theirs = two[OTHER_COMMUNITY].read(stations.roster_bytes)
    two[COMMUNITY].write(stations.keep_roster, theirs, known.by_hash[known.root])

    two.make(OTHER_GRID)
    two.join(OTHER_GRID)
    (told,) = two.carry(COMMUNITY, OTHER_GRID)

    assert told.error is None
    assert two[OTHER_GRID].read(stations.revocations) == two[COMMUNITY].read(stations.revocations)
    assert len(two[OTHER_GRID].read(stations.revocations)) == 2


def test_22_a_subdistrict_that_was_put_back_learns_from_below_and_signs_a_higher_number(
    nobody: Offices,
) -> None:
    nobody.found(SUBDISTRICT, COMMUNITY, GRID)
    nobody.round()
    copy = Copy(nobody, SUBDISTRICT)
    revoke(nobody, GRID)
    nobody.carry(SUBDISTRICT, COMMUNITY)
    above = version(nobody, COMMUNITY)
    copy.put_back()
    assert revoked(nobody, SUBDISTRICT) == set()

    (told,) = nobody.carry(COMMUNITY, SUBDISTRICT)
    nobody.make(OTHER_COMMUNITY)
    nobody.join(OTHER_COMMUNITY)

    assert not any("名册" in alarm for alarm in told.alarms)
    assert revoked(nobody, SUBDISTRICT) == {GRID}
    assert version(nobody, SUBDISTRICT) > above
    assert nobody[OTHER_COMMUNITY].read(stations.revocations) == nobody[COMMUNITY].read(stations.revocations)


def test_22_an_old_list_after_a_new_one_changes_nothing_and_is_no_alarm(offices: Offices) -> None:
    offices.round()
    old = offices[COMMUNITY].read(stations.roster_bytes)
    revoke(offices, GRID)
    offices.carry(SUBDISTRICT, COMMUNITY)
    newest = offices[COMMUNITY].read(stations.roster_bytes)
    known = offices[COMMUNITY].read(stations.known)

    assert offices[COMMUNITY].write(stations.keep_roster, old, known.by_hash[known.root]) is None
    assert offices[COMMUNITY].read(stations.roster_bytes) == newest
    assert revoked(offices, COMMUNITY) == {GRID}


def test_22_a_newer_list_that_lacks_a_revocation_is_an_alarm_and_unrevokes_nothing(offices: Offices) -> None:
    offices.round()
    revoke(offices, GRID)
    offices.carry(SUBDISTRICT, COMMUNITY)
    known = offices[COMMUNITY].read(stations.known)
    forgetful = trust.RosterBody(99, 0, (), ())
    raw = trust.sign_roster(offices[SUBDISTRICT].keys.sign, forgetful)

    alarm = offices[COMMUNITY].write(stations.keep_roster, raw, known.by_hash[known.root])

    assert alarm and "99" in alarm
    assert revoked(offices, COMMUNITY) == {GRID}
    offices.carry(COMMUNITY, SUBDISTRICT)
    offices.carry(SUBDISTRICT, COMMUNITY)
    assert version(offices, SUBDISTRICT) == version(offices, COMMUNITY) == 100
    assert offices[COMMUNITY].read(stations.further_rosters) == ()


def test_a_clock_at_2099_dates_no_list_and_no_certificate(nobody: Offices) -> None:
    nobody.found(SUBDISTRICT, COMMUNITY)
    nobody.visit(COMMUNITY)
    nobody.round()
    today = nobody.clock.at
    nobody.clock.at = today.replace(year=2099)

    nobody.make(GRID)
    nobody.join(GRID)
    nobody.carry(COMMUNITY, SUBDISTRICT)
    nobody[SUBDISTRICT].write(stations.renew_roster, nobody[SUBDISTRICT].keys.sign)

    body = nobody[SUBDISTRICT].read(stations.roster)
    own = nobody[GRID].read(stations.known).own
    latest = int(today.timestamp() * 1000) + 24 * 3600 * 1000
    assert body is not None and len(body.stations) == 3 and body.made_at < latest
    assert own.body.issued_at < latest
