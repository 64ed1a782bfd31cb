"""Commands about the book itself: make, join, back up, restore, check, describe."""

import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from gridbook import paths
from gridbook.errors import BadValue, NotFound
from gridbook.i18n import tr
from gridbook.records import schema as schemas
from gridbook.records.place import level_of
from gridbook.store import book, digest, files, keys, rebuild
from gridbook.store.book import Store
from gridbook.sync import joining, take


@dataclass(frozen=True)
class Book:
    """Which book a command works on, who acts, and how it speaks."""

    path: Path | None
    passphrase_file: Path | None
    person: str | None
    as_json: bool

    @property
    def folder(self) -> Path:
        """The folder of the book."""
        return self.path or paths.default_book()

    def passphrase(self, *, new: bool = False) -> str:
        """The passphrase: from a file, from the environment, or asked for."""
        if self.passphrase_file is not None:
            return first_line(self.passphrase_file)
        told = os.environ.get("GRIDBOOK_PASSPHRASE")
        if told is not None:
            return told
        if not sys.stdin.isatty():
            # Standard input may hold records; its first line must not be taken for a passphrase.
            raise BadValue(
                "passphrase",
                tr("The passphrase is missing."),
                next=tr("Give --passphrase-file, or set GRIDBOOK_PASSPHRASE."),
            )
        asked: str = click.prompt(tr("Passphrase"), hide_input=True, confirmation_prompt=new, err=True)
        return asked

    @contextmanager
    def opened(self, *, finished: bool = True) -> Iterator[Store]:
        """The open book; what a power cut left in the inbox, or of a rebuild, is finished first."""
        book.put_back(self.folder)
        person = self.person or self.only_person()
        store = book.open_book(self.folder, person, self.passphrase())
        try:
            for notice in store.notices:
                click.echo(notice, err=True)
            if finished:
                rebuild.resume(store)
            take.resume(store)
            yield store
        finally:
            store.close()

    def only_person(self) -> str:
        """The one person who can open the book; where there are several, somebody has to say who acts."""
        people = keys.people(self.folder)
        if len(people) == 1:
            return people[0]
        raise NotFound(
            tr("Several people can open this book."),
            next=tr("Say who acts with --as: {names}.").format(names="、".join(people)),
        )


def first_line(file: Path) -> str:
    """What stands in the first line of a file with a passphrase or a key."""
    try:
        return file.read_text(encoding="utf-8-sig").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise NotFound(
            tr("The file {file} cannot be read.").format(file=file),
            next=tr("Check where it lies; it holds one line of text."),
        ) from error


def book_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command takes, before or after its name."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Machine-readable output on stdout."),
        click.option("--as", "person", help="Who acts."),
        click.option("--passphrase-file", type=click.Path(path_type=Path), help="File with the passphrase."),
        click.option("--book", "path", type=click.Path(path_type=Path), help="Folder of the book."),
    ):
        command = option(command)
    return command


def wants_json() -> bool:
    """Whether the running command was asked for JSON."""
    return bool(_asked_json)


_asked_json: list[bool] = []


def on_book(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command its Book, from its own options or from those before its name."""

    @click.pass_context
    @functools.wraps(command)
    def with_book(
        ctx: click.Context,
        /,
        path: Path | None,
        passphrase_file: Path | None,
        person: str | None,
        as_json: bool,
        **rest: Any,
    ) -> Any:
        before = ctx.find_object(Book) or Book(None, None, None, False)
        own = Book(
            path or before.path,
            passphrase_file or before.passphrase_file,
            person or before.person,
            as_json or before.as_json,
        )
        _asked_json[:] = [True] if own.as_json else []
        return ctx.invoke(command, own, **rest)

    return book_options(with_book)


def tell(own: Book, facts: dict[str, Any], sentence: str) -> None:
    """One object as JSON on stdout, or a sentence."""
    click.echo(json.dumps(facts, ensure_ascii=False, default=str) if own.as_json else sentence)


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
