"""Who can open the book: one random key, wrapped for each person and once for the printed recovery key."""

import hashlib
import json
import os
import secrets
import time
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import argon2.low_level
import msgspec
import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gridbook.errors import BadValue, BookDamaged, BookMissing, NotAllowed, WaitBeforeNextTry, WrongPassphrase
from gridbook.i18n import tr
from gridbook.records.base import CROCKFORD, Clock
from gridbook.store import files

FILE = "keys.json"
TRIES_FILE = "tries.json"
LARGEST_FILE = 256 * 1024
FLOOR_KIB, FLOOR_ROUNDS, LANES = 64 * 1024, 3, 4
MOST_KIB, MOST_ROUNDS, MOST_WORK = 256 * 1024, 16, 256 * 1024 * 6
"""Caps on what a file may ask for: 256 MiB, and so many KiB × rounds that a hostile file costs about 2 s."""
CALIBRATED_SECONDS = 0.7
SHORTEST_PASSPHRASE = 8
FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = 30, 3600


class _Cost(msgspec.Struct, frozen=True):
    kib: int
    rounds: int
    lanes: int


class _Wrapped(msgspec.Struct, frozen=True):
    salt: bytes
    nonce: bytes
    box: bytes
    cost: _Cost


class _File(msgspec.Struct, frozen=True):
    version: int
    people: dict[str, _Wrapped]
    recovery_recipient: str
    recovery_box: bytes
    station_nonce: bytes
    station_box: bytes


@dataclass(frozen=True, slots=True)
class Keys:
    """The book's key and the station's own: to sign, and to read what is addressed to it."""

    book: bytes = field(repr=False)
    sign: Ed25519PrivateKey = field(repr=False)
    age: Any = field(repr=False)

    @property
    def verify_key(self) -> bytes:
        """The public half of the signing key, 32 bytes."""
        return self.sign.public_key().public_bytes_raw()

    @property
    def age_recipient(self) -> str:
        """What bundles for this station are encrypted to."""
        return str(self.age.to_public())

    def derived(self, purpose: bytes) -> bytes:
        """A key of 32 bytes for one purpose, derived from the book key."""
        return HKDF(SHA256(), 32, salt=None, info=purpose).derive(self.book)


def make(folder: Path, person: str, passphrase: str, *, calibrate: bool = True) -> tuple[Keys, str]:
    """Make every key of a new book; returns them and the recovery key, which is shown once and printed."""
    secret = _strong(passphrase)
    book = secrets.token_bytes(32)
    recovery = pyrage.x25519.Identity.generate()
    sign, age = Ed25519PrivateKey.generate(), pyrage.x25519.Identity.generate()
    nonce = os.urandom(12)
    station = json.dumps({"sign": sign.private_bytes_raw().hex(), "age": str(age)}).encode()
    keys = Keys(book, sign, age)
    made = _File(
        version=1,
        people={person: _wrap(book, person, secret, _calibrated() if calibrate else _floor())},
        recovery_recipient=str(recovery.to_public()),
        recovery_box=pyrage.encrypt(book, [recovery.to_public()]),
        station_nonce=nonce,
        station_box=AESGCM(keys.derived(b"gridbook station keys")).encrypt(nonce, station, b"station"),
    )
    _write(folder, made)
    return keys, _printed(str(recovery))


def unlock(folder: Path, person: str, passphrase: str, clock: Clock) -> Keys:
    """The keys, for a person who knows the passphrase; wrong tries make the next one wait."""
    held = _read(folder)
    _wait_is_over(folder, clock)
    wrapped = held.people.get(person)
    secret = unicodedata.normalize("NFKC", passphrase).encode()
    if wrapped is not None:
        try:
            keys = _with_book_key(held, _unwrap(wrapped, person, secret))
        except InvalidTag:
            pass
        else:
            (folder / TRIES_FILE).unlink(missing_ok=True)
            return keys
    _count_wrong(folder, clock)
    raise WrongPassphrase(
        tr("The passphrase does not open this book for {person}.").format(person=person),
        kept=tr("Nothing was changed."),
        next=tr("Check the keyboard and try again; the recovery sheet opens the book if it is forgotten."),
    )


