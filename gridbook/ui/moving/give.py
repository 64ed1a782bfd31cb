"""Choose the cases of one grid, the grid that goes on with them, and why."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from gridbook.i18n import tr
from gridbook.records.base import RecordId
from gridbook.records.request import REASONS, REASONS_FOR, Action, Reason
from gridbook.ui import theme as look
from gridbook.ui.moving.held import Case, Held
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.fields import Choice, Field
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.table import Column, RecordTable
from gridbook.ui.parts.text import Muted
from gridbook.ui.theme import theme


class Give(QWidget):
    """From whom, to whom and why above; the open cases below, of which one or all are chosen."""

    asked = Signal(list, str, object)
    """The cases, the grid that goes on with them, the reason."""
    estate_asked = Signal(bytes, str, object)
    """An estate with its buildings and open cases, the grid in which it lies from now on, the reason."""
    giver_chosen = Signal(str)
    list_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(theme.px(look.M))
        self.giver, self.to = Choice([]), Choice([])
        self.giver.activated.connect(lambda _: self.giver_chosen.emit(str(self.giver.value or "")))
        self.to.activated.connect(lambda _: self._say())
        options = [(reason, tr(REASONS[reason])) for reason in REASONS_FOR[Action.HAND_OVER]]
        self.reason = Chips(options, tr("Reason of the hand-over"))
        self.reason.value = Reason.BOUNDARY
        ways = QHBoxLayout()
        ways.setSpacing(theme.px(look.L))
        ways.addWidget(Field(tr("Grid that gives"), self.giver), 1)
        ways.addWidget(Field(tr("Grid that takes"), self.to), 1)
        page.addLayout(ways)
        page.addWidget(Field(tr("Reason of the hand-over"), self.reason))
        self.table: RecordTable[Case] = RecordTable(
            _columns(),
            tr("Open cases of the grid"),
            EmptyState(tr("This grid has no open case. Closed cases stay where they are."), icon="check"),
        )
        self.table.view.selectionModel().selectionChanged.connect(lambda *_: self._say())
        page.addWidget(self.table, 1)
        foot = Flow(gap=theme.px(look.S))
        self.button = Button(tr("Hand over {n} cases").format(n=0), "primary", "arrow-right")
        self.button.clicked.connect(self._ask)
        self.all = Button(tr("Choose all"), "plain")
        self.all.clicked.connect(self.table.view.selectAll)
        self.paper = Button(tr("Print the list"), "plain", "printer")
        self.paper.clicked.connect(lambda: self.list_asked.emit(str(self.giver.value or "")))
        self.word = Muted("")
        self.estate = Button(tr("Hand over an estate"), "plain", "building-2")
        self.menu = QMenu(self.estate)
        self.estate.clicked.connect(
            lambda: self.menu.popup(self.estate.mapToGlobal(self.estate.rect().bottomLeft()))
        )
        for widget in (self.button, self.all, self.estate, self.paper):
            foot.addWidget(widget)
        page.addLayout(foot)
        page.addWidget(self.word)

    def show_held(self, held: Held) -> None:
        """Show the grids and the cases of the one that gives."""
        to = self.to.value
        self.giver.offer(held.grids)
        self.giver.value = held.giver
        self.to.offer(
            [("", tr("Choose …")), *((code, name) for code, name in held.grids if code != held.giver)]
        )
        self.to.value = to if to and to != held.giver else ""
        self.table.show_rows(held.cases)
        self.all.setVisible(bool(held.cases))
        self.menu.clear()
        for estate, name in held.estates:
            self.menu.addAction(name).triggered.connect(
                lambda _=False, estate=estate: self._ask_estate(estate)
            )
        self.estate.setVisible(bool(held.estates))
        self.paper.setEnabled(bool(held.giver))
        self._arranges = held.arranges
        self._say()

    def chosen(self) -> Sequence[RecordId]:
        """The selected cases."""
        return [one.id for one in self.table.selected()]

    def _say(self) -> None:
        count = len(self.chosen())
        self.button.name(tr("Hand over {n} cases").format(n=count))
        ready = bool(count and self.to.value and self._arranges)
        self.button.setEnabled(ready)
        self.estate.setEnabled(bool(self.to.value and self._arranges))
        self.word.setText("" if ready else self._lacking(count))
        self.word.setVisible(bool(self.word.text()))

    def _lacking(self, count: int) -> str:
        if not self._arranges:
            return tr("The lead of this office hands work over.")
        if not count:
            return ""
        return tr("Choose the grid that goes on with them.")

    def _ask(self) -> None:
        self.asked.emit(list(self.chosen()), str(self.to.value), self.reason.value)

    def _ask_estate(self, estate: RecordId) -> None:
        self.estate_asked.emit(estate, str(self.to.value), self.reason.value)

    _arranges = False


def _columns() -> list[Column[Case]]:
    return [
        Column(tr("Number"), lambda one: one.number, width=178),
        Column(tr("Title"), lambda one: one.title, width=200, stretch=True),
        Column(tr("Category"), lambda one: one.category, width=130, spare=1),
        Column(tr("Status"), lambda one: one.status, width=96),
        Column(
            tr("Due"),
            lambda one: one.due,
            sort=lambda one: one.due_at,
            width=172,
            badge=lambda one: one.urgency,
        ),
    ]
