"""Who may open a shared book: the keyring lies on the server too, wrapped, and each PC keeps a copy."""

import contextlib
from pathlib import Path

from gridbook.store import files, keys, meta
from gridbook.store.keys import Keys
from gridbook.store.session import Session

KEYRING = "keyring"
"""Where `meta` holds the key file; every key in it is wrapped."""
AGREED = "keys.agreed.json"
"""The key file as this PC and the server last had it both, to tell which of them changed since."""


def settle(session: Session, folder: Path, own: Keys) -> bool:
    """Bring this PC's key file and the server's together; returns whether the server's was written."""
    mine, theirs = (folder / keys.FILE).read_bytes(), meta.get(session, KEYRING)
    if mine == theirs:
        if differs(folder):
            session.after_commit.append(lambda: keep(folder, mine))
        return False
    whole = mine if theirs is None else keys.merged(own, _agreed(folder), mine, theirs)
    if whole != theirs:
        meta.put(session, KEYRING, whole)
    # The file follows the commit: until then the server has the last word.
    session.after_commit.append(lambda: keep(folder, whole))
    return whole != theirs


def keep(folder: Path, whole: bytes) -> None:
    """Write down what was agreed upon."""
    if (folder / keys.FILE).read_bytes() != whole:
        files.write_whole(folder / keys.FILE, whole, private=True)
    files.write_whole(folder / AGREED, whole, private=True)


def differs(folder: Path) -> bool:
    """Whether this PC's key file changed since it was agreed upon."""
    return (folder / keys.FILE).read_bytes() != _agreed(folder)


def _agreed(folder: Path) -> bytes:
    with contextlib.suppress(FileNotFoundError):
        return (folder / AGREED).read_bytes()
    return b""
