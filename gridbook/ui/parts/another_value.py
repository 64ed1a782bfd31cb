"""Another value for fields of any kind: each gets the part that forms have for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridbook.errors import BadValue, GridbookError
from gridbook.i18n import tr
from gridbook.records.base import CLASSES, LOCAL, ClassRule, FieldRule, instant_of
from gridbook.records.days import read_day
from gridbook.records.place import Place
from gridbook.store import places, words
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.category import CategoryInput
from gridbook.ui.parts.chips import DIGITS, Chips
from gridbook.ui.parts.days import DateInput
from gridbook.ui.parts.door import DoorInput
from gridbook.ui.parts.fields import Choice, Field, LongText, TextInput
from gridbook.ui.theme import theme

SHORT = 60
"""Texts up to this length are written in one line."""

Offers = Mapping[str, Sequence[tuple[Any, str]]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One input with its label, and how what stands in it is read."""

    names: tuple[str, ...]
    field: Field
    read: Callable[[], Mapping[str, Any]]


class AnotherValue(QWidget):
    """The fields in question, filled with what is shown now; `done` says that the last one was left."""

    done = Signal()

    def __init__(
        self, desk: Desk, class_name: str, present: Mapping[str, Any], offers: Offers | None = None
    ) -> None:
        super().__init__()
        self._desk, self._rule, self._offers = desk, CLASSES[class_name], offers or {}
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme.px(look.M))
        self.asked = self._fields(self._rule, present)
        for one, after in zip(self.asked, [*self.asked[1:], None], strict=True):
            self._rows.addWidget(one.field)
            _goes_on(one.field.input, self.done.emit if after is None else after.field.input.setFocus)
        self.setFocusProxy(self.asked[0].field.input)

    @property
    def values(self) -> dict[str, Any]:
        """What was written, by field; a field that cannot be read says so and nothing is returned."""
        found: dict[str, Any] = {}
        for one in self.asked:
            one.field.say("")
            try:
                found.update(one.read())
            except BadValue as bad:
                self.say(bad, one)
                return {}
        return found

    def say(self, error: GridbookError, at: "_Asked | None" = None) -> None:
        """Say under its field, or under the first, what does not fit."""
        named = error.field if isinstance(error, BadValue) else ""
        found = at or next((one for one in self.asked if named in one.names), self.asked[0])
        found.field.say(" ".join(part for part in (error.message, error.next) if part))
        found.field.input.setFocus()

    def _fields(self, rule: ClassRule, present: Mapping[str, Any]) -> list[_Asked]:
        made = []
        if "building" in present and "door" in present:
            made.append(self._door(present["building"], str(present["door"] or "")))
        for name, held in present.items():
            if made and made[0].names == ("building", "door") and name in ("building", "door"):
                continue
            made.append(self._one(rule.field(name), held))
        return made

    def _door(self, building: Any, door: str) -> _Asked:
        input_ = DoorInput(self._desk)
        key = bytes.fromhex(building) if isinstance(building, str) else building

        def read() -> Mapping[str, Any]:
            place = input_.place
            if place is None and input_.value:
                raise BadValue("door", tr("There is no door “{door}”.").format(door=input_.value[:20]))
            return {"building": place.building.id if place else None, "door": place.door if place else ""}

        def show(place: Place) -> None:
            input_.show_place(place)

        if key:
            self._desk.read(_place, key, door, then=show, failed=lambda _: None)
        return _Asked(("building", "door"), Field(tr("Door"), input_), read)

    def _one(self, rule: FieldRule, held: Any) -> _Asked:
        input_, read = self._input(rule, held)
        return _Asked((rule.name,), Field(tr(rule.label), input_), lambda: {rule.name: read()})

    def _input(self, rule: FieldRule, held: Any) -> tuple[QWidget, Callable[[], Any]]:
        kind = rule.python
        if rule.name == "category":
            category = CategoryInput()
            category.code = str(held or "")
            category.found.connect(self._category_found)
            return category, lambda: _needed(rule, category.code)
        if kind is bool or issubclass(kind, StrEnum):
            return self._choice(rule, words.choices(kind), held)
        if kind is bytes:
            options = [(value.hex(), word) for value, word in self._offers.get(rule.name, ())]
            if rule.optional:
                options.insert(0, ("", tr("none")))
            picked, read = self._choice(rule, options, held or "")
            return picked, lambda: bytes.fromhex(str(read())) or None
        if kind is date:
            day = DateInput(self._today)
            day.day = date.fromisoformat(held) if held else None
            return day, lambda: _day(rule, day)
        if kind is tuple:
            longest = (rule.longest or SHORT) * words.MOST_LINES
            lines = LongText(longest)
            lines.value = "\n".join(str(part) for part in held or ())
            return lines, lambda: tuple(line.strip() for line in lines.value.splitlines() if line.strip())
        if kind is str and (rule.longest or SHORT) > SHORT:
            text = LongText(rule.longest or SHORT)
            text.value = str(held or "")
            return text, lambda: text.value or (None if rule.optional else "")
        # What stands there is shown whole, even where it is what is too long.
        shown = _shown(kind, held)
        line = TextInput(max(rule.longest, len(shown)) if rule.longest else None)
        line.value = shown
        return line, lambda: _typed(rule, line.value, self._today())

    def _choice(
        self, rule: FieldRule, options: Sequence[tuple[Any, str]], held: Any
    ) -> tuple[QWidget, Callable[[], Any]]:
        input_: Chips | Choice = Chips(options, tr(rule.label)) if len(options) <= DIGITS else Choice(options)
        input_.value = held
        return input_, lambda: _needed(rule, input_.value)

    def _category_found(self, category: Any) -> None:
        """The time limit that belongs to a category goes with it."""
        for one in self.asked:
            if one.names == ("limit",) and isinstance(one.field.input, TextInput):
                one.field.input.value = category.limit

    def _today(self) -> date:
        return self._desk.store.clock.now().astimezone(LOCAL).date()


