"""Several of a few: each has its digit, which ticks it and ticks it off again."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from gridbook.ui import theme as look
from gridbook.ui.parts.chips import DIGITS, Chip
from gridbook.ui.parts.flow import Flow
from gridbook.ui.theme import theme


class Ticks(QWidget):
    """Chips of which any number can be chosen; Enter goes on."""

    changed = Signal()
    moved_on = Signal()

    def __init__(
        self, options: Sequence[tuple[object, str]], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._values = [value for value, _ in options]
        self._chips: list[Chip] = []
        flow = Flow(self, gap=theme.px(look.S))
        for n, (_, word) in enumerate(options):
            chip = Chip(str(n + 1) if n < DIGITS else "", word)
            chip.toggled.connect(lambda _: self.changed.emit())
            self._chips.append(chip)
            flow.addWidget(chip)

    @property
    def values(self) -> list[object]:
        """What is ticked, in the order in which it stands."""
        return [value for value, chip in zip(self._values, self._chips, strict=True) if chip.isChecked()]

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """A digit ticks; Enter goes on."""
        n = event.key() - int(Qt.Key.Key_1)
        if 0 <= n < min(DIGITS, len(self._chips)):
            self._chips[n].toggle()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.moved_on.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The chips show that the keyboard is here."""
        super().focusInEvent(event)
        self._show_focus(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The keyboard went on."""
        super().focusOutEvent(event)
        self._show_focus(False)

    def _show_focus(self, here: bool) -> None:
        for chip in self._chips:
            chip.setProperty("ready", here)
            chip.style().unpolish(chip)
            chip.style().polish(chip)
