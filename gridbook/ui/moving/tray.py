"""Returned to you: what the old grid wrote too late, and what becomes of it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridbook.i18n import tr
from gridbook.records.base import LOCAL
from gridbook.store import returned
from gridbook.store.returned import Returned
from gridbook.ui import theme as look
from gridbook.ui.moving.held import Held
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Card, clear
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.table import Column, RecordTable
from gridbook.ui.parts.text import Muted, Text
from gridbook.ui.theme import Type, theme


class Tray(QWidget):
    """A line for each thing that came back; below it what was written, and two buttons."""

    carried = Signal(str)
    noted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(theme.px(look.M))
        self.table: RecordTable[Returned] = RecordTable(
            _columns(),
            tr("Returned to you"),
            EmptyState(
                tr("Nothing came back. What a grid still writes about a case that has gone lies here."),
                icon="inbox",
            ),
        )
        self.table.view.selectionModel().selectionChanged.connect(lambda *_: self._tell())
        page.addWidget(self.table, 1)
        self.card = Card()
        self._words = QVBoxLayout()
        self._words.setSpacing(theme.px(look.XS))
        self.card.body.addLayout(self._words)
        foot = Flow(gap=theme.px(look.S))
        self.carry = Button(tr("Carry over to {grid}").format(grid="").strip(), "primary", "arrow-right")
        self.carry.clicked.connect(lambda: self.carried.emit(self._chosen()))
        self.note = Button(tr("Noted; nothing more to do"), "plain", "check")
        self.note.clicked.connect(lambda: self.noted.emit(self._chosen()))
        foot.addWidget(self.carry)
        foot.addWidget(self.note)
        self.card.body.addLayout(foot)
        page.addWidget(self.card)

    def show_held(self, held: Held) -> None:
        """Show what lies in the tray."""
        self._arranges = held.arranges
        self.table.show_rows(held.tray)
        self._tell()

    def _tell(self) -> None:
        clear(self._words)
        selected = self.table.selected()
        self.card.setVisible(bool(selected))
        if not selected:
            return
        one = selected[0]
        local = one.at.astimezone(LOCAL)
        head = Text(f"{tr(returned.KIND_NAMES[one.kind])}：{one.what}")
        head.setProperty("strong", True)
        self._words.addWidget(head)
        who = " ".join(part for part in (one.giver, one.person) if part)
        self._words.addWidget(Muted(f"{local:%Y-%m-%d %H:%M} · {who} · {one.number}", Type.CAPTION))
        for label, value in one.values.items():
            self._words.addWidget(Text(f"{label}：{value}"))
        self.carry.name(tr("Carry over to {grid}").format(grid=one.receiver))
        self.carry.setEnabled(self._arranges and one.goes_on)
        self.note.setEnabled(self._arranges)

    def _chosen(self) -> str:
        return next((one.id for one in self.table.selected()), "")

    _arranges = False


def _columns() -> list[Column[Returned]]:
    return [
        Column(tr("Number"), lambda one: one.number, width=178),
        Column(
            tr("What"),
            lambda one: f"{tr(returned.KIND_NAMES[one.kind])}：{one.what}",
            width=220,
            stretch=True,
        ),
        Column(tr("Goes on as"), lambda one: one.now, width=178, spare=2),
        Column(tr("By"), lambda one: one.giver, width=160, spare=1),
        Column(
            tr("When"),
            lambda one: f"{one.at.astimezone(LOCAL):%m-%d %H:%M}",
            sort=lambda one: one.at.timestamp(),
            width=110,
        ),
    ]
