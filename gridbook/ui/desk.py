"""The one way from a screen to the book and back: calls go down, one signal comes up."""

import logging
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QEventLoop, QObject, QSocketNotifier, Qt, Signal

from gridbook import paths
from gridbook.errors import GridbookError
from gridbook.records.base import Record
from gridbook.store.book import Store
from gridbook.store.engine import Listening
from gridbook.ui.collecting import collecting

T = TypeVar("T")
LOG = logging.getLogger(__name__)


class Desk(QObject):
    """Works on the open book in one thread of its own, in the order in which it is asked."""

    changed = Signal(frozenset)
    refused = Signal(object)
    broken = Signal(str)
    idle = Signal()
    handed_over = Signal()
    _came = Signal(object)
    _went_in = Signal(frozenset)

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        collecting.begin()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="book")
        self._open = 0
        self._came.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        # Whoever listens to `changed`, be it a plain function, is called in the window's thread.
        self._went_in.connect(self.changed, Qt.ConnectionType.QueuedConnection)
        store.on_change = self._on_change
        self._deaf = False
        self._ear: Listening | None = None
        self._bell: QSocketNotifier | None = None
        if store.shared:
            self._listen()

    def read(
        self,
        work: Callable[..., T],
        *args: Any,
        then: Callable[[T], None] | None = None,
        failed: Callable[[GridbookError], None] | None = None,
        **kwargs: Any,
    ) -> None:
        """Run a function that only looks; `then` gets what it returned, in the window's thread."""
        self._ask(lambda: self.store.read(work, *args, **kwargs), then, failed)

    def try_out(
        self,
        work: Callable[..., T],
        *args: Any,
        then: Callable[[T], None] | None = None,
        failed: Callable[[GridbookError], None] | None = None,
    ) -> None:
        """Run a function that writes, to see what would come of it; nothing of it stays."""
        self._ask(lambda: self.store.try_out(work, *args), then, failed)

    def write(
        self,
        work: Callable[..., T],
        *args: Any,
        then: Callable[[T], None] | None = None,
        failed: Callable[[GridbookError], None] | None = None,
        **kwargs: Any,
    ) -> None:
        """Run a function in one transaction; `then` is called when it is durable, `failed` when refused."""
        self._ask(lambda: self.store.write(work, *args, **kwargs), then, failed)

    def do(
        self,
        work: Callable[[Store], T],
        then: Callable[[T], None] | None = None,
        failed: Callable[[GridbookError], None] | None = None,
    ) -> None:
        """Run work that needs the store itself: hand over, take in, back up."""
        self._ask(lambda: work(self.store), then, failed)

    def finish(self) -> None:
        """Wait, with the window alive, until everything asked for is done and delivered."""
        while self._open:
            loop = QEventLoop()
            self.idle.connect(loop.quit)
            loop.exec()

    def close(self) -> None:
        """Finish, then close the book."""
        self._stop_listening()
        self.finish()
        self._stop_listening()
        self._thread.submit(self.store.close).result()
        self._thread.shutdown()
        collecting.end()

    def _listen(self) -> None:
        """Let the server of a shared book ring when another desk wrote; nobody asks it again and again."""
        self._ask(self.store.listen, self._hang_bell, self._stay_deaf)

    def _hang_bell(self, ear: Listening | None) -> None:
        if ear is None:
            return
        self._ear = ear
        self._bell = QSocketNotifier(ear.fileno(), QSocketNotifier.Type.Read, self)
        self._bell.activated.connect(self._hear)

    def _hear(self) -> None:
        ear, bell = self._ear, self._bell
        if ear is None or bell is None:
            return
        # It would ring on until the store thread has taken the news in.
        bell.setEnabled(False)
        self._ask(lambda: self.store.heard(ear), lambda _: bell.setEnabled(True), self._listen_anew)

    def _listen_anew(self, lost: GridbookError) -> None:
        self._stop_listening()
        self._listen()

    def _stay_deaf(self, lost: GridbookError) -> None:
        # Who cannot be reached now is asked again with the next thing that succeeds.
        self._deaf = True

    def _stop_listening(self) -> None:
        if self._bell is not None:
            self._bell.setEnabled(False)
            self._bell.deleteLater()
        if self._ear is not None:
            self._ear.close()
        self._bell = self._ear = None

    def _ask(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], None] | None,
        failed: Callable[[GridbookError], None] | None,
    ) -> None:
        self._open += 1
        future = self._thread.submit(work)
        future.add_done_callback(lambda done: self._came.emit((done, then, failed)))

    def _deliver(self, came: tuple["Future[Any]", Any, Any]) -> None:
        done, then, failed = came
        # Counted off first: whoever is told may itself wait for the rest.
        self._open -= 1
        try:
            error = done.exception()
            if error is None:
                if self._deaf:
                    self._deaf = False
                    self._listen()
                if then is not None:
                    then(done.result())
            elif isinstance(error, GridbookError):
                (failed or self.refused.emit)(error)
            else:
                self._report(error)
        finally:
            if not self._open:
                self.idle.emit()

    def _report(self, error: BaseException) -> None:
        folder = paths.logs()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "crash.log"
        with path.open("a", encoding="utf-8") as file:
            # Only where it happened: the values in a traceback could be people's words.
            file.write("".join(traceback.format_tb(error.__traceback__)) + type(error).__name__ + "\n\n")
        LOG.error("bug on the store thread", exc_info=error)
        self.broken.emit(str(path))

    def _on_change(self, classes: frozenset[type[Record]]) -> None:
        self._went_in.emit(classes)
