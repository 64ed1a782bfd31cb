"""Days: one to be typed, and one as lists show it."""

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QWidget

from gridbook.i18n import tr
from gridbook.records.days import read_day
from gridbook.ui.parts.fields import TextInput


class DateInput(TextInput):
    """A day as people write it: 11-23, 1123, 11月23日, 23, 今天, 昨天, 2026-11-23."""

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(16, parent)
        self._today = today

    @property
    def day(self) -> date | None:
        """The day that is meant; nothing when the text is no day."""
        return read_day(self.value, self._today())

    @day.setter
    def day(self, day: date | None) -> None:
        self.setText(day.isoformat() if day else "")


def short_day(day: date) -> str:
    """A day as lists show it: 11-23 周一."""
    names = (tr("Mon"), tr("Tue"), tr("Wed"), tr("Thu"), tr("Fri"), tr("Sat"), tr("Sun"))
    return f"{day:%m-%d} {names[day.weekday()]}"
