"""Headings of a register: which column the book may not read at all, and which of its own each one means."""

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from gridbook import paths
from gridbook.i18n import tr
from gridbook.registers.kinds import FIELDS, Kind, headings

ALIKE = 0.7
"""How alike two headings are when one is offered for the other."""
_ASIDE = re.compile(r"[（(【\[].*?[)）】\]]|[\s*＊:：、,，.。/\\_-]+")


def plain(heading: str) -> str:
    """A heading without blanks, signs and remarks in brackets, in small letters."""
    return _ASIDE.sub("", unicodedata.normalize("NFKC", heading)).lower()


def is_refused(heading: str) -> bool:
    """Whether a column of that heading is outside the purpose of the book, so that nobody reads its cells."""
    chinese, english = _refused()
    whole = re.sub(r"\s+", "", unicodedata.normalize("NFKC", heading)).lower()
    return bool(chinese.search(whole) or english.search(_spelled(heading)))


@cache
def _refused() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = paths.resource("refused", "headings.txt").read_text(encoding="utf-8").split()
    latin = [word for word in words if word.isascii()]
    han = [re.escape(word.lower()) for word in words if not word.isascii()]
    named = "|".join(re.escape(word.lower()).replace("_", "[ _]") for word in latin)
    return re.compile("|".join(han)), re.compile(rf"\b(?:{named})s?\b")


def _spelled(heading: str) -> str:
    """A heading in Latin letters as separate words: `IdCard` and `id_card` are `id card`."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", unicodedata.normalize("NFKC", heading))
    return re.sub(r"[\W_]+", " ", parted).lower()


def known_words() -> frozenset[str]:
    """Every heading that means something to the book; the row with most of them is the one of headings."""
    return frozenset(plain(word) for words in headings().values() for word in words)


def suggested(kind: Kind, found: Sequence[str]) -> Mapping[int, str]:
    """For each column the field that its heading most likely means; no field is offered twice."""
    by_likeness = sorted(
        (
            (-_likeness(plain(heading), spelling), order, n, name)
            for n, heading in enumerate(found)
            if plain(heading) and not is_refused(heading)
            for order, (name, spellings) in enumerate(_spellings(kind).items())
            for spelling in spellings
        )
    )
    made: dict[int, str] = {}
    for unlike, _, n, name in by_likeness:
        if -unlike >= ALIKE and n not in made and name not in made.values():
            made[n] = name
    return dict(sorted(made.items()))


def likely_kind(found: Sequence[str]) -> Kind:
    """The kind of register whose columns fit these headings best."""

    def fit(kind: Kind) -> tuple[int, int]:
        meant = suggested(kind, found)
        spelled = _spellings(kind)
        return sum(plain(found[n]) in spelled[name] for n, name in meant.items()), len(meant)

    return max(Kind, key=fit)


def _likeness(heading: str, spelling: str) -> float:
    if heading == spelling:
        return 1.0
    if len(spelling) > 1 and spelling in heading:
        # 走访日期 in 首次走访日期: the longer the share, the surer.
        return 0.75 + 0.2 * len(spelling) / len(heading)
    return difflib.SequenceMatcher(None, heading, spelling).ratio() if len(heading) > 2 else 0.0


def _spellings(kind: Kind) -> Mapping[str, tuple[str, ...]]:
    return {
        one.name: tuple(
            plain(word)
            for word in (*headings().get((kind, one.name), ()), one.name, one.label, tr(one.label))
        )
        for one in FIELDS[kind]
    }
