"""Whole hostile bundles, frozen with what must come of them: `python -m tests.sync.vectors.whole`.

The books that receive them and the keys of their stations are made once (`--books`) and kept. A bundle that
is kept is never made again, because age encrypts differently each time. Each states what it expects; the
frozen outcome says the rest.
"""

import argparse
import base64
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pyrage
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gridbook.records.base import Reach
from gridbook.store.ops import husk_of
from gridbook.sync import bundle, segment, take, trust
from tests.sync import forge
from tests.sync.forge import Author, Piece
from tests.sync.offices import COMMUNITY, GRID, OTHER_GRID, SUBDISTRICT
from tests.sync.vectors.town import DOWN, HERE, OUTCOMES, STAMP, UP, Receivers, Town, come_of, offices


@dataclass(frozen=True)
class Vector:
    """A hostile file: what it expects is an error, the reasons of refused segments, or that it is taken."""

    name: str
    file: bytes
    expects: str
    to: str = DOWN
    added: int = 0
    after: tuple[str, ...] = field(default=())


def harmed(parts: list[Any], number: int, text: int) -> dict[str, bytes]:
    """An array of parts, malformed in every way that bytes can be; a number and a text stand in it."""

    def with_part(at: int, part: Any) -> bytes:
        return msgspec.msgpack.encode([*parts[:at], part, *parts[at + 1 :]])

    whole = msgspec.msgpack.encode(parts)
    mark = "~~~~"
    return {
        "nothing": b"",
        "trailing": whole + b"\0",
        "cut": whole[:-1],
        "one-part-less": msgspec.msgpack.encode(parts[:-1]),
        "map": msgspec.msgpack.encode(dict(enumerate(parts))),
        "nan": with_part(number, float("nan")),
        "huge": with_part(number, 2**64 - 1),
        "bad-text": with_part(text, mark).replace(mark.encode(), b"\xff\xfe\xc0\x80"),
        "deep": with_part(text, mark).replace(b"\xa4" + mark.encode(), b"\x91" * 3000 + b"\xc0"),
        "endless": b"\xdd\xff\xff\xff\xff" + whole[1:],
    }


def layers(town: Town) -> Iterator[Vector]:
    """Malformed bytes in every layer: manifest, header, op, certificate, receipt, roster."""

    def at_manifest(raw: bytes, **changed: Any) -> bytes:
        return town.sealed(town.around(raw))

    parts = list(
        msgspec.structs.astuple(
            msgspec.msgpack.decode(town.manifest(town.grid, DOWN, []), type=bundle.Manifest)
        )
    )
    for how, raw in harmed(parts, 6, 1).items():
        yield Vector(f"manifest-{how}", at_manifest(raw), "NotABundle")
    header = [1, town.grid.certificate.hash, town.grid.incarnation, GRID, "subdistrict", 1, None, 1, 1]
    for how, raw in harmed(header, 5, 3).items():
        bad = forge.of_header(town.grid, raw, [town.visit()])
        yield Vector(f"header-{how}", town.sealed(town.plain([bad, town.piece()])), "malformed", added=1)
    husk = ["Visit", town.next(16), "create", GRID, [], STAMP, False, 1]
    body = [dict(forge.VISIT), "1", "", town.next(16)]
    for how, raw in harmed(husk, 5, 3).items():
        op = len(raw).to_bytes(2, "big") + raw + msgspec.msgpack.encode(body)
        yield Vector(f"husk-{how}", _with(town, op), "malformed", added=1)
    doubled = msgspec.msgpack.encode(body).replace(b"\x87", b"\x88\xa4part\xa4noon", 1)
    assert doubled != msgspec.msgpack.encode(body)
    numbers = {**forge.VISIT, "n": 7}
    for how, raw in {
        **harmed(body, 3, 1),
        "twice-named": doubled,
        "nan-field": msgspec.msgpack.encode([{**numbers, "n": float("nan")}, *body[1:]]),
        "huge-field": msgspec.msgpack.encode([{**numbers, "n": 2**64 - 1}, *body[1:]]),
    }.items():
        whole = msgspec.msgpack.encode(husk)
        yield Vector(
            f"body-{how}", _with(town, len(whole).to_bytes(2, "big") + whole + raw), "malformed", added=1
        )
    certificate = list(msgspec.structs.astuple(town.grid.certificate.body))
    for how, raw in harmed(certificate, 7, 2).items():
        signed = forge.certificate(town.community.key, raw)
        file = town.sealed(town.plain([town.piece()], certificates=(signed,)))
        yield Vector(f"certificate-{how}", file, "NotABundle")
    for how, raw in harmed(town.page(), 3, 5).items():
        file = town.sealed(town.plain([town.piece()], receipts=(forge.page(town.grid.key, raw),)))
        yield Vector(f"receipt-{how}", file, "taken", added=1)
    listed = [town.version() + 1, STAMP, [[GRID, town.grid.certificate.hash]], []]
    for how, raw in harmed(listed, 0, 2).items():
        file = town.sealed(town.plain([town.piece()], roster=forge.roster(town.root.key, raw)))
        yield Vector(f"roster-{how}", file, "taken", added=1)


