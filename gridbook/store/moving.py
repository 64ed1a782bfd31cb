"""Work handed over from one grid to another: listed, signed for, and nothing of it counted twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from gridbook.errors import BadValue, GridbookError, NotAllowed, NotFound
from gridbook.i18n import tr
from gridbook.records.base import CLASSES, Reach, Record, RecordId, UnitCode, instant_of
from gridbook.records.check import MOST_IN_LIST
from gridbook.records.given import Past, past_text
from gridbook.records.moving import HandOver
from gridbook.records.place import Building, Estate, Level, is_within, level_of, parent_of
from gridbook.records.request import Action, Outcome, Particulars, Reason, Request, Status
from gridbook.records.rights import Kind, may_do, may_role, may_write
from gridbook.records.steps import REASONS, REASONS_FOR
from gridbook.store import (
    audit,
    care,
    caseload,
    duplicates,
    journal,
    numbers,
    places,
    requests,
    rows,
    tables,
    units,
)
from gridbook.store.caseload import RequestRow
from gridbook.store.fold import MOVED
from gridbook.store.session import Session

SHARES_THE_ID = ("Particulars", "Contact", "Mandate")
OF_A_CASE = tuple(name for name, rule in CLASSES.items() if any(one.name == "case" for one in rule.fields))
"""Classes of which a case has many; each names it as `case`."""
MOST_EVENTS = 100
"""So many earlier events one op carries along."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A case under the number it had and the one under which it goes on."""

    was: Request
    now: Request


@dataclass(frozen=True, slots=True)
class Left:
    """A case that was not handed over, and why."""

    number: str
    error: GridbookError


@dataclass(frozen=True, slots=True)
class Done:
    """What a hand-over came to: its lists, what moved, and what did not and why."""

    records: Sequence[HandOver]
    moved: Sequence[Moved]
    left: Sequence[Left]


def may_arrange(session: Session) -> bool:
    """Whether this person at this desk hands work over from grid to grid."""
    role = session.person.role
    return level_of(session.unit) is not Level.GRID and may_role(
        role, session.unit, "Request", Kind.EVENT, Action.HAND_OVER
    )


def grids(session: Session) -> Sequence[tuple[UnitCode, str, int]]:
    """The grids below this office, each with its name and how many cases of it are not closed."""
    state = tables.request_state
    found = session.connection.execute(
        sa.select(state.c.unit, sa.func.count())
        .where(state.c.status != str(Status.CLOSED))
        .group_by(state.c.unit)
    )
    counts: dict[UnitCode, int] = {unit: count for unit, count in found}
    codes = {*units.within(session), *counts}
    below = sorted(code for code in codes if level_of(code) is Level.GRID and is_within(code, session.unit))
    return [(code, units.name(session, code), counts.get(code, 0)) for code in below]


def open_cases(session: Session, unit: UnitCode) -> Sequence[RequestRow]:
    """Every case of a grid that is not closed, whoever has it in hand; the one due first at the top."""
    return [one for one in _cases(session, unit) if not _stands_elsewhere(session, one.request)]


def _cases(session: Session, unit: UnitCode) -> Sequence[RequestRow]:
    state = tables.request_state
    found = session.connection.execute(
        sa.select(state.c.id)
        .where(state.c.unit == unit, state.c.status != str(Status.CLOSED))
        .order_by(sa.func.coalesce(state.c.due_at, "9999"), state.c.id)
    )
    return caseload.with_ids(session, [bytes(row.id) for row in found])


def _stands_elsewhere(session: Session, request: Request) -> bool:
    """Whether another case of the same grid stands for this one; it goes along with that."""
    master = duplicates.master_of(session, request.id)
    held = None if master == request.id else duplicates.request(session, master)
    return held is not None and held.unit == request.unit


def cases(session: Session, refs: Sequence[str | RecordId], to: UnitCode, reason: Reason) -> Done:
    """Hand chosen cases over to another grid; what cannot go is said, and the rest goes."""
    found: list[Request] = []
    left: list[Left] = []
    for ref in dict.fromkeys(refs):
        try:
            found.append(requests.find(session, ref))
        except NotFound as error:
            left.append(Left(ref if isinstance(ref, str) else ref.hex(), error))
    givers = {one.unit for one in found}
    if len(givers) > 1:
        raise BadValue(
            "numbers",
            tr("These cases belong to different grids."),
            next=tr("Hand over the cases of one grid at a time."),
        )
    for giver in givers:
        return _arrange(session, giver, to, reason, found, left)
    return Done((), (), left)


def grid(session: Session, giver: UnitCode, to: UnitCode, reason: Reason) -> Done:
    """Hand every case of a grid that is not closed over to another grid."""
    named = [one.request for one in open_cases(session, giver)]
    return _arrange(session, giver, to, reason, named, [])


