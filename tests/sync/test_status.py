"""What an office is told about where its work is."""

from pathlib import Path

from gridbook.records.request import Action
from gridbook.sync import status, take, where
from gridbook.sync.status import Where
from tests.sync import forge
from tests.sync.forge import Forge, Piece
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT, Offices


def test_words_that_stop_at_the_community_are_not_unsent_there(offices: Offices) -> None:
    asked = offices.request()
    offices.carry(GRID, COMMUNITY)
    offices.note(COMMUNITY, asked, offices.act(COMMUNITY, asked, Action.ACCEPT), "已电话联系")
    offices.round()
    offices.round()

    held = offices[COMMUNITY].read(status.held)

    assert held.unsent == 0
    assert held.all_held
    assert held.ops[Where.COMMUNITY] > 0


def test_the_subdistrict_has_nobody_above_to_wait_for(offices: Offices) -> None:
    asked = offices.request()
    offices.round()
    offices.act(SUBDISTRICT, asked, Action.URGE)
    offices.round()

    held = offices[SUBDISTRICT].read(status.held)

    assert held.unsent == 0
    assert held.all_held


def test_a_request_from_below_is_held_at_least_where_one_reads_it(offices: Offices) -> None:
    asked = offices.request()
    offices.carry(GRID, COMMUNITY)

    where = offices[COMMUNITY].read(status.of_record, "Request", GRID, asked.id)

    assert where is Where.COMMUNITY


def test_work_is_called_safe_only_when_two_offices_hold_it(offices: Offices) -> None:
    offices.visit()
    written = offices[GRID].read(status.held)
    path = offices.bundle(GRID, COMMUNITY)
    on_stick = offices[GRID].read(status.held)
    take.from_stick(offices[COMMUNITY], path.parent)
    offices.carry(COMMUNITY, GRID)
    receipted = offices[GRID].read(status.held)

    assert written.held_once == written.ops[Where.HERE] > 0
    assert on_stick.held_once == on_stick.ops[Where.ON_STICK] > 0
    assert receipted.held_once == 0


def test_what_stops_at_the_community_is_not_called_held_twice_there(offices: Offices) -> None:
    offices.round()
    asked = offices.request()
    offices.carry(GRID, COMMUNITY)
    offices.note(COMMUNITY, asked, offices.act(COMMUNITY, asked, Action.ACCEPT), "已电话联系")
    offices.round()
    offices.round()

    held = offices[COMMUNITY].read(status.held)

    assert held.all_held
    assert held.held_once == held.ops[Where.COMMUNITY] > 0


def test_an_office_that_does_not_hand_in_is_named_as_an_office(offices: Offices) -> None:
    never = offices[COMMUNITY].read(status.held)
    offices.carry(GRID, COMMUNITY)
    fresh = offices[COMMUNITY].read(status.held)
    offices.clock.go(days=8)
    late = offices[COMMUNITY].read(status.held)

    assert GRID in [peer.unit for peer in never.silent]
    assert GRID not in [peer.unit for peer in fresh.silent]
    assert GRID in [peer.unit for peer in late.silent]


def test_each_neighbour_is_told_how_much_waits_for_it(offices: Offices) -> None:
    offices.visit()
    before = {peer.unit: peer.waiting for peer in offices[GRID].read(status.held).peers}
    offices.carry(GRID, COMMUNITY)
    offices.carry(COMMUNITY, GRID)
    after = {peer.unit: peer.waiting for peer in offices[GRID].read(status.held).peers}

    assert before[COMMUNITY] > 0
    assert after[COMMUNITY] == 0


def test_a_record_tells_its_whole_way_and_is_green_only_after_a_signed_receipt(offices: Offices) -> None:
    visit = offices.visit()

    def way() -> tuple[Where, bool, list[Where]]:
        found = offices[GRID].read(where.way_of, "Visit", GRID, visit.id)
        return found.where, found.on_stick_since is not None, list(found.receipts)

    written = way()
    path = offices.bundle(GRID, COMMUNITY)
    under_way = way()
    take.from_stick(offices[COMMUNITY], path.parent)
    arrived = way()
    offices.carry(COMMUNITY, GRID)
    receipted = way()
    offices.round()
    offices.round()

    assert written == (Where.HERE, False, [])
    assert under_way == arrived == (Where.ON_STICK, True, [])
    assert receipted == (Where.COMMUNITY, True, [Where.COMMUNITY])
    assert way() == (Where.SUBDISTRICT, True, [Where.COMMUNITY, Where.SUBDISTRICT])
    said = offices[GRID].read(where.way_of, "Visit", GRID, visit.id).sentence()
    assert said.count("回执") == 2 and "11-23" in said


def test_a_list_tells_of_each_record_what_its_own_page_tells(offices: Offices) -> None:
    first = offices.request()
    offices.carry(GRID, COMMUNITY)
    offices.carry(COMMUNITY, GRID)
    second = offices.request()
    keys = [(GRID, one.id) for one in (first, second)]

    for unit in (GRID, COMMUNITY):
        store = offices[unit]
        listed = store.read(where.of_records, "Request", keys)
        assert listed == {key: store.read(status.of_record, "Request", *key) for key in keys}
    assert list(offices[GRID].read(where.of_records, "Request", keys).values()) == [
        Where.COMMUNITY,
        Where.HERE,
    ]


def test_a_gap_is_named_by_office_and_numbers(offices: Offices) -> None:
    for _ in range(3):
        offices.visit()
        offices.bundle(GRID, COMMUNITY)
    offices.visit()
    last = offices.bundle(GRID, COMMUNITY)
    hand = Forge(offices[GRID], offices[COMMUNITY])
    manifest, pieces = forge.opened(last, offices[COMMUNITY])
    only = [Piece(*one) for one in zip(manifest.segments, pieces, strict=True)][-1:]
    take.from_stick(offices[COMMUNITY], hand.write(offices.stick(), hand.plain(only)).parent)

    (gap,) = offices[COMMUNITY].read(status.held).gaps

    assert (gap.author, gap.first, gap.last, gap.later) == (GRID, 1, 3, 4)
    assert "1" in gap.sentence() and "4" in gap.sentence()
    take.from_stick(offices[COMMUNITY], last.parent)
    assert offices[COMMUNITY].read(status.held).gaps == ()


def test_what_lies_on_a_stick_is_listed_until_its_receipt_comes(offices: Offices) -> None:
    offices.visit()
    path = offices.bundle(GRID, COMMUNITY)
    (stick,) = offices[GRID].read(status.held).sticks
    take.from_stick(offices[COMMUNITY], path.parent)
    offices.carry(COMMUNITY, GRID)

    assert (stick.receiver, stick.name) == (COMMUNITY, path.name)
    assert offices[GRID].read(status.held).sticks == ()


def test_a_save_is_seen_at_once_although_receipts_are_read_once(offices: Offices) -> None:
    offices.round()
    before = offices[GRID].read(status.held)
    offices.visit()
    after = offices[GRID].read(status.held)

    assert after.to_hand_over == before.to_hand_over + 2
    assert after.peers[0].waiting == before.peers[0].waiting + 2


def test_a_book_that_has_not_joined_says_that_everything_is_here(tmp_path: Path) -> None:
    alone = Offices(tmp_path)
    store = alone.make(GRID)
    visit = alone.visit()

    assert store.read(where.way_of, "Visit", GRID, visit.id).where is Where.HERE
    assert store.read(status.held).ops[Where.HERE] > 0
    alone.close()