def _with(town: Town, op: bytes) -> bytes:
    return town.sealed(town.plain([town.piece(ops=[op]), town.piece()]))


def signatures(town: Town) -> Iterator[Vector]:
    """Signatures stripped, swapped, of another station, of another thing."""
    one, two = town.piece(), town.piece()
    encoded = town.manifest(town.grid, DOWN, [one])
    packed = [one.packed]
    other = forge.signed(town.grid.key, town.manifest(town.grid, DOWN, [two]))
    for how, signature in {
        "none": bytes(64),
        "of-another-manifest": other,
        "of-another-station": forge.signed(town.other.key, encoded),
        "of-the-root": forge.signed(town.root.key, encoded),
        "without-its-prefix": town.grid.key.sign(encoded),
        "of-a-segment": town.grid.key.sign(segment.SIGNATURE_PREFIX + encoded),
    }.items():
        file = town.sealed(forge.container(encoded, signature, packed))
        yield Vector(f"signature-manifest-{how}", file, "UnknownSender")
    for how, signed in {
        "none": b"",
        "zeros": bytes(64),
        "short": bytes(63),
        "long": bytes(65),
        "of-another-segment": _parts(two)[1],
        "of-the-sender": town.community.key.sign(segment.SIGNATURE_PREFIX + one.hash),
        "without-its-prefix": town.grid.key.sign(one.hash),
        "of-a-manifest": town.grid.key.sign(b"gridbook manifest 1\0" + one.hash),
    }.items():
        header, _, ops = _parts(one)
        bad = Piece(one.hash, forge.packed(segment.encode(header, signed, ops)))
        yield Vector(f"signature-segment-{how}", town.sealed(town.plain([bad, two])), "altered", added=1)
    header, signature, ops = _parts(one)
    header2, signature2, ops2 = _parts(two)
    swapped = [
        Piece(one.hash, forge.packed(segment.encode(header, signature2, ops))),
        Piece(two.hash, forge.packed(segment.encode(header2, signature, ops2))),
    ]
    yield Vector("signature-segment-swapped", town.sealed(town.plain(swapped)), "altered altered")
    page = msgspec.msgpack.encode(town.page())
    for how, signed_page in {
        "none": msgspec.msgpack.encode((page, bytes(64))),
        "of-another-station": forge.page(town.other.key, page),
    }.items():
        file = town.sealed(town.plain([town.piece()], receipts=(signed_page,)))
        yield Vector(f"signature-receipt-{how}", file, "taken", added=1)
    file = town.sealed(town.plain([town.piece()], roster=town.roster(town.version() + 1, key=town.community)))
    yield Vector("signature-roster-of-another-station", file, "taken", added=1)


def _parts(one: Piece) -> tuple[bytes, bytes, Sequence[Any]]:
    _, payload = segment.decode(bundle.unpack_segment(one.packed))
    return payload.header, payload.signature, payload.ops