def unlock_with_recovery(folder: Path, typed: str) -> Keys:
    """The keys, for an office that typed in its printed recovery key."""
    held = _read(folder)
    try:
        identity = pyrage.x25519.Identity.from_str(_typed_back(typed))
        return _with_book_key(held, pyrage.decrypt(held.recovery_box, [identity]))
    except (ValueError, pyrage.IdentityError, pyrage.DecryptError, InvalidTag) as error:
        raise WrongPassphrase(
            tr("This is not the recovery key of this book."),
            kept=tr("Nothing was changed."),
            next=tr("Compare it with the recovery sheet, group by group."),
        ) from error


def admit(folder: Path, keys: Keys, person: str, passphrase: str, *, calibrate: bool = True) -> None:
    """Let another person open the book, or give a person a new passphrase."""
    held = _read(folder)
    cost = _calibrated() if calibrate else _floor()
    wrapped = _wrap(keys.book, person, _strong(passphrase), cost)
    _write(folder, msgspec.structs.replace(held, people={**held.people, person: wrapped}))
    (folder / TRIES_FILE).unlink(missing_ok=True)


def dismiss(folder: Path, person: str) -> None:
    """Let a person no longer open the book; the last one stays."""
    held = _read(folder)
    rest = {name: wrapped for name, wrapped in held.people.items() if name != person}
    if not rest:
        raise NotAllowed(
            tr("{person} is the only one who can open this book.").format(person=person),
            kept=tr("Nothing was changed."),
            next=tr("Add another person first."),
        )
    _write(folder, msgspec.structs.replace(held, people=rest))


def change_passphrase(folder: Path, person: str, old: str, new: str, clock: Clock) -> None:
    """Give a person a new passphrase, for the old one."""
    admit(folder, unlock(folder, person, old, clock), person, new)


def people(folder: Path) -> tuple[str, ...]:
    """The names of those who can open the book."""
    return tuple(_read(folder).people)


def recovery_recipient(folder: Path) -> str:
    """What sealed backups are encrypted to, beside the station's own key."""
    return _read(folder).recovery_recipient


def _strong(passphrase: str) -> bytes:
    plain = unicodedata.normalize("NFKC", passphrase)
    if len(plain) < SHORTEST_PASSPHRASE:
        raise BadValue(
            "passphrase",
            tr("The passphrase is too short; it needs at least {n} characters.").format(
                n=SHORTEST_PASSPHRASE
            ),
            next=tr("Take a few words that only you put together."),
        )
    return plain.encode()


def _floor() -> _Cost:
    return _Cost(FLOOR_KIB, FLOOR_ROUNDS, LANES)


