"""Backups: the whole book as one file, tested by opening it, and thinned with age."""

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec
import pyrage
import sqlalchemy as sa

from gridbook.records.base import instant_of, instant_text, local_day
from gridbook.store import audit, copying, engine, files, keys, meta
from gridbook.store.backup_file import CHUNK, MAGIC, Header, need_room, test, unpacked
from gridbook.store.backup_file import ENDING as ENDING
from gridbook.store.backup_file import SEALED_ENDING as SEALED_ENDING
from gridbook.store.backup_file import About as About
from gridbook.store.backup_file import inspect as inspect
from gridbook.store.opened import DATABASE, Store
from gridbook.store.restoring import Restored as Restored
from gridbook.store.restoring import restore as restore
from gridbook.store.restoring import unseal as unseal
from gridbook.store.session import Session, Standing

DAILY, WEEKLY, MONTHLY = 12, 10, 9
_TESTED = "backup tested at"
_NAME = re.compile(r"gridbook-(\d{9,15})-(\d{8})-(\d{6})\.gbk")


@dataclass(frozen=True, slots=True)
class _Whole:
    """The book as one encrypted file, and how far its log had come when it was one."""

    file: Path
    incarnation: bytes
    standing: Standing


def make(store: Store, folder: Path) -> Path:
    """Back the open book up into a folder, as one file that was tested by opening it."""
    files.make_folder(folder)
    made_at = store.clock.now()
    path = folder / f"gridbook-{store.unit}-{made_at.astimezone(UTC):%Y%m%d-%H%M%S}{ENDING}"
    need_room(folder, (4 if store.shared else 2) * store.size())
    part = path.with_name(path.name + files.PART)
    try:
        with _whole(store, folder) as whole, part.open("wb") as out:
            _write(store, whole, made_at, out)
        with unpacked(part, folder) as (about, copy):
            test(copy, store.keys, about)
        os.replace(part, path)
        files.sync_folder(folder)
    except OSError as error:
        raise files.told(error, folder) from error
    finally:
        part.unlink(missing_ok=True)
    store.write(_note, path.name)
    return path


@contextlib.contextmanager
def _whole(store: Store, beside: Path) -> Iterator[_Whole]:
    """The book's own file; of a book on a server a copy, encrypted like any book on this PC."""
    store.checkpoint()
    if not store.shared:
        yield _Whole(store.folder / DATABASE, store.incarnation, store.standing)
        return
    with tempfile.TemporaryDirectory(dir=beside, prefix=".copied-") as name:
        path = Path(name) / DATABASE
        kept = engine.BookFile(path, store.keys.book)
        try:
            with kept.connect() as here:
                engine.migrate(kept, here)
                here.rollback()
                kept.begin_writing(here)
                incarnation, standing = store.read(_copied, here)
                kept.commit(here)
                kept.tidy(here)
        finally:
            kept.let_go()
        yield _Whole(path, incarnation, standing)


def _copied(session: Session, here: sa.Connection) -> tuple[bytes, Standing]:
    copying.to_file(session.connection, here)
    return session.incarnation, session.standing


def daily(store: Store) -> Path | None:
    """The backup after a day's work, with the thinning; nothing when today has one already."""
    folder = store.folder / "backups"
    today = local_day(store.clock.now())
    if any(_day(path) == today for path in listed(folder)):
        return None
    path = make(store, folder)
    thin(folder)
    return path


def tested_at(session: Session) -> datetime | None:
    """When a backup was last made and tested."""
    held = meta.get(session, _TESTED)
    return None if held is None else instant_of(held.decode())


def _note(session: Session, name: str) -> None:
    meta.put(session, _TESTED, instant_text(session.now()).encode())
    audit.note(session, "backup", name)


def _write(store: Store, whole: _Whole, made_at: datetime, out: BinaryIO) -> None:
    database, keyring = whole.file, (store.folder / keys.FILE).read_bytes()
    header = msgspec.json.encode(
        Header(
            store.unit,
            instant_text(made_at),
            whole.incarnation,
            whole.standing.ops,
            whole.standing.running,
            len(keyring),
            database.stat().st_size,
        )
    )
    sum_of_all = hashlib.sha256()

    def put(data: bytes) -> None:
        sum_of_all.update(data)
        out.write(data)

    put(MAGIC + len(header).to_bytes(4, "big") + header + keyring)
    with database.open("rb") as held:
        while data := held.read(CHUNK):
            put(data)
    out.write(sum_of_all.digest())
    out.flush()
    os.fsync(out.fileno())


def listed(folder: Path) -> Sequence[Path]:
    """The backups in a folder, newest first."""
    found = (path for path in folder.glob(f"*{ENDING}") if _NAME.fullmatch(path.name))
    return sorted(found, key=lambda path: path.name.rsplit("-", 2)[1:], reverse=True)


def made_at(path: Path) -> datetime:
    """When a backup was made, by its name."""
    match = _NAME.fullmatch(path.name)
    assert match is not None
    return datetime.strptime(match[2] + match[3], "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _day(path: Path) -> date:
    return local_day(made_at(path))


def thin(folder: Path) -> Sequence[Path]:
    """Keep the newest of 12 days, 10 weeks and 9 months; returns what was taken away."""
    kept: set[Path] = set()
    steps: tuple[tuple[int, Callable[[date], object]], ...] = (
        (DAILY, lambda day: day),
        (WEEKLY, lambda day: tuple(day.isocalendar()[:2])),
        (MONTHLY, lambda day: (day.year, day.month)),
    )
    there = listed(folder)
    for most, span in steps:
        newest: dict[object, Path] = {}
        for path in there:
            newest.setdefault(span(_day(path)), path)
        kept.update(list(newest.values())[:most])
    gone = [path for path in there if path not in kept]
    for path in gone:
        path.unlink()
    return gone


def sealed(store: Store, path: Path) -> Path:
    """A backup for the stick, which only the unit's printed recovery key opens."""
    plain = make(store, store.folder / "backups")
    folder = path.parent
    part = path.with_name(path.name + files.PART)
    try:
        with plain.open("rb") as held, part.open("wb") as out:
            pyrage.encrypt_io(held, out, [pyrage.x25519.Recipient.from_str(store.keys.recovery)])
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, path)
        files.sync_folder(folder)
    except OSError as error:
        raise files.told(error, folder) from error
    finally:
        part.unlink(missing_ok=True)
    return path
