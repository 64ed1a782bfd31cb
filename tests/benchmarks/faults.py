"""Kills and damage in large numbers: `dev.py bench faults [--kills N --damages N --minutes M --seed S]`.

Processes are killed 0 – 400 ms after they began to save, take in, hand over, back up, restore, change
passphrases or bring an old book forward; files of a crashed book are flipped, cut, deleted and put back.
Nothing that was acknowledged may be missing unsaid, and nothing may be in the way of the next start.
"""

import argparse
import multiprocessing
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

from gridbook import i18n
from gridbook.errors import GridbookError, WrongPassphrase
from gridbook.store import backup, book, checks, digest, journal, keys, places, visits
from gridbook.store.book import Store
from gridbook.store.keys import Keys
from gridbook.sync import apply, bundle, export, healing, segment, take
from tests import make
from tests.store import filled
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT, Offices, visit

TABLE = Path(__file__).resolve().parents[2] / "build" / "faults.md"
PASSPHRASE, WORKER = "correct horse 网格", "王芳"
LOTS = 9
"""Seven campaigns of kills, and as much time as two of them for damage."""
LONGEST = 0.4
"""Seconds after which a process lives no longer."""


@dataclass
class Campaign:
    """One kind of harm: how often it was done, and what was wrong afterwards."""

    name: str
    claim: str
    done: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def line(self) -> str:
        """One row of the table."""
        return f"| {self.name} | {self.claim} | {self.done:,} | {len(self.wrong)} | {self.seconds:.0f} |"


