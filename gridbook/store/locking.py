"""The lock of a book's folder: one window of one PC at a time."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import filelock

from gridbook.errors import BookInUse, PlaceReadOnly
from gridbook.i18n import tr


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
