"""Add an estate or a building, and the doors that differ from a building's pattern."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridbook.errors import BadValue, GridbookError
from gridbook.i18n import tr
from gridbook.records import pattern
from gridbook.records.base import RecordId
from gridbook.records.place import Building, Estate, Pattern
from gridbook.store import places
from gridbook.store.session import Session
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.fields import Field, LongText, TextInput, commit_typing
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.text import Muted
from gridbook.ui.theme import Type, theme


class PlaceForm(QWidget):
    """One form for both: an estate with its name and quick code, a building by its pattern."""

    kept = Signal(object)
    drafted = Signal(object)
    """A building as it is written now, to be looked at while one writes."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._estate: Estate | None = None
        self._building: Building | None = None
        self._of_building = False
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(theme.px(look.M))
        self.name, self.quick, self.number = TextInput(30), TextInput(8), TextInput(8)
        self.pattern = Chips(
            [(Pattern.UNITS, tr("Units and floors")), (Pattern.SINGLE, tr("Numbered houses"))], tr("Pattern")
        )
        self.units, self.floors, self.doors = TextInput(2), TextInput(2), TextInput(3)
        self.added, self.missing = LongText(2000, 2), LongText(2000, 2)
        self._fields = {
            "name": Field(tr("Name of the estate"), self.name),
            "quick": Field(
                tr("Quick code"), self.quick, tr("the initials one types before a door, for example xfy")
            ),
            "number": Field(tr("Building number"), self.number),
            "pattern": Field(tr("Pattern"), self.pattern),
            "units": Field(tr("Units"), self.units),
            "floors": Field(tr("Floors"), self.floors),
            "doors_per_floor": Field(tr("Doors per floor"), self.doors),
            "added": Field(
                tr("Doors besides the pattern"), self.added, tr("for example 1-701~704, shops 1~8")
            ),
            "missing": Field(tr("Doors that do not exist"), self.missing, tr("for example 4层 2-7层 2-101")),
        }
        for name in ("name", "quick", "number", "pattern"):
            page.addWidget(self._fields[name])
        self._sizes = QWidget()
        row = QHBoxLayout(self._sizes)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(look.M))
        for name in ("units", "floors", "doors_per_floor"):
            row.addWidget(self._fields[name], 1, Qt.AlignmentFlag.AlignTop)
        page.addWidget(self._sizes)
        self.sum = Muted("", Type.CAPTION)
        page.addWidget(self.sum)
        self.no_fours = Button(tr("No floor and no door with a 4"), "plain")
        self.shops = Button(tr("The ground floor is shops"), "plain")
        self._usual = QWidget()
        usual = Flow(self._usual, gap=theme.px(look.S))
        for button in (self.no_fours, self.shops):
            usual.addWidget(button)
        page.addWidget(self._usual)
        for name in ("missing", "added"):
            page.addWidget(self._fields[name])
        self._hint = Muted(
            tr("A click (or Space) in the picture takes a door out and puts it back."), Type.CAPTION
        )
        page.addWidget(self._hint)
        self.save = Button(tr("Keep"), "primary", "check")
        page.addWidget(self.save)
        page.addStretch(1)
        self._connect()

    def for_estate(self, estate: Estate | None = None) -> None:
        """A new estate, or one to be changed."""
        self._estate, self._building, self._of_building = estate, None, False
        self.name.value = estate.name if estate else ""
        self.quick.value = estate.quick if estate else ""
        self._arrange()
        self.name.setFocus()

    def for_building(self, estate: Estate, building: Building | None = None) -> None:
        """A new building of an estate, or one to be changed."""
        self._estate, self._building, self._of_building = estate, building, True
        shown = building or Building(
            unit="", id=b"", estate=estate.id, number="", units=2, floors=6, doors_per_floor=2
        )
        self.number.value = shown.number
        self.pattern.value = shown.pattern
        for field, held in ((self.units, shown.units), (self.floors, shown.floors)):
            field.value = str(held)
        self.doors.value = str(shown.doors_per_floor)
        self._show_exceptions(shown)
        self._arrange()
        self.number.setFocus()

    def record(self) -> Estate | Building:
        """The form as a record."""
        unit = self.desk.store.unit
        if not self._of_building:
            if not self.name.value:
                raise BadValue("name", tr("Write the name of the estate."))
            held = self._estate or Estate(unit=unit, id=b"", name="")
            return replace(held, name=self.name.value, quick=self.quick.value.lower())
        if self._estate is None or not self.number.value:
            raise BadValue("number", tr("Write the number of the building."))
        return self._building_as_written(self._estate)

    def _building_as_written(self, estate: Estate) -> Building:
        single = self.pattern.value is Pattern.SINGLE
        made = self._building or Building(unit=estate.unit, id=b"", estate=estate.id, number="")
        made = replace(
            made,
            number=self.number.value,
            pattern=Pattern.SINGLE if single else Pattern.UNITS,
            units=1 if single else _count("units", self.units.value),
            floors=1 if single else _count("floors", self.floors.value),
            doors_per_floor=_count("doors_per_floor", self.doors.value),
        )
        missing = _named("missing", self.missing.value, made)
        return replace(made, missing=missing, added=_named("added", self.added.value, made))

    def toggle(self, door: str) -> None:
        """Take a door out of the building that is being written, or put it back."""
        made = self._drafted()
        if made is not None:
            there = made.without_door(door) if made.has(door) else made.with_door(door)
            self._show_exceptions(there)

    def _take_out_fours(self) -> None:
        made = self._drafted()
        if made is not None:
            gone = dict.fromkeys((*made.missing, *pattern.without_fours(made)))
            self._show_exceptions(replace(made, missing=tuple(gone)))

    def _put_shops_in(self) -> None:
        """The doors of the first floor make room for as many shops, which have bare numbers."""
        made = self._drafted()
        if made is not None:
            ground = pattern.expanded("1层", made)
            shops = tuple(str(n) for n in range(1, len(ground) + 1))
            gone = dict.fromkeys((*made.missing, *ground))
            new = dict.fromkeys((*made.added, *shops))
            self._show_exceptions(replace(made, missing=tuple(gone), added=tuple(new)))

    def _show_exceptions(self, building: Building) -> None:
        self.added.value = " ".join(building.added)
        self.missing.value = pattern.shortened(building.missing, building)

    def _drafted(self) -> Building | None:
        """The building as it is written now, where that can be read."""
        if not self._of_building or self._estate is None:
            return None
        try:
            return self._building_as_written(self._estate)
        except BadValue:
            return None

    def keep(self) -> None:
        """Save it; what is wrong is said under its field."""
        commit_typing()
        for field in self._fields.values():
            field.say("")
        try:
            made = self.record()
        except BadValue as bad:
            self._refused(bad)
            return
        self.desk.write(_save, made, then=self.kept.emit, failed=self._refused)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Ctrl+Enter keeps it from any field."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.keep()
            return
        super().keyPressEvent(event)

    def _connect(self) -> None:
        self.save.clicked.connect(self.keep)
        self.name.entered.connect(self.quick.setFocus)
        self.quick.entered.connect(self.keep)
        self.number.entered.connect(self.pattern.setFocus)
        self.pattern.moved_on.connect(
            lambda: (self.units if self.units.isVisible() else self.doors).setFocus()
        )
        self.pattern.chosen.connect(lambda _: self._arrange())
        self.units.entered.connect(self.floors.setFocus)
        self.floors.entered.connect(self.doors.setFocus)
        self.doors.entered.connect(self.keep)
        for field in (self.units, self.floors, self.doors):
            field.textEdited.connect(lambda _: self._reckon())
        for text in (self.added, self.missing):
            text.textChanged.connect(self._reckon)
        self.no_fours.clicked.connect(self._take_out_fours)
        self.shops.clicked.connect(self._put_shops_in)

    def _arrange(self) -> None:
        single = self.pattern.value is Pattern.SINGLE
        for name, field in self._fields.items():
            field.say("")
            field.setVisible((name in ("name", "quick")) is not self._of_building)
        self._fields["units"].setVisible(self._of_building and not single)
        self._fields["floors"].setVisible(self._of_building and not single)
        self._fields["doors_per_floor"].label.setText(tr("Houses") if single else tr("Doors per floor"))
        self._sizes.setVisible(self._of_building)
        self._usual.setVisible(self._of_building and not single)
        self._hint.setVisible(self._of_building)
        self._reckon()

    def _reckon(self) -> None:
        made = self._drafted()
        self.sum.setText("" if made is None else tr("Makes {n} doors.").format(n=len(made.doors())))
        if made is not None:
            self.drafted.emit(made)

    def _refused(self, error: GridbookError) -> None:
        name = error.field if isinstance(error, BadValue) and error.field in self._fields else ""
        name = name or ("number" if self._of_building else "name")
        self._fields[name].say(error.sentence())
        self._fields[name].input.setFocus()


def _count(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise BadValue(name, tr("Write a number."))
    return int(text)


def _named(name: str, text: str, building: Building) -> tuple[str, ...]:
    try:
        return pattern.expanded(text, building)
    except BadValue as bad:
        raise BadValue(name, bad.message, next=bad.next) from bad


def _save(session: Session, record: Estate | Building) -> RecordId:
    kept = places.save(session, record)
    return kept[0].id
