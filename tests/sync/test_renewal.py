"""New keys for a book that has joined, and two PCs of one image: nothing is lost, and both are told apart."""

from pathlib import Path

import pytest

from gridbook.errors import NotAllowed
from gridbook.records.base import Reach
from gridbook.store import book, keys
from gridbook.sync import drills, joining, owed, receipt, stations, status, take
from tests.sync import forge
from tests.sync.offices import COMMUNITY, GRID, PASSPHRASE, SUBDISTRICT, Offices, errors
from tests.sync.test_lives import OFFICES, Copy, agree


def certificate(offices: Offices, unit: str) -> bytes:
    return offices[unit].read(stations.known).own.hash


def standings(offices: Offices, at: str, unit: str) -> list[tuple[bytes, drills.Standing, bool]]:
    every = offices[at].read(drills.every_station)
    return [(one.certificate, one.standing, one.in_use) for one in every if one.unit == unit]


def test_27_a_renewal_makes_new_keys_and_supersedes_the_old_certificate(offices: Offices) -> None:
    offices.visit()
    offices.round()
    old, before, life = certificate(offices, GRID), offices[GRID].keys, offices[GRID].incarnation
    offices.visit()

    offices.join(GRID)
    told = offices.round() + offices.round()

    assert all(one.error is None and one.alarms == [] and one.refused == [] for one in told)
    new = certificate(offices, GRID)
    assert new != old and offices[GRID].keys.verify_key != before.verify_key
    assert offices[GRID].keys.age_recipient != before.age_recipient
    assert offices[GRID].incarnation != life
    for upper in (COMMUNITY, SUBDISTRICT):
        assert standings(offices, upper, GRID) == [
            (new, drills.Standing.ADMITTED, True),
            (old, drills.Standing.SUPERSEDED, False),
        ]
    assert offices.count(SUBDISTRICT, "visit") == offices.count(GRID, "visit") == 2
    agree(offices)


def test_a_renewed_book_opens_again_and_goes_on(offices: Offices) -> None:
    offices.join(GRID)
    new = certificate(offices, GRID)
    store = offices.reopen(GRID)

    assert store.keys.verify_key == store.read(stations.known).own.body.sign_key
    assert certificate(offices, GRID) == new
    offices.visit()
    assert all(one.error is None for one in offices.round())
    assert offices.count(SUBDISTRICT, "visit") == 1


def test_what_was_sealed_to_the_old_keys_is_still_read_after_a_renewal(offices: Offices) -> None:
    offices.request()
    offices.carry(GRID, COMMUNITY)
    late = offices.bundle(COMMUNITY, GRID)

    offices.join(GRID)

    assert take.take(offices[GRID], late).error is None


def test_asking_twice_asks_with_the_same_keys_and_nothing_changes_until_the_welcome(offices: Offices) -> None:
    before = offices[GRID].keys
    one = joining.ask(offices[GRID], offices.stick())
    two = joining.ask(offices[GRID], offices.stick())

    assert one.fingerprint == two.fingerprint
    assert offices[GRID].keys.verify_key == before.verify_key
    offices.visit()
    offices.round()
    assert offices.count(SUBDISTRICT, "visit") == 1


def test_the_certificate_may_come_with_a_bundle_before_the_welcome_does(offices: Offices) -> None:
    question = joining.read_question(joining.ask(offices[GRID], offices.stick()).path)
    joining.admit(offices[COMMUNITY], question, offices.stick())

    (told,) = offices.carry(COMMUNITY, GRID)

    assert told.error is None
    assert offices[GRID].read(stations.known).own.body.sign_key == question.asked.sign_key
    offices.visit()
    offices.round()
    assert offices.count(SUBDISTRICT, "visit") == 1


@pytest.mark.parametrize("older", ["book", "keys"])
def test_book_and_key_file_that_fell_apart_find_together(offices: Offices, older: str) -> None:
    """A power cut between the two, or a backup of one of them: whichever is older follows."""
    folder = offices[GRID].folder
    stick = offices.stick()
    question = joining.read_question(joining.ask(offices[GRID], stick).path)
    welcome = joining.admit(offices[COMMUNITY], question, stick)
    copy, keys_before = Copy(offices, GRID), (folder / keys.FILE).read_bytes()
    joining.accept(offices[GRID], welcome)
    keys_after = (folder / keys.FILE).read_bytes()
    if older == "book":
        copy.put_back()
    offices.books.pop(GRID).close()
    (folder / keys.FILE).write_bytes(keys_after if older == "book" else keys_before)
    offices.books[GRID] = book.open_book(folder, "王芳", PASSPHRASE, clock=offices.clock)
    offices.visit()

    told = offices.round() + offices.round()

    assert all(one.error is None and one.refused == [] for one in told)
    assert offices.count(SUBDISTRICT, "visit") == 1
    store = offices[GRID]
    assert store.read(stations.known).own.body.sign_key == store.keys.verify_key == question.asked.sign_key


