"""The audit log: who did what, when, to which object; content-free, each row hashed onto the one before."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa

from gridbook.records.base import instant_of, instant_text
from gridbook.store import meta, tables
from gridbook.store.session import Session

ANCHOR = "audit anchor"
"""Where `meta` keeps the hash of the last row that retention took away."""
_START = bytes(32)


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: `object` is a number, an id or a name of a sheet, never what stands in it."""

    at: datetime
    person: str
    action: str
    object: str
    reason: str


def note(session: Session, action: str, about: str = "", reason: str = "") -> None:
    """Add an act of the present person."""
    table = tables.audit
    before = session.connection.execute(
        sa.select(table.c.chain).order_by(table.c.id.desc()).limit(1)
    ).scalar()
    row = (instant_text(session.now()), session.person.code, action, about, reason)
    session.connection.execute(
        sa.insert(table).values(
            at=row[0],
            person=row[1],
            action=row[2],
            object=row[3],
            reason=row[4],
            chain=_link(_anchor(session) if before is None else bytes(before), row),
        )
    )


def _anchor(session: Session) -> bytes:
    return meta.get(session, ANCHOR) or _START


def _link(before: bytes, row: tuple[str, str, str, str, str]) -> bytes:
    return hashlib.sha256(before + msgspec.msgpack.encode(row)).digest()


def recent(session: Session, count: int = 100) -> Sequence[Entry]:
    """The newest acts."""
    table = tables.audit
    found = session.connection.execute(sa.select(table).order_by(table.c.id.desc()).limit(count))
    return [Entry(instant_of(row.at), row.person, row.action, row.object, row.reason) for row in found]


def holds(session: Session) -> bool:
    """Whether no row was changed, taken out or put in between."""
    chain = _anchor(session)
    for row in session.connection.execute(sa.select(tables.audit).order_by(tables.audit.c.id)):
        chain = _link(chain, (row.at, row.person, row.action, row.object, row.reason))
        if chain != bytes(row.chain):
            return False
    return True


def purge(session: Session, before: datetime) -> int:
    """Take away what is older; the hash of the last such row anchors those that stay."""
    table = tables.audit
    last = session.connection.execute(
        sa.select(table.c.id, table.c.chain)
        .where(table.c.at < instant_text(before))
        .order_by(table.c.id.desc())
        .limit(1)
    ).first()
    if last is None:
        return 0
    done = session.connection.execute(sa.delete(table).where(table.c.id <= last.id))
    meta.put(session, ANCHOR, bytes(last.chain))
    return int(done.rowcount)
