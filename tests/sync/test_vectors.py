"""Frozen malformed parts: what format 1 refused stays refused, and in the same way."""

import collections
import json

import pytest

from tests.sync.vectors import make


def frozen() -> list[dict[str, str]]:
    """Every frozen vector."""
    return [json.loads(line) for line in make.FROZEN.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("kind", make.PARSERS)
def test_what_was_refused_is_refused_in_the_same_way(kind: str) -> None:
    vectors = [one for one in frozen() if one["kind"] == kind]

    assert len(vectors) >= 10
    told = {one["hex"]: make.outcome(kind, bytes.fromhex(one["hex"])) for one in vectors}
    assert {one["hex"]: one["outcome"] for one in vectors} == told
    assert "understood" not in told.values()


def test_there_are_at_least_two_hundred_of_every_kind_of_part() -> None:
    kinds = collections.Counter(one["kind"] for one in frozen())

    assert set(kinds) == set(make.PARSERS)
    assert kinds.total() >= 200


@pytest.mark.parametrize("kind", make.PARSERS)
def test_every_byte_turned_over_and_every_cut_is_refused_or_understood_and_nothing_else(kind: str) -> None:
    raw = make.samples()[kind]
    harmed = [*make.flipped(raw), *(raw[:n] for n in range(len(raw)))]

    told = collections.Counter(make.outcome(kind, one) for one in harmed)

    assert told.total() == 2 * len(raw)
    assert set(told) <= {
        "understood",
        "ValueError",
        "ZstdError",
        "NotABundle",
        "BundleIsNewer",
        "BundleTooLarge",
    }