def _place(session: Any, building: bytes, door: str) -> Place:
    return places.known(session).at(building, door)


def _goes_on(input_: QWidget, act: Callable[[], Any]) -> None:
    """Enter goes on to the next field."""
    if isinstance(input_, CategoryInput | DoorInput | Chips):
        input_.moved_on.connect(act)
    elif isinstance(input_, TextInput):
        input_.entered.connect(act)


def _needed(rule: FieldRule, value: Any) -> Any:
    if value is None or value == "":
        if rule.python is bytes and rule.optional:
            return ""
        raise BadValue(rule.name, tr("“{field}” is not chosen yet.").format(field=tr(rule.label)))
    return value


def _day(rule: FieldRule, input_: DateInput) -> date | None:
    if not input_.value and rule.optional:
        return None
    if input_.day is None:
        raise BadValue(rule.name, tr("“{word}” is not a day like 2026-11-23.").format(word=input_.value[:20]))
    return input_.day


def _shown(kind: type, held: Any) -> str:
    if held is None:
        return ""
    if kind is datetime:
        return f"{instant_of(held).astimezone(LOCAL):%Y-%m-%d %H:%M}"
    return str(held)


def _typed(rule: FieldRule, text: str, today: date) -> Any:
    kind = rule.python
    if not text and rule.optional:
        return None
    if kind is int:
        if not (text.isascii() and text.isdigit()):
            raise BadValue(rule.name, tr("“{word}” is not a whole number.").format(word=text[:20]))
        return int(text)
    if kind is datetime:
        return _moment(rule, text, today)
    return text


def _moment(rule: FieldRule, text: str, today: date) -> datetime:
    written, _, clock = text.partition(" ")
    day = read_day(written, today)
    try:
        at = time.fromisoformat(clock.strip()) if clock.strip() else time()
    except ValueError:
        day = None
    if day is None:
        raise BadValue(
            rule.name, tr("“{word}” is not a moment like 2026-11-23 14:02.").format(word=text[:20])
        )
    return datetime.combine(day, at, LOCAL)
