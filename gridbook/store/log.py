"""The end of the log: where ops of this store's own are put, with stamps that never go back."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from gridbook.records.base import CLASSES, Reach, UnitCode
from gridbook.store import tables
from gridbook.store.ops import Digest, Op, digest_of, encode, pack
from gridbook.store.session import Session

SUSPECT_AHEAD_MS = 400 * 24 * 3600 * 1000


def append(session: Session, unit: UnitCode, op: Op) -> Digest:
    """Put an op of this store's own at the end of its log, unsealed; the caller projects it."""
    return append_all(session, [(unit, op)])[0]


def append_all(session: Session, made: Sequence[tuple[UnitCode, Op]]) -> list[Digest]:
    """Put ops of this store's own at the end of its log, unsealed; the caller projects them."""
    rows: list[tuple[Any, ...]] = []
    digests = []
    for unit, op in made:
        raw = encode(op)
        digests.append(digest_of(raw))
        line = line_of(session, session.incarnation, session.unit, unit, CLASSES[op.record_class].reach)
        rows.append((line, tables.CLASS_NUMBERS[op.record_class], op.record, pack(raw)))
    session.run_many('INSERT INTO op (line, "class", record, body) VALUES (?, ?, ?, ?)', rows)
    count(session, digests)
    return digests


def count(session: Session, hashes: Iterable[Digest], ops: int | None = None) -> None:
    """Carry op count and running hash on, by each own op's digest or by a whole segment's hash."""
    standing = session.standing
    for one in hashes:
        standing.running = hashlib.sha256(standing.running + one).digest()
        standing.ops += 1 if ops is None else ops


def line_of(session: Session, incarnation: bytes, author: UnitCode, unit: UnitCode, reach: Reach) -> int:
    """The number of the line (incarnation, stream), made when it is first needed."""
    # The author belongs to the key: somebody else's line in the name of this life is a line of its own.
    key = (incarnation, author, unit, str(reach))
    known = session.lines.get(key)
    if known is None:
        where = "incarnation = ? AND author = ? AND unit = ? AND reach = ?"
        found = session.run(f"SELECT id FROM line WHERE {where}", key) or session.run(
            "INSERT INTO line (incarnation, author, unit, reach) VALUES (?, ?, ?, ?) RETURNING id", key
        )
        known = session.lines[key] = int(found[0][0])
    return known


def stamp(session: Session, suspect: bool) -> int:
    """The stamp of an op: never going back, and never taken from a clock that is known to be wrong."""
    session.standing.last_stamp = _sound(session, suspect)
    return session.standing.last_stamp


def _sound(session: Session, suspect: bool) -> int:
    standing = session.standing
    now = standing.newest_signed if suspect else int(session.now().timestamp() * 1000)
    return max(now, standing.last_stamp)


def sound_now(session: Session) -> datetime:
    """The present instant as stamps would have it: a clock at 2099 for one day would outlast all others."""
    return datetime.fromtimestamp(_sound(session, is_suspect(session)) / 1000, UTC)


def is_suspect(session: Session) -> bool:
    """Whether the clock stands before, or far beyond, the newest signed time."""
    now, newest = int(session.now().timestamp() * 1000), session.standing.newest_signed
    return newest > 0 and (now < newest or now > newest + SUSPECT_AHEAD_MS)
