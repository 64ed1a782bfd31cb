"""The doors of one list: added by typing, struck off by a key, visited with Enter."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import tr
from gridbook.records.base import RecordId
from gridbook.records.place import Place
from gridbook.records.visit import VisitReason
from gridbook.records.worklist import ListDoor, Round, WorkList
from gridbook.sheets.from_book import Wanted
from gridbook.store import places, units, worklists
from gridbook.store.session import Session
from gridbook.store.worklists import BY_CLOSING, BY_HAND, BY_VISIT, ItemRow, Listing, Wish
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.days import short_day
from gridbook.ui.parts.door import DoorInput
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.fields import Choice, Field
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.table import Column, RecordTable
from gridbook.ui.parts.text import SYMBOLS, Muted
from gridbook.ui.theme import Type, theme


@dataclass(frozen=True, slots=True)
class Held:
    """The lists of one kind, the one that is shown, and its doors."""

    listings: Sequence[tuple[RecordId, str]]
    shown: Listing | None
    doors: Sequence[ItemRow]
    places: Sequence[Place] = ()
    """The doors that are still to be done, as a sheet of paper takes them."""


class DoorsPart(QWidget):
    """Entry lists or rounds: which list, its doors, and what can be done with them."""

    started = Signal()
    opened = Signal(str, object)

    def __init__(self, desk: Desk, cls: type[Listing]) -> None:
        super().__init__()
        self.desk = desk
        self.kind = cls
        self.held = Held((), None, ())
        self._wanted: RecordId = b""
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(theme.px(look.M))
        page.addLayout(self._head())
        self.word = Muted("", Type.CAPTION)
        page.addWidget(self.word)
        self.table: RecordTable[ItemRow] = RecordTable(
            self._columns(), tr("Doors of the list"), self._empty()
        )
        self.table.chosen.connect(self._visit)
        self.table.view.selectionModel().selectionChanged.connect(lambda *_: self._offer())
        page.addWidget(self.table, 1)
        page.addWidget(self._foot())
        space = QShortcut(QKeySequence("Space"), self.table.view)
        space.setContext(Qt.ShortcutContext.WidgetShortcut)
        space.activated.connect(self._strike)

    def load(self) -> None:
        """Ask for the lists and the doors of the one that is shown."""
        self.desk.read(_read, self.kind, self._wanted, then=self._show)

    def show_list(self, listed: RecordId) -> None:
        """Show a certain list."""
        self._wanted = listed
        self.load()

    def print_doors(self) -> None:
        """Print a sheet with the doors that are still to be done."""
        if self.held.shown is not None:
            purpose = worklists.name(self.held.shown)
            self.opened.emit("print", Wanted("P3", doors=tuple(self.held.places), purpose=purpose))

    def _head(self) -> QBoxLayout:
        # At large type the buttons stand below the fields.
        way = QBoxLayout.Direction.LeftToRight if theme.roomy else QBoxLayout.Direction.TopToBottom
        head = QBoxLayout(way)
        head.setSpacing(theme.px(look.S))
        fields, buttons = QHBoxLayout(), QHBoxLayout()
        for row in (fields, buttons):
            row.setSpacing(theme.px(look.S))
        self.choice = Choice([])
        self.choice.activated.connect(lambda _: self._choose())
        self._which = Field(tr("List"), self.choice)
        self.door = DoorInput(self.desk)
        self._of_door = Field(tr("Add a door"), self.door)
        self.door.found.connect(self._add)
        self.door.unknown.connect(lambda error: self._of_door.say(error.sentence()))
        self.door.textEdited.connect(lambda _: self._of_door.say(""))
        top = Qt.AlignmentFlag.AlignTop
        fields.addWidget(self._which, 3, top)
        fields.addWidget(self._of_door, 3, top)
        self.add = Button(tr("New round") if self.kind is Round else tr("New list"), "primary", "plus")
        self.add.clicked.connect(self.started)
        self.agreed = Button(tr("Take over what was agreed"), "plain", "calendar")
        self.agreed.setVisible(self.kind is WorkList)
        self.agreed.clicked.connect(self._take_over)
        if theme.roomy:
            buttons.addStretch(1)
        for button in (self.agreed, self.add):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        if not theme.roomy:
            buttons.addStretch(1)
        head.addLayout(fields, 1)
        head.addLayout(buttons)
        return head

    def _foot(self) -> QWidget:
        foot = QWidget()
        flow = Flow(foot, gap=theme.px(look.S))
        self.visit = Button(tr("Record a visit"), "plain", "footprints")
        self.visit.clicked.connect(self._visit_selected)
        self.strike = Button(tr("Strike off"), "plain", "check")
        self.strike.clicked.connect(self._strike)
        self.off = Button(tr("Take off the list"), "quiet", "x")
        self.off.clicked.connect(self._take_off)
        self.remove = Button(tr("Remove the list"), "quiet", "trash-2")
        self.remove.clicked.connect(self._remove)
        self.paper = Button(tr("Print a sheet for these doors"), "plain", "printer")
        self.paper.clicked.connect(self.print_doors)
        for button in (self.visit, self.strike, self.paper, self.off, self.remove):
            flow.addWidget(button)
        return foot

    def _empty(self) -> EmptyState:
        if self.kind is Round:
            said, act = (
                tr("A round goes to doors for a public purpose until a day; then it is deleted."),
                tr("New round"),
            )
        else:
            said, act = (
                tr("The doors that were agreed on for a day stand here; a visit strikes them off."),
                tr("New list"),
            )
        empty = EmptyState(said, act, "clipboard-list")
        empty.acted.connect(self.started)
        return empty

    def _columns(self) -> list[Column[ItemRow]]:
        made = [Column[ItemRow](tr("Door"), lambda row: row.place, width=240, stretch=True)]
        if self.kind is WorkList:
            made.append(Column(tr("For the request"), _request, width=260, spare=1))
        made.append(Column(tr("Struck off"), _struck, width=200, badge=_state))
        return made

    def _show(self, held: Held) -> None:
        self.held = held
        self._wanted = held.shown.id if held.shown is not None else b""
        self.choice.offer(held.listings)
        self.choice.value = self._wanted or None
        for one in (self._which, self._of_door, self.strike, self.visit, self.off, self.remove, self.paper):
            one.setVisible(held.shown is not None)
        self.agreed.setVisible(held.shown is not None and self.kind is WorkList)
        self.table.show_rows(held.doors)
        self._say()
        self._offer()

    def _say(self) -> None:
        shown = self.held.shown
        if shown is None:
            self.word.setText("")
            return
        left = sum(row.open for row in self.held.doors)
        told = tr("{n} doors still to do.").format(n=left) if left else tr("Everything is struck off.")
        end = short_day(shown.ends_on)
        kept = (
            tr("The round and its doors are deleted after {day}.").format(day=end)
            if isinstance(shown, Round)
            else tr("The list is for {day}.").format(day=end)
        )
        self.word.setText(f"{told if self.held.doors else ''} {kept}".strip())

    def _offer(self) -> None:
        chosen = self.table.selected()
        self.visit.setEnabled(len(chosen) == 1)
        by_hand = [row for row in chosen if row.struck_by == BY_HAND]
        still = [row for row in chosen if row.open]
        self.strike.setEnabled(bool(by_hand or still))
        self.strike.name(tr("Strike off") if still or not by_hand else tr("Put back on the list"))
        self.off.setEnabled(bool(chosen))
        self.paper.setEnabled(bool(self.held.places))

    def _choose(self) -> None:
        chosen = self.choice.value
        if isinstance(chosen, bytes):
            self.show_list(chosen)

    def _add(self, place: Place) -> None:
        shown = self.held.shown
        if shown is None:
            return
        wish = Wish(place.building.id, place.door)
        self.desk.write(worklists.add, shown, [wish], then=self._added, failed=self._refused)

    def _added(self, made: Sequence[object]) -> None:
        self.door.show_place(None)
        self._of_door.say("" if made else tr("This door is on the list already."))
        self.door.setFocus()

    def _refused(self, error: GridbookError) -> None:
        self._of_door.say(error.sentence())

    def _take_over(self) -> None:
        if self.held.shown is not None:
            self.desk.write(_take_over, self.held.shown, then=self._took_over)

    def _took_over(self, count: int) -> None:
        self.word.setText(
            tr("{n} doors taken over.").format(n=count)
            if count
            else tr("Nothing more was agreed for this day.")
        )

    def _strike(self) -> None:
        rows = self.table.selected()
        still = [row.item for row in rows if row.open]
        back = [row.item for row in rows if row.struck_by == BY_HAND]
        if still or back:
            self.desk.write(_strike, still or back, done=bool(still))

    def _take_off(self) -> None:
        rows = self.table.selected()
        if rows:
            self.desk.write(_take_off, [row.item for row in rows])

    def _remove(self) -> None:
        if self.held.shown is not None:
            self.desk.write(worklists.remove, self.held.shown)

    def _visit_selected(self) -> None:
        for row in self.table.selected()[:1]:
            self._visit(row)

    def _visit(self, row: ItemRow) -> None:
        what = {"building": row.item.building, "door": row.item.door}
        if self.kind is Round:
            what["reason"] = VisitReason.FACILITY
        self.opened.emit("visits", what)


def _request(row: ItemRow) -> str:
    number = row.item.number if isinstance(row.item, ListDoor) else ""
    return " ".join(part for part in (number, row.title) if part)


def _state(row: ItemRow) -> str:
    return "information" if row.open else "done"


def _struck(row: ItemRow) -> str:
    if row.struck_on is None:
        return f"{SYMBOLS['information']} {tr('to do')}"
    words = {BY_HAND: tr("by hand"), BY_VISIT: tr("by a visit"), BY_CLOSING: tr("request closed")}
    return f"{SYMBOLS['done']} {short_day(row.struck_on)} {words[row.struck_by]}"


def _read(session: Session, cls: type[Listing], wanted: RecordId) -> Held:
    listings = worklists.of_kind(session, cls)
    shown = next((one for one in listings if one.id == wanted), listings[0] if listings else None)
    named = [(one.id, _named(session, one)) for one in listings]
    if shown is None:
        return Held(named, None, ())
    doors, known = worklists.doors(session, shown), places.known(session)
    return Held(
        named, shown, doors, [known.at(row.item.building, row.item.door) for row in doors if row.open]
    )


def _named(session: Session, listing: Listing) -> str:
    """What a list is called; of another unit's list also whose it is."""
    whose = "" if listing.unit == session.unit else units.name(session, listing.unit)
    return " · ".join(part for part in (worklists.name(listing), whose) if part)


def _strike(session: Session, items: Sequence[worklists.Item], *, done: bool) -> None:
    for item in items:
        worklists.strike(session, item, done=done)


def _take_off(session: Session, items: Sequence[worklists.Item]) -> None:
    for item in items:
        worklists.take_off(session, item)


def _take_over(session: Session, listing: Listing) -> int:
    return len(worklists.add(session, listing, worklists.agreed(session, listing.starts_on)))
