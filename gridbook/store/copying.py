"""Every table of a book carried over to a server or back into an encrypted file, and both sides compared."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from gridbook.i18n import tr
from gridbook.store import digest, server, tables
from gridbook.store.session import Session

AT_ONCE = 2000
STAYS = ("changes", "keyring", "moving")
"""Keys of `meta` that mean something on a server only."""
_ROOM = 1 << 256


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing both sides were asked: a stream's ops or rows, or a table with count and content."""

    what: str
    here: str
    there: str

    @property
    def agrees(self) -> bool:
        """Whether both sides say the same."""
        return self.here == self.there


@dataclass(frozen=True, slots=True)
class Comparison:
    """The report that a book is switched on."""

    lines: Sequence[Compared]

    @property
    def agrees(self) -> bool:
        """Whether nothing at all differs."""
        return all(one.agrees for one in self.lines)


def compare(here: dict[str, str], there: dict[str, str]) -> Comparison:
    """Both portraits side by side; what only one side has differs."""
    names = [*here, *(name for name in there if name not in here)]
    return Comparison([Compared(name, here.get(name, "-"), there.get(name, "-")) for name in names])


def portrait(session: Session) -> dict[str, str]:
    """What a book is, in hashes: each stream's ops and rows, all rows, and each table's count and content."""
    held = digest.of_book(session)
    said = {tr("ops of {stream}").format(stream=name): value for name, value in held.streams.items()}
    said |= {tr("rows of {stream}").format(stream=name): value for name, value in held.rows.items()}
    said[tr("all rows")] = held.all
    for table in tables.metadata.sorted_tables:
        count, content = _content(session.connection, table)
        name = tr("table {name}").format(name=table.name)
        said[name] = tr("{n} rows, {hash}").format(n=count, hash=content.to_bytes(32, "big").hex()[:32])
    return said


def _content(connection: sa.Connection, table: sa.Table) -> tuple[int, int]:
    count = total = 0
    for part in rows_of(connection, table):
        for row in part:
            one = hashlib.sha256(msgspec.msgpack.encode(row)).digest()
            # Adding the hashes makes the order in which rows lie not matter.
            total = (total + int.from_bytes(one, "big")) % _ROOM
        count += len(part)
    return count, total


def rows_of(connection: sa.Connection, table: sa.Table) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a table, some at a time, without what stays behind."""
    wanted = sa.select(table)
    if table is tables.meta:
        wanted = wanted.where(table.c.key.not_in(STAYS))
    found = connection.execute(wanted.execution_options(stream_results=True, max_row_buffer=AT_ONCE))
    for part in found.partitions(AT_ONCE):
        yield [tuple(row) for row in part]


def to_server(here: sa.Connection, there: sa.Connection) -> None:
    """Copy every table to a server, inside the transaction that was begun there."""
    raw: Any = there.connection.dbapi_connection
    for table in tables.metadata.sorted_tables:
        with raw.cursor() as cursor:
            with cursor.copy(server.copy_statement(table)) as copy:
                for part in rows_of(here, table):
                    for row in part:
                        copy.write_row(row)
            server.go_on_counting(cursor, table)


def to_file(there: sa.Connection, here: sa.Connection) -> None:
    """Copy every table from a server into a file that was made in the newest form."""
    for table in tables.metadata.sorted_tables:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        marks = ", ".join("?" * len(table.columns))
        statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'
        for part in rows_of(there, table):
            here.connection.cursor().executemany(statement, part)
