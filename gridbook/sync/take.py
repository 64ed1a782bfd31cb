"""Taking in from stick or inbox: copy, verify, apply; what cannot be taken is told, never raised."""

import contextlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import sqlalchemy as sa

from gridbook.errors import (
    BundleError,
    BundleTooLarge,
    DiskFull,
    GridbookError,
    NotAddressedHere,
    UnknownSender,
)
from gridbook.i18n import tr
from gridbook.store import audit, keys, tables
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import bundle, quarantine, sticks
from gridbook.sync.apply import apply, has_readable, unpark
from gridbook.sync.incoming import Taken
from gridbook.sync.preview import look
from gridbook.sync.verify import verify

MOST_NOTED = 200
ROOM_PER_BYTE = 16
"""How much larger than in a bundle work is at most in the book: rows, log, and the log of the database."""
LOG = logging.getLogger(__name__)


def from_stick(
    store: Store,
    folder: Path,
    told: Callable[[Taken], None] = lambda taken: None,
    *,
    preview: bool = False,
    recovery: str = "",
) -> list[Taken]:
    """Take in every bundle on a stick that is addressed to this office; all others are passed over."""
    ours = store.read(_own_names)
    found = []
    for path in sticks.files(folder, bundle.ENDING):
        if path.name in ours:
            continue
        taken = _take(store, path, preview, recovery)
        if not isinstance(taken.error, NotAddressedHere):
            found.append(taken)
            told(taken)
    if not preview:
        _note_refused(store, found)
    return found


def _own_names(session: Session) -> set[str]:
    table = tables.bundle
    return {row[0] for row in session.connection.execute(sa.select(table.c.name).where(table.c.way == "out"))}


def take(store: Store, path: Path, *, preview: bool = False, recovery: str = "") -> Taken:
    """Take in one bundle: copy, verify, apply; what cannot be taken is told in the result, never raised.

    With a printed recovery key it may be sealed to a station that is lost, or addressed to it.
    """
    taken = _take(store, path, preview, recovery)
    if not preview:
        _note_refused(store, [taken])
    return taken


def _take(store: Store, path: Path, preview: bool, recovery: str = "") -> Taken:
    taken = Taken(path)
    if recovery:
        taken.recovery = (keys.recovery_identity(recovery),)
    try:
        if not path.parent.is_dir() or not (path.exists() or path.is_symlink()):
            raise sticks.gone(path)
        if path.is_symlink() or not path.is_file() or not bundle.looks_like_one(path):
            raise bundle.not_a_bundle()
        with path.open("rb") as file:
            # Nothing is copied for others; a stick of a community carries bundles for thirty grids.
            if not bundle.is_for(file, taken.opened_by(store)):
                raise bundle.not_for_us()
        copy = sticks.to_inbox(path, store.folder / "inbox")
        if preview:
            # What was only looked at is not taken in at the next start.
            copy = copy.replace(copy.with_name(copy.name + sticks.PART))
    except GridbookError as error:
        taken.error = error
        return taken
    except (OSError, ValueError):
        taken.error = sticks.missing(path.parent)
        return taken
    _take_copy(store, copy, taken, preview=preview)
    return taken


def _note_refused(store: Store, found: Sequence[Taken]) -> None:
    """One line of the log for each file that was refused, and one for all beyond many."""
    refused = [one for one in found if one.error is not None]
    if refused:
        # A full disk keeps the log from growing as it kept the import; that was told already.
        with contextlib.suppress(GridbookError):
            store.write(_note, refused)


def _note(session: Session, refused: Sequence[Taken]) -> None:
    for one in refused[:MOST_NOTED]:
        audit.note(session, "import refused", one.content, one.error.situation if one.error else "")
    if len(refused) > MOST_NOTED:
        audit.note(session, "import refused", "", str(len(refused) - MOST_NOTED))


def resume(store: Store) -> list[Taken]:
    """At the start: read what a newer program can read now, and what lies in the inbox since a power cut."""
    while store.read(has_readable):
        store.write(unpark, store)
    inbox = store.folder / "inbox"
    if not inbox.is_dir():
        return []
    for part in inbox.glob("*" + sticks.PART):
        part.unlink(missing_ok=True)
    found = []
    for copy in sticks.files(inbox, bundle.ENDING):
        taken = Taken(copy)
        _take_copy(store, copy, taken, preview=False)
        found.append(taken)
    _note_refused(store, found)
    return found


def _take_copy(store: Store, copy: Path, taken: Taken, *, preview: bool) -> None:
    taken.content = copy.name.partition(".")[0]
    try:
        verified = verify(store, copy, taken)
        if preview:
            look(store, copy, verified, taken)
        else:
            apply(store, copy, verified, taken)
    except (UnknownSender, BundleTooLarge) as error:
        taken.error = error
        if not preview:
            quarantine.keep_file(store, copy)
    except BundleError as error:
        taken.error = error
    except GridbookError as error:
        taken.error = _with_the_room_needed(error, store, copy) if isinstance(error, DiskFull) else error
        if not preview:
            # The inbox copy stays: after the cause is gone, the next try goes on where this one stopped.
            return
    except Exception as error:
        # Whatever a file holds, it neither ends the program nor lies in the way of the next start.
        LOG.exception("a bundle could not be taken in")
        taken.error = _beyond_reading(error)
        if not preview:
            quarantine.keep_file(store, copy)
    copy.unlink(missing_ok=True)


def _with_the_room_needed(error: DiskFull, store: Store, copy: Path) -> DiskFull:
    megabytes = 1 + copy.stat().st_size * ROOM_PER_BYTE // 1_000_000
    return DiskFull(
        error.message,
        kept=tr("What was taken in before is kept, and so is the bundle."),
        next=tr(
            "Free about {mb} MB on the disk that holds {place}; the rest is taken in at the next start."
        ).format(mb=megabytes, place=store.folder),
    )


def _beyond_reading(error: Exception) -> BundleError:
    return BundleError(
        tr("This bundle could not be taken in ({name}).").format(name=type(error).__name__),
        kept=tr("What was taken in before is kept, and so is the file."),
        next=tr("Keep the stick and tell the office above."),
    )
