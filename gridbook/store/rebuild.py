"""The tables made again from the log alone, part by part, so that a power cut costs one part."""

from gridbook.store import book, project, tables
from gridbook.store.book import Store
from gridbook.store.bulk import AT_ONCE, without_pauses
from gridbook.store.session import Session

_UP_TO = "rebuilt up to"


def rebuild(store: Store, at_once: int = AT_ONCE) -> int:
    """Fold every record anew, going on where a rebuild before was cut off; returns how many it folded."""
    folded = 0
    with without_pauses():
        while made := store.write(_part, at_once):
            folded += made
    return folded


def _part(session: Session, at_once: int) -> int:
    """The next records in the order of their ids, each in whatever classes and streams it has ops."""
    after = book.get(session, _UP_TO) or b""
    rows = session.run(
        "SELECT DISTINCT record FROM op WHERE record > ? ORDER BY record LIMIT ?", (after, at_once)
    )
    records = [bytes(row[0]) for row in rows]
    if not records:
        book.put(session, _UP_TO, b"")
        return 0
    marks = ", ".join("?" * len(records))
    found = session.run(
        'SELECT DISTINCT op."class", line.unit, op.record FROM op JOIN line ON line.id = op.line '
        f"WHERE op.record IN ({marks})",
        records,
    )
    for number, unit, record in found:
        project.refold(session, tables.CLASS_NAMES[number], unit, bytes(record))
    book.put(session, _UP_TO, records[-1])
    return len(found)
