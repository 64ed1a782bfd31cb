"""Ops in two parts, so that a body can go while its place in the history stays; and their segments."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from tests.sync.model.words import CLASSES, Stream, Unit, may_write

Digest = bytes
RecordKey = tuple[Stream, int]
Line = tuple[str, Stream]


@dataclass(frozen=True, slots=True)
class Body:
    """What an op says; the nonce keeps its hash from being guessed."""

    fields: tuple[tuple[str, Any], ...]
    nonce: int
    digest: Digest

    def get(self, name: str) -> Any:
        """The value of one field, or nothing."""
        return next((value for key, value in self.fields if key == name), None)


@dataclass(frozen=True, slots=True)
class Husk:
    """Where an op stands: all that remains of it after erasure or purge, and still proves its digest."""

    stream: Stream
    record_class: str
    record: int
    kind: str
    author: Unit
    parents: tuple[Digest, ...]
    stamp: int
    suspect: bool
    reader: int
    body: Digest
    digest: Digest

    @property
    def key(self) -> RecordKey:
        """The record this op belongs to."""
        return self.stream, self.record


@dataclass(frozen=True, slots=True)
class Segment:
    """A sealed, contiguous run of one author's ops in one stream, known by its hash."""

    author: Unit
    cert: str
    incarnation: str
    stream: Stream
    n: int
    previous: Digest | None
    ops: tuple[Husk, ...]
    digest: Digest
    signed: bool = True

    @property
    def line(self) -> Line:
        """The sequence in which its number counts."""
        return self.incarnation, self.stream

    @property
    def reader(self) -> int:
        """The oldest version that can read all of it."""
        return max(op.reader for op in self.ops)


def body_of(nonce: int, **fields: Any) -> Body:
    """A body with its hash."""
    items = tuple(sorted(fields.items()))
    return Body(items, nonce, sha256(repr((items, nonce)).encode()).digest())


def husk_of(
    stream: Stream,
    record_class: str,
    record: int,
    kind: str,
    author: Unit,
    parents: tuple[Digest, ...],
    stamp: int,
    suspect: bool,
    reader: int,
    body: Digest,
) -> Husk:
    """The place of an op, with the digest of the whole op: SHA-256(husk ‖ SHA-256(body))."""
    parts = (stream, record_class, record, kind, author, parents, stamp, suspect, reader, body)
    return Husk(*parts, sha256(repr(parts).encode()).digest())


def seal(
    author: Unit,
    cert: str,
    incarnation: str,
    stream: Stream,
    n: int,
    previous: Digest | None,
    ops: tuple[Husk, ...],
    signed: bool = True,
) -> Segment:
    """A segment with its hash over header and op digests."""
    header = (author, cert, incarnation, stream, n, previous, len(ops))
    whole = sha256(repr(header).encode())
    for op in ops:
        whole.update(op.digest)
    return Segment(author, cert, incarnation, stream, n, previous, ops, whole.digest(), signed)


def misplaced(segment: Segment) -> bool:
    """Whether rule 6 puts the segment into quarantine; every station answers from the segment alone."""
    if not segment.signed or not may_write(segment.author, segment.stream):
        return True
    return any(
        op.stream != segment.stream
        or CLASSES[op.record_class] is not segment.stream[1]
        or op.author != segment.author
        for op in segment.ops
    )
