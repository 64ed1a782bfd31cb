"""Who can open the book: one random key, wrapped for each person and once for the printed recovery key."""

import hashlib
import os
import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gridbook.errors import (
    BookExists,
    NotAllowed,
    NotFound,
    WrongPassphrase,
)
from gridbook.i18n import tr
from gridbook.records.base import Clock
from gridbook.store import before, keyfile, passphrases, recovery_key, tries

FILE = keyfile.FILE
MOST_PAIRS = 20
"""So many station keys of before are kept to open what was sealed to them."""


class _Pair(msgspec.Struct, frozen=True):
    sign: bytes
    age: str


class _Station(msgspec.Struct, frozen=True):
    sign: bytes
    age: str
    others: tuple[_Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """What makes a station: a key to sign with and one to read what is addressed to it."""

    sign: Ed25519PrivateKey = field(repr=False)
    age: pyrage.x25519.Identity = field(repr=False)

    @property
    def verify_key(self) -> bytes:
        """The public half of the signing key, 32 bytes."""
        return self.sign.public_key().public_bytes_raw()

    @property
    def age_recipient(self) -> str:
        """What bundles for this station are encrypted to."""
        return str(self.age.to_public())

    @classmethod
    def new(cls) -> "Pair":
        """Fresh keys of a station."""
        return cls(Ed25519PrivateKey.generate(), pyrage.x25519.Identity.generate())


@dataclass(frozen=True, slots=True)
class Keys:
    """The book's key and the station's own: to sign, and to read what is addressed to it."""

    book: bytes = field(repr=False)
    # The station's keys hang on the book key, so two values with one book key are the same.
    sign: Ed25519PrivateKey = field(repr=False, compare=False)
    age: pyrage.x25519.Identity = field(repr=False, compare=False)
    recovery: str = field(compare=False)
    """The public recovery recipient, as it was proved to belong to this book when it was unlocked."""
    others: tuple[Pair, ...] = field(default=(), repr=False, compare=False)
    """Keys that were asked to be admitted with, and those of before: what was sealed to them still opens."""

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The station's present keys and its others."""
        return (Pair(self.sign, self.age), *self.others)

    @property
    def identities(self) -> list[pyrage.x25519.Identity]:
        """Everything that opens what is addressed to this station, the present key first."""
        return [pair.age for pair in self.pairs]

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
    secret = passphrases.strong(passphrase)
    if (folder / FILE).exists():
        raise BookExists(
            tr("There is a book in {place} already.").format(place=folder),
            kept=tr("It was not touched."),
            next=tr("Choose another folder or open that book."),
        )
    recovery = pyrage.x25519.Identity.generate()
    recipient = str(recovery.to_public())
    sign, age = Ed25519PrivateKey.generate(), pyrage.x25519.Identity.generate()
    keys = Keys(secrets.token_bytes(32), sign, age, recipient)
    box = pyrage.encrypt(keys.book, [recovery.to_public()])
    nonce = os.urandom(12)
    made = keyfile.File(
        version=keyfile.VERSION,
        people={person: passphrases.wrap(keys.book, person, secret, calibrate=calibrate)},
        recovery_recipient=recipient,
        recovery_box=box,
        station_nonce=nonce,
        station_box=_station_box(keys, nonce, _bound(recipient, box)),
    )
    keyfile.write(folder, made)
    return keys, recovery_key.printed(str(recovery))


def unlock(folder: Path, person: str, passphrase: str, clock: Clock) -> Keys:
    """The keys, for a person who knows the passphrase; wrong tries make the next one wait."""
    held = keyfile.read(folder)
    tries.wait_is_over(folder, clock)
    wrapped = held.people.get(person)
    book = None if wrapped is None else passphrases.unwrap(wrapped, person, passphrases.plain(passphrase))
    if book is not None:
        keys = _opened(held, book)
        tries.forget(folder)
        return keys
    tries.count_wrong(folder, clock)
    raise WrongPassphrase(
        tr("The passphrase does not open this book for {person}.").format(person=person),
        kept=tr("Nothing was changed."),
        next=tr("Check the keyboard and try again; the recovery sheet opens the book if it is forgotten."),
    )


def unlock_with_recovery(folder: Path, typed: str) -> Keys:
    """The keys, for an office that typed in its printed recovery key."""
    held = keyfile.read(folder)
    identity = recovery_identity(typed)
    try:
        book = pyrage.decrypt(held.recovery_box, [identity])
    except pyrage.DecryptError as error:
        raise _not_the_recovery_key() from error
    return _opened(held, book)


def recover(folder: Path, typed: str, person: str, passphrase: str, *, calibrate: bool = True) -> Keys:
    """Give a person of this book a new passphrase, for the printed recovery key instead of the old one."""
    keys = unlock_with_recovery(folder, typed)
    held = keyfile.read(folder)
    if person not in held.people:
        raise _nobody(person, held)
    admit(folder, keys, person, passphrase, calibrate=calibrate)
    return keys


def _nobody(person: str, held: keyfile.File) -> NotFound:
    return NotFound(
        tr("Nobody called “{name}” can open this book.").format(name=person),
        kept=tr("Nothing was changed."),
        next=tr("Pick one of: {names}.").format(names="、".join(held.people)),
    )


def recovery_identity(typed: str) -> pyrage.x25519.Identity:
    """The recovery key behind what somebody typed from its sheet; it opens sealed backups."""
    try:
        return pyrage.x25519.Identity.from_str(recovery_key.typed_back(typed))
    except (ValueError, pyrage.IdentityError) as error:
        raise _not_the_recovery_key() from error


def _not_the_recovery_key() -> WrongPassphrase:
    return WrongPassphrase(
        tr("This is not the recovery key of this book."),
        kept=tr("Nothing was changed."),
        next=tr("Compare it with the recovery sheet, group by group."),
    )


def admit(folder: Path, keys: Keys, person: str, passphrase: str, *, calibrate: bool = True) -> None:
    """Let another person open the book, or give a person a new passphrase."""
    secret = passphrases.strong(passphrase)
    held = keyfile.read(folder)
    # Keys of another book would lock this person out for good.
    _opened(held, keys.book)
    wrapped = passphrases.wrap(keys.book, person, secret, calibrate=calibrate)
    keyfile.write(folder, msgspec.structs.replace(held, people={**held.people, person: wrapped}))
    tries.forget(folder)


def dismiss(folder: Path, person: str) -> None:
    """Let a person no longer open the book with an own passphrase; the last one stays."""
    held = keyfile.read(folder)
    if person not in held.people:
        raise _nobody(person, held)
    rest = {name: wrapped for name, wrapped in held.people.items() if name != person}
    if not rest:
        raise NotAllowed(
            tr("{person} is the only one who can open this book.").format(person=person),
            kept=tr("Nothing was changed."),
            next=tr("Add another person first."),
        )
    keyfile.write(folder, msgspec.structs.replace(held, people=rest))


def change_passphrase(
    folder: Path, person: str, old: str, new: str, clock: Clock, *, calibrate: bool = True
) -> None:
    """Give a person a new passphrase, for the old one."""
    passphrases.strong(new)
    admit(folder, unlock(folder, person, old, clock), person, new, calibrate=calibrate)


def merged(own: Keys, agreed: bytes, mine: bytes, theirs: bytes) -> bytes:
    """Two key files of this book as one: of each person the entry that changed since both were the same."""
    ours, others = keyfile.parsed(mine), keyfile.parsed(theirs)
    # Whoever looks after a server could put another recovery key or another book's keys there.
    _opened(others, own.book)
    agreed_file = keyfile.parsed(agreed) if agreed else None
    before = agreed_file.people if agreed_file else {}
    whole: dict[str, keyfile.Wrapped] = {}
    for person in {**others.people, **ours.people}:
        here = ours.people.get(person)
        entry = here if here != before.get(person) else others.people.get(person)
        if entry is not None:
            whole[person] = entry
    # A renewal that was made here is in the station's box; whoever takes part has the book key to open it.
    renewed = agreed_file is not None and ours.station_box != agreed_file.station_box
    station = ours if renewed else others
    return keyfile.as_bytes(
        msgspec.structs.replace(
            others, people=whole, station_nonce=station.station_nonce, station_box=station.station_box
        )
    )


def read_again(folder: Path, keys: Keys) -> Keys:
    """The keys as the file has them now; another PC of a shared book may have renewed them."""
    return _opened(keyfile.read(folder), keys.book)


def renewing(folder: Path, keys: Keys) -> tuple[Keys, Pair]:
    """Fresh station keys to be admitted with; the present ones stay in use until that was done."""
    fresh = Pair.new()
    return _keep_station(folder, replace(keys, others=(fresh, *keys.others[: MOST_PAIRS - 1]))), fresh


def use(folder: Path, keys: Keys, verify_key: bytes) -> Keys:
    """Sign with another pair of the station's keys from now on; the one of before still opens."""
    chosen = next(pair for pair in keys.pairs if pair.verify_key == verify_key)
    rest = tuple(pair for pair in keys.pairs if pair.verify_key != verify_key)
    return _keep_station(folder, replace(keys, sign=chosen.sign, age=chosen.age, others=rest))


def _keep_station(folder: Path, keys: Keys) -> Keys:
    held = keyfile.read(folder)
    _opened(held, keys.book)
    nonce = os.urandom(12)
    box = _station_box(keys, nonce, _bound(held.recovery_recipient, held.recovery_box))
    keyfile.write(folder, msgspec.structs.replace(held, station_nonce=nonce, station_box=box))
    return keys


def _station_box(keys: Keys, nonce: bytes, bound: bytes) -> bytes:
    present, *others = [_Pair(pair.sign.private_bytes_raw(), str(pair.age)) for pair in keys.pairs]
    station = msgspec.json.encode(_Station(present.sign, present.age, tuple(others)))
    return AESGCM(_station_key(keys.book)).encrypt(nonce, station, bound)


def people(folder: Path) -> tuple[str, ...]:
    """The names of those who can open the book."""
    return tuple(keyfile.read(folder).people)


def recovery_recipient(folder: Path) -> str:
    """The recovery recipient as the file names it; once unlocked, `Keys.recovery` is the proved one."""
    return keyfile.read(folder).recovery_recipient


def _station_key(book: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"gridbook station keys").derive(book)


def _bound(recovery_recipient: str, recovery_box: bytes) -> bytes:
    """What the station's box vouches for: nobody puts another recovery key into the file unnoticed."""
    return b"gridbook station " + recovery_recipient.encode() + hashlib.sha256(recovery_box).digest()


def _opened(held: keyfile.File, book: bytes) -> Keys:
    try:
        bound = _bound(held.recovery_recipient, held.recovery_box)
        raw = AESGCM(_station_key(book)).decrypt(held.station_nonce, held.station_box, bound)
        station = msgspec.json.decode(raw, type=_Station)
        present, *others = [
            Pair(Ed25519PrivateKey.from_private_bytes(one.sign), pyrage.x25519.Identity.from_str(one.age))
            for one in (_Pair(station.sign, station.age), *station.others)
        ]
        return Keys(book, present.sign, present.age, held.recovery_recipient, tuple(others))
    except (InvalidTag, ValueError, pyrage.IdentityError) as error:
        raise before.damaged() from error
