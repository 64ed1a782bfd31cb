"""The book on disk: made, opened, read, written and closed; the only code that opens a database."""

import contextlib
import errno
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import filelock
import msgspec
import sqlalchemy as sa
import sqlcipher3.dbapi2 as cipher

from gridbook.errors import (
    BookDamaged,
    BookExists,
    BookInUse,
    BookIsNewer,
    BookMissing,
    BookNotEncrypted,
    DiskFull,
    EngineTooOld,
    GridbookError,
    NotFound,
    PlaceReadOnly,
)
from gridbook.i18n import tr
from gridbook.records.base import Clock, Reach, Record, SystemClock, UnitCode, instant_text, new_id
from gridbook.records.place import Unit, is_practice, level_of
from gridbook.records.staff import FIRST_ROLE, Role, Staff
from gridbook.store import files, journal, keys, mark, tables
from gridbook.store.session import Memory, Person, Session, Standing

P = ParamSpec("P")
T = TypeVar("T")

NEWEST = "0001"
"""The step of the migrations that this program keeps books in."""

DATABASE, MARK = "book.db", "mark"
RECEIPT_NUMBER = "receipt number"
"""Under this name `meta` keeps the number of the last receipt that was given out; the mark carries it too."""
SAFE_SQLITE = (3, 51, 3)
PLAIN_HEADER = b"SQLite format 3\x00"
ENGINE = (sa.exc.DatabaseError, cipher.DatabaseError)
"""What the database engine raises, through SQLAlchemy or from the driver itself."""
DAMAGE = (BookDamaged, cipher.DatabaseError)
"""What a database file raises that is not what was written, or not with this key."""
LOG = logging.getLogger(__name__)


