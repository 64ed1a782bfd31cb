"""What a list shows of a request, and how a deadline is said: colour, symbol and word."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gridbook.i18n import N_, tr
from gridbook.records.base import UnitCode, local_day
from gridbook.records.deadline import Urgency
from gridbook.records.request import STATUS_NAMES
from gridbook.store import caseload, pinyin, preferences, units
from gridbook.store.caseload import RequestRow, Wanted
from gridbook.store.session import Session
from gridbook.ui.parts.fields import short_day
from gridbook.ui.parts.table import Column
from gridbook.ui.parts.text import SYMBOLS
from gridbook.ui.requests import whole

MOST = 2000
"""How many rows one list holds; older ones are found by number, door or name."""

LISTS: Mapping[str, str] = {
    "in hand": N_("In hand"),
    "inbox": N_("To sign for"),
    "due": N_("Due"),
    "open": N_("All open"),
    "to finish": N_("To finish"),
    "all": N_("All"),
}
"""The lists a person can choose, by the key under which the choice is remembered."""

_READ: Mapping[str, Callable[[Session], Sequence[RequestRow]]] = {
    "in hand": caseload.in_hand,
    "inbox": caseload.inbox,
    "due": caseload.due,
    "open": caseload.open_cases,
    "to finish": caseload.to_finish,
    "all": lambda session: caseload.page(session, Wanted(), 0, MOST),
}

CHOSEN = "requests list"


@dataclass(frozen=True, slots=True)
class Listed:
    """A request in a list: what the row shows beside what the book keeps."""

    row: RequestRow
    lead: str
    left: int | None
    found_by: str


def listed(session: Session, which: str, category: str = "") -> Sequence[Listed]:
    """The rows of a list."""
    names: dict[UnitCode, str] = {}
    made = []
    for row in _READ[which](session)[:MOST]:
        lead = names.setdefault(row.state.lead, _office(session, row.state.lead))
        made.append(Listed(row, lead, whole.days_left(session, row.state.due_at), _words(row)))
    return made


def _office(session: Session, code: UnitCode) -> str:
    return tr("this office") if code == session.unit else units.short(session, code)


def chosen(session: Session) -> str:
    """The list this person looked at last; what waits for a signature comes first."""
    if caseload.inbox(session):
        return "inbox"
    kept = str(preferences.value(session, CHOSEN, "in hand"))
    return kept if kept in LISTS else "in hand"


def _words(row: RequestRow) -> str:
    category = caseload.category_name(row.request.category)
    return (
        f"{row.request.number.lower()} {row.place.lower()} {row.request.category.lower()} "
        f"{pinyin.words(row.title, category)} {pinyin.words(row.called) if row.called else ''}"
    )


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


def columns() -> list[Column[Listed]]:
    """The columns of the list; the spare ones make room when a sheet is open."""
    return [
        Column(tr("Number"), lambda one: one.row.request.number, width=178, spare=True),
        Column(tr("Title"), lambda one: one.row.title, width=160, stretch=True),
        Column(tr("Requester"), lambda one: one.row.called, width=76, spare=True),
        Column(tr("Place"), lambda one: one.row.place, width=188, spare=True),
        Column(
            tr("Category"),
            lambda one: caseload.category_name(one.row.request.category),
            width=104,
            spare=True,
        ),
        Column(tr("Status"), lambda one: tr(STATUS_NAMES[one.row.state.status]), width=78),
        Column(
            tr("Due"),
            lambda one: due_text(one.row, one.left),
            sort=lambda one: (
                one.row.urgency is Urgency.DONE,
                one.row.state.due_at.timestamp() if one.row.state.due_at else 0.0,
            ),
            width=172,
            badge=lambda one: str(one.row.urgency),
        ),
        Column(tr("Lead office"), lambda one: one.lead, width=112, spare=True),
    ]
