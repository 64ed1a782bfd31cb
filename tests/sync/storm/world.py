"""Seven offices with real books at work: sticks that go astray, PCs that die, clocks that lie."""

import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from gridbook.errors import NotAddressedHere, NotFound, UnknownSender
from gridbook.records.place import parent_of
from gridbook.store import backup, retention
from gridbook.sync import drills, export, joining, stations, sticks, take
from gridbook.sync.export import HandedOver
from gridbook.sync.incoming import Taken
from tests.servers import Server, copied_to
from tests.sync.offices import (
    COMMUNITY,
    FAR_GRID,
    GRID,
    OTHER_COMMUNITY,
    OTHER_GRID,
    PASSPHRASE,
    SUBDISTRICT,
    Offices,
)
from tests.sync.storm.chance import chance_of
from tests.sync.storm.station import NEWEST, PERSON, Machine, Sun, WrongClock, pieces, program_of

SMALLEST_PART = 400
FARTHEST_GRID = "990101001004002"
UNITS = (SUBDISTRICT, COMMUNITY, OTHER_COMMUNITY, GRID, OTHER_GRID, FAR_GRID, FARTHEST_GRID)
SERVED = (SUBDISTRICT, COMMUNITY)
UP = [(unit, unit[:-3]) for unit in sorted(UNITS, key=len, reverse=True) if unit != SUBDISTRICT]
DOWN = [(unit[:-3], unit) for unit in sorted(UNITS, key=len) if unit != SUBDISTRICT]


@dataclass(frozen=True)
class Made:
    """Books made once: seven that joined each other, and a spare one for each office below the root."""

    joined: Offices
    spare: Offices
    server: Server | None = None
    """Where the books of the offices in `SERVED` lie; without it all of them are files."""

    @classmethod
    def once(cls, folder: Path) -> "Made":
        """Make them; deriving their keys takes seconds, copying them does not."""
        (folder / "joined").mkdir(parents=True)
        (folder / "spare").mkdir()
        with chance_of(Sun(), seed=0):
            joined, spare = Offices(folder / "joined").found(*UNITS), Offices(folder / "spare")
            for unit in UNITS[3:]:
                joined.visit(unit)
                joined.request(unit)
            for _ in range(2):
                joined.round()
            for unit in UNITS[1:]:
                spare.make(unit)
        made = cls(joined, spare)
        made.close()
        return made

    def close(self) -> None:
        """Close every book; their files are copied."""
        self.joined.close()
        self.spare.close()


@dataclass(frozen=True)
class Stick:
    """A bundle under way."""

    path: Path
    to: str
    by: str = ""
    """The machine that wrote it, and passes over it where the stick comes back."""


@dataclass(frozen=True)
class Backup:
    """A copy of a machine's files, and what the book held."""

    machine: Machine
    path: Path


class Wrong(AssertionError):
    """Something that may never be."""


