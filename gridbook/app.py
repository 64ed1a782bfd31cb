"""Builds everything once: theme, book, desk, window."""

import contextlib
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLibraryInfo, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from gridbook import paths
from gridbook.errors import BookInUse
from gridbook.i18n import tr
from gridbook.store import before
from gridbook.ui import aside, qt_words
from gridbook.ui.collecting import collecting
from gridbook.ui.theme import STYLE, theme
from gridbook.ui.unlock import UnlockPage

# The first page is there in a moment; what the desk needs is fetched while a person types.
if TYPE_CHECKING:
    from gridbook.store.book import Store
    from gridbook.sync import healing
    from gridbook.ui.desk import Desk
    from gridbook.ui.recovery import RecoveryPage
    from gridbook.ui.window import Window

SIZE = (1366, 768)
GRID_DIGITS = 15
PRACTICE_SEED = 1
MADE = "made"
"""The file that says that the practice town was made to the end."""
MOST_LOOKS = 25
"""So many short looks for damage at each opening; the next opening goes on where they ended."""


class Program(QMainWindow):
    """The one window of the program: first run or unlock page, then the desk, and back when it is locked."""

    def __init__(self, folder: Path, passphrase: str | None = None, *, calibrate: bool = True) -> None:
        super().__init__()
        self.folder = folder
        self._calibrate = calibrate
        self.desk: Desk | None = None
        self.window_: Window | None = None
        self._left_at = ""
        """The page that was in front when the book was locked; whoever opens it again goes on there."""
        self._stack = QStackedWidget()
        self.setCentralWidget(self._stack)
        self.setWindowTitle(tr("GridBook"))
        qt_words.speak()
        theme.dress(self)
        self.resize(*SIZE)
        if before.is_cut_off(folder):
            _put_back(folder)
        if passphrase is not None and before.is_there(folder):
            self.open_store(self._unlock(before.people(folder)[0], passphrase))
        else:
            self._begin()

    def appear(self) -> None:
        """Show the window; where its usual size does not fit with its frame, it takes the whole screen."""
        room = self.screen().availableSize()
        if room.width() > self.width() and room.height() > self.height():
            self.show()
        else:
            self.showMaximized()

    def _begin(self) -> None:
        if before.is_there(self.folder):
            self.ask_passphrase()
        else:
            self.first_run()

    def first_run(self) -> None:
        """Make a book, in five steps."""
        from gridbook.ui.start import FirstRun  # when it is needed

        page = FirstRun(self.folder, calibrate=self._calibrate)
        page.opened.connect(self.open_store)
        page.again.connect(self.first_run)
        page.practice_wanted.connect(self.practise)
        page.restore_wanted.connect(self.restore)
        self._show(page)

    def practise(self) -> None:
        """Open a grid's book of an invented town, made beside the real one the first time."""
        place = self.folder.parent / "practice"
        if (place / MADE).exists():
            self._sit_down_to_practise()
            return
        # What was begun and stopped is begun again.
        shutil.rmtree(place, ignore_errors=True)
        from gridbook.ui.practising import PractisePage  # when it is needed

        page = PractisePage(place, PRACTICE_SEED)
        page.made.connect(self._sit_down_to_practise)
        page.given_up.connect(self._begin)
        self._show(page)

    def _sit_down_to_practise(self) -> None:
        place = self.folder.parent / "practice"
        (place / MADE).touch()
        (self.folder, *_) = sorted((place / "books").glob("?" * GRID_DIGITS))
        passphrase = (place / "passphrase").read_text(encoding="utf-8").rstrip("\n")
        self.open_store(self._unlock(before.people(self.folder)[0], passphrase))

    def ask_passphrase(self) -> None:
        """Open the book that is there."""
        page = UnlockPage(self.folder, self._unlock)
        page.opened.connect(self.open_store)
        page.forgotten.connect(self.recover)
        page.restore_wanted.connect(self.restore)
        self._show(page)
        QTimer.singleShot(0, aside.fetch_ahead)

    def recover(self) -> None:
        """Open the book with the printed recovery key."""
        from gridbook.ui.recovery import ForgottenPage  # when it is needed

        self._show_recovery(ForgottenPage(self.folder, calibrate=self._calibrate))

    def restore(self, file: str = "", person: str = "") -> None:
        """Put a backup in the place of the book."""
        from gridbook.ui.recovery import RestorePage  # when it is needed

        page = RestorePage(self.folder, calibrate=self._calibrate)
        page.file.value, page.person.value = file, person
        self._show_recovery(page)

    def _restore_this(self, file: str) -> None:
        """The open book is closed, and the backup that was chosen in it stands in the form already."""
        person = self.desk.store.person.name if self.desk is not None else ""
        self.lock()
        self.restore(file, person)

    def _show_recovery(self, page: "RecoveryPage") -> None:
        page.opened.connect(self.open_store)
        page.given_up.connect(self._begin)
        self._show(page)

    def open_store(self, store: "Store") -> None:
        """Sit down at the desk of an open book; what a power cut left half done is finished first."""
        from gridbook.store import rebuild, retention  # when it is needed
        from gridbook.sync import take  # when it is needed
        from gridbook.ui.desk import Desk  # when it is needed
        from gridbook.ui.screens import SCREENS  # when it is needed
        from gridbook.ui.window import Window  # when it is needed

        if self.desk is None:
            rebuild.resume(store)
            for taken in take.resume(store):
                store.notices.extend(taken.alarms)
            self.desk = Desk(store)
            self.desk.write(retention.daily)
            self._look_for_damage(MOST_LOOKS)
        self.window_ = Window(self.desk, SCREENS)
        self.window_.locked.connect(self.lock)
        self.window_.person_asked.connect(self.window_.lock)
        self.window_.restore_asked.connect(self._restore_this)
        if self._left_at:
            self.window_.show_screen(self._left_at)
        self._show(self.window_)

    def _look_for_damage(self, most: int) -> None:
        from gridbook.sync import healing  # when it is needed

        def looked(found: "healing.Looked") -> None:
            if found.asked_for and self.window_ is not None:
                told = tr("{n} damaged entries are asked for with the next hand-over.")
                self.window_.notices.say(told.format(n=found.asked_for))
            # One after the other, so that whoever writes meanwhile comes in between.
            if found.goes_on and most > 1 and self.desk is not None:
                self._look_for_damage(most - 1)

        if self.desk is not None:
            self.desk.do(healing.look, then=looked)

    def lock(self) -> None:
        """Show the passphrase page; the book is closed meanwhile."""
        if self.desk is not None:
            self.desk.close()
            self.desk = None
        if self.window_ is not None:
            self._left_at = self.window_.in_front
        self.window_ = None
        self.ask_passphrase()

    def _unlock(self, person: str, passphrase: str) -> "Store":
        from gridbook.store import book  # when it is needed

        return book.open_book(self.folder, person, passphrase)

    def _show(self, page: QWidget) -> None:
        while (old := self._stack.widget(0)) is not None:
            self._stack.removeWidget(old)
            # Nobody's child any more: if this window goes first, it does not go a second time.
            old.setParent(None)
            old.deleteLater()
        self._stack.addWidget(page)
        page.setFocus()

    def closeEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """Finish what was asked for, back the day up, and close the book."""
        if self.window_ is not None:
            self.window_.close()
        if self.desk is not None:
            from gridbook.store import backup  # when it is needed

            self.desk.do(backup.daily)
            self.desk.close()
            self.desk = None
        super().closeEvent(event)  # type: ignore[arg-type]


