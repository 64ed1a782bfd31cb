"""The one place that speaks to a person: a sentence at the top of the window, never a dialog."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import tr
from gridbook.ui import theme as look
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.text import Text
from gridbook.ui.theme import theme


class Notices(QFrame):
    """A bar that says what happened, what was kept and what to do next, until it is closed."""

    said = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(look.XL), theme.px(look.S), theme.px(look.M), theme.px(look.S))
        self.text = Text()
        close = Button("", "quiet", "x")
        close.setAccessibleName(tr("Close this message"))
        close.clicked.connect(self.hide)
        layout.addWidget(self.text, 1)
        layout.addWidget(close)
        self.hide()

    def tell(self, error: GridbookError) -> None:
        """Say an error's sentence."""
        self.say(error.sentence())

    def say(self, sentence: str, *, good: bool = False) -> None:
        """Say a sentence; good news has another colour."""
        self.setProperty("notice", "good" if good else "true")
        self.style().unpolish(self)
        self.style().polish(self)
        self.text.setText(sentence)
        self.setAccessibleName(sentence)
        self.show()
        self.said.emit(sentence)

    def crashed(self, log: str) -> None:
        """Say that the program itself failed."""
        self.say(
            tr(
                "Something in GridBook itself went wrong. Your entries are kept. Send {path} to support."
            ).format(path=log)
        )
