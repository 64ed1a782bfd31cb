"""Bundles: what goes onto a stick for an office, and what happens when one is read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from tests.sync.model.book import Book, Roster
from tests.sync.model.ops import Body, Digest, Segment, misplaced
from tests.sync.model.receipt import Page, covered, runs_of
from tests.sync.model.words import Reach, Unit, may_hold, parent

SILENT_DAYS = 60


@dataclass(frozen=True, slots=True)
class Bundle:
    """One file on a stick, addressed to one office."""

    to: Unit
    sender: Unit
    cert: str
    incarnation: str
    number: int
    date: int
    roster: Roster
    lineage: Mapping[str, tuple[Unit, str, str | None]]
    seen: Mapping[str, int]
    pages: tuple[Page, ...]
    segments: tuple[Segment, ...]
    bodies: Mapping[Digest, Body]
    claimed: tuple[Digest, ...] = ()
    """What the manifest says the segments' hashes are, where a forwarder altered them."""


def live(book: Book, unit: Unit, day: int) -> list[str]:
    """The incarnations of an office whose receipts count: leaves of the lineage that are not retired."""
    parents = {parent for _, _, parent in book.lineage.values()}
    leaves = [
        incarnation
        for incarnation, (whose, cert, _) in sorted(book.lineage.items())
        if whose == unit
        and incarnation not in parents
        and incarnation in book.heard
        and not book.roster.without(cert)
    ]
    if unit == book.unit:
        leaves = [leaf for leaf in leaves if leaf != book.incarnation]
    # Silence is counted in sound stamps: after one day with a clock at 2099 a live PC would look retired.
    newest = max((book.heard[leaf] for leaf in leaves), default=0)
    if not book.rules.siblings:
        return [max(leaves, key=lambda leaf: (book.heard[leaf], leaf))] if leaves else []
    clock, _ = book.now(day)
    return [
        leaf
        for leaf in leaves
        if clock - book.heard[leaf] <= SILENT_DAYS
        or clock - newest > SILENT_DAYS
        or book.heard[leaf] == newest
    ]


def by_unit(segments: Iterable[Segment]) -> dict[Unit, dict[Digest, Segment]]:
    """Segments by the unit of their stream."""
    found: dict[Unit, dict[Digest, Segment]] = {}
    for segment in segments:
        found.setdefault(segment.stream[0], {})[segment.digest] = segment
    return found


def held_by(book: Book, unit: Unit, day: int) -> set[Digest]:
    """What the receipts of an office prove that it holds, on every machine it works with."""
    held = by_unit(book.segments.values())
    sets = []
    for leaf in live(book, unit, day):
        found: set[Digest] = set()
        for (incarnation, about), pages in book.pages.items():
            if incarnation == leaf:
                known = held.get(about, {})
                found |= set.intersection(
                    *(covered(page, known, book.bodies, book.rules.runs) for page in pages)
                )
        sets.append(found)
    return set.intersection(*sets) if sets else set()


def page_of(
    book: Book, unit: Unit, held: Mapping[Digest, Segment], day: int, own_office: bool = False
) -> Page:
    """This book's receipt for one unit's streams; what stays here is named only to the office's other PC."""
    held = {
        digest: segment
        for digest, segment in held.items()
        if (segment.stream[1] is not Reach.HERE or own_office) and digest not in book.forged
    }
    return Page(
        book.unit,
        book.incarnation,
        book.cert,
        book.number,
        unit,
        runs_of(held),
        # The author's own office hears of its bad segments too, whosever stream they were meant for.
        frozenset(
            book.refused
            | book.forged
            | {d for d, s in book.quarantine.items() if unit in (s.stream[0], s.author)}
        ),
        frozenset(d for d, s in held.items() if s.reader > book.version),
        book.wanted(held.values(), day),
    )


def entitled(book: Book, to: Unit) -> list[Segment]:
    """The held segments that an office may hold; what stays here goes only to its own other PC."""
    return [
        segment
        for segment in book.segments.values()
        if may_hold(to, segment.stream) and (segment.stream[1] is not Reach.HERE or to == book.unit)
    ]


def export(book: Book, to: Unit, day: int) -> Bundle:
    """Everything the office may hold minus what its receipts say it holds."""
    book.seal()
    book.number += 1
    date, _ = book.now(day)
    rules = book.rules
    proven = held_by(book, to, day) if rules.receipts else book.sent.setdefault(to, set())
    chosen = []
    for segment in entitled(book, to):
        if segment.digest in proven or (not rules.own_lines and segment.author == to):
            continue
        chosen.append(segment)
    if not rules.receipts:
        book.sent[to] |= {segment.digest for segment in chosen}
    # A page for every unit, even an empty one: what is not said any more would count for ever.
    units = book.roster.units if rules.empty_pages else {u for u, _ in _streams(book)}
    about = [u for u in sorted(units | {book.unit, to}) if _concerns(u, book.unit, to)]
    held = by_unit(book.segments.values())
    pages = [page_of(book, unit, held.get(unit, {}), day, to == book.unit) for unit in about]
    # The office above lets its receipt for a unit travel through the office between.
    pages += [
        page
        for (_, unit), several in sorted(book.pages.items())
        for page in several
        if page.holder != to
        and unit in about
        and page.holder == parent(book.unit)
        and parent(to) == book.unit
    ]
    for page in pages:
        if page.incarnation == book.incarnation:
            fresh = held.get(page.unit, {}).keys() - book.receipted - book.forged
            book.receipted |= fresh
            book.promised.update(op.digest for digest in fresh for op in book.segments[digest].ops)
    wire = {op.digest: book.bodies[op.digest] for s in chosen for op in s.ops if op.digest in book.bodies}
    lineage = {**book.lineage, book.incarnation: book.lineage[book.incarnation]}
    return Bundle(
        to,
        book.unit,
        book.cert,
        book.incarnation,
        book.number,
        date,
        book.roster,
        lineage,
        {i: n for i, n in book.seen.items() if book.lineage.get(i, ("",))[0] == to},
        tuple(pages),
        tuple(chosen),
        wire,
    )


