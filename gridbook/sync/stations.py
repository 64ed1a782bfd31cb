"""The stations this book knows: certificates, the pinned root, the roster, incarnations of the neighbours."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gridbook.errors import NotJoined
from gridbook.i18n import tr
from gridbook.records.base import UnitCode, instant_text
from gridbook.records.place import chain_of, is_within, parent_of
from gridbook.store import book, tables
from gridbook.store.session import Session
from gridbook.sync import trust
from gridbook.sync.trust import Certificate

ROOT = "root certificate"
OWN = "own certificate"
MOST_LIVES = 500
"""So many incarnations of one office are believed to have been; a book in trouble has five."""


@dataclass(frozen=True, slots=True)
class Known:
    """Everything needed to believe or refuse what arrives."""

    root: bytes
    own: Certificate
    by_hash: dict[bytes, Certificate]
    revoked: dict[bytes, frozenset[bytes]]

    def of_unit(self, unit: UnitCode) -> Certificate | None:
        """The newest certificate of a unit that was not revoked."""
        live = [one for one in self.by_hash.values() if one.unit == unit and one.hash not in self.revoked]
        return max(live, key=lambda one: (one.body.issued_at, one.hash), default=None)


def known(session: Session) -> Known:
    """What this book knows of stations; refuses where this one was not admitted yet."""
    root, own = book.get(session, ROOT), book.get(session, OWN)
    certificates = {
        bytes(row.hash): trust.read_certificate(bytes(row.body))
        for row in session.connection.execute(sa.select(tables.station))
    }
    if root is None or own is None or own not in certificates:
        raise NotJoined(
            tr("This book has not joined an office yet."),
            kept=tr("Everything you wrote is kept."),
            next=tr("Ask the office above to admit this book, then take its answer in."),
        )
    return Known(root, certificates[own], certificates, _revoked(session, certificates[root]))


def joined(session: Session) -> bool:
    """Whether this station was admitted."""
    return book.get(session, OWN) is not None


def _revoked(session: Session, root: Certificate) -> dict[bytes, frozenset[bytes]]:
    # What was ever revoked stays so, also where the office that signs was put back to an older day.
    found: dict[bytes, frozenset[bytes]] = {}
    table = tables.roster
    for row in session.connection.execute(sa.select(table.c.body).order_by(table.c.version.desc())):
        for station, heads in trust.read_roster(bytes(row.body), root).revoked:
            found.setdefault(station, frozenset(heads))
    return found


def roster(session: Session, root: Certificate) -> trust.RosterBody | None:
    """The newest roster this book holds."""
    raw = roster_bytes(session)
    return None if not raw else trust.read_roster(raw, root)


def roster_bytes(session: Session) -> bytes:
    """The newest roster as it travels; empty when there is none."""
    table = tables.roster
    found = session.connection.execute(
        sa.select(table.c.body).order_by(table.c.version.desc()).limit(1)
    ).scalar()
    return bytes(found) if found is not None else b""


def keep_certificates(session: Session, certificates: Iterable[Certificate], standing: str) -> None:
    """Remember certificates to which a chain leads."""
    table = tables.station
    held = {bytes(row[0]) for row in session.connection.execute(sa.select(table.c.hash))}
    for one in certificates:
        if one.hash not in held:
            session.connection.execute(
                sa.insert(table).values(
                    hash=one.hash,
                    unit=one.unit,
                    body=one.raw,
                    standing=standing,
                    since=instant_text(session.now()),
                )
            )


def keep_roster(session: Session, raw: bytes, root: Certificate) -> str | None:
    """Keep a newer roster; returns a sentence when two rosters of one version differ."""
    body = trust.read_roster(raw, root)
    table = tables.roster
    held = session.connection.execute(sa.select(table).where(table.c.version == body.version)).first()
    if held is not None:
        if bytes(held.body) != raw:
            return tr("Two different rosters carry the number {n}; tell the subdistrict office.").format(
                n=body.version
            )
        return None
    newest = session.connection.execute(sa.select(sa.func.max(table.c.version))).scalar() or 0
    if body.version > newest:
        session.connection.execute(sa.insert(table).values(version=body.version, body=raw))
    return None


def renew_roster(session: Session, key: Ed25519PrivateKey) -> None:
    """At the root: list every admitted station in a new version when the list has changed."""
    if not trust.is_root(session.unit):
        return
    now = known(session)
    held = roster(session, now.own)
    stations = tuple(sorted((one.unit, one.hash) for one in now.by_hash.values()))
    if held is not None and held.stations == stations:
        return
    body = trust.RosterBody(
        held.version + 1 if held else 1,
        int(session.now().timestamp() * 1000),
        stations,
        held.revoked if held else (),
    )
    keep_roster(session, trust.sign_roster(key, body), now.own)


def make_root(session: Session, key: Ed25519PrivateKey, asked: trust.Asked) -> Certificate:
    """At the subdistrict: its own certificate, by which every other one is believed."""
    own = trust.issue(key, None, asked, int(session.now().timestamp() * 1000))
    keep_certificates(session, [own], "root")
    book.put(session, ROOT, own.hash)
    book.put(session, OWN, own.hash)
    renew_roster(session, key)
    return own


def neighbours(session: Session) -> tuple[UnitCode, ...]:
    """The units with which this one exchanges sticks: the office above and the admitted ones right below."""
    now = known(session)
    above = parent_of(session.unit)
    below = sorted({one.unit for one in now.by_hash.values() if parent_of(one.unit) == session.unit})
    return (*((above,) if above is not None else ()), *below)


def path_certificates(now: Known, unit: UnitCode) -> list[Certificate]:
    """The certificates a receiver may lack: its own chain and, going up, everybody below the sender."""
    return [
        one
        for one in now.by_hash.values()
        if is_within(one.unit, unit) or is_within(unit, one.unit) or is_within(one.unit, now.own.unit)
    ]


def lineage(
    session: Session, receiver: UnitCode = ""
) -> tuple[tuple[UnitCode, bytes, bytes | None, bool], ...]:
    """Incarnations of this station, those above it and the receiver: unit, id, parent, superseded."""
    table = tables.incarnation
    rows = session.connection.execute(
        sa.select(table)
        .where(table.c.unit.in_((*chain_of(session.unit), receiver)))
        .order_by(table.c.began_at, table.c.id)
    )
    return tuple(
        (row.unit, bytes(row.id), None if row.parent is None else bytes(row.parent), bool(row.superseded))
        for row in rows
    )


def keep_lineage(
    session: Session, sender: UnitCode, told: Iterable[tuple[UnitCode, bytes, bytes | None, bool]]
) -> None:
    """Remember the incarnations a neighbour tells of: its own, ours, and from above those above it."""
    table = tables.incarnation
    above = sender in chain_of(session.unit)
    rows = session.connection.execute(sa.select(table.c.unit, sa.func.count()).group_by(table.c.unit))
    counts = {row[0]: int(row[1]) for row in rows}
    for unit, its_id, parent, claimed in told:
        # An office below says nothing about the ones above us: it could void their receipts.
        if unit not in (sender, session.unit) and not (above and unit in chain_of(sender)):
            continue
        if len(its_id) != 16 or (parent is not None and len(parent) != 16):
            continue
        superseded = claimed and (above or unit == sender)
        held = session.connection.execute(sa.select(table).where(table.c.id == its_id)).first()
        if held is None and counts.get(unit, 0) >= MOST_LIVES:
            continue
        if held is None:
            counts[unit] = counts.get(unit, 0) + 1
            session.connection.execute(
                sa.insert(table).values(
                    id=its_id,
                    unit=unit,
                    parent=parent,
                    began_at=instant_text(session.now()),
                    why="told",
                    superseded=superseded,
                )
            )
        elif superseded and not held.superseded and held.unit == unit:
            session.connection.execute(sa.update(table).where(table.c.id == its_id).values(superseded=True))


def retire(session: Session, unit: UnitCode, incarnation: bytes) -> None:
    """A person says that a life of a unit's book is over: its data stays, its receipts count no more."""
    session.require_lead(tr("retire a book"))
    table = tables.incarnation
    session.connection.execute(
        sa.update(table).where(table.c.id == incarnation, table.c.unit == unit).values(superseded=True)
    )


def live_incarnations(session: Session, unit: UnitCode) -> tuple[bytes, ...]:
    """The leaves of a unit's lineage: usually one, several while a cloned PC is not yet found out."""
    table = tables.incarnation
    rows = session.connection.execute(sa.select(table).where(table.c.unit == unit)).all()
    parents = {bytes(row.parent) for row in rows if row.parent is not None}
    return tuple(sorted(bytes(row.id) for row in rows if bytes(row.id) not in parents and not row.superseded))


def encoded(asked: trust.Asked) -> bytes:
    """A join request as it is written to a stick."""
    return msgspec.msgpack.encode(asked)
