"""Chips: one choice of a few, which number keys pick."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from gridbook.ui import theme as look
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.flow import Flow
from gridbook.ui.theme import Type, theme

DIGITS = 9


class Chip(Button):
    """One option, with its digit standing back before the word."""

    def __init__(self, digit: str, word: str) -> None:
        super().__init__(f"{digit} {word}", "chip")
        self._digit, self._word = digit, word
        self.setAccessibleName(word)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide enough for the word when it is strong, so that nothing moves when it is chosen."""
        height = super().sizeHint().height()
        return QSize(self._digit_room() + self._word_room() + 2 * theme.px(look.M), height)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It never shrinks."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the button as the style has it, then digit and word in their own type."""
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        down = self.isChecked()
        middle = Qt.AlignmentFlag.AlignVCenter
        room = self.rect().adjusted(theme.px(look.M), 0, -theme.px(look.M), 0)
        if self._digit:
            # The digits come forward when the keyboard is here and pressing one would pick.
            ready = bool(self.property("ready"))
            painter.setFont(theme.font(Type.CAPTION, strong=ready))
            painter.setPen(theme.colour("accent" if down or ready else "muted"))
            painter.drawText(room, middle, self._digit)
        painter.setFont(theme.font(strong=down))
        painter.setPen(theme.colour("accent" if down else "text"))
        painter.drawText(room.adjusted(self._digit_room(), 0, 0, 0), middle, self._word)

    def _digit_room(self) -> int:
        if not self._digit:
            return 0
        digits = QFontMetrics(theme.font(Type.CAPTION, strong=True))
        return digits.horizontalAdvance(self._digit) + theme.px(look.S)

    def _word_room(self) -> int:
        return QFontMetrics(theme.font(strong=True)).horizontalAdvance(self._word) + 1


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
            chip = Chip(str(n + 1) if n < DIGITS else "", word)
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
        if 0 <= n < min(DIGITS, len(self._values)):
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
        current = max(self._group.checkedId(), 0)
        for n, chip in enumerate(self._group.buttons()):
            chip.setProperty("ready", here)
            chip.setProperty("here", here and n == current)
            chip.style().unpolish(chip)
            chip.style().polish(chip)

    def _pick(self, n: int) -> None:
        self._group.button(n).setChecked(True)
        self._show_focus(self.hasFocus())
        self.chosen.emit(self._values[n])
