"""Backups: the whole book as one file, tested by opening it, thinned with age, and brought back from."""

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec
import pyrage

from gridbook.errors import BackupTorn, BookDamaged, BookMissing, DiskFull, NotAllowed, WrongPassphrase
from gridbook.i18n import tr
from gridbook.records.base import Clock, SystemClock, UnitCode, instant_of, instant_text, local_day
from gridbook.records.place import short_name
from gridbook.store import (
    age,
    audit,
    book,
    digest,
    engine,
    erasing,
    files,
    journal,
    keys,
    meta,
    project,
    retention,
    tables,
)
from gridbook.store.book import Store
from gridbook.store.digest import Digests
from gridbook.store.ops import digest_of_husk
from gridbook.store.session import Session, Standing

ENDING, SEALED_ENDING = ".gbk", ".gbs"
MAGIC = b"GRIDBOOK backup 1\n"
DAILY, WEEKLY, MONTHLY = 12, 10, 9
LARGEST_HEADER = 4096
_TESTED = "backup tested at"
_CHUNK = 1 << 20
_NAME = re.compile(r"gridbook-(\d{9,15})-(\d{8})-(\d{6})\.gbk")


class _Header(msgspec.Struct, frozen=True):
    unit: UnitCode
    made_at: str
    incarnation: bytes
    ops: int
    running: bytes
    keys_size: int
    book_size: int


