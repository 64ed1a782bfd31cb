"""Random histories over real books: `python -m tests.sync.storm.history --histories 100 --seed 1`."""

import argparse
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random

from gridbook.errors import GridbookError
from gridbook.records.place import parent_of
from tests.servers import running
from tests.sync.offices import COMMUNITY, GRID, OTHER_GRID, SUBDISTRICT
from tests.sync.storm import judge
from tests.sync.storm.chance import chance_of
from tests.sync.storm.malice import alter, leave_out, misbehave
from tests.sync.storm.station import Machine
from tests.sync.storm.work import a_lead_erases, somebody_writes
from tests.sync.storm.world import UNITS, Made, World, Wrong

CLOCKS = (0, 0, 0, -20_000, 27_000, -200, 300, 30)
FEWEST, MOST = 15, 40
CHAIN = (SUBDISTRICT, COMMUNITY, GRID)


def neighbours(unit: str) -> list[str]:
    """The offices with which one exchanges sticks."""
    above = parent_of(unit)
    return [*([above] if above else []), *(one for one in UNITS if parent_of(one) == unit)]


def _work(world: World, chance: Random, machine: Machine) -> str:
    world.sun.at += timedelta(minutes=3)
    said = [somebody_writes(machine, chance) for _ in range(chance.randint(1, 3))]
    world.look(machine)
    return ", ".join(said)


def _erase(world: World, chance: Random, machine: Machine) -> str:
    said = a_lead_erases(machine, chance)
    world.look(machine)
    return said


def _carry(world: World, chance: Random, machine: Machine) -> str:
    others = [machine.unit] if len(world.of(machine.unit)) > 1 else []
    to = chance.choice([*neighbours(machine.unit), *others])
    world.carry(machine, to)
    return f"for {to}"


def _both(world: World, chance: Random, machine: Machine) -> str:
    to = chance.choice(neighbours(machine.unit))
    for stick in world.carry(machine, to):
        world.deliver(stick, chance.choice(world.of(to)))
        world.sticks.remove(stick)
    return f"to {to}"


def _deliver(world: World, chance: Random, machine: Machine) -> str:
    if not world.sticks:
        return "nothing"
    stick = chance.choice(world.sticks)
    if chance.random() < 0.75:
        world.sticks.remove(stick)
    to = chance.choice(world.of(stick.to))
    world.deliver(stick, to)
    return f"at {to.name}"


def _cut(world: World, chance: Random, machine: Machine) -> str:
    if not world.sticks:
        return "nothing"
    stick = chance.choice(world.sticks)
    to = chance.choice(world.of(stick.to))
    world.deliver_cut(stick, to, chance.random())
    return f"at {to.name}"


def _lost(world: World, chance: Random, machine: Machine) -> str:
    if world.sticks:
        world.sticks.remove(chance.choice(world.sticks))
    return ""


def _wrong_office(world: World, chance: Random, machine: Machine) -> str:
    if world.sticks:
        world.deliver(chance.choice(world.sticks), machine)
    return ""


def _back_up(world: World, chance: Random, machine: Machine) -> str:
    world.back_up(machine)
    return ""


def _keep_file(world: World, chance: Random, machine: Machine) -> str:
    world.keep_file(machine)
    return ""


def _in_parts(world: World, chance: Random, machine: Machine) -> str:
    to = chance.choice(neighbours(machine.unit))
    return f"for {to}: {len(world.carry_in_parts(machine, to))}"


def _restore(world: World, chance: Random, machine: Machine) -> str:
    files = [one for one in world.backups if one.path.is_file()]
    if not files:
        return "nothing"
    kept = chance.choice(files)
    world.restore(kept)
    return f"at {kept.machine.name}"


def _put_back(world: World, chance: Random, *, mark: bool) -> str:
    folders = [one for one in world.backups if one.path.is_dir()]
    if not folders:
        return "nothing"
    kept = chance.choice(folders)
    world.put_back(kept, mark=mark)
    return f"at {kept.machine.name}"


def _clone(world: World, chance: Random, machine: Machine) -> str:
    twin = world.clone(machine)
    return twin.name if twin else "nothing"


def _replace(world: World, chance: Random, machine: Machine) -> str:
    fresh = world.replace(machine)
    if fresh is None:
        return "nothing"
    if chance.random() < 0.5:
        return fresh.name
    try:
        world.revoke(machine.unit)
    except GridbookError as refused:
        return f"{fresh.name}, not revoked: {refused.situation}"
    return f"{fresh.name}, the old one revoked"


def _clock(world: World, chance: Random, machine: Machine) -> str:
    machine.clock.offset = timedelta(days=chance.choice(CLOCKS))
    return f"by {machine.clock.offset.days}"


def _update(world: World, chance: Random, machine: Machine) -> str:
    world.update(machine)
    return ""


def _restart(world: World, chance: Random, machine: Machine) -> str:
    machine.start()
    world.look(machine)
    return ""


def _day(world: World, chance: Random, machine: Machine) -> str:
    days = chance.choice((1, 1, 3, 20, 70, 390))
    world.sun.at += timedelta(days=days)
    return str(days)


def _purge(world: World, chance: Random, machine: Machine) -> str:
    return ", ".join(f"{name} {count}" for name, count in world.purge(machine).items())


def _strip(world: World, chance: Random, machine: Machine) -> str:
    for stick in world.carry(machine, chance.choice(neighbours(machine.unit))):
        return leave_out(world, stick, machine)
    return "nothing"


