"""The backup that rides on the stick, sealed to the recovery sheet, for the day on which a PC dies."""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gridbook.errors import NotFound
from gridbook.i18n import tr
from gridbook.records.base import UnitCode
from gridbook.records.place import parent_of, short_name
from gridbook.store import backup, book, files
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import bundle, stations, sticks

HELD = "held"
"""The folder beside the book in which an office keeps the last sealed backup of each one below it."""
LARGEST = (1 << 32) - 1
"""What a stick of the usual format takes in one file."""
_WHEN = "sealed backup on"
_PREFIX = b"gridbook sealed backup 1\0"


@dataclass(frozen=True, slots=True)
class Kept:
    """A sealed backup that this office keeps, unread, for a unit below it."""

    unit: UnitCode
    file: Path
    bytes: int
    since: datetime


def name_of(recovery_recipient: str) -> str:
    """The file's name: who knows the unit's certificate finds it, and nobody else learns whose it is."""
    known = hashlib.sha256(_PREFIX + recovery_recipient.encode()).hexdigest()
    return known[:16] + backup.SEALED_ENDING


def put_on(store: Store, folder: Path) -> Path | None:
    """Write this book's sealed backup to the stick, once a day; nothing where it is there or has no room."""
    path = folder / name_of(store.keys.recovery)
    today = store.read(_today)
    if path.exists() and store.read(book.get, _WHEN) == today:
        return None
    size = store.size()
    if size > LARGEST or shutil.disk_usage(folder).free < size + sticks.ROOM_BESIDE:
        return None
    made = backup.sealed(store, path)
    store.write(book.put, _WHEN, today)
    return made


def _today(session: Session) -> bytes:
    return session.today.isoformat().encode()


def keep(store: Store, folder: Path) -> list[Kept]:
    """Keep what lies on the stick for units right below this office, in the place of what was kept before."""
    found = []
    for unit, recipient in store.read(_below):
        file = folder / name_of(recipient)
        if file.is_symlink() or not file.is_file() or not bundle.looks_like_one(file):
            continue
        held = _held(store, unit)
        if held.exists() and held.stat().st_size == file.stat().st_size and _same(held, file):
            continue
        held.parent.mkdir(exist_ok=True)
        part = held.with_name(held.name + files.PART)
        try:
            shutil.copyfile(file, part)
            part.replace(held)
        except OSError as error:
            raise files.told(error, store.folder) from error
        finally:
            part.unlink(missing_ok=True)
        found.append(_kept(unit, held))
    return found


def kept(store: Store) -> Mapping[UnitCode, Kept]:
    """The sealed backups that this office keeps, by unit, and since when."""
    files_ = (store.folder / HELD).glob(f"*{backup.SEALED_ENDING}")
    return {file.stem: _kept(file.stem, file) for file in sorted(files_)}


def _kept(unit: UnitCode, file: Path) -> Kept:
    found = file.stat()
    return Kept(unit, file, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def give_back(store: Store, unit: UnitCode, folder: Path) -> Path:
    """Put the kept backup of a unit on the stick, for its new PC; only its recovery sheet opens it."""
    held = _held(store, unit)
    if not held.exists():
        raise NotFound(
            tr("No sealed backup of {unit} is kept here.").format(unit=short_name(unit)),
            next=tr("Its work comes back with the next hand-over, as far as it had come here."),
        )
    sticks.room(folder, held.stat().st_size)
    recipients = dict(store.read(_below))
    path = folder / name_of(recipients[unit])
    shutil.copyfile(held, path)
    return path


def _below(session: Session) -> list[tuple[UnitCode, str]]:
    if not stations.joined(session):
        return []
    return [
        (one.unit, one.body.recovery_recipient)
        for one in sorted(stations.known(session).by_hash.values(), key=lambda one: one.body.issued_at)
        if parent_of(one.unit) == session.unit
    ]


def _held(store: Store, unit: UnitCode) -> Path:
    return store.folder / HELD / f"{unit}{backup.SEALED_ENDING}"


def _same(one: Path, other: Path) -> bool:
    with one.open("rb") as first, other.open("rb") as second:
        return hashlib.file_digest(first, "sha256").digest() == hashlib.file_digest(second, "sha256").digest()