class Store:
    """An open book: everything goes through `read` and `write`, one after the other."""

    def __init__(
        self,
        folder: Path,
        engine: sa.Engine,
        own: keys.Keys,
        lock: "filelock.FileLock | None",
        clock: Clock,
    ) -> None:
        self.folder = folder
        self.clock = clock
        self.keys = own
        self.notices: list[str] = []
        self.on_change: Callable[[frozenset[type[Record]]], None] = lambda classes: None
        self._engine = engine
        self._lock = lock
        self._connection = engine.connect()
        self._mark = mark.MarkFile(folder / MARK, own.derived(b"gridbook mark"))
        self._memory = Memory()
        self._lines: dict[tuple[bytes, UnitCode, str], int] = {}
        self._receipts = 0
        self._stopped = self._closed = False

    def begin(self, person: str) -> "Store":
        """Read who and where this book is, notice whether time ran backwards, and let that person act."""
        meta = dict(self._connection.execute(sa.select(tables.meta.c.key, tables.meta.c.value)).all())
        self._connection.rollback()
        self.unit: UnitCode = bytes(meta["unit"]).decode()
        self.name: str = bytes(meta["name"]).decode()
        self.practice = is_practice(self.unit)
        self.incarnation = bytes(meta["incarnation"])
        self.standing = msgspec.msgpack.decode(bytes(meta["standing"]), type=Standing)
        self._receipts = self.read(_receipt_number)
        self.person = self.read(_person_named, person)
        self._look_back()
        return self

    def switch(self, person: str) -> None:
        """Let another person of this office act; the passphrase was asked for by `keys.unlock`."""
        self.person = self.read(_person_named, person)

    def read(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function that only looks; whatever it wrote is rolled back."""
        session = self._session()
        self._connection.exec_driver_sql("BEGIN")
        try:
            return work(session, *args, **kwargs)
        except ENGINE as error:
            raise self._told(error) from error
        finally:
            self._roll_back()

    def write(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in one transaction: durable when this returns, or nothing was written."""
        if self._stopped:
            raise BookDamaged(
                tr("The disk reported an error, so this book is not written to any more."),
                kept=tr("What was saved before is kept."),
                next=tr("Close the program, check the disk, and open the book again."),
            )
        session = self._session()
        before = session.standing.ops
        try:
            self._connection.exec_driver_sql("BEGIN IMMEDIATE")
            result = work(session, *args, **kwargs)
            if session.standing != self.standing or session.incarnation != self.incarnation:
                self._keep(session)
            self._connection.commit()
        except (*ENGINE, OSError) as error:
            self._roll_back()
            raise self._told(error) from error
        except BaseException:
            self._roll_back()
            raise
        self.standing, self.incarnation = session.standing, session.incarnation
        self._lines, self._receipts = session.lines, session.receipts
        if session.standing.ops != before:
            self.set_mark()
        for act in session.after_commit:
            act()
        if session.changed:
            self._memory.forget(session.changed)
            self.on_change(frozenset(session.changed))
        return result

    def set_mark(self) -> None:
        """Write the mark outside the database: up to here this book has lived."""
        self._mark.write(
            mark.Mark(self.incarnation, self.standing.ops, self.standing.running, self._receipts)
        )

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the book; done when idle, before printing, export, lock and close."""
        self._connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.rollback()

    def close(self) -> None:
        """Close the book and let others open it; closing twice is once."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(sa.exc.DatabaseError):
            self.checkpoint()
        self._connection.close()
        self._engine.dispose()
        self._mark.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _session(self) -> Session:
        person = getattr(self, "person", Person("", "", FIRST_ROLE[level_of(self.unit)]))
        return Session(
            self._connection,
            self.unit,
            self.incarnation,
            person,
            self.clock,
            replace(self.standing),
            self.practice,
            self._memory,
            lines=dict(self._lines),
            receipts=self._receipts,
        )

    def _keep(self, session: Session) -> None:
        put(session, "standing", msgspec.msgpack.encode(session.standing))
        put(session, "incarnation", session.incarnation)

    def _roll_back(self) -> None:
        with contextlib.suppress(sa.exc.DatabaseError):
            self._connection.rollback()

    def _told(self, error: Exception) -> GridbookError:
        text = str(error)
        if "disk is full" in text or getattr(error, "errno", None) == errno.ENOSPC:
            return disk_full(self.folder)
        if "readonly database" in text:
            return PlaceReadOnly(
                tr("The folder of the book cannot be written to."),
                kept=tr("What was saved before is kept."),
                next=tr("Ask for write access to {place}.").format(place=self.folder),
            )
        if "disk I/O error" in text or isinstance(error, OSError):
            self._stopped = True
            return BookDamaged(
                tr("The disk reported an error while writing."),
                kept=tr("What was saved before is kept; this last entry was not."),
                next=tr("Close the program, check the disk, and open the book again."),
            )
        if "malformed" in text or "not a database" in text:
            self._stopped = True
            return damaged()
        raise error

    def _look_back(self) -> None:
        held = self._mark.read()
        ours = self.standing
        fits = (
            held is not None
            and held.incarnation == self.incarnation
            and (held.ops < ours.ops or (held.ops == ours.ops and held.running == ours.running))
        )
        if fits or (held is None and ours.ops == 0):
            if held is None or held.ops < ours.ops:
                self.set_mark()
            return
        self.write(new_life, "restored")
        self.set_mark()
        self.notices.append(
            tr(
                "This book is older than it was when it was last used. Everything in it was kept; "
                "what is missing comes back with the next stick from the other office."
            )
        )


def new_life(session: Session, why: str) -> None:
    """Begin a new incarnation with the present one as parent; unsealed ops go with it."""
    fresh, old = new_random(), session.incarnation
    session.connection.execute(
        sa.insert(tables.incarnation).values(
            id=fresh,
            unit=session.unit,
            parent=old,
            began_at=instant_text(session.now()),
            why=why,
            superseded=False,
        )
    )
    session.incarnation = fresh
    log, line = tables.op, tables.line
    unsealed = session.connection.execute(
        sa.select(line.c.id, line.c.unit, line.c.reach).where(
            line.c.incarnation == old, sa.exists().where(log.c.line == line.c.id, log.c.segment.is_(None))
        )
    ).all()
    for number, unit, reach in unsealed:
        to = journal.line_of(session, fresh, session.unit, unit, Reach(reach))
        session.connection.execute(
            sa.update(log).where(log.c.line == number, log.c.segment.is_(None)).values(line=to)
        )


def new_random() -> bytes:
    """A random 128-bit id."""
    return os.urandom(16)


def put(session: Session, key: str, value: bytes) -> None:
    """Keep a small fact about the book itself."""
    if key == RECEIPT_NUMBER:
        session.receipts = int.from_bytes(value, "big")
    session.run(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def get(session: Session, key: str) -> bytes | None:
    """A small fact about the book itself."""
    found = session.connection.execute(
        sa.select(tables.meta.c.value).where(tables.meta.c.key == key)
    ).scalar()
    return None if found is None else bytes(found)


def _receipt_number(session: Session) -> int:
    return int.from_bytes(get(session, RECEIPT_NUMBER) or b"", "big")


def _person_named(session: Session, name: str) -> Person:
    table = tables.RECORDS["Staff"]
    rows = (
        session.connection.execute(
            sa.select(table).where(table.c.unit == session.unit, table.c.left.is_(False))
        )
        .mappings()
        .all()
    )
    for row in rows:
        if name in (row["code"], row["name"]):
            return Person(row["code"], row["name"], Role(row["role"]))
    raise NotFound(
        tr("Nobody called “{name}” works at this desk.").format(name=name),
        next=tr("Pick one of: {names}.").format(names="、".join(row["name"] for row in rows)),
    )


def create(
    folder: Path,
    unit: UnitCode,
    name: str,
    person: str,
    passphrase: str,
    *,
    clock: Clock | None = None,
    calibrate: bool = True,
) -> tuple[Store, str]:
    """Make a new book for a unit and its first person; returns it open, with the recovery key to print."""
    level = level_of(unit)
    if (folder / DATABASE).exists():
        raise BookExists(
            tr("There is a book in {place} already.").format(place=folder),
            kept=tr("It was not touched."),
            next=tr("Choose another folder or open that book."),
        )
    clock = clock or SystemClock()
    files.make_folder(folder)
    lock = take_lock(folder)
    try:
        # In a folder of its own, moved into place when it is whole: a torn start leaves no half book.
        making = folder / "making"
        shutil.rmtree(making, ignore_errors=True)
        files.make_folder(making)
        own, recovery = keys.make(making, person, passphrase, calibrate=calibrate)
        engine = _engine(making, own)
        with engine.connect() as connection:
            _migrate(connection)
            _first_facts(connection, unit, name)
        with Store(making, engine, own, None, clock) as store:
            store.unit, store.name, store.practice = unit, name, is_practice(unit)
            store.incarnation, store.standing = _ZERO, Standing(0, bytes(32), 0, 0)
            store.person = Person("1", person, FIRST_ROLE[level])
            store.write(_begin, name)
        for file in (keys.FILE, MARK, DATABASE):
            os.replace(making / file, folder / file)
        files.sync_folder(folder)
        shutil.rmtree(making, ignore_errors=True)
        return open_with(folder, own, person, lock, clock), recovery
    except OSError as error:
        lock.release()
        raise files.told(error, folder) from error
    except BaseException:
        lock.release()
        raise


_ZERO = bytes(16)


def _first_facts(connection: sa.Connection, unit: UnitCode, name: str) -> None:
    facts = {
        "unit": unit.encode(),
        "name": name.encode(),
        "incarnation": _ZERO,
        "standing": msgspec.msgpack.encode(Standing(0, bytes(32), 0, 0)),
    }
    connection.execute(sa.insert(tables.meta), [{"key": k, "value": v} for k, v in facts.items()])
    connection.commit()


def _begin(session: Session, name: str) -> None:
    session.incarnation = new_random()
    session.connection.execute(
        sa.insert(tables.incarnation).values(
            id=session.incarnation,
            unit=session.unit,
            parent=None,
            began_at=instant_text(session.now()),
            why="new",
            superseded=False,
        )
    )
    unit, person = session.unit, session.person
    journal.save(
        session,
        Unit(unit=unit, id=new_id(), code=unit, name=name),
        Staff(unit=unit, id=new_id(), code=person.code, name=person.name, role=person.role),
    )


def open_book(folder: Path, person: str, passphrase: str, *, clock: Clock | None = None) -> Store:
    """Open a book with the passphrase of a person who may."""
    clock = clock or SystemClock()
    if not (folder / DATABASE).exists() or not (folder / keys.FILE).exists():
        raise BookMissing(
            tr("There is no book in {place}.").format(place=folder),
            next=tr("Choose the right folder, or make a new book."),
        )
    files.check_writable(folder)
    lock = take_lock(folder)
    try:
        own = keys.unlock(folder, person, passphrase, clock)
        return open_with(folder, own, person, lock, clock)
    except BaseException:
        lock.release()
        raise


def open_with(
    folder: Path, own: keys.Keys, person: str, lock: "filelock.FileLock | None", clock: Clock
) -> Store:
    """Open a book whose keys are at hand; the caller holds the lock."""
    engine = _engine(folder, own)
    try:
        with engine.connect() as connection:
            _migrate(connection)
        store = Store(folder, engine, own, lock, clock)
        store.unit = _unit_of(store)
        store.incarnation, store.standing = _ZERO, Standing(0, bytes(32), 0, 0)
        return store.begin(person)
    except sa.exc.DatabaseError as error:
        engine.dispose()
        raise damaged() from error
    except BaseException:
        engine.dispose()
        raise


def _unit_of(store: Store) -> UnitCode:
    with store._engine.connect() as connection:
        return bytes(
            connection.execute(sa.select(tables.meta.c.value).where(tables.meta.c.key == "unit")).scalar_one()
        ).decode()


def take_lock(folder: Path) -> "filelock.FileLock":
    """The lock of the book, or a sentence that another window holds it."""
    lock = filelock.FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout as busy:
        raise BookInUse(
            tr("This book is open in another window."),
            kept=tr("Nothing was changed."),
            next=tr("Close the other window first, then open the book here."),
        ) from busy
    except OSError as error:
        raise PlaceReadOnly(
            tr("The folder of the book cannot be written to."),
            next=tr("Ask for write access to {place}.").format(place=folder),
        ) from error
    return lock


def _engine(folder: Path, own: keys.Keys) -> sa.Engine:
    check_engine()
    path = folder / DATABASE
    refuse_plain(path)

    def connect() -> Any:
        return _connect(path, own.book)

    engine = sa.create_engine("sqlite://", module=cipher, creator=connect, poolclass=sa.pool.StaticPool)
    sa.event.listen(engine, "begin", lambda connection: None)
    return engine


def _connect(path: Path, key: bytes) -> Any:
    connection = cipher.connect(str(path), check_same_thread=False, isolation_level=None)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        if not connection.execute("PRAGMA cipher_version").fetchone():
            raise BookNotEncrypted(
                tr("This program cannot encrypt books."),
                kept=tr("Nothing was written."),
                next=tr("Install the program again from its own package."),
            )
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -65536")
    except cipher.DatabaseError as error:
        connection.close()
        raise damaged() from error
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def looked_into(path: Path, key: bytes) -> Iterator[Callable[[str], list[Any]]]:
    """A database file that is not this program's open book, to ask it a few things."""
    connection = _connect(path, key)
    try:
        yield lambda statement: connection.execute(statement).fetchall()
    finally:
        connection.close()


def opens(path: Path, key: bytes) -> bool:
    """Whether a database file opens with that key."""
    try:
        with looked_into(path, key) as ask:
            return bool(ask("SELECT count(*) FROM sqlite_master"))
    except DAMAGE:
        return False


def check_engine() -> None:
    """Refuse an SQLite that can damage a book with its write-ahead log."""
    if cipher.sqlite_version_info < SAFE_SQLITE:
        raise EngineTooOld(
            tr("The database engine {version} is too old to keep a book safely.").format(
                version=cipher.sqlite_version
            ),
            next=tr("Install the program again from its own package."),
        )


def refuse_plain(path: Path) -> None:
    """Refuse a database file that lies there in plain text."""
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        if file.read(len(PLAIN_HEADER)) == PLAIN_HEADER:
            raise BookNotEncrypted(
                tr("The file {file} is not encrypted, so it is not opened.").format(file=path.name),
                kept=tr("It was not touched."),
                next=tr("Restore the book from a backup."),
            )


def damaged() -> BookDamaged:
    """What is said when the book on disk cannot be read."""
    return BookDamaged(
        tr("The book on this disk cannot be read; it was damaged or replaced."),
        kept=tr("The file was left as it is."),
        next=tr("Restore the newest backup."),
    )


def disk_full(folder: Path) -> DiskFull:
    """What is said when there is no room left."""
    return DiskFull(
        tr("The disk has no room left."),
        kept=tr("What was saved before is kept; this last entry was not."),
        next=tr("Free some space on the disk that holds {place} and try again.").format(place=folder),
    )


def _migrate(connection: sa.Connection) -> None:
    held = _form(connection)
    if held == NEWEST:
        return
    if held is not None and (not re.fullmatch(r"\d{4}", held) or held > NEWEST):
        raise BookIsNewer(
            tr("This book was written by a newer GridBook."),
            kept=tr("It was not touched."),
            next=tr("Install the newest program on this PC, then open it again."),
        )
    connection.rollback()
    # Alembic costs a fifth of a second to import and is needed only when a book is made or brought forward.
    from gridbook.store import migrations

    connection.exec_driver_sql("BEGIN IMMEDIATE")
    migrations.upgrade(connection)
    connection.commit()


def _form(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


@contextlib.contextmanager
def locked(folder: Path) -> Iterator["filelock.FileLock"]:
    """Hold the book's lock while its files are replaced."""
    lock = take_lock(folder)
    try:
        yield lock
    finally:
        lock.release()
