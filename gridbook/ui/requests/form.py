"""The form of a request: one column, every field kept as a draft when it is left."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from gridbook.catalog import Category
from gridbook.errors import BadValue, GridbookError
from gridbook.i18n import tr
from gridbook.records.base import LOCAL, RecordId, UnitCode, local_day
from gridbook.records.place import Level, Place, is_within, level_of
from gridbook.records.request import (
    Contact,
    Particulars,
    Pressing,
    Request,
    RequestEntry,
    Source,
)
from gridbook.store import caseload, drafts, numbers, phrases, requests
from gridbook.ui.desk import Desk
from gridbook.ui.parts.fields import commit_typing
from gridbook.ui.parts.phrases import PhraseInput
from gridbook.ui.parts.status_line import clock_time
from gridbook.ui.parts.worded import kept_words
from gridbook.ui.requests import keeping
from gridbook.ui.requests.inputs import RequestInputs, by_date
from gridbook.ui.requests.keeping import FORM, Begun


class RequestForm(RequestInputs):
    """A request being written or corrected."""

    kept = Signal(bytes, bool)
    """The id of the request that was kept, and whether it is an old one that was corrected."""
    keying_in = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._held: RequestEntry | None = None
        self._given: tuple[RecordId, str] | None = None
        self._visit = ""
        self._undo: tuple[RecordId, RecordId | None] | None = None
        self._asked = False
        self._filling = True
        self._connect()
        desk.read(keeping.begun, "", None, then=self._begin)

    def start(self, what: Mapping[str, Any] | None = None) -> None:
        """Go on where the form was left, at a door or from a visit where one is named."""
        if self._held is not None or self._given is not None:
            self._empty()
            self.desk.read(keeping.begun, "", None, then=self._begin)
        what = what or {}
        self._visit = str(what.get("visit") or self._visit)
        place = what.get("place")
        if isinstance(place, Place):
            self._take_place(place)
        elif what.get("building"):
            self.desk.read(keeping.begun, "", (what["building"], what.get("door", "")), then=self._begin_at)
        else:
            self.door.setFocus()

    def edit(self, request: RecordId) -> None:
        """Correct a request that was kept before."""
        self.desk.read(requests.entry, request, then=self._edit)

    def key_in(self, typed: str, otherwise: Callable[[], None]) -> None:
        """Open the form of a blank sheet by the number printed on it."""
        number = numbers.read(typed) or typed
        self.desk.read(keeping.blank, number, then=lambda draft: self._key_in(draft, otherwise))

    def keep(self) -> None:
        """Save the request; what is wrong is said under its field."""
        commit_typing()
        for field in self.fields.values():
            field.say("")
        try:
            entry = self.entry()
        except BadValue as bad:
            self._refused(bad)
            return
        if self._held is not None or self._asked:
            self._save(entry)
        else:
            self.desk.read(
                caseload.alike, entry.request, entry.particulars, then=partial(self._save_or_ask, entry)
            )

    def entry(self) -> RequestEntry:
        """The form as records; the store gives id, number and time limit."""
        entry = self._so_far()
        if not entry.particulars.title:
            raise BadValue("title", tr("Write in a few words what was asked."))
        phrases.require_filled("title", entry.particulars.title)
        phrases.require_filled("how", self.how.value)
        return entry

    def _save_or_ask(self, entry: RequestEntry, found: Sequence[caseload.RequestRow]) -> None:
        """One matter is not written down twice unawares."""
        if found:
            self._asked = True
            self.alike.show_rows(found)
            self.alike.ask()
        else:
            self._save(entry)

    def _join(self, other: RecordId) -> None:
        """Keep it as one matter with another one."""
        try:
            entry = self.entry()
        except BadValue as bad:
            self._refused(bad)
            return
        self._save(entry, other)

    def _save(self, entry: RequestEntry, other: RecordId | None = None) -> None:
        self.desk.write(
            keeping.save,
            entry,
            self._key,
            self._held,
            other,
            then=partial(self._kept, other),
            failed=self._refused,
        )

    def _so_far(self) -> RequestEntry:
        place = self._place()
        category = self.category.category
        if category is None:
            raise BadValue("category", tr("Choose the category first."))
        unit = self._unit(place)
        estate = self.estate.value if self.public else None
        held = self._held.request if self._held is not None else None
        request = Request(
            unit=held.unit if held else unit,
            id=held.id if held else self._given[0] if self._given else b"",
            number=held.number if held else self._given[1] if self._given else "",
            registered_at=self._registered_at(held),
            source=Source(str(self.source.value or Source.DESK)),
            category=category.code,
            limit=held.limit if held and held.category == category.code else "",
            pressing=Pressing(str(self.pressing.value or Pressing.NORMAL)),
            estate=estate if isinstance(estate, bytes) else None,
            public_place=self.public,
            agreed_on=self._agreed_on(category),
            visit=held.visit if held else self._visit,
        )
        particulars = Particulars(
            unit=request.unit,
            id=request.id,
            building=place.building.id if place else None,
            door=place.door if place else "",
            spot=self.spot.value if self.public else "",
            called=self.called.value if category.takes_person else "",
            title=self.title.value,
            text="" if category.restricted else self.text.value,
            hope="" if category.restricted else self.hope.value,
        )
        phone, how = (self.phone.value, self.how.value) if category.takes_person else ("", "")
        contact = Contact(unit=request.unit, id=request.id, phone=phone, how=how) if phone or how else None
        return RequestEntry(request, particulars, contact)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Ctrl+Enter keeps it from any field."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.keep()
            return
        super().keyPressEvent(event)

    @property
    def _key(self) -> str:
        if self._held is not None:
            return self._held.request.number
        return self._given[1] if self._given is not None else ""

    def _place(self) -> Place | None:
        if self.public:
            if not self.spot.value:
                raise BadValue("spot", tr("Write which public place it is."))
            return None
        if self.door.value and self.door.place is None:
            raise BadValue("door", tr("Press Enter in the door field first, so that the door is found."))
        if self.door.place is None:
            raise BadValue("door", tr("Which door was it? A public place can be written instead."))
        return self.door.place

    def _unit(self, place: Place | None) -> UnitCode:
        """A community writes a request into the stream of the grid that it concerns, for the grid to see."""
        own = self.desk.store.unit
        chosen = self.estates.get(self.estate.value) if self.public else None
        lies_in = place.building.unit if place else chosen.unit if chosen else own
        return lies_in if level_of(own) is Level.COMMUNITY and is_within(lies_in, own) else own

    def _registered_at(self, held: Request | None) -> datetime:
        now = self.desk.store.clock.now()
        day = self.day.day
        if self.day.value and day is None:
            raise BadValue(
                "registered_at",
                tr("“{text}” is not a day; write 11-23 or 今天.").format(text=self.day.value),
            )
        before = held.registered_at if held else now
        if day is None or day == local_day(before):
            return before
        return datetime.combine(day, time(9), LOCAL).astimezone(now.tzinfo)

    def _agreed_on(self, category: Category) -> date | None:
        if not by_date(category):
            return None
        if self.agreed.value and self.agreed.day is None:
            raise BadValue(
                "agreed_on", tr("“{text}” is not a day; write 11-23 or 今天.").format(text=self.agreed.value)
            )
        return self.agreed.day

    def _connect(self) -> None:
        self.save.clicked.connect(self.keep)
        self.kept_line.undone.connect(self._take_back)
        self.left.connect(self._keep_draft)
        self.matter_known.connect(self._look_for_alike)
        self.alike.joined.connect(self._join)
        self.alike.kept.connect(self.keep)

    def _look_for_alike(self) -> None:
        self._asked = False
        try:
            entry = self._so_far()
        except BadValue:
            self.alike.hide()
            return
        self.desk.read(caseload.alike, entry.request, entry.particulars, then=self.alike.show_rows)

    def _take_place(self, place: Place) -> None:
        self.set_public(False)
        self.door.show_place(place)
        self._look_for_alike()
        if self.source.value is None or self._visit:
            self.source.value = Source.VISIT
        self.category.setFocus()
        self._keep_draft()

    def _begin(self, begun: Begun) -> None:
        self.estates = {estate.id: estate for estate in begun.estates}
        nowhere: list[tuple[object, str]] = [("", tr("No estate"))]
        self.estate.offer([*nowhere, *((estate.id, estate.name) for estate in begun.estates)])
        self._filling = True
        self.pressing.value = Pressing.NORMAL
        self.source.value = begun.source
        if begun.draft:
            self._restore(begun.draft, begun.place)
        self._filling = False

    def _begin_at(self, begun: Begun) -> None:
        if begun.place is not None:
            self._take_place(begun.place)

    def _edit(self, entry: RequestEntry) -> None:
        self._empty()
        self._held = entry
        held = entry.particulars
        at = (held.building, held.door) if held.building else None
        self.desk.read(
            keeping.begun, "", at, then=lambda begun: self._fill(keeping.fields_of(entry), begun.place)
        )

    def _fill(self, fields: Mapping[str, Any], place: Place | None) -> None:
        self._filling = True
        self._restore(fields, place)
        self._filling = False
        self.title.setFocus()

    def _key_in(self, draft: Mapping[str, Any] | None, otherwise: Callable[[], None]) -> None:
        if draft is None:
            otherwise()
            return
        self._empty()
        self._given = (bytes.fromhex(str(draft["id"])), str(draft["number"]))
        self._fill(draft, None)
        self.keying_in.emit(self._given[1])
        self.door.left.emit()
        self.door.setFocus()

    def _kept(self, other: RecordId | None, saved: RequestEntry) -> None:
        corrected = self._held is not None
        at = clock_time(self.desk.store.clock.now())
        self._undo = None if corrected else (saved.request.id, other)
        said = tr("Kept {time}, number {n}").format(time=at, n=saved.request.number)
        if other is not None:
            said = tr("Kept {time}, number {n}; one matter with the other").format(
                time=at, n=saved.request.number
            )
        self._empty()
        self.kept_line.say(said, undo=not corrected)
        self.kept.emit(saved.request.id, corrected)
        if not corrected:
            self.door.setFocus()

    def _take_back(self) -> None:
        if self._undo is not None:
            gone, self._undo = self._undo, None
            self.desk.write(keeping.undo, *gone, then=lambda _: self.kept_line.say(tr("Taken back.")))

    def _refused(self, error: GridbookError) -> None:
        name = error.field if isinstance(error, BadValue) else "title"
        name = name if name in self.fields else "title"
        if name in ("hope", "how", "registered_at"):
            self.unfold()
        self.fields[name].tell(error)
        self.fields[name].input.setFocus()
        wrong = self.fields[name].input
        if isinstance(wrong, PhraseInput):
            wrong.to_gap()

    def _empty(self) -> None:
        self._filling = True
        self._held, self._given, self._visit = None, None, ""
        self.door.show_place(None)
        for one in (self.spot, self.called, self.phone, self.title, self.how, self.day, self.agreed):
            one.value = ""
        self.category.code = ""
        self.text.value = self.hope.value = ""
        self.pressing.value = Pressing.NORMAL
        self.unfolded.hide()
        self.more.show()
        self.kept_line.say("")
        self.set_public(False)
        self.ask_for(None)
        self.alike.hide()
        self._filling = False

    def _fields_now(self) -> Mapping[str, Any]:
        place = self.door.place
        estate = self.estate.value
        fields: dict[str, Any] = {
            "door": self.door.value,
            "building": place.building.id.hex() if place else "",
            "at": place.door if place else "",
            "public": self.public,
            "estate": estate.hex() if isinstance(estate, bytes) else "",
            "category": self.category.code,
            "pressing": str(self.pressing.value or ""),
            "source": str(self.source.value or ""),
            "visit": self._visit,
        }
        words = {name: kept_words(getattr(self, name)) for name in _WORDS}
        given = {"id": self._given[0].hex(), "number": self._given[1]} if self._given else {}
        return {**fields, **words, **given}

    def _keep_draft(self) -> None:
        if self._filling or self._held is not None:
            return
        fields = self._fields_now()
        if any(fields[name] for name in ("door", "category", *_WORDS)):
            self.desk.write(drafts.keep, FORM, self._key, fields)

    def _restore(self, fields: Mapping[str, Any], place: Place | None) -> None:
        for name in _WORDS:
            getattr(self, name).value = str(fields.get(name, ""))
        self.set_public(bool(fields.get("public")))
        self.estate.value = keeping.id_of(fields.get("estate")) or ""
        self.category.code = str(fields.get("category", ""))
        self.pressing.value = _one_of(Pressing, fields.get("pressing"), Pressing.NORMAL)
        self.source.value = _one_of(Source, fields.get("source"), self.source.value)
        self._visit = str(fields.get("visit") or "")
        if place is not None:
            self.door.show_place(place)
        else:
            self.door.value = str(fields.get("door", ""))
        self.ask_for(self.category.category)
        if self.hope.value or self.how.value or self.day.value:
            self.show_seldom()
        if self._held is None and self.title.value:
            self.kept_line.say(tr("This half-filled form was kept for you."))


_WORDS = ("spot", "called", "phone", "how", "title", "text", "hope", "day", "agreed")
"""The inputs whose text is kept as it is typed."""


def _one_of(choices: type[StrEnum], kept: object, otherwise: Any) -> Any:
    return kept if kept in [str(one) for one in choices] else otherwise
