"""The monthly ledger 台账: one line for each request, without any column about a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from gridbook import catalog
from gridbook.errors import BadValue
from gridbook.i18n import N_, tr
from gridbook.records.base import RecordId, local_day
from gridbook.records.deadline import Limit, LimitKind
from gridbook.records.place import LEVEL_NAMES, Level, level_of
from gridbook.records.request import (
    OUTCOME_NAMES,
    SATISFACTION_NAMES,
    SOURCE_NAMES,
    STATUS_NAMES,
    Outcome,
    RequestState,
)
from gridbook.reports import workbook
from gridbook.store import caseload, places, units
from gridbook.store.caseload import RequestRow
from gridbook.store.session import Session

COLUMNS: tuple[tuple[str, int], ...] = (
    (N_("No."), 6),
    (N_("Number"), 22),
    (N_("Registered on"), 12),
    (N_("Source"), 14),
    (N_("Community"), 16),
    (N_("Grid"), 20),
    (N_("Estate or building"), 20),
    (N_("Main category"), 16),
    (N_("Sub-category"), 18),
    (N_("Summary"), 36),
    (N_("Handled at"), 10),
    (N_("In charge"), 20),
    (N_("Helping"), 20),
    (N_("Time limit"), 12),
    (N_("Resolved on"), 12),
    (N_("Done on time?"), 10),
    (N_("Result of handling"), 12),
    (N_("Followed up on"), 12),
    (N_("Solved or not"), 10),
    (N_("Satisfaction"), 12),
    (N_("Remarks"), 24),
)
"""The columns in their order, with the width of each in characters."""

MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Ledger:
    """The lines of a month, as texts in the order of the columns."""

    title: str
    lines: Sequence[Sequence[Any]]


def month_of(text: str) -> tuple[date, date]:
    """The first and the last day of a month written as 2026-11."""
    try:
        first = datetime.strptime(text, "%Y-%m").date()
    except ValueError as error:
        raise BadValue("month", tr("“{text}” is not a month like 2026-11.").format(text=text[:20])) from error
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first, after - timedelta(days=1)


def of_month(session: Session, month: str) -> Ledger:
    """The requests of this office and those below it that were registered in a month, oldest first."""
    first, last = month_of(month)
    found = caseload.page(session, caseload.Wanted(since=first, until=last), 0, MOST)
    held = places.known(session)
    ordered = sorted(found, key=lambda row: (row.request.registered_at, row.request.id))
    title = tr("{office}: ledger of requests, {month}").format(
        office=units.name(session, session.unit), month=month
    )
    if session.practice:
        title = tr("{title} (practice data)").format(title=title)
    return Ledger(title, [_line(session, held, n, row) for n, row in enumerate(ordered, start=1)])


def _line(session: Session, held: places.Known, n: int, row: RequestRow) -> Sequence[Any]:
    request, state = row.request, row.state
    category = catalog.categories().get(request.category)
    on_time = state.on_time()
    return (
        n,
        request.number,
        day(request.registered_at),
        tr(SOURCE_NAMES[request.source]),
        units.name(session, request.unit[:12]) if len(request.unit) >= 12 else "",
        units.name(session, request.unit) if level_of(request.unit) is Level.GRID else "",
        estate(held, row),
        category.group_name if category else request.category,
        category.name if category else "",
        row.title,
        tr(LEVEL_NAMES[level_of(state.lead)]),
        units.name(session, state.lead),
        "、".join(units.name(session, unit) for unit in state.co),
        limit(request.limit),
        day(state.resolved_at or state.closed_at),
        yes_no(on_time),
        tr(OUTCOME_NAMES[state.outcome]) if state.outcome else tr(STATUS_NAMES[state.status]),
        day(state.followed_up_at),
        yes_no(state.solved),
        tr(SATISFACTION_NAMES[state.satisfaction]) if state.satisfaction else "",
        remarks(row),
    )


def estate(held: places.Known, row: RequestRow) -> str:
    """Where a request belongs: estate and building, or the estate alone."""
    return building(held, row.particulars.building if row.particulars else None, row.request.estate)


def building(held: places.Known, of: RecordId | None, instead: RecordId | None) -> str:
    """A building by its estate and number."""
    # Never the door: a ledger is passed around, and a door is nearly a name.
    known = held.buildings.get(of or b"")
    around = held.estates.get((known.estate if known else instead) or b"")
    name = around.name if around else ""
    return name if known is None else tr("{estate}, building {n}").format(estate=name, n=known.number)


def limit(given: str) -> str:
    """A time limit in words."""
    read = Limit.read(given)
    if read.kind is LimitKind.DAYS:
        return tr("{n} working days").format(n=read.amount)
    if read.kind is LimitKind.HOURS:
        return tr("{n} hours").format(n=read.amount)
    return tr("the same day") if read.kind is LimitKind.SAME_DAY else tr("the agreed day")


def remarks(row: RequestRow) -> str:
    """What happened to a request beside the usual."""
    state = row.state
    told = [
        tr("passed up") if state.escalated else "",
        tr("extended") if state.extended else "",
        tr("suspended") if state.suspended_since else "",
        tr("reopened {n}×").format(n=state.reopened) if state.reopened else "",
        tr("referred to {body}").format(body=state.body) if state.body else "",
        _into(state),
    ]
    return "；".join(part for part in told if part)


def _into(state: RequestState) -> str:
    if not state.into:
        return ""
    told = tr("goes on as {number}") if state.outcome is Outcome.MOVED else tr("merged into {number}")
    return told.format(number=state.into)


def day(instant: datetime | None) -> date | None:
    """The day of an instant in China."""
    return None if instant is None else local_day(instant)


def yes_no(value: bool | None) -> str:
    """Yes, no, or nothing where nobody said."""
    return "" if value is None else (tr("Yes") if value else tr("No"))


def write(ledger: Ledger, path: Path) -> None:
    """Write the ledger as a workbook, whole or not at all."""
    columns = [workbook.Heading(tr(name), width) for name, width in COLUMNS]
    with workbook.XlsxFile(path, ledger.title, tr("Ledger"), columns, definitions()) as file:
        file.add(ledger.lines)


def definitions() -> Sequence[tuple[str, str]]:
    """What the columns of the ledger mean, where the heading alone does not say it."""
    return [(tr(name), tr(text)) for name, text in _DEFINITIONS]


_DEFINITIONS = (
    (N_("Estate or building"), N_("Never the door.")),
    (N_("Summary"), N_("What is asked for; the category where the words stay below.")),
    (N_("Time limit"), N_("Counted in working days; suspended time does not count.")),
    (N_("Done on time?"), N_("Resolved by the due instant.")),
    (N_("Result of handling"), N_("From what was done; closed does not mean solved.")),
    (N_("Solved or not"), N_("As the requester said at the follow-up.")),
    (N_("Satisfaction"), N_("As the requester said at the follow-up.")),
)
