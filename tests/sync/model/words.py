"""The seven offices, how far each class travels, and who may write what."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

Unit = str


class Reach(StrEnum):
    """How far a stream travels."""

    DOWN = "down"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    HERE = "here"

    # Streams are keys of every dictionary here, and the hash of an enum is slow.
    __hash__ = str.__hash__


Stream = tuple[Unit, Reach]

S, C1, C2 = "S", "SA", "SB"
G1, G2, G3, G4 = "SA1", "SA2", "SB1", "SB2"
UNITS = (S, C1, C2, G1, G2, G3, G4)
# A unit's code begins with the code of the office above it, as the real administrative codes do.
ROUND_UP = ((G1, C1), (G2, C1), (G3, C2), (G4, C2), (C1, S), (C2, S))
ROUND_DOWN = ((S, C1), (S, C2), (C1, G1), (C1, G2), (C2, G3), (C2, G4))

CLASSES = {
    "List": Reach.DOWN,
    "Request": Reach.SUBDISTRICT,
    "Visit": Reach.SUBDISTRICT,
    "Particulars": Reach.COMMUNITY,
    "Note": Reach.HERE,
}
GROUPS = ("first", "second")
PURGED = {"Particulars": 720}
OWN_ONLY = frozenset({"Visit", "Note"})

FOLLOWS: dict[str, tuple[frozenset[str], str | None]] = {
    "accept": (frozenset({"registered"}), "accepted"),
    "assign": (frozenset({"registered", "accepted"}), "waiting"),
    "sign": (frozenset({"waiting"}), "working"),
    "return": (frozenset({"waiting"}), "accepted"),
    "extend": (frozenset({"accepted", "working"}), None),
    "supervise": (frozenset({"registered", "accepted", "waiting", "working"}), None),
    "resolve": (frozenset({"accepted", "working"}), "resolved"),
    "withdraw": (frozenset({"registered", "accepted", "waiting", "working"}), "closed"),
    "close": (frozenset({"resolved"}), "closed"),
    "reopen": (frozenset({"closed", "resolved"}), "accepted"),
}
"""Each event: the states in which it is allowed and the state that follows."""

EVENT_FLOOR = {"assign": 1, "extend": 1, "supervise": 2}


def height(unit: Unit) -> int:
    """0 at the grid, 2 at the subdistrict."""
    return 3 - len(unit)


@cache
def parent(unit: Unit) -> Unit | None:
    """The office above."""
    return unit[:-1] or None


@cache
def neighbours(unit: Unit) -> tuple[Unit, ...]:
    """The offices with which a unit changes sticks."""
    return tuple(other for other in UNITS if parent(other) == unit or parent(unit) == other)


@cache
def may_hold(office: Unit, stream: Stream) -> bool:
    """Whether the office is entitled to the stream."""
    unit, reach = stream
    if office == unit:
        return True
    above = unit.startswith(office)
    if reach is Reach.DOWN:
        return above or office.startswith(unit)
    if reach is Reach.SUBDISTRICT:
        return above
    if reach is Reach.COMMUNITY:
        return above and height(office) <= 1
    return False


@cache
def may_write(author: Unit, stream: Stream) -> bool:
    """Whether ops of that author belong into the stream at all."""
    unit, reach = stream
    if author == unit:
        return True
    return (
        reach in (Reach.SUBDISTRICT, Reach.COMMUNITY) and unit.startswith(author) and may_hold(author, stream)
    )


def may_do(author: Unit, unit: Unit, record_class: str, kind: str, event: str | None) -> bool:
    """Whether the author's level may do this; otherwise the op is kept and not folded."""
    if kind == "event":
        return record_class == "Request" and event in FOLLOWS and height(author) >= EVENT_FLOOR.get(event, 0)
    if kind == "erase":
        return height(author) >= 1
    if record_class in OWN_ONLY:
        return author == unit
    return True


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that can be left out, to see that each of them is needed."""

    receipts: bool = True
    runs: bool = True
    empty_pages: bool = True
    own_lines: bool = True
    seen: bool = True
    same_number: bool = True
    superseded: bool = True
    by_hash: bool = True
    siblings: bool = True
    wanted: bool = True
    computed_refusal: bool = True
    roster_union: bool = True
    rejudge: bool = True
    own_bundles: bool = True
    husks: bool = True
    top_purge_bound: bool = True
    sound_stamps: bool = True
    complete: bool = True
    parked: bool = True
    orders_travel: bool = True
    late_copies: bool = True
    named_heads: bool = True
