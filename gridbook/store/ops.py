"""Ops: one saved change to one record, as bytes that never change and are known by their digest."""

import hashlib
import secrets
from functools import cache
from typing import Any

import msgspec
import zstandard

from gridbook import paths
from gridbook.records.base import RecordId
from gridbook.records.rights import Kind

Value = Any
_PLAIN = frozenset({type(None), bool, int, str, bytes})
Digest = bytes
LARGEST_OP = 64 * 1024


class Op(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One change: which record, what kind, after which ops, the changed fields, when and by whom.

    `stamp` is in milliseconds of UTC; `suspect` says that the author's clock was wrong when it was written.
    """

    record_class: str
    record: RecordId
    kind: Kind
    parents: tuple[Digest, ...]
    fields: dict[str, Value]
    stamp: int
    schema: int
    person: str
    reason: str
    nonce: bytes
    suspect: bool = False


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Op)


def encode(op: Op) -> bytes:
    """The op as the bytes that are stored, hashed and carried."""
    return _encoder.encode(op)


def decode(raw: bytes) -> Op:
    """The op behind its bytes; raises msgspec.DecodeError or ValueError where they are not one."""
    op = _decoder.decode(raw)
    if len(op.record) != 16 or len(op.nonce) != 16 or len(raw) > LARGEST_OP:
        raise ValueError("an op has a record id and a nonce of 16 bytes and at most 64 KiB")
    for parent in op.parents:
        if len(parent) != 32:
            raise ValueError("a parent is a digest of 32 bytes")
    for value in op.fields.values():
        if type(value) not in _PLAIN and not _is_list_of_texts(value):
            raise ValueError("a field is nothing, yes or no, a whole number, text, bytes or a list of texts")
    return op


def _is_list_of_texts(value: object) -> bool:
    return type(value) is list and all(type(one) is str for one in value)


def digest_of(raw: bytes) -> Digest:
    """SHA-256 over the op's exact bytes."""
    return hashlib.sha256(raw).digest()


def nonce() -> bytes:
    """Sixteen random bytes that make every op one of a kind."""
    return secrets.token_bytes(16)


@cache
def _packing() -> tuple[zstandard.ZstdCompressor, zstandard.ZstdDecompressor]:
    words = zstandard.ZstdCompressionDict(paths.resource("store", "ops-1.zdict").read_bytes())
    words.precompute_compress(level=3)
    packer = zstandard.ZstdCompressor(level=3, dict_data=words, write_checksum=False)
    return packer, zstandard.ZstdDecompressor(dict_data=words, max_window_size=1 << 20)


def pack(raw: bytes) -> bytes:
    """The op's bytes as the log keeps them, compressed with the dictionary that ships."""
    return _packing()[0].compress(raw)


def unpack(body: bytes) -> bytes:
    """The op's bytes behind what the log keeps."""
    return _packing()[1].decompress(body, max_output_size=LARGEST_OP)


def fields_of(values: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """The fields an op has to carry: those that differ from the class's defaults."""
    return {name: value for name, value in values.items() if name not in defaults or defaults[name] != value}
