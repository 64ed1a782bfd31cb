"""Text on screen, always literal: what people wrote is never read as markup."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

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


class OneLine(Text):
    """One line that gives way where there is little room: it ends in … and the whole is told beside it."""

    def __init__(self, text: str = "", kind: Type = Type.BODY, *, muted: bool = False) -> None:
        self.whole = ""
        super().__init__("", kind)
        self.setWordWrap(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if muted:
            self.setProperty("muted", True)
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show another text."""
        self.whole = text
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Show as much as fits."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # The style gives the font when it is first shown, and with that comes the first size.
        room = self.contentsRect().width()
        shown = self.fontMetrics().elidedText(self.whole, Qt.TextElideMode.ElideRight, room)
        super().setText(shown)
        self.setAccessibleName(self.whole)
        self.setToolTip(self.whole if shown != self.whole else "")


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
