"""What a list shows of a visit, and where the list comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gridbook.i18n import tr
from gridbook.records.base import RecordId
from gridbook.records.visit import OUTCOME_NAMES, PART_NAMES, REASON_NAMES
from gridbook.reports import export, facts
from gridbook.reports.facts import Cells
from gridbook.store import visits
from gridbook.store.session import Session
from gridbook.store.visits import VisitRow
from gridbook.sync import where
from gridbook.sync.where import Where
from gridbook.ui.parts.days import short_day
from gridbook.ui.parts.held import held_column
from gridbook.ui.parts.listing.facts import fact_columns
from gridbook.ui.parts.listing.pane import Source
from gridbook.ui.parts.table import Column


@dataclass(frozen=True, slots=True)
class Listed:
    """A visit in a list: what the row shows beside what the book keeps."""

    row: VisitRow
    cells: Cells
    day: str
    where: Where = Where.HERE


def source() -> Source[Listed]:
    """Where the list of visits comes from."""
    return Source("visits", columns(), export.ids, listed, lambda one: one.row.visit.id)


def listed(session: Session, asked: Sequence[RecordId]) -> Sequence[Listed]:
    """The rows of these visits."""
    rows = visits.with_ids(session, asked)
    held = where.of_records(session, "Visit", [(row.visit.unit, row.visit.id) for row in rows])
    return [
        Listed(row, cells, _day(row.visit.visited_on, session.today), held[(row.visit.unit, row.visit.id)])
        for row, cells in zip(rows, facts.of_visits(session, rows), strict=True)
    ]


def columns() -> list[Column[Listed]]:
    """The columns of the list; the spare ones make room when a sheet is open."""
    own = [
        Column(
            tr("Number"), lambda one: one.row.visit.number, width=184, spare=2, key="number", ordered=True
        ),
        Column(
            tr("Date"),
            lambda one: one.day,
            width=124,
            key="date",
            ordered=True,
        ),
        Column(
            tr("Part of day"), lambda one: tr(PART_NAMES[one.row.visit.part]), width=72, spare=3, key="part"
        ),
        Column(tr("Door"), lambda one: one.row.place, width=220, stretch=True, key="place"),
        Column(
            tr("Reason"),
            lambda one: tr(REASON_NAMES[one.row.visit.reason]),
            width=126,
            spare=1,
            key="reason",
            ordered=True,
        ),
        Column(
            tr("Outcome"),
            lambda one: tr(OUTCOME_NAMES[one.row.visit.outcome]),
            width=84,
            key="outcome",
            ordered=True,
        ),
        Column(tr("Items"), _items, width=200, spare=4, key="items"),
        held_column(lambda one: one.where),
    ]
    return fact_columns("visits", own, lambda one: one.cells)


def _day(day: date, today: date) -> str:
    """Without the year while it goes without saying."""
    return short_day(day) if day.year == today.year else f"{day.year}-{short_day(day)}"


def _items(one: Listed) -> str:
    return "；".join(one.row.details.items) if one.row.details else ""
