"""A revoked station's work at every office, in any order of arrival; refusals judged again."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridbook.errors import NotFound
from gridbook.records.request import Action
from gridbook.store import digest, tables
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import again, drills, export, owed, stations, take, trust
from gridbook.sync.incoming import Taken
from tests.sync import forge
from tests.sync.forge import Forge
from tests.sync.offices import COMMUNITY, GRID, OTHER_GRID, SUBDISTRICT, Offices
from tests.sync.test_lives import Copy

UPPER = (COMMUNITY, SUBDISTRICT)


@pytest.fixture
def thief(offices: Offices) -> Iterator[Offices]:
    """The lost PC of a grid, whose office has handed in everything and has a new PC that did not join yet."""
    offices.visit()
    asked = offices.request()
    offices.round()
    copy = Copy(offices, GRID)
    lost = Offices(offices.folder, offices.clock, dict(offices.books))
    copy.second_pc(lost)
    lost.act(GRID, asked, Action.ACCEPT)
    lost.visit()
    offices.books.pop(GRID).close()
    shutil.rmtree(offices.folder / GRID)
    yield lost
    lost[GRID].close()


def revoke(offices: Offices, unit: str = GRID) -> drills.Revoked:
    return offices[SUBDISTRICT].write(drills.revoke, offices[SUBDISTRICT], unit, "电脑丢失")


def streams(offices: Offices, unit: str) -> digest.Digests:
    return offices[unit].read(digest.of_book)


def into(offices: Offices, unit: str, path: Path) -> Taken:
    return take.take(offices[unit], path)


def test_24_the_revocation_names_what_only_the_community_holds(offices: Offices, thief: Offices) -> None:
    before = streams(offices, COMMUNITY)
    thief.carry(GRID, COMMUNITY)
    assert offices.count(COMMUNITY, "visit_details") == 2
    revoke(offices)

    (told,) = offices.carry(SUBDISTRICT, COMMUNITY)

    assert told.aside > 0 and any("05网格" in alarm for alarm in told.alarms)
    assert streams(offices, COMMUNITY) == before
    reaches = {one.reason for one in drills.quarantined(offices[COMMUNITY])}
    assert reaches == {"revoked"}


def test_24_roster_first_or_work_first_comes_to_the_same_book(offices: Offices, thief: Offices) -> None:
    before = {unit: streams(offices, unit) for unit in UPPER}
    thief.carry(GRID, COMMUNITY)
    work = offices.bundle(COMMUNITY, SUBDISTRICT)
    copy = Copy(offices, SUBDISTRICT)
    revoke(offices)
    first = offices.bundle(SUBDISTRICT, COMMUNITY)
    assert into(offices, SUBDISTRICT, work).refused
    assert into(offices, COMMUNITY, first).aside > 0
    assert {unit: streams(offices, unit) for unit in UPPER} == before

    # The same day again, and now the subdistrict takes the work in before it signs the same revocation.
    roster = offices[SUBDISTRICT].read(stations.roster_bytes)
    copy.put_back()
    assert into(offices, SUBDISTRICT, work).refused == []
    assert streams(offices, SUBDISTRICT) != before[SUBDISTRICT]
    offices.carry(COMMUNITY, SUBDISTRICT)

    assert offices[SUBDISTRICT].read(stations.roster_bytes) == roster
    assert streams(offices, SUBDISTRICT) == before[SUBDISTRICT]
    assert offices.everything(SUBDISTRICT)["request_state"] == offices.everything(COMMUNITY)["request_state"]


def test_a_revoked_neighbour_keeps_nobody_from_handing_over_to_the_others(offices: Offices) -> None:
    offices.round()
    revoke(offices)
    offices.carry(SUBDISTRICT, COMMUNITY)

    made = export.hand_over(offices[COMMUNITY], offices.stick())

    assert [one.receiver for one in made] == [SUBDISTRICT]
    with pytest.raises(NotFound) as told:
        export.hand_over(offices[COMMUNITY], offices.stick(), GRID)
    assert told.value.next


def test_24_pieces_put_aside_are_receipted_and_not_sent_again(offices: Offices, thief: Offices) -> None:
    thief.carry(GRID, COMMUNITY)
    revoke(offices)
    (told,) = offices.carry(COMMUNITY, SUBDISTRICT)
    assert told.refused
    assert offices[COMMUNITY].read(owed.to, SUBDISTRICT).segments

    offices.carry(SUBDISTRICT, COMMUNITY)
    (again,) = offices.carry(COMMUNITY, SUBDISTRICT)

    assert again.refused == [] and again.segments == 0
    assert offices[COMMUNITY].read(owed.to, SUBDISTRICT).segments == ()
    assert drills.quarantined(offices[SUBDISTRICT]) and drills.quarantined(offices[COMMUNITY])


def test_31_the_new_pc_is_refilled_with_what_only_the_community_holds(
    offices: Offices, thief: Offices
) -> None:
    thief.carry(GRID, COMMUNITY)
    revoke(offices)
    offices.make(GRID)
    offices.join(GRID)
    offices.carry(SUBDISTRICT, COMMUNITY)
    offices.carry(COMMUNITY, GRID)
    offices.visit()
    offices.round()
    offices.round()

    assert {offices.count(unit, "visit") for unit in (GRID, *UPPER)} == {2}
    assert {offices.count(unit, "visit_details") for unit in (GRID, COMMUNITY)} == {2}
    assert {offices.count(unit, "contact") for unit in (GRID, COMMUNITY)} == {1}


def test_a_piece_that_stays_refused_is_not_sent_with_every_stick(offices: Offices) -> None:
    offices.visit()
    offices[GRID].write(_into_the_wrong_stream)
    (first,) = offices.carry(GRID, COMMUNITY)
    assert {reason for reason, _ in first.refused} == {"class of another reach"}
    offices.carry(COMMUNITY, GRID)

    (second,) = offices.carry(GRID, COMMUNITY)

    assert second.refused == [] and offices[GRID].read(owed.to, COMMUNITY).segments == ()
    (shown,) = drills.quarantined(offices[COMMUNITY])
    (told,) = offices[GRID].read(drills.refused_elsewhere)
    assert (told.holder, told.reason, told.author) == (COMMUNITY, shown.reason, GRID)
    drills.empty_quarantine(offices[COMMUNITY])
    offices.carry(COMMUNITY, GRID)
    (third,) = offices.carry(GRID, COMMUNITY)
    assert third.refused == []


def _into_the_wrong_stream(session: Session) -> None:
    (line,) = session.run("SELECT id FROM line WHERE reach = 'subdistrict' AND author = ?", (GRID,))
    details = tables.CLASS_NUMBERS["VisitDetails"]
    session.run('UPDATE op SET line = ? WHERE "class" = ? AND segment IS NULL', (line[0], details))


def test_a_piece_by_an_unknown_author_is_taken_when_his_certificate_comes(nobody: Offices) -> None:
    nobody.found(SUBDISTRICT, COMMUNITY, GRID, OTHER_GRID)
    nobody.visit(OTHER_GRID)
    nobody.carry(OTHER_GRID, COMMUNITY)
    manifest, packed = forge.opened(nobody.bundle(COMMUNITY, SUBDISTRICT), nobody[SUBDISTRICT])
    pieces = [forge.Piece(one, what) for one, what in zip(manifest.segments, packed, strict=True)]
    liar = Forge(nobody[COMMUNITY], nobody[SUBDISTRICT])
    told = [one for one in liar.manifest.certificates if trust.read_certificate(one).unit != OTHER_GRID]
    (nobody.folder / "lies").mkdir()
    path = liar.write(nobody.folder / "lies", liar.plain(pieces, certificates=tuple(told), roster=b""))
    refused = into(nobody, SUBDISTRICT, path)
    assert "unknown author" in {reason for reason, _ in refused.refused}
    assert nobody.count(SUBDISTRICT, "visit") == 0

    bare = liar.write(nobody.folder / "lies", liar.plain())
    taken = into(nobody, SUBDISTRICT, bare)

    assert taken.released > 0 and nobody.count(SUBDISTRICT, "visit") == 1
    assert drills.quarantined(nobody[SUBDISTRICT]) == []


def test_work_named_by_a_head_that_comes_late_leaves_quarantine_by_itself(offices: Offices) -> None:
    """The roster names the second piece of a chain; who has only the first cannot know that it is good."""
    offices.visit()
    first = offices.bundle(GRID, COMMUNITY)
    offices.visit()
    second = offices.bundle(GRID, COMMUNITY)
    copy = Copy(offices, COMMUNITY)
    into(offices, COMMUNITY, second)
    offices.carry(COMMUNITY, SUBDISTRICT)
    revoke(offices)
    roster = offices[SUBDISTRICT].read(stations.roster_bytes)
    good = streams(offices, SUBDISTRICT)
    copy.put_back()
    into(offices, COMMUNITY, first)

    offices[COMMUNITY].write(_told, offices[COMMUNITY], roster)
    assert offices.count(COMMUNITY, "visit") == 0
    for _ in range(2):
        offices.carry(COMMUNITY, SUBDISTRICT)
        offices.carry(SUBDISTRICT, COMMUNITY)

    assert offices.count(COMMUNITY, "visit") == 2
    assert streams(offices, SUBDISTRICT) == good


def _told(session: Session, store: Store, roster: bytes) -> None:
    now = stations.known(session)
    stations.keep_roster(session, roster, now.by_hash[now.root])
    again.judge(session, store, Taken(store.folder))
