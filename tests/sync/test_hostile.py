"""What a hostile file, station or stick may not bring about."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gridbook.records.rights import Kind
from gridbook.store.ops import encode
from gridbook.sync import (
    bundle,
    export,
    owed,
    quarantine,
    receipt,
    segment,
    stations,
    status,
    sticks,
    take,
    trust,
)
from gridbook.sync.incoming import Taken
from tests.sync import forge
from tests.sync.forge import Author, Forge, Piece, piece
from tests.sync.offices import COMMUNITY, GRID, OTHER_GRID, SUBDISTRICT, Offices, errors

DEEP = b"\x91" * 60_000


class Attack:
    """A grid that hands over what it likes to its community."""

    def __init__(self, offices: Offices) -> None:
        self.offices = offices
        self.forge = Forge(offices[GRID], offices[COMMUNITY])
        self.grid = self.forge.sender
        self.community = Author.of(offices[COMMUNITY])

    def hand(self, plain: bytes) -> Taken:
        """Put a plaintext on a stick; the office takes it in and can do its work afterwards."""
        path = self.forge.write(self.offices.stick(), plain)
        taken = take.take(self.offices[COMMUNITY], path)
        self.works()
        return taken

    def pieces(self, *pieces: Piece, **changed: Any) -> Taken:
        """Hand over these segments."""
        return self.hand(self.forge.plain(pieces, **changed))

    def works(self) -> None:
        """The office that was attacked hands over, restarts and shows what it holds."""
        store = self.offices[COMMUNITY]
        assert [one.error for one in take.resume(store)] == []
        assert list((store.folder / "inbox").iterdir()) == []
        export.hand_over(store, self.offices.stick())
        store.read(status.held)

    def count(self, table: str) -> int:
        return self.offices.count(COMMUNITY, table)


@pytest.fixture
def attack(offices: Offices) -> Attack:
    return Attack(offices)


def reasons(taken: Taken) -> list[str]:
    assert taken.error is None
    return [reason for reason, _ in taken.refused]


# --- op layer ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"followed": 2**63},
        {"followed": 2**64 - 1},
        {"categories": [["F01"]]},
        {"categories": "F01"},
        {"number": 7},
        {"visited_on": "2026-13-45"},
        {"visited_on": None},
        {"part": "midnight"},
        {"number": "x" * 5000},
        {"number": "\0"},
        {"unknown": "kept"},
        {"number": 1.5},
    ],
    ids=repr,
)
def test_a_visit_with_values_that_no_desk_writes_stops_nothing(
    attack: Attack, fields: dict[str, Any]
) -> None:
    good = forge.visit(GRID)
    taken = attack.pieces(
        piece(attack.grid, [forge.visit(GRID, **fields)]),
        piece(attack.grid, [good], n=1),
    )

    assert taken.error is None
    assert attack.count("visit") >= 1


@pytest.mark.parametrize(
    "changed",
    [
        {"registered_at": "0001-01-01T00:00:00+08:00"},
        {"registered_at": "9999-12-31T23:59:59Z"},
        {"registered_at": "9999-12-31T23:59:59-08:00"},
        {"registered_at": "2026-11-23"},
        {"limit": "999"},
        {"limit": "９９"},
        {"limit": "x"},
        {"agreed_on": "9999-12-31", "limit": "by date"},
    ],
    ids=repr,
)
def test_a_request_with_impossible_days_stops_nothing(attack: Attack, changed: dict[str, Any]) -> None:
    made = forge.op(GRID, "Request", {**forge.REQUEST, **changed})
    again = msgspec.structs.replace(made, kind=Kind.SET, parents=(), nonce=bytes(16))

    taken = attack.pieces(piece(attack.grid, [encode(made)]), piece(attack.grid, [encode(again)], n=1))

    assert taken.error is None


EVENTS: list[dict[str, Any]] = [
    {"event": "transfer", "to": 5},
    {"event": "transfer", "to": "99010100100300５"},
    {"event": "transfer"},
    {"event": "accept", "more": b"\xff"},
    {"event": "suspend", "reason": ["x"]},
    {"event": "extend", "days": 2**62},
    {"event": "extend", "days": -5},
    {"event": "extend", "days": True},
    {"event": "extend", "days": "５"},
    {"event": "supervise", "reply_due": "9999-99-99"},
    {"event": "supervise", "reply_due": "2026-W48-1"},
    {"event": "supervise", "reply_due": 5},
    {"event": "merge", "into": "no id"},
    {"event": "merge", "into": b"short"},
    {"event": "resolve", "outcome": "nothing"},
    {"event": "resolve", "outcome": ["solved"]},
    {"event": "assign", "lead": GRID, "co": GRID},
    {"event": "assign", "lead": GRID, "co": [""]},
    {"event": "co-handle", "unit": b"x"},
    {"event": "follow up", "satisfaction": 1},
    {"event": ["accept"]},
    {"event": b"accept"},
    {"event": None},
    {"event": 5},
    {},
]


@pytest.mark.parametrize("fields", EVENTS, ids=repr)
@pytest.mark.parametrize("stamp", [forge.STAMP, 2**62, -(2**62)])
def test_an_event_with_values_that_no_desk_writes_stops_nothing(
    attack: Attack, fields: dict[str, Any], stamp: int
) -> None:
    made = forge.op(GRID, "Request", forge.REQUEST)
    first = segment.digest_of(encode(made))
    accept = forge.op(
        COMMUNITY, "Request", {"event": "accept"}, record=made.record, kind=Kind.EVENT, parents=(first,)
    )
    event = forge.op(
        COMMUNITY,
        "Request",
        fields,
        record=made.record,
        kind=Kind.EVENT,
        parents=(segment.digest_of(encode(accept)),),
        stamp=stamp,
    )
    lead = Author.of(attack.offices[COMMUNITY])
    down = Forge(attack.offices[COMMUNITY], attack.offices[GRID])
    mine = piece(attack.grid, [encode(made)])
    theirs = piece(lead, [encode(accept), encode(event)], unit=GRID)
    path = down.write(attack.offices.stick(), down.plain([mine, theirs]))

    taken = take.take(attack.offices[GRID], path)

    assert taken.error is None and taken.refused == []
    assert attack.offices.count(GRID, "request") == 1


@pytest.mark.parametrize("stamp", [2**63, 2**64 - 1])
def test_a_stamp_beyond_64_bits_is_refused(attack: Attack, stamp: int) -> None:
    made = encode(forge.op(GRID, "Visit", forge.VISIT, stamp=stamp))

    assert reasons(attack.pieces(piece(attack.grid, [made]))) == ["malformed"]


def _op_with_body(body: bytes) -> bytes:
    raw = forge.visit(GRID)
    return raw[: 2 + int.from_bytes(raw[:2], "big")] + body


NONCE = b"\xc4\x10" + bytes(16)


@pytest.mark.parametrize(
    "raw",
    [
        _op_with_body(b"\x94\x81\xa1a" + DEEP),
        _op_with_body(b"\x94\x82\xa6number\xa1a\xa6number\xa1b\xa0\xa0" + NONCE),
        _op_with_body(b"\x94\x81\xa6number\xa2\xff\xfe\xa0\xa0" + NONCE),
        _op_with_body(b"\x94\x81\xa6number\xcb\x7f\xf8\0\0\0\0\0\0\xa0\xa0" + NONCE),
        _op_with_body(b"\x94\x81\xa6number\xc7\x01\x05\x00\xa0\xa0" + NONCE),
        _op_with_body(b"\x94\x81\xa6number\xd6\xff\0\0\0\x01\xa0\xa0" + NONCE),
        _op_with_body(b"\x94\x80\xa0\xa0\xc4\x0f" + bytes(15)),
        _op_with_body(b"\x94\x80\xa0\xa0" + NONCE + b"\0"),
        _op_with_body(b""),
        b"",
        b"\0",
        b"\xff\xff" + bytes(40),
        bytes(70_000),
        encode(forge.op(GRID, "Visit", forge.VISIT, record=b"short")),
        encode(forge.op(GRID, "Visit", forge.VISIT, parents=(b"short",))),
        encode(forge.op(GRID, "Visit", forge.VISIT)).replace(b"create", b"burned"),
    ],
    ids=range(16),
)
def test_bytes_that_are_no_op_refuse_their_segment_only(attack: Attack, raw: bytes) -> None:
    taken = attack.pieces(piece(attack.grid, [raw]), piece(attack.grid, [forge.visit(GRID)]))

    assert reasons(taken) == ["malformed"]
    assert attack.count("visit") == 1


def test_a_husk_of_megabytes_is_refused(attack: Attack) -> None:
    bare = segment.Bare(os.urandom(1 << 20))

    assert reasons(attack.pieces(piece(attack.grid, [bare]))) == ["malformed"]


def test_an_op_by_another_author_is_refused(attack: Attack) -> None:
    stolen = forge.visit(OTHER_GRID)

    assert reasons(attack.pieces(piece(attack.grid, [stolen]))) == ["another author's op"]


def test_a_class_that_nobody_knows_is_refused(attack: Attack) -> None:
    strange = encode(forge.op(GRID, "Household", {}))

    assert reasons(attack.pieces(piece(attack.grid, [strange]))) == ["class of another reach"]


# --- segment layer ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"n": 2**63, "prev": bytes(32)}, "malformed"),
        ({"n": 2**64 - 1, "prev": bytes(32)}, "malformed"),
        ({"n": 0}, "malformed"),
        ({"n": -1}, "malformed"),
        ({"n": 2}, "malformed"),
        ({"n": 2, "prev": b"x"}, "malformed"),
        ({"count": 2}, "malformed"),
        ({"count": -1}, "malformed"),
        ({"count": 2**40}, "malformed"),
        ({"min_reader": 2**63}, "malformed"),
        ({"min_reader": -1}, "malformed"),
        ({"format": 2}, "malformed"),
        ({"incarnation": b""}, "malformed"),
        ({"certificate": bytes(32)}, "unknown author"),
        ({"reach": "everywhere"}, "unknown reach"),
        ({"reach": ""}, "unknown reach"),
        ({"reach": "here"}, "not for this office"),
        ({"unit": OTHER_GRID}, "not the author's stream"),
        ({"unit": COMMUNITY}, "not the author's stream"),
        ({"unit": ""}, "not the author's stream"),
        ({"unit": "９９０１０１００１００３００５"}, "not the author's stream"),
        ({"unit": GRID + "001"}, "not the author's stream"),
    ],
    ids=repr,
)
def test_a_header_that_cannot_be_refuses_its_segment_only(
    attack: Attack, changed: dict[str, Any], reason: str
) -> None:
    bad = piece(attack.grid, [forge.visit(GRID)], **changed)

    taken = attack.pieces(bad, piece(attack.grid, [forge.visit(GRID)]))

    assert reasons(taken) == [reason]
    assert attack.count("visit") == 1


@pytest.mark.parametrize(
    "unit", [COMMUNITY + "abc", COMMUNITY + "00５", COMMUNITY + "1", COMMUNITY + "001001"]
)
def test_an_office_cannot_write_for_a_unit_that_cannot_be(attack: Attack, unit: str) -> None:
    up = Forge(attack.offices[COMMUNITY], attack.offices[SUBDISTRICT])
    made = encode(forge.op(COMMUNITY, "Request", forge.REQUEST))
    path = up.write(attack.offices.stick(), up.plain([piece(attack.community, [made], unit=unit)]))

    taken = take.take(attack.offices[SUBDISTRICT], path)

    assert reasons(taken) == ["not the author's stream"]
    assert attack.offices.count(SUBDISTRICT, "request") == 0
    export.hand_over(attack.offices[SUBDISTRICT], attack.offices.stick())


def test_a_header_nested_without_end_is_refused(attack: Attack) -> None:
    header = msgspec.msgpack.encode(
        segment.Header(
            1, attack.grid.certificate.hash, attack.grid.incarnation, GRID, "community", 1, None, 1, 1
        )
    )
    deep = b"\x9a" + header[1:] + DEEP

    assert reasons(attack.pieces(forge.of_header(attack.grid, deep, [forge.visit(GRID)]))) == ["malformed"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xc0",
        b"\x93" + DEEP,
        b"\x93\xc4\x00\xc4\x00\xdd\xff\xff\xff\xff",
        b"\x93\xc4\x00\xc4\x00\xdd\x00\xff\xff\xff" + b"\xc4\x00" * 0xFFFFFF,
        b"\x93\xc4\x00\xc4\x00\xdd\x00\xa0\x00\x00" + b"\x91\xc4\x00" * 0xA00000,
        b"not a segment",
    ],
    ids=["empty", "nil", "deep", "count without ops", "16 M empty ops", "10 M bare ops", "text"],
)
def test_bytes_that_are_no_segment_are_refused_quickly_and_in_little_memory(
    attack: Attack, raw: bytes
) -> None:
    packed = forge.packed(raw)
    path = attack.forge.write(
        attack.offices.stick(), attack.forge.plain([Piece(bytes(32), packed), _good(attack)])
    )
    peak, begun = Peak(), time.process_time()

    taken = take.take(attack.offices[COMMUNITY], path)

    assert taken.error is not None or reasons(taken) == ["malformed"]
    assert time.process_time() - begun < 2
    assert peak.grown() < 256 * 1024
    attack.works()


def _good(attack: Attack) -> Piece:
    return piece(attack.grid, [forge.visit(GRID)])


class Peak:
    """How many KiB the process grew at its largest since this was made."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5")
        self._before = self._read("VmRSS")

    def grown(self) -> int:
        return self._read("VmHWM") - self._before

    @staticmethod
    def _read(name: str) -> int:
        (line,) = [one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith(name)]
        return int(line.split()[1])


