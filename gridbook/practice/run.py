"""The whole main job on the invented subdistrict: found, record, print, hand over, answer, compare."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import ParamSpec

from gridbook import catalog
from gridbook.i18n import tr
from gridbook.practice import acting, report, stations
from gridbook.practice.report import Report
from gridbook.practice.stations import Stations
from gridbook.practice.town import Office, Town, Work
from gridbook.press import pdf
from gridbook.records.base import LOCAL, UnitCode, id_at
from gridbook.records.deadline import Calendar, Holiday
from gridbook.records.place import Level, Unit, level_of
from gridbook.records.visit import Attempt
from gridbook.reports import ledger
from gridbook.sheets import SHEETS, from_book
from gridbook.sheets.page import Page
from gridbook.store import caseload, journal, places, prints, requests, staff, units, visits
from gridbook.store.session import Session

PASSPHRASE = "practice 演示数据"
START = date(2026, 11, 2)
DAYS = {"grid": 10, "community": 5, "subdistrict": 245}
CARRIED_EVERY = {"grid": 1, "community": 1, "subdistrict": 5}
"""After how many working days the sticks go round: daily in the small, weekly through a whole year."""
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
        self.days = days
        self.every = CARRIED_EVERY[scale]
        self.folder = folder
        self.says = says
        self.result = Result(folder)
        self.calendar = Calendar.from_lists(
            {one.day.isoformat(): one.works for one in catalog.special_days()}
        )
        self.stations: Stations

    def go(self) -> Result:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
        (self.folder / "sheets").mkdir(exist_ok=True)
        with stations.opened(self.folder, at_hour(START - timedelta(days=3), 9), PASSPHRASE) as self.stations:
            self._timed(tr("Books and keys"), self._found)
            self._timed(tr("Lists of the subdistrict"), self._lists)
            for n, day in enumerate(self._working_days()):
                self._day(day, last=n + 1 == self.days)
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
        day = START
        while len(found) < self.days:
            if self.calendar.works(day):
                found.append(day)
            day += timedelta(days=1)
        return found

    def _found(self) -> None:
        for office in self.town.offices():
            self.stations.make(office.code, office.name, office.person)
        self.says(tr("{n} books were made and joined by stick.").format(n=len(self.stations)))

    def _lists(self) -> None:
        offices = list(self.town.offices())
        top = self.stations[offices[0].code]
        top.write(_write_lists, offices[1:], self.chance)
        for office in offices:
            if office.desk:
                store = self.stations[office.code]
                role = office.desk_role
                store.write(
                    staff.add, store.folder, store.keys, office.desk, role, PASSPHRASE, calibrate=False
                )
        for unit in self.stations.of_level(Level.GRID):
            estates, buildings = self.town.places_of(unit)
            self.stations[unit].write(places.save, *estates, *buildings)
        self._down()

    def _day(self, day: date, *, last: bool) -> None:
        carries = last or self._is_carried(day)
        for unit in self.stations.of_level(Level.GRID):
            self.stations.clock.at = max(self.stations.clock.at, at_hour(day, 17))
            self._timed(tr("Recording"), self._record, unit, day)
        self._work(Level.GRID, day, 17, 10)
        if not carries:
            return
        self._timed(tr("Sheets"), self._print, day)
        self._timed(tr("Sticks"), self._up, Level.GRID)
        self._work(Level.COMMUNITY, day, 17, 40)
        self._timed(tr("Sticks"), self._up, Level.COMMUNITY)
        self._work(Level.SUBDISTRICT, day, 18, 10)
        self._timed(tr("Sticks"), self._down)
        self.says(tr("{day}: recorded, handed over and answered.").format(day=day.isoformat()))

    def _is_carried(self, day: date) -> bool:
        return self.every == 1 or day.weekday() == 4

    def _record(self, unit: UnitCode, day: date) -> None:
        work = self.town.work_of(unit, day)
        saved, tried, opened = self.stations[unit].write(_write_work, work)
        self.result.visits += saved
        self.result.attempts += tried
        self.result.requests += opened

    def _work(self, level: Level, day: date, hour: int, minute: int) -> None:
        self.stations.clock.set(day, hour, minute)
        for unit in self.stations.of_level(level):
            self._timed(tr("Acting"), self._act, unit)

    def _act(self, unit: UnitCode) -> None:
        self.result.acts += self.stations[unit].write(acting.work_through, self.chance)

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


def _write_lists(session: Session, offices: Sequence[Office], chance: random.Random) -> None:
    for office in offices:
        made = id_at(session.now(), chance.randbytes)
        units.save(
            session, Unit(unit=session.unit, id=made, code=office.code, name=office.name, short=office.short)
        )
    for one in catalog.special_days():
        made = id_at(session.now(), chance.randbytes)
        journal.save(
            session, Holiday(unit=session.unit, id=made, day=one.day, works=one.works, name=one.name_zh)
        )


def _write_work(session: Session, work: Work) -> tuple[int, int, int]:
    saved = tried = opened = 0
    for entry, opening in work.visits:
        made = visits.save(session, entry, opening)
        opened += len(opening)
        if isinstance(made, Attempt):
            tried += 1
        else:
            saved += 1
    for one in work.requests:
        requests.save(session, one)
        opened += 1
    return saved, tried, opened


def _pages(session: Session, day: date) -> tuple[Page, ...]:
    printing = from_book.printing(session)
    found: list[Page] = []
    if level_of(session.unit) is Level.GRID:
        shown = [from_book.visit_on_paper(session, row.visit.number) for row in visits.of_day(session, day)]
        if shown:
            found += SHEETS["P2"].filled(shown, printing)
            for one in shown[:PRINTED]:
                found += SHEETS["P1"].filled(one, printing)
            prints.log(session, "P1", [one.visit.number for one in shown[:PRINTED]])
    wanted = caseload.Wanted(since=day, until=day)
    sheet = SHEETS["P5" if level_of(session.unit) is Level.GRID else "P6"]
    rows = caseload.page(session, wanted, 0, PRINTED)
    for row in rows:
        found += sheet.filled(from_book.request_on_paper(session, row.request.number), printing)
    prints.log(session, sheet.code, [row.request.number for row in rows])
    return tuple(found)
