"""What desks that share one book tell each other: how far it has come and what changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gridbook.records.base import CLASSES, Record
from gridbook.store import server, tables
from gridbook.store.meta import RECEIPT_NUMBER, put
from gridbook.store.session import Session, Standing

CHANGES = "changes"
"""Where `meta` counts the changes of each record class, for desks that have older ones in memory."""
KEYRING = 0
"""Under this number, which no class has, changes of the keyring are counted."""
_ASK = "SELECT key, value FROM meta WHERE key IN ('standing', 'incarnation', %s, %s)"


@dataclass(frozen=True, slots=True)
class Facts:
    """How far the shared book has come, as this transaction sees it."""

    standing: Standing
    incarnation: bytes
    receipts: int
    changes: Mapping[int, int]


@dataclass(slots=True)
class Seen:
    """What this desk knows of the others' changes."""

    changes: Mapping[int, int] = field(default_factory=dict)

    def news(self, now: Mapping[int, int]) -> set[type[Record]]:
        """The classes of which another desk wrote something since this one last looked."""
        changed = {number for number, count in now.items() if self.changes.get(number) != count}
        self.changes = now
        return {CLASSES[tables.CLASS_NAMES[n]].record for n in changed if n in tables.CLASS_NAMES}


def facts(cursor: Any) -> Facts:
    """Read the facts anew; the writer before may have changed each of them."""
    cursor.execute(_ASK, (RECEIPT_NUMBER, CHANGES))
    held = dict(cursor.fetchall())
    changes = held.get(CHANGES)
    return Facts(
        msgspec.msgpack.decode(held["standing"], type=Standing),
        held["incarnation"],
        int.from_bytes(held.get(RECEIPT_NUMBER, b""), "big"),
        {} if changes is None else msgspec.msgpack.decode(changes, type=dict[int, int]),
    )


def tell(session: Session, seen: Seen, *, keyring: bool) -> Mapping[int, int]:
    """Count the classes that this transaction changed and wake the other desks when it commits."""
    counts = dict(seen.changes)
    numbers = [tables.CLASS_NUMBERS[cls.__name__] for cls in session.changed]
    for number in [*numbers, KEYRING] if keyring else numbers:
        counts[number] = counts.get(number, 0) + 1
    put(session, CHANGES, msgspec.msgpack.encode(counts))
    session.run(f"NOTIFY {server.NEWS}")
    return counts
