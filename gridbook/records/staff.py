"""People at desks: their names and the closed list of roles."""

from enum import StrEnum

from gridbook.i18n import N_
from gridbook.records.base import FOREVER, Reach, Record, record, shown
from gridbook.records.place import Level


class Role(StrEnum):
    """What a person at a desk may do; the list is closed."""

    GRID_WORKER = "grid worker"
    COMMUNITY_DESK = "community desk"
    COMMUNITY_LEAD = "community lead"
    SUBDISTRICT_DESK = "subdistrict desk"
    SUBDISTRICT_LEAD = "subdistrict lead"
    AUDITOR = "auditor"

    @property
    def level(self) -> Level:
        """The desk at which this role sits."""
        return (
            Level.GRID
            if self is Role.GRID_WORKER
            else (
                Level.COMMUNITY if self in (Role.COMMUNITY_DESK, Role.COMMUNITY_LEAD) else Level.SUBDISTRICT
            )
        )

    @property
    def leads(self) -> bool:
        """Whether the role decides for its office."""
        return self in (Role.COMMUNITY_LEAD, Role.SUBDISTRICT_LEAD)


ROLE_NAMES = {
    Role.GRID_WORKER: N_("Grid worker"),
    Role.COMMUNITY_DESK: N_("Community desk"),
    Role.COMMUNITY_LEAD: N_("Community lead"),
    Role.SUBDISTRICT_DESK: N_("Subdistrict desk"),
    Role.SUBDISTRICT_LEAD: N_("Subdistrict lead"),
    Role.AUDITOR: N_("Auditor"),
}

FIRST_ROLE = {
    Level.GRID: Role.GRID_WORKER,
    Level.COMMUNITY: Role.COMMUNITY_LEAD,
    Level.SUBDISTRICT: Role.SUBDISTRICT_LEAD,
}
"""The role of the person who makes a new book."""


@record(N_("Person at a desk"), reach=Reach.DOWN, keep=FOREVER)
class Staff(Record):
    """A person who works at a desk; `code` is what ops carry, unique inside the unit."""

    code: str = shown(N_("Staff code"), longest=8)
    name: str = shown(N_("Full name"), longest=20)
    role: Role = shown(N_("Role"))
    left: bool = shown(N_("No longer here"), default=False)