def test_27_two_pcs_of_one_image_converge_by_their_neighbours(offices: Offices) -> None:
    offices.request()
    offices.round()
    clone = second_pc(offices)
    offices.visit(GRID)
    clone.visit(GRID)
    clone.visit(GRID)

    rounds(offices, clone)

    assert offices.count(GRID, "visit") == clone.count(GRID, "visit") == 3
    assert offices[GRID].incarnation != clone[GRID].incarnation
    for name in ("visit", "visit_details", "request", "request_state", "contact"):
        assert offices.everything(GRID)[name] == clone.everything(GRID)[name], name
    agree(offices)
    clone[GRID].close()


def test_27_one_of_two_pcs_is_renewed_and_both_go_on_and_are_seen_apart(offices: Offices) -> None:
    offices.visit()
    offices.round()
    clone = second_pc(offices)
    old = certificate(offices, GRID)
    offices.join(GRID)
    new = certificate(offices, GRID)
    offices.visit(GRID)
    clone.visit(GRID)

    rounds(offices, clone)

    assert certificate(clone, GRID) == old
    assert offices.count(GRID, "visit") == clone.count(GRID, "visit") == 3
    assert standings(offices, COMMUNITY, GRID) == [
        (new, drills.Standing.ADMITTED, True),
        (old, drills.Standing.SUPERSEDED, True),
    ]
    agree(offices)

    # Where the other PC is not to go on, the older certificate is revoked, and the renewed one stays.
    offices[SUBDISTRICT].write(drills.revoke, offices[SUBDISTRICT], GRID, "克隆电脑停用")
    offices.carry(SUBDISTRICT, COMMUNITY)
    assert errors(clone.carry(GRID, COMMUNITY)) == ["UnknownSender"]
    assert errors(offices.carry(GRID, COMMUNITY)) == []
    assert offices.count(COMMUNITY, "visit") == 3
    clone[GRID].close()


def test_the_root_is_never_renewed(offices: Offices) -> None:
    with pytest.raises(NotAllowed) as told:
        joining.ask(offices[SUBDISTRICT], offices.stick())
    assert told.value.kept and told.value.next


def second_pc(offices: Offices) -> Offices:
    """The grid's whole PC imaged to a second one."""
    copy = Copy(offices, GRID)
    clone = Offices(offices.folder, offices.clock, dict(offices.books))
    copy.second_pc(clone)
    return clone


def rounds(offices: Offices, clone: Offices) -> None:
    """Both PCs hand in and take in what comes down, as often as it takes."""
    for _ in range(4):
        offices.carry(GRID, COMMUNITY)
        clone.carry(GRID, COMMUNITY)
        offices.carry(COMMUNITY, SUBDISTRICT)
        offices.carry(SUBDISTRICT, COMMUNITY)
        path: Path = offices.bundle(COMMUNITY, GRID)
        for desk in (offices, clone):
            assert take.take(desk[GRID], path).error is None
    assert len(OFFICES) == 3


def test_27_two_pcs_of_a_community_share_by_a_stick_of_their_own_what_no_neighbour_holds(
    offices: Offices,
) -> None:
    offices.round()
    copy = Copy(offices, COMMUNITY)
    clone = Offices(offices.folder, offices.clock, dict(offices.books))
    copy.second_pc(clone)
    offices.request(COMMUNITY)
    clone.request(COMMUNITY)
    clone.visit(COMMUNITY)

    for one, other in ((offices, clone), (clone, offices)) * 2:
        path = one.bundle(COMMUNITY, COMMUNITY)
        assert take.take(other[COMMUNITY], path).error is None

    assert offices[COMMUNITY].incarnation != clone[COMMUNITY].incarnation
    for name in ("request", "particulars", "contact", "visit", "visit_details", "visit_note"):
        rows = offices.everything(COMMUNITY)[name]
        assert rows == clone.everything(COMMUNITY)[name] and rows, name
    assert offices[COMMUNITY].read(owed.to, COMMUNITY).segments == ()
    clone[COMMUNITY].close()


def test_what_stays_here_is_in_no_bundle_for_others_though_the_other_pc_has_it(offices: Offices) -> None:
    offices.visit()
    offices.bundle(GRID, GRID)
    offices.visit()

    told = offices.carry(GRID, COMMUNITY)

    assert errors(told) == []
    assert offices.count(COMMUNITY, "visit_note") == 0 and offices.count(COMMUNITY, "visit_details") == 2
    manifest, _ = forge.opened(offices.bundle(GRID, COMMUNITY), offices[COMMUNITY])
    lines = [line for raw in manifest.receipts for line in receipt.decode(raw)[0].lines]
    assert {line.reach for line in lines} and Reach.HERE not in {line.reach for line in lines}
    offices.carry(COMMUNITY, GRID)
    assert offices[GRID].read(status.held).unsent == 0
