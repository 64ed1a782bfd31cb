"""A visit as it stands in one line of a sheet: texts as people write them, digits for printed options."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from gridbook import catalog
from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.records.base import RecordId, UnitCode
from gridbook.records.days import read_day
from gridbook.records.visit import (
    MODE_NAMES,
    OUTCOME_NAMES,
    PART_NAMES,
    REASON_NAMES,
    Visit,
    VisitDetails,
    VisitEntry,
)

E = TypeVar("E", bound=StrEnum)
_PARTED = re.compile(r"[、,，;；/\s]+")
_SENTENCES = re.compile(r"[;；]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet of visits, as it was typed or pasted."""

    door: str = ""
    day: str = ""
    part: str = ""
    reason: str = ""
    mode: str = ""
    outcome: str = ""
    categories: str = ""
    items: str = ""
    next_on: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What a visit needs and this line does not have yet, by field."""
        return tuple(name for name in ("day", "part", "reason", "mode", "outcome") if not getattr(self, name))


CHOICES: Mapping[str, Mapping[Any, str]] = {
    "part": PART_NAMES,
    "reason": REASON_NAMES,
    "mode": MODE_NAMES,
    "outcome": OUTCOME_NAMES,
}
"""The columns in which one of a few words stands, with the words in the order of their digits."""


def meant(names: Mapping[E, str], typed: str) -> E | None:
    """The option that a digit, a word or the beginning of one word means."""
    plain = _plain(typed)
    options = list(names)
    if plain.isdecimal() and plain.isascii():
        n = int(plain)
        return options[n - 1] if 1 <= n <= len(options) else None
    whole = [one for one in options if plain in (_plain(tr(names[one])), _plain(names[one]), str(one))]
    begun = [one for one in options if plain and _plain(tr(names[one])).startswith(plain)]
    return whole[0] if whole else begun[0] if len(begun) == 1 else None


def codes(typed: str) -> tuple[str, ...]:
    """The codes of the categories in a cell, by code or by name."""
    by_name = {_plain(one.name): code for code, one in catalog.categories().items()}
    found = []
    for part in filter(None, _PARTED.split(typed.strip())):
        plain = _plain(part)
        code = plain.upper() if plain.upper() in catalog.categories() else by_name.get(plain, "")
        if not code:
            raise BadValue(
                "categories",
                tr("There is no category “{code}”.").format(code=part[:20]),
                next=tr("Pick one from the list; codes look like F01."),
            )
        found.append(code)
    return tuple(found)


def entry(line: Line, unit: UnitCode, at: tuple[RecordId, str] | None, today: date) -> VisitEntry:
    """The visit of a line whose door was found; a BadValue names the column that is not right."""
    building, door = at or (None, "")
    visited_on = _day("day", line.day, today)
    if visited_on is None:
        raise BadValue("day", tr("On which day was it?"))
    visit = Visit(
        unit=unit,
        id=b"",
        number="",
        visited_on=visited_on,
        part=_choice("part", PART_NAMES, line.part),
        reason=_choice("reason", REASON_NAMES, line.reason),
        mode=_choice("mode", MODE_NAMES, line.mode),
        outcome=_choice("outcome", OUTCOME_NAMES, line.outcome),
        categories=codes(line.categories),
    )
    details = VisitDetails(
        unit=unit,
        id=b"",
        building=building,
        door=door,
        items=tuple(part.strip() for part in _SENTENCES.split(line.items) if part.strip()),
        next_on=_day("next_on", line.next_on, today),
    )
    return VisitEntry(visit, details)


def _day(name: str, typed: str, today: date) -> date | None:
    day = read_day(typed, today) if typed else None
    if typed and day is None:
        raise BadValue(name, tr("“{text}” is not a day; write 11-23 or 今天.").format(text=typed[:20]))
    return day


def _choice(name: str, names: Mapping[E, str], typed: str) -> E:
    found = meant(names, typed)
    if found is None:
        known = " ".join(f"{n}{tr(word)}" for n, word in enumerate(names.values(), start=1))
        raise BadValue(name, tr("“{text}” is none of these: {known}.").format(text=typed[:20], known=known))
    return found


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()
