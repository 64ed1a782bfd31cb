"""Buttons of the four kinds."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from gridbook.ui import icons
from gridbook.ui.theme import theme

GAP = "  "
ICON_COLOURS = {"primary": "on_accent", "quiet": "accent", "large": "accent", "danger": "overdue"}


class Button(QPushButton):
    """A button with its kind: plain, primary, quiet, danger, large, row."""

    def __init__(self, text: str, kind: str = "plain", icon: str = "", parent: QWidget | None = None) -> None:
        # Qt reads & as a mnemonic; names and places may hold one.
        # Two spaces part the icon from the word; style sheets have no name for that gap.
        super().__init__((GAP + text if icon and text else text).replace("&", "&&"), parent)
        self.setProperty("kind", kind)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(text)
        if icon:
            self.setIcon(icons.icon(icon, ICON_COLOURS.get(kind, "muted")))
            self.setIconSize(QSize(theme.px(icons.SIZE), theme.px(icons.SIZE)))
        self.setSizePolicy(
            QSizePolicy.Policy.Expanding if kind in ("large", "row") else QSizePolicy.Policy.Maximum,
            QSizePolicy.Policy.Fixed,
        )

    def name(self, text: str) -> None:
        """Give the button another word."""
        self.setText((GAP + text if not self.icon().isNull() else text).replace("&", "&&"))
        self.setAccessibleName(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter presses the button, as Space does; with Ctrl it is the form's own key."""
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not held:
            self.click()
            return
        super().keyPressEvent(event)
