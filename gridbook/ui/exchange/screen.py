"""Hand-over in three large steps, with numbers one can check against the paper slip."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import N_, tr
from gridbook.records.base import CLASSES
from gridbook.records.place import short_name
from gridbook.store import preferences
from gridbook.store.session import Session
from gridbook.sync import joining, stations, status
from gridbook.sync.status import Held
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.exchange.cards import HeldCard, JoiningCard, Steps, side_by_side
from gridbook.ui.exchange.moves import (
    Moved,
    Outcome,
    Preview,
    columns,
    exchange,
    look_at,
    rows_of,
    summary,
)
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Card, Scrolled
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.fields import Field, TextInput
from gridbook.ui.parts.table import RecordTable
from gridbook.ui.parts.text import Badge, Heading, Muted, Text
from gridbook.ui.screen import Screen
from gridbook.ui.theme import theme

MOST_ROWS = 10
"""So many lines of the table stand in sight at once; more are scrolled."""


class ExchangeScreen(Screen):
    """Put the stick in → what goes and what came → safe to remove."""

    NAME = "exchange"
    TITLE = N_("Hand over")
    SHOWS = frozenset(rule.record for rule in CLASSES.values())

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        inside = QWidget()
        page = QVBoxLayout(inside)
        page.setContentsMargins(*(theme.px(look.XL),) * 4)
        page.setSpacing(theme.px(look.M))
        page.addWidget(Heading(tr(self.TITLE)))
        self.steps = Steps()
        page.addWidget(self.steps)
        page.addWidget(self._stick_card())
        self.joining = JoiningCard(desk.store.unit)
        self.joining.admit.clicked.connect(self._admit)
        self.joining.digits.entered.connect(self._admit)
        page.addWidget(self.joining)
        self.table: RecordTable[Moved] = RecordTable(
            columns(), tr("What goes and what comes"), EmptyState(tr("Choose the stick first."), icon="usb")
        )
        self._fit_table(())
        self.in_full = Muted("")
        self.in_full.hide()
        page.addWidget(self.in_full)
        page.addWidget(self.table)
        self.table.view.selectionModel().selectionChanged.connect(lambda *_: self._tell_in_full())
        self.held = HeldCard()
        page.addWidget(self.held)
        page.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._column = Scrolled(inside)
        outer.addWidget(self._column)
        self.setFocusProxy(self.browse)

    def load(self) -> None:
        """Ask where everything is, and whether this book has joined an office."""
        self.desk.read(_standing, then=self._show_standing)

    def choose(self, folder: Path) -> None:
        """Look at what lies on that stick; nothing is taken or written yet."""
        self.folder.value = str(folder)
        self.say("")
        self.steps.at(1)
        self.desk.do(lambda store: look_at(store, folder), then=self._show_preview, failed=self._refused)

    def go(self) -> None:
        """Take in what came, then write what goes."""
        folder = Path(self.folder.value)
        self.browse.setFocus()
        self.start.setEnabled(False)
        self.later.hide()
        self.say(tr("Working — leave the stick in."))
        self.desk.do(lambda store: exchange(store, folder), then=self._done, failed=self._refused)

    def leave(self) -> None:
        """Not now: what lies on the stick stays there, and nothing was taken or written."""
        self.table.show_rows(())
        self._fit_table(())
        self.start.setEnabled(False)
        self.later.hide()
        self.steps.at(0)
        self.browse.setFocus()
        self.say(tr("Nothing was taken in and nothing was written. The stick can be removed."))

    def say(self, sentence: str, state: str = "information") -> None:
        """Say one thing under the buttons."""
        self.word.setText(sentence)
        self.word.setVisible(bool(sentence))
        self.done_badge.show_state(state, tr("Safe to remove") if state == "on time" else "")

    def _stick_card(self) -> Card:
        card = Card()
        row = side_by_side()
        row.setSpacing(theme.px(look.M))
        self.folder = TextInput()
        self.folder.entered.connect(lambda: self.choose(Path(self.folder.value)))
        row.addWidget(Field(tr("Folder of the stick"), self.folder), 1)
        self.browse = Button(tr("Choose the stick"), "plain", "usb")
        self.browse.clicked.connect(self._browse)
        row.addWidget(self.browse)
        self.start = Button(tr("Take in and hand over"), "primary", "send")
        self.start.clicked.connect(self.go)
        self.start.setEnabled(False)
        row.addWidget(self.start)
        self.later = Button(tr("Not now"), "quiet")
        self.later.clicked.connect(self.leave)
        self.later.hide()
        row.addWidget(self.later)
        card.body.addLayout(row)
        line = QHBoxLayout()
        self.done_badge = Badge()
        self.word = Text("")
        line.addWidget(self.done_badge)
        line.addWidget(self.word, 1)
        card.body.addLayout(line)
        self.say("")
        return card

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Choose the stick"), self.folder.value)
        if chosen:
            self.choose(Path(chosen))

    def _show_standing(self, found: tuple[Held, bool, str]) -> None:
        held, joined, last = found
        self.held.show_held(held)
        # Before a book has joined, nothing comes or goes that a table could tell of.
        self.table.setVisible(joined and (bool(self.table.rows()) or not self.folder.value))
        self.joining.show_joined(joined)
        if not self.folder.value:
            self.folder.value = last

    def _show_preview(self, preview: Preview) -> None:
        self.steps.at(2)
        self.joining.show_requests(preview.requests)
        rows = rows_of(
            preview.coming,
            [
                Moved(
                    short_name(unit),
                    tr("goes"),
                    _changes(n),
                )
                for unit, n in preview.going
            ],
        )
        self._show_rows(rows)
        self.start.setEnabled(bool(rows) or not preview.joined)
        self.later.setVisible(preview.joined and bool(rows))
        self._name_start(preview)
        self.start.setFocus()
        if preview.welcome is not None:
            self.say(tr("The answer of the office above lies on this stick; it will be taken in."))
        elif preview.requests:
            self.say(tr("A station asks to join; see below."))
            self.joining.digits.setFocus()
        elif preview.joined and not preview.coming:
            self.say(tr("Nothing on this stick is for this office; what waits here will be written."))
        elif preview.joined:
            self.say(summary(preview.coming, sum(n for _, n in preview.going)))
        self._bring_into_sight()

    def _bring_into_sight(self) -> None:
        """At large type the summary and both buttons lie below; layouts know where only after this turn."""
        QTimer.singleShot(
            0, self.word, lambda: self._column.ensureWidgetVisible(self.word, 0, theme.px(look.L))
        )

    def _name_start(self, preview: Preview) -> None:
        if preview.joined:
            word = tr("Take in and hand over")
        elif preview.welcome is not None:
            word = tr("Take the answer in")
        else:
            word = tr("Write the request to the stick")
        self.start.name(word)

    def _done(self, outcome: Outcome) -> None:
        if outcome.asked is not None:
            self.joining.show_asked(outcome.asked)
            self.say(tr("The request was written."), "on time")
            return
        self.steps.at(3)
        written = [
            Moved(
                short_name(one.receiver),
                tr("written"),
                _changes(one.ops),
                detail=tr("{kb} KB, {name}").format(kb=-(-one.bytes // 1024), name=one.path.name),
            )
            for one in outcome.written
        ]
        self._show_rows(rows_of(outcome.taken, written))
        alarms = [alarm for taken in outcome.taken for alarm in taken.alarms]
        self.say(" ".join((tr("Everything was written and read back."), *alarms)), "on time")
        self.load()
        if outcome.welcomed is not None:
            welcomed = outcome.welcomed
            self.desk.read(stations.joined, then=lambda _: self.joining.show_welcomed(welcomed))
        self.desk.handed_over.emit()

    def _show_rows(self, rows: Sequence[Moved]) -> None:
        self.table.show_rows(rows)
        self.table.setVisible(bool(rows))
        self._fit_table(rows)

    def _tell_in_full(self) -> None:
        """What is refused takes more words than a line of the table has room for."""
        words = [row.what for row in self.table.selected()[:1] if row.state == "overdue"]
        self.in_full.setText("".join(words))
        self.in_full.setVisible(bool(words))

    def _fit_table(self, rows: Sequence[Moved]) -> None:
        """As high as its lines, so that what stands below is in sight as well."""
        lines = min(max(len(rows), 2), MOST_ROWS) + 1
        self.table.setFixedHeight(theme.px(look.ROW) * lines + theme.px(look.S))

    def _refused(self, error: GridbookError) -> None:
        self.say(error.sentence(), "overdue")
        self.start.setEnabled(False)
        self.later.hide()
        self.steps.at(0)

    def _admit(self) -> None:
        question, digits = self.joining.question, self.joining.digits.value
        folder = Path(self.folder.value)
        if question is None:
            return
        if "".join(c for c in digits if c.isdigit()) != question.fingerprint.replace(" ", ""):
            self.joining.field.say(tr("The digits do not agree. Compare them again by telephone."))
            return
        self.joining.field.say("")
        self.joining.digits.value = ""
        self.desk.do(
            lambda store: joining.admit(store, question, folder),
            then=lambda _: self._admitted(question, folder),
            failed=self._refused,
        )

    def _admitted(self, question: joining.Question, folder: Path) -> None:
        self.choose(folder)
        said = tr("{unit} was admitted; the answer lies on the stick.").format(
            unit=short_name(question.asked.unit)
        )
        self.desk.read(stations.joined, then=lambda _: self.say(said, "on time"))


def _changes(n: int) -> str:
    return tr("{n} changes").format(n=n) if n else tr("receipts only")


def _standing(session: Session) -> tuple[Held, bool, str]:
    return status.held(session), stations.joined(session), str(preferences.value(session, "stick", "") or "")
