"""The deadline of a request as a bar: how much of its time is over, and until when it runs."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gridbook.ui import theme as look
from gridbook.ui.parts.text import Text
from gridbook.ui.theme import theme

_COLOURS = {"done": "suspended"}


class _Bar(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.state = "on time"
        self.share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(theme.px(look.SIDEBAR), theme.px(look.S))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        round_ = whole.height() / 2
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(whole, round_, round_)
        if self.share > 0:
            done = QRectF(whole)
            done.setWidth(max(whole.height(), whole.width() * min(1.0, self.share)))
            painter.setBrush(theme.colour(_COLOURS.get(self.state, self.state).replace(" ", "_")))
            painter.drawRoundedRect(done, round_, round_)
        painter.end()


class DeadlineBar(QWidget):
    """The bar with its sentence above it."""

    def __init__(self) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(look.XS))
        self.words = Text()
        self._bar = _Bar()
        layout.addWidget(self.words)
        layout.addWidget(self._bar)

    def show_deadline(self, state: str, sentence: str, share: float) -> None:
        """Show a deadline: its state, its sentence, and the share of its time that is over."""
        self.words.setText(sentence)
        self.setAccessibleName(sentence)
        self._bar.state = state
        self._bar.share = share
        self._bar.update()
