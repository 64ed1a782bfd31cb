"""Random harm: `dev.py bench fuzz [--mutations N --plaintexts N --drawn N --seed S]`.

* every part by itself, harmed and handed to its parser;
* every bit and every cut of a small real bundle, verified as an office would;
* whole plaintexts, harmed and signed anew by the certified station that sends them, verified piece by piece;
* bundles drawn from a grammar, well signed, taken in by one book that is checked at the end.

An import may understand what it gets or refuse it in the ways it is known to; anything else is a failure.
"""

import argparse
import collections
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import msgspec

from gridbook import i18n
from gridbook.errors import GridbookError
from gridbook.store import checks, rebuild
from gridbook.store.book import Store
from gridbook.sync import export, healing, take
from gridbook.sync.incoming import SegmentBad, Taken
from gridbook.sync.verify import opened, understood, verify
from tests.sync import forge
from tests.sync.grammar import Grammar
from tests.sync.offices import COMMUNITY
from tests.sync.vectors import make
from tests.sync.vectors.town import HERE, Receivers, Town, held

TABLE = Path(__file__).resolve().parents[2] / "build" / "fuzz.md"


def harmed(chance: random.Random, raw: bytes, others: list[bytes]) -> bytes:
    """The sample with one to four harms: bits, bytes, cuts, doubled stretches, parts of other samples."""
    made = bytearray(raw)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(made) + 1)
        match chance.randrange(6):
            case 0 if made:
                made[at % len(made)] ^= 1 << chance.randrange(8)
            case 1 if made:
                made[at % len(made)] = chance.randrange(256)
            case 2:
                del made[at : at + chance.randint(1, 16)]
            case 3:
                made[at:at] = chance.randbytes(chance.randint(1, 16))
            case 4:
                made[at:at] = made[at : at + chance.randint(1, 64)]
            case _:
                other = chance.choice(others)
                start = chance.randrange(len(other))
                made[at : at + 8] = other[start : start + chance.randint(1, 64)]
    return bytes(made)


def reshaped(chance: random.Random, raw: bytes) -> bytes:
    """Well-formed msgpack with one part replaced by a harm."""
    try:
        parts = msgspec.msgpack.decode(raw)
    except msgspec.DecodeError:
        return raw[: chance.randrange(len(raw))]
    whole, inner = parts, parts
    while isinstance(inner, list) and inner:
        at = chance.randrange(len(inner))
        if chance.random() < 0.4 or not isinstance(inner[at], list):
            inner[at] = chance.choice(make.HARMS)
            break
        inner = inner[at]
    return msgspec.msgpack.encode(whole)


def run(mutations: int, seed: int) -> tuple[dict[str, collections.Counter[str]], list[str]]:
    """What became of so many harmed parts, by kind; and those that came to something else, as hex."""
    chance = random.Random(seed)
    samples = make.samples()
    kinds, everything = list(samples), list(samples.values())
    told: dict[str, collections.Counter[str]] = {kind: collections.Counter() for kind in kinds}
    broken: list[str] = []
    for _ in range(mutations):
        kind = chance.choice(kinds)
        if chance.random() < 0.7:
            raw = harmed(chance, samples[kind], everything)
        else:
            raw = reshaped(chance, samples[kind])
        try:
            told[kind][make.outcome(kind, raw)] += 1
        except Exception as error:
            broken.append(f"{kind} {type(error).__name__} {raw.hex()}")
    return told, broken


@dataclass
class Tally:
    """What became of so many harmed things of one kind, and those that came to something else."""

    name: str
    told: collections.Counter[str] = field(default_factory=collections.Counter)
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def line(self) -> str:
        """One row of the table."""
        outcomes = ", ".join(f"{one} {count:,}" for one, count in self.told.most_common())
        return (
            f"| {self.name} | {self.told.total():,} | {len(self.broken)} | {self.seconds:.0f} | {outcomes} |"
        )


def looked_at(store: Store, path: Path, raw: bytes, tally: Tally) -> None:
    """Verify a file and understand its segments, as pass 1 and the preview do; nothing is written."""
    path.write_bytes(raw)
    try:
        verified = verify(store, path, Taken(path))
        told = "refused pieces" if verified.refused else "understood"
    except GridbookError as error:
        told = error.situation
    except Exception as error:
        tally.broken.append(f"{type(error).__name__} {raw.hex()}")
        return
    tally.told[told] += 1


