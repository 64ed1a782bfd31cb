"""The monthly ledger 台账: one line for each request, without any column about a person."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from gridbook import catalog
from gridbook.errors import BadValue
from gridbook.i18n import N_, tr
from gridbook.records.base import LOCAL
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
from gridbook.store import caseload, places, units
from gridbook.store.caseload import RequestRow
from gridbook.store.files import write_whole
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
        _day(request.registered_at),
        tr(SOURCE_NAMES[request.source]),
        units.name(session, request.unit[:12]) if len(request.unit) >= 12 else "",
        units.name(session, request.unit) if level_of(request.unit) is Level.GRID else "",
        _estate(held, row),
        category.group_name if category else request.category,
        category.name if category else "",
        row.title,
        tr(LEVEL_NAMES[level_of(state.lead)]),
        units.name(session, state.lead),
        "、".join(units.name(session, unit) for unit in state.co),
        _limit(request.limit),
        _day(state.resolved_at or state.closed_at),
        _yes_no(on_time),
        tr(OUTCOME_NAMES[state.outcome]) if state.outcome else tr(STATUS_NAMES[state.status]),
        _day(state.followed_up_at),
        _yes_no(state.solved),
        tr(SATISFACTION_NAMES[state.satisfaction]) if state.satisfaction else "",
        _remarks(row),
    )


def _estate(held: places.Known, row: RequestRow) -> str:
    # Never the door: a ledger is passed around, and a door is nearly a name.
    building = held.buildings.get((row.particulars.building if row.particulars else None) or b"")
    estate = held.estates.get((building.estate if building else row.request.estate) or b"")
    name = estate.name if estate else ""
    return name if building is None else tr("{estate}, building {n}").format(estate=name, n=building.number)


def _limit(limit: str) -> str:
    read = Limit.read(limit)
    if read.kind is LimitKind.DAYS:
        return tr("{n} working days").format(n=read.amount)
    if read.kind is LimitKind.HOURS:
        return tr("{n} hours").format(n=read.amount)
    return tr("the same day") if read.kind is LimitKind.SAME_DAY else tr("the agreed day")


def _remarks(row: RequestRow) -> str:
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


def _day(instant: datetime | None) -> str:
    return "" if instant is None else instant.astimezone(LOCAL).date().isoformat()


def _yes_no(value: bool | None) -> str:
    return "" if value is None else (tr("Yes") if value else tr("No"))


def write(ledger: Ledger, path: Path) -> None:
    """Write the ledger as a workbook, whole or not at all."""
    write_whole(path, made(ledger))


def made(ledger: Ledger) -> bytes:
    """The ledger as the bytes of a workbook; a text stays a text, whatever it begins with."""
    kept = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    workbook = xlsxwriter.Workbook(kept, options)
    sheet = workbook.add_worksheet(tr("Ledger"))
    bold = workbook.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    head = workbook.add_format({"bold": True, "border": 1, "align": "center", "text_wrap": True})
    cell = workbook.add_format({"border": 1, "valign": "top", "text_wrap": True})
    sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, ledger.title, bold)
    for n, (name, width) in enumerate(COLUMNS):
        sheet.set_column(n, n, width)
        sheet.write_string(1, n, tr(name), head)
    for y, line in enumerate(ledger.lines, start=2):
        for x, value in enumerate(line):
            if isinstance(value, int):
                sheet.write_number(y, x, value, cell)
            else:
                sheet.write_string(y, x, value, cell)
    sheet.freeze_panes(2, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    workbook.set_properties({"title": ledger.title, "author": "GridBook"})
    workbook.close()
    return kept.getvalue()
