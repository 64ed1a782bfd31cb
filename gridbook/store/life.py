"""Incarnations: one continuous life of a book each; a new one begins whenever time may have run backwards."""

import os

import sqlalchemy as sa

from gridbook.records.base import Reach, instant_text, new_id
from gridbook.records.place import Unit
from gridbook.records.staff import Staff
from gridbook.store import journal, tables
from gridbook.store.log import line_of
from gridbook.store.session import Session


def new_life(session: Session, why: str) -> None:
    """Begin a new incarnation with the present one as parent; unsealed ops go with it."""
    fresh, old = new_random(), session.incarnation
    session.connection.execute(
        sa.insert(tables.incarnation).values(
            id=fresh,
            unit=session.unit,
            parent=old,
            began_at=instant_text(session.now()),
            why=why,
            superseded=False,
        )
    )
    session.incarnation = fresh
    log, line = tables.op, tables.line
    unsealed = session.connection.execute(
        sa.select(line.c.id, line.c.unit, line.c.reach).where(
            line.c.incarnation == old, sa.exists().where(log.c.line == line.c.id, log.c.segment.is_(None))
        )
    ).all()
    for number, unit, reach in unsealed:
        to = line_of(session, fresh, session.unit, unit, Reach(reach))
        session.connection.execute(
            sa.update(log).where(log.c.line == number, log.c.segment.is_(None)).values(line=to)
        )


def new_random() -> bytes:
    """A random 128-bit id."""
    return os.urandom(16)


def begin(session: Session, name: str) -> None:
    """The first life of a new book, with the office and its first person in the lists."""
    session.incarnation = new_random()
    session.connection.execute(
        sa.insert(tables.incarnation).values(
            id=session.incarnation,
            unit=session.unit,
            parent=None,
            began_at=instant_text(session.now()),
            why="new",
            superseded=False,
        )
    )
    unit, person = session.unit, session.person
    journal.save(
        session,
        Unit(unit=unit, id=new_id(), code=unit, name=name),
        Staff(unit=unit, id=new_id(), code=person.code, name=person.name, role=person.role),
    )
