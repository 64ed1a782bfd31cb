"""Estates, buildings and doors: look up what a person typed, and add what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

import sqlalchemy as sa

from gridbook.errors import BadDoor, NotFound
from gridbook.i18n import tr
from gridbook.records import place
from gridbook.records.base import Record, RecordId, UnitCode, new_id
from gridbook.records.place import Building, Estate, Place, address_text, read_door
from gridbook.store import journal, tables
from gridbook.store.session import Session

A = TypeVar("A", Estate, Building)
_SHOWN: frozenset[type[Record]] = frozenset({Estate, Building})


@dataclass(frozen=True, slots=True)
class Known:
    """The estates and buildings of this book by id; what went to another unit is only known by name here."""

    estates: Mapping[RecordId, Estate]
    buildings: Mapping[RecordId, Building]
    gone: frozenset[RecordId] = frozenset()

    @property
    def estates_here(self) -> tuple[Estate, ...]:
        """The estates in which one can still write something down."""
        return tuple(one for one in self.estates.values() if one.id not in self.gone)

    @property
    def buildings_here(self) -> tuple[Building, ...]:
        """The buildings in which one can still write something down."""
        return tuple(
            one for one in self.buildings.values() if one.id not in self.gone and one.estate not in self.gone
        )

    def text(
        self, building: RecordId | None, door: str, spot: str = "", estate: RecordId | None = None
    ) -> str:
        """An address as people write it; a public place by its own words, an unknown building by the door."""
        held = self.buildings.get(building or b"")
        if held is None:
            of = self.estates.get(estate or b"")
            return (of.name if of else "") + (spot or door)
        of = self.estates.get(held.estate)
        return address_text(of.name if of else "", held, door)

    def at(self, building: RecordId, door: str) -> Place:
        """A door with its building and estate."""
        held = self.buildings.get(building)
        if held is None:
            raise no_building()
        estate = self.estates.get(held.estate) or Estate(unit=held.unit, id=held.estate, name="")
        return Place(estate, held, door)


def no_building() -> NotFound:
    """What is said when a building is not in this book."""
    return NotFound(
        tr("This building is not in the book."), next=tr("Pick one from the list, or add it under Doors.")
    )


def known(session: Session) -> Known:
    """Every estate and building of this book."""
    return session.remember("places", _SHOWN, _read)


def _read(session: Session) -> Known:
    moved = _moved(session)
    estates = _by_id(session, Estate, moved)
    buildings = _by_id(session, Building, moved)
    kept = {one.id for one in (*estates.values(), *buildings.values()) if (one.unit, one.id) not in moved}
    gone = frozenset(one.id for one in (*estates.values(), *buildings.values())) - kept
    return Known(estates, buildings, gone)


def _moved(session: Session) -> set[tuple[UnitCode, RecordId]]:
    """The addresses that were handed over, each with the unit it left."""
    table = tables.finding
    found = session.connection.execute(
        sa.select(table.c.unit, table.c.record).where(
            table.c.kind == "moved", table.c["class"].in_(("Estate", "Building"))
        )
    )
    return {(row.unit, bytes(row.record)) for row in found}


def _by_id(session: Session, cls: type[A], moved: set[tuple[UnitCode, RecordId]]) -> dict[RecordId, A]:
    """The same address can lie in two units' streams; the one counts that was not handed over."""
    table = tables.RECORDS[cls.__name__]
    found = session.connection.execute(sa.select(table).order_by(table.c.unit, table.c.id)).mappings()
    records = [tables.record_of(cls, row) for row in found]
    return {one.id: one for one in sorted(records, key=lambda one: (one.unit, one.id) not in moved)}


def estates(session: Session) -> Sequence[Estate]:
    """The estates of this book by name."""
    return sorted(known(session).estates_here, key=lambda estate: (estate.name, estate.id))


def buildings(session: Session, estate: RecordId | None = None) -> Sequence[Building]:
    """The buildings of an estate, or all, in the order of their numbers."""
    held = known(session).buildings_here
    return sorted(
        (one for one in held if estate is None or one.estate == estate),
        key=lambda one: (one.estate, len(one.number), one.number, one.id),
    )


def building(session: Session, building_id: RecordId) -> Building:
    """One building."""
    now = known(session)
    held = now.buildings.get(building_id)
    if held is None:
        raise no_building()
    if building_id in now.gone or held.estate in now.gone:
        raise BadDoor(
            "door",
            tr("Building {b} was handed over to another grid.").format(b=held.number),
            next=tr("What is to be done there is written down in that grid."),
        )
    return held


def resolve(session: Session, typed: str) -> Place:
    """The one door a person means; a BadDoor says what can be done when there is none or more than one."""
    held = known(session)
    return place.door_or_offer(read_door(typed), held.estates_here, held.buildings_here)


def meant(session: Session, typed: str) -> Sequence[Place]:
    """Every door that a typed code can mean; none when it is no door code."""
    try:
        code = read_door(typed)
    except BadDoor:
        return ()
    held = known(session)
    return place.find_doors(code, held.estates_here, held.buildings_here)


def offers(session: Session, typed: str) -> Sequence[Place]:
    """The doors that are not there but could be added as exceptions."""
    try:
        code = read_door(typed)
    except BadDoor:
        return ()
    held = known(session)
    return place.offers(code, held.estates_here, held.buildings_here)


@lru_cache(maxsize=2048)
def _doors(held: Building) -> frozenset[str]:
    return frozenset(held.doors())


def require_door(session: Session, building_id: RecordId, door: str) -> None:
    """Refuse a door that its building does not have."""
    held = building(session, building_id)
    if door not in _doors(held):
        raise BadDoor(
            "door",
            tr("Building {b} has no door {door}.").format(b=held.number, door=door),
            next=tr("If the door does exist, add it to the building as an exception."),
        )


def add_door(session: Session, building_id: RecordId, door: str) -> Place:
    """Add a door as an exception to its building."""
    held = building(session, building_id)
    made = held.with_door(door)
    journal.save(session, made)
    return known(session).at(made.id, door)


def remove_door(session: Session, building_id: RecordId, door: str) -> Building:
    """Write down that a door does not exist."""
    made = building(session, building_id).without_door(door)
    journal.save(session, made)
    return made


def save(session: Session, *records: Estate | Building) -> Sequence[Estate | Building]:
    """Write estates and buildings; a new one gets its id here."""
    kept = [one if one.id else replace(one, id=new_id()) for one in records]
    journal.save(session, *kept)
    return kept
