"""Valid records of an invented grid, each value overridable; what a test does not name does not matter."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from gridbook.records import place
from gridbook.records.base import LOCAL, RecordId, UnitCode, id_at
from gridbook.records.care import (
    CONSENT_FORM,
    About,
    CareContact,
    CareEntry,
    Consent,
    EmergencyContact,
    Every,
    InEmergency,
    a_year_after,
)
from gridbook.records.deadline import Calendar, Holiday, OfficeHours
from gridbook.records.errand import DocumentReceipt, ErrandWay, Mandate, Paper
from gridbook.records.life import after, first_state, require
from gridbook.records.moving import HandOver
from gridbook.records.place import Building, Estate
from gridbook.records.request import (
    NEEDS,
    Action,
    Contact,
    Event,
    Outcome,
    Particulars,
    Reason,
    Request,
    RequestEntry,
    RequestState,
    Satisfaction,
    Source,
)
from gridbook.records.staff import FIRST_ROLE, Role, Staff
from gridbook.records.visit import (
    PRIVACY_NOTICE,
    Mode,
    PartOfDay,
    Visit,
    VisitDetails,
    VisitEntry,
    VisitNote,
    VisitOutcome,
    VisitReason,
)
from gridbook.records.worklist import ListDoor, Purpose, Round, RoundDoor, WorkList

SUBDISTRICT = "990101001"
COMMUNITY = "990101001003"
OTHER_COMMUNITY = "990101001004"
GRID = "990101001003005"
OTHER_GRID = "990101001003006"
FAR_GRID = "990101001004001"
ALL_UNITS = (SUBDISTRICT, COMMUNITY, OTHER_COMMUNITY, GRID, OTHER_GRID, FAR_GRID)

NOW = datetime(2026, 11, 23, 6, 2, tzinfo=UTC)
"""Monday 23 November 2026, 14:02 in China."""
TODAY = date(2026, 11, 23)

_made = count(1)


def new_id() -> RecordId:
    """An id like no other of this run, the same at every run."""
    n = next(_made)
    return id_at(NOW, lambda size: n.to_bytes(size, "big"))


def at(day: str, time: str = "10:00") -> datetime:
    """An instant by Chinese wall clock: `at("2026-11-23", "14:02")`."""
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=LOCAL).astimezone(UTC)


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime = NOW) -> None:
        self._at = at

    def now(self) -> datetime:
        """The instant at which the clock stands."""
        return self._at

    def go(self, *, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
        """Move the clock on, or back with negative numbers."""
        self._at += timedelta(days=days, hours=hours, minutes=minutes)
        return self._at


def unit(code: UnitCode = GRID, **over: Any) -> place.Unit:
    """The listing of an office, in its own stream."""
    return place.Unit(
        **{"unit": code, "id": new_id(), "code": code, "name": place.short_name(code), "short": "", **over}
    )


def staff(unit: UnitCode = GRID, role: Role | None = None, **over: Any) -> Staff:
    """A person at the desk of a unit: the one who made its book, unless another role is named."""
    role = role or FIRST_ROLE[place.level_of(unit)]
    return Staff(**{"unit": unit, "id": new_id(), "code": "01", "name": "陈晓", "role": role, **over})


def holiday(day: str, works: bool = False, **over: Any) -> Holiday:
    """A weekday off, or a weekend day on which offices work."""
    given = {"unit": SUBDISTRICT, "id": new_id(), "day": date.fromisoformat(day), "works": works, **over}
    return Holiday(**given)


def office_hours(**over: Any) -> OfficeHours:
    """The usual office hours, listed by the subdistrict."""
    return OfficeHours(**{"unit": SUBDISTRICT, "id": new_id(), **over})


def calendar(*holidays: Holiday) -> Calendar:
    """Monday to Friday, with these exceptions."""
    return Calendar.of(holidays)


def estate(unit: UnitCode = GRID, **over: Any) -> Estate:
    """An estate with a quick code."""
    return Estate(**{"unit": unit, "id": new_id(), "name": "幸福苑", "quick": "xfy", **over})


def building(of: Estate | None = None, **over: Any) -> Building:
    """Building 3: three units, six floors, two doors on each."""
    of = of or estate()
    shape = {"number": "3", "units": 3, "floors": 6, "doors_per_floor": 2}
    return Building(**{"unit": of.unit, "id": new_id(), "estate": of.id, **shape, **over})


def visit(unit: UnitCode = GRID, **over: Any) -> Visit:
    """A visit at which somebody was met, this morning."""
    given = {
        "unit": unit,
        "id": new_id(),
        "number": "0305-26-0001-7K2Q",
        "visited_on": TODAY,
        "part": PartOfDay.MORNING,
        "reason": VisitReason.INVITED,
        "mode": Mode.DOORSTEP,
        "outcome": VisitOutcome.MET,
        "categories": ("F01",),
    }
    return Visit(**{**given, **over})


def visit_entry(
    unit: UnitCode = GRID,
    *,
    details: Mapping[str, Any] | None = None,
    note: str | None = None,
    **over: Any,
) -> VisitEntry:
    """A filled visit form; `details` overrides VisitDetails, `note` adds the worker's own note."""
    made = visit(unit, **over)
    whole = {
        "unit": made.unit,
        "id": made.id,
        "building": b"\x03" * 16,
        "door": "2-501",
        "items": ("水龙头已修好",),
        "notice": PRIVACY_NOTICE,
    }
    own = None if note is None else VisitNote(unit=made.unit, id=made.id, note=note)
    return VisitEntry(made, VisitDetails(**{**whole, **(details or {})}), own)


