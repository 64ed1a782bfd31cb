"""What can be known of a book before it is opened, without what opening needs."""

import json
from pathlib import Path

from gridbook.errors import BookDamaged
from gridbook.i18n import tr

DATABASE, SERVER, KEYS = "book.db", "server", "keys.json"
CUT_OFF = "restoring"
"""The file that lies in the folder for as long as a restore is not at its end."""
LARGEST = 256 * 1024


def is_there(folder: Path) -> bool:
    """Whether this folder opens a book, be it a file in it or one on the office's server."""
    return (folder / DATABASE).exists() or (folder / SERVER).exists()


def is_cut_off(folder: Path) -> bool:
    """Whether a restore did not come to its end."""
    return (folder / CUT_OFF).is_file()


def people(folder: Path) -> tuple[str, ...]:
    """The names of those who can open the book; every other rule of the file is looked at when it opens."""
    try:
        with (folder / KEYS).open("rb") as file:
            names = json.loads(file.read(LARGEST))["people"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise damaged() from error
    if not isinstance(names, dict):
        raise damaged()
    return tuple(names)


def damaged() -> BookDamaged:
    """The key file is not what GridBook writes."""
    return BookDamaged(
        tr("The key file of this book cannot be read; it was damaged or replaced."),
        kept=tr("The file was left as it is."),
        next=tr("Restore the newest backup."),
    )
