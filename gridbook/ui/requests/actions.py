"""One step of a request: the facts it needs, an optional remark, and what the other office will read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gridbook.errors import BadValue, GridbookError
from gridbook.i18n import tr
from gridbook.records.given import TEXT_IN_EVENTS, given_name
from gridbook.records.place import Level, level_of, parent_of
from gridbook.records.request import (
    ACTION_NAMES,
    MAY_ALSO,
    NEEDS,
    OUTCOME_NAMES,
    REASONS,
    REASONS_FOR,
    SATISFACTION_NAMES,
    Action,
    Outcome,
)
from gridbook.records.visit import MODE_NAMES
from gridbook.store.requests import Telling
from gridbook.ui.parts.cards import Card
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.days import DateInput
from gridbook.ui.parts.fields import Choice, Field, LongText, TextInput
from gridbook.ui.parts.text import Muted, Text
from gridbook.ui.parts.worded import WordsField, kept_words
from gridbook.ui.requests.whole import Whole
from gridbook.ui.theme import Type

AT_ONCE = frozenset({Action.ACCEPT, Action.SIGN, Action.RESUME, Action.CLOSE})
"""Steps that need nothing and change nothing that one would want to think over: one press does them."""

REMARK, TELLING, CONTACT = 200, 500, 60
_OUTCOMES = (Outcome.SOLVED, Outcome.PARTLY, Outcome.EXPLAINED, Outcome.CANNOT)


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it was filled in."""

    action: Action
    given: Mapping[str, Any]
    note: str
    telling: Telling | None


