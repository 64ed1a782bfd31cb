"""A bundle on its way in: what is known of it, and what came of it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gridbook.errors import GridbookError
from gridbook.records.base import UnitCode
from gridbook.store.book import Store
from gridbook.sync import bundle, receipt
from gridbook.sync.segment import Header
from gridbook.sync.trust import Certificate


@dataclass(slots=True)
class Taken:
    """What came of one file: how much was added, what was refused, what people should be told.

    `content` names the file by what is in it, for the log; its name on the stick can be anything.
    """

    path: Path
    content: str = ""
    sender: UnitCode = ""
    sender_name: str = ""
    segments: int = 0
    ops: int = 0
    added: int = 0
    changed: int = 0
    known: int = 0
    parked: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    by_class: dict[str, int] = field(default_factory=dict)
    alarms: list[str] = field(default_factory=list)
    error: GridbookError | None = None
    recovery: tuple[Any, ...] = field(default=(), repr=False)
    """Where a person typed the recovery key in: what was sealed to an older key of this office opens too."""

    def opened_by(self, store: Store) -> list[Any]:
        """The keys that may open the file."""
        return [store.keys.age, *self.recovery]

    def alarm(self, sentence: str) -> None:
        """Tell people something, once."""
        if sentence not in self.alarms:
            self.alarms.append(sentence)


@dataclass(slots=True)
class Verified:
    """What pass 1 found: whom to believe, which segments are good and why the others are not."""

    manifest: bundle.Manifest
    sender: Certificate
    certificates: dict[bytes, Certificate]
    refused: dict[bytes, str] = field(default_factory=dict)
    headers: dict[bytes, Header] = field(default_factory=dict)
    came: dict[bytes, bytes] = field(default_factory=dict)
    pages: list[receipt.Page] = field(default_factory=list)
    ops: int = 0
    length: int = 0


class SegmentBad(Exception):
    """A segment that is not taken; the rest of the bundle is."""
