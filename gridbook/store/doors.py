"""The door view: what is going on behind which door of a building, as service, never as a person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import sqlalchemy as sa

from gridbook.records.base import RecordId, local_day
from gridbook.records.place import Building, Estate, door_text
from gridbook.store import care, contacts, places, requests, tables
from gridbook.store.session import Session

SETTLED_DAYS = 7


@dataclass(frozen=True, slots=True)
class Cell:
    """One door: open cases, an agreed contact that is due, settled this week, a sheet still on paper.

    A `missing` one is only drawn while a building is drawn up.
    """

    door: str
    text: str
    open_cases: int = 0
    contact_due: bool = False
    settled: bool = False
    printed: bool = False
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Floor:
    """A floor with its doors from unit to unit."""

    number: int
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class DoorView:
    """A building from its top floor down."""

    estate: Estate | None
    building: Building
    floors: Sequence[Floor]


def view(session: Session, building_id: RecordId) -> DoorView:
    """A building with the service state of every door."""
    held = places.building(session, building_id)
    open_cases, settled = _cases(session, building_id)
    due = {one.door for one in contacts.due(session, building=building_id)}
    due |= {row.care.door for row in care.due(session, building=building_id)}
    printed = _on_paper(session, building_id)
    floors: dict[int, list[Cell]] = {}
    for door in held.doors():
        floors.setdefault(held.floor_of(door), []).append(
            Cell(
                door,
                door_text(held, door),
                open_cases.get(door, 0),
                door in due,
                door in settled,
                door in printed,
            )
        )
    made = [Floor(number, tuple(cells)) for number, cells in sorted(floors.items(), reverse=True)]
    return DoorView(places.known(session).estates.get(held.estate), held, made)


def draft(estate: Estate | None, building: Building) -> DoorView:
    """A building that is being drawn up, with the doors of its pattern that do not exist marked as such."""
    there = set(building.doors())
    floors: dict[int, list[Cell]] = {}
    # Those that are not there come back to their place when somebody wants them again.
    whole = dict.fromkeys((*replace(building, missing=()).doors(), *building.doors()))
    for door in whole:
        cell = Cell(door, door_text(building, door), missing=door not in there)
        floors.setdefault(building.floor_of(door), []).append(cell)
    made = [Floor(number, tuple(cells)) for number, cells in sorted(floors.items(), reverse=True)]
    return DoorView(estate, building, made)


def _cases(session: Session, building_id: RecordId) -> tuple[dict[str, int], set[str]]:
    held, state = tables.RECORDS["Particulars"], tables.request_state
    week_ago = session.today - timedelta(days=SETTLED_DAYS)
    open_cases: dict[str, int] = {}
    settled: set[str] = set()
    for row in session.connection.execute(
        sa.select(held.c.door, state.c.state)
        .join(state, sa.and_(state.c.unit == held.c.unit, state.c.id == held.c.id))
        .where(held.c.building == building_id)
    ):
        stands = requests.read_state(row.state)
        if stands.open:
            open_cases[row.door] = open_cases.get(row.door, 0) + 1
        elif stands.resolved_at is not None and local_day(stands.resolved_at) > week_ago:
            settled.add(row.door)
    return open_cases, settled


def _on_paper(session: Session, building_id: RecordId) -> set[str]:
    held, table, printed = tables.RECORDS["Particulars"], tables.RECORDS["Request"], tables.printed
    return {
        row.door
        for row in session.connection.execute(
            sa.select(held.c.door)
            .join(table, sa.and_(table.c.unit == held.c.unit, table.c.id == held.c.id))
            .join(printed, printed.c.number == table.c.number)
            .where(held.c.building == building_id, printed.c.keyed_in.is_(False))
        )
    }
