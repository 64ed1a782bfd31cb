"""What was refused: kept once, encrypted to this station, listed with its reason, and told."""

import hashlib
import logging
from functools import partial
from pathlib import Path
from typing import Any

import pyrage
import sqlalchemy as sa

from gridbook.i18n import N_, tr
from gridbook.records.base import Reach, instant_text
from gridbook.records.place import short_name
from gridbook.store import files, tables
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import bundle, judging, sticks
from gridbook.sync.incoming import Taken, Verified

MOST_KEPT = 200
"""So many refused pieces of one bundle are kept and listed; the rest is counted."""

LARGEST_QUARANTINE = 512 << 20
FOLDER = "quarantine"

LOG = logging.getLogger(__name__)

REASONS = {
    judging.REVOKED: N_("its author's station was revoked before"),
    "malformed": N_("it cannot be read"),
    judging.UNKNOWN: N_("its author is unknown"),
    "unknown reach": N_("it belongs to no known stream"),
    judging.ALTERED: N_("it was altered on its way"),
    "not the author's stream": N_("its author may not write there"),
    "not for this office": N_("it is not meant for this office"),
    "another author's op": N_("it passes off another office's work as its own"),
    "class of another reach": N_("it holds what does not belong there"),
}


def note(
    session: Session, store: Store, verified: Verified, listed: bytes, packed: bytes, taken: Taken
) -> None:
    """List a refused segment with its reason, tell people, and keep what came."""
    header = verified.headers.get(listed)
    reason = verified.refused[listed]
    author = verified.certificates.get(header.certificate) if header else None
    name = short_name(author.unit) if author else tr("an unknown author")
    taken.refused.append((reason, author.unit if author else ""))
    taken.alarm(
        tr(
            "A piece of work by {author}, brought by {sender}, was refused: {reason}. The rest was taken, "
            "and what was refused is kept. Keep the stick and tell the office above."
        ).format(author=name, sender=short_name(verified.sender.unit), reason=tr(REASONS[reason]))
    )
    if len(taken.refused) > MOST_KEPT:
        return
    table = tables.refusal
    came = verified.came.get(listed, listed)
    known = session.connection.execute(
        sa.select(table.c.id, table.c.reason).where(table.c.segment == came)
    ).first()
    if known is not None and known.reason != reason:
        session.connection.execute(sa.update(table).where(table.c.id == known.id).values(reason=reason))
    if known is None:
        session.connection.execute(
            sa.insert(table).values(
                segment=came,
                incarnation=header.incarnation if header else b"",
                unit=header.unit if header else "",
                reach=header.reach if header and header.reach in tuple(Reach) else "",
                n=header.n if header else 0,
                author=author.unit if author else "",
                sender=verified.sender.unit,
                reason=reason,
                at=instant_text(session.now()),
                kept_as="" if verified.rehearsed else keep_segment(store, packed),
                certificate=header.certificate if header else None,
                prev=header.prev if header else None,
            )
        )


def note_held(
    session: Session, store: Store, row: sa.Row[Any], raw: bytes, reason: str, *, rehearsed: bool = False
) -> None:
    """List a segment that was held and turns out to be no good: read after an update, or by a late roster."""
    session.connection.execute(
        sa.insert(tables.refusal).values(
            segment=row.hash,
            incarnation=row.incarnation,
            unit=row.unit,
            reach=row.reach,
            n=row.n,
            author=row.author,
            sender=row.author,
            reason=reason,
            at=instant_text(session.now()),
            kept_as="" if rehearsed else keep_segment(store, bundle.pack_segment(raw), always=True),
            certificate=row.certificate,
            prev=row.prev,
        )
    )


def take_back(session: Session, store: Store, listed: bytes) -> None:
    """What was refused for a cause that is gone (its author is known now) lies in quarantine no longer."""
    for (kept_as,) in session.run("DELETE FROM refusal WHERE segment = ? RETURNING kept_as", (listed,)):
        if kept_as:
            session.after_commit.append(partial(_discard, store.folder / FOLDER / kept_as))


def _discard(file: Path) -> None:
    file.unlink(missing_ok=True)


def keep_segment(store: Store, packed: bytes, *, always: bool = False) -> str:
    """Keep a refused segment, encrypted to this station: it may hold people's words.

    `always` is for what was in the log: it is kept whatever else fills the quarantine.
    """
    name = f"{hashlib.sha256(packed).hexdigest()[:32]}.segment.age"
    place = store.folder / FOLDER / name
    place.parent.mkdir(exist_ok=True)
    if place.exists():
        return name
    if not always and not _has_room(store, len(packed)):
        return ""
    files.write_whole(place, pyrage.encrypt(packed, [store.keys.age.to_public()]))
    return name


def kept(store: Store, name: str) -> bytes | None:
    """A refused segment as it came, if its file is still there."""
    try:
        return (
            pyrage.decrypt((store.folder / FOLDER / name).read_bytes(), store.keys.identities)
            if name
            else None
        )
    except (OSError, pyrage.DecryptError):
        return None


def keep_file(store: Store, copy: Path) -> None:
    """Move a hostile file aside under its content's hash: it is kept once, however often it comes."""
    try:
        place = store.folder / FOLDER / sticks.name_of(copy)
        if not place.exists() and _has_room(store, copy.stat().st_size):
            copy.replace(place)
    except OSError:
        LOG.warning("a refused file could not be kept")


def _has_room(store: Store, length: int) -> bool:
    folder = store.folder / FOLDER
    folder.mkdir(exist_ok=True)
    return sum(path.stat().st_size for path in folder.iterdir()) + length <= LARGEST_QUARANTINE
