"""Damage in the log of this disk: found, looked at twice, and asked for again from the neighbours."""

import time
from dataclasses import dataclass

import msgspec
import zstandard

from gridbook.store import arriving, audit, meta
from gridbook.store.book import Store
from gridbook.store.ops import decode, unpack
from gridbook.store.session import Session
from gridbook.sync import sealing, segment

LOOK_SECONDS = 0.2
"""So long one look takes at most: whoever sits at the desk meanwhile waits no longer."""
_LOOKED = "segments looked at up to"


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look came to: so much is asked for again, and whether the round goes on."""

    asked_for: int
    goes_on: bool


def look(store: Store, seconds: float = LOOK_SECONDS) -> Looked:
    """Look at the next sealed segments of the log, in rounds through all of them, and heal what is found."""
    spoilt, last = store.read(_next_spoilt, seconds)
    asked_for = heal(store) if spoilt else 0
    store.write(meta.put, _LOOKED, last.to_bytes(8, "big"))
    return Looked(asked_for, goes_on=last > 0)


def _next_spoilt(session: Session, seconds: float) -> tuple[list[int], int]:
    """What is spoilt among the next segments, and the last of them that time was left for; at the end, 0."""
    after = int.from_bytes(meta.get(session, _LOOKED) or b"", "big")
    until = time.monotonic() + seconds
    found: list[int] = []
    for number, its_hash in _sealed(session, after):
        found += _spoilt_in(session, number, its_hash)
        if time.monotonic() > until:
            return found, number
    return found, 0


def heal(store: Store) -> int:
    """Let go of what cannot be read in sealed segments; the next hand-over brings it. Returns how much.

    What is shown of these records stays as it is until then.
    """
    first = store.read(damaged)
    if not first:
        return 0
    # A disk that stumbles once is read again before anything is let go.
    again = sorted(set(first) & set(store.read(damaged)))
    if again:
        store.write(_let_go, again)
    return len(again)


def damaged(session: Session) -> list[int]:
    """The places in the log of ops in sealed segments that are not what their author signed."""
    return [pos for number, its_hash in _sealed(session, 0) for pos in _spoilt_in(session, number, its_hash)]


def _sealed(session: Session, after: int) -> list[tuple[int, bytes]]:
    statement = "SELECT id, hash FROM segment WHERE parked IS NULL AND id > ? ORDER BY id"
    return [(number, bytes(its_hash)) for number, its_hash in session.run(statement, (after,))]


def _spoilt_in(session: Session, number: int, its_hash: bytes) -> list[int]:
    if hash_now(session, number) == its_hash:
        return []
    ops = session.run(
        "SELECT pos, body FROM op WHERE segment = ? AND body IS NOT NULL ORDER BY pos", (number,)
    )
    unreadable = [pos for pos, body in ops if not _readable(bytes(body))]
    # Where every op can be read, nobody can say which of them was altered.
    return unreadable or [pos for pos, _ in ops]


def hash_now(session: Session, number: int) -> bytes:
    """What a segment hashes to now; of one that cannot be read any more, nothing, which no author signed."""
    try:
        _, payload = segment.decode(sealing.rebuilt(session, number))
    except (zstandard.ZstdError, msgspec.DecodeError, ValueError):
        return b""
    return segment.hash_of(payload.header, segment.digests_of(payload.ops))


def _readable(body: bytes) -> bool:
    try:
        decode(unpack(body))
    except (msgspec.DecodeError, ValueError, zstandard.ZstdError):
        return False
    return True


def _let_go(session: Session, places: list[int]) -> None:
    arriving.let_go(session, places)
    audit.note(session, "heal", "", str(len(places)))
