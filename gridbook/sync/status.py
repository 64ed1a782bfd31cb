"""Where the work is: here, on a stick, at the community, at the subdistrict; gaps and silence by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from gridbook.i18n import N_, tr
from gridbook.records.base import Reach, RecordId, UnitCode, instant_of
from gridbook.records.place import Level, chain_of, level_of, parent_of, short_name
from gridbook.store import tables
from gridbook.store.session import Session
from gridbook.sync import owed, receipt, stations


class Where(StrEnum):
    """How far a piece of work is known to have come."""

    HERE = "here"
    ON_STICK = "on a stick"
    COMMUNITY = "at the community"
    SUBDISTRICT = "at the subdistrict"


WHERE_NAMES = {
    Where.HERE: N_("Written here"),
    Where.ON_STICK: N_("On a stick"),
    Where.COMMUNITY: N_("Held at the community"),
    Where.SUBDISTRICT: N_("Held at the subdistrict"),
}


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
class Held:
    """What this book's own work has come to, in ops, and what is not as it should be."""

    ops: Mapping[Where, int]
    held_once: int
    """So many ops no signed receipt of an office above proves to be anywhere but in this book."""
    unsent: int
    oldest_unsent: datetime | None
    waiting: int
    gaps: tuple[str, ...]
    conflicts: int
    refused: int
    peers: tuple[Peer, ...]

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
    ops = _ops(session, joined)
    order = list(Where)
    # What has come no further than this office itself is held once.
    own = max(Where.ON_STICK, _LEAST[level_of(session.unit)], key=order.index)
    return Held(
        ops=ops,
        held_once=sum(count for where, count in ops.items() if order.index(where) <= order.index(own)),
        unsent=_unsealed(session)[0] + _unacknowledged(session, joined),
        oldest_unsent=_unsealed(session)[1],
        waiting=_count_findings(session, "waiting"),
        gaps=tuple(_gaps(session)),
        conflicts=_count_findings(session, "conflict") + _count_findings(session, "late"),
        refused=int(
            session.connection.execute(sa.select(sa.func.count()).select_from(tables.refusal)).scalar_one()
        ),
        peers=tuple(_peers(session)) if joined else (),
    )


def _holders(session: Session) -> dict[Level, set[int]]:
    return {
        level_of(unit): owed.held_by(session, unit) for unit in chain_of(session.unit) if unit != session.unit
    }


def _ops(session: Session, joined: bool) -> dict[Where, int]:
    counts = dict.fromkeys(Where, 0)
    counts[Where.HERE] = _unsealed(session)[0]
    if not joined:
        return counts
    seg, line = tables.segment, tables.line
    above = _holders(session)
    for row in session.connection.execute(
        sa.select(seg.c.id, seg.c["count"].label("ops"), seg.c.on_stick_at, line.c.reach)
        .join(line, line.c.id == seg.c.line)
        .where(line.c.author == session.unit)
    ):
        home = _home(session.unit, row.reach)
        counts[home or _where(row.id, row.on_stick_at, above)] += row.ops
    return counts


def _home(unit: UnitCode, reach: str) -> Where | None:
    """Where an office's own sealed work is when no office above it is entitled to it."""
    level = level_of(unit)
    if level is Level.SUBDISTRICT:
        return Where.SUBDISTRICT
    return Where.COMMUNITY if level is Level.COMMUNITY and reach == Reach.COMMUNITY else None


def _where(segment: int, on_stick_at: str | None, above: Mapping[Level, set[int]]) -> Where:
    if segment in above.get(Level.SUBDISTRICT, ()):
        return Where.SUBDISTRICT
    if segment in above.get(Level.COMMUNITY, ()):
        return Where.COMMUNITY
    return Where.ON_STICK if on_stick_at else Where.HERE