def _put_back(folder: Path) -> None:
    from gridbook.store import book  # when it is needed

    # Another window may be at it just now; then the unlock page says so.
    with contextlib.suppress(BookInUse):
        book.put_back(folder)


def prepare_input_method() -> None:
    """On Linux without the fcitx plugin let ibus answer, or Chinese typing would silently be lost."""
    if sys.platform != "linux" or os.environ.get("QT_IM_MODULE") != "fcitx":
        return
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforminputcontexts"
    if not any("fcitx" in path.name for path in plugins.glob("*")):
        os.environ["QT_IM_MODULE"] = "ibus"


def application() -> QApplication:
    """The Qt application, made once."""
    held = QApplication.instance()
    if isinstance(held, QApplication):
        return held
    prepare_input_method()
    made = QApplication(["gridbook", *STYLE])
    made.setApplicationName("GridBook")
    return made


def run(folder: Path | None, passphrase_file: Path | None) -> int:
    """Open the window and stay until it is closed."""
    qt = application()
    theme.apply(dark=theme.system_is_dark(), high=theme.system_is_high())
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    passphrase = None
    if passphrase_file is not None:
        passphrase = passphrase_file.read_text(encoding="utf-8").rstrip("\r\n")
    program = Program(folder or paths.default_book(), passphrase)
    program.appear()
    # Code is fetched and books are opened in threads of their own, in which no widget may be destroyed.
    collecting.begin()
    try:
        return qt.exec()
    finally:
        collecting.end()


def screenshots(folder: Path, book_folder: Path, passphrase: str, **look: Any) -> list[Path]:
    """Every screen of a book as PNG, for the handbook and for review; `pictures.take` names the rest."""
    application()
    from gridbook.ui import pictures  # when it is needed

    return pictures.take(folder, book_folder, passphrase, **look)
