"""What no text in the book may hold: letters nobody can see, and numbers of identity cards."""

import re
import unicodedata

_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters by name, blank by looks."""

# Eighteen characters: place, a possible day of birth, a running number, a check character.
_IDENTITY = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?![\dA-Z])",
    re.IGNORECASE,
)


def unseen(text: str) -> str | None:
    """The first character that cannot be seen: a control, a direction mark, a zero-width or private one."""
    for c in text:
        if c != "\n" and (unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") or c in _FILLERS):
            return c
    return None


def has_identity_number(text: str) -> bool:
    """Whether the text holds the number of an identity card, in whatever width or grouping."""
    if len(text) < 18:
        return False
    return (
        _IDENTITY.search(re.sub(r"(?<=\d)[ \-](?=[\dXx])", "", unicodedata.normalize("NFKC", text)))
        is not None
    )
