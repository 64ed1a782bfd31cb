"""Small facts about the book itself: its office, its life, its counters."""

from gridbook.store.session import Session

RECEIPT_NUMBER = "receipt number"
"""The number of the last receipt that was given out; the mark outside the database carries it too."""


def put(session: Session, key: str, value: bytes) -> None:
    """Keep a small fact about the book itself."""
    if key == RECEIPT_NUMBER:
        session.receipts = int.from_bytes(value, "big")
    session.run(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def get(session: Session, key: str) -> bytes | None:
    """A small fact about the book itself."""
    found = session.run("SELECT value FROM meta WHERE key = ?", (key,))
    return bytes(found[0][0]) if found else None
