"""One thing that was written too late for a hand-over, as the tray shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gridbook.i18n import N_
from gridbook.records.base import RecordId, UnitCode

EVENT, CHANGED, DELETED, FETCHED, ADDED, PLACED, VISITED = (
    "event",
    "changed",
    "deleted",
    "fetched back",
    "added",
    "request at a moved place",
    "visit at a moved place",
)
KIND_NAMES = {
    EVENT: N_("Done in the old grid"),
    CHANGED: N_("Changed in the old grid"),
    DELETED: N_("Deleted in the old grid"),
    FETCHED: N_("Fetched back in the old grid"),
    ADDED: N_("Added in the old grid"),
    PLACED: N_("Registered at a place that has moved"),
    VISITED: N_("Visit at a place that has moved"),
}


@dataclass(frozen=True, slots=True)
class Returned:
    """One thing the old grid wrote without knowing of the hand-over."""

    id: str
    kind: str
    class_name: str
    unit: UnitCode
    record: RecordId
    number: str
    now: str
    giver: str
    receiver: str
    person: str
    at: datetime
    what: str
    values: Mapping[str, str]

    @property
    def goes_on(self) -> bool:
        """Whether it can be carried over; a visit stays in the book of the grid that made it."""
        return self.kind != VISITED
