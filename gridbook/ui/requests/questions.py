"""What two offices wrote differently: one column each, who and when, settled by one click."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridbook.i18n import tr
from gridbook.records.base import LOCAL
from gridbook.store import conflicts
from gridbook.store.conflicts import Question, Side
from gridbook.ui import theme as look
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Card, clear
from gridbook.ui.parts.days import short_day
from gridbook.ui.parts.text import Badge, Muted, Text
from gridbook.ui.theme import Type, theme


class Questions(QWidget):
    """Everything to settle about one record."""

    settled = Signal(str, object)
    """The id of a question and the side that is to count."""
    edit_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme.px(look.M))
        self.buttons: list[Button] = []

    def ask(self, questions: Sequence[Question]) -> None:
        """Show these questions; none hides the whole part."""
        clear(self._rows)
        self.buttons = []
        for question in questions:
            self._rows.addWidget(self._card(question))
        self.setVisible(bool(questions))

    def _card(self, question: Question) -> Card:
        card = Card()
        head = QHBoxLayout()
        head.addWidget(Badge("overdue", tr(conflicts.KIND_NAMES[question.kind])))
        head.addStretch(1)
        card.body.addLayout(head)
        card.body.addWidget(Text(question.sentence))
        if question.kind == conflicts.CONFLICT:
            columns = QHBoxLayout()
            columns.setSpacing(theme.px(look.L))
            for n, side in enumerate(question.sides):
                columns.addLayout(self._side(question, n, side), 1)
            card.body.addLayout(columns)
        elif question.kind == conflicts.CORRECT:
            button = self._button(tr("Correct it"), "primary")
            button.clicked.connect(self.edit_asked)
            card.body.addWidget(button)
        else:
            button = self._button(tr("Seen; take it off the list"), "plain")
            button.clicked.connect(lambda: self.settled.emit(question.id, 0))
            card.body.addWidget(button)
        return card

    def _side(self, question: Question, n: int, side: Side) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(theme.px(look.XS))
        local = side.at.astimezone(LOCAL)
        column.addWidget(Muted(f"{side.office} {side.person}".strip(), Type.CAPTION))
        when = f"{short_day(local.date())} {local:%H:%M}"
        column.addWidget(Muted(tr("{when}, now shown").format(when=when) if not n else when, Type.CAPTION))
        for label, value in side.values.items():
            column.addWidget(Text(f"{label}：{value or '—'}"))
        button = self._button(tr("This one counts"), "plain" if n else "primary")
        button.setAccessibleName(tr("Take what {office} wrote").format(office=side.office))
        button.clicked.connect(lambda: self.settled.emit(question.id, n))
        column.addStretch(1)
        # Aligned, or the narrow button would make the whole column narrow.
        column.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        return column

    def _button(self, text: str, kind: str) -> Button:
        button = Button(text, kind)
        self.buttons.append(button)
        return button
