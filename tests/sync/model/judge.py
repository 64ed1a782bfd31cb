"""What must hold when the faults have stopped and three full rounds have passed."""

from dataclasses import dataclass

from tests.sync.model.book import SLACK, Book, Roster
from tests.sync.model.exchange import held_by
from tests.sync.model.fold import master
from tests.sync.model.ops import Digest, Husk, Segment, misplaced
from tests.sync.model.words import PURGED, UNITS, Reach, S, height, may_hold, neighbours
from tests.sync.model.world import FIRST_DAY, World, any_segment

ROUNDS = 3


@dataclass
class Stop:
    """What there was anywhere at the moment when the faults stopped."""

    segments: dict[Digest, Segment]
    forged: set[Digest]
    unsealed: set[Husk]
    bodies: dict[Digest, list[Book]]
    """Each body, and the machines that had it."""


def stop(world: World) -> Stop:
    """Clocks are set right, sticks still under way are lost; note what is left."""
    world.sticks.clear()
    for book in world.books:
        book.offset = 0
        # People were asked and confirmed the date; else offices idle for 400 days would stand still.
        book.signed = max(book.signed, world.day)
        book.let_go.clear()
        book.obeyed.clear()
    bodies: dict[Digest, list[Book]] = {}
    for book in world.books:
        for digest in book.bodies:
            bodies.setdefault(digest, []).append(book)
    return Stop(
        any_segment(world.books),
        {digest for book in world.books for digest in book.forged},
        {op for book in world.books for ops in book.unsealed.values() for op in ops},
        bodies,
    )


def too_early(world: World) -> list[str]:
    """Records that a purge took long before their time; looked at after every step, then forgotten."""
    wrong = []
    for book in world.books:
        for key, ops in book.purged:
            newest = max(world.truth[op.digest] for op in ops)
            # Undoubted clocks may be 200 days behind at the author and 300 ahead at the holder.
            honest = not any(op.suspect for op in ops)
            if (honest and world.day - newest < PURGED[ops[0].record_class] - 200 - 300 - SLACK) or any(
                op.stamp < FIRST_DAY for op in ops
            ):
                wrong.append(f"{book.incarnation}: purged too early: record {key[1]}")
        book.purged.clear()
    return wrong


def settled(world: World) -> list[str]:
    """Stop the faults, let the rounds run, and say everything that is wrong."""
    before = stop(world)
    for _ in range(ROUNDS):
        world.round()
    wrong = too_early(world) + problems(world, before)
    for book in world.books:
        book.version = 3
    wrong = wrong or _unequal(world)
    if wrong:
        return wrong
    # A clock that ran ahead has lifted every stamp; silence is counted from there.
    world.day = max(world.day, *(book.stamp for book in world.books)) + 61
    for _ in range(2):
        world.round()
    wrong = too_early(world) + problems(world, before) + _unequal(world) + _mistaken(world)
    moved = world.round()
    if moved:
        wrong.append(f"the exchange does not fall silent: {moved} segments again")
    return wrong


def passing(segments: dict[Digest, Segment], roster: Roster, forged: set[Digest]) -> set[Digest]:
    """The segments that count at every station, by the union of all rosters."""
    good = {d for d, s in segments.items() if d not in forged and not misplaced(s)}
    for cert, named in roster.revoked:
        ancestors: set[Digest] = set()
        for head in named:
            at = segments.get(head)
            while at is not None:
                ancestors.add(at.digest)
                at = segments.get(at.previous) if at.previous is not None else None
        good = {d for d in good if segments[d].cert != cert or d in ancestors}
    return good


def problems(world: World, before: Stop) -> list[str]:
    """Lost, misplaced, forgotten or resurrected: one line for each kind at each book."""
    wrong: list[str] = []
    roster = world.books[0].roster
    for book in world.books:
        roster = roster.joined(book.roster)
    every = {**before.segments, **any_segment(world.books)}
    good = passing(every, roster, before.forged)
    surviving = {op.digest: op for d in good if d in before.segments for op in before.segments[d].ops}
    surviving.update((op.digest, op) for op in before.unsealed)
    accepted = {op.digest for d in good for op in every[d].ops}
    orders = _orders(world)
    for book in world.books:
        held = {op.digest for d, s in book.segments.items() if d not in book.forged for op in s.ops}
        twins = len(world.of(book.unit)) > 1
        missing = {
            d
            for d, op in surviving.items()
            if may_hold(book.unit, op.stream) and d not in held and not (twins and op.stream[1] is Reach.HERE)
        }
        if missing:
            wrong.append(f"{book.incarnation}: {len(missing)} ops missing")
        if strangers := {d for d in book.segments if d not in good and d not in book.forged}:
            wrong.append(f"{book.incarnation}: {len(strangers)} segments held that do not count")
        if any(not may_hold(book.unit, s.stream) for d, s in book.segments.items() if d not in book.forged):
            wrong.append(f"{book.incarnation}: holds a stream it is not entitled to")
        if forgotten := {d for d in book.promised if d in accepted and d not in held}:
            wrong.append(f"{book.incarnation}: {len(forgotten)} receipted ops are gone")
        if left := {d for d in book.bodies if d in orders}:
            wrong.append(f"{book.incarnation}: {len(left)} erased bodies are still there")
        bare = {
            d
            for d in missing_bodies(book, surviving, before)
            if d not in orders
            and not (twins and surviving[d].stream[1] is Reach.HERE)
            and not book.expired(surviving[d].key, world.day)
            and not all(_let_go(one, surviving[d], every, before.forged) for one in before.bodies[d])
        }
        if bare:
            wrong.append(f"{book.incarnation}: {len(bare)} bodies missing for no reason")
    return wrong


