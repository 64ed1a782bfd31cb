"""One machine's book: held segments, the records projected from them, quarantine, erasure and purge."""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from tests.sync.model.fold import Shown, fold, heads
from tests.sync.model.ops import Body, Digest, Husk, RecordKey, Segment, husk_of, misplaced, seal
from tests.sync.model.receipt import Page
from tests.sync.model.words import PURGED, Rules, Stream, Unit, height

FAR = 400
SLACK = 31


@dataclass(frozen=True)
class Roster:
    """Root-signed statements: whose a certificate is, and up to which heads a revoked one counts."""

    version: int
    certs: frozenset[tuple[str, Unit]]
    revoked: frozenset[tuple[str, frozenset[Digest]]]

    def has(self, cert: str) -> bool:
        """Whether the certificate is listed."""
        return cert in self._listed

    def without(self, cert: str) -> bool:
        """Whether the certificate was revoked."""
        return cert in self._ended

    @cached_property
    def units(self) -> frozenset[Unit]:
        """Every unit of which a station was listed."""
        return frozenset(unit for _, unit in self.certs)

    @cached_property
    def _listed(self) -> frozenset[str]:
        return frozenset(cert for cert, _ in self.certs)

    @cached_property
    def _ended(self) -> frozenset[str]:
        return frozenset(cert for cert, _ in self.revoked)

    def joined(self, other: "Roster") -> "Roster":
        """All statements of both: none that was signed is ever forgotten."""
        if other == self:
            return self
        return Roster(
            max(self.version, other.version), self.certs | other.certs, self.revoked | other.revoked
        )


