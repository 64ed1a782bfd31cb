"""Fields: a label above, the input, an error in words below; only committed text counts."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from gridbook.errors import GridbookError
from gridbook.ui import theme as look
from gridbook.ui.parts.text import Text
from gridbook.ui.theme import Type, theme

LINES = 3
NEARLY_FULL = 0.8
"""From this share of its limit on a field counts, so that nobody runs into the end unawares."""


class Field(QWidget):
    """An input with its label above and, when something is wrong, a sentence below."""

    def __init__(self, label: str, input_: QWidget, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.input = input_
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(look.XS))
        self.label = Text(label, Type.CAPTION)
        self.label.setBuddy(input_)
        layout.addWidget(self.label)
        layout.addWidget(input_)
        self.wrong = Text("", Type.CAPTION)
        self.wrong.setProperty("error", True)
        self.wrong.hide()
        self.count = Text("", Type.CAPTION)
        self.count.setWordWrap(False)
        self.count.hide()
        below = QHBoxLayout()
        below.setSpacing(theme.px(look.M))
        below.addWidget(self.wrong, 1)
        below.addWidget(self.count, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        layout.addLayout(below)
        if isinstance(input_, TextInput | LongText):
            input_.counted.connect(self._show_count)
        if isinstance(input_, TextInput):
            input_.textEdited.connect(lambda _: self._mended())
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

    def tell(self, error: GridbookError) -> None:
        """Say what was refused."""
        self.say(error.sentence())

    def _mended(self) -> None:
        """What was wrong is being mended; it is said again if it still is."""
        if not self.wrong.isHidden():
            self.say("")

    def _show_count(self, length: int, longest: int) -> None:
        self.count.setText(f"{length} / {longest}" if length >= longest * NEARLY_FULL else "")
        self.count.setVisible(bool(self.count.text()))
        self.count.setProperty("mark", "due_soon" if length >= longest else "")
        self.count.style().unpolish(self.count)
        self.count.style().polish(self.count)


def commit_typing() -> None:
    """Take over what an input method still holds, before a form is saved, locked or closed."""
    QGuiApplication.inputMethod().commit()
    here = QApplication.focusWidget()
    if isinstance(here, TextInput | LongText):
        here.take_preedit()


def _take(here: "TextInput | LongText", preedit: str) -> None:
    """Some input methods do not answer when they are asked to commit, and then the words would be lost."""
    if preedit:
        event = QInputMethodEvent()
        event.setCommitString(preedit)
        QApplication.sendEvent(here, event)
        QGuiApplication.inputMethod().reset()


class TextInput(QLineEdit):
    """One line of text; `left` tells when the person goes on, `counted` how much of the limit is used."""

    left = Signal()
    entered = Signal()
    counted = Signal(int, int)

    def __init__(self, longest: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._longest = longest
        self._preedit = ""
        if longest:
            self._make_room("")
            self.textChanged.connect(self._make_room)
        self.returnPressed.connect(self.entered)

    @property
    def value(self) -> str:
        """The text, without spaces around it."""
        return self.text().strip()

    @value.setter
    def value(self, text: str) -> None:
        self._make_room(text)
        self.setText(text)

    def take_preedit(self) -> None:
        """Take over the words that an input method still holds."""
        _take(self, self._preedit)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802 - Qt's name
        """Rare characters come from an input method and need more room than Qt thinks."""
        self._preedit = event.preeditString()
        self._make_room(self.text() + event.commitString())
        super().inputMethodEvent(event)
        self._make_room(self.text())

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The field was left."""
        self.take_preedit()
        super().focusOutEvent(event)
        self.left.emit()

    def _make_room(self, text: str) -> None:
        if self._longest is not None:
            # Qt counts units of 16 bits, of which a rare character takes two; people count characters.
            longest = self._longest + sum(ord(letter) > 0xFFFF for letter in text)
            if longest != self.maxLength():
                # Qt sets the text anew then, and would forget where one is writing.
                start, chosen, at = self.selectionStart(), self.selectedText(), self.cursorPosition()
                self.setMaxLength(longest)
                self.setCursorPosition(at)
                if start >= 0:
                    self.setSelection(start, len(chosen.encode("utf-16-le")) // 2)
            self.counted.emit(len(self.text()), self._longest)


class LongText(QPlainTextEdit):
    """Several lines of text with a limit; Enter makes a line, Tab goes on.

    What does not fit is not taken in; nothing that stands there already is ever pushed out.
    """

    left = Signal()
    counted = Signal(int, int)

    def __init__(self, longest: int, lines: int = LINES, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._longest = longest
        self._preedit = ""
        self.setTabChangesFocus(True)
        around = theme.px(look.XS) + int(self.document().documentMargin()) + 1
        self.setFixedHeight(QFontMetrics(theme.font()).lineSpacing() * lines + 2 * around)
        self.textChanged.connect(lambda: self.counted.emit(self._longest - self.left_over(), self._longest))

    @property
    def value(self) -> str:
        """The text, without spaces around it."""
        return self.toPlainText().strip()

    @value.setter
    def value(self, text: str) -> None:
        # What was once kept is shown whole, even if it is longer than what may be written now.
        self.setPlainText(text)

    def take_preedit(self) -> None:
        """Take over the words that an input method still holds."""
        _take(self, self._preedit)

    def left_over(self) -> int:
        """How many characters still fit."""
        return self._longest - len(self.toPlainText())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """A letter is written if it fits."""
        writes = event.text().isprintable() or event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not (event.text() and writes and self._room() < 1):
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802 - Qt's name
        """So much of the committed text is written as fits."""
        self._preedit = event.preeditString()
        if len(event.commitString()) > self._room():
            event.setCommitString(event.commitString()[: max(0, self._room())])
        super().inputMethodEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802 - Qt's name
        """So much of a pasted text is written as fits."""
        self.insertPlainText(source.text()[: max(0, self._room())])

    def _room(self) -> int:
        return self.left_over() + len(self.textCursor().selectedText())

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The field was left."""
        self.take_preedit()
        super().focusOutEvent(event)
        self.left.emit()


class Choice(QComboBox):
    """One of many; the mouse wheel never changes it by accident."""

    left = Signal()

    def __init__(self, options: Sequence[tuple[object, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: list[object] = []
        self.offer(options)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(16)

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

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Wheels over a closed box scroll the page instead."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter goes on to the next field."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.focusNextChild()
            return
        super().keyPressEvent(event)
