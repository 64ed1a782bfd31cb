"""What a function of the store works with: one transaction, one acting person, one clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar, cast

import sqlalchemy as sa

from gridbook.errors import NotAllowed
from gridbook.i18n import tr
from gridbook.records.base import Clock, Record, RecordId, UnitCode, id_at, local_day, new_id
from gridbook.records.deadline import Calendar, Holiday, OfficeHours
from gridbook.records.place import chain_of, level_of
from gridbook.records.staff import Role
from gridbook.store import server, tables

T = TypeVar("T")
Classes = frozenset[type[Record]]


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: the code that ops carry, the name and the role."""

    code: str
    name: str
    role: Role


@dataclass(slots=True)
class Standing:
    """How far the log has come: op count, running hash, newest stamps, last record number of each year.

    Kept in `meta` and in part in the mark outside; `numbers` is replaced, never changed in place.
    """

    ops: int
    running: bytes
    last_stamp: int
    newest_signed: int
    numbers: Mapping[int, int] = field(default_factory=dict)


_CALENDAR: Classes = frozenset({Holiday, OfficeHours})


class Memory:
    """What was read from slow-moving lists, until one of their classes changes."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Classes, object]] = {}

    def get(self, name: str) -> object | None:
        """What is kept under that name."""
        held = self._kept.get(name)
        return None if held is None else held[1]

    def put(self, name: str, classes: Classes, value: object) -> None:
        """Keep a value that follows from records of these classes."""
        self._kept[name] = (classes, value)

    def forget(self, changed: set[type[Record]]) -> None:
        """Drop what follows from records of a class that changed."""
        self._kept = {name: held for name, held in self._kept.items() if not held[0] & changed}


class Written(NamedTuple):
    """An op that a person wrote: of which record it is, and its digest."""

    class_name: str
    unit: UnitCode
    record: RecordId
    digest: bytes


@dataclass(slots=True)
class Session:
    """One transaction on an open book.

    `acts` are the ops written in it, for whoever wants to take them back; `final` says that nobody can.
    """

    connection: sa.Connection
    unit: UnitCode
    incarnation: bytes
    person: Person
    clock: Clock
    standing: Standing
    practice: bool = False
    memory: Memory = field(default_factory=Memory)
    changed: set[type[Record]] = field(default_factory=set)
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    refused: str = ""
    lines: dict[tuple[bytes, UnitCode, UnitCode, str], int] = field(default_factory=dict)
    receipts: int = 0
    made: set[RecordId] = field(default_factory=set)
    acts: list[Written] = field(default_factory=list)
    final: bool = False
    _calendars: dict[UnitCode, Calendar] = field(default_factory=dict)
    _cursor: Any = None

    def now(self) -> datetime:
        """The present instant."""
        return self.clock.now()

    @property
    def today(self) -> date:
        """The present day in China."""
        return local_day(self.clock.now())

    @property
    def level(self) -> str:
        """The desk this book sits at."""
        return str(level_of(self.unit))

    @property
    def indexed(self) -> bool:
        """Whether the book keeps an index of the words that cases are found by; a server reads them."""
        return not server.is_server(self.connection)

    def new_id(self, at: datetime | None = None) -> RecordId:
        """A fresh id, under which this book cannot hold anything yet; of another instant for late entry."""
        made = new_id() if at is None else id_at(at)
        self.made.add(made)
        return made

    def remember(self, name: str, classes: Classes, read: Callable[["Session"], T]) -> T:
        """What `read` finds, kept until a record of these classes changes; never from an open change."""
        if self.changed & classes:
            return read(self)
        held = self.memory.get(name)
        if held is None:
            held = read(self)
            self.memory.put(name, classes, held)
        return cast("T", held)

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Run a plain statement (marks are `?`) on the driver itself; saving cannot afford more."""
        cursor = self._driver()
        cursor.execute(self._marked(statement), values)
        return list(cursor.fetchall()) if cursor.description else []

    def run_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a plain statement once for each row of values."""
        if server.is_server(self.connection):
            server.insert_many(self._driver(), statement, rows)
        else:
            self._driver().executemany(statement, rows)

    def _driver(self) -> Any:
        if self._cursor is None:
            self._cursor = self.connection.connection.cursor()
        return self._cursor

    def _marked(self, statement: str) -> str:
        return server.marked(statement) if server.is_server(self.connection) else statement

    def calendar(self, unit: UnitCode = "") -> Calendar:
        """Working days and office hours of a unit (or of this one), from its own lists and those above it."""
        unit = unit or self.unit
        if unit not in self._calendars:
            lists = self.remember("calendar", _CALENDAR, lambda now: read_lists(now.connection))
            self._calendars[unit] = lists.of(unit)
        return self._calendars[unit]

    def forget_calendar(self) -> None:
        """Read the calendar anew; a list of holidays has changed."""
        self._calendars.clear()

    def require_lead(self, what: str) -> None:
        """Refuse what only the lead of the office (or the worker of a grid) decides."""
        if not (self.person.role.leads or self.person.role is Role.GRID_WORKER):
            raise NotAllowed(
                tr("Only the lead of the office may do this: {what}.").format(what=what),
                kept=tr("Nothing was changed."),
            )


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of holidays and office hours of every office, in the order in which they count."""

    days: tuple[tuple[UnitCode, str, bool], ...]
    hours: tuple[tuple[UnitCode, tuple[str, str, str, str]], ...]

    def of(self, unit: UnitCode) -> Calendar:
        """The calendar of one unit; an upper office's entry wins."""
        # Only lists that every holder of the unit's work holds too, or a deadline would differ between them.
        chain = chain_of(unit)
        days: dict[str, bool] = {}
        for office, day, works in self.days:
            if office in chain:
                days.setdefault(day, works)
        return Calendar.from_lists(days, next((one for office, one in self.hours if office in chain), None))


def read_lists(connection: sa.Connection) -> Lists:
    """The lists of holidays and office hours; of two entries of one office the one made later counts."""
    holiday, hours = tables.RECORDS["Holiday"], tables.RECORDS["OfficeHours"]

    def first(table: sa.Table) -> tuple[Any, ...]:
        return (sa.func.length(table.c.unit), table.c.unit, table.c.id.desc())

    days = sa.select(holiday.c.unit, holiday.c.day, holiday.c.works).order_by(*first(holiday))
    times = sa.select(
        hours.c.unit, hours.c.opens, hours.c.pause_from, hours.c.pause_to, hours.c.closes
    ).order_by(*first(hours))
    return Lists(
        tuple((unit, day, bool(works)) for unit, day, works in connection.execute(days)),
        tuple((unit, (one, two, three, four)) for unit, one, two, three, four in connection.execute(times)),
    )