def test_21_a_decompression_bomb_is_refused_quickly_and_in_little_memory(attack: Attack) -> None:
    bomb = Piece(bytes(32), forge.packed(bytes(segment.LARGEST_PLAIN)))
    many = [Piece(n.to_bytes(32, "big"), bomb.packed) for n in range(300)]
    peak, begun = Peak(), time.process_time()

    taken = attack.pieces(*many)

    assert errors([taken]) == ["BundleTooLarge"]
    assert time.process_time() - begun < 2
    assert peak.grown() < 256 * 1024


def test_large_ops_in_many_segments_do_not_pile_up_in_memory(attack: Attack) -> None:
    noise = os.urandom(4 << 20)
    pieces = [piece(attack.grid, [noise[:-1] + bytes([n])]) for n in range(40)]
    path = attack.forge.write(attack.offices.stick(), attack.forge.plain(pieces))
    peak = Peak()

    taken = take.take(attack.offices[COMMUNITY], path)

    assert set(reasons(taken)) == {"malformed"}
    assert peak.grown() < 256 * 1024


@pytest.mark.parametrize(
    "packed",
    [b"", b"\x28\xb5\x2f\xfd", b"zstd", b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"],
    ids=["empty", "magic only", "text", "skippable frame"],
)
def test_bytes_that_are_not_zstd_are_refused(attack: Attack, packed: bytes) -> None:
    taken = attack.pieces(Piece(bytes(32), packed))

    assert taken.error is not None or reasons(taken) == ["malformed"]


def test_a_segment_listed_twice_refuses_the_bundle(attack: Attack) -> None:
    one = _good(attack)

    assert errors([attack.pieces(one, one)]) == ["NotABundle"]


def test_many_refused_segments_fill_neither_disk_nor_screen(attack: Attack) -> None:
    pieces = [Piece(n.to_bytes(32, "big"), forge.packed(n.to_bytes(4, "big"))) for n in range(3000)]
    begun = time.process_time()

    taken = attack.pieces(*pieces)

    assert len(reasons(taken)) == 3000
    assert time.process_time() - begun < 5
    assert len(taken.alarms) < 20
    assert len(list((attack.offices[COMMUNITY].folder / "quarantine").iterdir())) <= quarantine.MOST_KEPT
    assert attack.count("refusal") <= quarantine.MOST_KEPT


def test_a_refused_segment_of_no_known_reach_does_not_stop_the_next_receipt(attack: Attack) -> None:
    attack.pieces(piece(attack.grid, [forge.visit(GRID)], reach="everywhere"))

    (made,) = export.hand_over(attack.offices[COMMUNITY], attack.offices.stick(), GRID)

    assert take.take(attack.offices[GRID], made.path).error is None


def test_a_segment_in_the_name_of_anothers_life_shuts_nobody_out(attack: Attack) -> None:
    offices = attack.offices
    offices.visit()
    offices.round()
    life = offices[GRID].incarnation
    spoof = piece(
        attack.community,
        [encode(forge.op(COMMUNITY, "Request", forge.REQUEST))],
        unit=GRID,
        incarnation=life,
    )
    up = Forge(offices[COMMUNITY], offices[SUBDISTRICT])
    taken = take.take(offices[SUBDISTRICT], up.write(offices.stick(), up.plain([spoof])))
    assert taken.error is None
    down = Forge(offices[COMMUNITY], offices[GRID])

    told = take.take(offices[GRID], down.write(offices.stick(), down.plain([spoof])))

    assert told.alarms == []
    assert offices[GRID].incarnation == life
    offices.visit()
    offices.round()
    offices.round()
    for unit in (GRID, COMMUNITY, SUBDISTRICT):
        assert offices.count(unit, "visit") == 2
    assert offices[GRID].incarnation == life


# --- manifest layer ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "situation"),
    [
        ({"suite": 2}, "BundleIsNewer"),
        ({"suite": 0}, "BundleIsNewer"),
        ({"sender": bytes(32)}, "UnknownSender"),
        ({"unit": OTHER_GRID}, "UnknownSender"),
        ({"unit": ""}, "UnknownSender"),
        ({"receiver": SUBDISTRICT}, "NotAddressedHere"),
        (
            {
                "receiver": "",
            },
            "NotAddressedHere",
        ),
        ({"practice": False}, "PracticeIsNotReal"),
        ({"incarnation": b"x"}, "NotABundle"),
        ({"made_at": 2**64 - 1}, "NotABundle"),
        ({"certificates": (b"",)}, "NotABundle"),
        ({"certificates": (DEEP,)}, "NotABundle"),
        ({"segments": (b"x",)}, "NotABundle"),
    ],
    ids=lambda one: str(one)[:40],
)
def test_a_manifest_that_cannot_be_is_refused_as_a_whole(
    attack: Attack, changed: dict[str, Any], situation: str
) -> None:
    good = _good(attack)

    taken = attack.pieces(good, **changed)

    assert errors([taken]) == [situation]
    assert attack.count("visit") == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"made_at": 2**63 - 1},
        {"made_at": -(2**63)},
        {"reads": 2**64 - 1},
        {"reads": -5},
        {"roster": b""},
        {"roster": b"\xc0"},
        {"roster": DEEP},
        {"receipts": (b"", b"\xc0", DEEP, bytes(2 << 20))},
        {
            "lineage": (
                ("", b"", None, True),
                (GRID, bytes(16), b"x", False),
                ("９９", bytes(16), None, False),
            )
        },
        {"incarnation": bytes(16)},
    ],
    ids=lambda one: str(one)[:40],
)
def test_odd_parts_of_a_manifest_leave_its_segments_alone(attack: Attack, changed: dict[str, Any]) -> None:
    taken = attack.pieces(_good(attack), **changed)

    assert errors([taken]) == []
    assert attack.count("visit") == 1


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"\xc0",
        DEEP,
        b"\x80",
        b"\xdc\xff\xff",
        b"\x9d\x01",
        b"\x9d" + b"\xcf" + b"\xff" * 8,
        b"\xdd\xff\xff\xff\xff" + b"\x91" * 100,
    ],
    ids=range(8),
)
def test_bytes_that_are_no_manifest_are_no_bundle(attack: Attack, encoded: bytes) -> None:
    assert errors([attack.hand(attack.forge.around(encoded))]) == ["NotABundle"]


