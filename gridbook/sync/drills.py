"""When a stick or a PC is lost: what was on it, who is no longer believed, what lies in quarantine."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa

from gridbook.errors import NotAllowed, NotFound
from gridbook.i18n import N_, tr
from gridbook.records.base import Reach, UnitCode, instant_of
from gridbook.records.place import holds, short_name
from gridbook.store import audit, tables
from gridbook.store.book import Store
from gridbook.store.ops import decode, unpack
from gridbook.store.session import Session
from gridbook.sync import owed, receipt, stations, trust

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
    held = {unit: owed.held_by(session, unit) for unit in {row.peer for row in rows}}
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


class Standing(StrEnum):
    """How far a station is believed."""

    ADMITTED = "admitted"
    PROVISIONAL = "provisional"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


STANDING_NAMES = {
    Standing.ADMITTED: N_("Admitted"),
    Standing.PROVISIONAL: N_("Admitted by the office above it; not yet in the list of stations"),
    Standing.SUPERSEDED: N_("A newer PC was admitted since"),
    Standing.REVOKED: N_("Revoked"),
}


@dataclass(frozen=True, slots=True)
class Station:
    """A PC that was ever admitted: its office, its certificate with the digits, how far it is believed.

    `last_heard` is when something that it had signed of its own book came here; of this PC there is none.
    """

    unit: UnitCode
    name: str
    certificate: bytes
    digits: str
    since: datetime
    last_heard: datetime | None
    standing: Standing
    is_own: bool


def every_station(session: Session) -> Sequence[Station]:
    """Every station of which this book holds a certificate, office by office, the newest of each first."""
    now = stations.known(session)
    held = stations.roster(session, now.by_hash[now.root])
    listed = {its_hash for _, its_hash in held.stations} if held is not None else set()
    heard = _heard(session)
    newest = {unit: now.of_unit(unit) for unit in {one.unit for one in now.by_hash.values()}}

    def standing(one: trust.Certificate) -> Standing:
        if one.hash in now.revoked:
            return Standing.REVOKED
        if newest[one.unit] is not one:
            return Standing.SUPERSEDED
        return Standing.ADMITTED if one.hash in listed or one.hash == now.root else Standing.PROVISIONAL

    return [
        Station(
            one.unit,
            one.body.name,
            one.hash,
            trust.fingerprint(one.raw),
            _moment(one.body.issued_at),
            heard.get(one.hash),
            standing(one),
            one.hash == now.own.hash,
        )
        for one in sorted(now.by_hash.values(), key=lambda one: (one.unit, -one.body.issued_at, one.hash))
    ]


def _heard(session: Session) -> dict[bytes, datetime]:
    """When the newest receipt came that a station signed, by its certificate."""
    heard: dict[bytes, str] = {}
    table = tables.receipt
    for row in session.connection.execute(sa.select(table.c.body, table.c.came_at)):
        certificate = receipt.decode(bytes(row.body))[0].certificate
        heard[certificate] = max(heard.get(certificate, ""), row.came_at)
    return {certificate: instant_of(at) for certificate, at in heard.items()}


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(min(max(milliseconds // 1000, 0), 4_102_444_800), UTC)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What revoking a station would come to, before anybody confirms it.

    `elsewhere` says how many pieces of its work an office has told that it holds and this one does not:
    they would go to quarantine there, unless that office hands over first.
    """

    station: Station
    believed: int
    ops: int
    newest: datetime | None
    by_class: Mapping[str, int]
    elsewhere: Mapping[UnitCode, int]


def foresee(session: Session, unit: UnitCode) -> Foreseen:
    """What would stay believed of a unit's lost PC and what would not, if it were revoked now."""
    certificate = _lost_one(session, stations.known(session), unit)
    station = next(one for one in every_station(session) if one.certificate == certificate.hash)
    segments = [
        int(row[0])
        for row in session.run("SELECT id FROM segment WHERE certificate = ?", (certificate.hash,))
    ]
    by_class = _by_class(session, segments)
    return Foreseen(
        station,
        len(segments),
        sum(by_class.values()),
        _newest(session, segments),
        by_class,
        _beyond_ours(session, certificate),
    )


def _newest(session: Session, segments: Sequence[int]) -> datetime | None:
    """When the last of these segments was written, by its author's clock."""
    found = None
    for number in segments:
        for (body,) in session.run(
            "SELECT body FROM op WHERE segment = ? AND body IS NOT NULL ORDER BY pos DESC LIMIT 1", (number,)
        ):
            at = _moment(decode(unpack(bytes(body))).stamp)
            found = at if found is None else max(found, at)
    return found


def _beyond_ours(session: Session, certificate: trust.Certificate) -> dict[UnitCode, int]:
    lives = {
        bytes(row[0])
        for row in session.run(
            "SELECT DISTINCT line.incarnation FROM line JOIN segment ON segment.line = line.id "
            "WHERE segment.certificate = ?",
            (certificate.hash,),
        )
    }
    ours = {
        (bytes(row[0]), row[1], row[2]): int(row[3])
        for row in session.run(
            "SELECT line.incarnation, line.unit, line.reach, max(segment.n) "
            "FROM line JOIN segment ON segment.line = line.id "
            "WHERE line.author = ? GROUP BY line.incarnation, line.unit, line.reach",
            (certificate.unit,),
        )
    }
    found: dict[UnitCode, int] = {}
    table = tables.receipt
    for row in session.connection.execute(sa.select(table.c.body)):
        page, _ = receipt.decode(bytes(row.body))
        for line in page.lines:
            if line.incarnation in lives and holds(session.unit, page.unit, Reach(line.reach)):
                here = ours.get((line.incarnation, page.unit, str(line.reach)), 0)
                more = max((run.head_n - max(here, run.from_n - 1) for run in line.runs), default=0)
                if more > 0:
                    found[page.holder] = found.get(page.holder, 0) + more
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
    certificate = _lost_one(session, now, unit)
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


def _lost_one(session: Session, now: stations.Known, unit: UnitCode) -> trust.Certificate:
    """The station that is meant where a unit's PC was lost."""
    if unit == now.by_hash[now.root].unit:
        raise NotAllowed(
            tr("The subdistrict office itself is not revoked; every other station is believed through it."),
            kept=tr("Nothing was changed."),
            next=tr("Restore its newest backup on a new PC."),
        )
    every = [one for one in now.by_hash.values() if one.unit == unit]
    live = [one for one in every if one.hash not in now.revoked]
    # Where the new PC was admitted already, it is the one before it that was lost.
    certificate = min(live, key=lambda one: (one.body.issued_at, one.hash), default=None)
    if certificate is not None:
        return certificate
    if every:
        raise NotAllowed(
            tr("The station of {unit} is revoked already; that is never taken back.").format(
                unit=short_name(unit)
            ),
            kept=tr("Nothing was changed."),
            next=tr("Admit a new PC for it; it gets back what the offices hold."),
        )
    raise NotFound(
        tr("No station of {unit} was admitted yet.").format(unit=short_name(unit)),
        kept=tr("Nothing was changed."),
        next=tr("Check the code of the office."),
    )


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
