"""Lists of doors on disk: made, filled with what was agreed, struck off, gone at their end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa

from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.records import check_care
from gridbook.records.base import RecordId, local_day
from gridbook.records.request import Status
from gridbook.records.visit import VisitOutcome, VisitReason
from gridbook.records.worklist import (
    MOST_DOORS,
    PURPOSE_NAMES,
    ListDoor,
    Round,
    RoundDoor,
    WorkList,
)
from gridbook.store import care, contacts, journal, places, requests, rows, tables
from gridbook.store.session import Session

Listing = WorkList | Round
Item = ListDoor | RoundDoor
_ITEM: dict[type[Listing], type[Item]] = {WorkList: ListDoor, Round: RoundDoor}
_OF_ROUND = (str(VisitReason.POLICY), str(VisitReason.FACILITY))
BY_HAND, BY_VISIT, BY_CLOSING = "hand", "visit", "closed"


@dataclass(frozen=True, slots=True)
class Wish:
    """A door for a list: with a number it goes by that request."""

    building: RecordId
    door: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A door of a list with its place in words, and since when and by what it is struck off."""

    item: Item
    place: str
    struck_on: date | None
    struck_by: str
    title: str

    @property
    def open(self) -> bool:
        """Whether it is still to be done."""
        return self.struck_on is None


def name(listing: Listing) -> str:
    """What a list is called."""
    if isinstance(listing, Round):
        return " ".join(part for part in (tr(PURPOSE_NAMES[listing.purpose]), listing.title) if part)
    days = dict.fromkeys((f"{listing.starts_on:%m-%d}", f"{listing.ends_on:%m-%d}"))
    return " ".join(part for part in (" … ".join(days), listing.title) if part)


def save(session: Session, listing: Listing, wishes: Iterable[Wish] = ()) -> Listing:
    """Make a list with its doors, or change its title; a new one gets its id here."""
    made = listing if listing.id else replace(listing, unit=session.unit, id=session.new_id())
    check_care.listing(made, session.today)
    journal.save(session, made, checked=True)
    add(session, made, wishes)
    return made


def add(session: Session, listing: Listing, wishes: Iterable[Wish]) -> Sequence[Item]:
    """Put doors on a list; one that is on it already is not put there twice."""
    cls = _ITEM[type(listing)]
    there = {(row.building, row.door, getattr(row, "number", "")) for row in _items(session, listing)}
    made: list[Item] = []
    for wish in wishes:
        key = (wish.building, wish.door, wish.number if cls is ListDoor else "")
        if key in there:
            continue
        there.add(key)
        places.require_door(session, wish.building, wish.door)
        made.append(_item(session, listing, wish))
    if len(there) > MOST_DOORS:
        raise BadValue(
            "doors",
            tr("A list has at most {most} doors.").format(most=MOST_DOORS),
            next=tr("Make one list for each building or part of the estate."),
        )
    journal.save(session, *made)
    return made


def _item(session: Session, listing: Listing, wish: Wish) -> Item:
    if isinstance(listing, Round):
        return RoundDoor(
            unit=listing.unit,
            id=session.new_id(),
            listed=listing.id,
            building=wish.building,
            door=wish.door,
            ends_on=listing.ends_on,
        )
    return ListDoor(
        unit=listing.unit,
        id=session.new_id(),
        listed=listing.id,
        building=wish.building,
        door=wish.door,
        number=wish.number,
        ends_on=listing.ends_on,
    )


def strike(session: Session, item: Item, *, done: bool = True) -> None:
    """Strike a door off by hand, or put it back on the list."""
    journal.save(session, replace(item, struck_on=session.today if done else None))


def take_off(session: Session, item: Item) -> None:
    """Take a door from a list on which it should not be."""
    journal.delete(session, item, "taken off")


def remove(session: Session, listing: Listing) -> None:
    """Remove a whole list before its end; fetched back from the bin it has its doors again."""
    journal.delete(session, listing, "list removed")


def of_kind(session: Session, cls: type[Listing]) -> Sequence[Listing]:
    """The entry lists, or the rounds, that are not over yet, the one that ends first on top."""
    table = tables.RECORDS[cls.__name__]
    found = session.connection.execute(
        sa.select(table)
        .where(table.c.ends_on >= session.today.isoformat())
        .order_by(table.c.starts_on, table.c.ends_on, table.c.id)
    ).mappings()
    return [tables.record_of(cls, row) for row in found]


