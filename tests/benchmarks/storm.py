"""Many histories of the model and of real books: `dev.py bench storm [--histories N --real M --seed S]`."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tests.sync.model.storm import storm
from tests.sync.model.words import Rules
from tests.sync.storm.history import history, room
from tests.sync.storm.world import Made

TABLE = Path(__file__).parents[2] / "build" / "storm.md"
OF_THE_MODEL, OF_REAL_BOOKS = 250, 25
"""How many histories one task runs: few enough that a run which is stopped has something to tell."""


@dataclass
class Outcome:
    """What came of a run."""

    name: str
    first: int
    histories: int = 0
    seconds: float = 0.0
    failed: list[str] = field(default_factory=list)


def model(first: int, count: int) -> tuple[int, list[str]]:
    """Histories of the model; how many, and the seeds that failed."""
    failed, wrong, _ = storm(first, count, Rules())
    return count, [f"{seed}: {'; '.join(wrong)}" for seed in failed]


def real(first: int, count: int) -> tuple[int, list[str]]:
    """Histories over real encrypted books; how many, and the seeds that failed."""
    failed = []
    with tempfile.TemporaryDirectory(dir=room()) as name:
        made = Made.once(Path(name) / "made")
        for seed in range(first, first + count):
            if wrong := history(made, seed, Path(name))[0]:
                failed.append(f"{seed}: {wrong}")
    return count, failed


Task = Callable[[int, int], tuple[int, list[str]]]


def tasks(first: int, count: int, size: int) -> Iterator[tuple[int, int]]:
    """Seeds in portions."""
    for start in range(first, first + count, size):
        yield start, min(size, first + count - start)


def run(
    pool: ProcessPoolExecutor,
    name: str,
    task: Task,
    portions: Sequence[tuple[int, int]],
    minutes: float | None,
) -> Outcome:
    """Run histories of one kind, for so many minutes at most, and print seeds that fail as they do."""
    outcome, began = Outcome(name, portions[0][0] if portions else 0), time.perf_counter()
    waiting = [pool.submit(task, *portion) for portion in portions]
    for done in as_completed(waiting):
        if done.cancelled():
            continue
        histories, failed = done.result()
        outcome.histories += histories
        for sentence in failed:
            print(f"{name}: seed {sentence}", flush=True)
        outcome.failed += failed
        if minutes is not None and time.perf_counter() - began > 60 * minutes:
            # They were begun in their order, so those that ran are the first ones.
            for one in waiting:
                one.cancel()
    outcome.seconds = time.perf_counter() - began
    return outcome


def table(outcomes: Sequence[Outcome], processes: int) -> str:
    """The dated table, with every seed that failed."""
    lines = [
        "# The storm: the last run of `python3 build/dev.py bench storm`",
        "",
        f"{date.today()}, {processes} at a time. Each history: seven stations in three tiers; faults, then",
        "three rounds; then every office is judged. A seed runs again with `python3 build/dev.py bench storm",
        "--seed S --histories 1 --real 1`.",
        "",
        "| histories of | run | seeds | failed | minutes |",
        "|---|---:|---|---:|---:|",
    ]
    for one in outcomes:
        seeds = f"{one.first}–{one.first + one.histories - 1}"
        lines.append(
            f"| {one.name} | {one.histories:,} | {seeds} | {len(one.failed)} | {one.seconds / 60:.1f} |"
        )
    failed = [f"- {one.name}, seed {sentence}" for one in outcomes for sentence in one.failed]
    return "\n".join([*lines, *(["", "Failed:", "", *failed] if failed else []), ""])


def main(given: Sequence[str] | None = None) -> int:
    """Run what the command line asks for, print the table and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=100_000, help="histories of the model")
    parser.add_argument("--real", type=int, default=1_000, help="histories over real books")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, help="stop each kind after so long")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args(given)
    with ProcessPoolExecutor(asked.processes) as pool:
        outcomes = [
            run(pool, name, task, list(tasks(asked.seed, count, size)), asked.minutes)
            for name, task, count, size in (
                ("the model", model, asked.histories, OF_THE_MODEL),
                ("real books", real, asked.real, OF_REAL_BOOKS),
            )
            if count
        ]
    told = table(outcomes, asked.processes)
    print(told)
    TABLE.write_text(told, encoding="utf-8")
    return 1 if any(one.failed for one in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
