"""Malformed parts of bundles, frozen with what became of them: `python -m tests.sync.vectors.make`.

Each valid sample is harmed in every place by every kind of harm; what its parser refuses is written down once
and stays, so that no later change of a parser lets in what format 1 refused.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gridbook.errors import GridbookError
from gridbook.records.base import Reach
from gridbook.records.rights import Kind
from gridbook.store import ops
from gridbook.sync import bundle, form, joining, receipt, segment, trust

FROZEN = Path(__file__).with_name("format-1.jsonl")
GRID, COMMUNITY, SUBDISTRICT = "990101001003005", "990101001003", "990101001"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
HARMS: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**63,
    2**64 - 1,
    1.5,
    "",
    "单元" * 40,
    b"",
    b"\x00" * 33,
    [],
    [[]],
    {},
    {"": 0},
)
EVERY = 7
"""Of the harms that a parser refuses every seventh is kept: the file stays small, and every kind is in it."""


def harmless(parsed: object) -> None:
    """What is understood is not stored by a parser; that it was understood is all one asks."""


def parse_op(raw: bytes) -> None:
    """An op as it lies in a segment."""
    harmless(ops.decode(raw))


def parse_husk(raw: bytes) -> None:
    """What is left of an op without its body."""
    harmless(ops.decode_husk(raw))


def parse_segment(raw: bytes) -> None:
    """A segment before compression."""
    harmless(segment.decode(raw))


def parse_packed(raw: bytes) -> None:
    """A segment as it lies in a bundle."""
    harmless(segment.decode(bundle.unpack_segment(raw)))


def parse_manifest(raw: bytes) -> None:
    """The manifest of a bundle."""
    harmless(bundle._manifest(raw))


def parse_certificate(raw: bytes) -> None:
    """A certificate."""
    harmless(trust.read_certificate(raw))


def parse_roster(raw: bytes) -> None:
    """A roster, signed by the root of these samples."""
    harmless(trust.read_roster(raw, samples_root()))


def parse_receipt(raw: bytes) -> None:
    """A page of a receipt."""
    harmless(receipt.decode(raw))


def parse_ask(raw: bytes) -> None:
    """What a station asks to be admitted with."""
    harmless(form.read(joining._questions, raw))


PARSERS: dict[str, Callable[[bytes], None]] = {
    "op": parse_op,
    "husk": parse_husk,
    "segment": parse_segment,
    "packed segment": parse_packed,
    "manifest": parse_manifest,
    "certificate": parse_certificate,
    "roster": parse_roster,
    "receipt": parse_receipt,
    "ask": parse_ask,
}


def outcome(kind: str, raw: bytes) -> str:
    """`understood`, or the kind of refusal; anything else is a bug and is raised."""
    try:
        PARSERS[kind](raw)
    except GridbookError as error:
        return error.situation
    except ValueError:
        return "ValueError"
    except Exception as error:
        if type(error).__name__ == "ZstdError":
            return "ZstdError"
        raise
    return "understood"


def samples_root() -> trust.Certificate:
    """The root certificate of the samples."""
    asked = trust.Asked(SUBDISTRICT, "街道", KEY.public_key().public_bytes_raw(), "age1x", "age1y")
    return trust.issue(KEY, None, asked, 1_700_000_000_000)


def samples() -> dict[str, bytes]:
    """One valid sample of each kind."""
    root = samples_root()
    op = ops.encode(
        ops.Op(
            "Visit", bytes(16), Kind.CREATE, GRID, (bytes(32),), 1_700_000_000_000, False, 1,
            {"number": "0305-26-0001-7K2Q", "part": "morning", "categories": ["F01"], "n": 3, "b": b"1"},
            "w1", "", bytes(range(16)),
        )
    )  # fmt: skip
    header = segment.header_bytes(
        segment.Header(1, root.hash, bytes(16), GRID, str(Reach.SUBDISTRICT), 1, None, 1, 1)
    )
    whole = segment.encode(header, bytes(64), [op])
    manifest = bundle.Manifest(
        1, root.hash, COMMUNITY, bytes(16), ((GRID, bytes(16), None, False),), GRID, 1_700_000_000_000, 1,
        True, b"", (root.raw,), (b"page",), (bytes(32),),
    )  # fmt: skip
    roster = trust.RosterBody(1, 1_700_000_000_000, ((GRID, root.hash),), ((root.hash, (bytes(32),)),))
    held = receipt.LineHeld(
        bytes(16), Reach.SUBDISTRICT, (receipt.Run(bytes(32), 2, 1),), (bytes(32),), (bytes(32),),
        (receipt.Refused(bytes(32), 3, "altered"),),
    )  # fmt: skip
    page = receipt.Page(
        COMMUNITY, root.hash, bytes(16), 7, 1_700_000_000_000, GRID, (held,), ((bytes(16), 3),)
    )
    return {
        "op": op,
        "husk": ops.husk_of(op),
        "segment": whole,
        "packed segment": bundle.pack_segment(whole),
        "manifest": msgspec.msgpack.encode(manifest),
        "certificate": root.raw,
        "roster": trust.sign_roster(KEY, roster),
        "receipt": receipt.sign(KEY, page, page.lines),
        "ask": msgspec.msgpack.encode(trust.Asked(GRID, "05网格", bytes(32), "age1x", "age1y")),
    }


def cut(raw: bytes) -> Iterator[bytes]:
    """Shorter and longer than they were."""
    yield from (raw[:n] for n in sorted({0, 1, 2, len(raw) // 3, len(raw) // 2, len(raw) - 1}))
    yield raw + b"\x00"
    yield raw + raw


def flipped(raw: bytes) -> Iterator[bytes]:
    """Every byte turned over, one at a time."""
    for n in range(len(raw)):
        yield raw[:n] + bytes([raw[n] ^ 0xFF]) + raw[n + 1 :]


def reshaped(raw: bytes) -> Iterator[bytes]:
    """Every part of the structure replaced, left out or doubled, as well-formed msgpack."""
    try:
        parts = msgspec.msgpack.decode(raw)
    except msgspec.DecodeError:
        return
    for harmed in _harmed(parts):
        yield msgspec.msgpack.encode(harmed)


def _harmed(part: Any) -> Iterator[Any]:
    yield from HARMS
    if isinstance(part, list):
        for n, inner in enumerate(part):
            for harmed in _harmed(inner):
                yield [*part[:n], harmed, *part[n + 1 :]]
            yield [*part[:n], *part[n + 1 :]]
            yield [*part[: n + 1], *part[n:]]
        yield [*part, 0]


def nested() -> Iterator[bytes]:
    """Lists and maps within each other without end, and lengths of gigabytes with nothing behind them."""
    yield b"\x91" * 60_000
    yield b"\x81\xa1a" * 20_000
    for start in (b"\xdd", b"\xdf", b"\xdb", b"\xc6"):
        yield start + b"\xff\xff\xff\xff"


def refused() -> Iterator[tuple[str, str, bytes]]:
    """Kind, outcome and bytes of everything harmed that is refused; each sample itself is understood."""
    for kind, raw in samples().items():
        if outcome(kind, raw) != "understood":
            raise SystemExit(f"the sample of a {kind} is not understood")
        tried = [*cut(raw), *nested()]
        harms = [
            one for harm in (flipped, reshaped) for one in harm(raw) if outcome(kind, one) != "understood"
        ]
        for one in dict.fromkeys([*tried, *harms[::EVERY]]):
            told = outcome(kind, one)
            if told != "understood" and len(one) <= 4096:
                yield kind, told, one


def main() -> None:
    """Write the vectors; only ever for a new format."""
    with FROZEN.open("w", encoding="utf-8") as file:
        for kind, told, raw in refused():
            file.write(json.dumps({"kind": kind, "outcome": told, "hex": raw.hex()}) + "\n")


if __name__ == "__main__":
    main()
