"""The window: sidebar, find box, one screen at a time, the status line, and the keys that work everywhere."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QObject, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gridbook import __version__, i18n
from gridbook.errors import GridbookError
from gridbook.i18n import tr
from gridbook.records.base import Record
from gridbook.records.place import short_name
from gridbook.records.staff import ROLE_NAMES
from gridbook.store import backup, caseload, conflicts, preferences, returned, signing, undoing
from gridbook.store.caseload import Wanted
from gridbook.store.session import Session
from gridbook.store.undoing import Act
from gridbook.sync import status
from gridbook.sync.where import Where
from gridbook.ui import looks, tabbing
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.find import FindBox
from gridbook.ui.looks import Look, LookMenu
from gridbook.ui.notices import Notices
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Scrolled
from gridbook.ui.parts.chips import DIGITS
from gridbook.ui.parts.fields import commit_typing
from gridbook.ui.parts.later import Later
from gridbook.ui.parts.sidebar import Entry, Sidebar
from gridbook.ui.parts.status_line import StatusLine
from gridbook.ui.parts.text import Text
from gridbook.ui.screen import Screen
from gridbook.ui.screens import Place
from gridbook.ui.theme import Type, theme

if TYPE_CHECKING:
    from gridbook.ui.help import HelpSheet

IDLE_MINUTES = 10
SEEN = "release"
"""The name under which the book remembers which release a person saw last."""
SMALLEST = QSize(1024, 640)


class Window(QMainWindow):
    """The whole desk of one person on one book."""

    locked = Signal()
    person_asked = Signal()
    restore_asked = Signal(str)

    def __init__(self, desk: Desk, places: Sequence[Place]) -> None:
        super().__init__()
        self.desk = desk
        self.setMinimumSize(SMALLEST)
        self.look = Look(theme.scale, None, i18n.language())
        self._places = {place.name: place for place in places}
        self._way: list[str] = []
        self._what: object = None
        self._came_from: QWidget | None = None
        self._help: HelpSheet | None = None
        self._build()
        self._keys()
        desk.refused.connect(self._refused)
        desk.broken.connect(self._broken)
        desk.changed.connect(self._something_kept)
        desk.handed_over.connect(self.refresh_status)
        self._idle = QTimer(self)
        self._idle.setInterval(IDLE_MINUTES * 60 * 1000)
        self._idle.timeout.connect(self.lock)
        self._idle.start()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        self.show_screen(next(iter(self._places)))
        self.refresh_status()
        desk.read(preferences.value, looks.KEY, then=self._wear_remembered)
        desk.read(preferences.value, SEEN, then=self._tell_news)
        if desk.store.notices:
            self.notices.say("\n".join(dict.fromkeys(desk.store.notices)))

    def screen_named(self, name: str) -> Screen:
        """The screen of that name."""
        return self.screens[name]

    @property
    def help(self) -> "HelpSheet":
        """The help over the right edge, made when it is first asked for."""
        if self._help is None:
            from gridbook.ui.help import HelpSheet  # when it is needed

            self._help = HelpSheet(self._right)
        return self._help

    @property
    def in_front(self) -> str:
        """The name of the screen that is in front."""
        return self._way[-1]

    def show_screen(self, name: str, what: object = None) -> None:
        """Bring a screen to the front, and show a certain thing there."""
        screen = self.screen_named(name)
        if not self._way or self._way[-1] != name:
            self._way.append(name)
        self._what = what
        self._stack.setCurrentWidget(self._holders[name])
        self.sidebar.mark(name)
        if what is not None:
            screen.open(what)
        elif not screen.isAncestorOf(QApplication.focusWidget() or self):
            screen.setFocus()

    def lock(self) -> None:
        """Keep what is half written as a draft and ask for the passphrase; nothing is ever discarded."""
        self._keep_writing()
        self.desk.do(lambda store: store.checkpoint())
        self.locked.emit()

    def wear(self, chosen: Look) -> None:
        """Show everything in this look from now on, and remember it for this person."""
        self.desk.write(preferences.keep, looks.KEY, chosen.kept())
        self._wear(chosen)

    def step_back(self) -> None:
        """Esc: one step back, losing nothing."""
        if self._help is not None and self._help.isVisible():
            self._help.hide()
            if self._came_from is not None:
                self._came_from.setFocus()
            return
        if self.notices.isVisible():
            self.notices.hide()
            return
        current = self.screens[self._way[-1]]
        if current.step_back():
            return
        if len(self._way) > 1:
            self._way.pop()
            self.show_screen(self._way.pop())

    def refresh_status(self) -> None:
        """Ask the book what the status line says."""
        self.desk.read(_standing, then=self._show_standing)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Begin to notice whether somebody is there."""
        super().showEvent(event)
        handle = self.window().windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, N802 - Qt's names
        """Tab goes through the page as it is laid out."""
        return tabbing.go(self._centre, self.focusWidget(), forward=next)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Any key or mouse press in the window shows that somebody is there."""
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress):
            self._idle.start()
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Keep what is half written, finish what was asked for, then go."""
        self._keep_writing()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """What lies over the content keeps to its edge."""
        super().resizeEvent(event)
        if self._help is not None:
            self._help.lie_over(self._right)

    def _keep_writing(self) -> None:
        commit_typing()
        focus = QApplication.focusWidget()
        if focus is not None:
            focus.clearFocus()
        self.desk.finish()

    def _build(self) -> None:
        self.setWindowTitle(tr("GridBook — {name}").format(name=self.desk.store.name))
        self.notices = Notices()
        self.status_line = StatusLine()
        if self.desk.store.shared:
            self.status_line.say_shared(self.desk.store.place_name())
        self._stack = QStackedWidget()
        self._holders: dict[str, QWidget] = {}
        self.screens = Later(tuple(self._places), self._make)
        store = self.desk.store
        self.sidebar = Sidebar(
            store.name,
            short_name(store.unit),
            tr("GridBook {version}").format(version=__version__),
            [Entry(one.name, tr(one.title), one.icon, one.apart) for one in self._places.values()],
        )
        self.sidebar.chosen.connect(self.show_screen)
        self._centre = centre = QWidget()
        centre.setObjectName("window")
        outer = QVBoxLayout(centre)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        if store.practice:
            outer.addWidget(_practice_band())
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.sidebar)
        self._right = QWidget()
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self._topbar())
        right.addWidget(self.notices)
        right.addWidget(self._stack, 1)
        middle.addWidget(self._right, 1)
        outer.addLayout(middle, 1)
        outer.addWidget(self.status_line)
        self._help = None
        self.setCentralWidget(centre)

    def _make(self, name: str) -> Screen:
        screen = self._places[name].screen()(self.desk)
        screen.opened.connect(self.show_screen)
        screen.restore_asked.connect(self.restore_asked)
        self._holders[name] = _holder(screen)
        self._stack.addWidget(self._holders[name])
        return screen

    def _topbar(self) -> QFrame:
        bar = QFrame()
        bar.setObjectName("topbar")
        layout = QHBoxLayout(bar)
        layout.setContentsMargins(theme.px(look.XL), theme.px(look.S), theme.px(look.L), theme.px(look.S))
        layout.setSpacing(theme.px(look.S))
        layout.addStretch(1)
        self.find_box = FindBox(self.desk)
        self.find_box.opened.connect(self.show_screen)
        layout.addWidget(self.find_box, 4)
        layout.addStretch(1)
        person = self.desk.store.person
        who = Button(f"{person.name} · {tr(ROLE_NAMES[person.role])}", "quiet", "user")
        who.setToolTip(tr("Switch person"))
        who.clicked.connect(self.person_asked)
        self.look_button = Button("", "quiet", "a-large-small")
        self.look_button.setAccessibleName(tr("Size, light and language"))
        self.look_button.setToolTip(tr("Size, light and language"))
        self.look_button.clicked.connect(self._offer_looks)
        lock = Button("", "quiet", "lock")
        lock.setAccessibleName(tr("Lock"))
        lock.setToolTip(tr("Lock (Ctrl+L)"))
        lock.clicked.connect(self.lock)
        for one in (who, self.look_button, lock):
            layout.addWidget(one)
        return bar

    def _keys(self) -> None:
        acts = {
            "F1": self._show_help,
            "F2": lambda: self.show_screen("visits", {}),
            "Shift+F2": lambda: self.show_screen("visits", {"pile": True}),
            "F3": lambda: self.show_screen("requests", {}),
            "F4": lambda: self.find_box.start(),
            "F5": lambda: self.show_screen("today"),
            "F6": lambda: self.screens[self._way[-1]].print_pages(),
            "F9": self._close_request,
            "Esc": self.step_back,
            "Ctrl+L": self.lock,
            "Ctrl+Z": lambda: self.desk.write(undoing.undo, then=self._undone),
            "Ctrl+Y": lambda: self.desk.write(undoing.redo, then=self._done_again),
        }
        for key, act in acts.items():
            QShortcut(QKeySequence(key), self).activated.connect(act)
        for digit, place in zip(range(1, DIGITS + 1), self._places, strict=False):
            QShortcut(QKeySequence(f"Alt+{digit}"), self).activated.connect(
                lambda place=place: self.show_screen(place)
            )

    def _close_request(self) -> None:
        current = self.screens[self._way[-1]]
        act = getattr(current, "likely_step", None)
        if act is not None:
            act()
        else:
            self.show_screen("requests")

    def _show_help(self) -> None:
        if self.help.isVisible():
            self.step_back()
            return
        self._came_from = self.focusWidget()
        self.help.lie_over(self._right)
        self.help.show_page(self.screens[self.in_front].help_page())

    def _tell_news(self, seen: object) -> None:
        if seen == __version__:
            return
        self.desk.write(preferences.keep, SEEN, __version__)
        # Who opens the program for the first time has nothing to compare it with.
        if seen is not None:
            self.help.lie_over(self._right)
            self.help.show_news()

    def _undone(self, act: Act) -> None:
        self.notices.say(tr("Taken back: {what}. Ctrl+Y does it again.").format(what=act.sentence), good=True)

    def _done_again(self, act: Act) -> None:
        self.notices.say(tr("Done again: {what}.").format(what=act.sentence), good=True)

    def _offer_looks(self) -> None:
        menu = LookMenu(self.look, self)
        menu.chosen.connect(self.wear)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.look_button.mapToGlobal(self.look_button.rect().bottomLeft()))

    def _wear_remembered(self, kept: object) -> None:
        remembered = Look.remembered(kept)
        if remembered is not None and not theme.asked:
            self._wear(remembered)

    def _wear(self, chosen: Look) -> None:
        self.look = chosen
        if chosen.wear():
            self._build_anew()

    def _build_anew(self) -> None:
        # Widgets measure themselves when they are made; what is half written comes back as its draft.
        self._keep_writing()
        here, what = self._way[-1], self._what
        self._build()
        self.show_screen(here, what)
        self.refresh_status()

    def _system_changed(self) -> None:
        if self.look.dark is None and not theme.asked:
            self._wear(self.look)

    def _refused(self, error: GridbookError) -> None:
        self.notices.tell(error)

    def _broken(self, log: str) -> None:
        self.notices.crashed(log)

    def _something_kept(self, classes: frozenset[type[Record]]) -> None:
        self.status_line.say_saved(datetime.now(UTC))
        self.refresh_status()

    def _show_standing(self, now: "_Standing") -> None:
        self.status_line.say_unsent(now.unsent, now.since, now.on_stick, now.on_stick_since)
        self.status_line.say_receipt(now.receipt)
        self.status_line.say_backup(now.backup)
        self.sidebar.show_count("requests", now.in_hand)
        self.sidebar.show_count("exchange", now.unsent)
        self.sidebar.show_count("conflicts", now.to_settle)
        self.sidebar.show_count("moving", now.moving)


