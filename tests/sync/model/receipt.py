"""Receipt pages: what one store durably holds of one unit's streams, whoever carries the page."""

from collections.abc import Container, Mapping
from dataclasses import dataclass

from tests.sync.model.ops import Digest, Line, Segment
from tests.sync.model.words import Unit


@dataclass(frozen=True, slots=True)
class Run:
    """An unbroken chain that is held: from the segment numbered `first` up to this head."""

    head: Digest
    n: int
    first: int


@dataclass(frozen=True, slots=True)
class Page:
    """One office's receipt for one unit; `number` rises within the holder's incarnation."""

    holder: Unit
    incarnation: str
    cert: str
    number: int
    unit: Unit
    runs: tuple[tuple[Line, Run], ...]
    refused: frozenset[Digest]
    parked: frozenset[Digest]
    wanted: frozenset[Digest]
    """Ops held without their body, without an order to erase it and before the holder's own purge date."""


def runs_of(held: Mapping[Digest, Segment]) -> tuple[tuple[Line, Run], ...]:
    """The held chains: one run per head, down to the first segment whose predecessor is not held."""
    followed = {segment.previous for segment in held.values()}
    found = []
    for digest, segment in held.items():
        if digest in followed:
            continue
        first = segment
        while first.previous is not None and first.previous in held:
            first = held[first.previous]
        found.append((segment.line, Run(digest, segment.n, first.n)))
    return tuple(sorted(found, key=lambda one: (one[0], one[1].n, one[1].head)))


def covered(
    page: Page, known: Mapping[Digest, Segment], bodies: Container[Digest], runs: bool = True
) -> set[Digest]:
    """The segments that the page proves to be held; a head the reader does not know proves nothing.

    A segment of which the holder wants a body that the reader has is not covered.
    """
    found: set[Digest] = set(page.refused)
    if not runs:
        highest: dict[Line, int] = {}
        for line, run in page.runs:
            highest[line] = max(run.n, highest.get(line, -1))
        found.update(d for d, segment in known.items() if segment.n <= highest.get(segment.line, -1))
        return found
    for _, run in page.runs:
        at = known.get(run.head)
        while at is not None:
            found.add(at.digest)
            if at.n <= run.first or at.previous is None:
                break
            at = known.get(at.previous)
    if not page.wanted:
        return found
    offered = {d for d in page.wanted if d in bodies}
    return {d for d in found if d not in known or not any(op.digest in offered for op in known[d].ops)}
