"""Choose a sheet and records, see every page as it will be, then print it or keep it as PDF."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import N_, tr
from gridbook.press import glyphs, pdf, preview, printer
from gridbook.records.request import Request
from gridbook.records.visit import Visit
from gridbook.sheets import SHEETS, from_book
from gridbook.sheets.from_book import Job, Wanted
from gridbook.sheets.page import Page
from gridbook.store import caseload, visits
from gridbook.store.session import Session
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import Button, Chips
from gridbook.ui.parts.cards import Card, Scrolled, clear
from gridbook.ui.parts.fields import Choice, Field, LongText, TextInput
from gridbook.ui.parts.text import Heading, Muted, Text
from gridbook.ui.screen import Screen
from gridbook.ui.theme import Type, theme

SIDE = 340
PAGE_DPI = 80
RECENT = 20
MM_PER_INCH = 25.4
MOST_SHOWN = 12


class PrintScreen(Screen):
    """The sheet on the left, its pages on the right."""

    NAME = "print"
    TITLE = N_("Print")
    SHOWS = frozenset({Visit, Request})
    FULL_WIDTH = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.job: Job | None = None
        self._given: Job | None = None
        self._wanted: Wanted | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(*(theme.px(look.XL),) * 4)
        layout.setSpacing(theme.px(look.L))
        layout.addWidget(self._choices())
        self.pages = QWidget()
        self._pages = QVBoxLayout(self.pages)
        self._pages.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._pages.setSpacing(theme.px(look.L))
        self._shown = Scrolled(self.pages)
        layout.addWidget(self._shown, 1)
        self._show_nothing()

    def load(self) -> None:
        """Offer the newest records of the kind the sheet shows."""
        self.desk.read(_recent, self._of(), then=self._offer)

    def open(self, what: object) -> None:
        """Print what another screen chose: a whole job, or visits or a request by number."""
        if isinstance(what, Wanted):
            self._wanted = what
            self.desk.read(from_book.made, what, then=self._show_wanted, failed=self._refused)
        elif isinstance(what, Mapping) and "hand over" in what:
            of = what["hand over"]
            self.desk.read(from_book.hand_over_list, of, then=self._show_given, failed=self._refused)
        elif isinstance(what, Mapping):
            numbers = list(what.get("visits") or what.get("requests") or [])
            if numbers:
                codes = [code for code, sheet in SHEETS.items() if sheet.of == "visits"]
                code = "P5" if what.get("requests") else codes[0] if len(numbers) > 1 else "P1"
                self.sheet.value = code
                self.numbers.value = "\n".join(numbers)
                self.look()

    def look(self) -> None:
        """Show the pages; nothing is noted as printed by looking."""
        self._given = self._wanted = None
        self.word.setText("")
        if self._wants_blank():
            self.desk.read(
                from_book.blank, self._code(), self._count(), then=self._show, failed=self._refused
            )
        else:
            chosen = self._chosen()
            self.desk.read(from_book.printed, self._code(), chosen, then=self._show, failed=self._refused)

    def print_pages(self) -> None:
        """F6 here prints on the printer that is chosen."""
        name = str(self.printer.value or "")
        if not name:
            self.keep_pdf()
            return
        self._make(lambda job: self._send(job, name))

    def keep_pdf(self, path: Path | None = None) -> None:
        """Keep the pages as a PDF file."""
        if path is None:
            named = f"{self._code()}.pdf"
            chosen, _ = QFileDialog.getSaveFileName(self, tr("Keep as PDF"), named, "PDF (*.pdf)")
            if not chosen:
                return
            path = Path(chosen)
        goes_to = path
        self._make(lambda job: self._write_pdf(job, goes_to))

    def _choices(self) -> Card:
        card = Card()
        card.setFixedWidth(theme.px(SIDE))
        card.body.addWidget(Heading(tr(self.TITLE)))
        self.sheet = Choice([(code, f"{code}  {tr(sheet.title)}") for code, sheet in SHEETS.items()])
        self.sheet.currentIndexChanged.connect(lambda _: self._sheet_changed())
        card.body.addWidget(Field(tr("Sheet"), self.sheet))
        options = [("filled", tr("Filled")), ("blank", tr("Blank, to fill at the door"))]
        self.filled = Chips(options, tr("Filled or blank"))
        self.filled.value = "filled"
        self.filled.chosen.connect(lambda _: self._sheet_changed())
        card.body.addWidget(self.filled)
        self.recent = Choice([])
        self.recent.activated.connect(lambda _: self._add_recent())
        self._recent_field = Field(tr("Add one of the newest"), self.recent)
        card.body.addWidget(self._recent_field)
        self.numbers = LongText(2000, lines=4)
        self._numbers_field = Field(tr("Numbers, one a line"), self.numbers)
        card.body.addWidget(self._numbers_field)
        self.count = TextInput(3)
        self.count.value = "1"
        self._count_field = Field(tr("How many"), self.count)
        card.body.addWidget(self._count_field)
        show = Button(tr("Show the pages"), "plain", "eye")
        show.clicked.connect(self.look)
        card.body.addWidget(show)
        self.printer = Choice([("", tr("PDF file")), *((name, name) for name in printer.names())])
        card.body.addWidget(Field(tr("Printer"), self.printer))
        row = QHBoxLayout()
        send = Button(tr("Print   F6"), "primary", "printer")
        send.clicked.connect(self.print_pages)
        keep = Button(tr("Keep as PDF"), "plain", "save")
        keep.clicked.connect(lambda: self.keep_pdf())
        row.addWidget(send)
        row.addWidget(keep)
        card.body.addLayout(row)
        self.word = Text("", Type.CAPTION)
        card.body.addWidget(self.word)
        card.body.addStretch(1)
        self._sheet_changed()
        return card

    def _code(self) -> str:
        return str(self.sheet.value)

    def _of(self) -> str:
        return SHEETS[self._code()].of

    def _wants_blank(self) -> bool:
        return self.filled.value == "blank" and SHEETS[self._code()].blank is not None

    def _count(self) -> int:
        return max(1, min(100, int(self.count.value) if self.count.value.isdigit() else 1))

    def _chosen(self) -> list[str]:
        return [line.strip() for line in self.numbers.value.splitlines() if line.strip()]

    def _sheet_changed(self) -> None:
        self._given = self._wanted = None
        blank = self._wants_blank()
        self.filled.setVisible(SHEETS[self._code()].blank is not None)
        self._numbers_field.setVisible(not blank)
        self._recent_field.setVisible(not blank)
        self._count_field.setVisible(blank)
        if self.isVisible():
            self.load()

    def _offer(self, found: Sequence[tuple[str, str]]) -> None:
        self.recent.offer([("", tr("Choose …")), *found])

    def _add_recent(self) -> None:
        number = str(self.recent.value or "")
        if number and number not in self._chosen():
            self.numbers.value = "\n".join([*self._chosen(), number])
            self.look()

    def _show_given(self, job: Job) -> None:
        """Pages that another screen chose and that no number on the left makes."""
        self._given, self._wanted = job, None
        self._show(job)
        self.word.setText(job.title)

    def _show_wanted(self, job: Job) -> None:
        """Pages of a job that another screen put together; numbers are given when it is printed."""
        self._given = None
        self._show(job)
        self.word.setText(job.title)

    def _make(self, send: Callable[[Job], None]) -> None:
        if self._wanted is not None:
            self.desk.write(from_book.made, self._wanted, then=send, failed=self._refused)
        elif self._given is not None:
            send(self._given)
        elif self._wants_blank():
            self.desk.write(from_book.blank, self._code(), self._count(), then=send, failed=self._refused)
        else:
            self.desk.write(from_book.printed, self._code(), self._chosen(), then=send, failed=self._refused)

    def _send(self, job: Job, name: str) -> None:
        self._show(job)
        printer.send(job.pages, printer.printer(name, job.title))
        self.word.setText(tr("Sent to {printer}: {n} pages.").format(printer=name, n=len(job.pages)))

    def _write_pdf(self, job: Job, path: Path) -> None:
        self._show(job)
        try:
            pdf.write(job.pages, path, job.title)
        except GridbookError as error:
            self._refused(error)
            return
        self.word.setText(tr("Kept as {path}.").format(path=path.name))

    def _show(self, job: Job) -> None:
        self.job = job
        clear(self._pages)
        for page in job.pages[:MOST_SHOWN]:
            picture = QLabel()
            image = preview.image(page, self._dpi(page))
            picture.setPixmap(QPixmap.fromImage(image))
            picture.setAccessibleName(tr("Page"))
            self._pages.addWidget(picture)
        if len(job.pages) > MOST_SHOWN:
            self._pages.addWidget(Muted(tr("and {n} more").format(n=len(job.pages) - MOST_SHOWN)))
        marks = glyphs.missing(job.pages)
        if marks:
            names = "、".join(sorted({mark.mark for mark in marks}))
            said = tr("No font has these characters; they are printed as marks: {marks}")
            self.word.setText(said.format(marks=names))

    def _dpi(self, page: Page) -> float:
        """As large as it reads well, and no wider than there is room."""
        room = self._shown.viewport().width() - theme.px(look.XL)
        return min(PAGE_DPI * theme.scale / 100, room / (page.width / MM_PER_INCH))

    def _show_nothing(self) -> None:
        clear(self._pages)
        self._pages.addWidget(Muted(tr("Choose a sheet and records; the pages appear here.")))

    def _refused(self, error: GridbookError) -> None:
        self.word.setText(error.sentence())


def _recent(session: Session, of: str) -> list[tuple[str, str]]:
    if of in ("request", "requests", "errand"):
        rows = caseload.page(session, caseload.Wanted(), 0, RECENT)
        return [(row.request.number, f"{row.request.number}  {row.title}") for row in rows]
    return [(row.visit.number, f"{row.visit.number}  {row.place}") for row in visits.recent(session, RECENT)]
