"""The field for the stick's folder, as the sheets of the stations need it."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from gridbook.i18n import tr
from gridbook.ui import theme as look
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.fields import Field, TextInput
from gridbook.ui.theme import theme


class StickField(QWidget):
    """Where the stick is: typed and entered, or chosen."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(look.S))
        self.input = TextInput(500)
        self.input.entered.connect(self._entered)
        self.field = Field(tr("Folder of the stick"), self.input)
        rows.addWidget(self.field)
        self.browse = Button(tr("Choose the stick"), "plain", "usb")
        self.browse.clicked.connect(self._browse)
        rows.addWidget(self.browse)
        self.setFocusProxy(self.input)

    @property
    def folder(self) -> Path:
        """What stands in the field."""
        return Path(self.input.value)

    def remember(self, last: object) -> None:
        """Offer the stick of last time where nothing was chosen yet."""
        if not self.input.value:
            self.input.value = str(last or "")

    def _entered(self) -> None:
        if self.input.value:
            self.chosen.emit(self.folder)

    def _browse(self) -> None:
        found = QFileDialog.getExistingDirectory(self, tr("Choose the stick"), self.input.value)
        if found:
            self.input.value = found
            self.chosen.emit(self.folder)
