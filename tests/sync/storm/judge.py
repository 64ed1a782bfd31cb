"""What must hold when the faults have stopped and three full rounds have passed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from gridbook.records.base import CLASSES, Reach, instant_of
from gridbook.records.place import chain_of, holds, parent_of
from gridbook.store import digest, life, tables
from gridbook.store.session import Session
from gridbook.sync import owed, stations
from tests.sync.storm.station import NEWEST, Machine, Piece, Stream, pieces
from tests.sync.storm.world import UNITS, World, Wrong

ROUNDS = 3


@dataclass(frozen=True)
class Stop:
    """Every op that anybody had when the faults stopped, and the machines that had its body."""

    ops: dict[bytes, Stream]
    bodies: dict[bytes, list[Machine]]
    segments: dict[bytes, frozenset[bytes]]
    """The segments in which each op lay anywhere; none of them where it was not sealed yet."""


def stop(world: World) -> Stop:
    """Clocks are set right, sticks still under way are lost; note what is left."""
    world.sticks.clear()
    ops: dict[bytes, Stream] = {}
    bodies: dict[bytes, list[Machine]] = defaultdict(list)
    segments: dict[bytes, set[bytes]] = defaultdict(set)
    for machine in world.machines:
        machine.clock.offset = timedelta()
        machine.obeyed.clear()
        _asked_for_the_day(machine)
        for one in machine.store.read(pieces):
            ops[one.digest] = one.stream
            segments[one.digest].add(one.segment)
            if one.gone in ("", "parked"):
                bodies[one.digest].append(machine)
    world.strangers_join_again()
    return Stop(ops, dict(bodies), {op: frozenset(those) for op, those in segments.items()})


def _asked_for_the_day(machine: Machine) -> None:
    """People are asked where a clock is in doubt; else offices idle for 400 days would stand still."""
    if machine.store.read(life.wrong_clock):
        machine.store.write(lambda session: life.confirm_day(session, session.today))


def put_away(world: World) -> set[bytes]:
    """Segments of revoked PCs beyond the heads that were named for them, by every roster that is held."""
    said = set().union(*(machine.store.read(stations.revocations) for machine in world.machines))
    found: set[bytes] = set()
    before: dict[bytes, tuple[bytes, bytes | None]] = {}
    for machine in world.machines:
        before.update(machine.store.read(_chains))
    for certificate, heads in said:
        good: set[bytes] = set()
        for head in heads:
            one: bytes | None = head
            while one is not None and one in before and one not in good:
                good.add(one)
                one = before[one][1]
        found |= {its_hash for its_hash, (whose, _) in before.items() if whose == certificate} - good
    return found


def _chains(session: Session) -> dict[bytes, tuple[bytes, bytes | None]]:
    """By hash the certificate and the predecessor of every segment that is held or in quarantine."""
    rows = session.run(
        "SELECT hash, certificate, prev FROM segment UNION ALL "
        "SELECT segment, certificate, prev FROM refusal WHERE certificate IS NOT NULL"
    )
    return {
        bytes(its_hash): (bytes(certificate), None if prev is None else bytes(prev))
        for its_hash, certificate, prev in rows
    }


def settled(world: World) -> None:
    """Stop the faults, let the rounds run, and raise where anything is wrong."""
    before = stop(world)
    kept(world, before)
    for _ in range(ROUNDS):
        world.round()
    complete(world, before)
    for machine in world.machines:
        while machine.version < NEWEST:
            world.update(machine)
    # What a newer program can read now, it asks for and shows.
    _look_over(world, before)
    # One that was put away counts until it has been silent for 60 days.
    world.sun.at = max(world.sun.at, *(_newest(machine) for machine in world.machines)) + timedelta(days=61)
    for machine in world.machines:
        _asked_for_the_day(machine)
    for _ in range(2):
        world.round()
    complete(world, before)
    _look_over(world, before)
    believed(world)
    if moved := world.round():
        raise Wrong(f"the exchange does not fall silent: {moved} segments again")


def _look_over(world: World, before: Stop) -> None:
    for machine in world.machines:
        world.purge(machine)
    equal(world, whole(world, before))


def _newest(machine: Machine) -> datetime:
    """The latest moment that the machine's undoubted clock, right or wrong, ever gave to anything."""
    standing = machine.store.standing
    signed = datetime.fromtimestamp(max(standing.newest_signed, standing.last_stamp) / 1000, UTC)
    return max(signed, instant_of(machine.store.read(_last_heard)))


def _last_heard(session: Session) -> str:
    table = tables.receipt
    return str(session.connection.execute(sa.select(sa.func.max(table.c.came_at))).scalar_one())


def kept(world: World, before: Stop) -> None:
    """No op that anybody held is lost, unless every one of its holders was rolled back or is no more."""
    for op in world.holders.keys() - before.ops.keys():
        if guilty := world.holders[op] - world.excused[op]:
            raise Wrong(f"an op is lost that was held at {sorted(guilty)}")


def entitled(machine: Machine, stream: Stream) -> bool:
    """Whether the station may hold the stream."""
    return holds(machine.unit, stream[0], Reach(stream[1]))


