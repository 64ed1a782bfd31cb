"""From cells to records, row by row: what a row becomes, or what is wrong with it and in which column."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from gridbook import catalog
from gridbook.errors import BadDoor, BadValue, GridbookError
from gridbook.i18n import N_, tr
from gridbook.records import check, wording
from gridbook.records.base import LOCAL, MONTH, Record
from gridbook.records.deadline import Limit
from gridbook.records.place import Place, offers, plain_number, read_door
from gridbook.records.request import (
    OUTCOME_NAMES,
    Contact,
    Outcome,
    Particulars,
    Request,
    RequestEntry,
    Satisfaction,
    Source,
)
from gridbook.records.visit import OUTCOME_NAMES as VISIT_OUTCOMES
from gridbook.records.visit import (
    REASON_NAMES,
    Mode,
    PartOfDay,
    Visit,
    VisitDetails,
    VisitEntry,
    VisitOutcome,
    VisitReason,
)
from gridbook.registers import values
from gridbook.registers.kinds import FIELDS, Kind, wanted
from gridbook.registers.reading import Row
from gridbook.store import places
from gridbook.store.session import Session

T = TypeVar("T")
C = TypeVar("C", bound=StrEnum)
WORDS_KEPT = timedelta(days=24 * MONTH)
PHONE_KEPT = timedelta(days=6 * MONTH)
"""As product and records have it: what would be purged at once is not taken in at all."""
NOON, MORNING = time(12), time(9)

NOT_IN = N_("{n} rows say that nobody was in; such rows are not kept.")
OLD = N_("{n} rows are older than 24 months: the facts are kept, without door and words.")
OLD_PHONE = N_("{n} telephone numbers are left out: those cases ended more than 6 months ago.")
SHORTENED = N_("{n} names are kept as a form of address; these matters need no full name.")
NO_PERSON = N_("{n} names or telephone numbers are left out: these matters concern no person.")
STILL_OPEN = N_("{n} requests have no result and no day; they are kept as open cases.")
PUT_OTHERWISE = N_("{n} texts are put as a service, because the book never records what they said.")
THERE = N_("{n} buildings are in the book already and stay as they are.")


@dataclass(frozen=True, slots=True)
class Plan:
    """What each column of a register means: the field by the column's place, and values for all rows."""

    kind: Kind
    columns: Mapping[int, str]
    fixed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong in a row, and under which heading."""

    row: int
    heading: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A row as the book will have it: how it is shown, its records, and how a request ended."""

    row: int
    shown: Sequence[str]
    records: Sequence[Record] = ()
    ended: Mapping[str, Any] | None = None


