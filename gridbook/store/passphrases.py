"""A passphrase as a key: what it has to be, what one guess costs, and the book key wrapped in it."""

import os
import time
import unicodedata

import argon2.low_level
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.store.keyfile import (
    FLOOR_KIB,
    FLOOR_ROUNDS,
    LANES,
    MOST_KIB,
    MOST_ROUNDS,
    MOST_WORK,
    Cost,
    Wrapped,
)

CALIBRATED_SECONDS = 0.85
"""The middle of the 0.7 to 1.0 s that one guess is to cost."""
SHORTEST_PASSPHRASE = 8


def strong(passphrase: str) -> bytes:
    """What a passphrase comes to, when it is long enough to be a new one."""
    secret = plain(passphrase)
    if len(secret.decode(errors="surrogatepass").strip()) < SHORTEST_PASSPHRASE:
        raise BadValue(
            "passphrase",
            tr("The passphrase is too short; it needs at least {n} characters.").format(
                n=SHORTEST_PASSPHRASE
            ),
            next=tr("Take a few words that only you put together."),
        )
    return secret


def plain(passphrase: str) -> bytes:
    """What a passphrase comes to, however its keyboard wrote it."""
    # Terminals hand over bytes that are no text as lone surrogates; they are as good as any letter.
    return unicodedata.normalize("NFKC", passphrase).encode(errors="surrogatepass")


def _floor() -> Cost:
    return Cost(FLOOR_KIB, FLOOR_ROUNDS, LANES)


def _calibrated() -> Cost:
    """The cost that takes about CALIBRATED_SECONDS on this PC, never under the floor nor over the caps."""
    once = min(_seconds(_floor()), _seconds(_floor()))
    kib = min(MOST_KIB, max(FLOOR_KIB, int(FLOOR_KIB * CALIBRATED_SECONDS / once)))
    cost = _fitting(kib, FLOOR_ROUNDS * FLOOR_KIB / kib * CALIBRATED_SECONDS / once)
    # More memory is slower than its size says; what was reckoned is tried and put right once.
    return _fitting(kib, cost.rounds * CALIBRATED_SECONDS / _seconds(cost))


def _fitting(kib: int, rounds: float) -> Cost:
    return Cost(kib, max(FLOOR_ROUNDS, min(MOST_ROUNDS, MOST_WORK // kib, round(rounds))), LANES)


def _seconds(cost: Cost) -> float:
    began = time.perf_counter()
    _derive(b"calibration", bytes(16), cost)
    return max(time.perf_counter() - began, 0.001)


def _derive(secret: bytes, salt: bytes, cost: Cost) -> bytes:
    return argon2.low_level.hash_secret_raw(
        secret, salt, cost.rounds, cost.kib, cost.lanes, 32, argon2.low_level.Type.ID
    )


def wrap(book: bytes, person: str, secret: bytes, *, calibrate: bool) -> Wrapped:
    """The book key, wrapped for a person; calibrated to this PC or at the least cost."""
    cost = _calibrated() if calibrate else _floor()
    salt, nonce = os.urandom(16), os.urandom(12)
    box = AESGCM(_derive(secret, salt, cost)).encrypt(nonce, book, b"gridbook person " + person.encode())
    return Wrapped(salt, nonce, box, cost)


def unwrap(wrapped: Wrapped, person: str, secret: bytes) -> bytes | None:
    """The book key, or nothing when that is not the passphrase."""
    key = _derive(secret, wrapped.salt, wrapped.cost)
    try:
        return AESGCM(key).decrypt(wrapped.nonce, wrapped.box, b"gridbook person " + person.encode())
    except InvalidTag:
        return None
