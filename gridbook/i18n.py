"""Words for people: English in the source, Chinese from resources, without Qt."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from gridbook import paths

LANGUAGES = ("zh_CN", "en")
_language = "zh_CN"
_for_now: ContextVar[str] = ContextVar("language of a job", default="")


def use(language: str) -> None:
    """Speak this language from now on."""
    global _language
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language}")
    _language = language


def language() -> str:
    """The language now spoken."""
    return _for_now.get() or _language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak another language for one job, in this thread only; nothing of it is remembered."""
    if language and language not in LANGUAGES:
        raise ValueError(f"no such language: {language}")
    before = _for_now.set(language)
    try:
        yield
    finally:
        _for_now.reset(before)


def N_(text: str) -> str:  # noqa: N802 - the name every translation tool knows
    """Mark a text for translation where it is declared; `tr` speaks it later."""
    return text


def tr(text: str) -> str:
    """The text in the language now spoken, or itself."""
    spoken = _for_now.get() or _language
    if spoken == "en":
        return text
    return _words(spoken).get(text, text)


@cache
def _words(language: str) -> dict[str, str]:
    words: dict[str, str] = {}
    folder = paths.resource("locale", language)
    for file in sorted(folder.glob("*.json")):
        words.update(json.loads(file.read_text(encoding="utf-8")))
    return words