@pytest.mark.parametrize(
    ("part", "item"),
    [
        (4, b"\x94\xa0\xc4\x00\xc0\xc2"),
        (10, b"\xc4\x00"),
        (11, b"\xc4\x00"),
        (12, b"\xc4\x00"),
    ],
    ids=["lineage", "certificates", "receipts", "segments"],
)
def test_21_a_manifest_of_millions_of_nothings_is_refused_quickly_and_in_little_memory(
    attack: Attack, part: int, item: bytes
) -> None:
    parts = [msgspec.msgpack.encode(one) for one in msgspec.structs.astuple(attack.forge.manifest)]
    many = (15 << 20) // len(item)
    parts[part] = b"\xdd" + many.to_bytes(4, "big") + item * many
    path = attack.forge.write(attack.offices.stick(), attack.forge.around(b"\x9d" + b"".join(parts)))
    peak, begun = Peak(), time.process_time()

    taken = take.take(attack.offices[COMMUNITY], path)

    assert errors([taken])[0] in ("NotABundle", "BundleTooLarge")
    assert time.process_time() - begun < 2
    assert peak.grown() < 256 * 1024


@pytest.mark.parametrize(
    ("plain", "situation"),
    [
        (lambda good: b"", "BundleTorn"),
        (lambda good: b"GRIDBOOK", "BundleTorn"),
        (lambda good: b"GRIDBOOX" + good[8:], "NotABundle"),
        (lambda good: good[:8] + b"\x00" + good[9:], "BundleIsNewer"),
        (lambda good: good[:8] + b"\x02" + good[9:], "BundleIsNewer"),
        (lambda good: good[:9] + b"\xff\xff\xff\xff" + good[13:], "BundleTooLarge"),
        (lambda good: good[:9] + b"\x00\x00\x00\x00" + good[13:], "NotABundle"),
        (lambda good: good[:-1], "BundleTorn"),
        (lambda good: good + b"\0", "NotABundle"),
        (lambda good: good[:-64] + bytes(64), "UnknownSender"),
    ],
    ids=range(10),
)
def test_a_container_that_cannot_be_is_refused_as_a_whole(
    attack: Attack, plain: Callable[[bytes], bytes], situation: str
) -> None:
    assert errors([attack.hand(plain(attack.forge.plain()))]) == [situation]


