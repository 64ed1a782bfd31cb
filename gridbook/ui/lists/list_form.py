"""The form of a list: for which day, or for which public purpose and until when, and which doors."""

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridbook.errors import BadValue, GridbookError
from gridbook.i18n import tr
from gridbook.records.base import LOCAL, RecordId
from gridbook.records.place import Building
from gridbook.records.worklist import PURPOSE_NAMES, Purpose, Round, WorkList
from gridbook.store import places, worklists
from gridbook.store.session import Session
from gridbook.store.worklists import Listing, Wish
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.days import DateInput
from gridbook.ui.parts.fields import Choice, Field, LongText, TextInput, commit_typing
from gridbook.ui.parts.text import Muted
from gridbook.ui.theme import Type, theme

WEEK = timedelta(days=7)


class ListForm(QWidget):
    """One form for both kinds: an entry list of a day, a round with its purpose and its end."""

    kept = Signal(object)

    def __init__(self, desk: Desk, cls: type[Listing]) -> None:
        super().__init__()
        self.desk = desk
        self.kind = cls
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(theme.px(look.M))
        self.purpose = Chips([(one, tr(word)) for one, word in PURPOSE_NAMES.items()], tr("Purpose"))
        self.title, self.starts_on, self.ends_on = (
            TextInput(30),
            DateInput(self._today),
            DateInput(self._today),
        )
        self.building, self.doors = Choice([]), LongText(2000, 3)
        of_round = cls is Round
        self._fields = {
            "purpose": Field(tr("Purpose"), self.purpose),
            "title": Field(tr("Title of the list"), self.title, tr("may stay empty")),
            "starts_on": Field(tr("Begins on") if of_round else tr("For which day"), self.starts_on),
            "ends_on": Field(tr("Ends on; then it is deleted"), self.ends_on),
            "building": Field(tr("All doors of a building"), self.building),
            "doors": Field(
                tr("Or these doors") if of_round else tr("Doors of the list"),
                self.doors,
                tr("for example 3-1-101 3-2-501"),
            ),
        }
        for name in ("purpose", "building", "ends_on"):
            self._fields[name].setVisible(of_round)
        page.addWidget(self._fields["purpose"])
        days = QHBoxLayout()
        days.setSpacing(theme.px(look.M))
        for name in ("starts_on", "ends_on"):
            days.addWidget(self._fields[name], 1, Qt.AlignmentFlag.AlignTop)
        page.addLayout(days)
        for name in ("building", "doors", "title"):
            page.addWidget(self._fields[name])
        page.addWidget(
            Muted(
                tr("A round is for its purpose alone and never says at which doors nobody was.")
                if of_round
                else tr("What was agreed for the day can be taken over with one button afterwards."),
                Type.CAPTION,
            )
        )
        page.addStretch(1)
        self.save = Button(tr("Keep the list"), "primary", "check")
        self._connect()

    def start(self) -> None:
        """A new list, for today unless another day is written."""
        for field in self._fields.values():
            field.say("")
        self.title.value = self.doors.value = ""
        self.purpose.value = None
        self.starts_on.day = self._today()
        self.ends_on.day = self._today() + (WEEK if self.kind is Round else timedelta(0))
        self.desk.read(_buildings, then=self._offer)
        (self.purpose if self.kind is Round else self.starts_on).setFocus()

    def listing(self) -> Listing:
        """The form as a record; the store fills in its id."""
        starts = self._day("starts_on", self.starts_on)
        unit = self.desk.store.unit
        if self.kind is not Round:
            return WorkList(unit=unit, id=b"", title=self.title.value, starts_on=starts, ends_on=starts)
        if self.purpose.value is None:
            raise BadValue("purpose", tr("Choose one with its digit."))
        return Round(
            unit=unit,
            id=b"",
            purpose=Purpose(str(self.purpose.value)),
            title=self.title.value,
            starts_on=starts,
            ends_on=self._day("ends_on", self.ends_on),
        )

    def keep(self) -> None:
        """Save it; what is wrong is said under its field."""
        commit_typing()
        for field in self._fields.values():
            field.say("")
        try:
            made = self.listing()
        except BadValue as bad:
            self._refused(bad)
            return
        typed = self.doors.value.replace("，", " ").replace("、", " ").split()
        building = self.building.value if self.kind is Round else b""
        self.desk.write(_save, made, building, typed, then=self.kept.emit, failed=self._refused)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Ctrl+Enter keeps it from any field."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.keep()
            return
        super().keyPressEvent(event)

    def _connect(self) -> None:
        self.save.clicked.connect(self.keep)
        self.purpose.moved_on.connect(self.starts_on.setFocus)
        self.starts_on.entered.connect(
            lambda: (self.ends_on if self.kind is Round else self.doors).setFocus()
        )
        self.ends_on.entered.connect(self.building.setFocus)
        self.title.entered.connect(self.keep)

    def _day(self, name: str, typed: DateInput) -> date:
        if typed.day is None:
            raise BadValue(name, tr("“{text}” is not a day; write 11-23 or 今天.").format(text=typed.value))
        return typed.day

    def _offer(self, found: Sequence[tuple[RecordId, str]]) -> None:
        self.building.offer([(b"", tr("Choose …")), *found])
        self.building.value = b""

    def _today(self) -> date:
        return self.desk.store.clock.now().astimezone(LOCAL).date()

    def _refused(self, error: GridbookError) -> None:
        name = error.field if isinstance(error, BadValue) else "doors"
        name = {"door": "doors"}.get(name, name)
        name = name if name in self._fields else "doors"
        self._fields[name].say(error.sentence())
        self._fields[name].input.setFocus()


def _buildings(session: Session) -> list[tuple[RecordId, str]]:
    known = places.known(session)
    return [(one.id, _name(known, one)) for one in places.buildings(session)]


def _name(known: places.Known, building: Building) -> str:
    estate = known.estates.get(building.estate)
    return tr("{estate}, building {b}").format(estate=estate.name if estate else "", b=building.number)


def _save(session: Session, made: Listing, building: RecordId, typed: Sequence[str]) -> Listing:
    wishes = []
    if building:
        wishes = [Wish(building, door) for door in places.building(session, building).doors()]
    found = [places.resolve(session, one) for one in typed]
    return worklists.save(session, made, [*wishes, *(Wish(one.building.id, one.door) for one in found)])
