"""Find as one types: every way a worker may remember a case."""

import sys
from dataclasses import replace
from typing import Any

import pytest

from gridbook.records.request import RequestEntry
from gridbook.store import journal, lookup, pinyin, requests, search, visits
from gridbook.store.book import Store
from tests import make


def asked(grid: Store, called: str, title: str = "楼道灯不亮", phone: str | None = None) -> RequestEntry:
    particulars: dict[str, Any] = {"called": called, "title": title, "text": ""}
    return grid.write(
        requests.save, make.request_entry(id=b"", number="", particulars=particulars, phone=phone)
    )


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("单女士", "shan"),
        ("单女士", "dan"),
        ("单女士", "sns"),
        ("曾建国", "zengjianguo"),
        ("曾建国", "zjg"),
        ("解先生", "xie"),
        ("朴女士", "piao"),
        ("尉迟明", "yuchiming"),
        ("万俟女士", "moqi"),
        ("欧阳春", "ouyang"),
        ("吕先生", "lv"),
        ("吕先生", "lu"),
        ("张英", "zanyin"),
        ("张英", "zhangyin"),
        ("陈生", "censhen"),
        ("𠮷田先生", "𠮷"),
        ("阿依·古丽", "ayi"),
        ("王女士", "王"),
        ("王女士", "女士"),
        ("王女士", "WANG"),
        ("王女士", "ｗａｎｇ"),
    ],
)
def test_a_name_is_found_by_character_pinyin_and_every_reading_of_its_surname(
    grid: Store, name: str, typed: str
) -> None:
    entry = asked(grid, name)
    asked(grid, "")

    found = grid.read(search.find, typed).requests

    assert [row.request.id for row in found] == [entry.request.id]


def test_title_telephone_and_several_words_are_found(grid: Store) -> None:
    leak = asked(grid, "王女士", "卧室屋顶漏水", "199 0000 1234")
    asked(grid, "王先生", "楼道灯不亮", "19900005678")

    for typed in ("漏", "屋顶", "wdls", "wuding", "0000 1234", "19900001234", "1234", "王 漏水", "漏水 wang"):
        assert [row.request.id for row in grid.read(search.find, typed).requests] == [leak.request.id], typed
    assert len(grid.read(search.find, "王").requests) == 2


def test_numbers_are_found_whole_in_part_and_by_counter(grid: Store) -> None:
    entry = asked(grid, "王女士")
    form = grid.write(visits.save, make.visit_entry(id=b"", number=""))
    assert isinstance(form, visits.VisitEntry)

    for typed in (entry.request.number, entry.request.number[:12], entry.request.number.lower(), "1"):
        assert [row.request.id for row in grid.read(search.find, typed).requests] == [entry.request.id]
    assert [row.visit.id for row in grid.read(search.find, "2").visits] == [form.visit.id]
    both = grid.read(search.find, "0305-26")
    assert len(both.requests) == len(both.visits) == 1


def test_doors_and_estates_are_found_in_every_spelling(grid: Store) -> None:
    for typed in ("3-2-501", "3#2-501", "3号楼2单元501", "xfy3-2-501", "３－２－５０１", "三号楼二单元501"):
        (door,) = grid.read(search.find, typed).doors
        assert door.text == "幸福苑3号楼2单元501", typed
    assert [one.name for one in grid.read(search.find, "幸福").estates] == ["幸福苑"]
    assert [one.name for one in grid.read(search.find, "xfy").estates] == ["幸福苑"]


def test_nothing_is_found_for_nothing_and_wild_cards_are_letters(grid: Store) -> None:
    asked(grid, "王女士")
    for typed in ("", "  ", "%", "_", "!", "'", "100%", "不在这里"):
        assert grid.read(search.find, typed).nothing, typed


