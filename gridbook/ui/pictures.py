"""The pictures of every screen, for the handbook and for review."""

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from gridbook import i18n
from gridbook.records.base import SystemClock
from gridbook.store import book, care, caseload, errands, keys, visits
from gridbook.store.session import Session
from gridbook.ui.desk import Desk
from gridbook.ui.office.screen import DRILL_NAMES
from gridbook.ui.screens import SCREENS
from gridbook.ui.start import FirstRun
from gridbook.ui.theme import theme
from gridbook.ui.unlock import UnlockPage
from gridbook.ui.window import Window


class View(NamedTuple):
    """A screen, what is opened on it, and the name of the picture."""

    screen: str
    what: object
    picture: str


SETTLED = 3
"""So many rounds of events until a screen stands still."""


def take(
    folder: Path,
    book_folder: Path,
    passphrase: str,
    *,
    size: tuple[int, int],
    scale: int,
    lang: str,
    dark: bool = False,
    high: bool = False,
) -> list[Path]:
    """Every screen of a book as PNG, for the handbook and for review."""
    i18n.use(lang)
    theme.apply(scale=scale, dark=dark, high=high)
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []

    def keep(widget: QWidget, name: str) -> None:
        # What is shown for the first time is styled first, and only then do layouts know its size.
        for _ in range(SETTLED):
            still = QEventLoop()
            QTimer.singleShot(0, still.quit)
            still.exec()
        path = folder / f"{name}-{lang}-{scale}{'-dark' * dark}{'-high' * high}.png"
        widget.grab().save(str(path))
        made.append(path)

    start = FirstRun(folder / "nothing")
    theme.dress(start)
    start.resize(*size)
    start.show()
    for step in (0, 1, 2):
        start._at(step)
        keep(start, f"start-{step + 1}")
    start.close()
    person = keys.people(book_folder)[0]
    page = UnlockPage(book_folder, lambda who, word: book.open_book(book_folder, who, word))
    theme.dress(page)
    page.resize(*size)
    page.show()
    keep(page, "unlock")
    page.close()
    desk = Desk(book.open_book(book_folder, person, passphrase, clock=SystemClock()))
    window = Window(desk, SCREENS)
    theme.dress(window)
    window.resize(*size)
    window.show()
    found: list[View] = []
    desk.read(views, then=found.extend)
    desk.finish()
    for view in found:
        window.show_screen(view.screen, view.what)
        desk.finish()
        keep(window, view.picture)
    window.close()
    desk.close()
    return made


def views(session: Session) -> list[View]:
    """Every place, empty form, sheet and record that can be shown of this book."""
    plain = [View(place.name, None, place.name) for place in SCREENS]
    new = [View(name, {}, f"{name}-new") for name in ("visits", "requests", "lists")]
    drills = [View("office", drill, f"office-{drill.replace(' ', '-')}") for drill in DRILL_NAMES]
    return [*plain, *new, *drills, *_records(session)]


def _records(session: Session) -> list[View]:
    """The newest visit, the most pressing request and the agreement due first, and the door of the visit."""
    found: list[View] = []
    for visit in visits.recent(session, 1):
        found.append(View("visits", visit.visit.id, "visit"))
        if visit.details is not None:
            door = {"building": visit.details.building, "door": visit.details.door}
            found.append(View("doors", door, "door"))
            found.append(View("print", door, "print-held"))
    found.append(
        View("print", {"visits": [one.visit.number for one in visits.recent(session, 6)]}, "print-batch")
    )
    found.append(View("print", "waiting", "print-waiting"))
    found += [View("requests", row.request.id, "request") for row in caseload.open_cases(session)[:1]]
    found += [View("errands", one.row.request.id, "errand") for one in errands.board(session) if one.out][:1]
    found += [View("lists", part, f"lists-{part}") for part in ("rounds", "care")]
    found += [View("lists", row.care.id, "care-contact") for row in care.listed(session)[:1]]
    return found
