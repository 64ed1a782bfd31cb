"""Moving work: hand cases over, see who signed for them, deal with what came back."""

from collections.abc import Mapping

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from gridbook.i18n import N_, tr
from gridbook.records.base import RecordId
from gridbook.records.moving import HandOver
from gridbook.records.place import Building, Estate, Level, level_of
from gridbook.records.request import Particulars, Reason, Request
from gridbook.store import moving, returned, signing
from gridbook.store.moving import Done
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.moving import held
from gridbook.ui.moving.acts import Acts
from gridbook.ui.moving.give import Give
from gridbook.ui.moving.held import Held
from gridbook.ui.moving.tray import Tray
from gridbook.ui.parts.cards import KeptLine
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.text import Heading, Muted
from gridbook.ui.screen import Screen
from gridbook.ui.theme import theme

GIVE, ACTS, TRAY = "give", "acts", "tray"


class MovingScreen(Screen):
    """Three parts at an office above grids; at a grid what was handed to it, to sign for."""

    NAME = "moving"
    TITLE = N_("Moving work")
    SHOWS = frozenset({HandOver, Request, Particulars, Estate, Building})
    FULL_WIDTH = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.held: Held | None = None
        self._giver = ""
        above = level_of(desk.store.unit) is not Level.GRID
        page = QVBoxLayout(self)
        page.setContentsMargins(*(theme.px(look.XL),) * 4)
        page.setSpacing(theme.px(look.M))
        head = QHBoxLayout()
        head.setSpacing(theme.px(look.L))
        head.addWidget(Heading(tr(self.TITLE)))
        self.part = Chips(
            [(GIVE, tr("Hand cases over")), (ACTS, tr("Signatures")), (TRAY, tr("Returned to you"))],
            tr("Part of this page"),
        )
        self.part.setVisible(above)
        self.part.chosen.connect(self._turn)
        head.addWidget(self.part, 1)
        page.addLayout(head)
        said = (
            tr("Due dates and what happened so far go along; above, it stays one matter with both numbers.")
            if above
            else tr("What was handed to this grid. Sign for it when you have taken it over.")
        )
        sentence = Muted(said)
        sentence.setVisible(theme.roomy)
        page.addWidget(sentence)
        self.kept_line = KeptLine()
        self.kept_line.hide()
        page.addWidget(self.kept_line)
        self.give, self.acts, self.tray = Give(), Acts(), Tray()
        self.pages = QStackedWidget()
        for one in (self.give, self.acts, self.tray):
            self.pages.addWidget(one)
        page.addWidget(self.pages, 1)
        self.part.value = GIVE if above else ACTS
        self._turn(self.part.value)
        self.give.giver_chosen.connect(self._look_at)
        self.give.asked.connect(self._hand_over)
        self.give.estate_asked.connect(self._hand_over_estate)
        self.give.list_asked.connect(lambda unit: self.opened.emit("print", {"hand over": unit}))
        self.acts.list_asked.connect(lambda act: self.opened.emit("print", {"hand over": act}))
        self.acts.signed.connect(lambda: self.desk.write(signing.take, then=self._signed))
        self.tray.carried.connect(lambda one: self.desk.write(returned.carry, one, then=self._carried))
        self.tray.noted.connect(lambda one: self.desk.write(returned.note, one, then=self._noted))

    def load(self) -> None:
        """Ask for the grids, the cases of the one that gives, the hand-overs and the tray."""
        self.desk.read(held.read, self._giver, then=self._show)

    def open(self, what: object) -> None:
        """A part of the page by its name, or the cases of one grid."""
        if isinstance(what, Mapping) and what.get("grid"):
            self._giver = str(what["grid"])
            self.load()
        elif what in (GIVE, ACTS, TRAY):
            self.part.value = what
            self._turn(what)

    def print_pages(self) -> None:
        """F6: the list of the hand-over that is selected, or of the grid that gives."""
        shown = self.pages.currentWidget()
        if shown is self.acts:
            self.acts.paper.click()
        elif shown is self.give:
            self.give.paper.click()

    def _turn(self, part: object) -> None:
        self.pages.setCurrentIndex((GIVE, ACTS, TRAY).index(str(part)))

    def _look_at(self, giver: str) -> None:
        self._giver = giver
        self.load()

    def _show(self, found: Held) -> None:
        self.held = found
        self._giver = found.giver
        for one in (self.give, self.acts, self.tray):
            one.show_held(found)

    def _hand_over(self, cases: list[RecordId], to: str, reason: Reason) -> None:
        self.desk.write(moving.cases, cases, to, reason, then=self._handed)

    def _hand_over_estate(self, estate: RecordId, to: str, reason: Reason) -> None:
        self.desk.write(moving.estate, estate, to, reason, then=self._handed)

    def _handed(self, done: Done) -> None:
        said = tr("{n} cases handed over; they travel with the next stick.").format(n=len(done.moved))
        places = "、".join(name for one in done.records for name in one.places)
        said = tr("{places} and {said}").format(places=places, said=said) if places else said
        left = "；".join(f"{one.number}：{one.error.message}" for one in done.left[:3])
        self._say("  ".join(part for part in (said, left) if part))

    def _signed(self, signed: object) -> None:
        self._say(tr("Signed for; the office above sees it with the next stick."))

    def _carried(self, number: str) -> None:
        self._say(tr("Carried over to {number}.").format(number=number))

    def _noted(self, number: str) -> None:
        self._say(tr("Noted for {number}.").format(number=number))

    def _say(self, sentence: str) -> None:
        self.kept_line.say(sentence)
        self.kept_line.show()
