"""Books put back, imaged and lost; erasures that travel: what the model proved, shown on real books."""

import shutil
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from gridbook.records.base import Reach
from gridbook.records.request import Action, Particulars
from gridbook.records.rights import Kind
from gridbook.records.staff import Role
from gridbook.store import book, journal, tables
from gridbook.store.book import Store
from gridbook.store.ops import encode, husk_of, unpack
from gridbook.store.session import Person, Session
from gridbook.sync import bundle, owed, receipt, sealing, segment, stations, take, twins
from tests.sync import forge
from tests.sync.forge import Author, Forge, piece
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT, Offices

OFFICES = (SUBDISTRICT, COMMUNITY, GRID)


class Copy:
    """The folder of a book as it was on one day."""

    def __init__(self, offices: Offices, unit: str) -> None:
        self.offices, self.unit = offices, unit
        offices[unit].checkpoint()
        self.folder = offices.folder / f"copy-of-{unit}"
        shutil.copytree(offices[unit].folder, self.folder)

    def put_back(self) -> Store:
        """Close the book, put the whole copy in its place, mark and all, and open it: nobody notices."""
        store = self.offices.books.pop(self.unit)
        keys = store.keys
        store.close()
        shutil.rmtree(self.offices.folder / self.unit)
        shutil.copytree(self.folder, self.offices.folder / self.unit)
        return self._open(self.offices.folder / self.unit, keys)

    def second_pc(self, clone: Offices) -> Store:
        """Open the copy beside the original: the whole PC was imaged."""
        store = self._open(self.folder, self.offices[self.unit].keys)
        clone.books[self.unit] = store
        return store

    def _open(self, folder: Path, keys: Any) -> Store:
        lock = book.take_lock(folder)
        store = book.open_with(folder, keys, "王芳", lock, self.offices.clock)
        self.offices.books.setdefault(self.unit, store)
        return store


def agree(offices: Offices) -> None:
    """Every office holds the same of what all three are entitled to."""
    names = ("visit", "request", "request_state", "request_event")
    seen = {unit: offices.everything(unit) for unit in OFFICES}
    for name in names:
        assert seen[GRID][name] == seen[COMMUNITY][name] == seen[SUBDISTRICT][name], name


def test_25_26_a_grid_put_back_in_silence_notices_with_the_next_stick_and_is_refilled(
    offices: Offices,
) -> None:
    offices.visit()
    offices.round()
    copy = Copy(offices, GRID)
    offices.visit()
    offices.visit()
    offices.round()
    store = copy.put_back()
    before = store.incarnation
    assert offices.count(GRID, "visit") == 1
    offices.visit()

    (taken,) = offices.carry(COMMUNITY, GRID)

    assert offices[GRID].incarnation != before
    assert taken.alarms
    offices.round()
    offices.round()
    for unit in OFFICES:
        assert offices.count(unit, "visit") == 4
    agree(offices)
    assert _waiting(offices) == 0


def test_25_a_grid_put_back_that_wrote_nothing_since_is_known_by_the_receipts_it_gave(
    offices: Offices,
) -> None:
    offices.visit()
    offices.round()
    copy = Copy(offices, GRID)
    offices.round()
    before = copy.put_back().incarnation

    offices.carry(COMMUNITY, GRID)

    assert offices[GRID].incarnation != before


def test_a_grid_put_back_to_a_life_that_already_ended_is_told_so(offices: Offices) -> None:
    offices.visit()
    offices.round()
    copy = Copy(offices, GRID)
    offices.visit()
    offices.round()
    first = copy.put_back().incarnation
    offices.round()
    second = offices[GRID].incarnation
    assert second != first
    offices.round()
    copy.put_back()

    offices.carry(COMMUNITY, GRID)

    assert offices[GRID].incarnation not in (first, second)
    offices.round()
    offices.round()
    agree(offices)
    assert offices.count(GRID, "visit") == 2


