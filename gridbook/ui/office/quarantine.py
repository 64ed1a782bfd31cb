"""The quarantine: what was refused and kept, whose, who brought it, why, since when; facts only."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridbook.i18n import N_, tr
from gridbook.records.place import Level, short_name
from gridbook.sync import drills
from gridbook.sync.drills import Quarantined
from gridbook.sync.quarantine import REASONS
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.office.drill import DrillSheet, Question, caption
from gridbook.ui.office.facts import Office, moment
from gridbook.ui.parts.cards import Card, clear
from gridbook.ui.parts.text import Text
from gridbook.ui.theme import theme

MOST = 50


class QuarantineSheet(DrillSheet):
    """Looked at, and emptied after a question."""

    NAME = "quarantine"
    TITLE = N_("Quarantine")
    ICON = "archive"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            tr(self.TITLE),
            tr(
                "What could not be believed was kept apart here, locked, and is in no list and no figure. "
                "The rest of the stick was taken."
            ),
        )
        self._pieces = QVBoxLayout()
        self._pieces.setSpacing(theme.px(look.S))
        self.body.addLayout(self._pieces)
        self.advice = caption("")
        self.body.addWidget(self.advice)
        self.empty = self.button(tr("Empty the quarantine …"), "plain", self._ask, "trash-2")
        self.question = Question(tr("Delete all of it"), self.empty)
        self.question.confirmed.connect(self._empty)
        self.body.addWidget(self.question)
        self.end()
        self.foot.addWidget(self.empty)
        self.foot.addStretch(1)
        self.setFocusProxy(self.empty)
        self._files = 0

    @staticmethod
    def concerns(office: Office) -> bool:
        """A grid sees it only when something lies there."""
        return bool(office.quarantined) or office.level is not Level.GRID

    def show_office(self, office: Office) -> None:
        """List what lies there."""
        clear(self._pieces)
        found = office.quarantined
        for one in found[:MOST]:
            self._pieces.addWidget(_piece(office, one))
        if len(found) > MOST:
            self._pieces.addWidget(caption(tr("and {n} more").format(n=len(found) - MOST)))
        if not found:
            self._pieces.addWidget(Text(tr("Nothing lies here.")))
        self._files = len(found)
        may = office.leads or office.level is Level.GRID
        self.empty.setVisible(bool(found) and may)
        self.advice.setText(
            ""
            if not found
            else tr("Telephone the office that brought it before you delete anything.")
            if may
            else tr("The lead of the office decides what becomes of it.")
        )
        self.advice.setVisible(bool(found))

    def _ask(self) -> None:
        self.question.ask(
            tr("Delete {n} kept pieces for good? Work that is believed is not touched.").format(n=self._files)
        )

    def _empty(self) -> None:
        self.desk.do(drills.empty_quarantine, then=lambda _: self.again.emit())


def _piece(office: Office, one: Quarantined) -> QWidget:
    card = Card()
    card.body.setSpacing(theme.px(look.XS))
    whose = tr("Written by {unit}").format(unit=office.name_of(one.author)) if one.author else ""
    head = Text(whose or tr("A whole file; who wrote it is not known"))
    head.setProperty("strong", True)
    card.body.addWidget(head)
    if one.reason in REASONS:
        card.body.addWidget(Text(tr("Why: {reason}").format(reason=tr(REASONS[one.reason]))))
    by = tr("brought by {unit}").format(unit=office.name_of(one.sender)) if one.sender else ""
    size = tr("{kb} KB").format(kb=-(-one.bytes // 1024)) if one.bytes else tr("too large to keep")
    card.body.addWidget(caption(" · ".join(part for part in (by, moment(one.at), size) if part)))
    card.setAccessibleName(f"{head.text()} {short_name(one.sender) if one.sender else ''}".strip())
    return card
