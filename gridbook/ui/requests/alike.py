"""Open requests that are perhaps the same matter: look at one, join with it, or keep this one by itself."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from gridbook.i18n import tr
from gridbook.store.caseload import RequestRow
from gridbook.ui import theme as look
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import clear
from gridbook.ui.parts.text import Text
from gridbook.ui.theme import theme

MOST = 3


class Alike(QFrame):
    """The warning, beside the form as soon as place and category are known, and once more before a save."""

    opened = Signal(bytes)
    joined = Signal(bytes)
    kept = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("notice", "true")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(*(theme.px(look.M),) * 4)
        rows.setSpacing(theme.px(look.XS))
        self.words = Text("")
        rows.addWidget(self.words)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.px(look.XS))
        rows.addLayout(self._rows)
        self.own = Button(tr("Another matter: keep it   Ctrl+Enter"), "quiet", "check")
        self.own.clicked.connect(self.kept)
        rows.addWidget(self.own)
        self._first: Button | None = None
        self.hide()

    def show_rows(self, found: Sequence[RequestRow]) -> None:
        """Show these, or nothing."""
        self._first = None
        clear(self._rows)
        self.words.setText(tr("Perhaps the same matter — open at this place already:"))
        self.own.hide()
        for row in found[:MOST]:
            number = row.request.number
            look_at = Button(f"{number}　{row.title}", "quiet", "clipboard-list")
            join = Button(tr("The same matter: join"), "quiet", "git-compare")
            join.setAccessibleDescription(number)
            look_at.clicked.connect(partial(self.opened.emit, row.request.id))
            join.clicked.connect(partial(self.joined.emit, row.request.id))
            pair = QHBoxLayout()
            pair.addWidget(look_at)
            pair.addWidget(join)
            pair.addStretch(1)
            holder = QFrame()
            pair.setContentsMargins(0, 0, 0, 0)
            holder.setLayout(pair)
            self._rows.addWidget(holder)
            self._first = self._first or look_at
        self.setVisible(bool(found))

    def ask(self) -> None:
        """Ask before the save; the keyboard stands on the first of them."""
        self.words.setText(tr("Is it one of these? It is not kept yet."))
        self.own.show()
        if self._first is not None:
            self._first.setFocus()