def test_28_29_a_community_put_back_in_silence_is_refilled_from_below_and_above(offices: Offices) -> None:
    offices.visit()
    asked = offices.request()
    offices.round()
    copy = Copy(offices, COMMUNITY)
    offices.visit()
    offices.act(COMMUNITY, asked, Action.ACCEPT)
    offices.round()
    offices.round()
    before = copy.put_back().incarnation
    assert offices.count(COMMUNITY, "visit") == 1

    offices.carry(GRID, COMMUNITY)

    assert offices[COMMUNITY].incarnation != before
    for _ in range(3):
        offices.round()
    assert offices.count(COMMUNITY, "visit") == 2
    assert offices.status(COMMUNITY, asked) == "accepted"
    agree(offices)
    assert offices.everything(COMMUNITY)["particulars"] == offices.everything(GRID)["particulars"]


def test_28_a_subdistrict_put_back_in_silence_is_refilled_from_below(offices: Offices) -> None:
    offices.visit()
    offices.round()
    copy = Copy(offices, SUBDISTRICT)
    offices.visit()
    offices.round()
    copy.put_back()

    for _ in range(3):
        offices.round()

    assert offices.count(SUBDISTRICT, "visit") == 2
    agree(offices)


def test_27_two_pcs_from_one_image_keep_both_sides_and_part(offices: Offices) -> None:
    offices.visit()
    offices.round()
    copy = Copy(offices, GRID)
    clone = Offices(offices.folder, offices.clock, dict(offices.books))
    copy.second_pc(clone)
    offices.visit()
    clone.visit()
    clone.visit()

    offices.carry(GRID, COMMUNITY)
    (taken,) = clone.carry(GRID, COMMUNITY)

    assert offices.count(COMMUNITY, "visit") == 4
    assert offices[COMMUNITY].read(twins.noticed) == [GRID]
    assert any("05网格" in alarm for alarm in taken.alarms)
    for desk in (offices, clone):
        path = desk.bundle(COMMUNITY, GRID)
        take.take(desk[GRID], path)
    assert offices[GRID].incarnation != clone[GRID].incarnation
    for _ in range(3):
        for desk in (offices, clone):
            desk.carry(GRID, COMMUNITY)
            desk.carry(COMMUNITY, GRID)
    offices.carry(COMMUNITY, SUBDISTRICT)
    offices.carry(SUBDISTRICT, COMMUNITY)
    for desk in (offices, clone):
        assert desk.count(GRID, "visit") == 4
    assert offices.count(SUBDISTRICT, "visit") == 4
    assert _waiting(offices) == 0
    clone[GRID].close()


def test_of_two_pcs_one_that_was_put_away_is_silent_for_60_days_and_counts_no_more(offices: Offices) -> None:
    offices.visit()
    offices.round()
    copy = Copy(offices, GRID)
    clone = Offices(offices.folder, offices.clock, dict(offices.books))
    copy.second_pc(clone)
    for desk in (offices, clone):
        desk.visit()
        desk.carry(GRID, COMMUNITY)
    for desk in (offices, clone):
        desk.carry(COMMUNITY, GRID)
        desk.carry(GRID, COMMUNITY)
    clone[GRID].close()
    offices.visit()
    offices.round()
    offices.round()
    held = offices[COMMUNITY].read(owed.held_by, GRID)

    offices.clock.go(days=61)
    offices.round()
    offices.round()

    assert len(offices[COMMUNITY].read(owed.held_by, GRID)) > len(held)
    assert _listed(offices, COMMUNITY, GRID) == 0


def test_what_everybody_receipted_is_on_no_stick_any_more(offices: Offices) -> None:
    offices.visit()
    offices.request()
    for _ in range(3):
        offices.round()

    assert _waiting(offices) == 0


def test_31_a_community_that_lost_its_book_is_built_again_from_its_neighbours(offices: Offices) -> None:
    offices.visit()
    asked = offices.request()
    offices.act(GRID, asked, Action.ACCEPT)
    for _ in range(2):
        offices.round()
    before = offices.everything(COMMUNITY)
    offices.books.pop(COMMUNITY).close()
    shutil.rmtree(offices.folder / COMMUNITY)
    offices.make(COMMUNITY)
    offices.join(COMMUNITY)

    for _ in range(3):
        offices.round()

    after = offices.everything(COMMUNITY)
    for name in ("visit", "visit_details", "request", "particulars", "contact", "request_state"):
        assert after[name] == before[name], name


# --- erasure ----------------------------------------------------------------------------------------------

CANARY = "金丝雀甲乙丙丁"


