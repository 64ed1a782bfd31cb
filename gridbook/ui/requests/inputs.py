"""The inputs of a request: one column, labels above, asking only for what the category needs."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gridbook.catalog import Category
from gridbook.i18n import tr
from gridbook.records.base import LOCAL
from gridbook.records.deadline import Limit, LimitKind
from gridbook.records.place import Estate
from gridbook.records.request import PRESSING_NAMES, SOURCE_NAMES, Pressing
from gridbook.store import phrases
from gridbook.store.phrases import Use
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import GAP, Button
from gridbook.ui.parts.cards import KeptLine
from gridbook.ui.parts.category import CategoryInput
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.days import DateInput
from gridbook.ui.parts.door import DoorInput
from gridbook.ui.parts.fields import Choice, Field, LongText, TextInput
from gridbook.ui.parts.phrases import PhraseInput, Phrases
from gridbook.ui.parts.text import Muted, Text
from gridbook.ui.parts.worded import WordsField
from gridbook.ui.requests.alike import Alike
from gridbook.ui.theme import Type, theme

TITLE, TEXT, HOPE, SPOT, CALLED, PHONE, HOW = 30, 500, 200, 40, 20, 20, 40


class RequestInputs(QWidget):
    """What is asked for when a request is written down; the form keeps and saves it."""

    opened = Signal(object)
    left = Signal()
    """An input was left or a choice was made."""
    matter_known = Signal()
    """Place or category changed, so that others of the kind can be looked for."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._build()
        self._connect_inputs()

    def _build(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(theme.px(look.M))
        self.door = DoorInput(self.desk)
        self.spot, self.estate = TextInput(SPOT), Choice([])
        self.estates: dict[object, Estate] = {}
        self.category = CategoryInput()
        self.called, self.phone = TextInput(CALLED), TextInput(PHONE)
        self.title, self.text = PhraseInput(TITLE), LongText(TEXT)
        self.phrases = Phrases(self.desk, Use.ASKED, self.title)
        self.alike = Alike()
        self.hope, self.how = LongText(HOPE, 2), PhraseInput(HOW)
        self.needs = Phrases(self.desk, Use.REACH, self.how)
        self.day, self.agreed = DateInput(self._today), DateInput(self._today)
        self.pressing = Chips([(one, tr(name)) for one, name in PRESSING_NAMES.items()], tr("Urgency"))
        self.source = Chips([(one, tr(name)) for one, name in SOURCE_NAMES.items()], tr("Source"))
        self.fields: dict[str, Field] = {
            "door": Field(tr("Door"), self.door, tr("3-2-501, or xfy3-2-501")),
            "spot": WordsField(tr("Public place"), self.spot, tr("for example: the lamp at the north gate")),
            "estate": Field(tr("Estate"), self.estate),
            "category": Field(tr("Category"), self.category, tr("Code, name or pinyin; ↓ shows all")),
            "called": WordsField(tr("Requester"), self.called, tr("Form of address, for example 王女士")),
            "phone": Field(tr("Telephone"), self.phone),
            "title": WordsField(tr("Title, up to {n} characters").format(n=TITLE), self.title),
            "text": WordsField(tr("What was asked, up to {n} characters").format(n=TEXT), self.text),
            "pressing": Field(tr("Urgency"), self.pressing),
            "source": Field(tr("Source"), self.source),
            "hope": WordsField(tr("Expectation"), self.hope),
            "how": WordsField(
                tr("How to reach, and what is needed for it"), self.how, tr("what is needed, never why")
            ),
            "registered_at": Field(tr("Date of the request"), self.day),
            "agreed_on": Field(tr("Agreed date"), self.agreed),
        }
        page.addWidget(self.fields["door"])
        page.addWidget(self._public_place())
        self.elsewhere = Button("", "quiet", "map-pin")
        page.addWidget(self.elsewhere)
        page.addWidget(self.fields["category"])
        page.addWidget(self._phone_first())
        page.addWidget(self.alike)
        page.addWidget(self.fields["agreed_on"])
        page.addWidget(self._person())
        page.addWidget(self.fields["title"])
        page.addWidget(self.phrases)
        for name in ("text", "pressing", "source"):
            page.addWidget(self.fields[name])
        page.addWidget(self._unfolding())
        self.more = Button(tr("Expectation, date, how to reach"), "quiet", "chevron-down")
        page.addWidget(self.more)
        page.addStretch(1)
        # Not in the column: the sheet keeps them in sight at its foot.
        self.save = Button(tr("Keep the request   Ctrl+Enter"), "primary", "check")
        self.kept_line = KeptLine()
        self.set_public(False)
        self.ask_for(None)

    def _public_place(self) -> QWidget:
        self._spot_row = QWidget()
        rows = QVBoxLayout(self._spot_row)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(look.M))
        rows.addWidget(self.fields["estate"])
        rows.addWidget(self.fields["spot"])
        return self._spot_row

    def _phone_first(self) -> QFrame:
        self.phone_first = QFrame()
        self.phone_first.setProperty("notice", "true")
        rows = QVBoxLayout(self.phone_first)
        rows.setContentsMargins(*(theme.px(look.M),) * 4)
        rows.addWidget(
            Text(
                tr(
                    "Telephone first: gas company, 119 or 120 — from outside the building. "
                    "Write it down after."
                )
            )
        )
        return self.phone_first

    def _person(self) -> QWidget:
        self._person_part = QWidget()
        rows = QVBoxLayout(self._person_part)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(look.XS))
        pair = QHBoxLayout()
        pair.setSpacing(theme.px(look.M))
        for name in ("called", "phone"):
            pair.addWidget(self.fields[name], 1, Qt.AlignmentFlag.AlignTop)
        rows.addLayout(pair)
        rows.addWidget(
            Muted(
                tr(
                    "Write only what the work needs: no identity numbers, no illness, "
                    "nothing about the family."
                ),
                Type.CAPTION,
            )
        )
        return self._person_part

    def _unfolding(self) -> QWidget:
        self.unfolded = QWidget()
        rows = QVBoxLayout(self.unfolded)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(look.M))
        for below in (self.fields["hope"], self.fields["how"], self.needs, self.fields["registered_at"]):
            rows.addWidget(below)
        self.unfolded.hide()
        return self.unfolded

    def _connect_inputs(self) -> None:
        self.door.found.connect(lambda _: self.matter_known.emit())
        self.door.unknown.connect(lambda error: self.fields["door"].say(error.sentence()))
        self.door.textEdited.connect(lambda _: self.fields["door"].say(""))
        self.door.moved_on.connect(self.category.setFocus)
        self.elsewhere.clicked.connect(self._other_place)
        self.alike.opened.connect(self.opened)
        self.spot.entered.connect(self.category.setFocus)
        self.category.found.connect(self.ask_for)
        self.category.textEdited.connect(lambda _: self.fields["category"].say(""))
        self.category.moved_on.connect(self._after_category)
        self.agreed.entered.connect(lambda: self._first_person().setFocus())
        self.called.entered.connect(self.phone.setFocus)
        self.phone.entered.connect(self.title.setFocus)
        self.title.entered.connect(lambda: (self.text if self.text.isEnabled() else self.pressing).setFocus())
        self.pressing.moved_on.connect(self.source.setFocus)
        self.pressing.chosen.connect(lambda _: self._show_phone_first())
        self.source.moved_on.connect(self.save.setFocus)
        self.how.entered.connect(self.day.setFocus)
        self.day.entered.connect(self.save.setFocus)
        self.more.clicked.connect(self.unfold)
        lines = (self.door, self.spot, self.category, self.called, self.phone, self.title, self.how)
        for one in (*lines, self.day, self.agreed):
            one.left.connect(self.left)
        for long_ in (self.text, self.hope):
            long_.left.connect(self.left)
        for chips in (self.pressing, self.source):
            chips.chosen.connect(lambda _: self.left.emit())

    @property
    def public(self) -> bool:
        """Whether it is a public place and not a door."""
        return self._spot_row.isVisibleTo(self)

    def _other_place(self) -> None:
        self.set_public(not self.public)
        (self.spot if self.public else self.door).setFocus()

    def set_public(self, public: bool) -> None:
        """Ask for a public place instead of a door, or the other way round."""
        self._spot_row.setVisible(public)
        self.fields["door"].setVisible(not public)
        self.elsewhere.setText(GAP + (tr("It was at a door") if public else tr("It was at a public place")))

    def unfold(self) -> None:
        """Show what is asked for seldom."""
        self.show_seldom()
        (self.hope if self.hope.isEnabled() else self.how).setFocus()

    def show_seldom(self) -> None:
        """Show what is asked for seldom, with the phrases for it."""
        self.unfolded.show()
        self.more.hide()
        self.needs.ask_for(phrases.ANY)

    def _after_category(self) -> None:
        category = self.category.category
        if category is not None and by_date(category):
            self.agreed.setFocus()
        else:
            self._first_person().setFocus()

    def _first_person(self) -> TextInput:
        return self.called if self._person_part.isVisibleTo(self) else self.title

    def ask_for(self, category: Category | None) -> None:
        """Ask for what this category needs, and for nothing else."""
        self.fields["category"].say("")
        self._person_part.setVisible(category is None or category.takes_person)
        self.fields["agreed_on"].setVisible(category is not None and by_date(category))
        restricted = category is not None and category.restricted
        self.text.setEnabled(not restricted)
        self.hope.setEnabled(not restricted)
        self.fields["text"].setVisible(not restricted)
        self.fields["hope"].setVisible(not restricted)
        self.phrases.ask_for(category.code if category is not None else "")
        name = tr("Full name") if category is not None and category.needs_name else tr("Requester")
        self.fields["called"].label.setText(name)
        self._show_phone_first()
        self.matter_known.emit()

    def _show_phone_first(self) -> None:
        category = self.category.category
        first = category is not None and category.phone_first
        self.phone_first.setVisible(first or self.pressing.value is Pressing.EMERGENCY)

    def _today(self) -> date:
        return self.desk.store.clock.now().astimezone(LOCAL).date()


def by_date(category: Category) -> bool:
    """Whether the time limit of a category is a day that is agreed on."""
    return Limit.read(category.limit).kind is LimitKind.BY_DATE
