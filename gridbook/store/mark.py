"""The mark outside the database: how far this book has lived, so that time running backwards is noticed."""

import hmac
import os
import struct
from dataclasses import dataclass
from pathlib import Path

from gridbook.errors import BookDamaged
from gridbook.i18n import tr
from gridbook.store import files

SLOT = 4096
"""Bytes per slot: a page and a disk sector of its own, so that a torn write leaves the other slot alone."""
LONGEST_SYSTEM = 128
_FORM = struct.Struct(f">8sQ16sQ32sQH{LONGEST_SYSTEM}s")
_MAGIC = b"GBMARK1\0"
_MAC = 32
_sync = getattr(os, "fdatasync", os.fsync)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the log stood after the last COMMIT; `system` names the server of a shared store."""

    incarnation: bytes
    ops: int
    running: bytes
    receipt: int
    system: str = ""


class MarkFile:
    """The file beside the database; on the path of every save, so it is written in place and stays open."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._key = key
        self._failed = False
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            try:
                self._make_room(path.parent)
                self._turn = max((turn for turn, _ in self._slots()), default=0)
            except BaseException:
                os.close(self._file)
                raise
        except OSError as error:
            raise files.told(error, path.parent) from error

    def read(self) -> Mark | None:
        """The newest mark that is whole; nothing when there is none or when both were altered."""
        newest = max(self._slots(), key=lambda slot: slot[0], default=None)
        return None if newest is None else newest[1]

    def write(self, mark: Mark, *, durable: bool = True) -> None:
        """Set the mark, durable when this returns or with the next flush; a failed write was the last."""
        turn = self._turn + 1
        body = _packed(turn, mark)
        data = (body + self._mac(body)).ljust(SLOT, b"\0")
        # After a failed flush nobody knows what the disk holds, and the other slot may be the only good one.
        if self._failed:
            raise _failed()
        try:
            if self._put(data, turn % 2 * SLOT) != SLOT:
                raise OSError("short write")
            if durable:
                _sync(self._file)
        except OSError as error:
            self._failed = True
            raise _failed() from error
        self._turn = turn

    def flush(self) -> None:
        """Make the last mark durable."""
        if self._failed:
            raise _failed()
        try:
            _sync(self._file)
        except OSError as error:
            self._failed = True
            raise _failed() from error

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _make_room(self, folder: Path) -> None:
        # Zeros that are really there: writing in place then changes no size, which keeps each flush cheap.
        size = os.fstat(self._file).st_size
        if size < 2 * SLOT:
            if self._put(bytes(2 * SLOT - size), size) != 2 * SLOT - size:
                raise OSError("short write")
            os.fsync(self._file)
            files.sync_folder(folder)

    def _slots(self) -> list[tuple[int, Mark]]:
        found = []
        for offset in (0, SLOT):
            os.lseek(self._file, offset, os.SEEK_SET)
            data = os.read(self._file, _FORM.size + _MAC)
            body, mac = data[: _FORM.size], data[_FORM.size :]
            if hmac.compare_digest(mac, self._mac(body)):
                found.append(_unpacked(body))
        return found

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")

    def _put(self, data: bytes, offset: int) -> int:
        os.lseek(self._file, offset, os.SEEK_SET)
        return os.write(self._file, data)


def _packed(turn: int, mark: Mark) -> bytes:
    system = mark.system.encode()
    # struct would cut or pad in silence, and a cut mark is a false alarm at the next opening.
    if len(mark.incarnation) != 16 or len(mark.running) != 32 or len(system) > LONGEST_SYSTEM:
        raise ValueError("a part of the mark has the wrong length")
    return _FORM.pack(
        _MAGIC, turn, mark.incarnation, mark.ops, mark.running, mark.receipt, len(system), system
    )


def _unpacked(body: bytes) -> tuple[int, Mark]:
    _, turn, incarnation, ops, running, receipt, length, system = _FORM.unpack(body)
    return turn, Mark(incarnation, ops, running, receipt, system[:length].decode())


def _failed() -> BookDamaged:
    return BookDamaged(
        tr("The disk reported an error while writing."),
        kept=tr("What was saved before is kept."),
        next=tr("Close the program, check the disk, and open the book again."),
    )
