"""Where the office's shared book lies: the small file beside the keys that names the server."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gridbook.errors import BadValue, BookDamaged
from gridbook.i18n import tr
from gridbook.store import before, files
from gridbook.store.keys import Keys

FILE = before.SERVER
VERSION = 1
LARGEST_FILE = 64 * 1024
PORT = 5432
SCHEMES = ("postgresql", "postgres")
HERE = ("", "localhost", "127.0.0.1", "::1")
_SECRET = "password"
_PURPOSE = b"gridbook server"


@dataclass(frozen=True, slots=True)
class Address:
    """A database on a server, and what is needed to get in."""

    host: str
    port: int
    user: str
    database: str
    options: Mapping[str, str] = field(default_factory=dict)
    password: str = field(default="", repr=False)

    def text(self) -> str:
        """The address as it is shown and kept: without the password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        who = f"{quote(self.user, safe='')}@" if self.user else ""
        plain = f"postgresql://{who}{host}:{self.port}/{quote(self.database, safe='')}"
        return f"{plain}?{urlencode(self.options)}" if self.options else plain

    @property
    def here(self) -> bool:
        """Whether the server runs on this PC, so that nothing goes over a cable."""
        return self.host in HERE or self.options.get("host", "").startswith("/")


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    address: str
    token: str
    nonce: bytes
    box: bytes
    kept_as: str = ""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What the file says: the address, the token of the move, and the name the old database was given."""

    address: Address
    token: str
    kept_as: str


def read_address(typed: str) -> Address:
    """The address in `postgresql://user:password@host:port/database`; a sentence where it is none."""
    try:
        parts = urlsplit(typed.strip())
        port = parts.port or PORT
    except ValueError as error:
        raise _no_address(typed) from error
    database = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in SCHEMES or not database or "/" in database:
        raise _no_address(typed)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    password = options.pop(_SECRET, "") or unquote(parts.password or "")
    return Address(parts.hostname or "", port, unquote(parts.username or ""), database, options, password)


def _no_address(typed: str) -> BadValue:
    # What was typed may hold a password, so it is not repeated.
    return BadValue(
        "address",
        tr("This is not the address of a PostgreSQL database."),
        next=tr("Write it like postgresql://user@host/database."),
    )


def is_there(folder: Path) -> bool:
    """Whether the book of this folder lies on a server."""
    return (folder / FILE).exists()


def keep(folder: Path, own: Keys, held: Whereabouts) -> None:
    """Write the file: from now on this folder opens the server's book."""
    nonce = os.urandom(12)
    plain = held.address.text()
    box = AESGCM(own.derived(_PURPOSE)).encrypt(nonce, held.address.password.encode(), plain.encode())
    made = _File(VERSION, plain, held.token, nonce, box, held.kept_as)
    files.write_whole(folder / FILE, msgspec.json.format(msgspec.json.encode(made)), private=True)


def read(folder: Path, own: Keys) -> Whereabouts:
    """What the file says; its password opens with the book's key only."""
    held = _read(folder)
    try:
        password = AESGCM(own.derived(_PURPOSE)).decrypt(held.nonce, held.box, held.address.encode())
    except (InvalidTag, ValueError) as error:
        raise _damaged() from error
    address = replace(read_address(held.address), password=password.decode())
    return Whereabouts(address, held.token, held.kept_as)


def address_of(folder: Path) -> str:
    """The address as it may be shown, for a book that is still locked."""
    return _read(folder).address


def _read(folder: Path) -> _File:
    try:
        with (folder / FILE).open("rb") as file:
            held = msgspec.json.decode(file.read(LARGEST_FILE), type=_File)
        if held.version != VERSION:
            raise ValueError("another version")
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged() from error
    return held


def _damaged() -> BookDamaged:
    return BookDamaged(
        tr("The file that names the office's server cannot be read; it was damaged or replaced."),
        kept=tr("The book on the server was not touched."),
        next=tr("Connect this PC to the server again."),
    )
