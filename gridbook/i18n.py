"""Words for people: English in the source, Chinese from resources, without Qt."""

import json
from functools import cache

from gridbook import paths

LANGUAGES = ("zh_CN", "en")
_language = "zh_CN"


def use(language: str) -> None:
    """Speak this language from now on."""
    global _language
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language}")
    _language = language


def language() -> str:
    """The language now spoken."""
    return _language


def N_(text: str) -> str:  # noqa: N802 - the name every translation tool knows
    """Mark a text for translation where it is declared; `tr` speaks it later."""
    return text


def tr(text: str) -> str:
    """The text in the language now spoken, or itself."""
    if _language == "en":
        return text
    return _words(_language).get(text, text)


@cache
def _words(language: str) -> dict[str, str]:
    words: dict[str, str] = {}
    folder = paths.resource("locale", language)
    for file in sorted(folder.glob("*.json")):
        words.update(json.loads(file.read_text(encoding="utf-8")))
    return words
