"""The window: sidebar, find box, one screen at a time, the status line, and the keys that work everywhere."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gridbook import __version__
from gridbook.i18n import tr
from gridbook.records.base import Record
from gridbook.records.place import short_name
from gridbook.records.staff import ROLE_NAMES
from gridbook.store import backup, today
from gridbook.store.session import Session
from gridbook.sync import status
from gridbook.ui import icons
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.find import FindBox
from gridbook.ui.notices import Notices
from gridbook.ui.parts.buttons import GAP, Button
from gridbook.ui.parts.fields import commit_typing
from gridbook.ui.parts.status_line import StatusLine
from gridbook.ui.parts.text import Heading, Muted, Text
from gridbook.ui.screen import Screen
from gridbook.ui.theme import Type, theme

IDLE_MINUTES = 10
SMALLEST = QSize(1024, 640)


class Window(QMainWindow):
    """The whole desk of one person on one book."""

    locked = Signal()
    person_asked = Signal()

    def __init__(self, desk: Desk, screens: Sequence[type[Screen]]) -> None:
        super().__init__()
        self.desk = desk
        self.setWindowTitle(tr("GridBook — {name}").format(name=desk.store.name))
        self.setMinimumSize(SMALLEST)
        self.notices = Notices()
        self.status_line = StatusLine()
        self.screens: dict[str, Screen] = {}
        self._stack = QStackedWidget()
        self._way: list[str] = []
        self._build(screens)
        self._keys()
        desk.refused.connect(self.notices.tell)
        desk.broken.connect(self.notices.crashed)
        desk.changed.connect(self._something_kept)
        self._idle = QTimer(self)
        self._idle.setInterval(IDLE_MINUTES * 60 * 1000)
        self._idle.timeout.connect(self.lock)
        self._idle.start()
        self.show_screen(next(iter(self.screens)))
        self.refresh_status()
        for notice in desk.store.notices:
            self.notices.say(notice)

    def screen_named(self, name: str) -> Screen:
        """The screen of that name."""
        return self.screens[name]

    def show_screen(self, name: str, what: object = None) -> None:
        """Bring a screen to the front, and show a certain thing there."""
        screen = self.screens[name]
        if not self._way or self._way[-1] != name:
            self._way.append(name)
        self._stack.setCurrentWidget(self._holders[name])
        button = self._sidebar_buttons.get(name)
        if button is not None:
            button.setChecked(True)
        if what is not None:
            screen.open(what)
        elif not screen.isAncestorOf(QApplication.focusWidget() or self):
            screen.setFocus()

    def lock(self) -> None:
        """Keep what is half written as a draft and ask for the passphrase; nothing is ever discarded."""
        commit_typing()
        focus = QApplication.focusWidget()
        if focus is not None:
            focus.clearFocus()
        self.desk.finish()
        self.desk.do(lambda store: store.checkpoint())
        self.locked.emit()

    def step_back(self) -> None:
        """Esc: one step back, losing nothing."""
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
        self.desk.read(_status, then=self._show_status)
        self.desk.read(backup.tested_at, then=self.status_line.say_backup)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Begin to notice whether somebody is there."""
        super().showEvent(event)
        handle = self.window().windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Any key or mouse press in the window shows that somebody is there."""
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress):
            self._idle.start()
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Keep what is half written, finish what was asked for, then go."""
        commit_typing()
        focus = QApplication.focusWidget()
        if focus is not None:
            focus.clearFocus()
        self.desk.finish()
        super().closeEvent(event)

    def _build(self, screens: Sequence[type[Screen]]) -> None:
        centre = QWidget()
        centre.setObjectName("window")
        outer = QVBoxLayout(centre)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        if self.desk.store.practice:
            outer.addWidget(_practice_band())
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._sidebar(screens))
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._topbar())
        right.addWidget(self.notices)
        right.addWidget(self._stack, 1)
        middle.addLayout(right, 1)
        outer.addLayout(middle, 1)
        outer.addWidget(self.status_line)
        self.setCentralWidget(centre)

    def _sidebar(self, screens: Sequence[type[Screen]]) -> QFrame:
        bar = QFrame()
        bar.setObjectName("sidebar")
        bar.setFixedWidth(theme.px(look.SIDEBAR if theme.roomy else look.NARROW_SIDEBAR))
        layout = QVBoxLayout(bar)
        layout.setContentsMargins(*(theme.px(look.S),) * 4)
        layout.setSpacing(theme.px(look.XS))
        if theme.roomy:
            layout.addLayout(self._unit_head())
        group = QButtonGroup(self)
        self._sidebar_buttons: dict[str, QToolButton] = {}
        self._holders: dict[str, QWidget] = {}
        for made in screens:
            screen = made(self.desk)
            screen.opened.connect(self.show_screen)
            self.screens[made.NAME] = screen
            self._holders[made.NAME] = _holder(screen)
            self._stack.addWidget(self._holders[made.NAME])
            button = QToolButton()
            if theme.roomy:
                button.setText(GAP + tr(made.TITLE))
            button.setToolTip(tr(made.TITLE))
            button.setAccessibleName(tr(made.TITLE))
            button.setIcon(icons.icon(made.ICON))
            button.setIconSize(QSize(theme.px(icons.SIZE), theme.px(icons.SIZE)))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setCheckable(True)
            button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
            button.clicked.connect(lambda _=False, name=made.NAME: self.show_screen(name))
            group.addButton(button)
            self._sidebar_buttons[made.NAME] = button
            layout.addWidget(button)
        layout.addStretch(1)
        if theme.roomy:
            version = Muted(tr("GridBook {version}").format(version=__version__), Type.CAPTION)
            version.setContentsMargins(theme.px(look.M), 0, 0, 0)
            layout.addWidget(version)
        return bar

    def _unit_head(self) -> QVBoxLayout:
        head = QVBoxLayout()
        head.setContentsMargins(theme.px(look.M), theme.px(look.S), theme.px(look.M), theme.px(look.M))
        head.setSpacing(0)
        name = Heading(self.desk.store.name, Type.SECTION)
        name.setWordWrap(True)
        head.addWidget(name)
        head.addWidget(Muted(short_name(self.desk.store.unit), Type.CAPTION))
        return head

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
        lock = Button("", "quiet", "lock")
        lock.setAccessibleName(tr("Lock"))
        lock.setToolTip(tr("Lock (Ctrl+L)"))
        lock.clicked.connect(self.lock)
        layout.addWidget(who)
        layout.addWidget(lock)
        return bar

    def _keys(self) -> None:
        acts = {
            "F2": lambda: self.show_screen("visits", {}),
            "F3": lambda: self.show_screen("requests", {}),
            "F4": self.find_box.start,
            "F5": lambda: self.show_screen("today"),
            "F6": lambda: self.screens[self._way[-1]].print_pages(),
            "F9": self._close_request,
            "Esc": self.step_back,
            "Ctrl+L": self.lock,
        }
        for key, act in acts.items():
            QShortcut(QKeySequence(key), self).activated.connect(act)

    def _close_request(self) -> None:
        current = self.screens[self._way[-1]]
        act = getattr(current, "likely_step", None)
        if act is not None:
            act()
        else:
            self.show_screen("requests")

    def _something_kept(self, classes: frozenset[type[Record]]) -> None:
        self.status_line.say_saved(datetime.now(UTC))
        self.refresh_status()

    def _show_status(self, held: tuple[int, datetime | None, datetime | None]) -> None:
        unsent, since, receipt = held
        self.status_line.say_unsent(unsent, since)
        self.status_line.say_receipt(receipt)


def _holder(screen: Screen) -> QWidget:
    """A screen in its place: lists take the whole width, the rest is at most as wide as one reads well."""
    if screen.FULL_WIDTH:
        return screen
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    screen.setMaximumWidth(theme.px(look.CONTENT))
    layout.addStretch(1)
    layout.addWidget(screen, 100)
    layout.addStretch(1)
    return holder


def _practice_band() -> QFrame:
    band = QFrame()
    band.setObjectName("practice")
    layout = QHBoxLayout(band)
    layout.setContentsMargins(theme.px(look.XL), theme.px(look.XS), theme.px(look.XL), theme.px(look.XS))
    layout.addWidget(Text(tr("Practice — invented data, never handed over as real work"), Type.CAPTION))
    return band


def _status(session: Session) -> tuple[int, datetime | None, datetime | None]:
    held = status.held(session)
    times = [peer.last_in for peer in held.peers if peer.last_in is not None]
    _, since = today.unsent_work(session)
    return held.unsent, since, max(times, default=None)

