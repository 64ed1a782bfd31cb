"""The state of the whole book: what is held where, named gaps, sticks under way, silent offices."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from gridbook.i18n import tr
from gridbook.records.base import Reach, UnitCode, instant_of
from gridbook.records.place import holds, level_of, parent_of, short_name
from gridbook.store import tables
from gridbook.store.fold import at
from gridbook.store.ops import decode, unpack
from gridbook.store.session import Session
from gridbook.sync import proved, stations
from gridbook.sync.where import AT_LEAST, ORDER, WHERE_NAMES, Where, at_home, of_record, of_segment

# The whole book and each of its records are looked up in one place.
__all__ = ["SILENT_AFTER", "WHERE_NAMES", "Gap", "Held", "Peer", "Stick", "Where", "held", "of_record"]

SILENT_AFTER = timedelta(days=7)
"""An office whose stick did not come for so long is named, so that somebody telephones."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A neighbouring office: when its last bundle came, when ours went, how much waits for it."""

    unit: UnitCode
    last_in: datetime | None
    last_out: datetime | None
    waiting: int
    silent: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Pieces of one office's work that are missing although a later one is here."""

    author: UnitCode
    first: int
    last: int
    later: int

    def sentence(self) -> str:
        """The gap by name."""
        unit = short_name(self.author)
        if self.first == self.last:
            said = tr("{unit}: piece {n} is missing, {later} is here")
            return said.format(unit=unit, n=self.last, later=self.later)
        return tr("{unit}: pieces {first} to {last} are missing, {later} is here").format(
            unit=unit, first=self.first, last=self.last, later=self.later
        )


@dataclass(frozen=True, slots=True)
class Stick:
    """What lies on sticks for an office and is not receipted whole yet; the newest bundle holds all of it."""

    name: str
    receiver: UnitCode
    since: datetime
    ops: int


MOST_STICKS = 200
"""So many of the newest bundles are looked at."""


@dataclass(frozen=True, slots=True)
class Held:
    """What this book's own work has come to, in ops, and what is not as it should be."""

    ops: Mapping[Where, int]
    held_once: int
    """So many ops no signed receipt of an office above proves to be anywhere but in this book."""
    unsent: int
    oldest_unsent: datetime | None
    waiting: int
    gaps: tuple[Gap, ...]
    warnings: tuple[str, ...]
    conflicts: int
    refused: int
    peers: tuple[Peer, ...]
    sticks: tuple[Stick, ...]
    on_stick_since: datetime | None = None
    """Since when the oldest of this office's own work is on a stick without a receipt."""

    @property
    def to_hand_over(self) -> int:
        """What lies on no stick yet; the next hand-over takes it along."""
        return self.ops[Where.HERE]

    @property
    def silent(self) -> tuple[Peer, ...]:
        """The neighbouring offices that have not handed in for too long."""
        return tuple(peer for peer in self.peers if peer.silent)

    @property
    def all_held(self) -> bool:
        """Whether everything that may travel is held by an office above, signed."""
        return self.ops[Where.HERE] == 0 and self.ops[Where.ON_STICK] == 0


def held(session: Session) -> Held:
    """Where everything written in this unit's own streams is."""
    joined = stations.joined(session)
    fresh, oldest = _unsealed(session)
    ops = dict.fromkeys(Where, 0)
    on_stick_since: datetime | None = None
    if joined:
        sealed, on_stick_since = proved.since_the_last_stick(session, "own ops", _sealed_ops)
        ops.update(sealed)
    unsent = ops[Where.ON_STICK] + ops[Where.HERE] if joined and parent_of(session.unit) is not None else 0
    ops[Where.HERE] += fresh
    # What has come no further than this office itself is held once.
    own = max(Where.ON_STICK, AT_LEAST[level_of(session.unit)], key=ORDER.__getitem__)
    return Held(
        ops=ops,
        held_once=sum(count for where, count in ops.items() if ORDER[where] <= ORDER[own]),
        unsent=fresh + unsent,
        oldest_unsent=oldest,
        waiting=_count_findings(session, "waiting"),
        gaps=proved.since_the_last_stick(session, "gaps", _gaps),
        warnings=_old_roster(session) if joined else (),
        conflicts=_count_findings(session, "conflict") + _count_findings(session, "late"),
        refused=int(
            session.connection.execute(
                sa.select(sa.func.count())
                .select_from(tables.refusal)
                .where(tables.refusal.c.emptied_at.is_(None))
            ).scalar_one()
        ),
        peers=tuple(_peers(session)) if joined else (),
        sticks=proved.since_the_last_stick(session, "sticks", _sticks) if joined else (),
        on_stick_since=on_stick_since,
    )


def _sealed_ops(session: Session) -> tuple[Mapping[Where, int], datetime | None]:
    counts, under_way = dict.fromkeys(Where, 0), []
    seg, line = tables.segment, tables.line
    above = proved.above(session)
    for row in session.connection.execute(
        sa.select(seg.c.id, seg.c["count"].label("ops"), seg.c.on_stick_at, line.c.reach)
        .join(line, line.c.id == seg.c.line)
        .where(line.c.author == session.unit, line.c.reach != str(Reach.HERE))
    ):
        where = at_home(session.unit, row.reach) or of_segment(row.id, row.on_stick_at, above)
        counts[where] += row.ops
        if where is Where.ON_STICK:
            under_way.append(row.on_stick_at)
    return counts, instant_of(min(under_way)) if under_way else None


