"""The book: made, and opened where it is kept, in a file on this PC or on the office's server."""

import contextlib
import os
import shutil
from pathlib import Path

import filelock
import msgspec
import sqlalchemy as sa

from gridbook.errors import BookExists, BookMissing, DiskFull
from gridbook.i18n import tr
from gridbook.records.base import Clock, SystemClock, UnitCode
from gridbook.records.place import is_practice, level_of
from gridbook.records.staff import FIRST_ROLE
from gridbook.store import audit, cut_off, engine, files, keys, life, shared, tables, tries, whereabouts
from gridbook.store.before import is_there as is_there
from gridbook.store.life import new_life as new_life
from gridbook.store.locking import locked as locked
from gridbook.store.locking import take_lock as take_lock
from gridbook.store.meta import get as get
from gridbook.store.meta import put as put
from gridbook.store.opened import DATABASE as DATABASE
from gridbook.store.opened import MARK as MARK
from gridbook.store.opened import Store as Store
from gridbook.store.session import Person, Session, Standing


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
    if is_there(folder):
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
        place = engine.BookFile(making / DATABASE, own.book)
        try:
            with place.connect() as connection:
                engine.migrate(place, connection)
                _first_facts(connection, unit, name)
            with Store(making, place, own, None, clock) as store:
                store.unit, store.name, store.practice = unit, name, is_practice(unit)
                store.incarnation, store.standing = _ZERO, Standing(0, bytes(32), 0, 0)
                store.person = Person("1", person, FIRST_ROLE[level])
                store.write(life.begin, name)
                # Closing would go on without it; but only the database itself is moved.
                store.checkpoint()
        finally:
            place.let_go()
        for file in (keys.FILE, MARK, DATABASE):
            os.replace(making / file, folder / file)
        files.sync_folder(folder)
        shutil.rmtree(making, ignore_errors=True)
        return open_with(folder, own, person, lock, clock), recovery
    except engine.TROUBLE as error:
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


def put_back(folder: Path) -> None:
    """Before anything else: the book as it was before a restore that was cut off."""
    if cut_off.is_left(folder):
        with locked(folder):
            cut_off.undo(folder)


def open_book(folder: Path, person: str, passphrase: str, *, clock: Clock | None = None) -> Store:
    """Open a book with the passphrase of a person who may."""
    clock = clock or SystemClock()
    put_back(folder)
    if not is_there(folder) or not (folder / keys.FILE).exists():
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
    if undone := cut_off.tell(folder):
        store.notices.append(undone)
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
    place: engine.Kept | None = None
    store: Store | None = None
    try:
        place = _place_of(folder, own)
        store = Store(folder, place, own, lock, clock)
        return store.begin(person)
    except BaseException as error:
        if store is not None:
            store.let_go()
        elif place is not None:
            place.let_go()
        if place is not None and isinstance(error, place.failures):
            raise place.told(error) or engine.told(error, folder) or engine.damaged() from error
        raise


def _place_of(folder: Path, own: keys.Keys) -> engine.Kept:
    if whereabouts.is_there(folder):
        return shared.place(folder, own)
    return engine.BookFile(folder / DATABASE, own.book)