@dataclass
class Book:
    """The durable state of one machine; everything here is lost or comes back with a backup."""

    unit: Unit
    cert: str
    incarnation: str
    roster: Roster
    rules: Rules
    version: int = 1
    number: int = 0
    stamp: int = 0
    signed: int = 0
    signed_far: int = 0
    segments: dict[Digest, Segment] = field(default_factory=dict)
    own: dict[tuple[str, Stream], Digest] = field(default_factory=dict)
    unsealed: dict[Stream, list[Husk]] = field(default_factory=dict)
    bodies: dict[Digest, Body] = field(default_factory=dict)
    records: dict[RecordKey, dict[Digest, Husk]] = field(default_factory=dict)
    quarantine: dict[Digest, Segment] = field(default_factory=dict)
    refused: set[Digest] = field(default_factory=set)
    erased: dict[Digest, frozenset[RecordKey]] = field(default_factory=dict)
    lineage: dict[str, tuple[Unit, str, str | None]] = field(default_factory=dict)
    heard: dict[str, int] = field(default_factory=dict)
    pages: dict[tuple[str, Unit], tuple[Page, ...]] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    sent: dict[Unit, set[Digest]] = field(default_factory=dict)
    promised: set[Digest] = field(default_factory=set)
    receipted: set[Digest] = field(default_factory=set)
    """The segments of which the ops are in `promised` already."""
    forged: set[Digest] = field(default_factory=set)
    truth: dict[Digest, int] = field(default_factory=dict)
    """The day an op was really written: known to the judge only, shared by all books."""
    purged: list[tuple[RecordKey, tuple[Husk, ...]]] = field(default_factory=list)
    """What the purge removed since the judge looked last."""
    let_go: set[Digest] = field(default_factory=set)
    """Bodies that the purge dropped since the faults stopped: known to the judge only."""
    obeyed: dict[Digest, Roster] = field(default_factory=dict)
    """Bodies that an order took since then, by what roster it counted: known to the judge only."""
    offset: int = 0
    """Days by which the machine's clock is wrong; not part of a backup."""

    def snapshot(self) -> "Book":
        """A copy as a backup or disk image holds it; values are immutable, containers are copied."""
        twin = copy.copy(self)
        for name in (
            "segments",
            "own",
            "bodies",
            "quarantine",
            "refused",
            "erased",
            "lineage",
            "heard",
            "pages",
            "seen",
            "promised",
            "receipted",
            "forged",
        ):
            setattr(twin, name, copy.copy(getattr(self, name)))
        twin.purged = []
        twin.let_go = set()
        twin.obeyed = {}
        twin.unsealed = {stream: list(ops) for stream, ops in self.unsealed.items()}
        twin.records = {key: dict(ops) for key, ops in self.records.items()}
        twin.sent = {unit: set(digests) for unit, digests in self.sent.items()}
        return twin

    def now(self, day: int) -> tuple[int, bool]:
        """The stamp for an op or a bundle, and whether the clock was suspect; a stamp never goes back."""
        clock = day + self.offset
        suspect = clock < self.signed or clock > max(self.signed, self.stamp) + FAR
        if self.rules.sound_stamps and suspect:
            # A clock known to be wrong is not used at all, or one bad battery would age every record.
            clock = max(self.signed, self.stamp)
        self.stamp = max(self.stamp, clock)
        return (self.stamp if self.rules.sound_stamps else clock), suspect

    def readable(self, key: RecordKey) -> dict[Digest, Husk]:
        """The ops of a record that this version can read."""
        return {d: op for d, op in self.records.get(key, {}).items() if op.reader <= self.version}

    def write(self, key: RecordKey, record_class: str, kind: str, body: Body, day: int) -> Husk:
        """Save one change after the heads that are seen now."""
        stamp, suspect = self.now(day)
        # An erasure must be readable by every version, or an old station would keep what has to go.
        reader = 1 if kind == "erase" or self.version < 3 else 3
        op = husk_of(
            key[0],
            record_class,
            key[1],
            kind,
            self.unit,
            heads(self.readable(key)),
            stamp,
            suspect,
            reader,
            body.digest,
        )
        self.truth[op.digest] = day
        self.records.setdefault(key, {})[op.digest] = op
        self.bodies[op.digest] = body
        self.unsealed.setdefault(key[0], []).append(op)
        if kind == "erase":
            self.obey()
        return op

    def seal(self) -> None:
        """Seal what is unsealed, in runs of at most three ops of one reading version."""
        for stream, ops in sorted(self.unsealed.items()):
            while ops:
                count = 1
                while count < min(3, len(ops)) and ops[count].reader == ops[0].reader:
                    count += 1
                self.append(stream, tuple(ops[:count]))
                del ops[:count]
        self.unsealed.clear()

    def append(self, stream: Stream, ops: tuple[Husk, ...], signed: bool = True) -> Segment:
        """Add a segment to this machine's own line."""
        line = (self.incarnation, stream)
        last = self.own.get(line)
        n = self.segments[last].n + 1 if last is not None else 0
        segment = seal(self.unit, self.cert, self.incarnation, stream, n, last, ops, signed)
        self.segments[segment.digest] = segment
        self.own[line] = segment.digest
        return segment

    def take(self, segment: Segment, bodies: Mapping[Digest, Body]) -> None:
        """Verify a segment and hold it, or put it into quarantine; what is held already is only completed."""
        digest = segment.digest
        if digest in self.segments:
            if digest not in self.forged and self.rules.complete:
                self.complete(segment.ops, bodies)
            return
        if digest in self.quarantine:
            return
        if not self.rules.parked and segment.reader > self.version:
            # What cannot be read is put away as if it had been refused.
            self.refused.add(digest)
            return
        if not self.rules.by_hash and any(
            segment.line == held.line and segment.n == held.n for held in self.segments.values()
        ):
            return
        if misplaced(segment):
            self.quarantine[digest] = segment
            return
        known = (segment.cert, segment.author) in self.roster.certs
        if not known or self.roster.without(segment.cert):
            self.quarantine[digest] = segment
            # Kept whole: a later roster or a named head that arrives late may let it through.
            self.bodies.update((op.digest, bodies[op.digest]) for op in segment.ops if op.digest in bodies)
            if known:
                self.judge()
            return
        self.hold(segment, bodies)

    def hold(self, segment: Segment, bodies: Mapping[Digest, Body]) -> None:
        """Take a verified segment into the log and its ops into their records."""
        self.segments[segment.digest] = segment
        for op in segment.ops:
            if self.rules.husks or op.digest in bodies:
                self.records.setdefault(op.key, {})[op.digest] = op
        self.complete(segment.ops, bodies)

    def complete(self, ops: Iterable[Husk], bodies: Mapping[Digest, Body]) -> None:
        """Add bodies that are missing, except those that were ordered away."""
        for op in ops:
            ordered = self.rules.late_copies and op.key in self.erased.get(op.digest, ())
            if op.digest in bodies and not ordered:
                self.bodies[op.digest] = bodies[op.digest]
                self.records.setdefault(op.key, {})[op.digest] = op

    def judge(self) -> None:
        """Apply revocations: of a revoked certificate only the ancestors of every named head count."""
        if not self.rules.rejudge:
            return
        every = {**self.quarantine, **self.segments}
        doubtful = {d: s for d, s in every.items() if self.roster.without(s.cert) and d not in self.forged}
        if not doubtful:
            return
        passing = {digest for digest in doubtful if not misplaced(doubtful[digest])}
        for cert, named in self.roster.revoked:
            ancestors: set[Digest] = set()
            for head in named if self.rules.named_heads else ():
                at = every.get(head)
                while at is not None and at.digest not in ancestors:
                    ancestors.add(at.digest)
                    at = every.get(at.previous) if at.previous is not None else None
            passing -= {d for d, s in doubtful.items() if s.cert == cert and d not in ancestors}
        changed = False
        for digest in doubtful:
            source, to = (
                (self.quarantine, self.segments) if digest in passing else (self.segments, self.quarantine)
            )
            if digest in source:
                to[digest] = source.pop(digest)
                changed = True
        if changed:
            self.rebuild()

    def rebuild(self) -> None:
        """Project the records anew from the held segments and what is not yet sealed."""
        self.records = {}
        for digest, segment in self.segments.items():
            if digest in self.forged:
                continue
            for op in segment.ops:
                if self.rules.husks or op.digest in self.bodies:
                    self.records.setdefault(op.key, {})[op.digest] = op
        for ops in self.unsealed.values():
            for op in ops:
                self.records.setdefault(op.key, {})[op.digest] = op

    def obey(self) -> None:
        """Carry out every lawful erasure that is held: bodies go, and later copies are refused."""
        orders: dict[Digest, frozenset[RecordKey]] = {}
        obeyed = {} if self.rules.late_copies else self.erased
        for key, ops in self.records.items():
            for digest, op in ops.items():
                heard = self.rules.orders_travel or op.author == self.unit
                if heard and op.kind == "erase" and height(op.author) >= 1 and digest in self.bodies:
                    for named in self.bodies[digest].get("names"):
                        orders[named] = orders.get(named, frozenset()) | {key}
        self.erased = orders
        if not orders or obeyed == orders:
            return
        for segment in (*self.segments.values(), *self.quarantine.values()):
            self._drop(segment.ops)
        for ops_waiting in self.unsealed.values():
            self._drop(ops_waiting)

    def _drop(self, ops: Iterable[Husk]) -> None:
        for op in ops:
            # An order reaches only ops of its own record, and an order itself is never erased.
            if op.kind != "erase" and op.key in self.erased.get(op.digest, ()) and op.digest in self.bodies:
                del self.bodies[op.digest]
                self.obeyed[op.digest] = self.roster

    def purge_day(self, day: int) -> int:
        """The day up to which retention is reckoned: never later than signed dates allow."""
        clock = day + self.offset
        bounded = self.unit != "S" or self.rules.top_purge_bound
        return min(clock, self.signed_far + SLACK) if bounded else clock

    def expired(self, key: RecordKey, day: int) -> bool:
        """Whether the record's newest op, read or not, is older than its class allows."""
        ops = self.records.get(key)
        if not ops:
            return False
        days = PURGED.get(next(iter(ops.values())).record_class)
        return days is not None and max(op.stamp for op in ops.values()) + days <= self.purge_day(day)

    def purge(self, day: int) -> None:
        """Drop the bodies of records whose retention is over; not an op, every office does it for itself."""
        for key in self.records:
            if self.expired(key, day):
                gone = self.records[key].keys() & self.bodies.keys()
                if gone:
                    self.purged.append((key, tuple(self.records[key].values())))
                    self.let_go |= gone
                for digest in gone:
                    del self.bodies[digest]

    def wanted(self, segments: Iterable[Segment], day: int) -> frozenset[Digest]:
        """Ops whose body is missing for no reason this book knows."""
        if not self.rules.wanted:
            return frozenset()
        return frozenset(
            op.digest
            for segment in segments
            for op in segment.ops
            if op.digest not in self.bodies
            and op.key not in self.erased.get(op.digest, ())
            and not self.expired(op.key, day)
        )

    def shown(self, key: RecordKey) -> Shown:
        """The record as this book shows it."""
        return fold(self.readable(key), self.bodies, key[0][0], self.rules.husks)

    def aliases(self) -> dict[int, int | None]:
        """Which record says that it is another one."""
        return {
            key[1]: next(part[1] for part in self.shown(key) if part[0] == "alias") for key in self.records
        }

    def enrol(self, cert: str, unit: Unit) -> None:
        """The root signs a roster with one certificate more."""
        self.roster = replace(
            self.roster, version=self.roster.version + 1, certs=self.roster.certs | {(cert, unit)}
        )

    def revoke(self, cert: str, named: frozenset[Digest]) -> None:
        """The root signs a roster that ends a certificate at the named heads."""
        self.roster = replace(
            self.roster, version=self.roster.version + 1, revoked=self.roster.revoked | {(cert, named)}
        )
        self.judge()
        self.obey()
