"""Keep what is shown now as a view of the office, under a name; or keep one no longer."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridbook.i18n import tr
from gridbook.store.views import MOST_NAME, View
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import SideSheet, clear
from gridbook.ui.parts.fields import Field, TextInput
from gridbook.ui.parts.text import Muted, Text
from gridbook.ui.theme import Type

WIDTH = 380


class KeepSheet(SideSheet):
    """A name, what is kept with it, and the views that are kept already."""

    keep = Signal(str)
    drop = Signal(str)

    def __init__(self) -> None:
        super().__init__(tr("Keep this view"), width=WIDTH)
        self.name = TextInput(MOST_NAME)
        self.field = Field(tr("Name"), self.name, tr("After who asks for it: county, monthly"))
        self.body.addWidget(self.field)
        self.body.addWidget(
            Muted(
                tr("Everybody at this book has list, filters, columns and order; typed words are not kept."),
                Type.CAPTION,
            )
        )
        self.button = Button(tr("Keep"), "primary", "save")
        self.button.clicked.connect(self._keep)
        self.name.entered.connect(self._keep)
        self.body.addWidget(self.button)
        self._kept = QVBoxLayout()
        self.body.addLayout(self._kept)
        self.body.addStretch(1)

    def offer(self, kept: Sequence[View]) -> None:
        """Show the views that are kept, each with a button that lets go of it."""
        clear(self._kept)
        for view in kept:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(Text(view.name), 1)
            drop = Button("", "quiet", "trash-2")
            drop.setAccessibleName(tr("Keep “{name}” no longer").format(name=view.name))
            drop.setToolTip(drop.accessibleName())
            drop.clicked.connect(partial(self.drop.emit, view.name))
            row.addWidget(drop)
            self._kept.addWidget(line)

    def start(self, name: str) -> None:
        """Begin with a name."""
        self.field.say("")
        self.name.value = name
        self.show()
        self.name.setFocus()
        self.name.selectAll()

    def _keep(self) -> None:
        self.keep.emit(self.name.value)
