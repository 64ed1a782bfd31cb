"""The seven offices at work: people who write, sticks that go astray, PCs that die, clocks that lie."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from tests.sync.model.book import Book, Roster
from tests.sync.model.exchange import Bundle, export, read, start_anew, stripped
from tests.sync.model.fold import heads
from tests.sync.model.ops import Digest, RecordKey, Segment, body_of
from tests.sync.model.receipt import runs_of
from tests.sync.model.words import (
    CLASSES,
    EVENT_FLOOR,
    FOLLOWS,
    GROUPS,
    ROUND_DOWN,
    ROUND_UP,
    UNITS,
    Reach,
    Rules,
    S,
    Stream,
    Unit,
    height,
    may_write,
)

FIRST_DAY = 20_000


@dataclass
class World:
    """Books, sticks under way, and backups in drawers; every fault is one method."""

    rules: Rules = field(default_factory=Rules)
    day: int = FIRST_DAY
    count: int = 0
    books: list[Book] = field(default_factory=list)
    sticks: list[Bundle] = field(default_factory=list)
    backups: list[Book] = field(default_factory=list)
    truth: dict[Digest, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        roster = Roster(1, frozenset((f"cert-{unit}", unit) for unit in UNITS), frozenset())
        for unit in UNITS:
            self.books.append(self._new_book(unit, f"cert-{unit}", roster))

    def _next(self) -> int:
        self.count += 1
        return self.count

    def _new_book(self, unit: Unit, cert: str, roster: Roster) -> Book:
        name = f"{unit}/{self._next()}"
        book = Book(
            unit,
            cert,
            name,
            roster,
            self.rules,
            signed=self.day,
            signed_far=self.day,
            stamp=self.day,
            truth=self.truth,
        )
        book.lineage[name] = (unit, cert, None)
        return book

    def of(self, unit: Unit) -> list[Book]:
        """The machines of an office."""
        return [book for book in self.books if book.unit == unit]

    def create(self, book: Book, stream: Stream, record_class: str, value: str = "a") -> RecordKey:
        """Write a new record."""
        key = (stream, self._next())
        book.write(key, record_class, "create", body_of(self._next(), first=value, second=value), self.day)
        return key

    def change(self, book: Book, key: RecordKey, kind: str, **fields: object) -> None:
        """Write one more op of a record."""
        record_class = next(iter(book.records[key].values())).record_class
        book.write(key, record_class, kind, body_of(self._next(), **fields), self.day)

    def work(self, book: Book, chance: Random) -> None:
        """Somebody writes something that the office may write."""
        mine = [key for key in sorted(book.records) if may_write(book.unit, key[0]) and book.readable(key)]
        if not mine or chance.random() < 0.4:
            units = [unit for unit in UNITS if unit.startswith(book.unit)]
            classes = sorted(
                (unit, name)
                for unit in units
                for name, reach in CLASSES.items()
                if may_write(book.unit, (unit, reach))
                and (unit == book.unit or name not in ("Visit", "Note"))
            )
            unit, name = chance.choice(classes)
            self.create(book, (unit, CLASSES[name]), name, chance.choice("abc"))
            return
        key = chance.choice(mine)
        name = next(iter(book.records[key].values())).record_class
        if name in ("Visit", "Note"):
            return
        kinds = ["set", "set", "delete", "undelete", "resolve", "withdraw", "alias", "alias"]
        kinds += ["event"] * (6 if name == "Request" else 0)
        kind = chance.choice(kinds)
        if kind == "event":
            events = [event for event in sorted(FOLLOWS) if height(book.unit) >= EVENT_FLOOR.get(event, 0)]
            self.change(book, key, kind, event=chance.choice(events))
        elif kind == "alias":
            self._say(book, key, mine, chance)
        elif kind == "withdraw":
            self._withdraw(book, key)
        elif kind == "resolve":
            self.change(book, key, kind, **{group: chance.choice("abc") for group in GROUPS})
        elif kind == "set":
            self.change(book, key, kind, **{chance.choice(GROUPS): chance.choice("abc")})
        else:
            self.change(book, key, kind)

    def _say(self, book: Book, key: RecordKey, mine: Sequence[RecordKey], chance: Random) -> None:
        """Of two records that they are one matter or two; or what was said is taken back."""
        others = [other[1] for other in mine if other[0][1] is key[0][1] and other != key]
        said = [part for part in book.shown(key) if part[0] == "pair" and part[2] != "open"]
        if said and chance.random() < 0.5:
            _, other, verdict = chance.choice(said)
            self.change(book, key, "alias", pair=other, **({} if verdict == "apart" else {"master": 0}))
        elif others:
            other = chance.choice(others)
            if chance.random() < 0.5:
                self.change(book, key, "alias", pair=other, master=other)
            else:
                self.change(book, key, "alias", pair=other, apart=True)

    def _withdraw(self, book: Book, key: RecordKey) -> None:
        """A settlement is taken back, as long as nothing was written about the record since."""
        last = heads(book.readable(key))
        if len(last) == 1 and book.records[key][last[0]].kind in ("resolve", "delete"):
            self.change(book, key, "resolve", withdrawn=last[0])

    def erase(self, book: Book, chance: Random) -> None:
        """A lead erases some or all of what is held of one record; a grid that tries is not obeyed."""
        keys = [key for key in sorted(book.records) if may_write(book.unit, key[0])]
        if not keys:
            return
        key = chance.choice(keys)
        named = [digest for digest, op in sorted(book.records[key].items()) if op.kind != "erase"]
        if named and chance.random() < 0.5:
            named = chance.sample(named, chance.randint(1, len(named)))
        self.change(book, key, "erase", names=tuple(named))

    def carry(self, book: Book, to: Unit) -> Bundle:
        """Write a bundle for an office; it is under way now."""
        bundle = export(book, to, self.day)
        self.sticks.append(bundle)
        return bundle

    def carry_in_parts(self, book: Book, to: Unit, chance: Random) -> None:
        """A full stick: two bundles, each whole in itself, with the segments dealt out between them."""
        bundle = export(book, to, self.day)
        first = {segment.digest for segment in bundle.segments if chance.random() < 0.5}
        for part in (True, False):
            segments = tuple(one for one in bundle.segments if (one.digest in first) is part)
            self.sticks.append(replace(bundle, segments=segments))

    def deliver(self, place: int, to: Book | None = None, keep: bool = False, cut: bool = False) -> str:
        """A stick arrives somewhere; perhaps not where it should, not for the last time, or not whole."""
        bundle = self.sticks[place] if keep else self.sticks.pop(place)
        if cut:
            return "torn"
        book = to if to is not None else self.of(bundle.to)[0]
        return read(book, bundle, self.day, f"{book.unit}/{self._next()}")

    def hand_over(self, book: Book, to: Unit) -> None:
        """Export and delivery to every machine of the office."""
        bundle = export(book, to, self.day)
        for other in self.of(to):
            if other is not book:
                read(other, bundle, self.day, f"{to}/{self._next()}")

    def carry_stripped(self, book: Book, to: Unit) -> None:
        """A forwarder leaves the bodies out although nobody ordered it."""
        self.sticks.append(stripped(export(book, to, self.day)))

    def carry_altered(self, book: Book, to: Unit, chance: Random) -> None:
        """A forwarder changes one body and names the true segment in its manifest."""
        bundle = export(book, to, self.day)
        if bundle.bodies:
            digest = chance.choice(sorted(bundle.bodies))
            bundle = replace(
                bundle,
                bodies={**bundle.bodies, digest: body_of(self._next(), first="altered")},
                claimed=tuple(segment.digest for segment in bundle.segments),
            )
        self.sticks.append(bundle)

    def misbehave(self, book: Book, chance: Random) -> None:
        """A certified station seals what it may not: foreign stream, wrong reach, another's op."""
        book.seal()
        stream = chance.choice([(unit, reach) for unit in UNITS for reach in Reach])
        name = chance.choice(sorted(CLASSES))
        if chance.random() < 0.3:
            keys = [key for key in sorted(book.records) if key[0][1] is Reach.SUBDISTRICT]
            if keys:
                # An event above its own level is not a bad segment: it is kept and not folded.
                self.change(book, chance.choice(keys), "event", event="supervise")
            return
        body = body_of(self._next(), first="forged")
        probe = replace(book, records={}, bodies={}, unsealed={}, own={}, segments={})
        op = probe.write((stream, self._next()), name, "create", body, self.day)
        signed = True
        if may_write(book.unit, stream) and CLASSES[name] is stream[1]:
            others = [
                other
                for ops in book.records.values()
                for other in ops.values()
                if other.author != book.unit and other.stream == stream
            ]
            if others:
                op = chance.choice(sorted(others, key=lambda one: one.digest))
            else:
                signed = False
        segment = book.append(stream, (op,), signed)
        book.forged.add(segment.digest)
        if op.body == body.digest:
            book.bodies[op.digest] = body

    def back_up(self, book: Book) -> None:
        """Keep a copy of the book as it is now."""
        self.backups.append(book.snapshot())

    def restore_silently(self, place: int) -> Book | None:
        """An old copy of the files is put back, mark and all."""
        old = self.backups[place]
        there = [i for i, book in enumerate(self.books) if book.cert == old.cert]
        if not there:
            return None
        now = self.books[there[0]]
        self.books[there[0]] = replace(old.snapshot(), version=now.version, offset=now.offset)
        return self.books[there[0]]

    def restore(self, place: int) -> Book | None:
        """A backup is restored in the program, perhaps on a new PC: new incarnation at once."""
        old = self.backups[place]
        there = [i for i, book in enumerate(self.books) if book.unit == old.unit]
        now = self.books[there[0]]
        book = replace(old.snapshot(), version=now.version, offset=now.offset, cert=now.cert)
        book.roster = book.roster.joined(now.roster)
        start_anew(book, f"{book.unit}/{self._next()}")
        # The segments of the old certificate stay as they were signed; lines of the new life start at once.
        self.books[there[0]] = book
        book.judge()
        return book

    def clone(self, book: Book) -> Book | None:
        """The whole PC is imaged to a second one and both are used."""
        if len(self.of(book.unit)) > 1:
            return None
        twin = book.snapshot()
        self.books.append(twin)
        return twin

    def lose(self, book: Book, revoke: bool) -> None:
        """The PC is gone for good; a new one with a new certificate starts empty."""
        cert = f"cert-{book.unit}-{self._next()}"
        root = self.of(S)[0]
        # The root key lies in a safe: a new PC of the subdistrict itself is listed by hand.
        roster = (
            root.roster
            if root is not book
            else Roster(root.roster.version, root.roster.certs, root.roster.revoked)
        )
        fresh = self._new_book(book.unit, cert, roster)
        fresh.version = book.version
        self.books = [fresh if one is book else one for one in self.books]
        self.of(S)[0].enrol(cert, book.unit)
        fresh.roster = fresh.roster.joined(self.of(S)[0].roster)
        if revoke and book.unit != S:
            self.revoke(book.cert, book.unit)

    def revoke(self, cert: str, unit: Unit) -> None:
        """A certificate ends at the heads that the offices above have of all its lines, hashes only."""
        self.books = [book for book in self.books if book.cert != cert]
        offices = [*self.of(S), *(self.of(unit[:2]) if len(unit) == 3 else [])]
        named = set()
        for office in offices:
            named |= {
                run.head for _, run in runs_of({d: s for d, s in office.segments.items() if s.cert == cert})
            }
            for several in office.pages.values():
                for page in several:
                    named |= {
                        run.head
                        for (incarnation, _), run in page.runs
                        if office.lineage.get(incarnation, ("", ""))[1] == cert
                    }
        self.of(S)[0].revoke(cert, frozenset(named))

    def upgrade(self, book: Book) -> None:
        """A newer program on this machine."""
        book.version = min(3, book.version + 1)

    def round(self) -> int:
        """Everybody hands over upward, then downward, and all of it arrives; how many segments travelled."""
        moved = 0
        if self.rules.own_bundles:
            for book in list(self.books):
                if len(self.of(book.unit)) > 1:
                    moved += self._all(book, book.unit)
        for source, to in (*ROUND_UP, *ROUND_DOWN):
            for book in self.of(source):
                moved += self._all(book, to)
        self.day += 1
        return moved

    def _all(self, book: Book, to: Unit) -> int:
        bundle = export(book, to, self.day)
        for other in self.of(to):
            if other is not book:
                read(other, bundle, self.day, f"{to}/{self._next()}")
        return len(bundle.segments)


def any_segment(books: list[Book]) -> dict[Digest, Segment]:
    """Every segment that lies anywhere."""
    return {d: s for book in books for d, s in (*book.quarantine.items(), *book.segments.items())}
