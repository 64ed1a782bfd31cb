"""The one place that speaks to a person: a sentence at the top of the window, never a dialog."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gridbook import i18n
from gridbook.errors import GridbookError
from gridbook.i18n import tr
from gridbook.ui import icons
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
        layout.setSpacing(theme.px(look.M))
        self._sign = QLabel()
        self.text = Text()
        self.text.setProperty("strong", True)
        self.more = Text()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.text)
        words.addWidget(self.more)
        close = Button("", "quiet", "x")
        close.setAccessibleName(tr("Close this message"))
        close.setToolTip(tr("Close (Esc)"))
        close.clicked.connect(self.hide)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addLayout(words, 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def tell(self, error: GridbookError) -> None:
        """Say an error: what happened, and below it what was kept and what to do next."""
        self._show(error.message, _joined(error.kept, error.next), "due_soon")

    def say(self, sentence: str, *, good: bool = False) -> None:
        """Say a sentence; good news has another colour."""
        self._show(sentence, "", "on_time" if good else "due_soon")

    def crashed(self, log: str) -> None:
        """Say that the program itself failed."""
        self._show(
            tr("Something in GridBook itself went wrong."),
            tr("Your entries are kept. Send {path} to support.").format(path=log),
            "due_soon",
        )

    def _show(self, sentence: str, more: str, colour: str) -> None:
        self.setProperty("notice", "good" if colour == "on_time" else "true")
        self.style().unpolish(self)
        self.style().polish(self)
        picture = "circle-check" if colour == "on_time" else "triangle-alert"
        self._sign.setPixmap(icons.pixmap(picture, colour))
        self.text.setText(sentence)
        self.more.setText(more)
        self.more.setVisible(bool(more))
        whole = _joined(sentence, more)
        self.setAccessibleName(whole)
        self.show()
        self.said.emit(whole)


def _joined(*sentences: str) -> str:
    # Chinese sentences follow each other without a space.
    return ("" if i18n.language() == "zh_CN" else " ").join(sentence for sentence in sentences if sentence)