def doors(session: Session, listing: Listing) -> Sequence[ItemRow]:
    """The doors of a list, those still to be done on top, each in the order of its address."""
    known, items = places.known(session), _items(session, listing)
    visited = _visited(session, listing)
    told = _requests(session, {item.number for item in items if isinstance(item, ListDoor) and item.number})
    found = []
    for item in items:
        title, closed_on = told.get(getattr(item, "number", ""), ("", None))
        if item.struck_on is not None:
            struck: tuple[date | None, str] = (item.struck_on, BY_HAND)
        elif closed_on is not None:
            struck = (closed_on, BY_CLOSING)
        elif not getattr(item, "number", "") and (item.building, item.door) in visited:
            struck = (visited[item.building, item.door], BY_VISIT)
        else:
            struck = (None, "")
        found.append(ItemRow(item, known.text(item.building, item.door), *struck, title))
    return sorted(found, key=lambda row: (not row.open, *_in_order(row)))


def _in_order(row: ItemRow) -> tuple[bytes, int, str]:
    return (row.item.building, len(row.item.door), row.item.door)


def agreed(session: Session, day: date) -> Sequence[Wish]:
    """The doors where this desk is expected on a day: promised contacts, dates of requests, care contacts."""
    request, held, state = tables.RECORDS["Request"], tables.RECORDS["Particulars"], tables.request_state
    found = session.connection.execute(
        sa.select(held.c.building, held.c.door, request.c.number)
        .join(request, rows.beside("Request", "Particulars"))
        .join(state, sa.and_(state.c.unit == request.c.unit, state.c.id == request.c.id))
        .where(
            request.c.agreed_on == day.isoformat(),
            held.c.door != "",
            state.c.lead == session.unit,
            state.c.status != str(Status.CLOSED),
        )
        .order_by(request.c.number)
    ).all()
    wishes = [Wish(bytes(row.building), row.door, row.number) for row in found]
    wishes += [Wish(one.building, one.door) for one in contacts.due(session, day) if one.agreed_on == day]
    wishes += [Wish(row.care.building, row.care.door) for row in care.due(session, day)]
    there = {(one.building, one.door) for one in wishes if one.number}
    plain = {(one.building, one.door): one for one in wishes if not one.number}
    return [one for one in wishes if one.number] + [one for key, one in plain.items() if key not in there]


def erase_door(session: Session, building: RecordId, door: str, reason: str) -> int:
    """Erase a door from every list on which it stands."""
    erased = 0
    for cls in (ListDoor, RoundDoor):
        table = tables.RECORDS[cls.__name__]
        for row in session.connection.execute(
            sa.select(table.c.unit, table.c.id).where(table.c.building == building, table.c.door == door)
        ).all():
            erased += journal.erase(session, cls.__name__, row.unit, bytes(row.id), reason)
    return erased


def _items(session: Session, listing: Listing) -> Sequence[Item]:
    cls = _ITEM[type(listing)]
    table = tables.RECORDS[cls.__name__]
    found = session.connection.execute(
        sa.select(table).where(table.c.unit == listing.unit, table.c.listed == listing.id)
    ).mappings()
    return [tables.record_of(cls, row) for row in found]


def _visited(session: Session, listing: Listing) -> dict[tuple[RecordId, str], date]:
    """The doors of a list at which somebody was while it ran, each with the first day."""
    table = tables.RECORDS[_ITEM[type(listing)].__name__]
    visit, details = tables.RECORDS["Visit"], tables.RECORDS["VisitDetails"]
    there = [
        table.c.unit == listing.unit,
        table.c.listed == listing.id,
        visit.c.visited_on >= listing.starts_on.isoformat(),
        visit.c.visited_on <= listing.ends_on.isoformat(),
        visit.c.outcome != str(VisitOutcome.RESCHEDULED),
    ]
    if isinstance(listing, Round):
        there.append(visit.c.reason.in_(_OF_ROUND))
    found = session.connection.execute(
        sa.select(table.c.building, table.c.door, sa.func.min(visit.c.visited_on).label("day"))
        .join(details, sa.and_(details.c.building == table.c.building, details.c.door == table.c.door))
        .join(visit, rows.beside("Visit", "VisitDetails"))
        .where(*there)
        .group_by(table.c.building, table.c.door)
    )
    return {(bytes(row.building), row.door): date.fromisoformat(row.day) for row in found}


def _requests(session: Session, named: set[str]) -> dict[str, tuple[str, date | None]]:
    """By number the title of a request, and the day on which it was closed."""
    request, held, state = tables.RECORDS["Request"], tables.RECORDS["Particulars"], tables.request_state
    found = session.connection.execute(
        sa.select(request.c.number, held.c.title, state.c.state)
        .join(state, sa.and_(state.c.unit == request.c.unit, state.c.id == request.c.id))
        .outerjoin(held, rows.beside("Particulars", "Request"))
        .where(request.c.number.in_(sorted(named)))
    )
    told: dict[str, tuple[str, date | None]] = {}
    for row in found:
        closed: datetime | None = requests.read_state(row.state).closed_at
        told[row.number] = (row.title or "", None if closed is None else local_day(closed))
    return told
