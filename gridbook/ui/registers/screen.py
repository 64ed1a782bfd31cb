"""Old registers in three steps: choose the file, say what its columns are, look and load; or undo a load."""

import contextlib
import threading
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gridbook.errors import GridbookError
from gridbook.i18n import N_, tr
from gridbook.records.base import RecordId, local_day
from gridbook.registers import capped, headings, loading, wrong_rows
from gridbook.registers.kinds import KIND_NAMES, Kind
from gridbook.registers.loading import Loaded, LoadStopped, Prepared
from gridbook.registers.reading import Sheet
from gridbook.registers.rows import Plan
from gridbook.store import loads
from gridbook.store.loads import Load, Undone
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts import files
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Card, clear
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.fields import Choice, Field
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.text import Muted, Text
from gridbook.ui.registers.columns import Columns
from gridbook.ui.registers.preview import Preview
from gridbook.ui.screen import Screen
from gridbook.ui.theme import Type, theme

STEPS = (N_("1  Choose the file"), N_("2  What the columns are"), N_("3  Look and load"))


class Reading(QObject):
    """Reads a file beside the book's own thread, so that nobody waits for a foreign file."""

    read = Signal(object)
    refused = Signal(object)

    def begin(self, path: Path, sheet: str) -> None:
        """Read; one of the signals tells what came of it, in the window's thread."""
        threading.Thread(target=self._read, args=(path, sheet), daemon=True).start()

    def _read(self, path: Path, sheet: str) -> None:
        # The window may have been closed meanwhile; then nobody is there to be told.
        with contextlib.suppress(RuntimeError):
            try:
                self.read.emit(capped.read(path, sheet))
            except GridbookError as error:
                self.refused.emit(error)


