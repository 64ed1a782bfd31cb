"""Which columns a list shows and in which order, chosen with the keyboard or the mouse."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem

from gridbook.i18n import tr
from gridbook.reports.facts import FACTS
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import SideSheet
from gridbook.ui.parts.text import Muted
from gridbook.ui.theme import Type

WIDTH = 380


class ColumnsSheet(SideSheet):
    """A tick for each column that is shown; two buttons move one up or down; it shows at once."""

    arranged = Signal(object)
    """The keys of the columns from left to right; none for those the list has by itself."""

    def __init__(self, kind: str) -> None:
        super().__init__(tr("Columns"), width=WIDTH)
        self._facts = {fact.key: fact for fact in FACTS[kind]}
        self.body.addWidget(
            Muted(tr("Space shows or hides a column. Your choice is remembered for you."), Type.CAPTION)
        )
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Columns"))
        self.list.itemChanged.connect(lambda _: self._tell())
        self.body.addWidget(self.list, 1)
        self.up, self.down = Button(tr("Up"), "plain", "arrow-up"), Button(tr("Down"), "plain", "arrow-down")
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.reset = Button(tr("As at first"), "quiet", "undo-2")
        self.reset.clicked.connect(lambda: self.arranged.emit(()))
        row = QHBoxLayout()
        for button in (self.up, self.down, self.reset):
            row.addWidget(button)
        row.addStretch(1)
        self.body.addLayout(row)

    def offer(self, shown: Sequence[str]) -> None:
        """Offer every column, those that are shown first and in their order."""
        here = self.list.currentRow()
        self.list.blockSignals(True)
        self.list.clear()
        for key in (*shown, *(key for key in self._facts if key not in shown)):
            fact = self._facts.get(key)
            if fact is None:
                continue
            item = QListWidgetItem(tr(fact.title))
            item.setToolTip(tr(fact.means) if fact.means else "")
            item.setData(Qt.ItemDataRole.UserRole, key)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if key in shown else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.setCurrentRow(max(0, min(here, self.list.count() - 1)))

    def _move(self, by: int) -> None:
        n = self.list.currentRow()
        if 0 <= n + by < self.list.count():
            self.list.blockSignals(True)
            item = self.list.takeItem(n)
            self.list.insertItem(n + by, item)
            self.list.blockSignals(False)
            self.list.setCurrentRow(n + by)
            self._tell()

    def _tell(self) -> None:
        items = (self.list.item(n) for n in range(self.list.count()))
        ticked = [item for item in items if item.checkState() == Qt.CheckState.Checked]
        keys = tuple(str(item.data(Qt.ItemDataRole.UserRole)) for item in ticked)
        if keys:
            self.arranged.emit(keys)
        else:
            # A list without any column would be empty paper.
            self.offer((str(self.list.item(0).data(Qt.ItemDataRole.UserRole)),))