@dataclass(frozen=True, slots=True)
class About:
    """What a backup says about itself: which office, when, and how far its log had come."""

    file: Path
    unit: UnitCode
    made_at: datetime
    ops: int
    running: bytes


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore came to; `kept` is where the book that was there before now lies."""

    about: About
    kept: Path | None
    digest: Digests
    gone_again: int


def make(store: Store, folder: Path) -> Path:
    """Back the open book up into a folder, as one file that was tested by opening it."""
    files.make_folder(folder)
    store.checkpoint()
    made_at = store.clock.now()
    path = folder / f"gridbook-{store.unit}-{made_at.astimezone(UTC):%Y%m%d-%H%M%S}{ENDING}"
    _room(folder, 2 * (store.folder / book.DATABASE).stat().st_size)
    part = path.with_name(path.name + files.PART)
    try:
        with part.open("wb") as out:
            _write(store, made_at, out)
        with _unpacked(part, folder) as (about, copy):
            _test(copy, store.keys, about)
        os.replace(part, path)
        files.sync_folder(folder)
    except OSError as error:
        raise files.told(error, folder) from error
    finally:
        part.unlink(missing_ok=True)
    store.write(_note, path.name)
    return path


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


def _room(folder: Path, needed: int) -> None:
    if shutil.disk_usage(folder).free < needed:
        raise DiskFull(
            tr("The disk has no room for a backup."),
            kept=tr("The backups before it are kept."),
            next=tr("Free {mb} MB on the disk that holds {place} and try again.").format(
                mb=-(-needed // 1_000_000), place=folder
            ),
        )


def _write(store: Store, made_at: datetime, out: BinaryIO) -> None:
    database, keyring = store.folder / book.DATABASE, (store.folder / keys.FILE).read_bytes()
    header = msgspec.json.encode(
        _Header(
            store.unit,
            instant_text(made_at),
            store.incarnation,
            store.standing.ops,
            store.standing.running,
            len(keyring),
            database.stat().st_size,
        )
    )
    whole = hashlib.sha256()

    def put(data: bytes) -> None:
        whole.update(data)
        out.write(data)

    put(MAGIC + len(header).to_bytes(4, "big") + header + keyring)
    with database.open("rb") as held:
        while data := held.read(_CHUNK):
            put(data)
    out.write(whole.digest())
    out.flush()
    os.fsync(out.fileno())


def inspect(file: Path) -> About:
    """What a backup says about itself, after every byte of it was checked."""
    try:
        with file.open("rb") as held:
            header = _header(held)
            held.seek(0)
            whole, left = hashlib.sha256(), file.stat().st_size - 32
            while left > 0 and (data := held.read(min(_CHUNK, left))):
                whole.update(data)
                left -= len(data)
            if whole.digest() != held.read():
                raise ValueError("altered")
        made_at = instant_of(header.made_at)
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise BackupTorn(
            tr("{file} is not a whole backup.").format(file=file.name),
            kept=tr("Nothing was changed."),
            next=tr("Take the backup before it, or the one on the stick."),
        ) from error
    return About(file, header.unit, made_at, header.ops, header.running)


def _header(held: BinaryIO) -> _Header:
    if held.read(len(MAGIC)) != MAGIC:
        raise ValueError("not a backup")
    size = int.from_bytes(held.read(4), "big")
    if size > LARGEST_HEADER:
        raise ValueError("not a backup")
    header = msgspec.json.decode(held.read(size), type=_Header)
    whole = len(MAGIC) + 4 + size + header.keys_size + header.book_size + 32
    if header.keys_size < 0 or header.book_size < 0 or os.fstat(held.fileno()).st_size != whole:
        raise ValueError("cut off")
    return header


@contextlib.contextmanager
def _unpacked(file: Path, beside: Path) -> Iterator[tuple[About, Path]]:
    """Database and keys of a backup in a temporary folder on the same disk."""
    about = inspect(file)
    _room(beside, file.stat().st_size)
    with tempfile.TemporaryDirectory(dir=beside, prefix=".unpacked-") as name:
        folder = Path(name)
        with file.open("rb") as held:
            header = _header(held)
            (folder / keys.FILE).write_bytes(held.read(header.keys_size))
            left = header.book_size
            with (folder / book.DATABASE).open("wb") as out:
                while left > 0:
                    data = held.read(min(_CHUNK, left))
                    out.write(data)
                    left -= len(data)
                out.flush()
                os.fsync(out.fileno())
        yield about, folder


def _test(folder: Path, own: keys.Keys, about: About) -> None:
    with engine.looked_into(folder / book.DATABASE, own.book) as ask:
        trouble = [row[0] for row in ask("PRAGMA cipher_integrity_check")]
        trouble += [row[0] for row in ask("PRAGMA quick_check") if row[0] != "ok"]
        (held,) = ask("SELECT value FROM meta WHERE key = 'standing'")
    standing = msgspec.msgpack.decode(held[0], type=Standing)
    if trouble or (standing.ops, standing.running) != (about.ops, about.running):
        raise BackupTorn(
            tr("The backup could not be read back."),
            kept=tr("The backups before it are kept."),
            next=tr("Check the disk, then back up to another one."),
        )


def listed(folder: Path) -> Sequence[Path]:
    """The backups in a folder, newest first."""
    found = (path for path in folder.glob(f"*{ENDING}") if _NAME.fullmatch(path.name))
    return sorted(found, key=lambda path: path.name.rsplit("-", 2)[1:], reverse=True)


def _day(path: Path) -> date:
    match = _NAME.fullmatch(path.name)
    assert match is not None
    made_at = datetime.strptime(match[2] + match[3], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return local_day(made_at)


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


def unseal(file: Path, recovery: str, folder: Path) -> Path:
    """The backup in a sealed file, opened with the printed recovery key."""
    path = folder / (file.stem + ENDING)
    identity = keys.recovery_identity(recovery)
    try:
        with file.open("rb") as held, path.open("wb") as out:
            age.open_into(held, out, [identity])
    except (OSError, age.HeaderTooLong, pyrage.DecryptError) as error:
        path.unlink(missing_ok=True)
        raise BackupTorn(
            tr("{file} is not a sealed backup of this recovery key.").format(file=file.name),
            kept=tr("Nothing was changed."),
            next=tr("Compare the recovery sheet with the office on the stick."),
        ) from error
    return path


def restore(
    file: Path,
    folder: Path,
    person: str,
    passphrase: str,
    *,
    recovery: str = "",
    clock: Clock | None = None,
    calibrate: bool = True,
) -> Restored:
    """Put a backup in the place of the book; the book that was there is kept beside it.

    With the printed recovery key the backup may be a sealed one, and the passphrase is the person's new one.
    """
    clock = clock or SystemClock()
    files.make_folder(folder)
    try:
        with (
            book.locked(folder),
            _plain(file, recovery, folder) as plain,
            _unpacked(plain, folder) as (
                about,
                fresh,
            ),
        ):
            if recovery:
                own = keys.recover(fresh, recovery, person, passphrase, calibrate=calibrate)
                _same_office(folder, own, about)
            else:
                own = _key_of(folder, fresh, about, person, passphrase, clock)
            _test(fresh, own, about)
            gone = _gone_before(folder, own)
            kept = _put_aside(folder, clock)
            for name in (keys.FILE, book.DATABASE):
                os.replace(fresh / name, folder / name)
            files.sync_folder(folder)
            with book.open_with(folder, own, person, None, clock) as store:
                again = store.write(_let_go_again, gone)
                store.write(retention.purge, thorough=True)
                store.write(audit.note, "restore", file.name)
                return Restored(about, kept, store.read(digest.of_book), again)
    except OSError as error:
        raise files.told(error, folder) from error


@contextlib.contextmanager
def _plain(file: Path, recovery: str, beside: Path) -> Iterator[Path]:
    if file.suffix != SEALED_ENDING:
        yield file
        return
    if not recovery:
        raise BackupTorn(
            tr("{file} is sealed; only the recovery key opens it.").format(file=file.name),
            kept=tr("Nothing was changed."),
            next=tr("Type the key from the printed recovery sheet."),
        )
    with tempfile.TemporaryDirectory(dir=beside, prefix=".unsealed-") as name:
        yield unseal(file, recovery, Path(name))


def _key_of(folder: Path, fresh: Path, about: About, person: str, passphrase: str, clock: Clock) -> keys.Keys:
    """The keys; those that lie there count before those of the backup, for passphrases change."""
    with contextlib.suppress(WrongPassphrase, BookMissing, BookDamaged):
        held = keys.unlock(folder, person, passphrase, clock)
        _same_office(folder, held, about)
        if engine.opens(fresh / book.DATABASE, held.book):
            shutil.copyfile(folder / keys.FILE, fresh / keys.FILE)
            return held
    return keys.unlock(fresh, person, passphrase, clock)


def _same_office(folder: Path, held: keys.Keys, about: About) -> None:
    path = folder / book.DATABASE
    if not path.exists():
        return
    try:
        with engine.looked_into(path, held.book) as ask:
            (unit,) = ask("SELECT value FROM meta WHERE key = 'unit'")
    except engine.DAMAGE:
        return
    if bytes(unit[0]).decode() != about.unit:
        raise NotAllowed(
            tr("This backup is of another office, {unit}.").format(unit=short_name(about.unit)),
            kept=tr("Nothing was changed."),
            next=tr("Restore it into an empty folder."),
        )


Gone = tuple[str, UnitCode, bytes, bytes, str]


def _gone_before(folder: Path, own: keys.Keys) -> list[Gone]:
    """What the book that lies there erased or purged: class, unit, record, husk and why."""
    path = folder / book.DATABASE
    if not path.exists():
        return []
    try:
        with engine.looked_into(path, own.book) as ask:
            found = ask(
                'SELECT o."class", l.unit, o.record, o.husk, o.gone FROM op o JOIN line l ON l.id = o.line '
                "WHERE o.gone IN ('erased', 'purged') AND o.husk IS NOT NULL"
            )
    except engine.DAMAGE:
        # A damaged book is why somebody restores; the erasures come again with the next stick.
        return []
    return [(tables.CLASS_NAMES[row[0]], row[1], row[2], row[3], row[4]) for row in found]


def _put_aside(folder: Path, clock: Clock) -> Path | None:
    there = [folder / (book.DATABASE + ending) for ending in ("", "-wal", "-shm")]
    there += [folder / book.MARK, folder / keys.FILE]
    if not any(path.exists() for path in there):
        return None
    kept = folder / f"kept-{clock.now().astimezone(UTC):%Y%m%d-%H%M%S}"
    files.make_folder(kept)
    for path in there:
        if path.exists():
            os.replace(path, kept / path.name)
    return kept


def _let_go_again(session: Session, gone: Sequence[Gone]) -> int:
    count = 0
    erased: dict[tuple[str, UnitCode, bytes], set[bytes]] = {}
    for name, unit, record, husk, why in gone:
        named = frozenset({digest_of_husk(husk)})
        dropped = erasing.drop_bodies(session, name, unit, record, named, why)
        if dropped:
            project.refold(session, name, unit, record)
        count += dropped
        if why == "erased":
            erased.setdefault((name, unit, record), set()).update(named)
    # Perhaps the order itself had not left this office yet; without it the others would keep the words.
    for (name, unit, record), digests in erased.items():
        journal.order_again(session, name, unit, record, digests)
    return count