def sweep(store: Store, path: Path) -> Iterator[Tally]:
    """Every bit turned over and every cut of a small real bundle."""
    whole = (HERE / "first.gbb").read_bytes()
    bits, cuts = Tally(f"every bit of a bundle of {len(whole)} bytes"), Tally("every cut of it")
    for bit in range(8 * len(whole)):
        altered = bytearray(whole)
        altered[bit // 8] ^= 1 << bit % 8
        looked_at(store, path, bytes(altered), bits)
    for length in range(len(whole)):
        looked_at(store, path, whole[:length], cuts)
    for tally in (bits, cuts):
        if tally.told["understood"] or tally.told["refused pieces"]:
            tally.broken.append("an altered bundle was believed")
        yield tally


def anew(chance: random.Random, town: Town, plain: bytes, others: list[bytes]) -> bytes:
    """A plaintext harmed behind its magic, with its manifest signed anew where it still has one."""
    made = harmed(chance, plain, others)
    length = int.from_bytes(made[9:13], "big")
    encoded = made[13 : 13 + length]
    return made[: 13 + length] + forge.signed(town.grid.key, encoded) + made[13 + length + 64 :]


def plaintexts(store: Store, path: Path, seed: int, most: int) -> Tally:
    """Whole plaintexts, harmed, and half of them signed anew."""
    chance, town, tally = random.Random(seed), Town(), Tally("whole plaintexts, half of them signed anew")
    pieces = [town.piece(ops=[town.visit(), town.visit()]), town.piece()]
    samples = [town.plain(pieces), town.plain(), *make.samples().values()]
    for n in range(most):
        if n % 2:
            raw = harmed(chance, samples[n % 4 // 2], samples)
        else:
            raw = anew(chance, town, samples[n % 4 // 2], samples)
        looked_at(store, path, town.sealed(raw), tally)
    return tally


def segments(seed: int, most: int) -> Tally:
    """Segments harmed inside and signed anew, understood op by op."""
    chance, town, tally = random.Random(seed), Town(), Tally("segments with harmed ops, signed anew")
    samples = [town.visit(), *make.samples().values()]
    for _ in range(most):
        one = town.piece(ops=[harmed(chance, samples[0], samples), town.visit()])
        try:
            understood(town.grid.unit, *opened(one.packed))
            tally.told["understood"] += 1
        except SegmentBad as bad:
            tally.told[str(bad)] += 1
        except Exception as error:
            tally.broken.append(f"{type(error).__name__} {one.packed.hex()}")
    return tally


def drawn(store: Store, path: Path, seed: int, most: int) -> Tally:
    """Bundles drawn from the grammar, taken in one after the other by one book, which is sound at the end."""
    town, tally = Town(), Tally("bundles drawn from the grammar, taken in")
    for n in range(most):
        path.write_bytes(town.sealed(Grammar(random.Random(seed * 1_000_003 + n), town).plain()))
        taken = take.take(store, path)
        told = taken.error.situation if taken.error else "refused pieces" if taken.refused else "understood"
        tally.told[told] += 1
        if told == "BundleError":
            tally.broken.append(f"drawn {seed * 1_000_003 + n}")
    before = store.read(held)
    rebuild.rebuild(store)
    stick = path.parent / "stick"
    stick.mkdir()
    sound = (
        not store.read(checks.troubles, deep=True, hash_now=healing.hash_now) and store.read(held) == before
    )
    if not sound or not export.hand_over(store, stick):
        tally.broken.append("the book is not sound at the end")
    return tally


def parts(mutations: int, seed: int) -> Iterator[Tally]:
    """Every part by itself."""
    told, broken = run(mutations, seed)
    for kind, counts in told.items():
        yield Tally(kind, counts, [one for one in broken if one.startswith(f"{kind} ")])


def everything(given: argparse.Namespace, folder: Path) -> Iterator[Tally]:
    """All of it, as it is done."""
    path = folder / "harmed.gbb"
    receivers = Receivers(folder / "books")
    with receivers.open(COMMUNITY) as store:
        yield from sweep(store, path)
        yield plaintexts(store, path, given.seed, given.plaintexts)
    yield segments(given.seed, given.plaintexts)
    with receivers.open(COMMUNITY) as store:
        yield drawn(store, path, given.seed, given.drawn)
    yield from parts(given.mutations, given.seed)


def main() -> None:
    """Run, and write the dated table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--mutations", type=int, default=1_000_000)
    asked.add_argument("--plaintexts", type=int, default=100_000)
    asked.add_argument("--drawn", type=int, default=5_000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    i18n.use("en")
    began = time.perf_counter()
    done: list[Tally] = []
    with tempfile.TemporaryDirectory() as folder:
        since = began
        for tally in everything(given, Path(folder)):
            tally.seconds, since = time.perf_counter() - since, time.perf_counter()
            print(tally.line(), flush=True)
            done.append(tally)
    broken = [f"{tally.name}: {one}" for tally in done for one in tally.broken]
    total = sum(tally.told.total() + len(tally.broken) for tally in done)
    lines = [
        "# Fuzz: the last run of `python3 build/dev.py bench fuzz`",
        "",
        f"{date.today()}, {total:,} harmed things, seed {given.seed}, "
        f"{(time.perf_counter() - began) / 60:.1f} minutes, {len(broken)} that came to anything else than "
        "being understood or refused.",
        "",
        "| what | how many | failures | seconds | what came of them |",
        "|---|---:|---:|---:|---|",
        *(tally.line() for tally in done),
        *(["", "Failures:", "", *(f"* `{one[:400]}`" for one in broken[:20])] if broken else []),
    ]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if broken:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