def chains(town: Town) -> Iterator[Vector]:
    """Senders whose certificate no chain leads to, or whose certificate says what its issuer may not say."""
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = stranger.public_key().public_bytes_raw()

    def issued(by: Author | None, unit: str, key: Ed25519PrivateKey) -> Author:
        body = msgspec.structs.replace(
            town.grid.certificate.body,
            unit=unit,
            sign_key=public,
            issued_by=by.certificate.hash if by else None,
            issued_at=STAMP,
        )
        raw = forge.certificate(key, msgspec.msgpack.encode(body))
        return Author(unit, trust.read_certificate(raw), bytes(16), stranger)

    root = issued(None, SUBDISTRICT, stranger)
    middle = issued(root, COMMUNITY, stranger)
    for how, sender, sent in (
        ("of-a-strange-root", issued(middle, GRID, stranger), (root, middle)),
        ("without-its-issuer", issued(middle, GRID, stranger), ()),
        ("of-itself", issued(town.community, GRID, stranger), ()),
        ("of-another-grid", issued(town.other, GRID, town.other.key), ()),
        ("of-the-grid-itself", issued(town.grid, GRID, town.grid.key), ()),
        ("that-skips-the-community", issued(town.root, GRID, town.root.key), ()),
        ("of-a-community-elsewhere", issued(town.community, "990101001004001", town.community.key), ()),
        ("of-a-second-root", root, ()),
        ("of-real-work", issued(town.community, "110101001003005", town.community.key), ()),
    ):
        certificates = tuple(one.certificate.raw for one in (sender, *sent))
        plain = town.plain([town.piece()], sender=sender, certificates=certificates)
        yield Vector(f"certificate-{how}", town.sealed(plain), "UnknownSender")
    plain = town.plain([town.piece()], sender=middle)
    yield Vector("sender-unknown", town.sealed(plain), "UnknownSender")
    raw = town.plain([town.piece()], unit=OTHER_GRID)
    yield Vector("sender-in-anothers-name", town.sealed(raw), "UnknownSender")
    plain = town.plain([forge.piece(issued(middle, GRID, stranger), [town.visit()]), town.piece()])
    yield Vector("author-unknown", town.sealed(plain), "unknown author", added=1)


def addresses(town: Town) -> Iterator[Vector]:
    """Bundles for others, practice among real work, and what was encrypted again by somebody."""
    for how, to in (("the-subdistrict", SUBDISTRICT), ("another-grid", OTHER_GRID), ("nobody", "")):
        file = town.sealed(town.plain([town.piece()], sender=town.grid, to=to))
        yield Vector(f"addressed-to-{how}", file, "NotAddressedHere")
    good = town.manifest(town.grid, SUBDISTRICT, [])
    redirected = good.replace(SUBDISTRICT.encode(), b"990101002")
    assert good != redirected
    plain = forge.container(redirected, forge.signed(town.grid.key, good), [])
    yield Vector("addressed-anew-under-the-old-signature", town.sealed(plain), "UnknownSender")
    stranger = str(pyrage.x25519.Identity.generate().to_public())
    yield Vector(
        "encrypted-to-a-stranger", forge.sealed(town.plain([town.piece()]), stranger), "NotAddressedHere"
    )
    yield Vector(
        "practice-flag-off", town.sealed(town.plain([town.piece()], practice=False)), "PracticeIsNotReal"
    )


def versions(town: Town) -> Iterator[Vector]:
    """Older and newer forms of every part that has one."""
    for suite in (0, 2, 255, -1):
        file = town.sealed(town.plain([town.piece()], suite=suite))
        yield Vector(f"suite-{suite}", file, "BundleIsNewer")
    plain = town.plain([town.piece()])
    for version in (0, 2, 255):
        yield Vector(
            f"container-{version}", town.sealed(plain[:8] + bytes([version]) + plain[9:]), "BundleIsNewer"
        )
    for form in (0, 2, 2**31):
        bad = town.piece(format=form)
        yield Vector(
            f"segment-format-{form}", town.sealed(town.plain([bad, town.piece()])), "malformed", added=1
        )
    for newest in (2, 2**63 - 1):
        held = town.piece(min_reader=newest)
        # Form 2 was parked until errands came, whose programs read it.
        added = 1 if newest <= segment.READER else 0
        yield Vector(f"segment-reader-{newest}", town.sealed(town.plain([held])), "taken", added=added)
    strange = msgspec.structs.replace(town.grid.certificate.body, suite=2)
    raw = forge.certificate(town.community.key, msgspec.msgpack.encode(strange))
    yield Vector(
        "certificate-suite-2", town.sealed(town.plain([town.piece()], certificates=(raw,))), "NotABundle"
    )
    for schema, told in (
        (0, "taken"),
        (2, "taken"),
        (2**63 - 1, "taken"),
        (2**64 - 1, "malformed"),
        (-1, "malformed"),
    ):
        op = town.op(GRID, "Visit", forge.VISIT, schema=schema)
        added = 1 if told == "taken" else 0
        yield Vector(
            f"op-schema-{schema}", town.sealed(town.plain([town.piece(ops=[op])])), told, added=added
        )


