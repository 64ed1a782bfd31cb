"""Phrases under a field: their digit writes them into the empty field, and Enter goes through their gaps."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import tr
from gridbook.store import phrases
from gridbook.store.phrases import LONGEST, MOST, Use
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import clear
from gridbook.ui.parts.chips import Chip
from gridbook.ui.parts.fields import LongText, TextInput
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.text import Muted
from gridbook.ui.parts.worded import WordsField
from gridbook.ui.theme import Type, theme


class PhraseInput(TextInput):
    """One line of text into which a digit writes a phrase while it is empty."""

    here = Signal(bool)
    """The keyboard came or went, so that the digits come forward or back."""

    def __init__(self, longest: int, parent: QWidget | None = None) -> None:
        super().__init__(longest, parent)
        self.phrases: Sequence[str] = ()

    def write(self, phrase: str) -> None:
        """Write a phrase; the first gap in it is selected."""
        self.value = phrase
        self.setFocus()
        if not self.to_gap():
            self.setCursorPosition(len(self.text()))

    def to_gap(self) -> bool:
        """Select the first gap, so that typing fills it."""
        return self._to_gap(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """A digit picks while nothing is written; Enter goes to the next gap before it goes on."""
        n = event.key() - int(Qt.Key.Key_1)
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and not self.text() and 0 <= n < len(self.phrases):
            self.write(self.phrases[n])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and self._to_gap():
            return
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The digits come forward."""
        super().focusInEvent(event)
        self.here.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The digits stand back."""
        super().focusOutEvent(event)
        self.here.emit(False)

    def _to_gap(self, start: int | None = None) -> bool:
        gap = phrases.slot(self.text(), self.cursorPosition() if start is None else start)
        if gap is None or (start is None and self.selectedText() and phrases.slot(self.selectedText())):
            # A gap that is selected and passed over stays, and is asked about when the form is kept.
            return False
        self.setSelection(*gap)
        return True


class Phrases(QWidget):
    """The phrases of a category as chips, and a place to write one's own."""

    changed = Signal()

    def __init__(self, desk: Desk, use: Use, input_: PhraseInput) -> None:
        super().__init__()
        self._desk, self._use, self._input = desk, use, input_
        self._category = ""
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(look.XS))
        self._chips = QWidget()
        self._flow = Flow(self._chips, gap=theme.px(look.XS))
        rows.addWidget(self._chips)
        self.edit = Button(tr("Change these phrases"), "quiet", "pencil")
        rows.addWidget(self.edit)
        rows.addWidget(self._editor())
        self.edit.clicked.connect(self._begin)
        input_.here.connect(self._show_ready)
        self.hide()

    def ask_for(self, category: str) -> None:
        """Show the phrases of a category, or none."""
        self._category = category
        self._lines.hide()
        if category:
            self._desk.read(phrases.of_category, category, self._use, then=partial(self._show, category))
        else:
            self._show("", ())

    def _editor(self) -> QWidget:
        self._lines = QWidget()
        rows = QVBoxLayout(self._lines)
        rows.setContentsMargins(0, 0, 0, 0)
        self.own = LongText(MOST * (LONGEST[self._use] + 1), MOST // 2)
        self.own_field = WordsField(tr("One phrase in a line, at most {n}").format(n=MOST), self.own)
        rows.addWidget(self.own_field)
        rows.addWidget(Muted(tr("What stands in 【】 is a gap that is filled in each time."), Type.CAPTION))
        pair = QHBoxLayout()
        pair.setSpacing(theme.px(look.S))
        self.keep = Button(tr("Keep these phrases"), "plain", "check")
        self.as_given = Button(tr("Those of the program again"), "quiet", "undo-2")
        pair.addWidget(self.keep)
        pair.addWidget(self.as_given)
        pair.addStretch(1)
        rows.addLayout(pair)
        self.keep.clicked.connect(self._keep)
        self.as_given.clicked.connect(self._as_given)
        self._lines.hide()
        return self._lines

    def _show(self, category: str, texts: Sequence[str]) -> None:
        if category != self._category:
            return
        self._input.phrases = texts
        clear(self._flow)
        for n, text in enumerate(texts, start=1):
            chip = Chip(str(n), text)
            chip.setCheckable(False)
            chip.clicked.connect(partial(self._input.write, text))
            self._flow.addWidget(chip)
        self.setVisible(bool(category))
        self._show_ready(self._input.hasFocus())

    def _show_ready(self, here: bool) -> None:
        ready = here and not self._input.text()
        for n in range(self._flow.count()):
            item = self._flow.itemAt(n)
            chip = item.widget() if item is not None else None
            if chip is not None:
                chip.setProperty("ready", ready)
                chip.update()

    def _begin(self) -> None:
        self.own.value = "\n".join(self._input.phrases)
        self._lines.setVisible(not self._lines.isVisible())
        self.own.setFocus()

    def _keep(self) -> None:
        texts = self.own.value.splitlines()
        self._desk.write(
            phrases.keep, self._category, self._use, texts, then=self._kept, failed=self._refused
        )

    def _as_given(self) -> None:
        self._desk.write(phrases.given, self._category, self._use, then=self._kept)

    def _kept(self, _: object) -> None:
        self.own_field.say("")
        self.ask_for(self._category)
        self._input.setFocus()

    def _refused(self, error: GridbookError) -> None:
        self.own_field.tell(error)
