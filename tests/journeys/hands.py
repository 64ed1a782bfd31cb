"""Two hands at a keyboard: they type where the focus is and wait for the book, never for time."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gridbook.app import Program
from gridbook.ui.screen import Screen
from gridbook.ui.window import Window

PASSPHRASE = "correct horse 网格"


class Hands:
    """A person at one PC."""

    def __init__(self, folder: Path, passphrase: str | None = PASSPHRASE) -> None:
        self.program = Program(folder, passphrase, calibrate=False)
        self.program.show()
        self.program.activateWindow()
        self.keys = 0
        self.settle()

    @property
    def window(self) -> Window:
        """The desk's window."""
        assert self.program.window_ is not None
        return self.program.window_

    def screen(self, name: str) -> Screen:
        """A screen of the window."""
        return self.window.screens[name]

    def focus(self) -> QWidget:
        """Where the keyboard is."""
        if QApplication.activePopupWidget() is None and QApplication.activeWindow() is not self.program:
            # Off screen nobody gives the keyboard back to the window when a list of offers closes.
            self.program.activateWindow()
            QTest.qWaitForWindowActive(self.program)
        widget = QApplication.focusWidget()
        return widget if widget is not None else self.program

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press keys one after the other, waiting for what each brings about."""
        for key in keys:
            QTest.keyClick(self.focus(), key, modifier)
            self.keys += 1
            self.settle()

    def type(self, text: str) -> None:
        """Type a text; Chinese is committed as an input method would."""
        if text.isascii():
            QTest.keyClicks(self.focus(), text)
        else:
            event = QInputMethodEvent()
            event.setCommitString(text)
            QApplication.sendEvent(self.focus(), event)
        self.keys += len(text)
        self.settle()

    def settle(self) -> None:
        """Wait until the book has done and shown everything that was asked of it."""
        QApplication.sendPostedEvents()
        if self.program.desk is not None:
            self.program.desk.finish()
        QApplication.sendPostedEvents()
        self.focus()

    def leave(self) -> None:
        """Close the program."""
        self.program.close()
