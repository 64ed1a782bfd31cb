"""The hand-overs: what waits for a signature, since when, and what was signed for."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridbook.i18n import tr
from gridbook.records.base import LOCAL
from gridbook.records.request import REASONS
from gridbook.store.signing import Act
from gridbook.ui import theme as look
from gridbook.ui.moving.held import Held, since
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.table import Column, RecordTable
from gridbook.ui.parts.text import SYMBOLS, Muted
from gridbook.ui.theme import theme


class Acts(QWidget):
    """A line for each hand-over; a grid signs here for what was handed to it."""

    signed = Signal()
    list_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(theme.px(look.M))
        self.table: RecordTable[Act] = RecordTable(
            _columns(),
            tr("Hand-overs"),
            EmptyState(
                tr("Nothing was handed over yet. What moves from grid to grid stands here."), icon="users"
            ),
        )
        page.addWidget(self.table, 1)
        foot = Flow(gap=theme.px(look.S))
        self.sign = Button(tr("Sign for all {n}").format(n=0), "primary", "check")
        self.sign.clicked.connect(self.signed)
        self.paper = Button(tr("Print the list"), "plain", "printer")
        self.paper.clicked.connect(self._print)
        self.word = Muted("")
        foot.addWidget(self.sign)
        foot.addWidget(self.paper)
        page.addLayout(foot)
        page.addWidget(self.word)

    def show_held(self, held: Held) -> None:
        """Show every hand-over, and the button that signs where something waits for this grid."""
        self.table.show_rows(held.acts)
        count = sum(len(act.waiting) for act in held.to_sign)
        self.sign.setVisible(bool(count))
        self.sign.name(tr("Sign for all {n}").format(n=count))
        self.paper.setVisible(bool(held.acts))
        waiting = sum(bool(act.waiting) for act in held.acts) - len(held.to_sign)
        self.word.setText(tr("{n} wait for a signature.").format(n=waiting) if waiting else "")
        self.word.setVisible(bool(waiting))

    def _print(self) -> None:
        for act in self.table.selected()[:1]:
            self.list_asked.emit(act)


def _columns() -> list[Column[Act]]:
    return [
        Column(
            tr("Handed over at"),
            lambda act: f"{act.record.handed_at.astimezone(LOCAL):%m-%d %H:%M}",
            sort=lambda act: act.record.handed_at.timestamp(),
            width=118,
        ),
        Column(tr("From"), lambda act: act.giver, width=190, spare=2),
        Column(tr("To"), lambda act: act.receiver, width=130, stretch=True),
        Column(tr("Why"), lambda act: tr(REASONS[act.record.reason]), width=150, spare=1),
        Column(tr("Cases"), lambda act: str(len(act.record.numbers)), width=64, numbers=True),
        Column(
            tr("Signature"), _state, width=190, badge=lambda act: "due soon" if act.waiting else "on time"
        ),
    ]


def _state(act: Act) -> str:
    if act.waiting:
        told = tr("{n} wait {since}").format(n=len(act.waiting), since=since(act))
        return f"{SYMBOLS['due soon']} {told}"
    told = tr("signed for {since}").format(since=since(act))
    return f"{SYMBOLS['on time']} {told}"
