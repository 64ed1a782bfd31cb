"""Reading bytes that others wrote: whatever is wrong with them is one error, and no number is too large."""

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from gridbook.records.base import UnitCode
from gridbook.records.place import LEVEL_BY_DIGITS

T = TypeVar("T")

LARGEST_NUMBER = 2**63 - 1
Count = Annotated[int, Meta(ge=0, le=LARGEST_NUMBER)]
"""A number that a column of the book can hold."""
Moment = Annotated[int, Meta(le=LARGEST_NUMBER)]
"""Milliseconds of UTC; a clock may be wrong, also before 1970."""
Life = Annotated[bytes, Meta(min_length=16, max_length=16)]
"""The id of an incarnation."""
Hash = Annotated[bytes, Meta(min_length=32, max_length=32)]
"""A SHA-256."""


def read(decoder: msgspec.msgpack.Decoder[T], raw: bytes) -> T:
    """What the bytes say; raises ValueError where they say nothing of that form."""
    try:
        return decoder.decode(raw)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def is_code(unit: UnitCode) -> bool:
    """Whether this is the code of an office: 9, 12 or 15 plain digits."""
    return len(unit) in LEVEL_BY_DIGITS and unit.isascii() and unit.isdigit()
