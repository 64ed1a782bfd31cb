"""Small files that are either whole or as they were before, whatever happens in between."""

import contextlib
import errno
import os
import time
from pathlib import Path

from gridbook.errors import BookDamaged, BookError, DiskFull, PlaceReadOnly
from gridbook.i18n import tr

PART = ".part"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_CANNOT_FLUSH_FOLDERS = (errno.EINVAL, errno.ENOTSUP, errno.EBADF)
_PATIENCE = 0.5
"""Seconds for which Windows may hold a file that a virus scanner has just opened."""


def write_whole(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file durably: beside it, flushed, then renamed over it; a private one no one else may read."""
    part = path.with_name(path.name + PART)
    try:
        # What lies there is a leftover, or a link that somebody put on a stick; it is never written through.
        part.unlink(missing_ok=True)
        with open(part, "xb", opener=_private if private else None) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(part, path)
        sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise told(error, path.parent) from error


def sync_folder(folder: Path) -> None:
    """Make a rename inside the folder durable, where the system can."""
    # Windows cannot flush a folder: after a power cut the old file may be back, but never half of one.
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some file systems of sticks and shares refuse this for any folder; the rename itself was done.
        if error.errno not in _CANNOT_FLUSH_FOLDERS:
            raise
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder that only this person may read."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise told(error, folder) from error
    check_writable(folder)


def check_writable(folder: Path) -> None:
    """Refuse a folder in which nothing can be written."""
    probe = folder / f".probe-{os.getpid()}"
    try:
        probe.unlink(missing_ok=True)
        with probe.open("xb"):
            pass
        probe.unlink()
    except OSError as error:
        raise told(error, folder) from error


def told(error: OSError, folder: Path) -> BookError:
    """What a person is told about a failed write."""
    if error.errno in _NO_ROOM:
        return DiskFull(
            tr("The disk has no room left."),
            kept=tr("What was saved before is kept; this last entry was not."),
            next=tr("Free some space on the disk that holds {place} and try again.").format(place=folder),
        )
    if error.errno == errno.EIO:
        return BookDamaged(
            tr("The disk reported an error while writing."),
            kept=tr("What was saved before is kept; this last entry was not."),
            next=tr("Close the program, check the disk, and open the book again."),
        )
    return PlaceReadOnly(
        tr("The folder {place} cannot be written to.").format(place=folder),
        kept=tr("What was saved before is kept."),
        next=tr("Ask for write access, or choose another folder."),
    )


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _put_in_place(part: Path, path: Path) -> None:
    until = time.monotonic() + (_PATIENCE if os.name == "nt" else 0)
    while True:
        try:
            os.replace(part, path)
            return
        except PermissionError:
            if time.monotonic() >= until:
                raise
            time.sleep(0.02)