def _unsealed(session: Session) -> tuple[int, datetime | None]:
    log, line = tables.op, tables.line
    count, oldest = session.connection.execute(
        sa.select(sa.func.count(), sa.func.min(log.c.pos))
        .select_from(log.join(line, line.c.id == log.c.line))
        .where(log.c.segment.is_(None), line.c.reach != str(Reach.HERE), line.c.author == session.unit)
    ).one()
    if not count:
        return 0, None
    from_op = session.connection.execute(sa.select(log.c.record).where(log.c.pos == oldest)).scalar_one()
    return int(count), _written_at(bytes(from_op))


def _written_at(record: RecordId) -> datetime:
    return datetime.fromtimestamp(int.from_bytes(record[:6], "big") / 1000, tz=instant_of(_ZERO).tzinfo)


_ZERO = "1970-01-01T00:00:00Z"


def _unacknowledged(session: Session, joined: bool) -> int:
    if not joined or parent_of(session.unit) is None:
        return 0
    ops = _ops(session, joined)
    return ops[Where.ON_STICK] + ops[Where.HERE] - _unsealed(session)[0]


def _count_findings(session: Session, kind: str) -> int:
    found = tables.finding
    return int(
        session.connection.execute(
            sa.select(sa.func.count()).select_from(found).where(found.c.kind == kind)
        ).scalar_one()
    )


OLD_ROSTER = timedelta(days=180)
"""After so long somebody is told; nothing stops for it."""


def _old_roster(session: Session) -> list[str]:
    if not stations.joined(session):
        return []
    now = stations.known(session)
    body = stations.roster(session, now.by_hash[now.root])
    age = timedelta(0) if body is None else session.now() - datetime.fromtimestamp(body.made_at / 1000, UTC)
    if age <= OLD_ROSTER or session.unit == now.by_hash[now.root].unit:
        return []
    return [
        tr("The list of stations is {n} days old; the next stick from the office above renews it.").format(
            n=age.days
        )
    ]


def _gaps(session: Session) -> list[str]:
    """Pieces that are missing although later ones are here, each in one phrase."""
    sentences = _old_roster(session)
    for line in receipt.lines(session):
        for run in receipt.runs_of(line.segments):
            if run.from_n > 1:
                sentences.append(
                    tr("{unit}: piece {n} is missing, {later} is here").format(
                        unit=short_name(line.author), n=run.from_n - 1, later=run.from_n
                    )
                )
    return sorted(set(sentences))


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

    now, known = session.now(), stations.known(session)

    def peer(unit: UnitCode) -> Peer:
        came = at(unit, "in")
        # Who has not been admitted yet cannot hand in.
        admitted = known.of_unit(unit) is not None
        return Peer(
            unit,
            came,
            at(unit, "out"),
            waiting=owed.waiting_for(session, unit) if admitted else 0,
            silent=admitted and (came is None or now - came >= SILENT_AFTER),
        )

    return [peer(unit) for unit in stations.neighbours(session)]


def of_record(session: Session, class_name: str, unit: UnitCode, record: RecordId) -> Where:
    """How far the newest of a record's ops is known to have come."""
    log, line, seg = tables.op, tables.line, tables.segment
    rows = session.connection.execute(
        sa.select(log.c.segment, seg.c.on_stick_at, line.c.reach, line.c.author)
        .join(line, line.c.id == log.c.line)
        .outerjoin(seg, seg.c.id == log.c.segment)
        .where(
            log.c.record == record,
            log.c["class"] == tables.CLASS_NUMBERS[class_name],
            line.c.unit == unit,
        )
    ).all()
    if not rows or any(row.segment is None for row in rows):
        return Where.HERE
    above = _holders(session)
    order = list(Where)
    places = [_where(row.segment, row.on_stick_at, above) for row in rows]
    # What another office wrote, or what stops at this one, is held here at the least.
    least = _LEAST[level_of(session.unit)]
    places = [
        max(place, least, key=order.index)
        if row.author != session.unit or _home(session.unit, row.reach) is not None
        else place
        for row, place in zip(rows, places, strict=True)
    ]
    return min(places, key=order.index)


_LEAST = {Level.GRID: Where.HERE, Level.COMMUNITY: Where.COMMUNITY, Level.SUBDISTRICT: Where.SUBDISTRICT}
