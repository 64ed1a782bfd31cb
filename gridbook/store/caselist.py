"""The lists of requests by what is to be done: who stands in them, in which order."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from gridbook.records.request import Status
from gridbook.store import caseload, rows, tables
from gridbook.store.caseload import NO_DATE, RUNS, STILL_OPEN, TO_FINISH, Wanted
from gridbook.store.session import Session


class Which(StrEnum):
    """The lists of requests by what is to be done."""

    IN_HAND = "in hand"
    INBOX = "inbox"
    DUE = "due"
    OPEN = "open"
    TO_FINISH = "to finish"
    ALL = "all"


def of_list(session: Session, which: Which) -> "list[sa.ColumnElement[bool]]":
    """What makes a request stand in one of the lists."""
    state, table = tables.request_state, tables.RECORDS["Request"]
    here = state.c.lead == session.unit
    match which:
        case Which.IN_HAND:
            return [state.c.status.in_(STILL_OPEN), here]
        case Which.INBOX:
            return [state.c.status == str(Status.WAITING), here]
        case Which.DUE:
            tomorrow = caseload.start_of(session.today + timedelta(days=1))
            return [state.c.status.in_(STILL_OPEN), here, state.c.state.like(RUNS), state.c.due_at < tomorrow]
        case Which.OPEN:
            return [state.c.status.in_(STILL_OPEN)]
        case Which.TO_FINISH:
            return [state.c.status.in_(TO_FINISH), sa.or_(here, table.c.unit == session.unit)]
        case Which.ALL:
            return []


def ids(session: Session, which: Which, wanted: Wanted, by: str = "", *, backwards: bool = False) -> bytes:
    """The ids of everything a list shows, in its order, 16 bytes each; its rows are read page by page."""
    table, state, held = tables.RECORDS["Request"], tables.request_state, tables.RECORDS["Particulars"]
    columns: Mapping[str, Any] = {
        "": table.c.id if which is Which.ALL else sa.func.coalesce(state.c.due_at, NO_DATE),
        "number": table.c.number,
        "registered": table.c.registered_at,
        "due": sa.func.coalesce(state.c.due_at, NO_DATE),
        "status": state.c.status,
        "category": table.c.category,
        "lead": state.c.lead,
    }
    down = backwards != (not by and which is Which.ALL)
    order = columns.get(by, columns[""])
    conditions = [*of_list(session, which), *caseload.conditions(session, wanted)]
    source: sa.FromClause = table
    if conditions or by not in ("", "number", "registered", "category"):
        source = source.join(state, sa.and_(state.c.unit == table.c.unit, state.c.id == table.c.id))
    if wanted.words:
        source = source.outerjoin(held, rows.beside("Particulars", "Request"))
    asked = (
        sa.select(rows.raw(table.c.id))
        .select_from(source)
        .where(*conditions, *caseload.not_joined(session))
        .order_by(order.desc() if down else order, table.c.id.desc() if down else table.c.id)
    )
    return b"".join(session.connection.execute(asked).scalars())
