"""Buttons of the four kinds, and chips that number keys pick."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QWidget

from gridbook.ui import icons
from gridbook.ui import theme as look
from gridbook.ui.parts.flow import Flow
from gridbook.ui.theme import theme

GAP = "  "


class Button(QPushButton):
    """A button with its kind: plain, primary, quiet, danger, large, row."""

    def __init__(self, text: str, kind: str = "plain", icon: str = "", parent: QWidget | None = None) -> None:
        # Qt reads & as a mnemonic; names and places may hold one.
        # Two spaces part the icon from the word; style sheets have no name for that gap.
        super().__init__((GAP + text if icon and text else text).replace("&", "&&"), parent)
        self.setProperty("kind", kind)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(text)
        if icon:
            colour = "on_accent" if kind == "primary" else "accent" if kind in ("quiet", "large") else "muted"
            self.setIcon(icons.icon(icon, colour))
            self.setIconSize(QSize(theme.px(icons.SIZE), theme.px(icons.SIZE)))
        self.setSizePolicy(
            QSizePolicy.Policy.Expanding if kind in ("large", "row") else QSizePolicy.Policy.Maximum,
            QSizePolicy.Policy.Fixed,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter presses the button, as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)


class Chips(QWidget):
    """One choice of a few, each with its digit: the digit picks it and moves on."""

    chosen = Signal(object)
    moved_on = Signal()

    def __init__(
        self, options: Sequence[tuple[object, str]], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._values = [value for value, _ in options]
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        flow = Flow(self, gap=theme.px(look.S))
        for n, (_, word) in enumerate(options):
            chip = Button(f"{n + 1} {word}", "chip")
            chip.setAccessibleName(word)
            chip.setCheckable(True)
            chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._group.addButton(chip, n)
            flow.addWidget(chip)
        self._group.idClicked.connect(lambda n: self.chosen.emit(self._values[n]))

    @property
    def value(self) -> object | None:
        """What is chosen, or nothing."""
        n = self._group.checkedId()
        return None if n < 0 else self._values[n]

    @value.setter
    def value(self, value: object | None) -> None:
        for n, known in enumerate(self._values):
            button = self._group.button(n)
            if known == value:
                button.setChecked(True)
                return
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(False)
        self._group.setExclusive(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """A digit picks; arrows move the choice; Enter goes on."""
        n = event.key() - int(Qt.Key.Key_1)
        if 0 <= n < len(self._values):
            self._pick(n)
            self.moved_on.emit()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            self._pick((max(self._group.checkedId(), -step) + step) % len(self._values))
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
        for chip in self._group.buttons():
            chip.setProperty("here", here)
            chip.style().unpolish(chip)
            chip.style().polish(chip)

    def _pick(self, n: int) -> None:
        self._group.button(n).setChecked(True)
        self.chosen.emit(self._values[n])