def test_21_a_piece_that_claims_gigabytes_is_refused(attack: Attack) -> None:
    encoded = msgspec.msgpack.encode(msgspec.structs.replace(attack.forge.manifest, segments=(bytes(32),)))
    plain = forge.container(encoded, forge.signed(attack.grid.key, encoded), []) + b"\xff\xff\xff\xff"

    assert errors([attack.hand(plain)]) == ["BundleTooLarge"]


def test_a_manifest_signed_by_another_station_is_not_believed(attack: Attack) -> None:
    encoded = msgspec.msgpack.encode(attack.forge.manifest)
    plain = forge.container(encoded, forge.signed(attack.community.key, encoded), [])

    assert errors([attack.hand(plain)]) == ["UnknownSender"]


def test_thousands_of_strange_certificates_cost_less_than_two_seconds(attack: Attack) -> None:
    body = attack.grid.certificate.body
    strange = tuple(
        forge.certificate(attack.grid.key, msgspec.msgpack.encode(msgspec.structs.replace(body, issued_at=n)))
        for n in range(30_000)
    )
    path = attack.forge.write(attack.offices.stick(), attack.forge.plain(certificates=strange))
    begun = time.process_time()

    taken = take.take(attack.offices[COMMUNITY], path)

    assert taken.error is not None
    assert time.process_time() - begun < 2


