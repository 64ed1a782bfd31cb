"""The form of a request: one column, every field kept as a draft when it is left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gridbook.catalog import Category
from gridbook.errors import BadValue, GridbookError
from gridbook.i18n import tr
from gridbook.records.base import LOCAL, RecordId, UnitCode, local_day
from gridbook.records.deadline import Limit, LimitKind
from gridbook.records.place import Estate, Level, Place, is_within, level_of
from gridbook.records.request import (
    PRESSING_NAMES,
    SOURCE_NAMES,
    Contact,
    Particulars,
    Pressing,
    Request,
    RequestEntry,
    Source,
)
from gridbook.store import caseload, drafts, numbers, places, preferences, prints, requests
from gridbook.store.caseload import RequestRow
from gridbook.store.session import Session
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import GAP, Button, Chips
from gridbook.ui.parts.cards import KeptLine, clear
from gridbook.ui.parts.category import CategoryInput
from gridbook.ui.parts.door import DoorInput
from gridbook.ui.parts.fields import Choice, DateInput, Field, LongText, TextInput, commit_typing
from gridbook.ui.parts.status_line import clock_time
from gridbook.ui.parts.text import Muted, Text
from gridbook.ui.requests.undo import take_back
from gridbook.ui.theme import Type, theme

FORM = "request"
STICKY_SOURCE = "request source"
TITLE, TEXT, HOPE, SPOT, CALLED, PHONE, HOW = 30, 500, 200, 40, 20, 20, 40


@dataclass(frozen=True, slots=True)
class _Begun:
    """What a form starts from: what was remembered, a draft, the door, the estates to choose from."""

    source: str
    draft: Mapping[str, Any] | None
    place: Place | None
    estates: Sequence[Estate]


class RequestForm(QWidget):
    """A request being written or corrected."""

    kept = Signal(bytes, bool)
    """The id of the request that was kept, and whether it is an old one that was corrected."""
    opened = Signal(object)
    keying_in = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._held: RequestEntry | None = None
        self._given: tuple[RecordId, str] | None = None
        self._visit = ""
        self._undo: RecordId | None = None
        self._filling = True
        self._build()
        self._connect()
        desk.read(_begun, "", None, then=self._begin)

    def start(self, what: Mapping[str, Any] | None = None) -> None:
        """Go on where the form was left, at a door or from a visit where one is named."""
        if self._held is not None or self._given is not None:
            self._empty()
            self.desk.read(_begun, "", None, then=self._begin)
        what = what or {}
        self._visit = str(what.get("visit") or self._visit)
        place = what.get("place")
        if isinstance(place, Place):
            self._take_place(place)
        elif what.get("building"):
            self.desk.read(_begun, "", (what["building"], what.get("door", "")), then=self._begin_at)
        else:
            self.door.setFocus()

    def edit(self, request: RecordId) -> None:
        """Correct a request that was kept before."""
        self.desk.read(requests.entry, request, then=self._edit)

    def key_in(self, typed: str, otherwise: Callable[[], None]) -> None:
        """Open the form of a blank sheet by the number printed on it."""
        number = numbers.read(typed) or typed
        self.desk.read(_blank, number, then=lambda draft: self._key_in(draft, otherwise))

    def keep(self) -> None:
        """Save the request; what is wrong is said under its field."""
        commit_typing()
        for field in self._fields.values():
            field.say("")
        try:
            entry = self.entry()
        except BadValue as bad:
            self._refused(bad)
            return
        self.desk.write(_save, entry, self._key, then=self._kept, failed=self._refused)

    def entry(self) -> RequestEntry:
        """The form as records; the store gives id, number and time limit."""
        entry = self._so_far()
        if not entry.particulars.title:
            raise BadValue("title", tr("Write in a few words what was asked."))
        return entry

    def _so_far(self) -> RequestEntry:
        place = self._place()
        category = self.category.category
        if category is None:
            raise BadValue("category", tr("Choose the category first."))
        unit = self._unit(place)
        estate = self.estate.value if self._public else None
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
            public_place=self._public,
            agreed_on=self._agreed_on(category),
            visit=held.visit if held else self._visit,
        )
        particulars = Particulars(
            unit=request.unit,
            id=request.id,
            building=place.building.id if place else None,
            door=place.door if place else "",
            spot=self.spot.value if self._public else "",
            called=self.called.value if category.takes_person else "",
            title=self.title.value,
            text="" if category.restricted else self.text.value,
            hope="" if category.restricted else self.hope.value,
        )
        phone = self.phone.value if category.takes_person else ""
        contact = (
            Contact(unit=request.unit, id=request.id, phone=phone, how=self.how.value) if phone else None
        )
        return RequestEntry(request, particulars, contact)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Ctrl+Enter keeps it from any field."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.keep()
            return
        super().keyPressEvent(event)

    @property
    def _public(self) -> bool:
        return self._spot_row.isVisibleTo(self)

    @property
    def _key(self) -> str:
        if self._held is not None:
            return self._held.request.number
        return self._given[1] if self._given is not None else ""

    def _place(self) -> Place | None:
        if self._public:
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
        chosen = self._estates.get(self.estate.value) if self._public else None
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
        if not _by_date(category):
            return None
        if self.agreed.value and self.agreed.day is None:
            raise BadValue(
                "agreed_on", tr("“{text}” is not a day; write 11-23 or 今天.").format(text=self.agreed.value)
            )
        return self.agreed.day

    def _build(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(theme.px(look.M))
        self.door = DoorInput(self.desk)
        self.spot, self.estate = TextInput(SPOT), Choice([])
        self._estates: dict[object, Estate] = {}
        self.category = CategoryInput()
        self.called, self.phone = TextInput(CALLED), TextInput(PHONE)
        self.title, self.text = TextInput(TITLE), LongText(TEXT)
        self.hope, self.how = LongText(HOPE, 2), TextInput(HOW)
        self.day, self.agreed = DateInput(self._today), DateInput(self._today)
        self.pressing = Chips([(one, tr(name)) for one, name in PRESSING_NAMES.items()], tr("Urgency"))
        self.source = Chips([(one, tr(name)) for one, name in SOURCE_NAMES.items()], tr("Source"))
        self._fields = {
            "door": Field(tr("Door"), self.door, tr("3-2-501, or xfy3-2-501")),
            "spot": Field(tr("Public place"), self.spot, tr("for example: the lamp at the north gate")),
            "estate": Field(tr("Estate"), self.estate),
            "category": Field(tr("Category"), self.category, tr("Code, name or pinyin; ↓ shows all")),
            "called": Field(tr("Requester"), self.called, tr("Form of address, for example 王女士")),
            "phone": Field(tr("Telephone"), self.phone),
            "title": Field(tr("Title, up to {n} characters").format(n=TITLE), self.title),
            "text": Field(tr("What was asked, up to {n} characters").format(n=TEXT), self.text),
            "pressing": Field(tr("Urgency"), self.pressing),
            "source": Field(tr("Source"), self.source),
            "hope": Field(tr("Expectation"), self.hope),
            "how": Field(tr("How to reach"), self.how, tr("for example: evenings only")),
            "registered_at": Field(tr("Date of the request"), self.day),
            "agreed_on": Field(tr("Agreed date"), self.agreed),
        }
        page.addWidget(self._fields["door"])
        page.addWidget(self._public_place())
        self.elsewhere = Button("", "quiet", "map-pin")
        page.addWidget(self.elsewhere)
        page.addWidget(self._fields["category"])
        page.addWidget(self._phone_first())
        page.addWidget(self._alike())
        page.addWidget(self._fields["agreed_on"])
        page.addWidget(self._person())
        for name in ("title", "text", "pressing", "source"):
            page.addWidget(self._fields[name])
        page.addWidget(self._unfolding())
        self.more = Button(tr("Expectation, date, how to reach"), "quiet", "chevron-down")
        page.addWidget(self.more)
        page.addStretch(1)
        # Not in the column: the sheet keeps them in sight at its foot.
        self.save = Button(tr("Keep the request   Ctrl+Enter"), "primary", "check")
        self.kept_line = KeptLine()
        self._set_public(False)
        self._category_found(None)

    def _public_place(self) -> QWidget:
        self._spot_row = QWidget()
        rows = QVBoxLayout(self._spot_row)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(look.M))
        rows.addWidget(self._fields["estate"])
        rows.addWidget(self._fields["spot"])
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

    def _alike(self) -> QFrame:
        self.alike = QFrame()
        self.alike.setProperty("notice", "true")
        rows = QVBoxLayout(self.alike)
        rows.setContentsMargins(*(theme.px(look.M),) * 4)
        rows.setSpacing(theme.px(look.XS))
        rows.addWidget(Text(tr("Perhaps the same matter — open at this place already:")))
        self._alike_rows = QVBoxLayout()
        rows.addLayout(self._alike_rows)
        self.alike.hide()
        return self.alike

    def _person(self) -> QWidget:
        self._person_part = QWidget()
        rows = QVBoxLayout(self._person_part)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(look.XS))
        pair = QHBoxLayout()
        pair.setSpacing(theme.px(look.M))
        for name in ("called", "phone"):
            pair.addWidget(self._fields[name], 1, Qt.AlignmentFlag.AlignTop)
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
        for name in ("hope", "how", "registered_at"):
            rows.addWidget(self._fields[name])
        self.unfolded.hide()
        return self.unfolded

    def _connect(self) -> None:
        self.door.found.connect(lambda _: self._door_found())
        self.door.unknown.connect(lambda error: self._fields["door"].say(error.sentence()))
        self.door.textEdited.connect(lambda _: self._fields["door"].say(""))
        self.door.moved_on.connect(self.category.setFocus)
        self.elsewhere.clicked.connect(self._other_place)
        self.spot.entered.connect(self.category.setFocus)
        self.category.found.connect(self._category_found)
        self.category.textEdited.connect(lambda _: self._fields["category"].say(""))
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
        self.more.clicked.connect(self._unfold)
        self.save.clicked.connect(self.keep)
        self.kept_line.undone.connect(self._take_back)
        lines = (self.door, self.spot, self.category, self.called, self.phone, self.title, self.how)
        for one in (*lines, self.day, self.agreed):
            one.left.connect(self._keep_draft)
        for long_ in (self.text, self.hope):
            long_.left.connect(self._keep_draft)
        for chips in (self.pressing, self.source):
            chips.chosen.connect(lambda _: self._keep_draft())

    def _other_place(self) -> None:
        self._set_public(not self._public)
        (self.spot if self._public else self.door).setFocus()

    def _set_public(self, public: bool) -> None:
        self._spot_row.setVisible(public)
        self._fields["door"].setVisible(not public)
        self.elsewhere.setText(GAP + (tr("It was at a door") if public else tr("It was at a public place")))

    def _unfold(self) -> None:
        self.unfolded.show()
        self.more.hide()
        self.hope.setFocus()

    def _after_category(self) -> None:
        category = self.category.category
        if category is not None and _by_date(category):
            self.agreed.setFocus()
        else:
            self._first_person().setFocus()

    def _first_person(self) -> TextInput:
        return self.called if self._person_part.isVisibleTo(self) else self.title

    def _door_found(self) -> None:
        self._fields["door"].say("")
        self._look_for_alike()

    def _category_found(self, category: Category | None) -> None:
        self._fields["category"].say("")
        self._person_part.setVisible(category is None or category.takes_person)
        self._fields["agreed_on"].setVisible(category is not None and _by_date(category))
        restricted = category is not None and category.restricted
        self.text.setEnabled(not restricted)
        self.hope.setEnabled(not restricted)
        self._fields["text"].setVisible(not restricted)
        self._fields["hope"].setVisible(not restricted)
        name = tr("Full name") if category is not None and category.needs_name else tr("Requester")
        self._fields["called"].label.setText(name)
        self._show_phone_first()
        self._look_for_alike()

    def _show_phone_first(self) -> None:
        category = self.category.category
        first = category is not None and category.phone_first
        self.phone_first.setVisible(first or self.pressing.value is Pressing.EMERGENCY)

    def _look_for_alike(self) -> None:
        try:
            entry = self._so_far()
        except BadValue:
            self.alike.hide()
            return
        self.desk.read(caseload.alike, entry.request, entry.particulars, then=self._show_alike)

    def _show_alike(self, rows: Sequence[RequestRow]) -> None:
        clear(self._alike_rows)
        for row in rows[:3]:
            button = Button(f"{row.request.number}　{row.title}", "quiet", "clipboard-list")
            button.clicked.connect(lambda _=False, row=row: self.opened.emit(row.request.id))
            self._alike_rows.addWidget(button)
        self.alike.setVisible(bool(rows))

    def _take_place(self, place: Place) -> None:
        self._set_public(False)
        self.door.show_place(place)
        self._door_found()
        if self.source.value is None or self._visit:
            self.source.value = Source.VISIT
        self.category.setFocus()
        self._keep_draft()

    def _begin(self, begun: _Begun) -> None:
        self._estates = {estate.id: estate for estate in begun.estates}
        nowhere: list[tuple[object, str]] = [("", tr("No estate"))]
        self.estate.offer([*nowhere, *((estate.id, estate.name) for estate in begun.estates)])
        self._filling = True
        self.pressing.value = Pressing.NORMAL
        self.source.value = begun.source
        if begun.draft:
            self._restore(begun.draft, begun.place)
        self._filling = False

    def _begin_at(self, begun: _Begun) -> None:
        if begun.place is not None:
            self._take_place(begun.place)

    def _edit(self, entry: RequestEntry) -> None:
        self._empty()
        self._held = entry
        request, held = entry.request, entry.particulars
        contact = entry.contact
        fields = {
            "public": request.public_place or (held.building is None and bool(held.spot)),
            "spot": held.spot,
            "estate": request.estate.hex() if request.estate else "",
            "category": request.category,
            "called": held.called,
            "phone": contact.phone if contact else "",
            "how": contact.how if contact else "",
            "title": held.title,
            "text": held.text,
            "hope": held.hope,
            "pressing": str(request.pressing),
            "source": str(request.source),
            "day": local_day(request.registered_at).isoformat(),
            "agreed": request.agreed_on.isoformat() if request.agreed_on else "",
        }
        at = (held.building, held.door) if held.building else None
        self.desk.read(_begun, "", at, then=lambda begun: self._fill(fields, begun.place))

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

    def _kept(self, saved: RequestEntry) -> None:
        corrected = self._held is not None
        at = clock_time(self.desk.store.clock.now())
        self._undo = None if corrected else saved.request.id
        said = tr("Kept {time}, number {n}").format(time=at, n=saved.request.number)
        self._empty()
        self.kept_line.say(said, undo=not corrected)
        self.kept.emit(saved.request.id, corrected)
        if not corrected:
            self.door.setFocus()

    def _take_back(self) -> None:
        if self._undo is not None:
            gone, self._undo = self._undo, None
            self.desk.write(take_back, gone, then=lambda _: self.kept_line.say(tr("Taken back.")))

    def _refused(self, error: GridbookError) -> None:
        name = error.field if isinstance(error, BadValue) else "title"
        name = name if name in self._fields else "title"
        if name in ("hope", "how", "registered_at"):
            self._unfold()
        self._fields[name].say(error.sentence())
        self._fields[name].input.setFocus()

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
        self._set_public(False)
        self._category_found(None)
        self.alike.hide()
        self._filling = False

    def _fields_now(self) -> Mapping[str, Any]:
        place = self.door.place
        estate = self.estate.value
        fields: dict[str, Any] = {
            "door": self.door.value,
            "building": place.building.id.hex() if place else "",
            "at": place.door if place else "",
            "public": self._public,
            "estate": estate.hex() if isinstance(estate, bytes) else "",
            "category": self.category.code,
            "pressing": str(self.pressing.value or ""),
            "source": str(self.source.value or ""),
            "visit": self._visit,
        }
        words = {name: getattr(self, name).value for name in _WORDS}
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
        self._set_public(bool(fields.get("public")))
        estate = str(fields.get("estate", ""))
        self.estate.value = bytes.fromhex(estate) if estate else ""
        self.category.code = str(fields.get("category", ""))
        self.pressing.value = fields.get("pressing") or Pressing.NORMAL
        self.source.value = fields.get("source") or self.source.value
        self._visit = str(fields.get("visit", ""))
        if place is not None:
            self.door.show_place(place)
        else:
            self.door.value = str(fields.get("door", ""))
        self._category_found(self.category.category)
        if self.hope.value or self.how.value or self.day.value:
            self.unfolded.show()
            self.more.hide()
        if self._held is None and self.title.value:
            self.kept_line.say(tr("This half-filled form was kept for you."))

    def _today(self) -> date:
        return self.desk.store.clock.now().astimezone(LOCAL).date()


_WORDS = ("spot", "called", "phone", "how", "title", "text", "hope", "day", "agreed")
"""The inputs whose text is kept as it is typed."""


def _by_date(category: Category) -> bool:
    return Limit.read(category.limit).kind is LimitKind.BY_DATE


def _begun(session: Session, key: str, at: tuple[RecordId, str] | None) -> _Begun:
    draft = drafts.get(session, FORM, key)
    fields = None if draft is None else draft.fields
    known = places.known(session)
    if at is None and fields and fields.get("building"):
        at = (bytes.fromhex(fields["building"]), str(fields.get("at", "")))
    place = known.at(*at) if at is not None and at[0] in known.buildings else None
    source = str(preferences.value(session, STICKY_SOURCE, ""))
    first = Source.VISIT if level_of(session.unit) is Level.GRID else Source.DESK
    return _Begun(source or str(first), fields, place, places.estates(session))


def _blank(session: Session, number: str) -> Mapping[str, Any] | None:
    draft = drafts.get(session, FORM, number)
    return None if draft is None else draft.fields


def _save(session: Session, entry: RequestEntry, key: str) -> RequestEntry:
    """The request, the source that stays for the next one and the end of the draft, in one transaction."""
    saved = requests.save(session, entry)
    preferences.keep(session, STICKY_SOURCE, str(entry.request.source))
    drafts.drop(session, FORM, key)
    prints.mark_keyed_in(session, saved.request.number)
    return saved
