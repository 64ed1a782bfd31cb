"""Keeping a book: back it up, bring it back, look for damage, let go of what is over."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from gridbook.cli.own import Book, first_line, on_book, tell
from gridbook.i18n import tr
from gridbook.store import audit, book, checks, keys, life, numbers, rebuild, retention
from gridbook.store import backup as backups
from gridbook.sync import healing

_recovery_key = click.option(
    "--recovery-key-file",
    type=click.Path(path_type=Path),
    help="A file whose first line is the key from the printed recovery sheet.",
)


@click.command("backup")
@on_book
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True)
def make_backup(own: Book, folder: Path) -> None:
    """Write a backup and test it by opening it."""
    with own.opened() as store:
        path = backups.make(store, folder)
    tell(own, {"file": str(path)}, tr("Backed up to {path} and tested.").format(path=path))


@click.command()
@on_book
@click.argument("file", type=click.Path(path_type=Path))
@_recovery_key
def restore(own: Book, file: Path, recovery_key_file: Path | None) -> None:
    """Put a backup in the place of the book; the old book is kept beside it.

    A sealed backup needs the recovery key, and then the passphrase given is a new one.
    """
    if recovery_key_file is not None:
        if own.person is None:
            raise click.UsageError(tr("Say with --as who opens the book from now on."))
        recovery = first_line(recovery_key_file)
        restored = backups.restore(file, own.folder, own.person, own.passphrase(new=True), recovery=recovery)
    else:
        restored = backups.restore(file, own.folder, own.person or own.only_person(), own.passphrase())
    tell(
        own,
        {
            "book": str(own.folder),
            "kept": str(restored.kept) if restored.kept else None,
            "digest": restored.digest.all,
            "told": restored.told,
        },
        f"{tr('Restored to {place}.').format(place=own.folder)}\n{restored.told}",
    )


@click.command()
@on_book
@_recovery_key
def recover(own: Book, recovery_key_file: Path | None) -> None:
    """Give a person a new passphrase, for the printed recovery key instead of the forgotten one."""
    if recovery_key_file is None:
        typed = click.prompt(tr("Recovery key"), err=True)
    else:
        typed = first_line(recovery_key_file)
    person = own.person or own.only_person()
    passphrase = own.passphrase(new=True)
    keys.recover(own.folder, typed, person, passphrase)
    with book.open_book(own.folder, person, passphrase) as store:
        store.write(audit.note, "recover", person)
    tell(own, {"person": person}, tr("{person} has a new passphrase.").format(person=person))


@click.command()
@on_book
@click.option("--deep", is_flag=True, help="Also verify every op against its segment.")
@click.option("--rebuild", "again", is_flag=True, help="First make all tables again from the log.")
def check(own: Book, deep: bool, again: bool) -> None:
    """Look for damage in the book; what its disk spoilt is asked for with the next hand-over."""
    with own.opened(finished=not again) as store:
        if again:
            rebuild.rebuild(store)
        troubles = store.try_out(checks.troubles, deep=deep, hash_now=healing.hash_now)
        asked = healing.heal(store) if deep and troubles else 0
    if own.as_json:
        click.echo(json.dumps({"troubles": list(troubles), "asked_for": asked}, ensure_ascii=False))
    else:
        for trouble in troubles:
            click.echo(trouble)
        if asked:
            click.echo(tr("{n} damaged entries are asked for with the next hand-over.").format(n=asked))
        else:
            click.echo(_next_step(troubles))
    if troubles:
        raise click.exceptions.Exit(1)


def _next_step(troubles: Sequence[str]) -> str:
    if not troubles:
        return tr("Nothing was found.")
    if all(isinstance(one, checks.OfRows) for one in troubles):
        return tr("The log is sound. Make the tables again from it: gridbook check --rebuild")
    return tr("Restore the newest backup.")


@click.command()
@on_book
def purge(own: Book) -> None:
    """Let go of everything whose period is over, and say how many of each went."""
    with own.opened() as store:
        counts = store.write(retention.purge, thorough=True)
    gone = {name: count for name, count in counts.items() if count}
    told = "、".join(f"{name} {count}" for name, count in gone.items())
    tell(own, gone, told or tr("Nothing was due to go."))


@click.command("today")
@on_book
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
def confirm_today(own: Book, day: datetime) -> None:
    """Say which day it is, where the program doubts the clock of this PC although it is right."""
    with own.opened() as store:
        store.write(life.confirm_day, day.date())
    told = tr("The clock of this PC is believed again.")
    tell(own, {"day": day.date().isoformat()}, told)


@click.command()
@on_book
@click.argument("number")
@click.option("--reason", required=True, help="Why; it is kept in the audit log and travels.")
def erase(own: Book, number: str, reason: str) -> None:
    """Erase the words of a case for good, here and wherever the order arrives; the facts stay."""
    with own.opened() as store:
        of_visit = store.read(numbers.holders, "Visit", numbers.read(number) or "-")
        erased = retention.erase_visit if of_visit else retention.erase_request
        gone = store.write(erased, number, reason)
    tell(own, {"number": number, "erased": gone}, tr("{n} entries were erased.").format(n=gone))


COMMANDS: tuple[click.Command, ...] = (make_backup, restore, recover, check, purge, confirm_today, erase)