@dataclass
class Reader:
    """Reads the rows of one register into one book."""

    session: Session
    plan: Plan
    headings: Sequence[str]
    notes: "Counter[str]" = field(default_factory=Counter)
    _places: dict[str, Place] = field(default_factory=dict)

    def read(self, row: Row) -> Ready | Wrong | None:
        """What a row becomes, what is wrong with it, or nothing where the book has no place for it."""
        cells = {name: row.cells[n] for n, name in self.plan.columns.items()}
        for n in row.mangled:
            if n in self.plan.columns:
                return Wrong(row.number, self.headings[n], mangled())
        try:
            return (_visit if self.plan.kind is Kind.VISITS else _request)(self, row.number, cells)
        except GridbookError as bad:
            name = bad.field if isinstance(bad, BadValue) else ""
            return Wrong(row.number, self.heading(name), bad.sentence())

    def heading(self, name: str) -> str:
        """The heading under which a field stands in the file; else what the book calls it."""
        name = next((other for other in (name, *_STANDS_FOR.get(name, ())) if self._has(other)), name)
        found = next((self.headings[n] for n, one in self.plan.columns.items() if one == name), "")
        labels = [tr(one.label) for one in FIELDS[self.plan.kind] if one.name == name]
        return found or (labels[0] if labels else "")

    def note(self, what: str) -> None:
        """Count a row of which something is left out."""
        self.notes[what] += 1

    def cell(self, cells: Mapping[str, str], name: str) -> str:
        """What a row says of a field: its own cell, else what was chosen for all rows, else what is usual."""
        return (
            cells.get(name, "").strip() or self.plan.fixed.get(name, "") or wanted(self.plan.kind, name).usual
        )

    def must(self, cells: Mapping[str, str], name: str, read: Callable[[str], T]) -> T:
        """The value of a field that no row can do without."""
        text = self.cell(cells, name)
        if not text:
            label = tr(wanted(self.plan.kind, name).label)
            raise BadValue(name, tr("“{field}” is missing.").format(field=label))
        return self._read(name, text, read)

    def may(self, cells: Mapping[str, str], name: str, read: Callable[[str], T]) -> T | None:
        """The value of a field that may be empty."""
        text = self.cell(cells, name)
        return self._read(name, text, read) if text else None

    def pick(self, cells: Mapping[str, str], name: str, choices: type[C]) -> C | None:
        """The choice that a cell means, if it says anything."""
        names = wanted(self.plan.kind, name).choices
        spelled = "result" if self.plan.kind is Kind.REQUESTS and name == "outcome" else name
        found = self.may(cells, name, lambda text: values.choice(spelled, text, names))
        return None if found is None else choices(found)

    def words(self, cells: Mapping[str, str], name: str) -> str:
        """What a row says in its own words; what the book never records is put as a service, and counted."""
        text = self.cell(cells, name)
        found = wording.instead(text)
        if found is None:
            return text
        self.note(PUT_OTHERWISE)
        return found.text

    def door(self, cells: Mapping[str, str]) -> Place | None:
        """The door of a row, from one cell or from four."""
        text = cells.get("place", "").strip()
        if not text:
            parts = [cells.get(name, "").strip() for name in ("estate", "building", "unit", "door")]
            text = values.typed_door(*parts) if parts[1] or parts[3] else ""
        if not text:
            return None
        if text not in self._places:
            try:
                self._places[text] = places.resolve(self.session, text)
            except BadDoor as bad:
                raise BadValue(self._unknown_part(text), bad.message, next=bad.next) from bad
        return self._places[text]

    def _unknown_part(self, text: str) -> str:
        """Which of the columns that name a door the book does not know."""
        try:
            code = read_door(text)
        except BadDoor:
            return "door"
        known = places.known(self.session)
        if offers(code, known.estates_here, known.buildings_here):
            return "door"
        numbers = {plain_number(one.number) for one in known.buildings_here}
        return "estate" if code.building in numbers else "building"

    def _has(self, name: str) -> bool:
        return name in self.plan.columns.values()

    def _read(self, name: str, text: str, read: Callable[[str], T]) -> T:
        try:
            return read(text)
        except BadValue as bad:
            raise BadValue(name, bad.message, next=bad.next) from bad


_STANDS_FOR = {
    "door": ("place", "building", "estate"),
    "building": ("place", "door"),
    "estate": ("place",),
    "registered_at": ("registered_on",),
    "title": ("title", "text"),
    "on": ("done_on",),
}
"""Under which column a refusal of a field is shown, where the register has another."""


def mangled() -> str:
    """What is said of a long number that lost its last digits."""
    return " ".join(
        (
            tr("This long number lost its last digits when it was saved."),
            tr("Set the column to text in the old file, type the number again, or leave the column out."),
        )
    )


def _visit(reader: Reader, number: int, cells: Mapping[str, str]) -> Ready | None:
    session = reader.session
    day = reader.must(cells, "visited_on", values.day)
    outcome = reader.pick(cells, "outcome", VisitOutcome) or VisitOutcome.MET
    if outcome is VisitOutcome.NOT_IN:
        reader.note(NOT_IN)
        return None
    place = reader.door(cells)
    category = reader.may(cells, "category", values.category)
    record = session.new_id(_at(day, NOON))
    visit = Visit(
        unit=session.unit,
        id=record,
        number="",
        visited_on=day,
        part=_part(reader, cells),
        reason=reader.pick(cells, "reason", VisitReason) or VisitReason.INVITED,
        mode=reader.pick(cells, "mode", Mode) or Mode.DOORSTEP,
        outcome=outcome,
        categories=(category.code,) if category else (),
    )
    details = VisitDetails(
        unit=session.unit,
        id=record,
        building=place.building.id if place else None,
        door=place.door if place else "",
        items=values.items(reader.words(cells, "items")),
        companion=reader.cell(cells, "companion")[:20],
    )
    check.visit(VisitEntry(visit, details), session.today)
    shown = [
        day.isoformat(),
        place.text if place else "",
        tr(REASON_NAMES[visit.reason]),
        tr(VISIT_OUTCOMES[outcome]),
        "；".join(details.items),
    ]
    if session.today - day > WORDS_KEPT:
        reader.note(OLD)
        return Ready(number, [*shown[:1], "", *shown[2:4], ""], (visit,))
    return Ready(number, shown, (visit, details))