# --- certificates, lineage, roster ------------------------------------------------------------------------


def _issued(attack: Attack, issuer: Author, unit: str, issued_by: bytes | None) -> bytes:
    body = msgspec.structs.replace(attack.grid.certificate.body, unit=unit, issued_by=issued_by, issued_at=9)
    return forge.certificate(issuer.key, msgspec.msgpack.encode(body))


def test_a_certificate_for_a_unit_outside_its_issuer_is_not_believed(attack: Attack) -> None:
    stolen = [
        _issued(attack, attack.grid, OTHER_GRID, attack.grid.certificate.hash),
        _issued(attack, attack.grid, GRID, attack.grid.certificate.hash),
        _issued(attack, attack.grid, COMMUNITY, attack.grid.certificate.hash),
        _issued(attack, attack.grid, SUBDISTRICT, None),
        _issued(attack, attack.community, "990101001004001", attack.community.certificate.hash),
        _issued(attack, attack.grid, GRID + "001", attack.grid.certificate.hash),
    ]
    before = attack.count("station")

    attack.pieces(certificates=(*attack.forge.manifest.certificates, *stolen[:5]))
    attack.pieces(certificates=(*attack.forge.manifest.certificates, stolen[5]))

    assert attack.count("station") == before


def test_certificates_that_name_each_other_in_a_ring_end() -> None:
    body = trust.Body(1, GRID, "", bytes(32), "", "", b"b", 0)
    ring = {
        b"a": trust.Certificate(b"", b"a", body, b"", b""),
        b"b": trust.Certificate(b"", b"b", msgspec.structs.replace(body, issued_by=b"a"), b"", b""),
        b"c": trust.Certificate(b"", b"c", msgspec.structs.replace(body, issued_by=b"c"), b"", b""),
    }

    ground = trust.Ground(b"root", {}, frozenset())
    assert not any(trust.believed(one, ring, ground) for one in ring.values())


