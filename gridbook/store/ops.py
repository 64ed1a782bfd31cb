"""Ops: one saved change to one record, as bytes that never change and are known by their digest."""

import hashlib
import secrets
from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any

import msgspec
import zstandard
from msgspec import Meta

from gridbook import paths
from gridbook.records.base import RecordId, UnitCode
from gridbook.records.rights import Kind
from gridbook.records.upgrades import STEPS, upgraded

Value = Any
_PLAIN = frozenset({str, type(None), bool, bytes})
_TEXT = frozenset({str})
Digest = bytes
LARGEST_OP = 64 * 1024
_MOST_ARE_SMALLER = 1024
"""Room for nearly every op; asking for that of the largest each time costs a third of unpacking."""
LARGEST_NUMBER = 2**63 - 1
"""What a column of a book can hold."""
_Id = Annotated[bytes, Meta(min_length=16, max_length=16)]
_SAYS_ITS_SIZE = 0xE0
LEVEL = 1
"""How hard bodies are compressed; level 6 takes four times as long and wins 7 of 104 bytes for a visit."""


class Op(msgspec.Struct, frozen=True, gc=False):
    """One change: which record, what kind, by which office, after which ops, the changed fields, when.

    `stamp` is in milliseconds of UTC; `suspect` says that the author's clock was wrong when it was written.
    """

    record_class: str
    record: RecordId
    kind: Kind
    author: UnitCode
    parents: tuple[Digest, ...]
    stamp: int
    suspect: bool
    schema: int
    fields: dict[str, Value]
    person: str
    reason: str
    nonce: bytes