class StepForm(Card):
    """The small form inside the sheet; every field is kept as a draft when it is left."""

    confirmed = Signal()
    facts_done = Signal()
    """The last fact was given; the remark is optional."""
    left = Signal()

    def __init__(self, action: Action, whole: Whole, own_unit: str, today: Callable[[], date]) -> None:
        super().__init__(tr(ACTION_NAMES[action]))
        self.action = action
        self._whole = whole
        self._own = own_unit
        self._today = today
        self.inputs: dict[str, QWidget] = {}
        self._fields: dict[str, Field] = {}
        for name in (*NEEDS.get(action, ()), *MAY_ALSO.get(action, ())):
            self._add(name, self._input(name))
        if action is Action.ESCALATE:
            above = parent_of(whole.view.state.lead) or whole.view.state.lead
            name = dict(whole.offices).get(above, above)
            self.body.addWidget(Text(tr("Goes up to {office}.").format(office=name)))
        self.telling = LongText(TELLING, 4)
        self.contact = TextInput(CONTACT)
        self._told = WordsField(tr("What the subdistrict will read — trim it"), self.telling)
        self._contact = Field(tr("Telephone given along, if it is needed"), self.contact)
        self._says = Muted(
            tr("The subdistrict sees facts only. It reads exactly these words, nothing else."), Type.CAPTION
        )
        self.telling.value = whole.telling.text
        for widget in (self._told, self._contact, self._says):
            self.body.addWidget(widget)
        self.remark = LongText(REMARK, 2)
        self._add("note", self.remark, tr("Remark, if there is one to make"))
        self.trouble = Text("", Type.CAPTION)
        self.trouble.setProperty("error", True)
        self.trouble.hide()
        self.body.addWidget(self.trouble)
        for text in (self.telling, self.remark):
            text.left.connect(self.left)
        self._show_telling()

    def start(self) -> None:
        """Put the keyboard where the first fact is asked for."""
        first = next(iter(self.inputs.values()))
        first.setFocus()

    def step(self) -> Step:
        """What was filled in; a BadValue names the field that is not right yet."""
        given = {name: self._value(name) for name in self.inputs if name != "note"}
        for name in NEEDS.get(self.action, ()):
            if given.get(name) in (None, "", ()):
                raise BadValue(name, tr("“{field}” is still missing.").format(field=given_name(name)))
        telling = (
            Telling(self.telling.value, self.contact.value) if self.tells and self.telling.value else None
        )
        kept = {name: value for name, value in given.items() if value not in (None, "", ())}
        return Step(self.action, kept, self.remark.value, telling)

    @property
    def tells(self) -> bool:
        """Whether the step hands the request to an office that reads facts only."""
        if level_of(self._own) is Level.SUBDISTRICT or not self._whole.tells_above:
            return False
        to = parent_of(self._whole.view.state.lead) if self.action is Action.ESCALATE else self._office()
        return to is not None and level_of(to) is Level.SUBDISTRICT

    def say(self, error: GridbookError) -> None:
        """Say what is wrong, under its field where it has one."""
        for field in self._fields.values():
            field.say("")
        self.trouble.hide()
        if isinstance(error, BadValue) and error.field in self._fields:
            self._fields[error.field].tell(error)
            self.inputs[error.field].setFocus()
        elif isinstance(error, BadValue) and error.field == "telling":
            self._told.tell(error)
            self.telling.setFocus()
        else:
            self.trouble.setText(error.sentence())
            self.trouble.show()

    def words(self) -> Mapping[str, str]:
        """What was typed, to be kept as a draft."""
        return {
            "note": kept_words(self.remark),
            "telling": kept_words(self.telling),
            "contact": self.contact.value,
        }

    def restore(self, words: Mapping[str, Any]) -> None:
        """Put back what was typed before."""
        self.remark.value = str(words.get("note", ""))
        self.contact.value = str(words.get("contact", ""))
        self.telling.value = str(words.get("telling") or self.telling.value)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Ctrl+Enter confirms from any field."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.confirmed.emit()
            return
        super().keyPressEvent(event)

    def _add(self, name: str, input_: QWidget, label: str = "") -> None:
        label = label or given_name(name)
        field = WordsField(label, input_) if isinstance(input_, LongText) else Field(label, input_)
        self.inputs[name] = input_
        self._fields[name] = field
        self.body.addWidget(field)
        if isinstance(input_, Chips):
            input_.moved_on.connect(lambda: self._go_on(name))
            input_.chosen.connect(lambda _: self._show_telling())
        elif isinstance(input_, TextInput):
            input_.entered.connect(lambda: self._go_on(name))

    def _go_on(self, name: str) -> None:
        """To the next fact that is asked for; the remark is optional and passed over."""
        names = [one for one in self.inputs if one != "note"]
        after = names[names.index(name) + 1 :]
        if after:
            self.inputs[after[0]].setFocus()
        else:
            self.facts_done.emit()

    def _input(self, name: str) -> QWidget:
        match name:
            case "lead" | "to":
                now = self._whole.view.state.lead
                offices = [one for one in self._whole.offices if name == "lead" or one[0] != now]
                return Chips(offices, given_name(name))
            case "unit":
                return Choice(self._whole.helpers)
            case "co":
                nobody: list[tuple[object, str]] = [("", tr("nobody"))]
                return Choice([*nobody, *self._whole.helpers])
            case "reason":
                return _chips(name, REASONS_FOR[self.action], REASONS)
            case "outcome":
                return _chips(name, _OUTCOMES, OUTCOME_NAMES)
            case "satisfaction":
                return _chips(name, tuple(SATISFACTION_NAMES), SATISFACTION_NAMES)
            case "solved":
                return Chips([(True, tr("solved")), (False, tr("not solved"))], given_name(name))
            case "mode":
                return _chips(name, tuple(MODE_NAMES), MODE_NAMES)
            case "days":
                return TextInput(2)
            case "reply_due":
                return DateInput(self._today)
        made = TextInput(TEXT_IN_EVENTS)
        if name == "into" and self._whole.alike:
            made.value = self._whole.alike[0].request.number
        return made

    def _value(self, name: str) -> Any:
        input_ = self.inputs[name]
        if isinstance(input_, DateInput):
            if input_.value and input_.day is None:
                raise BadValue(
                    name, tr("“{text}” is not a day; write 11-23 or 今天.").format(text=input_.value)
                )
            return input_.day
        if isinstance(input_, Chips | Choice):
            return (input_.value,) if name == "co" and input_.value else input_.value
        text = input_.value if isinstance(input_, TextInput) else ""
        if name != "days" or not text:
            return text
        if not text.isascii() or not text.isdigit():
            raise BadValue(name, tr("Write the number of working days."))
        return int(text)

    def _office(self) -> str | None:
        for name in ("to", "lead"):
            input_ = self.inputs.get(name)
            if isinstance(input_, Chips) and input_.value is not None:
                return str(input_.value)
        return None

    def _show_telling(self) -> None:
        shown = self.tells
        for widget in (self._told, self._contact, self._says):
            widget.setVisible(shown)


def _chips(name: str, values: Sequence[Any], names: Mapping[Any, str]) -> Chips:
    return Chips([(value, tr(names[value])) for value in values], given_name(name))
