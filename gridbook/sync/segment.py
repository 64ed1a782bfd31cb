"""Segments: a sealed, contiguous run of one author's ops in one stream, known by its hash."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from gridbook.records.base import UnitCode
from gridbook.store import ops as store_ops
from gridbook.store.ops import LARGEST_OP, Digest, digest_of, digest_of_husk
from gridbook.sync import form
from gridbook.sync.form import Count, Hash, Life

FORMAT = 1
READER = 2
"""The newest form of ops that this program reads; a segment may ask for a newer one.

1: the first classes. 2: errands (`form` of a record class says which it needs)."""

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
    incarnation: Life
    unit: UnitCode
    reach: str
    n: Count
    prev: Hash | None
    count: Count
    min_reader: Count


OneOp = Annotated[bytes, Meta(max_length=LARGEST_OP)]


class Bare(msgspec.Struct, array_like=True, frozen=True):
    """What travels instead of an op whose body was erased or purged: its husk with the body's hash."""

    husk: OneOp


class Payload(msgspec.Struct, array_like=True, frozen=True):
    """A segment as it is carried, before compression."""

    header: bytes
    signature: bytes
    # Bounded here, because this bound is checked before anything is allocated.
    ops: Annotated[tuple[OneOp | Bare, ...], Meta(max_length=MOST_OPS)]


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
    payload = form.read(_payload_decoder, raw)
    header = form.read(_header_decoder, payload.header)
    if header.count != len(payload.ops) or not payload.ops or header.n < 1:
        raise ValueError("the header does not fit the ops")
    if header.format != FORMAT or (header.prev is None) != (header.n == 1):
        raise ValueError("the header does not fit itself")
    return header, payload


def digests_of(ops: Iterable[bytes | Bare]) -> list[Digest]:
    """The digest of every op, computed from the op or from its husk."""
    every = list(ops)
    whole = [one for one in every if isinstance(one, bytes)]
    if len(whole) == len(every):
        return store_ops.digests_of(whole)
    return [digest_of(one) if isinstance(one, bytes) else digest_of_husk(one.husk) for one in every]