class _Husk(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Where an op stands; stays when its body is erased or purged, and still proves its digest."""

    record_class: str
    record: _Id
    kind: Kind
    author: UnitCode
    parents: tuple[Annotated[Digest, Meta(min_length=32, max_length=32)], ...]
    stamp: Annotated[int, Meta(le=LARGEST_NUMBER)]
    suspect: bool
    schema: Annotated[int, Meta(ge=0, le=LARGEST_NUMBER)]


class _Body(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What an op says; the nonce keeps its hash from being guessed."""

    fields: dict[str, Value]
    person: str
    reason: str
    nonce: _Id


_NOTHING = _Body({}, "", "", b"")
"""What is left of a body that is gone."""
_encoder = msgspec.msgpack.Encoder()
_husks = msgspec.msgpack.Decoder(_Husk)
_bodies = msgspec.msgpack.Decoder(_Body)


def encode(op: Op) -> bytes:
    """The op as the bytes that are stored and carried: length of the husk, husk, body."""
    husk = _encoder.encode(
        _Husk(op.record_class, op.record, op.kind, op.author, op.parents, op.stamp, op.suspect, op.schema)
    )
    body = _encoder.encode(_Body(op.fields, op.person, op.reason, op.nonce))
    return len(husk).to_bytes(2, "big") + husk + body


def decode(raw: bytes) -> Op:
    """The op behind its bytes; raises msgspec.DecodeError or ValueError where they are not one."""
    if len(raw) > LARGEST_OP:
        raise ValueError("an op has at most 64 KiB")
    end = 2 + int.from_bytes(raw[:2], "big")
    try:
        husk, body = _husks.decode(raw[2:end]), _bodies.decode(raw[end:])
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if len(body.fields) != _named(raw, end):
        raise ValueError("a field is named once")
    for value in body.fields.values():
        kind = type(value)
        if kind in _PLAIN:
            continue
        if kind is int:
            if value > LARGEST_NUMBER:
                raise ValueError("a number has 64 bits")
        elif kind is not list or not _TEXT.issuperset(map(type, value)):
            raise ValueError("a field is nothing, yes or no, a whole number, text, bytes or a list of texts")
    return _op(husk, body)


def _named(raw: bytes, start: int) -> int:
    """How many fields a body says that it has: the count behind the first byte of its map."""
    kind = raw[start + 1]
    if kind in (0xDE, 0xDF):
        return int.from_bytes(raw[start + 2 : start + (4 if kind == 0xDE else 6)], "big")
    return kind & 0x0F


def decode_husk(husk: bytes) -> Op:
    """What is known of an op whose body is gone: everything but fields, person, reason and nonce."""
    if len(husk) > LARGEST_OP:
        raise ValueError("an op has at most 64 KiB")
    try:
        return _op(_husks.decode(husk[:-32]), _NOTHING)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _op(husk: _Husk, body: _Body) -> Op:
    return Op(
        husk.record_class,
        husk.record,
        husk.kind,
        husk.author,
        husk.parents,
        husk.stamp,
        husk.suspect,
        husk.schema,
        upgraded(husk.record_class, husk.schema, body.fields) if STEPS else body.fields,
        body.person,
        body.reason,
        body.nonce,
    )


def husk_of(raw: bytes) -> bytes:
    """What stays of an op when its body goes: the husk and the SHA-256 of the body."""
    end = 2 + int.from_bytes(raw[:2], "big")
    return raw[2:end] + hashlib.sha256(raw[end:]).digest()


def digest_of(raw: bytes) -> Digest:
    """SHA-256 over the husk and the SHA-256 of the body, so that a husk alone still proves it."""
    end = 2 + int.from_bytes(raw[:2], "big")
    return hashlib.sha256(raw[2:end] + hashlib.sha256(raw[end:]).digest()).digest()


def digests_of(raws: Iterable[bytes]) -> list[Digest]:
    """The digest of each of these ops, as `digest_of` finds it, without a call for each."""
    sha, number = hashlib.sha256, int.from_bytes
    return [
        sha(raw[2 : (end := 2 + number(raw[:2], "big"))] + sha(raw[end:]).digest()).digest() for raw in raws
    ]


def digest_of_husk(husk: bytes) -> Digest:
    """The digest of an op whose body is gone."""
    return hashlib.sha256(husk).digest()


def nonce() -> bytes:
    """Sixteen random bytes that make every op one of a kind."""
    return secrets.token_bytes(16)


def packer(words: bytes) -> zstandard.ZstdCompressor:
    """A compressor with these words; leaves out whatever the log knows without it (magic, sizes, checks)."""
    known = zstandard.ZstdCompressionDict(words)
    known.precompute_compress(level=LEVEL)
    form = zstandard.ZstdCompressionParameters.from_level(
        LEVEL,
        format=zstandard.FORMAT_ZSTD1_MAGICLESS,
        write_content_size=False,
        write_dict_id=False,
        write_checksum=False,
    )
    return zstandard.ZstdCompressor(dict_data=known, compression_params=form)


@cache
def _packing() -> tuple[zstandard.ZstdCompressor, zstandard.ZstdDecompressor]:
    words = paths.resource("store", "ops-1.zdict").read_bytes()
    unpacker = zstandard.ZstdDecompressor(
        dict_data=zstandard.ZstdCompressionDict(words),
        max_window_size=1 << 20,
        format=zstandard.FORMAT_ZSTD1_MAGICLESS,
    )
    return packer(words), unpacker


def pack(raw: bytes) -> bytes:
    """The op's bytes as the log keeps them, compressed with the dictionary that ships."""
    return _packing()[0].compress(raw)


def pack_all(raws: Iterable[bytes]) -> list[bytes]:
    """Each of these ops as `pack` keeps it, without a call for each."""
    compress = _packing()[0].compress
    return [compress(raw) for raw in raws]


def unpack(body: bytes) -> bytes:
    """The op's bytes behind what the log keeps; raises ValueError or ZstdError where that is damaged."""
    # No body of this log says how large it is; one that does could ask for any amount of memory.
    if not body or body[0] & _SAYS_ITS_SIZE:
        raise ValueError("not a body of this log")
    unpacker = _packing()[1]
    try:
        return unpacker.decompress(body, max_output_size=_MOST_ARE_SMALLER)
    except zstandard.ZstdError:
        return unpacker.decompress(body, max_output_size=LARGEST_OP)


def unpack_all(bodies: Iterable[bytes]) -> list[bytes]:
    """Each of these ops as `unpack` reads it, without a call for each that is small and sound."""
    decompress = _packing()[1].decompress
    raws = []
    for body in bodies:
        try:
            sound = body and not body[0] & _SAYS_ITS_SIZE
            raws.append(decompress(body, _MOST_ARE_SMALLER) if sound else unpack(body))
        except zstandard.ZstdError:
            raws.append(unpack(body))
    return raws


def fields_of(values: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """The fields an op has to carry: those that differ from the class's defaults."""
    return {name: value for name, value in values.items() if name not in defaults or defaults[name] != value}
