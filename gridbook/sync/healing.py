"""Damage in the log of this disk: found, looked at twice, and asked for again from the neighbours."""

import msgspec
import sqlalchemy as sa
import zstandard

from gridbook.store import arriving, audit, tables
from gridbook.store.book import Store
from gridbook.store.ops import decode, unpack
from gridbook.store.session import Session
from gridbook.sync import sealing, segment


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
    found: list[int] = []
    table = tables.segment
    for row in session.connection.execute(
        sa.select(table.c.id, table.c.hash).where(table.c.parked.is_(None))
    ).all():
        if hash_now(session, row.id) == bytes(row.hash):
            continue
        ops = session.run(
            "SELECT pos, body FROM op WHERE segment = ? AND body IS NOT NULL ORDER BY pos", (row.id,)
        )
        unreadable = [pos for pos, body in ops if not _readable(bytes(body))]
        # Where every op can be read, nobody can say which of them was altered.
        found += unreadable or [pos for pos, _ in ops]
    return found


def hash_now(session: Session, number: int) -> bytes:
    """What a segment hashes to now; of one that cannot be read any more, nothing, which no author signed."""
    try:
        _, payload = segment.decode(sealing.rebuilt(session, number))
    except (zstandard.ZstdError, msgspec.DecodeError, ValueError):
        return b""
    return segment.hash_of(payload.header, segment.digests_of(payload))


def _readable(body: bytes) -> bool:
    try:
        decode(unpack(body))
    except (msgspec.DecodeError, ValueError, zstandard.ZstdError):
        return False
    return True


def _let_go(session: Session, places: list[int]) -> None:
    arriving.let_go(session, places)
    audit.note(session, "heal", "", str(len(places)))
