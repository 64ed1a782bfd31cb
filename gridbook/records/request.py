"""Requests: what is written down about one, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gridbook.i18n import N_
from gridbook.records.base import (
    FOREVER,
    MONTH,
    Keep,
    Reach,
    Record,
    RecordId,
    Since,
    UnitCode,
    record,
    shown,
)
from gridbook.records.deadline import Calendar, Urgency, standing
from gridbook.records.given import TEXT_IN_EVENTS, check_given
from gridbook.records.steps import (
    ACTION_NAMES,
    FOLLOWS,
    LIKELY,
    MAY_ALSO,
    NEEDS,
    ONLY_LOADING,
    ONLY_MOVING,
    OPEN,
    OUTCOME_NAMES,
    PRESSING_NAMES,
    REASONS,
    REASONS_FOR,
    SATISFACTION_NAMES,
    SOURCE_NAMES,
    STATUS_NAMES,
    Action,
    Outcome,
    Pressing,
    Reason,
    Satisfaction,
    Source,
    Status,
)

# The words of `steps` and the checks of `given` belong to a request; whoever needs one finds all here.
__all__ = [
    "ACTION_NAMES",
    "FOLLOWS",
    "LIKELY",
    "MAY_ALSO",
    "NEEDS",
    "ONLY_LOADING",
    "ONLY_MOVING",
    "OPEN",
    "OUTCOME_NAMES",
    "PRESSING_NAMES",
    "REASONS",
    "REASONS_FOR",
    "SATISFACTION_NAMES",
    "SOURCE_NAMES",
    "STATUS_NAMES",
    "TEXT_IN_EVENTS",
    "Action",
    "Contact",
    "Event",
    "EventNote",
    "Outcome",
    "Particulars",
    "Pressing",
    "Reason",
    "Referral",
    "Request",
    "RequestEntry",
    "RequestState",
    "Satisfaction",
    "Source",
    "Status",
    "check_given",
]


@record(N_("Request"), reach=Reach.SUBDISTRICT, keep=FOREVER)
class Request(Record):
    """The facts of a request; who asked and where is in Particulars."""

    number: str = shown(N_("Number"), group="identity", longest=20)
    registered_at: datetime = shown(N_("Registered at"), group="identity")
    source: Source = shown(N_("Source"), group="source")
    category: str = shown(N_("Category"), group="category", longest=8, public=True)
    limit: str = shown(N_("Time limit"), group="category", longest=12)
    pressing: Pressing = shown(N_("Urgency"), group="urgency", default=Pressing.NORMAL)
    estate: RecordId | None = shown(N_("Estate"), group="place", default=None, public=True)
    public_place: bool = shown(N_("Public place"), group="place", default=False)
    agreed_on: date | None = shown(N_("Agreed date"), group="agreed", default=None)
    visit: str = shown(N_("Written at visit"), group="identity", longest=20, default="")


@record(N_("Particulars"), reach=Reach.COMMUNITY, keep=Keep(24 * MONTH, Since.CASE_CLOSED))
class Particulars(Record):
    """Who asked, where and for what; shares the id of its Request."""

    building: RecordId | None = shown(N_("Building"), group="place", default=None)
    door: str = shown(N_("Door"), group="place", longest=12, default="")
    spot: str = shown(N_("Public place"), group="place", longest=40, default="")
    called: str = shown(N_("Requester"), group="requester", longest=20, default="")
    title: str = shown(N_("Title"), group="matter", longest=30)
    text: str = shown(N_("What was asked"), group="matter", longest=500, default="")
    hope: str = shown(N_("Expectation"), group="matter", longest=200, default="")


@record(N_("Contact"), reach=Reach.COMMUNITY, keep=Keep(6 * MONTH, Since.CASE_CLOSED))
class Contact(Record):
    """How to reach the requester; shares the id of its Request."""

    phone: str = shown(N_("Telephone"), longest=20)
    how: str = shown(N_("How to reach"), longest=40, default="")


@record(
    N_("Remark on an event"),
    reach=Reach.COMMUNITY,
    keep=Keep(24 * MONTH, Since.CASE_CLOSED),
    create_only=True,
)
class EventNote(Record):
    """Words that belong to one event of a request; they stop at the community."""

    case: RecordId = shown(N_("Request"))
    event: bytes = shown(N_("Event"))
    text: str = shown(N_("Remark"), longest=200)


@record(N_("Referral"), reach=Reach.SUBDISTRICT, keep=Keep(24 * MONTH, Since.CASE_CLOSED), create_only=True)
class Referral(Record):
    """Text about one case that its sender trimmed for the office above or below to read."""

    case: RecordId = shown(N_("Request"))
    text: str = shown(N_("Text"), longest=500)
    contact: str = shown(N_("Contact given along"), longest=60, default="")


@dataclass(frozen=True, slots=True)
class RequestEntry:
    """One filled form: the classes it writes, in one transaction."""

    request: Request
    particulars: Particulars
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something done to a request, by an office, at an instant."""

    id: bytes
    action: Action
    at: datetime
    by_unit: UnitCode
    by_person: str
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RequestState:
    """Where a request stands, folded from its events."""

    status: Status
    lead: UnitCode
    co: tuple[UnitCode, ...] = ()
    due_at: datetime | None = None
    outcome: Outcome | None = None
    suspended_since: datetime | None = None
    extended: bool = False
    returns: int = 0
    reopened: int = 0
    urged: int = 0
    escalated: bool = False
    assigned_at: datetime | None = None
    accepted_at: datetime | None = None
    signed_at: datetime | None = None
    resolved_at: datetime | None = None
    followed_up_at: datetime | None = None
    closed_at: datetime | None = None
    satisfaction: Satisfaction | None = None
    solved: bool | None = None
    supervised_by: date | None = None
    body: str = ""
    into: str = ""
    started_at: datetime | None = None
    contacted_at: datetime | None = None
    sent_by: UnitCode = ""
    away: int = 0

    @property
    def open(self) -> bool:
        """Whether somebody still has to work on it."""
        return self.status in OPEN

    def urgency(self, request: Request, now: datetime, calendar: Calendar) -> Urgency:
        """How the deadline stands now."""
        if not self.open:
            return Urgency.DONE
        if self.suspended_since is not None or self.due_at is None:
            return Urgency.SUSPENDED
        return standing(self.started_at or request.registered_at, self.due_at, now, calendar)

    def on_time(self) -> bool | None:
        """Whether it was resolved by its due instant; nothing while open."""
        if self.resolved_at is None or self.due_at is None:
            return None
        return self.resolved_at <= self.due_at
