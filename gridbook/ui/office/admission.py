"""Drill: a station is admitted, after eight digits were compared on the telephone."""

from pathlib import Path

from gridbook.errors import GridbookError
from gridbook.i18n import N_, tr
from gridbook.records.place import Level, parent_of, short_name
from gridbook.store import preferences
from gridbook.store.book import Store
from gridbook.sync import joining, sticks
from gridbook.sync.joining import Question
from gridbook.ui.desk import Desk
from gridbook.ui.office.drill import DrillSheet
from gridbook.ui.office.facts import Office
from gridbook.ui.office.stick_field import StickField
from gridbook.ui.parts.fields import Field, TextInput


class AdmissionSheet(DrillSheet):
    """The stick of the office below, the digits, and the answer on the same stick."""

    NAME = "admit"
    TITLE = N_("A station asks to join")
    ICON = "check"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            tr(self.TITLE),
            tr(
                "A new PC, or one that was set up again, is admitted once by the office right above it. "
                "The eight digits make sure that nobody changed the request on its way."
            ),
        )
        self.put_in = self.step(tr("Put in the stick with the request"))
        self.stick = StickField()
        self.stick.chosen.connect(self._look)
        self.put_in.body.addWidget(self.stick)
        self.compare = self.step(tr("Telephone, and let the eight digits be read out to you"))
        self.digits = TextInput(12)
        self.field = Field(tr("Digits that the other office reads out"), self.digits, "1234 5678")
        self.digits.entered.connect(self._admit)
        self.compare.body.addWidget(self.field)
        self.admit = self.button(tr("Admit this station"), "primary", self._admit, "check")
        self.compare.buttons(self.admit)
        self.give_back = self.step(
            tr("Give the stick back"),
            tr("At its own PC the other office chooses the stick again and takes the answer in."),
        )
        self.end()
        self.setFocusProxy(self.stick)
        self.question: Question | None = None

    @staticmethod
    def concerns(office: Office) -> bool:
        """Only a lead admits, and a grid has nobody below it."""
        return office.leads and office.level is not Level.GRID

    def begin(self, office: Office, unit: str) -> None:
        """Nothing was looked at yet."""
        self.desk.read(preferences.value, "stick", "", then=self.stick.remember)
        for step in self.steps:
            step.done(False)
        self._ask(None)

    def _look(self, folder: Path) -> None:
        self.stick.field.say("")
        self.desk.do(lambda store: asking(store, folder), then=self._found, failed=self._not_there)

    def _not_there(self, error: GridbookError) -> None:
        self.stick.field.say(error.sentence())

    def _found(self, question: Question | None) -> None:
        if question is None:
            self.stick.field.say(tr("No station below this office asks on this stick."))
        self.put_in.done(question is not None)
        self._ask(question)
        if question is not None:
            self.digits.setFocus()

    def _ask(self, question: Question | None) -> None:
        self.question = question
        self.digits.value = ""
        self.field.say("")
        self.field.setEnabled(question is not None)
        self.admit.setEnabled(question is not None)
        self.compare.say(
            ""
            if question is None
            else tr(
                "{unit} “{name}” asks. Telephone that office yourself, on a number you know, and admit it "
                "only when you know the voice."
            ).format(unit=short_name(question.asked.unit), name=question.asked.name)
        )

    def _admit(self) -> None:
        question, folder = self.question, self.stick.folder
        if question is None:
            return
        typed = "".join(one for one in self.digits.value if one.isdigit())
        if typed != question.fingerprint.replace(" ", ""):
            self.field.say(
                tr("The digits do not agree, so nobody was admitted. Compare them again by telephone.")
            )
            return
        self.desk.do(
            lambda store: joining.admit(store, question, folder), then=lambda _: self._admitted(question)
        )

    def _admitted(self, question: Question) -> None:
        self._ask(None)
        self.compare.done(True)
        self.compare.say(
            tr("{unit} was admitted; the answer lies on the stick.").format(
                unit=short_name(question.asked.unit)
            )
        )
        self.stick.setFocus()
        self.again.emit()


def asking(store: Store, folder: Path) -> Question | None:
    """The first station right below this office that asks on the stick and has no answer there yet."""
    for path in sticks.files(folder, joining.ASK_ENDING):
        question = joining.read_question(path)
        answer = folder / f"{question.asked.unit}{joining.WELCOME_ENDING}"
        if parent_of(question.asked.unit) == store.unit and not answer.exists():
            return question
    return None
