"""The one principle: a casebook of services, in which nothing else about a person can be written down."""

import ast
import csv
import io
import json
import re
import tokenize
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from gridbook.records.base import CLASSES
from gridbook.records.schema import json_schema
from gridbook.store import tables

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = sorted((ROOT / "gridbook").rglob("*.py"))
# Licences are not ours to word, fonts and drawings hold no words, help tells what the book refuses and why,
# and the list of what no sentence may name has to name it (tests/records/test_wording.py reads it);
# so has the list of headings that an old register is held against.
NOT_READ = {"fonts", "icons", "licences", "help", "wording.csv", "refused"}
TEXTS = {".json", ".csv", ".txt", ".toml", ".html", ".qss", ".svg", ".md", ".yaml"}

# What must have no column, enum, label or template, in the order of product.md, "Never representable".
# Words of declared names; `x y` is a phrase, and every word is met in its plural, too.
NEVER_DECLARED = """
ethnicity | ethnic | ethnos | nationality | race | tribe
religion | religious | faith | belief | church | mosque | temple
political | politics | party | attitude | ideology | membership
native place | hometown | birthplace | origin | hukou | registration status | residence status | migrant
resident type
travel | trip | itinerary | journey | whereabouts | track | trajectory
foreign | abroad | overseas | passport | visa | citizenship
vehicle | car | plate | motorcycle | ebike
device | imei | account | wechat | qq | email | username
biometric | fingerprint | face | iris | voiceprint | dna
photo | photograph | picture | image | portrait | video | recording | selfie
gps | latitude | longitude | lat | lng | geo | coordinate
criminal | crime | offender | conviction | parole | prison | petition | petitioner | drug | addict
mental | psychiatric
diagnosis | illness | disease | disability | hiv | pregnant
key person | blacklist | watchlist | suspect | flagged | focus
score | star | rating | rank | ranking | grade | risk | colour | color | danger | priority person
points
meter | reading | consumption | kwh | water use | power use
family | household | spouse | marital | married | child | children | parent | relative | kin | member
members
income | salary | wage | wealth | assets | debt | credit
employer | workplace | occupation | job | profession | work unit
education | degree | school | diploma | literacy
language | dialect | mother tongue
diet | halal | food habit
minor | juvenile | pupil | student | guardian | kindergarten
id card | identity card | identity number | id number | idcard | citizen number | social security number
birth | birthday | born | age | gender | sex
custom | extra | attributes | tags | label | properties | notes free
coverage | unvisited | never visited | check in | idle | attendance of staff
"""

NEVER_WRITTEN_ZH = """
民族 宗教 信教 信仰 政治面貌 党员 党派 思想动态 政治倾向 籍贯 户籍 户口 流动人口 暂住 常住人口 人户分离
行程轨迹 活动轨迹 轨迹 出行记录 境外 涉外 海外关系 车牌 车辆信息 机动车 手机型号 微信号 串号 社交账号
指纹 人脸 虹膜 声纹 生物识别 人员照片 居民照片 入户照片 现场照片 上传照片 留存照片 拍照 合影 录像 经纬度
定位 前科 刑满 刑释 社区矫正 犯罪 涉毒 吸毒 戒毒 信访 上访
精神病 精神障碍 肇事肇祸 邪教 涉稳 维稳 病史 病情 患病 传染病 孕情 重点人员 重点人群 重点对象 特殊人群
关注对象 帮教 黑名单
积分 评分 打分 星级 评星 红码 风险等级 风险人员 信用分 三色 五色 水表读数 电表读数 用水量 用电量
家庭成员 家庭结构 家庭关系 配偶 婚姻状况 收入 工资 月薪 工作单位 雇主 职业 学历 文化程度 母语 方言 清真
饮食禁忌
未成年 留守儿童 在读学校 监护人 身份证号 身份证复印件 公民身份 证件号 出生日期 出生年月 年龄 性别
未走访名单 走访率 覆盖率 入户率 全覆盖 打卡 签到 排名 考核 排行
"""

NEVER_WRITTEN_EN = """
ethnicity | ethnic group | religion | religious | political affiliation | party member | native place
hukou
household registration | travel history | whereabouts | foreign ties | licence plate | license plate
imei
biometric | facial recognition | iris scan | latitude | longitude | gps | criminal record | petitioner
drug user
drug addict | mental illness | psychiatric | key person | key persons | blacklist | watchlist
risk level | risk grade
credit score | meter reading | family members | household members | marital status | income | salary
employer
occupation | education level | mother tongue | halal | minors | id card number | identity card number
date of birth
gender | not visited yet | coverage rate | check-in | leaderboard | five stars
"""