def request(unit: UnitCode = GRID, **over: Any) -> Request:
    """A leaking roof, registered now, due in five working days."""
    given = {
        "unit": unit,
        "id": new_id(),
        "number": "0305-26-0002-7K2R",
        "registered_at": NOW,
        "source": Source.VISIT,
        "category": "F01",
        "limit": "5",
    }
    return Request(**{**given, **over})


def request_entry(
    unit: UnitCode = GRID,
    *,
    particulars: Mapping[str, Any] | None = None,
    phone: str | None = "19900001234",
    **over: Any,
) -> RequestEntry:
    """A filled request form; `particulars` overrides Particulars, `phone=None` leaves out the contact."""
    made = request(unit, **over)
    whole = {
        "unit": made.unit,
        "id": made.id,
        "building": b"\x03" * 16,
        "door": "2-501",
        "called": "王女士",
        "title": "卧室屋顶漏水",
        "text": "下雨后卧室屋顶渗水，希望尽快查看。",
    }
    contact = None if phone is None else Contact(unit=made.unit, id=made.id, phone=phone)
    return RequestEntry(made, Particulars(**{**whole, **(particulars or {})}), contact)


def handed_over(unit: UnitCode = OTHER_GRID, **over: Any) -> HandOver:
    """One case that the grid handed over to its neighbour now."""
    given = {
        "unit": unit,
        "id": new_id(),
        "giver": GRID,
        "office": COMMUNITY,
        "handed_at": NOW,
        "reason": Reason.BOUNDARY,
        "numbers": ("0300-26-0001-7K2Q",),
        "were": ("0305-26-0002-7K2R",),
    }
    return HandOver(**{**given, **over})


def mandate(unit: UnitCode = GRID, **over: Any) -> Mandate:
    """To fetch a social card on somebody's behalf within a month, not signed on paper yet."""
    given = {
        "unit": unit,
        "id": new_id(),
        "way": ErrandWay.ON_BEHALF,
        "may": "代为申领社保卡",
        "given_on": TODAY,
        "until": TODAY + timedelta(days=30),
    }
    return Mandate(**{**given, **over})


def document(unit: UnitCode = GRID, **over: Any) -> DocumentReceipt:
    """An original that was handed over today."""
    given = {
        "unit": unit,
        "id": new_id(),
        "case": new_id(),
        "document": "社保卡",
        "paper": Paper.ORIGINAL,
        "handed_on": TODAY,
    }
    return DocumentReceipt(**{**given, **over})


def consent(about: About = About.CARE, unit: UnitCode = GRID, **over: Any) -> Consent:
    """A consent that was signed today and holds for a year."""
    given = {
        "unit": unit,
        "id": new_id(),
        "about": about,
        "number": "0305-26-0003-7K2S",
        "signed_on": TODAY,
        "paper": CONSENT_FORM,
        "ends_on": a_year_after(TODAY),
    }
    return Consent(**{**given, **over})


def care_contact(unit: UnitCode = GRID, **over: Any) -> CareContact:
    """Somebody who asked today to be called on every fortnight."""
    given = {
        "unit": unit,
        "id": new_id(),
        "number": "0305-26-0003-7K2S",
        "building": b"\x03" * 16,
        "door": "2-501",
        "called": "赵阿姨",
        "phone": "19900005678",
        "every": Every.FORTNIGHT,
        "phone_first": True,
        "meals": True,
        "agreed_on": TODAY,
        "ends_on": a_year_after(TODAY),
    }
    return CareContact(**{**given, **over})


