"""Who is believed whom nobody listed: certificates by offices that may not issue them, or do so no longer."""

import shutil

import msgspec
import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gridbook.store.session import Session
from gridbook.sync import drills, stations, take, trust
from gridbook.sync.trust import Certificate
from tests.sync import forge
from tests.sync.forge import Author, Forge, piece
from tests.sync.offices import (
    COMMUNITY,
    FAR_GRID,
    GRID,
    OTHER_COMMUNITY,
    OTHER_GRID,
    SUBDISTRICT,
    Offices,
    errors,
)
from tests.sync.test_lives import Copy, agree


def revoke(offices: Offices, unit: str) -> drills.Revoked:
    return offices[SUBDISTRICT].write(drills.revoke, offices[SUBDISTRICT], unit, "电脑丢失")


def admitted_by(offices: Offices, issuer: str, unit: str) -> Author:
    """A station of that unit with a certificate by the issuer's key, as a thief could make it."""
    key, age = Ed25519PrivateKey.generate(), pyrage.x25519.Identity.generate()
    text = str(age.to_public())
    asked = trust.Asked(unit, "x", key.public_key().public_bytes_raw(), text, text)
    by = offices[issuer].read(stations.known).own
    return Author(unit, trust.issue(offices[issuer].keys.sign, by, asked, forge.STAMP), b"f" * 16, key)


def brought(offices: Offices, author: Author, sender: str, receiver: str) -> take.Taken:
    """A visit by that author with his certificate, in a bundle from one office to another."""
    liar = Forge(offices[sender], offices[receiver])
    one = piece(author, [forge.visit(author.unit)])
    certificates = (*liar.manifest.certificates, author.certificate.raw)
    folder = offices.stick()
    return take.take(
        offices[receiver], liar.write(folder, liar.plain([one], certificates=certificates, roster=b""))
    )


def test_a_community_admits_no_grid_of_another_one(nobody: Offices) -> None:
    nobody.found(SUBDISTRICT, COMMUNITY, OTHER_COMMUNITY)

    taken = brought(nobody, admitted_by(nobody, COMMUNITY, FAR_GRID), COMMUNITY, SUBDISTRICT)

    assert {reason for reason, _ in taken.refused} == {"unknown author"}
    assert nobody.count(SUBDISTRICT, "visit") == 0
    assert FAR_GRID not in {one.unit for one in nobody[SUBDISTRICT].read(drills.every_station)}


def test_a_certificate_under_another_root_admits_nobody(nobody: Offices) -> None:
    nobody.found(SUBDISTRICT, COMMUNITY)
    other = Offices(nobody.folder / "elsewhere")
    other.folder.mkdir()
    other.found(SUBDISTRICT, COMMUNITY)

    taken = brought(nobody, admitted_by(other, COMMUNITY, GRID), COMMUNITY, SUBDISTRICT)

    assert {reason for reason, _ in taken.refused} == {"unknown author"}
    other.close()


def test_a_grid_that_only_its_community_admitted_is_revoked_like_any_other(offices: Offices) -> None:
    offices.visit()
    offices.carry(GRID, COMMUNITY)
    offices.carry(COMMUNITY, SUBDISTRICT)
    stations_of_grid = [one for one in offices[SUBDISTRICT].read(drills.every_station) if one.unit == GRID]
    assert [one.standing for one in stations_of_grid] == [drills.Standing.PROVISIONAL]

    revoke(offices, GRID)
    offices.carry(SUBDISTRICT, COMMUNITY)
    offices.visit()

    assert errors(offices.carry(GRID, COMMUNITY)) == ["UnknownSender"]
    assert offices.count(COMMUNITY, "visit") == offices.count(SUBDISTRICT, "visit") == 1


