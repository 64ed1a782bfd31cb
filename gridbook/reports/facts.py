"""The columns that lists can show and hand out: what each is called, what it means, and its value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gridbook import catalog
from gridbook.i18n import N_, tr
from gridbook.records.place import Level, level_of
from gridbook.records.request import OUTCOME_NAMES, SATISFACTION_NAMES, SOURCE_NAMES, STATUS_NAMES
from gridbook.records.visit import MODE_NAMES, PART_NAMES, REASON_NAMES
from gridbook.records.visit import OUTCOME_NAMES as VISIT_OUTCOMES
from gridbook.reports import ledger
from gridbook.store import places, units
from gridbook.store.caseload import RequestRow
from gridbook.store.session import Session
from gridbook.store.visits import VisitRow

Value = str | int | date | None
Cells = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Fact:
    """A column: its key, its heading, its width in characters, what it means, how the book sorts by it.

    What says who somebody is or where somebody lives is `stays`: shown at the desk, never in a file that is
    handed out.
    """

    key: str
    title: str
    width: int
    means: str = ""
    sorts: bool = False
    stays: bool = False


REQUESTS: tuple[Fact, ...] = (
    Fact("number", N_("Number"), 22, N_("Given once and never again."), sorts=True),
    Fact(
        "title",
        N_("Title"),
        36,
        N_("What is asked for; the category where the words stay below."),
    ),
    Fact("called", N_("Requester"), 14, stays=True),
    Fact("place", N_("Place"), 24, stays=True),
    Fact("estate", N_("Estate or building"), 20, N_("Never the door.")),
    Fact("group", N_("Main category"), 16),
    Fact("category", N_("Category"), 18, sorts=True),
    Fact("source", N_("Source"), 14),
    Fact("registered", N_("Registered on"), 12, N_("The day on which it was taken down."), sorts=True),
    Fact(
        "status",
        N_("Status"),
        12,
        N_("From what was done; closed does not mean solved."),
        sorts=True,
    ),
    Fact("due", N_("Due"), 12, N_("Counted in working days; suspended time does not count."), sorts=True),
    Fact("limit", N_("Time limit"), 12),
    Fact("lead", N_("Lead office"), 20, N_("The office that has it in hand."), sorts=True),
    Fact("helping", N_("Helping"), 20),
    Fact("community", N_("Community"), 16),
    Fact("grid", N_("Grid"), 20),
    Fact("resolved", N_("Resolved on"), 12),
    Fact("on time", N_("Done on time?"), 10, N_("Resolved by the due instant.")),
    Fact("outcome", N_("Result of handling"), 12),
    Fact("followed up", N_("Followed up on"), 12),
    Fact("solved", N_("Solved or not"), 10, N_("As the requester said at the follow-up.")),
    Fact("satisfaction", N_("Satisfaction"), 12, N_("As the requester said at the follow-up.")),
    Fact("remarks", N_("Remarks"), 24),
    Fact("held", N_("Held"), 10, N_("Green only after a signed receipt."), stays=True),
)

VISITS: tuple[Fact, ...] = (
    Fact("number", N_("Number"), 22, N_("Given once and never again."), sorts=True),
    Fact(
        "date",
        N_("Date"),
        12,
        N_("The day of the visit, not of writing it down."),
        sorts=True,
    ),
    Fact("part", N_("Part of day"), 10, sorts=True),
    Fact("place", N_("Door"), 24, stays=True),
    Fact("estate", N_("Estate or building"), 20, N_("Never the door.")),
    Fact("reason", N_("Reason"), 14, sorts=True),
    Fact("mode", N_("Mode"), 10),
    Fact("outcome", N_("Outcome"), 10, N_("“Declined” is never counted against anybody."), sorts=True),
    Fact("categories", N_("Categories"), 24),
    Fact("items", N_("Items"), 36),
    Fact("community", N_("Community"), 16),
    Fact("grid", N_("Grid"), 20),
    Fact("held", N_("Held"), 10, N_("Green only after a signed receipt."), stays=True),
)

FACTS: Mapping[str, tuple[Fact, ...]] = {"requests": REQUESTS, "visits": VISITS}
"""The columns of each list."""

STANDARD: Mapping[str, tuple[str, ...]] = {
    "requests": ("number", "title", "called", "place", "category", "status", "due", "lead", "held"),
    "visits": ("number", "date", "part", "place", "reason", "outcome", "items", "held"),
}
"""The columns that stand there until somebody chooses others."""

INSTEAD = {"place": "estate"}
"""What a file shows in place of what stays at the desk."""


def goes_out(kind: str, shown: Sequence[str]) -> list[Fact]:
    """The columns of a file for what is shown: what stays is left out, or the estate stands for the door."""
    known = {fact.key: fact for fact in FACTS[kind]}
    keys = dict.fromkeys(INSTEAD.get(key, key) for key in shown if key in known)
    return [known[key] for key in keys if not known[key].stays]


def stays_here(kind: str, shown: Sequence[str]) -> list[Fact]:
    """The columns that are shown and do not go into a file."""
    return [fact for fact in FACTS[kind] if fact.key in shown and fact.stays]


def of_requests(session: Session, rows: Sequence[RequestRow]) -> list[Cells]:
    """What stands in the columns of these requests."""
    known = places.known(session)
    return [_request(session, known, row) for row in rows]


def _request(session: Session, known: places.Known, row: RequestRow) -> Cells:
    request, state = row.request, row.state
    category = catalog.categories().get(request.category)
    day = ledger.day
    return {
        "number": request.number,
        "title": row.title,
        "estate": ledger.estate(known, row),
        "group": category.group_name if category else request.category,
        "category": category.name if category else request.category,
        "source": tr(SOURCE_NAMES[request.source]),
        "registered": day(request.registered_at),
        "status": tr(STATUS_NAMES[state.status]),
        "due": day(state.due_at),
        "limit": ledger.limit(request.limit),
        "lead": units.name(session, state.lead),
        "helping": "、".join(units.name(session, unit) for unit in state.co),
        **_offices(session, request.unit),
        "resolved": day(state.resolved_at or state.closed_at),
        "on time": ledger.yes_no(state.on_time()),
        "outcome": tr(OUTCOME_NAMES[state.outcome]) if state.outcome else "",
        "followed up": day(state.followed_up_at),
        "solved": ledger.yes_no(state.solved),
        "satisfaction": tr(SATISFACTION_NAMES[state.satisfaction]) if state.satisfaction else "",
        "remarks": ledger.remarks(row),
    }


def of_visits(session: Session, rows: Sequence[VisitRow]) -> list[Cells]:
    """What stands in the columns of these visits."""
    known = places.known(session)
    return [_visit(session, known, row) for row in rows]


def _visit(session: Session, known: places.Known, row: VisitRow) -> Cells:
    visit, details = row.visit, row.details
    categories = catalog.categories()
    return {
        "number": visit.number,
        "date": visit.visited_on,
        "part": tr(PART_NAMES[visit.part]),
        "estate": ledger.building(known, details.building if details else None, None),
        "reason": tr(REASON_NAMES[visit.reason]),
        "mode": tr(MODE_NAMES[visit.mode]),
        "outcome": tr(VISIT_OUTCOMES[visit.outcome]),
        "categories": "、".join(categories[one].name for one in visit.categories if one in categories),
        "items": "；".join(details.items) if details else "",
        **_offices(session, visit.unit),
    }


def _offices(session: Session, unit: str) -> dict[str, Value]:
    return {
        "community": units.name(session, unit[:12]) if len(unit) >= 12 else "",
        "grid": units.name(session, unit) if level_of(unit) is Level.GRID else "",
    }


def local(value: Value) -> str:
    """A value as text, where a cell can hold nothing else."""
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
