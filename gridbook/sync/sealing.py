"""Segments of this store's own: what was written since the last hand-over is closed and signed."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from gridbook.records.base import CLASSES, Reach, UnitCode
from gridbook.store import tables
from gridbook.store.book import Store
from gridbook.store.ops import unpack_all
from gridbook.store.session import Session
from gridbook.sync import bundle, segment, stations, trust
from gridbook.sync.segment import Bare

MOST_AT_HAND = 8 << 20
"""Bytes of packed segments that stay at hand between sealing and writing; more are built again."""
Fresh = dict[int, bytes]
"""Segments that were sealed a moment ago, by their number, packed as they lie in a bundle."""


def seal(session: Session, store: Store, *, here: bool = False) -> Fresh:
    """Close what was written since the last hand-over into signed segments; returns them packed.

    What never leaves this office is sealed only for another PC of it.
    """
    own = stations.known(session).own
    line, log = tables.line, tables.op
    open_lines = session.connection.execute(
        sa.select(line.c.id, line.c.unit, line.c.reach).where(
            line.c.incarnation == session.incarnation,
            sa.true() if here else line.c.reach != str(Reach.HERE),
            sa.exists().where(log.c.line == line.c.id, log.c.segment.is_(None)),
        )
    ).all()
    fresh: Fresh = {}
    for row in open_lines:
        # What an older program cannot read lies in pieces of its own, so that it reads all the rest.
        for part in _parts(row.id, row.unit, row.reach):
            _seal_line(session, store, own, part, fresh)
    return fresh


@dataclass(frozen=True, slots=True)
class _Part:
    """The ops of one line that a program needs one form to read, by a condition on their classes."""

    line: int
    unit: UnitCode
    reach: str
    form: int
    condition: str


def _parts(line: int, unit: UnitCode, reach: str) -> list[_Part]:
    """The parts of a line, the one that every program reads first."""
    newer: dict[int, list[str]] = {}
    for name, rule in CLASSES.items():
        if rule.form > 1 and rule.reach == reach:
            newer.setdefault(rule.form, []).append(str(tables.CLASS_NUMBERS[name]))
    every = ", ".join(number for numbers in newer.values() for number in numbers)
    first = _Part(line, unit, reach, 1, f'AND "class" NOT IN ({every})' if every else "")
    return [
        first,
        *(
            _Part(line, unit, reach, form, f'AND "class" IN ({", ".join(numbers)})')
            for form, numbers in sorted(newer.items())
        ),
    ]


def _seal_line(
    session: Session,
    store: Store,
    own: trust.Certificate,
    part: _Part,
    fresh: Fresh,
) -> None:
    seg = tables.segment
    last = session.connection.execute(
        sa.select(seg.c.n, seg.c.hash).where(seg.c.line == part.line).order_by(seg.c.n.desc()).limit(1)
    ).first()
    n, prev = (last.n, bytes(last.hash)) if last else (0, None)
    at_hand = sum(map(len, fresh.values()))
    while ops := _unsealed(session, part):
        n += 1
        header = segment.header_bytes(
            segment.Header(
                segment.FORMAT,
                own.hash,
                session.incarnation,
                part.unit,
                part.reach,
                n,
                prev,
                len(ops),
                part.form,
            )
        )
        raws = list(ops.values())
        its_hash = segment.hash_of(header, segment.digests_of(raws))
        signature = store.keys.sign.sign(segment.SIGNATURE_PREFIX + its_hash)
        number = session.connection.execute(
            sa.insert(seg)
            .values(
                line=part.line,
                n=n,
                hash=its_hash,
                prev=prev,
                count=len(ops),
                min_reader=part.form,
                certificate=own.hash,
                signature=signature,
            )
            .returning(seg.c.id)
        ).scalar_one()
        session.run(
            f"UPDATE op SET segment = ? WHERE line = ? AND segment IS NULL AND pos <= ? {part.condition}",
            (number, part.line, max(ops)),
        )
        prev = its_hash
        if at_hand < MOST_AT_HAND:
            # What was read for signing is not read a second time for writing.
            fresh[number] = bundle.pack_segment(segment.encode(header, signature, raws))
            at_hand += len(fresh[number])


def _unsealed(session: Session, part: _Part) -> dict[int, bytes | Bare]:
    """The next unsealed ops of a part by their places, as many as one segment holds."""
    rows = session.run(
        f"SELECT pos, body, husk FROM op WHERE line = ? AND segment IS NULL {part.condition} "
        "ORDER BY pos LIMIT ?",
        (part.line, segment.MOST_OPS),
    )
    found: dict[int, bytes | Bare] = {}
    size = 0
    for pos, one in zip((row[0] for row in rows), _carried([row[1:] for row in rows]), strict=True):
        size += len(one.husk) if isinstance(one, Bare) else len(one)
        if found and size > segment.MOST_BYTES:
            break
        found[pos] = one
    return found


def _carried(rows: Sequence[tuple[bytes | None, bytes | None]]) -> Sequence[bytes | Bare]:
    """The ops behind these bodies and husks as they travel."""
    bodies = [body for body, _ in rows if body is not None]
    whole = unpack_all(bodies)
    if len(whole) == len(rows):
        return whole
    rest = iter(whole)
    return [Bare(bytes(husk or b"")) if body is None else next(rest) for body, husk in rows]


def rebuilt(session: Session, number: int) -> bytes:
    """A segment as it is carried, before compression, built again from the op rows."""
    seg, line = tables.segment, tables.line
    row = session.connection.execute(
        sa.select(seg, line.c.incarnation, line.c.unit, line.c.reach)
        .join(line, line.c.id == seg.c.line)
        .where(seg.c.id == number)
    ).one()
    if row.parked is not None:
        return bytes(row.parked)
    header = segment.header_bytes(
        segment.Header(
            segment.FORMAT,
            bytes(row.certificate),
            bytes(row.incarnation),
            row.unit,
            row.reach,
            row.n,
            None if row.prev is None else bytes(row.prev),
            row._mapping["count"],
            row.min_reader,
        )
    )
    ops = _carried(session.run("SELECT body, husk FROM op WHERE segment = ? ORDER BY pos", (number,)))
    return segment.encode(header, bytes(row.signature), ops)
