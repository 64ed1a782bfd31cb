"""Doors: one code in many spellings, exceptions of a building, and what is offered where no door is."""

import pytest

from gridbook.errors import BadDoor, BadValue
from gridbook.records import place
from gridbook.records.place import Building, DoorCode, Pattern, door_or_offer, find_doors, offers, read_door
from tests import make

SPELLINGS = (
    "3-2-501",
    "3#2-501",
    "3#2#501",
    "3号楼2单元501",
    "3号楼2单元501室",
    "3 号楼 2 单元 501 户",
    "3栋2门501",
    "3幢2-501",
    "3座2-501",
    "3号楼-2单元-501",
    "3号楼2单元5层501",
    "3/2/501",
    "3.2.501",
    "3、2、501",
    " 3 - 2 - 501 ",
    "03-02-501",
    "3—2—501",
    "３－２－５０１",
    "３＃２－５０１",
    "３号楼２单元５０１",
    "三号楼二单元五〇一",
    "三号楼二单元五零一室",
    "三-二-五〇一",
    "三号楼2单元501",
    "三号楼2-501",
    "三栋2-501",
)
ESTATE_SPELLINGS = (
    "xfy3-2-501",
    "XFY3-2-501",
    "ｘｆｙ３－２－５０１",
    "xfy 3#2-501",
    "xfy3号楼2单元501",
)


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_door_is_understood_in_every_spelling(typed: str) -> None:
    assert read_door(typed) == DoorCode("", "3", "2", "501")


@pytest.mark.parametrize("typed", ESTATE_SPELLINGS)
def test_the_quick_code_of_an_estate_goes_before_the_door(typed: str) -> None:
    assert read_door(typed) == DoorCode("xfy", "3", "2", "501")


@pytest.mark.parametrize(
    "typed", ["幸福苑3-2-501", "幸福苑 3号楼2单元501", "幸福苑，3-2-501", "幸福苑三号楼二单元五〇一"]
)
def test_the_name_of_an_estate_goes_before_the_door(typed: str) -> None:
    assert read_door(typed) == DoorCode("幸福苑", "3", "2", "501")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("十二号楼一单元一千零一", None),
        ("十二号楼一单元一〇〇一", DoorCode("", "12", "1", "1001")),
        ("十号楼十一单元一百零一", DoorCode("", "10", "11", "101")),
        ("二十三栋两单元幺零幺", DoorCode("", "23", "2", "101")),
        ("幸福三村3-2-501", DoorCode("幸福三村", "3", "2", "501")),
        ("阳光一号院3-2-501", DoorCode("阳光一号院", "3", "2", "501")),
        ("3-501", DoorCode("", "3", "", "501")),
        ("3号楼501", DoorCode("", "3", "", "501")),
        ("3-2-501a", DoorCode("", "3", "2", "501a")),
        ("12b-2-501", DoorCode("", "12b", "2", "501")),
        ("a座1201", DoorCode("", "a", "", "1201")),
        ("幸福苑A栋2单元501", DoorCode("幸福苑", "a", "2", "501")),
    ],
)
def test_numerals_letters_and_short_forms(typed: str, code: DoorCode | None) -> None:
    if code is None:
        with pytest.raises(BadDoor):
            read_door(typed)
    else:
        assert read_door(typed) == code


@pytest.mark.parametrize(
    "typed",
    ["", " ", "-", "501", "王女士", "3-2-", "3--", "3-2-501-7", "3-2-123456", "'; DROP TABLE building; --",
     "<b>3-2-501</b>", "3-2-五十千", "3号楼2单元", "-3-2-x", "\U0001f600-1-1", "3" * 500],
)  # fmt: skip
def test_what_is_no_door_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadDoor) as refused:
        read_door(typed)

    assert "3-2-501" in refused.value.next


def test_a_building_has_the_doors_of_its_pattern() -> None:
    building = make.building(units=2, floors=2, doors_per_floor=2)

    assert building.doors() == (
        "1-101", "1-102", "1-201", "1-202", "2-101", "2-102", "2-201", "2-202"
    )  # fmt: skip


def test_a_building_without_units_has_plain_numbers() -> None:
    building = make.building(pattern=Pattern.SINGLE, doors_per_floor=3)

    assert building.doors() == ("1", "2", "3")
    assert building.floor_of("3") == 1


def test_exceptions_add_doors_and_take_them_away() -> None:
    building = make.building(added=("1-001", "1-101"), missing=("2-501",))

    assert building.has("1-001") and not building.has("2-501")
    assert building.doors().count("1-101") == 1


@pytest.mark.parametrize(("door", "floor"), [("1-101", 1), ("2-1203", 12), ("1-1a", 1), ("1-901b", 9)])
def test_a_door_lies_on_the_floor_its_number_says(door: str, floor: int) -> None:
    assert make.building().floor_of(door) == floor