def test_a_lost_community_admits_nobody_any_more_and_whom_it_admitted_before_stays(offices: Offices) -> None:
    offices.visit()
    offices.round()
    fake = admitted_by(offices, COMMUNITY, OTHER_GRID)
    stolen = Copy(offices, COMMUNITY)
    revoke(offices, COMMUNITY)
    offices.books.pop(COMMUNITY).close()
    shutil.rmtree(offices.folder / COMMUNITY)
    offices.make(COMMUNITY)
    offices.join(COMMUNITY)

    offices.visit()
    told = offices.round() + offices.round()

    assert errors(told) == [] and all(one.refused == [] for one in told)
    assert offices.count(SUBDISTRICT, "visit") == offices.count(COMMUNITY, "visit") == 2
    agree(offices)
    liar = Forge(offices[GRID], offices[COMMUNITY])
    old = stolen_certificates(offices, fake)
    path = liar.write(
        offices.stick(), liar.plain([piece(fake, [forge.visit(OTHER_GRID)])], certificates=old, roster=b"")
    )
    refused = take.take(offices[COMMUNITY], path)
    assert {reason for reason, _ in refused.refused} == {"unknown author"}
    assert OTHER_GRID not in {one.unit for one in offices[COMMUNITY].read(drills.every_station)}
    assert stolen.folder.exists()


def stolen_certificates(offices: Offices, fake: Author) -> tuple[bytes, ...]:
    """Everything that leads from the thief's new station to the root."""
    known = offices[SUBDISTRICT].read(_every_certificate)
    return (*(one.raw for one in known), fake.certificate.raw)


def _every_certificate(session: Session) -> list[Certificate]:
    return list(stations.known(session).by_hash.values())


def test_a_grid_whom_only_the_lost_community_knew_is_admitted_anew_and_loses_nothing(
    offices: Offices,
) -> None:
    offices.visit()
    offices.carry(GRID, COMMUNITY)
    revoke(offices, COMMUNITY)
    offices.books.pop(COMMUNITY).close()
    shutil.rmtree(offices.folder / COMMUNITY)
    offices.make(COMMUNITY)
    offices.join(COMMUNITY)
    offices.visit()
    assert offices.carry(GRID, COMMUNITY) == []

    offices.join(GRID)
    told = offices.round() + offices.round()

    assert errors(told) == []
    assert {offices.count(unit, "visit") for unit in (GRID, COMMUNITY, SUBDISTRICT)} == {2}
    assert {offices.count(unit, "visit_details") for unit in (GRID, COMMUNITY)} == {2}
    agree(offices)


def test_a_lost_pc_that_is_found_again_joins_anew_and_brings_what_it_wrote(offices: Offices) -> None:
    offices.visit()
    offices.round()
    offices.visit()
    offices.carry(GRID, COMMUNITY)
    offices.visit()
    revoke(offices, GRID)
    offices.carry(SUBDISTRICT, COMMUNITY)
    assert offices.count(COMMUNITY, "visit") == 1

    offices.join(GRID)
    told = offices.round() + offices.round()

    assert errors(told) == [] and all(one.refused == [] for one in told)
    assert {offices.count(unit, "visit") for unit in (GRID, COMMUNITY, SUBDISTRICT)} == {3}
    assert {offices.count(unit, "visit_details") for unit in (GRID, COMMUNITY)} == {3}
    agree(offices)


def test_a_roster_of_before_is_read_where_it_says_less_than_a_later_one(offices: Offices) -> None:
    """A station whose listing only an older list carries stays believed when its issuer is revoked."""
    offices.round()
    offices.round()
    root = offices[SUBDISTRICT].read(stations.known).own
    forgetful = trust.RosterBody(50, 0, ((SUBDISTRICT, root.hash),), ())
    raw = trust.sign_roster(offices[SUBDISTRICT].keys.sign, forgetful)
    offices[SUBDISTRICT].write(stations.keep_roster, raw, root)
    assert offices[SUBDISTRICT].read(stations.further_rosters) != ()

    revoke(offices, COMMUNITY)

    assert offices[SUBDISTRICT].read(stations.further_rosters) == ()
    assert GRID in {one.unit for one in offices[SUBDISTRICT].read(stations.known).by_hash.values()}
    assert msgspec.msgpack.decode(raw)
