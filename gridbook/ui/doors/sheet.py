"""A door: its open cases, the visits of this door, and the two buttons that record something new."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from gridbook.i18n import tr
from gridbook.records.base import LOCAL, RecordId
from gridbook.records.care import EVERY_NAMES
from gridbook.records.request import STATUS_NAMES
from gridbook.records.visit import OUTCOME_NAMES, REASON_NAMES
from gridbook.store import care, caseload, places, visits
from gridbook.store.care import CareRow
from gridbook.store.caseload import RequestRow
from gridbook.store.session import Session
from gridbook.store.visits import VisitRow
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import SideSheet, clear
from gridbook.ui.parts.days import short_day
from gridbook.ui.parts.due import days_left, due_word
from gridbook.ui.parts.text import Badge, Heading, Muted, Text
from gridbook.ui.theme import Type, theme

WIDTH = 420
MOST = 12


@dataclass(frozen=True, slots=True)
class _Door:
    building: RecordId
    door: str
    place: str
    cases: Sequence[tuple[RequestRow, str]]
    agreed: Sequence[CareRow]
    visits: Sequence[VisitRow]


class DoorSheet(SideSheet):
    """What this book holds about a door: cases and visits, never who lives there."""

    opened = Signal(str, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Door"), width=WIDTH)
        self.desk = desk
        self.building: RecordId = b""
        self.door = ""
        self.paper: dict[str, list[str]] = {}
        """What F6 prints here: numbers of open requests, or else of the newest visit."""
        self.visit = Button(tr("Record a visit"), "primary", "footprints")
        self.request = Button(tr("Record a request"), "plain", "clipboard-list")
        self.foot.addWidget(self.visit)
        self.foot.addWidget(self.request)
        self.foot.addStretch(1)
        self.held = Button(tr("Print what is held about this door"), "quiet", "printer")
        self.held.clicked.connect(lambda: self._record("print"))
        self.visit.clicked.connect(lambda: self._record("visits"))
        self.request.clicked.connect(lambda: self._record("requests"))
        self._agreed = QVBoxLayout()
        self._agreed.setSpacing(theme.px(look.XS))
        self.body.addLayout(self._agreed)
        self._cases, self._visits = QVBoxLayout(), QVBoxLayout()
        for title, rows in ((tr("Requests"), self._cases), (tr("Visits"), self._visits)):
            rows.setSpacing(theme.px(look.XS))
            self.body.addWidget(Heading(title, Type.SECTION))
            self.body.addLayout(rows)
        self.body.addWidget(self.held)
        self.body.addStretch(1)

    def show_door(self, building: RecordId, door: str) -> None:
        """Ask what is known of a door."""
        self.building, self.door = building, door
        self.reload()
        self.visit.setFocus()

    def reload(self) -> None:
        """Ask again."""
        if self.door:
            self.desk.read(_door, self.building, self.door, then=self._show)

    def _show(self, found: _Door) -> None:
        if (found.building, found.door) != (self.building, self.door):
            return
        self.title.setText(found.place)
        open_cases = [row.request.number for row, _ in found.cases if row.state.open]
        newest = [row.visit.number for row in found.visits[:1]]
        self.paper = {"requests": open_cases} if open_cases else {"visits": newest}
        clear(self._agreed)
        for agreed in found.agreed:
            self._agreed.addWidget(self._care(agreed))
        clear(self._cases)
        for row, word in found.cases[:MOST]:
            self._cases.addWidget(self._case(row, word))
        if not found.cases:
            self._cases.addWidget(Muted(tr("No request at this door.")))
        clear(self._visits)
        for visit in found.visits[:MOST]:
            self._visits.addWidget(self._visit(visit))
        if not found.visits:
            self._visits.addWidget(Muted(tr("No visit written down at this door.")))

    def _care(self, row: CareRow) -> Button:
        button = Button("", "row")
        due = self.desk.store.clock.now().astimezone(LOCAL).date() >= row.due_on
        word = short_day(row.due_on)
        what = f"{tr('Care contact')} · {row.care.called}"
        button.setAccessibleName(f"{what}，{word}")
        button.clicked.connect(lambda: self.opened.emit("lists", row.care.id))
        inside = _inside(button, what, tr(EVERY_NAMES[row.care.every]))
        inside.addWidget(
            Badge("due soon" if due else "on time", word), alignment=Qt.AlignmentFlag.AlignVCenter
        )
        return button

    def _case(self, row: RequestRow, word: str) -> Button:
        button = Button("", "row")
        button.setAccessibleName(f"{row.title}，{tr(STATUS_NAMES[row.state.status])}，{word}")
        button.clicked.connect(lambda: self.opened.emit("requests", row.request.id))
        inside = _inside(button, row.title, f"{row.request.number} · {tr(STATUS_NAMES[row.state.status])}")
        inside.addWidget(Badge(str(row.urgency), word), alignment=Qt.AlignmentFlag.AlignVCenter)
        return button

    def _visit(self, row: VisitRow) -> Button:
        visit = row.visit
        items = "；".join(row.details.items) if row.details else ""
        what = items or tr(REASON_NAMES[visit.reason])
        button = Button("", "row")
        when = short_day(visit.visited_on)
        button.setAccessibleName(f"{when}，{what}")
        button.clicked.connect(lambda: self.opened.emit("visits", visit.id))
        _inside(button, what, f"{when} · {tr(OUTCOME_NAMES[visit.outcome])}")
        return button

    def _record(self, screen: str) -> None:
        self.opened.emit(screen, {"building": self.building, "door": self.door})


def _inside(button: Button, what: str, below: str) -> QHBoxLayout:
    inside = QHBoxLayout(button)
    inside.setContentsMargins(theme.px(look.S), theme.px(look.XS), theme.px(look.S), theme.px(look.XS))
    words = QVBoxLayout()
    words.setSpacing(0)
    for text in (Text(what), Muted(below, Type.CAPTION)):
        text.setWordWrap(False)
        text.setSizePolicy(text.sizePolicy().Policy.Ignored, text.sizePolicy().Policy.Preferred)
        words.addWidget(text)
    inside.addLayout(words, 1)
    return inside


def _door(session: Session, building: RecordId, door: str) -> _Door:
    cases = [
        (row, due_word(row, days_left(session, row.state.due_at)))
        for row in caseload.of_door(session, building, door)
    ]
    place = places.known(session).at(building, door).text
    agreed = [row for row in care.of_door(session, building, door) if row.holds]
    return _Door(building, door, place, cases, agreed, visits.of_door(session, building, door))
