"""Receipts: what a store durably holds, signed, one page per unit whose streams it covers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gridbook.records.base import UnitCode
from gridbook.store import tables
from gridbook.store.session import Session

PREFIX = b"gridbook receipt 1\0"
LARGEST = 1 << 20


class Run(msgspec.Struct, array_like=True, frozen=True):
    """A gap-free run of segments: the hash of the last one, its number and the number of the first."""

    head: bytes
    head_n: int
    from_n: int


class Refused(msgspec.Struct, array_like=True, frozen=True):
    """A segment that was not taken, and why."""

    segment: bytes
    n: int
    reason: str


class LineHeld(msgspec.Struct, array_like=True, frozen=True):
    """What is held of one line (incarnation, stream); `wanted` segments came with bodies missing."""

    incarnation: bytes
    reach: str
    runs: tuple[Run, ...]
    parked: tuple[bytes, ...]
    wanted: tuple[bytes, ...]
    refused: tuple[Refused, ...]


class Page(msgspec.Struct, array_like=True, frozen=True):
    """What a station holds of the streams of one unit; `seen` is the newest receipt it saw from that unit."""

    holder: UnitCode
    certificate: bytes
    incarnation: bytes
    number: int
    made_at: int
    unit: UnitCode
    lines: tuple[LineHeld, ...]
    seen: tuple[tuple[bytes, int], ...]


class Signed(msgspec.Struct, array_like=True, frozen=True):
    """A page with the signature of its holder."""

    page: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """What receipts and exports need to know of a segment."""

    id: int
    n: int
    hash: bytes
    prev: bytes | None
    parked: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its segments in the order of their numbers."""

    id: int
    incarnation: bytes
    author: UnitCode
    unit: UnitCode
    reach: str
    segments: tuple[SegmentRow, ...]


def lines(session: Session, units: Iterable[UnitCode] | None = None) -> list[Line]:
    """Every line of this store (of those units' streams) with its sealed segments."""
    line, seg = tables.line, tables.segment
    wanted = sa.select(line)
    if units is not None:
        wanted = wanted.where(line.c.unit.in_(list(units)))
    rows = session.connection.execute(wanted.order_by(line.c.id)).all()
    found: dict[int, list[SegmentRow]] = {row.id: [] for row in rows}
    held = sa.select(seg.c.id, seg.c.line, seg.c.n, seg.c.hash, seg.c.prev, seg.c.parked.is_not(None))
    for number, of_line, n, its_hash, prev, parked in session.connection.execute(
        held.where(seg.c.line.in_(found)).order_by(seg.c.line, seg.c.n)
    ):
        found[of_line].append(
            SegmentRow(number, n, bytes(its_hash), None if prev is None else bytes(prev), bool(parked))
        )
    return [
        Line(row.id, bytes(row.incarnation), row.author, row.unit, row.reach, tuple(found[row.id]))
        for row in rows
    ]


def runs_of(segments: Sequence[SegmentRow]) -> tuple[Run, ...]:
    """The gap-free runs that these segments of one line make, one for each branch's head."""
    by_hash = {one.hash: one for one in segments}
    followed = {one.prev for one in segments}
    runs = []
    for tip in segments:
        if tip.hash not in followed:
            first = tip
            while first.prev is not None and first.prev in by_hash:
                first = by_hash[first.prev]
            runs.append(Run(tip.hash, tip.n, first.n))
    return tuple(sorted(runs, key=lambda run: (run.head_n, run.head)))


def covered(line: Line, held: LineHeld) -> set[int]:
    """The ids of this line's segments that a receipt says are held; an unknown head proves nothing."""
    by_hash = {one.hash: one for one in line.segments}
    found: set[int] = set()
    for run in held.runs:
        one = by_hash.get(run.head)
        while one is not None and one.n >= run.from_n:
            found.add(one.id)
            one = by_hash.get(one.prev) if one.prev is not None else None
    return found


def pages(
    session: Session, certificate: bytes, number: int, made_at: int, units: Iterable[UnitCode]
) -> list[Page]:
    """One page for each of those units: what this store holds of its streams."""
    made = []
    everything = lines(session, units)
    refused = _refused(session)
    lacking = _lacking(session)
    for unit in units:
        held = tuple(
            LineHeld(
                line.incarnation,
                line.reach,
                runs_of(line.segments),
                tuple(one.hash for one in line.segments if one.parked),
                tuple(one.hash for one in line.segments if one.id in lacking),
                refused.pop((line.incarnation, unit, line.reach), ()),
            )
            for line in everything
            if line.unit == unit and (line.segments or (line.incarnation, unit, line.reach) in refused)
        )
        strangers = tuple(
            LineHeld(incarnation, reach, (), (), (), those)
            for (incarnation, of_unit, reach), those in refused.items()
            if of_unit == unit
        )
        made.append(
            Page(
                session.unit,
                certificate,
                session.incarnation,
                number,
                made_at,
                unit,
                (*held, *strangers),
                seen_of(session, unit),
            )
        )
    return made


def _lacking(session: Session) -> set[int]:
    log = tables.op
    rows = session.connection.execute(sa.select(log.c.segment).where(log.c.gone == "absent").distinct())
    return {row[0] for row in rows}


def _refused(session: Session) -> dict[tuple[bytes, UnitCode, str], tuple[Refused, ...]]:
    found: dict[tuple[bytes, UnitCode, str], tuple[Refused, ...]] = {}
    for row in session.connection.execute(sa.select(tables.refusal).order_by(tables.refusal.c.id)):
        key = (bytes(row.incarnation), row.unit, row.reach)
        one = Refused(bytes(row.segment), row.n, row.reason)
        if one not in found.get(key, ()):
            found[key] = (*found.get(key, ()), one)
    return found


def seen_of(session: Session, unit: UnitCode) -> tuple[tuple[bytes, int], ...]:
    """The newest receipt number seen from each incarnation of that unit's station."""
    table = tables.receipt
    rows = session.connection.execute(
        sa.select(table.c.incarnation, sa.func.max(table.c.number))
        .where(table.c.holder == unit)
        .group_by(table.c.incarnation)
    )
    return tuple(sorted((bytes(row[0]), int(row[1])) for row in rows))


def decode(signed: bytes) -> tuple[Page, Signed]:
    """The page behind its bytes; the signature is checked with the holder's certificate."""
    if len(signed) > LARGEST:
        raise ValueError("a receipt has at most 1 MiB")
    outer = msgspec.msgpack.decode(signed, type=Signed)
    return msgspec.msgpack.decode(outer.page, type=Page), outer


def sign(key: Ed25519PrivateKey, page: Page, kept: tuple[LineHeld, ...]) -> bytes:
    """A page, with only the lines its addressee may hold, as it travels."""
    body = msgspec.msgpack.encode(msgspec.structs.replace(page, lines=kept))
    return msgspec.msgpack.encode(Signed(body, key.sign(PREFIX + body)))
