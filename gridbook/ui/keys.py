"""The keys that work everywhere, each with what it does."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from gridbook.i18n import N_, tr
from gridbook.ui import theme as look
from gridbook.ui.parts.text import Muted, Text
from gridbook.ui.theme import theme

KEYS = (
    ("F1", N_("Help about this page, and these keys")),
    ("F2", N_("Record a visit")),
    ("F3", N_("Record a request")),
    ("F4", N_("Find a case, a door or a name")),
    ("F5", N_("Today")),
    ("F6", N_("Print what is selected")),
    ("Ctrl+Z", N_("Undo what was done last, on any page")),
    ("Ctrl+Y", N_("Do again what was undone")),
    ("F9", N_("Take the likely next step of a request")),
    ("Enter", N_("Go on to the next field; open the row")),
    ("1 – 9", N_("Pick the option with that digit")),
    ("Alt + 1 – 9", N_("Go to that place of the sidebar")),
    ("Ctrl + Enter", N_("Keep the form")),
    ("Ctrl + L", N_("Lock; what is half written is kept")),
    ("Esc", N_("One step back; nothing is lost")),
)


class Keys(QWidget):
    """Every key with what it does."""

    def __init__(self) -> None:
        super().__init__()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        rows = QGridLayout()
        rows.setHorizontalSpacing(theme.px(look.L))
        rows.setVerticalSpacing(theme.px(look.M))
        rows.setColumnStretch(1, 1)
        for n, (key, word) in enumerate(KEYS):
            cap = Muted(key)
            cap.setProperty("key", True)
            cap.setWordWrap(False)
            rows.addWidget(cap, n, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            rows.addWidget(Text(tr(word)), n, 1)
        whole.addLayout(rows)
        whole.addStretch(1)
