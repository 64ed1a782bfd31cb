"""What the sheet of one request shows: read in one look, said in plain sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from gridbook.i18n import tr
from gridbook.records.base import LOCAL, RecordId, UnitCode
from gridbook.records.given import given_name
from gridbook.records.place import Level, level_of
from gridbook.records.request import (
    ACTION_NAMES,
    OUTCOME_NAMES,
    REASONS,
    SATISFACTION_NAMES,
    SOURCE_NAMES,
    Action,
    Outcome,
    Reason,
    Satisfaction,
)
from gridbook.records.visit import MODE_NAMES, Mode
from gridbook.store import caseload, conflicts, history, requests, units
from gridbook.store.caseload import RequestRow
from gridbook.store.conflicts import Question
from gridbook.store.requests import RequestView, Telling
from gridbook.store.session import Session
from gridbook.sync import where
from gridbook.sync.where import Way
from gridbook.ui.parts import changes
from gridbook.ui.parts.days import short_day
from gridbook.ui.parts.due import days_left

Told = tuple[str, str, str]
"""An entry of the timeline: when and who, what, the remark."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A request with everything around it that the sheet tells."""

    view: RequestView
    row: RequestRow
    left: int | None
    lead: str
    co: Sequence[str]
    way: Way
    questions: Sequence[Question]
    told: Sequence[Told]
    offices: Sequence[tuple[UnitCode, str]]
    helpers: Sequence[tuple[UnitCode, str]]
    alike: Sequence[RequestRow]
    telling: Telling

    @property
    def tells_above(self) -> bool:
        """Whether the next office up is one that reads facts only, so that the sender has to tell it."""
        return level_of(self.view.request.unit) is not Level.SUBDISTRICT


def read(session: Session, ref: str | RecordId) -> Whole:
    """Everything about a request that the sheet shows."""
    view = requests.get(session, ref)
    request, state = view.request, view.state
    held = view.particulars
    subdistrict = request.unit[:9]
    return Whole(
        view=view,
        row=caseload.with_ids(session, [request.id])[0],
        left=days_left(session, state.due_at),
        lead=units.name(session, state.lead),
        co=[units.name(session, code) for code in state.co],
        way=where.way_of(session, "Request", request.unit, request.id),
        questions=[
            question
            for name in ("Request", "Particulars", "Contact", "Mandate")
            for question in conflicts.of_record(session, name, request.unit, request.id)
            if question.kind != conflicts.WAITING
        ],
        told=_told(session, view),
        offices=[(code, units.name(session, code)) for code in units.in_charge_of(request.unit)],
        helpers=sorted(
            (code, unit.name)
            for code, unit in units.all_known(session).items()
            if code.startswith(subdistrict) and not unit.closed and code not in (state.lead, *state.co)
        ),
        alike=caseload.alike(session, request, held) if held is not None else (),
        telling=requests.draft_telling(session, request.id),
    )


def _told(session: Session, view: RequestView) -> Sequence[Told]:
    request = view.request
    entries: list[tuple[datetime, Told]] = [
        (
            request.registered_at,
            (
                _head(request.registered_at, _office(session, request.unit), ""),
                tr("Registered; source: {source}").format(source=tr(SOURCE_NAMES[request.source])),
                "",
            ),
        )
    ]
    for one in view.events:
        sentence = told_of(session, one.event.action, one.event.given)
        if one.standing == "late":
            sentence = tr("{what} — came too late and does not count").format(what=sentence)
        elif one.standing == "not allowed":
            sentence = tr("{what} — was not for that desk and does not count").format(what=sentence)
        entries.append(
            (
                one.event.at,
                (_head(one.event.at, _office(session, one.event.by_unit), one.person), sentence, one.note),
            )
        )
    for referral in view.referrals:
        at = datetime.fromtimestamp(int.from_bytes(referral.id[:6], "big") / 1000, UTC)
        text = "\n".join(part for part in (referral.text, referral.contact) if part)
        entries.append((at, (_head(at, "", ""), tr("Told along to the other office"), text)))
    for change in history.of_case(session, request.unit, request.id):
        if change.did not in changes.NOT_CORRECTIONS:
            entries.append((change.at, changes.told(change)))
    return [told for _, told in sorted(entries, key=lambda entry: entry[0])]


def _office(session: Session, code: UnitCode) -> str:
    """Another office by its name; this one goes without saying."""
    return "" if code == session.unit else units.name(session, code)


def _head(at: datetime, office: str, person: str) -> str:
    local = at.astimezone(LOCAL)
    who = " ".join(part for part in (office, person) if part)
    return f"{short_day(local.date())} {local:%H:%M}" + (f" · {who}" if who else "")


def told_of(session: Session, action: Action, given: Mapping[str, Any]) -> str:
    """What was done, in a few words: `Assign: 03社区-05网格`."""
    parts = [
        _detail(session, name, value)
        for name, value in given.items()
        if value not in (None, "", []) and name != "so_far"
    ]
    what = tr(ACTION_NAMES[action])
    return tr("{what}: {details}").format(what=what, details="，".join(parts)) if parts else what


def _detail(session: Session, name: str, value: Any) -> str:
    match name:
        case "lead" | "to" | "unit" | "from":
            return units.name(session, str(value))
        case "co":
            names = "、".join(units.name(session, code) for code in value)
            return tr("with {offices}").format(offices=names)
        case "reason":
            return tr(REASONS[Reason(value)])
        case "outcome":
            return tr(OUTCOME_NAMES[Outcome(value)])
        case "satisfaction":
            return tr(SATISFACTION_NAMES[Satisfaction(value)])
        case "solved":
            return tr("solved") if value else tr("not solved")
        case "mode":
            return tr(MODE_NAMES[Mode(value)])
        case "days":
            return tr("{n} working days").format(n=value)
        case "reply_due":
            return tr("reply by {day}").format(day=short_day(date.fromisoformat(value)))
        case "into" | "body" | "was":
            return str(value)
    return f"{given_name(name)} {value}"
