"""A door whose estate is written by the first letters of its name, by its pinyin, or by its quick code."""

import pytest

from gridbook.errors import BadDoor
from gridbook.records.place import Estate
from gridbook.store import places
from gridbook.store.book import Store
from tests import make


@pytest.fixture
def town(grid: Store) -> Store:
    """Three estates with a building 3 each; only one has a quick code."""
    for name, quick in (("和平里", ""), ("阳光一号院", "yg"), ("和美园", "")):
        estate = Estate(unit=grid.unit, id=make.new_id(), name=name, quick=quick)
        grid.write(places.save, estate, make.building(estate, id=make.new_id()))
    return grid


@pytest.mark.parametrize(
    "typed", ["hpl3-2-501", "HPL 3#2-501", "hepingli3-2-501", "heping3号楼2单元501", "ｈｐｌ３－２－５０１"]
)
def test_the_letters_of_an_estate_mean_it(town: Store, typed: str) -> None:
    assert town.read(places.resolve, typed).text == "和平里3号楼2单元501"
    assert [one.text for one in town.read(places.meant, typed)] == ["和平里3号楼2单元501"]


def test_a_quick_code_goes_before_what_only_sounds_so(town: Store) -> None:
    assert town.read(places.resolve, "yg3-2-501").estate.name == "阳光一号院"


def test_letters_that_mean_two_estates_ask_which(town: Store) -> None:
    with pytest.raises(BadDoor) as asked:
        town.read(places.resolve, "he3-2-501")

    assert "和平里" in asked.value.message and "和美园" in asked.value.message


def test_letters_that_mean_none_are_said_to(town: Store) -> None:
    with pytest.raises(BadDoor, match="zz"):
        town.read(places.resolve, "zz3-2-501")
