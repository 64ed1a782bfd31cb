"""What a desk remembers for a person: sticky values, columns, window state; and what all share at a book."""

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from gridbook.store import tables
from gridbook.store.session import Session


def value(session: Session, key: str, default: Any = None) -> Any:
    """What was last kept under that key, or the default."""
    table = tables.preference
    held = session.connection.execute(
        sa.select(table.c.value).where(table.c.person == session.person.code, table.c.key == key)
    ).scalar()
    return default if held is None else msgspec.json.decode(held)


def keep(session: Session, key: str, worth: Any, *, person: str | None = None) -> None:
    """Remember a value that JSON can hold, for the present person unless another is named."""
    table = tables.preference
    text = msgspec.json.encode(worth).decode()
    person = session.person.code if person is None else person
    done = session.connection.execute(
        sa.update(table).where(table.c.person == person, table.c.key == key).values(value=text)
    )
    if done.rowcount == 0:
        session.connection.execute(sa.insert(table).values(person=person, key=key, value=text))


def forget(session: Session, key: str, *, person: str | None = None) -> None:
    """Remember it no longer."""
    table = tables.preference
    person = session.person.code if person is None else person
    session.connection.execute(sa.delete(table).where(table.c.person == person, table.c.key == key))


def all_of(session: Session, start: str = "", *, person: str | None = None) -> Mapping[str, Any]:
    """Every remembered value whose key begins so."""
    table = tables.preference
    person = session.person.code if person is None else person
    rows = session.connection.execute(
        sa.select(table.c.key, table.c.value)
        .where(table.c.person == person, table.c.key.startswith(start, autoescape=True))
        .order_by(table.c.key)
    )
    return {row.key: msgspec.json.decode(row.value) for row in rows}
