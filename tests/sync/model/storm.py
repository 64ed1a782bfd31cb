"""Thousands of random histories: `python -m tests.sync.model.storm --histories 10000 --seed 1`."""

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from random import Random

from tests.sync.model.book import Book
from tests.sync.model.judge import settled, too_early
from tests.sync.model.words import UNITS, Rules, Unit, neighbours
from tests.sync.model.world import World

CLOCKS = (0, 0, 0, -20_000, 27_000, -200, 300, 30)


def weather(chance: Random) -> dict[str, float]:
    """How likely each deed is in one history: some faults stay away, some come in crowds."""
    daily = ("work", "carry", "deliver")
    return {
        name: weight * (1 if name in daily else chance.choice((0, 0.5, 1, 1, 3, 6)))
        for name, weight in CHANCES.items()
    }


def step(world: World, chance: Random, likely: Mapping[str, float]) -> str:
    """One thing happens, good or bad; says what."""
    book = chance.choice(world.books)
    to = chance.choice(neighbours(book.unit))
    name = chance.choices(tuple(likely), tuple(likely.values()))[0]
    DEEDS[name](world, chance, book, to)
    return name


def _deliver(world: World, chance: Random) -> None:
    if not world.sticks:
        return
    place = chance.randrange(len(world.sticks))
    machines = world.of(world.sticks[place].to)
    world.deliver(place, chance.choice(machines), keep=chance.random() < 0.15)


def _wrong_office(world: World, chance: Random) -> None:
    if world.sticks:
        world.deliver(chance.randrange(len(world.sticks)), chance.choice(world.books))


def _lost(world: World, chance: Random) -> None:
    if world.sticks:
        world.deliver(chance.randrange(len(world.sticks)), cut=True)


def _own_stick(world: World, book: Book) -> None:
    if world.rules.own_bundles and len(world.of(book.unit)) > 1:
        world.hand_over(book, book.unit)


def _back(world: World, chance: Random, silently: bool) -> None:
    if world.backups:
        place = chance.randrange(len(world.backups))
        (world.restore_silently if silently else world.restore)(place)


def _day(world: World, chance: Random) -> None:
    world.day += chance.choice((1, 1, 3, 20, 70, 400))


def _clock(book: Book, chance: Random) -> None:
    book.offset = chance.choice(CLOCKS)


def _lose(world: World, book: Book, chance: Random) -> None:
    world.lose(book, chance.random() < 0.5)


CHANCES = {
    "work": 30,
    "carry": 18,
    "parts": 3,
    "deliver": 22,
    "lost": 4,
    "wrong office": 2,
    "day": 4,
    "back up": 4,
    "erase": 2,
    "restored silently": 1.5,
    "restored": 0.7,
    "cloned": 0.7,
    "own stick": 0.5,
    "clock": 2,
    "program": 1.5,
    "misbehaved": 1.5,
    "stripped": 0.7,
    "altered": 0.7,
    "purge": 1.5,
    "PC lost": 0.5,
}

DEEDS: dict[str, Callable[[World, Random, Book, Unit], object]] = {
    "work": lambda w, c, b, t: w.work(b, c),
    "carry": lambda w, c, b, t: w.carry(b, t),
    "parts": lambda w, c, b, t: w.carry_in_parts(b, t, c),
    "deliver": lambda w, c, b, t: _deliver(w, c),
    "lost": lambda w, c, b, t: _lost(w, c),
    "wrong office": lambda w, c, b, t: _wrong_office(w, c),
    "day": lambda w, c, b, t: _day(w, c),
    "back up": lambda w, c, b, t: w.back_up(b),
    "erase": lambda w, c, b, t: w.erase(b, c),
    "restored silently": lambda w, c, b, t: _back(w, c, True),
    "restored": lambda w, c, b, t: _back(w, c, False),
    "cloned": lambda w, c, b, t: w.clone(b),
    "own stick": lambda w, c, b, t: _own_stick(w, b),
    "clock": lambda w, c, b, t: _clock(b, c),
    "program": lambda w, c, b, t: w.upgrade(b),
    "misbehaved": lambda w, c, b, t: w.misbehave(b, c),
    "stripped": lambda w, c, b, t: w.carry_stripped(b, t),
    "altered": lambda w, c, b, t: w.carry_altered(b, t, c),
    "purge": lambda w, c, b, t: b.purge(w.day),
    "PC lost": lambda w, c, b, t: _lose(w, b, c),
}


def history(seed: int, rules: Rules = Rules(), most: int = 150) -> tuple[list[str], Counter[str]]:  # noqa: B008
    """Run one history to its end; what is wrong afterwards, and what happened."""
    chance = Random(seed)
    world = World(rules)
    happened: Counter[str] = Counter()
    likely = weather(chance)
    for _ in range(chance.randint(20, most)):
        happened[step(world, chance, likely)] += 1
        if wrong := too_early(world):
            return wrong, happened
    return settled(world), happened


def storm(first: int, count: int, rules: Rules) -> tuple[list[int], Counter[str], Counter[str]]:
    """Run many; the seeds that failed, what was wrong, and what happened."""
    failed: list[int] = []
    wrong: Counter[str] = Counter()
    happened: Counter[str] = Counter()
    for seed in range(first, first + count):
        found, events = history(seed, rules)
        happened += events
        if found:
            failed.append(seed)
            wrong[_sort(found[0])] += 1
    return failed, wrong, happened


def _sort(sentence: str) -> str:
    """The sentence without names and numbers, so that like failures are counted together."""
    return re.sub(r"[A-Z]+\d*/\d+|\d+|\(.*?\)", "…", sentence)


def main(given: Sequence[str] | None = None) -> int:
    """Run the histories that the command line asks for and print one dated line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without", choices=[one.name for one in fields(Rules)], action="append", default=[])
    asked = parser.parse_args(given)
    rules = replace(Rules(), **{name: False for name in asked.without})
    began = time.perf_counter()
    failed, wrong, happened = storm(asked.seed, asked.histories, rules)
    took = time.perf_counter() - began
    for seed in failed[:20]:
        print(f"failed: seed {seed}: {'; '.join(history(seed, rules)[0][:3])}")
    for what, times in wrong.most_common(8):
        print(f"  {times} x {what}")
    print("  happened: " + ", ".join(f"{what} {times}" for what, times in happened.most_common()))
    without = f", without {', '.join(asked.without)}" if asked.without else ""
    print(
        f"{date.today()}: {asked.histories} histories of {len(UNITS)} stations, seeds {asked.seed}–"
        f"{asked.seed + asked.histories - 1}{without}: {len(failed)} failed "
        f"({100 * len(failed) / asked.histories:.1f} %), {took:.0f} s"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
