"""Text on screen, always literal: what people wrote is never read as markup."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from gridbook.ui.theme import Type


class Text(QLabel):
    """A label that shows its text as it is."""

    def __init__(self, text: str = "", kind: Type = Type.BODY, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("type", str(kind))
        self.setWordWrap(kind in (Type.BODY, Type.CAPTION))
        self.setText(text)


class Heading(Text):
    """The title of a screen or a part of it."""

    def __init__(self, text: str, kind: Type = Type.TITLE, parent: QWidget | None = None) -> None:
        super().__init__(text, kind, parent)


class Muted(Text):
    """Text that stands back."""

    def __init__(self, text: str = "", kind: Type = Type.BODY, parent: QWidget | None = None) -> None:
        super().__init__(text, kind, parent)
        self.setProperty("muted", True)


class Rule(QFrame):
    """A line of one pixel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("rule", True)


SYMBOLS = {
    "on time": "●",
    "due soon": "◐",
    "overdue": "▲",
    "suspended": "‖",
    "done": "✓",
    "information": "○",
}


class Badge(Text):
    """A state as colour, symbol and word together."""

    def __init__(self, state: str = "information", word: str = "", parent: QWidget | None = None) -> None:
        super().__init__("", Type.CAPTION, parent)
        self.setWordWrap(False)
        self.show_state(state, word)

    def show_state(self, state: str, word: str) -> None:
        """Show another state."""
        self.setProperty("badge", state)
        self.setText(f"{SYMBOLS[state]} {word}" if word else "")
        self.setVisible(bool(word))
        self.style().unpolish(self)
        self.style().polish(self)


def no_entry() -> str:
    """What stands where nothing was written."""
    return "—"