def _part(reader: Reader, cells: Mapping[str, str]) -> PartOfDay:
    hour = values.hour(cells.get("visited_on", ""))
    if cells.get("part", "").strip() or hour is None:
        return reader.pick(cells, "part", PartOfDay) or PartOfDay.MORNING
    return PartOfDay.MORNING if hour < 12 else PartOfDay.AFTERNOON if hour < 18 else PartOfDay.EVENING


def _request(reader: Reader, number: int, cells: Mapping[str, str]) -> Ready:
    today = reader.session.today
    day = reader.must(cells, "registered_on", values.day)
    category = reader.must(cells, "category", values.category)
    ended = _ended(reader, cells, day)
    last = date.fromisoformat(ended["on"]) if ended else today
    place = reader.door(cells)
    entry = _entry(reader, cells, _at(day, MORNING), category, place)
    check.request(entry, today)
    result = tr(OUTCOME_NAMES[Outcome(ended["outcome"])]) if ended else tr("open")
    shown = [day.isoformat(), entry.particulars.called, category.name, entry.particulars.title, result]
    shown.insert(1, place.text if place else entry.particulars.spot)
    if today - last > WORDS_KEPT:
        reader.note(OLD)
        return Ready(number, [shown[0], "", "", shown[3], "", shown[5]], (entry.request,), ended)
    records: list[Record] = [entry.request, entry.particulars]
    if entry.contact is not None and today - last > PHONE_KEPT:
        reader.note(OLD_PHONE)
    elif entry.contact is not None:
        records.append(entry.contact)
    if ended is None:
        reader.note(STILL_OPEN)
    return Ready(number, shown, records, ended)


def _ended(reader: Reader, cells: Mapping[str, str], day: date) -> Mapping[str, Any] | None:
    outcome = reader.pick(cells, "outcome", Outcome)
    done = reader.may(cells, "done_on", values.day)
    if outcome is None and done is None:
        return None
    if outcome is None or done is None:
        lacks = "outcome" if outcome is None else "done_on"
        label = tr(wanted(Kind.REQUESTS, lacks).label)
        raise BadValue(
            lacks,
            tr("“{field}” is missing.").format(field=label),
            next=tr("A case that ended has a result and a day; one that is open has neither."),
        )
    if not day <= done <= reader.session.today:
        raise BadValue("done_on", tr("It was done neither before it was asked nor after today."))
    given = {"on": done.isoformat(), "outcome": str(outcome)}
    satisfaction = reader.pick(cells, "satisfaction", Satisfaction)
    before = reader.may(cells, "was", values.number_before)
    return (
        given
        | ({"was": before} if before else {})
        | ({"satisfaction": str(satisfaction)} if satisfaction else {})
    )


def _entry(
    reader: Reader, cells: Mapping[str, str], at: datetime, category: catalog.Category, place: Place | None
) -> RequestEntry:
    session = reader.session
    called, phone = reader.cell(cells, "called"), values.phone(reader.cell(cells, "phone"))
    if not category.takes_person and (called or phone):
        reader.note(NO_PERSON)
        called = phone = ""
    name = values.called(called, category)
    if name != "".join(called.split()):
        reader.note(SHORTENED)
    text = reader.words(cells, "text")
    title = reader.words(cells, "title") or text
    if len(title) > 30:
        title, text = title[:29] + "…", text or title
    record = session.new_id(at)
    spot = reader.cell(cells, "spot")
    request = Request(
        unit=session.unit,
        id=record,
        number="",
        registered_at=at,
        source=reader.pick(cells, "source", Source) or Source.VISIT,
        category=category.code,
        limit=Limit.read(category.limit).text(),
        estate=place.estate.id if place else None,
        public_place=bool(spot) and place is None,
    )
    particulars = Particulars(
        unit=session.unit,
        id=record,
        building=place.building.id if place else None,
        door=place.door if place else "",
        spot="" if place else spot[:40],
        called=name,
        title=title,
        # Of a matter that is restricted only the fact is kept, never the story.
        text="" if category.restricted else text[:500],
    )
    contact = Contact(unit=session.unit, id=record, phone=phone[:20]) if phone else None
    return RequestEntry(request, particulars, contact)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, LOCAL).astimezone(UTC)