def test_a_grid_cannot_tell_its_community_that_it_or_the_subdistrict_is_superseded(attack: Attack) -> None:
    offices = attack.offices
    life = offices[COMMUNITY].incarnation
    above = offices[SUBDISTRICT].incarnation
    held = offices[COMMUNITY].read(stations.live_incarnations, SUBDISTRICT)

    attack.pieces(lineage=((COMMUNITY, life, None, True), (SUBDISTRICT, above, None, True)))

    assert offices[COMMUNITY].incarnation == life
    assert offices[COMMUNITY].read(stations.live_incarnations, SUBDISTRICT) == held


def test_a_lineage_without_end_does_not_fill_the_book(attack: Attack) -> None:
    for turn in range(3):
        attack.pieces(
            lineage=tuple((GRID, (turn * 2000 + n).to_bytes(16, "big"), None, False) for n in range(2000))
        )

    assert attack.count("incarnation") < 1200


@pytest.mark.parametrize("version", [2**63, 2**64 - 1, -1])
def test_a_roster_with_an_impossible_version_is_not_kept(attack: Attack, version: int) -> None:
    root = Author.of(attack.offices[SUBDISTRICT])
    body = msgspec.msgpack.encode((version, 0, (), ()))
    before = attack.count("roster")

    taken = attack.pieces(_good(attack), roster=forge.roster(root.key, body))

    assert taken.error is None and taken.alarms
    assert attack.count("roster") == before


def test_an_old_roster_is_passed_over_and_a_second_one_of_the_same_version_is_an_alarm(
    attack: Attack,
) -> None:
    root = Author.of(attack.offices[SUBDISTRICT])
    held = attack.offices[COMMUNITY].read(stations.roster_bytes)
    version = trust.read_roster(held, root.certificate).version

    old = attack.pieces(roster=forge.roster(root.key, msgspec.msgpack.encode((0, 0, (), ()))))
    other = attack.pieces(roster=forge.roster(root.key, msgspec.msgpack.encode((version, 1, (), ()))))

    assert old.alarms == []
    assert len(other.alarms) == 1
    assert attack.offices[COMMUNITY].read(stations.roster_bytes) == held


# --- receipts ---------------------------------------------------------------------------------------------


def _receipts(attack: Attack) -> list[receipt.Page]:
    return [page for page in attack.offices[COMMUNITY].read(_pages) if page.holder == GRID]


