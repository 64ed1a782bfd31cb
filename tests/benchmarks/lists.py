"""A list of a million requests: the first paint and each step of scrolling: `dev.py bench lists`.

The window's own thread is measured, on the wall and of the processor, while rows are read in the book's
thread. The peer is the naive model in the same run: every row held in Python, the same view and columns.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from gridbook.reports import export
from gridbook.store.views import View
from gridbook.ui.desk import Desk
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.listing.pane import Listing
from gridbook.ui.parts.paged import ID, PAGE, PagedTable
from gridbook.ui.parts.table import RecordTable
from gridbook.ui.requests import columns
from gridbook.ui.requests.columns import Listed
from gridbook.ui.theme import theme
from tests.benchmarks import _table, _volume
from tests.benchmarks.store import fresh

ROWS = 1_000_000
STEPS = 400
SIZE = (1134, 480)
Spent = tuple[float, float]


def spent(work: Callable[[], object]) -> Spent:
    """Milliseconds on the wall and of this thread."""
    wall, busy = time.perf_counter(), time.thread_time()
    work()
    return (time.perf_counter() - wall) * 1000, (time.thread_time() - busy) * 1000


def p99(times: Sequence[Spent]) -> Spent:
    """The worst of a hundred, on the wall and of the thread."""
    walls, busies = sorted(one for one, _ in times), sorted(one for _, one in times)
    return walls[len(times) * 99 // 100], busies[len(times) * 99 // 100]


def scrolled(table: PagedTable[Listed] | RecordTable[Listed], desk: Desk, rows: int) -> list[Spent]:
    """Steps of a page, of a notch and of a leap; after each the window is painted."""
    chance = random.Random(3)
    bar = table.view.verticalScrollBar()
    times = []
    for n in range(STEPS):
        here = bar.value()
        goal = (here + 12, here + 3, here + 3, chance.randrange(rows - 100))[n % 4]
        times.append(spent(lambda goal=goal: (bar.setValue(goal), QCoreApplication.processEvents())))  # type: ignore[misc]
    desk.finish()
    return times


def measured(folder: Path, rows: int) -> list[tuple[str, str]]:
    """Ours and the naive model's."""
    store = fresh(folder / "lists")
    store.write(_volume.requests, rows, finder=False)
    desk = Desk(store)
    view, source = View("requests"), columns.source()
    began = time.perf_counter()
    ids: bytes = store.read(export.ids, view)
    read_ids = time.perf_counter() - began
    top = [ids[n : n + ID] for n in range(0, PAGE * ID, ID)]
    listing = Listing(ids, store.read(source.rows, top))
    ours: PagedTable[Listed] = PagedTable(source.columns, "ours", EmptyState("nothing"), source.key)
    ours.lay_out(tuple(column.key for column in source.columns[:9]), ())
    ours.wanted.connect(lambda asked: desk.read(source.rows, asked, then=lambda got: ours.give(got, asked)))
    theme.dress(ours)
    ours.resize(*SIZE)
    ours.show()
    QCoreApplication.processEvents()
    first = spent(
        lambda: (ours.show_list(listing.ids, listing.rows, anew=True), QCoreApplication.processEvents())
    )
    steps = scrolled(ours, desk, rows)
    narrowed = [
        spent(lambda one=one: store.read(export.ids, one))  # type: ignore[misc]
        for one in (
            View("requests", status="accepted"),
            View("requests", due="week"),
            View("requests", by="due"),
        )
    ]
    ours.hide()
    peer: RecordTable[Listed] = RecordTable(source.columns[:9], "peer", EmptyState("nothing"))
    theme.dress(peer)
    peer.resize(*SIZE)
    peer.show()
    held = list(listing.rows) * (rows // len(listing.rows))
    peer_first = spent(lambda: (peer.show_rows(held), QCoreApplication.processEvents()))
    peer_steps = scrolled(peer, desk, len(held))
    peer.hide()
    desk.close()
    return [
        (f"{rows:,} rows: first paint after the ids, ms on the wall, of the thread", told(first)),
        (f"{rows:,} rows: a step of scrolling, p99, ms on the wall, of the thread", told(p99(steps))),
        (f"{rows:,} rows: the ids read in the book's thread, s", f"{read_ids:.2f}"),
        ("narrowed by status, by due date; ordered by due date, ms", "; ".join(map(told, narrowed))),
        ("the naive model (every row at hand already): first paint, ms", told(peer_first)),
        ("the naive model: a step of scrolling, p99, ms", told(p99(peer_steps))),
        ("first paint against the naive model", f"{first[1] / peer_first[1]:.2f} ×"),
        ("a step against the naive model", f"{p99(steps)[1] / p99(peer_steps)[1]:.2f} ×"),
    ]


def told(one: Spent) -> str:
    """Both figures."""
    return f"{one[0]:.1f}, {one[1]:.1f}"


def main() -> None:
    """Measure and write down."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=ROWS)
    given = asked.parse_args()
    application = QApplication.instance() or QApplication([])
    theme.apply(scale=100, dark=False)
    with tempfile.TemporaryDirectory(prefix="gridbook-bench-") as folder:
        _table.write("lists", measured(Path(folder), given.rows))
    del application


if __name__ == "__main__":
    main()