def test_a_door_is_added_and_taken_out_again() -> None:
    building = make.building()

    grown = building.with_door("2-701")
    assert grown.has("2-701") and grown.added == ("2-701",)
    assert grown.with_door("2-701") == grown
    assert grown.without_door("2-701") == building

    smaller = building.without_door("2-501")
    assert not smaller.has("2-501") and smaller.missing == ("2-501",)
    assert smaller.without_door("2-501") == smaller
    assert smaller.with_door("2-501") == building


def test_a_mistyped_pattern_does_not_become_a_million_doors() -> None:
    flood = make.building(units=10**9, floors=10**9, doors_per_floor=10**9)
    row = make.building(pattern=Pattern.SINGLE, doors_per_floor=10**9)

    assert len(flood.doors()) <= place.MOST_UNITS * place.MOST_FLOORS * 99
    assert len(row.doors()) == place.MOST_DOORS
    assert make.building(units=-5, floors=0).doors() == ()


def found(typed: str, *buildings: Building) -> list[str]:
    return [found.text for found in find_doors(read_door(typed), ESTATES, buildings)]


GARDEN = make.estate(name="幸福苑", quick="xfy")
COURT = make.estate(name="阳光里", quick="ygl")
ESTATES = (GARDEN, COURT)
HERE = make.building(GARDEN, number="3")
THERE = make.building(COURT, number="3")


def test_a_door_is_found_in_its_estate() -> None:
    assert found("xfy3-2-501", HERE, THERE) == ["幸福苑3号楼2单元501"]
    assert found("阳光3-2-501", HERE, THERE) == ["阳光里3号楼2单元501"]


def test_without_an_estate_every_one_that_fits_is_meant() -> None:
    assert found("3-2-501", HERE, THERE) == ["幸福苑3号楼2单元501", "阳光里3号楼2单元501"]


def test_without_a_unit_every_unit_is_meant() -> None:
    assert found("xfy3-501", HERE) == [f"幸福苑3号楼{unit}单元501" for unit in (1, 2, 3)]


def test_a_shop_is_found_by_building_and_number() -> None:
    shops = make.building(GARDEN, number="8", pattern=Pattern.SINGLE, doors_per_floor=12)

    assert found("8-12", shops) == ["幸福苑8号楼12号"]


@pytest.mark.parametrize("number", ["3", "03", "3号楼", "3#", "３", "3栋"])
def test_a_building_is_found_however_its_number_was_written(number: str) -> None:
    assert len(found("3-2-501", make.building(GARDEN, number=number))) == 1


def test_more_than_one_door_is_told_with_names() -> None:
    with pytest.raises(BadDoor) as refused:
        door_or_offer(read_door("3-2-501"), ESTATES, (HERE, THERE))

    assert "幸福苑3号楼2单元501、阳光里3号楼2单元501" in refused.value.message
    assert "xfy3-2-501" in refused.value.next


def test_a_door_that_is_not_there_is_offered_as_an_exception() -> None:
    code = read_door("xfy3-2-901")

    with pytest.raises(BadDoor) as refused:
        door_or_offer(code, ESTATES, (HERE, THERE))
    (offer,) = offers(code, ESTATES, (HERE, THERE))
    grown = offer.building.with_door(offer.door)

    assert "例外户室" in refused.value.next
    assert offer.building == HERE
    assert door_or_offer(code, ESTATES, (grown, THERE)).text == "幸福苑3号楼2单元901"


def test_a_building_or_estate_that_is_not_there_is_named() -> None:
    with pytest.raises(BadDoor, match="99 号楼"):
        door_or_offer(read_door("99-1-101"), ESTATES, (HERE,))
    with pytest.raises(BadDoor, match="小区“abc”"):
        door_or_offer(read_door("abc3-1-101"), ESTATES, (HERE,))
    with pytest.raises(BadDoor, match="3 号楼"):
        door_or_offer(read_door("3-1-101"), (), ())


def test_addresses_are_written_as_people_write_them() -> None:
    assert place.door_text(HERE, "2-501") == "3号楼2单元501"
    assert place.door_text(HERE, "12") == "3号楼12号"


@pytest.mark.parametrize(
    ("code", "level", "parent", "short", "name"),
    [
        ("990101001", place.Level.SUBDISTRICT, None, "0000", "街道办事处"),
        ("990101001003", place.Level.COMMUNITY, "990101001", "0300", "03社区"),
        ("990101001003005", place.Level.GRID, "990101001003", "0305", "03社区-05网格"),
    ],
)
def test_the_code_of_an_office_tells_its_place(
    code: str, level: place.Level, parent: str | None, short: str, name: str
) -> None:
    assert place.level_of(code) is level
    assert place.parent_of(code) == parent
    assert place.short_code(code) == short
    assert place.short_name(code) == name
    assert place.is_practice(code)


def test_an_office_is_followed_by_those_above_it() -> None:
    assert place.chain_of(make.GRID) == (make.GRID, make.COMMUNITY, make.SUBDISTRICT)


@pytest.mark.parametrize("code", ["", "99010100", "9901010010", "99010100a", "９９０１０１００１", "9" * 18])
def test_what_is_no_code_of_an_office_is_refused(code: str) -> None:
    with pytest.raises(BadValue):
        place.level_of(code)
