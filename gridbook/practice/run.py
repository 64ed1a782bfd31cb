"""The whole main job on the invented subdistrict: found, record, print, hand over, answer, compare."""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import ParamSpec

from gridbook.i18n import tr
from gridbook.practice import acting, agreed, errands, report, stations
from gridbook.practice.places import places_of
from gridbook.practice.report import Report
from gridbook.practice.stations import Stations
from gridbook.practice.subdistrict import LEAD, SUBDISTRICT, Scale, Town
from gridbook.practice.year import Day, days_of
from gridbook.press import pdf
from gridbook.records.base import LOCAL, UnitCode
from gridbook.records.place import Level, Unit, level_of
from gridbook.records.request import RequestEntry
from gridbook.records.visit import (
    Attempt,
    Mode,
    Visit,
    VisitDetails,
    VisitEntry,
    VisitOutcome,
    VisitReason,
)
from gridbook.reports import ledger
from gridbook.sheets import from_book
from gridbook.sheets.page import Page
from gridbook.store import caseload, journal, places, requests, staff, units, visits
from gridbook.store.session import Session

PASSPHRASE = "practice 演示数据"
START = {
    "grid": date(2026, 11, 2),
    "community": date(2026, 11, 2),
    "subdistrict": date(2026, 1, 1),
}
DAYS = {"grid": 10, "community": 5, "subdistrict": 245}
"""Where the sticks go round daily, some days; for the whole subdistrict a year, with sticks on Fridays."""
FRIDAY = 4
PRINTED = 6
"""How many single sheets a desk prints on the days on which it prints."""

Says = Callable[[str], None]
P = ParamSpec("P")


@dataclass(slots=True)
class Result:
    """What was done, how long each part took, and what is held where."""

    folder: Path
    visits: int = 0
    attempts: int = 0
    requests: int = 0
    acts: int = 0
    pages: int = 0
    ledger_lines: int = 0
    bundles: int = 0
    bundle_bytes: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    report: Report | None = None

    @property
    def all_held(self) -> bool:
        """Whether everything is held where it should be."""
        return self.report is not None and self.report.all_held


