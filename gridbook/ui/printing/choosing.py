"""What is to be printed: the sheet, then the records, doors, days or copies that it asks for."""

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gridbook import i18n
from gridbook.i18n import tr
from gridbook.records.base import local_day
from gridbook.records.place import Place, level_of
from gridbook.sheets import SHEETS, Of, Sheet
from gridbook.sheets.from_book import Wanted
from gridbook.store import caseload, counts, places, visits
from gridbook.store.session import Session
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.days import DateInput
from gridbook.ui.parts.door import DoorInput
from gridbook.ui.parts.fields import Choice, Field, LongText, TextInput
from gridbook.ui.theme import theme

RECENT = 30
MOST_COPIES = 500
ROWS = 4
DOORS = 4000
LANGUAGES = (("zh_CN", "中文"), ("en", "English"))
VISITS = (Of.VISIT, Of.VISITS)
NUMBERED = (*VISITS, Of.REQUEST, Of.REQUESTS, Of.ERRAND)
_SPANS = ("day", "week", "month")


class Choosing(QWidget):
    """The form on the left; `changed` tells that other pages are wanted."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._quiet = False
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.px(look.S))
        level = level_of(desk.store.unit)
        here = [(code, sheet) for code, sheet in SHEETS.items() if level in sheet.desks]
        self.sheet = Choice([(code, f"{code}  {_title(sheet)}") for code, sheet in here])
        # The longest title does not push the others out of sight.
        self.sheet.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sheet.setMinimumContentsLength(8)
        self.column.addWidget(Field(tr("Sheet"), self.sheet))
        self._records()
        self._places()
        self._days()
        self.language = Choice(LANGUAGES)
        self.language.value = i18n.language()
        self.column.addWidget(Field(tr("Language of this print"), self.language))
        self.column.addStretch(1)
        self._connect()
        self._show_fields()

    @property
    def of(self) -> Of:
        """What the chosen sheet shows."""
        return SHEETS[self._code].of

    def wanted(self) -> Wanted | None:
        """What is to be printed, or nothing while not enough is chosen."""
        of, language = self.of, str(self.language.value)
        if of is Of.OFFICE:
            return Wanted(self._code, blanks=self._copies, language=language)
        if of is Of.DAYS:
            day = self.day.day
            if day is None:
                return None
            since, until = counts.span(str(self.span.value), day)
            return Wanted(self._code, since=since, until=until, language=language)
        if of is Of.DOOR:
            return (
                Wanted(self._code, doors=(self.door.place,), language=language) if self.door.place else None
            )
        if of is Of.DOORS:
            doors = tuple(line.strip() for line in self.doors.value.splitlines() if line.strip())
            purpose = self.purpose.value
            return Wanted(self._code, doors=doors, purpose=purpose, language=language) if doors else None
        if self._blank:
            return Wanted(self._code, blanks=self._copies, language=language)
        numbers = self.numbers()
        return Wanted(self._code, tuple(numbers), language=language) if numbers else None

    def numbers(self) -> list[str]:
        """The numbers that are ticked, from top to bottom."""
        rows = [self.records.item(n) for n in range(self.records.count())]
        return [
            str(row.data(Qt.ItemDataRole.UserRole))
            for row in rows
            if row.checkState() is Qt.CheckState.Checked
        ]

    def choose(self, code: str, numbers: Sequence[str] = (), *, only: bool = True) -> None:
        """Choose a sheet and tick these numbers; with `only`, no others."""
        self._quiet = True
        self.sheet.value = code
        self.filled.value = "filled"
        if only:
            self.records.clear()
        for number in reversed(numbers):
            self._tick(number, number)
        self._quiet = False
        self._show_fields()
        self.load()

    def take(self, wanted: Wanted) -> None:
        """Choose what another screen wants printed, as far as it names records or doors."""
        of = SHEETS[wanted.sheet].of
        if of is Of.DOORS:
            texts = [one if isinstance(one, str) else one.text for one in wanted.doors]
            self.choose_doors(texts, wanted.purpose)
        elif of is Of.DOOR and wanted.doors and isinstance(wanted.doors[0], Place):
            self.choose_door(wanted.doors[0], wanted.sheet)
        else:
            self.choose(wanted.sheet, wanted.numbers)
            self._say()

    def choose_doors(self, doors: Sequence[str], purpose: str = "") -> None:
        """Choose the sheet for a list of doors, with these doors on it."""
        self._quiet = True
        self.sheet.value = next(code for code, sheet in SHEETS.items() if sheet.of is Of.DOORS)
        self.doors.value = "\n".join(doors)
        self.purpose.value = purpose
        self._quiet = False
        self._say()

    def choose_blank(self, code: str) -> None:
        """Choose a sheet that is about nobody yet."""
        self._quiet = True
        self.sheet.value = code
        self.filled.value = "blank"
        self._quiet = False
        self._say()

    def choose_door(self, place: Place, code: str = "") -> None:
        """Choose a sheet about a door: everything held about it, unless another is named."""
        self._quiet = True
        self.sheet.value = code or next(known for known, sheet in SHEETS.items() if sheet.of is Of.DOOR)
        self.door.show_place(place)
        self._quiet = False
        self._say()

    def load(self) -> None:
        """Offer the newest records of the kind that the sheet shows."""
        if self.of in NUMBERED:
            self.desk.read(_recent, self.of not in VISITS, then=self._offer)

    @property
    def _code(self) -> str:
        return str(self.sheet.value)

    @property
    def _blank(self) -> bool:
        sheet = SHEETS[self._code]
        return sheet.blank is not None and (sheet.filled is None or self.filled.value == "blank")

    @property
    def _copies(self) -> int:
        return max(1, min(MOST_COPIES, int(self.count.value) if self.count.value.isdigit() else 1))

    def _records(self) -> None:
        options = [("filled", tr("Filled")), ("blank", tr("Blank, to fill at the door"))]
        self.filled = Chips(options, tr("Filled or blank"))
        self.filled.value = "filled"
        self.column.addWidget(self.filled)
        self.number = TextInput(24)
        self._number_field = Field(tr("Number (type or scan, then Enter)"), self.number)
        self.column.addWidget(self._number_field)
        self.records = QListWidget()
        self.records.setFixedHeight(theme.px(look.ROW) * ROWS)
        self.records.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._records_field = Field(tr("The newest: tick with Space or a click"), self.records)
        self.column.addWidget(self._records_field)
        self.count = TextInput(3)
        self.count.value = "1"
        self._count_field = Field(tr("How many"), self.count)
        self.column.addWidget(self._count_field)

    def _places(self) -> None:
        self.doors = LongText(DOORS, lines=ROWS)
        self._doors_field = Field(tr("Doors, one a line"), self.doors, "3-2-501")
        self.column.addWidget(self._doors_field)
        self.purpose = TextInput(40)
        self._purpose_field = Field(tr("What the list is for"), self.purpose)
        self.column.addWidget(self._purpose_field)
        self.door = DoorInput(self.desk)
        self._door_field = Field(tr("Door"), self.door)
        self.column.addWidget(self._door_field)

    def _days(self) -> None:
        words = {"day": tr("One day"), "week": tr("Week"), "month": tr("Month")}
        self.span = Chips([(one, words[one]) for one in _SPANS], tr("Day, week or month"))
        self.span.value = "day"
        self.column.addWidget(self.span)
        self.day = DateInput(self._today)
        self.day.day = self._today()
        self._day_field = Field(tr("A day in it"), self.day)
        self.column.addWidget(self._day_field)

    def _today(self) -> date:
        return local_day(self.desk.store.clock.now())

    def _connect(self) -> None:
        self.sheet.currentIndexChanged.connect(lambda _: self._sheet_changed())
        self.filled.chosen.connect(lambda _: self._sheet_changed())
        self.language.currentIndexChanged.connect(lambda _: self._say())
        self.records.itemChanged.connect(lambda _: self._say())
        self.number.entered.connect(self._add)
        self.door.found.connect(lambda _: self._say())
        self.span.chosen.connect(lambda _: self._say())
        for field in (self.doors, self.purpose, self.count, self.day):
            field.left.connect(self._say)
        for line in (self.purpose, self.count, self.day):
            line.entered.connect(self._say)

    def _sheet_changed(self) -> None:
        if self._quiet:
            return
        self._quiet = True
        self.records.clear()
        self._quiet = False
        self._show_fields()
        self.load()
        self._say()

    def _show_fields(self) -> None:
        of, blank, sheet = self.of, self._blank, SHEETS[self._code]
        self.filled.setVisible(sheet.filled is not None and sheet.blank is not None)
        for field in (self._number_field, self._records_field):
            field.setVisible(of in NUMBERED and not blank)
        self._count_field.setVisible(blank and of is not Of.DOORS)
        for field in (self._doors_field, self._purpose_field):
            field.setVisible(of is Of.DOORS)
        self._door_field.setVisible(of is Of.DOOR)
        self.span.setVisible(of is Of.DAYS)
        self._day_field.setVisible(of is Of.DAYS)

    def _say(self) -> None:
        if not self._quiet:
            self._show_fields()
            self.changed.emit()

    def _add(self) -> None:
        if self.number.value:
            self._quiet = True
            self._tick(self.number.value, self.number.value)
            self.number.value = ""
            self._quiet = False
            self._say()

    def _tick(self, number: str, text: str) -> None:
        row = self._row(number)
        if row is None:
            row = QListWidgetItem(text)
            row.setData(Qt.ItemDataRole.UserRole, number)
            self.records.insertItem(0, row)
        row.setCheckState(Qt.CheckState.Checked)

    def _row(self, number: str) -> QListWidgetItem | None:
        rows = [self.records.item(n) for n in range(self.records.count())]
        return next((row for row in rows if row.data(Qt.ItemDataRole.UserRole) == number), None)

    def _offer(self, found: Sequence[tuple[str, str]]) -> None:
        self._quiet = True
        for number, text in found:
            row = self._row(number)
            if row is None:
                row = QListWidgetItem(text)
                row.setData(Qt.ItemDataRole.UserRole, number)
                row.setCheckState(Qt.CheckState.Unchecked)
                self.records.addItem(row)
            else:
                row.setText(text)
        self._quiet = False


def _recent(session: Session, of_requests: bool) -> list[tuple[str, str]]:
    if of_requests:
        rows = caseload.page(session, caseload.Wanted(), 0, RECENT)
        return [(row.request.number, f"{row.title}  {row.request.number}") for row in rows]
    found = visits.recent(session, RECENT)
    return [(row.visit.number, f"{row.place}  {row.visit.number}") for row in found]


def door_of(session: Session, asked: Mapping[str, object]) -> Place:
    """The door that another screen names by its building."""
    building, door = asked["building"], str(asked["door"])
    assert isinstance(building, bytes)
    return places.known(session).at(building, door)


def _title(sheet: Sheet) -> str:
    """What a sheet is called; of two for the same thing it is said how many go on a page."""
    if sheet.of is Of.VISITS:
        return tr("{title} ({n} to a page)").format(title=tr(sheet.title), n=sheet.rows)
    return tr(sheet.title)
