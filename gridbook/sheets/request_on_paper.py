"""A request as sheets show it: the records of one case and the names that belong to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from gridbook.i18n import tr
from gridbook.records.base import LOCAL, UnitCode
from gridbook.records.deadline import Limit, LimitKind
from gridbook.records.place import short_name
from gridbook.records.request import (
    OUTCOME_NAMES,
    REASONS,
    SATISFACTION_NAMES,
    Action,
    Contact,
    Event,
    Particulars,
    Request,
    RequestState,
)
from gridbook.records.visit import MODE_NAMES
from gridbook.sheets import form

C = TypeVar("C", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class RequestOnPaper:
    """What a sheet shows of a request; an office that holds no particulars leaves them out."""

    request: Request
    state: RequestState
    particulars: Particulars | None = None
    contact: Contact | None = None
    place: str = ""
    events: tuple[Event, ...] = ()
    remarks: Mapping[bytes, str] = field(default_factory=dict)
    offices: Mapping[UnitCode, str] = field(default_factory=dict)
    people: Mapping[tuple[UnitCode, str], str] = field(default_factory=dict)
    telephone: str = ""
    left: int | None = None
    """Working days until it is due; below zero it is overdue, and there is none while no time runs."""

    def last(self, *actions: Action) -> Event | None:
        """The newest event of that kind, if there was one."""
        return next((event for event in reversed(self.events) if event.action in actions), None)

    def office(self, unit: UnitCode) -> str:
        """The name of an office, or its short name where this book does not know it."""
        return self.offices.get(unit) or short_name(unit)

    def person(self, event: Event) -> str:
        """Who did it, or the code where this book does not know the person."""
        return self.people.get((event.by_unit, event.by_person), event.by_person)

    @property
    def category(self) -> str:
        """The category with its group."""
        return form.category_text(self.request.category, with_group=True)

    @property
    def called(self) -> str:
        """Who asked, as far as this office knows."""
        return self.particulars.called if self.particulars else ""

    @property
    def title(self) -> str:
        """What it is about in one line, as far as this office knows."""
        return self.particulars.title if self.particulars else ""

    @property
    def due(self) -> str:
        """The promise: so many working days, and the day by which that is."""
        promised = limit_text(self.request.limit)
        if self.state.due_at is None:
            return promised
        day = form.day_text(self.state.due_at.astimezone(LOCAL).date())
        return tr("{limit}, by {day}").format(limit=promised, day=day)

    @property
    def result(self) -> str:
        """The remark written when the request was resolved, the latest one."""
        remarks = [
            self.remarks.get(event.id, "")
            for event in self.events
            if event.action in (Action.RESOLVE, Action.SETTLE)
        ]
        return remarks[-1] if remarks else ""

    def told(self, event: Event) -> str:
        """What an event says besides its name, with the remark that belongs to it."""
        given = event.given
        parts = [self._office_told(event), self._given_told(event)]
        if event.action is Action.REFER and given.get("their_number"):
            parts.append(tr("their number {number}").format(number=given["their_number"]))
        parts.append(self.remarks.get(event.id, ""))
        return "；".join(part for part in parts if part)

    def _office_told(self, event: Event) -> str:
        given = event.given
        if event.action is Action.ASSIGN:
            co = "、".join(self.office(unit) for unit in given.get("co", ()))
            lead = tr("in charge: {office}").format(office=self.office(given["lead"]))
            return f"{lead}；{tr('together with: {offices}').format(offices=co)}" if co else lead
        for name in ("to", "unit"):
            if name in given:
                return tr("to {office}").format(office=self.office(given[name]))
        if event.action is Action.CONTINUE:
            office = self.office(given["from"])
            return tr("from {office}, there {number}").format(office=office, number=given["was"])
        return ""

    def _given_told(self, event: Event) -> str:
        given = event.given
        told = [
            _named(REASONS, given.get("reason", "")),
            _named(OUTCOME_NAMES, given.get("outcome", "")),
            _named(SATISFACTION_NAMES, given.get("satisfaction", "")),
            _named(MODE_NAMES, given.get("mode", "")),
            tr("{n} working days").format(n=given["days"]) if "days" in given else "",
            tr("reply due {day}").format(day=given["reply_due"]) if "reply_due" in given else "",
            _into(event),
            given.get("body", ""),
        ]
        return "；".join(part for part in told if part)


def _into(event: Event) -> str:
    if "into" not in event.given:
        return ""
    moved = event.action is Action.HAND_OVER
    told = tr("goes on as {number}") if moved else tr("merged into {number}")
    return told.format(number=event.given["into"])


def _named(names: Mapping[C, str], value: str) -> str:
    # A newer office may know choices that this program does not; they are printed as they came.
    return next((tr(name) for choice, name in names.items() if choice == value), value)


def limit_text(limit: str) -> str:
    """A time limit in words."""
    read = Limit.read(limit)
    if read.kind is LimitKind.DAYS:
        return tr("{n} working days").format(n=read.amount)
    if read.kind is LimitKind.HOURS:
        return tr("{n} hours").format(n=read.amount)
    return tr("the same day") if read.kind is LimitKind.SAME_DAY else tr("the agreed day")
