"""Taking in from stick or inbox: copy, verify, apply; what cannot be taken is told, never raised."""

import contextlib
import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

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
from gridbook.sync import again, bundle, quarantine, renewal, stations, sticks
from gridbook.sync.apply import apply, has_readable, unpark
from gridbook.sync.incoming import Taken, Transaction, Verified
from gridbook.sync.preview import rehearse
from gridbook.sync.verify import verify

T = TypeVar("T")
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
    if preview:
        return foretold(store, folder, lambda session: None, recovery=recovery)[0]
    found = []
    for path in _on_stick(store, folder):
        taken = _take(store, path, recovery)
        if not isinstance(taken.error, NotAddressedHere):
            found.append(taken)
            told(taken)
    _note_refused(store, found)
    return found


def foretold(
    store: Store, folder: Path, after: Callable[[Session], T], *, recovery: str = ""
) -> tuple[list[Taken], T]:
    """What taking in a stick would do, and what `after` would find then; nothing of it stays."""
    looks = [partial(_for_this_office, store, path, recovery) for path in _on_stick(store, folder)]
    return rehearse(store, looks, after)


def _on_stick(store: Store, folder: Path) -> list[Path]:
    ours = store.read(_own_names)
    return [path for path in sticks.files(folder, bundle.ENDING) if path.name not in ours]


def _for_this_office(store: Store, path: Path, recovery: str, within: Transaction) -> Taken | None:
    taken = _try(store, path, recovery, within)
    return None if isinstance(taken.error, NotAddressedHere) else taken


def _own_names(session: Session) -> set[str]:
    table = tables.bundle
    return {row[0] for row in session.connection.execute(sa.select(table.c.name).where(table.c.way == "out"))}


def take(store: Store, path: Path, *, preview: bool = False, recovery: str = "") -> Taken:
    """Take in one bundle: copy, verify, apply; what cannot be taken is told in the result, never raised.

    With a printed recovery key it may be sealed to a station that is lost, or addressed to it.
    """
    if preview:
        return rehearse(store, [partial(_try, store, path, recovery)], lambda session: None)[0][0]
    taken = _take(store, path, recovery)
    _note_refused(store, [taken])
    return taken


def _begun(path: Path, recovery: str) -> Taken:
    taken = Taken(path)
    if recovery:
        taken.recovery = (keys.recovery_identity(recovery),)
    return taken


def _take(store: Store, path: Path, recovery: str) -> Taken:
    taken = _begun(path, recovery)
    copy = _copied(store, taken)
    if copy is not None:
        _take_copy(store, copy, taken)
    return taken


def _try(store: Store, path: Path, recovery: str, within: Transaction) -> Taken:
    """Take in one bundle within a transaction that is rolled back, and leave nothing beside the book."""
    taken = _begun(path, recovery)
    copy = _copied(store, taken)
    if copy is None:
        return taken
    taken.content = copy.name.partition(".")[0]
    # What was only looked at is not taken in at the next start.
    copy = copy.replace(copy.with_name(copy.name + sticks.PART))
    try:
        verified = verify(store, within, copy, taken)
        verified.rehearsed = True
        apply(store, within, copy, verified, taken, _judged(store, verified, taken))
    except GridbookError as error:
        taken.error = error
    except store.place.failures:
        raise
    except Exception as error:
        LOG.exception("a bundle could not be looked at")
        taken.error = _beyond_reading(error)
    finally:
        copy.unlink(missing_ok=True)
    return taken


def _copied(store: Store, taken: Taken) -> Path | None:
    """The copy in the inbox, from which alone a bundle is read."""
    path = taken.path
    try:
        if not path.parent.is_dir() or not (path.exists() or path.is_symlink()):
            raise sticks.gone(path)
        if path.is_symlink() or not path.is_file() or not bundle.looks_like_one(path):
            raise bundle.not_a_bundle()
        with path.open("rb") as file:
            # Nothing is copied for others; a stick of a community carries bundles for thirty grids.
            if not bundle.is_for(file, taken.opened_by(store)):
                raise bundle.not_for_us()
        return sticks.to_inbox(path, store.folder / "inbox")
    except GridbookError as error:
        taken.error = error
    except (OSError, ValueError):
        taken.error = sticks.missing(path.parent)
    return None


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
    renewal.settle(store)
    if store.read(stations.joined):
        # What an older program refused, this one may read; and a power cut may have come between.
        store.write(again.judge, store, Taken(store.folder))
    inbox = store.folder / "inbox"
    if not inbox.is_dir():
        return []
    for part in inbox.glob("*" + sticks.PART):
        part.unlink(missing_ok=True)
    found = []
    for copy in sticks.files(inbox, bundle.ENDING):
        taken = Taken(copy)
        _take_copy(store, copy, taken)
        found.append(taken)
    _note_refused(store, found)
    return found


def _judged(store: Store, verified: Verified, taken: Taken) -> Callable[[Session], None]:
    """What is judged anew in the last transaction, when everything that came is there."""
    authors = frozenset(one.certificate for one in verified.headers.values())
    return lambda session: again.judge(session, store, taken, authors, rehearsed=verified.rehearsed)


def _take_copy(store: Store, copy: Path, taken: Taken) -> None:
    taken.content = copy.name.partition(".")[0]
    try:
        verified = verify(store, store.read, copy, taken)
        apply(store, store.write, copy, verified, taken, _judged(store, verified, taken))
        renewal.settle(store)
    except (UnknownSender, BundleTooLarge) as error:
        taken.error = error
        quarantine.keep_file(store, copy)
    except BundleError as error:
        taken.error = error
    except GridbookError as error:
        taken.error = _with_the_room_needed(error, store, copy) if isinstance(error, DiskFull) else error
        # The inbox copy stays: after the cause is gone, the next try goes on where this one stopped.
        return
    except Exception as error:
        # Whatever a file holds, it neither ends the program nor lies in the way of the next start.
        LOG.exception("a bundle could not be taken in")
        taken.error = _beyond_reading(error)
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
