"""A desk with a real book behind it, a screen on it, and fingers on its keyboard."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gridbook.records.place import Building
from gridbook.records.request import RequestEntry
from gridbook.store import book, places, requests
from gridbook.store.book import Store
from gridbook.ui.desk import Desk
from gridbook.ui.screen import Screen
from gridbook.ui.theme import theme
from tests import make

PASSPHRASE = "correct horse 网格"
SIZE = (1158, 660)
"""What a screen has of a window of 1366×768."""

S = TypeVar("S", bound=Screen)
_SCREENS: list[Screen] = []


@contextmanager
def sitting(folder: Path, unit: str = make.GRID, clock: make.Clock | None = None) -> Iterator[Desk]:
    """A desk at the book of a unit that knows one estate with one building."""
    store, _ = book.create(
        folder, unit, "幸福社区", "陈晓", PASSPHRASE, clock=clock or make.Clock(), calibrate=False
    )
    with at_desk(store) as desk:
        yield desk


@contextmanager
def at_desk(store: Store) -> Iterator[Desk]:
    """A desk at an open book, which is closed at the end as the window closes it."""
    theme.apply(scale=100, dark=False)
    desk = Desk(store)
    try:
        yield desk
    finally:
        # What is half written is kept before the book is closed.
        focused = QApplication.focusWidget()
        if focused is not None:
            focused.clearFocus()
        desk.finish()
        for screen in _SCREENS:
            screen.close()
            screen.deleteLater()
        _SCREENS.clear()
        desk.close()


def ground(store: Store, unit: str = "", **over: Any) -> Building:
    """Building 3 of 幸福苑, written into the book."""
    estate = make.estate(unit or store.unit)
    building = make.building(estate, id=b"\x03" * 16, **over)
    store.write(places.save, estate, building)
    return building


def shown(desk: Desk, made: type[S]) -> S:
    """A screen, shown and loaded."""
    screen = made(desk)
    theme.dress(screen)
    _SCREENS.append(screen)
    screen.resize(*SIZE)
    screen.show()
    # Without a window manager nothing is active by itself, and only what is active has the keyboard.
    screen.activateWindow()
    QTest.qWaitForWindowActive(screen, 1000)
    desk.finish()
    return screen


def asked(store: Store, **over: Any) -> RequestEntry:
    """A request in the book."""
    given = {"id": b"", "number": "", "limit": "", "registered_at": store.clock.now(), **over}
    return store.write(requests.save, make.request_entry(given.pop("unit", store.unit), **given))


def focus() -> QWidget:
    """The widget that has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(desk: Desk, *keys: Qt.Key | str) -> None:
    """Press keys, or type words, one after the other, wherever the keyboard is; the desk keeps up."""
    for key in keys:
        if isinstance(key, str):
            if key.isascii():
                QTest.keyClicks(focus(), key)
            else:
                _write(key)
        else:
            QTest.keyClick(focus(), key)
        desk.finish()


def _write(words: str) -> None:
    """Chinese comes from an input method, as committed text."""
    event = QInputMethodEvent()
    event.setCommitString(words)
    QApplication.sendEvent(focus(), event)
