"""What the form of a visit asks the book: to save it, what was remembered, what there is at a door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gridbook.records.base import RecordId
from gridbook.records.place import Place
from gridbook.records.visit import Attempt, VisitEntry
from gridbook.store import caseload, drafts, places, preferences, prints, visits
from gridbook.store.session import Session
from gridbook.store.visits import VisitRow

FORM = "visit"
STICKY = ("reason", "mode", "outcome", "companion")


@dataclass(frozen=True, slots=True)
class AtDoor:
    """What is shown beside a door that was typed: its open cases, and what was kept there that day."""

    cases: Sequence[caseload.RequestRow]
    that_day: Sequence[VisitRow]


def save(session: Session, entry: VisitEntry) -> VisitEntry | Attempt:
    """The visit, the values that stay for the next one, and the end of the draft, in one transaction."""
    saved = visits.save(session, entry)
    sticky = {
        "reason": str(entry.visit.reason),
        "mode": str(entry.visit.mode),
        "outcome": str(entry.visit.outcome),
        "companion": entry.details.companion,
    }
    for name, value in sticky.items():
        preferences.keep(session, f"visit {name}", value)
    drafts.drop(session, FORM)
    if entry.visit.number:
        prints.come_back(session, FORM, entry.visit.number)
    return saved


def remembered(session: Session) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    """The values that stay from visit to visit, and the form as it was left."""
    sticky = {name: preferences.value(session, f"visit {name}") for name in STICKY}
    draft = drafts.get(session, FORM)
    return sticky, None if draft is None else draft.fields


def place(session: Session, building: RecordId, door: str) -> Place:
    """A door that was clicked elsewhere."""
    found = places.known(session).at(building, door)
    if found is None:
        raise places.no_building()
    return found


def at_door(session: Session, building: RecordId, door: str, day: date) -> AtDoor:
    """The open cases at a door, and the visits there on a day: perhaps this one is written down already."""
    cases = [row for row in caseload.of_door(session, building, door) if row.state.open]
    return AtDoor(cases, visits.alike(session, building, door, day))