class _Standing(NamedTuple):
    unsent: int
    since: datetime | None
    on_stick: int
    on_stick_since: datetime | None
    receipt: datetime | None
    backup: datetime | None
    in_hand: int
    to_settle: int
    moving: int


def _holder(screen: Screen) -> QWidget:
    """A screen in its place: lists take the whole width, the rest is at most as wide as one reads well.

    What needs more height than the window has is scrolled, never squeezed.
    """
    if screen.FULL_WIDTH:
        return Scrolled(screen)
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    screen.setMaximumWidth(theme.px(look.CONTENT))
    layout.addStretch(1)
    layout.addWidget(screen, 100)
    layout.addStretch(1)
    return Scrolled(holder)


def _practice_band() -> QFrame:
    band = QFrame()
    band.setObjectName("practice")
    layout = QHBoxLayout(band)
    layout.setContentsMargins(theme.px(look.XL), theme.px(look.XS), theme.px(look.XL), theme.px(look.XS))
    layout.addWidget(Text(tr("Practice — invented data, never handed over as real work"), Type.CAPTION))
    return band


def _standing(session: Session) -> _Standing:
    held = status.held(session)
    times = [peer.last_in for peer in held.peers if peer.last_in is not None]
    in_hand = caseload.count(session, Wanted(open=True, lead=session.unit))
    return _Standing(
        held.to_hand_over,
        held.oldest_unsent,
        held.ops[Where.ON_STICK],
        held.on_stick_since,
        max(times, default=None),
        backup.tested_at(session),
        in_hand,
        conflicts.count(session),
        returned.count(session) + signing.to_sign(session),
    )
