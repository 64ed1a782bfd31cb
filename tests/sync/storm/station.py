"""One machine of an office: its book, its clock, its program, and what it is known to have held."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gridbook.records import upgrades
from gridbook.records.base import CLASSES
from gridbook.store import book, ops, rebuild, retention, whereabouts
from gridbook.store.book import Store
from gridbook.store.keys import Keys
from gridbook.store.ops import digest_of, digest_of_husk, unpack
from gridbook.store.session import Session
from gridbook.sync import segment, take
from gridbook.sync.incoming import Taken
from tests.servers import Server

PERSON = "王芳"
NEWEST = 3
READS = {1: segment.READER, 2: segment.READER, 3: segment.READER + 1}
"""By version of the program the newest form of ops that it reads."""
REFORMED = "Referral"
"""The class of which programs from the second version on read the older fields in another way."""
Stream = tuple[str, str]


def _ended(fields: upgrades.Fields) -> upgrades.Fields:
    return {**fields, "text": f"{fields['text']}。"} if "text" in fields else fields


@contextmanager
def program_of(version: int) -> Iterator[None]:
    """Have the program of that version for a while."""
    rules, steps = dict(CLASSES), upgrades.STEPS
    segment.READER = READS[version]
    if version > 1:
        CLASSES[REFORMED] = replace(rules[REFORMED], version=2)
        upgrades.STEPS = ops.STEPS = {REFORMED: {1: _ended}}
    if version == NEWEST:
        CLASSES.update({name: replace(rule, form=segment.READER) for name, rule in CLASSES.items()})
    try:
        yield
    finally:
        segment.READER = READS[1]
        CLASSES.update(rules)
        upgrades.STEPS = ops.STEPS = steps


def opened(machine: "Machine") -> Store:
    """Open the book of a machine: the one place that knows on what it is kept."""
    return book.open_with(machine.folder, machine.keys, PERSON, book.take_lock(machine.folder), machine.clock)


@dataclass
class Sun:
    """The true time, which no machine knows."""

    at: datetime = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@dataclass
class WrongClock:
    """The clock of one machine: true but for an offset."""

    sun: Sun
    offset: timedelta = timedelta()

    def now(self) -> datetime:
        return self.sun.at + self.offset


@dataclass
class Machine:
    """A PC with a book; `held` are the ops it had, which only a rollback may take away."""

    name: str
    unit: str
    folder: Path
    keys: Keys
    clock: WrongClock
    version: int = 1
    held: dict[bytes, Stream] = field(default_factory=dict)
    obeyed: set[bytes] = field(default_factory=set)
    """Ops whose bodies an order took, be it one that counts no more."""
    server: Server | None = None
    """Where the book lies, if not in a file."""
    copies: dict[Path, str] = field(default_factory=dict)
    """Of a book on a server: the database that belongs to a copy of the folder."""
    _store: Store | None = None

    @property
    def store(self) -> Store:
        """The open book."""
        if self._store is None:
            self._store = opened(self)
        return self._store

    def close(self) -> None:
        """Shut the program down."""
        if self._store is not None:
            self._store.close()
            self._store = None

    @contextmanager
    def program(self) -> Iterator[Store]:
        """Work with the version of the program that is installed here."""
        with program_of(self.version):
            yield self.store

    def start(self) -> list[Taken]:
        """Close the program and start it again."""
        self.close()
        with self.program() as store:
            rebuild.resume(store)
            return take.resume(store)

    def copy(self, to: Path) -> None:
        """Copy the folder of the book as it is now."""
        self.store.checkpoint()
        shutil.copytree(self.folder, to)
        if self.server is not None:
            self.close()
            self.copies[to] = self.server.copy(whereabouts.address_of(self.folder))

    def put(self, copy: Path, *, mark: bool) -> None:
        """Put a copy of the files in the place of the book, with its mark or only the database."""
        self.close()
        if self.server is not None:
            self.server.put_back(whereabouts.address_of(self.folder), self.copies[copy])
        now = (self.folder / book.MARK).read_bytes()
        shutil.rmtree(self.folder)
        shutil.copytree(copy, self.folder)
        if not mark:
            (self.folder / book.MARK).write_bytes(now)
        self.start()


@dataclass(frozen=True)
class Piece:
    """An op as one book holds it."""

    digest: bytes
    stream: Stream
    author: str
    gone: str
    """`erased`, `purged`, `absent`, `parked`, or nothing where the body is here."""
    over: bool = False
    """Whether its period would be over here, so that nobody asks for it any more."""
    segment: bytes = b""
    """The hash of the segment in which it lies; nothing where it was not sealed yet."""


def pieces(session: Session) -> list[Piece]:
    """Every op that a book holds or keeps parked; what stays in one office too, for its own PCs share it."""
    found = []
    first = retention.first_kept(session)
    rows = session.run(
        'SELECT o.body, o.husk, o.gone, o."class", o.record, l.unit, l.reach, l.author, s.hash FROM op o '
        "JOIN line l ON l.id = o.line LEFT JOIN segment s ON s.id = o.segment ORDER BY o.pos"
    )
    for body, husk, gone, class_number, record, unit, reach, author, its_hash in rows:
        digest = digest_of_husk(husk) if body is None else digest_of(unpack(body))
        over = bytes(record) < first[class_number]
        found.append(Piece(digest, (unit, reach), author, gone or "", over, bytes(its_hash or b"")))
    rows = session.run(
        "SELECT s.parked, s.hash, l.unit, l.reach, l.author FROM segment s JOIN line l ON l.id = s.line "
        "WHERE s.parked IS NOT NULL"
    )
    for raw, its_hash, unit, reach, author in rows:
        _, payload = segment.decode(raw)
        for op, digest in zip(payload.ops, segment.digests_of(payload.ops), strict=True):
            gone = "absent" if isinstance(op, segment.Bare) else "parked"
            found.append(Piece(digest, (unit, reach), author, gone, segment=bytes(its_hash)))
    return found