@dataclass
class World:
    """Machines, sticks under way and copies in drawers; every deed and every fault is one method."""

    made: Made
    folder: Path
    sun: Sun = field(default_factory=Sun)
    machines: list[Machine] = field(default_factory=list)
    sticks: list[Stick] = field(default_factory=list)
    backups: list[Backup] = field(default_factory=list)
    spent: set[str] = field(default_factory=set)
    holders: dict[bytes, set[str]] = field(default_factory=lambda: defaultdict(set))
    excused: dict[bytes, set[str]] = field(default_factory=lambda: defaultdict(set))
    authors: dict[bytes, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    """Offices of which a lost PC was revoked."""
    diary: list[str] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        self.sun.at = self.made.joined.clock.at
        for unit in UNITS:
            self._add(unit, unit, self.made.joined)

    def _add(self, name: str, unit: str, source: Offices) -> Machine:
        folder = self.folder / name
        shutil.copytree(source.books[unit].folder, folder)
        machine = Machine(name, unit, folder, source.books[unit].keys, WrongClock(self.sun))
        if self.made.server is not None and unit in SERVED:
            machine.server = self.made.server
            copied_to(machine.server, source.books[unit], folder, PERSON, machine.clock)
        self.machines.append(machine)
        self.look(machine)
        return machine

    def next(self) -> int:
        """A number for the next thing that needs a name."""
        self.count += 1
        return self.count

    def of(self, unit: str) -> list[Machine]:
        """The machines of an office."""
        return [one for one in self.machines if one.unit == unit]

    def look(self, machine: Machine) -> None:
        """Compare with what the book held before: without a rollback nothing ever goes."""
        there = machine.store.read(pieces)
        now = {one.digest: one.stream for one in there}
        self.authors.update((one.digest, one.author) for one in there)
        gone = machine.held.keys() - now.keys()
        # What a revoked PC signed beyond the named heads goes into quarantine wherever it lies.
        put_away = {op for op in gone if self.authors[op] in self.ended}
        for op in put_away:
            self.excused[op].add(machine.name)
        if lost := gone - put_away:
            raise Wrong(f"{machine.name} lost {len(lost)} ops")
        for op in now.keys() - machine.held.keys():
            self.holders[op].add(machine.name)
        machine.held = now
        machine.obeyed.update(one.digest for one in there if one.gone == "erased")

    def went_back(self, machine: Machine) -> None:
        """The book is an older one: what it does not hold any more is excused there."""
        before, machine.held = machine.held, {}
        self.look(machine)
        for op in before.keys() - machine.held.keys():
            self.excused[op].add(machine.name)

    # --- sticks ---------------------------------------------------------------------------------------

    def carry(self, machine: Machine, to: str) -> list[Stick]:
        """Write bundles for an office; they are under way now."""
        self.sun.at += timedelta(minutes=7)
        folder = self.folder / f"stick-{self.next()}"
        folder.mkdir()
        sticks = [Stick(one.path, to, machine.name) for one in self.hand_over(machine, folder, to)]
        self.sticks += sticks
        self.look(machine)
        return sticks

    def carry_in_parts(self, machine: Machine, to: str) -> list[Stick]:
        """A small stick: every part is a whole bundle of a segment or two."""
        before, sticks.LARGEST_PART = sticks.LARGEST_PART, SMALLEST_PART
        try:
            return self.carry(machine, to)
        finally:
            sticks.LARGEST_PART = before

    def hand_over(self, machine: Machine, folder: Path, to: str) -> list[HandedOver]:
        """Write to a stick; a PC that is new may not have heard of an office below yet."""
        with machine.program() as store:
            try:
                return export.hand_over(store, folder, to)
            except NotFound:
                if machine.unit not in self.spent:
                    raise
                return []

    def deliver(self, stick: Stick, machine: Machine) -> Taken:
        """A stick arrives somewhere, perhaps not where it should."""
        if stick.by == machine.name:
            return Taken(stick.path)
        with machine.program() as store:
            taken = take.take(store, stick.path)
        self.look(machine)
        error = taken.error
        if error is None and machine.unit != stick.to:
            raise Wrong(f"{machine.name} took in what was meant for {stick.to}")
        # Bundles for a PC that is gone cannot be read by the one that came after it.
        misled = isinstance(error, NotAddressedHere) and (
            machine.unit != stick.to or machine.unit in self.spent
        )
        if not (error is None or misled or (isinstance(error, UnknownSender) and self.spent)):
            raise Wrong(f"{machine.name} could not take a stick in: {error.sentence()}")
        return taken

    def deliver_cut(self, stick: Stick, machine: Machine, keep: float) -> None:
        """Only a part of the file arrives."""
        data = stick.path.read_bytes()
        folder = self.folder / f"stick-{self.next()}"
        folder.mkdir()
        torn = folder / stick.path.name
        torn.write_bytes(data[: int(len(data) * keep)])
        before = dict(machine.held)
        with machine.program() as store:
            taken = take.take(store, torn)
        self.look(machine)
        if taken.error is None or machine.held != before:
            raise Wrong(f"{machine.name} took in a part of a file")

    # --- machines -------------------------------------------------------------------------------------

    def back_up(self, machine: Machine) -> None:
        """Keep a copy of the files as they are now."""
        path = self.folder / f"copy-{self.next()}"
        machine.copy(path)
        self.backups.append(Backup(machine, path))

    def keep_file(self, machine: Machine) -> None:
        """Make a backup with the program, as one file."""
        made = backup.make(machine.store, self.folder / f"copy-{self.next()}")
        self.backups.append(Backup(machine, made))

    def restore(self, kept: Backup) -> None:
        """A backup is restored with the program: a new life begins at once."""
        machine = kept.machine
        # Over a shared book nothing is restored: others may be working on it.
        if machine not in self.machines or machine.server is not None:
            return
        machine.close()
        with program_of(machine.version):
            backup.restore(kept.path, machine.folder, PERSON, PASSPHRASE, clock=machine.clock)
        machine.start()
        self.went_back(machine)

    def put_back(self, kept: Backup, *, mark: bool) -> None:
        """An old copy of the files is put back: in silence with its mark, or the database alone."""
        machine = kept.machine
        if machine not in self.machines:
            return
        machine.put(kept.path, mark=mark)
        self.went_back(machine)

    def clone(self, machine: Machine) -> Machine | None:
        """The whole PC is imaged to a second one and both are used."""
        # A second PC with the folder of a shared book is one more desk of it.
        if len(self.of(machine.unit)) > 1 or machine.server is not None:
            return None
        folder = self.folder / f"{machine.unit}-twin-{self.next()}"
        machine.copy(folder)
        twin = Machine(folder.name, machine.unit, folder, machine.keys, WrongClock(self.sun), machine.version)
        self.machines.append(twin)
        self.look(twin)
        return twin

    def replace(self, machine: Machine) -> Machine | None:
        """The PC is gone for good; a new one with new keys is admitted and starts empty."""
        above = parent_of(machine.unit)
        if above is None or machine.unit in self.spent or len(self.of(machine.unit)) > 1:
            return None
        self.spent.add(machine.unit)
        machine.close()
        self.machines.remove(machine)
        for op in machine.held:
            self.excused[op].add(machine.name)
        fresh = self._add(f"{machine.unit}-new", machine.unit, self.made.spare)
        fresh.version = machine.version
        self.join(fresh, self.of(above)[0])
        return fresh

    def revoke(self, unit: str) -> None:
        """The subdistrict believes the lost PC of an office only up to the heads that are known of it."""
        root = self.of(SUBDISTRICT)[0]
        with root.program() as store:
            store.write(drills.revoke, store, unit, "lost")
        self.ended.add(unit)
        self.look(root)

    def join(self, machine: Machine, above: Machine) -> None:
        """A join request is carried up and the welcome down."""
        stick = self.folder / f"stick-{self.next()}"
        stick.mkdir()
        with above.program() as store:
            question = joining.read_question(joining.ask(machine.store, stick).path)
            welcome = joining.admit(store, question, stick)
        with machine.program() as store:
            joining.accept(store, welcome)

    def strangers_join_again(self) -> None:
        """An office that the new PC above never heard of cannot be written to; people notice that."""
        for unit in sorted(UNITS[1:], key=len):
            above = self.of(unit[:-3])[0]
            for machine in self.of(unit):
                own = machine.store.read(stations.known).own
                if above.store.read(stations.known).of_unit(unit) != own:
                    self.join(machine, above)

    def update(self, machine: Machine) -> None:
        """A newer program is installed."""
        machine.version = min(NEWEST, machine.version + 1)
        machine.start()
        self.look(machine)

    def purge(self, machine: Machine) -> Mapping[str, int]:
        """What is over by the clock of this PC is let go of; every book does it for itself."""
        with machine.program() as store:
            return store.write(lambda session: retention.purge(session, thorough=True))

    # --- the end --------------------------------------------------------------------------------------

    def pairs(self) -> Iterator[tuple[Machine, str]]:
        """Who hands over to whom in one round: PCs of one office among themselves, then upward, downward."""
        for unit in UNITS:
            if len(self.of(unit)) > 1:
                for machine in self.of(unit):
                    yield machine, unit
        for source, to in (*UP, *DOWN):
            for machine in self.of(source):
                yield machine, to

    def round(self) -> int:
        """Everybody hands over and all of it arrives; how many segments travelled."""
        moved = 0
        for machine, to in self.pairs():
            folder = self.folder / f"stick-{self.next()}"
            folder.mkdir()
            self.sun.at += timedelta(minutes=7)
            for one in self.hand_over(machine, folder, to):
                moved += one.segments
                for other in self.of(to):
                    if other is not machine:
                        self.deliver(Stick(one.path, to), other)
            shutil.rmtree(folder)
        self.sun.at += timedelta(days=1)
        return moved

    def close(self) -> None:
        """Shut everything down."""
        for machine in self.machines:
            machine.close()
