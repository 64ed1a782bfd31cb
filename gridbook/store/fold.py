"""What a record is after all its ops: the same at every station that holds the same ops."""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.records.base import ClassRule, RecordId, UnitCode
from gridbook.records.deadline import Calendar
from gridbook.records.life import after, first_state, so_far, why_not
from gridbook.records.place import level_of
from gridbook.records.request import ONLY_MOVING, Action, Event, Request, RequestState, check_given
from gridbook.records.rights import Kind, may_do, may_move
from gridbook.store.ops import Digest, Op

WITHDRAWN = "withdrawn"
"""The field of a resolve that takes another one back: the digest of that one."""
MOVED = "moved"
"""The field of an alias that closes a record because it was handed over: the id it goes on under.

Without an id it opens the record again."""
DEALT_WITH = "dealt with"
"""The field of an alias that says what became of something written too late: the digest of that op.

With the id of the record itself it says that the record stays where it is."""

SETTLES = "settles"
"""The field of a resolve that names the ops it is about; one without it is about all that came before."""
EXISTS = "deleted"
"""The field of a resolve that says whether the record is there; one that names ops is silent about it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An op as this store holds it; when its body is gone, `whole` is false and it has no fields."""

    digest: Digest
    op: Op
    whole: bool = True

    @property
    def author(self) -> UnitCode:
        """The unit whose station wrote it."""
        return self.op.author


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a record that a person should see."""

    kind: str
    part: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """An event in the order of the fold, with what became of it: `counts`, `late` or `not allowed`."""

    event: Event
    standing: str
    digest: Digest
    why: str = ""


@dataclass(frozen=True, slots=True)
class Folded:
    """What the ops of one record come to; `fields` is nothing while the record cannot be shown."""

    fields: Mapping[str, Any] | None
    findings: tuple[Finding, ...] = ()
    alias: RecordId | None = None
    deleted: bool = False
    heads: tuple[Digest, ...] = ()


@dataclass(slots=True)
class _Graph:
    by_digest: dict[Digest, Seen]
    parents: dict[Digest, tuple[Digest, ...]]
    absent: set[Digest] = field(default_factory=set)

    def heads(self) -> tuple[Digest, ...]:
        named = {parent for parents in self.parents.values() for parent in parents}
        return tuple(sorted(digest for digest in self.by_digest if digest not in named))

    def before(self, start: Iterable[Digest]) -> set[Digest]:
        """Everything that the given ops come after."""
        found: set[Digest] = set()
        ahead = [parent for digest in start for parent in self.parents[digest]]
        while ahead:
            digest = ahead.pop()
            if digest not in found and digest in self.by_digest:
                found.add(digest)
                ahead.extend(self.parents[digest])
        return found


def _graph(seen: Sequence[Seen]) -> _Graph:
    graph = _Graph({}, {})
    for one in seen:
        held = graph.by_digest.get(one.digest)
        # The same op can lie in two segments (a cloned PC sealed it twice), in one of them without its body.
        if held is None or (one.whole and not held.whole):
            graph.by_digest[one.digest] = one
            graph.parents[one.digest] = one.op.parents
    graph.absent = {p for parents in graph.parents.values() for p in parents if p not in graph.by_digest}
    return graph


def heads_of(seen: Sequence[Seen]) -> tuple[Digest, ...]:
    """The digests of the ops that no other op of the record comes after."""
    return _graph(seen).heads()


def fold(rule: ClassRule, unit: UnitCode, seen: Sequence[Seen]) -> Folded:
    """The fields of a record after all its ops, with the conflicts that a person has to settle."""
    graph = _graph(seen)
    known = [one for one in graph.by_digest.values() if one.whole]
    moved, late = _handed_over(graph, known, unit)
    findings = [Finding("waiting", "", {"missing": len(graph.absent)})] if graph.absent else []
    usable, settled = [], _settled(graph, known)
    for one in _standing(graph, known):
        if one.digest in late:
            continue
        if one.op.kind is Kind.EVENT or may_do(one.author, unit, rule.name, one.op.kind):
            usable.append(one)
        elif one.digest not in settled:
            findings.append(Finding("not allowed", str(one.op.kind), _about(one)))
    findings += _came_back(known, late, moved)
    if any(one.op.kind is Kind.ALIAS and one.op.fields.get(DEALT_WITH) == one.op.record for one in known):
        findings.append(Finding("stays", "", {}))
    if not any(one.op.kind is Kind.CREATE for one in usable):
        # A create whose body was erased or purged is nothing to wait for.
        if not any(one.op.kind is Kind.CREATE for one in graph.by_digest.values()):
            findings.append(Finding("waiting", "create", {}))
        return Folded(None, tuple(findings), heads=graph.heads())
    fields: dict[str, Any] = {}
    # Most ops of a request are events, and no group needs to look at them.
    writers = [one for one in usable if one.op.kind in _WRITING]
    for group, names in rule.groups.items():
        value, finding = _group(graph, writers, unit, group, names)
        fields.update(value)
        if finding is not None:
            findings.append(finding)
    deleted, finding = _existence(graph, usable, unit)
    if finding is not None:
        findings.append(finding)
    alias = _alias(graph, usable, unit)
    if alias is not None:
        findings.append(Finding("joined", alias.hex(), {}))
    findings += _decided(graph, usable)
    return Folded(fields, tuple(findings), alias, deleted, graph.heads())


def _handed_over(graph: _Graph, known: Sequence[Seen], unit: UnitCode) -> tuple[list[Seen], set[Digest]]:
    """The ops that hand the record over, and what was written without knowing of any of them.

    What came too late is kept and told, but the record stays as it was handed over.
    """
    marks = [
        one
        for one in known
        if one.op.kind is Kind.ALIAS
        and isinstance(one.op.fields.get(MOVED), bytes)
        and may_move(one.author, unit)
    ]
    front = sorted(_frontier(graph, marks), key=_earliest)
    if not front or not front[0].op.fields[MOVED]:
        return [], set()
    known_then = graph.before(one.digest for one in _first_marks(graph, marks))
    late = {one.digest for one in known if one.op.kind in _LATE_KINDS and one.digest not in known_then}
    return [one for one in front if one.op.fields[MOVED]], late


def _first_marks(graph: _Graph, marks: Sequence[Seen]) -> list[Seen]:
    """The marks with which the record was handed over; later ones of the same period only say where to."""
    ended = graph.before(one.digest for one in marks if not one.op.fields[MOVED])
    present = [one for one in marks if one.op.fields[MOVED] and one.digest not in ended]
    digests = {one.digest for one in present}
    return [one for one in present if not digests & graph.before([one.digest])]


_LATE_KINDS = frozenset({Kind.SET, Kind.EVENT, Kind.DELETE, Kind.UNDELETE})


def _earliest(one: Seen) -> tuple[int, int, Digest]:
    """The order of events: of two hand-overs the one counts that the events of a request name first."""
    return (-level_of(one.author).height, one.op.stamp, one.digest)


def _came_back(known: Sequence[Seen], late: set[Digest], moved: Sequence[Seen]) -> list[Finding]:
    if not moved:
        return []
    places = list(dict.fromkeys(one.op.fields[MOVED].hex() for one in moved))
    found = [Finding("moved", places[0], {"by": moved[0].author, "stamp": moved[0].op.stamp})]
    if len(places) > 1:
        found.append(Finding("moved twice", "", {"to": places}))
    done = {one.op.fields.get(DEALT_WITH) for one in known if one.op.kind is Kind.ALIAS}
    for one in known:
        if one.digest in late and one.digest not in done:
            told = {**_about(one), "kind": str(one.op.kind), "fields": _plain(one.op.fields)}
            found.append(Finding("returned", one.digest.hex(), told))
    return found


def _standing(graph: _Graph, known: Sequence[Seen]) -> list[Seen]:
    """The ops that count: not a settlement that was taken back, nor the taking back itself."""
    back = _taken_back(known)
    return [
        one
        for one in known
        if WITHDRAWN not in one.op.fields
        and not (one.digest in back and one.op.kind in (Kind.RESOLVE, Kind.DELETE))
    ]


def _taken_back(known: Iterable[Seen]) -> set[Digest]:
    """Only what its undoing was written after can be undone, so a digest names it surely."""
    return {
        parent
        for one in known
        if one.op.kind is Kind.RESOLVE
        for parent in one.op.parents
        if one.op.fields.get(WITHDRAWN) == parent.hex()
    }


def _settled(graph: _Graph, known: Sequence[Seen]) -> set[Digest]:
    """The ops about which somebody has decided."""
    found: set[Digest] = set()
    for one in _settlements(known):
        before = graph.before([one.digest])
        named = one.op.fields.get(SETTLES)
        found |= {d for d in before if d.hex() in named} if isinstance(named, list) else before
    return found


def _settlements(known: Sequence[Seen]) -> list[Seen]:
    back = _taken_back(known)
    return [
        one
        for one in known
        if one.op.kind is Kind.RESOLVE and one.digest not in back and WITHDRAWN not in one.op.fields
    ]


def _about(one: Seen) -> dict[str, Any]:
    op = one.op
    return {"op": one.digest.hex(), "unit": one.author, "person": op.person, "stamp": op.stamp}


def _order(unit: UnitCode) -> Callable[[Seen], tuple[bool, bool, int, Digest]]:
    def key(one: Seen) -> tuple[bool, bool, int, Digest]:
        return (not one.op.suspect, one.author == unit, one.op.stamp, one.digest)

    return key


def _frontier(graph: _Graph, writers: Sequence[Seen]) -> list[Seen]:
    """The writers that no other writer comes after."""
    if len(writers) < 2:
        return list(writers)
    behind = graph.before(one.digest for one in writers)
    # `before` also reaches writers through each other; only those behind another writer are superseded.
    return [one for one in writers if one.digest not in behind]


_WRITING = frozenset({Kind.CREATE, Kind.SET, Kind.RESOLVE})


def _group(
    graph: _Graph, writing: Sequence[Seen], unit: UnitCode, group: str, names: tuple[str, ...]
) -> tuple[dict[str, Any], Finding | None]:
    writers = [
        one for one in writing if one.op.kind is Kind.CREATE or any(name in one.op.fields for name in names)
    ]
    front = sorted(_frontier(graph, writers), key=_order(unit), reverse=True)
    chosen = {name: front[0].op.fields[name] for name in names if name in front[0].op.fields}
    values = [{name: one.op.fields.get(name) for name in names} for one in front]
    if all(value == values[0] for value in values):
        return chosen, None
    sides = [{**_about(one), "fields": _plain(value)} for one, value in zip(front, values, strict=True)]
    return chosen, Finding("conflict", group, {"sides": sides})


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part.hex() if isinstance(part, bytes) else part for name, part in value.items()}


def _existence(graph: _Graph, usable: Sequence[Seen], unit: UnitCode) -> tuple[bool, Finding | None]:
    deletes = [one for one in usable if one.op.kind is Kind.DELETE]
    if not deletes:
        return False, None
    writers = [one for one in usable if one.op.kind is not Kind.ALIAS]
    # Whoever settles something else after a deletion neither brings the record back nor lets it go.
    gone_before = {one.digest for one in deletes}
    writers = [
        one
        for one in writers
        if one.op.kind is not Kind.RESOLVE
        or SETTLES not in one.op.fields
        or EXISTS in one.op.fields
        or not gone_before & graph.before([one.digest])
    ]
    front = sorted(_frontier(graph, writers), key=_order(unit), reverse=True)
    gone = [one for one in front if one.op.kind is Kind.DELETE]
    if not gone:
        return False, None
    if len(gone) == len(front):
        return True, None
    # A deletion and a change that did not know of each other: nothing is hidden until a person has looked.
    return False, Finding(
        "conflict",
        "deleted",
        {"sides": [{**_about(one), "fields": {"deleted": one in gone}} for one in front]},
    )


def _alias(graph: _Graph, usable: Sequence[Seen], unit: UnitCode) -> RecordId | None:
    writers = [one for one in usable if one.op.kind is Kind.ALIAS and "master" in one.op.fields]
    front = sorted(_frontier(graph, writers), key=_order(unit), reverse=True)
    handed = sorted((one for one in front if one.op.fields.get(MOVED)), key=_earliest)
    front = handed or front
    if not front:
        return None
    master = front[0].op.fields.get("master")
    return master if isinstance(master, bytes) and master else None


def _decided(graph: _Graph, usable: Sequence[Seen]) -> list[Finding]:
    """What was decided about this record and each one like it: two matters, or one here and two there."""
    pairs: dict[str, list[Seen]] = {}
    for one in usable:
        other = one.op.fields.get("pair")
        if one.op.kind is Kind.ALIAS and isinstance(other, bytes):
            pairs.setdefault(other.hex(), []).append(one)
    found = []
    for other, writers in sorted(pairs.items()):
        said = {_verdict(one) for one in _frontier(graph, writers)}
        if len(said) > 1:
            found.append(Finding("disputed", other, {}))
        elif said == {"apart"}:
            found.append(Finding("apart", other, {}))
    return found


def _verdict(one: Seen) -> str:
    if one.op.fields.get("master"):
        return "joined"
    return "apart" if one.op.fields.get("apart") else "open"


def in_order(seen: Sequence[Seen]) -> list[Seen]:
    """The ops of a record, parents first, then higher office, stamp, digest."""
    return _ordered(_graph(seen))


def _ordered(graph: _Graph) -> list[Seen]:
    waiting = {
        digest: sum(p in graph.by_digest for p in set(graph.parents[digest])) for digest in graph.by_digest
    }
    children: dict[Digest, list[Digest]] = {}
    for digest, parents in graph.parents.items():
        for parent in set(parents):
            children.setdefault(parent, []).append(digest)

    def turn(digest: Digest) -> tuple[int, int, Digest]:
        one = graph.by_digest[digest]
        return (-level_of(one.author).height, one.op.stamp, digest)

    ready = [turn(digest) for digest, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    ordered = []
    while ready:
        digest = heapq.heappop(ready)[2]
        ordered.append(graph.by_digest[digest])
        for child in children.get(digest, ()):
            waiting[child] -= 1
            if waiting[child] == 0:
                heapq.heappush(ready, turn(child))
    return ordered


def fold_events(
    request: Request, seen: Sequence[Seen], calendar: Calendar
) -> tuple[RequestState, tuple[Told, ...], tuple[Finding, ...]]:
    """The state of a request after its events; what does not fit is told as `late` and stays visible."""
    life = _Life(request, calendar, first_state(request, calendar))
    graph = _graph(seen)
    ordered = _ordered(graph)
    known = [one for one in ordered if one.whole]
    settled = _settled(graph, ordered)
    _, late = _handed_over(graph, known, request.unit)
    for one in known:
        if one.op.kind is Kind.EVENT:
            life.take(one, settled=one.digest in settled, late=one.digest in late)
    return life.state, tuple(life.told), tuple(life.findings)


@dataclass(slots=True)
class _Life:
    """A request while its events are told one after the other."""

    request: Request
    calendar: Calendar
    state: RequestState
    told: list[Told] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def take(self, one: Seen, *, settled: bool, late: bool) -> None:
        """Tell the event of an op, and before it those that it brings along from another unit."""
        event = event_of(one)
        why = _refused(event, self.request, one)
        if event is None or why is not None:
            if event is not None:
                self.told.append(Told(event, "not allowed", one.digest))
            if not settled:
                told = {**_about(one), "why": why}
                self.findings.append(Finding("not allowed", str(one.op.fields.get("event")), told))
            return
        if late:
            # It lies in the tray of the office that handed the request over.
            self.told.append(Told(event, "late", one.digest, tr("The request had been handed over.")))
            return
        brought = so_far(event, self.request.unit) if event.action is Action.CONTINUE else ()
        known = {told.event.id for told in self.told} if brought else set()
        for past in brought:
            if past.id not in known:
                self._happen(past, one, settled=settled)
        self._happen(event, one, settled=settled)

    def _happen(self, event: Event, one: Seen, *, settled: bool) -> None:
        why = why_not(self.state, event, self.calendar)
        if why is None:
            self.state = after(self.state, event, self.request, self.calendar)
            self.told.append(Told(event, "counts", one.digest))
            return
        self.told.append(Told(event, "late", one.digest, why))
        # Of two hand-overs at once it is asked which one counts, not whether one came too late.
        if not settled and event.action is not Action.HAND_OVER:
            self.findings.append(Finding("late", str(event.action), {**_about(one), "why": why}))


def _refused(event: Event | None, request: Request, one: Seen) -> str | None:
    if event is None:
        return "unknown"
    if not may_do(one.author, request.unit, "Request", Kind.EVENT, event.action):
        return "level"
    if event.action in ONLY_MOVING and not may_move(one.author, request.unit):
        return "level"
    try:
        check_given(event.action, event.given, request.unit)
    except BadValue as bad:
        return bad.field
    return None


def event_of(one: Seen) -> Event | None:
    """The event that an op of a request records, or nothing where this program does not know it."""
    given = dict(one.op.fields)
    try:
        action = Action(given.pop("event"))
    except (KeyError, ValueError):
        return None
    return Event(one.op.nonce, action, at(one.op), one.author, one.op.person, given)


def at(op: Op) -> datetime:
    """The instant an op was written, by its author's clock, to the second."""
    seconds = min(max(op.stamp // 1000, 0), 4_102_444_800)
    return datetime.fromtimestamp(seconds, UTC)
