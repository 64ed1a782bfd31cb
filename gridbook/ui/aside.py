"""Work before there is a desk: in a thread of its own, so that the window stays alive meanwhile."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEventLoop, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")
AHEAD = (
    "gridbook.store.book",
    "gridbook.sync.take",
    "gridbook.ui.window",
    "gridbook.ui.today.screen",
    "gridbook.ui.visits.screen",
    "gridbook.ui.requests.screen",
)
"""What the desk needs first, and the pages on which most is done."""


class _Bell(QObject):
    rung = Signal()


def fetch_ahead() -> None:
    """Fetch the code of the desk while a person types the passphrase; what is asked for next waits for it."""
    _thread().submit(lambda: [import_module(name) for name in AHEAD])


@cache
def _thread() -> "ThreadPoolExecutor":
    # 4 ms of the start, before there is anything to see.
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(1, thread_name_prefix="aside")


def done(work: Callable[[], T], page: QWidget) -> T:
    """What the work returns or raises; until then the page takes no key and no click."""
    loop, bell, focused = QEventLoop(), _Bell(), QApplication.focusWidget()
    bell.rung.connect(loop.quit, Qt.ConnectionType.QueuedConnection)
    page.setEnabled(False)
    working = _thread().submit(work)
    working.add_done_callback(lambda _: bell.rung.emit())
    loop.exec()
    page.setEnabled(True)
    if focused is not None:
        focused.setFocus()
    return working.result()