def killed(work: Callable[..., None], *given: object, after: float) -> list[bytes]:
    """Run work in a process of its own, kill it so many seconds after it was ready; what it acknowledged."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=work, args=(*given, theirs))
    process.start()
    theirs.close()
    told: list[bytes] = []
    try:
        if not ours.poll(120):
            raise TimeoutError("the process did not begin")
        ours.recv()
        until = time.monotonic() + after
        while (left := until - time.monotonic()) > 0 and ours.poll(left):
            told.append(ours.recv())
        process.kill()
        while ours.poll():
            told.append(ours.recv())
    except EOFError:
        pass
    process.kill()
    process.join()
    return told


def opened(folder: Path, own: Keys, person: str = WORKER) -> Store:
    """A book whose keys are at hand, as the next start opens it."""
    return book.open_with(folder, own, person, book.take_lock(folder), make.Clock())


def sound(store: Store) -> list[str]:
    """What a deep check finds."""
    return list(store.read(checks.troubles, deep=True, hash_now=healing.hash_now))


# --- what is killed ------------------------------------------------------------------------------------


def _save(folder: Path, own: Keys, told: Connection) -> None:
    store = opened(folder, own)
    told.send(b"ready")
    while True:
        made = visit(GRID)
        store.write(journal.save, made)
        told.send(made.id)


def _take(folder: Path, own: Keys, path: Path, told: Connection) -> None:
    apply.OPS_PER_TRANSACTION = 100
    store = opened(folder, own)
    told.send(b"ready")
    take.take(store, path)
    told.send(b"done")


def _hand_over(folder: Path, own: Keys, stick: Path, told: Connection) -> None:
    store = opened(folder, own)
    told.send(b"ready")
    while True:
        store.write(journal.save, *(visit(GRID) for _ in range(20)))
        for made in export.hand_over(store, stick):
            told.send(made.path.name.encode())


def _back_up(folder: Path, own: Keys, to: Path, told: Connection) -> None:
    store = opened(folder, own)
    told.send(b"ready")
    while True:
        store.clock.go(minutes=1)  # type: ignore[attr-defined]
        told.send(backup.make(store, to).name.encode())


def _restore(folder: Path, file: Path, told: Connection) -> None:
    told.send(b"ready")
    while True:
        backup.restore(file, folder, WORKER, PASSPHRASE, clock=make.Clock())
        told.send(b"restored")


def _change(folder: Path, own: Keys, told: Connection) -> None:
    told.send(b"ready")
    for n in range(1000):
        keys.admit(folder, own, f"worker {n % 7}", f"a passphrase of {n}", calibrate=False)
        told.send(f"{n % 7} {n}".encode())


def _bring_forward(folder: Path, own: Keys, told: Connection) -> None:
    told.send(b"ready")
    opened(folder, own, filled.PERSON)
    told.send(b"open")


# --- the campaigns -------------------------------------------------------------------------------------


class Town:
    """Three offices that joined, and what the campaigns begin with."""

    def __init__(self, folder: Path, chance: random.Random, kills: int, until: float) -> None:
        self.folder, self.chance, self.kills, self.until = folder, chance, kills, until
        self.left = LOTS
        """How many campaigns are still to come; what is left of the time is shared among them."""
        self.offices = Offices(folder / "offices").found(SUBDISTRICT, COMMUNITY, GRID)
        self.made = 0

    def copy(self, unit: str) -> tuple[Path, Keys]:
        """A copy of an office's book and its keys."""
        self.made += 1
        store = self.offices[unit]
        store.checkpoint()
        folder = self.folder / f"copy-{self.made}"
        shutil.copytree(store.folder, folder)
        return folder, store.keys

    def place(self) -> Path:
        """An empty folder."""
        self.made += 1
        path = self.folder / f"place-{self.made}"
        path.mkdir()
        return path

    def moments(self, share: float = 1.0) -> Iterator[float]:
        """When to kill, as often as was asked and there is time for."""
        now = time.monotonic()
        until, self.left = now + (self.until - now) / self.left, self.left - 1
        for _ in range(max(1, int(self.kills * share))):
            if time.monotonic() > until:
                return
            yield self.chance.uniform(0, LONGEST)

    def saving(self) -> Campaign:
        """Killed while saving."""
        done = Campaign("killed while saving", "every acknowledged entry is there, and the book is sound")
        folder, own = self.copy(GRID)
        acknowledged: set[bytes] = set()
        for after in self.moments(3):
            acknowledged |= set(killed(_save, folder, own, after=after))
            done.done += 1
            with opened(folder, own) as again:
                held = {bytes(row[0]) for row in again.read(lambda s: s.run("SELECT id FROM visit"))}
                if not acknowledged <= held or again.notices:
                    done.wrong.append(f"{len(acknowledged - held)} missing, told {again.notices}")
        with opened(folder, own) as again:
            done.wrong += sound(again)
        done.claim += f" ({len(acknowledged):,} entries)"
        return done

    def taking_in(self) -> Campaign:
        """Killed while taking in."""
        done = Campaign("killed while taking in", "the next start goes on and ends as if undisturbed")
        usual, segment.MOST_OPS = segment.MOST_OPS, 100
        self.offices[GRID].write(journal.save, *(visit(GRID) for _ in range(1500)))
        path = self.offices.bundle(GRID, COMMUNITY)
        segment.MOST_OPS = usual
        folder, own = self.copy(COMMUNITY)
        with opened(folder, own) as store:
            take.take(store, path)
            whole = store.read(digest.of_book)
        for after in self.moments():
            folder, own = self.copy(COMMUNITY)
            killed(_take, folder, own, path, after=after)
            done.done += 1
            with opened(folder, own) as again:
                partly = again.read(lambda s: s.run("SELECT count(*) FROM visit"))[0][0]
                found = [one.error for one in take.resume(again) if one.error is not None]
                take.take(again, path)
                if partly % 100 or found or again.read(digest.of_book) != whole or again.notices:
                    done.wrong.append(f"{partly} {found} {again.notices}")
            shutil.rmtree(folder)
        return done

    def handing_over(self) -> Campaign:
        """Killed while handing over."""
        done = Campaign("killed while handing over", "what lies on the stick is whole; nothing is lost")
        folder, own = self.copy(GRID)
        receiver, receivers = self.copy(COMMUNITY)
        with opened(receiver, receivers) as community:
            for after in self.moments():
                stick = self.place()
                told = killed(_hand_over, folder, own, stick, after=after)
                done.done += 1
                taken = take.from_stick(community, stick)
                names = {path.name for path in stick.glob(f"*{bundle.ENDING}")}
                if any(one.error for one in taken) or not {name.decode() for name in told} <= names:
                    done.wrong.append(f"{[one.error for one in taken]} {told}")
                shutil.rmtree(stick)
            with opened(folder, own) as again:
                done.wrong += [*sound(again), *again.notices]
                stick = self.place()
                export.hand_over(again, stick)
                take.from_stick(community, stick)
                count = "SELECT count(*) FROM visit"
                if community.read(lambda s: s.run(count)) < again.read(lambda s: s.run(count)):
                    done.wrong.append("the community lacks visits")
        return done

    def backing_up(self) -> Campaign:
        """Killed while backing up."""
        done = Campaign("killed while backing up", "backups made before are whole, and the book is sound")
        folder, own = self.copy(GRID)
        for after in self.moments():
            to = self.place()
            told = killed(_back_up, folder, own, to, after=after)
            done.done += 1
            listed = backup.listed(to)
            if not {name.decode() for name in told} <= {path.name for path in listed}:
                done.wrong.append(f"{told} {listed}")
            for path in listed:
                backup.inspect(path)
            shutil.rmtree(to)
        with opened(folder, own) as again:
            done.wrong += [*sound(again), *again.notices]
        return done

    def restoring(self) -> Campaign:
        """Killed while restoring."""
        done = Campaign("killed while restoring", "the next start opens a whole book")
        folder, own = self.copy(GRID)
        with opened(folder, own) as store:
            store.write(journal.save, *(visit(GRID) for _ in range(50)))
            visits_there = store.read(lambda s: s.run("SELECT count(*) FROM visit"))
            file = backup.make(store, self.place())
        for after in self.moments(0.5):
            killed(_restore, folder, file, after=2 * after)
            done.done += 1
            try:
                book.put_back(folder)
                with opened(folder, own) as again:
                    if again.read(lambda s: s.run("SELECT count(*) FROM visit")) != visits_there:
                        done.wrong.append("visits are missing")
            except GridbookError as error:
                done.wrong.append(error.sentence())
        return done

    def changing_passphrases(self) -> Campaign:
        """Killed while changing passphrases."""
        done = Campaign(
            "killed while changing passphrases", "the acknowledged one opens the book, or the next"
        )
        folder, own = self.copy(GRID)
        newest: dict[int, int] = {}
        for after in self.moments(0.5):
            for told in killed(_change, folder, own, after=2 * after):
                who, n = told.split()
                newest[int(who)] = int(n)
            done.done += 1
            keys.unlock(folder, WORKER, PASSPHRASE, make.Clock())
            for who in list(newest)[:1]:
                # Killed after it was written and before it was told: then the one after it counts.
                if not any(self._opens(folder, who, n) for n in (newest[who], newest[who] + 7)):
                    done.wrong.append(f"worker {who}")
            newest.clear()
        return done

    def _opens(self, folder: Path, who: int, n: int) -> bool:
        try:
            keys.unlock(folder, f"worker {who}", f"a passphrase of {n}", make.Clock())
        except WrongPassphrase:
            return False
        return True

    def bringing_forward(self) -> Campaign:
        """Killed while an old book is brought forward."""
        done = Campaign("killed while an old book is brought forward", "it opens with all that it held")
        old = self.place() / "old"
        shutil.copytree(filled.BOOKS / "0.1.0", old)
        own = keys.unlock(old, filled.PERSON, filled.PASSPHRASE, make.Clock())
        with opened(self._copy_of(old), own, filled.PERSON) as store:
            whole = store.read(digest.of_book)
        for after in self.moments():
            folder = self._copy_of(old)
            killed(_bring_forward, folder, own, after=after)
            done.done += 1
            with opened(folder, own, filled.PERSON) as again:
                if again.read(digest.of_book) != whole or sound(again):
                    done.wrong.append(f"after {after:.3f} s")
            shutil.rmtree(folder)
        return done

    def _copy_of(self, old: Path) -> Path:
        folder = self.place() / "book"
        shutil.copytree(old, folder)
        return folder