class RegistersScreen(Screen):
    """The three steps, and below them what was loaded before."""

    NAME = "registers"
    TITLE = N_("Old registers")

    _went_on = Signal(int, int)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._path: Path | None = None
        self._sheet: Sheet | None = None
        self._plan: Plan | None = None
        self._prepared: Prepared | None = None
        self._stop = threading.Event()
        self._reading = Reading()
        page = self.page()
        self._steps = [_step(word) for word in STEPS]
        row = Flow(gap=theme.px(look.M))
        for step in self._steps:
            row.addWidget(step)
        page.addLayout(row)
        self.word = Text("")
        self.word.setProperty("error", True)
        page.addWidget(self.word)
        self._pages = QStackedWidget()
        for made in (self._choose_page(), self._columns_page(), self._look_page()):
            self._pages.addWidget(made)
        page.addWidget(self._pages, 1)
        self._connect()
        self._at(0)

    def load(self) -> None:
        """Ask what was loaded before."""
        self.desk.read(loads.recent, then=self._show_loads)

    def step_back(self) -> bool:
        """Esc: one step back."""
        at = self._pages.currentIndex()
        if at == 0 or self.stop.isVisible():
            return False
        self._at(at - 1)
        return True

    def choose(self, path: Path | None = None) -> None:
        """Choose a file and read it in a process of its own."""
        if path is None:
            kinds = tr("Registers (*.xlsx *.csv *.txt)")
            chosen, _ = QFileDialog.getOpenFileName(
                self, tr("Choose an old register"), files.in_documents(), kinds
            )
            if not chosen:
                return
            path = Path(chosen)
        self._path = path
        self._read("")

    def _read(self, sheet: str) -> None:
        if self._path is not None:
            self._say("")
            self.file.setEnabled(False)
            self.file.name(tr("Reading {name} …").format(name=self._path.name))
            self._reading.begin(self._path, sheet)

    def _choose_page(self) -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(look.L))
        card = Card()
        card.body.addWidget(
            Text(
                tr(
                    "Past visits, past requests or the estates of your grid, from an .xlsx workbook or CSV. "
                    "Columns about people that this book has no purpose for are not read at all."
                )
            )
        )
        self.file = Button("", "primary", "upload")
        card.body.addWidget(self.file)
        column.addWidget(card)
        self._before = Card(tr("Loaded before"))
        self._loads = QVBoxLayout()
        self._loads.setSpacing(theme.px(look.XS))
        self._before.body.addLayout(self._loads)
        column.addWidget(self._before)
        column.addStretch(1)
        return whole

    def _columns_page(self) -> QWidget:
        card = Card()
        self.kind = Chips([(kind, tr(name)) for kind, name in KIND_NAMES.items()], tr("What the rows are"))
        card.body.addWidget(self.kind)
        self.sheet_choice = Choice([])
        self._sheet_field = Field(tr("Sheet of the workbook"), self.sheet_choice)
        card.body.addWidget(self._sheet_field)
        self.refused_line = Text("")
        self.refused_line.setProperty("mark", "due_soon")
        card.body.addWidget(self.refused_line)
        self.columns = Columns()
        card.body.addWidget(self.columns)
        card.body.addStretch(1)
        self.look_at = Button(tr("Look at the rows"), "primary", "eye")
        self.other = Button(tr("Another file"), "quiet")
        card.body.addLayout(_wrapped(self.look_at, self.other))
        return card

    def _look_page(self) -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(look.M))
        self.preview = Preview()
        column.addWidget(self.preview, 1)
        self.leave_out = QCheckBox(tr("Load the other rows and leave the wrong ones out"))
        column.addWidget(self.leave_out)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Progress"))
        column.addWidget(self.progress)
        self.load_them = Button(tr("Load"), "primary", "check")
        self.save_wrong = Button(tr("Save the wrong rows as a workbook"), "plain", "save")
        self.stop = Button(tr("Stop; keep nothing"), "danger")
        self.back = Button(tr("Back to the columns"), "quiet")
        column.addLayout(_wrapped(self.load_them, self.save_wrong, self.stop, self.back))
        return whole

    def _connect(self) -> None:
        self.file.clicked.connect(lambda: self.choose())
        self._reading.read.connect(self._was_read)
        self._reading.refused.connect(self._not_read)
        self.kind.chosen.connect(lambda _: self._offer_columns())
        self.sheet_choice.activated.connect(lambda _: self._read(str(self.sheet_choice.value)))
        self.other.clicked.connect(lambda: self._at(0))
        self.look_at.clicked.connect(self.prepare)
        self.back.clicked.connect(lambda: self._at(1))
        self.leave_out.toggled.connect(lambda _: self._may_load())
        self.load_them.clicked.connect(self.load_rows)
        self.save_wrong.clicked.connect(lambda: self.save_wrong_rows())
        self.stop.clicked.connect(self._stop.set)
        self._went_on.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)

    def _at(self, step: int) -> None:
        self._pages.setCurrentIndex(step)
        for n, label in enumerate(self._steps):
            label.setProperty("step", "open" if n == step else "done" if n < step else "")
            label.style().unpolish(label)
            label.style().polish(label)
        self._say("")
        if step == 0:
            self.file.setEnabled(True)
            self.file.name(tr("Choose an old register"))

    def _was_read(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._at(1)
        self.file.setEnabled(True)
        self.kind.value = headings.likely_kind(sheet.headings)
        self.sheet_choice.offer([(name, name) for name in sheet.sheets])
        self.sheet_choice.value = sheet.sheet
        self._sheet_field.setVisible(len(sheet.sheets) > 1)
        names = "、".join(sheet.refused)
        self.refused_line.setText(
            tr("Outside the purpose of this book, not even read: {names}.").format(names=names)
        )
        self.refused_line.setVisible(bool(sheet.refused))
        self._offer_columns()
        self.look_at.setFocus()

    def _not_read(self, error: GridbookError) -> None:
        self._at(0)
        self._say(error.sentence())

    def _offer_columns(self) -> None:
        if self._sheet is not None and isinstance(self.kind.value, Kind):
            self.columns.show_sheet(self._sheet, self.kind.value)

    def prepare(self) -> None:
        """Look at every row."""
        if self._sheet is None:
            return
        self._say(tr("Looking at {n} rows …").format(n=self._sheet.total), good=True)
        self._plan = self.columns.plan()
        self.desk.read(
            loading.prepare, self._sheet, self._plan, then=self._show_prepared, failed=self._refused
        )

    def _show_prepared(self, made: Prepared) -> None:
        self._prepared = made
        self._at(2)
        self.preview.show_prepared(made)
        self.leave_out.setChecked(False)
        self.leave_out.setVisible(bool(made.wrong) and bool(made.ready))
        self.save_wrong.setVisible(bool(made.wrong))
        self._loading(False)

    def _may_load(self) -> None:
        made = self._prepared
        if made is not None:
            self.load_them.setEnabled(bool(made.ready) and (not made.wrong or self.leave_out.isChecked()))
            self.load_them.name(tr("Load {n} rows").format(n=len(made.ready)))

    def load_rows(self) -> None:
        """Keep all of it, or nothing."""
        if self._sheet is None or self._plan is None or self._path is None:
            return
        its_hash = loading.file_hash(self._path, self._sheet.sheet)
        self._stop.clear()
        self._loading(True)
        self.desk.write(
            loading.load,
            self._sheet,
            self._plan,
            its_hash,
            leave_out=self.leave_out.isChecked(),
            told=self._told,
            then=self._was_loaded,
            failed=self._refused,
        )

    def _told(self, done: int, of: int) -> None:
        if self._stop.is_set():
            raise LoadStopped(tr("The load was stopped."), kept=tr("Nothing was loaded."))
        self._went_on.emit(done, of)

    def _show_progress(self, done: int, of: int) -> None:
        self.progress.setRange(0, of)
        self.progress.setValue(done)

    def _loading(self, now: bool) -> None:
        self.progress.setVisible(now)
        self.stop.setVisible(now)
        self.back.setVisible(not now)
        self.load_them.setEnabled(not now)
        if not now:
            self._may_load()

    def _was_loaded(self, done: Loaded) -> None:
        self._loading(False)
        self._at(0)
        self._say(tr("Loaded: {n} rows.").format(n=done.rows), good=True)
        self.load()

    def save_wrong_rows(self, path: Path | None = None) -> None:
        """Keep the wrong rows as a workbook in which they can be corrected."""
        if self._sheet is None or self._plan is None or self._prepared is None:
            return
        if path is None:
            named = tr("rows to correct.xlsx")
            chosen, _ = QFileDialog.getSaveFileName(
                self, tr("Save the wrong rows"), files.in_documents(named), "Excel (*.xlsx)"
            )
            if not chosen:
                return
            path = Path(chosen)
        try:
            wrong_rows.write(self._sheet, self._plan, self._prepared.wrong, path)
        except GridbookError as error:
            self._refused(error)
            return
        told = tr("Saved as {name}. This file is not encrypted; delete it when it is done.")
        self._say(told.format(name=path.name), good=True)

    def _show_loads(self, found: Sequence[Load]) -> None:
        clear(self._loads)
        self._before.setEnabled(True)
        self._before.setVisible(bool(found))
        for one in found:
            what = tr("{kind}: {n} rows").format(kind=tr(KIND_NAMES[Kind(one.kind)]), n=one.rows)
            words = Text(f"{local_day(one.at).isoformat()}  {what}")
            words.setWordWrap(False)
            back = Button(tr("Take back"), "quiet", "undo-2")
            back.setAccessibleName(tr("Take back") + " " + words.text())
            back.clicked.connect(lambda _=False, load=one.id: self.take_back(load))
            gone = Muted(tr("Taken back"))
            holder = QWidget()
            holder.setLayout(_row(words, gone if one.undone_at else back))
            self._loads.addWidget(holder)

    def take_back(self, load: RecordId) -> None:
        """Take a whole load back."""
        self._before.setEnabled(False)
        self._say(tr("Taking the load back …"), good=True)
        self.desk.write(loads.undo, load, then=self._was_taken_back, failed=self._refused)

    def _was_taken_back(self, done: Undone) -> None:
        told = tr("Taken back: {n}.").format(n=done.taken)
        if done.stayed:
            told += tr("Worked on since and kept: {n}.").format(n=done.stayed)
        self._say(told, good=True)
        self.load()

    def _refused(self, error: GridbookError) -> None:
        self._loading(False)
        self._before.setEnabled(True)
        self._say(error.sentence())

    def _say(self, sentence: str, *, good: bool = False) -> None:
        self.word.setText(sentence)
        self.word.setVisible(bool(sentence))
        self.word.setProperty("error", not good)
        self.word.setProperty("mark", "on_time" if good else "")
        self.word.style().unpolish(self.word)
        self.word.style().polish(self.word)


def _step(word: str) -> QLabel:
    label = Text(tr(word), Type.CAPTION)
    label.setWordWrap(False)
    label.setContentsMargins(theme.px(look.M), theme.px(look.XS), theme.px(look.M), theme.px(look.XS))
    return label


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.px(look.S))
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row


def _wrapped(*buttons: QWidget) -> Flow:
    row = Flow(gap=theme.px(look.S))
    for button in buttons:
        row.addWidget(button)
    return row
