"""How wide a text is, where its lines break and which characters no font has: typesetting without Qt."""

import json
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from gridbook import paths

POINT = 25.4 / 72
"""Millimetres in a typographic point."""

LEADING = 1.35
"""Height of a line of Han text, in type sizes."""

HAN_MIDDLE = 0.38
"""The middle of a Han character above the baseline, in type sizes; lines are centred on it."""


class Family(StrEnum):
    """The two families of the house: 宋体 for paper, 黑体 for marks on it."""

    SERIF = "serif"
    SANS = "sans"


class Face(StrEnum):
    """A font file in resources/fonts."""

    SERIF = "serif"
    SERIF_BOLD = "serif-bold"
    SANS = "sans"
    SANS_BOLD = "sans-bold"
    RARE = "rare"


_FACES = {
    (Family.SERIF, False): (Face.SERIF, Face.SANS, Face.RARE),
    (Family.SERIF, True): (Face.SERIF_BOLD, Face.SERIF, Face.SANS_BOLD, Face.RARE),
    (Family.SANS, False): (Face.SANS, Face.RARE),
    (Family.SANS, True): (Face.SANS_BOLD, Face.RARE),
}
"""Where a character is looked for, in this order."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks: size in points, family, weight."""

    size: float
    family: Family = Family.SERIF
    bold: bool = False

    @property
    def em(self) -> float:
        """The type size in millimetres."""
        return self.size * POINT

    @property
    def line_height(self) -> float:
        """The height of one line in millimetres."""
        return self.em * LEADING


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one line that one font prints, and their width in type sizes."""

    face: Face
    text: str
    width: float


@cache
def _widths() -> dict[Face, tuple[list[int], list[int], list[int]]]:
    table = json.loads(paths.resource("fonts", "widths.json").read_text(encoding="utf-8"))
    return {Face(name): _unpacked(runs) for name, runs in table.items()}


def _unpacked(runs: str) -> tuple[list[int], list[int], list[int]]:
    firsts, lasts, widths = [], [], []
    for run in runs.split():
        codes, _, width = run.partition(":")
        first, _, last = codes.partition("-")
        firsts.append(int(first, 16))
        lasts.append(int(last or first, 16))
        widths.append(int(width))
    return firsts, lasts, widths


@lru_cache(maxsize=20_000)
def _placed(character: str, family: Family, bold: bool) -> tuple[Face, float] | None:
    code = ord(character)
    for face in _FACES[family, bold]:
        firsts, lasts, widths = _widths()[face]
        at = bisect_right(firsts, code) - 1
        if at >= 0 and code <= lasts[at]:
            return face, widths[at] / 1000
    return None


def has_glyph(character: str) -> bool:
    """Whether one of the fonts can print that character."""
    return _placed(character, Family.SERIF, False) is not None


@lru_cache(maxsize=2_000)
def legible(text: str) -> str:
    """The text as it is printed: doubles of Han characters unified, what no font has as 〔U+XXXXX〕."""
    return text if text.isascii() and text.isprintable() else "".join(_legible(c) for c in text)


_RADICALS = dict(
    zip(
        "⼾⺟⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻥⻦⻨⻩⻬⻮⻰⻳",
        "户母虎西见角贝车长门青韦页风飞食马鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)
"""Radicals that Unicode does not unify with the character a Chinese reader means."""

_FILLERS = frozenset("\u3164\uffa0")
"""Letters that print nothing: fonts have them, readers do not see them."""


@lru_cache(maxsize=20_000)
def _legible(character: str) -> str:
    if character == "\n" or (has_glyph(character) and character not in _FILLERS):
        return character
    if character in "\t\r\u00a0\u2002\u2003\u2028\u2029":
        return "\n" if character in "\u2028\u2029" else " "
    # Radicals and compatibility characters come in by copying from PDFs; they are doubles of ordinary ones.
    same = _RADICALS.get(character) or unicodedata.normalize("NFKC", character)
    if len(same) == 1 and has_glyph(same):
        return same
    return f"〔U+{ord(character):04X}〕"


def is_marked(character: str) -> bool:
    """Whether that character is printed as a 〔U+XXXXX〕 mark because no font has it."""
    return _legible(character).startswith("〔U+")


@lru_cache(maxsize=2_000)
def runs(line: str, style: Style) -> tuple[Run, ...]:
    """The line cut into runs of one font each."""
    found: list[Run] = []
    for character in legible(line):
        face, width = _placed(character, style.family, style.bold) or (Face.SERIF, 0.0)
        if found and found[-1].face is face:
            found[-1] = Run(face, found[-1].text + character, found[-1].width + width)
        else:
            found.append(Run(face, character, width))
    return tuple(found)


@lru_cache(maxsize=2_000)
def width_of(line: str, style: Style) -> float:
    """The width of one line in millimetres."""
    return style.em * sum(_width(character, style) for character in legible(line))


def _width(character: str, style: Style) -> float:
    placed = _placed(character, style.family, style.bold)
    return placed[1] if placed else 0.0


# 避头尾: what may not begin a line, and what may not end one.
NOT_FIRST = frozenset("、。，．：；！？）】》」』〕〗〉”’…—·％‰℃々〃°,.!?:;)]}%／/~～-–")
BOXES = ("☐", "☑")
IDEOGRAPHIC_SPACE = "\u3000"
_SPACES = " " + IDEOGRAPHIC_SPACE
NOT_LAST = frozenset("（【《「『〔〖〈“‘([{￥¥$＃#№")


def lines_of(text: str, width: float, style: Style) -> tuple[str, ...]:
    """The text broken into lines of at most that width in millimetres; it is never empty."""
    return tuple(line for line, _ in set_lines(text, width, style))


@lru_cache(maxsize=2_000)
def set_lines(text: str, width: float, style: Style) -> tuple[tuple[str, bool], ...]:
    """The lines of a text, each with whether the text runs on in the next one."""
    room = width / style.em + 1e-6
    found: list[tuple[str, bool]] = []
    for paragraph in legible(text).split("\n"):
        lines = list(_broken(paragraph, room, style))
        found.extend((line, n < len(lines)) for n, line in enumerate(lines, start=1))
    return tuple(found)


def _broken(paragraph: str, room: float, style: Style) -> Iterator[str]:
    line: list[str] = []
    used = 0.0
    broke = False
    for piece in _pieces(paragraph, room, style):
        wide = sum(_width(c, style) for c in piece)
        if line and used + wide > room and piece not in _SPACES:
            broke = True
            carried = _carried(line, piece)
            yield "".join(line).rstrip(_SPACES)
            line = carried
            used = sum(_width(c, style) for part in line for c in part)
            if used + wide > room and line:
                yield "".join(line).rstrip(_SPACES)
                line, used = [], 0.0
        if piece in _SPACES and not line and broke:
            continue
        line.append(piece)
        used += wide
    yield "".join(line).rstrip(_SPACES)


def _carried(line: list[str], piece: str) -> list[str]:
    """What moves down with the piece, so that no line begins or ends with the wrong sign."""
    cut = len(line)
    first = piece
    while cut > 0 and len(line) - cut < 4:
        if line[cut - 1] in NOT_LAST or (first[0] in NOT_FIRST and line[cut - 1] != " "):
            cut -= 1
            first = line[cut]
        else:
            carried = line[cut:]
            del line[cut:]
            return carried
    return []


def _pieces(paragraph: str, room: float, style: Style) -> Iterator[str]:
    """What a line can be made of: single Han characters, spaces, words and ticked choices that stay whole."""
    word = ""
    for character in paragraph:
        in_choice = word[:1] in BOXES and character not in (IDEOGRAPHIC_SPACE, *BOXES)
        in_word = character != " " if character.isascii() else character.isalpha() and ord(character) < 0x2E80
        if in_word or (word and in_choice):
            word += character
            continue
        yield from _word(word, room, style)
        word = character if character in BOXES else ""
        if not word:
            yield character
    yield from _word(word, room, style)


def _word(word: str, room: float, style: Style) -> Iterator[str]:
    if sum(_width(c, style) for c in word) <= room:
        if word:
            yield word
        return
    yield from word


def fitted(text: str, width: float, height: float, style: Style, smallest: float = 7) -> tuple[str, Style]:
    """The text in the largest size that fits the box; what never fits is cut off with ……."""
    size = style.size
    while True:
        smaller = Style(size, style.family, style.bold)
        lines = lines_of(text, width, smaller)
        most = max(1, int(height / smaller.line_height + 1e-6))
        if len(lines) <= most:
            return text, smaller
        if size <= smallest:
            return _cut("\n".join(lines[:most]), width, most, smaller), smaller
        size = max(smallest, size - 0.5)


def squeezed(text: str, width: float, style: Style, smallest: float = 6) -> tuple[str, Style]:
    """The text on one line in the largest size that fits; what does not fit in the smallest is cut."""
    text = text.replace("\n", " ")
    wide = width_of(text, style)
    if wide <= width + 1e-6:
        return text, style
    smaller = Style(max(smallest, int(2 * style.size * width / wide) / 2), style.family, style.bold)
    return text if width_of(text, smaller) <= width else _cut(text, width, 1, smaller), smaller


def whole_words(text: str, width: float, style: Style, smallest: float = 7) -> Style:
    """The largest style of at most that size in which no word of the text has to be broken."""
    longest = max((width_of(word, style) for word in legible(text).split() if word.isascii()), default=0.0)
    if longest <= width:
        return style
    return Style(max(smallest, int(2 * style.size * width / longest) / 2), style.family, style.bold)


def _cut(text: str, width: float, most: int, style: Style) -> str:
    fits, over = 0, len(text) + 1
    while over - fits > 1:
        middle = (fits + over) // 2
        if len(lines_of(text[:middle] + "……", width, style)) <= most:
            fits = middle
        else:
            over = middle
    return text[:fits] + "……"