def test_the_newest_come_first_and_not_too_many(grid: Store) -> None:
    entries = [asked(grid, "王女士") for _ in range(12)]

    found = grid.read(search.find, "wang").requests

    assert [row.request.id for row in found] == [one.request.id for one in reversed(entries)][:8]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("张晓丽", "zhangxaoli"),  # one letter left out
        ("张晓丽", "zhangxiaolii"),  # one too many
        ("张晓丽", "zhangxiapli"),  # another letter
        ("张晓丽", "zhangxioali"),  # changed over
        ("张晓丽", "张晓莉"),  # the same sound
        ("张晓丽", "张小丽"),
        ("曾建国", "cengjianguo"),
        ("曾建国", "cengjiangou"),
        ("欧阳春梅", "欧阴春梅"),  # another character
    ],
)
def test_one_letter_may_be_typed_wrong(grid: Store, name: str, typed: str) -> None:
    entry = asked(grid, name)
    asked(grid, "李女士")

    found = grid.read(search.find, typed)

    assert [row.request.id for row in found.requests] == [entry.request.id]
    assert found.nearly == (typed != "cengjianguo")


def test_any_letter_of_a_long_name_may_be_wrong(grid: Store) -> None:
    entry, typed = asked(grid, "何巧丽梅"), "heqiaolimei"
    for name in ("何巧", "丽梅", "李女士"):
        asked(grid, name)

    for n in range(len(typed)):
        changed_over = typed[:n] + typed[n : n + 2][::-1] + typed[n + 2 :]
        for wrong in (typed[:n] + "x" + typed[n + 1 :], typed[:n] + "x" + typed[n:], changed_over):
            found = grid.read(search.find, wrong).requests
            assert [row.request.id for row in found] == [entry.request.id], wrong


def test_the_dictionary_of_phrases_which_no_name_needs_is_not_read() -> None:
    assert pinyin.readings("重庆") == [("chongqing", "cq"), ("zhongqing", "zq")]
    assert "pypinyin.phrases_dict" not in sys.modules


def test_a_wrong_digit_of_a_telephone_or_a_misread_number_finds_the_case_and_says_so(grid: Store) -> None:
    entry = asked(grid, "王女士", phone="19900001234")
    number = entry.request.number

    for typed in ("19900001235", "1990001234", number[:-1] + ("7" if number[-1] != "7" else "8")):
        found = grid.read(search.find, typed)
        assert [row.request.id for row in found.requests] == [entry.request.id], typed
        assert found.nearly
    assert grid.read(search.find, "1235").nothing


def test_what_is_old_is_found_among_many(grid: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "NEWEST", 2)
    entry = asked(grid, "佴晓丽", "卧室屋顶漏水", "19900001234")
    for n in range(12):
        asked(grid, "王女士", "楼道灯不亮", f"1980000{n:04}")

    for typed in (
        "佴",
        "佴晓",
        "丽",
        "nxl",
        "xl",
        "水",
        "屋顶",
        "34",
        "naixiaoli",
        "佴 漏",
        "佴晓莉",
        "naixiaolo",
        "佴 水",
        "xl ls",
    ):
        found = grid.read(search.find, typed).requests
        assert [row.request.id for row in found] == [entry.request.id], typed
    for typed in ("佴 梯", "佴 灯", "xl dt"):
        assert grid.read(search.find, typed).nothing, typed


def test_what_was_erased_or_changed_is_found_no_more(grid: Store) -> None:
    entry = asked(grid, "佴晓丽", "卧室屋顶漏水", None)
    assert entry.particulars is not None
    grid.write(journal.save, replace(entry.particulars, called="王女士"))

    for typed in ("佴晓丽", "佴", "naixiaoli", "nxl"):
        assert grid.read(search.find, typed).nothing, typed
    assert len(grid.read(search.find, "王女士").requests) == 1


def test_an_estate_is_found_by_pinyin(grid: Store) -> None:
    for typed in ("xingfuyuan", "xfy", "xinfu"):
        assert [one.name for one in grid.read(search.find, typed).estates] == ["幸福苑"], typed