def _unsealed(session: Session) -> tuple[int, datetime | None]:
    """How much of this office's own work was never sealed, and when the oldest of it was written."""
    log, line = tables.op, tables.line
    own = sa.select(line.c.id).where(line.c.reach != str(Reach.HERE), line.c.author == session.unit)
    count, oldest = session.connection.execute(
        sa.select(sa.func.count(), sa.func.min(log.c.pos)).where(log.c.line.in_(own), log.c.segment.is_(None))
    ).one()
    if not count:
        return 0, None
    body = session.connection.execute(sa.select(log.c.body).where(log.c.pos == oldest)).scalar()
    return int(count), None if body is None else at(decode(unpack(bytes(body))))


def _count_findings(session: Session, kind: str) -> int:
    found = tables.finding
    return int(
        session.connection.execute(
            sa.select(sa.func.count()).select_from(found).where(found.c.kind == kind)
        ).scalar_one()
    )


OLD_ROSTER = timedelta(days=180)
"""After so long somebody is told; nothing stops for it."""


def _old_roster(session: Session) -> tuple[str, ...]:
    made = proved.since_the_last_stick(session, "roster of", _roster_of)
    age = timedelta(0) if made is None else session.now() - made
    if age <= OLD_ROSTER:
        return ()
    return (
        tr("The list of stations is {n} days old; the next stick from the office above renews it.").format(
            n=age.days
        ),
    )


def _roster_of(session: Session) -> datetime | None:
    now = stations.known(session)
    body = stations.roster(session)
    # Who signs the list is not told that it is old.
    at_root = session.unit == now.by_hash[now.root].unit
    return None if body is None or at_root else datetime.fromtimestamp(body.made_at / 1000, UTC)


def _gaps(session: Session) -> tuple[Gap, ...]:
    """Pieces that are missing although later ones are here, by office and number."""
    rows = session.run(
        "SELECT line.author, segment.n, "
        "(SELECT max(one.n) FROM segment one WHERE one.line = segment.line AND one.n < segment.n) "
        "FROM segment JOIN line ON line.id = segment.line WHERE segment.n > 1 AND NOT EXISTS "
        "(SELECT 1 FROM segment one WHERE one.hash = segment.prev AND one.line = segment.line)"
    )
    found = {Gap(author, min((before or 0) + 1, n - 1), n - 1, n) for author, n, before in rows}
    return tuple(sorted(found, key=lambda gap: (gap.author, gap.later, gap.first)))


def _sticks(session: Session) -> tuple[Stick, ...]:
    """Of each office the newest bundle, with the day of the oldest that waits for its receipt."""
    table = tables.bundle
    rows = session.connection.execute(
        sa.select(table).where(table.c.way == "out").order_by(table.c.id.desc()).limit(MOST_STICKS)
    ).all()
    newest: dict[UnitCode, Stick] = {}
    for row in rows:
        if set(json.loads(row.note or "[]")) <= proved.held_by(session, row.peer):
            continue
        later = newest.get(row.peer)
        since = instant_of(row.at)
        newest[row.peer] = (
            Stick(row.name, row.peer, since, row.ops) if later is None else replace(later, since=since)
        )
    return tuple(sorted(newest.values(), key=lambda one: one.receiver))


def _peers(session: Session) -> list[Peer]:
    table = tables.bundle
    times: dict[tuple[str, str], str] = {
        (row.peer, row.way): row.at
        for row in session.connection.execute(
            sa.select(table.c.peer, table.c.way, sa.func.max(table.c.at).label("at")).group_by(
                table.c.peer, table.c.way
            )
        )
    }

    def at(unit: UnitCode, way: str) -> datetime | None:
        text = times.get((unit, way))
        return None if text is None else instant_of(text)

    now, admitted_ones = session.now(), proved.admitted(session)
    fresh = _fresh(session)

    def peer(unit: UnitCode) -> Peer:
        came = at(unit, "in")
        # Who has not been admitted yet cannot hand in.
        admitted = unit in admitted_ones
        return Peer(
            unit,
            came,
            at(unit, "out"),
            waiting=proved.owed_to(session, unit) + _for(unit, fresh) if admitted else 0,
            silent=admitted and (came is None or now - came >= SILENT_AFTER),
        )

    return [peer(unit) for unit in stations.neighbours(session)]


def _fresh(session: Session) -> list[tuple[UnitCode, str, int]]:
    """What was never sealed, by stream."""
    return [
        (unit, reach, int(count))
        for unit, reach, count in session.run(
            "SELECT line.unit, line.reach, count(*) FROM op JOIN line ON line.id = op.line "
            "WHERE op.segment IS NULL GROUP BY line.unit, line.reach"
        )
    ]


def _for(unit: UnitCode, fresh: list[tuple[UnitCode, str, int]]) -> int:
    return sum(count for of, reach, count in fresh if holds(unit, of, Reach(reach)))
