"""The lists of requests by what is to be done: who stands in them, in which order."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from gridbook.records.request import Status
from gridbook.store import caseload, rows, tables
from gridbook.store.caseload import RUNS, STILL_OPEN, TO_FINISH, Wanted
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
    state = tables.request_state
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
            return [state.c.status.in_(TO_FINISH), sa.or_(here, state.c.unit == session.unit)]
        case Which.ALL:
            return []


def ids(session: Session, which: Which, wanted: Wanted, by: str = "", *, backwards: bool = False) -> bytes:
    """The ids of everything a list shows, in its order, 16 bytes each; its rows are read page by page."""
    table, state, held = tables.RECORDS["Request"], tables.request_state, tables.RECORDS["Particulars"]
    orders: Mapping[str, sa.ColumnElement[Any]] = {
        "number": table.c.number,
        "registered": table.c.registered_at,
        "due": state.c.due_at,
        "status": state.c.status,
        "category": table.c.category,
        "lead": state.c.lead,
    }
    by = by if by in orders else "" if which is Which.ALL else "due"
    by_facts = by in ("number", "registered", "category") or wanted.of_facts
    by_state = by in ("due", "status", "lead") or wanted.of_state or which is not Which.ALL
    # A question to one table is answered from its index alone; a join looks up a million rows one by one.
    alone = state if by_state and not by_facts else table
    source: sa.FromClause = alone
    if by_facts and by_state:
        source = source.join(state, sa.and_(state.c.unit == table.c.unit, state.c.id == table.c.id))
    if wanted.words:
        source = source.outerjoin(held, rows.beside("Particulars", "Request"))
    down = backwards != (not by)
    order = [*([orders[by]] if by else []), alone.c.id]
    turned: list[sa.ColumnElement[Any]] = [one.desc() if down else one for one in order]
    if by == "due":
        # What has no date is due last of all, on a file and on a server; both have an index in this order.
        turned[0] = turned[0].nulls_first() if down else turned[0].nulls_last()
    asked = (
        sa.select(rows.raw(alone.c.id))
        .select_from(source)
        .where(
            *of_list(session, which),
            *caseload.conditions(session, wanted, alone),
            *caseload.not_joined(session, alone),
        )
        .order_by(*turned)
    )
    return rows.ids(session.connection, asked)
