"""A bundle on its way in: what is known of it, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from gridbook.errors import GridbookError
from gridbook.i18n import tr
from gridbook.records.base import UnitCode
from gridbook.records.place import short_name
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import bundle, receipt, trust
from gridbook.sync.segment import Header
from gridbook.sync.trust import Certificate

P = ParamSpec("P")
T = TypeVar("T")
MOST_OF_A_NAME = 60


class Transaction(Protocol):
    """Runs a function in a transaction: the store's own `write` or `read`, or a rehearsal within one."""

    def __call__(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function returns."""


@dataclass(slots=True)
class Taken:
    """What came of one file: how much was added, what was refused, what people should be told.

    `content` names the file by what is in it, for the log; its name on the stick can be anything.
    `aside` pieces were held and lie in quarantine now, `released` ones lay there and are taken now.
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
    opened: int = 0
    """Questions to settle that were not there before."""
    settled: int = 0
    """Questions that are there no longer, because somebody decided."""
    waiting: int = 0
    """So many records more (or fewer, where it is negative) wait for a piece that has not come yet."""
    alike: int | None = None
    """Pairs of requests that begin to look like one matter; looked for in a preview only."""
    aside: int = 0
    released: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    by_class: dict[str, int] = field(default_factory=dict)
    alarms: list[str] = field(default_factory=list)
    error: GridbookError | None = None
    recovery: tuple[Any, ...] = field(default=(), repr=False)
    """Where a person typed the recovery key in: what was sealed to an older key of this office opens too."""

    def opened_by(self, store: Store) -> list[Any]:
        """The keys that may open the file."""
        return [*store.keys.identities, *self.recovery]

    @property
    def refusal(self) -> str:
        """Which file was refused, whose as far as is known, why, what was kept, what to do now."""
        if self.error is None:
            return ""
        # A name comes from a stick, and a stick can call a file anything.
        file = self.path.name.encode(errors="replace").decode()[:MOST_OF_A_NAME]
        why = self.error.sentence()
        if not self.sender:
            return tr("{file}: {why}").format(file=file, why=why)
        return tr("{file} from {sender}: {why}").format(file=file, sender=short_name(self.sender), why=why)

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
    revoked: trust.Revoked
    refused: dict[bytes, str] = field(default_factory=dict)
    headers: dict[bytes, Header] = field(default_factory=dict)
    came: dict[bytes, bytes] = field(default_factory=dict)
    pages: list[receipt.Page] = field(default_factory=list)
    ops: int = 0
    length: int = 0
    rehearsed: bool = False
    """Whether all this is rolled back again, so that nothing is to be kept beside the book either."""


class SegmentBad(Exception):
    """A segment that is not taken, while the rest is; `came` is its hash where another one was listed."""

    def __init__(self, reason: str, came: bytes | None = None) -> None:
        super().__init__(reason)
        self.came = came
