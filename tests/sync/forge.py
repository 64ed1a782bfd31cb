"""Bundles taken apart and put together again, byte by byte, with keys that the receiver believes."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyrage
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gridbook.records.base import Reach, new_id
from gridbook.records.rights import Kind
from gridbook.store.book import Store
from gridbook.store.ops import Op, encode, nonce
from gridbook.store.session import Session
from gridbook.sync import bundle, segment, stations, trust
from gridbook.sync.trust import Certificate

STAMP = 1_795_399_200_000


@dataclass(frozen=True)
class Author:
    """A station whose keys the test holds."""

    unit: str
    certificate: Certificate
    incarnation: bytes
    key: Ed25519PrivateKey

    @classmethod
    def of(cls, store: Store) -> "Author":
        """The station of an open book."""
        return cls(store.unit, store.read(_own), store.incarnation, store.keys.sign)


def _own(session: Session) -> Certificate:
    return stations.known(session).own


def sealed(plain: bytes, recipient: str) -> bytes:
    """Any plaintext, encrypted to a station."""
    return pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(recipient)])


def container(encoded: bytes, signature: bytes, pieces: Iterable[bytes], version: int = 1) -> bytes:
    """The plaintext of a bundle, with nothing checked."""
    head = b"GRIDBOOK" + bytes([version]) + len(encoded).to_bytes(4, "big") + encoded + signature
    return head + b"".join(len(piece).to_bytes(4, "big") + piece for piece in pieces)


def signed(key: Ed25519PrivateKey, encoded: bytes) -> bytes:
    """The sender's signature over the bytes of a manifest."""
    return key.sign(b"gridbook manifest 1\0" + encoded)


def page(key: Ed25519PrivateKey, body: bytes) -> bytes:
    """A receipt page with its signature."""
    return msgspec.msgpack.encode((body, key.sign(b"gridbook receipt 1\0" + body)))


def certificate(key: Ed25519PrivateKey, body: bytes) -> bytes:
    """A certificate with its signature."""
    return msgspec.msgpack.encode((body, key.sign(b"gridbook certificate 1\0" + body)))


def roster(key: Ed25519PrivateKey, body: bytes) -> bytes:
    """A roster with its signature."""
    return msgspec.msgpack.encode((body, key.sign(b"gridbook roster 1\0" + body)))


def packed(raw: bytes) -> bytes:
    """A segment as it lies in a bundle."""
    return zstandard.ZstdCompressor(level=6).compress(raw)


def opened(path: Path, reader: Store) -> tuple[bundle.Manifest, list[bytes]]:
    """The manifest of a bundle and its packed segments, read with the receiver's own key."""
    manifests: list[bundle.Manifest] = []
    segments: list[bytes] = []

    def on_manifest(manifest: bundle.Manifest, encoded: bytes, signature: bytes) -> Any:
        manifests.append(manifest)
        return lambda listed, piece: segments.append(piece)

    with path.open("rb") as file:
        bundle.read(file, [reader.keys.age], on_manifest)
    return manifests[0], segments


@dataclass(frozen=True)
class Piece:
    """A segment: the hash under which the manifest lists it and how it lies in the bundle."""

    hash: bytes
    packed: bytes


def piece(
    author: Author,
    ops: Sequence[bytes | segment.Bare],
    reach: str = Reach.SUBDISTRICT,
    **changed: Any,
) -> Piece:
    """A segment by that author, hashed and signed as it stands; `changed` alters the header."""
    header = segment.Header(
        1, author.certificate.hash, author.incarnation, author.unit, reach, 1, None, len(ops), 1
    )
    return of_header(author, msgspec.msgpack.encode(msgspec.structs.replace(header, **changed)), ops)


def of_header(author: Author, header: bytes, ops: Sequence[bytes | segment.Bare]) -> Piece:
    """A segment with these very bytes as its header."""
    digests = [
        segment.digest_of_husk(one.husk) if isinstance(one, segment.Bare) else segment.digest_of(one)
        for one in ops
    ]
    its_hash = segment.hash_of(header, digests)
    signature = author.key.sign(segment.SIGNATURE_PREFIX + its_hash)
    return Piece(its_hash, packed(segment.encode(header, signature, ops)))


def op(author: str, record_class: str, fields: dict[str, Any], **changed: Any) -> Op:
    """An op as a manipulated program could write it."""
    made = Op(
        record_class, new_id(), Kind.CREATE, author, (), STAMP, False, 1, dict(fields), "1", "", nonce()
    )
    return msgspec.structs.replace(made, **changed)


VISIT: dict[str, Any] = {
    "number": "0305-26-0001-7K2Q",
    "visited_on": "2026-11-23",
    "part": "morning",
    "reason": "invited",
    "mode": "indoors",
    "outcome": "met",
    "categories": ["F01"],
}
REQUEST: dict[str, Any] = {
    "number": "0305-26-0002-7K2Q",
    "registered_at": "2026-11-23T02:00:00Z",
    "source": "visit",
    "category": "F01",
    "limit": "5",
}


def visit(author: str, **fields: Any) -> bytes:
    """The op of a visit; `fields` may hold what no rule allows."""
    return encode(op(author, "Visit", {**VISIT, **fields}))


class Forge:
    """Writes bundles from one station to another."""

    def __init__(self, sender: Store, receiver: Store) -> None:
        self.sender = Author.of(sender)
        self.receiver_unit = receiver.unit
        self.recipient = receiver.keys.age_recipient
        known = sender.read(stations.known)
        self.root = known.root
        self.manifest = bundle.Manifest(
            suite=trust.SUITE,
            sender=self.sender.certificate.hash,
            unit=sender.unit,
            incarnation=sender.incarnation,
            lineage=((sender.unit, sender.incarnation, None, False),),
            receiver=receiver.unit,
            made_at=STAMP,
            reads=1,
            practice=sender.practice,
            roster=sender.read(stations.roster_bytes),
            certificates=tuple(one.raw for one in known.by_hash.values()),
            receipts=(),
            segments=(),
        )

    def plain(self, pieces: Sequence[Piece] = (), **changed: Any) -> bytes:
        """The plaintext of a signed bundle of these segments."""
        changed = {"segments": tuple(one.hash for one in pieces), **changed}
        encoded = msgspec.msgpack.encode(msgspec.structs.replace(self.manifest, **changed))
        return self.around(encoded, pieces)

    def around(self, encoded: bytes, pieces: Sequence[Piece] = ()) -> bytes:
        """The plaintext of a bundle around these very bytes of a manifest."""
        return container(encoded, signed(self.sender.key, encoded), [one.packed for one in pieces])

    def write(self, folder: Path, plain: bytes) -> Path:
        """Encrypt a plaintext to the receiver."""
        path = folder / f"{secrets.token_hex(8)}.gbb"
        path.write_bytes(sealed(plain, self.recipient))
        return path

    def page(self, unit: str, lines: Sequence[Any] = (), **changed: Any) -> bytes:
        """A receipt page by the sender; the parts may hold what no rule allows."""
        parts = {
            "holder": self.sender.unit,
            "certificate": self.sender.certificate.hash,
            "incarnation": self.sender.incarnation,
            "number": 1,
            "made_at": STAMP,
            "unit": unit,
            "lines": lines,
            "seen": (),
            **changed,
        }
        return page(self.sender.key, msgspec.msgpack.encode(tuple(parts.values())))
