"""Small files that are either whole or as they were before, whatever happens in between."""

import contextlib
import errno
import os
from pathlib import Path

from gridbook.errors import DiskFull, PlaceReadOnly
from gridbook.i18n import tr

PART = ".part"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file durably: beside it, flushed to the disk, then renamed over it."""
    part = path.with_name(path.name + PART)
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
        sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise told(error, path.parent) from error


def sync_folder(folder: Path) -> None:
    """Make a rename inside the folder durable; Windows does this by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
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
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise told(error, folder) from error


def told(error: OSError, folder: Path) -> DiskFull | PlaceReadOnly:
    """What a person is told about a failed write."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(
            tr("The disk has no room left."),
            kept=tr("What was saved before is kept; this last entry was not."),
            next=tr("Free some space on the disk that holds {place} and try again.").format(place=folder),
        )
    return PlaceReadOnly(
        tr("The folder {place} cannot be written to.").format(place=folder),
        kept=tr("What was saved before is kept."),
        next=tr("Ask for write access, or choose another folder."),
    )
