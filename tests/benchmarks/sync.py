"""Hand-over of 100,000 visits against an apsw session changeset of the same rows: `dev.py bench sync`."""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import apsw

from gridbook.records.base import Record, id_at
from gridbook.records.visit import Mode, PartOfDay, Visit, VisitDetails, VisitNote, VisitOutcome, VisitReason
from gridbook.store import book, journal, tables
from gridbook.store.book import Store
from gridbook.sync import export, joining, take
from tests.benchmarks import _table

COMMUNITY = "990101001003"
SUBDISTRICT = "990101001"
GRID = "990101001003005"
PASSPHRASE = "only for measuring"
PER_WRITE = 1000
TRIES = 3
COUNT = 100_000
ITEMS = ("咨询医保参保缴费", "水龙头已修好", "送达停水通知", "代取药品", "楼道灯不亮已报修", "办理社保认证")


def visits(count: int, classes: int) -> Iterator[list[Record]]:
    """Real visits: facts, and with three classes details and a note for most."""
    chance = random.Random(7)
    start = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
    for n in range(count):
        at = start + timedelta(seconds=97 * n)
        its_id = id_at(at, chance.randbytes)
        records: list[Record] = [
            Visit(
                unit=GRID,
                id=its_id,
                number=f"0305-26-{n:06}-7K2Q",
                visited_on=date(2026, 1, 5) + timedelta(days=n % 300),
                part=chance.choice(list(PartOfDay)),
                reason=chance.choice(list(VisitReason)),
                mode=chance.choice(list(Mode)),
                outcome=VisitOutcome.MET,
                categories=(f"{chance.choice('ABCF')}0{chance.randint(1, 5)}",),
            )
        ]
        if classes == 3:
            records.append(
                VisitDetails(
                    unit=GRID,
                    id=its_id,
                    building=chance.randbytes(1) * 16,
                    door=f"{chance.randint(1, 5)}-{chance.randint(1, 6)}0{chance.randint(1, 2)}",
                    items=(chance.choice(ITEMS),),
                    notice="2026-1",
                )
            )
            records.append(VisitNote(unit=GRID, id=its_id, note="老人听力不好，敲门要重一些"))
        yield records


def fill(folder: Path, count: int, classes: int) -> None:
    """A subdistrict, a community and a grid; the grid's book holds the work."""
    books = {}
    for unit in (SUBDISTRICT, COMMUNITY, GRID):
        books[unit], _ = book.create(folder / unit, unit, unit, "王芳", PASSPHRASE, calibrate=False)
        if unit == SUBDISTRICT:
            joining.found_root(books[unit])
            continue
        stick = folder / f"stick-{unit}"
        stick.mkdir()
        question = joining.read_question(joining.ask(books[unit], stick).path)
        joining.accept(books[unit], joining.admit(books[unit[:-3]], question, stick))
    batch: list[Record] = []
    for records in visits(count, classes):
        batch += records
        if len(batch) >= PER_WRITE * classes:
            books[GRID].write(journal.save, *batch)
            batch = []
    if batch:
        books[GRID].write(journal.save, *batch)
    for store in books.values():
        store.close()


