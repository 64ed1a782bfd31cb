"""Incarnations: one continuous life of a book each; a new one begins whenever time may have run backwards."""

import contextlib
import os
from datetime import UTC, date, datetime

import sqlalchemy as sa
import zstandard

from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.records.base import LOCAL, Reach, instant_text, new_id
from gridbook.records.place import Unit
from gridbook.records.staff import Staff
from gridbook.store import audit, journal, tables
from gridbook.store.log import is_suspect, line_of
from gridbook.store.ops import decode, decode_husk, unpack
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


def what_is_missing(session: Session) -> str:
    """From when on entries may be missing in a book that is older than it was."""
    return missing_since(_newest_of_this_life(session))


def missing_since(at: datetime | None) -> str:
    """The sentence that says from when on entries may be missing, and what to do."""
    when = tr("the beginning") if at is None else at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
    return tr(
        "Entries written at this desk after {when} may be missing. What was handed over comes back with the "
        "next sticks; write the rest again."
    ).format(when=when)


def _newest_of_this_life(session: Session) -> datetime | None:
    """When the newest entry was written that this life sealed: whatever came back later is not among them."""
    rows = session.run(
        "SELECT op.body, op.husk FROM op JOIN line ON line.id = op.line WHERE line.incarnation = ? "
        "AND line.author = ? AND op.segment IS NOT NULL ORDER BY op.pos DESC LIMIT 1",
        (session.incarnation, session.unit),
    )
    # An entry that this disk spoilt says nothing; the newest stamp of the book is close enough then.
    with contextlib.suppress(ValueError, zstandard.ZstdError):
        for body, husk in rows:
            op = decode_husk(bytes(husk)) if body is None else decode(unpack(bytes(body)))
            return _instant(op.stamp)
    return newest_entry(session)


def newest_entry(session: Session) -> datetime | None:
    """When the newest entry of this book's own was written."""
    return _instant(session.standing.last_stamp)


def _instant(stamp: int) -> datetime | None:
    return datetime.fromtimestamp(stamp / 1000, UTC) if stamp > 0 else None


def wrong_clock(session: Session) -> str:
    """What is asked of a person at a PC whose clock cannot be right; nothing where it may be."""
    newest = session.standing.newest_signed
    # Two clocks that are a few minutes apart are no reason to ask anybody.
    if not is_suspect(session) or 0 <= newest - int(session.now().timestamp() * 1000) < CLOSE_MS:
        return ""
    there = datetime.fromtimestamp(newest / 1000, UTC)
    return tr(
        "This PC says that it is {here}, but the newest stick was written on {there}. "
        "Set the date and time of this PC if they are wrong; nothing is lost meanwhile. If they are "
        "right, say so at Stations, or with: gridbook today {day}"
    ).format(
        here=session.now().astimezone(LOCAL).strftime("%Y-%m-%d %H:%M"),
        there=there.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M"),
        day=session.today.isoformat(),
    )


def confirm_day(session: Session, day: date) -> None:
    """A person says which day it is: where this PC says the same, its clock is believed from now on."""
    if day != session.today:
        raise BadValue(
            "day",
            tr("This PC says that it is {here}.").format(here=session.today.isoformat()),
            next=tr("Set the date of this PC, or look at a calendar."),
        )
    session.standing.newest_signed = int(session.now().timestamp() * 1000)
    audit.note(session, "confirm the day", day.isoformat())


CLOSE_MS = 10 * 60 * 1000


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
