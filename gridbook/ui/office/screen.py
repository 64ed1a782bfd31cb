"""The stations this book exchanges with, and what to do when a stick, a PC or a passphrase is lost."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gridbook.i18n import N_, tr
from gridbook.records.base import CLASSES
from gridbook.sync.drills import Standing, Station
from gridbook.ui import icons
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.office import facts
from gridbook.ui.office.admission import AdmissionSheet
from gridbook.ui.office.drill import WIDTH, DrillSheet
from gridbook.ui.office.facts import Office, day, moment
from gridbook.ui.office.passphrase import ForgottenSheet
from gridbook.ui.office.pc import LostPcSheet
from gridbook.ui.office.quarantine import QuarantineSheet
from gridbook.ui.office.renewal import RenewalSheet
from gridbook.ui.office.station import BADGES, WORDS, StationSheet
from gridbook.ui.office.stick import LostStickSheet
from gridbook.ui.office.twice import TwiceSheet
from gridbook.ui.office.which_day import WhichDaySheet
from gridbook.ui.parts.beside import Beside
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Card
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.later import Later
from gridbook.ui.parts.table import Column, RecordTable
from gridbook.ui.parts.text import Heading, Muted, Text
from gridbook.ui.screen import Screen
from gridbook.ui.theme import theme

Drill = (
    LostStickSheet
    | LostPcSheet
    | TwiceSheet
    | ForgottenSheet
    | AdmissionSheet
    | RenewalSheet
    | QuarantineSheet
    | WhichDaySheet
)
DRILLS: Mapping[str, type[Drill]] = {
    made.NAME: made
    for made in (
        LostStickSheet,
        LostPcSheet,
        TwiceSheet,
        ForgottenSheet,
        AdmissionSheet,
        RenewalSheet,
        QuarantineSheet,
        WhichDaySheet,
    )
}
DRILL_NAMES = tuple(DRILLS)
"""What `open` understands."""


class OfficeScreen(Screen):
    """What happened, as buttons; below them the stations; beside both the steps to take."""

    NAME = "office"
    TITLE = N_("Stations")
    SHOWS = frozenset(rule.record for rule in CLASSES.values())
    FULL_WIDTH = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.office: Office | None = None
        self._wanted: tuple[str, str] | None = None
        self.drills: Later[DrillSheet] = Later(DRILL_NAMES, self._drill)
        self.buttons: dict[str, Button] = {}
        self.beside = Beside(self._main())
        self.station = StationSheet(desk)
        self._lay_beside(self.station)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.beside)
        self.setFocusProxy(self.table.view)
        desk.handed_over.connect(self._handed_over)

    def load(self) -> None:
        """Ask for the stations, the sticks and the quarantine."""
        self.desk.do(facts.of_office, then=self._show)

    def open(self, what: object) -> None:
        """A drill by its name."""
        if isinstance(what, str):
            self.start(what)

    def start(self, name: str, unit: str = "") -> None:
        """Open the sheet of a drill and begin it, about that unit where one is meant."""
        if self.office is None:
            self._wanted = (name, unit)
            return
        sheet = self.drills[name]
        sheet.show_office(self.office)
        sheet.begin(self.office, unit)
        self.beside.show_only(sheet)
        sheet.setFocus()

    def step_back(self) -> bool:
        """Esc: close the sheet that is open."""
        sheet = self.beside.open_sheet()
        if sheet is None:
            return False
        sheet.close_sheet()
        return True

    def _drill(self, name: str) -> DrillSheet:
        sheet = DRILLS[name](self.desk)
        self._lay_beside(sheet)
        if self.office is not None:
            sheet.show_office(self.office)
        return sheet

    def _lay_beside(self, sheet: DrillSheet) -> None:
        self.beside.add(sheet, WIDTH)
        sheet.opened.connect(self.opened)
        sheet.again.connect(self.load)
        sheet.other.connect(self.start)
        sheet.closed.connect(self._back_to_list)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Stations join and sticks come on another page, so it is read anew each time it is shown."""
        self._stale = True
        super().showEvent(event)

    def _main(self) -> QWidget:
        whole = QWidget()
        page = QVBoxLayout(whole)
        page.setContentsMargins(*(theme.px(look.XL),) * 4)
        page.setSpacing(theme.px(look.M))
        page.addWidget(Heading(tr(self.TITLE)))
        happened = Card(tr("What happened?"))
        flow = Flow(gap=theme.px(look.S))
        for name, made in DRILLS.items():
            button = Button(tr(made.TITLE), "plain", made.ICON)
            button.clicked.connect(partial(self.start, name))
            self.buttons[name] = button
            flow.addWidget(button)
        happened.body.addLayout(flow)
        page.addWidget(happened)
        self.alert = Alert()
        self.alert.acted.connect(self.start)
        page.addWidget(self.alert)
        self.about = Muted("")
        page.addWidget(self.about)
        self.table: RecordTable[Station] = RecordTable(
            _columns(self),
            tr("Stations"),
            EmptyState(
                tr("The PCs that exchange sticks with this one stand here, once this book has joined."),
                tr("Join by stick"),
                "shield",
            ),
        )
        self.table.empty.acted.connect(lambda: self.opened.emit("exchange", None))
        self.table.chosen.connect(self._tell)
        page.addWidget(self.table, 1)
        return whole

    def _show(self, office: Office) -> None:
        self.office = office
        self.table.show_rows(office.stations)
        self.about.setText(
            tr("{n} PCs were admitted for the offices with which this one shares its work.").format(
                n=len(office.stations)
            )
        )
        self.about.setVisible(bool(office.stations))
        self.alert.tell(office)
        for name, made in DRILLS.items():
            self.buttons[name].setVisible(made.concerns(office))
        for sheet in self.drills.made.values():
            sheet.show_office(office)
        kept = len(office.quarantined)
        word = tr(QuarantineSheet.TITLE)
        self.buttons[QuarantineSheet.NAME].name(f"{word} · {kept}" if kept else word)
        if self.station.station is not None:
            again = [one for one in office.stations if one.certificate == self.station.station.certificate]
            for one in again:
                self.station.tell(office, one)
        if self._wanted is not None:
            (name, unit), self._wanted = self._wanted, None
            self.start(name, unit)

    def _tell(self, station: Station) -> None:
        if self.office is not None:
            self.station.tell(self.office, station)
            self.beside.show_only(self.station)

    def _back_to_list(self) -> None:
        self.table.view.setFocus()

    def _handed_over(self) -> None:
        self._changed(self.SHOWS)

    def kept_since(self, station: Station) -> str:
        """Since when a sealed backup of that station's book is kept here."""
        return moment(self.office.kept_since(station)) if self.office is not None else ""