def timed(name: str, work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """Seconds on the wall and of the processor under that name, and what the work returned."""
    began, spent = time.perf_counter(), time.process_time()
    result = work()
    return {name: time.perf_counter() - began, f"{name} CPU": time.process_time() - spent}, result


def opened(folder: Path, unit: str) -> Store:
    """The book of a unit."""
    return book.open_book(folder / unit, "王芳", PASSPHRASE)


def phase_export(folder: Path) -> dict[str, float]:
    """Seal and write everything for the community; then once more, sealed already."""
    stick = folder / "stick"
    stick.mkdir(exist_ok=True)
    with opened(folder, GRID) as store:
        first, made = timed("export", lambda: export.hand_over(store, stick, COMMUNITY))
        size = made[0].bytes
        made[0].path.rename(folder / "work.gbb")
        again, made = timed("export sealed before", lambda: export.hand_over(store, stick, COMMUNITY))
        made[0].path.unlink()
    return {**first, **again, "file": size, "peak": peak()}


def phase_import(folder: Path) -> dict[str, float]:
    """Take everything in at the community."""
    with opened(folder, COMMUNITY) as store:
        seconds, taken = timed("import", lambda: take.take(store, folder / "work.gbb"))
        assert taken.error is None, taken.error
    return {**seconds, "peak": peak(), "ops": taken.ops}


def phase_reimport(folder: Path) -> dict[str, float]:
    """Take the same file in again."""
    with opened(folder, COMMUNITY) as store:
        seconds, taken = timed("re-import", lambda: take.take(store, folder / "work.gbb"))
        assert taken.ops == 0
    return seconds


def phase_daily(folder: Path) -> dict[str, float]:
    """500 ops of a day, down with the receipt first, then up."""
    stick = folder / "daily"
    stick.mkdir()
    with opened(folder, COMMUNITY) as above:
        export.hand_over(above, stick, GRID)
    with opened(folder, GRID) as store:
        take.from_stick(store, stick)
        day = [record for records in visits(500, 1) for record in records]
        fresh = [type(one)(**{**fields(one), "id": id_at(datetime.now(UTC))}) for one in day]
        store.write(journal.save, *fresh)
        out, made = timed("daily export", lambda: export.hand_over(store, stick, COMMUNITY))
        path = made[0].path
        size = made[0].bytes
    with opened(folder, COMMUNITY) as above:
        back, taken = timed("daily import", lambda: take.take(above, path))
        assert taken.ops == 500, taken
    return {**out, **back, "daily file": size}


def fields(record: Record) -> dict[str, Any]:
    """The record's values by name."""
    names = ("unit", *(field.name for field in tables.CLASSES["Visit"].fields))
    return {name: getattr(record, name) for name in names}


def peer_database(path: Path, classes: int) -> apsw.Connection:
    """An encrypted store with the same tables and indexes, without log, causality or signature."""
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA cipher='sqlcipher'")
    connection.execute('PRAGMA key="raw:' + "11" * 32 + '"')
    connection.execute("PRAGMA cache_size=-65536")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    for name in ("Visit", "VisitDetails", "VisitNote")[:classes]:
        table = tables.RECORDS[name]
        columns = ", ".join(f'"{c.name}"' for c in table.columns)
        connection.execute(f'CREATE TABLE "{table.name}" ({columns}, PRIMARY KEY (unit, id))')
        for index in table.indexes:
            if not index.unique:
                names = ", ".join(c.name for c in index.columns)
                connection.execute(f'CREATE INDEX "{index.name}" ON "{table.name}" ({names})')
    return connection


def peer(folder: Path, count: int, classes: int) -> dict[str, float]:
    """Record, write and apply a changeset of the same rows."""
    travelling = min(classes, 2)
    source = peer_database(folder / "peer-source.db", classes)
    session = apsw.Session(source, "main")
    session.attach()
    with source:
        for records in visits(count, classes):
            for record in records[:travelling]:
                row = tables.row_of(record)
                marks = ", ".join("?" * len(row))
                name = tables.table_name(type(record).__name__)
                source.execute(f'INSERT INTO "{name}" VALUES ({marks})', tuple(row.values()))
    path = folder / "peer.changeset"
    write, changes = timed("peer export", session.changeset)
    path.write_bytes(changes)
    target = peer_database(folder / "peer-target.db", classes)

    def apply() -> None:
        with target:
            apsw.Changeset.apply(path.read_bytes(), target)

    seconds, _ = timed("peer import", apply)

    def again() -> None:
        with target:
            apsw.Changeset.apply(path.read_bytes(), target, conflict=lambda *_: apsw.SQLITE_CHANGESET_OMIT)

    repeated, _ = timed("peer re-import", again)
    source.close()
    target.close()
    size = path.stat().st_size
    for file in folder.glob("peer-*"):
        file.unlink()
    path.unlink()
    return {**write, "peer file": size, **seconds, **repeated}


def peak() -> float:
    """Peak resident memory of this process in MB; getrusage would count the parent's before exec as well."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


PHASES = {
    "export": phase_export,
    "import": phase_import,
    "re-import": phase_reimport,
    "daily": phase_daily,
}


def in_a_process(phase: str, folder: Path) -> dict[str, float]:
    """The figures of one phase, run in a process of its own so that its peak memory is its own."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.sync", "--phase", phase, "--folder", str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(told.stdout.splitlines()[-1])
    return {f"{phase} peak" if name == "peak" else name: value for name, value in found.items()}


def keep_best(figures: dict[str, float], found: dict[str, float]) -> None:
    """Of what was measured before and now, the lower figure of each."""
    for name, value in found.items():
        figures[name] = min(value, figures.get(name, value))


def filled(count: int, classes: int, kept: Path | None) -> Path:
    """A new folder with the books before a hand-over; books that were kept are not written anew."""
    folder = Path(tempfile.mkdtemp(prefix="gridbook-bench-"))
    place = None if kept is None else kept / f"{count}-{classes}"
    if place is not None and place.exists():
        shutil.copytree(place, folder, dirs_exist_ok=True)
        return folder
    fill(folder, count, classes)
    if place is not None:
        shutil.copytree(folder, place)
    return folder


def run(count: int, classes: int, kept: Path | None = None, tries: int = TRIES) -> dict[str, float]:
    """All phases and the peer, on the same rows in the same run."""
    folder = filled(count, classes, kept)
    try:
        figures: dict[str, float] = {}
        before = folder / "before"
        shutil.copytree(folder / COMMUNITY, before / COMMUNITY)
        shutil.copytree(folder / GRID, before / GRID)
        # This machine is shared: of the two that are compared, each may run its best of several.
        for _ in range(tries):
            for unit in (COMMUNITY, GRID):
                shutil.rmtree(folder / unit)
                shutil.copytree(before / unit, folder / unit)
            keep_best(figures, in_a_process("export", folder))
            keep_best(figures, in_a_process("import", folder))
            keep_best(figures, peer(folder, count, classes))
        for phase in ("re-import", "daily"):
            figures.update(in_a_process(phase, folder))
        size = (folder / COMMUNITY / "book.db").stat().st_size
        figures["bytes per visit"] = size / count
        return figures
    finally:
        shutil.rmtree(folder)


def main() -> None:
    """Write down the figures and ratios of one class and of three."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=COUNT)
    asked.add_argument("--classes", type=int, choices=(1, 3), nargs="*", default=(1, 3))
    asked.add_argument(
        "--tries", type=int, default=TRIES, help="of so many runs the best counts, on both sides"
    )
    asked.add_argument("--kept", type=Path, help="keep the filled books here for the next run")
    asked.add_argument("--phase", choices=PHASES)
    asked.add_argument("--folder", type=Path)
    told = asked.parse_args()
    if told.phase:
        print(json.dumps(PHASES[told.phase](told.folder)))
        return
    rows: list[tuple[str, str]] = []
    for classes in told.classes:
        figures = run(told.count, classes, told.kept, told.tries)
        rows += shown(figures, f"{told.count:,} visits, {classes} class(es), best of {told.tries}")
        # A part that was asked for alone stands beside the others.
        alone = "" if len(told.classes) > 1 else f" --classes {classes}"
        alone += "" if told.count == COUNT else f" --count {told.count}"
        _table.write("sync" + alone, rows)


def shown(figures: dict[str, float], of_what: str) -> Iterator[tuple[str, str]]:
    """The figures of one run as rows of the table; first the ratios, which are what counts."""
    for name in ("export", "export sealed before", "import", "re-import"):
        peers = "peer " + name.removesuffix(" sealed before")
        wall, cpu = (figures[name + kind] / figures[peers + kind] for kind in ("", " CPU"))
        yield f"{of_what}: {name} against the peer", f"{wall:.2f} × on the wall, {cpu:.2f} × of the processor"
    yield f"{of_what}: file against the peer", f"{figures['file'] / figures['peer file']:.2f} ×"
    for name, value in figures.items():
        if "file" in name:
            yield f"{of_what}: {name}", f"{value / 1e6:.2f} MB"
        elif "peak" in name:
            yield f"{of_what}: {name}", f"{value:.0f} MB"
        elif name in ("bytes per visit", "ops"):
            yield f"{of_what}: {name}", f"{value:,.0f}"
        elif not name.endswith(" CPU"):
            cpu = figures[name + " CPU"]
            yield f"{of_what}: {name}", f"{value:.2f} s on the wall, {cpu:.2f} s of the processor"


if __name__ == "__main__":
    main()
