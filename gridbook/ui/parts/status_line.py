"""The line at the bottom: saved at, unsent, last receipt, shared or not, backup."""

from datetime import datetime

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gridbook.i18n import tr
from gridbook.records.base import LOCAL
from gridbook.ui import theme as look
from gridbook.ui.parts.text import Text
from gridbook.ui.theme import Type, theme


class StatusLine(QFrame):
    """Quiet facts about the book that is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusline")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(look.XL), theme.px(look.XS), theme.px(look.XL), theme.px(look.XS))
        layout.setSpacing(theme.px(look.XL))
        self.saved, self.unsent, self.receipt, self.backup = (Text("", Type.CAPTION) for _ in range(4))
        for text in (self.saved, self.unsent, self.receipt):
            text.setWordWrap(False)
            layout.addWidget(text)
        self.saved.hide()
        layout.addStretch(1)
        self.shared = Text("", Type.CAPTION)
        self.shared.setWordWrap(False)
        self.shared.hide()
        layout.addWidget(self.shared)
        self.backup.setWordWrap(False)
        layout.addWidget(self.backup)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Where there is little room, what another page says as well gives way."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        layout = self.layout()
        spare = (self.receipt, self.backup)
        for text in spare:
            text.show()
        for text in spare:
            if layout is not None and layout.sizeHint().width() > self.width():
                text.hide()

    def say_saved(self, at: datetime) -> None:
        """Something was kept at that instant."""
        self.saved.setText(tr("Saved {time}").format(time=clock_time(at)))
        self.saved.show()
        self._make_room()

    def say_shared(self, place: str) -> None:
        """That other desks of the office work on this book too, and where it lies."""
        self.shared.setText(tr("Shared book on {place}").format(place=place))
        self.shared.show()
        self._make_room()

    def say_unsent(
        self, count: int, since: datetime | None, on_stick: int = 0, on_stick_since: datetime | None = None
    ) -> None:
        """How much waits to be handed over, and since when; else what lies on a stick without a receipt."""
        if count and since is not None:
            said = tr("{n} changes to hand over since {day}").format(n=count, day=_short(since))
        elif count:
            said = tr("{n} changes to hand over").format(n=count)
        elif on_stick and on_stick_since is not None:
            said = tr("{n} on a stick since {day}").format(n=on_stick, day=_short(on_stick_since))
        elif on_stick:
            said = tr("{n} changes not yet confirmed").format(n=on_stick)
        else:
            said = tr("Everything was handed over")
        self.unsent.setText(said)
        self._make_room()

    def say_receipt(self, at: datetime | None) -> None:
        """When the last stick from another office came."""
        text = f"{at.astimezone(LOCAL):%m-%d %H:%M}" if at else tr("none yet")
        self.receipt.setText(tr("Last receipt {time}").format(time=text))
        self._make_room()

    def say_backup(self, at: datetime | None) -> None:
        """When the book was backed up and tested last."""
        text = f"{at.astimezone(LOCAL):%m-%d %H:%M}" if at else tr("none yet")
        self.backup.setText(tr("Last backup {time}").format(time=text))
        self._make_room()


def clock_time(at: datetime) -> str:
    """An instant as the clock on the wall showed it."""
    return f"{at.astimezone(LOCAL):%H:%M}"


def _short(at: datetime) -> str:
    return f"{at.astimezone(LOCAL):%m-%d}"