def emergency_contact(unit: UnitCode = GRID, **over: Any) -> EmergencyContact:
    """Whom to call in an emergency."""
    given = {"called": "钱先生", "phone": "19900006789", "ends_on": a_year_after(TODAY)}
    return EmergencyContact(**{"unit": unit, "id": new_id(), "care": new_id(), **given, **over})


def care_entry(*, emergency: bool = False, signed_on: date = TODAY, **over: Any) -> CareEntry:
    """A new agreement as the form hands it over: without id and number, signed today."""
    ends = over.get("ends_on", a_year_after(signed_on))
    new = {"id": b"", "number": "", "ends_on": ends}
    proof = consent(**new, signed_on=signed_on)
    in_emergency = InEmergency(
        emergency_contact(id=b"", care=b"", ends_on=ends),
        consent(About.EMERGENCY, **new, signed_on=signed_on),
    )
    care = care_contact(**{**new, "agreed_on": signed_on, **over})
    return CareEntry(care, proof, in_emergency if emergency else None)


def work_list(unit: UnitCode = GRID, **over: Any) -> WorkList:
    """The doors of today."""
    return WorkList(**{"unit": unit, "id": new_id(), "starts_on": TODAY, "ends_on": TODAY, **over})


def list_door(unit: UnitCode = GRID, **over: Any) -> ListDoor:
    """A door on the list of today."""
    door = {"listed": new_id(), "building": b"\x03" * 16, "door": "2-501", "ends_on": TODAY}
    return ListDoor(**{"unit": unit, "id": new_id(), **door, **over})


def round_of_doors(unit: UnitCode = GRID, **over: Any) -> Round:
    """A week of going from door to door about gas hoses."""
    given = {"purpose": Purpose.GAS_HOSE, "starts_on": TODAY, "ends_on": TODAY + timedelta(days=7)}
    return Round(**{"unit": unit, "id": new_id(), **given, **over})


def round_door(unit: UnitCode = GRID, **over: Any) -> RoundDoor:
    """A door of a round."""
    door = {"listed": new_id(), "building": b"\x03" * 16, "door": "2-501", "ends_on": TODAY}
    return RoundDoor(**{"unit": unit, "id": new_id(), **door, **over})


GIVEN: Mapping[Action, Mapping[str, Any]] = {
    Action.DECLINE: {"body": "市政务服务中心"},
    Action.ASSIGN: {"lead": GRID},
    Action.RETURN: {"reason": str(Reason.WRONG_OFFICE)},
    Action.TRANSFER: {"to": COMMUNITY},
    Action.REFER: {"body": "市供水公司"},
    Action.CO_HANDLE: {"unit": OTHER_GRID},
    Action.SUSPEND: {"reason": str(Reason.MATERIAL)},
    Action.EXTEND: {"days": 3},
    Action.SUPERVISE: {"reply_due": "2026-12-31"},
    Action.MERGE: {"into": "0305-26-0001-7K2Q"},
    Action.RESOLVE: {"outcome": str(Outcome.SOLVED)},
    Action.FOLLOW_UP: {"satisfaction": str(Satisfaction.SATISFIED), "solved": True},
    Action.REOPEN: {"reason": str(Reason.NOT_LASTING)},
    Action.HAND_OVER: {"to": OTHER_GRID, "into": "0306-26-0001-7K2Q", "reason": str(Reason.BOUNDARY)},
    Action.CONTINUE: {"from": OTHER_GRID, "was": "0306-26-0001-7K2Q"},
    Action.FROM_REGISTER: {"on": TODAY.isoformat(), "outcome": str(Outcome.SOLVED)},
}
"""Details that each action is content with."""


def event(action: Action, at: datetime = NOW, by_unit: UnitCode = COMMUNITY, **given: Any) -> Event:
    """An event with the details it needs; `given` overrides or adds to them."""
    usual = {name: value for name, value in GIVEN.get(action, {}).items() if name in NEEDS.get(action, ())}
    return Event(new_id(), action, at, by_unit, "01", {**usual, **given})


def lived(made: Request, *events: Event, calendar: Calendar | None = None) -> RequestState:
    """Where a request stands after these events, each of which has to be allowed."""
    calendar = calendar or Calendar()
    state = first_state(made, calendar)
    for one in events:
        require(state, one, calendar)
        state = after(state, one, made, calendar)
    return state


def change(record: Any, **over: Any) -> Any:
    """The record with other values: `dataclasses.replace` under a name tests read well with."""
    return replace(record, **over)
