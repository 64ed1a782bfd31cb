"""Segments: a sealed, contiguous run of one author's ops in one stream, known by its hash."""

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from gridbook.records.base import UnitCode
from gridbook.store.ops import Digest, digest_of, digest_of_husk

FORMAT = 1
READER = 1
"""The newest form of ops that this program reads; a segment may ask for a newer one."""

HASH_PREFIX = b"gridbook segment 1\0"
SIGNATURE_PREFIX = b"gridbook segment signature 1\0"
MOST_OPS = 5000
MOST_BYTES = 8 << 20
LARGEST_PACKED = 16 << 20
LARGEST_PLAIN = 32 << 20


class Header(msgspec.Struct, array_like=True, frozen=True):
    """Whose run of ops this is, in which stream, and which segment came before it."""

    format: int
    certificate: bytes
    incarnation: bytes
    unit: UnitCode
    reach: str
    n: int
    prev: bytes | None
    count: int
    min_reader: int


class Bare(msgspec.Struct, array_like=True, frozen=True):
    """What travels instead of an op whose body was erased or purged: its husk with the body's hash."""

    husk: bytes


class Payload(msgspec.Struct, array_like=True, frozen=True):
    """A segment as it is carried, before compression."""

    header: bytes
    signature: bytes
    ops: tuple[bytes | Bare, ...]


_encoder = msgspec.msgpack.Encoder()
_header_decoder = msgspec.msgpack.Decoder(Header)
_payload_decoder = msgspec.msgpack.Decoder(Payload)


def header_bytes(header: Header) -> bytes:
    """The header as it is hashed and carried."""
    return _encoder.encode(header)


def hash_of(header: bytes, digests: Iterable[Digest]) -> bytes:
    """SHA-256 over a prefix, the header with its length, and the digest of each op."""
    joined = b"".join(digests)
    return hashlib.sha256(HASH_PREFIX + len(header).to_bytes(4, "big") + header + joined).digest()


def encode(header: bytes, signature: bytes, ops: Sequence[bytes | Bare]) -> bytes:
    """The segment as it is carried, before compression."""
    return _encoder.encode((header, signature, ops))


def decode(raw: bytes) -> tuple[Header, Payload]:
    """The header and the payload behind their bytes; raises where they are not a segment."""
    payload = _payload_decoder.decode(raw)
    header = _header_decoder.decode(payload.header)
    if header.count != len(payload.ops) or not 0 < header.count <= MOST_OPS or header.n < 1:
        raise ValueError("the header does not fit the ops")
    if len(header.incarnation) != 16 or (header.prev is None) != (header.n == 1):
        raise ValueError("the header does not fit itself")
    if header.prev is not None and len(header.prev) != 32:
        raise ValueError("the header does not fit itself")
    return header, payload


def digests_of(payload: Payload) -> list[Digest]:
    """The digest of every op, computed from the op or from its husk."""
    return [digest_of_husk(one.husk) if isinstance(one, Bare) else digest_of(one) for one in payload.ops]
