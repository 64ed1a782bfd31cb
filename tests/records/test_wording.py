"""No sentence of the book names what it never records; it says what is to be done instead."""

import pytest

from gridbook import catalog, i18n
from gridbook.errors import BadWording
from gridbook.practice import words_errands, words_places
from gridbook.records import check_care, wording
from tests import make
from tests.test_principle import NEVER_WRITTEN_EN, NEVER_WRITTEN_ZH, words

# Words that no screen may show and that say nothing about a person where somebody writes them in a sentence.
OF_WORK_OR_THINGS = {
    *("机动车", "录像", "定位", "现场照片", "上传照片", "留存照片", "积分", "评分", "打分", "星级", "评星"),
    *("三色", "五色", "未走访名单", "走访率", "覆盖率", "入户率", "全覆盖", "打卡", "签到", "排名", "考核"),
    *("排行", "iris scan", "not visited yet", "coverage rate", "check-in", "leaderboard", "five stars"),
}


@pytest.mark.parametrize(
    "term", sorted({*words(NEVER_WRITTEN_ZH), *words(NEVER_WRITTEN_EN)} - OF_WORK_OR_THINGS)
)
def test_what_has_no_field_has_no_sentence_either(term: str) -> None:
    assert wording.instead(f"约周三上门，{term}，请带工具" if not term.isascii() else f"call first, {term}")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("老人有精神病，楼道灯坏了", "需要上门服务，楼道灯坏了"),
        ("厨房漏水。独居，离异，请尽快", "厨房漏水。希望约定定期联系，请尽快"),
        ("王女士 工 资 低", "咨询可以申请哪些帮扶"),
        ("老人残疾，走不动", "需要上门服务，走不动"),
        ("户，口", "咨询证照登记怎样办理"),
    ],
)
def test_the_clause_that_says_too_much_is_put_as_a_service(typed: str, offered: str) -> None:
    found = wording.instead(typed)

    assert found is not None and found.text == offered
    assert wording.instead(found.text) is None


@pytest.mark.parametrize(
    "fine",
    [
        *(
            "残疾人证代交材料",
            "咨询养老金领取年龄",
            "民族路12号路灯不亮",
            "人脸识别门禁打不开",
            "车牌识别杆不抬",
        ),
        *("共同居住证明怎么开", "电梯停了两天", "3号楼2单元5楼漏水", "disability card errand", ""),
    ],
)
def test_services_that_sound_alike_are_let_pass(fine: str) -> None:
    assert wording.instead(fine) is None


def test_everything_the_practice_town_and_the_categories_say_passes() -> None:
    said = [*words_errands.WORDS.splitlines(), *words_places.WORDS.splitlines()]
    said += [name for one in catalog.categories().values() for name in (one.name_zh, one.name_en)]

    assert [text for text in said if wording.instead(text)] == []


def test_every_offer_passes_itself_in_both_languages() -> None:
    for kind in catalog.never_written():
        for offer in (kind.offer_zh, kind.offer_en):
            assert offer and wording.instead(offer) is None, offer


def test_the_refusal_repeats_nothing_that_was_typed() -> None:
    i18n.use("zh_CN")
    with pytest.raises(BadWording) as refused:
        wording.require_text("note", "赵大爷吸毒多年")

    said = refused.value.sentence()
    assert "赵大爷" not in said and "吸毒" not in said and "法律咨询" in said


def test_no_list_of_doors_is_named_after_people() -> None:
    for made in (make.work_list(title="独居老人名单"), make.round_of_doors(title="重点人员走访")):
        with pytest.raises(BadWording):
            check_care.listing(made, make.TODAY)