def streams(town: Town) -> Iterator[Vector]:
    """Segments of another unit, reach or class, and of a community that alters what it forwards."""
    request = town.op(GRID, "Request", forge.REQUEST)
    for how, reason, bad in (
        ("of-another-grid", "not the author's stream", town.piece(unit=OTHER_GRID)),
        ("of-the-community", "not the author's stream", town.piece(unit=COMMUNITY)),
        ("of-no-unit", "not the author's stream", town.piece(unit="990101001003")),
        ("of-a-path", "not the author's stream", town.piece(unit="../../990101001")),
        ("of-a-list-from-above", "class of another reach", town.piece(reach=Reach.DOWN)),
        ("that-stays-here", "not for this office", town.piece(reach=Reach.HERE)),
        ("of-no-reach", "unknown reach", town.piece(reach="everywhere")),
        ("of-an-empty-reach", "unknown reach", town.piece(reach="")),
        ("of-a-wider-reach", "class of another reach",
         town.piece(ops=[town.op(GRID, "VisitDetails", {})], reach=Reach.SUBDISTRICT)),
        ("of-a-class-unknown", "class of another reach", town.piece(ops=[town.op(GRID, "Household", {})])),
        ("with-anothers-op", "another author's op", town.piece(ops=[town.visit(OTHER_GRID)])),
        ("with-one-of-anothers", "another author's op",
         town.piece(ops=[town.visit(), town.visit(OTHER_GRID)])),
        ("by-the-root-for-a-grid-list", "not the author's stream",
         forge.piece(town.root, [town.op(SUBDISTRICT, "Holiday", {})], unit=GRID, reach=Reach.DOWN)),
    ):  # fmt: skip
        yield Vector(f"segment-{how}", town.sealed(town.plain([bad, town.piece()])), reason, added=1)
    whole = town.piece(ops=[town.visit(), town.visit(), request])
    header, signature, ops = _parts(whole)
    fields = {**forge.VISIT, "outcome": "not in"}
    for how, altered in {
        "a-word": [town.visit(**fields), *ops[1:]],
        "one-op-less": ops[:-1],
        "one-op-more": [*ops, town.visit()],
        "the-order": [ops[1], ops[0], ops[2]],
        "a-husk": [segment.Bare(husk_of(bytes(ops[0]))[:-1] + b"!"), *ops[1:]],
        "an-op-twice": [ops[0], ops[0], ops[2]],
    }.items():
        again = msgspec.structs.replace(
            segment.decode(segment.encode(header, signature, ops))[0], count=len(altered)
        )
        counted = header if len(altered) == len(ops) else segment.header_bytes(again)
        bad = Piece(whole.hash, forge.packed(segment.encode(counted, signature, altered)))
        file = town.sealed(town.plain([bad], to=UP), UP)
        yield Vector(f"forwarded-altered-{how}", file, "altered", to=UP)
    for name, change in (
        ("n", {"n": 2, "prev": bytes(32)}),
        ("unit", {"unit": OTHER_GRID}),
        ("reach", {"reach": "community"}),
    ):
        decoded = segment.decode(segment.encode(header, signature, ops))[0]
        bad = Piece(
            whole.hash,
            forge.packed(
                segment.encode(
                    segment.header_bytes(msgspec.structs.replace(decoded, **change)), signature, ops
                )
            ),
        )
        yield Vector(
            f"forwarded-altered-header-{name}", town.sealed(town.plain([bad], to=UP), UP), "altered", to=UP
        )
    resigned = forge.of_header(
        Author(GRID, town.grid.certificate, town.grid.incarnation, town.community.key),
        header,
        [town.visit(), *ops[1:]],
    )
    yield Vector("forwarded-signed-anew", town.sealed(town.plain([resigned], to=UP), UP), "altered", to=UP)
    bare = [segment.Bare(husk_of(bytes(ops[0]))), *ops[1:]]
    kept = Piece(whole.hash, forge.packed(segment.encode(header, signature, bare)))
    yield Vector("forwarded-with-a-husk", town.sealed(town.plain([kept], to=UP), UP), "taken", to=UP, added=2)


