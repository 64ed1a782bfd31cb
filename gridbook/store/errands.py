"""Errands on disk: the board, the mandate of one, who took the order, documents and money."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import sqlalchemy as sa

from gridbook import catalog
from gridbook.errors import BadValue, NotAllowed, NotFound
from gridbook.i18n import N_, tr
from gridbook.records import wording
from gridbook.records.base import RecordId, UnitCode
from gridbook.records.errand import Back, DocumentReceipt, ErrandWay, Mandate, Paper
from gridbook.records.request import OPEN, Outcome, Request
from gridbook.store import caseload, journal, requests, rows, staff, tables, units
from gridbook.store.caseload import RequestRow
from gridbook.store.editing import onto_held
from gridbook.store.session import Session

MOST = 500
"""So many errands a board shows."""
_OPEN = tuple(str(status) for status in sorted(OPEN))
_GROUPS = tuple(sorted({one.group for one in catalog.categories().values() if one.errand}))


class Stage(StrEnum):
    """Where an errand stands on the board."""

    ASKED = "asked"
    WAITING = "waiting"
    TAKEN = "taken"
    RETURN = "return"
    DONE = "done"


STAGE_NAMES = {
    Stage.ASKED: N_("No mandate yet"),
    Stage.WAITING: N_("Waits for a helper"),
    Stage.TAKEN: N_("Taken"),
    Stage.RETURN: N_("Originals to return"),
    Stage.DONE: N_("Finished"),
}


@dataclass(frozen=True, slots=True)
class Errand:
    """A request with its mandate and the documents that went from hand to hand."""

    row: RequestRow
    mandate: Mandate | None
    documents: Sequence[DocumentReceipt]
    helper: str
    mine: bool

    @property
    def out(self) -> Sequence[DocumentReceipt]:
        """The originals that nobody has given back yet."""
        return [one for one in self.documents if one.out]

    @property
    def stage(self) -> Stage:
        """What the board says of it."""
        if self.mandate is None:
            return Stage.ASKED
        if not self.row.state.open or self.mandate.ended_on is not None:
            return Stage.RETURN if self.out else Stage.DONE
        return Stage.TAKEN if self.mandate.taken_by else Stage.WAITING


@dataclass(frozen=True, slots=True)
class Out:
    """Originals of one errand that are not back: which office has them, since when, is the case over."""

    row: RequestRow
    office: UnitCode
    documents: Sequence[DocumentReceipt]
    since: date
    until: date | None
    overdue: bool


def board(session: Session) -> Sequence[Errand]:
    """Every errand that wants doing: asked for, waiting for a helper, taken, or with originals to return."""
    mandates = _mandates(session)
    papers = _documents(session)
    state, request = tables.request_state, tables.RECORDS["Request"]
    beside = sa.and_(state.c.unit == request.c.unit, state.c.id == request.c.id)
    wanted = session.connection.execute(
        sa.select(request.c.unit, request.c.id)
        .select_from(request.join(state, beside))
        .where(
            state.c.status.in_(_OPEN),
            sa.or_(*(request.c.category.startswith(group, autoescape=True) for group in _GROUPS)),
        )
        .order_by(sa.func.coalesce(state.c.due_at, "9999"), request.c.id)
        .limit(MOST)
    ).all()
    ids = dict.fromkeys(
        [
            *(record for _, record in mandates),
            *(record for _, record in papers),
            *(bytes(row.id) for row in wanted),
        ]
    )
    made = [
        _errand(session, row, mandates.get(key), papers.get(key, ()))
        for row in caseload.with_ids(session, list(ids))
        for key in ((row.request.unit, row.request.id),)
        if row.state.outcome is not Outcome.MOVED
    ]
    return sorted(
        (one for one in made if one.stage is not Stage.DONE), key=lambda one: list(Stage).index(one.stage)
    )


def _mandates(session: Session) -> dict[tuple[UnitCode, RecordId], Mandate]:
    """The mandates that run, those of open requests in any case."""
    table, state = tables.RECORDS["Mandate"], tables.request_state
    found = session.connection.execute(
        sa.select(table)
        .join(state, sa.and_(state.c.unit == table.c.unit, state.c.id == table.c.id))
        .where(sa.or_(state.c.status.in_(_OPEN), table.c.id.in_(_with_originals())))
        .order_by(table.c.until, table.c.id)
        .limit(MOST)
    ).mappings()
    made = [tables.record_of(Mandate, row) for row in found]
    return {(one.unit, one.id): one for one in made}


def _with_originals() -> "sa.Select[tuple[bytes]]":
    table = tables.RECORDS["DocumentReceipt"]
    return sa.select(table.c.case).where(table.c.paper == str(Paper.ORIGINAL), table.c.back.is_(None))


def _documents(session: Session) -> dict[tuple[UnitCode, RecordId], list[DocumentReceipt]]:
    """The originals that are out, by their case."""
    table = tables.RECORDS["DocumentReceipt"]
    found = session.connection.execute(
        sa.select(table)
        .where(table.c.paper == str(Paper.ORIGINAL), table.c.back.is_(None))
        .order_by(table.c.id)
        .limit(MOST)
    ).mappings()
    made: dict[tuple[UnitCode, RecordId], list[DocumentReceipt]] = {}
    for one in (tables.record_of(DocumentReceipt, row) for row in found):
        made.setdefault((one.unit, one.case), []).append(one)
    return made


def _errand(
    session: Session, row: RequestRow, mandate: Mandate | None, documents: Sequence[DocumentReceipt]
) -> Errand:
    helper, mine = "", False
    if mandate is not None and mandate.taken_by:
        name = staff.name(session, mandate.taken_at, mandate.taken_by)
        mine = (mandate.taken_at, mandate.taken_by) == (session.unit, session.person.code)
        office = "" if mandate.taken_at == session.unit else units.short(session, mandate.taken_at)
        helper = f"{name} {office}".strip()
    return Errand(row, mandate, documents, helper, mine)


def originals_out(session: Session) -> Sequence[Out]:
    """Originals that are not returned yet, by errand, those of finished cases and the oldest first."""
    made = []
    papers, mandates = _documents(session), _mandates(session)
    for row in caseload.with_ids(session, [case for _, case in papers]):
        key = (row.request.unit, row.request.id)
        held = papers.get(key)
        if not held or row.state.outcome is Outcome.MOVED:
            continue
        mandate = mandates.get(key)
        until = mandate.until if mandate is not None else None
        office = (mandate.taken_at if mandate is not None else "") or row.request.unit
        ended = mandate is not None and mandate.ended_on is not None
        over = not row.state.open or ended or (until is not None and until < session.today)
        made.append(Out(row, office, held, min(one.handed_on for one in held), until, over))
    return sorted(made, key=lambda one: (not one.overdue, one.since))


def get(session: Session, ref: str | RecordId) -> Errand:
    """An errand with everything this book holds of it; a request without a mandate has none yet."""
    request = requests.find(session, ref)
    table = tables.RECORDS["DocumentReceipt"]
    found = session.connection.execute(
        sa.select(table).where(table.c.unit == request.unit, table.c.case == request.id).order_by(table.c.id)
    ).mappings()
    documents = [tables.record_of(DocumentReceipt, row) for row in found]
    rows_ = caseload.with_ids(session, [request.id])
    if not rows_:
        raise NotFound(
            tr("Request {number} waits for a correction before it can be worked on.").format(
                number=request.number
            ),
            next=tr("See the list of things to settle."),
        )
    return _errand(session, rows_[0], _mandate_of(session, request), documents)


def _mandate_of(session: Session, request: Request) -> Mandate | None:
    return rows.one(session.connection, Mandate, request.unit, request.id)


def save(session: Session, ref: str | RecordId, mandate: Mandate, opened: Mandate | None = None) -> Mandate:
    """Write the mandate of a request; what others wrote since the form was opened is not overwritten."""
    request = requests.find(session, ref)
    requests.require_here(session, request)
    if not mandate.may.strip():
        raise BadValue(
            "may",
            tr("The mandate does not say what the helper may do."),
            next=tr("Write it in a few words, or pick the service item."),
        )
    made = replace(mandate, unit=request.unit, id=request.id, may=mandate.may.strip())
    if opened is not None:
        made = onto_held(session, opened, made)
    wording.require(made, opened)
    journal.save(session, made)
    return made


def blank(session: Session, ref: str | RecordId, days: int = 30) -> Mandate:
    """The mandate that a form begins with: the first service of the category, a month from today."""
    request = requests.find(session, ref)
    service = next(iter(catalog.services_for(request.category)), None)
    return Mandate(
        unit=request.unit,
        id=request.id,
        way=ErrandWay.ON_BEHALF,
        service=service.code if service else "",
        may=service.may if service else "",
        given_on=session.today,
        until=date.fromordinal(session.today.toordinal() + days),
    )


def take(session: Session, ref: str | RecordId) -> Mandate:
    """Take an order from the board: this person does the errand."""
    _, mandate = _running(session, ref)
    if mandate.taken_by and not _is_mine(session, mandate):
        raise NotAllowed(
            tr("{who} has taken this order already.").format(
                who=staff.name(session, mandate.taken_at, mandate.taken_by)
            ),
            kept=tr("Nothing was changed."),
            next=tr("Choose another order, or ask for this one to be given back."),
        )
    if mandate.until < session.today:
        raise NotAllowed(
            tr("The mandate ran until {day}.").format(day=mandate.until.isoformat()),
            kept=tr("Nothing was changed."),
            next=tr("Have it renewed by the requester first."),
        )
    made = replace(mandate, taken_at=session.unit, taken_by=session.person.code, taken_on=session.today)
    journal.save(session, made)
    return made


def give_back(session: Session, ref: str | RecordId) -> Mandate:
    """Put an order back on the board, by whoever took it or the lead of an office that sees it."""
    _, mandate = _running(session, ref)
    if not mandate.taken_by:
        return mandate
    if mandate.taken_at != session.unit and not session.person.role.leads:
        raise NotAllowed(
            tr("{who} has taken this order already.").format(
                who=staff.name(session, mandate.taken_at, mandate.taken_by)
            ),
            kept=tr("Nothing was changed."),
            next=tr("Whoever took it gives it back, or the lead of the office."),
        )
    made = replace(mandate, taken_at="", taken_by="", taken_on=None)
    journal.save(session, made)
    return made


def _is_mine(session: Session, mandate: Mandate) -> bool:
    return (mandate.taken_at, mandate.taken_by) == (session.unit, session.person.code)


def _running(session: Session, ref: str | RecordId) -> tuple[Request, Mandate]:
    request = requests.find(session, ref)
    mandate = _mandate_of(session, request)
    if mandate is None:
        raise NotAllowed(
            tr("Request {number} has no mandate yet.").format(number=request.number),
            kept=tr("Nothing was changed."),
            next=tr("Write down first what the helper may do and until when."),
        )
    requests.require_here(session, request)
    if mandate.ended_on is not None:
        raise NotAllowed(
            tr("The mandate was ended on {day}.").format(day=mandate.ended_on.isoformat()),
            kept=tr("Nothing was changed."),
        )
    return request, mandate


def receive(
    session: Session, ref: str | RecordId, documents: Sequence[DocumentReceipt]
) -> Sequence[RecordId]:
    """Note documents that were handed over to the helper; returns their ids."""
    request, _ = _running(session, ref)
    made = [
        replace(
            one,
            unit=request.unit,
            id=session.new_id(),
            case=request.id,
            document=one.document.strip(),
        )
        for one in documents
    ]
    for one in made:
        if not one.document:
            raise BadValue(
                "document",
                tr("A document needs its name."),
                next=tr("Write what it is, for example “social card”."),
            )
        if one.handed_on > session.today:
            raise BadValue("handed_on", tr("The day of the hand-over lies in the future."))
        wording.require(one)
    journal.save(session, *made)
    return [one.id for one in made]


def put_back(
    session: Session,
    ref: str | RecordId,
    documents: Sequence[RecordId] = (),
    back: Back = Back.RETURNED,
    *,
    signed: bool = True,
    on: date | None = None,
) -> int:
    """Note that documents were given back, or handed in at the body; without ids all that are out."""
    errand = get(session, ref)
    day = on or session.today
    if day > session.today:
        raise BadValue("back_on", tr("The day of the return lies in the future."))
    chosen = [one for one in errand.documents if one.back is None and (not documents or one.id in documents)]
    if not chosen:
        raise NotFound(
            tr("None of these documents is still out."), next=tr("Look at the list of documents again.")
        )
    journal.save(
        session,
        *(
            replace(one, back=back, back_on=day, back_signed=signed and back is Back.RETURNED)
            for one in chosen
        ),
    )
    now = get(session, ref)
    over = not now.row.state.open and now.mandate is not None and now.mandate.ended_on is None
    if over and now.mandate is not None and all(one.back is not None for one in now.documents):
        # Everything is back and the case is over: from this day the retention of both counts.
        journal.save(session, replace(now.mandate, ended_on=day))
    return len(chosen)


def still_out(session: Session, ref: str | RecordId, document: RecordId) -> None:
    """Take the return of a document back: it was noted by mistake."""
    errand = get(session, ref)
    held = next((one for one in errand.documents if one.id == document), None)
    if held is None or held.back is None:
        raise NotFound(tr("This document is not noted as returned."))
    journal.save(session, replace(held, back=None, back_on=None, back_signed=False))
    if errand.mandate is not None and errand.mandate.ended_on == held.back_on:
        journal.save(session, replace(errand.mandate, ended_on=None))


def strike(session: Session, ref: str | RecordId, document: RecordId) -> None:
    """Take a document that was noted by mistake out of the list; undoing a deletion brings it back."""
    held = next((one for one in get(session, ref).documents if one.id == document), None)
    if held is None:
        raise NotFound(tr("There is no such document in this errand."))
    journal.delete(session, held, "")


def end(session: Session, ref: str | RecordId) -> Mandate:
    """End a mandate before its time; originals that are still out stay on the list until they are back."""
    _, mandate = _running(session, ref)
    made = replace(mandate, ended_on=max(session.today, mandate.given_on))
    journal.save(session, made)
    return made
