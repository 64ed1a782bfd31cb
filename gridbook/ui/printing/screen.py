"""Choose a sheet and records, see every page as it will be, then print it or keep it as PDF."""

from collections.abc import Callable, Generator, Mapping
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import N_, tr
from gridbook.press import glyphs, pdf, printer
from gridbook.records.base import LOCAL
from gridbook.records.place import Place
from gridbook.records.request import Request
from gridbook.records.visit import Visit
from gridbook.sheets import SHEETS, from_book
from gridbook.sheets.from_book import Job, Wanted
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts import files
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Card, Scrolled
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.fields import Choice, Field
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.text import Heading, Text
from gridbook.ui.printing.choosing import Choosing, door_of
from gridbook.ui.printing.preview import Preview
from gridbook.ui.printing.waiting import Waiting
from gridbook.ui.screen import Screen
from gridbook.ui.theme import Type, theme

SIDE, NARROW_SIDE = 340, 292
PAGES, WAITING = "pages", "waiting"
AT_ONCE = 16
"""So many pages are painted before the window answers again."""


class PrintScreen(Screen):
    """What to print on the left; on the right its pages, or the sheets that are still on paper."""

    NAME = "print"
    TITLE = N_("Print")
    ICON = "printer"
    SHOWS = frozenset({Visit, Request})
    FULL_WIDTH = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.job: Job | None = None
        self._stopped = False
        self._given: Job | None = None
        self.choosing = Choosing(desk)
        self.preview = Preview()
        self.waiting = Waiting(desk)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(*(theme.px(look.XL if theme.roomy else look.M),) * 4)
        layout.setSpacing(theme.px(look.L))
        layout.addWidget(self._left())
        layout.addWidget(self._right(), 1)
        self.choosing.changed.connect(self.look)
        self.waiting.opened.connect(self.opened)
        self.waiting.counted.connect(self._count_waiting)
        self._show_nothing()

    def load(self) -> None:
        """Offer the newest records, and ask which sheets have not come back."""
        self.choosing.load()
        self.waiting.load()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What was printed or keyed in meanwhile changes no record, so it is asked for each time."""
        super().showEvent(event)
        self.waiting.load()

    def open(self, what: object) -> None:
        """Print what another screen chose: visits or requests by number, doors, or a list of work.

        “waiting” shows the sheets that have not come back.
        """
        if what == WAITING:
            self._turn_to(WAITING)
        if isinstance(what, Wanted | Mapping):
            self._turn_to(PAGES)
        if isinstance(what, Wanted):
            self.choosing.take(what)
        if not isinstance(what, Mapping):
            return
        if "hand over" in what:
            of = what["hand over"]
            self.desk.read(from_book.hand_over_list, of, then=self._show_given, failed=self._refused)
        elif "blank" in what:
            self.choosing.choose_blank(str(what["blank"]))
        elif "doors" in what:
            self.choosing.choose_doors([str(one) for one in what["doors"]], str(what.get("purpose", "")))
        elif "building" in what:
            self.desk.read(door_of, what, then=self._door, failed=self._refused)
        else:
            numbers = list(what.get("visits") or what.get("requests") or [])
            if numbers:
                several = "P2" if len(numbers) > 1 else "P1"
                code = str(what.get("sheet") or ("P5" if what.get("requests") else several))
                self.choosing.choose(code, numbers)
                self.look()

    def look(self) -> None:
        """Show the pages; nothing is noted as printed by looking."""
        self._given = None
        self._tell("")
        wanted = self.choosing.wanted()
        if wanted is None:
            self._show_nothing()
        else:
            self.desk.try_out(from_book.made, wanted, then=self._show, failed=self._refused)

    def print_pages(self) -> None:
        """F6 here prints on the printer that is chosen."""
        name = str(self.printer.value or "")
        if not self.send.isEnabled():
            return
        if not name:
            self.keep_pdf()
            return
        try:
            # A printer that is not there is said before anything is noted as printed.
            printer.printer(name, "")
        except GridbookError as error:
            self._tell(error.sentence())
            return
        self._make(lambda job: self._send(job, name))

    def keep_pdf(self, path: Path | None = None) -> None:
        """Keep the pages as a PDF file."""
        if self.job is None:
            self._tell(tr("Choose what to print first."))
            return
        if path is None:
            day = f"{self.desk.store.clock.now().astimezone(LOCAL):%Y-%m-%d}"
            named = files.in_documents(f"{self.job.title} {day}.pdf")
            chosen, _ = QFileDialog.getSaveFileName(self, tr("Keep as PDF"), named, "PDF (*.pdf)")
            if not chosen:
                return
            path = Path(chosen)
        goes_to = path
        self._make(lambda job: self._write_pdf(job, goes_to))

    def _left(self) -> Card:
        card = Card()
        card.setFixedWidth(theme.px(SIDE if theme.roomy else NARROW_SIDE))
        self.printer = Choice([("", tr("PDF file")), *((name, name) for name in printer.names())])
        field = Field(tr("Printer"), self.printer)
        scrolled = Scrolled(self.choosing)
        if theme.roomy:
            card.body.addWidget(Heading(tr(self.TITLE)))
        # The fields scroll by themselves, so that printer and buttons stay in sight.
        scrolled.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        card.body.addWidget(scrolled, 1)
        card.body.addWidget(field)
        buttons = QWidget()
        row = Flow(buttons, gap=theme.px(look.S))
        self.send = Button(tr("Print   F6"), "primary", "printer")
        self.send.clicked.connect(self.print_pages)
        self.keep = Button(tr("Keep as PDF"), "plain", "save")
        self.keep.clicked.connect(lambda: self.keep_pdf())
        row.addWidget(self.send)
        row.addWidget(self.keep)
        self.stop = Button(tr("Stop"), "plain", "x")
        self.stop.clicked.connect(self.stop_printing)
        self.stop.hide()
        row.addWidget(self.stop)
        card.body.addWidget(buttons)
        self.word = Text("", Type.CAPTION)
        self.word.hide()
        card.body.addWidget(self.word)
        return card

    def _right(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(look.S))
        self.shown = Chips([(PAGES, tr("Pages")), (WAITING, tr("To key in"))], tr("What is shown"))
        self.shown.value = PAGES
        self.shown.chosen.connect(lambda which: self._turn_to(str(which)))
        self.count = Text("", Type.CAPTION)
        top = QHBoxLayout()
        top.addWidget(self.shown, 1)
        top.addWidget(self.count)
        column.addLayout(top)
        column.addWidget(self.preview, 1)
        column.addWidget(self.waiting, 1)
        self.waiting.hide()
        return side

    def _turn_to(self, which: str) -> None:
        self.shown.value = which
        self.preview.setVisible(which == PAGES)
        self.waiting.setVisible(which == WAITING)
        if which == WAITING:
            self.waiting.load()

    def _count_waiting(self, n: int) -> None:
        self.count.setText(tr("{n} printed sheets to key in").format(n=n) if n else "")
        self.count.setVisible(bool(n) and theme.roomy)

    def _door(self, place: Place) -> None:
        self.choosing.choose_door(place)

    def _show_given(self, job: Job) -> None:
        """Pages that another screen chose and that no choice on the left makes."""
        self._given = job
        self._show(job)
        self._tell(job.title)

    def _make(self, send: Callable[[Job], None]) -> None:
        wanted = self.choosing.wanted()
        if self._given is not None:
            send(self._given)
        elif wanted is None:
            self._tell(tr("Choose what to print first."))
        else:
            self.desk.write(from_book.made, wanted, then=send, failed=self._refused)

    def _send(self, job: Job, name: str) -> None:
        self._show(job)
        said = tr("Sent to {printer}: {n} pages.").format(printer=name, n=len(job.pages))
        try:
            self._begin(printer.sending(job.pages, printer.printer(name, job.title)), len(job.pages), said)
        except GridbookError as error:
            self._tell(error.sentence())

    def _write_pdf(self, job: Job, path: Path) -> None:
        self._show(job)
        said = tr("Kept as {path}.").format(path=files.shown(path))
        self._begin(pdf.writing(job.pages, path, job.title), len(job.pages), said)

    def _begin(self, steps: Generator[int, None, None], of: int, said: str) -> None:
        """Print page by page; between some and the next the window answers."""
        pressed = QApplication.focusWidget()
        self._working(of > AT_ONCE)
        self._stopped = False
        self._step(steps, of, said, pressed if pressed in (self.send, self.keep) else None)

    def _working(self, long: bool) -> None:
        """While pages are made nothing else is begun, and what takes long can be stopped."""
        for button in (self.send, self.keep):
            button.setEnabled(False)
            button.setVisible(not long)
        self.stop.setVisible(long)
        if long:
            self.stop.setFocus()

    def stop_printing(self) -> None:
        """Begin no further page; of a file nothing is left, of paper what was sent already."""
        self._stopped = True

    def _step(self, steps: Generator[int, None, None], of: int, said: str, pressed: QWidget | None) -> None:
        try:
            done = 0 if self._stopped else max(islice(steps, AT_ONCE), default=0)
        except GridbookError as error:
            said, done = error.sentence(), 0
        if self._stopped:
            steps.close()
            said = tr("Stopped. What was noted as printed can be printed again.")
        elif done and done % AT_ONCE == 0:
            self._tell(tr("{n} of {all} pages …").format(n=done, all=of))
            QTimer.singleShot(0, self, lambda: self._step(steps, of, said, pressed))
            return
        for button in (self.send, self.keep):
            button.setEnabled(True)
            button.show()
        self.stop.hide()
        if pressed is not None:
            # A button that is not enabled loses the keyboard; it gets it back.
            pressed.setFocus()
        self._say(said)
        self.waiting.load()

    def _show(self, job: Job) -> None:
        self.job = job
        self.preview.show_pages(job.pages)
        self._tell(self._marks(job))

    def _tell(self, word: str) -> None:
        self.word.setText(word)
        self.word.setVisible(bool(word))

    def _say(self, word: str) -> None:
        """A word about what was done, with what had to be printed as marks."""
        marks = self._marks(self.job) if self.job is not None else ""
        self._tell("\n".join(part for part in (word, marks) if part))

    def _marks(self, job: Job) -> str:
        marks = glyphs.missing(job.pages)
        if not marks:
            return ""
        names = "、".join(sorted({mark.mark for mark in marks}))
        return tr("No font has these characters; they are printed as marks: {marks}").format(marks=names)

    def _show_nothing(self) -> None:
        self.job = None
        of = SHEETS[str(self.choosing.sheet.value)].of
        said = {
            "doors": tr("Write the doors of the list; the pages appear here."),
            "door": tr("Write the door; everything that is held about it appears here."),
            "days": tr("Choose the days; the pages appear here."),
        }
        self.preview.show_pages((), said.get(of, tr("Choose a sheet and records; the pages appear here.")))

    def _refused(self, error: GridbookError) -> None:
        self.job = None
        self.preview.show_pages((), error.sentence())
        self._tell("")