class _Run:
    def __init__(self, folder: Path, scale: str, days: int, seed: int, says: Says) -> None:
        self.town = Town.of(scale, seed)
        self.chance = random.Random(f"{seed} desks")
        self.errand_chance = random.Random(f"{seed} errands")
        self.days = days
        self.start = START[scale]
        self.every_day = scale != Scale.SUBDISTRICT
        self.folder = folder
        self.says = says
        self.result = Result(folder)
        self.planned = {
            grid.code: _by_date(days_of(self.town, grid.code, self.start, days)) for grid in self.town.grids
        }
        self.stations: Stations

    def go(self) -> Result:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
        (self.folder / "sheets").mkdir(exist_ok=True)
        day_before = at_hour(self.start - timedelta(days=1), 9)
        with stations.opened(self.folder, day_before, PASSPHRASE) as self.stations:
            self._timed(tr("Books and keys"), self._found)
            self._timed(tr("Lists of the subdistrict"), self._lists)
            days = self._working_days()
            for day in (self.start + timedelta(days=n) for n in range((days[-1] - self.start).days + 1)):
                self._timed(tr("Recording"), self._record, day)
                if self.town.calendar.works(day):
                    self._day(day, last=day == days[-1])
            self._timed(tr("Sticks"), self._round_without_work)
            self._timed(tr("Ledger"), self._ledgers)
            self._timed(tr("Comparison"), self._compare)
            self.result.bundles = self.stations.carried.bundles
            self.result.bundle_bytes = self.stations.carried.bytes
        return self.result

    def _timed(self, what: str, do: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        began = time.perf_counter()
        do(*args, **kwargs)
        spent = self.result.seconds
        spent[what] = spent.get(what, 0.0) + time.perf_counter() - began

    def _working_days(self) -> Sequence[date]:
        found: list[date] = []
        day = self.start
        while len(found) < self.days:
            if self.town.calendar.works(day):
                found.append(day)
            day += timedelta(days=1)
        return found

    def _found(self) -> None:
        for unit in self.town.units:
            lead = next(one for one in self.town.staff if one.unit == unit.code)
            self.stations.make(unit.code, unit.name, lead.name)
        self.says(tr("{n} books were made and joined by stick.").format(n=len(self.stations)))

    def _lists(self) -> None:
        for unit in self.town.units:
            self.stations[unit.code].write(_write_own, unit)
        self.stations[SUBDISTRICT].write(_write_lists, self.town)
        for person in self.town.staff:
            if person.code != LEAD:
                store = self.stations[person.unit]
                store.write(
                    staff.add,
                    store.folder,
                    store.keys,
                    person.name,
                    person.role,
                    PASSPHRASE,
                    calibrate=False,
                )
        for code in self.stations.of_level(Level.GRID):
            made = places_of(self.town, code)
            self.stations[code].write(places.save, *made.estates, *made.buildings)
            self.stations[code].write(agreed.write, self.town, made)
        self._up(Level.GRID)
        self._up(Level.COMMUNITY)
        self._down()

    def _day(self, day: date, *, last: bool) -> None:
        if last:
            for grid in self.stations.of_level(Level.GRID):
                made = places_of(self.town, grid)
                self.stations[grid].write(agreed.write_lists, self.town, made)
        if last or self.every_day or day.weekday() == FRIDAY:
            self.stations.clock.set(day, 17, 25)
            for grid in self.stations.of_level(Level.GRID):
                self._timed(tr("Acting"), self._errands, grid)
        self._work(Level.GRID, day, 17, 30)
        if last:
            for grid in self.stations.of_level(Level.GRID):
                made = places_of(self.town, grid)
                self.result.requests += self.stations[grid].write(errands.write_orders, self.town, made)
        if not (last or self.every_day or day.weekday() == FRIDAY):
            return
        self._timed(tr("Sheets"), self._print, day)
        self._timed(tr("Sticks"), self._up, Level.GRID)
        self._work(Level.COMMUNITY, day, 17, 50)
        self._timed(tr("Sticks"), self._up, Level.COMMUNITY)
        self._work(Level.SUBDISTRICT, day, 18, 10)
        self._timed(tr("Sticks"), self._down)
        self.says(tr("{day}: recorded, handed over and answered.").format(day=day.isoformat()))

    def _record(self, day: date) -> None:
        self.stations.clock.set(day, 17, 20)
        at_desk: dict[UnitCode, list[RequestEntry]] = {}
        for grid, planned in self.planned.items():
            work = planned.get(day)
            if work is None:
                continue
            saved, tried, opened = self.stations[grid].write(_write_day, work, grid)
            self.result.visits += saved
            self.result.attempts += tried
            self.result.requests += opened
            for one in work.requests:
                if one.taken_by != grid:
                    at_desk.setdefault(one.taken_by, []).append(one.entry)
        for unit, entries in at_desk.items():
            self.stations[unit].write(_write_requests, entries)
            self.result.requests += len(entries)

    def _work(self, level: Level, day: date, hour: int, minute: int) -> None:
        self.stations.clock.set(day, hour, minute)
        for unit in self.stations.of_level(level):
            self._timed(tr("Acting"), self._act, unit)

    def _act(self, unit: UnitCode) -> None:
        self.result.acts += self.stations[unit].write(acting.work_through, self.chance)

    def _errands(self, unit: UnitCode) -> None:
        self.stations[unit].write(errands.work_through, self.errand_chance)

    def _up(self, level: Level) -> None:
        for unit in self.stations.of_level(level):
            self.stations.up(unit)

    def _down(self) -> None:
        for level in (Level.COMMUNITY, Level.GRID):
            for unit in self.stations.of_level(level):
                self.stations.down(unit)

    def _round_without_work(self) -> None:
        self._up(Level.GRID)
        self._up(Level.COMMUNITY)
        self._down()
        # The answers were held below only after the last round; this one brings those receipts up.
        self._up(Level.GRID)
        self._up(Level.COMMUNITY)

    def _print(self, day: date) -> None:
        for unit in self.stations:
            pages = self.stations[unit].write(_pages, day)
            if pages:
                name = f"{unit}-{day.isoformat()}.pdf"
                pdf.write(pages, self.folder / "sheets" / name, tr("Practice data"))
                self.result.pages += len(pages)

    def _ledgers(self) -> None:
        months = sorted({day.strftime("%Y-%m") for day in self._working_days()})
        for unit in (*self.stations.of_level(Level.SUBDISTRICT), *self.stations.of_level(Level.COMMUNITY)):
            for month in months:
                made = self.stations[unit].read(ledger.of_month, month)
                ledger.write(made, self.folder / f"ledger-{unit}-{month}.xlsx")
                if level_of(unit) is Level.SUBDISTRICT:
                    self.result.ledger_lines += len(made.lines)

    def _compare(self) -> None:
        self.result.report = report.of_stations(
            self.stations, {"Visit": self.result.visits, "Request": self.result.requests}
        )


def whole_job(
    folder: Path, scale: str, days: int | None, seed: int, says: Says = lambda sentence: None
) -> Result:
    """Do everything a subdistrict does, in a folder; deterministic by its seed but for keys and sealing."""
    return _Run(folder, scale, days or DAYS[scale], seed, says).go()


def sentences(result: Result) -> Sequence[str]:
    """What was done and where it lies, for people."""
    done = tr(
        "{visits} visits, {tries} times nobody in, {requests} requests, {acts} acts; {pages} pages printed; "
        "{bundles} bundles with {kb} KB over the sticks; {lines} lines in the ledger."
    ).format(
        visits=result.visits,
        tries=result.attempts,
        requests=result.requests,
        acts=result.acts,
        pages=result.pages,
        bundles=result.bundles,
        kb=-(-result.bundle_bytes // 1024),
        lines=result.ledger_lines,
    )
    spent = "，".join(f"{what} {seconds:.1f} s" for what, seconds in result.seconds.items())
    held = (
        tr("Everything is held where it should be, the same at every office.")
        if result.all_held
        else tr("Not everything is held where it should be.")
    )
    return [
        done,
        spent,
        held,
        tr("Books, sticks, sheets and ledgers are in {place}.").format(place=result.folder),
    ]


def at_hour(day: date, hour: int) -> datetime:
    """An instant of a practice day, by its hour in China."""
    return datetime.combine(day, clock_time(hour), LOCAL).astimezone(UTC)


def _by_date(days: Iterable[Day]) -> dict[date, Day]:
    return {day.date: day for day in days}


def _write_own(session: Session, listed: Unit) -> None:
    own = units.own(session)
    units.save(session, replace(own, short=listed.short, telephone=listed.telephone))


def _write_lists(session: Session, town: Town) -> None:
    for unit in town.units:
        if unit.code != session.unit:
            units.save(session, unit)
    journal.save(session, *town.holidays, town.hours)


def _write_day(session: Session, day: Day, grid: UnitCode) -> tuple[int, int, int]:
    """What the grid itself writes down: visits with the requests they open, other requests, doors tried."""
    opened: set[bytes] = set()
    for visited in day.visits:
        visits.save(session, visited.entry, [one.entry for one in visited.opens])
        opened |= {one.entry.request.id for one in visited.opens}
    others = [
        one.entry for one in day.requests if one.taken_by == grid and one.entry.request.id not in opened
    ]
    _write_requests(session, others)
    for attempt in day.attempts:
        visits.save(session, _tried(attempt))
    return len(day.visits), len(day.attempts), len(opened) + len(others)


def _write_requests(session: Session, entries: Sequence[RequestEntry]) -> None:
    for entry in entries:
        requests.save(session, entry)


def _tried(attempt: Attempt) -> VisitEntry:
    """The form of a visit at which nobody was in; nothing of it is kept but the attempt."""
    unit = attempt.unit
    return VisitEntry(
        Visit(
            unit=unit,
            id=b"",
            number="",
            visited_on=attempt.tried_on,
            part=attempt.part,
            reason=VisitReason.INVITED,
            mode=Mode.DOORSTEP,
            outcome=VisitOutcome.NOT_IN,
        ),
        VisitDetails(unit=unit, id=b"", building=attempt.building, door=attempt.door),
    )


def _pages(session: Session, day: date) -> tuple[Page, ...]:
    found: list[Page] = []
    at_grid = level_of(session.unit) is Level.GRID
    if at_grid:
        numbers = [row.visit.number for row in visits.of_day(session, day)]
        if numbers:
            found += from_book.printed(session, "P2", numbers).pages
            found += from_book.printed(session, "P1", numbers[:PRINTED]).pages
    rows = caseload.page(session, caseload.Wanted(since=day, until=day), 0, PRINTED)
    if rows:
        numbers = [row.request.number for row in rows]
        found += from_book.printed(session, "P5" if at_grid else "P6", numbers).pages
    return tuple(found)
