"""What a desk remembers for a person: sticky values, columns, window state."""

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


def keep(session: Session, key: str, worth: Any) -> None:
    """Remember a value that JSON can hold."""
    table = tables.preference
    text = msgspec.json.encode(worth).decode()
    person = session.person.code
    done = session.connection.execute(
        sa.update(table).where(table.c.person == person, table.c.key == key).values(value=text)
    )
    if done.rowcount == 0:
        session.connection.execute(sa.insert(table).values(person=person, key=key, value=text))


def all_of(session: Session, start: str = "") -> Mapping[str, Any]:
    """Every remembered value whose key begins so."""
    table = tables.preference
    rows = session.connection.execute(
        sa.select(table.c.key, table.c.value)
        .where(table.c.person == session.person.code, table.c.key.startswith(start, autoescape=True))
        .order_by(table.c.key)
    )
    return {row.key: msgspec.json.decode(row.value) for row in rows}
