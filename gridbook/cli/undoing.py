"""Undo, and the bin."""

import click

from gridbook.cli.own import Book, on_book, tell
from gridbook.i18n import tr
from gridbook.store import undoing


@click.command()
@on_book
@click.option("--redo", is_flag=True, help="Do again what was undone last.")
@click.option("--list", "listed", is_flag=True, help="Only list what was done last.")
def undo(own: Book, redo: bool, listed: bool) -> None:
    """Take back what this person did last."""
    with own.opened() as store:
        if listed:
            acts = store.read(undoing.recent)
            lines = [
                f"{one.at:%Y-%m-%d %H:%M}  {one.sentence}" + ("  " + tr("Taken back") if one.undone else "")
                for one in acts
            ]
            said = [{"about": one.about, "kind": one.kind, "undone": one.undone} for one in acts]
            tell(own, {"acts": said}, "\n".join(lines) or tr("There is nothing left to undo."))
            return
        act = store.write(undoing.redo if redo else undoing.undo)
    text = tr("Done again: {what}.") if redo else tr("Taken back: {what}.")
    tell(own, {"about": act.about, "undone": act.undone}, text.format(what=act.sentence))


@click.command("bin")
@on_book
@click.option("--fetch-back", "number", help="Fetch back what has this number or name.")
def bin_(own: Book, number: str | None) -> None:
    """What was deleted; fetch one thing back."""
    with own.opened() as store:
        things = store.read(undoing.bin_of)
        if number is None:
            lines = [f"{one.at:%Y-%m-%d %H:%M}  {one.about}" for one in things]
            said = [{"about": one.about, "at": f"{one.at:%Y-%m-%dT%H:%M:%SZ}"} for one in things]
            tell(own, {"bin": said}, "\n".join(lines) or tr("The bin is empty."))
            return
        thing = undoing.named(things, number)
        store.write(undoing.fetch_back, thing.unit, thing.record)
    tell(own, {"about": thing.about}, tr("Fetched back: {what}.").format(what=thing.about))


COMMANDS = (undo, bin_)
