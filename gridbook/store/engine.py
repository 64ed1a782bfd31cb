"""The database engine: opened encrypted or not at all, kept in the newest form, asked when in doubt."""

import contextlib
import errno
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
import sqlcipher3.dbapi2 as cipher

from gridbook.errors import (
    BookDamaged,
    BookError,
    BookIsNewer,
    BookNotEncrypted,
    DiskFull,
    EngineTooOld,
    GridbookError,
    PlaceReadOnly,
)
from gridbook.i18n import tr

NEWEST = "0004"
"""The step of the migrations that this program keeps books in."""

LEAST_ROOM = 128 * 1024
"""Bytes without which no save can be trusted to fit; the log's index alone takes a quarter of it."""
SAFE_SQLITE = (3, 51, 3)
PLAIN_HEADER = b"SQLite format 3\x00"
FAILURES: tuple[type[Exception], ...] = (sa.exc.DatabaseError, cipher.DatabaseError)
"""What the database engine raises, through SQLAlchemy or from the driver itself."""
TROUBLE: tuple[type[Exception], ...] = (*FAILURES, OSError)
"""The same, and what the disk raises."""
DAMAGE = (BookDamaged, cipher.DatabaseError)
"""What a database file raises that is not what was written, or not with this key."""

# Bytes are no type that the driver knows at sight: without this it asks each value in vain whether it adapts
# itself, which costs a third of writing a row.
cipher.register_adapter(bytes, bytearray)


class Listening(Protocol):
    """What wakes a desk when another one wrote into the same book."""

    def fileno(self) -> int:
        """The socket that can be read when there is news, or when the server is gone."""
        ...

    def heard(self) -> bool:
        """Take the news in; whether any of it is another desk's."""
        ...

    def close(self) -> None:
        """Listen no more."""
        ...


class Kept(Protocol):
    """Where the tables of a book are kept: in an encrypted file on this PC, or on the office's server."""

    shared: bool
    """Whether other PCs may write into it while it is open here."""
    name: str
    """The server as people call it; nothing for a file."""
    failures: tuple[type[Exception], ...]
    """What its driver raises."""

    def connect(self) -> sa.Connection:
        """A connection that stays open as long as the book does."""
        ...

    def begin_reading(self, connection: sa.Connection) -> sa.Connection:
        """Begin a transaction that only looks; a connection that was lost meanwhile is made anew."""
        ...

    def begin_writing(self, connection: sa.Connection) -> sa.Connection:
        """Begin a transaction that alone may write; a connection that was lost meanwhile is made anew."""
        ...

    def begin_trying(self, connection: sa.Connection) -> sa.Connection:
        """Begin a transaction that may write and is rolled back at its end."""
        ...

    def commit(self, connection: sa.Connection) -> None:
        """Make what was written durable."""
        ...

    def undo(self, connection: sa.Connection) -> None:
        """Roll back what was begun."""
        ...

    def tidy(self, connection: sa.Connection) -> None:
        """Put into the tables themselves what waits beside them."""
        ...

    def system(self, connection: sa.Connection) -> str:
        """Which server this is and which life of it; nothing for a file."""
        ...

    def listen(self, connection: sa.Connection) -> Listening | None:
        """Be woken by what others write, where others may."""
        ...

    def size(self, connection: sa.Connection) -> int:
        """Bytes that the book takes."""
        ...

    def told(self, error: Exception) -> GridbookError | None:
        """What a person is told about a failure; nothing where it is a bug."""
        ...

    def let_go(self) -> None:
        """Close what is open."""
        ...


class BookFile:
    """The encrypted file beside the keys: the place of a book that one PC works on."""

    shared = False
    name = ""
    failures: tuple[type[Exception], ...] = FAILURES

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._database = opened(path, key)

    def connect(self) -> sa.Connection:
        """The one connection to the file."""
        return self._database.connect()

    def begin_reading(self, connection: sa.Connection) -> sa.Connection:
        """Begin to look."""
        # On the driver itself: SQLAlchemy's own bookkeeping costs a tenth of a short save.
        connection.connection.cursor().execute("BEGIN")
        return connection

    def begin_writing(self, connection: sa.Connection) -> sa.Connection:
        """Begin to write."""
        connection.connection.cursor().execute("BEGIN IMMEDIATE")
        return connection

    def begin_trying(self, connection: sa.Connection) -> sa.Connection:
        """Begin to look; a file lets whoever looks write as well."""
        return self.begin_reading(connection)

    def commit(self, connection: sa.Connection) -> None:
        """Make what was written durable."""
        commit(connection)

    def undo(self, connection: sa.Connection) -> None:
        """Roll back what was begun."""
        with contextlib.suppress(*self.failures):
            connection.connection.rollback()
        connection.rollback()

    def tidy(self, connection: sa.Connection) -> None:
        """Fold the write-ahead log into the file."""
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def system(self, connection: sa.Connection) -> str:
        """A file is nobody's server."""
        return ""

    def listen(self, connection: sa.Connection) -> Listening | None:
        """Nobody else writes into a file."""
        return None

    def size(self, connection: sa.Connection) -> int:
        """Bytes of the file."""
        return self._path.stat().st_size

    def told(self, error: Exception) -> GridbookError | None:
        """What a person is told about a failure of the engine or the disk."""
        return told(error, self._path.parent)

    def let_go(self) -> None:
        """Close the file."""
        self._database.dispose()


