"""What a list shows of a request, and how a deadline is said: colour, symbol and word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gridbook.i18n import N_, tr
from gridbook.records.base import RecordId, UnitCode
from gridbook.records.request import STATUS_NAMES
from gridbook.reports import export, facts
from gridbook.reports.facts import Cells
from gridbook.store import caselist, caseload, preferences, units
from gridbook.store.caselist import Which
from gridbook.store.caseload import RequestRow
from gridbook.store.session import Session
from gridbook.sync import where
from gridbook.sync.where import Where
from gridbook.ui.parts.due import days_left, due_text
from gridbook.ui.parts.held import held_column
from gridbook.ui.parts.listing.facts import fact_columns
from gridbook.ui.parts.listing.pane import Source
from gridbook.ui.parts.table import Column

LISTS: Mapping[Which, str] = {
    Which.IN_HAND: N_("In hand"),
    Which.INBOX: N_("To sign for"),
    Which.DUE: N_("Due"),
    Which.OPEN: N_("All open"),
    Which.TO_FINISH: N_("To finish"),
    Which.ALL: N_("All"),
}
"""The lists a person can choose, by the key under which the choice is remembered."""

CHOSEN = "requests list"


@dataclass(frozen=True, slots=True)
class Listed:
    """A request in a list: what the row shows beside what the book keeps."""

    row: RequestRow
    lead: str
    left: int | None
    cells: Cells
    where: Where = Where.HERE


def source() -> Source[Listed]:
    """Where the list of requests comes from."""
    return Source("requests", columns(), export.ids, listed, lambda one: one.row.request.id)


def listed(session: Session, asked: Sequence[RecordId]) -> Sequence[Listed]:
    """The rows of these requests."""
    names: dict[UnitCode, str] = {}
    rows = caseload.with_ids(session, asked)
    held = where.of_records(session, "Request", [(row.request.unit, row.request.id) for row in rows])
    made = []
    for row, cells in zip(rows, facts.of_requests(session, rows), strict=True):
        lead = names.setdefault(row.state.lead, _office(session, row.state.lead))
        at = held[(row.request.unit, row.request.id)]
        made.append(Listed(row, lead, days_left(session, row.state.due_at), cells, at))
    return made


def _office(session: Session, code: UnitCode) -> str:
    return tr("this office") if code == session.unit else units.short(session, code)


def chosen(session: Session) -> str:
    """The list this person looked at last; what waits for a signature comes first."""
    if caselist.ids(session, Which.INBOX, caseload.EVERYTHING):
        return Which.INBOX
    kept = str(preferences.value(session, CHOSEN, Which.IN_HAND))
    return kept if kept in list(LISTS) else Which.IN_HAND


def _title(one: Listed) -> str:
    """The title, with the numbers under which the same matter was written down, too."""
    return " ＝ ".join((one.row.title, *one.row.also))


def columns() -> list[Column[Listed]]:
    """The columns of the list; the spare ones make room when a sheet is open."""
    own = [
        Column(
            tr("Number"), lambda one: one.row.request.number, width=184, spare=2, key="number", ordered=True
        ),
        Column(tr("Title"), _title, width=140, stretch=True, key="title"),
        Column(tr("Requester"), lambda one: one.row.called, width=76, spare=3, key="called"),
        Column(tr("Place"), lambda one: one.row.place, width=170, spare=1, key="place"),
        Column(
            tr("Category"),
            lambda one: caseload.category_name(one.row.request.category),
            width=96,
            spare=4,
            key="category",
            ordered=True,
        ),
        Column(
            tr("Status"),
            lambda one: tr(STATUS_NAMES[one.row.state.status]),
            width=78,
            key="status",
            ordered=True,
        ),
        Column(
            tr("Due"),
            lambda one: due_text(one.row, one.left),
            width=172,
            badge=lambda one: str(one.row.urgency),
            key="due",
            ordered=True,
        ),
        Column(tr("Lead office"), lambda one: one.lead, width=90, spare=5, key="lead", ordered=True),
        held_column(lambda one: one.where),
    ]
    return fact_columns("requests", own, lambda one: one.cells)
