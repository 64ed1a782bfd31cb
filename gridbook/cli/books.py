"""Commands about the book itself: make, join, back up, restore, check, describe."""

import json
from pathlib import Path

import click

from gridbook.cli.own import Book, on_book, tell
from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.records import schema as schemas
from gridbook.records.place import level_of
from gridbook.store import book, digest, files
from gridbook.sync import joining


@click.command()
@on_book
@click.option("--role", type=click.Choice(["grid", "community", "subdistrict"]), required=True)
@click.option("--unit", required=True, help="Code of the unit: 9, 12 or 15 digits.")
@click.option("--name", required=True, help="Name of the unit.")
@click.option("--recovery-file", type=click.Path(path_type=Path), help="Where to write the recovery key.")
def new(own: Book, role: str, unit: str, name: str, recovery_file: Path | None) -> None:
    """Make a new book with its keys."""
    if level_of(unit) != role:
        raise BadValue(
            "unit",
            tr("The code {unit} does not belong to a {role}.").format(unit=unit, role=role),
            next=tr("A code has 9 digits (subdistrict), 12 (community) or 15 (grid)."),
        )
    person = own.person or tr("Worker")
    store, recovery = book.create(own.folder, unit, name, person, own.passphrase(new=True))
    with store:
        joining.found_root(store)
    if recovery_file is not None:
        files.write_whole(recovery_file, (recovery + "\n").encode(), private=True)
    tell(
        own,
        {"book": str(own.folder), "unit": unit, "person": person, "recovery": recovery},
        tr("The book is in {place}. Recovery key, to be printed and locked away:\n{key}").format(
            place=own.folder, key=recovery
        ),
    )


@click.group()
def join() -> None:
    """Enrolment by stick: ask below, admit above, accept below."""


@join.command("ask")
@on_book
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True, help="Stick folder.")
def ask(own: Book, folder: Path) -> None:
    """Write a join request to the stick."""
    with own.opened() as store:
        question = joining.ask(store, folder)
    tell(
        own,
        {"file": str(question.path), "fingerprint": question.fingerprint},
        tr("Written to {path}. Read these digits out to the office above: {digits}").format(
            path=question.path, digits=question.fingerprint
        ),
    )


@join.command("admit")
@on_book
@click.argument("request", type=click.Path(path_type=Path))
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True, help="Stick folder.")
@click.option("--fingerprint", help="The digits the other office read out.")
def admit(own: Book, request: Path, folder: Path, fingerprint: str | None) -> None:
    """Admit the station below whose digits agree."""
    question = joining.read_question(request)
    if fingerprint is None:
        click.echo(
            tr("{unit} “{name}” asks to join.").format(unit=question.asked.unit, name=question.asked.name),
            err=True,
        )
        fingerprint = click.prompt(tr("Digits that the other office reads out"), err=True)
    if "".join(c for c in fingerprint or "" if c.isdigit()) != question.fingerprint.replace(" ", ""):
        raise BadValue(
            "fingerprint",
            tr("The digits do not agree, so nobody was admitted."),
            next=tr("Compare them again by telephone; if they differ, keep the stick and ask who wrote it."),
        )
    with own.opened() as store:
        path = joining.admit(store, question, folder)
    tell(
        own,
        {"file": str(path), "unit": question.asked.unit},
        tr("Admitted. Take {path} back on the stick.").format(path=path),
    )


@join.command("accept")
@on_book
@click.argument("welcome", type=click.Path(path_type=Path))
def accept(own: Book, welcome: Path) -> None:
    """Take the office's answer in."""
    with own.opened() as store:
        welcomed = joining.accept(store, welcome)
    tell(
        own,
        {"office": welcomed.office, "name": welcomed.office_name, "root": welcomed.root_fingerprint},
        tr("Joined {office}. Digits of the subdistrict office: {digits}").format(
            office=welcomed.office_name, digits=welcomed.root_fingerprint
        ),
    )


@click.command()
@on_book
def schema(own: Book) -> None:
    """Every record class and field with label, reach, retention and merge group."""
    click.echo(json.dumps(schemas.json_schema(), ensure_ascii=False, indent=None if own.as_json else 2))


@click.command("digest")
@on_book
def show_digest(own: Book) -> None:
    """One hash per stream and one of all projections."""
    with own.opened() as store:
        found = store.read(digest.of_book)
    if own.as_json:
        click.echo(json.dumps({"streams": found.streams, "all": found.all}))
        return
    for stream, value in found.streams.items():
        click.echo(f"{value}  {stream}")
    click.echo(f"{found.all}  {tr('all')}")


COMMANDS: tuple[click.Command, ...] = (
    new,
    join,
    schema,
    show_digest,
)
