"""Values in words: what a field holds, as people read it in lists, histories and conflicts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from gridbook import catalog
from gridbook.i18n import N_, tr
from gridbook.records import care, errand, request, staff, visit, worklist
from gridbook.records.base import CLASSES, LOCAL, FieldRule, instant_of
from gridbook.records.place import Building, Pattern
from gridbook.store import places
from gridbook.store.session import Session

_PATTERN_NAMES = {Pattern.UNITS: N_("Units and floors"), Pattern.SINGLE: N_("Running numbers")}
_NAMES: dict[type[StrEnum], dict[Any, str]] = {
    visit.PartOfDay: visit.PART_NAMES,
    visit.VisitReason: visit.REASON_NAMES,
    visit.Mode: visit.MODE_NAMES,
    visit.VisitOutcome: visit.OUTCOME_NAMES,
    request.Source: request.SOURCE_NAMES,
    request.Pressing: request.PRESSING_NAMES,
    staff.Role: staff.ROLE_NAMES,
    request.Reason: request.REASONS,
    errand.ErrandWay: errand.WAY_NAMES,
    errand.Paper: errand.PAPER_NAMES,
    errand.Back: errand.BACK_NAMES,
    Pattern: _PATTERN_NAMES,
    care.Every: care.EVERY_NAMES,
    care.About: care.ABOUT_NAMES,
    worklist.Purpose: worklist.PURPOSE_NAMES,
}

MOST_LINES = 40
"""So many entries a field of several values shows."""


def choices(kind: type) -> list[tuple[Any, str]]:
    """What can be chosen where a field holds one of a few, each with its word."""
    if kind is bool:
        return [(True, tr("Yes")), (False, tr("No"))]
    return [(one, tr(word)) for one, word in _NAMES[kind].items()]


def offers(session: Session, field: str) -> list[tuple[bytes, str]]:
    """The estates or buildings that a field can name, each with its word."""
    known = places.known(session)
    if field == "estate":
        return [(one.id, one.name) for one in places.estates(session)]
    if field == "building":
        return [(one.id, _building(known, one)) for one in places.buildings(session)]
    return []


def label(class_name: str, field: str) -> str:
    """What a field is called."""
    return tr(CLASSES[class_name].field(field).label)


def value(session: Session, class_name: str, field: str, held: Any) -> str:
    """A stored value as people read it; nothing is shown as a dash."""
    rule = next((one for one in CLASSES[class_name].fields if one.name == field), None)
    if held is None or held == "" or held == []:
        return "—"
    if rule is None:
        return str(held)
    if isinstance(held, list):
        return "、".join(value(session, class_name, field, part) for part in held)
    return _one(session, rule, held)


def _one(session: Session, rule: FieldRule, held: Any) -> str:
    if isinstance(held, bool):
        return tr("Yes") if held else tr("No")
    if rule.name in ("category", "categories"):
        known = catalog.categories().get(str(held))
        return str(held) if known is None else known.name
    if rule.python is bytes:
        return _place(session, rule, held)
    try:
        if rule.python is datetime:
            return instant_of(held).astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
        if rule.python is date:
            return date.fromisoformat(held).isoformat()
        if issubclass(rule.python, StrEnum):
            return tr(_NAMES[rule.python][rule.python(held)])
    except (KeyError, ValueError, TypeError):
        return str(held)
    return str(held)


def _place(session: Session, rule: FieldRule, held: Any) -> str:
    key = held if isinstance(held, bytes) else bytes.fromhex(str(held))
    known = places.known(session)
    if rule.name == "estate" and key in known.estates:
        return known.estates[key].name
    if rule.name == "building" and key in known.buildings:
        return _building(known, known.buildings[key])
    return key.hex()[-8:]


def _building(known: places.Known, building: Building) -> str:
    estate = known.estates.get(building.estate)
    return f"{estate.name if estate else ''}{building.number}"
