"""Offices for tests: real encrypted books of a subdistrict, a community and its grids, joined by a stick folder."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gridbook.store import book
from gridbook.store.book import Store
from gridbook.sync import export, joining, take
from gridbook.sync.take import Taken
from tests import make

SUBDISTRICT = "990101001"
COMMUNITY = "990101001003"
OTHER_COMMUNITY = "990101001004"
GRID = "990101001003005"
OTHER_GRID = "990101001003006"
FAR_GRID = "990101001004001"
PASSPHRASE = "correct horse 网格"


@dataclass
class Offices:
    """Open books by unit code, in one temporary folder, with one clock."""

    folder: Path
    clock: make.Clock
    books: dict[str, Store] = field(default_factory=dict)

    def __getitem__(self, unit: str) -> Store:
        return self.books[unit]

    def found(self, *units: str) -> "Offices":
        """Make and admit a book for each unit, offices above first."""
        for unit in sorted(units, key=len):
            store, _ = book.create(
                self.folder / unit, unit, unit, "王芳", PASSPHRASE, clock=self.clock, calibrate=False
            )
            self.books[unit] = store
            if len(unit) == 9:
                joining.found_root(store)
            else:
                self.join(unit)
        return self

    def join(self, unit: str) -> None:
        """Carry a join request up and the welcome down."""
        stick = self.stick()
        question = joining.read_question(joining.ask(self.books[unit], stick).path)
        joining.accept(self.books[unit], joining.admit(self.books[unit[:-3]], question, stick))

    def stick(self) -> Path:
        """An empty stick."""
        number = sum(1 for _ in self.folder.glob("stick-*"))
        path = self.folder / f"stick-{number}"
        path.mkdir()
        return path

    def carry(self, sender: str, receiver: str) -> list[Taken]:
        """Hand over from one office to another with a fresh stick."""
        self.clock.go(hours=1)
        stick = self.stick()
        export.hand_over(self.books[sender], stick, receiver)
        return take.from_stick(self.books[receiver], stick)

    def round(self) -> None:
        """Every station hands over upward, then downward."""
        upward = sorted(self.books, key=len, reverse=True)
        for unit in upward:
            if unit[:-3] in self.books:
                self.carry(unit, unit[:-3])
        for unit in reversed(upward):
            for below in self.books:
                if below[:-3] == unit:
                    self.carry(unit, below)

    def close(self) -> None:
        """Close every book."""
        for store in self.books.values():
            store.close()


def errors(taken: Sequence[Taken]) -> list[str]:
    """The situations that kept files from being taken in."""
    return [one.error.situation for one in taken if one.error is not None]