def commit(connection: sa.Connection) -> None:
    """Commit on the driver itself, and let SQLAlchemy know where it kept books of its own."""
    connection.connection.commit()
    if connection.in_transaction():
        connection.commit()


def opened(path: Path, key: bytes) -> sa.Engine:
    """The engine over one connection to an encrypted database, made where there is none."""
    check_engine()
    refuse_plain(path)

    def connect() -> Any:
        return _connect(path, key)

    database = sa.create_engine("sqlite://", module=cipher, creator=connect, poolclass=sa.pool.StaticPool)
    sa.event.listen(database, "begin", lambda connection: None)
    return database


def _connect(path: Path, key: bytes) -> Any:
    connection = cipher.connect(str(path), check_same_thread=False, isolation_level=None)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        if not connection.execute("PRAGMA cipher_version").fetchone():
            raise BookNotEncrypted(
                tr("This program cannot encrypt books."),
                kept=tr("Nothing was written."),
                next=tr("Install the program again from its own package."),
            )
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -65536")
    except cipher.DatabaseError as error:
        connection.close()
        raise told(error, path.parent) or damaged() from error
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def looked_into(path: Path, key: bytes) -> Iterator[Callable[[str], list[Any]]]:
    """A database file that is not this program's open book, to ask it a few things."""
    connection = _connect(path, key)
    try:
        yield lambda statement: connection.execute(statement).fetchall()
    finally:
        connection.close()


def opens(path: Path, key: bytes) -> bool:
    """Whether a database file opens with that key."""
    try:
        with looked_into(path, key) as ask:
            return bool(ask("SELECT count(*) FROM sqlite_master"))
    except DAMAGE:
        return False


def check_engine() -> None:
    """Refuse an SQLite that can damage a book with its write-ahead log."""
    if cipher.sqlite_version_info < SAFE_SQLITE:
        raise EngineTooOld(
            tr("The database engine {version} is too old to keep a book safely.").format(
                version=cipher.sqlite_version
            ),
            next=tr("Install the program again from its own package."),
        )


def refuse_plain(path: Path) -> None:
    """Refuse a database file that lies there in plain text."""
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        if file.read(len(PLAIN_HEADER)) == PLAIN_HEADER:
            raise BookNotEncrypted(
                tr("The file {file} is not encrypted, so it is not opened.").format(file=path.name),
                kept=tr("It was not touched."),
                next=tr("Restore the book from a backup."),
            )


def damaged() -> BookDamaged:
    """What is said when the book on disk cannot be read."""
    return BookDamaged(
        tr("The book on this disk cannot be read; it was damaged or replaced."),
        kept=tr("The file was left as it is."),
        next=tr("Restore the newest backup."),
    )


def told(error: Exception, folder: Path) -> BookError | None:
    """What a person is told about a failure of the engine or the disk; nothing where it is a bug."""
    text = str(error)
    if "disk is full" in text or getattr(error, "errno", None) == errno.ENOSPC:
        return disk_full(folder)
    if "readonly database" in text:
        return PlaceReadOnly(
            tr("The folder of the book cannot be written to."),
            kept=tr("What was saved before is kept."),
            next=tr("Ask for write access to {place}.").format(place=folder),
        )
    if "disk I/O error" in text or isinstance(error, OSError):
        # Where not even the shared index of the log fits, the engine says no more than that something failed.
        if _no_room(folder):
            return disk_full(folder)
        return BookDamaged(
            tr("The disk reported an error while writing."),
            kept=tr("What was saved before is kept; this last entry was not."),
            next=tr("Close the program, check the disk, and open the book again."),
        )
    return damaged() if "malformed" in text or "not a database" in text else None


def _no_room(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        return shutil.disk_usage(folder).free < LEAST_ROOM
    return False


def disk_full(folder: Path) -> DiskFull:
    """What is said when there is no room left."""
    return DiskFull(
        tr("The disk has no room left."),
        kept=tr("What was saved before is kept; this last entry was not."),
        next=tr("Free some space on the disk that holds {place} and try again.").format(place=folder),
    )


def file_troubles(connection: sa.Connection, *, deep: bool) -> list[str]:
    """What the engine itself finds wrong with the file of a book; a server looks after its own files."""
    found: list[str] = []
    if connection.dialect.name != "sqlite":
        return found
    for pragma in ("cipher_integrity_check", "integrity_check" if deep else "quick_check"):
        try:
            said = [str(row[0]) for row in connection.exec_driver_sql(f"PRAGMA {pragma}")]
        except sa.exc.DatabaseError as error:
            said = [str(error.orig)]
        found += [one for one in said if one != "ok"]
    return found


def migrate(kept: Kept, connection: sa.Connection) -> None:
    """Bring a book to the newest form; one that is newer is refused."""
    held = _form(connection)
    if held == NEWEST:
        return
    if held is not None and (not re.fullmatch(r"\d{4}", held) or held > NEWEST):
        raise BookIsNewer(
            tr("This book was written by a newer GridBook."),
            kept=tr("It was not touched."),
            next=tr("Install the newest program on this PC, then open it again."),
        )
    connection.rollback()
    # Alembic costs a fifth of a second to import and is needed only when a book is made or brought forward.
    from gridbook.store import migrations

    kept.begin_writing(connection)
    migrations.upgrade(connection)
    connection.commit()


def _form(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
