"""The conflict desk: what two offices wrote differently, and what was perhaps written down twice."""

from collections.abc import Mapping, Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import N_, tr
from gridbook.records.base import CLASSES, LOCAL
from gridbook.store import conflicts
from gridbook.store.conflicts import Question
from gridbook.ui import theme as look
from gridbook.ui.conflicts.sides import Sides
from gridbook.ui.desk import Desk
from gridbook.ui.parts.cards import KeptLine, Scrolled
from gridbook.ui.parts.days import short_day
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.table import Column, RecordTable
from gridbook.ui.parts.text import Heading
from gridbook.ui.screen import Screen
from gridbook.ui.theme import theme

LIST = 470
LIST_HEIGHT, QUESTION_HEIGHT = 200, 420
BOTH = 900
"""From this width on, list and question lie side by side; below it one under the other."""


class ConflictsScreen(Screen):
    """The questions on the left, the one that is selected on the right."""

    NAME = "conflicts"
    TITLE = N_("To settle")
    SHOWS = frozenset(rule.record for rule in CLASSES.values())
    FULL_WIDTH = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._last = ""
        page = QVBoxLayout(self)
        page.setContentsMargins(*(theme.px(look.XL),) * 4)
        page.setSpacing(theme.px(look.M))
        page.addWidget(Heading(tr(self.TITLE)))
        self.kept_line = KeptLine()
        self.kept_line.hide()
        page.addWidget(self.kept_line)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._both.setSpacing(theme.px(look.L))
        self.table: RecordTable[Question] = RecordTable(
            _columns(),
            tr("Questions to settle"),
            EmptyState(
                tr("Nothing to settle. What two offices write differently stands here."), icon="check"
            ),
        )
        self.sides = Sides(desk)
        self._both.addWidget(self.table)
        self._right: QWidget = Scrolled(self.sides)
        self._both.addWidget(self._right, 1)
        page.addLayout(self._both, 1)
        self.setFocusProxy(self.table.view)
        self.table.view.selectionModel().selectionChanged.connect(lambda *_: self._ask())
        self.table.chosen.connect(lambda _: self.sides.take_focus())
        self.sides.settled.connect(self._settle)
        self.sides.open_asked.connect(lambda record: self.opened.emit("requests", record))
        self.kept_line.undone.connect(self._undo)

    def load(self) -> None:
        """Ask for everything that is to settle."""
        self.desk.read(conflicts.questions, then=self._show)

    def step_back(self) -> bool:
        """Esc: from the question back to the list."""
        if self.table.view.hasFocus() or not self.table.rows():
            return False
        self.table.view.setFocus()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put list and question side by side where both fit."""
        super().resizeEvent(event)
        fits = self.width() >= theme.px(BOTH)
        way = QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
        self._both.setDirection(way)
        self._share(fits)

    def _share(self, fits: bool) -> None:
        alone = not self.table.rows()
        widest = 16777215
        self.table.setMaximumWidth(theme.px(LIST) if fits and not alone else widest)
        self.table.setMinimumWidth(theme.px(LIST) if fits and not alone else 0)
        self._right.setMinimumHeight(0 if fits else theme.px(QUESTION_HEIGHT))
        self.table.setMaximumHeight(theme.px(LIST_HEIGHT) if not fits and not alone else widest)
        self._right.setVisible(not alone)

    def _show(self, questions: Sequence[Question]) -> None:
        self.table.show_rows(questions)
        self._share(self.width() >= theme.px(BOTH))
        self._ask()

    def _ask(self) -> None:
        selected = self.table.selected()
        question = selected[0] if selected else None
        if question != self.sides.question:
            self.sides.ask(question)

    def _settle(self, question: str, choice: int | str | Mapping[str, object]) -> None:
        self.desk.write(
            conflicts.settle,
            question,
            choice,
            then=lambda _: self._settled(question),
            failed=self._refused,
        )

    def _refused(self, error: GridbookError) -> None:
        if not self.sides.say(error):
            self.desk.refused.emit(error)

    def _settled(self, question: str) -> None:
        self._last = question
        self.table.view.setFocus()
        self.kept_line.say(tr("Settled; it travels with the next stick."), undo=True)
        self.kept_line.show()

    def _undo(self) -> None:
        self.table.view.setFocus()
        self.desk.write(conflicts.settle, self._last, conflicts.UNDO, then=lambda _: self._taken_back())

    def _taken_back(self) -> None:
        self.kept_line.say(tr("Taken back; the question is open again."))


def _columns() -> list[Column[Question]]:
    return [
        Column(tr("Number"), lambda one: one.number or one.id, width=178),
        Column(
            tr("What"),
            _what,
            width=140,
            stretch=True,
            colour=lambda one: "muted" if one.waits_for else "text",
        ),
        Column(tr("Since"), _since, sort=lambda one: one.since.timestamp() if one.since else 0.0, width=110),
    ]


def _what(question: Question) -> str:
    word = tr(conflicts.KIND_NAMES[question.kind])
    if not question.waits_for:
        return word
    return tr("{what} · waits for {who}").format(what=word, who=question.waits_for)


def _since(question: Question) -> str:
    return short_day(question.since.astimezone(LOCAL).date()) if question.since else ""
