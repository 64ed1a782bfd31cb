"""Deadlines counted anew where a list changed on which they depend."""

from collections.abc import Set

import sqlalchemy as sa

from gridbook.records.base import RecordId, UnitCode
from gridbook.store import project, tables
from gridbook.store.session import Session


def mind_calendar(session: Session, changed: Set[str]) -> None:
    """Count the deadlines of every request anew where a list changed on which they depend."""
    if changed & {"Holiday", "OfficeHours"}:
        session.forget_calendar()
        refold_requests(session)


def refold_requests(session: Session) -> None:
    """Fold every request anew; the calendar that deadlines count on has changed."""
    table = tables.RECORDS["Request"]
    by_unit: dict[UnitCode, list[RecordId]] = {}
    for unit, record in session.connection.execute(sa.select(table.c.unit, table.c.id)):
        by_unit.setdefault(unit, []).append(bytes(record))
    for unit, records in by_unit.items():
        project.refold(session, "Request", unit, *records)
