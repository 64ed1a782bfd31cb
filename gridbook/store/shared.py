"""A book that lies on the office's server: moved there, connected to from another PC, opened."""

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from gridbook.errors import BookExists, BookMissing, CopyDiffers, GridbookError, NotAllowed, ServerBusy
from gridbook.i18n import tr
from gridbook.records.base import Clock
from gridbook.store import copying, engine, files, keyring, keys, mark, server, whereabouts
from gridbook.store.copying import Comparison
from gridbook.store.meta import RECEIPT_NUMBER
from gridbook.store.opened import DATABASE, MARK, Store
from gridbook.store.server import SharedBook
from gridbook.store.session import Session, Standing
from gridbook.store.whereabouts import Whereabouts

if TYPE_CHECKING:
    import psycopg

MOVING = "moving"
"""Where `meta` keeps the token of a move until the folder has switched; nobody else opens such a book."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move came to: the report, the server's address, and the name the old database was given."""

    comparison: Comparison
    address: str
    kept_as: str


def move_to(store: Store, typed: str) -> Moved:
    """Copy an open book to a server, compare both, and switch its folder only when all agrees.

    The store is closed afterwards, switched or not; the folder opens what it says.
    """
    if store.shared:
        raise NotAllowed(
            tr("This book lies on a server already."),
            kept=tr("Nothing was changed."),
            next=tr("Make a backup and restore it on this PC first."),
        )
    address = whereabouts.read_address(typed)
    place = SharedBook(address)
    token = secrets.token_hex(16)
    kept_as = f"before-the-server-{store.clock.now().astimezone(UTC):%Y%m%d-%H%M%S}.kept"
    store.checkpoint()
    try:
        with _failing_plainly(place), place.raw() as raw:
            _refuse_another_book(raw)
            server.make_room(raw)
            try:
                here = _copied(store, place, token)
                comparison = copying.compare(here, _there(store, place))
            except BaseException:
                _clear(place)
                raise
            if not comparison.agrees:
                server.take_away(raw)
                raise _differs(comparison)
            server.learn_sizes(raw)
            # From here on the folder opens the server's book.
            whereabouts.keep(store.folder, store.keys, Whereabouts(address, token, kept_as))
            store.let_go()
            _finish(raw, store.folder, store.keys)
    finally:
        place.let_go()
        store.close()
    return Moved(comparison, address.text(), kept_as)


def _refuse_another_book(raw: "psycopg.Connection[Any]") -> None:
    if not server.alone(raw):
        raise ServerBusy(
            tr("Somebody else is moving a book into this database."),
            kept=tr("Nothing was changed."),
            next=tr("Try again in a minute."),
        )
    whole = server.holds_a_book(raw) and server.fact(raw, "standing") is not None
    if whole and server.fact(raw, MOVING) is None:
        raise BookExists(
            tr("There is a book in this database already."),
            kept=tr("It was not touched."),
            next=tr("Take an empty database, or connect this PC to that book."),
        )


def _copied(store: Store, place: SharedBook, token: str) -> dict[str, str]:
    """Everything of the book copied and committed on the server, still marked as moving; its portrait."""

    def copy(session: Session) -> dict[str, str]:
        with place.connect() as there:
            engine.migrate(place, there)
            there.rollback()
            place.begin_writing(there)
            copying.to_server(session.connection, there)
            raw: Any = there.connection.dbapi_connection
            server.put_fact(raw, keyring.KEYRING, (store.folder / keys.FILE).read_bytes())
            server.put_fact(raw, MOVING, token.encode())
            raw.commit()
        return copying.portrait(session)

    return store.read(copy)


def _there(store: Store, place: SharedBook) -> dict[str, str]:
    """The portrait of what the server holds, read back over a connection of its own."""
    with place.connect() as there:
        place.begin_reading(there)
        try:
            return copying.portrait(
                Session(
                    there, store.unit, store.incarnation, store.person, store.clock, replace(store.standing)
                )
            )
        finally:
            place.undo(there)


def _clear(place: SharedBook) -> None:
    # What was copied so far belongs to nobody; where the server is gone, the next move clears it away.
    with contextlib.suppress(GridbookError, *place.failures), place.raw() as raw:
        server.take_away(raw)


def _differs(comparison: Comparison) -> CopyDiffers:
    wrong = [line.what for line in comparison.lines if not line.agrees]
    refused = CopyDiffers(
        tr("What arrived on the server is not what this book holds: {what}.").format(
            what="、".join(wrong[:MOST_NAMED])
        ),
        kept=tr("Nothing was switched; the book on this PC is the one to work on."),
        next=tr("Show this to whoever looks after the server, then try again."),
    )
    refused.comparison = comparison
    return refused


