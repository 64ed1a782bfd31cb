"""When a stick or a PC is lost: what was on it, who is no longer believed, what lies in quarantine."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa

from gridbook.errors import NotAllowed, NotFound
from gridbook.i18n import N_, tr
from gridbook.records.base import Reach, UnitCode, instant_of, instant_text
from gridbook.records.place import chain_of, holds, is_within, short_name
from gridbook.store import audit, tables
from gridbook.store.book import Store
from gridbook.store.ops import decode, unpack
from gridbook.store.session import Session
from gridbook.sync import again, owed, quarantine, receipt, stations, trust
from gridbook.sync.incoming import Taken


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
    `in_use` says of a superseded one that it was heard of after the newer: one PC of a clone was renewed and
    the other was not, or the welcome was not taken in yet.
    """

    unit: UnitCode
    name: str
    certificate: bytes
    digits: str
    since: datetime
    last_heard: datetime | None
    standing: Standing
    is_own: bool
    in_use: bool


def every_station(session: Session) -> Sequence[Station]:
    """Every station of which this book holds a certificate, office by office, the newest of each first."""
    now = stations.known(session)
    held = stations.roster(session)
    listed = {its_hash for _, its_hash in held.stations} if held is not None else set()
    heard = _heard(session)
    in_use = {
        unit: stations.in_use(session, now, unit) for unit in {one.unit for one in now.by_hash.values()}
    }
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
            one in in_use[one.unit],
        )
        for one in sorted(now.by_hash.values(), key=lambda one: (one.unit, -one.body.issued_at, one.hash))
    ]


def _heard(session: Session) -> dict[bytes, datetime]:
    """When the newest receipt came that a station signed, by its certificate."""
    heard: dict[bytes, datetime] = {}
    for page, at in _pages(session):
        heard[page.certificate] = max(heard.get(page.certificate, at), at)
    return heard


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(min(max(milliseconds // 1000, 0), 4_102_444_800), UTC)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What revoking a station would come to, before anybody confirms it.

    `elsewhere` says how many pieces of its work an office has told that it holds and this one does not:
    they would go to quarantine there, unless that office hands over first. `told_at` is when each office
    between last told what it holds: what it took in since then would go to quarantine too.
    """

    station: Station
    believed: int
    ops: int
    newest: datetime | None
    by_class: Mapping[str, int]
    elsewhere: Mapping[UnitCode, int]
    told_at: Mapping[UnitCode, datetime | None]


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
        _told_at(session, unit),
    )


def _told_at(session: Session, unit: UnitCode) -> dict[UnitCode, datetime | None]:
    between = [one for one in chain_of(unit) if one not in (unit, session.unit)]
    told: dict[UnitCode, datetime | None] = dict.fromkeys(between)
    for page, at in _pages(session):
        if page.holder in told:
            told[page.holder] = max(told[page.holder] or at, at)
    return told


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
    for page, _ in _pages(session):
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
    heads = _heads(session, certificate)
    revoked = stations.revocations(session) | {(certificate.hash, frozenset(heads))}
    body = stations.sign_roster(session, store.keys.sign, revoked)
    again.judge(session, store, Taken(store.folder))
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


def _heads(session: Session, lost: trust.Certificate) -> tuple[bytes, ...]:
    """The last segment of every chain that this station signed, in whatever life and stream.

    Of what the subdistrict never holds, the communities have told the heads with their receipts.
    """
    rows = session.run("SELECT hash, prev FROM segment WHERE certificate = ?", (lost.hash,))
    followed = {bytes(prev) for _, prev in rows if prev is not None}
    heads = {bytes(its_hash) for its_hash, _ in rows} - followed
    for page, _ in _pages(session):
        # An office speaks for itself and for those below it.
        if is_within(lost.unit, page.holder):
            heads.update(*(those for certificate, those in page.heads if certificate == lost.hash))
    return tuple(sorted(heads))


def _pages(session: Session) -> Iterator[tuple[receipt.Page, datetime]]:
    """Every receipt that is held, with when it came."""
    table = tables.receipt
    for row in session.connection.execute(sa.select(table.c.body, table.c.came_at)).all():
        yield receipt.decode(bytes(row.body))[0], instant_of(row.came_at)


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
    folder = store.folder / quarantine.FOLDER
    files = {path.name: path.stat().st_size for path in folder.glob("*")} if folder.is_dir() else {}
    pieces = [
        Quarantined(
            row.kept_as, files.pop(row.kept_as, 0), row.author, row.sender, row.reason, instant_of(row.at)
        )
        for row in store.read(_refused)
    ]
    return [*pieces, *(Quarantined(name, size, "", "", "", None) for name, size in sorted(files.items()))]


def _refused(session: Session) -> "Sequence[sa.Row[tuple[object, ...]]]":
    table = tables.refusal
    return session.connection.execute(
        sa.select(table).where(table.c.emptied_at.is_(None)).order_by(table.c.id.desc())
    ).all()


@dataclass(frozen=True, slots=True)
class RefusedThere:
    """A piece that another office has refused and that is not sent there again while it says so."""

    holder: UnitCode
    author: UnitCode
    unit: UnitCode
    n: int
    reason: str


def refused_elsewhere(session: Session) -> Sequence[RefusedThere]:
    """What is held here and was refused by a neighbour, as its newest receipts say."""
    found: dict[tuple[UnitCode, bytes], RefusedThere] = {}
    for unit in stations.neighbours(session):
        for its_hash, reason in owed.refused_by(session, unit).items():
            for author, of_unit, n in session.run(
                "SELECT line.author, line.unit, segment.n FROM segment "
                "JOIN line ON line.id = segment.line WHERE segment.hash = ?",
                (its_hash,),
            ):
                found[(unit, its_hash)] = RefusedThere(unit, author, of_unit, n, reason)
    return list(found.values())


def empty_quarantine(store: Store) -> int:
    """Delete what lies in the quarantine folder, after a person looked at it; returns how many files went."""
    store.write(_require_lead)
    folder = store.folder / quarantine.FOLDER
    files: list[Path] = sorted(folder.glob("*")) if folder.is_dir() else []
    for path in files:
        path.unlink()
    store.write(_emptied, len(files))
    return len(files)


def _require_lead(session: Session) -> None:
    session.require_lead(tr("empty the quarantine folder"))


def _emptied(session: Session, files: int) -> None:
    # The refusals stay, or each of them would be sent again with the next stick.
    table = tables.refusal
    session.connection.execute(
        sa.update(table)
        .where(table.c.emptied_at.is_(None))
        .values(kept_as="", emptied_at=instant_text(session.now()))
    )
    audit.note(session, "quarantine", "", str(files))
