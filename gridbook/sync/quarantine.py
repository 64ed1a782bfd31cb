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

LOG = logging.getLogger(__name__)

REASONS = {
    judging.REVOKED: N_("its author's station was revoked before"),
    "malformed": N_("it cannot be read"),
    "unknown author": N_("its author is unknown"),
    "unknown reach": N_("it belongs to no known stream"),
    "altered": N_("it was altered on its way"),
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
    known = session.connection.execute(sa.select(table.c.id).where(table.c.segment == came)).first()
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
                kept_as="" if verified.rehearsed else _keep_segment(store, packed),
            )
        )


def note_parked(session: Session, store: Store, row: sa.Row[Any], reason: str) -> None:
    """List a segment that was parked unread and turns out, after an update, to be no good."""
    packed = bundle.pack_segment(bytes(row.parked))
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
            kept_as=_keep_segment(store, packed),
        )
    )


def take_back(session: Session, store: Store, listed: bytes) -> None:
    """What was refused for a cause that is gone (its author is known now) lies in quarantine no longer."""
    for (kept_as,) in session.run("DELETE FROM refusal WHERE segment = ? RETURNING kept_as", (listed,)):
        if kept_as:
            session.after_commit.append(partial(_discard, store.folder / "quarantine" / kept_as))


def _discard(file: Path) -> None:
    file.unlink(missing_ok=True)


def _keep_segment(store: Store, packed: bytes) -> str:
    """Keep a refused segment, encrypted to this station: it may hold people's words."""
    name = f"{hashlib.sha256(packed).hexdigest()[:32]}.segment.age"
    place = _place(store, name, len(packed))
    if place is None:
        return ""
    files.write_whole(place, pyrage.encrypt(packed, [store.keys.age.to_public()]))
    return name


def keep_file(store: Store, copy: Path) -> None:
    """Move a hostile file aside under its content's hash: it is kept once, however often it comes."""
    try:
        place = _place(store, sticks.name_of(copy), copy.stat().st_size)
        if place is not None:
            copy.replace(place)
    except OSError:
        LOG.warning("a refused file could not be kept")


def _place(store: Store, name: str, length: int) -> Path | None:
    """Where to keep it, or nothing when it is there already or the quarantine is full."""
    folder = store.folder / "quarantine"
    folder.mkdir(exist_ok=True)
    kept = {path.name: path.stat().st_size for path in folder.iterdir()}
    if name in kept or sum(kept.values()) + length > LARGEST_QUARANTINE:
        return None
    return folder / name
