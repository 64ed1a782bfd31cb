"""The recovery key as it stands on its sheet: groups of letters that no one misreads."""

import hashlib
import unicodedata

from gridbook.records.base import CROCKFORD

_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_PRINTED_LETTERS = 60


def printed(identity: str) -> str:
    """The recovery key in twelve groups of five letters that no one misreads; the last two letters check."""
    letters = identity.lower().removeprefix("age-secret-key-1")
    text = "".join(CROCKFORD[_BECH32.index(c)] for c in letters)
    text += _check_letters(text)
    return " ".join(text[n : n + 5] for n in range(0, len(text), 5))


def typed_back(typed: str) -> str:
    """The key behind what somebody typed from its sheet; ValueError when its check letters do not fit."""
    plain = unicodedata.normalize("NFKC", typed).upper().translate(str.maketrans("OIL", "011"))
    text = "".join(c for c in plain if c in CROCKFORD)
    body, check = text[:-2], text[-2:]
    if len(text) != _PRINTED_LETTERS or check != _check_letters(body):
        raise ValueError("the check letters do not fit")
    return "AGE-SECRET-KEY-1" + "".join(_BECH32[CROCKFORD.index(c)] for c in body).upper()


def _check_letters(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % 1024
    return CROCKFORD[number // 32] + CROCKFORD[number % 32]
