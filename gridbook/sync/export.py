"""Handing over: a bundle for each neighbour is written to the stick; nothing is ever marked as sent."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from gridbook.errors import NotFound
from gridbook.i18n import tr
from gridbook.records.base import Reach, UnitCode, instant_text
from gridbook.records.place import holds, is_within, level_of
from gridbook.store import audit, book, tables
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import bundle, owed, receipt, renewal, sealing, segment, stations, sticks, trust
from gridbook.sync.owed import Owed
from gridbook.sync.sealing import Fresh

RECEIPT_NUMBER = "receipt number"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A bundle that lies on the stick."""

    path: Path
    receiver: UnitCode
    segments: int
    ops: int
    bytes: int


def hand_over(store: Store, folder: Path, receiver: UnitCode | None = None) -> list[HandedOver]:
    """Write a bundle for each neighbour (or for one) to the stick; nothing is ever marked as sent.

    One's own unit can be named: two PCs of one image share by it what no neighbour holds.
    """
    sticks.check(folder)
    renewal.settle(store)
    fresh = store.write(sealing.seal, store, here=receiver == store.unit)
    store.write(_renew_roster, store)
    store.checkpoint()
    neighbours = store.read(stations.neighbours)
    if receiver is not None and receiver not in (*neighbours, store.unit):
        raise NotFound(
            tr("{unit} does not exchange sticks with this office.").format(unit=receiver),
            next=tr("Choose the office above or one right below."),
        )
    done: list[HandedOver] = []
    for unit in (receiver,) if receiver is not None else store.read(_admitted, neighbours):
        done.extend(_for(store, folder, unit, fresh))
    return done


def _admitted(session: Session, units: Sequence[UnitCode]) -> list[UnitCode]:
    """Those that can read a bundle: a unit whose lost PC was revoked has nobody yet to write to."""
    now = stations.known(session)
    return [unit for unit in units if now.of_unit(unit) is not None]


def _renew_roster(session: Session, store: Store) -> None:
    stations.renew_roster(session, store.keys.sign)


def _for(store: Store, folder: Path, unit: UnitCode, fresh: Fresh) -> list[HandedOver]:
    plan = store.read(owed.to, unit)
    made: list[HandedOver] = []
    for part in _parts(plan):
        needed = sum(plan.sizes[number] for number in part)
        sticks.room(folder, needed)
        made.append(_write_part(store, folder, unit, plan, part, fresh))
    store.write(_clear_old, folder, unit, [one.path.name for one in made])
    return made


def _parts(plan: Owed) -> Iterator[tuple[int, ...]]:
    part: list[int] = []
    size = 0
    for number in plan.segments:
        if part and size + plan.sizes[number] > sticks.LARGEST_PART:
            yield tuple(part)
            part, size = [], 0
        part.append(number)
        size += plan.sizes[number]
    yield tuple(part)


def _write_part(
    store: Store, folder: Path, unit: UnitCode, plan: Owed, part: tuple[int, ...], fresh: Fresh
) -> HandedOver:
    number = store.write(_next_receipt)
    store.set_mark()
    path, length = store.read(_write_file, store, folder, unit, number, plan, part, fresh)
    ops = store.read(_count_ops, part)
    store.write(_note_bundle, path.name, unit, ops, length, part)
    return HandedOver(path, unit, len(part), ops, length)


def _write_file(
    session: Session,
    store: Store,
    folder: Path,
    unit: UnitCode,
    number: int,
    plan: Owed,
    part: Sequence[int],
    fresh: Fresh,
) -> tuple[Path, int]:
    manifest = _manifest(session, store, unit, number, _hashes(session, part))
    packed = (fresh.get(one) or bundle.pack_segment(sealing.rebuilt(session, one)) for one in part)
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
        made_at=stations.moment(session),
        reads=segment.READER,
        practice=session.practice,
        roster=stations.roster_bytes(session),
        certificates=tuple(one.raw for one in stations.path_certificates(now, unit)),
        receipts=tuple(_receipts(session, store, now, unit, number)),
        segments=listed,
        further_rosters=stations.further_rosters(session),
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
    made_at = stations.moment(session)
    heads = receipt.heads_kept_from(session, unit) if is_within(session.unit, unit) else {}
    for page in receipt.pages(session, now.own.hash, number, made_at, units):
        kept = tuple(line for line in page.lines if holds(unit, page.unit, Reach(line.reach)))
        yield receipt.sign(store.keys.sign, page, kept, heads.get(page.unit, {}))
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
    audit.note(session, "export", name, unit)
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
    held = owed.held_by(session, unit)
    for row in session.connection.execute(
        sa.select(table).where(table.c.way == "out", table.c.peer == unit, table.c.name.not_in(fresh))
    ):
        if set(json.loads(row.note)) <= held:
            (folder / row.name).unlink(missing_ok=True)
