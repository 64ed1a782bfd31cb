"""Handing over: everything a neighbour is entitled to, minus what its receipts say it holds."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from gridbook.errors import NotFound
from gridbook.i18n import tr
from gridbook.records.base import Reach, UnitCode, instant_of, instant_text
from gridbook.records.place import holds, is_within, level_of
from gridbook.store import book, tables
from gridbook.store.book import Store
from gridbook.store.ops import digest_of, digest_of_husk, unpack
from gridbook.store.session import Session
from gridbook.sync import bundle, receipt, segment, stations, sticks, trust
from gridbook.sync.receipt import Line, Page

RECEIPT_NUMBER = "receipt number"
SILENCE = timedelta(days=60)
"""An incarnation that was silent for so long beside an active sibling is retired until it is heard again."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A bundle that lies on the stick."""

    path: Path
    receiver: UnitCode
    segments: int
    ops: int
    bytes: int


@dataclass(frozen=True, slots=True)
class _Plan:
    certificate: trust.Certificate
    recipients: tuple[str, ...]
    segments: tuple[int, ...]
    sizes: dict[int, int]
    ops: int


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


def hand_over(store: Store, folder: Path, receiver: UnitCode | None = None) -> list[HandedOver]:
    """Write a bundle for each neighbour (or for one) to the stick; nothing is ever marked as sent."""
    sticks.check(folder)
    store.write(seal, store)
    store.write(_renew_roster, store)
    store.checkpoint()
    neighbours = store.read(stations.neighbours)
    if receiver is not None and receiver not in neighbours:
        raise NotFound(
            tr("{unit} does not exchange sticks with this office.").format(unit=receiver),
            next=tr("Choose the office above or one right below."),
        )
    done: list[HandedOver] = []
    for unit in (receiver,) if receiver is not None else neighbours:
        done.extend(_for(store, folder, unit))
    return done


def _renew_roster(session: Session, store: Store) -> None:
    stations.renew_roster(session, store.keys.sign)


def _for(store: Store, folder: Path, unit: UnitCode) -> list[HandedOver]:
    plan = store.read(_plan, unit)
    made: list[HandedOver] = []
    for part in _parts(plan):
        needed = sum(plan.sizes[number] for number in part)
        sticks.room(folder, needed)
        made.append(_write_part(store, folder, unit, plan, part))
    store.write(_clear_old, folder, unit, [one.path.name for one in made])
    return made


def _plan(session: Session, unit: UnitCode) -> _Plan:
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
    wanted = _wanted_by(session, unit)
    unreadable = _unreadable(session)
    for line in lines:
        if holds(unit, line.unit, Reach(line.reach)):
            missing.extend(
                one.id
                for one in line.segments
                if (one.id not in held or one.hash in wanted) and one.id not in unreadable
            )
    sizes = _sizes(session, missing)
    ops = session.connection.execute(
        sa.select(sa.func.coalesce(sa.func.sum(tables.segment.c.count), 0)).where(
            tables.segment.c.id.in_(missing)
        )
    ).scalar_one()
    recipients = (certificate.body.age_recipient, certificate.body.recovery_recipient)
    return _Plan(certificate, recipients, tuple(missing), sizes, int(ops))


def _unreadable(session: Session) -> set[int]:
    """Segments of which an op was damaged on this disk: asked for, and not handed on till they come."""
    rows = session.run("SELECT DISTINCT segment FROM op WHERE gone = 'absent' AND length(husk) = 0")
    return {int(row[0]) for row in rows}


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
    return int(_plan(session, unit).ops + fresh)


def held_by(session: Session, unit: UnitCode, known: Sequence[Line] | None = None) -> set[int]:
    """The ids of the segments that every live incarnation of a unit's station has receipted."""
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
        return set()
    # A PC that was put away must not keep its sibling's receipts from counting for ever.
    newest = instant_of(max(heard[one] for one in live))
    live = [one for one in live if newest - instant_of(heard[one]) <= SILENCE]
    lines: dict[tuple[bytes, UnitCode, str], list[Line]] = {}
    for line in receipt.lines_for(session, unit) if known is None else known:
        lines.setdefault((line.incarnation, line.unit, line.reach), []).append(line)
    # A cloned PC has two live incarnations; only what both hold is surely held.
    return set.intersection(*(_covered(by_incarnation[one], lines) for one in live))


def _wanted_by(session: Session, unit: UnitCode) -> frozenset[bytes]:
    """The segments that a neighbour holds with bodies missing, and of which we have every body."""
    table, seg, log = tables.receipt, tables.segment, tables.op
    asked = {
        its_hash
        for row in session.connection.execute(sa.select(table.c.body).where(table.c.holder == unit))
        for line in receipt.decode(bytes(row.body))[0].lines
        for its_hash in line.wanted
    }
    return frozenset(
        its_hash
        for its_hash in asked
        if session.connection.execute(
            sa.select(seg.c.id).where(
                seg.c.hash == its_hash,
                ~sa.exists().where(log.c.segment == seg.c.id, log.c.body.is_(None)),
            )
        ).first()
    )


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


