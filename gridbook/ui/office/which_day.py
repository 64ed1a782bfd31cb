"""Drill: the clock of this PC is in doubt: it stands before, or far beyond, the newest stick."""

from datetime import date

from gridbook.errors import GridbookError
from gridbook.i18n import N_, tr
from gridbook.store import life
from gridbook.ui.desk import Desk
from gridbook.ui.office.drill import DrillSheet
from gridbook.ui.office.facts import Office
from gridbook.ui.parts.days import DateInput
from gridbook.ui.parts.fields import Field


class WhichDaySheet(DrillSheet):
    """Set the clock right, or say which day it is: typed, so that nobody agrees by habit."""

    NAME = "which day"
    TITLE = N_("The date of this PC is in doubt")
    ICON = "calendar"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            tr(self.TITLE),
            tr(
                "Entries and sticks of this PC carry the date of the newest stick until this is clear. "
                "Nothing is lost meanwhile."
            ),
        )
        self.wrong = self.step(
            tr("Look at a calendar: is the date of this PC wrong?"),
            tr("Then set it in the settings of the system, and open the program again. That is all."),
        )
        self.right = self.step(
            tr("It is right, and there was no stick for a long time?"),
            tr("Then write which day it is, with its year."),
        )
        self._today = date.min
        self.day = DateInput(lambda: self._today)
        self.field = Field(tr("Today is"), self.day)
        self.right.body.addWidget(self.field)
        self.confirm = self.button(tr("The date is right"), "primary", self._confirm, "check")
        self.right.buttons(self.confirm)
        self.end()
        self.setFocusProxy(self.day)

    @staticmethod
    def concerns(office: Office) -> bool:
        """Only where the clock is in doubt."""
        return bool(office.doubt)

    def begin(self, office: Office, unit: str) -> None:
        """Begin with nothing written."""
        self.day.day = None
        self.field.say("")

    def show_office(self, office: Office) -> None:
        """Show whether anything is left to be said."""
        self._today = office.today
        self.wrong.done(not office.doubt)
        self.right.done(not office.doubt)
        self.confirm.setEnabled(bool(office.doubt))

    def _confirm(self) -> None:
        day = self.day.day
        if day is None or str(day.year) not in self.day.value:
            # Without the year it would be the one of this PC, which is what is asked.
            self.field.say(tr("Write it with its year, such as 2026-11-23."))
            return
        self.field.say("")
        self.desk.write(life.confirm_day, day, then=lambda _: self.again.emit(), failed=self._not_so)

    def _not_so(self, error: GridbookError) -> None:
        self.field.say(error.sentence())
