"""A printed page as rows, boxes, text and QR codes in millimetres: pure values, painted by gridbook.press."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from gridbook.sheets import typeset
from gridbook.sheets.typeset import Family, Style

MASK = 3
MOST_SPREAD = 2.0
"""Lines that run on are made even at the right when no more than so many type sizes are missing."""


class Align(StrEnum):
    """Where a text stands in the width of its box."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Valign(StrEnum):
    """Where a text stands in the height of its box."""

    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


class Ink(StrEnum):
    """The few inks of the house; all of them stay legible on a black-and-white printer."""

    BLACK = "black"
    GREY = "grey"
    PALE = "pale"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Placed:
    """One line of a text with the left end of its baseline; advances are multiplied by `stretch`."""

    x: float
    baseline: float
    text: str
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text in a box; `turn` is degrees anticlockwise round the middle of the box."""

    x: float
    y: float
    w: float
    h: float
    text: str
    size_pt: float = 10.5
    bold: bool = False
    family: Family = Family.SERIF
    align: Align = Align.LEFT
    valign: Valign = Valign.MIDDLE
    wrap: bool = True
    ink: Ink = Ink.BLACK
    turn: float = 0

    @property
    def style(self) -> Style:
        """Size, family and weight."""
        return Style(self.size_pt, self.family, self.bold)

    def placed(self) -> tuple[Placed, ...]:
        """The lines of the text and where each stands on the page."""
        style = self.style
        lines = (
            typeset.set_lines(self.text, self.w, style)
            if self.wrap
            else ((typeset.legible(self.text), False),)
        )
        spare = self.h - len(lines) * style.line_height
        top = self.y + {Valign.TOP: 0.0, Valign.MIDDLE: spare / 2, Valign.BOTTOM: spare}[self.valign]
        found = []
        for n, (line, runs_on) in enumerate(lines):
            width = typeset.width_of(line, style)
            left = self.w - width
            shift = {Align.LEFT: 0.0, Align.CENTER: left / 2, Align.RIGHT: left}[self.align]
            middle = top + (n + 0.5) * style.line_height
            even = (
                runs_on and self.align is Align.LEFT and 0 < left <= MOST_SPREAD * style.em and _is_han(line)
            )
            stretch = 1 + left / (width - typeset.width_of(line[-1], style)) if even else 1.0
            found.append(Placed(self.x + shift, middle + typeset.HAN_MIDDLE * style.em, line, stretch))
        return tuple(found)


def _is_han(line: str) -> bool:
    """Mostly Han: Latin letters look torn apart when they are spread."""
    return sum(ord(character) >= 0x2E80 for character in line) * 2 > len(line)


@dataclass(frozen=True, slots=True)
class Line:
    """A straight stroke; `dashed` marks where to cut."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = 0.18
    dashed: bool = False
    ink: Ink = Ink.BLACK


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: outlined, or filled pale."""

    x: float
    y: float
    w: float
    h: float
    width: float = 0.18
    fill: bool = False
    ink: Ink = Ink.BLACK


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code with what it says and its modules, row by row as 0 and 1; the quiet zone lies outside."""

    x: float
    y: float
    size: float
    text: str
    modules: tuple[str, ...]


Item = Text | Line | Box | Qr


@dataclass(frozen=True, slots=True)
class Page:
    """One side of paper in millimetres and what stands on it, in the order of painting."""

    width: float
    height: float
    items: tuple[Item, ...]

    @property
    def landscape(self) -> bool:
        """Whether the page lies on its side."""
        return self.width > self.height

    def texts(self) -> tuple[str, ...]:
        """Every text on the page, in the order of painting."""
        return tuple(item.text for item in self.items if isinstance(item, Text))


def page_of(size: tuple[float, float], items: Sequence[Item]) -> Page:
    """A page on which single lines are made smaller, and at last cut, rather than let out of their boxes."""
    width, height = size
    return Page(
        width,
        height,
        tuple(_squeezed(item) if isinstance(item, Text) and not item.wrap else item for item in items),
    )


@lru_cache(maxsize=2_000)
def _squeezed(item: Text) -> Text:
    text, style = typeset.squeezed(item.text, item.w, item.style)
    return replace(item, text=text, size_pt=style.size)


def qr(x: float, y: float, size: float, text: str) -> Qr:
    """The QR code of a record number."""
    return Qr(x, y, size, text, _modules(text))


@cache
def _modules(text: str) -> tuple[str, ...]:
    # It brings the whole of HTTP along: 20 ms, and every list can be printed.
    import segno

    # One mask for all: every reader undoes any of them, and trying all eight takes five times as long.
    code = segno.make_qr(text, error="m", mask=MASK)
    return tuple("".join("1" if module else "0" for module in row) for row in code.matrix)


def described(page: Page) -> dict[str, Any]:
    """The page as plain lists and numbers, for comparison with a page kept in a file."""
    return {
        "width": page.width,
        "height": page.height,
        "items": [_described(item) for item in page.items],
    }


def _described(item: Item) -> Mapping[str, Any]:
    plain: dict[str, Any] = {"is": type(item).__name__}
    for field in fields(item):
        value = getattr(item, field.name)
        if value == field.default or field.name == "modules":
            continue
        plain[field.name] = round(value, 2) if isinstance(value, float) else value
    return plain
