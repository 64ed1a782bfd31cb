"""Fields: a label above, the input, an error in words below; only committed text counts."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from gridbook.i18n import tr
from gridbook.ui import theme as look
from gridbook.ui.parts.text import Text
from gridbook.ui.theme import Type, theme

LINES = 3


class Field(QWidget):
    """An input with its label above and, when something is wrong, a sentence below."""

    def __init__(self, label: str, input_: QWidget, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.input = input_
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(look.XS))
        self.label = Text(label, Type.CAPTION)
        self.label.setWordWrap(False)
        self.label.setBuddy(input_)
        layout.addWidget(self.label)
        layout.addWidget(input_)
        self.wrong = Text("", Type.CAPTION)
        self.wrong.setProperty("error", True)
        self.wrong.hide()
        layout.addWidget(self.wrong)
        input_.setAccessibleName(label)
        input_.setAccessibleDescription(hint)
        if hint and isinstance(input_, QLineEdit | QPlainTextEdit):
            input_.setPlaceholderText(hint)

    def say(self, sentence: str) -> None:
        """Say what is wrong with it, or nothing."""
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))
        self.input.setProperty("wrong", bool(sentence))
        self.input.style().unpolish(self.input)
        self.input.style().polish(self.input)


def commit_typing() -> None:
    """Take over what an input method still holds, before a form is saved, locked or closed."""
    QGuiApplication.inputMethod().commit()


class TextInput(QLineEdit):
    """One line of text; `left` tells when the person goes on."""

    left = Signal()
    entered = Signal()

    def __init__(self, longest: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if longest:
            self.setMaxLength(longest)
        self.returnPressed.connect(self.entered)

    @property
    def value(self) -> str:
        """The text, without spaces around it."""
        return self.text().strip()

    @value.setter
    def value(self, text: str) -> None:
        self.setText(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The field was left."""
        super().focusOutEvent(event)
        self.left.emit()


class LongText(QPlainTextEdit):
    """Several lines of text with a limit; Enter makes a line, Tab goes on."""

    left = Signal()

    def __init__(self, longest: int, lines: int = LINES, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._longest = longest
        self.setTabChangesFocus(True)
        self.setFixedHeight(theme.px(look.XL) * lines + theme.px(look.M))
        self.textChanged.connect(self._keep_to_limit)

    @property
    def value(self) -> str:
        """The text, without spaces around it."""
        return self.toPlainText().strip()

    @value.setter
    def value(self, text: str) -> None:
        self.setPlainText(text)

    def left_over(self) -> int:
        """How many characters still fit."""
        return self._longest - len(self.toPlainText())

    def _keep_to_limit(self) -> None:
        text = self.toPlainText()
        if len(text) > self._longest:
            cursor = self.textCursor()
            at = min(cursor.position(), self._longest)
            self.setPlainText(text[: self._longest])
            cursor.setPosition(at)
            self.setTextCursor(cursor)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The field was left."""
        super().focusOutEvent(event)
        self.left.emit()


class DateInput(TextInput):
    """A day as people write it: 11-23, 23, 今天, 昨天, 2026-11-23."""

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


def read_day(text: str, today: date) -> date | None:
    """The day a person means; without a year it is the nearest such day that is not far ahead."""
    words = {"今天": 0, "今": 0, "today": 0, "昨天": -1, "昨": -1, "yesterday": -1, "前天": -2, "明天": 1}
    plain = text.strip().lower()
    if plain in words:
        return today + timedelta(days=words[plain])
    parts = [int(part) for part in re.findall(r"\d+", plain)]
    try:
        if len(parts) == 3:
            year = parts[0] + 2000 if parts[0] < 100 else parts[0]
            return date(year, parts[1], parts[2])
        if len(parts) == 2:
            day = date(today.year, parts[0], parts[1])
            return day if day <= today + timedelta(days=180) else date(today.year - 1, parts[0], parts[1])
        if len(parts) == 1 and len(plain) <= 3:
            return date(today.year, today.month, parts[0])
    except ValueError:
        return None
    return None


def short_day(day: date) -> str:
    """A day as lists show it: 11-23 周一."""
    names = (tr("Mon"), tr("Tue"), tr("Wed"), tr("Thu"), tr("Fri"), tr("Sat"), tr("Sun"))
    return f"{day:%m-%d} {names[day.weekday()]}"


class Choice(QComboBox):
    """One of many; the mouse wheel never changes it by accident."""

    left = Signal()

    def __init__(self, options: Sequence[tuple[object, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: list[object] = []
        self.offer(options)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(16)
        self.installEventFilter(self)

    def offer(self, options: Sequence[tuple[object, str]]) -> None:
        """Offer other options."""
        self.clear()
        self._values = [value for value, _ in options]
        self.addItems([word for _, word in options])

    @property
    def value(self) -> object | None:
        """What is chosen."""
        n = self.currentIndex()
        return self._values[n] if n >= 0 else None

    @value.setter
    def value(self, value: object | None) -> None:
        self.setCurrentIndex(self._values.index(value) if value in self._values else -1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Wheels over a closed box scroll the page instead."""
        return isinstance(event, QWheelEvent) or super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter goes on to the next field."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.focusNextChild()
            return
        super().keyPressEvent(event)