def estate(session: Session, estate_id: RecordId, to: UnitCode, reason: Reason) -> Done:
    """Hand an estate with its buildings and open cases over; its doors resolve in the other grid then."""
    known = places.known(session)
    held = known.estates.get(estate_id)
    if held is None or held.id in known.gone:
        raise NotFound(
            tr("This estate is not in the book."), next=tr("Pick one from the list, or add it under Doors.")
        )
    giver = held.unit
    require_between(session, giver, to, reason)
    buildings = [one for one in known.buildings.values() if one.estate == held.id and one.unit == giver]
    named = [row.request for row in open_cases(session, giver) if _lies_in(row, held, buildings)]
    made = _arrange(session, giver, to, reason, named, [], (held.name,))
    addresses: list[Estate | Building] = [held, *buildings]
    for building in buildings:
        care.hand_over(session, building.id, giver, to)
    for one in addresses:
        move_address(session, one, to)
    return made


def _lies_in(row: RequestRow, estate: Estate, buildings: Sequence[Building]) -> bool:
    building = row.particulars.building if row.particulars else None
    return row.request.estate == estate.id or building in {one.id for one in buildings}


def move_address(session: Session, held: Estate | Building, to: UnitCode) -> None:
    """Write an address for another unit and close it for the one it leaves."""
    there = rows.one(session.connection, type(held), to, held.id)
    if there is not None:
        # It was there before, and is there again.
        journal.alias(session, there, {MOVED: b""}, "")
    copy(session, held, unit=to)
    close(session, held, held.id)


def _arrange(
    session: Session,
    giver: UnitCode,
    to: UnitCode,
    reason: Reason,
    named: Sequence[Request],
    left: list[Left],
    addresses: Sequence[str] = (),
) -> Done:
    require_between(session, giver, to, reason)
    moved: list[Moved] = []
    for one in named:
        try:
            _require_movable(session, one)
        except GridbookError as error:
            left.append(Left(one.number, error))
        else:
            moved.append(_move(session, one, to, reason))
    blank = HandOver(
        unit=to,
        id=session.new_id(),
        giver=giver,
        office=session.unit,
        handed_at=whole_second(session),
        reason=reason,
    )
    records = [
        replace(
            blank,
            id=session.new_id(),
            numbers=tuple(one.now.number for one in part),
            were=tuple(one.was.number for one in part),
        )
        for part in (moved[n : n + MOST_IN_LIST] for n in range(0, len(moved), MOST_IN_LIST))
    ]
    if addresses:
        first = records[0] if records else blank
        records = [replace(first, places=tuple(addresses)), *records[1:]]
    journal.save(session, *records)
    if records:
        audit.note(session, "hand over", f"{giver} → {to}", str(reason))
    return Done(records, moved, left)


def require_between(session: Session, giver: UnitCode, to: UnitCode, reason: Reason) -> None:
    """Refuse a hand-over that this office cannot or may not arrange."""
    for unit in (giver, to):
        if level_of(unit) is not Level.GRID or not is_within(unit, session.unit) or unit == session.unit:
            raise NotAllowed(
                tr("Work is handed over between grids below this office; {unit} is none.").format(
                    unit=units.name(session, unit)
                ),
                kept=tr("Nothing was changed."),
            )
    if giver == to:
        raise BadValue("to", tr("The grid has these cases already."), next=tr("Choose another grid."))
    if parent_of(giver) == parent_of(to) != session.unit:
        raise NotAllowed(
            tr("Both grids belong to {office}, which hands over between them.").format(
                office=units.name(session, to[:-3])
            ),
            kept=tr("Nothing was changed."),
            next=tr("Ask its lead to do it."),
        )
    if reason not in REASONS_FOR[Action.HAND_OVER]:
        known = "、".join(f"{one}（{tr(REASONS[one])}）" for one in REASONS_FOR[Action.HAND_OVER])
        raise BadValue("reason", tr("A hand-over needs one of these reasons: {known}.").format(known=known))


def _require_movable(session: Session, request: Request) -> None:
    state = requests.state_of(session, request)
    if state.outcome is Outcome.MOVED:
        raise NotAllowed(
            tr("Request {number} was handed over already; it goes on as {into}.").format(
                number=request.number, into=state.into
            ),
            kept=tr("Nothing was changed."),
        )
    if state.status is Status.CLOSED:
        raise NotAllowed(
            tr("Request {number} is closed; closed cases stay where they are.").format(number=request.number),
            kept=tr("Nothing was changed."),
        )
    if _disputed(session, request):
        raise NotAllowed(
            tr("About request {number} two offices wrote different things.").format(number=request.number),
            kept=tr("It was not handed over."),
            next=tr("Settle it under “To settle” first."),
        )


def _disputed(session: Session, request: Request) -> bool:
    table = tables.finding
    named = [request.id, *(one.id for one in of_case(session, request))]
    return (
        session.connection.execute(
            sa.select(table.c.record)
            .where(table.c.record.in_(named), table.c.unit == request.unit, table.c.kind == "conflict")
            .limit(1)
        ).first()
        is not None
    )


