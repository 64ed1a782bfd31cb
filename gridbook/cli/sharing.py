"""An office's book on its own server: moved there from one PC, connected to from the others."""

import json

import click

from gridbook.cli.own import Book, on_book, tell
from gridbook.errors import CopyDiffers
from gridbook.i18n import tr
from gridbook.records.base import SystemClock
from gridbook.store import audit, book, files, shared
from gridbook.store.copying import Compared, Comparison


@click.command("move-to")
@on_book
@click.argument("address")
def move_to(own: Book, address: str) -> None:
    """Move an office's book to a PostgreSQL server: postgresql://user@host/database.

    Copies the book, compares both sides, and switches only when all of it agrees.
    """
    person = own.person or own.only_person()
    with own.opened() as store:
        try:
            moved = shared.move_to(store, address)
        except CopyDiffers as differs:
            if isinstance(differs.comparison, Comparison):
                report(differs.comparison, as_json=own.as_json)
            raise
    lock = book.take_lock(own.folder)
    with book.open_with(own.folder, store.keys, person, lock, store.clock) as store:
        store.write(audit.note, "move to server", moved.address)
    if not own.as_json:
        report(moved.comparison, as_json=False)
    tell(
        own,
        {
            "address": moved.address,
            "kept": moved.kept_as,
            "compared": [_line(one) for one in moved.comparison.lines],
        },
        " ".join(
            (
                tr("This folder now opens the book on the server; all {n} comparisons agree.").format(
                    n=len(moved.comparison.lines)
                ),
                tr("The old database is kept as {name}; nobody works in it any more.").format(
                    name=moved.kept_as
                ),
                tr("The disk of the server is not encrypted by GridBook; that is the office's to do."),
                tr("Other PCs of this office: gridbook connect {address}").format(address=moved.address),
            )
        ),
    )


def report(comparison: Comparison, *, as_json: bool) -> None:
    """Both sides line by line: equal, or what differs."""
    for one in comparison.lines:
        if as_json:
            click.echo(json.dumps(_line(one), ensure_ascii=False), err=True)
        else:
            sign = "=" if one.agrees else "≠"
            click.echo(f"{one.here}  {sign}  {one.there}  {one.what}")


def _line(one: Compared) -> dict[str, object]:
    return {"what": one.what, "here": one.here, "there": one.there, "agrees": one.agrees}


@click.command()
@on_book
@click.argument("address")
def connect(own: Book, address: str) -> None:
    """Let this PC open the office's book on its server; the keys come from there, wrapped."""
    if own.person is None:
        raise click.UsageError(tr("Say with --as who works at this PC."))
    passphrase = own.passphrase()
    files.make_folder(own.folder)
    shared.connect(own.folder, address, own.person, passphrase, SystemClock())
    with book.open_book(own.folder, own.person, passphrase) as store:
        told = tr("{place} now opens the shared book of {name}.").format(place=own.folder, name=store.name)
        tell(own, {"book": str(own.folder), "unit": store.unit, "person": store.person.name}, told)


COMMANDS: tuple[click.Command, ...] = (move_to, connect)