class Alert(Card):
    """What this book noticed by itself, with the sheet that says what to do."""

    acted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._drill = ""
        row = QHBoxLayout()
        row.setSpacing(theme.px(look.M))
        sign = QLabel()
        sign.setPixmap(icons.pixmap("triangle-alert", "due_soon"))
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        self.words = Text("")
        row.addWidget(self.words, 1)
        self.button = Button(tr("What to do"), "plain")
        self.button.clicked.connect(lambda: self.acted.emit(self._drill))
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        self.hide()

    def tell(self, office: Office) -> None:
        """Say the one thing that is most pressing, or nothing."""
        own = office.own
        if own is not None and own.standing is Standing.REVOKED:
            self._drill = RenewalSheet.NAME
            self.words.setText(
                tr(
                    "The certificate of this PC was revoked: what is written here is kept, but no other "
                    "office takes it before this PC has a new one."
                )
            )
        elif office.twice:
            self._drill = TwiceSheet.NAME
            self.words.setText(
                tr("The book of {units} is in use on two PCs. Both sides of its work are kept.").format(
                    units="、".join(office.name_of(unit) for unit in office.twice)
                )
            )
        elif office.doubt:
            self._drill = WhichDaySheet.NAME
            self.words.setText(office.doubt)
        self.setVisible(
            bool(office.twice or office.doubt) or (own is not None and own.standing is Standing.REVOKED)
        )


def _columns(screen: OfficeScreen) -> list[Column[Station]]:
    return [
        Column(
            tr("Unit"),
            lambda one: tr("{unit} · this PC").format(unit=one.name) if one.is_own else one.name,
            sort=lambda one: one.unit,
            width=170,
            stretch=True,
        ),
        Column(
            tr("Certificate"),
            lambda one: tr(WORDS[one.standing]),
            width=152,
            badge=lambda one: BADGES[one.standing],
        ),
        Column(tr("Last handed in"), lambda one: moment(one.last_heard), width=158, spare=1),
        Column(tr("Admitted on"), lambda one: day(one.since), width=110, spare=3),
        Column(tr("Digits"), lambda one: one.digits, width=110, spare=4),
        Column(tr("Sealed backup since"), screen.kept_since, width=160, spare=2),
    ]
