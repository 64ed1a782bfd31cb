"""Sheets of what the book holds: looks the records up, marks a second print, hands back finished pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gridbook import i18n
from gridbook.errors import NotAllowed, NotFound
from gridbook.i18n import tr
from gridbook.records.base import LOCAL, local_day
from gridbook.records.place import Place, level_of
from gridbook.records.request import REASONS, STATUS_NAMES, RequestState
from gridbook.records.visit import VisitDetails
from gridbook.sheets import SHEETS, Of, Sheet, door_map
from gridbook.sheets import hand_over_list as list_of_hand_over
from gridbook.sheets.called_slip import Reached
from gridbook.sheets.form import Printing
from gridbook.sheets.hand_over_list import CaseOnList, HandOverOnPaper
from gridbook.sheets.mandate_sheet import ErrandOnPaper
from gridbook.sheets.page import Page
from gridbook.sheets.request_on_paper import RequestOnPaper
from gridbook.sheets.visit_sheet import VisitOnPaper
from gridbook.store import (
    caseload,
    counts,
    doors,
    errands,
    held,
    moving,
    places,
    prints,
    requests,
    signing,
    staff,
    units,
    visits,
)
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be printed: the sheet, and numbers, doors, days or copies, as the sheet needs them.

    The language is that of this job alone; it is kept nowhere.
    """

    sheet: str
    numbers: tuple[str, ...] = ()
    blanks: int = 0
    doors: tuple[str | Place, ...] = ()
    purpose: str = ""
    since: date | None = None
    until: date | None = None
    language: str = ""


def made(session: Session, wanted: Wanted) -> Job:
    """The pages of a job, noted as printed."""
    sheet = _sheet(wanted.sheet)
    if level_of(session.unit) not in sheet.desks:
        raise NotAllowed(
            tr("“{sheet}” is printed at another desk.").format(sheet=tr(sheet.title)),
            next=tr("Pick one of: {names}.").format(names="、".join(known_at(session))),
        )
    with i18n.speaking(wanted.language):
        if sheet.of is Of.DOORS:
            return _of_doors(session, sheet, wanted)
        if sheet.of is Of.DOOR:
            return _held(session, sheet, wanted)
        if sheet.of is Of.DAYS:
            since = wanted.since or session.today
            shown = counts.of_days(session, since, wanted.until or since)
            return Job(sheet.code, (), _filled(sheet)(shown, printing(session)))
        if sheet.of is Of.OFFICE:
            copies = max(1, wanted.blanks)
            return Job(sheet.code, (), _blank(sheet)(printing(session), reached(session), copies))
        if wanted.blanks:
            return blank(session, sheet.code, wanted.blanks)
        return printed(session, sheet.code, wanted.numbers)


def known_at(session: Session) -> Sequence[str]:
    """The codes of the sheets that this desk prints."""
    level = level_of(session.unit)
    return [code for code, sheet in SHEETS.items() if level in sheet.desks]


def printed(session: Session, code: str, numbers: Sequence[str]) -> Job:
    """A sheet filled for each number (or one for all of them), noted as printed; a second print says 补打."""
    sheet = _sheet(code)
    if not numbers:
        raise NotFound(tr("Nothing is chosen to print."), next=tr("Choose one or more records first."))
    if sheet.of in (Of.VISITS, Of.REQUESTS):
        return _together(session, sheet, numbers)
    pages: list[Page] = []
    found: list[str] = []
    for number in numbers:
        one = _SHOWN.get(sheet.of, request_on_paper)(session, number)
        (again_one,) = prints.log(session, code, [_number_of(one)])
        pages += _filled(sheet)(one, printing(session, reprint=again_one))
        found.append(_number_of(one))
    return Job(code, tuple(found), tuple(pages))


def _together(session: Session, sheet: Sheet, numbers: Sequence[str]) -> Job:
    look_up = visit_on_paper if sheet.of is Of.VISITS else request_on_paper
    shown = [look_up(session, number) for number in numbers]
    found = [_number_of(one) for one in shown]
    waits = [number for number, one in zip(found, shown, strict=True) if sheet.comes_back and _unasked(one)]
    again = [prints.log(session, sheet.code, [number], to_key_in=number in waits)[0] for number in found]
    return Job(sheet.code, tuple(found), _filled(sheet)(shown, printing(session, reprint=all(again))))


def _unasked(one: VisitOnPaper | RequestOnPaper) -> bool:
    return isinstance(one, RequestOnPaper) and one.state.satisfaction is None


