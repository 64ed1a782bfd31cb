"""What a list shows of a request, and how a deadline is said: colour, symbol and word."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gridbook.i18n import N_, tr
from gridbook.records.base import UnitCode
from gridbook.records.deadline import Urgency
from gridbook.records.request import STATUS_NAMES
from gridbook.store import caseload, pinyin, preferences, units
from gridbook.store.caseload import RequestRow, Wanted
from gridbook.store.session import Session
from gridbook.sync import where
from gridbook.sync.where import Where
from gridbook.ui.parts.due import days_left, due_text
from gridbook.ui.parts.held import held_column
from gridbook.ui.parts.table import Column

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
    where: Where = Where.HERE


def listed(session: Session, which: str, category: str = "") -> Sequence[Listed]:
    """The rows of a list."""
    names: dict[UnitCode, str] = {}
    made = []
    rows = _READ[which](session)[:MOST]
    held = where.of_records(session, "Request", [(row.request.unit, row.request.id) for row in rows])
    for row in rows:
        lead = names.setdefault(row.state.lead, _office(session, row.state.lead))
        at = held[(row.request.unit, row.request.id)]
        made.append(Listed(row, lead, days_left(session, row.state.due_at), _words(row), at))
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
        f"{' '.join((row.request.number, *row.also)).lower()} "
        f"{row.place.lower()} {row.request.category.lower()} "
        f"{pinyin.words(row.title, category)} {pinyin.words(row.called) if row.called else ''}"
    )


def _title(one: Listed) -> str:
    """The title, with the numbers under which the same matter was written down, too."""
    return " ＝ ".join((one.row.title, *one.row.also))


def columns() -> list[Column[Listed]]:
    """The columns of the list; the spare ones make room when a sheet is open."""
    return [
        Column(tr("Number"), lambda one: one.row.request.number, width=168, spare=2),
        Column(tr("Title"), _title, width=140, stretch=True),
        Column(tr("Requester"), lambda one: one.row.called, width=76, spare=3),
        Column(tr("Place"), lambda one: one.row.place, width=170, spare=1),
        Column(
            tr("Category"),
            lambda one: caseload.category_name(one.row.request.category),
            width=96,
            spare=4,
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
        Column(tr("Lead office"), lambda one: one.lead, width=106, spare=5),
        held_column(lambda one: one.where),
    ]
