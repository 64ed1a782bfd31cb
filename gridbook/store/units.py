"""Offices by name: what the lists say, and a name made from the code where no list came yet."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from gridbook.records.base import Record, UnitCode, new_id
from gridbook.records.place import Unit, chain_of, is_within, parent_of, short_name
from gridbook.store import journal, tables
from gridbook.store.session import Session

_SHOWN: frozenset[type[Record]] = frozenset({Unit})


def all_known(session: Session) -> Mapping[UnitCode, Unit]:
    """Every office that a list in this book names, by code; its own listing counts before another's."""
    return session.remember("units", _SHOWN, _read)


def _read(session: Session) -> Mapping[UnitCode, Unit]:
    table = tables.RECORDS["Unit"]
    found: dict[UnitCode, Unit] = {}
    # The office's own entry comes last and stays.
    order = (table.c.code, table.c.unit == table.c.code, table.c.id)
    for row in session.connection.execute(sa.select(table).order_by(*order)).mappings():
        unit = tables.record_of(Unit, row)
        found[unit.code] = unit
    return found


def name(session: Session, code: UnitCode) -> str:
    """An office as people call it."""
    unit = all_known(session).get(code)
    return unit.name if unit is not None and unit.name else short_name(code)


def short(session: Session, code: UnitCode) -> str:
    """An office as narrow columns call it."""
    unit = all_known(session).get(code)
    return unit.short if unit is not None and unit.short else short_name(code)


def below(session: Session, code: UnitCode | None = None) -> Sequence[Unit]:
    """The offices in use right below an office, this one unless another is named."""
    above = code or session.unit
    return [unit for unit in all_known(session).values() if not unit.closed and parent_of(unit.code) == above]


def within(session: Session) -> Sequence[UnitCode]:
    """This office and every one below it that is in use, in the order of their codes."""
    codes = {unit.code for unit in all_known(session).values() if not unit.closed}
    return sorted(code for code in codes | {session.unit} if is_within(code, session.unit))


def in_charge_of(unit: UnitCode) -> Sequence[UnitCode]:
    """The offices that can have a request of that unit in hand: itself and those above it."""
    return chain_of(unit)


def own(session: Session) -> Unit:
    """The listing of this office itself."""
    return all_known(session).get(session.unit) or Unit(
        unit=session.unit, id=b"", code=session.unit, name=short_name(session.unit)
    )


def save(session: Session, unit: Unit, reason: str = "") -> Unit:
    """Write how an office is called and reached."""
    kept = unit if unit.id else replace(unit, id=new_id())
    journal.save(session, kept, reason=reason)
    return kept
