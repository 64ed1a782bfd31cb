"""What a function of the store works with: one transaction, one acting person, one clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from gridbook.errors import NotAllowed
from gridbook.i18n import tr
from gridbook.records.base import Clock, Record, UnitCode
from gridbook.records.deadline import Calendar
from gridbook.records.place import level_of
from gridbook.records.staff import Role
from gridbook.store import tables


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: the code that ops carry, the name and the role."""

    code: str
    name: str
    role: Role


@dataclass(slots=True)
class Standing:
    """How far the log has come: op count, running hash, the newest stamps; kept in `meta`, marked outside."""

    ops: int
    running: bytes
    last_stamp: int
    newest_signed: int


@dataclass(slots=True)
class Session:
    """One transaction on an open book."""

    connection: sa.Connection
    unit: UnitCode
    incarnation: bytes
    person: Person
    clock: Clock
    standing: Standing
    practice: bool = False
    changed: set[type[Record]] = field(default_factory=set)
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    _calendar: Calendar | None = None
    _lines: dict[tuple[bytes, UnitCode, str], int] = field(default_factory=dict)

    def now(self) -> datetime:
        """The present instant."""
        return self.clock.now()

    @property
    def level(self) -> str:
        """The desk this book sits at."""
        return str(level_of(self.unit))

    def calendar(self) -> Calendar:
        """Working days and office hours as this book's lists have them."""
        if self._calendar is None:
            self._calendar = read_calendar(self.connection)
        return self._calendar

    def forget_calendar(self) -> None:
        """Read the calendar anew; a list of holidays has changed."""
        self._calendar = None

    def require_lead(self, what: str) -> None:
        """Refuse what only the lead of the office (or the worker of a grid) decides."""
        if not (self.person.role.leads or self.person.role is Role.GRID_WORKER):
            raise NotAllowed(
                tr("Only the lead of the office may do this: {what}.").format(what=what),
                kept=tr("Nothing was changed."),
            )


def read_calendar(connection: sa.Connection) -> Calendar:
    """The calendar from the lists of holidays and office hours; an upper office's entry wins."""
    from_above: dict[str, tuple[str, bool]] = {}
    holiday = tables.RECORDS["Holiday"]
    for row in connection.execute(sa.select(holiday.c.unit, holiday.c.day, holiday.c.works)):
        held = from_above.get(row.day)
        if held is None or len(row.unit) < len(held[0]):
            from_above[row.day] = (row.unit, bool(row.works))
    hours_table = tables.RECORDS["OfficeHours"]
    hours = (
        connection.execute(sa.select(hours_table).order_by(sa.func.length(hours_table.c.unit)).limit(1))
        .mappings()
        .first()
    )
    return Calendar.from_lists(
        {day: works for day, (_, works) in from_above.items()},
        (hours["opens"], hours["pause_from"], hours["pause_to"], hours["closes"]) if hours else None,
    )
