"""Doors: estates and buildings on the left, the building's picture on the right, a door's sheet beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gridbook.i18n import N_, tr
from gridbook.records.base import RecordId
from gridbook.records.care import CareContact, Consent
from gridbook.records.place import Building, Estate, Pattern, Place
from gridbook.records.request import Particulars, Request
from gridbook.records.visit import Visit, VisitDetails
from gridbook.sheets.from_book import Wanted
from gridbook.store import doors, places
from gridbook.store.doors import DoorView
from gridbook.store.session import Session
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.doors.cells import LEGEND
from gridbook.ui.doors.form import PlaceForm
from gridbook.ui.doors.sheet import WIDTH, DoorSheet
from gridbook.ui.doors.view import BuildingView
from gridbook.ui.parts.beside import LOW, Beside
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import SideSheet
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.text import Heading, Muted, OneLine, Text
from gridbook.ui.screen import Screen
from gridbook.ui.theme import Type, theme

LIST = 208
PICTURE = "P17"
"""The sheet that has the whole building of a door."""


@dataclass(frozen=True, slots=True)
class _Held:
    """The estates of the book, each with its buildings."""

    estates: Sequence[tuple[Estate, Sequence[Building]]]


class _Buildings(QListWidget):
    """Estates as headings, buildings as rows; Enter goes into the picture."""

    entered_building = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter and the arrow to the right go into the picture."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right):
            self.entered_building.emit()
            return
        super().keyPressEvent(event)


class DoorsScreen(Screen):
    """Where the doors are, and what is open behind them."""

    NAME = "doors"
    TITLE = N_("Doors")
    SHOWS = frozenset({Estate, Building, Request, Particulars, Visit, VisitDetails, CareContact, Consent})
    FULL_WIDTH = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._estates: dict[RecordId, Estate] = {}
        self._wanted: tuple[RecordId, str] | None = None
        self._shown: DoorView | None = None
        self.sheet = DoorSheet(desk)
        self.form = PlaceForm(desk)
        self.form_sheet = SideSheet(tr("New estate"), width=WIDTH)
        self.form_sheet.body.addWidget(self.form)
        self.beside = Beside(self._main(), (self.sheet, WIDTH), (self.form_sheet, WIDTH))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.beside)
        self._connect()

    def load(self) -> None:
        """Ask for estates and buildings, and for the building that is shown."""
        self.desk.read(_held, then=self._show_list)
        self.sheet.reload()

    def open(self, what: object) -> None:
        """A door (`building` and `door`, or a place), or a building by its id."""
        if isinstance(what, Place):
            what = {"building": what.building.id, "door": what.door}
        if isinstance(what, Mapping) and what.get("building"):
            self._wanted = (what["building"], str(what.get("door", "")))
            self.load()
        elif isinstance(what, bytes):
            self._wanted = (what, "")
            self.load()

    def step_back(self) -> bool:
        """Esc: close the sheet, back to the picture."""
        sheet = self.beside.open_sheet()
        if sheet is None:
            return False
        sheet.close_sheet()
        self.view.setFocus()
        return True

    def print_pages(self) -> None:
        """F6: print what is open at the door, or its newest visit."""
        self.opened.emit("print", self.sheet.paper)

    def _main(self) -> QWidget:
        whole = QWidget()
        page = QVBoxLayout(whole)
        self.empty = EmptyState(
            tr("Every estate with its buildings stands here. A building is written once, as a pattern."),
            tr("Add the first estate"),
            "building-2",
        )
        page.addWidget(self.empty, 1)
        self._filled = QWidget()
        row = QHBoxLayout(self._filled)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(look.XL))
        row.addWidget(self._places())
        row.addLayout(self._picture(), 1)
        page.addWidget(self._filled, 1)
        self._filled.hide()
        return whole

    def _places(self) -> QWidget:
        self.places = QWidget()
        self.places.setFixedWidth(theme.px(LIST))
        column = QVBoxLayout(self.places)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(look.S))
        column.addWidget(Heading(tr(self.TITLE)))
        self.list = _Buildings()
        self.list.setAccessibleName(tr("Estates and buildings"))
        column.addWidget(self.list, 1)
        buttons = Flow(gap=0)
        self.from_register = Button(tr("From an old register"), "quiet", "upload")
        column.addWidget(self.from_register)
        self.add_estate = Button(tr("New estate"), "quiet")
        self.add_building = Button(tr("New building"), "quiet")
        buttons.addWidget(self.add_estate)
        buttons.addWidget(self.add_building)
        column.addLayout(buttons)
        return self.places

    def _picture(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(theme.px(look.S))
        head = QHBoxLayout()
        self.title = OneLine("", Type.SECTION)
        self.change = Button(tr("Change"), "quiet", "pencil")
        self.farther = _small("−", tr("Farther away (-)"))
        self.nearer = _small("+", tr("Nearer (+)"))
        self.whole = _small("⤢", tr("The whole building (*)"))
        self.print = Button("", "quiet", "printer")
        self.print.setAccessibleName(tr("Print the picture"))
        self.print.setToolTip(tr("Print the picture"))
        head.addWidget(self.title, 1)
        for button in (self.farther, self.nearer, self.whole, self.print, self.change):
            head.addWidget(button)
        column.addLayout(head)
        self.view = BuildingView()
        self.view.setAccessibleName(tr("Picture of the building"))
        keys = tr("Arrows move, digits jump to a door, Enter opens it, + and - zoom.")
        self.view.setAccessibleDescription(keys)
        self.no_building = EmptyState(
            tr("This estate has no building yet."), tr("Add a building"), "building-2"
        )
        self.no_building.hide()
        column.addWidget(self.view, 1)
        column.addWidget(self.no_building, 1)
        column.addWidget(_legend())
        self.hint = Muted(keys, Type.CAPTION)
        column.addWidget(self.hint)
        return column

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The picture needs the room more than the hint does."""
        super().resizeEvent(event)
        self.hint.setVisible(self.height() >= theme.px(LOW))

    def _connect(self) -> None:
        self.empty.acted.connect(self.new_estate)
        self.no_building.acted.connect(self.new_building)
        self.add_estate.clicked.connect(self.new_estate)
        self.add_building.clicked.connect(self.new_building)
        self.change.clicked.connect(self._change)
        self.list.currentItemChanged.connect(lambda *_: self._building_chosen())
        self.list.itemClicked.connect(lambda _: self.view.setFocus())
        self.list.entered_building.connect(self.view.setFocus)
        self.view.chosen.connect(self._open_door)
        self.view.toggled.connect(self.form.toggle)
        self.farther.clicked.connect(lambda: self.view.nearer(-1))
        self.nearer.clicked.connect(lambda: self.view.nearer(1))
        self.whole.clicked.connect(self.view.whole)
        self.print.clicked.connect(self._print_picture)
        self.from_register.clicked.connect(lambda: self.opened.emit("registers", None))
        self.form.drafted.connect(self._draw_draft)
        self.form_sheet.closed.connect(self._building_chosen)
        self.sheet.opened.connect(self.opened)
        self.beside.shared.connect(lambda shared: self.places.setVisible(not shared))
        self.form.kept.connect(self._place_kept)

    def new_estate(self) -> None:
        """The form of a new estate."""
        self.form_sheet.title.setText(tr("New estate"))
        self.beside.show_only(self.form_sheet)
        self.form.for_estate()

    def new_building(self) -> None:
        """The form of a new building in the estate that is chosen."""
        estate = self._estate_chosen()
        if estate is None:
            self.new_estate()
            return
        self.form_sheet.title.setText(tr("New building in {estate}").format(estate=estate.name))
        self.beside.show_only(self.form_sheet)
        self.form.for_building(estate)

    def _change(self) -> None:
        if self._shown is None or self._shown.estate is None:
            estate = self._estate_chosen()
            if estate is not None:
                self.form_sheet.title.setText(tr("Change {estate}").format(estate=estate.name))
                self.beside.show_only(self.form_sheet)
                self.form.for_estate(estate)
            return
        self.form_sheet.title.setText(tr("Change building {n}").format(n=self._shown.building.number))
        self.beside.show_only(self.form_sheet)
        self.form.for_building(self._shown.estate, self._shown.building)

    def _show_list(self, held: _Held) -> None:
        self._estates = {estate.id: estate for estate, _ in held.estates}
        chosen = self._wanted[0] if self._wanted is not None else self._chosen()
        self.list.blockSignals(True)
        self.list.clear()
        at = -1
        for estate, buildings in held.estates:
            head = QListWidgetItem(estate.name)
            head.setData(Qt.ItemDataRole.UserRole, ("estate", estate.id))
            head.setForeground(theme.colour("muted"))
            head.setFont(theme.font(Type.CAPTION, strong=True))
            self.list.addItem(head)
            for building in buildings:
                item = QListWidgetItem(f"    {_name(building)}")
                item.setData(Qt.ItemDataRole.UserRole, ("building", building.id))
                self.list.addItem(item)
                if building.id == chosen or (at < 0 and chosen is None):
                    at = self.list.count() - 1
            if chosen == estate.id:
                at = self.list.row(head)
        self.list.setCurrentRow(at if at >= 0 else 0)
        self.list.blockSignals(False)
        self.empty.setVisible(not held.estates)
        self._filled.setVisible(bool(held.estates))
        if held.estates:
            self._building_chosen()

    def _building_chosen(self) -> None:
        kind, record = self._current()
        has = kind == "building"
        self.view.setVisible(has)
        self.no_building.setVisible(kind == "estate")
        if has:
            self.desk.read(doors.view, record, then=self._show_building)
        else:
            self._shown = None
            estate = self._estate_chosen()
            self.title.setText(estate.name if estate else "")

    def _show_building(self, view: DoorView) -> None:
        if view.building.id != self._current()[1]:
            return
        self._shown = view
        estate = view.estate.name if view.estate else ""
        self.title.setText(
            tr("{building} — {n} doors").format(
                building=estate + _name(view.building), n=len(view.building.doors())
            )
        )
        wanted, self._wanted = self._wanted, None
        if not self.form_sheet.isHidden() and self.view.drafting:
            # What is being written is not painted over by what somebody else has just kept.
            return
        self.view.show_building(view, wanted[1] if wanted else "")
        if wanted is not None and wanted[1]:
            self._open_door(wanted[1])

    def _open_door(self, door: str) -> None:
        if self._shown is not None:
            self.view.go_to(door)
            self.sheet.show_door(self._shown.building.id, door)
            self.beside.show_only(self.sheet)

    def _place_kept(self, record: RecordId) -> None:
        self.form_sheet.close_sheet()
        self._wanted = (record, "")
        self.load()
        self.list.setFocus()

    def _print_picture(self) -> None:
        if self._shown is not None and self.view.door:
            estate = self._shown.estate or Estate(unit="", id=b"", name="")
            at = Place(estate, self._shown.building, self.view.door)
            self.opened.emit("print", Wanted(PICTURE, doors=(at,)))

    def _draw_draft(self, building: Building) -> None:
        """While a building is written its picture follows, with the doors it does not have."""
        if not self.form_sheet.isHidden():
            self.view.show()
            self.no_building.hide()
            self.view.show_building(doors.draft(self._estates.get(building.estate), building), drafting=True)

    def _current(self) -> tuple[str, RecordId]:
        item = self.list.currentItem()
        if item is None:
            return "", b""
        kind, record = item.data(Qt.ItemDataRole.UserRole)
        return str(kind), bytes(record)

    def _chosen(self) -> RecordId | None:
        return self._current()[1] or None

    def _estate_chosen(self) -> Estate | None:
        kind, record = self._current()
        if kind == "building" and self._shown is not None:
            return self._shown.estate
        return self._estates.get(record) or next(iter(self._estates.values()), None)


def _name(building: Building) -> str:
    if building.pattern is Pattern.SINGLE:
        return tr("No. {n}").format(n=building.number)
    return tr("Building {n}").format(n=building.number)


def _small(sign: str, name: str) -> Button:
    button = Button(sign, "quiet")
    button.setAccessibleName(name)
    button.setToolTip(name)
    return button


def _legend() -> QWidget:
    whole = QWidget()
    flow = Flow(whole, gap=theme.px(look.L))
    for symbol, name, colour in LEGEND:
        part = QWidget()
        row = QHBoxLayout(part)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(look.XS))
        mark = Text(symbol, Type.CAPTION)
        mark.setProperty("mark", colour)
        row.addWidget(mark)
        words = Muted(tr(name), Type.CAPTION)
        words.setWordWrap(False)
        row.addWidget(words)
        flow.addWidget(part)
    return whole


def _held(session: Session) -> _Held:
    return _Held([(estate, places.buildings(session, estate.id)) for estate in places.estates(session)])