def _alter(world: World, chance: Random, machine: Machine) -> str:
    for stick in world.carry(machine, chance.choice(neighbours(machine.unit))):
        return alter(world, stick, machine, chance)
    return "nothing"


def _misbehave(world: World, chance: Random, machine: Machine) -> str:
    return misbehave(world, machine, chance.choice(neighbours(machine.unit)), chance)


Deed = Callable[[World, Random, Machine], str]
DEEDS: Mapping[str, tuple[float, Deed]] = {
    "writes": (30, _work),
    "hands over": (10, _carry),
    "hands over and is read": (14, _both),
    "a stick arrives": (14, _deliver),
    "a stick is lost": (3, _lost),
    "a stick arrives cut": (3, _cut),
    "a stick at the wrong office": (2, _wrong_office),
    "days pass": (4, _day),
    "hands over in parts": (2, _in_parts),
    "files are copied": (5, _back_up),
    "backs up": (2, _keep_file),
    "restored": (2, _restore),
    "put back in silence": (2.5, lambda world, chance, machine: _put_back(world, chance, mark=True)),
    "put back and noticed": (1.5, lambda world, chance, machine: _put_back(world, chance, mark=False)),
    "cloned": (1, _clone),
    "replaced": (1, _replace),
    "clock": (2, _clock),
    "updated": (1.5, _update),
    "restarted": (1, _restart),
    "erases": (2, _erase),
    "purges": (2, _purge),
    "leaves bodies out": (1, _strip),
    "alters": (1, _alter),
    "misbehaves": (1.5, _misbehave),
}
DAILY = ("writes", "hands over", "hands over and is read", "a stick arrives")


def weather(chance: Random) -> dict[str, float]:
    """How likely each deed is in one history: some faults stay away, some come in crowds."""
    return {
        name: weight * (1 if name in DAILY else chance.choice((0, 0.5, 1, 1, 3, 6)))
        for name, (weight, _) in DEEDS.items()
    }


@dataclass(frozen=True)
class Step:
    """One thing that happens: where, what, and the chance by which its details fall."""

    place: int
    deed: str
    seed: int


def plan(seed: int, longer: int = 1) -> list[Step]:
    """What happens in the history of that seed; leaving steps out leaves the others as they are."""
    chance = Random(seed)
    likely = weather(chance)
    busy = chance.choice((UNITS, CHAIN, CHAIN, (*CHAIN, OTHER_GRID)))
    return [
        Step(
            UNITS.index(chance.choice(busy)) + len(UNITS) * chance.randrange(2),
            chance.choices(tuple(likely), tuple(likely.values()))[0],
            chance.randrange(1 << 32),
        )
        for _ in range(longer * chance.randint(FEWEST, MOST))
    ]


def happen(world: World, step: Step) -> None:
    """Let one step happen and write it into the diary."""
    there = world.of(UNITS[step.place % len(UNITS)])
    machine = there[step.place // len(UNITS) % len(there)]
    world.diary.append(f"{machine.name} {step.deed}")
    world.diary[-1] += f": {DEEDS[step.deed][1](world, Random(step.seed), machine)}"


def told(made: Made, steps: Sequence[Step], place: Path) -> tuple[str, list[str]]:
    """Run a history to its end; what is wrong (nothing, where all is well), and what happened."""
    world = World(made, Path(tempfile.mkdtemp(dir=place)))
    try:
        with chance_of(world.sun):
            for step in steps:
                happen(world, step)
            world.diary.append("the faults stop")
            judge.settled(world)
    except Wrong as wrong:
        return str(wrong), world.diary
    except Exception as error:  # whatever the program raises is a failure of this history, not of the run
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {error} ({last.filename}:{last.lineno})", world.diary
    finally:
        world.close()
        shutil.rmtree(world.folder, ignore_errors=True)
    return "", world.diary


def history(made: Made, seed: int, place: Path, longer: int = 1) -> tuple[str, list[str]]:
    """The history of a seed."""
    return told(made, plan(seed, longer), place)


def shortest(made: Made, steps: Sequence[Step], place: Path) -> list[Step]:
    """A failing history without the steps that it fails without."""
    left, size = list(steps), max(len(steps) // 2, 1)
    while size:
        at = 0
        while at < len(left):
            tried = left[:at] + left[at + size :]
            if told(made, tried, place)[0]:
                left = tried
            else:
                at += size
        size //= 2
    return left


def room() -> Path | None:
    """A folder in memory where there is one; what is measured here is not the disk."""
    place = Path("/dev/shm")
    return place if place.is_dir() and shutil.disk_usage(place).free > 1 << 30 else None


def main(given: Sequence[str] | None = None) -> int:
    """Run the histories that the command line asks for and print what failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--servers", action="store_true", help="the upper offices' books lie on a server")
    parser.add_argument("--shorten", action="store_true", help="tell failures with the fewest steps")
    asked = parser.parse_args(given)
    began, failed = time.perf_counter(), 0
    with tempfile.TemporaryDirectory(dir=room()) as name, ExitStack() as stack:
        made = Made.once(Path(name) / "made")
        if asked.servers:
            made = replace(made, server=stack.enter_context(running()))
        for seed in range(asked.seed, asked.seed + asked.histories):
            wrong, diary = history(made, seed, Path(name))
            if wrong:
                failed += 1
                print(f"seed {seed}: {wrong}", flush=True)
                if asked.shorten:
                    steps = shortest(made, plan(seed), Path(name))
                    wrong, diary = told(made, steps, Path(name))
                    print("\n".join(f"  {line}" for line in (*diary, wrong)), flush=True)
    print(f"{asked.histories} histories: {failed} failed, {time.perf_counter() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
