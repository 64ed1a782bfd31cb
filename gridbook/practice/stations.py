"""The stations of the invented subdistrict: a book for each office, joined and connected by sticks."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

from gridbook.errors import GridbookError
from gridbook.records.base import LOCAL, UnitCode
from gridbook.records.place import Level, level_of, parent_of
from gridbook.store import book
from gridbook.store.book import Store
from gridbook.sync import export, joining, take
from gridbook.sync.incoming import Taken


class PracticeClock:
    """A clock that shows the practice day, not today; it only goes forward."""

    def __init__(self, start: datetime) -> None:
        self.at = start

    def now(self) -> datetime:
        """The instant at which the clock stands."""
        return self.at

    def set(self, day: date, hour: int, minute: int = 0, second: int = 0) -> None:
        """Move on to a time of a practice day; a time that has passed already changes nothing."""
        wanted = datetime.combine(day, time(hour, minute, second), LOCAL).astimezone(self.at.tzinfo)
        self.at = max(self.at, wanted)


@dataclass(slots=True)
class Carried:
    """How much went over the sticks, and what did not go well."""

    bundles: int = 0
    bytes: int = 0
    ops: int = 0
    troubles: list[str] = field(default_factory=list)


class Stations:
    """Open books by unit code; `stick` has a folder for the stick of each office below the top."""

    def __init__(self, folder: Path, clock: PracticeClock, passphrase: str) -> None:
        self.folder = folder
        self.clock = clock
        self.carried = Carried()
        self._passphrase = passphrase
        self._books: dict[UnitCode, Store] = {}
        (folder / "books").mkdir(parents=True, exist_ok=True)
        (folder / "stick").mkdir(exist_ok=True)

    def __getitem__(self, unit: UnitCode) -> Store:
        return self._books[unit]

    def __iter__(self) -> Iterator[UnitCode]:
        return iter(sorted(self._books, key=lambda unit: (len(unit), unit)))

    def __len__(self) -> int:
        return len(self._books)

    def of_level(self, level: Level) -> Sequence[UnitCode]:
        """The offices of a level in the order of their codes."""
        return [unit for unit in self if level_of(unit) is level]

    def make(self, unit: UnitCode, name: str, person: str) -> Store:
        """Make the book of an office and let the office above admit it, by stick."""
        store, _ = book.create(
            self.folder / "books" / unit,
            unit,
            name,
            person,
            self._passphrase,
            clock=self.clock,
            calibrate=False,
        )
        self._books[unit] = store
        above = parent_of(unit)
        if above is None:
            joining.found_root(store)
            return store
        stick = self._stick(unit)
        question = joining.read_question(joining.ask(store, stick).path)
        joining.accept(store, joining.admit(self._books[above], question, stick))
        for file in stick.iterdir():
            file.unlink()
        return store

    def up(self, unit: UnitCode) -> None:
        """Hand over to the office above and let it take the stick in."""
        above = parent_of(unit)
        if above is not None:
            self._carry(unit, above, self._stick(unit))

    def down(self, unit: UnitCode) -> None:
        """Let the office above hand over to this one, which takes the stick in."""
        above = parent_of(unit)
        if above is not None:
            self._carry(above, unit, self._stick(unit))

    def _stick(self, unit: UnitCode) -> Path:
        folder = self.folder / "stick" / unit
        folder.mkdir(exist_ok=True)
        return folder

    def _carry(self, sender: UnitCode, receiver: UnitCode, stick: Path) -> None:
        for made in export.hand_over(self._books[sender], stick, receiver):
            self.carried.bundles += 1
            self.carried.bytes += made.bytes
            self.carried.ops += made.ops
        for taken in take.from_stick(self._books[receiver], stick):
            self.carried.troubles += _troubles(receiver, taken)

    def close(self) -> None:
        """Close every book."""
        for store in self._books.values():
            store.close()


def _troubles(receiver: UnitCode, taken: Taken) -> list[str]:
    found = [f"{receiver}: {alarm}" for alarm in taken.alarms]
    if isinstance(taken.error, GridbookError):
        found.append(f"{receiver}: {taken.error.sentence()}")
    return found


@contextmanager
def opened(folder: Path, start: datetime, passphrase: str) -> Iterator[Stations]:
    """An empty set of stations, closed at the end whatever happens."""
    made = Stations(folder, PracticeClock(start), passphrase)
    try:
        yield made
    finally:
        made.close()
