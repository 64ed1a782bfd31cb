"""A backup file: what it says about itself, and its database and keys taken out of it and tried."""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from gridbook.errors import BackupTorn, DiskFull
from gridbook.i18n import tr
from gridbook.records.base import UnitCode, instant_of
from gridbook.store import engine, keys
from gridbook.store.opened import DATABASE
from gridbook.store.session import Standing

ENDING, SEALED_ENDING = ".gbk", ".gbs"
MAGIC = b"GRIDBOOK backup 1\n"
LARGEST_HEADER = 4096
CHUNK = 1 << 20


class Header(msgspec.Struct, frozen=True):
    """What a backup says about itself before its keys and its database come."""

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


def need_room(folder: Path, needed: int) -> None:
    """Refuse to begin what the disk has no room for."""
    if shutil.disk_usage(folder).free < needed:
        raise DiskFull(
            tr("The disk has no room for a backup."),
            kept=tr("The backups before it are kept."),
            next=tr("Free {mb} MB on the disk that holds {place} and try again.").format(
                mb=-(-needed // 1_000_000), place=folder
            ),
        )


def inspect(file: Path) -> About:
    """What a backup says about itself, after every byte of it was checked."""
    try:
        with file.open("rb") as held:
            header = header_of(held)
            held.seek(0)
            whole, left = hashlib.sha256(), file.stat().st_size - 32
            while left > 0 and (data := held.read(min(CHUNK, left))):
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


def header_of(held: BinaryIO) -> Header:
    """The first part of a backup; a ValueError where it is none."""
    if held.read(len(MAGIC)) != MAGIC:
        raise ValueError("not a backup")
    size = int.from_bytes(held.read(4), "big")
    if size > LARGEST_HEADER:
        raise ValueError("not a backup")
    header = msgspec.json.decode(held.read(size), type=Header)
    whole = len(MAGIC) + 4 + size + header.keys_size + header.book_size + 32
    if header.keys_size < 0 or header.book_size < 0 or os.fstat(held.fileno()).st_size != whole:
        raise ValueError("cut off")
    return header


@contextlib.contextmanager
def unpacked(file: Path, beside: Path) -> Iterator[tuple[About, Path]]:
    """Database and keys of a backup in a temporary folder on the same disk."""
    about = inspect(file)
    need_room(beside, file.stat().st_size)
    with tempfile.TemporaryDirectory(dir=beside, prefix=".unpacked-") as name:
        folder = Path(name)
        with file.open("rb") as held:
            header = header_of(held)
            (folder / keys.FILE).write_bytes(held.read(header.keys_size))
            left = header.book_size
            with (folder / DATABASE).open("wb") as out:
                while left > 0:
                    data = held.read(min(CHUNK, left))
                    out.write(data)
                    left -= len(data)
                out.flush()
                os.fsync(out.fileno())
        yield about, folder


def test(folder: Path, own: keys.Keys, about: About) -> None:
    """Refuse a backup that cannot be read back as what it says it is."""
    with engine.looked_into(folder / DATABASE, own.book) as ask:
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
