"""Records whose period runs from an end of their own: mandates, documents, agreements, lists."""

from collections.abc import Iterator, Mapping
from datetime import date

import sqlalchemy as sa

from gridbook.records.base import RecordId, UnitCode, local_day
from gridbook.records.errand import Paper
from gridbook.records.request import Outcome, Status
from gridbook.store import requests, tables
from gridbook.store.session import Session

Key = tuple[UnitCode, RecordId]


def closed_before(session: Session, limit: date) -> Mapping[Key, Outcome | None]:
    """The requests that were closed before that day, with what came of them."""
    state = tables.request_state
    found = session.connection.execute(
        sa.select(state.c.unit, state.c.id, state.c.state).where(state.c.status == str(Status.CLOSED))
    )
    over: dict[Key, Outcome | None] = {}
    for row in found:
        told = requests.read_state(row.state)
        if told.closed_at is not None and local_day(told.closed_at) < limit:
            over[(row.unit, bytes(row.id))] = told.outcome
    return over


def before(session: Session, class_name: str, limit: date) -> Iterator[Key]:
    """The records of a class that came to their end before that day."""
    if class_name == "DocumentReceipt":
        yield from _documents(session, limit)
    elif class_name == "Mandate":
        yield from _mandates(session, limit)
    else:
        yield from _at_their_own_end(session, class_name, limit)


def _at_their_own_end(session: Session, class_name: str, limit: date) -> Iterator[Key]:
    """What names its last day itself; a consent that was taken back ended on that day."""
    table = tables.RECORDS[class_name]
    last: sa.ColumnElement[str] = table.c.ends_on
    if "withdrawn_on" in table.c:
        last = sa.func.coalesce(table.c.withdrawn_on, last)
    found = session.connection.execute(sa.select(table.c.unit, table.c.id).where(last < limit.isoformat()))
    yield from ((row.unit, bytes(row.id)) for row in found.all())


def _documents(session: Session, limit: date) -> Iterator[Key]:
    """Documents by their return; a copy that nobody noted as returned goes by the end of its case.

    An original that is out stays, unless the case went to another grid and the document along with it.
    """
    table = tables.RECORDS["DocumentReceipt"]
    found = session.connection.execute(
        sa.select(table.c.unit, table.c.id, table.c.case, table.c.paper, table.c.back_on).where(
            sa.or_(table.c.back_on.is_(None), table.c.back_on < limit.isoformat())
        )
    ).all()
    closed = closed_before(session, limit) if any(row.back_on is None for row in found) else {}
    for row in found:
        case = (row.unit, bytes(row.case))
        copy = row.paper == str(Paper.COPY)
        if row.back_on is not None or (case in closed and (copy or closed[case] is Outcome.MOVED)):
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
    closed = closed_before(session, limit) if ended else {}
    for row in ended:
        key = (row.unit, bytes(row.id))
        moved = closed.get(key) is Outcome.MOVED
        if moved or (key not in held and (row.ended_on is not None or key in closed)):
            yield key
