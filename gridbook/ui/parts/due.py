"""How a deadline is said: colour, symbol and word, and how many working days are left."""

from datetime import datetime

from gridbook.i18n import tr
from gridbook.records.base import local_day
from gridbook.records.deadline import Urgency
from gridbook.store.caseload import RequestRow
from gridbook.store.session import Session
from gridbook.ui.parts.days import short_day
from gridbook.ui.parts.text import SYMBOLS


def days_left(session: Session, due_at: datetime | None) -> int | None:
    """Working days until a request is due; negative when they are over."""
    return None if due_at is None else session.calendar().between(session.today, local_day(due_at))


def due_word(row: RequestRow, left: int | None) -> str:
    """How a deadline stands, in words."""
    match row.urgency:
        case Urgency.DONE:
            on_time = row.state.on_time()
            return "" if on_time is None else tr("in time") if on_time else tr("late")
        case Urgency.SUSPENDED:
            return tr("suspended") if row.state.suspended_since else tr("no date")
        case Urgency.OVERDUE:
            return tr("{n} days over").format(n=-left) if left else tr("overdue")
    return tr("due today") if not left else tr("{n} days left").format(n=left)


def due_text(row: RequestRow, left: int | None) -> str:
    """Symbol, day and word of a deadline."""
    if row.urgency is Urgency.DONE:
        return f"{SYMBOLS['done']} {due_word(row, left)}".strip()
    day = short_day(local_day(row.state.due_at)) if row.state.due_at is not None else ""
    return " ".join(part for part in (SYMBOLS[row.urgency], day, due_word(row, left)) if part)
