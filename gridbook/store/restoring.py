"""Bringing a backup back: in the place of the book, with what was erased since erased again."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pyrage

from gridbook.errors import BackupTorn, BookDamaged, BookMissing, NotAllowed, WrongPassphrase
from gridbook.i18n import tr
from gridbook.records.base import Clock, SystemClock, UnitCode
from gridbook.records.place import short_name
from gridbook.store import (
    age,
    audit,
    book,
    cut_off,
    digest,
    engine,
    erasing,
    files,
    journal,
    keys,
    life,
    project,
    retention,
    tables,
    whereabouts,
)
from gridbook.store.backup_file import ENDING, SEALED_ENDING, About, test, unpacked
from gridbook.store.digest import Digests
from gridbook.store.ops import digest_of_husk
from gridbook.store.session import Session


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore came to; `kept` is where the book that was there before now lies,
    and `told` says from when on entries may be missing."""

    about: About
    kept: Path | None
    digest: Digests
    gone_again: int
    told: str


def unseal(file: Path, recovery: str, folder: Path) -> Path:
    """The backup in a sealed file, opened with the printed recovery key."""
    path = folder / (file.stem + ENDING)
    identity = keys.recovery_identity(recovery)
    try:
        with file.open("rb") as held, path.open("wb") as out:
            age.open_into(held, out, [identity])
    except (OSError, age.HeaderTooLong, pyrage.DecryptError) as error:
        path.unlink(missing_ok=True)
        raise BackupTorn(
            tr("{file} is not a sealed backup of this recovery key.").format(file=file.name),
            kept=tr("Nothing was changed."),
            next=tr("Compare the recovery sheet with the office on the stick."),
        ) from error
    return path


def restore(
    file: Path,
    folder: Path,
    person: str,
    passphrase: str,
    *,
    recovery: str = "",
    clock: Clock | None = None,
    calibrate: bool = True,
) -> Restored:
    """Put a backup in the place of the book; the book that was there is kept beside it.

    With the printed recovery key the backup may be a sealed one, and the passphrase is the person's new one.
    """
    clock = clock or SystemClock()
    _refuse_a_shared_place(folder)
    files.make_folder(folder)
    try:
        with (
            book.locked(folder),
            _undone(folder),
            _plain(file, recovery, folder) as plain,
            unpacked(plain, folder) as (
                about,
                fresh,
            ),
        ):
            if recovery:
                own = keys.recover(fresh, recovery, person, passphrase, calibrate=calibrate)
                _same_office(folder, own, about)
            else:
                own = _key_of(folder, fresh, about, person, passphrase, clock)
            test(fresh, own, about)
            gone = _gone_before(folder, own)
            kept = _put_aside(folder, clock)
            for name in (keys.FILE, book.DATABASE):
                os.replace(fresh / name, folder / name)
            files.sync_folder(folder)
            with book.open_with(folder, own, person, None, clock) as store:
                again = store.write(_let_go_again, gone)
                store.write(retention.purge, thorough=True)
                store.write(audit.note, "restore", file.name)
                held = store.read(digest.of_book)
            cut_off.end(folder)
            return Restored(about, kept, held, again, life.missing_since(about.made_at))
    except OSError as error:
        raise files.told(error, folder) from error


@contextlib.contextmanager
def _undone(folder: Path) -> Iterator[None]:
    """The book as it was before a restore that was cut off; this one begins from there."""
    if cut_off.is_left(folder):
        cut_off.undo(folder)
    yield


def _refuse_a_shared_place(folder: Path) -> None:
    if whereabouts.is_there(folder):
        raise NotAllowed(
            tr("This folder opens the office's shared book, on which others may be working."),
            kept=tr("Nothing was changed."),
            next=tr("Restore it into an empty folder."),
        )


@contextlib.contextmanager
def _plain(file: Path, recovery: str, beside: Path) -> Iterator[Path]:
    if file.suffix != SEALED_ENDING:
        yield file
        return
    if not recovery:
        raise BackupTorn(
            tr("{file} is sealed; only the recovery key opens it.").format(file=file.name),
            kept=tr("Nothing was changed."),
            next=tr("Type the key from the printed recovery sheet."),
        )
    with tempfile.TemporaryDirectory(dir=beside, prefix=".unsealed-") as name:
        yield unseal(file, recovery, Path(name))


def _key_of(folder: Path, fresh: Path, about: About, person: str, passphrase: str, clock: Clock) -> keys.Keys:
    """The keys; those that lie there count before those of the backup, for passphrases change."""
    with contextlib.suppress(WrongPassphrase, BookMissing, BookDamaged):
        held = keys.unlock(folder, person, passphrase, clock)
        _same_office(folder, held, about)
        if engine.opens(fresh / book.DATABASE, held.book):
            shutil.copyfile(folder / keys.FILE, fresh / keys.FILE)
            return held
    return keys.unlock(fresh, person, passphrase, clock)


def _same_office(folder: Path, held: keys.Keys, about: About) -> None:
    path = folder / book.DATABASE
    if not path.exists():
        return
    try:
        with engine.looked_into(path, held.book) as ask:
            (unit,) = ask("SELECT value FROM meta WHERE key = 'unit'")
    except engine.DAMAGE:
        return
    if bytes(unit[0]).decode() != about.unit:
        raise NotAllowed(
            tr("This backup is of another office, {unit}.").format(unit=short_name(about.unit)),
            kept=tr("Nothing was changed."),
            next=tr("Restore it into an empty folder."),
        )


Gone = tuple[str, UnitCode, bytes, bytes, str]


def _gone_before(folder: Path, own: keys.Keys) -> list[Gone]:
    """What the book that lies there erased or purged: class, unit, record, husk and why."""
    path = folder / book.DATABASE
    if not path.exists():
        return []
    try:
        with engine.looked_into(path, own.book) as ask:
            found = ask(
                'SELECT o."class", l.unit, o.record, o.husk, o.gone FROM op o JOIN line l ON l.id = o.line '
                "WHERE o.gone IN ('erased', 'purged') AND o.husk IS NOT NULL"
            )
    except engine.DAMAGE:
        # A damaged book is why somebody restores; the erasures come again with the next stick.
        return []
    return [(tables.CLASS_NAMES[row[0]], row[1], row[2], row[3], row[4]) for row in found]


def _put_aside(folder: Path, clock: Clock) -> Path | None:
    there = [folder / (book.DATABASE + ending) for ending in ("", "-wal", "-shm")]
    there = [path for path in (*there, folder / book.MARK, folder / keys.FILE) if path.exists()]
    kept = folder / f"kept-{clock.now().astimezone(UTC):%Y%m%d-%H%M%S}"
    while kept.exists():
        kept = kept.with_name(kept.name + "-2")
    cut_off.begin(folder, kept.name, [path.name for path in there])
    if not there:
        return None
    files.make_folder(kept)
    for path in there:
        os.replace(path, kept / path.name)
    return kept


def _let_go_again(session: Session, gone: Sequence[Gone]) -> int:
    count = 0
    erased: dict[tuple[str, UnitCode, bytes], set[bytes]] = {}
    for name, unit, record, husk, why in gone:
        named = frozenset({digest_of_husk(husk)})
        dropped = erasing.drop_bodies(session, name, unit, record, named, why)
        if dropped:
            project.refold(session, name, unit, record)
        count += dropped
        if why == "erased":
            erased.setdefault((name, unit, record), set()).update(named)
    # Perhaps the order itself had not left this office yet; without it the others would keep the words.
    for (name, unit, record), digests in erased.items():
        journal.order_again(session, name, unit, record, digests)
    return count
