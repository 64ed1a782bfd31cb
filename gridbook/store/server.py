"""The office's own PostgreSQL server: how it differs from a file on this PC, all in one place."""

import contextlib
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDDLCompiler

from gridbook.errors import DiskFull, GridbookError, ServerBusy, ServerLost, ServerRefused
from gridbook.i18n import tr
from gridbook.store import engine
from gridbook.store.reaching import SCHEMA, asked, not_reached, suit
from gridbook.store.whereabouts import Address

if TYPE_CHECKING:
    import psycopg

NEWS = "gridbook"
"""The channel on which a server tells the other desks that something was written."""
WRITING = int.from_bytes(b"gridbook", "big")
"""The advisory lock that one writer holds for the length of a transaction."""
_FULL = ("53100",)
_BUSY = ("55P03",)
_LOST = ("57P01", "57P02", "57P03", "08000", "08003", "08006", "08001")


class Ear:
    """A connection of its own on which the server says that something was written."""

    def __init__(self, raw: "psycopg.Connection[Any]", own: int) -> None:
        self._raw = raw
        self._own = own
        raw.execute(f"LISTEN {NEWS}")

    def fileno(self) -> int:
        """The socket that can be read when there is news, or when the server is gone."""
        return self._raw.fileno()

    def heard(self) -> bool:
        """Take the news in; whether any of it is another desk's."""
        return any([one.pid != self._own for one in self._raw.notifies(timeout=0)])

    def close(self) -> None:
        """Listen no more."""
        self._raw.close()


