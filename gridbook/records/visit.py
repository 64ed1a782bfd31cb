"""Visits to households: what happened travels, who it was about stays near, the note stays here."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gridbook.i18n import N_
from gridbook.records.base import FOREVER, MONTH, Keep, Reach, Record, RecordId, record, shown

PRIVACY_NOTICE = "2026-1"
"""The version of the privacy notice that is handed out today."""


class PartOfDay(StrEnum):
    """When on the day; minutes are nobody's business."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class VisitReason(StrEnum):
    """Why the worker came; there is no reason “inspection of a household”."""

    REQUEST = "request"
    ERRAND = "errand"
    FOLLOW_UP = "follow up"
    CARE = "agreed contact"
    INVITED = "invited"
    POLICY = "policy"
    FACILITY = "facility"


class Mode(StrEnum):
    """How the contact was made."""

    INDOORS = "indoors"
    DOORSTEP = "doorstep"
    PHONE = "phone"
    STATION = "station"
    ACTIVITY = "activity"


class VisitOutcome(StrEnum):
    """How it went; declined is neutral, and `not in` never leaves the worker's own PC."""

    MET = "met"
    RESCHEDULED = "rescheduled"
    DECLINED = "declined"
    NOT_IN = "not in"


PART_NAMES = {
    PartOfDay.MORNING: N_("Morning"),
    PartOfDay.AFTERNOON: N_("Afternoon"),
    PartOfDay.EVENING: N_("Evening"),
}
REASON_NAMES = {
    VisitReason.REQUEST: N_("Look into a request"),
    VisitReason.ERRAND: N_("Errand at home"),
    VisitReason.FOLLOW_UP: N_("Follow-up"),
    VisitReason.CARE: N_("Agreed contact"),
    VisitReason.INVITED: N_("Invited by the resident"),
    VisitReason.POLICY: N_("Bring a policy notice"),
    VisitReason.FACILITY: N_("Public facility notice"),
}
MODE_NAMES = {
    Mode.INDOORS: N_("Indoors"),
    Mode.DOORSTEP: N_("At the door"),
    Mode.PHONE: N_("By phone"),
    Mode.STATION: N_("At the service station"),
    Mode.ACTIVITY: N_("At an activity"),
}
OUTCOME_NAMES = {
    VisitOutcome.MET: N_("Met"),
    VisitOutcome.RESCHEDULED: N_("Rescheduled"),
    VisitOutcome.DECLINED: N_("Declined"),
    VisitOutcome.NOT_IN: N_("Not in"),
}


@record(N_("Visit"), reach=Reach.SUBDISTRICT, keep=FOREVER, create_only=True)
class Visit(Record):
    """The facts of a visit: which unit, when, why and how, never at whose door."""

    number: str = shown(N_("Number"), longest=20)
    visited_on: date = shown(N_("Date"))
    part: PartOfDay = shown(N_("Part of day"))
    reason: VisitReason = shown(N_("Reason"))
    mode: Mode = shown(N_("Mode"))
    outcome: VisitOutcome = shown(N_("Outcome"))
    categories: tuple[str, ...] = shown(N_("Categories"), default=())


@record(N_("Visit details"), reach=Reach.COMMUNITY, keep=Keep(24 * MONTH), create_only=True)
class VisitDetails(Record):
    """The door and what was settled there; shares the id of its Visit."""

    building: RecordId | None = shown(N_("Building"), default=None)
    door: str = shown(N_("Door"), longest=12, default="")
    items: tuple[str, ...] = shown(N_("Items"), longest=40, default=())
    companion: str = shown(N_("Companion"), longest=20, default="")
    next_on: date | None = shown(N_("Agreed next contact"), default=None)
    notice: str = shown(N_("Privacy notice given"), longest=10, default="")
    opened: tuple[str, ...] = shown(N_("Requests opened"), longest=20, default=())


@record(N_("Visit note"), reach=Reach.HERE, keep=Keep(12 * MONTH))
class VisitNote(Record):
    """The worker's own note; it never leaves this book and shares the id of its Visit."""

    note: str = shown(N_("Note"), longest=200)


@dataclass(frozen=True, slots=True)
class VisitEntry:
    """One filled form: the classes it writes, in one transaction."""

    visit: Visit
    details: VisitDetails
    note: VisitNote | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A door at which nobody was in: kept 14 days on this PC, never an op."""

    unit: str
    building: RecordId
    door: str
    tried_on: date
    part: PartOfDay


ATTEMPT_DAYS = 14
