"""Records whose period runs from an end of their own: mandates and documents after their return."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from gridbook.records.base import RecordId, UnitCode, local_day
from gridbook.records.errand import Paper
from gridbook.records.request import Status
from gridbook.store import requests, tables
from gridbook.store.session import Session

Key = tuple[UnitCode, RecordId]


def closed_before(session: Session, limit: date) -> list[Key]:
    """The requests that were closed before that day."""
    state = tables.request_state
    found = session.connection.execute(
        sa.select(state.c.unit, state.c.id, state.c.state).where(state.c.status == str(Status.CLOSED))
    )
    over = []
    for row in found:
        closed_at = requests.read_state(row.state).closed_at
        if closed_at is not None and local_day(closed_at) < limit:
            over.append((row.unit, bytes(row.id)))
    return over


def before(session: Session, class_name: str, limit: date) -> Iterator[Key]:
    """The records of a class that came to their end before that day."""
    if class_name == "DocumentReceipt":
        yield from _documents(session, limit)
    elif class_name == "Mandate":
        yield from _mandates(session, limit)


def _documents(session: Session, limit: date) -> Iterator[Key]:
    """Documents by their return; a copy that nobody noted as returned goes by the end of its case."""
    table = tables.RECORDS["DocumentReceipt"]
    closed: set[Key] | None = None
    for row in session.connection.execute(
        sa.select(table.c.unit, table.c.id, table.c.case, table.c.paper, table.c.back_on).where(
            sa.or_(table.c.back_on.is_(None), table.c.back_on < limit.isoformat())
        )
    ).all():
        if row.back_on is not None:
            yield row.unit, bytes(row.id)
        elif row.paper == str(Paper.COPY):
            closed = set(closed_before(session, limit)) if closed is None else closed
            if (row.unit, bytes(row.case)) in closed:
                yield row.unit, bytes(row.id)


def _mandates(session: Session, limit: date) -> Iterator[Key]:
    """Mandates by their own end or that of their case, when every document is gone by that day, too."""
    table, document = tables.RECORDS["Mandate"], tables.RECORDS["DocumentReceipt"]
    held = {
        (row.unit, bytes(row.case))
        for row in session.connection.execute(
            sa.select(document.c.unit, document.c.case).where(
                sa.or_(
                    document.c.back_on >= limit.isoformat(),
                    sa.and_(document.c.back_on.is_(None), document.c.paper == str(Paper.ORIGINAL)),
                )
            )
        )
    }
    ended = session.connection.execute(
        sa.select(table.c.unit, table.c.id, table.c.ended_on).where(
            sa.or_(table.c.ended_on.is_(None), table.c.ended_on < limit.isoformat())
        )
    ).all()
    closed: set[Key] | None = None
    for row in ended:
        key = (row.unit, bytes(row.id))
        if key in held:
            continue
        if row.ended_on is None:
            closed = set(closed_before(session, limit)) if closed is None else closed
        if row.ended_on is not None or (closed is not None and key in closed):
            yield key