class SharedBook:
    """The tables on the office's server: the place of a book on which several desks work."""

    shared = True

    def __init__(self, address: Address) -> None:
        # 60 ms to import, for the few offices that have a server.
        import psycopg

        self.address = address
        self.name = address.host or address.options.get("host", "localhost")
        self._at_hand: psycopg.Connection[Any] | None = None
        self.failures: tuple[type[Exception], ...] = (sa.exc.DBAPIError, psycopg.Error)
        self._lost = (
            sa.exc.OperationalError,
            sa.exc.InterfaceError,
            psycopg.OperationalError,
            psycopg.InterfaceError,
        )
        self._database = sa.create_engine(
            "postgresql+psycopg://",
            creator=self._connected,
            poolclass=sa.pool.NullPool,
            use_native_hstore=False,
        )
        self._database.dialect.ddl_compiler = _Columns

    def begin_with(self, raw: "psycopg.Connection[Any]") -> None:
        """Use this connection for the first that is asked for, instead of knocking once more."""
        self._at_hand = raw

    def _connected(self) -> "psycopg.Connection[Any]":
        at_hand, self._at_hand = self._at_hand, None
        return at_hand or self.raw()

    def raw(self) -> "psycopg.Connection[Any]":
        """A connection of the driver itself, which leaves transactions to whoever asks."""
        # As above: only where there is a server.
        import psycopg

        try:
            made = psycopg.connect(autocommit=True, **asked(self.address))
        except psycopg.OperationalError as error:
            raise not_reached(self.address, error) from error
        try:
            suit(made)
        except BaseException:
            made.close()
            raise
        return made

    def connect(self) -> sa.Connection:
        """A connection that stays open as long as the book does."""
        return self._database.connect()

    def begin_reading(self, connection: sa.Connection) -> sa.Connection:
        """Begin to look: what others write meanwhile is not seen."""
        return self._begin(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def begin_trying(self, connection: sa.Connection) -> sa.Connection:
        """Begin to look with the right to write what is rolled back at the end."""
        return self._begin(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ")

    def begin_writing(self, connection: sa.Connection) -> sa.Connection:
        """Begin to write, when no other desk does; what it wrote before is seen."""
        # Read committed: each statement after the lock sees what the writer before committed.
        connection = self._begin(connection, "BEGIN ISOLATION LEVEL READ COMMITTED")
        connection.connection.cursor().execute(f"SELECT pg_advisory_xact_lock({WRITING})")
        return connection

    def _begin(self, connection: sa.Connection, statement: str) -> sa.Connection:
        if _alive(connection):
            try:
                connection.connection.cursor().execute(statement)
                return connection
            except self._lost:
                # Nothing was asked of it yet, so a connection that died while nobody worked costs nothing.
                pass
        if not connection.closed:
            with contextlib.suppress(*self.failures):
                connection.invalidate()
            with contextlib.suppress(*self.failures):
                connection.close()
        fresh = self.connect()
        fresh.connection.cursor().execute(statement)
        return fresh

    def commit(self, connection: sa.Connection) -> None:
        """Make what was written durable."""
        engine.commit(connection)

    def undo(self, connection: sa.Connection) -> None:
        """Roll back what was begun; with a connection that was lost the server does so itself."""
        if _alive(connection):
            connection.connection.rollback()
            connection.rollback()

    def tidy(self, connection: sa.Connection) -> None:
        """A server folds its own log."""

    def system(self, connection: sa.Connection) -> str:
        """System identifier, timeline and database: another server, or an older state put back, differs."""
        held: Any = connection.connection.dbapi_connection
        return system(held)

    def listen(self, connection: sa.Connection) -> Ear:
        """Be woken by what other desks write."""
        held: Any = connection.connection.dbapi_connection
        return Ear(self.raw(), held.info.backend_pid)

    def size(self, connection: sa.Connection) -> int:
        """Bytes that the tables take."""
        cursor = connection.connection.cursor()
        cursor.execute(
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relkind = 'r'",
            (SCHEMA,),
        )
        row = cursor.fetchone()
        return int(row[0]) if row else 0

    def told(self, error: Exception) -> GridbookError | None:
        """What a person is told about a failure of the server or the way to it."""
        cause = getattr(error, "orig", None) or error
        state = getattr(cause, "sqlstate", None)
        if state in _FULL:
            return DiskFull(
                tr("The disk of the office's server has no room left."),
                kept=tr("What was saved before is kept; this last entry was not."),
                next=tr("Tell whoever looks after the server, and try again afterwards."),
            )
        if state in _BUSY:
            return ServerBusy(
                tr("Another desk of this office is still writing."),
                kept=tr("What was saved before is kept; this last entry was not."),
                next=tr("Try again in a minute."),
            )
        if isinstance(error, self._lost) and (state is None or state in _LOST):
            return ServerLost(
                tr("The connection to the office's server was lost."),
                kept=tr("What was saved before is kept; look whether this last entry is there."),
                next=tr("Try again when the server can be reached."),
            )
        if state is not None and state.startswith("42501"):
            return ServerRefused(
                tr("The server does not let “{user}” work on this book.").format(user=self.address.user),
                kept=tr("Nothing was changed."),
                next=tr("Ask whoever looks after the server to make this user the owner of the database."),
            )
        return None

    def let_go(self) -> None:
        """Close what is open."""
        if self._at_hand is not None:
            self._at_hand.close()
        self._database.dispose()


def _alive(connection: sa.Connection) -> bool:
    if connection.closed or connection.invalidated:
        return False
    held: Any = connection.connection.dbapi_connection
    return held is not None and not held.closed


_SYSTEM = (
    "SELECT s.system_identifier::text || '/' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) "
    "|| '/' || d.oid::text FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()"
)


class _Columns(PGDDLCompiler):
    """Columns that hold what SQLite's hold: whole numbers of 64 bits, and text that sorts by its bytes."""

    def get_column_specification(self, column: "sa.Column[Any]", **kwargs: Any) -> str:
        """A column of a table."""
        name, nullable = self.preparer.format_column(column), "" if column.nullable else " NOT NULL"
        if isinstance(column.type, sa.Integer):
            counts = column.primary_key and column is column.table._autoincrement_column
            return f"{name} BIGINT{' GENERATED BY DEFAULT AS IDENTITY' if counts else nullable}"
        if isinstance(column.type, sa.Text):
            default = self.get_column_default_string(column)
            return f'{name} TEXT COLLATE "C"{f" DEFAULT {default}" if default else ""}{nullable}'
        plain: str = super().get_column_specification(column, **kwargs)  # type: ignore[no-untyped-call]
        return plain


@lru_cache(maxsize=1024)
def marked(statement: str) -> str:
    """A plain statement (marks are `?`) as the driver of the server wants it."""
    return statement.replace("%", "%%").replace("?", "%s")


COPY_FROM = 8
"""From so many rows on a stream is quicker than one statement for each (tests/benchmarks/server.py)."""
_INSERT = re.compile(r"INSERT INTO (\"?\w+\"?) \(([^()]*)\) VALUES \(([^()]*)\)")


@lru_cache(maxsize=1024)
def _streamed(statement: str) -> tuple[str, tuple[int | None, ...]] | None:
    """The COPY that a plain insert comes to, and its cells: a number that stands in it, or a mark."""
    match = _INSERT.fullmatch(statement)
    if match is None:
        return None
    cells = [cell.strip() for cell in match[3].split(",")]
    if not all(cell == "?" or cell.isdecimal() for cell in cells):
        return None
    return f"COPY {match[1]} ({match[2]}) FROM STDIN", tuple(int(c) if c != "?" else None for c in cells)


def insert_many(cursor: Any, statement: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run a plain statement (marks are `?`) for each row; many new rows go as one stream."""
    streamed = _streamed(statement) if len(rows) >= COPY_FROM else None
    if streamed is None:
        cursor.executemany(marked(statement), rows)
        return
    order, cells = streamed
    with cursor.copy(order) as copy:
        if all(cell is None for cell in cells):
            for row in rows:
                copy.write_row(row)
            return
        for row in rows:
            values = iter(row)
            copy.write_row([next(values) if cell is None else cell for cell in cells])


def is_server(connection: sa.Connection) -> bool:
    """Whether this connection leads to a server."""
    return connection.dialect.name == "postgresql"


def copy_statement(table: sa.Table) -> str:
    """The statement that takes rows of a table in as a stream."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return f'COPY "{table.name}" ({names}) FROM STDIN'


def go_on_counting(cursor: Any, table: sa.Table) -> None:
    """Let a table number its next rows after those that were copied into it."""
    counted = table._autoincrement_column
    if counted is None:
        return
    cursor.execute(
        f"SELECT setval(pg_get_serial_sequence('{SCHEMA}.\"{table.name}\"', '{counted.name}'), "
        f'coalesce(max("{counted.name}"), 1), max("{counted.name}") IS NOT NULL) FROM "{table.name}"'
    )


def system(raw: "psycopg.Connection[Any]") -> str:
    """System identifier, timeline and database."""
    found = raw.execute(_SYSTEM).fetchone()
    assert found is not None
    return str(found[0])


def holds_a_book(raw: "psycopg.Connection[Any]") -> bool:
    """Whether there are the tables of a book, whole or begun."""
    found = raw.execute(f"SELECT to_regclass('{SCHEMA}.meta') IS NOT NULL").fetchone()
    return bool(found and found[0])


def fact(raw: "psycopg.Connection[Any]", key: str) -> bytes | None:
    """A small fact of the book on the server, outside any transaction."""
    found = raw.execute(f"SELECT value FROM {SCHEMA}.meta WHERE key = %s", (key,)).fetchone()
    return None if found is None else bytes(found[0])


def put_fact(raw: "psycopg.Connection[Any]", key: str, value: bytes | None) -> None:
    """Keep or forget a small fact of the book on the server, outside any transaction."""
    raw.execute(f"DELETE FROM {SCHEMA}.meta WHERE key = %s", (key,))
    if value is not None:
        raw.execute(f"INSERT INTO {SCHEMA}.meta (key, value) VALUES (%s, %s)", (key, value))


def make_room(raw: "psycopg.Connection[Any]") -> None:
    """An empty schema for the tables of a book; what a torn move left behind goes."""
    take_away(raw)
    raw.execute(f"CREATE SCHEMA {SCHEMA}")


def take_away(raw: "psycopg.Connection[Any]") -> None:
    """Remove the tables of a book that nobody has switched to."""
    raw.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def learn_sizes(raw: "psycopg.Connection[Any]") -> None:
    """Let the server count its tables, so that it plans well from the first question on."""
    raw.execute("ANALYZE")


def alone(raw: "psycopg.Connection[Any]") -> bool:
    """Whether nobody else moves a book into this database; so it stays while the connection is open."""
    found = raw.execute(f"SELECT pg_try_advisory_lock({WRITING - 1})").fetchone()
    return bool(found and found[0])
