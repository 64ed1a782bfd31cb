"""What each person did last on this PC, kept by the digests of its ops so that it can be taken back."""

import msgspec
import sqlalchemy as sa

from gridbook.records.base import instant_text
from gridbook.store import tables
from gridbook.store.session import Session, Written

MOST = 100
"""So many acts of a person are kept."""
KEPT_DAYS = 30
MOST_OPS = 200
"""What wrote more than that has an undo of its own."""

_OF_THE_OFFICE = frozenset({"Unit", "Staff"})
"""Who sits where is corrected on its own page; taken back, it could shut people out of their book."""

_decoder = msgspec.msgpack.Decoder(list[Written])


def keep(session: Session) -> None:
    """Remember what was written in this transaction; what was taken back before cannot be done again now."""
    if session.final or not session.person.code or len(session.acts) > MOST_OPS:
        return
    if any(one.class_name in _OF_THE_OFFICE for one in session.acts):
        return
    session.run("DELETE FROM act WHERE person = ? AND back IS NOT NULL", (session.person.code,))
    session.run(
        "INSERT INTO act (person, at, ops) VALUES (?, ?, ?)",
        (session.person.code, instant_text(session.now()), encoded(session.acts)),
    )
    session.run(
        "DELETE FROM act WHERE person = ? AND n <= "
        "(SELECT n FROM act WHERE person = ? ORDER BY n DESC LIMIT 1 OFFSET ?)",
        (session.person.code, session.person.code, MOST),
    )


def encoded(written: list[Written]) -> bytes:
    """Ops as an act keeps them."""
    return msgspec.msgpack.encode(written)


def decoded(kept: bytes) -> list[Written]:
    """The ops of an act."""
    return _decoder.decode(kept)


def purge(session: Session, before: str) -> None:
    """Forget what was done before that instant."""
    session.connection.execute(sa.delete(tables.act).where(tables.act.c.at < before))
