"""Today's desk: what is due, promised, waiting elsewhere, still to be handed over or keyed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gridbook.records.base import Reach
from gridbook.store import care, caseload, conflicts, contacts, errands, prints, tables
from gridbook.store.care import CareRow
from gridbook.store.caseload import RequestRow, Waiting
from gridbook.store.contacts import AgreedContact
from gridbook.store.errands import Out
from gridbook.store.fold import at
from gridbook.store.ops import decode, unpack
from gridbook.store.prints import Printed
from gridbook.store.session import Session


@dataclass(frozen=True, slots=True)
class Today:
    """Everything the first screen shows."""

    due: Sequence[RequestRow]
    inbox: Sequence[RequestRow]
    care: Sequence[CareRow]
    ending: Sequence[CareRow]
    contacts: Sequence[AgreedContact]
    waiting: Sequence[Waiting]
    to_finish: Sequence[RequestRow]
    on_paper: Sequence[Printed]
    originals: Sequence[Out]
    to_settle: int
    unsent: int
    unsent_since: datetime | None


def of(session: Session) -> Today:
    """What this desk should know this morning."""
    unsent, since = unsent_work(session)
    turns = care.due(session)
    # A care contact that was put off to another day is promised, too; once is enough.
    doors = {(row.care.building, row.care.door) for row in turns}
    promised = [one for one in contacts.due(session) if (one.building, one.door) not in doors]
    return Today(
        due=caseload.due(session),
        inbox=caseload.inbox(session),
        care=turns,
        ending=care.ending(session),
        contacts=promised,
        waiting=caseload.waiting_for_others(session),
        to_finish=caseload.to_finish(session),
        on_paper=prints.not_keyed_in(session),
        # Who took the order has the papers; whoever only sees the errand is not asked for them.
        originals=[one for one in errands.originals_out(session) if one.office == session.unit],
        to_settle=_to_settle(session),
        unsent=unsent,
        unsent_since=since,
    )


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
    return conflicts.count(session)
