"""What signed receipts prove: read once after each stick, not at each look at the status line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar, cast

import sqlalchemy as sa

from gridbook.records.base import Record, UnitCode
from gridbook.records.place import Level, chain_of, level_of
from gridbook.store import tables
from gridbook.store.session import Session
from gridbook.sync import owed, receipt, stations

T = TypeVar("T")
_NEVER_FORGOTTEN: frozenset[type[Record]] = frozenset()


def since_the_last_stick(session: Session, name: str, read: Callable[[Session], T]) -> T:
    """What `read` finds in segments and receipts, read anew only after something was sealed or came."""
    stamp = _stamp(session)
    held = session.memory.get(name)
    if isinstance(held, _Kept) and held.stamp == stamp:
        return cast("T", held.value)
    found = read(session)
    session.memory.put(name, _NEVER_FORGOTTEN, _Kept(stamp, found))
    return found


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: tuple[object, ...]
    value: object


def _stamp(session: Session) -> tuple[object, ...]:
    """What grows with every seal, stick, receipt, roster and retired life."""
    ((*stamp,),) = session.run(
        "SELECT (SELECT max(id) FROM segment), (SELECT max(id) FROM bundle), "
        "(SELECT max(version) FROM roster), (SELECT count(*) FROM station), (SELECT count(*) FROM meta), "
        "(SELECT sum(number) FROM receipt), "
        "(SELECT count(*) FROM incarnation), (SELECT count(*) FROM incarnation WHERE superseded)"
    )
    return tuple(stamp)


@dataclass(frozen=True, slots=True)
class Above:
    """An office above this one: the segments it has receipted, and the day of its newest receipt."""

    unit: UnitCode
    held: frozenset[int]
    receipt_of: datetime | None


def above(session: Session) -> Mapping[Level, Above]:
    """What each office above proves to hold."""
    return since_the_last_stick(session, "held above", _above)


def _above(session: Session) -> Mapping[Level, Above]:
    if not stations.joined(session):
        return {}
    return {
        level_of(unit): Above(unit, frozenset(held_by(session, unit)), _receipt_of(session, unit))
        for unit in chain_of(session.unit)
        if unit != session.unit
    }


def held_by(session: Session, unit: UnitCode) -> frozenset[int]:
    """The segments that every live incarnation of a unit's station has receipted."""
    return since_the_last_stick(session, f"held by {unit}", lambda now: frozenset(owed.held_by(now, unit)))


def _receipt_of(session: Session, unit: UnitCode) -> datetime | None:
    table = tables.receipt
    bodies = session.connection.execute(
        sa.select(table.c.body).where(table.c.holder == unit, table.c.unit == session.unit)
    ).scalars()
    newest = max((receipt.decode(bytes(body))[0].made_at for body in bodies), default=None)
    return None if newest is None else datetime.fromtimestamp(newest / 1000, UTC)


def owed_to(session: Session, unit: UnitCode) -> int:
    """How many sealed changes the next bundle for a neighbour would carry."""
    return since_the_last_stick(session, f"owed to {unit}", lambda now: owed.to(now, unit).ops)


def admitted(session: Session) -> frozenset[UnitCode]:
    """The offices of which a station is admitted and believed."""
    return since_the_last_stick(session, "admitted", _admitted)


def _admitted(session: Session) -> frozenset[UnitCode]:
    now = stations.known(session)
    return frozenset(one.unit for one in now.by_hash.values() if one.hash not in now.revoked)
