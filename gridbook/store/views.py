"""What a list shows: the facts it is narrowed by, its columns, its order; kept for the office."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from gridbook.errors import BadValue, NotFound
from gridbook.i18n import N_, tr
from gridbook.store import preferences
from gridbook.store.session import Session

MOST_NAME = 20


class Period(StrEnum):
    """A stretch of days that means the same each time it is asked for."""

    EVER = ""
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    LAST_MONTH = "last month"
    YEAR = "year"
    LAST_YEAR = "last year"
    DAYS = "days"


PERIOD_NAMES = {
    Period.EVER: N_("Any day"),
    Period.TODAY: N_("Today"),
    Period.WEEK: N_("This week"),
    Period.MONTH: N_("This month"),
    Period.LAST_MONTH: N_("Last month"),
    Period.YEAR: N_("This year"),
    Period.LAST_YEAR: N_("Last year"),
    Period.DAYS: N_("From – to …"),
}


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at a list. Words that were typed are no part of it: a kept view holds nobody's name."""

    kind: str
    name: str = ""
    which: str = ""
    status: str = ""
    category: str = ""
    due: str = ""
    unit: str = ""
    outcome: str = ""
    reason: str = ""
    period: Period = Period.EVER
    since: date | None = None
    until: date | None = None
    columns: tuple[str, ...] = ()
    by: str = ""
    backwards: bool = False
    words: str = field(default="", compare=False)

    def days(self, today: date) -> tuple[date | None, date | None]:
        """The first and the last day that is meant."""
        first = today.replace(day=1)
        match self.period:
            case Period.EVER:
                return None, None
            case Period.TODAY:
                return today, today
            case Period.WEEK:
                monday = today - timedelta(days=today.weekday())
                return monday, monday + timedelta(days=6)
            case Period.MONTH:
                return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            case Period.LAST_MONTH:
                last = first - timedelta(days=1)
                return last.replace(day=1), last
            case Period.YEAR:
                return date(today.year, 1, 1), date(today.year, 12, 31)
            case Period.LAST_YEAR:
                return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
        return self.since, self.until


_OFFICE = ""
"""Whose preference a view of the office is: nobody's, so that everybody at this book has it."""


def kept(session: Session, kind: str) -> Sequence[View]:
    """The views of a list that this office keeps, by name."""
    held = preferences.all_of(session, _key(kind, ""), person=_OFFICE)
    return [view for worth in held.values() if (view := _read(worth)) is not None]


def named(session: Session, kind: str, name: str) -> View:
    """One of them."""
    found = next((view for view in kept(session, kind) if view.name == name), None)
    if found is None:
        raise NotFound(
            tr("No view of this list is called “{name}”.").format(name=name[:MOST_NAME]),
            next=tr("Open the list, set it up and keep it under that name."),
        )
    return found


def keep(session: Session, view: View) -> View:
    """Keep a view under its name for everybody who works on this book; one of that name is replaced."""
    name = " ".join(view.name.split())
    if not name or len(name) > MOST_NAME:
        raise BadValue(
            "name",
            tr("A view needs a name of at most {n} characters.").format(n=MOST_NAME),
            next=tr("Name it after who asks for it, like “county, monthly”."),
        )
    made = replace(view, name=name, words="")
    preferences.keep(session, _key(view.kind, name), msgspec.to_builtins(made), person=_OFFICE)
    return made


def named_so(view: View, name: str) -> View:
    """The view under that name."""
    return replace(view, name=" ".join(name.split()))


def drop(session: Session, kind: str, name: str) -> None:
    """Keep a view no longer."""
    preferences.forget(session, _key(kind, name), person=_OFFICE)


def columns(session: Session, kind: str) -> tuple[str, ...]:
    """The columns this person chose for a list, in their order; none where the list's own stand."""
    held = preferences.value(session, f"columns of {kind}", [])
    return tuple(one for one in held if isinstance(one, str)) if isinstance(held, list) else ()


def keep_columns(session: Session, kind: str, chosen: Sequence[str]) -> None:
    """Remember the columns this person chose."""
    preferences.keep(session, f"columns of {kind}", list(chosen))


def _key(kind: str, name: str) -> str:
    return f"view of {kind}: {name}"


def _read(worth: Any) -> View | None:
    # What another release kept may hold less or more; a view that is not understood is left out.
    try:
        return msgspec.convert(worth, View)
    except msgspec.ValidationError:
        return None
