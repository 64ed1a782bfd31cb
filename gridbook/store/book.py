"""The book on disk: made, opened, read, written and closed."""

import contextlib
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import filelock
import msgspec
import sqlalchemy as sa

from gridbook.errors import (
    BookDamaged,
    BookError,
    BookExists,
    BookInUse,
    BookMissing,
    DiskFull,
    GridbookError,
    NotFound,
    PlaceReadOnly,
)
from gridbook.i18n import tr
from gridbook.records.base import Clock, Record, SystemClock, UnitCode
from gridbook.records.place import is_practice, level_of
from gridbook.records.staff import FIRST_ROLE, Role
from gridbook.store import audit, engine, files, keys, life, machine, mark, tables, tries
from gridbook.store.life import new_life as new_life
from gridbook.store.meta import RECEIPT_NUMBER
from gridbook.store.meta import get as get
from gridbook.store.meta import put as put
from gridbook.store.session import Memory, Person, Session, Standing

P = ParamSpec("P")
T = TypeVar("T")

DATABASE, MARK = "book.db", "mark"
LOG = logging.getLogger(__name__)


class Store:
    """An open book: everything goes through `read` and `write`, one after the other."""

    def __init__(
        self,
        folder: Path,
        database: sa.Engine,
        own: keys.Keys,
        lock: "filelock.FileLock | None",
        clock: Clock,
    ) -> None:
        self.folder = folder
        self.clock = clock
        self.keys = own
        self.notices: list[str] = []
        self.on_change: Callable[[frozenset[type[Record]]], None] = lambda classes: None
        self._database = database
        self._lock = lock
        self._connection = database.connect()
        self._mark = mark.MarkFile(folder / MARK, own.derived(b"gridbook mark"))
        self._memory = Memory()
        self._lines: dict[tuple[bytes, UnitCode, UnitCode, str], int] = {}
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
        self._look_around()
        return self

    def switch(self, person: str) -> None:
        """Let another person of this office act; the passphrase was asked for by `keys.unlock`."""
        self.person = self.read(_person_named, person)

    def read(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function that only looks; whatever it wrote is rolled back."""
        session = self._session()
        self._begin("BEGIN")
        try:
            return work(session, *args, **kwargs)
        except engine.FAILURES as error:
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
            self._begin("BEGIN IMMEDIATE")
            result = work(session, *args, **kwargs)
            if session.standing != self.standing or session.incarnation != self.incarnation:
                self._keep(session)
            self._commit()
        except (*engine.FAILURES, OSError) as error:
            self._roll_back()
            raise self._told(error) from error
        except BaseException:
            self._roll_back()
            if session.refused:
                self._note_refusal(session.refused)
            raise
        told = (session.incarnation, session.receipts) != (self.incarnation, self._receipts)
        self.standing, self.incarnation = session.standing, session.incarnation
        self._lines, self._receipts = session.lines, session.receipts
        if session.standing.ops != before or told:
            self._follow_with_mark(durable=told)
        for act in session.after_commit:
            act()
        if session.changed:
            self._memory.forget(session.changed)
            self.on_change(frozenset(session.changed))
        return result

    def _note_refusal(self, what: str) -> None:
        with contextlib.suppress(*engine.FAILURES, OSError):
            self._begin("BEGIN IMMEDIATE")
            audit.note(self._session(), "refused", "", what)
            self._commit()

    def _follow_with_mark(self, *, durable: bool) -> None:
        try:
            self.set_mark(durable=durable)
        except BookDamaged as error:
            # The entry itself was committed; but what came after it would not be missed.
            LOG.error("the mark beside the book could not be written")
            self.notices.append(error.sentence())
            self._stopped = True

    def set_mark(self, *, durable: bool = True) -> None:
        """Write the mark outside the database: up to here this book has lived.

        After an ordinary entry its flush is left to the next checkpoint: the entry is durable already, and a
        mark that lies behind is no alarm. What others are told (receipts, incarnations) is marked at once.
        """
        self._mark.write(
            mark.Mark(self.incarnation, self.standing.ops, self.standing.running, self._receipts),
            durable=durable,
        )

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the book; done when idle, before printing, export, lock and close."""
        try:
            self._connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        except engine.FAILURES as error:
            raise self._told(error) from error
        finally:
            self._roll_back()
        self._mark.flush()

    def close(self) -> None:
        """Close the book and let others open it; closing twice is once."""
        if self._closed:
            return
        self._closed = True
        # What was not folded in stays in the log beside the book and is read from there.
        with contextlib.suppress(BookError, *engine.FAILURES):
            self.checkpoint()
        self.let_go()
        if self._lock is not None:
            self._lock.release()

    def let_go(self) -> None:
        """Close the files as they are; the lock stays with whoever took it."""
        self._closed = True
        self._connection.close()
        self._database.dispose()
        self._mark.close()

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
        if session.incarnation != self.incarnation:
            put(session, "incarnation", session.incarnation)

    def _begin(self, statement: str) -> None:
        # On the driver itself: SQLAlchemy's own bookkeeping costs a tenth of a short save.
        self._connection.connection.cursor().execute(statement)

    def _commit(self) -> None:
        self._connection.connection.commit()
        if self._connection.in_transaction():
            self._connection.commit()

    def _roll_back(self) -> None:
        with contextlib.suppress(*engine.FAILURES):
            self._connection.connection.rollback()
        with contextlib.suppress(*engine.FAILURES):
            self._connection.rollback()

    def _told(self, error: Exception) -> GridbookError:
        told = engine.told(error, self.folder)
        if told is None:
            raise error
        if isinstance(told, BookDamaged):
            self._stopped = True
        return told

    def _look_back(self) -> None:
        held = self._mark.read()
        ours = self.standing
        fits = (
            held is not None
            and held.incarnation == self.incarnation
            and (held.ops < ours.ops or (held.ops == ours.ops and held.running == ours.running))
            and held.receipt <= self._receipts
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

    def _look_around(self) -> None:
        here = machine.fingerprint()
        known = self.read(get, _MACHINE)
        if not here or known == here:
            return
        if known is not None:
            self.write(new_life, "moved")
            self.notices.append(tr("This book was last used on another PC. Do not go on using it there."))
        self.write(put, _MACHINE, here)


_MACHINE = "machine"


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
        database = engine.opened(making / DATABASE, own.book)
        try:
            with database.connect() as connection:
                engine.migrate(connection)
                _first_facts(connection, unit, name)
            with Store(making, database, own, None, clock) as store:
                store.unit, store.name, store.practice = unit, name, is_practice(unit)
                store.incarnation, store.standing = _ZERO, Standing(0, bytes(32), 0, 0)
                store.person = Person("1", person, FIRST_ROLE[level])
                store.write(life.begin, name)
                # Closing would go on without it; but only the database itself is moved.
                store.checkpoint()
        finally:
            database.dispose()
        for file in (keys.FILE, MARK, DATABASE):
            os.replace(making / file, folder / file)
        files.sync_folder(folder)
        shutil.rmtree(making, ignore_errors=True)
        return open_with(folder, own, person, lock, clock), recovery
    except (*engine.FAILURES, OSError) as error:
        lock.release()
        raise engine.told(error, folder) or engine.damaged() from error
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
        wrong = tries.wrong(folder)
        own = keys.unlock(folder, person, passphrase, clock)
        store = open_with(folder, own, person, lock, clock)
    except BaseException:
        lock.release()
        raise
    try:
        # A full disk keeps nobody from reading.
        with contextlib.suppress(DiskFull):
            store.write(_note_opening, wrong)
    except BaseException:
        store.close()
        raise
    return store


def _note_opening(session: Session, wrong: int) -> None:
    if wrong:
        audit.note(session, "failed unlock", "", str(wrong))
    audit.note(session, "open")


def open_with(
    folder: Path, own: keys.Keys, person: str, lock: "filelock.FileLock | None", clock: Clock
) -> Store:
    """Open a book whose keys are at hand; the caller holds the lock."""
    database = engine.opened(folder / DATABASE, own.book)
    store: Store | None = None
    try:
        with database.connect() as connection:
            engine.migrate(connection)
        store = Store(folder, database, own, lock, clock)
        store.unit = _unit_of(store)
        store.incarnation, store.standing = _ZERO, Standing(0, bytes(32), 0, 0)
        return store.begin(person)
    except BaseException as error:
        if store is None:
            database.dispose()
        else:
            store.let_go()
        if isinstance(error, engine.FAILURES):
            raise engine.told(error, folder) or engine.damaged() from error
        raise


def _unit_of(store: Store) -> UnitCode:
    with store._database.connect() as connection:
        return bytes(
            connection.execute(sa.select(tables.meta.c.value).where(tables.meta.c.key == "unit")).scalar_one()
        ).decode()


def take_lock(folder: Path) -> "filelock.FileLock":
    """The lock of the book, or a sentence that another window holds it."""
    # The window opens the book in one thread and closes it in another.
    lock = filelock.FileLock(folder / "lock", thread_local=False)
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


@contextlib.contextmanager
def locked(folder: Path) -> Iterator["filelock.FileLock"]:
    """Hold the book's lock while its files are replaced."""
    lock = take_lock(folder)
    try:
        yield lock
    finally:
        lock.release()
