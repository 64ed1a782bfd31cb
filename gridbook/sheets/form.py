"""What all sheets share: title, number and QR code, page x of y, who printed it, the marks on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from gridbook import catalog, i18n
from gridbook.i18n import tr
from gridbook.records.request import Contact
from gridbook.sheets import typeset
from gridbook.sheets.blocks import Block, Frame, flowed
from gridbook.sheets.page import Align, Box, Ink, Item, Line, Page, Text, Valign, page_of, qr
from gridbook.sheets.typeset import IDEOGRAPHIC_SPACE, Family, Style

A4 = (210.0, 297.0)
LANDSCAPE = (297.0, 210.0)
BINDING = 25.0
MARGIN = 20.0
QR_SIZE = 17.0
TITLE_PT = 22.0
_FOOT = 12.0


@dataclass(frozen=True, slots=True)
class Printing:
    """Who prints for which office, when, and what has to be marked on it."""

    office: str
    printed_by: str
    printed_on: date
    practice: bool = False
    reprint: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """The top of a sheet: title, code of the form if it has one, number or what stands in its place."""

    title: str
    code: str
    number: str = ""
    instead: str = ""

    def numbered(self) -> str:
        """The number as it stands under the QR code, or a line to write it on."""
        return self.instead or tr("No. {number}").format(number=self.number or "＿" * 9)


def pages(
    heading: Heading, blocks: Sequence[Block], printing: Printing, *, size: tuple[float, float] = A4
) -> tuple[Page, ...]:
    """The blocks on as many pages as they need, each with head, foot and marks."""
    width, height = size
    top = BINDING if width > height else MARGIN
    body = width - BINDING - MARGIN
    bottom = height - MARGIN - _FOOT
    start, again = top + 24.5, top + 9.5
    laid = flowed(
        blocks,
        Frame(BINDING, start, body, bottom - start),
        Frame(BINDING, again, body, bottom - again),
    )
    made = []
    for n, items in enumerate(laid, start=1):
        around = [
            *(practice_mark(0, 0, width, height) if printing.practice else ()),
            *(_head(heading, printing, width, top) if n == 1 else _head_again(heading, printing, width, top)),
            *items,
            *_foot(heading, printing, width, height, n, len(laid)),
        ]
        made.append(page_of(size, around))
    return tuple(made)


def _head(heading: Heading, printing: Printing, width: float, top: float) -> list[Item]:
    right = width - MARGIN
    body = right - BINDING
    aside = QR_SIZE + 4
    title, style = typeset.fitted(
        heading.title, body - 2 * aside, 13, Style(TITLE_PT, bold=True), smallest=14
    )
    items: list[Item] = [
        Text(BINDING + aside, top + 3, body - 2 * aside, 13, title, style.size, True, align=Align.CENTER),
    ]
    if heading.code:
        code = form_code(heading.code)
        items.append(Text(BINDING, top - 0.5, aside, 4.5, code, 9, valign=Valign.TOP, wrap=False))
    meta = top + 18.2
    office, office_style = typeset.fitted(
        tr("Office: {name}").format(name=printing.office), body - 56, 5.6, Style(10.5), smallest=7
    )
    items.append(Text(BINDING, meta, body - 56, 5.6, office, office_style.size))
    if heading.number:
        items.append(qr(right - QR_SIZE, top, QR_SIZE, heading.number))
    items.append(Text(right - 56, meta, 56, 5.6, heading.numbered(), 10.5, align=Align.RIGHT, wrap=False))
    if printing.reprint:
        items.extend(stamp(BINDING, top + 5.5, reprint_text()))
    return items


def _head_again(heading: Heading, printing: Printing, width: float, top: float) -> list[Item]:
    right = width - MARGIN
    items: list[Item] = [
        Text(
            BINDING,
            top,
            100,
            6,
            tr("{title} (continued)").format(title=heading.title),
            10.5,
            True,
            wrap=False,
        ),
        Text(right - 60, top, 60, 6, heading.numbered(), 10.5, align=Align.RIGHT, wrap=False),
        Line(BINDING, top + 7, right, top + 7, 0.18),
    ]
    if printing.reprint:
        items.extend(stamp(BINDING + (right - BINDING) / 2, top - 0.5, reprint_text()))
    return items


def _foot(heading: Heading, printing: Printing, width: float, height: float, n: int, of: int) -> list[Item]:
    y = height - MARGIN - 5
    body = width - BINDING - MARGIN
    side = (body - 40) / 2
    printed, style = typeset.fitted(printed_text(printing), side, 5, Style(9), smallest=6)
    return [
        Text(BINDING, y, side, 5, printed, style.size),
        Text(
            BINDING + side,
            y,
            40,
            5,
            tr("Page {n} of {all}").format(n=n, all=of),
            9,
            align=Align.CENTER,
            wrap=False,
        ),
        Text(
            BINDING + side + 40,
            y,
            side,
            5,
            tr("For serving residents only; keep it safe."),
            9,
            align=Align.RIGHT,
            wrap=False,
        ),
    ]


def printed_text(printing: Printing) -> str:
    """Who printed a sheet and on which day."""
    return tr("Printed by {name} on {day}").format(
        name=printing.printed_by, day=day_text(printing.printed_on)
    )


def form_code(code: str) -> str:
    """The code of the form as it is printed: 表 P1."""
    return tr("Form {code}").format(code=code)


def reprint_text() -> str:
    """The mark on a sheet that was printed before."""
    return tr("Reprint")


def stamp(x: float, y: float, text: str) -> list[Item]:
    """A boxed word in red, with its left upper corner there."""
    style = Style(10.5, Family.SANS, bold=True)
    w = typeset.width_of(text, style) + 3
    return [
        Box(x, y, w, 6, 0.35, ink=Ink.RED),
        Text(x, y, w, 6, text, style.size, True, Family.SANS, align=Align.CENTER, wrap=False, ink=Ink.RED),
    ]


def practice_mark(x: float, y: float, w: float, h: float) -> list[Item]:
    """演示数据 across that part of the paper and once more, upright and small, at its top."""
    words = tr("Practice data")
    size = min(w, h) / typeset.width_of(words, Style(1, Family.SANS, True)) * 0.5
    band = Style(size).line_height
    style = Style(10.5, Family.SANS, bold=True)
    wide = typeset.width_of(words, style) + 3
    return [
        Text(
            x,
            y + (h - band) / 2,
            w,
            band,
            words,
            round(size, 1),
            True,
            Family.SANS,
            align=Align.CENTER,
            wrap=False,
            ink=Ink.PALE,
            turn=30,
        ),
        *stamp(x + (w - wide) / 2, y + 5, words),
    ]


def cut(y: float, width: float) -> list[Item]:
    """A dashed line across the paper that says to cut there."""
    words = tr("cut here")
    style = Style(8)
    gap = typeset.width_of(words, style) / 2 + 2
    return [
        Line(5, y, width / 2 - gap, y, 0.2, dashed=True, ink=Ink.GREY),
        Text(
            width / 2 - gap,
            y - 2.5,
            2 * gap,
            5,
            words,
            style.size,
            align=Align.CENTER,
            wrap=False,
            ink=Ink.GREY,
        ),
        Line(width / 2 + gap, y, width - 5, y, 0.2, dashed=True, ink=Ink.GREY),
    ]


def day_text(day: date | None = None) -> str:
    """A day as forms write it: 2026年11月23日; blanks to fill in when there is none."""
    if day is None:
        return tr("____-__-__")
    return tr("{year}-{month}-{day}").format(year=day.year, month=day.month, day=day.day)


def short_day(day: date | None = None) -> str:
    """A day in a narrow column, without its year: 11月23日."""
    if day is None:
        return tr("__-__")
    return tr("{month}-{day}").format(month=day.month, day=day.day)


def reached_by(contact: Contact) -> str:
    """Telephone and what is needed to reach somebody, in one cell."""
    if contact.phone and contact.how:
        return f"{contact.phone}（{contact.how}）"
    return contact.phone or contact.how


def roomy(height: float) -> float:
    """Space to write in, in millimetres; English labels take more lines, so there is less of it."""
    return height if i18n.language() == "zh_CN" else height / 2


def signed_text(who: str) -> str:
    """A line to sign and date."""
    return tr("{who} (signature):                  Date: ____-__-__").format(who=who)


def ticked(names: Sequence[tuple[StrEnum, str]], chosen: object, width: float, size_pt: float) -> str:
    """All choices with a box before each, the chosen one ticked; in columns where one line is too short."""
    return _in_columns(tuple(tick(choice == chosen) + tr(name) for choice, name in names), width, size_pt)


@lru_cache(maxsize=500)
def _in_columns(words: tuple[str, ...], width: float, size_pt: float) -> str:
    style = Style(size_pt)
    one_line = IDEOGRAPHIC_SPACE.join(words)
    if typeset.width_of(one_line, style) <= width:
        return one_line
    column = max(typeset.width_of(word, style) for word in words) + style.em
    each = max(1, int((width + style.em) / column))
    lines = (words[n : n + each] for n in range(0, len(words), each))
    padded = ("".join(_padded(word, column, style) for word in line) for line in lines)
    return "\n".join(line.rstrip(IDEOGRAPHIC_SPACE + " ") for line in padded)


def _padded(word: str, width: float, style: Style) -> str:
    spare = width - typeset.width_of(word, style)
    word += IDEOGRAPHIC_SPACE * int(spare / style.em + 1e-6)
    spare = width - typeset.width_of(word, style)
    return word + " " * round(spare / typeset.width_of(" ", style))


def tick(chosen: bool) -> str:
    """A box, ticked or empty."""
    return "☑" if chosen else "☐"


def category_text(code: str, *, with_group: bool = False) -> str:
    """The name of a category, or the code itself where this book does not know it."""
    found = catalog.categories().get(code)
    if found is None:
        return code
    return f"{found.group_name} · {found.name}" if with_group else found.name
