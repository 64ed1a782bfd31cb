"""Receipts: what a store durably holds, signed, one page per unit whose streams it covers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Meta

from gridbook.records.base import Reach, UnitCode
from gridbook.records.place import holds, is_within
from gridbook.store import retention, tables
from gridbook.store.session import Session
from gridbook.sync import form
from gridbook.sync.form import Count, Hash, Life, Moment

PREFIX = b"gridbook receipt 1\0"
LARGEST = 1 << 20
ROOM_FOR_SIGNATURE = 128
MOST = 1000
"""Of runs, parked, wanted and refused segments a line names so many; what is not named is sent again."""

MOST_STATIONS, MOST_HEADS = 50, 200
"""So many stations may have written into the streams of one unit, and in so many lines each."""


class Run(msgspec.Struct, array_like=True, frozen=True):
    """A gap-free run of segments: the hash of the last one, its number and the number of the first."""

    head: Hash
    head_n: Count
    from_n: Count


class Refused(msgspec.Struct, array_like=True, frozen=True):
    """A segment that was not taken, and why."""

    segment: Hash
    n: Count
    reason: str


class LineHeld(msgspec.Struct, array_like=True, frozen=True):
    """What is held of one line (incarnation, stream); `wanted` segments came with bodies missing."""

    incarnation: Life
    reach: Reach
    runs: tuple[Run, ...]
    parked: tuple[Hash, ...]
    wanted: tuple[Hash, ...]
    refused: tuple[Refused, ...]


class Page(msgspec.Struct, array_like=True, frozen=True):
    """What a station holds of the streams of one unit; `seen` is the newest receipt it saw from that unit."""

    holder: UnitCode
    certificate: Hash
    incarnation: Life
    number: Count
    made_at: Moment
    unit: UnitCode
    lines: tuple[LineHeld, ...]
    seen: tuple[tuple[Life, Count], ...]
    heads: Annotated[tuple[tuple[Hash, tuple[Hash, ...]], ...], Meta(max_length=MOST_STATIONS)] = ()
    """To an office above: the last segments, by their author's certificate, of what it never holds itself.

    Hashes only, so that a revocation can name them; offices of the first form say nothing here.
    """


class Signed(msgspec.Struct, array_like=True, frozen=True):
    """A page with the signature of its holder."""

    page: bytes
    signature: bytes


_outers = msgspec.msgpack.Decoder(Signed)
_pages = msgspec.msgpack.Decoder(Page)


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


def units_for(session: Session, unit: UnitCode) -> list[UnitCode]:
    """The units of whose streams another one may hold something, among those this store has lines of."""
    found = session.connection.execute(sa.select(tables.line.c.unit).distinct())
    travels = [reach for reach in Reach if reach is not Reach.HERE]
    return [row[0] for row in found if any(holds(unit, row[0], reach) for reach in travels)]


def lines_for(session: Session, unit: UnitCode) -> list[Line]:
    """Every line of which that unit may hold something; years of all the others stay unread."""
    return lines(session, units_for(session, unit))


def runs_of(segments: Sequence[SegmentRow]) -> tuple[Run, ...]:
    """The gap-free runs that these segments of one line make, one for each branch's head."""
    by_hash = {one.hash: one for one in segments}
    followed = {one.prev for one in segments}
    starts: dict[bytes, int] = {}
    runs = []
    for tip in segments:
        if tip.hash not in followed:
            one, path = tip, [tip.hash]
            # A stretch that several branches share is walked once, or many branches would cost a square.
            while one.hash not in starts and one.prev is not None and one.prev in by_hash:
                one = by_hash[one.prev]
                path.append(one.hash)
            start = starts.get(one.hash, one.n)
            starts.update(dict.fromkeys(path, start))
            runs.append(Run(tip.hash, tip.n, start))
    return tuple(sorted(runs, key=lambda run: (run.head_n, run.head)))


def covered(line: Line, held: LineHeld) -> set[int]:
    """The ids of this line's segments that a receipt says are held; an unknown head proves nothing."""
    by_hash = {one.hash: one for one in line.segments}
    found: set[int] = set()
    # From the lowest start on: what was found before reaches at least as far down.
    for run in sorted(held.runs, key=lambda run: run.from_n):
        one = by_hash.get(run.head)
        while one is not None and one.n >= run.from_n and one.id not in found:
            found.add(one.id)
            one = by_hash.get(one.prev) if one.prev is not None else None
    return found