def _pages(session: Any) -> list[receipt.Page]:
    rows = session.run("SELECT body FROM receipt")
    return [receipt.decode(bytes(row[0]))[0] for row in rows]


@pytest.mark.parametrize(
    "changed",
    [
        {"number": 2**63},
        {"number": 2**64 - 1},
        {"number": -1},
        {"incarnation": b"x"},
        {"holder": COMMUNITY},
        {"unit": OTHER_GRID},
        {"unit": "x"},
        {"unit": "99010100100300５"},
        {"certificate": bytes(32)},
        {"lines": ((bytes(16), "everywhere", (), (), (), ()),)},
        {"lines": ((b"x", "down", (), (), (), ()),)},
        {"lines": ((bytes(16), "down", ((bytes(32), 2**63, 1),), (), (), ()),)},
        {"lines": ((bytes(16), "down", ((bytes(32), -1, 1),), (), (), ()),)},
        {"lines": ((bytes(16), "down", ((b"x", 1, 1),), (), (), ()),)},
        {"seen": ((bytes(16), 2**63),)},
        {"seen": ((b"x", 1),)},
    ],
    ids=repr,
)
def test_a_receipt_page_that_cannot_be_is_not_kept(attack: Attack, changed: dict[str, Any]) -> None:
    taken = attack.pieces(_good(attack), receipts=(attack.forge.page(**{"unit": GRID, **changed}),))

    assert taken.error is None
    assert _receipts(attack) == []
    assert attack.count("visit") == 1


def test_a_grid_cannot_end_its_communitys_life_through_streams_it_does_not_hold(attack: Attack) -> None:
    life = attack.offices[COMMUNITY].incarnation
    lines = ((life, "community", ((bytes(32), 9, 1),), (), (), ()),)

    attack.pieces(receipts=(attack.forge.page(COMMUNITY, lines),))

    assert attack.offices[COMMUNITY].incarnation == life


def test_an_old_page_played_again_changes_nothing(attack: Attack) -> None:
    old = attack.forge.page(GRID, number=1)
    attack.pieces(receipts=(attack.forge.page(GRID, number=2),))

    attack.pieces(receipts=(old,))

    assert [page.number for page in _receipts(attack)] == [2]


def test_thousands_of_pages_in_one_bundle_are_refused(attack: Attack) -> None:
    page = attack.forge.page(GRID)

    assert errors([attack.pieces(receipts=(page,) * 20_000)])[0] in ("BundleTooLarge", "NotABundle")


def test_a_page_of_endless_runs_costs_no_time_at_the_next_hand_over(attack: Attack) -> None:
    offices = attack.offices
    ops = [forge.visit(GRID) for _ in range(1500)]
    chain, prev = [], None
    for n, one in enumerate(ops, 1):
        chain.append(piece(attack.grid, [one], n=n, prev=prev))
        prev = chain[-1].hash
    attack.pieces(*chain)
    runs = tuple((one.hash, n, 1) for n, one in enumerate(chain, 1)) * 10
    line = (attack.grid.incarnation, "subdistrict", runs, (), (), ())
    page = attack.forge.page(GRID, (line,), number=10**6)
    assert len(page) < receipt.LARGEST
    attack.pieces(receipts=(page,))
    begun = time.process_time()

    held = offices[COMMUNITY].read(owed.held_by, GRID)

    assert len(held) == 1500
    assert time.process_time() - begun < 1


def test_a_station_with_endless_branches_gets_a_receipt_that_can_still_be_read(attack: Attack) -> None:
    heads = [piece(attack.grid, [forge.visit(GRID)]) for _ in range(3000)]
    attack.pieces(*heads)
    begun = time.process_time()

    (made,) = export.hand_over(attack.offices[COMMUNITY], attack.offices.stick(), GRID)

    assert time.process_time() - begun < 5
    assert take.take(attack.offices[GRID], made.path).error is None
    pages = attack.offices[GRID].read(_pages)
    assert any(page.unit == GRID for page in pages)


# --- the stick --------------------------------------------------------------------------------------------


def test_a_hostile_file_inserted_a_hundred_times_is_kept_once(attack: Attack, tmp_path: Path) -> None:
    encoded = msgspec.msgpack.encode(attack.forge.manifest)
    plain = forge.container(encoded, bytes(64), [])
    path = attack.forge.write(attack.offices.stick(), plain)

    for _ in range(100):
        assert errors([take.take(attack.offices[COMMUNITY], path)]) == ["UnknownSender"]

    assert len(list((attack.offices[COMMUNITY].folder / "quarantine").iterdir())) == 1
    assert list((attack.offices[COMMUNITY].folder / "inbox").iterdir()) == []


