"""Whether the details of an event are there, known and of the right kind."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.records.base import UnitCode, instant_of, instant_text
from gridbook.records.deadline import LONGEST_LIMIT
from gridbook.records.letters import has_identity_number, unseen
from gridbook.records.place import is_within, level_of
from gridbook.records.steps import (
    ACTION_NAMES,
    GIVEN_NAMES,
    MAY_ALSO,
    NEEDS,
    REASONS_FOR,
    Action,
    Outcome,
    Reason,
    Satisfaction,
)
from gridbook.records.visit import Mode

TEXT_IN_EVENTS = 40

Check = Callable[[str, Any, UnitCode], None]


def check_given(action: Action, given: Mapping[str, Any], unit: UnitCode) -> None:
    """Refuse an event whose details are missing, unknown or of the wrong kind."""
    known = (*NEEDS.get(action, ()), *MAY_ALSO.get(action, ()))
    for name in given:
        if name not in known:
            raise BadValue(
                name,
                tr("“{action}” takes no “{field}”.").format(
                    action=tr(ACTION_NAMES[action]), field=given_name(name)
                ),
            )
    for name in NEEDS.get(action, ()):
        if given.get(name) in (None, "", ()):
            raise BadValue(
                name,
                tr("“{action}” needs “{field}”.").format(
                    action=tr(ACTION_NAMES[action]), field=given_name(name)
                ),
            )
    for name, value in given.items():
        _CHECKS[name](name, value, unit)
    if "reason" in given:
        _is_one_of(REASONS_FOR[action])("reason", given["reason"], unit)


def given_name(name: str) -> str:
    """What a detail is called in the language now spoken; an unknown one is called as it came."""
    return tr(GIVEN_NAMES[name]) if name in GIVEN_NAMES else str(name)[:20]


@dataclass(frozen=True, slots=True)
class Past:
    """An event that was recorded in another unit's stream and came along with a hand-over."""

    id: bytes
    action: Action
    at: datetime
    by: UnitCode
    given: Mapping[str, Any]


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    action: Action
    at: str
    by: str
    given: dict[str, Any]


_written = msgspec.json.Decoder(_Written)


def past_text(past: Past) -> str:
    """An earlier event as an op carries it."""
    told = _Written(past.id.hex(), past.action, instant_text(past.at), past.by, dict(past.given))
    return msgspec.json.encode(told).decode()


def read_past(text: str) -> Past:
    """The earlier event behind its text; a BadValue where it is none."""
    try:
        told = _written.decode(text)
        past = Past(bytes.fromhex(told.id), told.action, instant_of(told.at), told.by, told.given)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise _no_past() from error
    if len(past.id) != 16 or "so_far" in past.given:
        raise _no_past()
    level_of(past.by)
    check_given(past.action, past.given, past.by)
    return past


def _no_past() -> BadValue:
    return BadValue("so_far", tr("“{field}” does not tell an event.").format(field=given_name("so_far")))


def _are_past(name: str, value: Any, unit: UnitCode) -> None:
    if not isinstance(value, list | tuple) or not all(isinstance(text, str) for text in value):
        raise _no_past()
    for text in value:
        if read_past(text).by[:9] != unit[:9]:
            raise _no_past()


def _is_unit(name: str, value: Any, unit: UnitCode) -> None:
    if not isinstance(value, str):
        raise BadValue(name, tr("“{field}” has to be the code of an office.").format(field=given_name(name)))
    level_of(value)
    if not is_within(value, unit[:9]):
        raise BadValue(name, tr("The office {code} is not in this subdistrict.").format(code=value))


def _are_units(name: str, value: Any, unit: UnitCode) -> None:
    if not isinstance(value, list | tuple):
        raise BadValue(name, tr("“{field}” has to be a list of offices.").format(field=given_name(name)))
    for one in value:
        _is_unit(name, one, unit)


def _is_text(name: str, value: Any, unit: UnitCode) -> None:
    if not isinstance(value, str) or len(value) > TEXT_IN_EVENTS:
        raise BadValue(
            name,
            tr("“{field}” has at most {most} characters.").format(
                field=given_name(name), most=TEXT_IN_EVENTS
            ),
        )
    hidden = unseen(value)
    if hidden is not None or "\n" in value:
        raise BadValue(
            name,
            tr("“{field}” holds a character that cannot be seen (U+{code}).").format(
                field=given_name(name), code=f"{ord(hidden or chr(10)):04X}"
            ),
            next=tr("Delete it and type the text again."),
        )
    if has_identity_number(value):
        raise BadValue(
            name,
            tr("Numbers of identity cards are not written down."),
            next=tr("Take the number out of “{field}”.").format(field=given_name(name)),
        )


def _is_one_of(choices: Iterable[StrEnum]) -> Check:
    known = tuple(str(choice) for choice in choices)

    def check(name: str, value: Any, unit: UnitCode) -> None:
        if value not in known:
            raise BadValue(
                name,
                tr("“{value}” is not one of: {known}.").format(value=str(value)[:20], known="、".join(known)),
            )

    return check


def _is_days(name: str, value: Any, unit: UnitCode) -> None:
    if type(value) is not int or not 1 <= value <= LONGEST_LIMIT:
        raise BadValue(name, tr("An extension has 1 to {most} working days.").format(most=LONGEST_LIMIT))


def _is_day(name: str, value: Any, unit: UnitCode) -> None:
    try:
        plain = date.fromisoformat(value).isoformat() == value
    except (TypeError, ValueError):
        plain = False
    if not plain:
        raise BadValue(name, tr("“{value}” is not a date; write 2026-11-23.").format(value=str(value)[:20]))


def _is_flag(name: str, value: Any, unit: UnitCode) -> None:
    if type(value) is not bool:
        raise BadValue(name, tr("“{field}” is yes or no.").format(field=given_name(name)))


_CHECKS: Mapping[str, Check] = {
    "body": _is_text,
    "their_number": _is_text,
    "mode": _is_one_of(Mode),
    "into": _is_text,
    "lead": _is_unit,
    "to": _is_unit,
    "from": _is_unit,
    "was": _is_text,
    "so_far": _are_past,
    "unit": _is_unit,
    "co": _are_units,
    "reason": _is_one_of(Reason),
    "outcome": _is_one_of((Outcome.SOLVED, Outcome.PARTLY, Outcome.EXPLAINED, Outcome.CANNOT)),
    "satisfaction": _is_one_of(Satisfaction),
    "days": _is_days,
    "reply_due": _is_day,
    "on": _is_day,
    "solved": _is_flag,
}
