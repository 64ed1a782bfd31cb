"""The four-key form: door, reason, mode, outcome; Enter keeps it and the next door can be typed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Signal

from gridbook.errors import BadValue, GridbookError
from gridbook.i18n import tr
from gridbook.records.base import RecordId
from gridbook.records.place import Place
from gridbook.records.visit import (
    PRIVACY_NOTICE,
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
from gridbook.store import drafts, numbers, phrases, prints, visits
from gridbook.store.prints import Blank
from gridbook.ui.desk import Desk
from gridbook.ui.parts.days import DateInput
from gridbook.ui.parts.fields import commit_typing
from gridbook.ui.parts.phrases import PhraseInput
from gridbook.ui.parts.status_line import clock_time
from gridbook.ui.parts.worded import kept_words
from gridbook.ui.visits import keeping
from gridbook.ui.visits.inputs import VisitInputs
from gridbook.ui.visits.keeping import FORM, AtDoor

WITHOUT_A_DOOR = (Mode.PHONE, Mode.STATION, Mode.ACTIVITY)


class VisitForm(VisitInputs):
    """A visit being written; every field is kept as a draft when it is left."""

    kept = Signal(object)
    keying_in = Signal(str)
    request_wanted = Signal(object)
    visit_wanted = Signal(bytes)
    """The visit that this one perhaps is: somebody wants to read it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._undo: RecordId | None = None
        self._blank: Blank | None = None
        self._filling = False
        self._warned = False
        self._alike: RecordId | None = None
        self._connect()
        desk.read(keeping.remembered, then=self._remember)

    def start(self, what: Mapping[str, Any] | None = None) -> None:
        """Be ready for the next door, or for a door that was clicked elsewhere."""
        self.be_today()
        if what and what.get("door"):
            self.desk.read(keeping.place, what["building"], what["door"], then=self._take_door)
        if what and what.get("reason"):
            self.reason.value = what["reason"]
        self.door.setFocus()
        # A door that was half written before is written over by the next one.
        self.door.selectAll()

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
        day = self._day("visited_on", self.day)
        if day is None:
            raise BadValue("visited_on", tr("On which day was it?"))
        for name, chips in (("reason", self.reason), ("mode", self.mode), ("outcome", self.outcome)):
            if chips.value is None:
                raise BadValue(name, tr("Choose one with its digit."))
        lines = [(choice.value, text.value) for choice, text in self.items if text.value or choice.value]
        for _, text in lines:
            phrases.require_filled("items", text)
        place = self.door.place
        note = self.note.value
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
            next_on=self._day("next_on", self.next_on),
            notice=PRIVACY_NOTICE if self.notice.isChecked() else "",
        )
        return VisitEntry(visit, details, VisitNote(unit=unit, id=b"", note=note) if note else None)

    def keep(self) -> None:
        """Save the visit; what is wrong is said under its field, and a twin is pointed out first."""
        commit_typing()
        self._say_nothing()
        try:
            self._require_door()
            entry = self.entry()
        except BadValue as bad:
            self._refused(bad)
            return
        place = self.door.place
        if place is None or self._warned:
            self._save(entry)
        else:
            self.desk.read(
                keeping.at_door,
                place.building.id,
                place.door,
                entry.visit.visited_on,
                then=lambda there: self._save_or_warn(entry, there),
            )

    def _require_door(self) -> None:
        if self.door.value and self.door.place is None:
            raise BadValue("door", tr("Press Enter in the door field first, so that the door is found."))
        if self.door.place is None and self.mode.value not in WITHOUT_A_DOOR:
            raise BadValue("door", tr("Which door was it?"))

    def _day(self, name: str, field: DateInput) -> date | None:
        if field.value and field.day is None:
            raise BadValue(name, tr("“{text}” is not a day; write 11-23 or 今天.").format(text=field.value))
        return field.day

    def _save_or_warn(self, entry: VisitEntry, there: AtDoor) -> None:
        twins = [
            row
            for row in there.that_day
            if row.visit.part is entry.visit.part and row.visit.reason is entry.visit.reason
        ]
        if twins:
            self._warned, self._alike = True, twins[0].visit.id
            self.twin.say(
                tr("This visit is perhaps written down already, as {number}.").format(
                    number=twins[0].visit.number
                )
            )
        else:
            self._save(entry)

    def _save(self, entry: VisitEntry) -> None:
        self.desk.write(keeping.save, entry, then=self._kept, failed=self._refused)

    def _connect(self) -> None:
        self.door.found.connect(self._door_found)
        self.door.textEdited.connect(lambda _: self._no_twin())
        self.save.clicked.connect(self.keep)
        self.twin.opened.connect(self._open_twin)
        self.twin.kept_both.connect(self.keep)
        self.kept_line.undone.connect(self._take_back)
        self.opens.clicked.connect(lambda: self.request_wanted.emit({"place": self.door.place}))
        self.left.connect(self._keep_draft)

    def _open_twin(self) -> None:
        if self._alike is not None:
            self.visit_wanted.emit(self._alike)

    def _no_twin(self) -> None:
        self._warned = False
        self.twin.hide()

    def _door_found(self, place: Place) -> None:
        self.fields["door"].say("")
        day = self.day.day or self.today()
        self.desk.read(keeping.at_door, place.building.id, place.door, day, then=self._show_beside)

    def _show_beside(self, there: AtDoor) -> None:
        titles = "；".join(row.title or row.request.number for row in there.cases)
        said = [tr("Open here: {titles}").format(titles=titles) if titles else tr("No open case here")]
        if there.that_day:
            said.append(
                tr("Visited that day: {numbers}").format(
                    numbers="、".join(row.visit.number for row in there.that_day[:3])
                )
            )
        self.beside.setText("　·　".join(said))

    def _take_door(self, place: Place) -> None:
        self._no_twin()
        self.door.show_place(place)
        self._door_found(place)
        self.reason.setFocus()

    def _key_in(self, found: Sequence[Blank], otherwise: Callable[[], None]) -> None:
        if not found or found[0].form != FORM:
            otherwise()
            return
        self._empty()
        self._from_sheet(found)
        self.door.setFocus()
        if found[0].door:
            # The sheet was printed for a list of doors; whoever keys it in goes on with the next field.
            self.door.value = found[0].door
            self.door.resolve()

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
        field = self.fields.get(name, self.fields["door"])
        if name == "items":
            wrong = [
                one
                for (_, text), one in zip(self.items, self.item_fields, strict=True)
                if text.value and (not kept_words(text) or phrases.slot(text.value))
            ]
            field = wrong[0] if wrong else field
        field.tell(error)
        if self.unfolded.isAncestorOf(field):
            self.unfolded.show()
        field.input.setFocus()
        if isinstance(field.input, PhraseInput):
            field.input.to_gap()

    def _say_nothing(self) -> None:
        for one in (*self.fields.values(), *self.item_fields):
            one.say("")

    def _empty(self) -> None:
        """Ready for the next door; reason, mode, date and part of day stay as they were."""
        self._filling = True
        self._no_twin()
        self._say_nothing()
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
            "companion": kept_words(self.companion),
            "next_on": self.next_on.value,
            "note": kept_words(self.note),
            "items": [[str(choice.value or ""), kept_words(text)] for choice, text in self.items],
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
        self.mean_day(str(draft.get("day", "")))
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