def damaging(folder: Path, chance: random.Random, damages: int, until: float) -> Iterator[Campaign]:
    """A crashed book whose files are flipped, cut, deleted, foreign or older: nothing goes missing unsaid."""
    entries = 12
    store, _ = book.create(
        folder / "book", make.GRID, "05", WORKER, PASSPHRASE, clock=make.Clock(), calibrate=False
    )
    store.write(places.save, make.estate(), make.building(id=b"\x03" * 16))
    store.checkpoint()
    shutil.copytree(store.folder, folder / "older")
    for _ in range(entries):
        store.write(visits.save, make.visit_entry(id=b"", number=""))
    crashed, own = folder / "crashed", store.keys
    shutil.copytree(store.folder, crashed)
    store.close()
    wal = f"{book.DATABASE}-wal"
    for name, kind in (
        (wal, "cut"), (wal, "flipped"), (book.DATABASE, "flipped"), (book.DATABASE, "cut"),
        (book.MARK, "flipped"), (wal, "deleted"), (wal, "foreign"), (book.DATABASE, "older"),
    ):  # fmt: skip
        done = Campaign(f"{name} {kind}", "all is there, or it is said that something is wrong")
        for n in range(damages if kind in ("cut", "flipped") else max(1, damages // 20)):
            if time.monotonic() > until:
                break
            harmed = folder / "harmed"
            shutil.copytree(crashed, harmed)
            _harm(harmed / name, kind, chance, folder / "older" / name)
            held, told = _outcome(harmed, own)
            shutil.rmtree(harmed)
            done.done += 1
            if held != entries and not told:
                done.wrong.append(f"{n}: {held} of {entries} and nothing said")
        yield done


def _harm(path: Path, kind: str, chance: random.Random, older: Path) -> None:
    data = bytearray(path.read_bytes())
    match kind:
        case "cut":
            path.write_bytes(data[: chance.randrange(len(data))])
        case "flipped":
            at = chance.randrange(8 * len(data))
            data[at // 8] ^= 1 << at % 8
            path.write_bytes(data)
        case "deleted":
            path.unlink()
        case "foreign":
            path.write_bytes(chance.randbytes(len(data)))
        case _:
            shutil.copy(older, path)
            path.with_name(path.name + "-wal").unlink(missing_ok=True)


def _outcome(folder: Path, own: Keys) -> tuple[int, bool]:
    try:
        with opened(folder, own) as store:
            told = bool(store.notices) or bool(store.read(checks.troubles))
            return len(store.read(visits.recent)), told
    except GridbookError:
        return 0, True


def everything(given: argparse.Namespace, folder: Path) -> Iterator[Campaign]:
    """Every campaign; none begins when the time is over."""
    chance = random.Random(given.seed)
    until = time.monotonic() + 60 * given.minutes
    town = Town(folder, chance, given.kills, until)
    for campaign in (
        town.saving, town.taking_in, town.handing_over, town.backing_up, town.restoring,
        town.changing_passphrases, town.bringing_forward,
    ):  # fmt: skip
        yield campaign()
    yield from damaging(folder / "damage", chance, given.damages, until)
    town.offices.close()


def main() -> None:
    """Run, and write the dated table as it goes."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--kills", type=int, default=1400)
    asked.add_argument("--damages", type=int, default=1000)
    asked.add_argument("--minutes", type=float, default=240)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    i18n.use("en")
    began = time.perf_counter()
    done: list[Campaign] = []
    with tempfile.TemporaryDirectory() as name:
        folder, since = Path(name), began
        (folder / "offices").mkdir()
        (folder / "damage").mkdir()
        for campaign in everything(given, folder):
            campaign.seconds, since = time.perf_counter() - since, time.perf_counter()
            print(campaign.line(), flush=True)
            done.append(campaign)
            _write(given, done, time.perf_counter() - began)
    if any(one.wrong for one in done):
        raise SystemExit(1)


def _write(given: argparse.Namespace, done: list[Campaign], seconds: float) -> None:
    wrong = [f"{one.name}: {what}" for one in done for what in one.wrong]
    trials = sum(one.done for one in done)
    lines = [
        "# Kills and damage: the last run of `python3 build/dev.py bench faults`",
        "",
        f"{date.today()}, seed {given.seed}, {seconds / 60:.1f} minutes, {trials:,} trials, {len(wrong)} of "
        "them wrong. Killed 0 – 400 ms after the process was ready (a restore and passphrases 0 – 800 ms).",
        "",
        "| what was done | what must hold | trials | wrong | seconds |",
        "|---|---|---:|---:|---:|",
        *(one.line() for one in done),
        *(["", "Wrong:", "", *(f"* {one[:300]}" for one in wrong[:40])] if wrong else []),
    ]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
