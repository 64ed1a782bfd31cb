"""When a stick or a PC is lost: what was on it, who is no longer believed, what lies in quarantine."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from gridbook.errors import NotAllowed, NotFound
from gridbook.i18n import tr
from gridbook.records.base import UnitCode, instant_of
from gridbook.records.place import short_name
from gridbook.store import audit, tables
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import export, stations, trust

QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class OnStick:
    """A bundle of this office that lies on some stick: for whom, since when, and what it holds by class."""

    name: str
    receiver: UnitCode
    at: datetime
    ops: int
    by_class: Mapping[str, int]
    held: bool


def on_sticks(session: Session, most: int = 20) -> Sequence[OnStick]:
    """The newest bundles that were written, each with whether its receiver has receipted everything in it."""
    table = tables.bundle
    rows = session.connection.execute(
        sa.select(table).where(table.c.way == "out").order_by(table.c.id.desc()).limit(most)
    ).all()
    held = {unit: export.held_by(session, unit) for unit in {row.peer for row in rows}}
    return [
        OnStick(
            row.name,
            row.peer,
            instant_of(row.at),
            row.ops,
            _by_class(session, json.loads(row.note)),
            set(json.loads(row.note)) <= held[row.peer],
        )
        for row in rows
    ]


def _by_class(session: Session, segments: Sequence[int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number in segments:
        for class_number, count in session.run(
            'SELECT "class", count(*) FROM op WHERE segment = ? GROUP BY "class"', (number,)
        ):
            name = tables.CLASS_NAMES[class_number]
            found[name] = found.get(name, 0) + count
    return found


@dataclass(frozen=True, slots=True)
class Revoked:
    """A station that is no longer believed, and how many pieces of its work stay believed."""

    unit: UnitCode
    version: int
    heads: int


def revoke(session: Session, store: Store, unit: UnitCode, reason: str) -> Revoked:
    """At the subdistrict: believe a unit's present station no further than what is held of it here."""
    session.require_lead(tr("revoke a station"))
    if not trust.is_root(session.unit):
        raise NotAllowed(
            tr("Only the subdistrict revokes a station."),
            kept=tr("Nothing was changed."),
            next=tr("Telephone the subdistrict office; it needs the unit and the day of the loss."),
        )
    now = stations.known(session)
    live = [one for one in now.by_hash.values() if one.unit == unit and one.hash not in now.revoked]
    # Where the new PC was admitted already, it is the one before it that was lost.
    certificate = min(live, key=lambda one: (one.body.issued_at, one.hash), default=None)
    if certificate is None or certificate.hash == now.root:
        raise NotFound(
            tr("No station of {unit} was admitted yet.").format(unit=short_name(unit)),
            kept=tr("Nothing was changed."),
        )
    heads = _heads(session, certificate.hash)
    held = stations.roster(session, now.own)
    listed = held.stations if held is not None else ()
    body = trust.RosterBody(
        held.version + 1 if held is not None else 1,
        int(session.now().timestamp() * 1000),
        listed,
        (*(held.revoked if held is not None else ()), (certificate.hash, heads)),
    )
    stations.keep_roster(session, trust.sign_roster(store.keys.sign, body), now.own)
    audit.note(session, "revoke", unit, reason)
    return Revoked(unit, body.version, len(heads))


def _heads(session: Session, certificate: bytes) -> tuple[bytes, ...]:
    """The last segment of every chain that this station signed, in whatever life and stream."""
    rows = session.run("SELECT hash, prev FROM segment WHERE certificate = ?", (certificate,))
    followed = {bytes(prev) for _, prev in rows if prev is not None}
    return tuple(sorted(bytes(its_hash) for its_hash, _ in rows if bytes(its_hash) not in followed))


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Something that was refused and kept: a piece of work (with author and reason), or a whole file."""

    file: str
    bytes: int
    author: UnitCode
    sender: UnitCode
    reason: str
    at: datetime | None


def quarantined(store: Store) -> Sequence[Quarantined]:
    """What lies in the quarantine folder, newest first, and what was refused though it could not be kept."""
    folder = store.folder / QUARANTINE
    files = {path.name: path.stat().st_size for path in folder.glob("*")} if folder.is_dir() else {}
    pieces = [
        Quarantined(
            row.kept_as, files.pop(row.kept_as, 0), row.author, row.sender, row.reason, instant_of(row.at)
        )
        for row in store.read(_refused)
    ]
    return [*pieces, *(Quarantined(name, size, "", "", "", None) for name, size in sorted(files.items()))]


def _refused(session: Session) -> "Sequence[sa.Row[tuple[object, ...]]]":
    return session.connection.execute(sa.select(tables.refusal).order_by(tables.refusal.c.id.desc())).all()


def empty_quarantine(store: Store) -> int:
    """Delete what lies in the quarantine folder, after a person looked at it; returns how many files went."""
    store.write(_require_lead)
    folder = store.folder / QUARANTINE
    files: list[Path] = sorted(folder.glob("*")) if folder.is_dir() else []
    for path in files:
        path.unlink()
    store.write(_emptied, len(files))
    return len(files)


def _require_lead(session: Session) -> None:
    session.require_lead(tr("empty the quarantine folder"))


def _emptied(session: Session, files: int) -> None:
    session.connection.execute(sa.delete(tables.refusal))
    audit.note(session, "quarantine", "", str(files))
