"""A restore that was cut off: the book from before comes back, whole, and the restore is done again."""

import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from gridbook.i18n import tr
from gridbook.store import before, files, keys
from gridbook.store.opened import DATABASE, MARK

NOTE = before.CUT_OFF
UNTOLD = "restoring-undone"
"""What that file becomes until somebody was told."""
NAMES = (f"{DATABASE}-wal", f"{DATABASE}-shm", MARK, keys.FILE, DATABASE)
"""What a book consists of; the database comes back last, and with it the book is there."""


def begin(folder: Path, kept: str, names: Sequence[str]) -> None:
    """Note where the files of the book that is there will lie, before the first of them is moved."""
    files.write_whole(folder / NOTE, json.dumps({"kept": kept, "names": list(names)}).encode())


def end(folder: Path) -> None:
    """The restored book is whole, with everything erased again that had been."""
    (folder / NOTE).unlink()
    files.sync_folder(folder)


def is_left(folder: Path) -> bool:
    """Whether a restore did not come to its end."""
    return before.is_cut_off(folder)


def undo(folder: Path) -> None:
    """Lay the files from before the restore back, in steps that can be done again; the caller holds the lock.

    Without this a book could open whose erasures were not done again, or none could be found at all.
    """
    note = json.loads((folder / NOTE).read_bytes())
    for name in NAMES:
        if name not in note["names"]:
            # What the backup brought along; beside the old database its log would be poison.
            (folder / name).unlink(missing_ok=True)
            continue
        with contextlib.suppress(FileNotFoundError):
            os.replace(folder / note["kept"] / name, folder / name)
    with contextlib.suppress(OSError):
        (folder / note["kept"]).rmdir()
    (folder / NOTE).replace(folder / UNTOLD)
    files.sync_folder(folder)


def tell(folder: Path) -> str:
    """What whoever opens the book next is told, once; nothing where nothing was undone."""
    try:
        (folder / UNTOLD).unlink()
    except FileNotFoundError:
        return ""
    return tr("Bringing a backup back was cut off, so this is the book from before. Bring it back again.")
