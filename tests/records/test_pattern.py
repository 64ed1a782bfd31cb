"""Doors that differ from the pattern, as people write them and as the book keeps them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridbook.errors import BadValue
from gridbook.records import pattern
from tests import make

TOWER = make.building(units=2, floors=18, doors_per_floor=4)


@pytest.mark.parametrize(
    ("text", "doors"),
    [
        ("2-101", ("2-101",)),
        ("４层", tuple(f"{unit}-4{door:02}" for unit in (1, 2) for door in (1, 2, 3, 4))),
        ("2-7层", ("2-701", "2-702", "2-703", "2-704")),
        ("2单元7层，2-701", ("2-701", "2-702", "2-703", "2-704")),
        ("1-701～703", ("1-701", "1-702", "1-703")),
        ("1-701 至 1-702", ("1-701", "1-702")),
        ("1~3、s1", ("1", "2", "3", "s1")),
    ],
)
def test_short_words_name_their_doors(text: str, doors: tuple[str, ...]) -> None:
    assert pattern.expanded(text.replace(" 至 ", "至"), TOWER) == doors


def test_endings_and_units_name_many() -> None:
    assert len(pattern.expanded("*04", TOWER)) == 36
    assert len(pattern.expanded("2-*01", TOWER)) == 18
    assert len(pattern.expanded("1单元", TOWER)) == 72


@pytest.mark.parametrize("text", ["随便", "9~1", "1~9999", "<b>", "1-2-3-4"])
def test_what_is_no_door_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadValue) as refused:
        pattern.expanded(text, TOWER)
    assert "4层" in refused.value.next


def test_a_building_without_fours_is_said_in_a_few_words() -> None:
    doors = pattern.without_fours(replace(TOWER, doors_per_floor=3))

    assert pattern.shortened(doors, replace(TOWER, doors_per_floor=3)) == "4层 14层"


@given(st.sets(st.sampled_from([*TOWER.doors(), "1", "s2", "1-1901"])))
def test_what_is_shortened_is_the_same_when_it_is_read_again(doors: set[str]) -> None:
    said = pattern.shortened(sorted(doors), TOWER)

    assert set(pattern.expanded(said, TOWER)) == doors
