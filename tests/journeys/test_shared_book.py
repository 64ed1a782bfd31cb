"""Two clerks of one office at two PCs, with one book between them on the office's server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gridbook.records.base import SystemClock
from gridbook.records.visit import Visit
from gridbook.store import book, shared, visits
from gridbook.store.book import Store
from gridbook.ui.printing.screen import PrintScreen
from gridbook.ui.start import UnlockPage
from tests import make
from tests.journeys.hands import PASSPHRASE, Hands
from tests.servers import Server

CLERK = "王芳"


@pytest.fixture
def at_home(qapp: QApplication, server: Server, tmp_path: Path) -> Iterator[tuple[Path, Store]]:
    """The folder of one clerk's PC, and the same book open at another clerk's."""
    clock, address = SystemClock(), server.database()
    first, second = tmp_path / "first", tmp_path / "second"
    store, _ = book.create(first, make.COMMUNITY, "03社区", CLERK, PASSPHRASE, calibrate=False)
    shared.move_to(store, address)
    second.mkdir()
    shared.connect(second, address, CLERK, PASSPHRASE, clock)
    with book.open_book(second, CLERK, PASSPHRASE, clock=clock) as other:
        yield first, other


def test_a_screen_that_stays_open_shows_what_the_other_clerk_wrote(
    at_home: tuple[Path, Store], qtbot: QtBot
) -> None:
    folder, other = at_home
    hands = Hands(folder)
    qtbot.addWidget(hands.program)
    desk = hands.program.desk
    assert desk is not None and "127.0.0.1" in hands.window.status_line.shared.text()
    assert hands.window.status_line.shared.isVisible()

    with qtbot.waitSignal(desk.changed, timeout=30_000) as told:
        entry = make.visit_entry(make.COMMUNITY, id=b"", number="", details={"building": None, "door": ""})
        other.write(visits.save, entry)

    assert Visit in told.args[0]
    hands.settle()
    assert desk.store.read(visits.count) == 1
    (row,) = desk.store.read(visits.recent)
    hands.window.show_screen("print", {"visits": [row.visit.number]})
    hands.settle()
    pages = hands.window.screen_named("print")
    assert isinstance(pages, PrintScreen) and pages.job is not None
    hands.program.close()


def test_a_server_that_was_away_is_heard_again(
    at_home: tuple[Path, Store], qtbot: QtBot, server: Server
) -> None:
    folder, other = at_home
    hands = Hands(folder)
    qtbot.addWidget(hands.program)
    desk = hands.program.desk
    assert desk is not None
    with qtbot.waitSignal(desk.idle, timeout=30_000):
        # The bell rings: the connection is gone.
        server.kill()
    server.start()
    hands.window.refresh_status()
    hands.settle()

    with qtbot.waitSignal(desk.changed, timeout=30_000):
        entry = make.visit_entry(make.COMMUNITY, id=b"", number="", details={"building": None, "door": ""})
        other.write(visits.save, entry)
    hands.program.close()


def test_the_passphrase_page_opens_a_shared_book(at_home: tuple[Path, Store], qtbot: QtBot) -> None:
    folder, _ = at_home
    hands = Hands(folder, None)
    qtbot.addWidget(hands.program)
    page = hands.program.findChild(UnlockPage)
    assert page is not None

    page.passphrase.setText(PASSPHRASE)
    page.try_it()
    hands.settle()

    assert hands.window.desk.store.shared
    hands.program.grab().save(str(folder.parent / "shared.png"))
    hands.program.close()
