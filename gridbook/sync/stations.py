"""The stations this book knows: certificates, the pinned root, the roster, incarnations of the neighbours."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gridbook.errors import NotJoined
from gridbook.i18n import tr
from gridbook.records.base import UnitCode, instant_text
from gridbook.records.place import chain_of, is_within, parent_of
from gridbook.store import book, log, tables
from gridbook.store.session import Session
from gridbook.sync import receipt, trust
from gridbook.sync.trust import Certificate

ROOT = "root certificate"
OWN = "own certificate"
_Rows = tuple[tuple[bytes, bytes], ...]
"""Certificates or rosters as they are held: hash and bytes of each."""
MOST_LIVES = 500
"""So many incarnations of one office are believed to have been; a book in trouble has five."""

MOST_IN_USE = 5
"""For so many PCs of one office a bundle is sealed; its header stays short."""


@dataclass(frozen=True, slots=True)
class Known:
    """Everything needed to believe or refuse what arrives."""

    own: Certificate
    by_hash: dict[bytes, Certificate]
    ground: trust.Ground

    @property
    def root(self) -> bytes:
        """The pinned root certificate."""
        return self.ground.root

    @property
    def revoked(self) -> trust.Revoked:
        """Revoked certificates and the heads that were named for each."""
        return self.ground.revoked

    def of_unit(self, unit: UnitCode) -> Certificate | None:
        """The newest certificate of a unit that was not revoked."""
        live = [one for one in self.by_hash.values() if one.unit == unit and one.hash not in self.revoked]
        return max(live, key=lambda one: (one.body.issued_at, one.hash), default=None)


def known(session: Session) -> Known:
    """What this book knows of stations; refuses where this one was not admitted yet."""
    root, own = book.get(session, ROOT), book.get(session, OWN)
    held = {bytes(row[0]): bytes(row[1]) for row in session.run("SELECT hash, body FROM station")}
    if root is None or own is None or own not in held:
        raise NotJoined(
            tr("This book has not joined an office yet."),
            kept=tr("Everything you wrote is kept."),
            next=tr("Ask the office above to admit this book, then take its answer in."),
        )
    return _known(root, own, tuple(held.items()), _roster_rows(session))


@lru_cache(maxsize=8)
def _known(
    root: bytes,
    own: bytes,
    stations: tuple[tuple[bytes, bytes], ...],
    rosters: tuple[tuple[bytes, bytes], ...],
) -> Known:
    """What these certificates and rosters come to; a day's bundle asks for it five times."""
    certificates = {its_hash: trust.read_certificate(body) for its_hash, body in stations}
    resting = _ground(root, [body for _, _, body in _sorted(rosters)])
    # One's own stays, or nobody could say what became of this book.
    believed = {one.hash: one for one in certificates.values() if one.hash == own or not resting.disowns(one)}
    return Known(certificates[own], believed, resting)


def joined(session: Session) -> bool:
    """Whether this station was admitted."""
    return book.get(session, OWN) is not None


def _roster_rows(session: Session) -> _Rows:
    return tuple((bytes(row[0]), bytes(row[1])) for row in session.run("SELECT hash, body FROM roster"))


def _rosters(session: Session) -> list[tuple[bytes, bytes, trust.RosterBody]]:
    """Every roster that is held, with its hash and its bytes: the newest first, of one number the fuller."""
    return _sorted(_roster_rows(session))


def _sorted(rows: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes, trust.RosterBody]]:
    held = [(its_hash, body, trust.kept_roster(body)) for its_hash, body in rows]
    return sorted(held, key=lambda one: (one[2].version, len(_says(one[2])), one[0]), reverse=True)


def revocations(session: Session) -> frozenset[trust.Revocation]:
    """What any roster that is held revokes: it stays revoked, whatever an older or a newer one says."""
    return frozenset().union(*(trust.revocations(body) for _, _, body in _rosters(session)))


def ground(session: Session, root: bytes, came: Iterable[trust.RosterBody] = ()) -> trust.Ground:
    """What belief rests on by every roster that is held, and by those that just came."""
    return _ground(root, [*(body for _, _, body in _rosters(session)), *came])


def _ground(root: bytes, rosters: Sequence[trust.RosterBody]) -> trust.Ground:
    revoked: dict[bytes, set[frozenset[bytes]]] = {}
    for certificate, heads in (one for body in rosters for one in trust.revocations(body)):
        revoked.setdefault(certificate, set()).add(heads)
    return trust.Ground(
        root,
        {certificate: frozenset(sets) for certificate, sets in revoked.items()},
        frozenset(its_hash for body in rosters for _, its_hash in body.stations),
    )


def roster(session: Session) -> trust.RosterBody | None:
    """The newest roster this book holds."""
    return next((body for _, _, body in _rosters(session)), None)


def roster_bytes(session: Session) -> bytes:
    """The newest roster as it travels; empty when there is none."""
    return next((raw for _, raw, _ in _rosters(session)), b"")


def further_rosters(session: Session) -> tuple[bytes, ...]:
    """Rosters beside the newest that say what it does not, until the root signs one that has all."""
    said: frozenset[object] = frozenset()
    further = []
    for n, (_, raw, body) in enumerate(_rosters(session)):
        more = _says(body) - said
        if n and more:
            further.append(raw)
        said |= more
    return tuple(further[: trust.MOST_ROSTERS])


def _says(body: trust.RosterBody) -> frozenset[object]:
    return frozenset[object](body.stations) | trust.revocations(body)


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
                    since=instant_text(log.sound_now(session)),
                )
            )


