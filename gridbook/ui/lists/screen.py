"""Lists and care: the doors of the day, rounds for a public purpose, care contacts."""

from collections.abc import Mapping

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gridbook.i18n import N_, tr
from gridbook.records.care import CareContact, CareEntry, Consent, EmergencyContact
from gridbook.records.place import Building, Estate
from gridbook.records.request import Request
from gridbook.records.visit import Visit, VisitDetails, VisitReason
from gridbook.records.worklist import ListDoor, Round, RoundDoor, WorkList
from gridbook.sheets import privacy_notice
from gridbook.store import care
from gridbook.store.worklists import Listing
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.lists.care_form import CareForm
from gridbook.ui.lists.care_part import CarePart
from gridbook.ui.lists.care_sheet import WIDTH, CareSheet
from gridbook.ui.lists.doors_part import DoorsPart
from gridbook.ui.lists.list_form import ListForm
from gridbook.ui.parts.beside import Beside
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import KeptLine, SideSheet
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.text import Heading
from gridbook.ui.screen import Screen
from gridbook.ui.theme import theme

ENTRY, ROUNDS, CARE = "entry", "rounds", "care"
FORM_WIDTH = 480


class ListsScreen(Screen):
    """Three parts on one page, each with its list and what opens beside it."""

    NAME = "lists"
    TITLE = N_("Lists and care")
    SHOWS = frozenset(
        {
            *(CareContact, Consent, EmergencyContact, WorkList, ListDoor, Round, RoundDoor),
            *(Visit, VisitDetails, Request, Estate, Building),
        }
    )
    FULL_WIDTH = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.entry, self.rounds = DoorsPart(desk, WorkList), DoorsPart(desk, Round)
        self.care, self.reading, self.form = CarePart(desk), CareSheet(desk), CareForm(desk)
        self.care_sheet = _sheet(tr("New agreement"), self.form, self.form.save)
        self.notice = Button(tr("Print consent"), "plain", "printer")
        self.notice.clicked.connect(lambda: self.opened.emit("print", {"blank": privacy_notice.CODE}))
        self.care_sheet.foot.insertWidget(1, self.notice)
        self.list_forms = {cls: ListForm(desk, cls) for cls in (WorkList, Round)}
        self.list_sheets = {
            cls: _sheet(tr("New round") if cls is Round else tr("New list"), form, form.save)
            for cls, form in self.list_forms.items()
        }
        self.beside = Beside(
            self._main(),
            (self.reading, WIDTH),
            *((one, FORM_WIDTH) for one in (self.care_sheet, *self.list_sheets.values())),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.beside)
        self._connect()
        self._turn(ENTRY)

    def load(self) -> None:
        """Ask for the lists, the rounds and the agreements."""
        self.entry.load()
        self.rounds.load()
        self.desk.read(care.listed, then=self.care.show_rows)
        self.reading.reload()

    def open(self, what: object) -> None:
        """A part by its name, an agreement by id or number, or a new agreement at a door."""
        if what in (ENTRY, ROUNDS, CARE):
            self._turn(str(what))
        elif isinstance(what, Mapping):
            self._turn(CARE)
            self._start_care(what)
        elif isinstance(what, str | bytes):
            self._turn(CARE)
            self.beside.show_only(self.reading)
            self.reading.show_care(what)

    def step_back(self) -> bool:
        """Esc: close what lies on top; what was typed stays as a draft."""
        if self.reading.step_back():
            return True
        sheet = self.beside.open_sheet()
        if sheet is None:
            return False
        sheet.close_sheet()
        return True

    def print_pages(self) -> None:
        """F6: the sheet for the doors of the list that is shown."""
        shown = self.pages.currentWidget()
        if isinstance(shown, DoorsPart):
            shown.print_doors()

    def _main(self) -> QWidget:
        whole = QWidget()
        page = QVBoxLayout(whole)
        page.setSpacing(theme.px(look.M))
        head = QHBoxLayout()
        head.setSpacing(theme.px(look.L))
        head.addWidget(Heading(tr(self.TITLE)))
        self.part = Chips(
            [(ENTRY, tr("Doors of the day")), (ROUNDS, tr("Public rounds")), (CARE, tr("Care contacts"))],
            tr("Part of this page"),
        )
        self.part.chosen.connect(self._turn)
        head.addWidget(self.part, 1)
        page.addLayout(head)
        self.kept_line = KeptLine()
        self.kept_line.hide()
        page.addWidget(self.kept_line)
        self.pages = QStackedWidget()
        for one in (self.entry, self.rounds, self.care):
            self.pages.addWidget(one)
        page.addWidget(self.pages, 1)
        return whole

    def _connect(self) -> None:
        for part in (self.entry, self.rounds):
            part.started.connect(lambda cls=part.kind: self._start_list(cls))
            part.opened.connect(self.opened)
            self.list_forms[part.kind].kept.connect(self._list_kept)
        self.care.started.connect(lambda: self._start_care({}))
        self.care.chosen.connect(self._read)
        self.form.kept.connect(self._kept)
        self.reading.visit_asked.connect(
            lambda what: self.opened.emit("visits", {**what, "reason": VisitReason.CARE})
        )
        self.reading.change_asked.connect(lambda entry: self._change(entry, renew=False))
        self.reading.renew_asked.connect(lambda entry: self._change(entry, renew=True))
        self.reading.withdrawn.connect(self._withdrawn)
        self.reading.undone.connect(self._undone)

    def _turn(self, part: object) -> None:
        self.part.value = part
        sheet = self.beside.open_sheet()
        if sheet is not None:
            sheet.close_sheet()
        self.pages.setCurrentIndex((ENTRY, ROUNDS, CARE).index(str(part)))

    def _start_list(self, cls: type[Listing]) -> None:
        self.beside.show_only(self.list_sheets[cls])
        self.list_forms[cls].start()

    def _list_kept(self, made: Listing) -> None:
        self.list_sheets[type(made)].close_sheet()
        part = self.rounds if isinstance(made, Round) else self.entry
        part.show_list(made.id)
        part.door.setFocus()

    def _start_care(self, what: Mapping[str, object]) -> None:
        self.care_sheet.title.setText(tr("New agreement"))
        self.beside.show_only(self.care_sheet)
        self.form.start(what)

    def _change(self, entry: CareEntry, *, renew: bool) -> None:
        said = tr("Sign anew: {number}") if renew else tr("Change: {number}")
        self.care_sheet.title.setText(said.format(number=entry.care.number))
        self.beside.show_only(self.care_sheet)
        self.form.change(entry, renew=renew)

    def _read(self, ref: object) -> None:
        self.beside.show_only(self.reading)
        self.reading.show_care(ref)  # type: ignore[arg-type]

    def _kept(self, entry: CareEntry, new: bool) -> None:
        self.kept_line.hide()
        self.beside.show_only(self.reading)
        self.reading.say_kept(entry, undo=new)

    def _undone(self) -> None:
        self.kept_line.say(tr("Taken back."))
        self.kept_line.show()

    def _withdrawn(self, number: str) -> None:
        said = tr(
            "Withdrawn: of {number} only the proof of consent is left. The order goes with the next stick."
        )
        self.kept_line.say(said.format(number=number))
        self.kept_line.show()


def _sheet(title: str, form: QWidget, save: QWidget) -> SideSheet:
    sheet = SideSheet(title, width=FORM_WIDTH)
    sheet.body.addWidget(form)
    sheet.foot.addWidget(save)
    sheet.foot.addStretch(1)
    return sheet
