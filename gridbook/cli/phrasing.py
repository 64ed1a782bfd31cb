"""Commands about phrases: look at those of a category, write one's own, try a sentence."""

import click

from gridbook.cli.own import Book, on_book, tell
from gridbook.i18n import tr
from gridbook.store import phrases
from gridbook.store.phrases import Use


@click.command("phrases")
@on_book
@click.argument("category")
@click.option(
    "--use", type=click.Choice([str(use) for use in Use]), default=str(Use.ASKED), show_default=True
)
@click.option("--set", "own_words", multiple=True, metavar="PHRASE", help="A phrase of one's own; repeat it.")
@click.option("--given", is_flag=True, help="Go back to the phrases that the program brings.")
def phrases_of(own: Book, category: str, use: str, own_words: tuple[str, ...], given: bool) -> None:
    """Show the phrases that a digit picks in a CATEGORY (“*” with --use reach), or set one's own."""
    where = Use(use)
    with own.opened() as store:
        if given:
            store.write(phrases.given, category, where)
        elif own_words:
            store.write(phrases.keep, category, where, own_words)
        found = store.read(phrases.of_category, category, where)
    lines = "\n".join(f"{n}  {text}" for n, text in enumerate(found, start=1))
    tell(own, {"category": category, "use": use, "phrases": list(found)}, lines or tr("No phrases."))


COMMANDS = (phrases_of,)