def keep_roster(session: Session, raw: bytes, root: Certificate) -> str | None:
    """Keep a roster that is newer or says more; returns a sentence where two cannot both be right."""
    body = trust.read_roster(raw, root)
    its_hash = hashlib.sha256(raw).digest()
    held = _rosters(session)
    if any(one == its_hash for one, _, _ in held):
        return None
    newest = held[0][2].version if held else 0
    twice = any(one.version == body.version for _, _, one in held)
    says = _says(body)
    said = frozenset[object]().union(*(_says(one) for _, _, one in held))
    if body.version < newest and not twice and says <= said:
        return None
    table = tables.roster
    session.connection.execute(sa.insert(table).values(hash=its_hash, version=body.version, body=raw))
    for one, _, older in held:
        # What a newer one says whole is not kept beside it.
        if older.version < body.version and _says(older) <= says:
            session.connection.execute(sa.delete(table).where(table.c.hash == one))
    if twice:
        return _signed_twice(session, body.version)
    older_said = (trust.revocations(one) for _, _, one in held if one.version < body.version)
    lacks = frozenset[trust.Revocation]().union(*older_said) - trust.revocations(body)
    forgotten = body.version < newest and not trust.revocations(body) <= said
    return _went_back(session, body.version) if lacks or forgotten else None


def _signed_twice(session: Session, version: int) -> str:
    if trust.is_root(session.unit):
        return tr(
            "This office has signed two different lists of stations with the number {n}: its book was put "
            "back to an older day. Hand over soon; the next list has what both of them say."
        ).format(n=version)
    return tr("Two different rosters carry the number {n}; tell the subdistrict office.").format(n=version)


def _went_back(session: Session, version: int) -> str:
    return tr(
        "The list of stations number {n} and another one do not name the same revoked stations. "
        "What either of them revokes stays revoked; tell the subdistrict office."
    ).format(n=version)


def renew_roster(session: Session, key: Ed25519PrivateKey) -> None:
    """At the root: sign a new version when the stations or what is revoked have changed."""
    if not trust.is_root(session.unit):
        return
    held = roster(session)
    everything = revocations(session)
    if held is None or frozenset(held.stations) != _to_list(session) or trust.revocations(held) != everything:
        sign_roster(session, key, everything)


def _to_list(session: Session) -> frozenset[tuple[UnitCode, bytes]]:
    """Every station that is believed or was ever listed."""
    now = {(one.unit, one.hash) for one in known(session).by_hash.values()}
    return frozenset(now.union(*(body.stations for _, _, body in _rosters(session))))


def sign_roster(
    session: Session, key: Ed25519PrivateKey, revoked: Iterable[trust.Revocation]
) -> trust.RosterBody:
    """At the root: the next version of the roster, with every station and these revocations."""
    held = roster(session)
    body = trust.RosterBody(
        held.version + 1 if held is not None else 1,
        moment(session),
        tuple(sorted(_to_list(session))),
        tuple(sorted((certificate, tuple(sorted(heads))) for certificate, heads in revoked)),
    )
    keep_roster(session, trust.sign_roster(key, body), known(session).own)
    return body


def moment(session: Session) -> int:
    """The present moment for what is signed: never from a clock that is known to be wrong."""
    return int(log.sound_now(session).timestamp() * 1000)


def issue(
    session: Session, key: Ed25519PrivateKey, issuer: Certificate | None, asked: trust.Asked
) -> Certificate:
    """A certificate for the asking station, later than every one its unit had before."""
    rows = session.connection.execute(
        sa.select(tables.station.c.body).where(tables.station.c.unit == asked.unit)
    )
    before = max((trust.read_certificate(bytes(row.body)).body.issued_at for row in rows), default=0)
    return trust.issue(key, issuer, asked, max(moment(session), before + 1))


def make_root(session: Session, key: Ed25519PrivateKey, asked: trust.Asked) -> Certificate:
    """At the subdistrict: its own certificate, by which every other one is believed."""
    own = issue(session, key, None, asked)
    keep_certificates(session, [own], "root")
    book.put(session, ROOT, own.hash)
    book.put(session, OWN, own.hash)
    renew_roster(session, key)
    return own


def disowned(session: Session, now: Known) -> list[bytes]:
    """Certificates that are held and not believed: their issuer was revoked before a roster listed them."""
    rows = session.connection.execute(sa.select(tables.station.c.hash))
    return [bytes(row.hash) for row in rows if bytes(row.hash) not in now.by_hash]


def unit_of(session: Session, certificate: bytes) -> UnitCode:
    """The unit of a certificate that is held, believed or not."""
    table = tables.station
    return str(
        session.connection.execute(sa.select(table.c.unit).where(table.c.hash == certificate)).scalar_one()
    )


def signing_keys(session: Session) -> frozenset[bytes]:
    """The keys for which this unit was ever given a certificate, as far as this book knows."""
    rows = session.connection.execute(
        sa.select(tables.station.c.body).where(tables.station.c.unit == session.unit)
    )
    return frozenset(trust.read_certificate(bytes(row.body)).body.sign_key for row in rows)


def in_use(session: Session, now: Known, unit: UnitCode) -> list[Certificate]:
    """The certificates by which a unit's PCs can read: the newest, and older ones heard of since it came."""
    newest = now.of_unit(unit)
    if newest is None:
        return []
    since = session.connection.execute(
        sa.select(tables.station.c.since).where(tables.station.c.hash == newest.hash)
    ).scalar_one()
    table = tables.receipt
    heard = {
        receipt.decode(bytes(body))[0].certificate
        for (body,) in session.connection.execute(
            sa.select(table.c.body).where(table.c.holder == unit, table.c.came_at > since)
        )
    }
    live = [one for one in now.by_hash.values() if one.unit == unit and one.hash not in now.revoked]
    read = [one for one in live if one is newest or one.hash in heard]
    return sorted(read, key=lambda one: (-one.body.issued_at, one.hash))[:MOST_IN_USE]


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