FORBIDDEN_ZH = "管控 排查 重点人员 摸排 研判 画像 布控"
FORBIDDEN_EN = """
monitor | monitored | monitoring | profile | profiled | profiling | target | targeted | targeting
score | scored | scoring | rank | ranked | ranking
"""

# (term, what it stands in, why it may stand there). A term is let pass only inside these very words.
ALLOWED: tuple[tuple[str, str, str], ...] = (
    ("身份证号", "本簿不登记身份证号码", "tells the worker that it is refused"),
    ("身份证号", "不记身份证号、病情和家庭情况", "tells the worker what to leave out"),
    ("年龄", "领取年龄", "when a pension begins, asked by somebody who wants one"),
    ("病情", "不记身份证号、病情和家庭情况", "tells the worker what to leave out"),
    ("rank", "finder_index (finder_index, rank)", "how the engine of the index names its settings"),
)

# A declared name that reads like a denied one and means something else.
NAMED_OTHERWISE = {
    "table incarnation.parent": "the earlier life of the book that this one goes on from",
}


def words(list_of_terms: str) -> list[str]:
    """The terms of a list written with bars and line ends, or with blanks."""
    parts = re.split(r"[|\n]" if "|" in list_of_terms else r"\s+", list_of_terms)
    return [part.strip() for part in parts if part.strip()]


def spelled(name: str) -> str:
    """A name of code as plain words: `nextOn` and `next_on` are `next on`."""
    return re.sub(r"[\W_]+", " ", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)).lower().strip()


def english(terms: str) -> re.Pattern[str]:
    """Any of these as whole words, one or many."""
    return re.compile(r"\b(?:" + "|".join(re.escape(term) for term in words(terms)) + r")s?\b", re.IGNORECASE)


DECLARED = english(NEVER_DECLARED)
WRITTEN_EN = english(NEVER_WRITTEN_EN)
FORBIDDEN_NAMES = english(FORBIDDEN_EN)
WRITTEN_ZH = re.compile("|".join(words(NEVER_WRITTEN_ZH)))
FORBIDDEN_SIGNS = re.compile("|".join(words(FORBIDDEN_ZH)))


def modules() -> Iterator[ModuleType]:
    """The modules that declare records and their words."""
    for file in sorted((ROOT / "gridbook" / "records").glob("*.py")):
        yield import_module(
            f"gridbook.records.{file.stem}" if file.stem != "__init__" else "gridbook.records"
        )


def declared() -> Iterator[tuple[str, str]]:
    """Every name and value that the schema of the book is made of, with the place where it is declared."""
    for name, rule in CLASSES.items():
        yield name, name
        yield f"{name} label", rule.label
        for field in rule.fields:
            yield f"{name}.{field.name}", field.name
            yield f"{name}.{field.name} label", field.label
            yield f"{name}.{field.name} group", field.group
    for module in modules():
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, StrEnum) and thing.__module__ == module.__name__:
                for member in thing:
                    yield f"{thing.__name__}.{member.name}", member.name
                    yield f"{thing.__name__}.{member.name} value", str(member)
    for table in tables.metadata.tables.values():
        for column in table.columns:
            yield f"table {table.name}.{column.name}", column.name


def strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text in a module that is not a docstring: what it shows, asks for, prints or makes up."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def resources() -> Iterator[Path]:
    """Every text file that ships, apart from those that are not read."""
    for file in sorted((ROOT / "resources").rglob("*")):
        parts = file.relative_to(ROOT / "resources").parts
        if file.is_file() and file.suffix in TEXTS and not NOT_READ & set(parts):
            yield file


@cache
def shown() -> Sequence[tuple[str, str]]:
    """Every text that a person can meet on screen or paper or in practice data, with its place."""
    return tuple(_shown())


@cache
def judged() -> Sequence[tuple[str, str]]:
    """The same without the words in which a denied term is allowed."""
    return tuple((place, let_pass(text)) for place, text in shown())


def _shown() -> Iterator[tuple[str, str]]:
    for file in PROGRAM:
        path = file.relative_to(ROOT).as_posix()
        for line, text in strings(ast.parse(file.read_text("utf-8"))):
            yield from ((f"{path}:{n}", part) for n, part in enumerate(text.splitlines(), line))
    for file in resources():
        path = file.relative_to(ROOT).as_posix()
        text = file.read_text("utf-8")
        if file.suffix == ".json":
            yield from ((f"{path}: {key}", f"{key}\n{value}") for key, value in json.loads(text).items())
        else:
            yield from ((f"{path}:{n}", line) for n, line in enumerate(text.splitlines(), 1))


def let_pass(text: str) -> str:
    """The text without the words in which a denied term is allowed."""
    for _, inside, _ in ALLOWED:
        text = text.replace(inside, "")
    return text


