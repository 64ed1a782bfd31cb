"""Work on many thousand rows at once."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def without_pauses() -> Iterator[None]:
    """Let the collector of cycles rest: what ops and rows are made of has none, and its looks cost a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
