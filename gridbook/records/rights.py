"""Who may write what: the same answer at every station, from the op and its author alone."""

from collections.abc import Mapping
from enum import StrEnum

from gridbook.records.base import Reach, UnitCode
from gridbook.records.place import Level, holds, is_within, level_of
from gridbook.records.request import ONLY_MOVING, Action
from gridbook.records.staff import Role


class Kind(StrEnum):
    """What an op does to its record."""

    CREATE = "create"
    SET = "set"
    EVENT = "event"
    DELETE = "delete"
    UNDELETE = "undelete"
    ALIAS = "alias"
    RESOLVE = "resolve"
    ERASE = "erase"


_ALL = frozenset(Level)
_OFFICES = frozenset({Level.COMMUNITY, Level.SUBDISTRICT})
_TOP = frozenset({Level.SUBDISTRICT})

EVENT_LEVELS: Mapping[Action, frozenset[Level]] = {
    Action.ACCEPT: _ALL,
    Action.DECLINE: _OFFICES,
    Action.SETTLE: _ALL,
    Action.ASSIGN: _OFFICES,
    Action.SIGN: _ALL,
    Action.RETURN: _ALL,
    Action.ESCALATE: _ALL,
    Action.TRANSFER: _OFFICES,
    Action.REFER: _OFFICES,
    Action.CO_HANDLE: _OFFICES,
    Action.SUSPEND: _ALL,
    Action.RESUME: _ALL,
    Action.EXTEND: _OFFICES,
    Action.URGE: _OFFICES,
    Action.SUPERVISE: _TOP,
    Action.WITHDRAW: _ALL,
    Action.MERGE: _ALL,
    Action.RESOLVE: _ALL,
    Action.FEED_BACK: _ALL,
    Action.FOLLOW_UP: _ALL,
    Action.REOPEN: _ALL,
    Action.CLOSE: _ALL,
    Action.HAND_OVER: _OFFICES,
    Action.CONTINUE: _OFFICES,
    Action.FROM_REGISTER: _ALL,
}
"""At which desks an event may be recorded."""

LEAD_EVENTS = frozenset({Action.EXTEND, Action.SUPERVISE, Action.DECLINE, *ONLY_MOVING})
"""Events that only the lead of an office records."""

OWN_ONLY = frozenset({"Visit", "VisitDetails", "VisitNote"})
"""Classes that only the unit itself writes; offices above read them."""

HANDED_OVER = frozenset({"HandOver"})
"""Classes that an office above writes, and in which the unit itself only signs."""

HERE_ONLY = frozenset({"VisitNote"})
"""Classes that never leave the unit's own book."""


BY_CONSENT = frozenset({"CareContact", "EmergencyContact"})
"""Classes that rest on a consent alone: whoever is told that it is withdrawn erases them at once."""


def may_write(author: UnitCode, unit: UnitCode, reach: Reach) -> bool:
    """Whether ops of that author belong into the stream (unit, reach) at all."""
    if author == unit:
        return True
    if reach in (Reach.DOWN, Reach.HERE):
        return False
    return is_within(unit, author) and holds(author, unit, reach)


def may_move(author: UnitCode, unit: UnitCode) -> bool:
    """Whether an office may hand over what lies in a unit's streams: one above it, never the unit itself."""
    return author != unit and is_within(unit, author)


def may_do(
    author: UnitCode, unit: UnitCode, record_class: str, kind: Kind, action: Action | None = None
) -> bool:
    """Whether an office of the author's level may do this; otherwise the op is kept and not folded."""
    if kind is Kind.EVENT:
        return record_class == "Request" and action is not None and level_of(author) in EVENT_LEVELS[action]
    if kind is Kind.ERASE:
        # What never leaves a grid's book, nobody but the grid can erase; a consent is withdrawn at its desk.
        return level_of(author) in _OFFICES or (author == unit and record_class in HERE_ONLY | BY_CONSENT)
    if record_class in HANDED_OVER and kind in (Kind.CREATE, Kind.SET, Kind.DELETE, Kind.UNDELETE):
        return author == unit if kind is Kind.SET else may_move(author, unit)
    # An alias only says of two records that they are one matter; everything else would change what was seen.
    if record_class in OWN_ONLY and kind is not Kind.ALIAS:
        return author == unit
    return True


def may_role(role: Role, unit: UnitCode, record_class: str, kind: Kind, action: Action | None = None) -> bool:
    """Whether a person of that role may do it at the desk of `unit`; each store asks for its own people."""
    if role is Role.AUDITOR:
        return False
    if role.level is not level_of(unit):
        return False
    if kind is Kind.ERASE:
        return role.leads or record_class in HERE_ONLY | BY_CONSENT
    if kind is Kind.EVENT and action in LEAD_EVENTS:
        return role.leads
    if record_class in HANDED_OVER and kind is not Kind.SET:
        return role.leads
    if record_class in ("Staff", "Unit"):
        return role.leads or role is Role.GRID_WORKER
    if record_class in ("Holiday", "OfficeHours"):
        return role.leads
    return True