def _parts(plan: _Plan) -> Iterator[tuple[int, ...]]:
    part: list[int] = []
    size = 0
    for number in plan.segments:
        if part and size + plan.sizes[number] > sticks.LARGEST_PART:
            yield tuple(part)
            part, size = [], 0
        part.append(number)
        size += plan.sizes[number]
    yield tuple(part)


def _write_part(store: Store, folder: Path, unit: UnitCode, plan: _Plan, part: tuple[int, ...]) -> HandedOver:
    number = store.write(_next_receipt)
    store.set_mark()
    path, length = store.read(_write_file, store, folder, unit, number, plan, part)
    ops = store.read(_count_ops, part)
    store.write(_note_bundle, path.name, unit, ops, length, part)
    return HandedOver(path, unit, len(part), ops, length)


def _write_file(
    session: Session,
    store: Store,
    folder: Path,
    unit: UnitCode,
    number: int,
    plan: _Plan,
    part: Sequence[int],
) -> tuple[Path, int]:
    manifest = _manifest(session, store, unit, number, _hashes(session, part))
    packed = (bundle.pack_segment(rebuilt(session, one)) for one in part)
    return sticks.put(
        folder,
        bundle.ENDING,
        lambda file: bundle.write(file, plan.recipients, store.keys.sign, manifest, packed),
    )


def _hashes(session: Session, part: Sequence[int]) -> tuple[bytes, ...]:
    seg = tables.segment
    found: dict[int, bytes] = {}
    for start in range(0, len(part), 500):
        rows = session.connection.execute(
            sa.select(seg.c.id, seg.c.hash).where(seg.c.id.in_(part[start : start + 500]))
        )
        found.update({row.id: bytes(row.hash) for row in rows})
    return tuple(found[one] for one in part)


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


def _manifest(
    session: Session, store: Store, unit: UnitCode, number: int, listed: tuple[bytes, ...]
) -> bundle.Manifest:
    now = stations.known(session)
    return bundle.Manifest(
        suite=trust.SUITE,
        sender=now.own.hash,
        unit=session.unit,
        incarnation=session.incarnation,
        lineage=stations.lineage(session, unit),
        receiver=unit,
        made_at=max(int(session.now().timestamp() * 1000), session.standing.last_stamp),
        reads=segment.READER,
        practice=session.practice,
        roster=stations.roster_bytes(session),
        certificates=tuple(one.raw for one in stations.path_certificates(now, unit)),
        receipts=tuple(_receipts(session, store, now, unit, number)),
        segments=listed,
    )


def _receipts(
    session: Session, store: Store, now: stations.Known, unit: UnitCode, number: int
) -> Iterator[bytes]:
    """Our own pages about streams the receiver holds, and those of other holders that we pass on."""
    units = sorted(
        {unit, session.unit}
        # Also where nothing is held: what is not said any more would count for ever.
        | {one.unit for one in now.by_hash.values() if _concerns(one.unit, unit, session.unit)}
        | set(receipt.units_for(session, unit))
    )
    made_at = int(session.now().timestamp() * 1000)
    for page in receipt.pages(session, now.own.hash, number, made_at, units):
        kept = tuple(line for line in page.lines if holds(unit, page.unit, Reach(line.reach)))
        yield receipt.sign(store.keys.sign, page, kept)
    table = tables.receipt
    for row in session.connection.execute(sa.select(table).where(table.c.holder != unit)):
        passes_down = level_of(row.holder).height > level_of(unit).height
        if passes_down and row.unit in units and row.holder != session.unit:
            yield bytes(row.body)


def _concerns(unit: UnitCode, *offices: UnitCode) -> bool:
    return all(is_within(unit, office) or is_within(office, unit) for office in offices)


def _next_receipt(session: Session) -> int:
    number = int.from_bytes(book.get(session, RECEIPT_NUMBER) or b"", "big") + 1
    book.put(session, RECEIPT_NUMBER, number.to_bytes(8, "big"))
    return number


def _count_ops(session: Session, part: Sequence[int]) -> int:
    seg = tables.segment
    return int(
        session.connection.execute(
            sa.select(sa.func.coalesce(sa.func.sum(seg.c.count), 0)).where(seg.c.id.in_(part))
        ).scalar_one()
    )


def _note_bundle(
    session: Session, name: str, unit: UnitCode, ops: int, length: int, part: Sequence[int]
) -> None:
    at = instant_text(session.now())
    session.connection.execute(
        sa.insert(tables.bundle).values(
            name=name, way="out", peer=unit, at=at, ops=ops, bytes=length, note=json.dumps(list(part))
        )
    )
    seg = tables.segment
    for start in range(0, len(part), 500):
        session.connection.execute(
            sa.update(seg)
            .where(seg.c.id.in_(part[start : start + 500]), seg.c.on_stick_at.is_(None))
            .values(on_stick_at=at)
        )


def _clear_old(session: Session, folder: Path, unit: UnitCode, fresh: Sequence[str]) -> None:
    """Take our own bundles off the stick once the receiver has receipted everything in them."""
    table = tables.bundle
    held = held_by(session, unit)
    for row in session.connection.execute(
        sa.select(table).where(table.c.way == "out", table.c.peer == unit, table.c.name.not_in(fresh))
    ):
        if set(json.loads(row.note)) <= held:
            (folder / row.name).unlink(missing_ok=True)
