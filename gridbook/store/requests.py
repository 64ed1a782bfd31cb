"""One request on disk: write it down, look it up, act on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import sqlalchemy as sa

from gridbook import catalog
from gridbook.errors import BadValue, NotAllowed, NotFound
from gridbook.i18n import tr
from gridbook.records import check, wording
from gridbook.records.base import RecordId, UnitCode, instant_of, stored
from gridbook.records.deadline import Limit
from gridbook.records.life import allowed, require
from gridbook.records.place import Level, chain_of, is_within, level_of
from gridbook.records.request import (
    ACTION_NAMES,
    LIKELY,
    ONLY_LOADING,
    ONLY_MOVING,
    Action,
    Contact,
    Event,
    EventNote,
    Outcome,
    Particulars,
    Referral,
    Request,
    RequestEntry,
    RequestState,
    check_given,
)
from gridbook.records.rights import Kind, may_do, may_role, may_write
from gridbook.store import journal, numbers, places, prints, rows, staff, tables, units
from gridbook.store.editing import onto_held
from gridbook.store.fold import Finding
from gridbook.store.session import Session

_ONLY_IN_HAND = frozenset({Action.SIGN, Action.RETURN, Action.ESCALATE, Action.SETTLE})
"""What only the office does that has the request in hand, not one above it."""
_FOR_OTHERS = frozenset({Action.URGE, Action.SUPERVISE})
"""What an office asks of another, never of itself."""
_WHEN_PASSED_UP = frozenset(
    {Action.WITHDRAW, Action.MERGE, Action.FEED_BACK, Action.FOLLOW_UP, Action.REOPEN, Action.CLOSE}
)
"""What the office that took a request down may still do while one above it has it in hand."""


@dataclass(frozen=True, slots=True)
class EventView:
    """Something that was done: by whom, whether it `counts`, is `late` or `not allowed`, and the remark."""

    event: Event
    standing: str
    note: str
    office: str
    person: str


@dataclass(frozen=True, slots=True)
class RequestView:
    """Everything this book holds about a request, and what can be done with it now."""

    request: Request
    particulars: Particulars | None
    contact: Contact | None
    state: RequestState
    place: str
    events: Sequence[EventView]
    referrals: Sequence[Referral]
    findings: Sequence[Finding]
    actions: Sequence[Action]
    likely: Action | None


@dataclass(frozen=True, slots=True)
class Telling:
    """What another office is to read about a case, as its sender trimmed it."""

    text: str
    contact: str = ""


def save(
    session: Session, entry: RequestEntry, reason: str = "", opened: RequestEntry | None = None
) -> RequestEntry:
    """Write a filled form, new or changed; id, number and time limit are given here where they are empty.

    `opened` is the entry as the form showed it at first: what others wrote since then is not overwritten.
    """
    if entry.request.id:
        require_here(session, entry.request)
    entry = _completed(session, entry)
    if opened is not None:
        entry = replace(
            entry,
            request=onto_held(session, opened.request, entry.request),
            particulars=onto_held(session, opened.particulars, entry.particulars),
            contact=entry.contact and onto_held(session, opened.contact, entry.contact),
        )
    check.request(entry, session.today, opened)
    particulars = entry.particulars
    if particulars.building is not None:
        places.require_door(session, particulars.building, particulars.door)
    contact = entry.contact
    if contact is not None and not (contact.phone.strip() or contact.how.strip()):
        contact = None
    written = (entry.request, particulars, *([contact] if contact is not None else []))
    journal.save(session, *written, reason=reason, checked=True)
    if contact is None:
        held = rows.one(session.connection, Contact, entry.request.unit, entry.request.id)
        if held is not None and (held.phone or held.how):
            # What was taken out of the form is not to be found in the book's lists either.
            journal.save(session, replace(held, phone="", how=""), reason=reason, checked=True)
    return replace(entry, contact=contact)


def require_here(session: Session, request: Request) -> None:
    """Refuse to write into a request that was handed over; its history stays, the work goes on elsewhere."""
    into = handed_over_as(session, request)
    if into:
        raise NotAllowed(
            tr("Request {number} was handed over; it goes on as {into}.").format(
                number=request.number, into=into
            ),
            kept=tr("Nothing was changed."),
            next=tr("Tell the office that arranged the hand-over what is still to be added."),
        )


def handed_over_as(session: Session, request: Request) -> str:
    """The number under which a request goes on in another grid, or nothing where it was not handed over."""
    table = tables.request_state
    text = session.connection.execute(
        sa.select(table.c.state).where(table.c.unit == request.unit, table.c.id == request.id)
    ).scalar()
    state = None if text is None else read_state(text)
    return state.into if state is not None and state.outcome is Outcome.MOVED else ""


def _completed(session: Session, entry: RequestEntry) -> RequestEntry:
    request, particulars = entry.request, entry.particulars
    record = request.id or session.new_id()
    limit = request.limit or Limit.read(catalog.category(request.category).limit).text()
    estate = request.estate
    if estate is None and particulars.building is not None:
        held = places.known(session).buildings.get(particulars.building)
        estate = held.estate if held is not None else None
    number = request.number or numbers.issue(session, record)
    return RequestEntry(
        replace(request, id=record, number=number, limit=limit, estate=estate),
        replace(particulars, unit=request.unit, id=record),
        None if entry.contact is None else replace(entry.contact, unit=request.unit, id=record),
    )


def entry(session: Session, ref: str | RecordId) -> RequestEntry:
    """The whole form behind a request, to be changed and saved again."""
    request = find(session, ref)
    particulars = rows.one(session.connection, Particulars, request.unit, request.id)
    return RequestEntry(
        request,
        particulars or Particulars(unit=request.unit, id=request.id, title=""),
        rows.one(session.connection, Contact, request.unit, request.id),
    )


def find(session: Session, ref: str | RecordId) -> Request:
    """The request of a number (letters may be left out) or an id."""
    table = tables.RECORDS["Request"]
    if isinstance(ref, str):
        number = numbers.read(ref)
        keys = [record for _, record in numbers.holders(session, "Request", number)] if number else []
    else:
        keys = [ref]
    row = (
        session.connection.execute(sa.select(table).where(table.c.id == keys[0])).mappings().first()
        if len(keys) == 1
        else None
    )
    if row is None:
        shown = ref if isinstance(ref, str) else ref.hex()
        raise NotFound(
            tr("There is no request {number} in this book.").format(number=shown[:40]),
            next=tr("Check the number; the letters at its end tell two alike apart."),
        )
    return tables.record_of(Request, row)


def state_of(session: Session, request: Request) -> RequestState:
    """Where a request stands."""
    table = tables.request_state
    text = session.connection.execute(
        sa.select(table.c.state).where(table.c.unit == request.unit, table.c.id == request.id)
    ).scalar()
    if text is None:
        raise NotFound(
            tr("Request {number} waits for a correction before it can be worked on.").format(
                number=request.number
            ),
            next=tr("See the list of things to settle."),
        )
    return read_state(text)


_state = msgspec.json.Decoder(RequestState)


def read_state(text: str) -> RequestState:
    """The state behind its stored text."""
    return _state.decode(text)


def get(session: Session, ref: str | RecordId) -> RequestView:
    """A request with its events, remarks, referrals and findings, and the actions possible here and now."""
    request = find(session, ref)
    state = state_of(session, request)
    form = entry(session, request.id)
    particulars = form.particulars if form.particulars.title else None
    can = _actions(session, request, state)
    likely = LIKELY.get(state.status)
    return RequestView(
        request=request,
        particulars=particulars,
        contact=form.contact,
        state=state,
        place=_place(session, request, particulars),
        events=_events(session, request),
        referrals=_referrals(session, request),
        findings=_findings(session, request),
        actions=can,
        likely=likely if likely in can else None,
    )


def _place(session: Session, request: Request, particulars: Particulars | None) -> str:
    held = places.known(session)
    if particulars is None:
        return held.text(None, "", "", request.estate)
    return held.text(particulars.building, particulars.door, particulars.spot, request.estate)


def _events(session: Session, request: Request) -> Sequence[EventView]:
    told, note = tables.request_event, tables.RECORDS["EventNote"]
    notes: dict[bytes, list[str]] = {}
    for row in session.connection.execute(
        sa.select(note.c.event, note.c.text)
        .where(note.c.unit == request.unit, note.c.case == request.id)
        .order_by(note.c.id)
    ):
        notes.setdefault(bytes(row.event), []).append(row.text)
    found = session.connection.execute(
        sa.select(told).where(told.c.unit == request.unit, told.c.request == request.id).order_by(told.c.n)
    )
    return [
        EventView(
            Event(
                bytes(row.id),
                Action(row.action),
                instant_of(row.at),
                row.by_unit,
                row.by_person,
                msgspec.json.decode(row.given),
            ),
            row.standing,
            "\n".join(notes.get(bytes(row.id), ())),
            units.name(session, row.by_unit),
            staff.name(session, row.by_unit, row.by_person),
        )
        for row in found
    ]


def _referrals(session: Session, request: Request) -> Sequence[Referral]:
    table = tables.RECORDS["Referral"]
    found = session.connection.execute(
        sa.select(table).where(table.c.unit == request.unit, table.c.case == request.id).order_by(table.c.id)
    ).mappings()
    return [tables.record_of(Referral, row) for row in found]


def _findings(session: Session, request: Request) -> Sequence[Finding]:
    table = tables.finding
    found = session.connection.execute(
        sa.select(table).where(table.c.unit == request.unit, table.c.record == request.id)
    )
    return [Finding(row.kind, row.part, msgspec.json.decode(row.detail)) for row in found]


def actions(session: Session, ref: str | RecordId) -> Sequence[Action]:
    """What this person at this desk can do with a request now, the likely one first."""
    request = find(session, ref)
    return _actions(session, request, state_of(session, request))


def _actions(session: Session, request: Request, state: RequestState) -> Sequence[Action]:
    can = [
        action
        for action in allowed(state, session.now(), session.calendar(request.unit))
        if may_write(session.unit, request.unit, journal.reach_of("Request"))
        and may_do(session.unit, request.unit, "Request", Kind.EVENT, action)
        and may_role(session.person.role, session.unit, "Request", Kind.EVENT, action)
        and not _not_this_office(session.unit, state, action)
    ]
    likely = LIKELY.get(state.status)
    return sorted(can, key=lambda action: action is not likely)


def _not_this_office(unit: UnitCode, state: RequestState, action: Action) -> bool:
    if unit == state.lead:
        return action in _FOR_OTHERS
    if is_within(state.lead, unit):
        return action in _ONLY_IN_HAND
    return action not in _WHEN_PASSED_UP


def act(
    session: Session,
    ref: str | RecordId,
    action: Action,
    given: Mapping[str, Any] | None = None,
    note: str = "",
    telling: Telling | None = None,
) -> RequestState:
    """Do something to a request, with a remark and with words for the other office; returns where it stands.

    At the subdistrict a remark is a referral, because remarks stop at the community.
    """
    request = find(session, ref)
    state = state_of(session, request)
    details = {name: stored(value) for name, value in (given or {}).items() if value not in (None, "", ())}
    if action in ONLY_MOVING:
        raise NotAllowed(
            tr("“{action}” is a hand-over from grid to grid.").format(action=tr(ACTION_NAMES[action])),
            kept=tr("Nothing was changed."),
            next=tr("The lead of the office above does it under “Moving work”."),
        )
    if action in ONLY_LOADING:
        raise NotAllowed(
            tr("“{action}” is done by loading a register.").format(action=tr(ACTION_NAMES[action])),
            kept=tr("Nothing was changed."),
        )
    require_here(session, request)
    check_given(action, details, request.unit)
    wording.require_text("note", note)
    wording.require_text("body", str(details.get("body", "")))
    _reaches(session, request, action, details)
    if _not_this_office(session.unit, state, action):
        raise NotAllowed(
            tr("“{action}” is for {office} to do, which has the request in hand.").format(
                action=tr(ACTION_NAMES[action]), office=units.name(session, state.lead)
            ),
            kept=tr("Nothing was changed."),
        )
    instant = session.now()
    done = Event(b"", action, instant, session.unit, session.person.code, details)
    require(state, done, session.calendar(request.unit))
    event = journal.event(session, request.unit, request.id, action, details)
    if note.strip():
        if level_of(session.unit) is Level.SUBDISTRICT:
            refer(session, request.id, Telling(note.strip()))
        else:
            journal.save(
                session,
                EventNote(
                    unit=request.unit, id=session.new_id(), case=request.id, event=event, text=note.strip()
                ),
            )
    if telling is not None:
        refer(session, request.id, telling)
    if action in (Action.FOLLOW_UP, Action.CLOSE):
        prints.mark_keyed_in(session, request.number)
    return state_of(session, request)


def _reaches(session: Session, request: Request, action: Action, given: Mapping[str, Any]) -> None:
    """Refuse to hand a request to an office that would never see it."""
    if action is Action.MERGE and numbers.read(str(given["into"])) in _numbers_of(request):
        raise BadValue(
            "into",
            tr("A request is not joined with itself."),
            next=tr("Choose another request."),
        )
    wanted = given.get("lead") or given.get("to")
    if wanted is not None and wanted not in chain_of(request.unit):
        raise NotAllowed(
            tr("{office} would never see this request, which belongs to {unit}.").format(
                office=units.name(session, wanted), unit=units.name(session, request.unit)
            ),
            kept=tr("Nothing was changed."),
            next=tr("Register a request of its own for that office, or bring it in as a co-handler."),
        )


def _numbers_of(request: Request) -> tuple[str, str]:
    """The number of a request as it is, and with its letters left out."""
    return request.number, request.number.rpartition("-")[0]


def draft_telling(session: Session, ref: str | RecordId) -> Telling:
    """What could be told another office about a case, for the sender to trim before it goes."""
    form = entry(session, ref)
    held = form.particulars
    place = _place(session, form.request, held)
    text = "\n".join(part for part in (place, held.title, held.text) if part)
    return Telling(text[:500], "")


def refer(session: Session, ref: str | RecordId, telling: Telling) -> Referral:
    """Write words about a case for the office above or below to read, exactly as the sender left them."""
    request = find(session, ref)
    require_here(session, request)
    wording.require_text("telling", telling.text)
    made = Referral(
        unit=request.unit,
        id=session.new_id(),
        case=request.id,
        text=telling.text.strip(),
        contact=telling.contact.strip(),
    )
    journal.save(session, made)
    return made
