"""The four-key form: door, reason, mode, outcome; Enter keeps it and the next door can be typed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from gridbook import catalog
from gridbook.errors import BadValue, GridbookError
from gridbook.i18n import tr
from gridbook.records.base import LOCAL, RecordId
from gridbook.records.place import Place
from gridbook.records.visit import (
    MODE_NAMES,
    OUTCOME_NAMES,
    PART_NAMES,
    PRIVACY_NOTICE,
    REASON_NAMES,
    Attempt,
    Mode,
    PartOfDay,
    Visit,
    VisitDetails,
    VisitEntry,
    VisitNote,
    VisitOutcome,
    VisitReason,
)
from gridbook.store import caseload, drafts, numbers, places, preferences, prints, visits
from gridbook.store.prints import Blank
from gridbook.store.session import Session
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import Button, Chips
from gridbook.ui.parts.cards import KeptLine
from gridbook.ui.parts.door import DoorInput
from gridbook.ui.parts.fields import Choice, DateInput, Field, LongText, TextInput, commit_typing
from gridbook.ui.parts.status_line import clock_time
from gridbook.ui.parts.text import Muted
from gridbook.ui.theme import Type, theme

FORM = "visit"
ITEMS = 2


class VisitForm(QWidget):
    """A visit being written; every field is kept as a draft when it is left."""

    kept = Signal(object)
    keying_in = Signal(str)
    request_wanted = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._undo: RecordId | None = None
        self._blank: Blank | None = None
        self._filling = False
        self._build()
        self._connect()
        desk.read(_remembered, then=self._remember)

    def start(self, what: Mapping[str, Any] | None = None) -> None:
        """Be ready for the next door, or for a door that was clicked elsewhere."""
        if what and what.get("door"):
            self.desk.read(_place, what["building"], what["door"], then=self._take_door)
        self.door.setFocus()

    def key_in(self, typed: str, otherwise: Callable[[], None]) -> None:
        """Open the form for a blank sheet by the number printed on it."""
        number = numbers.read(typed) or typed
        self.desk.read(prints.blanks, number, 1, then=lambda found: self._key_in(found, otherwise))

    def give_up_sheet(self) -> None:
        """What is written from here on belongs to no printed sheet."""
        self._blank = None

    def entry(self) -> VisitEntry:
        """The form as records; the store fills in id and number unless a printed sheet has them."""
        unit = self.desk.store.unit
        day = self.day.day
        if day is None:
            raise BadValue(
                "visited_on", tr("“{text}” is not a day; write 11-23 or 今天.").format(text=self.day.value)
            )
        for name, chips in (("reason", self.reason), ("mode", self.mode), ("outcome", self.outcome)):
            if chips.value is None:
                raise BadValue(name, tr("Choose one with its digit."))
        lines = [(choice.value, text.value) for choice, text in self.items if text.value or choice.value]
        place = self.door.place
        note = self.note.value
        next_on = self.next_on.day
        if self.next_on.value and next_on is None:
            raise BadValue(
                "next_on", tr("“{text}” is not a day; write 11-23 or 今天.").format(text=self.next_on.value)
            )
        visit = Visit(
            unit=unit,
            id=self._blank.record if self._blank else b"",
            number=self._blank.number if self._blank else "",
            visited_on=day,
            part=PartOfDay(str(self.part.value)),
            reason=VisitReason(str(self.reason.value)),
            mode=Mode(str(self.mode.value)),
            outcome=VisitOutcome(str(self.outcome.value)),
            categories=tuple(str(code) for code, _ in lines if code),
        )
        details = VisitDetails(
            unit=unit,
            id=b"",
            building=place.building.id if place else None,
            door=place.door if place else "",
            items=tuple(text for _, text in lines if text),
            companion=self.companion.value,
            next_on=next_on,
            notice=PRIVACY_NOTICE if self.notice.isChecked() else "",
        )
        return VisitEntry(visit, details, VisitNote(unit=unit, id=b"", note=note) if note else None)

    def keep(self) -> None:
        """Save the visit; what is wrong is said under its field."""
        commit_typing()
        self._say_nothing()
        if self.door.value and self.door.place is None:
            self._fields["door"].say(tr("Press Enter in the door field first, so that the door is found."))
            self.door.setFocus()
            return
        if self.door.place is None and self.mode.value not in (Mode.PHONE, Mode.STATION, Mode.ACTIVITY):
            self._fields["door"].say(tr("Which door was it?"))
            self.door.setFocus()
            return
        try:
            entry = self.entry()
        except BadValue as bad:
            self._refused(bad)
            return
        self.desk.write(_save, entry, then=self._kept, failed=self._refused)

    def _build(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(theme.px(look.M))
        now = self.desk.store.clock.now().astimezone(LOCAL)
        self.door = DoorInput(self.desk)
        self.beside = Muted("", Type.CAPTION)
        self.day = DateInput(self._today)
        self.day.day = now.date()
        self.part = Chips([(part, tr(name)) for part, name in PART_NAMES.items()], tr("Part of day"))
        self.part.value = _part_now(now)
        self.reason = Chips([(one, tr(name)) for one, name in REASON_NAMES.items()], tr("Reason"))
        self.mode = Chips([(one, tr(name)) for one, name in MODE_NAMES.items()], tr("Mode"))
        self.outcome = Chips([(one, tr(name)) for one, name in OUTCOME_NAMES.items()], tr("Outcome"))
        self._fields = {
            "door": Field(tr("Door"), self.door),
            "reason": Field(tr("Reason"), self.reason),
            "mode": Field(tr("Mode"), self.mode),
            "outcome": Field(tr("Outcome"), self.outcome),
            "visited_on": Field(tr("Date"), self.day),
            "part": Field(tr("Part of day"), self.part),
        }
        page.addWidget(self._fields["door"])
        page.addWidget(self.beside)
        for name in ("reason", "mode", "outcome"):
            page.addWidget(self._fields[name])
        when = QHBoxLayout()
        when.setSpacing(theme.px(look.M))
        when.addWidget(self._fields["visited_on"], 1)
        when.addWidget(self._fields["part"], 2)
        page.addLayout(when)
        self.kept_line = KeptLine()
        buttons = QHBoxLayout()
        self.save = Button(tr("Keep the visit"), "primary", "check")
        self.more = Button(tr("Items and note"), "quiet", "chevron-down")
        buttons.addWidget(self.save)
        buttons.addWidget(self.more)
        buttons.addStretch(1)
        page.addLayout(buttons)
        page.addWidget(self.kept_line)
        page.addWidget(self._unfolding())
        page.addStretch(1)

    def _unfolding(self) -> QWidget:
        self.unfolded = QWidget()
        page = QVBoxLayout(self.unfolded)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(theme.px(look.M))
        options: list[tuple[object, str]] = [("", tr("No category"))]
        options += [(one.code, f"{one.code} {one.name}") for one in catalog.categories().values()]
        self.items: list[tuple[Choice, TextInput]] = []
        for n in range(ITEMS):
            choice, text = Choice(options), TextInput(40)
            row = QHBoxLayout()
            row.setSpacing(theme.px(look.M))
            row.addWidget(Field(tr("Category {n}").format(n=n + 1), choice), 2)
            row.addWidget(Field(tr("Item {n}, settled on the spot").format(n=n + 1), text), 3)
            page.addLayout(row)
            self.items.append((choice, text))
        self.companion = TextInput(20)
        self.next_on = DateInput(self._today)
        row = QHBoxLayout()
        row.setSpacing(theme.px(look.M))
        row.addWidget(Field(tr("Companion"), self.companion))
        self._fields["next_on"] = Field(tr("Agreed next contact"), self.next_on)
        row.addWidget(self._fields["next_on"])
        page.addLayout(row)
        self.note = LongText(200)
        page.addWidget(Field(tr("Note — stays in this book"), self.note))
        self.notice = QCheckBox(tr("Privacy notice given"))
        page.addWidget(self.notice)
        opens = Button(tr("Open a request from this visit"), "quiet", "clipboard-list")
        opens.clicked.connect(lambda: self.request_wanted.emit({"place": self.door.place}))
        page.addWidget(opens)
        self.unfolded.hide()
        return self.unfolded

    def _connect(self) -> None:
        self.door.found.connect(self._door_found)
        self.door.unknown.connect(lambda error: self._fields["door"].say(error.sentence()))
        self.door.textEdited.connect(lambda _: self._fields["door"].say(""))
        self.door.moved_on.connect(lambda: self.reason.setFocus())
        self.reason.moved_on.connect(lambda: self.mode.setFocus())
        self.mode.moved_on.connect(lambda: self.outcome.setFocus())
        self.outcome.moved_on.connect(lambda: self.save.setFocus())
        self.day.entered.connect(lambda: self.part.setFocus())
        self.part.moved_on.connect(lambda: self.save.setFocus())
        self.save.clicked.connect(self.keep)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            within = Qt.ShortcutContext.WidgetWithChildrenShortcut
            QShortcut(QKeySequence(key), self, context=within).activated.connect(self.keep)
        self.more.clicked.connect(lambda: self.unfolded.setVisible(not self.unfolded.isVisible()))
        self.kept_line.undone.connect(self._take_back)
        lines = (self.door, self.day, self.companion, self.next_on, *(text for _, text in self.items))
        for one in lines:
            one.left.connect(self._keep_draft)
        self.note.left.connect(self._keep_draft)
        for chips in (self.reason, self.mode, self.outcome, self.part):
            chips.chosen.connect(lambda _: self._keep_draft())

    def _door_found(self, place: Place) -> None:
        self._fields["door"].say("")
        self.desk.read(caseload.of_door, place.building.id, place.door, then=self._show_beside)

    def _show_beside(self, rows: Sequence[caseload.RequestRow]) -> None:
        titles = "；".join(row.title or row.request.number for row in rows if row.state.open)
        self.beside.setText(
            tr("Open here: {titles}").format(titles=titles) if titles else tr("No open case here")
        )

    def _take_door(self, place: Place) -> None:
        self.door.show_place(place)
        self._door_found(place)
        self.reason.setFocus()

    def _today(self) -> date:
        return self.desk.store.clock.now().astimezone(LOCAL).date()

    def _key_in(self, found: Sequence[Blank], otherwise: Callable[[], None]) -> None:
        if not found or found[0].form != FORM:
            otherwise()
            return
        self._empty()
        self._from_sheet(found)
        self.door.setFocus()

    def _from_sheet(self, found: Sequence[Blank]) -> None:
        for one in found:
            self._blank = one
            self.keying_in.emit(one.number)

    def _kept(self, saved: VisitEntry | Attempt) -> None:
        at = clock_time(self.desk.store.clock.now())
        if isinstance(saved, Attempt):
            self._undo = None
            self.kept_line.say(
                tr("Kept {time}: nobody in; this stays on this PC for 14 days").format(time=at)
            )
        else:
            self._undo = saved.visit.id
            self.kept_line.say(tr("Kept {time}, number {n}").format(time=at, n=saved.visit.number), undo=True)
        self._empty()
        self._blank = None
        self.kept.emit(saved)
        self.door.setFocus()

    def _take_back(self) -> None:
        if self._undo is not None:
            undone, self._undo = self._undo, None
            self.desk.write(visits.undo, undone, then=lambda _: self.kept_line.say(tr("Taken back.")))

    def _refused(self, error: GridbookError) -> None:
        name = error.field if isinstance(error, BadValue) else "door"
        self._fields.get(name, self._fields["door"]).say(error.sentence())
        if name == "next_on":
            self.unfolded.show()

    def _say_nothing(self) -> None:
        for one in self._fields.values():
            one.say("")

    def _empty(self) -> None:
        """Ready for the next door; reason, mode, date and part of day stay as they were."""
        self._filling = True
        self.door.show_place(None)
        self.beside.setText("")
        for choice, text in self.items:
            choice.value = ""
            text.value = ""
        self.note.value = ""
        self.next_on.value = ""
        self.notice.setChecked(False)
        self._filling = False

    def _keep_draft(self) -> None:
        if self._filling:
            return
        fields = {
            "sheet": self._blank.number if self._blank else "",
            "door": self.door.value,
            "reason": str(self.reason.value or ""),
            "mode": str(self.mode.value or ""),
            "outcome": str(self.outcome.value or ""),
            "day": self.day.value,
            "part": str(self.part.value or ""),
            "companion": self.companion.value,
            "next_on": self.next_on.value,
            "note": self.note.value,
            "items": [[str(choice.value or ""), text.value] for choice, text in self.items],
        }
        if fields["door"] or fields["note"] or any(text for _, text in fields["items"]):
            self.desk.write(drafts.keep, FORM, "", fields)

    def _remember(self, found: tuple[Mapping[str, Any], Mapping[str, Any] | None]) -> None:
        sticky, draft = found
        self.reason.value = sticky.get("reason")
        self.mode.value = sticky.get("mode")
        self.outcome.value = sticky.get("outcome")
        self.companion.value = str(sticky.get("companion") or "")
        if draft:
            self._restore(draft)
            if draft.get("sheet"):
                self.desk.read(prints.blanks, str(draft["sheet"]), 1, then=self._from_sheet)

    def _restore(self, draft: Mapping[str, Any]) -> None:
        self._filling = True
        self.door.value = str(draft.get("door", ""))
        self.door.resolve()
        for chips, name in (
            (self.reason, "reason"),
            (self.mode, "mode"),
            (self.outcome, "outcome"),
            (self.part, "part"),
        ):
            if draft.get(name):
                chips.value = draft[name]
        self.day.value = str(draft.get("day", ""))
        self.companion.value = str(draft.get("companion", ""))
        self.next_on.value = str(draft.get("next_on", ""))
        self.note.value = str(draft.get("note", ""))
        items = draft.get("items")
        for (choice, text), kept in zip(self.items, items if isinstance(items, list) else [], strict=False):
            # A form of another release may have kept its lines otherwise.
            if isinstance(kept, list) and len(kept) == 2:
                choice.value, text.value = str(kept[0]), str(kept[1])
        self.unfolded.setVisible(bool(self.note.value or any(text.value for _, text in self.items)))
        self.kept_line.say(tr("This half-filled form was kept for you."))
        self._filling = False


def _no_day(field: str, text: str) -> BadValue:
    return BadValue(field, tr("“{text}” is not a day; write 11-23 or 今天.").format(text=text))


def _part_now(now: datetime) -> PartOfDay:
    if now.hour < 12:
        return PartOfDay.MORNING
    return PartOfDay.AFTERNOON if now.hour < 18 else PartOfDay.EVENING


def _save(session: Session, entry: VisitEntry) -> VisitEntry | Attempt:
    """The visit, the values that stay for the next one, and the end of the draft, in one transaction."""
    saved = visits.save(session, entry)
    sticky = {
        "reason": str(entry.visit.reason),
        "mode": str(entry.visit.mode),
        "outcome": str(entry.visit.outcome),
        "companion": entry.details.companion,
    }
    for name, value in sticky.items():
        preferences.keep(session, f"visit {name}", value)
    drafts.drop(session, FORM)
    if entry.visit.number:
        prints.come_back(session, FORM, entry.visit.number)
    return saved


def _remembered(session: Session) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    sticky = {
        name: preferences.value(session, f"visit {name}")
        for name in ("reason", "mode", "outcome", "companion")
    }
    draft = drafts.get(session, FORM)
    return sticky, None if draft is None else draft.fields


def _place(session: Session, building: RecordId, door: str) -> Place:
    found = places.known(session).at(building, door)
    if found is None:
        raise places.no_building()
    return found
