"""Bundles as a certified but hostile station could write them: well signed, well packed, and anything inside.

Every part is drawn from what format 1 allows there, and now and then from what it does not.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from gridbook.records.base import CLASSES, Reach
from gridbook.records.request import Action
from gridbook.records.rights import Kind
from gridbook.store.ops import digest_of, encode, husk_of
from gridbook.sync import segment
from tests.sync import forge
from tests.sync.forge import Author, Piece
from tests.sync.offices import COMMUNITY, GRID, OTHER_GRID, SUBDISTRICT
from tests.sync.vectors.make import HARMS
from tests.sync.vectors.town import DOWN, STAMP, Town

ODDLY = 0.06
"""How often a part is drawn from what must not be there."""
TEXTS = (
    "",
    "F01",
    "5",
    "visit",
    "王女士",
    "0305-26-0001-7K2Q",
    "999",
    "by date",
    "morning",
    "\u202e",
    "x" * 300,
)
DAYS = ("2026-11-23", "1970-01-01", "9999-12-31", "0001-01-01", "2026-02-30", "2026-11-23T02:00:00Z", "x")
NUMBERS = (0, 1, 2, 5, -1, 127, 128, 2**31, 2**63 - 1, -(2**63))


class Grammar:
    """Draws bundles from one source of chance."""

    def __init__(self, chance: random.Random, town: Town) -> None:
        self.chance, self.town = chance, town
        self.digests: list[bytes] = [bytes(32)]
        self.records: list[bytes] = [bytes(16)]
        self.cases: list[bytes] = []

    def oddly(self, usual: Any) -> Any:
        """The usual value, or now and then what must not be there."""
        return self.chance.choice(HARMS) if self.chance.random() < ODDLY else usual

    def some(self, least: int, most: int, draw: Callable[[], Any]) -> list[Any]:
        """So many of them."""
        return [draw() for _ in range(self.chance.randint(least, most))]

    def value(self) -> Any:
        """What can stand in a field."""
        kind = self.chance.randrange(7)
        if kind < 2:
            return self.chance.choice(TEXTS)
        if kind == 2:
            return self.chance.choice(DAYS)
        if kind == 3:
            return self.chance.choice(NUMBERS)
        if kind == 4:
            return self.some(0, 3, lambda: self.chance.choice(TEXTS))
        return self.chance.choice((True, False, None, b"", self.chance.choice(self.records)))

    def fields(self, name: str) -> dict[str, Any]:
        """Fields of a class, some of them as they ought to be."""
        given: dict[str, Any] = dict({"Visit": forge.VISIT, "Request": forge.REQUEST}.get(name, {}))
        for field in CLASSES[name].fields if name in CLASSES else ():
            if self.chance.random() < 0.3:
                given[field.name] = self.value()
        if self.chance.random() < 0.2:
            given["case"] = self.chance.choice([*self.cases, bytes(16)])
        for _ in range(self.chance.choice((0, 0, 0, 1))):
            given[self.chance.choice(TEXTS)] = self.oddly(self.value())
        return given

    def event(self) -> dict[str, Any]:
        """Something that was done to a request."""
        names = ("to", "days", "lead", "co", "unit", "outcome", "satisfaction", "solved", "reply_due", "into")
        given = {name: self.value() for name in names if self.chance.random() < 0.3}
        return {"event": self.oddly(str(self.chance.choice(list(Action)))), **given}

    def op(self, author: str, reach: str) -> bytes:
        """An op of a class of that reach, and now and then of another one."""
        fitting = [name for name, rule in CLASSES.items() if rule.reach == reach] or ["Visit"]
        name = self.chance.choice(fitting if self.chance.random() > ODDLY else [*CLASSES, "Household", ""])
        kind = self.chance.choice((Kind.CREATE, Kind.CREATE, Kind.EVENT, *Kind))
        fields = self.event() if kind is Kind.EVENT else self.fields(name)
        if kind is Kind.ERASE:
            fields = {"digests": self.some(0, 3, lambda: self.oddly(self.chance.choice(self.digests).hex()))}
        record = self.chance.choice([self.chance.randbytes(16), *self.records[-8:]])
        made = forge.op(
            self.oddly(author) if self.chance.random() < 0.3 else author,
            name,
            fields,
            record=record,
            kind=kind,
            parents=tuple(self.some(0, 2, lambda: self.chance.choice(self.digests[-6:]))),
            stamp=self.chance.choice((STAMP, STAMP + self.chance.randrange(10**9), *NUMBERS)),
            suspect=self.chance.random() < 0.1,
            schema=self.chance.choice((1, 1, 1, *NUMBERS)),
            nonce=self.chance.randbytes(16),
        )
        try:
            raw = encode(made)
        except (TypeError, OverflowError):
            return self.op(author, reach)
        self.digests.append(digest_of(raw))
        self.records.append(record)
        if name == "Request":
            self.cases.append(record)
        return raw

    def piece(self, author: Author) -> Piece:
        """A segment by that author, mostly of one of its own streams."""
        reach = self.chance.choice((Reach.SUBDISTRICT, Reach.COMMUNITY, Reach.DOWN, Reach.HERE))
        ops: list[Any] = self.some(1, 6, lambda: self.op(author.unit, reach))
        if self.chance.random() < 0.1:
            ops[0] = segment.Bare(husk_of(ops[0]))
        unit = self.chance.choice((author.unit, GRID, OTHER_GRID, COMMUNITY))
        n = self.chance.choice((1, 1, 2, 7))
        header: list[Any] = [
            1, author.certificate.hash, author.incarnation, unit, str(reach), n,
            None if n == 1 else self.chance.choice(self.digests), len(ops), self.chance.choice((1, 1, 1, 2)),
        ]  # fmt: skip
        header = [self.oddly(part) if self.chance.random() < 0.1 else part for part in header]
        return forge.of_header(author, msgspec.msgpack.encode(header), ops)

    def page(self, author: Author) -> bytes:
        """A receipt page about somebody's streams."""
        line = [
            author.incarnation, str(self.chance.choice(list(Reach))),
            self.some(0, 3, lambda: [self.chance.choice(self.digests), *self.chance.sample(NUMBERS[:8], 2)]),
            [], [], self.some(0, 2, lambda: [bytes(32), 3, "altered"]),
        ]  # fmt: skip
        parts: list[Any] = [
            author.unit, author.certificate.hash, author.incarnation, self.chance.randrange(9), STAMP,
            self.chance.choice((GRID, OTHER_GRID, COMMUNITY, SUBDISTRICT)), self.oddly([self.oddly(line)]),
            [[author.incarnation, self.chance.randrange(5)]],
        ]  # fmt: skip
        return forge.page(author.key, msgspec.msgpack.encode([self.oddly(part) for part in parts]))

    def roster(self) -> bytes:
        """A roster by the root, or by somebody who is not."""
        key = self.chance.choice((self.town.root, self.town.root, self.town.grid)).key
        body = [
            self.chance.choice((*NUMBERS[:7], self.town.version() + 1)), STAMP,
            [[GRID, self.town.grid.certificate.hash]], self.some(0, 1, lambda: [bytes(32), [bytes(32)]]),
        ]  # fmt: skip
        return forge.roster(key, msgspec.msgpack.encode([self.oddly(part) for part in body]))

    def plain(self) -> bytes:
        """The plaintext of a bundle for the community, by a grid or by the office above."""
        sender = self.chance.choice((self.town.grid, self.town.grid, self.town.other, self.town.root))
        author = sender if self.chance.random() < 0.8 else self.town.other
        pieces: Sequence[Piece] = self.some(0, 3, lambda: self.piece(author))
        changed: dict[str, Any] = {
            "made_at": self.chance.choice((STAMP, STAMP, *NUMBERS)),
            "receipts": tuple(self.some(0, 2, lambda: self.page(sender))),
            "roster": self.roster() if self.chance.random() < 0.2 else b"",
            "lineage": ((sender.unit, sender.incarnation, None, False),),
        }
        whole = msgspec.msgpack.decode(self.town.manifest(sender, DOWN, pieces, **changed))
        if self.chance.random() < 0.1:
            whole[self.chance.randrange(len(whole))] = self.chance.choice(HARMS)
        return self.town.around(msgspec.msgpack.encode(whole), pieces, sender)
