"""Drill: one book is in use on two PCs, because a PC was copied whole or a backup was put on a second one."""

from PySide6.QtCore import Qt

from gridbook.i18n import N_, tr
from gridbook.records.place import Level
from gridbook.ui.desk import Desk
from gridbook.ui.office.drill import DrillSheet
from gridbook.ui.office.facts import Office
from gridbook.ui.parts.text import Badge


class TwiceSheet(DrillSheet):
    """What it means, which PC goes on, and how the other one is put away."""

    NAME = "two pcs"
    TITLE = N_("One book on two PCs")
    ICON = "git-compare"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            tr(self.TITLE),
            tr(
                "Somebody copied a whole PC, or put a backup on a second one, and both were used. Nothing is "
                "lost: what was written on either is kept, and where both changed the same thing, To settle "
                "asks. But each office works on one PC only; from now on one of the two goes on."
            ),
        )
        self.noticed = Badge()
        self.body.addWidget(self.noticed, 0, Qt.AlignmentFlag.AlignLeft)
        both = self.step(
            tr("Hand over from both PCs once more"),
            tr("After that everything that was written on either lies with the office above."),
        )
        both.buttons(self.hand_over())
        self.step(
            tr("Agree which PC goes on"),
            tr(
                "On the other one close the program, write “not in use” on a note, and let its book lie "
                "until the next steps are done. Then the book there can be deleted."
            ),
        )
        self.renew = self.step(tr("On the PC that goes on, ask for a new certificate"))
        self.ask = self.button(
            tr("This PC goes on: ask anew"), "primary", lambda: self.other.emit("renew", ""), "shield"
        )
        self.renew.buttons(self.ask)
        self.old = self.step(tr("Let the subdistrict revoke the certificate of before"))
        self.revoke = self.button(
            tr("Go to the revocation"), "plain", lambda: self.other.emit("lost pc", self._unit), "shield"
        )
        self.old.buttons(self.revoke)
        self.step(
            tr("Hand over and compare"),
            tr("When both sticks went round, the page of stations shows one PC for this office."),
        )
        self.end()
        self._unit = ""

    def begin(self, office: Office, unit: str) -> None:
        """About that unit."""
        self._unit = unit or next(iter(office.twice), "")
        self.show_office(office)

    def show_office(self, office: Office) -> None:
        """Say where it was noticed, and offer what this office can do."""
        noticed = "、".join(office.name_of(unit) for unit in office.twice)
        self.noticed.show_state("due soon", tr("Noticed: {units}").format(units=noticed) if noticed else "")
        here = office.level is not Level.SUBDISTRICT and office.joined
        self.ask.setVisible(here)
        self.renew.say(
            tr("The office above compares eight digits on the telephone and admits it.")
            if here
            else tr("At that PC: Stations, One book on two PCs, ask anew. Its office above admits it.")
        )
        root = office.level is Level.SUBDISTRICT and office.leads
        self.revoke.setVisible(root)
        self.old.say(
            tr("So that nothing which the PC that was put away still writes is believed.")
            if root
            else tr(
                "Telephone it with the code of the unit, so that nothing the other PC still writes counts."
            )
        )