MOST_NAMED = 5


def _finish(raw: "psycopg.Connection[Any]", folder: Path, own: keys.Keys) -> None:
    """What follows the switch; after a power cut it is done at the next opening."""
    held = whereabouts.read(folder, own)
    for ending in ("", "-wal", "-shm"):
        old = folder / (DATABASE + ending)
        if old.exists():
            old.replace(folder / (held.kept_as + ending))
    files.sync_folder(folder)
    beside = mark.MarkFile(folder / MARK, own.derived(b"gridbook mark"))
    try:
        known = beside.read()
        if known is not None and not known.system:
            beside.write(replace(known, system=server.system(raw)))
    finally:
        beside.close()
    keyring.keep(folder, (folder / keys.FILE).read_bytes())
    server.put_fact(raw, MOVING, None)


@contextlib.contextmanager
def _failing_plainly(place: SharedBook) -> Iterator[None]:
    try:
        yield
    except place.failures as error:
        told = place.told(error)
        if told is None:
            raise
        raise told from error


def place(folder: Path, own: keys.Keys) -> SharedBook:
    """The server's book that this folder opens; a move that was cut off after its switch is finished."""
    held = whereabouts.read(folder, own)
    found = SharedBook(held.address)
    raw = found.raw()
    found.begin_with(raw)
    try:
        _ready(raw, held, folder, own)
    except BaseException as error:
        found.let_go()
        told = found.told(error) if isinstance(error, found.failures) else None
        if told is not None:
            raise told from error
        raise
    return found


def _ready(raw: "psycopg.Connection[Any]", held: Whereabouts, folder: Path, own: keys.Keys) -> None:
    """Refuse what is no whole book; finish a move that was cut off after its switch."""
    if not server.holds_a_book(raw):
        raise BookMissing(
            tr("There is no book in this database any more."),
            kept=tr("What this PC knows of the book is kept."),
            next=tr("Ask whoever looks after the server to bring its newest backup back."),
        )
    moving = server.fact(raw, MOVING)
    if moving is not None:
        if moving.decode() != held.token:
            raise _still_moving()
        _finish(raw, folder, own)


def _still_moving() -> ServerBusy:
    return ServerBusy(
        tr("This book is being moved to the server."),
        kept=tr("Nothing was changed."),
        next=tr("Wait until the PC it is moved from is done, then try again."),
    )


def connect(folder: Path, typed: str, person: str, passphrase: str, clock: Clock) -> None:
    """Let this folder open a book on a server: its keys come from there, wrapped."""
    if whereabouts.is_there(folder) or (folder / DATABASE).exists():
        raise BookExists(
            tr("There is a book in {place} already.").format(place=folder),
            kept=tr("It was not touched."),
            next=tr("Choose another folder or open that book."),
        )
    address = whereabouts.read_address(typed)
    found = SharedBook(address)
    with _failing_plainly(found), found.raw() as raw:
        if not server.holds_a_book(raw) or server.fact(raw, keyring.KEYRING) is None:
            raise BookMissing(
                tr("There is no book in this database."),
                kept=tr("Nothing was changed."),
                next=tr("Compare the address with the PC that moved the book there."),
            )
        if server.fact(raw, MOVING) is not None:
            raise _still_moving()
        making = folder / "making"
        files.make_folder(making)
        ring = server.fact(raw, keyring.KEYRING) or b""
        files.write_whole(making / keys.FILE, ring, private=True)
        own = keys.unlock(making, person, passphrase, clock)
        _first_mark(raw, making, own)
        for name in (keys.FILE, MARK):
            (making / name).replace(folder / name)
        shutil.rmtree(making, ignore_errors=True)
        keyring.keep(folder, ring)
        whereabouts.keep(folder, own, Whereabouts(address, "", ""))
    found.let_go()


def begin_mark(folder: Path, own: keys.Keys) -> None:
    """Set this PC's mark anew where the server's book stands, for a folder that was connected on purpose."""
    found = SharedBook(whereabouts.read(folder, own).address)
    with _failing_plainly(found), found.raw() as raw:
        _first_mark(raw, folder, own)
    found.let_go()


def _first_mark(raw: "psycopg.Connection[Any]", folder: Path, own: keys.Keys) -> None:
    standing = msgspec.msgpack.decode(server.fact(raw, "standing") or b"", type=Standing)
    incarnation = server.fact(raw, "incarnation") or b""
    receipts = int.from_bytes(server.fact(raw, RECEIPT_NUMBER) or b"", "big")
    beside = mark.MarkFile(folder / MARK, own.derived(b"gridbook mark"))
    try:
        beside.write(mark.Mark(incarnation, standing.ops, standing.running, receipts, server.system(raw)))
    finally:
        beside.close()