def _streams(book: Book) -> set[tuple[Unit, Reach]]:
    return {s.stream for s in (*book.segments.values(), *book.quarantine.values())}


@cache
def _concerns(unit: Unit, sender: Unit, to: Unit) -> bool:
    """Whether both offices may hold some stream of the unit."""
    return all(unit.startswith(office) or office.startswith(unit) for office in (sender, to))


def read(book: Book, bundle: Bundle, day: int, fresh: str) -> str:
    """Take a bundle in as a whole or not at all; says in a word what became of it."""
    if bundle.to != book.unit:
        return "not addressed to this office"
    roster = (
        bundle.roster
        if book.rules.roster_union
        else max(bundle.roster, book.roster, key=lambda one: (one.version, one is book.roster))
    )
    joined = book.roster.joined(roster) if book.rules.roster_union else roster
    if not joined.has(bundle.cert) or joined.without(bundle.cert):
        return "unknown sender"
    changed = joined != book.roster
    book.roster = joined
    book.lineage = {**bundle.lineage, **book.lineage}
    claims = bundle.claimed or tuple(segment.digest for segment in bundle.segments)
    # A bundle of an office's own other PC, or of this one's earlier life, tells the incarnation apart.
    book.heard[bundle.incarnation] = book.now(day)[0]
    book.seen[bundle.incarnation] = max(book.seen.get(bundle.incarnation, 0), bundle.number)
    book.signed = max(book.signed, bundle.date)
    if bundle.sender == parent(book.unit) or (parent(book.unit) is None and bundle.sender != book.unit):
        book.signed_far = max(book.signed_far, bundle.date)
    for segment, claim in zip(bundle.segments, claims, strict=True):
        if not _intact(segment, bundle.bodies) or not segment.signed:
            # Named by what came, never by what the manifest claims: the true segment must still be welcome.
            book.refused.add(_hash_of_what_came(segment, bundle) if book.rules.computed_refusal else claim)
            continue
        book.take(segment, bundle.bodies)
    if changed:
        _welcome(book)
        book.judge()
    now = book.now(day)[0]
    for page in bundle.pages:
        if joined.has(page.cert) and not joined.without(page.cert):
            _file(book, page, now)
    if _went_back(book, bundle):
        start_anew(book, fresh)
    book.obey()
    book.purge(day)
    return "taken"


def _intact(segment: Segment, bodies: Mapping[Digest, Body]) -> bool:
    return all(bodies[op.digest].digest == op.body for op in segment.ops if op.digest in bodies)


def _hash_of_what_came(segment: Segment, bundle: Bundle) -> Digest:
    if not segment.signed:
        return segment.digest
    return b"altered " + b"".join(
        bundle.bodies[op.digest].digest for op in segment.ops if op.digest in bundle.bodies
    )


def _welcome(book: Book) -> None:
    """Hold what lay in quarantine only because its author's certificate was not known yet."""
    for digest, segment in list(book.quarantine.items()):
        known = (segment.cert, segment.author) in book.roster.certs
        welcome = known and not book.roster.without(segment.cert)
        if welcome and not misplaced(segment):
            del book.quarantine[digest]
            book.hold(segment, {})


def _file(book: Book, page: Page, now: int) -> None:
    """Keep the newest page of an incarnation; two of one number that differ both count (intersection)."""
    key = (page.incarnation, page.unit)
    kept = book.pages.get(key, ())
    if not kept or page.number > kept[0].number:
        book.pages[key] = (page,)
        # A page that another office carried here is a sign of life too.
        book.heard[page.incarnation] = now
    elif book.rules.same_number and page.number == kept[0].number and page not in kept:
        book.pages[key] = (*kept, page)


def _went_back(book: Book, bundle: Bundle) -> bool:
    """Whether anything shows that this book's time ran backwards, or that there are two of it."""
    me = book.incarnation
    rules = book.rules
    if rules.superseded and any(parent == me for _, _, parent in book.lineage.values()):
        return True
    if bundle.incarnation == me or (rules.seen and bundle.seen.get(me, 0) > book.number):
        return True
    if not rules.own_lines:
        return False
    for page in bundle.pages:
        for line, run in page.runs:
            if line[0] == me and run.head not in book.segments:
                return True
    numbers: dict[object, Digest] = {}
    for digest, segment in book.segments.items():
        if segment.incarnation == me and numbers.setdefault((segment.line, segment.n), digest) != digest:
            return True
    return False


def start_anew(book: Book, fresh: str) -> None:
    """A new incarnation with the old one as parent; everything is kept."""
    book.lineage[fresh] = (book.unit, book.cert, book.incarnation)
    book.incarnation = fresh
    book.number = 0


def stripped(bundle: Bundle) -> Bundle:
    """The bundle of a forwarder that leaves bodies out although nobody ordered it."""
    return replace(bundle, bodies={})
