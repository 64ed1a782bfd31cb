"""Random harm to every part of a bundle: `dev.py bench fuzz [--mutations N --seed S]`.

A parser may understand what it gets or refuse it in the ways it is known to; anything else is a failure.
"""

import argparse
import collections
import random
import time
from datetime import date
from pathlib import Path

import msgspec

from tests.sync.vectors import make

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


def main() -> None:
    """Run, and write the dated table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--mutations", type=int, default=1_000_000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    began = time.perf_counter()
    told, broken = run(given.mutations, given.seed)
    minutes = (time.perf_counter() - began) / 60
    outcomes = sorted({one for counts in told.values() for one in counts})
    lines = [
        "# Fuzz: the last run of `python3 build/dev.py bench fuzz`",
        "",
        f"{date.today()}, {given.mutations:,} harmed parts, seed {given.seed}, {minutes:.1f} minutes, "
        f"{len(broken)} that came to anything else than being understood or refused.",
        "",
        f"| part | {' | '.join(outcomes)} |",
        f"|---|{'---:|' * len(outcomes)}",
        *(f"| {kind} | {' | '.join(f'{told[kind][one]:,}' for one in outcomes)} |" for kind in told),
        *(["", "Failures:", "", *(f"* `{one}`" for one in broken[:20])] if broken else []),
    ]
    print("\n".join(lines))
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if broken:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
