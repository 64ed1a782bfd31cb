"""What sheets show, read from the book: one visit, or a request with its events and names."""

from gridbook.records.base import RecordId
from gridbook.sheets.form import Printing
from gridbook.sheets.request_on_paper import RequestOnPaper
from gridbook.sheets.visit_sheet import VisitOnPaper
from gridbook.store import history, places, requests, staff, units, visits
from gridbook.store.session import Session


def visit(session: Session, ref: RecordId | str) -> VisitOnPaper:
    """A visit by number or id, with its place in words and the worker who wrote it."""
    entry = visits.entry(session, ref)
    written = history.of(session, "Visit", entry.visit.unit, entry.visit.id)
    place = places.known(session).text(entry.details.building, entry.details.door)
    return VisitOnPaper(entry.visit, entry.details, place, written[0].person if written else "")


def request(session: Session, ref: RecordId | str) -> RequestOnPaper:
    """A request by number or id, with its events, remarks and the names that belong to them."""
    view = requests.get(session, ref)
    counted = [one for one in view.events if one.standing == "counts"]
    return RequestOnPaper(
        request=view.request,
        state=view.state,
        particulars=view.particulars,
        contact=view.contact,
        place=view.place,
        events=tuple(one.event for one in counted),
        remarks={one.event.id: one.note for one in counted if one.note},
        offices={code: unit.name for code, unit in units.all_known(session).items()},
        people={key: one.name for key, one in staff.everybody(session).items()},
        telephone=units.own(session).telephone,
    )


def printing(session: Session, *, reprint: bool = False) -> Printing:
    """Who prints for which office, and the marks that go with it."""
    office = units.name(session, session.unit)
    return Printing(office, session.person.name, session.today, session.practice, reprint)