def _erased(offices: Offices) -> tuple[Any, Path]:
    """A grid's request with a canary, erased by the lead of the community; and the bundle that carried it."""
    asked = offices.request()
    store = offices[GRID]
    store.write(
        journal.save,
        Particulars(unit=GRID, id=asked.id, called=CANARY, title=CANARY, text=CANARY),
    )
    path = offices.bundle(GRID, COMMUNITY)
    take.take(offices[COMMUNITY], path)
    offices.round()
    assert CANARY in offices[COMMUNITY].read(_everything)
    offices[COMMUNITY].write(_erase, "Particulars", GRID, asked.id)
    return asked, path


def _erase(session: Session, class_name: str, unit: str, record: bytes) -> None:
    session.person = Person("1", "李", Role.COMMUNITY_LEAD)
    journal.erase(session, class_name, unit, record, "ordered")


def test_48_an_erasure_travels_and_no_body_is_left_anywhere(offices: Offices) -> None:
    _, path = _erased(offices)
    assert CANARY not in offices[COMMUNITY].read(_everything)

    offices.round()
    offices.round()

    for unit in OFFICES:
        assert CANARY not in offices[unit].read(_everything), unit
        assert offices.count(unit, "finder") <= 1
    assert take.take(offices[COMMUNITY], path).error is None
    assert CANARY not in offices[COMMUNITY].read(_everything)
    offices.round()
    for unit in OFFICES:
        assert CANARY not in offices[unit].read(_everything), unit
        assert offices[unit].read(_digest_of_segments_holds)
    assert _waiting(offices) == 0
    assert _wanted(offices) == []


def test_48_a_bundle_from_before_the_erasure_brings_no_body_to_a_new_book(offices: Offices) -> None:
    _, path = _erased(offices)
    offices.round()
    copy = Copy(offices, COMMUNITY)
    offices.round()
    copy.put_back()

    take.take(offices[COMMUNITY], path)
    for _ in range(2):
        offices.round()

    for unit in OFFICES:
        assert CANARY not in offices[unit].read(_everything), unit


def test_48_a_community_put_back_to_before_the_erasure_loses_the_body_again(offices: Offices) -> None:
    asked = offices.request()
    offices[GRID].write(
        journal.save, Particulars(unit=GRID, id=asked.id, called=CANARY, title=CANARY, text=CANARY)
    )
    for _ in range(2):
        offices.round()
    copy = Copy(offices, COMMUNITY)
    offices[COMMUNITY].write(_erase, "Particulars", GRID, asked.id)
    for _ in range(2):
        offices.round()
    assert CANARY not in offices[GRID].read(_everything)
    copy.put_back()
    assert CANARY in offices[COMMUNITY].read(_everything)

    for _ in range(3):
        offices.round()

    for unit in OFFICES:
        assert CANARY not in offices[unit].read(_everything), unit


def test_a_grid_cannot_erase_what_it_wrote_at_the_community(offices: Offices) -> None:
    asked = offices.request()
    offices.round()
    digests = offices[COMMUNITY].read(_digests, "Particulars", asked.id)
    grid = Author.of(offices[GRID])
    order = forge.op(
        GRID, "Particulars", {"digests": [one.hex() for one in digests]}, record=asked.id, kind=Kind.ERASE
    )
    up = Forge(offices[GRID], offices[COMMUNITY])
    bad = piece(grid, [encode(order)], reach=Reach.COMMUNITY, incarnation=bytes(16))

    taken = take.take(offices[COMMUNITY], up.write(offices.stick(), up.plain([bad])))

    assert taken.error is None
    assert offices.count(COMMUNITY, "particulars") == 1
    assert "not allowed: erase" in offices.findings(COMMUNITY)


def test_an_order_cannot_reach_another_record_or_another_erasure(offices: Offices) -> None:
    one, other = offices.request(), offices.request()
    offices.round()
    foreign = offices[COMMUNITY].read(_digests, "Particulars", other.id)
    lead = Author.of(offices[COMMUNITY])
    order = forge.op(
        COMMUNITY,
        "Particulars",
        {"digests": [digest.hex() for digest in foreign] + ["zz", "00", 64 * "g"]},
        record=one.id,
        kind=Kind.ERASE,
    )
    down = Forge(offices[COMMUNITY], offices[GRID])
    sent = piece(lead, [encode(order)], reach=Reach.COMMUNITY, unit=GRID, incarnation=bytes(16))

    taken = take.take(offices[GRID], down.write(offices.stick(), down.plain([sent])))

    assert (taken.error, taken.refused) == (None, [])
    assert offices.count(GRID, "particulars") == 2


