"""The town of the whole hostile bundles: its books, its stations with their keys, what comes of a file."""

import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gridbook.store import book
from gridbook.store.book import Store
from gridbook.store.keys import Keys
from gridbook.store.ops import encode
from gridbook.store.session import Session
from gridbook.sync import bundle, stations, take, trust
from gridbook.sync.take import Taken
from tests.sync import forge
from tests.sync.forge import Author, Piece
from tests.sync.offices import COMMUNITY, GRID, OTHER_GRID, PASSPHRASE, SUBDISTRICT, Clock, Offices

HERE = Path(__file__).with_name("whole")
OUTCOMES = HERE / "outcomes.json"
KEYS = HERE / "stations.json"
STAMP = forge.STAMP
UP, DOWN = SUBDISTRICT, COMMUNITY
"""Who receives: the community what a grid hands over, or the subdistrict what the community forwards."""


def offices() -> None:
    """Make the books and the keys of their stations; their work is on none of these sticks."""
    with tempfile.TemporaryDirectory() as folder:
        made = Offices(Path(folder)).found(SUBDISTRICT, COMMUNITY, GRID, OTHER_GRID)
        kept: dict[str, dict[str, str]] = {}
        for unit, store in made.books.items():
            author = Author.of(store)
            kept[unit] = {
                "sign": author.key.private_bytes_raw().hex(),
                "certificate": author.certificate.raw.hex(),
                "incarnation": author.incarnation.hex(),
                "age": store.keys.age_recipient,
                "roster": store.read(stations.roster_bytes).hex(),
            }
        made.close()
        for unit in (COMMUNITY, SUBDISTRICT):
            (HERE / unit).mkdir(parents=True, exist_ok=True)
            for name in (book.DATABASE, "keys.json", book.MARK):
                shutil.copy(Path(folder) / unit / name, HERE / unit / name)
    KEYS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


class Town:
    """The stations whose keys lie open here, and what they can put together with them."""

    def __init__(self) -> None:
        self.kept = json.loads(KEYS.read_text(encoding="utf-8"))
        self.authors = {unit: self._author(unit) for unit in self.kept}
        self.root, self.community = self.authors[SUBDISTRICT], self.authors[COMMUNITY]
        self.grid, self.other = self.authors[GRID], self.authors[OTHER_GRID]
        self._count = 0

    def _author(self, unit: str) -> Author:
        one = self.kept[unit]
        return Author(
            unit,
            trust.read_certificate(bytes.fromhex(one["certificate"])),
            bytes.fromhex(one["incarnation"]),
            Ed25519PrivateKey.from_private_bytes(bytes.fromhex(one["sign"])),
        )

    def next(self, size: int) -> bytes:
        """Bytes that no other part of these vectors has."""
        self._count += 1
        return self._count.to_bytes(size, "big")

    def op(self, author: str, record_class: str, fields: dict[str, Any], **changed: Any) -> bytes:
        """An op of its own."""
        given = {"record": self.next(16), "nonce": self.next(16), **changed}
        return encode(forge.op(author, record_class, fields, **given))

    def visit(self, author: str = GRID, **fields: Any) -> bytes:
        """The op of a visit."""
        return self.op(author, "Visit", {**forge.VISIT, **fields})

    def piece(self, author: Author | None = None, ops: Sequence[Any] = (), **changed: Any) -> Piece:
        """A segment, by the grid when nobody else is named."""
        author = author or self.grid
        return forge.piece(author, ops or [self.visit(author.unit)], **changed)

    def manifest(self, sender: Author, receiver: str, pieces: Sequence[Piece], **changed: Any) -> bytes:
        """The bytes of a manifest of these segments."""
        made = bundle.Manifest(
            suite=trust.SUITE,
            sender=sender.certificate.hash,
            unit=sender.unit,
            incarnation=sender.incarnation,
            lineage=((sender.unit, sender.incarnation, None, False),),
            receiver=receiver,
            made_at=STAMP,
            reads=1,
            practice=True,
            roster=b"",
            certificates=(),
            receipts=(),
            segments=tuple(one.hash for one in pieces),
        )
        return msgspec.msgpack.encode(msgspec.structs.replace(made, **changed))

    def plain(
        self, pieces: Sequence[Piece] = (), *, sender: Author | None = None, to: str = DOWN, **changed: Any
    ) -> bytes:
        """The plaintext of a signed bundle."""
        sender = sender or (self.community if to == UP else self.grid)
        if to == UP:
            changed = {"certificates": (self.grid.certificate.raw,), **changed}
        return self.around(self.manifest(sender, to, pieces, **changed), pieces, sender)

    def around(self, encoded: bytes, pieces: Sequence[Piece] = (), sender: Author | None = None) -> bytes:
        """The plaintext around these very bytes of a manifest, well signed."""
        signature = forge.signed((sender or self.grid).key, encoded)
        return forge.container(encoded, signature, [one.packed for one in pieces])

    def sealed(self, plain: bytes, to: str = DOWN) -> bytes:
        """The file on the stick."""
        return forge.sealed(plain, self.kept[to]["age"])

    def roster(self, version: int, *, key: Author | None = None, revoked: Any = ()) -> bytes:
        """A roster of the subdistrict with every station of the town."""
        listed = tuple(sorted((one.unit, one.certificate.hash) for one in self.authors.values()))
        body = msgspec.msgpack.encode((version, STAMP, listed, revoked))
        return forge.roster((key or self.root).key, body)

    def version(self) -> int:
        """The version of the roster that the books hold."""
        held = bytes.fromhex(self.kept[COMMUNITY]["roster"])
        return trust.read_roster(held, self.root.certificate).version

    def page(self, **changed: Any) -> list[Any]:
        """The parts of a receipt page by the grid about its own streams."""
        parts = {
            "holder": GRID,
            "certificate": self.grid.certificate.hash,
            "incarnation": self.grid.incarnation,
            "number": 7,
            "made_at": STAMP,
            "unit": GRID,
            "lines": (),
            "seen": (),
            **changed,
        }
        return list(parts.values())


