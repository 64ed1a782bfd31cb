"""The inputs of a visit: door, reason, mode and outcome as four keys; what is seldom needed unfolds below."""

from datetime import date, datetime
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from gridbook import catalog
from gridbook.i18n import tr
from gridbook.records.base import LOCAL
from gridbook.records.visit import (
    MODE_NAMES,
    OUTCOME_NAMES,
    PART_NAMES,
    PRIVACY_NOTICE,
    REASON_NAMES,
    PartOfDay,
)
from gridbook.store.phrases import Use
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import KeptLine
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.days import DateInput, short_day
from gridbook.ui.parts.door import DoorInput
from gridbook.ui.parts.fields import Choice, Field, LongText, TextInput
from gridbook.ui.parts.phrases import PhraseInput, Phrases
from gridbook.ui.parts.text import Muted
from gridbook.ui.parts.twin import Twin
from gridbook.ui.parts.worded import WordsField
from gridbook.ui.theme import Type, theme

ITEMS = 2
ITEM, COMPANION, NOTE = 40, 20, 200


class VisitInputs(QWidget):
    """What is asked for when a visit is written down; the form keeps and saves it."""

    left = Signal()
    """An input was left or a choice was made."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._day_meant = False
        self._build()
        self._connect_inputs()

    def be_today(self) -> None:
        """A form that lay open since yesterday means today, unless somebody wrote a day."""
        now = self.now()
        if not self._day_meant:
            self.day.day = now.date()
            self.part.value = part_of(now)
        self._say_late()

    def mean_day(self, text: str) -> None:
        """Put in a day that was written before."""
        self.day.value = text
        self._day_meant = self.day.day not in (None, self.today())
        self._say_late()

    def now(self) -> datetime:
        """The present moment at the desk."""
        return self.desk.store.clock.now().astimezone(LOCAL)

    def today(self) -> date:
        """The day on which this is written."""
        return self.now().date()

    def _build(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(theme.px(look.M))
        self.door = DoorInput(self.desk)
        self.beside = Muted("", Type.CAPTION)
        self.day = DateInput(self.today)
        self.late = Muted("", Type.CAPTION)
        self.late.hide()
        self.part = Chips([(part, tr(name)) for part, name in PART_NAMES.items()], tr("Part of day"))
        self.reason = Chips([(one, tr(name)) for one, name in REASON_NAMES.items()], tr("Reason"))
        self.mode = Chips([(one, tr(name)) for one, name in MODE_NAMES.items()], tr("Mode"))
        self.outcome = Chips([(one, tr(name)) for one, name in OUTCOME_NAMES.items()], tr("Outcome"))
        self.fields: dict[str, Field] = {
            "door": Field(tr("Door"), self.door),
            "reason": Field(tr("Reason"), self.reason),
            "mode": Field(tr("Mode"), self.mode),
            "outcome": Field(tr("Outcome"), self.outcome),
            "visited_on": Field(tr("Date"), self.day),
            "part": Field(tr("Part of day"), self.part),
        }
        page.addWidget(self.fields["door"])
        page.addWidget(self.beside)
        for name in ("reason", "mode", "outcome"):
            page.addWidget(self.fields[name])
        when = QHBoxLayout()
        when.setSpacing(theme.px(look.M))
        when.addWidget(self.fields["visited_on"], 1)
        when.addWidget(self.fields["part"], 2)
        page.addLayout(when)
        page.addWidget(self.late)
        self.twin = Twin()
        page.addWidget(self.twin)
        page.addWidget(self._unfolding())
        page.addStretch(1)
        self.foot = self._foot()
        self.be_today()

    def _foot(self) -> QWidget:
        """What was kept and the buttons; they stay in sight below the fields, however many are open."""
        foot = QWidget()
        column = QVBoxLayout(foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(look.XS))
        self.kept_line = KeptLine()
        self.save = Button(tr("Keep the visit"), "primary", "check")
        self.more = Button(tr("Items and note"), "quiet", "chevron-down")
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(look.S))
        buttons.addWidget(self.save)
        buttons.addWidget(self.more)
        buttons.addStretch(1)
        column.addWidget(self.kept_line)
        column.addLayout(buttons)
        return foot

    def _unfolding(self) -> QWidget:
        self.unfolded = QWidget()
        page = QVBoxLayout(self.unfolded)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(theme.px(look.M))
        options: list[tuple[object, str]] = [("", tr("No category"))]
        options += [(one.code, f"{one.code} {one.name}") for one in catalog.categories().values()]
        self.items: list[tuple[Choice, PhraseInput]] = []
        self.phrases: list[Phrases] = []
        self.item_fields: list[WordsField] = []
        for n in range(ITEMS):
            choice, text = Choice(options), PhraseInput(ITEM)
            offered = Phrases(self.desk, Use.DONE, text)
            choice.currentIndexChanged.connect(partial(_offer, choice, offered))
            field = WordsField(tr("Item {n}, settled on the spot").format(n=n + 1), text)
            row = QHBoxLayout()
            row.setSpacing(theme.px(look.M))
            row.addWidget(Field(tr("Category {n}").format(n=n + 1), choice), 2)
            row.addWidget(field, 3)
            page.addLayout(row)
            page.addWidget(offered)
            self.phrases.append(offered)
            self.items.append((choice, text))
            self.item_fields.append(field)
        self.companion = TextInput(COMPANION)
        self.next_on = DateInput(self.today)
        self.note = LongText(NOTE)
        self.fields |= {
            "companion": WordsField(tr("Companion"), self.companion),
            "next_on": Field(tr("Agreed next contact"), self.next_on, tr("for example 12-05 or 明天")),
            "note": WordsField(tr("Note — stays in this book"), self.note),
            "items": self.item_fields[0],
        }
        row = QHBoxLayout()
        row.setSpacing(theme.px(look.M))
        row.addWidget(self.fields["companion"])
        row.addWidget(self.fields["next_on"])
        page.addLayout(row)
        page.addWidget(self.fields["note"])
        self.notice = QCheckBox(tr("Privacy notice given (version {version})").format(version=PRIVACY_NOTICE))
        page.addWidget(self.notice)
        self.opens = Button(tr("Open a request from this visit"), "quiet", "clipboard-list")
        page.addWidget(self.opens)
        self.unfolded.hide()
        return self.unfolded

    def _connect_inputs(self) -> None:
        self.door.unknown.connect(lambda error: self.fields["door"].say(error.sentence()))
        self.door.textEdited.connect(lambda _: self.fields["door"].say(""))
        self.door.moved_on.connect(lambda: self.reason.setFocus())
        self.reason.moved_on.connect(lambda: self.mode.setFocus())
        self.mode.moved_on.connect(lambda: self.outcome.setFocus())
        self.outcome.moved_on.connect(lambda: self.save.setFocus())
        self.day.textEdited.connect(lambda _: self._day_written())
        self.day.entered.connect(lambda: self.part.setFocus())
        self.day.left.connect(self._say_late)
        self.part.moved_on.connect(lambda: self.save.setFocus())
        self.part.chosen.connect(lambda _: self._day_written())
        self.more.clicked.connect(self._unfold)
        lines = (self.door, self.day, self.companion, self.next_on, *(text for _, text in self.items))
        for one in lines:
            one.left.connect(self.left)
        self.note.left.connect(self.left)
        for chips in (self.reason, self.mode, self.outcome, self.part):
            chips.chosen.connect(lambda _: self.left.emit())

    def _unfold(self) -> None:
        """Show what is seldom needed and go there, or put it away and go back to the buttons."""
        self.unfolded.setVisible(self.unfolded.isHidden())
        to = self.save if self.unfolded.isHidden() else self.items[0][0]
        # Where it lies is known when the layout has had its turn; then the page scrolls to it.
        QTimer.singleShot(0, to, to.setFocus)

    def _day_written(self) -> None:
        self._day_meant = True

    def _say_late(self) -> None:
        """Late entry is welcome, and said, so that nobody writes under a wrong day unawares."""
        day = self.day.day
        late = day is not None and day < self.today()
        self.late.setText(
            tr("Entered late for {day}: that is fine.").format(day=short_day(day)) if late and day else ""
        )
        self.late.setVisible(late)


def _offer(choice: Choice, offered: Phrases, _: int) -> None:
    offered.ask_for(str(choice.value or ""))


def part_of(moment: datetime) -> PartOfDay:
    """The part of the day in which a moment lies."""
    if moment.hour < 12:
        return PartOfDay.MORNING
    return PartOfDay.AFTERNOON if moment.hour < 18 else PartOfDay.EVENING
