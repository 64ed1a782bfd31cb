"""The mark outside the database: how far this book has lived, so that time running backwards is noticed."""

import hashlib
import hmac
import os
import struct
from dataclasses import dataclass
from pathlib import Path

_FORM = struct.Struct(">8sQ16sQ32sQ")
_MAGIC = b"GBMARK1\0"
_MAC = 32
SLOT = 512
"""Bytes per slot; two slots are written in turn, so that a torn one leaves the other."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the log stood after the last COMMIT."""

    incarnation: bytes
    ops: int
    running: bytes
    receipt: int


class MarkFile:
    """The file beside the database; on the path of every save, so it is written in place and stays open."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._key = key
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        if os.fstat(self._file).st_size < 2 * SLOT:
            os.write(self._file, bytes(2 * SLOT))
            os.fsync(self._file)
        self._turn = max((slot[0] for slot in self._slots()), default=0)

    def read(self) -> Mark | None:
        """The newest mark that is whole; nothing when there is none or when it was altered."""
        newest = max(self._slots(), key=lambda slot: slot[0], default=None)
        return None if newest is None else newest[1]

    def write(self, mark: Mark) -> None:
        """Set the mark, durable when this returns."""
        self._turn += 1
        body = _FORM.pack(_MAGIC, self._turn, mark.incarnation, mark.ops, mark.running, mark.receipt)
        data = body + hmac.new(self._key, body, hashlib.sha256).digest()
        self._at((self._turn % 2) * SLOT)
        os.write(self._file, data)
        getattr(os, "fdatasync", os.fsync)(self._file)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _slots(self) -> list[tuple[int, Mark]]:
        found = []
        for n in range(2):
            self._at(n * SLOT)
            data = os.read(self._file, _FORM.size + _MAC)
            body, mac = data[: _FORM.size], data[_FORM.size :]
            if len(mac) == _MAC and hmac.compare_digest(
                mac, hmac.new(self._key, body, hashlib.sha256).digest()
            ):
                _, turn, incarnation, ops, running, receipt = _FORM.unpack(body)
                found.append((turn, Mark(incarnation, ops, running, receipt)))
        return found

    def _at(self, offset: int) -> None:
        os.lseek(self._file, offset, os.SEEK_SET)