def repeats(town: Town) -> Iterator[Vector]:
    """The same once more: bundles, segments, receipts, rosters."""
    one = town.piece()
    yield Vector("first", town.sealed(town.plain([one])), "taken", added=1)
    yield Vector("replayed-segment", town.sealed(town.plain([one])), "taken", after=("first",))
    two = Piece(bytes(32), one.packed)
    yield Vector("segment-under-a-second-hash", town.sealed(town.plain([one, two])), "altered", added=1)
    yield Vector("segment-listed-twice", town.sealed(town.plain([one, one])), "NotABundle")
    newer = forge.page(town.grid.key, msgspec.msgpack.encode(town.page(number=9)))
    older = forge.page(town.grid.key, msgspec.msgpack.encode(town.page(number=2)))
    yield Vector("receipt-9", town.sealed(town.plain(receipts=(newer,))), "taken")
    yield Vector(
        "replayed-receipt", town.sealed(town.plain(receipts=(older,))), "taken", after=("receipt-9",)
    )
    yield Vector("roster-of-version-0", town.sealed(town.plain(roster=town.roster(0))), "taken")
    yield Vector(
        "roster-second-of-its-version",
        town.sealed(town.plain(roster=town.roster(town.version(), revoked=((bytes(32), ()),)))),
        "taken",
    )
    gone = ((town.other.certificate.hash, ()),)
    revoking = town.roster(town.version() + 1, revoked=gone)
    told = town.plain(sender=town.root, roster=revoking)
    yield Vector("other-grid-is-revoked", town.sealed(told), "taken")
    by_it = town.plain([town.piece(town.other)], sender=town.other)
    yield Vector("sender-revoked", town.sealed(by_it), "UnknownSender", after=("other-grid-is-revoked",))
    brought = town.plain([town.piece(town.other), town.piece()])
    yield Vector("author-revoked", town.sealed(brought), "revoked", after=("other-grid-is-revoked",), added=1)
    unsaid = town.plain(sender=town.root, roster=town.roster(town.version() + 2))
    yield Vector("revocation-unsaid", town.sealed(unsaid), "taken", after=("other-grid-is-revoked",))
    again = town.plain([town.piece(town.other)], sender=town.other)
    yield Vector(
        "sender-revoked-once", town.sealed(again), "UnknownSender",
        after=("other-grid-is-revoked", "revocation-unsaid"),
    )  # fmt: skip


def sizes(town: Town) -> Iterator[Vector]:
    """Bombs and lengths of gigabytes."""
    zeros = forge.packed(bytes(segment.LARGEST_PLAIN))
    file = town.sealed(town.plain([Piece(bytes(32), zeros)]))
    yield Vector("bomb-of-zeros", file, "BundleTooLarge")
    silent = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(1 << 20))
    yield Vector(
        "bomb-that-names-no-size", town.sealed(town.plain([Piece(bytes(32), silent)])), "BundleTooLarge"
    )
    lying = bytearray(forge.packed(bytes(200_000)))
    lying[5:9] = (1000).to_bytes(4, "little")
    yield Vector("bomb-that-lies", town.sealed(town.plain([Piece(bytes(32), bytes(lying))])), "malformed")
    skipped = b"\x50\x2a\x4d\x18\xff\xff\xff\xff" + bytes(100)
    yield Vector("frame-to-be-skipped", town.sealed(town.plain([Piece(bytes(32), skipped)])), "malformed")
    wide = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=27, write_content_size=1)
    ).compress(bytes(100))
    yield Vector("window-of-128-mib", town.sealed(town.plain([Piece(bytes(32), wide)])), "malformed")
    listed = town.manifest(town.grid, DOWN, [Piece(bytes(32), b"")])
    head = town.around(listed)
    for how, length, told in (
        ("4-gib", b"\xff\xff\xff\xff", "BundleTooLarge"),
        ("17-mib", (17 << 20).to_bytes(4, "big"), "BundleTooLarge"),
        ("nothing", bytes(4), "BundleTooLarge"),
        ("more-than-is-there", b"\0\0\1\0", "BundleTorn"),
    ):
        yield Vector(f"segment-length-{how}", town.sealed(head + length), told)
    plain = town.plain()
    for how, length, told in (
        ("4-gib", b"\xff\xff\xff\xff", "BundleTooLarge"),
        ("nothing", bytes(4), "NotABundle"),
        ("more-than-is-there", b"\0\0\xff\xff", "BundleTorn"),
    ):
        yield Vector(f"manifest-length-{how}", town.sealed(plain[:9] + length + plain[13:]), told)
    yield Vector("nothing-inside", town.sealed(b""), "BundleTorn")
    yield Vector("another-magic", town.sealed(b"GRIDBOOX" + plain[8:]), "NotABundle")
    yield Vector("bytes-behind-the-end", town.sealed(plain + b"\0"), "NotABundle")
    yield Vector("one-byte-less", town.sealed(plain[:-1]), "BundleTorn")