def _number_of(one: VisitOnPaper | RequestOnPaper | ErrandOnPaper) -> str:
    if isinstance(one, ErrandOnPaper):
        return one.request.request.number
    return one.visit.number if isinstance(one, VisitOnPaper) else one.request.number


def blank(session: Session, code: str, count: int) -> Job:
    """Blank sheets with numbers of their own, listed until they are keyed in."""
    sheet = _sheet(code)
    make = _blank(sheet)
    issued = prints.blank(session, code, "visit", sheet.rows * count)
    if sheet.of is Of.VISITS:
        pages = make(printing(session), issued)
    else:
        pages = tuple(page for number in issued for page in make(printing(session), number))
    return Job(code, tuple(issued), tuple(pages))


def _of_doors(session: Session, sheet: Sheet, wanted: Wanted) -> Job:
    """A line for each door of the list; the door comes back with the number when it is keyed in."""
    if not wanted.doors:
        raise NotFound(tr("The list has no doors."), next=tr("Write one door a line, for example 3-2-501."))
    found = [_place(session, one) for one in wanted.doors]
    issued = [prints.blank(session, sheet.code, "visit", 1, place.text)[0] for place in found]
    texts = [place.text for place in found]
    return Job(sheet.code, tuple(issued), _blank(sheet)(printing(session), issued, texts, wanted.purpose))


def _held(session: Session, sheet: Sheet, wanted: Wanted) -> Job:
    if sheet.code == door_map.CODE and wanted.doors:
        view = doors.view(session, _place(session, wanted.doors[0]).building.id)
        return Job(sheet.code, (), door_map.filled(view, printing(session)))
    if wanted.doors and sheet.code != door_map.CODE:
        place = _place(session, wanted.doors[0])
        shown = held.of_door(session, place.building.id, place.door)
    elif wanted.numbers and sheet.code != door_map.CODE:
        shown = held.of_case(session, wanted.numbers[0])
    else:
        raise NotFound(tr("Nothing is chosen to print."), next=tr("Write the door, for example 3-2-501."))
    return Job(sheet.code, (), _filled(sheet)(shown, printing(session)))


def _place(session: Session, one: str | Place) -> Place:
    return places.resolve(session, one) if isinstance(one, str) else one


def _sheet(code: str) -> Sheet:
    sheet = SHEETS.get(code)
    if sheet is None:
        raise NotFound(
            tr("There is no sheet “{code}”.").format(code=code[:10]),
            next=tr("Pick one of: {names}.").format(names="、".join(SHEETS)),
        )
    return sheet


def _filled(sheet: Sheet) -> Callable[..., tuple[Page, ...]]:
    if sheet.filled is None:
        raise NotFound(
            tr("The sheet “{code}” is only printed to be filled by hand.").format(code=sheet.code),
            next=tr("Pick one of: {names}.").format(
                names="、".join(c for c, s in SHEETS.items() if s.filled)
            ),
        )
    return sheet.filled


def _blank(sheet: Sheet) -> Callable[..., tuple[Page, ...]]:
    if sheet.blank is None:
        raise NotFound(
            tr("The sheet “{code}” is never printed blank.").format(code=sheet.code),
            next=tr("Pick one of: {names}.").format(names="、".join(c for c, s in SHEETS.items() if s.blank)),
        )
    return sheet.blank


def reached(session: Session) -> Reached:
    """How the office of this book is reached."""
    morning, afternoon = session.calendar().spans
    hours = "，".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in (morning, afternoon))
    return Reached(units.own(session).telephone, tr("working days {hours}").format(hours=hours))


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
        known = {row.request.number: row for row in signing.by_numbers(session, record.numbers)}
        cases = [
            _on_list(known[number], were.get(number, ""))
            if number in known
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
        left=_left(session, view.state),
    )


def _left(session: Session, state: RequestState) -> int | None:
    if not state.open or state.due_at is None:
        return None
    return session.calendar().between(session.today, local_day(state.due_at))


def errand_on_paper(session: Session, number: str) -> ErrandOnPaper:
    """An errand with its documents; a request without a mandate has a sheet to be filled in by hand."""
    held = errands.get(session, number)
    return ErrandOnPaper(request_on_paper(session, number), held.mandate, held.documents, held.helper)


_SHOWN: Mapping[Of, Callable[[Session, str], VisitOnPaper | RequestOnPaper | ErrandOnPaper]] = {
    Of.VISIT: visit_on_paper,
    Of.ERRAND: errand_on_paper,
}
"""Who looks a record up for a sheet; sheets of a request need nothing more than that."""
