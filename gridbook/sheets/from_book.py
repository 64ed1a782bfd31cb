"""Sheets of what the book holds: looks the records up, marks a second print, hands back finished pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridbook.errors import NotFound
from gridbook.i18n import tr
from gridbook.records.base import LOCAL, local_day
from gridbook.records.request import REASONS, STATUS_NAMES
from gridbook.records.visit import VisitDetails
from gridbook.sheets import SHEETS
from gridbook.sheets import hand_over_list as list_of_hand_over
from gridbook.sheets.form import Printing
from gridbook.sheets.hand_over_list import CaseOnList, HandOverOnPaper
from gridbook.sheets.page import Page
from gridbook.sheets.request_on_paper import RequestOnPaper
from gridbook.sheets.visit_sheet import VisitOnPaper
from gridbook.store import caseload, moving, prints, requests, signing, staff, units, visits
from gridbook.store.caseload import RequestRow
from gridbook.store.session import Session


@dataclass(frozen=True, slots=True)
class Job:
    """Pages that can go to the printer, the sheet they are of and the numbers on them."""

    sheet: str
    numbers: tuple[str, ...]
    pages: tuple[Page, ...]

    @property
    def title(self) -> str:
        """What the sheet is called."""
        known = SHEETS.get(self.sheet)
        return tr("Hand-over list") if known is None else tr(known.title)


def printed(session: Session, code: str, numbers: Sequence[str]) -> Job:
    """A sheet filled for each number (or one for all of them), noted as printed; a second print says 补打."""
    sheet = SHEETS.get(code)
    if sheet is None:
        raise NotFound(
            tr("There is no sheet “{code}”.").format(code=code[:10]),
            next=tr("Pick one of: {names}.").format(names="、".join(SHEETS)),
        )
    if not numbers:
        raise NotFound(tr("Nothing is chosen to print."), next=tr("Choose one or more records first."))
    pages: list[Page] = []
    if sheet.of == "visits":
        shown = [visit_on_paper(session, number) for number in numbers]
        again = prints.log(session, code, [one.visit.number for one in shown])
        pages += sheet.filled(shown, printing(session, reprint=all(again)))
        return Job(code, tuple(one.visit.number for one in shown), tuple(pages))
    found: list[str] = []
    for number in numbers:
        one = visit_on_paper(session, number) if sheet.of == "visit" else request_on_paper(session, number)
        whole = one.visit.number if isinstance(one, VisitOnPaper) else one.request.number
        (again_one,) = prints.log(session, code, [whole])
        pages += sheet.filled(one, printing(session, reprint=again_one))
        found.append(whole)
    return Job(code, tuple(found), tuple(pages))


def blank(session: Session, code: str, count: int) -> Job:
    """Blank sheets with numbers of their own, listed until they are keyed in."""
    sheet = SHEETS.get(code)
    if sheet is None or sheet.blank is None:
        raise NotFound(
            tr("The sheet “{code}” is never printed blank.").format(code=code[:10]),
            next=tr("Pick one of: {names}.").format(names="、".join(c for c, s in SHEETS.items() if s.blank)),
        )
    issued = prints.blank(session, code, "visit", sheet.rows * count)
    if sheet.of == "visits":
        pages = sheet.blank(printing(session), issued)
    else:
        pages = tuple(page for number in issued for page in sheet.blank(printing(session), number))
    return Job(code, tuple(issued), tuple(pages))


def hand_over_list(session: Session, of: str | signing.Act = "") -> Job:
    """The list of what was handed over in one act, or of every open case of a grid for its successor."""
    if isinstance(of, str):
        giver = of or session.unit
        cases = [_on_list(row, "") for row in moving.open_cases(session, giver)]
        name = units.name(session, giver)
        shown = HandOverOnPaper(name, name, units.name(session, giver[:-3]), "", session.today, cases)
    else:
        act, record = of, of.record
        were = dict(zip(record.numbers, record.were, strict=False))
        held = {row.request.number: row for row in signing.by_numbers(session, record.numbers)}
        cases = [
            _on_list(held[number], were.get(number, ""))
            if number in held
            else CaseOnList(number, were.get(number, ""), "", "", None)
            for number in record.numbers
        ]
        reason = tr(REASONS[record.reason])
        day = local_day(record.handed_at)
        shown = HandOverOnPaper(act.giver, act.receiver, act.office, reason, day, cases, record.places)
    pages = list_of_hand_over.filled(shown, printing(session))
    return Job(list_of_hand_over.CODE, tuple(one.number for one in cases), pages)


def _on_list(row: RequestRow, was: str) -> CaseOnList:
    due = row.state.due_at
    category = caseload.category_name(row.request.category)
    status = tr(STATUS_NAMES[row.state.status])
    return CaseOnList(row.request.number, was, category, status, local_day(due) if due else None)


def printing(session: Session, *, reprint: bool = False) -> Printing:
    """Who prints now, for which office."""
    return Printing(
        office=units.name(session, session.unit),
        printed_by=session.person.name,
        printed_on=session.now().astimezone(LOCAL).date(),
        practice=session.practice,
        reprint=reprint,
    )


def visit_on_paper(session: Session, number: str) -> VisitOnPaper:
    """A visit with the words a sheet needs."""
    entry = visits.entry(session, number)
    (row,) = visits.with_ids(session, [entry.visit.id])
    details = row.details or VisitDetails(unit=row.visit.unit, id=row.visit.id)
    return VisitOnPaper(row.visit, details, row.place, session.person.name)


def request_on_paper(session: Session, number: str) -> RequestOnPaper:
    """A request with the names a sheet needs."""
    view = requests.get(session, number)
    counted = [one for one in view.events if one.standing == "counts"]
    offices = {view.request.unit, view.state.lead, *view.state.co, *(one.event.by_unit for one in counted)}
    people = {(one.event.by_unit, one.event.by_person) for one in counted}
    return RequestOnPaper(
        request=view.request,
        state=view.state,
        particulars=view.particulars,
        contact=view.contact,
        place=view.place,
        events=tuple(one.event for one in counted),
        remarks={one.event.id: one.note for one in counted if one.note},
        offices={unit: units.name(session, unit) for unit in offices},
        people={(unit, code): staff.name(session, unit, code) for unit, code in people},
        telephone=units.own(session).telephone,
    )