def _move(session: Session, was: Request, to: UnitCode, reason: Reason) -> Moved:
    made = session.new_id()
    now = replace(was, unit=to, id=made, number=numbers.issue(session, made))
    journal.save(session, now, checked=True)
    _tell_so_far(session, was, now)
    family = [one for one in duplicates.joined_with(session, was.id).get(was.id, ()) if one.id != was.id]
    stands = duplicates.master_of(session, was.id)
    along = [one for one in family if one.unit == was.unit and not _closed(session, one)]
    for one in (was, *along):
        given = {"to": to, "into": now.number, "reason": reason}
        journal.event(session, one.unit, one.id, Action.HAND_OVER, given)
    _take_along(session, was, now)
    for one in along:
        for held in of_case(session, one):
            close(session, held, held.id)
    for one in (was, *along):
        said = {duplicates.PAIR: now.id, duplicates.MASTER: now.id, MOVED: now.id}
        journal.alias(session, one, said, str(reason))
    if stands != was.id and stands not in {one.id for one in along}:
        # It was one matter with a case of another grid, and stays so.
        journal.alias(session, now, {duplicates.PAIR: stands, duplicates.MASTER: stands}, str(reason))
    for one in family:
        earlier = requests.handed_over_as(session, one) and one not in along
        if earlier and may_write(session.unit, one.unit, Reach.SUBDISTRICT):
            # A grid that gets its case back sees one matter, though it never held what lay between.
            journal.alias(session, one, {duplicates.PAIR: now.id, duplicates.MASTER: now.id}, str(reason))
    return Moved(was, now)


def _closed(session: Session, request: Request) -> bool:
    return requests.state_of(session, request).status is Status.CLOSED


def _tell_so_far(session: Session, was: Request, now: Request) -> None:
    """The life of a request goes on where it stands: what happened comes along, with its own instants."""
    told = [past_text(one) for one in _events(session, was)]
    for start in range(0, max(1, len(told)), MOST_EVENTS):
        part = tuple(told[start : start + MOST_EVENTS])
        given = {"from": was.unit, "was": was.number, **({"so_far": part} if part else {})}
        journal.event(session, now.unit, now.id, Action.CONTINUE, given)


def _events(session: Session, request: Request) -> Iterator[Past]:
    told = tables.request_event
    for row in session.connection.execute(
        sa.select(told)
        .where(told.c.unit == request.unit, told.c.request == request.id, told.c.standing == "counts")
        .order_by(told.c.n)
    ):
        given = msgspec.json.decode(row.given)
        given.pop("so_far", None)
        yield Past(bytes(row.id), Action(row.action), instant_of(row.at), row.by_unit, given)


def _take_along(session: Session, was: Request, now: Request) -> None:
    """Whatever this office holds of the case is written for the new grid, and closed for the old one."""
    _take_address(session, was, now)
    for held in of_case(session, was):
        take_along(session, held, now)


def take_along(session: Session, held: Record, now: Request) -> None:
    """Write one record of a case for the new grid under the new case, and close the old one."""
    if type(held).__name__ in SHARES_THE_ID:
        copy(session, held, unit=now.unit, id=now.id)
        close(session, held, now.id)
    elif may_do(session.unit, now.unit, type(held).__name__, Kind.CREATE):
        copy(session, held, unit=now.unit, case=now.id)
        close(session, held, held.id)


def of_case(session: Session, request: Request) -> Sequence[Record]:
    """Everything this book holds about a request besides its facts."""
    shared = [
        rows.one(session.connection, CLASSES[name].record, request.unit, request.id) for name in SHARES_THE_ID
    ]
    many = [one for name in OF_A_CASE for one in _of_case(session, name, request)]
    return [*(one for one in shared if one is not None), *many]


def copy(session: Session, held: Record, **where: Any) -> None:
    """Write a record as it is for another unit; what a validator disliked goes along with its mark."""
    journal.save(session, replace(held, **where), checked=True)


def close(session: Session, held: Record, goes_on: RecordId) -> None:
    """Say of an old record that it goes on elsewhere; what is still written in it comes back to the tray."""
    journal.alias(session, held, {MOVED: goes_on}, "")


def _of_case(session: Session, name: str, request: Request) -> list[Record]:
    table = tables.RECORDS[name]
    found = session.connection.execute(
        sa.select(table).where(table.c.unit == request.unit, table.c.case == request.id).order_by(table.c.id)
    ).mappings()
    return [tables.record_of(CLASSES[name].record, row) for row in found]


def _take_address(session: Session, was: Request, now: Request) -> None:
    """The new grid has to know where the door is: the address comes along under its own id."""
    known = places.known(session)
    held = rows.one(session.connection, Particulars, was.unit, was.id)
    building = known.buildings.get((held.building if held else None) or b"")
    estate = known.estates.get((building.estate if building else was.estate) or b"")
    for one in (estate, building):
        if one is not None and rows.one(session.connection, type(one), now.unit, one.id) is None:
            copy(session, one, unit=now.unit)


def whole_second(session: Session) -> datetime:
    """The present instant as records keep it."""
    return session.now().replace(microsecond=0)
