"""Nothing lost: what one did lately can be undone, what was deleted comes back, backups are put back."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from gridbook.i18n import N_, tr
from gridbook.records.base import CLASSES, LOCAL
from gridbook.store import backup, undoing
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.store.undoing import Act, InTheBin
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import KeptLine
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.table import Column, RecordTable
from gridbook.ui.parts.text import Heading, Muted
from gridbook.ui.screen import Screen
from gridbook.ui.theme import theme

LATELY, BIN, BACKUPS = "lately", "bin", "backups"


class _Held(NamedTuple):
    lately: Sequence[Act]
    bin: Sequence[InTheBin]


class RecentScreen(Screen):
    """Three parts: done lately, the bin, the backups."""

    NAME = "recent"
    TITLE = N_("Undo and bin")
    SHOWS = frozenset(rule.record for rule in CLASSES.values())
    FULL_WIDTH = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        page = QVBoxLayout(self)
        page.setContentsMargins(*(theme.px(look.XL),) * 4)
        page.setSpacing(theme.px(look.M))
        head = QHBoxLayout()
        head.setSpacing(theme.px(look.L))
        head.addWidget(Heading(tr(self.TITLE)))
        self.part = Chips(
            [(LATELY, tr("Done lately")), (BIN, tr("Bin")), (BACKUPS, tr("Backups"))], tr("Part of this page")
        )
        self.part.chosen.connect(self._turn)
        head.addWidget(self.part, 1)
        page.addLayout(head)
        self._said = Muted("")
        self._said.setVisible(theme.roomy)
        page.addWidget(self._said)
        self.kept_line = KeptLine()
        self.kept_line.hide()
        page.addWidget(self.kept_line)
        self.pages = QStackedWidget()
        page.addWidget(self.pages, 1)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(look.S))
        page.addLayout(foot)
        self.lately: RecordTable[Act] = RecordTable(
            _lately(),
            tr("Done lately"),
            EmptyState(tr("What you write and change is listed here."), icon="history"),
        )
        self.bin: RecordTable[InTheBin] = RecordTable(
            _bin(),
            tr("Bin"),
            EmptyState(tr("Nothing was deleted that could be fetched back."), icon="trash-2"),
        )
        self.backups: RecordTable[Path] = RecordTable(
            _backups(),
            tr("Backups"),
            EmptyState(tr("The first backup is made when the program is closed today."), icon="archive"),
        )
        for table in (self.lately, self.bin, self.backups):
            self.pages.addWidget(table)
        self.undo = Button(tr("Undo the last (Ctrl+Z)"), "primary", "undo-2")
        self.redo = Button(tr("Do again (Ctrl+Y)"), "plain", "arrow-right")
        self.fetch = Button(tr("Fetch back"), "primary", "undo-2")
        self.put_back = Button(tr("Put this backup back …"), "primary", "history")
        self.back_up = Button(tr("Back up now"), "plain", "save")
        for button in (self.undo, self.redo, self.fetch, self.put_back, self.back_up):
            foot.addWidget(button)
        foot.addStretch(1)
        self.undo.clicked.connect(lambda: self.desk.write(undoing.undo, then=self.say_undone))
        self.redo.clicked.connect(lambda: self.desk.write(undoing.redo, then=self.say_again))
        self.fetch.clicked.connect(self._fetch_back)
        self.put_back.clicked.connect(self._ask_for_restore)
        self.back_up.clicked.connect(lambda: self.desk.do(_back_up, then=self._backed_up))
        self.part.value = LATELY
        self._turn(LATELY)

    def load(self) -> None:
        """Ask for what was done, what lies in the bin, and which backups there are."""
        self.desk.read(_held, then=self._show)
        self.desk.do(_there, then=self.backups.show_rows)

    def open(self, what: object) -> None:
        """A part of the page by its name."""
        if what in (LATELY, BIN, BACKUPS):
            self.part.value = what
            self._turn(what)

    def say_undone(self, act: Act) -> None:
        """Say what was taken back."""
        self._say(tr("Taken back: {what}.").format(what=act.sentence))

    def say_again(self, act: Act) -> None:
        """Say what was done again."""
        self._say(tr("Done again: {what}.").format(what=act.sentence))

    def _turn(self, part: object) -> None:
        self.pages.setCurrentIndex((LATELY, BIN, BACKUPS).index(str(part)))
        shown = {
            LATELY: ((self.undo, self.redo), tr("The last 100 things you did on this PC, on whatever page.")),
            BIN: ((self.fetch,), tr("What was deleted stays here until its time is over; others see it go.")),
            BACKUPS: (
                (self.put_back, self.back_up),
                tr("Made after each day's work and tested by opening it: 12 days, 10 weeks, 9 months."),
            ),
        }
        buttons, sentence = shown[str(part)]
        for button in (self.undo, self.redo, self.fetch, self.put_back, self.back_up):
            button.setVisible(button in buttons)
        self._said.setText(sentence)

    def _show(self, held: _Held) -> None:
        self.lately.show_rows(held.lately)
        self.bin.show_rows(held.bin)
        self.undo.setEnabled(any(not one.undone for one in held.lately))
        self.redo.setEnabled(any(one.undone for one in held.lately))
        self.fetch.setEnabled(bool(held.bin))

    def _fetch_back(self) -> None:
        for one in self.bin.selected() or self.bin.rows()[:1]:
            self.desk.write(undoing.fetch_back, one.unit, one.record, then=partial(self._fetched, one))

    def _fetched(self, one: InTheBin, _: object) -> None:
        self._say(tr("Fetched back: {what}.").format(what=one.about))

    def _ask_for_restore(self) -> None:
        for path in self.backups.selected() or self.backups.rows()[:1]:
            self.restore_asked.emit(str(path))

    def _backed_up(self, path: Path) -> None:
        self._say(tr("Backed up and tested: {file}").format(file=path.name))
        self.desk.do(_there, then=self.backups.show_rows)

    def _say(self, sentence: str) -> None:
        self.kept_line.say(sentence)
        self.kept_line.show()
        self.load()


def _held(session: Session) -> _Held:
    return _Held(undoing.recent(session), undoing.bin_of(session))


def _there(store: Store) -> Sequence[Path]:
    return backup.listed(store.folder / "backups")


def _back_up(store: Store) -> Path:
    return backup.make(store, store.folder / "backups")


def _lately() -> list[Column[Act]]:
    return [
        Column(
            tr("When"),
            lambda one: f"{one.at.astimezone(LOCAL):%m-%d %H:%M}",
            sort=lambda one: one.n,
            width=120,
        ),
        Column(tr("What"), lambda one: one.about, width=300, stretch=True),
        Column(tr("Done"), lambda one: one.kind, width=140, spare=1),
        Column(
            tr("State"),
            lambda one: tr("Taken back") if one.undone else "",
            width=110,
            badge=lambda one: "suspended" if one.undone else "",
        ),
    ]


def _bin() -> list[Column[InTheBin]]:
    return [
        Column(
            tr("Deleted"),
            lambda one: f"{one.at.astimezone(LOCAL):%Y-%m-%d %H:%M}",
            sort=lambda one: one.at.timestamp(),
            width=170,
        ),
        Column(tr("What"), lambda one: one.about, width=320, stretch=True),
    ]


def _backups() -> list[Column[Path]]:
    return [
        Column(
            tr("Made"),
            lambda path: f"{backup.made_at(path).astimezone(LOCAL):%Y-%m-%d %H:%M}",
            sort=lambda path: backup.made_at(path).timestamp(),
            width=180,
        ),
        Column(tr("File"), lambda path: path.name, width=360, stretch=True),
        Column(
            tr("Size"),
            lambda path: tr("{mb:.1f} MB").format(mb=path.stat().st_size / 1e6) if path.exists() else "—",
            width=120,
            numbers=True,
        ),
    ]
