"""Where cases that were handed over go on now, and which of two hand-overs at once counts."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from gridbook.records.base import RecordId
from gridbook.records.request import Action, Request
from gridbook.store import audit, duplicates, journal, requests, tables
from gridbook.store.fold import MOVED
from gridbook.store.session import Session


def now_at(session: Session, record: RecordId) -> Request | None:
    """Under which record a case goes on that was handed over, perhaps more than once."""
    table = tables.finding
    seen: list[RecordId] = []
    while record not in seen:
        seen.append(record)
        part = session.connection.execute(
            sa.select(table.c.part).where(
                table.c.record == record, table.c["class"] == "Request", table.c.kind == "moved"
            )
        ).scalar()
        if part is None:
            break
        record = bytes.fromhex(part)
    return duplicates.request(session, record)


def twice(session: Session) -> Sequence[tuple[Request, Sequence[Request]]]:
    """Cases that two offices handed over at once, each with the records under which they now go on."""
    table = tables.finding
    made = []
    for row in session.connection.execute(
        sa.select(table.c.record, table.c.detail)
        .where(table.c.kind == "moved twice", table.c["class"] == "Request")
        .order_by(table.c.record)
    ):
        was = duplicates.request(session, bytes(row.record))
        told = [bytes.fromhex(one) for one in msgspec.json.decode(row.detail)["to"]]
        found = [one for one in (duplicates.request(session, record) for record in told) if one is not None]
        if was is not None and len(found) == len(told):
            made.append((was, found))
    return made


def choose(session: Session, was: Request, stays: Request, others: Sequence[Request], reason: str) -> None:
    """Of two hand-overs at once one counts: the other grid's case ends and is one matter with this one."""
    for one in others:
        if requests.state_of(session, one).open:
            journal.event(session, one.unit, one.id, Action.MERGE, {"into": stays.number})
        said = {duplicates.PAIR: stays.id, duplicates.MASTER: stays.id}
        journal.alias(session, one, said, reason)
    said = {duplicates.PAIR: stays.id, duplicates.MASTER: stays.id, MOVED: stays.id}
    journal.alias(session, was, said, reason)
    audit.note(session, "settle", was.number, "Request")


def earlier(session: Session, request: Request) -> Sequence[Request]:
    """The records under which this case lay in other grids before, as far as this book holds them."""
    family = duplicates.joined_with(session, request.id).get(request.id, ())
    return [one for one in family if requests.handed_over_as(session, one)]
