"""The collector of cycles runs in the window's thread only; in the book's thread it would destroy widgets."""

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 500


class Collecting(QObject):
    """While a desk is open nothing is collected behind the window's back, but here, between two events."""

    def __init__(self) -> None:
        super().__init__()
        self._desks = 0
        self._was_on = True
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """A desk was opened."""
        if not self._desks:
            self._was_on = gc.isenabled()
            gc.disable()
            self._timer.start()
        self._desks += 1

    def end(self) -> None:
        """A desk was closed, and its thread is gone."""
        self._desks -= 1
        if not self._desks:
            self._timer.stop()
            if self._was_on:
                gc.enable()

    def look(self) -> None:
        """Collect what Python would have collected by itself by now."""
        for generation, (count, threshold) in reversed(
            list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))
        ):
            if count > threshold:
                gc.collect(generation)
                return


collecting = Collecting()
