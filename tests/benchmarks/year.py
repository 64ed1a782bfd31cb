"""A year of 74 grids, handed over on 245 days, taken in by the subdistrict: `dev.py bench year`.

Real books at all three tiers write, seal and carry; only what the subdistrict takes in is timed. The peer
writes the same ops and rows bare, one durable transaction for each bundle.
"""

import argparse
import tempfile
import time
from datetime import date
from pathlib import Path

import sqlcipher3.dbapi2 as cipher

from gridbook.records.base import Record
from gridbook.records.request import Action, Contact, Particulars, Request
from gridbook.records.visit import VisitDetails
from gridbook.store import journal
from gridbook.store.session import Session
from gridbook.sync import export, take
from tests.benchmarks import _table
from tests.sync import offices
from tests.sync.offices import SUBDISTRICT, Offices

GRIDS = (8, 7, 8, 7, 7, 8, 7, 7, 8, 7)
VISITS_A_DAY = 2
DAYS = 245
WAYS = (
    ((Action.ACCEPT, {}),),
    ((Action.RESOLVE, {"outcome": "solved"}), (Action.FEED_BACK, {})),
    ((Action.FOLLOW_UP, {"satisfaction": "satisfied"}), (Action.CLOSE, {})),
)
"""What is done to a request on the day it came, the next day, and the day after."""


def write_day(session: Session, open_cases: list[list[Request]], day: date) -> int:
    """One working day of a grid: visits, one request, and what is done to the last three; returns the ops."""
    unit = session.unit
    made: list[Record] = []
    for _ in range(VISITS_A_DAY):
        one = offices.visit(unit, visited_on=day)
        made += [one, VisitDetails(unit=unit, id=one.id, items=("水龙头已修好",), companion="李")]
    asked = offices.request(unit, session.now())
    made += [
        asked,
        Particulars(unit=unit, id=asked.id, called="王女士", title="厨房漏水", text="楼上漏水到厨房"),
        Contact(unit=unit, id=asked.id, phone="19900000001"),
    ]
    journal.save(session, *made)
    open_cases.insert(0, [asked])
    del open_cases[len(WAYS) :]
    events = 0
    for cases, steps in zip(open_cases, WAYS, strict=False):
        for case in cases:
            for action, given in steps:
                journal.event(session, unit, case.id, action, given)
                events += 1
    return len(made) + events


def year(folder: Path, communities: int, days: int) -> dict[str, float]:
    """Write and carry the year; the seconds, bundles and ops of what the subdistrict took in."""
    units = [SUBDISTRICT]
    for n, grids in enumerate(GRIDS[:communities], 1):
        units += [f"{SUBDISTRICT}{n:03}", *(f"{SUBDISTRICT}{n:03}{g:03}" for g in range(1, grids + 1))]
    town = Offices(folder).found(*units)
    stick = town.stick()
    cases: dict[str, list[list[Request]]] = {unit: [] for unit in units}
    seconds, spent, bundles, ops = 0.0, 0.0, 0, 0
    for _ in range(days):
        town.clock.go(hours=24)
        for unit in sorted(units, key=len, reverse=True):
            if len(unit) == 15:
                town[unit].write(write_day, cases[unit], town.clock.at.date())
            if unit == SUBDISTRICT:
                continue
            (up,) = export.hand_over(town[unit], stick, unit[:-3])
            began, before = time.perf_counter(), time.process_time()
            taken = take.take(town[unit[:-3]], up.path)
            if len(unit) == 12:
                seconds += time.perf_counter() - began
                spent += time.process_time() - before
                bundles, ops = bundles + 1, ops + taken.ops
            if taken.error is not None or taken.refused:
                raise SystemExit(f"not taken in: {taken}")
            answer = export.hand_over(town[unit[:-3]], stick, unit)
            take.take(town[unit], answer[0].path)
            for path in stick.glob("*.gbb"):
                path.unlink()
    size = (folder / SUBDISTRICT / "book.db").stat().st_size
    bare = town[SUBDISTRICT].read(_bodies)
    town.close()
    return {
        "bundles": bundles,
        "ops": ops,
        "seconds": seconds,
        "seconds of the processor": spent,
        "peer seconds": bare_year(folder / "bare.db", bare, bundles),
        "book MB": size / 1e6,
    }


def _bodies(session: Session) -> list[tuple[bytes, bytes]]:
    return [
        (bytes(a), bytes(b)) for a, b in session.run("SELECT record, body FROM op WHERE body IS NOT NULL")
    ]


def bare_year(path: Path, rows: list[tuple[bytes, bytes]], bundles: int) -> float:
    """The same ops as bare rows in an equally encrypted store, one durable transaction for each bundle."""
    store = cipher.connect(str(path), isolation_level=None)
    store.execute(f"PRAGMA key = \"x'{'11' * 32}'\"")
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("PRAGMA synchronous = FULL")
    store.execute("CREATE TABLE op (pos INTEGER PRIMARY KEY, record BLOB, body BLOB)")
    store.execute("CREATE INDEX op_record ON op (record)")
    each = -(-len(rows) // bundles)
    began = time.perf_counter()
    for start in range(0, len(rows), each):
        store.execute("BEGIN")
        store.executemany("INSERT INTO op (record, body) VALUES (?, ?)", rows[start : start + each])
        store.execute("COMMIT")
    seconds = time.perf_counter() - began
    store.close()
    return seconds


def main() -> None:
    """Write down what a year came to."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--communities", type=int, default=len(GRIDS))
    asked.add_argument("--days", type=int, default=DAYS)
    told = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="gridbook-bench-") as folder:
        figures = year(Path(folder), told.communities, told.days)
    bundles = figures["bundles"]
    _table.write(
        "year",
        [
            (f"{told.communities} communities, {told.days} days: {name}", f"{value:,.2f}")
            for name, value in (
                *figures.items(),
                ("times the peer", figures["seconds"] / figures["peer seconds"]),
                ("ms a bundle", 1000 * figures["seconds"] / bundles),
                ("ms of the processor a bundle", 1000 * figures["seconds of the processor"] / bundles),
            )
        ],
    )


if __name__ == "__main__":
    main()
