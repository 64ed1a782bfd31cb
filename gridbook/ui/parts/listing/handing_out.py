"""A file of what is seen: which form, why, what stays at the desk, and that nobody protects it any more."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from gridbook.errors import GridbookError
from gridbook.i18n import tr
from gridbook.press import pdf
from gridbook.reports import export, facts
from gridbook.reports.export import WHY_NAMES, Form, Why
from gridbook.reports.workbook import Line, LineFile
from gridbook.sheets import from_book, list_page
from gridbook.store.book import Store
from gridbook.store.views import View
from gridbook.ui.desk import Desk
from gridbook.ui.parts import files
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Facts, SideSheet
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.fields import Field
from gridbook.ui.parts.text import Muted, Text
from gridbook.ui.theme import Type

WIDTH = 420
FORM_NAMES = {Form.XLSX: "Excel (xlsx)", Form.PDF: "PDF", Form.CSV: "CSV"}


class HandOutSheet(SideSheet):
    """Form and reason, then the file, part by part, so that the desk stays alive and can stop it."""

    done = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Hand out this list"), width=WIDTH)
        self._desk = desk
        self._view, self._ids = View(""), b""
        self._running: _Run | None = None
        self.facts = Facts()
        self.body.addWidget(self.facts)
        self.form = Chips([(form, name) for form, name in FORM_NAMES.items()], tr("Kind of file"))
        self.form.value = Form.XLSX
        self.body.addWidget(Field(tr("Kind of file"), self.form))
        self.why = Chips([(why, tr(name)) for why, name in WHY_NAMES.items()], tr("What it is for"))
        self.why_field = Field(tr("What it is for"), self.why, tr("It is noted in the log, without content."))
        self.body.addWidget(self.why_field)
        self.form.moved_on.connect(self.why.setFocus)
        self.warning = Text("▲ " + export.not_encrypted())
        self.warning.setProperty("mark", "due_soon")
        self.body.addWidget(self.warning)
        self.make = Button(tr("Make the file"), "primary", "download")
        self.make.clicked.connect(lambda: self.hand_out())
        self.stop = Button(tr("Stop"), "plain", "x")
        self.stop.clicked.connect(self.give_up)
        self.stop.hide()
        self.why.moved_on.connect(self.make.setFocus)
        row = QHBoxLayout()
        row.addWidget(self.make)
        row.addWidget(self.stop)
        row.addStretch(1)
        self.body.addLayout(row)
        self.line = Muted("", Type.CAPTION)
        self.body.addWidget(self.line)
        self.body.addStretch(1)

    def start(self, view: View, ids: bytes, shown: Sequence[str]) -> None:
        """Offer a file of these records with these columns."""
        self._view, self._ids = view, ids
        stays = facts.stays_here(view.kind, shown)
        goes = [tr(fact.title) for fact in export.columns(view)]
        self.facts.show_facts(
            [
                (tr("Lines"), f"{len(ids) // export.ID:,}"),
                (tr("Columns"), "、".join(goes)),
                (tr("Stays here"), "、".join(tr(fact.title) for fact in stays)),
            ]
        )
        self.line.setText("")
        self.why_field.say("")
        self.show()
        self.form.setFocus()

    def hand_out(self, path: Path | None = None) -> None:
        """Make the file, where a person says or at the path given."""
        if self._running is not None:
            return
        form = Form(str(self.form.value))
        try:
            why = export.require(len(self._ids) // export.ID, form, self.why.value)
        except GridbookError as error:
            self.why_field.tell(error)
            return
        self.why_field.say("")
        if path is None:
            named = f"{self._view.name or tr(export.KIND_NAMES[self._view.kind])}.{form}"
            kinds = f"{FORM_NAMES[form]} (*.{form})"
            chosen, _ = QFileDialog.getSaveFileName(
                self, tr("Hand out this list"), files.in_documents(named), kinds
            )
            if not chosen:
                return
            path = Path(chosen)
        self.make.hide()
        self.stop.show()
        self._running = _Run(self._desk, self._view, self._ids, form, why, path)
        self._running.go_on(self._tell, self._finished, self._failed)

    def give_up(self) -> None:
        """Stop; what was written so far is taken away again."""
        if self._running is not None:
            self._running.stopped = True

    def _tell(self, done: int) -> None:
        whole = len(self._ids) // export.ID
        self.line.setText(tr("{n} of {all} lines …").format(n=f"{done:,}", all=f"{whole:,}"))

    def _finished(self, sentence: str) -> None:
        self._end()
        self.line.setText(sentence)
        self.done.emit(sentence)

    def _failed(self, error: GridbookError) -> None:
        self._end()
        self.line.setText("")
        self._desk.refused.emit(error)

    def _end(self) -> None:
        self._running = None
        self.stop.hide()
        self.make.show()


class _Run:
    """One file on its way: each part is read and written in the book's thread, then the desk has its turn."""

    def __init__(self, desk: Desk, view: View, ids: bytes, form: Form, why: Why, path: Path) -> None:
        self.stopped = False
        self._desk, self._view, self._form, self._why, self._path = desk, view, form, why, path
        self._count = len(ids) // export.ID
        self._parts = list(export.in_parts(ids))
        self._next = 0
        self._file: LineFile | None = None
        self._paper: list[Line] = []

    def go_on(
        self,
        tell: Callable[[int], None],
        finished: Callable[[str], None],
        failed: Callable[[GridbookError], None],
    ) -> None:
        """Write the next part, and so on until it is done, stopped or refused."""

        def came(_: object) -> None:
            tell(min(self._next * export.AT_ONCE, self._count))
            if self.stopped:
                self._desk.do(self._leave, then=lambda _: finished(tr("Stopped; no file was made.")))
            elif self._next < len(self._parts):
                self.go_on(tell, finished, failed)
            else:
                self._desk.do(self._end, then=lambda _: finished(self._said()), failed=failed)

        def refused(error: GridbookError) -> None:
            if self._file is not None:
                self._file.give_up()
            failed(error)

        self._desk.do(self._part, then=came, failed=refused)

    def _said(self) -> str:
        return tr("{n} lines in {path}. {warning}").format(
            n=f"{self._count:,}", path=self._path.name, warning=export.not_encrypted()
        )

    def _part(self, store: Store) -> None:
        lines = store.read(export.lines, self._view, self._parts[self._next])
        if self._form is Form.PDF:
            self._paper += lines
        else:
            if self._file is None:
                self._file = store.read(export.begun, self._view, self._form, self._path).begin()
            self._file.add(lines)
        self._next += 1

    def _end(self, store: Store) -> None:
        store.write(export.note, self._view, self._form, self._count, self._why)
        if self._file is not None:
            self._file.finish()
            return
        columns = [(tr(fact.title), fact.width) for fact in export.columns(self._view)]
        title, shows = store.read(export.title, self._view), store.read(export.shows, self._view)
        pages = list_page.filled(title, shows, columns, self._paper, store.read(from_book.printing))
        pdf.write(pages, self._path, title)

    def _leave(self, store: Store) -> None:
        if self._file is not None:
            self._file.give_up()
