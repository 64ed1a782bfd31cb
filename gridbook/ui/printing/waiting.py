"""Sheets that were printed to be filled and have not come back: open one to key it in, or strike it off."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridbook.i18n import tr
from gridbook.records.base import local_day
from gridbook.sheets import SHEETS
from gridbook.store import prints
from gridbook.store.prints import Printed
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.days import short_day
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.table import Column, RecordTable
from gridbook.ui.parts.text import Muted
from gridbook.ui.theme import Type, theme


class Waiting(QWidget):
    """The list of sheets that are still on paper."""

    opened = Signal(str, object)
    counted = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(look.S))
        empty = EmptyState(tr("Every sheet that was printed has been keyed in."), icon="printer")
        self.table: RecordTable[Printed] = RecordTable(_columns(), tr("Sheets to key in"), empty)
        column.addWidget(self.table, 1)
        row = Flow(gap=theme.px(look.S))
        self.key_in = Button(tr("Key in   Enter"), "primary", "pencil")
        self.give_up = Button(tr("Spoilt or lost: strike off"), "plain", "x")
        row.addWidget(self.key_in)
        row.addWidget(self.give_up)
        column.addLayout(row)
        self.word = Muted("", Type.CAPTION)
        column.addWidget(self.word)
        self.table.chosen.connect(self._open)
        self.key_in.clicked.connect(lambda: self._open(next(iter(self.table.selected()), None)))
        self.give_up.clicked.connect(self._strike_off)

    def load(self) -> None:
        """Ask which sheets have not come back."""
        self.desk.read(prints.not_keyed_in, then=self._show)

    def _show(self, found: Sequence[Printed]) -> None:
        self.table.show_rows(found)
        self.key_in.setEnabled(bool(found))
        self.give_up.setEnabled(bool(found))
        self.counted.emit(len(found))

    def _open(self, one: Printed | None) -> None:
        if one is not None:
            self.opened.emit("visits" if one.form == "visit" else "requests", one.number)

    def _strike_off(self) -> None:
        chosen = self.table.selected()
        for one in chosen:
            self.desk.write(prints.give_up, one.number)
        if chosen:
            told = tr("{n} sheets struck off; their numbers are used for nothing any more.")
            self.word.setText(told.format(n=len(chosen)))
            self.load()


def _columns() -> list[Column[Printed]]:
    return [
        Column(tr("Number"), lambda one: one.number, width=190),
        Column(tr("Sheet"), _title, width=160, stretch=True),
        Column(
            tr("Printed on"),
            lambda one: short_day(local_day(one.printed_at)),
            sort=lambda one: one.printed_at,
            width=110,
        ),
    ]


def _title(one: Printed) -> str:
    known = SHEETS.get(one.sheet)
    return one.sheet if known is None else f"{one.sheet}  {tr(known.title)}"
