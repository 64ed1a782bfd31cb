"""A drill: what happened in one sentence, then what to do, step by step, in a sheet beside the list."""

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gridbook.i18n import tr
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.office.facts import Office
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import SideSheet
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.text import Muted, Text
from gridbook.ui.theme import Type, theme

WIDTH = 560


class Step(QWidget):
    """One step: its number, what to do, and below it what is needed for it."""

    def __init__(self, number: int, title: str, words: str = "") -> None:
        super().__init__()
        self._number = number
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.px(look.S), 0, 0)
        row.setSpacing(theme.px(look.M))
        self._sign = QLabel()
        self._sign.setFixedSize(theme.px(look.XL), theme.px(look.XL))
        self._sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.px(look.S))
        self.title = Text(title)
        self.title.setProperty("strong", True)
        self.body.addWidget(self.title)
        self.words = Muted(words)
        self.words.setVisible(bool(words))
        self.body.addWidget(self.words)
        row.addLayout(self.body, 1)
        self.done(False)

    def say(self, words: str) -> None:
        """Say something else under the title."""
        self.words.setText(words)
        self.words.setVisible(bool(words))

    def done(self, is_done: bool) -> None:
        """Show that this step lies behind, by a sign and not by colour alone."""
        self._sign.setText("✓" if is_done else str(self._number))
        self._sign.setProperty("step", "done" if is_done else "open")
        self._sign.setAccessibleName(
            tr("Step {n}, done").format(n=self._number) if is_done else tr("Step {n}").format(n=self._number)
        )
        self._sign.style().unpolish(self._sign)
        self._sign.style().polish(self._sign)

    def buttons(self, *buttons: Button) -> None:
        """Add buttons in a row, from the left."""
        row = Flow(gap=theme.px(look.S))
        for button in buttons:
            row.addWidget(button)
        self.body.addLayout(row)


class DrillSheet(SideSheet):
    """Calm steps for one case, from what happened to work that goes on."""

    opened = Signal(str, object)
    """Asks the window to open another screen."""
    again = Signal()
    """Something was done here; the page is to be read anew."""
    other = Signal(str, str)
    """Asks for another sheet of this page: its name, and the unit it is about."""

    NAME: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""
    ICON: ClassVar[str] = "shield"

    def __init__(self, desk: Desk, title: str, words: str) -> None:
        super().__init__(title, width=WIDTH)
        self.desk = desk
        self.steps: list[Step] = []
        self.words = Text(words)
        self.body.addWidget(self.words)

    @staticmethod
    def concerns(office: Office) -> bool:
        """Whether this office has anything to do with such a case."""
        return True

    def begin(self, office: Office, unit: str) -> None:
        """Begin anew, about that unit where one is meant."""

    def show_office(self, office: Office) -> None:
        """Show what is known now; what was begun stays."""

    def step(self, title: str, words: str = "") -> Step:
        """Add the next step."""
        made = Step(len(self.steps) + 1, title, words)
        self.steps.append(made)
        self.body.addWidget(made)
        return made

    def end(self) -> None:
        """The last step is there."""
        self.body.addStretch(1)

    def button(self, text: str, kind: str, act: Callable[[], object], icon: str = "") -> Button:
        """A button that does that."""
        made = Button(text, kind, icon)
        made.clicked.connect(lambda: act())
        return made

    def hand_over(self, kind: str = "plain") -> Button:
        """The button that leads to the page where sticks are written."""
        return self.button(tr("Go to the hand-over"), kind, lambda: self.opened.emit("exchange", None), "usb")


class Question(QWidget):
    """A question that stands where it was raised, with the act in red and the way back beside it."""

    confirmed = Signal()

    def __init__(self, act: str, raised_by: QWidget) -> None:
        super().__init__()
        self._raised_by = raised_by
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(look.S))
        self.words = Text("")
        rows.addWidget(self.words)
        line = QHBoxLayout()
        line.setSpacing(theme.px(look.S))
        self.yes = Button(act, "danger")
        self.yes.clicked.connect(self._confirm)
        self.no = Button(tr("Leave it as it is"), "plain")
        self.no.clicked.connect(self.leave)
        line.addWidget(self.yes)
        line.addWidget(self.no)
        line.addStretch(1)
        rows.addLayout(line)
        self.hide()

    def ask(self, words: str) -> None:
        """Ask; whoever presses Enter at once changes nothing."""
        self.words.setText(words)
        self.show()
        self.no.setFocus(Qt.FocusReason.TabFocusReason)

    def leave(self) -> None:
        """Take the question back; the keyboard goes to where it was raised."""
        self.hide()
        self._raised_by.setFocus()

    def _confirm(self) -> None:
        self.leave()
        self.confirmed.emit()


def caption(text: str) -> Muted:
    """A small line that stands back."""
    return Muted(text, Type.CAPTION)
