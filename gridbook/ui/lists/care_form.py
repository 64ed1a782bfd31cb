"""The form of a care contact: door, how often, what is wanted, and the signatures it rests on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from gridbook.errors import BadValue, GridbookError
from gridbook.i18n import tr
from gridbook.records.base import LOCAL, RecordId, rule_of
from gridbook.records.care import (
    CONSENT_FORM,
    EVERY_NAMES,
    About,
    CareContact,
    CareEntry,
    Consent,
    EmergencyContact,
    Every,
    InEmergency,
    a_year_after,
)
from gridbook.records.place import Place
from gridbook.store import care, drafts, places
from gridbook.store.session import Session
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.days import DateInput
from gridbook.ui.parts.door import DoorInput
from gridbook.ui.parts.fields import Field, TextInput, commit_typing
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.text import Heading, Muted
from gridbook.ui.theme import Type, theme

FORM = "care"
WISHES = ("phone_first", "at_home", "waits", "meals", "haircut", "shopping")


class CareForm(QWidget):
    """An agreement being written, changed or renewed; every field is kept as a draft when it is left."""

    kept = Signal(object, bool)
    """What was kept, and whether it is new."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._held: CareEntry | None = None
        self._filling = False
        self.save = Button(tr("Keep the agreement"), "primary", "check")
        self._build()
        self._connect()

    def start(self, what: Mapping[str, Any] | None = None) -> None:
        """A new agreement, perhaps at a door that was clicked elsewhere."""
        self._held = None
        self._fill(None)
        if what and what.get("door"):
            self.desk.read(_place, what["building"], what["door"], then=self._take_door)
        else:
            self.desk.read(drafts.get, FORM, then=self._restore)
            self.door.setFocus()

    def change(self, held: CareEntry, *, renew: bool = False) -> None:
        """Change an agreement; renewed it is signed anew and holds for another year."""
        self._held = held
        self._fill(held)
        self.desk.read(_place, held.care.building, held.care.door, then=self.door.show_place)
        if renew:
            self.signed_on.day = self._today()
            self.ends_on.day = a_year_after(self._today())
            if held.emergency is not None:
                self.emergency_signed_on.day = self._today()
            self.signed_on.setFocus()
        else:
            self.desk.read(drafts.get, FORM, self._key(), then=self._restore)
            self.called.setFocus()

    def entry(self) -> CareEntry:
        """The form as records; the store fills in ids and numbers."""
        place = self.door.place
        if place is None:
            raise BadValue("door", tr("Which door was it?"))
        if self.every.value is None:
            raise BadValue("every", tr("Choose one with its digit."))
        signed = self._day("signed_on", self.signed_on)
        ends = self._day("ends_on", self.ends_on) if self.ends_on.value else a_year_after(signed)
        new: dict[str, Any] = {"unit": self.desk.store.unit, "id": b""}
        fields: dict[str, Any] = {
            "building": place.building.id,
            "door": place.door,
            "called": self.called.value,
            "phone": self.phone.value,
            "every": self.every.value,
            "agreed_on": signed,
            "ends_on": ends,
            **{name: box.isChecked() for name, box in self.wishes.items()},
        }
        if self._held is None:
            made = CareContact(**new, number="", **fields)
            proof = _proof(About.CARE, signed, ends, new)
        else:
            made = replace(self._held.care, **fields)
            proof = replace(self._held.consent, signed_on=signed, ends_on=ends)
        return CareEntry(made, proof, self._emergency(ends, new))

    def keep(self) -> None:
        """Save it; what is wrong is said under its field."""
        commit_typing()
        for field in self._fields.values():
            field.say("")
        try:
            made = self.entry()
        except BadValue as bad:
            self._refused(bad)
            return
        self.desk.write(_save, made, self._key(), then=self._kept, failed=self._refused)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Ctrl+Enter keeps it from any field."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.keep()
            return
        super().keyPressEvent(event)

    def _build(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(theme.px(look.M))
        self.door = DoorInput(self.desk)
        self.called, self.phone = TextInput(20), TextInput(20)
        self.every = Chips([(one, tr(word)) for one, word in EVERY_NAMES.items()], tr("How often"))
        labels = rule_of(CareContact)
        self.wishes = {name: QCheckBox(tr(labels.field(name).label)) for name in WISHES}
        self.signed_on, self.ends_on = DateInput(self._today), DateInput(self._today)
        self.emergency_called, self.emergency_phone = TextInput(20), TextInput(20)
        self.emergency_signed_on = DateInput(self._today)
        self._fields = {
            "door": Field(tr("Door"), self.door),
            "called": Field(tr("Form of address"), self.called, tr("for example 王阿姨")),
            "phone": Field(tr("Telephone"), self.phone),
            "every": Field(tr("How often"), self.every),
            "signed_on": Field(tr("Consent signed on"), self.signed_on),
            "ends_on": Field(tr("Holds until, a year at most"), self.ends_on),
            "emergency_called": Field(tr("Form of address"), self.emergency_called),
            "emergency_phone": Field(tr("Telephone"), self.emergency_phone),
            "emergency_signed_on": Field(tr("Consent signed on"), self.emergency_signed_on),
        }
        page.addWidget(self._fields["door"])
        page.addLayout(self._row("called", "phone"))
        page.addWidget(self._fields["every"])
        wished = QWidget()
        flow = Flow(wished, gap=theme.px(look.L))
        for box in self.wishes.values():
            flow.addWidget(box)
        page.addWidget(wished)
        page.addLayout(self._row("signed_on", "ends_on"))
        page.addWidget(
            Muted(
                tr("The signed paper stays in the office; here stands only that it was signed."), Type.CAPTION
            )
        )
        page.addWidget(Heading(tr("To be called in an emergency"), Type.SECTION))
        page.addWidget(
            Muted(tr("Only with that person's own signature. Leave it empty if there is none."), Type.CAPTION)
        )
        page.addLayout(self._row("emergency_called", "emergency_phone"))
        page.addLayout(self._row("emergency_signed_on", ""))
        page.addStretch(1)

    def _row(self, *names: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(look.M))
        for name in names:
            row.addWidget(self._fields[name] if name else QWidget(), 1, Qt.AlignmentFlag.AlignTop)
        return row

    def _connect(self) -> None:
        self.save.clicked.connect(self.keep)
        self.door.unknown.connect(lambda error: self._fields["door"].say(error.sentence()))
        self.door.textEdited.connect(lambda _: self._fields["door"].say(""))
        self.door.moved_on.connect(self.called.setFocus)
        self.called.entered.connect(self.phone.setFocus)
        self.phone.entered.connect(self.every.setFocus)
        self.every.moved_on.connect(self.signed_on.setFocus)
        self.signed_on.entered.connect(self.ends_on.setFocus)
        self.ends_on.entered.connect(self.emergency_called.setFocus)
        self.emergency_called.entered.connect(self.emergency_phone.setFocus)
        self.emergency_phone.entered.connect(self.emergency_signed_on.setFocus)
        self.emergency_signed_on.entered.connect(self.save.setFocus)
        self.signed_on.left.connect(self._offer_end)
        for name, field in self._fields.items():
            if name != "every" and isinstance(field.input, TextInput):
                field.input.left.connect(self._keep_draft)
        self.every.chosen.connect(lambda _: self._keep_draft())
        for box in self.wishes.values():
            box.clicked.connect(lambda _: self._keep_draft())

    def _emergency(self, ends: date, new: Mapping[str, Any]) -> InEmergency | None:
        called, phone = self.emergency_called.value, self.emergency_phone.value
        if not called and not phone:
            return None
        signed = self._day("emergency_signed_on", self.emergency_signed_on)
        held = self._held.emergency if self._held is not None else None
        if held is not None and held.contact.called == called:
            return InEmergency(
                replace(held.contact, phone=phone), replace(held.consent, signed_on=signed, ends_on=ends)
            )
        contact = EmergencyContact(**new, care=b"", called=called, phone=phone, ends_on=ends)
        return InEmergency(contact, _proof(About.EMERGENCY, signed, ends, new))

    def _day(self, name: str, typed: DateInput) -> date:
        if typed.day is None:
            text = typed.value
            raise BadValue(
                name,
                tr("“{text}” is not a day; write 11-23 or 今天.").format(text=text)
                if text
                else tr("When was the consent signed? Without a signature nothing is written down."),
            )
        return typed.day

    def _offer_end(self) -> None:
        if self.signed_on.day is not None and not self.ends_on.value:
            self.ends_on.day = a_year_after(self.signed_on.day)

    def _fill(self, held: CareEntry | None) -> None:
        self._filling = True
        for field in self._fields.values():
            field.say("")
        self.door.show_place(None)
        self.called.value = held.care.called if held else ""
        self.phone.value = held.care.phone if held else ""
        self.every.value = held.care.every if held else Every.FORTNIGHT
        for name, box in self.wishes.items():
            box.setChecked(bool(held and getattr(held.care, name)))
        self.signed_on.day = held.consent.signed_on if held else None
        self.ends_on.day = held.care.ends_on if held else None
        emergency = held.emergency if held else None
        self.emergency_called.value = emergency.contact.called if emergency else ""
        self.emergency_phone.value = emergency.contact.phone if emergency else ""
        self.emergency_signed_on.day = emergency.consent.signed_on if emergency else None
        self._filling = False

    def _take_door(self, place: Place) -> None:
        self.door.show_place(place)
        self.called.setFocus()

    def _today(self) -> date:
        return self.desk.store.clock.now().astimezone(LOCAL).date()

    def _key(self) -> str:
        return self._held.care.number if self._held is not None else ""

    def _keep_draft(self) -> None:
        words = {
            name: field.input.value
            for name, field in self._fields.items()
            if isinstance(field.input, TextInput)
        }
        if self._filling or not any(words.values()):
            return
        marks = [name for name, box in self.wishes.items() if box.isChecked()]
        self.desk.write(
            drafts.keep, FORM, self._key(), {**words, "every": str(self.every.value or ""), "wishes": marks}
        )

    def _restore(self, draft: drafts.Draft | None) -> None:
        if draft is None or draft.key != self._key():
            return
        self._filling = True
        for name, field in self._fields.items():
            if isinstance(field.input, TextInput):
                field.input.value = str(draft.fields.get(name, ""))
        self.door.place = None
        self.door.resolve()
        self.every.value = next((one for one in Every if one == draft.fields.get("every")), None)
        for name, box in self.wishes.items():
            box.setChecked(name in draft.fields.get("wishes", ()))
        self._filling = False

    def _kept(self, entry: CareEntry) -> None:
        # What stood in the fields would become a draft again as soon as the keyboard leaves them.
        new, self._held = self._held is None, None
        self._fill(None)
        self.kept.emit(entry, new)

    def _refused(self, error: GridbookError) -> None:
        name = error.field if isinstance(error, BadValue) and error.field in self._fields else "door"
        self._fields[name].say(error.sentence())
        self._fields[name].input.setFocus()


def _proof(about: About, signed: date, ends: date, new: Mapping[str, Any]) -> Consent:
    return Consent(**new, about=about, number="", signed_on=signed, paper=CONSENT_FORM, ends_on=ends)


def _place(session: Session, building: RecordId, door: str) -> Place:
    return places.known(session).at(building, door)


def _save(session: Session, made: CareEntry, draft: str) -> CareEntry:
    """The agreement and the end of its draft, in one transaction."""
    kept = care.save(session, made)
    drafts.drop(session, FORM, draft)
    return kept