@pytest.mark.parametrize("changed", [{"suite": 9}, {"practice": False}, {"receiver": SUBDISTRICT}], ids=repr)
def test_what_is_no_evidence_is_not_kept(attack: Attack, changed: dict[str, Any]) -> None:
    assert attack.pieces(**changed).error is not None

    assert not list((attack.offices[COMMUNITY].folder / "quarantine").glob("*"))


def test_pipes_links_and_folders_that_are_called_bundles_are_passed_over(attack: Attack) -> None:
    offices = attack.offices
    stick = offices.stick()
    os.mkfifo(stick / "pipe.gbb")
    (stick / "folder.gbb").mkdir()
    (stick / "gone.gbb").symlink_to(stick / "nowhere")
    secret = offices.folder / "secret"
    secret.write_bytes(b"age-encryption.org/v1\nsecret")
    (stick / "link.gbb").symlink_to(secret)
    offices.visit()
    real = attack.forge.write(stick, attack.forge.plain([_good(attack)]))

    taken = take.from_stick(offices[COMMUNITY], stick)

    assert [(one.path.name, one.error) for one in taken] == [(real.name, None)]
    for name in ("pipe.gbb", "folder.gbb", "gone.gbb", "link.gbb", "missing.gbb"):
        assert errors([take.take(offices[COMMUNITY], stick / name)]) != []
    attack.works()


def test_a_file_name_that_is_not_text_is_no_obstacle(attack: Attack) -> None:
    path = attack.forge.write(attack.offices.stick(), attack.forge.plain([_good(attack)]))
    odd = Path(os.fsdecode(os.fsencode(path.parent) + b"/\xff\xfe.gbb"))
    path.rename(odd)

    (taken,) = take.from_stick(attack.offices[COMMUNITY], odd.parent)

    assert taken.error is None
    assert attack.count("visit") == 1


def test_a_file_that_vanishes_between_two_looks_hides_no_other(
    attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = attack.offices.stick()
    real = attack.forge.write(stick, attack.forge.plain([_good(attack)]))
    listed = Path.iterdir

    def with_a_ghost(folder: Path) -> Iterator[Path]:
        yield folder / "ghost.gbb"
        yield from listed(folder)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", with_a_ghost)
        patch.setattr(Path, "is_file", lambda path: True)
        found = sticks.files(stick, bundle.ENDING)

    assert found == [real]


def test_a_file_larger_than_any_bundle_is_not_copied(attack: Attack) -> None:
    path = attack.offices.stick() / "huge.gbb"
    with path.open("wb") as file:
        file.write(b"age-encryption.org/v1\n")
        file.truncate(sticks.LARGEST_FILE + 1)

    assert errors([take.take(attack.offices[COMMUNITY], path)]) == ["BundleTooLarge"]
    attack.works()


def test_what_lies_in_the_inbox_and_is_always_bad_blocks_no_start(attack: Attack) -> None:
    inbox = attack.offices[COMMUNITY].folder / "inbox"
    inbox.mkdir(exist_ok=True)
    (inbox / "bad.gbb").write_bytes(b"age-encryption.org/v1\nnothing")
    (inbox / "empty.gbb").write_bytes(b"")
    encoded = msgspec.msgpack.encode(attack.forge.manifest)
    forged = forge.container(encoded, bytes(64), [])
    (inbox / "forged.gbb").write_bytes(forge.sealed(forged, attack.forge.recipient))
    (inbox / "good.gbb").write_bytes(
        forge.sealed(attack.forge.plain([_good(attack)]), attack.forge.recipient)
    )

    taken = take.resume(attack.offices[COMMUNITY])

    assert sorted(errors(taken)) == ["NotABundle", "NotABundle", "UnknownSender"]
    assert attack.count("visit") == 1
    attack.works()


def test_a_preview_that_is_cut_off_is_not_taken_in_at_the_next_start(
    attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = attack.forge.write(attack.offices.stick(), attack.forge.plain([_good(attack)]))

    def power_cut(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bundle, "read", power_cut)
        with pytest.raises(KeyboardInterrupt):
            take.take(attack.offices[COMMUNITY], path, preview=True)

    assert take.resume(attack.offices[COMMUNITY]) == []
    assert attack.count("visit") == 0
    attack.works()


def test_a_disk_that_stays_full_does_not_fill_further(attack: Attack) -> None:
    store = attack.offices[COMMUNITY]
    ops = [forge.visit(GRID) for _ in range(1500)]
    path = attack.forge.write(attack.offices.stick(), attack.forge.plain([piece(attack.grid, ops)]))
    store.write(_limit_pages)

    for _ in range(5):
        assert errors([take.take(store, path)]) == ["DiskFull"]

    assert len(list((store.folder / "inbox").iterdir())) == 1


def _limit_pages(session: Any) -> None:
    pages = session.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    session.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 20}")
