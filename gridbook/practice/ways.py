"""Where requests begin and where they end: sources, offices that take them down, offices that settle them."""

import random
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate

from gridbook import catalog
from gridbook.practice import seasons
from gridbook.records.place import Level
from gridbook.records.steps import Source

AT_VISITS = 0.34
"""How many requests are made at a visit."""
AT_GRID_OTHERWISE = 0.324
"""How many of the others a grid takes down; the rest comes to the community."""
GRID_SOURCES = ((Source.CHAT, 12.0), (Source.PATROL, 6.0), (Source.CALL, 3.4))
COMMUNITY_SOURCES = ((Source.CALL, 20.6), (Source.DESK, 20.0), (Source.HOTLINE, 4.0))

End = tuple[Level, bool]
"""The office that brings a request to its end, and whether another body did the work."""
_ENDS: tuple[End, ...] = (
    (Level.GRID, False),
    (Level.COMMUNITY, False),
    (Level.SUBDISTRICT, False),
    (Level.COMMUNITY, True),
    (Level.SUBDISTRICT, True),
)
_BY_LEVEL: Mapping[str, Sequence[float]] = {
    "G": (0.920, 0.070, 0.010, 0.000, 0.000),
    "C": (0.274, 0.670, 0.036, 0.020, 0.000),
    "S": (0.000, 0.060, 0.800, 0.000, 0.140),
}
"""Where requests end whose category is a matter of the grid, the community, the subdistrict."""
_BEGUN_AT_GRID = (0.885, 0.196, 0.196, 0.196, 0.196)
"""How many of those that end there began at a grid: one in six of a grid's requests is passed up."""


@cache
def _ways(code: str, at_grid: bool) -> Sequence[float]:
    level = catalog.category(code).level
    return [
        ends * (begun if at_grid else 1 - begun)
        for ends, begun in zip(_BY_LEVEL[level], _BEGUN_AT_GRID, strict=True)
    ]


def end_of(code: str, at_grid: bool, chance: random.Random) -> End:
    """Where a request of a category ends that began at a grid, or at a community."""
    return chance.choices(_ENDS, _ways(code, at_grid))[0]


@cache
def _categories(month: int, at_grid: bool) -> tuple[Sequence[str], Sequence[float]]:
    shares = seasons.shares()
    weights = [part[month - 1] * sum(_ways(code, at_grid)) for code, part in shares.items()]
    return tuple(shares), tuple(accumulate(weights))


def category_in(month: int, at_grid: bool, chance: random.Random) -> str:
    """The category of a request that comes in that month to a grid, or to a community."""
    codes, weights = _categories(month, at_grid)
    return chance.choices(codes, cum_weights=weights)[0]


def source_of(at_grid: bool, chance: random.Random) -> Source:
    """How a request came that was not made at a visit."""
    sources = GRID_SOURCES if at_grid else COMMUNITY_SOURCES
    return chance.choices([source for source, _ in sources], [weight for _, weight in sources])[0]
