"""A book on a server: rows as a stream against one statement for each, and a day's import against a file.

`python3 build/dev.py bench server`; the figures compare within one run only.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from gridbook.store import book, journal, server, shared
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import export, take
from tests.servers import room, running
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT, Offices, visit

INSERT = 'INSERT INTO op (line, segment, "class", record, body) VALUES (1, 1, ?, ?, ?)'
SIZES = (1, 2, 4, 8, 32, 500, 5000)
AGAIN = 5


def best(work: Callable[[], object]) -> float:
    """The quickest of several runs, in seconds."""
    taken = []
    for _ in range(AGAIN):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


def insert(session: Session, rows: Sequence[tuple[object, ...]]) -> None:
    """Put op rows in."""
    session.run_many(INSERT, rows)


def streams(store: Store) -> None:
    """Both ways to put rows in, by their number."""
    print("| rows | one statement each, ms | as a stream, ms | ratio |\n|---|---|---|---|")
    usual = server.COPY_FROM
    for size in SIZES:
        rows = [(7, os.urandom(16), os.urandom(90)) for _ in range(size)]
        found = []
        for first in (size + 1, 1):
            server.COPY_FROM = first
            found.append(best(lambda rows=rows: store.try_out(insert, rows)) * 1000)  # type: ignore[misc]
        server.COPY_FROM = usual
        print(f"| {size:,} | {found[0]:.1f} | {found[1]:.1f} | {found[0] / found[1]:.2f} |", flush=True)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=20_000)
    asked = parser.parse_args()
    with running() as place, tempfile.TemporaryDirectory(dir=room()) as name:
        offices = Offices(Path(name)).found(SUBDISTRICT, COMMUNITY, GRID)
        offices.round()
        kept = offices.copied(_folder(name, "file"))
        store = offices.books.pop(COMMUNITY)
        shared.move_to(store, place.database())
        lock = book.take_lock(store.folder)
        offices.books[COMMUNITY] = book.open_with(store.folder, store.keys, "王芳", lock, offices.clock)
        streams(offices[COMMUNITY])
        offices[GRID].write(journal.save, *(visit(GRID) for _ in range(asked.visits)))
        (made,) = export.hand_over(offices[GRID], offices.stick(), COMMUNITY)
        found = {}
        for what, where in (("a file", kept), ("a server", offices)):
            began = time.perf_counter()
            taken = take.take(where[COMMUNITY], made.path)
            found[what] = time.perf_counter() - began
            assert taken.error is None, taken.error
        told = ", ".join(f"{what} {seconds:.2f} s" for what, seconds in found.items())
        print(f"{asked.visits:,} visits taken in: {told} ({found['a server'] / found['a file']:.1f} times)")
        offices.close()
        kept.close()
    return 0


def _folder(name: str, part: str) -> Path:
    folder = Path(name) / part
    folder.mkdir()
    return folder


if __name__ == "__main__":
    sys.exit(main())
