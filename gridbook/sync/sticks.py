"""The stick: written so that a pulled plug leaves no half bundle, read only from a copy of our own."""

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import IO

from gridbook.errors import GridbookError, NotABundle, StickFull, StickMissing
from gridbook.i18n import tr
from gridbook.sync import bundle

PART = ".part"
ROOM_BESIDE = 256 * 1024
LARGEST_PART = 1 << 30
LARGEST_FILE = 2 << 30
"""No bundle is larger; whatever is, is not even copied."""
CHUNK = 1 << 20


def check(folder: Path) -> None:
    """Refuse a stick folder that is not there or cannot be written to."""
    if not folder.is_dir():
        raise missing(folder)


def room(folder: Path, needed: int) -> None:
    """Refuse to begin what cannot fit."""
    check(folder)
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise missing(folder) from error
    if free < needed + ROOM_BESIDE:
        raise full(needed + ROOM_BESIDE - free)


def put(folder: Path, ending: str, write: Callable[[IO[bytes]], tuple[bytes, int]]) -> tuple[Path, int]:
    """Write a file with a random name: .part, flush to the stick, read back and compare, then rename.

    `write` returns the SHA-256 and the length of what it wrote.
    """
    check(folder)
    path = folder / f"{secrets.token_hex(8)}{ending}"
    part = path.with_name(path.name + PART)
    try:
        with part.open("xb") as file:
            digest, length = write(file)
            file.flush()
            os.fsync(file.fileno())
        if _read_back(part) != digest:
            raise StickFull(
                tr("What was written to the stick does not read back the same."),
                kept=tr("Nothing is lost; the work is still in this book."),
                next=tr("Use another stick."),
            )
        part.replace(path)
        _sync_folder(folder)
    except GridbookError:
        _discard(part)
        raise
    except OSError as error:
        _discard(part)
        if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
            raise full(0) from error
        raise missing(folder) from error
    except BaseException:
        _discard(part)
        raise
    return path, length


def _discard(part: Path) -> None:
    with contextlib.suppress(OSError):
        part.unlink()


def _read_back(path: Path) -> bytes:
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            # Without this the page cache answers, not the stick.
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while piece := file.read(CHUNK):
            hashed.update(piece)
    return hashed.digest()


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def files(folder: Path, ending: str) -> list[Path]:
    """The finished files of that kind on a stick, oldest first; half-written ones are passed over."""
    check(folder)
    try:
        named = [path for path in folder.iterdir() if path.suffix.lower() == ending]
    except OSError as error:
        raise missing(folder) from error
    found = []
    for path in named:
        # Links, pipes and folders are no files; one that vanished while we looked is none any more.
        with contextlib.suppress(OSError):
            if path.is_file() and not path.is_symlink():
                found.append((path.stat().st_mtime_ns, path.name, path))
    return [path for *_, path in sorted(found)]


def to_inbox(path: Path, inbox: Path) -> Path:
    """Copy a file from the stick into the book's own inbox, durable before it is read; returns the copy."""
    inbox.mkdir(exist_ok=True)
    part = inbox / f"{secrets.token_hex(8)}{bundle.ENDING}{PART}"
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise bundle.too_large()
        with path.open("rb") as source, part.open("xb") as copied:
            shutil.copyfileobj(source, copied, CHUNK)
            copied.flush()
            os.fsync(copied.fileno())
        # Under the name of its content: a file that comes again after a full disk is not copied twice.
        copy = inbox / name_of(part)
        part.replace(copy)
        _sync_folder(inbox)
    except FileNotFoundError as error:
        _discard(part)
        raise gone(path) from error
    except OSError as error:
        _discard(part)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full() from error
        raise NotABundle(
            tr("The file {name} was not fully read.").format(name=shown(path)),
            kept=tr("Nothing was taken from it."),
            next=tr("Put the stick in again."),
        ) from error
    return copy


def gone(path: Path) -> NotABundle:
    """What is said of a file that was pulled away with its stick."""
    return NotABundle(
        tr("The file {name} is not there any more.").format(name=shown(path)),
        kept=tr("Nothing was taken from it."),
        next=tr("Put the stick in again."),
    )


def name_of(path: Path) -> str:
    """A name for a file that follows from its content alone."""
    with path.open("rb") as file:
        return f"{hashlib.file_digest(file, 'sha256').hexdigest()[:32]}{bundle.ENDING}"


def shown(path: Path) -> str:
    """The name of a file from a stick, also where it is not text."""
    return path.name.encode(errors="replace").decode()


def disk_full() -> GridbookError:
    """What is said when this PC has no room for the copy."""
    return StickFull(
        tr("This PC has no room to copy the bundle from the stick."),
        kept=tr("Nothing was taken from it; the stick is as it was."),
        next=tr("Free some space and take the bundle in again."),
    )


def full(missing_bytes: int) -> StickFull:
    """What is said when the stick has no room."""
    megabytes = max(1, -(-missing_bytes // (1 << 20)))
    return StickFull(
        tr("The stick has no room for the bundle; about {n} MB are missing.").format(n=megabytes),
        kept=tr("Nothing is lost; the work is still in this book and no half file stays on the stick."),
        next=tr("Make room on the stick or use another one."),
    )


def missing(folder: Path) -> StickMissing:
    """What is said when there is no stick."""
    return StickMissing(
        tr("The stick {place} is not there or cannot be written to.").format(place=folder),
        kept=tr("Nothing is lost; the work is still in this book."),
        next=tr("Put the stick in and choose it again."),
    )
