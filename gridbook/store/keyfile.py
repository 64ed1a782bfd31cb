"""The key file of a book: what it holds, and nothing that GridBook never writes."""

from pathlib import Path

import msgspec

from gridbook.errors import BookIsNewer, BookMissing
from gridbook.i18n import tr
from gridbook.store import before, files

FILE = before.KEYS
VERSION = 1
LARGEST = before.LARGEST
FLOOR_KIB, FLOOR_ROUNDS, LANES = 64 * 1024, 3, 4
MOST_KIB, MOST_ROUNDS, MOST_WORK = 192 * 1024, 36, 192 * 1024 * 12
"""Caps on what a file may ask for: the whole process stays below 256 MB, and a hostile file below 2 s."""


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one guess at a passphrase costs: KiB, rounds, lanes."""

    kib: int
    rounds: int
    lanes: int


class Wrapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The book key in a box that one passphrase opens."""

    salt: bytes
    nonce: bytes
    box: bytes
    cost: Cost


class _Form(msgspec.Struct, frozen=True):
    version: int


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything the file holds."""

    version: int
    people: dict[str, Wrapped]
    recovery_recipient: str
    recovery_box: bytes
    station_nonce: bytes
    station_box: bytes


def read(folder: Path) -> File:
    """The file of a book."""
    try:
        with (folder / FILE).open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise BookMissing(
            tr("There is no book in {place}.").format(place=folder),
            next=tr("Choose the right folder, or make a new book."),
        ) from error
    except OSError as error:
        raise before.damaged() from error
    return parsed(raw)


def parsed(raw: bytes) -> File:
    """What such a file holds, when it is one that GridBook writes."""
    try:
        if len(raw) > LARGEST:
            raise ValueError("too large")
        if msgspec.json.decode(raw, type=_Form).version > VERSION:
            raise BookIsNewer(
                tr("This book was written by a newer GridBook."),
                kept=tr("It was not touched."),
                next=tr("Install the newest program on this PC, then open it again."),
            )
        held = msgspec.json.decode(raw, type=File)
        _check(held)
    # A file of nothing but brackets ends in a RecursionError.
    except (ValueError, RecursionError) as error:
        raise before.damaged() from error
    return held


def _check(held: File) -> None:
    fits = held.version == VERSION and len(held.station_nonce) == 12
    for wrapped in held.people.values():
        cost = wrapped.cost
        fits = fits and (len(wrapped.salt), len(wrapped.nonce), len(wrapped.box)) == (16, 12, 48)
        fits = fits and FLOOR_KIB <= cost.kib <= MOST_KIB and FLOOR_ROUNDS <= cost.rounds <= MOST_ROUNDS
        fits = fits and cost.lanes == LANES and cost.kib * cost.rounds <= MOST_WORK
    if not fits:
        raise ValueError("the key file holds what GridBook never writes")


def write(folder: Path, made: File) -> None:
    """Replace the file whole."""
    files.write_whole(folder / FILE, as_bytes(made), private=True)


def as_bytes(made: File) -> bytes:
    """The file as it lies on the disk."""
    return msgspec.json.format(msgspec.json.encode(made))
