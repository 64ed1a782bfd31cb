"""People at desks: who works here, who may open the book, who has left."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from gridbook.errors import BadValue, NotAllowed, NotFound
from gridbook.i18n import tr
from gridbook.records.base import Record, UnitCode, new_id
from gridbook.records.place import level_of
from gridbook.records.staff import ROLE_NAMES, Role, Staff
from gridbook.store import journal, keys, tables
from gridbook.store.session import Session

_SHOWN: frozenset[type[Record]] = frozenset({Staff})


def everybody(session: Session) -> Mapping[tuple[UnitCode, str], Staff]:
    """Everybody in the lists of this book by unit and code, those who left included."""
    return session.remember("staff", _SHOWN, _read)


def _read(session: Session) -> Mapping[tuple[UnitCode, str], Staff]:
    table = tables.RECORDS["Staff"]
    found = session.connection.execute(sa.select(table).order_by(table.c.unit, table.c.id)).mappings()
    people = [tables.record_of(Staff, row) for row in found]
    return {(one.unit, one.code): one for one in people}


def people(session: Session, unit: UnitCode = "") -> Sequence[Staff]:
    """Who works at a desk now, this one unless another is named."""
    here = unit or session.unit
    return [one for one in everybody(session).values() if one.unit == here and not one.left]


def name(session: Session, unit: UnitCode, code: str) -> str:
    """The name behind a code, or the code where no list names it."""
    one = everybody(session).get((unit, code))
    return code if one is None else one.name


def add(
    session: Session,
    folder: Path,
    own: keys.Keys,
    called: str,
    role: Role,
    passphrase: str,
    *,
    calibrate: bool = True,
) -> Staff:
    """Let another person work at this desk and open the book."""
    if role.level is not level_of(session.unit):
        raise NotAllowed(
            tr("“{role}” does not work at this desk.").format(role=tr(ROLE_NAMES[role])),
            kept=tr("Nobody was added."),
        )
    if not called.strip():
        raise BadValue("name", tr("The name is empty."))
    if any(one.name == called.strip() for one in people(session)):
        raise BadValue(
            "name",
            tr("Somebody called “{name}” works at this desk already.").format(name=called.strip()),
            next=tr("Add something that tells the two apart."),
        )
    made = Staff(unit=session.unit, id=new_id(), code=_next_code(session), name=called.strip(), role=role)
    journal.save(session, made)
    # Last, so that a refused or torn file takes the entry in the list back with it.
    keys.admit(folder, own, made.name, passphrase, calibrate=calibrate)
    return made


def _next_code(session: Session) -> str:
    used = [int(code) for unit, code in everybody(session) if unit == session.unit and code.isdecimal()]
    return str(max(used, default=0) + 1)


def leave(session: Session, folder: Path, code: str) -> Staff:
    """Write down that a person left; the book no longer opens for them."""
    one = everybody(session).get((session.unit, code))
    if one is None or one.left:
        raise NotFound(tr("Nobody with the code {code} works at this desk.").format(code=code))
    leaders = [other for other in people(session) if other.role.leads or other.role is Role.GRID_WORKER]
    if leaders == [one]:
        raise NotAllowed(
            tr("{name} is the last who leads this desk.").format(name=one.name),
            kept=tr("Nothing was changed."),
            next=tr("Add a successor first."),
        )
    gone = replace(one, left=True)
    journal.save(session, gone)
    if one.name in keys.people(folder):
        keys.dismiss(folder, one.name)
    return gone


def give_role(session: Session, code: str, role: Role) -> Staff:
    """Give a person of this desk another role."""
    one = everybody(session).get((session.unit, code))
    if one is None or one.left:
        raise NotFound(tr("Nobody with the code {code} works at this desk.").format(code=code))
    if role.level is not level_of(session.unit):
        raise NotAllowed(tr("“{role}” does not work at this desk.").format(role=tr(ROLE_NAMES[role])))
    others = [other for other in people(session) if other != one and other.role.leads]
    if one.role.leads and not role.leads and not others:
        raise NotAllowed(
            tr("{name} is the last who leads this desk.").format(name=one.name),
            kept=tr("Nothing was changed."),
            next=tr("Add a successor first."),
        )
    changed = replace(one, role=role)
    journal.save(session, changed)
    return changed
