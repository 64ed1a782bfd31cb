"""Many histories of the model and of real books: `dev.py bench storm [--histories N --real M --seed S]`."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from multiprocessing.util import Finalize
from pathlib import Path

from tests.servers import running
from tests.sync.model.storm import history as history_of_model
from tests.sync.storm.history import history, room
from tests.sync.storm.world import Made

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "build" / "storm.md"
OF_THE_MODEL, OF_REAL_BOOKS, OF_SERVED_BOOKS = 100, 2, 10
"""How many histories one task runs: few, so that a run which is stopped has lost little."""
LONG = 4
"""A long history has so many times the deeds of an ordinary one."""
HEAD = """# The storm: what `python3 build/dev.py bench storm` ran

Each history: seven stations in three tiers; faults, then three rounds; then every office is judged. A seed
runs again with `python3 build/dev.py bench storm --seed S --histories 1 --real 1`, at the commit of its row.
A row counts what was run to its end, also of a run that was stopped; it is written anew after every few.

| histories of | run | of | seeds | failed | minutes | at once | on | commit | how it ended |
|---|---:|---:|---|---:|---:|---:|---|---|---|
"""
NOTES = "\n## What the histories brought to light\n"


@dataclass
class Outcome:
    """What came of a run of one kind of history so far."""

    name: str
    asked: int
    processes: int
    commit: str
    done: set[int] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.perf_counter)
    ended: str = "under way"

    def row(self) -> str:
        """Its line in the table."""
        minutes = (time.perf_counter() - self.began) / 60
        cells = (
            self.name,
            f"{len(self.done):,}",
            f"{self.asked:,}",
            ranges(self.done),
            str(len(self.failed)),
            f"{minutes:.1f}",
            str(self.processes),
            str(date.today()),
            self.commit,
            self.ended,
        )
        return "| " + " | ".join(cells) + " |"


def ranges(seeds: set[int]) -> str:
    """Seeds in short: `1–500, 601–700`."""
    ordered, found = sorted(seeds), []
    for seed in ordered:
        if found and found[-1][1] == seed - 1:
            found[-1][1] = seed
        else:
            found.append([seed, seed])
    return ", ".join(f"{first}–{last}" for first, last in found)


def model(seeds: Sequence[int]) -> list[str]:
    """Histories of the model; the seeds that failed."""
    return [f"{seed}: {'; '.join(wrong)}" for seed in seeds if (wrong := history_of_model(seed)[0])]


def real(seeds: Sequence[int], longer: int = 1) -> list[str]:
    """Histories over real encrypted books; the seeds that failed."""
    place = _place()
    found = ((seed, history(_made(), seed, place, longer=longer)[0]) for seed in seeds)
    return [f"{seed}: {wrong}" for seed, wrong in found if wrong]


def served(seeds: Sequence[int]) -> list[str]:
    """Histories in which the books of the upper offices lie on a server; the seeds that failed."""
    with running() as server:
        made = replace(_made(), server=server)
        found = ((seed, history(made, seed, _place())[0]) for seed in seeds)
        return [f"{seed}: {wrong}" for seed, wrong in found if wrong]


@cache
def _place() -> Path:
    """A folder of this process, which goes with it."""
    place = Path(tempfile.mkdtemp(dir=room()))
    Finalize(None, shutil.rmtree, (place, True), exitpriority=1)
    return place


@cache
def _made() -> Made:
    return Made.once(_place() / "made")


Task = Callable[[Sequence[int]], list[str]]


def run(pool: ProcessPoolExecutor, outcome: Outcome, task: Task, size: int, given: range) -> Iterator[None]:
    """Run histories of one kind and print seeds that fail as they do; hands over after every portion."""
    portions = iter([given[at : at + size] for at in range(0, len(given), size)])
    waiting: dict[Future[list[str]], range] = {}
    while True:
        # Only as many as can run at once are begun, so that stopping is quick.
        while len(waiting) < outcome.processes and (portion := next(portions, None)) is not None:
            waiting[pool.submit(task, portion)] = portion
        if not waiting:
            outcome.ended = "finished"
            return
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            outcome.done.update(waiting.pop(future))
            for sentence in future.result():
                print(f"{outcome.name}: seed {sentence}", flush=True)
                outcome.failed.append(sentence)
        yield


def written(outcome: Outcome, table: Path) -> None:
    """Put the row of this run, and the seeds that failed, in the place of those of the run before it."""
    before = table.read_text(encoding="utf-8") if table.is_file() else ""
    head, _, notes = before.partition(NOTES)
    kept = [
        line
        for line in head.splitlines()
        if line.startswith(("| ", "- "))
        and not line.startswith(("| histories of ", f"| {outcome.name} |", f"- {outcome.name}, seed "))
    ]
    rows = [*(line for line in kept if line.startswith("| ")), outcome.row()]
    failed = [line for line in kept if line.startswith("- ")]
    failed += [f"- {outcome.name}, seed {sentence}" for sentence in outcome.failed]
    told = HEAD + "\n".join(sorted(rows)) + "\n"
    if failed:
        told += "\nFailed:\n\n" + "\n".join(failed) + "\n"
    fresh = table.with_name(table.name + ".new")
    fresh.write_text(told + NOTES + notes, encoding="utf-8")
    fresh.replace(table)


def commit() -> str:
    """The commit that is run, marked where files differ from it."""
    asked = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=+", "--abbrev=9", "--exclude=*"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return found or "unknown"


def main(given: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; the table is kept up to date as it goes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=100_000, help="histories of the model")
    parser.add_argument("--real", type=int, default=1_000, help="histories over real books")
    parser.add_argument("--long", type=int, default=0, help="long histories over real books")
    parser.add_argument("--served", type=int, default=0, help="histories with upper offices on a server")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, help="stop each kind after so long")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--table", type=Path, default=TABLE, help="where the table is kept")
    asked = parser.parse_args(given)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    kinds: tuple[tuple[str, Task, int, int], ...] = (
        ("the model", model, asked.histories, OF_THE_MODEL),
        ("real books", real, asked.real, OF_REAL_BOOKS),
        ("real books, long", partial(real, longer=LONG), asked.long, OF_REAL_BOOKS),
        ("real books, some on a server", served, asked.served, OF_SERVED_BOOKS),
    )
    outcomes = []
    with ProcessPoolExecutor(asked.processes) as pool:
        for name, task, count, size in kinds:
            if not count:
                continue
            outcome = Outcome(name, count, asked.processes, commit())
            outcomes.append(outcome)
            try:
                for _ in run(pool, outcome, task, size, range(asked.seed, asked.seed + count)):
                    late = time.perf_counter() - outcome.began > 60 * (asked.minutes or float("inf"))
                    outcome.ended = "stopped by its time limit" if late else "under way"
                    written(outcome, asked.table)
                    if late:
                        break
            except KeyboardInterrupt:
                outcome.ended = "stopped"
                pool.shutdown(wait=False, cancel_futures=True)
                break
            finally:
                written(outcome, asked.table)
                print(outcome.row(), flush=True)
    return 1 if any(one.failed for one in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
