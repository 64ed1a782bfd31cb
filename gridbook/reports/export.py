"""A list handed out as a file: what is seen but for what stays at the desk, with a reason, noted."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from gridbook import catalog
from gridbook.errors import BadValue
from gridbook.i18n import N_, tr
from gridbook.records.request import STATUS_NAMES, Status
from gridbook.records.visit import OUTCOME_NAMES, REASON_NAMES, VisitOutcome, VisitReason
from gridbook.reports import facts, workbook
from gridbook.reports.facts import Fact
from gridbook.reports.workbook import CsvFile, Heading, Line, LineFile, XlsxFile
from gridbook.store import audit, caselist, caseload, units, visits
from gridbook.store.caselist import Which
from gridbook.store.caseload import DUE_NAMES, Due, Wanted
from gridbook.store.session import Session
from gridbook.store.views import View

AT_ONCE = 1000
MOST_ON_PAPER = 5000
"""So many lines fill 250 sheets; nobody reads more on paper."""
ID = 16


class Form(StrEnum):
    """What kind of file."""

    XLSX = "xlsx"
    PDF = "pdf"
    CSV = "csv"


class Why(StrEnum):
    """Why a list is handed out; never free text, so that the audit log holds no content."""

    ABOVE = "asked for above"
    MEETING = "for a meeting"
    CHECK = "own check"
    FILES = "for the files"


WHY_NAMES = {
    Why.ABOVE: N_("The office above asks for it"),
    Why.MEETING: N_("For a meeting"),
    Why.CHECK: N_("To check our own work"),
    Why.FILES: N_("For the files of this office"),
}

KIND_NAMES = {"requests": N_("Requests"), "visits": N_("Visits")}


def not_encrypted() -> str:
    """What everybody is told before a file leaves the book."""
    return tr("This file is not encrypted: whoever gets it can read it. Delete it when it is not needed.")


def title(session: Session, view: View) -> str:
    """The title over the lines."""
    name = view.name or tr(KIND_NAMES[view.kind])
    said = tr("{office}: {list}").format(office=units.name(session, session.unit), list=name)
    return tr("{title} (practice data)").format(title=said) if session.practice else said


def shows(session: Session, view: View) -> str:
    """What the list was narrowed by, in one line; never the words that were typed."""
    since, until = view.days(session.today)
    days = " – ".join(day.isoformat() if day else "…" for day in (since, until)) if since or until else ""
    told = {
        tr("Status"): tr(STATUS_NAMES[Status(view.status)]) if view.status else "",
        tr("Category"): _category(view.category),
        tr("Due"): tr(DUE_NAMES[Due(view.due)]) if view.due else "",
        tr("Outcome"): tr(OUTCOME_NAMES[VisitOutcome(view.outcome)]) if view.outcome else "",
        tr("Reason"): tr(REASON_NAMES[VisitReason(view.reason)]) if view.reason else "",
        tr("Written at"): units.name(session, view.unit) if view.unit else "",
        tr("Days"): days,
        tr("Filter"): tr("only lines with certain words") if view.words else "",
    }
    parts = [tr("{name}: {value}").format(name=name, value=value) for name, value in told.items() if value]
    return "；".join(parts) or tr("everything in the list")


def _category(code: str) -> str:
    known = catalog.categories()
    if code in known:
        return known[code].name
    return next((one.group_name for one in known.values() if code and one.group == code), "")


def ids(session: Session, view: View) -> bytes:
    """The ids of what a view shows, in its order, 16 bytes each."""
    since, until = view.days(session.today)
    if view.kind == "visits":
        visited = visits.Wanted(
            since=since,
            until=until,
            unit=view.unit,
            outcome=VisitOutcome(view.outcome) if view.outcome else None,
            reason=VisitReason(view.reason) if view.reason else None,
            category=view.category,
            words=view.words,
        )
        return visits.ids(session, visited, view.by, backwards=view.backwards)
    wanted = Wanted(
        statuses=(Status(view.status),) if view.status else (),
        unit=view.unit,
        category=view.category,
        since=since,
        until=until,
        due=view.due,
        words=view.words,
    )
    which = Which(view.which) if view.which else Which.ALL
    return caselist.ids(session, which, wanted, view.by, backwards=view.backwards)


def columns(view: View) -> list[Fact]:
    """The columns of the file."""
    return facts.goes_out(view.kind, view.columns or facts.STANDARD[view.kind])


def lines(session: Session, view: View, ids: bytes) -> list[Line]:
    """The lines of these records, in the order of their ids."""
    keys = [fact.key for fact in columns(view)]
    wanted = [ids[n : n + ID] for n in range(0, len(ids), ID)]
    if view.kind == "requests":
        cells = facts.of_requests(session, caseload.with_ids(session, wanted))
    else:
        cells = facts.of_visits(session, visits.with_ids(session, wanted))
    return [[one[key] for key in keys] for one in cells]


def begun(session: Session, view: View, form: Form, path: Path) -> LineFile:
    """The file that the lines go into; a page for printing is made of them elsewhere."""
    headings = [Heading(tr(fact.title), fact.width) for fact in columns(view)]
    if form is Form.CSV:
        return CsvFile(path, headings)
    meanings = [(tr(fact.title), tr(fact.means)) for fact in columns(view) if fact.means]
    about = [(tr("Shows"), shows(session, view)), (tr("As of"), session.today.isoformat())]
    name = tr(KIND_NAMES[view.kind])
    return XlsxFile(path, title(session, view), name, headings, [*about, *meanings])


def require(count: int, form: Form, why: object) -> Why:
    """Refuse what cannot be handed out so; the reason as it is noted."""
    if not count:
        raise BadValue("rows", tr("There is nothing in this list."), next=tr("Change the filters first."))
    most = {Form.PDF: MOST_ON_PAPER, Form.XLSX: workbook.MOST_ROWS}.get(form, count)
    if count > most:
        raise BadValue(
            "rows",
            tr("{n} lines are too many for {form}; at most {most} fit.").format(
                n=f"{count:,}", form=form.upper(), most=f"{most:,}"
            ),
            next=tr("Narrow the list, or take CSV."),
        )
    try:
        return Why(str(why))
    except ValueError:
        raise BadValue(
            "why", tr("A file needs a reason; it stands in the audit log."), next=tr("Choose a reason.")
        ) from None


def note(session: Session, view: View, form: Form, count: int, why: Why) -> None:
    """Write down that a list went out: which, how many lines, in which form and why, and no content."""
    audit.note(session, "export", f"{view.kind} {form} {count}", str(why))


def in_parts(ids: bytes) -> Sequence[bytes]:
    """The ids in parts that are read at once."""
    step = AT_ONCE * ID
    return [ids[n : n + step] for n in range(0, len(ids), step)]
