"""The tables made again from the log alone, part by part, so that a power cut costs one part."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
import zstandard

from gridbook.records.base import CLASSES, RecordId, UnitCode
from gridbook.store import book, project, tables
from gridbook.store.book import Store
from gridbook.store.bulk import AT_ONCE, without_pauses
from gridbook.store.session import Session

_UP_TO = "rebuilt up to"
_FOLDED_AS = "folded as"
_BEGUN = b"\x00"
"""Before every record: what a mark is called that stands at the beginning."""
_FIRST = ("Holiday", "OfficeHours")
"""The deadlines of requests are counted on these lists, so they are made before any request."""
UNREADABLE = (msgspec.DecodeError, ValueError, zstandard.ZstdError)
Key = tuple[str, UnitCode]


def rebuild(store: Store, at_once: int = AT_ONCE) -> int:
    """Fold every record anew and let go of rows that the log does not have; returns how many it folded.

    One that was cut off goes on where it stopped: whoever opens the book finishes it first (`resume`), so
    nothing was written since.
    """
    if not store.read(was_cut_off):
        store.write(_begin)
    folded = 0
    with without_pauses():
        while (made := store.write(_part, at_once)) is not None:
            folded += made
    return folded


def resume(store: Store) -> int:
    """At the start: finish a rebuild that was cut off, and fold anew what an older program folded.

    Returns how many records that took.
    """
    return rebuild(store) if store.read(was_cut_off) or store.read(_is_of_older_classes) else 0


def _is_of_older_classes(session: Session) -> bool:
    """Whether the rows were folded before a class read the fields of older ops as it does now."""
    return (book.get(session, _FOLDED_AS) or b"") != _classes()


def _classes() -> bytes:
    """The versions of the classes beyond the first."""
    return " ".join(f"{name} {rule.version}" for name, rule in CLASSES.items() if rule.version > 1).encode()


def was_cut_off(session: Session) -> bool:
    """Whether a rebuild began that did not come to its end."""
    return bool(book.get(session, _UP_TO))


def _begin(session: Session) -> None:
    book.put(session, _UP_TO, _BEGUN)
    numbers = [tables.CLASS_NUMBERS[name] for name in _FIRST]
    _fold(session, _named(session, f'op."class" IN ({_marks(numbers)})', numbers))


def _part(session: Session, at_once: int) -> int | None:
    """The next records in the order of their ids, each in whatever classes and streams it has ops."""
    after = book.get(session, _UP_TO) or _BEGUN
    after = b"" if after == _BEGUN else after
    rows = session.run(
        "SELECT DISTINCT record FROM op WHERE record > ? ORDER BY record LIMIT ?", (after, at_once)
    )
    records = [bytes(row[0]) for row in rows]
    last = records[-1] if records else None
    found = _named(session, f"op.record IN ({_marks(records)})", records) if records else {}
    _let_go_of_strangers(session, found, after, last)
    book.put(session, _UP_TO, last or b"")
    if last is None:
        book.put(session, _FOLDED_AS, _classes())
    return _fold(session, found) if records else None


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _named(session: Session, which: str, values: Sequence[object]) -> dict[Key, list[RecordId]]:
    """The records of those ops, by class and unit."""
    found: dict[Key, list[RecordId]] = {}
    rows = session.run(
        'SELECT DISTINCT op."class", line.unit, op.record FROM op JOIN line ON line.id = op.line '
        f"WHERE {which}",
        values,
    )
    for number, unit, record in rows:
        found.setdefault((tables.CLASS_NAMES[number], unit), []).append(bytes(record))
    return found


def _fold(session: Session, found: Mapping[Key, Sequence[RecordId]]) -> int:
    folded = 0
    for (name, unit), records in found.items():
        spoilt = not_whole(session, name, records)
        folded += _fold_those(session, name, unit, [one for one in records if one not in spoilt])
    return folded


def not_whole(session: Session, class_name: str, records: Sequence[RecordId]) -> set[RecordId]:
    """Those of which this disk lost an op that a neighbour was asked for: what is shown of them stays."""
    rows = session.run(
        f'SELECT DISTINCT record FROM op WHERE record IN ({_marks(records)}) AND "class" = ? '
        "AND body IS NULL AND (husk IS NULL OR husk = ?)",
        (*records, tables.CLASS_NUMBERS[class_name], b""),
    )
    return {bytes(row[0]) for row in rows}


def _fold_those(session: Session, name: str, unit: UnitCode, records: Sequence[RecordId]) -> int:
    try:
        project.refold(session, name, unit, *records)
        return len(records)
    except UNREADABLE:
        # One op that cannot be read must not keep the others from being folded; its row stays as it is.
        if len(records) == 1:
            return 0
    return sum(_fold_those(session, name, unit, [record]) for record in records)


def _let_go_of_strangers(
    session: Session, found: Mapping[Key, Iterable[RecordId]], after: bytes, last: bytes | None
) -> None:
    """Rows between these ids of which the log knows nothing."""
    known = {(name, unit, record) for (name, unit), records in found.items() for record in records}
    strangers: dict[Key, list[RecordId]] = {}
    for name, unit, record in sorted(set(_shown(session, after, last)) - known):
        strangers.setdefault((name, unit), []).append(record)
    for (name, unit), records in strangers.items():
        project.forget(session, name, unit, records)


def _shown(session: Session, after: bytes, last: bytes | None) -> Iterator[tuple[str, UnitCode, RecordId]]:
    """Class, unit and id of whatever is shown between these ids, also where only a part of it is there."""
    for table, column, class_name in _SHOWN:
        limit, values = (f"AND {column} <= ?", (after, last)) if last else ("", (after,))
        rows = session.run(
            f'SELECT {class_name}, unit, {column} FROM "{table}" WHERE {column} > ? {limit}', values
        )
        for name, unit, record in rows:
            yield name, unit, bytes(record)


_SHOWN = (
    *((tables.table_name(name), "id", f"'{name}'") for name in tables.RECORDS),
    ("request_state", "id", "'Request'"),
    ("request_event", "request", "'Request'"),
    ("finding", "record", '"class"'),
    ("finder", "id", '"class"'),
)
"""Every table that follows from the log: its name, the column of the record's id, and that of the class."""
