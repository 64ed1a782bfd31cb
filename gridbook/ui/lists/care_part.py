"""Care contacts: the agreements of this desk, the one due first on top."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridbook.i18n import tr
from gridbook.records.base import LOCAL
from gridbook.store.care import CareRow
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.lists.care_columns import columns
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.table import RecordTable
from gridbook.ui.parts.text import Muted
from gridbook.ui.theme import theme


class CarePart(QWidget):
    """The list of agreements and the button for a new one."""

    started = Signal()
    chosen = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(theme.px(look.M))
        head = QHBoxLayout()
        head.setSpacing(theme.px(look.S))
        said = Muted(tr("Only who asked for it by signature stands here; it can be withdrawn at any time."))
        head.addWidget(said, 1)
        self.add = Button(tr("New agreement"), "primary", "plus")
        self.add.clicked.connect(self.started)
        head.addWidget(self.add)
        page.addLayout(head)
        empty = EmptyState(
            tr("Nobody has agreed to care contacts yet. They begin with a signed consent."),
            tr("New agreement"),
            "calendar",
        )
        empty.acted.connect(self.started)
        self.table: RecordTable[CareRow] = RecordTable(columns(self._today), tr("Care contacts"), empty)
        self.table.chosen.connect(lambda row: self.chosen.emit(row.care.id))
        page.addWidget(self.table, 1)

    def show_rows(self, rows: Sequence[CareRow]) -> None:
        """Show these agreements."""
        self.table.show_rows(rows)

    def _today(self) -> date:
        return self.desk.store.clock.now().astimezone(LOCAL).date()
