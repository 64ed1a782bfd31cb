"""The warning before a save that the same thing is perhaps written down already."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from gridbook.i18n import tr
from gridbook.ui import theme as look
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.text import Text
from gridbook.ui.theme import theme


class Twin(QFrame):
    """One sentence with the two ways out: look at the other one, or keep this one as well."""

    opened = Signal()
    kept_both = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("notice", "true")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(*(theme.px(look.M),) * 4)
        rows.setSpacing(theme.px(look.XS))
        self.words = Text("")
        rows.addWidget(self.words)
        self.open_it = Button(tr("Open that one"), "quiet", "eye")
        self.keep_both = Button(tr("It is another one: keep it   Ctrl+Enter"), "quiet", "check")
        self.open_it.clicked.connect(self.opened)
        self.keep_both.clicked.connect(self.kept_both)
        pair = QHBoxLayout()
        pair.setSpacing(theme.px(look.S))
        pair.addWidget(self.open_it)
        pair.addWidget(self.keep_both)
        pair.addStretch(1)
        rows.addLayout(pair)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show it, with the keyboard on the first way out."""
        self.words.setText(sentence)
        self.show()
        self.open_it.setFocus()