def missing_bodies(book: Book, surviving: dict[Digest, Husk], before: Stop) -> set[Digest]:
    """Surviving ops of this book's streams whose body was somewhere and is not here."""
    return {
        d
        for d, op in surviving.items()
        if may_hold(book.unit, op.stream) and d in before.bodies and d not in book.bodies
    }


def _let_go(holder: Book, op: Husk, every: dict[Digest, Segment], forged: set[Digest]) -> bool:
    """Whether one that had a body rightly let it go, by all that it knew then, and has not got it again.

    The purge is a rule of each book, and waits for nobody: a later op of the record may come too late. And an
    order is carried out where it arrives: that its author was revoked before it may be heard of too late.
    """
    if op.digest in holder.bodies:
        return False
    if op.digest in holder.let_go:
        return True
    roster = holder.obeyed.get(op.digest)
    counted = passing(every, roster, forged) if roster is not None else set()
    orders = [one for d in counted for one in every[d].ops if one.kind == "erase" and one.key == op.key]
    return any(
        height(one.author) >= 1 and op.digest in holder.bodies[one.digest].get("names")
        for one in orders
        if one.digest in holder.bodies
    )


def _orders(world: World) -> set[Digest]:
    return {
        digest
        for book in world.books
        for digest, keys in book.erased.items()
        for key in keys
        if digest in book.records.get(key, {}) and book.records[key][digest].kind != "erase"
    }


def _unequal(world: World) -> list[str]:
    """Streams that two of their holders show differently."""
    wrong = []
    keys = {key for book in world.books for key in book.records if key[0][1] is not Reach.HERE}
    for key in sorted(keys):
        views = {repr(book.shown(key)) for book in world.books if may_hold(book.unit, key[0])}
        if len(views) > 1:
            wrong.append(f"record {key[1]} of {key[0]} is shown in {len(views)} ways")
    upper = [book for book in world.books if len(book.unit) <= 2]
    aliases = {book.incarnation: book.aliases() for book in upper}
    for book in upper:
        for other in upper:
            if other.unit != book.unit[:1] or other is book:
                continue
            mine, theirs = aliases[book.incarnation], aliases[other.incarnation]
            both = mine.keys() & theirs.keys()
            for record in both:
                if all(one in both for one in _chain(theirs, record)) and master(mine, record) != master(
                    theirs, record
                ):
                    wrong.append(f"record {record} has two masters")
    return wrong


def _mistaken(world: World) -> list[str]:
    """Offices that take for held elsewhere what is not, or do not know that it is."""
    wrong = []
    for book in world.books:
        for unit in UNITS:
            others = [other for other in world.of(unit) if other is not book]
            if not others or not (unit in neighbours(book.unit) or (unit == S and len(book.unit) == 3)):
                continue
            proven = held_by(book, unit, world.day)
            for other in others:
                known = other.segments.keys() | other.quarantine.keys() | other.refused
                if proven - known:
                    wrong.append(f"{book.incarnation}: believes too much of {other.incarnation}")
                unproven = {
                    d
                    for d, s in book.segments.items()
                    if d in known
                    and d not in proven
                    and s.stream[1] is not Reach.HERE
                    and book.unit in s.stream[0]
                    and may_hold(unit, s.stream)
                }
                if unproven:
                    wrong.append(f"{book.incarnation}: does not know what {other.incarnation} holds")
    return wrong


def _chain(aliases: dict[int, int | None], record: int) -> set[int]:
    found = {record}
    at = aliases.get(record)
    while at is not None and at not in found:
        found.add(at)
        at = aliases.get(at)
    return found
