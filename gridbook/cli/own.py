"""Which book a command works on, who acts, and how it speaks."""

import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gridbook import paths
from gridbook.errors import BadValue, NotFound
from gridbook.i18n import tr

if TYPE_CHECKING:
    from gridbook.store.book import Store


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
    def opened(self, *, finished: bool = True) -> "Iterator[Store]":
        """The open book; what a power cut left in the inbox, or of a rebuild, is finished first."""
        # Books cost half a second of imports that the window's first page does not need.
        from gridbook.store import book, rebuild
        from gridbook.sync import take  # as above

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
        from gridbook.store import keys  # when it is needed

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
        above = ctx.find_object(Book) or Book(None, None, None, False)
        own = Book(
            path or above.path,
            passphrase_file or above.passphrase_file,
            person or above.person,
            as_json or above.as_json,
        )
        _asked_json[:] = [True] if own.as_json else []
        return ctx.invoke(command, own, **rest)

    return book_options(with_book)


def tell(own: Book, facts: dict[str, Any], sentence: str) -> None:
    """One object as JSON on stdout, or a sentence."""
    click.echo(json.dumps(facts, ensure_ascii=False, default=str) if own.as_json else sentence)
