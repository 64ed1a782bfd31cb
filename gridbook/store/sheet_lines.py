"""Sheets of visits keyed in line by line: the lines of a printed sheet, and what becomes of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
import sqlalchemy as sa

from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.records import lines
from gridbook.records.base import RecordId
from gridbook.records.lines import Line
from gridbook.records.visit import Attempt, Mode
from gridbook.store import drafts, numbers, places, preferences, prints, tables, visits
from gridbook.store.session import Session

FORM, BATCH = "visit", "visit lines"
"""The form that a printed number opens, and the draft of a page of lines."""
LISTING = ("P2", "P3")
"""The sheets on which there are many visits."""
WITHOUT_A_DOOR = (Mode.PHONE, Mode.STATION, Mode.ACTIVITY)


@dataclass(frozen=True, slots=True)
class Printed:
    """One line of a printed sheet that was not keyed in yet; the door stands there for a list of doors."""

    number: str
    record: RecordId
    door: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a line; there is no visit where nobody was in."""

    place: str
    number: str = ""
    visit: RecordId | None = None


@dataclass(frozen=True, slots=True)
class Twin:
    """The visit that a line perhaps is already."""

    number: str


def of_sheet(session: Session, typed: str, size: int) -> Sequence[Printed]:
    """The open lines of the printed sheet on which this number stands; a sheet has `size` of them."""
    number = numbers.read(typed)
    table = tables.printed
    own = session.connection.execute(
        sa.select(table)
        .where(table.c.number.startswith(number or "-", autoescape=True), table.c.sheet.in_(LISTING))
        .order_by(table.c.id)
    ).first()
    if own is None:
        return ()
    job = session.connection.execute(
        sa.select(table.c.number, table.c.keyed_in)
        .where(table.c.sheet == own.sheet, table.c.printed_at == own.printed_at, table.c.by == own.by)
        .order_by(table.c.id)
    ).all()
    at = [row.number for row in job].index(own.number) // size * size
    wanted = [row.number for row in job[at : at + size] if not row.keyed_in]
    draft = tables.draft
    held = {
        row.key: msgspec.json.decode(row.fields)
        for row in session.connection.execute(
            sa.select(draft.c.key, draft.c.fields).where(draft.c.form == FORM, draft.c.key.in_(wanted))
        )
    }
    return [
        Printed(one, bytes.fromhex(held[one]["id"]), str(held[one].get("door", "")))
        for one in wanted
        if one in held
    ]


def keep(session: Session, line: Line, printed: Printed | None = None, *, twin: bool = False) -> Kept | Twin:
    """Write one line down as a visit; `twin` says that it is another one than the one found there."""
    at = None
    if line.door:
        found = places.resolve(session, line.door)
        at = (found.building.id, found.door)
    entry = lines.entry(line, session.unit, at, session.today)
    if at is None and entry.visit.mode not in WITHOUT_A_DOOR:
        raise BadValue("door", tr("Which door was it?"))
    if at is not None and not twin:
        for other in visits.alike(session, *at, entry.visit.visited_on):
            if (other.visit.part, other.visit.reason) == (entry.visit.part, entry.visit.reason):
                return Twin(other.visit.number)
    if printed is not None:
        entry = replace(entry, visit=replace(entry.visit, id=printed.record, number=printed.number))
    saved = visits.save(session, entry)
    if printed is not None:
        prints.come_back(session, FORM, printed.number)
    for name in ("reason", "mode", "outcome"):
        preferences.keep(session, f"visit {name}", str(getattr(entry.visit, name)))
    place = "" if at is None else places.known(session).at(*at).text
    if isinstance(saved, Attempt):
        return Kept(place)
    return Kept(place, saved.visit.number, saved.visit.id)


def done(session: Session, left: Sequence[str]) -> None:
    """A sheet was keyed in whole: lines on which nothing stood are waited for no longer."""
    for number in left:
        prints.come_back(session, FORM, number)
    drafts.drop(session, BATCH)


def take_back(session: Session, kept: Sequence[RecordId]) -> int:
    """Undo lines that were kept; each visit lies in the bin."""
    for one in kept:
        visits.undo(session, one)
    return len(kept)