def headers(town: Town) -> Iterator[Vector]:
    """What age itself may be handed: work without end, hundreds of recipients, foreign and torn headers."""
    start = b"age-encryption.org/v1\n"
    good = town.sealed(town.plain([town.piece()]))
    end = good.index(b"\n--- ") + 1

    def b64(raw: bytes) -> bytes:
        return base64.b64encode(raw).rstrip(b"=")

    mac = b"--- " + b64(bytes(32)) + b"\n" + bytes(100)
    for factor in (b"1", b"18", b"30", b"63", b"255", b"-1", b"x"):
        scrypt = b"-> scrypt " + b64(bytes(16)) + b" " + factor + b"\n" + b64(bytes(32)) + b"\n"
        yield Vector(f"scrypt-{factor.decode()}", start + scrypt + mac, "NotAddressedHere")
    stanza = b"-> X25519 " + b64(bytes(range(32))) + b"\n" + b64(bytes(32)) + b"\n"
    yield Vector("500-strange-recipients", start + stanza * 500 + mac, "NotABundle")
    yield Vector("60-recipients-and-then-ours", start + stanza * 60 + good[len(start) :], "NotABundle")
    yield Vector("recipients-without-end", start + stanza * 60, "NotABundle")
    yield Vector("stanzas-of-nothing", start + b"-> a\n\n" * 900, "NotABundle")
    yield Vector("an-argument-without-end", start + b"-> " + b"a" * 8000, "NotABundle")
    yield Vector("one-more-recipient-than-was-signed", start + stanza + good[len(start) :], "NotABundle")
    yield Vector("no-recipient", start + mac, "NotABundle")
    yield Vector("no-mac", good[:end] + b"\n" + good[end + 47 :], "NotABundle")
    yield Vector("version-2-of-age", good.replace(b"/v1", b"/v2", 1), "NotABundle")
    yield Vector("armoured", b"-----BEGIN AGE ENCRYPTED FILE-----\n" + base64.b64encode(good), "NotABundle")
    yield Vector("header-alone", good[: end + 48], "NotABundle")
    yield Vector("nothing-at-all", b"", "NotABundle")
    for how, noise, cut in (
        ("the-last-chunk-less", 2, lambda body, size: body[:size]),
        (
            "chunks-in-another-order",
            3,
            lambda body, size: body[size : 2 * size] + body[:size] + body[2 * size :],
        ),
    ):
        big = town.sealed(town.plain([town.piece(), *(_noise(town) for _ in range(noise))]))
        # The body stands behind the header, its code of 43 letters and a nonce; a chunk has 64 KiB.
        at = big.index(b"\n--- ") + 49 + 16
        yield Vector(how, big[:at] + cut(big[at:], 65536 + 16), "BundleTorn")


def _noise(town: Town) -> Piece:
    sealed = pyrage.encrypt(bytes(60_000), [pyrage.x25519.Identity.generate().to_public()])
    return forge.piece(town.grid, [sealed])


FAMILIES: tuple[Callable[[Town], Iterator[Vector]], ...] = (
    layers, signatures, chains, addresses, versions, streams, repeats, sizes, headers,
)  # fmt: skip


def everything() -> Iterator[Vector]:
    """Every vector, in an order in which `after` names only what was there before."""
    town = Town()
    for family in FAMILIES:
        yield from family(town)


def main() -> None:
    """Write the vectors that are not there yet and what comes of each; say where that is unexpected."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument(
        "--books", action="store_true", help="Make the books anew, and with them every vector."
    )
    if asked.parse_args().books:
        shutil.rmtree(HERE, ignore_errors=True)
        offices()
    outcomes: dict[str, Any] = {}
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        receivers = Receivers(Path(folder))
        for vector in everything():
            path = HERE / f"{vector.name}.gbb"
            if not path.exists():
                path.write_bytes(vector.file)
            with receivers.open(vector.to) as store:
                for name in vector.after:
                    take.take(store, HERE / f"{name}.gbb")
                came, _ = come_of(store, path)
            outcomes[vector.name] = {"to": vector.to, "after": list(vector.after), **came}
            if (came["told"], came["added"]) != (vector.expects, vector.added):
                wrong.append(f"{vector.name}: {vector.expects} {vector.added} expected, {came}")
    print("\n".join(wrong))
    lines = [f" {json.dumps(name)}: {json.dumps(one)}" for name, one in outcomes.items()]
    OUTCOMES.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{len(outcomes)} vectors, {len(wrong)} of them not as expected")


if __name__ == "__main__":
    main()
