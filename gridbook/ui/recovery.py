"""When the passphrase or the PC is gone: the printed recovery key, and a backup put back."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from gridbook.errors import BadValue, GridbookError, NotFound, WrongPassphrase
from gridbook.i18n import tr
from gridbook.records.base import Clock, SystemClock
from gridbook.store import audit, backup, book, keys
from gridbook.store.book import Store
from gridbook.ui import theme as look
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.fields import Choice, Field, TextInput
from gridbook.ui.parts.text import Heading, Text
from gridbook.ui.start import Middle, Passphrase
from gridbook.ui.theme import theme


class RecoveryPage(Middle):
    """One card with the fields of a way back into the book; what is wrong is said under its field."""

    HELP = "recovery"

    opened = Signal(object)
    given_up = Signal()

    def __init__(self, folder: Path, title: str, words: str, act: str, *, calibrate: bool = True) -> None:
        super().__init__()
        self._folder = folder
        self._calibrate = calibrate
        self.recovery = TextInput(200)
        self.fields: dict[str, Field] = {}
        self.card.body.addWidget(Heading(title))
        self.card.body.addWidget(Text(words))
        self._build()
        row = QHBoxLayout()
        self.back = Button(tr("Back"), "quiet", "chevron-left")
        self.back.clicked.connect(self.given_up)
        self.act = Button(act, "primary", "lock")
        self.act.clicked.connect(self.try_it)
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.act)
        self.card.body.addLayout(row)

    def _build(self) -> None:
        """Add the fields."""

    def open(self) -> Store:
        """Do what the page is for, and open the book."""
        raise NotImplementedError

    def try_it(self) -> None:
        """Open the book, or say why not."""
        for field in self.fields.values():
            field.say("")
        try:
            store = self.open()
        except BadValue as bad:
            self.fields.get(bad.field, self.fields["recovery"]).say(bad.sentence())
        except GridbookError as error:
            self.fields[self.field_of(error)].say(error.sentence())
        else:
            self.opened.emit(store)

    def field_of(self, error: GridbookError) -> str:
        """Under which field an error is said."""
        return "person" if isinstance(error, NotFound) else "recovery"

    def add(self, name: str, label: str, widget: QWidget, hint: str = "") -> None:
        """Add a field to the card."""
        self.fields[name] = Field(label, widget, hint)
        self.card.body.addWidget(self.fields[name])

    def add_passphrase(self, label: str) -> None:
        """Add the passphrase and its repetition."""
        self.passphrase, self.repeated = Passphrase(), Passphrase()
        self.add("passphrase", label, self.passphrase)
        self.add("repeated", tr("Once more"), self.repeated)
        self.repeated.entered.connect(self.try_it)

    def chosen_passphrase(self) -> str:
        """The passphrase; a new one, which goes with the recovery key, is typed twice alike."""
        if self.recovery.value and self.passphrase.text() != self.repeated.text():
            raise BadValue("repeated", tr("The two passphrases differ."))
        return self.passphrase.text()


class ForgottenPage(RecoveryPage):
    """The printed recovery key instead of the passphrase, and a new passphrase for a person."""

    def __init__(self, folder: Path, *, calibrate: bool = True) -> None:
        super().__init__(
            folder,
            tr("Forgotten passphrase"),
            tr(
                "Take the recovery sheet out of its safe place, type its key, and choose a new passphrase. "
                "Nothing in the book is lost; the log keeps that it was opened so."
            ),
            tr("Open the book"),
            calibrate=calibrate,
        )

    def _build(self) -> None:
        self.add("recovery", tr("Recovery key"), self.recovery)
        self.person = Choice([(name, name) for name in keys.people(self._folder)])
        self.add("person", tr("Person"), self.person)
        self.add_passphrase(tr("New passphrase"))
        self.setFocusProxy(self.recovery)

    def open(self) -> Store:
        """Give the person the new passphrase and open the book with it."""
        person, passphrase = str(self.person.value), self.chosen_passphrase()
        keys.recover(self._folder, self.recovery.value, person, passphrase, calibrate=self._calibrate)
        return opened(self._folder, person, passphrase, "recover")


class RestorePage(RecoveryPage):
    """A backup file put in the place of the book, also on a new PC; what was there is kept beside it."""

    def __init__(self, folder: Path, *, calibrate: bool = True, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        super().__init__(
            folder,
            tr("Put a backup back"),
            tr(
                "Choose the backup file. A backup from the stick is sealed: it needs the key from the "
                "recovery sheet, and then you choose a new passphrase. What came after the backup returns "
                "with the next stick."
            ),
            tr("Put back and open"),
            calibrate=calibrate,
        )

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.px(look.S))
        self.file = TextInput(500)
        self.fields["file"] = Field(tr("Backup file"), self.file)
        browse = Button(tr("Choose …"), "plain")
        browse.clicked.connect(self._browse)
        row.addWidget(self.fields["file"], 1)
        row.addWidget(browse)
        self.card.body.addLayout(row)
        label = tr("Recovery key (for a sealed backup, or when the passphrase is forgotten)")
        self.add("recovery", label, self.recovery)
        self.person = TextInput(40)
        self.add("person", tr("Person"), self.person)
        self.add_passphrase(tr("Passphrase; a new one when the recovery key is typed"))
        self.setFocusProxy(self.file)

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, tr("Backup file"), self.file.value, f"GridBook (*{backup.ENDING} *{backup.SEALED_ENDING})"
        )
        if chosen:
            self.file.value = chosen

    def field_of(self, error: GridbookError) -> str:
        """What is wrong with the file is said under the file."""
        if isinstance(error, WrongPassphrase):
            return "recovery" if self.recovery.value else "passphrase"
        return "person" if isinstance(error, NotFound) else "file"

    def open(self) -> Store:
        """Put the backup back and open the book."""
        if not self.file.value:
            raise BadValue("file", tr("Choose the backup file first."))
        person, passphrase = self.person.value, self.chosen_passphrase()
        restored = backup.restore(
            Path(self.file.value),
            self._folder,
            person,
            passphrase,
            recovery=self.recovery.value,
            clock=self._clock,
            calibrate=self._calibrate,
        )
        store = opened(self._folder, person, passphrase, "recover" if self.recovery.value else "")
        store.notices.append(restored.told)
        return store


def opened(folder: Path, person: str, passphrase: str, noted: str) -> Store:
    """The book, opened, with an entry in its log of how."""
    store = book.open_book(folder, person, passphrase)
    if noted:
        store.write(audit.note, noted, person)
    return store
