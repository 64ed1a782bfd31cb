"""The visits of this book, newest first, with the form beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import N_, tr
from gridbook.records.base import RecordId
from gridbook.records.visit import (
    MODE_NAMES,
    OUTCOME_NAMES,
    PART_NAMES,
    REASON_NAMES,
    Visit,
    VisitDetails,
    VisitEntry,
    VisitNote,
)
from gridbook.sheets.visit_batch import ROWS
from gridbook.store import history, sheet_lines, visits
from gridbook.store.history import Change
from gridbook.store.session import Session
from gridbook.store.sheet_lines import Printed
from gridbook.store.visits import VisitRow
from gridbook.sync import where
from gridbook.sync.where import Way
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts import changes
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Facts, SideSheet, Timeline
from gridbook.ui.parts.days import short_day
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.listing.pane import ListPane
from gridbook.ui.parts.listing.sheets import ListSheets
from gridbook.ui.parts.text import Heading, Muted
from gridbook.ui.screen import Screen
from gridbook.ui.theme import Type, theme
from gridbook.ui.visits.batch.page import BatchPage
from gridbook.ui.visits.columns import Listed, source
from gridbook.ui.visits.form import VisitForm


@dataclass(frozen=True, slots=True)
class Read:
    """A visit to read, with its way and who wrote what about it."""

    row: VisitRow
    way: Way
    changes: Sequence[Change]


class VisitsScreen(Screen):
    """List and form side by side."""

    NAME = "visits"
    TITLE = N_("Visits")
    SHOWS = frozenset({Visit, VisitDetails, VisitNote})
    FULL_WIDTH = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        empty = EmptyState(
            tr("Here stands every visit you record."), tr("Record the first visit"), "footprints"
        )
        empty.acted.connect(self.start)
        self._shown = ""
        self.pane: ListPane[Listed] = ListPane(desk, source(), tr("Visits"), empty)
        self.table = self.pane.table
        self.table.chosen.connect(lambda one: self._show_row(one.row))
        self.form = VisitForm(desk)
        self.form.keying_in.connect(self._key_in)
        self.form.kept.connect(self._name_sheet)
        self.form.request_wanted.connect(lambda what: self.opened.emit("requests", what))
        self.form.visit_wanted.connect(self.open)
        self.sheet = SideSheet(tr("New visit"))
        self.sheet.body.addWidget(self.form)
        self.sheet.foot.addWidget(self.form.foot, 1)
        self.reading = SideSheet(tr("Visit"))
        self.facts = Facts()
        self.reading.body.addWidget(self.facts)
        self.reading.body.addWidget(Heading(tr("What happened"), Type.SECTION))
        self.timeline = Timeline()
        self.reading.body.addWidget(self.timeline)
        self.reading.body.addStretch(1)
        print_one = Button(tr("Print   F6"), "plain", "printer")
        print_one.clicked.connect(self.print_pages)
        self.reading.foot.addWidget(print_one)
        self.reading.foot.addStretch(1)
        list_ = QWidget()
        left = QVBoxLayout(list_)
        left.setContentsMargins(*(theme.px(look.XL if theme.roomy else look.M),) * 4)
        left.setSpacing(theme.px(look.M if theme.roomy else look.S))
        head = QHBoxLayout()
        head.setSpacing(theme.px(look.S))
        head.addWidget(Heading(tr(self.TITLE)))
        self.count = Muted("", Type.CAPTION)
        self.count.setWordWrap(False)
        head.addWidget(self.count)
        self.pane.words.setPlaceholderText(tr("Filter by number, place, item or category"))
        head.addWidget(self.pane.words, 1)
        self.pane.shown.connect(self._say_count)
        self.add = Button(tr("New visit   F2"), "primary", "plus")
        self.add.clicked.connect(self.start)
        print_ = Button(tr("Print   F6"), "plain", "printer")
        print_.clicked.connect(self.print_pages)
        self.pile = Button(tr("Key in a pile"), "plain", "clipboard-list")
        self.pile.clicked.connect(self.key_in_pile)
        for button in (self.pile, print_):
            # At large type they stand behind the filters, so that the list keeps its height.
            if theme.roomy:
                head.addWidget(button)
            else:
                self.pane.bar.add_button(button)
        head.addWidget(self.add)
        left.addLayout(head)
        left.addWidget(self.pane, 1)
        beside = QWidget()
        layout = QHBoxLayout(beside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(list_, 1)
        layout.addWidget(self.sheet)
        layout.addWidget(self.reading)
        self._batch: BatchPage | None = None
        self.pages = QStackedLayout(self)
        self.pages.addWidget(beside)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self.sheet, context=within).activated.connect(self.form.keep)
        self.list_sheets = ListSheets(desk, self.pane, "visits")
        self._sheets = (self.sheet, self.reading, *(sheet for sheet, _ in self.list_sheets.all()))
        for sheet in self._sheets[2:]:
            layout.addWidget(sheet)
        for sheet in self._sheets:
            sheet.lies_beside(list_)
        self.list_sheets.asked.connect(self._show_only)

    def load(self) -> None:
        """Ask for the list."""
        self.pane.load()

    def open(self, what: object) -> None:
        """A visit to read (its id or number), or a new one, perhaps at a door."""
        if isinstance(what, Mapping) and what.get("pile"):
            self.key_in_pile()
        elif isinstance(what, Mapping):
            self.start(what)
        elif isinstance(what, str | bytes):
            self.desk.read(
                visits.entry, what, then=self._read, failed=lambda error: self._not_found(what, error)
            )

    def key_in_pile(self) -> None:
        """Shift+F2: key in a pile of paper, line by line."""
        self.pages.setCurrentWidget(self.batch)
        self.batch.start()

    @property
    def batch(self) -> BatchPage:
        """The page for piles of paper, made when it is wanted first."""
        if self._batch is None:
            self._batch = BatchPage(self.desk)
            self._batch.closed.connect(self.step_back)
            self.pages.addWidget(self._batch)
        return self._batch

    def start(self, what: object = None) -> None:
        """Open the form for a new visit."""
        self.pages.setCurrentIndex(0)
        self.form.give_up_sheet()
        self._name_sheet()
        self._show_only(self.sheet)
        self.form.start(what if isinstance(what, Mapping) else None)

    def step_back(self) -> bool:
        """Esc closes the sheet; what was typed stays as a draft."""
        if self.pages.currentIndex():
            self.pages.setCurrentIndex(0)
            self.table.view.setFocus()
            return True
        for sheet in self._sheets:
            if sheet.isVisible():
                sheet.close_sheet()
                self.table.view.setFocus()
                return True
        return False

    def print_pages(self) -> None:
        """Print the visit that is read, or the selected ones."""
        chosen = [one.row.visit.number for one in self.table.selected()]
        self.opened.emit("print", {"visits": [self._shown] if self.reading.isVisible() else chosen})

    def _show_only(self, sheet: SideSheet) -> None:
        for other in self._sheets:
            if other is not sheet:
                other.hide()
        sheet.show()

    def _say_count(self, n: int) -> None:
        self.count.setText(tr("{n} visits").format(n=f"{n:,}") if n else "")

    def _show_row(self, row: VisitRow) -> None:
        self.desk.read(_whole, row.visit.id, then=self._show_whole)

    def _not_found(self, what: str | bytes, error: GridbookError) -> None:
        """A number may belong to a blank sheet that was printed to be filled at the door."""
        if isinstance(what, str):
            found = partial(self._from_paper, what, error)
            self.desk.read(sheet_lines.of_sheet, what, ROWS, then=found)
        else:
            self.desk.refused.emit(error)

    def _from_paper(self, what: str, error: GridbookError, lines: Sequence[Printed]) -> None:
        """A sheet with many lines opens the page for piles, any other one the form."""
        if lines:
            self.pages.setCurrentWidget(self.batch)
            self.batch.open_sheet(what)
        else:
            self.form.key_in(what, otherwise=lambda: self.desk.refused.emit(error))

    def _key_in(self, number: str) -> None:
        self.pages.setCurrentIndex(0)
        self.sheet.title.setText(tr("From the sheet {number}").format(number=number))
        self._show_only(self.sheet)

    def _name_sheet(self, _: object = None) -> None:
        self.sheet.title.setText(tr("New visit"))

    def _read(self, entry: VisitEntry) -> None:
        self.desk.read(_whole, entry.visit.id, then=self._show_whole)

    def _show_whole(self, found: Read) -> None:
        row = found.row
        visit, details = row.visit, row.details
        self.pages.setCurrentIndex(0)
        self._shown = visit.number
        self.reading.title.setText(tr("Visit {number}").format(number=visit.number))
        self.facts.show_facts(
            [
                (tr("Date"), f"{short_day(visit.visited_on)} {tr(PART_NAMES[visit.part])}"),
                (tr("Door"), row.place),
                (tr("Reason"), tr(REASON_NAMES[visit.reason])),
                (tr("Mode"), tr(MODE_NAMES[visit.mode])),
                (tr("Outcome"), tr(OUTCOME_NAMES[visit.outcome])),
                (tr("Items"), "；".join(details.items) if details else ""),
                (tr("Requests opened"), "、".join(details.opened) if details else ""),
                (tr("Companion"), details.companion if details else ""),
                (
                    tr("Agreed next contact"),
                    short_day(details.next_on) if details and details.next_on else "",
                ),
                (tr("Privacy notice given"), details.notice if details else ""),
                (tr("Note"), row.note),
                (tr("Held"), found.way.sentence()),
            ]
        )
        self.timeline.tell([changes.told(one) for one in found.changes])
        self._show_only(self.reading)


def _whole(session: Session, visit: RecordId) -> Read:
    row = visits.with_ids(session, [visit])[0]
    way = where.way_of(session, "Visit", row.visit.unit, row.visit.id)
    # Its parts were written with it; what came later is told of each part.
    told = [*history.of(session, "Visit", row.visit.unit, row.visit.id)]
    later = history.of_case(session, row.visit.unit, row.visit.id)
    told += [one for one in later if one.did not in changes.NOT_CORRECTIONS and one not in told]
    return Read(row, way, told)