def complete(world: World, before: Stop) -> None:
    """Every surviving op at every entitled station, none where it is not entitled or does not count."""
    beyond = put_away(world)
    for machine in world.machines:
        if missing := [
            op
            for op, stream in before.ops.items()
            if op not in machine.held and entitled(machine, stream) and not before.segments[op] <= beyond
        ]:
            streams = sorted({" ".join(before.ops[op]) for op in missing})
            raise Wrong(f"{machine.name} misses {len(missing)} ops of {', '.join(streams)}")
        if strange := {stream for stream in machine.held.values() if not entitled(machine, stream)}:
            raise Wrong(f"{machine.name} holds what is not its own: {sorted(strange)}")
        if believed_too_far := {one.segment for one in machine.store.read(pieces)} & beyond:
            raise Wrong(f"{machine.name} believes {len(believed_too_far)} segments of a revoked PC")


def whole(world: World, before: Stop) -> set[Stream]:
    """No body is missing that somebody had, unless an order dropped it; then it is gone everywhere.

    Returns the streams of which some book let words go that another one keeps: the purge is a rule of each
    book, and one that heard of a later change in time kept what the other did not. An order is carried out
    where it arrives: what all who had it let go before they heard that the order counts no more is gone.
    """
    found: dict[bytes, dict[str, Piece]] = defaultdict(dict)
    torn = set()
    for machine in world.machines:
        for one in machine.store.read(pieces):
            # An op can lie in two segments; it has to be whole in both.
            if found[one.digest].get(machine.name, one).gone in ("", one.gone):
                found[one.digest][machine.name] = one
    for op, there in found.items():
        states = {one.gone for one in there.values()}
        if "parked" in states:
            raise Wrong(f"still parked at {[name for name, one in there.items() if one.gone == 'parked']}")
        if "erased" in states and "" in states:
            raise Wrong(f"erased, but not at {[name for name, one in there.items() if not one.gone]}")
        lacking = [name for name, one in there.items() if one.gone == "absent" and not one.over]
        obeyed = all(op in holder.obeyed for holder in before.bodies.get(op, ()))
        let_go = ("purged" in states or obeyed) and "" not in states
        if lacking and op in before.bodies and "erased" not in states and not let_go:
            raise Wrong(f"a body is missing at {lacking}")
        if "" in states and len(states) > 1:
            torn |= {one.stream for one in there.values()}
    return torn


def equal(world: World, torn: set[Stream]) -> None:
    """Equal digests of every stream, and of what it comes to, at all that hold it."""
    found: dict[str, dict[tuple[str, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
    for machine in world.machines:
        its, findings = machine.store.read(digest.of_book), machine.store.read(_findings)
        for unit in UNITS:
            for reach in Reach:
                name = digest.stream_name(unit, reach)
                stream = (unit, str(reach))
                if reach is not Reach.HERE and entitled(machine, stream):
                    comes_to = ("", "") if stream in torn else (its.rows.get(name, ""), findings[stream])
                    found[name][(its.streams.get(name, ""), *comes_to)].append(machine.name)
    for name, views in found.items():
        if len(views) > 1:
            raise Wrong(f"{name} is not the same everywhere: {sorted(views.values())}")


def _findings(session: Session) -> dict[Stream, str]:
    """What people are asked about, by stream."""
    found: dict[Stream, str] = defaultdict(str)
    table = tables.finding
    rows = session.connection.execute(
        sa.select(table.c["class"], table.c.unit, table.c.record, table.c.kind, table.c.part)
    )
    for row in sorted(map(tuple, rows)):
        found[(row[1], str(CLASSES[row[0]].reach))] += f"{row[0]} {row[2].hex()} {row[3]} {row[4]}; "
    return found


def believed(world: World) -> None:
    """Nobody takes for held elsewhere what is not, and everybody knows what is."""
    known = {machine.name: machine.store.read(_segments) for machine in world.machines}
    for machine in world.machines:
        for other in world.machines:
            if other.unit not in (parent_of(machine.unit), *_below(machine.unit)):
                continue
            mine = machine.store.read(_segments)
            proven = {mine[one][0] for one in machine.store.read(owed.held_by, other.unit) if one in mine}
            theirs = {its_hash for its_hash, _ in known[other.name].values()}
            if proven - theirs:
                raise Wrong(f"{machine.name} believes too much of {other.name}")
            unproven = {
                its_hash
                for its_hash, stream in mine.values()
                if its_hash in theirs and its_hash not in proven and entitled(other, stream)
            }
            if unproven:
                raise Wrong(f"{machine.name} does not know of {len(unproven)} segments at {other.name}")


def _below(unit: str) -> list[str]:
    return [one for one in UNITS if unit in chain_of(one)[1:2]]


def _segments(session: Session) -> dict[int, tuple[bytes, Stream]]:
    rows = session.run(
        f"SELECT s.id, s.hash, l.unit, l.reach FROM {tables.segment.name} s JOIN line l ON l.id = s.line"
    )
    return {number: (bytes(its_hash), (unit, reach)) for number, its_hash, unit, reach in rows}
