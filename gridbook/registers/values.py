"""Cells as people fill them: days, choices, doors, names; what cannot be read is said in a sentence."""

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache

from gridbook import catalog
from gridbook.catalog import Category
from gridbook.errors import BadValue
from gridbook.i18n import language, tr
from gridbook.records.check import MOST_IN_LIST
from gridbook.registers.kinds import spellings

LONGEST_ITEM = 40
ALIKE = 0.6
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]+\d{1,2}:\d{2}.*)?")
_CLOCK = re.compile(r"[ T](\d{1,2}):\d{2}")
_FIRST_SERIAL, _LAST_SERIAL = 36526, 73050
_SERIAL_BEGINS = date(1899, 12, 30)
_TITLES = (
    *("先生", "女士", "小姐", "师傅", "阿姨", "叔叔", "大爷", "大妈"),
    *("奶奶", "爷爷", "老师", "同志", "大姐", "大哥", "老人", "居民"),
)
_TWO_SIGNS = re.compile("欧阳|上官|司马|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|夏侯|端木|南宫")


def day(cell: str) -> date:
    """A day as registers write it: 2024-03-05, 2024/3/5, 2024年3月5日, 20240305, a workbook's own count."""
    text = unicodedata.normalize("NFKC", cell).strip()
    match = _DAY.fullmatch(text) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    try:
        if match is not None:
            return date(*(int(part) for part in match.groups()))
        if text.isdigit() and _FIRST_SERIAL <= int(text) <= _LAST_SERIAL:
            return _SERIAL_BEGINS + timedelta(days=int(text))
    except ValueError:
        pass
    raise BadValue(
        "day",
        tr("“{value}” is not a date with year, month and day.").format(value=cell[:20]),
        next=tr("Write it as 2024-03-05."),
    )


def hour(cell: str) -> int | None:
    """The hour of a day that was written with its time."""
    found = _CLOCK.search(unicodedata.normalize("NFKC", cell))
    return int(found[1]) if found else None


def choice(field: str, cell: str, names: Sequence[tuple[StrEnum, str]]) -> StrEnum:
    """The choice a word means: its own name, one of the usual spellings, or what looks most like it."""
    word, known = _bare(cell), _choices(field, tuple(names), language())
    if word in known:
        return known[word]
    near = difflib.get_close_matches(word, known, 1, ALIKE)
    if near:
        return known[near[0]]
    raise BadValue(
        field,
        tr("“{value}” is none of: {known}.").format(
            value=cell[:20], known="、".join(tr(name) for _, name in names)
        ),
        next=tr("Write one of them, or leave this column out and choose one for all rows."),
    )


def category(cell: str) -> Category:
    """The category of a code or a name, or the one whose name looks most like it."""
    word, known = _bare(cell), _categories()
    if word in known:
        return known[word]
    near = difflib.get_close_matches(word, known, 1, ALIKE)
    if near:
        return known[near[0]]
    raise BadValue(
        "category",
        tr("There is no category “{code}”.").format(code=cell[:20]),
        next=tr("Write a code like F01, or leave this column out and choose one for all rows."),
    )


@lru_cache(maxsize=64)
def _choices(field: str, names: tuple[tuple[StrEnum, str], ...], spoken: str) -> Mapping[str, StrEnum]:
    """Every word for the choices of a column; `spoken` is the language in which their names are said."""
    known: dict[str, StrEnum] = {}
    for one, name in names:
        known |= {_bare(tr(name)): one, _bare(name): one, _bare(str(one)): one}
    by_value = {str(one): one for one, _ in names}
    for spelling, value in spellings(field):
        if value in by_value:
            known.setdefault(_bare(spelling), by_value[value])
    return known


@cache
def _categories() -> Mapping[str, Category]:
    known: dict[str, Category] = {}
    for code, one in catalog.categories().items():
        known |= {_bare(code): one, _bare(one.name_zh): one, _bare(one.name_en): one}
    for one in catalog.categories().values():
        # Each part of a name that is written with strokes counts by itself: 助餐/长者食堂.
        for part in re.split(r"[/、()（）]", one.name_zh):
            known.setdefault(_bare(part), one)
    return known


def _bare(text: str) -> str:
    return re.sub(r"[\s/、,，。.·()（）-]+", "", unicodedata.normalize("NFKC", text)).lower()


def items(cell: str) -> tuple[str, ...]:
    """A long cell as short items, cut where a sentence or a clause ends."""
    made: list[str] = []
    for sentence in re.split(r"[;；\n。]+", cell):
        rest = sentence.strip(" ,，、")
        while len(rest) > LONGEST_ITEM:
            cut = max(rest.rfind(mark, 1, LONGEST_ITEM) for mark in "，,、 ")
            cut = LONGEST_ITEM if cut < LONGEST_ITEM // 3 else cut
            made.append(rest[:cut].strip(" ,，、"))
            rest = rest[cut:].strip(" ,，、")
        if rest:
            made.append(rest)
    return tuple(made[:MOST_IN_LIST])


def called(cell: str, held: Category) -> str:
    """A name as this category may keep it: whole where the work needs it, else a form of address."""
    name = re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell))[:20]
    if held.needs_name or not name or name.endswith(_TITLES):
        return name
    surname = name[:2] if _TWO_SIGNS.match(name) else name[:1]
    return surname + "同志" if _is_han(surname) else cell.split()[0][:20]


def _is_han(text: str) -> bool:
    return all("\u3400" <= sign <= "\u9fff" for sign in text)


def phone(cell: str) -> str:
    """A telephone number with its usual signs only."""
    return re.sub(r"[\s-]+", "", unicodedata.normalize("NFKC", cell))


def number_before(cell: str) -> str:
    """The number a case had in the old register: letters, digits and signs, never words about somebody."""
    text = unicodedata.normalize("NFKC", cell).strip()
    if re.fullmatch(r"[0-9A-Za-z\-_/.()\[\]〔〕年第号字 ]{1,40}", text) is None:
        raise BadValue(
            "was",
            tr("“{value}” is not a number.").format(value=cell[:20]),
            next=tr("Leave this column out if it holds something else."),
        )
    return text


def count(cell: str) -> int:
    """A whole number, with or without its counter: 6, 6层."""
    found = re.fullmatch(r"(\d{1,3})(?:层|个|户|单元|楼|栋)?", unicodedata.normalize("NFKC", cell).strip())
    if found is None:
        raise BadValue("count", tr("“{value}” is not a whole number.").format(value=cell[:20]))
    return int(found[1])


def typed_door(estate: str, building: str, unit: str, door: str) -> str:
    """A door in four cells as one would type it: 幸福苑 3 2 501 is 幸福苑3号楼2单元501."""
    parts = [unicodedata.normalize("NFKC", part).strip() for part in (estate, building, unit, door)]
    parts[1] = parts[1] + "号楼" if parts[1].isalnum() and parts[1].isascii() else parts[1]
    parts[2] = parts[2] + "单元" if parts[2].isdigit() else parts[2]
    return "".join(parts)
