"""Sentences that name what the book never records, and the sentence about the service to write instead."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from gridbook import catalog
from gridbook.catalog import NeverWritten
from gridbook.errors import BadWording
from gridbook.i18n import tr
from gridbook.records.base import Record, rule_of

_CLAUSES = re.compile(r"([，。；、;,.!?！？\n]+)")
_CODES = frozenset({"number", "door", "notice", "opened", "phone", "limit", "visit"})
"""Texts that the program makes or that hold a number only."""


@dataclass(frozen=True, slots=True)
class Instead:
    """What a text may not say, in general words, and the whole text with that part put differently."""

    what: str
    phrase: str
    text: str


def instead(text: str) -> Instead | None:
    """What to write instead of a text that names what is never recorded; nothing when the text is fine."""
    if _named(text) is None:
        return None
    first: NeverWritten | None = None
    made: list[str] = []
    for part in _CLAUSES.split(text):
        named = _named(part)
        if named is None:
            made.append(part)
            continue
        first = first or named
        # Two clauses of one kind say the same once.
        made.append(named.offer if named.offer not in made else "")
    # A term can lie across a comma; then the whole text is put differently.
    first = first or _named(text)
    if first is None:
        return None
    whole = _tidy("".join(made))
    return Instead(first.what, first.offer, first.offer if _named(whole) is not None else whole)


def _tidy(text: str) -> str:
    """Without the marks that stood around a clause that fell away."""
    return re.sub(r"([，。；、;,.!?！？])[，；、;,]+", r"\1", text).strip(" ，；、;,\n")


def require(record: Record, before: Record | None = None) -> None:
    """Refuse a record whose free texts name what is never recorded; what stood there before may stay."""
    for name, text in _texts(record):
        if before is not None and text in dict(_texts(before)).values():
            continue
        require_text(name, text)


def require_text(field: str, text: str) -> None:
    """Refuse one text; neither the error nor anything else repeats what it said."""
    found = instead(text)
    if found is not None:
        raise refusal(field, found)


def refusal(field: str, found: Instead) -> BadWording:
    """What is said about it: the kind in general words and what is written instead."""
    return BadWording(
        field,
        tr("This book does not record {what}.").format(what=found.what),
        next=tr("Write what is to be done, for example “{phrase}”.").format(phrase=found.phrase),
        offer=found.text,
    )


def _texts(record: Record) -> Iterator[tuple[str, str]]:
    for field in rule_of(record).fields:
        if field.name in _CODES:
            continue
        value = getattr(record, field.name)
        if field.python is str:
            yield field.name, value or ""
        elif field.python is tuple:
            yield from ((field.name, part) for part in value if isinstance(part, str))


@dataclass(frozen=True, slots=True)
class _Kind:
    named: NeverWritten
    chinese: re.Pattern[str]
    english: re.Pattern[str]


@cache
def _kinds() -> tuple[tuple[_Kind, ...], re.Pattern[str]]:
    """Every kind with its patterns, and the longer words inside which a term means something else."""
    kinds = catalog.never_written()
    unless = re.compile("|".join(re.escape(word) for kind in kinds for word in kind.unless))
    return tuple(_Kind(kind, _any(kind.terms_zh), _whole_words(kind.terms_en)) for kind in kinds), unless


def _any(terms: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(term) for term in terms).lower())


def _whole_words(terms: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_any(terms).pattern})s?\b")


def _named(text: str) -> NeverWritten | None:
    """The first kind of thing that a text names, in whatever width and with whatever signs between."""
    kinds, unless = _kinds()
    plain = unless.sub("◦", re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).lower())
    close = re.sub(r"[\s·.*_\-，、,]+", "", plain)
    for kind in kinds:
        if kind.chinese.search(close) or kind.english.search(plain):
            return kind.named
    return None
