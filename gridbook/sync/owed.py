"""What a neighbour is owed: everything it is entitled to, minus what its receipts say it holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from gridbook.errors import NotFound
from gridbook.i18n import tr
from gridbook.records.base import Reach, UnitCode, instant_of
from gridbook.records.place import holds
from gridbook.store import tables
from gridbook.store.bulk import parts
from gridbook.store.session import Session
from gridbook.sync import receipt, stations, trust
from gridbook.sync.receipt import Line, Page

SILENCE = timedelta(days=60)
"""An incarnation that was silent for so long beside an active sibling is retired until it is heard again."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What the next bundle for a neighbour has to carry."""

    certificate: trust.Certificate
    recipients: tuple[str, ...]
    segments: tuple[int, ...]
    sizes: dict[int, int]
    ops: int


def to(session: Session, unit: UnitCode) -> Owed:
    """The segments that the next bundle for a neighbour has to carry, and to whom it is sealed."""
    now = stations.known(session)
    certificate = now.of_unit(unit)
    if certificate is None:
        raise NotFound(
            tr("No station of {unit} was admitted yet.").format(unit=unit),
            next=tr("Admit it first, or take in the newest stick from the office above."),
        )
    missing: list[int] = []
    lines = receipt.lines_for(session, unit)
    held = held_by(session, unit, lines)
    refused = refused_by(session, unit)
    unreadable = _unreadable(session)
    for line in lines:
        if holds(unit, line.unit, Reach(line.reach)):
            missing.extend(
                one.id
                for one in line.segments
                if one.id not in held and one.hash not in refused and one.id not in unreadable
            )
    sizes = _sizes(session, missing)
    ops = session.connection.execute(
        sa.select(sa.func.coalesce(sa.func.sum(tables.segment.c.count), 0)).where(
            tables.segment.c.id.in_(missing)
        )
    ).scalar_one()
    # The other PC of a clone reads on until it is silent; so does one that has not had its welcome yet.
    readers = stations.in_use(session, now, unit)
    recipients = tuple(
        sorted({text for one in readers for text in (one.body.age_recipient, one.body.recovery_recipient)})
    )
    return Owed(certificate, recipients, tuple(missing), sizes, int(ops))


def waiting_for(session: Session, unit: UnitCode) -> int:
    """How many changes the next bundle for a neighbour would carry, sealed or not."""
    log, line = tables.op, tables.line
    unsealed = sa.select(line.c.unit, line.c.reach, sa.func.count().label("ops")).join(
        log, log.c.line == line.c.id
    )
    rows = session.connection.execute(
        unsealed.where(log.c.segment.is_(None)).group_by(line.c.unit, line.c.reach)
    )
    fresh = sum(row.ops for row in rows if holds(unit, row.unit, Reach(row.reach)))
    return int(to(session, unit).ops + fresh)


def held_by(session: Session, unit: UnitCode, known: Sequence[Line] | None = None) -> set[int]:
    """The ids of the segments that every live incarnation of a unit's station has receipted as whole."""
    by_incarnation = _live_pages(session, unit)
    if not by_incarnation:
        return set()
    lines: dict[tuple[bytes, UnitCode, str], list[Line]] = {}
    for line in receipt.lines_for(session, unit) if known is None else known:
        lines.setdefault((line.incarnation, line.unit, line.reach), []).append(line)
    # A cloned PC has two live incarnations; only what both hold is surely held.
    held = set.intersection(*(_covered(pages, lines) for pages in by_incarnation.values()))
    return held - _wanted(session, by_incarnation.values())


def refused_by(session: Session, unit: UnitCode) -> dict[bytes, str]:
    """What every live incarnation of a unit's station refused, and why: it is not sent while that stands."""
    each = [
        {one.segment: one.reason for page in pages for line in page.lines for one in line.refused}
        for pages in _live_pages(session, unit).values()
    ]
    if not each:
        return {}
    return {its_hash: why for its_hash, why in each[0].items() if all(its_hash in one for one in each)}


def _live_pages(session: Session, unit: UnitCode) -> dict[bytes, list[Page]]:
    """The receipts of a unit's station that count, by incarnation."""
    by_incarnation: dict[bytes, list[Page]] = {}
    heard: dict[bytes, str] = {}
    table = tables.receipt
    revoked = stations.known(session).revoked
    for row in session.connection.execute(sa.select(table).where(table.c.holder == unit)):
        page, _ = receipt.decode(bytes(row.body))
        if page.certificate in revoked:
            # What a lost PC said that it holds is lost with it.
            continue
        by_incarnation.setdefault(page.incarnation, []).append(page)
        heard[page.incarnation] = max(heard.get(page.incarnation, ""), row.came_at)
    live = [one for one in stations.live_incarnations(session, unit) if one in by_incarnation]
    if not live:
        return {}
    # A PC that was put away must not keep its sibling's receipts from counting for ever.
    newest = instant_of(max(heard[one] for one in live))
    return {one: by_incarnation[one] for one in live if newest - instant_of(heard[one]) <= SILENCE}


def _unreadable(session: Session) -> set[int]:
    """Segments of which an op was damaged on this disk: asked for, and not handed on till they come."""
    rows = session.run("SELECT DISTINCT segment FROM op WHERE gone = 'absent' AND length(husk) = 0")
    return {int(row[0]) for row in rows}


def _wanted(session: Session, pages: Iterable[Sequence[Page]]) -> set[int]:
    """Segments that a neighbour holds with bodies missing, and of which we can give all that may be kept."""
    asked = {its_hash for those in pages for page in those for line in page.lines for its_hash in line.wanted}
    found: set[int] = set()
    for part in parts(sorted(asked)):
        marks = ", ".join("?" * len(part))
        rows = session.run(
            f"SELECT id FROM segment WHERE hash IN ({marks}) AND id NOT IN "
            "(SELECT segment FROM op WHERE gone = 'absent' AND segment IS NOT NULL)",
            part,
        )
        found.update(int(row[0]) for row in rows)
    return found


def _covered(pages: Sequence[Page], lines: dict[tuple[bytes, UnitCode, str], list[Line]]) -> set[int]:
    found: set[int] = set()
    for page in pages:
        for held in page.lines:
            for line in lines.get((held.incarnation, page.unit, held.reach), ()):
                found |= receipt.covered(line, held)
    return found


def _sizes(session: Session, segments: Sequence[int]) -> dict[int, int]:
    log = tables.op
    found = dict.fromkeys(segments, 0)
    for start in range(0, len(segments), 500):
        part = segments[start : start + 500]
        rows = session.connection.execute(
            sa.select(log.c.segment, sa.func.sum(sa.func.length(log.c.body)) + 48 * sa.func.count())
            .where(log.c.segment.in_(part))
            .group_by(log.c.segment)
        )
        found.update({number: int(size or 0) for number, size in rows})
    return found
