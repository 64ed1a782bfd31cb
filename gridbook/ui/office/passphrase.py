"""Drill: a passphrase was forgotten. What is done at the PC itself, told to whoever is asked for help."""

from gridbook.i18n import N_, tr
from gridbook.ui.desk import Desk
from gridbook.ui.office.drill import DrillSheet


class ForgottenSheet(DrillSheet):
    """The steps for the PC at which nobody can open the book."""

    NAME = "passphrase"
    TITLE = N_("A passphrase was forgotten")
    ICON = "circle-help"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            tr(self.TITLE),
            tr(
                "No work is lost. The recovery sheet that was written at the first start opens the book at "
                "the PC itself; nobody, this office included, can open it from afar."
            ),
        )
        self.step(
            tr("Leave everything as it is"),
            tr("Delete nothing and install nothing anew. After five wrong tries the page waits a while."),
        )
        self.step(
            tr("Somebody else of that office can open it?"),
            tr(
                "Each person has a passphrase. Whoever remembers the own one opens the book as always, and "
                "work goes on while the sheet is fetched."
            ),
        )
        self.step(
            tr("Fetch the recovery sheet from its locked place"),
            tr("Read it at that PC only. Do not copy it, send it or read it out on the telephone."),
        )
        self.step(
            tr("At the page with the passphrase press “Forgotten passphrase”"),
            tr("Type the key of the sheet, choose the person, and choose a new passphrase twice."),
        )
        self.step(
            tr("Lock the sheet away again"),
            tr("It stays valid. The log keeps that the book was opened with it."),
        )
        self.step(
            tr("The sheet is lost as well?"),
            tr(
                "Then nobody can open that book. Begin a new one for the same office: everything that was "
                "handed over comes back. Go on with “A PC was lost”."
            ),
        )
        self.end()
