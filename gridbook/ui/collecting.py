"""The collector of cycles runs in the window's thread only; in the book's thread it would destroy widgets."""

import gc

from PySide6.QtCore import QTimer

EVERY_MS = 500


class Collecting:
    """While anybody asks for it nothing is collected but here, in the window's thread, between two events."""

    def __init__(self) -> None:
        self._asked = 0
        self._was_on = True
        # This code may be fetched in another thread, and a timer ticks in the thread that made it.
        self._timer: QTimer | None = None

    @property
    def runs(self) -> bool:
        """Whether it looks from time to time."""
        return self._timer is not None and self._timer.isActive()

    def begin(self) -> None:
        """A desk was opened, or the program begins; asked for in the window's thread."""
        if not self._asked:
            self._was_on = gc.isenabled()
            gc.disable()
            self._timer = QTimer()
            self._timer.setInterval(EVERY_MS)
            self._timer.timeout.connect(self.look)
            self._timer.start()
        self._asked += 1

    def end(self) -> None:
        """A desk was closed, and its thread is gone."""
        self._asked -= 1
        if not self._asked:
            if self._timer is not None:
                self._timer.stop()
                self._timer = None
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
