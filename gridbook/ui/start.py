"""Before the window: the first run in five steps."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from gridbook import i18n
from gridbook.errors import BadValue, GridbookError
from gridbook.i18n import tr
from gridbook.records.base import Clock, SystemClock
from gridbook.records.place import LEVEL_NAMES, Level, level_of
from gridbook.store import backup, book
from gridbook.store.book import Store
from gridbook.sync import joining
from gridbook.ui import qt_words
from gridbook.ui import theme as look
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Scrolled
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.fields import Field, TextInput
from gridbook.ui.parts.recovery_key import RecoveryKey
from gridbook.ui.parts.text import Heading, Muted, Text
from gridbook.ui.theme import SCALES, theme
from gridbook.ui.unlock import Middle as Middle
from gridbook.ui.unlock import Passphrase as Passphrase
from gridbook.ui.unlock import UnlockPage as UnlockPage

HEIGHT = 520
READY = 4
"""The last step."""


class FirstRun(Middle):
    """Five steps: language and size · which desk · person and passphrase · recovery sheet · ready."""

    opened = Signal(object)
    again = Signal()
    practice_wanted = Signal()
    restore_wanted = Signal()

    def __init__(self, folder: Path, *, calibrate: bool = True, clock: Clock | None = None) -> None:
        super().__init__()
        self._folder = folder
        self._calibrate = calibrate
        self._clock = clock or SystemClock()
        self.store: Store | None = None
        self._step = Muted("")
        self.card.body.addWidget(self._step)
        self.steps = QStackedWidget()
        for page in (self._language(), self._desk(), self._person(), self._recovery(), self._ready()):
            self.steps.addWidget(page)
        scrolled = Scrolled(self.steps)
        # The step scrolls by itself, so that the buttons stay in sight at large type.
        scrolled.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.card.body.addWidget(scrolled, 1)
        row = QHBoxLayout()
        self.back = Button(tr("Back"), "quiet", "chevron-left")
        self.back.clicked.connect(self.go_back)
        self.next = Button(tr("Next"), "primary", "arrow-right")
        self.next.clicked.connect(self.go_on)
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.next)
        self.card.body.addLayout(row)
        self._at(0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The card is as high as the longest step needs, if the window is."""
        super().resizeEvent(event)
        self.card.setFixedHeight(min(theme.px(HEIGHT), event.size().height() - 2 * theme.px(look.L)))

    def go_back(self) -> None:
        """One step back; what was typed stays."""
        self._at(max(0, self.steps.currentIndex() - 1))

    def go_on(self) -> None:
        """One step on, if this one is complete."""
        at = self.steps.currentIndex()
        try:
            if at == 1:
                self._check_desk()
            elif at == 2:
                self._make_book()
            elif at == READY and self.store is not None:
                self.opened.emit(self.store)
                return
        except BadValue as bad:
            field = self._fields.get(bad.field, self._fields["unit"])
            field.say(bad.sentence())
            field.input.setFocus()
            return
        except GridbookError as error:
            self._fields["passphrase"].say(error.sentence())
            return
        self._at(at + 1)

    def _at(self, step: int) -> None:
        self.steps.setCurrentIndex(step)
        self._step.setText(tr("Step {n} of 5").format(n=step + 1))
        self.back.setVisible(step in (1, 2))
        self.next.setText(tr("Start working") if step == READY else tr("Next"))
        page = self.steps.widget(step)
        if step == READY:
            self.next.setFocus()
        elif page is not None:
            # Enter does not leave the recovery key, which is shown only once: the button is pressed for it.
            (page.focusProxy() or page).setFocus()

    def _language(self) -> QWidget:
        page, layout = _page(tr("Welcome to GridBook"))
        layout.addWidget(
            Text(
                tr(
                    "A casebook for household visits and residents' requests. It works without a "
                    "network, and everything in it is encrypted."
                )
            )
        )
        self.language = Chips([("zh_CN", "中文"), ("en", "English")], tr("Language"))
        self.language.value = i18n.language()
        self.language.chosen.connect(self._speak)
        layout.addWidget(Field(tr("Language"), self.language))
        self.scale = Chips([(scale, f"{scale} %") for scale in SCALES], tr("Size"))
        self.scale.value = theme.scale
        self.scale.chosen.connect(lambda scale: theme.apply(scale=int(str(scale))))
        layout.addWidget(Field(tr("Size"), self.scale))
        practise = Button(tr("Practise first, with invented data"), "quiet", "eye")
        practise.clicked.connect(self.practice_wanted)
        layout.addWidget(practise)
        restore = Button(tr("Put a backup back"), "quiet", "history")
        restore.clicked.connect(self.restore_wanted)
        layout.addWidget(restore)
        page.setFocusProxy(self.language)
        layout.addStretch(1)
        return page

    def _desk(self) -> QWidget:
        page, layout = _page(tr("Which desk is this?"))
        self.level = Chips(
            [(level, tr(LEVEL_NAMES[level])) for level in (Level.GRID, Level.COMMUNITY, Level.SUBDISTRICT)],
            tr("Level of this desk"),
        )
        self.level.value = Level.GRID
        self.unit, self.name = TextInput(15), TextInput(40)
        self._fields = {
            "unit": Field(
                tr("Code of the unit"),
                self.unit,
                tr("15 digits for a grid, 12 for a community, 9 above; the office above knows it"),
            ),
            "name": Field(tr("Name of the unit"), self.name, tr("for example 03社区-05网格")),
        }
        layout.addWidget(Field(tr("Level of this desk"), self.level))
        layout.addWidget(self._fields["unit"])
        layout.addWidget(self._fields["name"])
        self.level.moved_on.connect(lambda: self.unit.setFocus())
        self.unit.entered.connect(lambda: self.name.setFocus())
        self.name.entered.connect(self.go_on)
        page.setFocusProxy(self.level)
        layout.addStretch(1)
        return page

    def _person(self) -> QWidget:
        page, layout = _page(tr("Who works here?"))
        layout.addWidget(Muted(tr("More people can be added later, each with a passphrase of their own.")))
        self.person, self.passphrase, self.repeated = TextInput(20), Passphrase(), Passphrase()
        self._fields |= {
            "person": Field(tr("Your name"), self.person),
            "passphrase": Field(tr("Passphrase, at least 8 characters"), self.passphrase),
            "repeated": Field(tr("The passphrase once more"), self.repeated),
        }
        for name in ("person", "passphrase", "repeated"):
            layout.addWidget(self._fields[name])
        self.person.entered.connect(lambda: self.passphrase.setFocus())
        self.passphrase.entered.connect(lambda: self.repeated.setFocus())
        self.repeated.entered.connect(self.go_on)
        page.setFocusProxy(self.person)
        layout.addStretch(1)
        return page

    def _recovery(self) -> QWidget:
        page, layout = _page(tr("The recovery sheet"))
        layout.addWidget(
            Text(
                tr(
                    "Write or print this key and lock it away in the office. It opens the book when a "
                    "passphrase is forgotten; nobody can make it again."
                )
            )
        )
        self.key = RecoveryKey()
        layout.addWidget(self.key)
        layout.addStretch(1)
        return page

    def _ready(self) -> QWidget:
        page, layout = _page(tr("Ready"))
        for said in (
            tr("The book is made and encrypted. A first backup was made and tested by opening it."),
            tr("First: write down estates and buildings under “Doors”, or load them from Excel."),
            tr("Then: join the office above with a stick, under “Hand-over”."),
        ):
            layout.addWidget(Text(said))
        layout.addStretch(1)
        return page

    def _speak(self, language: object) -> None:
        i18n.use(str(language))
        qt_words.speak()
        self.again.emit()

    def _check_desk(self) -> None:
        for field in self._fields.values():
            field.say("")
        if level_of(self.unit.value) is not self.level.value:
            raise BadValue(
                "unit",
                tr("This code does not fit the desk you chose."),
                next=tr("A code has 9 digits (subdistrict), 12 (community) or 15 (grid)."),
            )
        if not self.name.value:
            raise BadValue("name", tr("The unit needs a name."))

    def _make_book(self) -> None:
        for field in self._fields.values():
            field.say("")
        if not self.person.value:
            raise BadValue("person", tr("Please write your name."))
        if self.passphrase.text() != self.repeated.text():
            raise BadValue("repeated", tr("The two passphrases differ."))
        if self.store is None:
            self.store, recovery = book.create(
                self._folder,
                self.unit.value,
                self.name.value,
                self.person.value,
                self.passphrase.text(),
                clock=self._clock,
                calibrate=self._calibrate,
            )
            joining.found_root(self.store)
            self.key.show_key(self.store, recovery)
            backup.make(self.store, self._folder / "backups")
        self.passphrase.value = ""
        self.repeated.value = ""


def _page(title: str) -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(theme.px(look.M))
    layout.addWidget(Heading(title))
    return page, layout
