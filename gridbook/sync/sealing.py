"""Segments of this store's own: what was written since the last hand-over is closed and signed."""

import sqlalchemy as sa

from gridbook.records.base import Reach, UnitCode
from gridbook.store import tables
from gridbook.store.book import Store
from gridbook.store.ops import digest_of, digest_of_husk, unpack
from gridbook.store.session import Session
from gridbook.sync import segment, stations, trust


def seal(session: Session, store: Store) -> int:
    """Close what was written since the last hand-over into signed segments; returns how many."""
    own = stations.known(session).own
    line, log = tables.line, tables.op
    open_lines = session.connection.execute(
        sa.select(line.c.id, line.c.unit, line.c.reach).where(
            line.c.incarnation == session.incarnation,
            line.c.reach != str(Reach.HERE),
            sa.exists().where(log.c.line == line.c.id, log.c.segment.is_(None)),
        )
    ).all()
    return sum(_seal_line(session, store, own, row.id, row.unit, row.reach) for row in open_lines)


def _seal_line(
    session: Session, store: Store, own: trust.Certificate, line: int, unit: UnitCode, reach: str
) -> int:
    seg = tables.segment
    last = session.connection.execute(
        sa.select(seg.c.n, seg.c.hash).where(seg.c.line == line).order_by(seg.c.n.desc()).limit(1)
    ).first()
    n, prev = (last.n, bytes(last.hash)) if last else (0, None)
    made = 0
    while run := _unsealed(session, line):
        n += 1
        header = segment.header_bytes(
            segment.Header(
                segment.FORMAT,
                own.hash,
                session.incarnation,
                unit,
                reach,
                n,
                prev,
                len(run),
                segment.READER,
            )
        )
        its_hash = segment.hash_of(header, [digest for _, digest in run])
        number = session.connection.execute(
            sa.insert(seg)
            .values(
                line=line,
                n=n,
                hash=its_hash,
                prev=prev,
                count=len(run),
                min_reader=segment.READER,
                certificate=own.hash,
                signature=store.keys.sign.sign(segment.SIGNATURE_PREFIX + its_hash),
            )
            .returning(seg.c.id)
        ).scalar_one()
        last_of_run, _ = run[-1]
        session.run(
            "UPDATE op SET segment = ? WHERE line = ? AND segment IS NULL AND pos <= ?",
            (number, line, last_of_run),
        )
        prev = its_hash
        made += 1
    return made


def _unsealed(session: Session, line: int) -> list[tuple[int, bytes]]:
    """Place and digest of the next unsealed ops of a line, as many as one segment holds."""
    rows = session.run(
        "SELECT pos, body, husk FROM op WHERE line = ? AND segment IS NULL ORDER BY pos LIMIT ?",
        (line, segment.MOST_OPS),
    )
    run: list[tuple[int, bytes]] = []
    size = 0
    for pos, body, husk in rows:
        raw = None if body is None else unpack(body)
        size += len(husk) if raw is None else len(raw)
        if run and size > segment.MOST_BYTES:
            break
        run.append((pos, digest_of_husk(bytes(husk)) if raw is None else digest_of(raw)))
    return run


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
    ops = [
        segment.Bare(bytes(husk)) if body is None else unpack(body)
        for body, husk in session.run("SELECT body, husk FROM op WHERE segment = ? ORDER BY pos", (number,))
    ]
    return segment.encode(header, bytes(row.signature), ops)
