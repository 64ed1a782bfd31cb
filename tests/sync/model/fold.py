"""What a record is after all its ops, written a second time so that the program's own fold has a judge."""

import heapq
from collections.abc import Collection, Mapping
from typing import Any

from tests.sync.model.ops import Body, Digest, Husk
from tests.sync.model.words import FOLLOWS, GROUPS, Unit, height, may_do

Shown = tuple[Any, ...]
WITHDRAWN = "withdrawn"
"""The field of a resolve that takes a settlement back: the digest of that one."""


def heads(ops: Mapping[Digest, Husk]) -> tuple[Digest, ...]:
    """The ops that no other op of the record comes after."""
    named = {parent for op in ops.values() for parent in op.parents}
    return tuple(sorted(digest for digest in ops if digest not in named))


def behind(
    ops: Mapping[Digest, Husk], start: Collection[Digest], bodies: Mapping[Digest, Body] | None = None
) -> set[Digest]:
    """All that the given ops come after; where `bodies` are given, an op without one breaks the chain."""
    found: set[Digest] = set()
    ahead = [parent for digest in start for parent in ops[digest].parents]
    while ahead:
        digest = ahead.pop()
        if digest in found or digest not in ops:
            continue
        found.add(digest)
        if bodies is None or digest in bodies:
            ahead.extend(ops[digest].parents)
    return found


def fold(ops: Mapping[Digest, Husk], bodies: Mapping[Digest, Body], unit: Unit, husks: bool = True) -> Shown:
    """All a person sees of a record: values, conflicts, deletion, alias, state, events, what is missing."""
    chain = None if husks else bodies
    absent = len({parent for op in ops.values() for parent in op.parents if parent not in ops})
    whole = [op for digest, op in ops.items() if digest in bodies]
    back = _taken_back(whole, bodies)
    usable: list[Husk] = []
    refused: list[Husk] = []
    for op in whole:
        body = bodies[op.digest]
        if (op.digest in back and op.kind in ("resolve", "delete")) or body.get(WITHDRAWN) is not None:
            continue
        allowed = may_do(op.author, unit, op.record_class, op.kind, body.get("event"))
        (usable if allowed else refused).append(op)
    rank = {op.digest: (not op.suspect, op.author == unit, op.stamp, op.digest) for op in usable}

    def front(writers: list[Husk]) -> list[Husk]:
        if len(writers) > 1:
            old = behind(ops, [op.digest for op in writers], chain)
            writers = [op for op in writers if op.digest not in old]
        return sorted(writers, key=lambda op: rank[op.digest], reverse=True)

    shown: list[Any] = [("waiting", absent), ("bodiless", len(ops) - len(whole))]
    shown.append(("not allowed", tuple(sorted(op.digest for op in refused))))
    for group in GROUPS:
        writers = [
            op
            for op in usable
            if op.kind in ("create", "set", "resolve") and bodies[op.digest].get(group) is not None
        ]
        values = [bodies[op.digest].get(group) for op in front(writers)]
        conflict = tuple(values) if len(set(values)) > 1 else ()
        shown.append((group, values[0] if values else None, conflict))
    deletes = [op for op in usable if op.kind == "delete"]
    if deletes:
        last = front([op for op in usable if op.kind not in ("alias", "erase")])
        gone = [op for op in last if op.kind == "delete"]
        shown.append(("deleted", bool(gone) and len(gone) == len(last), 0 < len(gone) < len(last)))
    said = [op for op in usable if op.kind == "alias"]
    named = front([op for op in said if bodies[op.digest].get("master") is not None])
    shown.append(("alias", (bodies[named[0].digest].get("master") or None) if named else None))
    pairs: dict[int, list[Husk]] = {}
    for op in said:
        if (other := bodies[op.digest].get("pair")) is not None:
            pairs.setdefault(other, []).append(op)
    for other, writers in sorted(pairs.items()):
        verdicts = {_verdict(bodies[op.digest]) for op in front(writers)}
        shown.append(("pair", other, "disputed" if len(verdicts) > 1 else verdicts.pop()))
    shown.append(_story(ops, bodies, {op.digest for op in usable}, chain))
    return tuple(shown)


def _taken_back(whole: Collection[Husk], bodies: Mapping[Digest, Body]) -> set[Digest]:
    """What a later resolve took back; it names an op that it was itself written after."""
    return {
        named
        for op in whole
        if op.kind == "resolve" and (named := bodies[op.digest].get(WITHDRAWN)) in op.parents
    }


def _verdict(body: Body) -> str:
    if body.get("master"):
        return "joined"
    return "apart" if body.get("apart") else "open"


def _story(
    ops: Mapping[Digest, Husk],
    bodies: Mapping[Digest, Body],
    usable: set[Digest],
    chain: Mapping[Digest, Body] | None,
) -> Shown:
    events = [digest for digest in usable if ops[digest].kind == "event"]
    if not events:
        return ("story",)
    resolves = [digest for digest in usable if ops[digest].kind == "resolve"]
    settled = behind(ops, resolves, chain)
    state, late = "registered", []
    for digest in in_order(ops):
        if digest not in usable or ops[digest].kind != "event":
            continue
        allowed, after = FOLLOWS[bodies[digest].get("event")]
        if state in allowed:
            state = after or state
        else:
            late.append((digest, digest not in settled))
    return ("story", state, tuple(late))


def in_order(ops: Mapping[Digest, Husk]) -> list[Digest]:
    """The ops of a record: parents first, then higher office, stamp, digest."""
    waiting = {digest: len({p for p in op.parents if p in ops}) for digest, op in ops.items()}
    children: dict[Digest, list[Digest]] = {}
    for digest, op in ops.items():
        for parent in set(op.parents):
            children.setdefault(parent, []).append(digest)

    def turn(digest: Digest) -> tuple[int, int, Digest]:
        return -height(ops[digest].author), ops[digest].stamp, digest

    ready = [turn(digest) for digest, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    ordered = []
    while ready:
        digest = heapq.heappop(ready)[2]
        ordered.append(digest)
        for child in children.get(digest, ()):
            waiting[child] -= 1
            if waiting[child] == 0:
                heapq.heappush(ready, turn(child))
    return ordered


def master(aliases: Mapping[int, int | None], record: int) -> int:
    """The record that stands for this one; in a circle it is the lowest id."""
    seen = [record]
    while (target := aliases.get(seen[-1])) is not None:
        if target in seen:
            return min(seen[seen.index(target) :])
        seen.append(target)
    return seen[-1]