def hits(pattern: re.Pattern[str]) -> list[str]:
    """Where a denied term stands, with the term."""
    return [f"{place}: {found.group()}" for place, text in judged() for found in pattern.finditer(text)]


def test_nothing_about_a_person_beyond_the_closed_schema_is_declared() -> None:
    found = [
        f"{place}: {name}"
        for place, name in declared()
        if DECLARED.search(spelled(name)) and place not in NAMED_OTHERWISE
    ]

    assert not found, "\n".join(found)


def test_no_text_on_screen_or_paper_asks_for_what_is_never_written_down() -> None:
    assert not (found := hits(WRITTEN_ZH)), "\n".join(found)
    assert not (found := hits(WRITTEN_EN)), "\n".join(found)


def test_the_forbidden_words_stand_nowhere() -> None:
    assert not (found := hits(FORBIDDEN_SIGNS)), "\n".join(found)
    assert not (found := hits(FORBIDDEN_NAMES)), "\n".join(found)


def test_nothing_in_the_program_is_named_by_a_forbidden_word() -> None:
    named = []
    for file in PROGRAM:
        path = file.relative_to(ROOT).as_posix()
        source = file.read_text("utf-8")
        for node in ast.walk(ast.parse(source)):
            named.extend((f"{path}:{line}", name) for line, name in names_made(node))
        comments = (
            t for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.type == tokenize.COMMENT
        )
        named.extend((f"{path}:{comment.start[0]}", comment.string) for comment in comments)
    found = [
        f"{place}: {name}"
        for place, name in named
        if FORBIDDEN_NAMES.search(spelled(name)) or FORBIDDEN_SIGNS.search(name)
    ]

    assert not found, "\n".join(found)


def names_made(node: ast.AST) -> Iterator[tuple[int, str]]:
    """The names this node gives; names that are only used may belong to somebody else's library."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.lineno, node.name
        case ast.arg():
            yield node.lineno, node.arg
        case ast.Name(ctx=ast.Store()):
            yield node.lineno, node.id
        case ast.Attribute(ctx=ast.Store()):
            yield node.lineno, node.attr


def test_every_exception_is_still_needed_and_says_why() -> None:
    everything = [text for _, text in shown()]
    for term, inside, why in ALLOWED:
        assert term in inside and why
        assert any(inside in text for text in everything), inside
    places = {place for place, _ in declared()}
    assert set(NAMED_OTHERWISE) <= places and all(NAMED_OTHERWISE.values())


def test_custom_fields_about_people_cannot_be_declared() -> None:
    for rule in json_schema()["$defs"].values():
        assert rule["additionalProperties"] is False
        for field in rule["properties"].values():
            assert field["type"] != "object" and "object" not in field["type"]


# Where a person is written down at all: class and field, and nothing else in the book.
ABOUT_PEOPLE = {
    "Particulars.called",
    "Contact.phone",
    "Contact.how",
    "Referral.contact",
    "VisitDetails.companion",
    "CareContact.called",
    "CareContact.phone",
    "CareContact.phone_first",
    "EmergencyContact.called",
    "EmergencyContact.phone",
    "Staff.name",
}


def test_people_are_written_down_in_these_fields_only() -> None:
    personal = re.compile(r"\b(name|called|phone|telephone|contact|companion|requester|person|how)\b")
    places = {"Unit.name", "Unit.telephone", "Estate.name", "Holiday.name"}
    found = {
        f"{name}.{field.name}"
        for name, rule in CLASSES.items()
        for field in rule.fields
        if personal.search(spelled(field.name))
    }

    assert found - places == ABOUT_PEOPLE


@pytest.mark.parametrize(
    "name",
    [
        *(
            "ethnicity",
            "partyMember",
            "id_card",
            "idCardNumber",
            "risk_level",
            "star_rating",
            "is_key_person",
        ),
        *("hukou", "photo_path", "last_gps", "family_members", "Monitor_target"),
    ],
)
def test_the_net_catches_what_it_is_made_for(name: str) -> None:
    assert DECLARED.search(spelled(name)) or FORBIDDEN_NAMES.search(spelled(name))


@pytest.mark.parametrize(
    "text", ["请填写民族", "身份证号", "重点人员台账", "入户率排名", "车牌号码", "家庭成员情况"]
)
def test_the_net_catches_it_in_chinese(text: str) -> None:
    assert WRITTEN_ZH.search(let_pass(text)) or FORBIDDEN_SIGNS.search(text)


def test_the_categories_are_services_and_name_nobody() -> None:
    with (ROOT / "resources" / "catalog" / "categories.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert len(rows) == 46
    assert not [row["code"] for row in rows if re.search("人员|对象|户$|人群", row["name_zh"])]
