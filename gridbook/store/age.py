"""Files encrypted with age, opened only when their header is as short as ours are."""

from typing import IO, Any

import pyrage

LARGEST_HEADER = 4096
"""Ours name two recipients in 400 bytes. The parser of age takes a minute for half a megabyte of them."""
_END = b"\n--- "


class HeaderTooLong(ValueError):
    """A header that no file of ours has."""


def open_into(file: IO[bytes], plain: Any, identities: list[Any]) -> None:
    """Decrypt a file into something that writes; raises HeaderTooLong before anything is parsed."""
    start = file.tell()
    head = file.read(LARGEST_HEADER)
    file.seek(start)
    # A file that is shorter than the bound is cut or foreign, and age says so at once.
    if len(head) == LARGEST_HEADER and _END not in head:
        raise HeaderTooLong("the header of this file has no end")
    pyrage.decrypt_io(file, plain, identities)