class Receivers:
    """The frozen books, each time anew in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._keys: dict[str, Keys] = {}
        self._opened = 0
        for unit in (COMMUNITY, SUBDISTRICT):
            shutil.copytree(HERE / unit, folder / unit)
            # Opened once, so that a book of an old release is brought forward once.
            with book.open_book(folder / unit, "王芳", PASSPHRASE, clock=Clock()) as store:
                self._keys[unit] = store.keys

    def open(self, unit: str) -> Store:
        """A fresh copy of the book of that office, open."""
        self._opened += 1
        copy = self._folder / f"{unit}-{self._opened}"
        shutil.copytree(self._folder / unit, copy)
        return book.open_with(copy, self._keys[unit], "王芳", book.take_lock(copy), Clock())


HELD = (
    "op",
    "segment",
    "visit",
    "request",
    "receipt",
    "station",
    "roster",
    "incarnation",
    "refusal",
    "bundle",
)


def held(session: Session) -> dict[str, int]:
    """How many rows of everything that a bundle could add to."""
    return {name: int(session.run(f'SELECT count(*) FROM "{name}"')[0][0]) for name in HELD}


def rosters(session: Session) -> list[tuple[int, bytes]]:
    """The numbers and the hashes of the rosters that a book holds, the newest first."""
    rows = session.run("SELECT version, hash FROM roster ORDER BY version DESC, hash")
    return [(int(version), bytes(its_hash)) for version, its_hash in rows]


def come_of(store: Store, path: Path) -> tuple[dict[str, Any], Taken]:
    """What comes of a file: in short, and in whole."""
    before, listed = store.read(held), store.read(rosters)
    taken = take.take(store, path)
    after, now_listed = store.read(held), store.read(rosters)
    quarantine = store.folder / "quarantine"
    # One that replaces another leaves their count as it was, so the numbers are told too.
    renewed = {"rosters": [version for version, _ in now_listed]} if now_listed != listed else {}
    return {
        "told": taken.error.situation
        if taken.error
        else " ".join(reason for reason, _ in taken.refused) or "taken",
        "added": taken.added,
        "grown": {name: after[name] - before[name] for name in HELD if after[name] != before[name]},
        "alarms": len(taken.alarms),
        "evidence": sum(1 for _ in quarantine.iterdir()) if quarantine.exists() else 0,
        **renewed,
    }, taken
