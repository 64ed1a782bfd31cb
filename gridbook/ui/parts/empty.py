"""Empty places say in one sentence what they are for and offer the one action that fills them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gridbook.ui import icons
from gridbook.ui import theme as look
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.text import Muted
from gridbook.ui.theme import theme

PICTURE = 40


class EmptyState(QWidget):
    """A picture, a sentence and perhaps a button."""

    acted = Signal()

    def __init__(self, sentence: str, action: str = "", icon: str = "file-text") -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.setSpacing(theme.px(look.M))
        picture = QLabel()
        picture.setPixmap(icons.pixmap(icon, "muted", PICTURE))
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words = Muted(sentence)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(picture)
        layout.addWidget(words)
        if action:
            button = Button(action, "primary")
            button.clicked.connect(self.acted)
            layout.addWidget(button, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
