"""From start to a window one can use, beside a bare window; then a walk that must never stand still.

`dev.py bench window`. The peer is a process with one QMainWindow and one field, which loads the same fonts.
Both run from the same interpreter with their bytecode ready, in turns, in the same run.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from tests import make
from tests.benchmarks import _table, _volume
from tests.ui.casework import PASSPHRASE

BARE = """
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow
import os, sys
application = QApplication([])
for file in sys.argv[1:3]:
    QFontDatabase.addApplicationFont(file)
font = QFont()
font.setFamilies(["GridBook Sans"])
application.setFont(font)
window = QMainWindow()
field = QLineEdit("网格簿")
window.setCentralWidget(field)
window.resize(1366, 768)
window.show()
field.setFocus()
window.grab()
print(sum(os.times()[:2]), flush=True)
os._exit(0)
"""
OURS = """
import os, sys
from pathlib import Path
from gridbook import app
application = app.application()
app.theme.apply(dark=False)
window = app.Program(Path(sys.argv[3]))
window.show()
window.grab()
print(sum(os.times()[:2]), flush=True)
os._exit(0)
"""
BLOCK_MS = 100


class Probe(QObject):
    """Notes how long the window's thread was away from its loop, and where one was then."""

    def __init__(self) -> None:
        super().__init__()
        self.where = ""
        self.longest: dict[str, int] = {}
        self._since = QElapsedTimer()
        self._since.start()
        self._tick = QTimer(self)
        self._tick.setInterval(0)
        self._tick.timeout.connect(self._look)
        self._tick.start()

    def _look(self) -> None:
        away = self._since.restart()
        self.longest[self.where] = max(away, self.longest.get(self.where, 0))


def started(code: str, folder: Path, cache: Path) -> tuple[float, float]:
    """Seconds on the wall and of the processor until the first page is painted."""
    fonts = Path("resources/fonts")
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(cache), "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.perf_counter()
    files = [str(fonts / "sans.otf"), str(fonts / "sans-bold.otf"), str(folder)]
    command = [sys.executable, "-c", code, *files]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return time.perf_counter() - begun, float(told.stdout.split()[-1])


def walk(folder: Path, count: int) -> dict[str, int]:
    """The longest block, in milliseconds, at each page of a large book."""
    from gridbook.app import application
    from gridbook.store import book
    from gridbook.ui import aside, pictures
    from gridbook.ui.desk import Desk
    from gridbook.ui.screens import SCREENS
    from gridbook.ui.theme import theme
    from gridbook.ui.window import Window

    # What the program fetches while a person types the passphrase.
    for name in aside.AHEAD:
        import_module(name)
    application()
    theme.apply(dark=False)
    store = book.open_book(folder, "陈晓", PASSPHRASE)
    store.write(_volume.requests, count)
    desk = Desk(store)
    probe = Probe()
    probe.where = "opening"
    window = Window(desk, SCREENS)
    theme.dress(window)
    window.resize(1366, 768)
    window.show()
    desk.finish()
    found: list[pictures.View] = []
    desk.read(pictures.views, then=found.extend)
    desk.finish()
    for view in found:
        probe.where = view.picture
        window.show_screen(view.screen, view.what)
        desk.finish()
    window.close()
    desk.close()
    return probe.longest


def main() -> None:
    """Measure both and write them into the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=7)
    parser.add_argument("--count", type=int, default=20_000, help="requests in the book of the walk")
    options = parser.parse_args()
    from gridbook.store import book

    with tempfile.TemporaryDirectory() as name:
        folder, cache = Path(name) / "book", Path(name) / "cache"
        store, _ = book.create(folder, make.GRID, "幸福社区", "陈晓", PASSPHRASE, calibrate=False)
        store.close()
        for code in (BARE, OURS):
            started(code, folder, cache)
        taken = {code: [] for code in (BARE, OURS)}
        for _ in range(options.tries):
            for code, times in taken.items():
                times.append(started(code, folder, cache))
        wall, work = (
            [statistics.median(one[n] for one in taken[code]) for code in (BARE, OURS)] for n in (0, 1)
        )
        longest = walk(folder, options.count)
    worst = sorted(longest.items(), key=lambda one: -one[1])[:3]
    over = sum(block > BLOCK_MS for block in longest.values())
    _table.write(
        "window",
        [
            (
                f"start to the page for the passphrase against a bare window; median of {options.tries}",
                f"{wall[1] / wall[0]:.2f} × on the wall ({wall[1]:.2f} s), "
                f"{work[1] / work[0]:.2f} × of the processor",
            ),
            (
                f"longest block of the window, {len(longest)} pages, {options.count:,} requests",
                ", ".join(f"{where} {block} ms" for where, block in worst) + f"; over {BLOCK_MS} ms: {over}",
            ),
        ],
    )


if __name__ == "__main__":
    main()
