"""Work on many thousand rows at once."""

import contextlib
import gc
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

AT_ONCE = 500
"""So many keys are asked for in one statement."""


def parts(all_of_them: Sequence[T]) -> Iterator[Sequence[T]]:
    """These in parts that one statement can ask for."""
    for start in range(0, len(all_of_them), AT_ONCE):
        yield all_of_them[start : start + AT_ONCE]


@contextlib.contextmanager
def without_pauses() -> Iterator[None]:
    """Let the collector of cycles rest: ops and rows make none, and its looks cost a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
