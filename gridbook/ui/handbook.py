"""The handbook as the program shows it: one section at a time, found by the page one is on."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gridbook import i18n, paths

START = "start"
"""The name of what stands before the first section."""
_PUNCTUATION = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its title, the last part of a link to it, and its text with its title."""

    title: str
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Book:
    """A book of sections, and which of them belongs to which page of the program."""

    folder: Path
    sections: Sequence[Section]
    pages: Mapping[str, str]

    def of_page(self, page: str) -> Section:
        """The section about a page of the program; the beginning where none is named."""
        return self.linked(self.pages.get(page, "")) or self.sections[0]

    def linked(self, anchor: str) -> Section | None:
        """The section to which a link leads, be it to a heading inside it."""
        whole = (one for one in self.sections if one.anchor == anchor)
        inside = (one for one in self.sections if anchor in _anchors(one.text))
        return next(whole, None) or next(inside, None) if anchor else None

    def holding(self, words: str, after: Section) -> Section | None:
        """The next section after this one that holds the words, going round."""
        at = self.sections.index(after) + 1
        wanted = words.casefold()
        round_ = [*self.sections[at:], *self.sections[:at]]
        return next((one for one in round_ if wanted in one.text.casefold()), None)


def handbook() -> Book:
    """The handbook in the language now spoken."""
    return _read(i18n.language(), "handbook.md")


def news() -> Book:
    """What is new, release by release, in the language now spoken."""
    return _read(i18n.language(), "news.md")


def anchor(title: str) -> str:
    """The last part of a link to a heading, as every reader of Markdown makes it."""
    return _PUNCTUATION.sub("", title.strip().lower()).replace(" ", "-")


@cache
def _read(language: str, name: str) -> Book:
    folder = paths.resource("help", language)
    text = (folder / name).read_text("utf-8")
    parts = re.split(r"(?m)^(?=## )", text)
    sections = [Section(_title(part), anchor(_title(part)), part.strip()) for part in parts]
    pages = json.loads((folder / "pages.json").read_text("utf-8"))
    return Book(folder, sections, pages)


def _title(part: str) -> str:
    return part.lstrip("# ").split("\n", 1)[0].strip()


def _anchors(text: str) -> list[str]:
    return [anchor(line.lstrip("# ")) for line in text.splitlines() if line.startswith("#")]
