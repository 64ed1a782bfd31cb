"""Words a case can be found by: the text, its full pinyin and its initials, all readings of a surname."""

import os
import re
from functools import cache
from itertools import product

# Read here character by character, so its dictionary of phrases (46 MB, and lists that every full collection
# of garbage goes through) would answer nothing.
os.environ["PYPINYIN_NO_PHRASES"] = "1"

# pypinyin reads these wrongly as surnames; both the common and the surname reading are indexed.
SURNAMES: dict[str, tuple[str, ...]] = {
    "曾": ("zeng", "ceng"),
    "仇": ("qiu", "chou"),
    "朴": ("piao", "pu"),
    "单": ("shan", "dan"),
    "解": ("xie", "jie"),
    "任": ("ren",),
    "区": ("ou", "qu"),
    "查": ("zha", "cha"),
    "盖": ("ge", "gai"),
    "翟": ("zhai", "di"),
    "尉": ("wei", "yu"),
    "覃": ("qin", "tan"),
    "缪": ("miao", "mou"),
    "冼": ("xian",),
    "乐": ("yue", "le"),
    "员": ("yun", "yuan"),
    "黑": ("he", "hei"),
    "秘": ("bi", "mi"),
    "折": ("she", "zhe"),
    "种": ("chong", "zhong"),
    "繁": ("po", "fan"),
    "召": ("shao", "zhao"),
    "万": ("wan", "mo"),
    "适": ("kuo", "shi"),
    "洗": ("xian", "xi"),
    "重": ("chong", "zhong"),
    "祭": ("zhai", "ji"),
    "纪": ("ji",),
    "宁": ("ning",),
    "牟": ("mou", "mu"),
    "隗": ("wei", "kui"),
    "佴": ("nai",),
    "撒": ("sa",),
    "阚": ("kan",),
    "应": ("ying",),
    "华": ("hua",),
    "石": ("shi",),
    "长": ("zhang", "chang"),
}
DOUBLE: dict[str, tuple[str, str]] = {
    "单于": ("chan", "yu"),
    "尉迟": ("yu", "chi"),
    "万俟": ("mo", "qi"),
    "长孙": ("zhang", "sun"),
    "澹台": ("tan", "tai"),
    "宰父": ("zai", "fu"),
    "令狐": ("ling", "hu"),
    "皇甫": ("huang", "fu"),
}
MOST_READINGS = 8
_FOLDED = {"zh": "z", "ch": "c", "sh": "s", "ng": "n", "v": "u"}
_TOLD_APART = re.compile("|".join(_FOLDED))


def words(*texts: str) -> str:
    """One searchable line: each text, its full pinyin and its initials, parted by spaces, in lower case."""
    parts: list[str] = []
    for text in texts:
        parts.append(text.lower())
        digits = "".join(c for c in text if c.isdigit())
        if digits and digits != text:
            parts.append(digits)
        for whole, initials in readings(text):
            parts.extend((whole, folded(whole), initials))
    return " ".join(dict.fromkeys(parts))


def folded(typed: str) -> str:
    """Pinyin without what southern speech does not tell apart: zh/z, ch/c, sh/s, -ng/-n, ü/u."""
    return _TOLD_APART.sub(lambda found: _FOLDED[found.group()], typed)


@cache
def _of_character(c: str) -> tuple[str, ...]:
    # Its dictionary takes 50 ms, and a start without cases never asks it.
    from pypinyin import Style, pinyin

    found = pinyin(c, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(found[0]) if found else ()


def readings(text: str) -> list[tuple[str, str]]:
    """Full pinyin and initials of a text, one pair for every way its first characters can be read."""
    # As above: only those who read names pay for the dictionary.
    from pypinyin import lazy_pinyin

    plain = [lazy_pinyin(c, errors="ignore") for c in text]
    syllables = [one[0] for one in plain if one]
    if not syllables:
        return []
    starts: list[tuple[str, ...]] = [(syllables[0],)]
    if text[:2] in DOUBLE and len(syllables) > 1:
        starts = [DOUBLE[text[:2]], (syllables[0], syllables[1])]
    elif text[0] in SURNAMES:
        starts = [(reading,) for reading in SURNAMES[text[0]]]
    elif plain[0]:
        starts = [(reading,) for reading in dict.fromkeys((syllables[0], *_of_character(text[0])))]
    made = []
    for start, rest in product(starts[:MOST_READINGS], [tuple(syllables)]):
        whole = (*start, *rest[len(start) :])
        made.append(("".join(whole), "".join(one[0] for one in whole)))
    return made
