"""Drill: a stick was lost. What was on it, for whom, what is held elsewhere already, and what to do."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridbook.i18n import N_, tr
from gridbook.sync.drills import OnStick
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.office.drill import DrillSheet, caption
from gridbook.ui.office.facts import Office, classes, moment
from gridbook.ui.parts.cards import clear
from gridbook.ui.parts.text import Badge, Text
from gridbook.ui.theme import theme

MOST = 4
"""So many of the newest files are told of; what an older stick held is in these or held elsewhere."""


class LostStickSheet(DrillSheet):
    """What was on a stick is in this book still; a stranger reads none of it."""

    NAME = "lost stick"
    TITLE = N_("A stick was lost")
    ICON = "usb"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            tr(self.TITLE),
            tr(
                "Nothing is lost: everything that was on the stick is still in this book. A stranger who "
                "finds it sees how large the files are and can read nothing; only the office it was meant "
                "for opens them."
            ),
        )
        what = self.step(
            tr("See what was on it"), tr("The newest files with work that this PC wrote to sticks:")
        )
        self._files = QVBoxLayout()
        self._files.setSpacing(theme.px(look.S))
        what.body.addLayout(self._files)
        write = self.step(
            tr("Take another stick and hand over again"),
            tr(
                "Whatever has no receipt yet is written again by itself. There is nothing to mark, to count "
                "or to type once more."
            ),
        )
        self.go = self.hand_over("primary")
        write.buttons(self.go)
        self.step(
            tr("Tell the other office if the stick was on its way back"),
            tr("Its answer and its receipt come again with its next stick; nobody has to look for them."),
        )
        self.step(
            tr("If the stick turns up"),
            tr("Put it in as always. What is known already is not taken twice, however late it comes."),
        )
        self.end()
        self.setFocusProxy(self.go)

    def show_office(self, office: Office) -> None:
        """Show what lay on the newest sticks."""
        clear(self._files)
        with_work = [one for one in office.on_sticks if one.ops]
        for one in with_work[:MOST]:
            self._files.addWidget(_file(office, one))
        if office.on_sticks and not with_work:
            self._files.addWidget(Text(tr("The newest files held receipts only, and no work.")))
        if not office.on_sticks:
            self._files.addWidget(
                Text(tr("This PC has written no stick yet; so none of its work was on the lost one."))
            )


def _file(office: Office, one: OnStick) -> QWidget:
    whole = QWidget()
    lines = QVBoxLayout(whole)
    lines.setContentsMargins(0, theme.px(look.XS), 0, 0)
    lines.setSpacing(0)
    head = QHBoxLayout()
    whom = Text(tr("{when}, for {unit}").format(when=moment(one.at), unit=office.name_of(one.receiver)))
    head.addWidget(whom, 1)
    head.addWidget(
        Badge("on time", tr("Held there")) if one.held else Badge("due soon", tr("No receipt yet")),
        0,
        Qt.AlignmentFlag.AlignTop,
    )
    lines.addLayout(head)
    lines.addWidget(caption(classes(one.by_class)))
    return whole
