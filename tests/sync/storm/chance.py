"""One plan, one history: ids and nonces come from a seed and the sun, not from this PC's day and chance."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from random import Random
from types import SimpleNamespace

import pytest
import uuid_utils

from gridbook.records.base import id_at
from tests.sync.storm.station import Sun


@contextmanager
def chance_of(sun: Sun, seed: int = 1) -> Iterator[None]:
    """Have all chance come from a seed for a while; keys alone, made once for all histories, do not."""
    chance, numbers = Random(seed), count()

    def its_id() -> SimpleNamespace:
        # One after the other, as on a PC: what was made later sorts later.
        at = sun.at + timedelta(milliseconds=next(numbers))
        return SimpleNamespace(bytes=id_at(at, chance.randbytes))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uuid_utils, "uuid7", its_id)
        patch.setattr(os, "urandom", chance.randbytes)
        patch.setattr(secrets, "token_bytes", lambda size=32: chance.randbytes(size))
        yield
