"""Agreed contacts: at which door somebody expects to be seen or called again, and from when it is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from gridbook.records.base import RecordId
from gridbook.store import places, tables
from gridbook.store.session import Session


@dataclass(frozen=True, slots=True)
class AgreedContact:
    """A door where somebody agreed to be seen or called again by that day."""

    building: RecordId
    door: str
    place: str
    agreed_on: date
    number: str


def due(
    session: Session, day: date | None = None, building: RecordId | None = None
) -> Sequence[AgreedContact]:
    """What was agreed on for that day (today) or before and not kept since, here or below, oldest first."""
    visit, details = tables.RECORDS["Visit"], tables.RECORDS["VisitDetails"]
    wanted = [details.c.next_on <= (day or session.today).isoformat(), details.c.door != ""]
    if building is not None:
        wanted.append(details.c.building == building)
    else:
        wanted.append(details.c.unit == session.unit)
    found = session.connection.execute(
        sa.select(details.c.building, details.c.door, details.c.next_on, visit.c.number)
        .join(visit, sa.and_(visit.c.unit == details.c.unit, visit.c.id == details.c.id))
        .where(*wanted, ~_kept_or_renewed(visit, details))
        .order_by(details.c.next_on, details.c.id)
    )
    known = places.known(session)
    return [
        AgreedContact(
            bytes(row.building),
            row.door,
            known.text(bytes(row.building), row.door),
            date.fromisoformat(row.next_on),
            row.number,
        )
        for row in found
    ]


def _kept_or_renewed(visit: sa.Table, details: sa.Table) -> "sa.Exists":
    """A later visit to the door, on the agreed day or after it, or with a new agreement."""
    other, its_visit = details.alias("other"), visit.alias("its_visit")
    later = sa.or_(
        its_visit.c.visited_on > visit.c.visited_on,
        sa.and_(its_visit.c.visited_on == visit.c.visited_on, other.c.id > details.c.id),
    )
    return (
        sa.select(other.c.id)
        .join(its_visit, sa.and_(its_visit.c.unit == other.c.unit, its_visit.c.id == other.c.id))
        .where(
            other.c.building == details.c.building,
            other.c.door == details.c.door,
            later,
            sa.or_(its_visit.c.visited_on >= details.c.next_on, other.c.next_on.is_not(None)),
        )
        .exists()
    )
