"""Every record class and field as JSON Schema, so that anybody can see what the book can hold."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, get_args, get_type_hints

from gridbook import i18n
from gridbook.i18n import tr
from gridbook.records import care, deadline, errand, moving, place, request, staff, visit, worklist
from gridbook.records.base import CLASSES, MISSING, ClassRule, FieldRule, Keep, default_of, stored

DECLARED = (care, deadline, errand, moving, place, request, staff, visit, worklist)
"""The modules that declare records; importing them is what fills the list of classes."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """All record classes by name with label, reach, retention and fields; the same at every call."""
    return {
        "$schema": DIALECT,
        "title": "GridBook",
        "$defs": {name: _class(rule) for name, rule in sorted(CLASSES.items())},
    }


def _class(rule: ClassRule) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "unit": {"type": "string", "pattern": r"^\d{9}(\d{3}){0,2}$"},
        "id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    }
    properties.update({field.name: _field(rule, field) for field in rule.fields})
    return {
        "type": "object",
        "title": rule.label,
        "label": both(rule.label),
        "description": rule.record.__doc__ or "",
        "reach": str(rule.reach),
        "keep": _keep(rule.keep),
        "createOnly": rule.create_only,
        "version": rule.version,
        "properties": properties,
        "required": [
            "unit",
            "id",
            *(field.name for field in rule.fields if default_of(rule, field) is MISSING),
        ],
        "additionalProperties": False,
    }


def _field(rule: ClassRule, field: FieldRule) -> dict[str, Any]:
    described: dict[str, Any] = {"title": field.label, "label": both(field.label), **_type(rule, field)}
    described["group"] = field.group
    described["reach"] = str(field.reach)
    described["keep"] = _keep(field.keep)
    described["public"] = field.public
    default = default_of(rule, field)
    if default is not MISSING:
        described["default"] = stored(default)
    return described


def _type(rule: ClassRule, field: FieldRule) -> dict[str, Any]:
    described = _plain_type(field.python, field.longest)
    if field.python is tuple:
        part = get_args(get_type_hints(rule.record)[field.name])[0]
        described = {"type": "array", "items": _plain_type(part, field.longest)}
    if field.optional:
        described["type"] = [described["type"], "null"]
    return described


def _plain_type(kind: type, longest: int | None) -> dict[str, Any]:
    if kind is bool:
        return {"type": "boolean"}
    if kind is int:
        return {"type": "integer"}
    if kind is bytes:
        return {"type": "string", "pattern": "^[0-9a-f]{32}$"}
    if kind is datetime:
        return {"type": "string", "format": "date-time"}
    if kind is date:
        return {"type": "string", "format": "date"}
    if issubclass(kind, StrEnum):
        return {"type": "string", "enum": [str(member) for member in kind]}
    return {"type": "string"} | ({"maxLength": longest} if longest is not None else {})


def _keep(keep: Keep) -> dict[str, Any]:
    return {"days": keep.days, "since": str(keep.since)}


def both(label: str) -> dict[str, str]:
    """A label in both languages, whatever is spoken now."""
    spoken = i18n.language()
    try:
        found = {}
        for language in i18n.LANGUAGES:
            i18n.use(language)
            found[language] = tr(label)
        return found
    finally:
        i18n.use(spoken)