def _calibrated() -> _Cost:
    """The cost that takes at least CALIBRATED_SECONDS on this PC, within the caps."""
    began = time.perf_counter()
    _derive(b"calibration", bytes(16), _floor())
    once = time.perf_counter() - began
    factor = max(1.0, CALIBRATED_SECONDS / max(once, 0.001))
    kib = min(MOST_KIB, int(FLOOR_KIB * min(factor, 4)))
    rounds = max(FLOOR_ROUNDS, min(MOST_WORK // kib, round(FLOOR_ROUNDS * factor * FLOOR_KIB / kib)))
    return _Cost(kib, rounds, LANES)


def _derive(secret: bytes, salt: bytes, cost: _Cost) -> bytes:
    return argon2.low_level.hash_secret_raw(
        secret, salt, cost.rounds, cost.kib, cost.lanes, 32, argon2.low_level.Type.ID
    )


def _wrap(book: bytes, person: str, secret: bytes, cost: _Cost) -> _Wrapped:
    salt, nonce = os.urandom(16), os.urandom(12)
    box = AESGCM(_derive(secret, salt, cost)).encrypt(nonce, book, b"gridbook person " + person.encode())
    return _Wrapped(salt, nonce, box, cost)


def _unwrap(wrapped: _Wrapped, person: str, secret: bytes) -> bytes:
    key = _derive(secret, wrapped.salt, wrapped.cost)
    return AESGCM(key).decrypt(wrapped.nonce, wrapped.box, b"gridbook person " + person.encode())


def _with_book_key(held: _File, book: bytes) -> Keys:
    key = HKDF(SHA256(), 32, salt=None, info=b"gridbook station keys").derive(book)
    station = json.loads(AESGCM(key).decrypt(held.station_nonce, held.station_box, b"station"))
    return Keys(
        book,
        Ed25519PrivateKey.from_private_bytes(bytes.fromhex(station["sign"])),
        pyrage.x25519.Identity.from_str(station["age"]),
    )


def _read(folder: Path) -> _File:
    path = folder / FILE
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError("too large")
        held = msgspec.json.decode(path.read_bytes(), type=_File)
        for wrapped in held.people.values():
            _check(wrapped)
    except FileNotFoundError as error:
        raise BookMissing(
            tr("There is no book in {place}.").format(place=folder),
            next=tr("Choose the right folder, or make a new book."),
        ) from error
    except (msgspec.DecodeError, ValueError) as error:
        raise BookDamaged(
            tr("The key file of this book cannot be read; it was damaged or replaced."),
            kept=tr("The file was left as it is."),
            next=tr("Restore the newest backup."),
        ) from error
    return held


def _check(wrapped: _Wrapped) -> None:
    cost = wrapped.cost
    fits = FLOOR_KIB <= cost.kib <= MOST_KIB and FLOOR_ROUNDS <= cost.rounds <= MOST_ROUNDS
    if not fits or cost.lanes != LANES or cost.kib * cost.rounds > MOST_WORK or len(wrapped.salt) != 16:
        raise ValueError("the key file asks for a cost that GridBook never writes")


def _write(folder: Path, made: _File) -> None:
    files.write_whole(folder / FILE, msgspec.json.format(msgspec.json.encode(made)))


def _wait_is_over(folder: Path, clock: Clock) -> None:
    tries, last = _tries(folder)
    if tries < FREE_TRIES:
        return
    wait = min(LONGEST_WAIT, FIRST_WAIT << min(tries - FREE_TRIES, 10))
    left = last + wait - int(clock.now().timestamp())
    # A clock that was set back must not lock anyone out for longer than the wait itself.
    if 0 < left <= wait:
        raise WaitBeforeNextTry(
            tr("The passphrase was wrong {n} times; the next try is possible in {seconds} seconds.").format(
                n=tries, seconds=left
            ),
            kept=tr("Nothing was changed."),
            next=tr("Wait, or use the recovery sheet."),
        )


def _tries(folder: Path) -> tuple[int, int]:
    try:
        told = json.loads((folder / TRIES_FILE).read_bytes())
        return int(told["tries"]), int(told["last"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0


def _count_wrong(folder: Path, clock: Clock) -> None:
    told = {"tries": _tries(folder)[0] + 1, "last": int(clock.now().timestamp())}
    files.write_whole(folder / TRIES_FILE, json.dumps(told).encode())


_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def _printed(identity: str) -> str:
    """The recovery key in groups of five letters that no one misreads, with a check group at the end."""
    letters = identity.lower().removeprefix("age-secret-key-1")
    text = "".join(CROCKFORD[_BECH32.index(c)] for c in letters)
    text += _check_group(text)
    return " ".join(text[n : n + 5] for n in range(0, len(text), 5))


def _typed_back(typed: str) -> str:
    plain = unicodedata.normalize("NFKC", typed).upper().translate(str.maketrans("OIL", "011"))
    text = "".join(c for c in plain if c in CROCKFORD)
    body, check = text[:-2], text[-2:]
    if not body or check != _check_group(body):
        raise ValueError("the check group does not fit")
    return "AGE-SECRET-KEY-1" + "".join(_BECH32[CROCKFORD.index(c)] for c in body).upper()


def _check_group(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % 1024
    return CROCKFORD[number // 32] + CROCKFORD[number % 32]
