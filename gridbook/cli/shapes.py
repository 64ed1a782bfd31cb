"""Records as commands print them: one JSON object each, and short lines for people."""

import dataclasses
import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import click

from gridbook.i18n import tr
from gridbook.records.base import LOCAL, id_text, instant_text
from gridbook.records.request import OUTCOME_NAMES, STATUS_NAMES, RequestState
from gridbook.records.visit import OUTCOME_NAMES as VISIT_OUTCOMES
from gridbook.store.caseload import RequestRow, category_name
from gridbook.store.visits import VisitRow


def plain(value: Any) -> Any:
    """A value as JSON can hold it: ids in hexadecimal, instants in UTC, records as objects."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, bytes):
        return id_text(value)
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value


def emit(facts: Mapping[str, Any]) -> None:
    """One JSON object on one line of stdout."""
    click.echo(json.dumps(plain(facts), ensure_ascii=False))


def request_facts(row: RequestRow) -> dict[str, Any]:
    """A request of a list, with what its particulars say where this office holds them."""
    return {
        **plain(row.request),
        "category_name": category_name(row.request.category),
        "title": row.title,
        "called": row.called,
        "place": row.place,
        **state_facts(row.state),
        "urgency": str(row.urgency),
    }


def state_facts(state: RequestState) -> dict[str, Any]:
    """Where a request stands."""
    facts: dict[str, Any] = plain(state)
    return {name: value for name, value in facts.items() if name not in ("away", "started_at")}


def request_line(row: RequestRow) -> str:
    """A request in one line."""
    due = row.state.due_at.astimezone(LOCAL).strftime("%m-%d") if row.state.due_at else "—"
    standing = tr(OUTCOME_NAMES[row.state.outcome] if row.state.outcome else STATUS_NAMES[row.state.status])
    return "  ".join((row.request.number, standing, due, row.title, row.place, row.called)).rstrip()


def visit_facts(row: VisitRow) -> dict[str, Any]:
    """A visit of a list, with its details where this office holds them."""
    facts = {**plain(row.visit), "place": row.place}
    if row.details is not None:
        facts |= {name: value for name, value in plain(row.details).items() if name not in ("unit", "id")}
    return facts | {"note": row.note}


def visit_line(row: VisitRow) -> str:
    """A visit in one line."""
    items = "；".join(row.details.items) if row.details is not None else ""
    parts = (
        row.visit.number,
        row.visit.visited_on.isoformat(),
        tr(VISIT_OUTCOMES[row.visit.outcome]),
        row.place,
        items,
    )
    return "  ".join(parts).rstrip()
