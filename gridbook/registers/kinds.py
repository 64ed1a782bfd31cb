"""What an old register can hold for this book: three kinds of rows, and the columns of each."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from gridbook import paths
from gridbook.i18n import N_
from gridbook.records.request import OUTCOME_NAMES, SATISFACTION_NAMES, SOURCE_NAMES, Outcome
from gridbook.records.visit import MODE_NAMES, PART_NAMES, REASON_NAMES
from gridbook.records.visit import OUTCOME_NAMES as VISIT_OUTCOMES


class Kind(StrEnum):
    """What the rows of a register are."""

    VISITS = "visits"
    REQUESTS = "requests"
    PLACES = "places"


KIND_NAMES = {
    Kind.VISITS: N_("Past visits"),
    Kind.REQUESTS: N_("Past requests"),
    Kind.PLACES: N_("Estates, buildings and doors"),
}

RESULTS = (Outcome.SOLVED, Outcome.PARTLY, Outcome.EXPLAINED, Outcome.CANNOT)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column of the book that a register can fill: its name, its label, what its cells can mean."""

    name: str
    label: str
    needed: bool = False
    choices: Sequence[tuple[StrEnum, str]] = ()
    usual: str = ""
    """What stands for a column that the register does not have."""
    same_as_above: bool = False
    """Whether an empty cell means the one above it, as in cells that were joined."""


_PLACE = (
    Wanted("place", N_("Door")),
    Wanted("estate", N_("Estate")),
    Wanted("building", N_("Building number")),
    Wanted("unit", N_("Unit of the building")),
    Wanted("door", N_("Door number")),
)
FIELDS: Mapping[Kind, tuple[Wanted, ...]] = {
    Kind.VISITS: (
        Wanted("visited_on", N_("Date"), needed=True),
        *_PLACE,
        Wanted("part", N_("Part of day"), choices=tuple(PART_NAMES.items()), usual="morning"),
        Wanted("reason", N_("Reason"), needed=True, choices=tuple(REASON_NAMES.items()), usual="invited"),
        Wanted("mode", N_("Mode"), needed=True, choices=tuple(MODE_NAMES.items()), usual="doorstep"),
        Wanted("outcome", N_("Outcome"), needed=True, choices=tuple(VISIT_OUTCOMES.items()), usual="met"),
        Wanted("category", N_("Category")),
        Wanted("items", N_("Items")),
        Wanted("companion", N_("Companion")),
    ),
    Kind.REQUESTS: (
        Wanted("registered_on", N_("Registered on"), needed=True),
        *_PLACE,
        Wanted("spot", N_("Public place")),
        Wanted("category", N_("Category"), needed=True),
        Wanted("title", N_("Title")),
        Wanted("text", N_("What was asked")),
        Wanted("called", N_("Requester")),
        Wanted("phone", N_("Telephone")),
        Wanted("source", N_("Source"), needed=True, choices=tuple(SOURCE_NAMES.items()), usual="visit"),
        Wanted("outcome", N_("Result"), choices=tuple((one, OUTCOME_NAMES[one]) for one in RESULTS)),
        Wanted("done_on", N_("Done on")),
        Wanted("satisfaction", N_("Satisfaction"), choices=tuple(SATISFACTION_NAMES.items())),
        Wanted("was", N_("Number before")),
    ),
    Kind.PLACES: (
        Wanted("place", N_("Door")),
        Wanted("estate", N_("Estate"), same_as_above=True),
        Wanted("quick", N_("Quick code"), same_as_above=True),
        Wanted("building", N_("Building number"), same_as_above=True),
        Wanted("units", N_("Units")),
        Wanted("floors", N_("Floors")),
        Wanted("doors_per_floor", N_("Doors per floor")),
        Wanted("unit", N_("Unit of the building"), same_as_above=True),
        Wanted("door", N_("Door number")),
    ),
}
"""The columns of each kind, in the order in which the wizard asks for them."""


def wanted(kind: Kind, name: str) -> Wanted:
    """The column of that name."""
    return next(one for one in FIELDS[kind] if one.name == name)


@cache
def headings() -> Mapping[tuple[Kind, str], tuple[str, ...]]:
    """How offices write the heading of a column, by kind and name; a list that an office can add to."""
    with paths.resource("registers", "headings.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {(Kind(row["kind"]), row["field"]): tuple(row["words"].split()) for row in rows}


@cache
def spellings(field: str) -> tuple[tuple[str, str], ...]:
    """How people write the choices of a column: (word, value)."""
    with paths.resource("registers", "words.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            (word, row["value"])
            for row in csv.DictReader(file)
            if row["field"] == field
            for word in row["words"].split()
        )
