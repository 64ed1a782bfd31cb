"""Characters that no font has, found before anything is printed."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridbook.sheets import typeset
from gridbook.sheets.page import Page, Text

_AROUND = 6


@dataclass(frozen=True, slots=True)
class MissingGlyph:
    """A character that will stand on the paper as a mark, the mark, and where that is."""

    character: str
    mark: str
    page: int
    around: str


def missing(pages: Sequence[Page]) -> tuple[MissingGlyph, ...]:
    """Every character of the pages that no font has, in reading order; pages count from one."""
    return tuple(
        MissingGlyph(character, typeset.legible(character), number, _around(item.text, at))
        for number, page in enumerate(pages, start=1)
        for item in page.items
        if isinstance(item, Text)
        for at, character in enumerate(item.text)
        if typeset.is_marked(character)
    )


def _around(text: str, at: int) -> str:
    return typeset.legible(text[max(0, at - _AROUND) : at + _AROUND + 1].replace("\n", " "))
