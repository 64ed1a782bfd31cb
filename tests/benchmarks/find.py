"""Finding in a large book, beside reading every line for it: `dev.py bench find`.

The book holds the cases of a whole subdistrict over ten years. The peer reads the same lines one after the
other (LIKE over every line, as the program did before it kept an index), in the same run.
"""

import argparse
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gridbook.store import pinyin, search
from gridbook.store.book import Store
from gridbook.store.session import Session
from tests.benchmarks import _table, _volume
from tests.benchmarks.store import fresh

CASES = 100_000
EACH = 60
KINDS = ("number", "character", "name", "pinyin", "initials", "telephone", "two words", "typo", "nothing")


def asked_for(chance: random.Random, store: Store, count: int) -> dict[str, list[str]]:
    """What people type, kind by kind: most of it stands in the book, some does not."""
    made: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for row in store.read(_some, chance, count):
        number, called, title, phone = row
        sound, initials = pinyin.readings(called)[0]
        n = chance.randrange(1, len(sound) - 1)
        made["number"].append(chance.choice((number, number[:12], number[8:12])))
        made["character"].append(chance.choice(called + title))
        made["name"].append(called)
        made["pinyin"].append(sound)
        made["initials"].append(initials[: chance.randint(1, 4)])
        made["telephone"].append(chance.choice((phone, phone[-4:])))
        made["two words"].append(f"{called[0]} {title[-2:]}")
        made["typo"].append(chance.choice((sound[:n] + sound[n + 1 :], sound[:n] + "q" + sound[n + 1 :])))
        made["nothing"].append(chance.choice(("不在这里", "qqxz", "19812345678", "鑫", "xq zz")))
    return made


def _some(session: Session, chance: random.Random, count: int) -> list[tuple[str, str, str, str]]:
    ((total,),) = session.run("SELECT count(*) FROM request")
    found = []
    for _ in range(count):
        (row,) = session.run(
            "SELECT r.number, p.called, p.title, c.phone FROM request r JOIN particulars p ON p.id = r.id "
            "JOIN contact c ON c.id = r.id ORDER BY r.id LIMIT 1 OFFSET ?",
            (chance.randrange(total),),
        )
        found.append(row)
    return found


def plainly(session: Session, text: str) -> list[Any]:
    """The peer: every line is read."""
    parts = text.lower().split()[:4]
    like = " AND ".join("words LIKE ?" for _ in parts)
    return session.run(
        f"SELECT id FROM finder WHERE {like} ORDER BY id DESC LIMIT 16",
        tuple("%" + re.sub("[%_]", "", part) + "%" for part in parts),
    )


def measured(folder: Path, cases: int, each: int) -> list[tuple[str, str]]:
    """Milliseconds of each kind, ours beside the peer's, on the wall and of the processor."""
    chance = random.Random(7)
    store = fresh(folder / "find")
    store.write(_volume.requests, cases)
    asked = [(kind, text) for kind, texts in asked_for(chance, store, each).items() for text in texts]
    chance.shuffle(asked)
    store.read(search.find, "王")
    ours: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    peer: list[float] = []
    for kind, text in asked:
        ours[kind].append(_spent(lambda text=text: store.read(search.find, text)))  # type: ignore[misc]
        peer.append(_spent(lambda text=text: store.read(plainly, text))[0])  # type: ignore[misc]
    store.close()
    every = [one for times in ours.values() for one in times]
    wall, busy = sorted(one for one, _ in every), sorted(one for _, one in every)
    peer.sort()
    rows = [
        (f"{cases:,} cases: p99, ms on the wall", f"{wall[len(wall) * 99 // 100]:.1f}"),
        (f"{cases:,} cases: p99, ms of the processor", f"{busy[len(busy) * 99 // 100]:.1f}"),
        (f"{cases:,} cases: p50, ms on the wall", f"{statistics.median(wall):.1f}"),
        (f"{cases:,} cases: reading every line, p99, ms on the wall", f"{peer[len(peer) * 99 // 100]:.1f}"),
        (
            f"{cases:,} cases: p99 against reading every line",
            f"{wall[len(wall) * 99 // 100] / peer[len(peer) * 99 // 100]:.2f} ×",
        ),
    ]
    for kind, times in ours.items():
        worst = max(one for _, one in times)
        rows.append((f"{kind}: median and worst, ms of the processor", f"{_middle(times):.1f}, {worst:.1f}"))
    return rows


def _spent(work: Callable[[], object]) -> tuple[float, float]:
    wall, busy = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - busy) * 1000


def _middle(times: Sequence[tuple[float, float]]) -> float:
    return statistics.median(one for _, one in times)


def main() -> None:
    """Measure and write down."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=CASES)
    asked.add_argument("--each", type=int, default=EACH)
    told = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="gridbook-bench-") as folder:
        _table.write("find", measured(Path(folder), told.cases, told.each))


if __name__ == "__main__":
    main()
