"""Looking for damage: the file, the log against its segments, and the rows against the log."""

import random
from collections.abc import Callable, Iterator, Sequence

import msgspec
import sqlalchemy as sa
import zstandard

from gridbook.i18n import tr
from gridbook.records.base import CLASSES
from gridbook.store import audit, engine, project, rebuild, tables
from gridbook.store.ops import decode, unpack
from gridbook.store.session import Session

SAMPLE = 200
PAGE = 5000


class OfRows(str):
    """A trouble of the tables alone: the log is sound, and making them again from it mends them."""


HashNow = Callable[[Session, int], bytes]
"""The hash of a segment, computed anew from its ops; given by `sync`, which knows how segments are hashed."""


def troubles(session: Session, *, deep: bool = False, hash_now: HashNow | None = None) -> Sequence[str]:
    """What is wrong with this book, in sentences; nothing when all is well."""
    found = [*_file(session, deep)]
    # Rows of a torn file would only say the same once more.
    if not found:
        found += _audit(session)
        if deep:
            torn = [*_log(session)]
            found += [*torn, *_segments(session, hash_now)]
            # What cannot be read cannot be folded either.
            found += [] if torn else _rows(session)
    return found


def _file(session: Session, deep: bool) -> Iterator[str]:
    for one in engine.file_troubles(session.connection, deep=deep):
        yield tr("The file of the book is damaged: {what}").format(what=one[:200])


def _audit(session: Session) -> Iterator[str]:
    if not audit.holds(session):
        yield tr("The audit log was changed outside the program.")


def _log(session: Session) -> Iterator[str]:
    log = tables.op
    found = session.connection.execute(
        sa.select(log.c.pos, log.c["class"], log.c.record, log.c.body).where(log.c.body.is_not(None))
    )
    for row in found:
        try:
            op = decode(unpack(bytes(row.body)))
            fits = tables.CLASS_NUMBERS.get(op.record_class) == row._mapping["class"]
            sound = fits and op.record == bytes(row.record)
        except (msgspec.DecodeError, ValueError, zstandard.ZstdError):
            sound = False
        if not sound:
            yield tr("Entry {n} of the log cannot be read.").format(n=row.pos)


def _segments(session: Session, hash_now: HashNow | None) -> Iterator[str]:
    if hash_now is None:
        return
    table = tables.segment
    for row in session.connection.execute(
        sa.select(table.c.id, table.c.hash, table.c.n).where(table.c.parked.is_(None))
    ).all():
        if hash_now(session, row.id) != bytes(row.hash):
            yield tr("Segment {n} of the log is not what its author signed.").format(n=row.id)


def _rows(session: Session) -> Iterator[OfRows]:
    """Folds records anew; the session is only read from, so what this writes is undone.

    Of the rows that are there a sample is folded; rows that are missing, or of which the log knows nothing,
    are looked for one and all.
    """
    chance = random.Random(session.standing.ops)
    for name in CLASSES:
        wrong = _missing(session, name) + _strangers(session, name)
        for unit, record in _some(session, name, chance):
            wrong += _differs(session, name, unit, record)
        for _ in range(wrong):
            yield OfRows(
                tr("A record of “{what}” does not agree with the log.").format(what=tr(CLASSES[name].label))
            )


def _some(session: Session, name: str, chance: random.Random) -> list[tuple[str, bytes]]:
    """A sample of the rows, each as likely as any other; millions of keys are never in memory at once."""
    kept: list[tuple[str, bytes]] = []
    page = f'SELECT unit, id FROM "{tables.table_name(name)}" WHERE id > ? ORDER BY id LIMIT {PAGE}'
    seen, after = 0, b""
    while rows := session.run(page, (after,)):
        for unit, record in rows:
            seen += 1
            at = seen - 1 if seen <= SAMPLE else chance.randrange(seen)
            if at < SAMPLE:
                kept[at : at + 1] = [(unit, bytes(record))]
        after = bytes(rows[-1][1])
    return kept


def _differs(session: Session, name: str, unit: str, record: bytes) -> bool:
    # Of what a neighbour was asked for the log is not whole, so nothing can be said about the row.
    if rebuild.not_whole(session, name, [record]) or not project.ops_of(session, name, unit, record):
        return False
    before = _row(session, name, unit, record)
    project.refold(session, name, unit, record)
    return _row(session, name, unit, record) != before


def _missing(session: Session, name: str) -> int:
    """How many records the log has bodies of, and ought to be shown, that have no row."""
    there = " AND ".join(
        f'EXISTS (SELECT 1 FROM "{table.name}" t WHERE t.id = op.record AND t.unit = line.unit)'
        for table in _shown_in(name)
    )
    rows = session.run(
        "SELECT DISTINCT line.unit, op.record FROM op JOIN line ON line.id = op.line "
        f'WHERE op."class" = ? AND op.body IS NOT NULL AND NOT ({there})',
        (tables.CLASS_NUMBERS[name],),
    )
    # Most of these were deleted, or wait for their first op; folding them tells.
    return sum(_differs(session, name, unit, bytes(record)) for unit, record in rows)


def _strangers(session: Session, name: str) -> int:
    """How many rows there are of which the log has no op."""
    ((count,),) = session.run(
        f'SELECT count(*) FROM "{tables.table_name(name)}" t WHERE NOT EXISTS '
        "(SELECT 1 FROM op JOIN line ON line.id = op.line "
        'WHERE op.record = t.id AND op."class" = ? AND line.unit = t.unit)',
        (tables.CLASS_NUMBERS[name],),
    )
    return int(count)


def _row(session: Session, name: str, unit: str, record: bytes) -> tuple[object, ...]:
    found: list[object] = []
    for table in _shown_in(name):
        row = session.connection.execute(
            sa.select(table).where(table.c.unit == unit, table.c.id == record)
        ).first()
        found.append(None if row is None else tuple(row))
    return tuple(found)


def _shown_in(name: str) -> list[sa.Table]:
    return [tables.RECORDS[name], *([tables.request_state] if name == "Request" else [])]