def pages(
    session: Session, certificate: bytes, number: int, made_at: int, units: Iterable[UnitCode]
) -> list[Page]:
    """One page for each of those units: what this store holds of its streams."""
    made = []
    everything = lines(session, units)
    lacking = _lacking(session)
    for unit in units:
        refused = _refused(session, unit)
        held = tuple(
            LineHeld(
                line.incarnation,
                Reach(line.reach),
                runs_of(line.segments)[-MOST:],
                tuple(one.hash for one in line.segments if one.parked)[-MOST:],
                tuple(one.hash for one in line.segments if one.id in lacking)[-MOST:],
                refused.pop((line.incarnation, Reach(line.reach)), ()),
            )
            for line in everything
            if line.unit == unit and (line.segments or (line.incarnation, Reach(line.reach)) in refused)
        )
        strangers = tuple(
            LineHeld(incarnation, reach, (), (), (), those) for (incarnation, reach), those in refused.items()
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


def heads_kept_from(session: Session, above: UnitCode) -> dict[UnitCode, dict[bytes, list[bytes]]]:
    """By unit and author's certificate, the last segments of the streams that an office above never holds."""
    found: dict[UnitCode, dict[bytes, list[bytes]]] = {}
    rows = session.run(
        "SELECT line.unit, line.reach, one.certificate, one.hash FROM segment AS one "
        "JOIN line ON line.id = one.line WHERE line.reach = ? AND NOT EXISTS (SELECT 1 "
        "FROM segment AS next WHERE next.line = one.line AND next.n = one.n + 1 "
        "AND next.prev = one.hash AND next.certificate = one.certificate) ORDER BY one.id",
        (str(Reach.COMMUNITY),),
    )
    for unit, reach, certificate, its_hash in rows:
        if not holds(above, unit, Reach(reach)):
            found.setdefault(unit, {}).setdefault(bytes(certificate), []).append(bytes(its_hash))
    return found


def _lacking(session: Session) -> set[int]:
    """Segments of which bodies are missing, but for those whose time would be over here as well."""
    first = retention.first_kept(session)
    rows = session.run("SELECT DISTINCT segment, \"class\", record FROM op WHERE gone = 'absent'")
    return {number for number, class_number, record in rows if bytes(record) >= first[class_number]}


def _refused(session: Session, unit: UnitCode) -> dict[tuple[bytes, Reach], tuple[Refused, ...]]:
    """What was refused of that unit's streams, and of what its station signed for whatever stream."""
    table = tables.refusal
    found: dict[tuple[bytes, Reach], dict[Refused, None]] = {}
    rows = session.connection.execute(
        sa.select(table)
        .where(sa.or_(table.c.unit == unit, table.c.author == unit), table.c.reach.in_([*Reach]))
        .order_by(table.c.id.desc())
        .limit(MOST)
    )
    for row in rows:
        key = (bytes(row.incarnation), Reach(row.reach))
        found.setdefault(key, {})[Refused(bytes(row.segment), row.n, row.reason)] = None
    return {key: tuple(those) for key, those in found.items()}


def seen_of(session: Session, unit: UnitCode) -> tuple[tuple[bytes, int], ...]:
    """The newest receipt number seen from each incarnation of that unit's station."""
    table = tables.receipt
    rows = session.connection.execute(
        sa.select(table.c.incarnation, sa.func.max(table.c.number))
        .where(table.c.holder == unit)
        .group_by(table.c.incarnation)
    )
    return tuple(sorted((bytes(row[0]), int(row[1])) for row in rows))


def is_credible(page: Page) -> bool:
    """Whether the page says that it holds only streams to which its holder is entitled."""
    related = is_within(page.unit, page.holder) or is_within(page.holder, page.unit)
    # What was refused may belong to any stream; that is often why.
    held = (one.reach for one in page.lines if one.runs)
    return related and form.is_code(page.unit) and all(holds(page.holder, page.unit, one) for one in held)


def decode(signed: bytes) -> tuple[Page, Signed]:
    """The page behind its bytes; the signature is checked with the holder's certificate."""
    if len(signed) > LARGEST:
        raise ValueError("a receipt has at most 1 MiB")
    outer = form.read(_outers, signed)
    return form.read(_pages, outer.page), outer


def sign(
    key: Ed25519PrivateKey,
    page: Page,
    kept: tuple[LineHeld, ...],
    heads: Mapping[bytes, Sequence[bytes]] = MappingProxyType({}),
) -> bytes:
    """A page, with only the lines its addressee may hold, as it travels."""
    named = tuple((certificate, tuple(those[-MOST_HEADS:])) for certificate, those in sorted(heads.items()))
    page = msgspec.structs.replace(page, heads=named[:MOST_STATIONS])
    body = msgspec.msgpack.encode(msgspec.structs.replace(page, lines=kept))
    while len(body) > LARGEST - ROOM_FOR_SIGNATURE:
        # Somebody made lines without end. What is not named is sent again; a page that is too long is lost.
        kept = kept[len(kept) // 4 + 1 :]
        body = msgspec.msgpack.encode(msgspec.structs.replace(page, lines=kept))
    return msgspec.msgpack.encode(Signed(body, key.sign(PREFIX + body)))