# --- wanted bodies ----------------------------------------------------------------------------------------


def test_bodies_that_a_forwarder_left_out_are_asked_for_and_come(offices: Offices) -> None:
    offices.visit()
    path = offices.bundle(GRID, COMMUNITY)
    _bare(offices, path)

    taken = take.take(offices[COMMUNITY], path)

    assert (taken.error, taken.refused) == (None, [])
    assert offices.count(COMMUNITY, "visit_details") == 0
    assert _wanted(offices) != []
    offices.carry(COMMUNITY, GRID)
    offices.carry(GRID, COMMUNITY)
    assert offices.count(COMMUNITY, "visit_details") == 1
    assert offices.count(COMMUNITY, "visit") == 1
    assert _wanted(offices) == []
    offices.round()
    offices.round()
    assert _waiting(offices) == 0


def _bare(offices: Offices, path: Path) -> None:
    """Leave every body out of a bundle, as a forwarder could who has its sender's key."""
    manifest, packed = forge.opened(path, offices[COMMUNITY])
    pieces = []
    for listed, one in zip(manifest.segments, packed, strict=True):
        payload = segment.decode(bundle.unpack_segment(one))[1]
        ops = [segment.Bare(husk_of(op)) if isinstance(op, bytes) else op for op in payload.ops]
        raw = segment.encode(payload.header, payload.signature, ops)
        pieces.append(forge.Piece(listed, forge.packed(raw)))
    encoded = msgspec.msgpack.encode(manifest)
    plain = Forge(offices[GRID], offices[COMMUNITY]).around(encoded, pieces)
    path.write_bytes(forge.sealed(plain, offices[COMMUNITY].keys.age_recipient))


def _wanted(offices: Offices) -> list[bytes]:
    return [
        one
        for unit in OFFICES
        for page in offices[unit].read(_own_pages)
        for line in page.lines
        for one in line.wanted
    ]


def _own_pages(session: Session) -> list[receipt.Page]:
    own = stations.known(session).own
    return receipt.pages(session, own.hash, 1, 0, OFFICES)


def _waiting(offices: Offices) -> int:
    pairs = [(GRID, COMMUNITY), (COMMUNITY, GRID), (COMMUNITY, SUBDISTRICT), (SUBDISTRICT, COMMUNITY)]
    return sum(_listed(offices, *pair) for pair in pairs)


def _listed(offices: Offices, sender: str, receiver: str) -> int:
    return len(offices[sender].read(owed.to, receiver).segments)


def _digests(session: Session, class_name: str, record: bytes) -> list[bytes]:
    return [one.digest for one in journal.history(session, class_name, GRID, record)]


def _digest_of_segments_holds(session: Session) -> bool:
    rows = session.connection.execute(sa.select(tables.segment.c.id, tables.segment.c.hash)).all()
    return all(
        segment.hash_of(payload.header, segment.digests_of(payload.ops)) == bytes(row.hash)
        for row in rows
        for _, payload in (segment.decode(sealing.rebuilt(session, row.id)),)
    )


def _everything(session: Session) -> str:
    """Everything a book holds, the bodies of the log unpacked."""
    parts = []
    for table in tables.metadata.sorted_tables:
        for row in session.connection.execute(table.select()):
            parts.append(repr(tuple(row)))
            if table is tables.op and row.body is not None:
                parts.append(unpack(bytes(row.body)).decode("utf-8", "replace"))
    return "\n".join(parts)


def test_a_book_that_was_put_back_twice_is_not_taken_for_two_pcs(offices: Offices) -> None:
    offices.visit()
    offices.round()
    copy = Copy(offices, GRID)
    for _ in range(2):
        offices.visit()
        offices.round()
        copy.put_back()
        offices.round()
        offices.round()

    assert [offices[unit].read(twins.noticed) for unit in OFFICES] == [[], [], []]
