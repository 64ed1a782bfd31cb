"""Today's desk: what is due, promised, waiting elsewhere, still to be handed over or keyed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from gridbook.records.base import Reach, RecordId
from gridbook.store import caseload, places, prints, tables
from gridbook.store.caseload import RequestRow, Waiting
from gridbook.store.fold import at
from gridbook.store.ops import decode, unpack
from gridbook.store.prints import Printed
from gridbook.store.session import Session


@dataclass(frozen=True, slots=True)
class AgreedContact:
    """A door where somebody agreed to be seen or called again by that day."""

    building: RecordId
    door: str
    place: str
    agreed_on: date
    number: str


@dataclass(frozen=True, slots=True)
class Today:
    """Everything the first screen shows."""

    due: Sequence[RequestRow]
    inbox: Sequence[RequestRow]
    contacts: Sequence[AgreedContact]
    waiting: Sequence[Waiting]
    to_finish: Sequence[RequestRow]
    on_paper: Sequence[Printed]
    to_settle: int
    unsent: int
    unsent_since: datetime | None


def of(session: Session) -> Today:
    """What this desk should know this morning."""
    unsent, since = unsent_work(session)
    return Today(
        due=caseload.due(session),
        inbox=caseload.inbox(session),
        contacts=contacts_due(session),
        waiting=caseload.waiting_for_others(session),
        to_finish=caseload.to_finish(session),
        on_paper=prints.not_keyed_in(session),
        to_settle=_to_settle(session),
        unsent=unsent,
        unsent_since=since,
    )


def contacts_due(session: Session, day: date | None = None) -> Sequence[AgreedContact]:
    """Contacts this unit agreed on for that day (today) or before, where nobody was met since."""
    visit, details = tables.RECORDS["Visit"], tables.RECORDS["VisitDetails"]
    later, later_visit = details.alias("later"), visit.alias("later_visit")
    until = (day or session.today).isoformat()
    # A newer visit to the door either kept the promise or made a new one.
    again = (
        sa.select(later.c.id)
        .join(later_visit, sa.and_(later_visit.c.unit == later.c.unit, later_visit.c.id == later.c.id))
        .where(
            later.c.building == details.c.building,
            later.c.door == details.c.door,
            later.c.id != details.c.id,
            sa.or_(
                later_visit.c.visited_on > visit.c.visited_on,
                sa.and_(later_visit.c.visited_on == visit.c.visited_on, later.c.id > details.c.id),
            ),
        )
        .exists()
    )
    known = places.known(session)
    found = session.connection.execute(
        sa.select(details.c.building, details.c.door, details.c.next_on, visit.c.number)
        .join(visit, sa.and_(visit.c.unit == details.c.unit, visit.c.id == details.c.id))
        .where(details.c.next_on <= until, details.c.unit == session.unit, ~again)
        .order_by(details.c.next_on, details.c.id)
    )
    return [
        AgreedContact(
            bytes(row.building or b""),
            row.door,
            known.text(row.building and bytes(row.building), row.door),
            date.fromisoformat(row.next_on),
            row.number,
        )
        for row in found
    ]


def unsent_work(session: Session) -> tuple[int, datetime | None]:
    """How many changes of this office never went into a bundle, and since when the oldest waits."""
    log, line = tables.op, tables.line
    own = sa.select(line.c.id).where(line.c.reach != str(Reach.HERE), line.c.author == session.unit)
    count, oldest = session.connection.execute(
        sa.select(sa.func.count(), sa.func.min(log.c.pos)).where(log.c.line.in_(own), log.c.segment.is_(None))
    ).one()
    if not count:
        return 0, None
    body = session.connection.execute(sa.select(log.c.body).where(log.c.pos == oldest)).scalar()
    return int(count), None if body is None else at(decode(unpack(bytes(body))))


def _to_settle(session: Session) -> int:
    table = tables.finding
    kinds = ("conflict", "late", "not allowed", "needs correction")
    return int(
        session.connection.execute(
            sa.select(sa.func.count()).select_from(table).where(table.c.kind.in_(kinds))
        ).scalar_one()
    )
