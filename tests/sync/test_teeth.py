"""The judge has teeth: each rule of the hand-over is left out in turn, and the storm notices."""

from dataclasses import fields, replace

import pytest

from tests.sync.model.storm import history
from tests.sync.model.words import Rules

SEEDS = {
    "receipts": 10,
    "runs": 40,
    "own_lines": 30,
    "superseded": 10,
    "by_hash": 40,
    "siblings": 60,
    "wanted": 60,
    "complete": 30,
    "computed_refusal": 100,
    "rejudge": 100,
    "named_heads": 150,
    "own_bundles": 30,
    "husks": 20,
    "sound_stamps": 60,
    "parked": 20,
    "orders_travel": 20,
    "late_copies": 20,
}
"""Within how many histories the storm finds out that a rule was left out: about twice as many as it takes."""

SCRIPTED = {"empty_pages", "seen", "same_number", "roster_union", "top_purge_bound"}
"""Rules against mishaps so rare that test_model.py tells one history for each, with the rule and without."""


def test_every_rule_can_be_left_out() -> None:
    assert SEEDS.keys() | SCRIPTED == {one.name for one in fields(Rules)}


@pytest.mark.parametrize("rule", SEEDS)
def test_the_storm_notices_that_a_rule_was_left_out(rule: str) -> None:
    without = replace(Rules(), **{rule: False})
    assert any(history(seed, without)[0] for seed in range(1, 1 + SEEDS[rule]))
