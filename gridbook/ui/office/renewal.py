"""Drill: this PC asks for a new certificate, because it was set up again or its book was copied."""

from pathlib import Path

from gridbook.errors import GridbookError
from gridbook.i18n import N_, tr
from gridbook.records.place import Level
from gridbook.store import preferences
from gridbook.store.book import Store
from gridbook.sync import joining, sticks
from gridbook.sync.joining import Question, Welcomed
from gridbook.ui.desk import Desk
from gridbook.ui.office.drill import DrillSheet
from gridbook.ui.office.facts import Office
from gridbook.ui.office.stick_field import StickField
from gridbook.ui.parts.text import Text
from gridbook.ui.theme import Type


class RenewalSheet(DrillSheet):
    """The request to the stick, the digits read out, the answer taken in."""

    NAME = "renew"
    TITLE = N_("This PC needs a new certificate")
    ICON = "shield"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            tr(self.TITLE),
            tr(
                "After a backup was put back on a new PC, or when a book was on two PCs: the PC that goes on "
                "asks anew. Its work stays as it is, and nothing has to be typed again."
            ),
        )
        write = self.step(tr("Write the request to a stick"))
        self.stick = StickField()
        self.stick.chosen.connect(self._look)
        write.body.addWidget(self.stick)
        self.ask = self.button(tr("Write the request"), "primary", self._ask, "send")
        write.buttons(self.ask)
        self.write = write
        self.read_out = self.step(
            tr("Take the stick to the office above, and read these digits out when it telephones")
        )
        self.own_digits = Text("", Type.NUMBER)
        self.own_digits.hide()
        self.read_out.body.addWidget(self.own_digits)
        self.take_in = self.step(
            tr("Bring the stick back and take the answer in"),
            tr("Choose the same stick again in step 1; the answer is found by itself."),
        )
        self.accept = self.button(tr("Take the answer in"), "primary", self._accept, "download")
        self.take_in.buttons(self.accept)
        self.go_on = self.step(
            tr("Hand over as always"), tr("From now on this PC signs with the new certificate.")
        )
        self.go_on.buttons(self.hand_over())
        self.end()
        self.setFocusProxy(self.stick)

    @staticmethod
    def concerns(office: Office) -> bool:
        """The subdistrict's own certificate is where all others begin; it is never renewed."""
        return (
            office.joined
            and office.level is not Level.SUBDISTRICT
            and (office.level is Level.GRID or office.leads)
        )

    def begin(self, office: Office, unit: str) -> None:
        """Begin with the first step."""
        self.desk.read(preferences.value, "stick", "", then=self.stick.remember)
        for step in self.steps:
            step.done(False)
        self.own_digits.hide()
        self._welcome(False)

    def _welcome(self, there: bool) -> None:
        self.accept.setEnabled(there)
        if there:
            self.write.done(True)
            self.read_out.done(True)
            self.accept.setFocus()

    def _look(self, folder: Path) -> None:
        self.stick.field.say("")
        self.desk.do(lambda store: answered(store, folder), then=self._looked, failed=self._not_there)

    def _looked(self, there: bool) -> None:
        self._welcome(there)
        if not there:
            self.ask.setFocus()

    def _not_there(self, error: GridbookError) -> None:
        self.stick.field.say(error.sentence())

    def _ask(self) -> None:
        folder = self.stick.folder
        self.desk.do(lambda store: ask_anew(store, folder), then=self._asked, failed=self._not_there)

    def _asked(self, question: Question) -> None:
        self.write.done(True)
        self._welcome(False)
        self.own_digits.setText(question.fingerprint)
        self.own_digits.setAccessibleName(
            tr("Digits of this book: {digits}").format(digits=question.fingerprint)
        )
        self.own_digits.show()

    def _accept(self) -> None:
        folder = self.stick.folder
        self.desk.do(lambda store: take_answer(store, folder), then=self._accepted)

    def _accepted(self, welcomed: Welcomed) -> None:
        self.take_in.done(True)
        self.take_in.say(tr("{office} admitted this PC anew.").format(office=welcomed.office_name))
        self.accept.setEnabled(False)
        self.again.emit()


def _answer(store: Store, folder: Path) -> Path:
    return folder / f"{store.unit}{joining.WELCOME_ENDING}"


def answered(store: Store, folder: Path) -> bool:
    """Whether the answer for this book lies on the stick."""
    sticks.check(folder)
    return _answer(store, folder).exists()


def ask_anew(store: Store, folder: Path) -> Question:
    """Write the request; an answer to an older one is taken off the stick."""
    sticks.check(folder)
    _answer(store, folder).unlink(missing_ok=True)
    store.write(preferences.keep, "stick", str(folder))
    return joining.ask(store, folder)


def take_answer(store: Store, folder: Path) -> Welcomed:
    """Take the answer in, and leave the stick without request and answer."""
    welcomed = joining.accept(store, _answer(store, folder))
    for done in (_answer(store, folder), folder / f"{store.unit}{joining.ASK_ENDING}"):
        done.unlink(missing_ok=True)
    return welcomed
