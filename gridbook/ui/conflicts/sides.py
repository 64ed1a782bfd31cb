"""One question to settle: its sides in columns, who and when above each, one button under each."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import tr
from gridbook.records.base import LOCAL
from gridbook.store import conflicts
from gridbook.store.conflicts import Question, Side
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.another_value import AnotherValue
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Card, clear
from gridbook.ui.parts.days import short_day
from gridbook.ui.parts.fields import commit_typing
from gridbook.ui.parts.text import Badge, Muted, Text
from gridbook.ui.theme import Type, theme

OF_A_REQUEST = ("Request", "Particulars", "Contact")
DIFFERS = "≠ "


class Sides(QWidget):
    """Shows a question; says what was chosen, or which request is to be opened."""

    settled = Signal(str, object)
    open_asked = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme.px(look.M))
        self.question: Question | None = None
        self.buttons: list[Button] = []
        self.other: AnotherValue | None = None

    def ask(self, question: Question | None) -> None:
        """Show this question, or nothing."""
        clear(self._rows)
        self.question, self.buttons, self.other = question, [], None
        if question is None:
            return
        head = QWidget()
        line = QHBoxLayout(head)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(
            Badge("suspended" if question.waits_for else "due soon", tr(conflicts.KIND_NAMES[question.kind]))
        )
        line.addStretch(1)
        self._rows.addWidget(head)
        self._rows.addWidget(Text(question.sentence))
        beside = QWidget()
        columns = QGridLayout(beside)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(theme.px(look.M))
        across = 2 if theme.roomy else 1
        for n, side in enumerate(question.sides):
            columns.addWidget(self._column(question, n, side), n // across, n % across)
            columns.setColumnStretch(n % across, 1)
        self._rows.addWidget(beside)
        if question.waits_for:
            self._rows.addWidget(
                Muted(tr("{who} settles this; here it is only shown.").format(who=question.waits_for))
            )
        else:
            self._below(question)
        self._rows.addStretch(1)

    def take_focus(self) -> None:
        """Put the keyboard on the suggestion, or on the first thing one can do."""
        if self.question is None:
            return
        if self.buttons and self.question.kind != conflicts.CORRECT:
            self.buttons[self.question.suggestion or 0].setFocus(Qt.FocusReason.TabFocusReason)
        elif self.other is not None:
            self.other.setFocus(Qt.FocusReason.TabFocusReason)

    def say(self, error: GridbookError) -> bool:
        """Say under its field why a value was not kept; false where nothing was written here."""
        if self.other is None or self.other.isHidden():
            return False
        self.other.say(error)
        return True

    def _column(self, question: Question, n: int, side: Side) -> Card:
        card = Card(side.number)
        who = Text(" ".join(part for part in (side.office, side.person) if part))
        who.setProperty("strong", True)
        card.body.addWidget(who)
        local = side.at.astimezone(LOCAL)
        card.body.addWidget(Muted(f"{short_day(local.date())} {local:%H:%M}", Type.CAPTION))
        if n == question.suggestion:
            card.body.addWidget(Badge("on time", tr("Suggested")), alignment=Qt.AlignmentFlag.AlignLeft)
            card.body.addWidget(Muted(question.why, Type.CAPTION))
        for label, value in side.values.items():
            differs = len(question.sides) > 1 and question.differs(label)
            text = Text(f"{DIFFERS if differs else ''}{label}：{value or '—'}")
            text.setProperty("strong", differs)
            card.body.addWidget(text)
        card.body.addStretch(1)
        if question.kind in (conflicts.CONFLICT, conflicts.TWICE) and not question.waits_for:
            keep = self._button(tr("Keep this"), "primary" if n == question.suggestion else "plain")
            keep.setAccessibleName(tr("Keep what {office} wrote").format(office=side.office))
            keep.clicked.connect(lambda: self.settled.emit(question.id, n))
            card.body.addWidget(keep, alignment=Qt.AlignmentFlag.AlignLeft)
        return card

    def _below(self, question: Question) -> None:
        match question.kind:
            case conflicts.DUPLICATE:
                same = self._button(tr("These are one matter"), "plain")
                same.clicked.connect(lambda: self.settled.emit(question.id, conflicts.SAME))
                two = self._button(tr("These are two"), "plain")
                two.clicked.connect(lambda: self.settled.emit(question.id, conflicts.DIFFERENT))
                self._line(same, two)
            case conflicts.CONFLICT | conflicts.CORRECT:
                self._other_value(question)
            case conflicts.TWICE:
                self._line(*self._opener(question))
            case _:
                seen = self._button(tr("Seen; take it off the list"), "primary")
                seen.clicked.connect(lambda: self.settled.emit(question.id, 0))
                self._line(seen, *self._opener(question))

    def _other_value(self, question: Question) -> None:
        if not question.present:
            return
        other = AnotherValue(self._desk, question.class_name, question.present, question.offers)
        write = self._button(tr("Keep what is written here"), "primary" if not question.sides else "plain")
        write.clicked.connect(lambda: self._written(question, other))
        other.done.connect(lambda: write.setFocus(Qt.FocusReason.TabFocusReason))
        self.other = other
        if question.kind == conflicts.CONFLICT:
            unfold = self._button(tr("Write another value"), "quiet")
            unfold.clicked.connect(lambda: self._unfold(unfold, other, write))
            self._line(unfold)
            other.hide()
            write.hide()
        self._rows.addWidget(other)
        self._line(write, *self._opener(question))

    def _unfold(self, unfold: Button, other: AnotherValue, write: Button) -> None:
        unfold.hide()
        other.show()
        write.show()
        other.setFocus(Qt.FocusReason.TabFocusReason)

    def _written(self, question: Question, other: AnotherValue) -> None:
        commit_typing()
        values = other.values
        if values:
            self.settled.emit(question.id, values)

    def _opener(self, question: Question) -> list[Button]:
        if question.class_name not in OF_A_REQUEST or question.part == conflicts.DELETED:
            return []
        opener = self._button(tr("Open the request"), "quiet")
        opener.clicked.connect(lambda: self.open_asked.emit(question.record))
        return [opener]

    def _line(self, *buttons: Button) -> None:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(look.S))
        for button in buttons:
            line.addWidget(button)
        line.addStretch(1)
        self._rows.addWidget(holder)

    def _button(self, text: str, kind: str) -> Button:
        button = Button(text, kind)
        self.buttons.append(button)
        return button
