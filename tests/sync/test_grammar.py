"""Whatever a certified station signs, an import understands it or refuses it; the book stays sound."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridbook.store import checks, rebuild
from gridbook.store.book import Store
from gridbook.sync import export, healing, status, take
from tests.sync.grammar import Grammar
from tests.sync.offices import COMMUNITY
from tests.sync.vectors.town import Receivers, Town, held

BEYOND = "BundleError"
"""The situation of what nobody thought of; every refusal that was thought of has a name of its own."""


@pytest.fixture(scope="module")
def community(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Receivers(tmp_path_factory.mktemp("grammar")).open(COMMUNITY) as store:
        yield store


@pytest.fixture(scope="module")
def town() -> Town:
    return Town()


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=False))
def test_whatever_a_station_signs_is_understood_or_refused(
    community: Store, town: Town, tmp_path_factory: pytest.TempPathFactory, chance: random.Random
) -> None:
    path = tmp_path_factory.getbasetemp() / "drawn.gbb"
    path.write_bytes(town.sealed(Grammar(chance, town).plain()))
    before = community.read(held)

    taken = take.take(community, path)

    assert taken.error is None or taken.error.situation != BEYOND
    if taken.error is not None:
        assert community.read(held) == before


def test_the_book_that_took_them_all_is_sound_and_at_work(community: Store, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()

    assert community.read(checks.troubles, deep=True, hash_now=healing.hash_now) == []
    assert export.hand_over(community, stick)
    assert community.read(status.held) is not None
    before = community.read(held)
    rebuild.rebuild(community)
    assert community.read(held) == before
