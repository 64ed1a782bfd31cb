"""The same work without a window: offices automate it, tests drive it."""

import json
import logging
import sys
import traceback
from typing import Any

import click

from gridbook import __version__, i18n, paths
from gridbook.cli import own
from gridbook.errors import GridbookError
from gridbook.i18n import tr

REFUSED, USAGE, BUG, STOPPED = 1, 2, 3, 130


class Desk(click.Group):
    """The command group; without a command it opens the window, which needs none of the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which they were declared."""
        self._fetch()
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        self._fetch()
        return super().get_command(ctx, cmd_name)

    def _fetch(self) -> None:
        if self.commands:
            return
        # Each brings its part of the program along, which the window fetches by itself when it is needed.
        from gridbook.cli import (
            agreed,
            books,
            errands,
            keeping,
            look,
            losses,
            moving,
            paper,
            phrasing,
            practising,
            registers,
            sharing,
            stick,
            undoing,
            work,
        )

        parts = (
            books,
            keeping,
            sharing,
            work,
            errands,
            agreed,
            look,
            moving,
            stick,
            losses,
            paper,
            registers,
            undoing,
            phrasing,
        )
        for part in (*parts, practising):
            for command in part.COMMANDS:
                self.add_command(command)


@click.group(cls=Desk, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gridbook")
@click.option("--lang", type=click.Choice(i18n.LANGUAGES), default=None, help="Language of texts and sheets.")
@own.book_options
@click.pass_context
def gridbook(ctx: click.Context, /, lang: str | None, **book: Any) -> None:
    """GridBook 网格簿: an offline casebook for grid workers. Without a command it opens the window."""
    if lang:
        i18n.use(lang)
    ctx.obj = own.Book(**book)
    if ctx.invoked_subcommand is None:
        # The window costs half a second of imports that no other command needs.
        from gridbook import app

        sys.exit(app.run(ctx.obj.path, ctx.obj.passphrase_file))


def main(arguments: list[str] | None = None) -> None:
    """Run a command; leave with 0 done, 1 refused, 2 wrong usage, 3 a bug."""
    try:
        # Without its standalone mode click returns what a command left with.
        left_with = gridbook.main(args=arguments, prog_name="gridbook", standalone_mode=False)
    except click.Abort:
        click.echo(tr("Stopped; what was finished before is kept."), err=True)
        sys.exit(STOPPED)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(USAGE)
    except GridbookError as error:
        refuse(error)
        sys.exit(REFUSED)
    except Exception as error:
        sys.exit(_bug(error))
    if isinstance(left_with, int) and left_with:
        sys.exit(left_with)


def refuse(error: GridbookError) -> None:
    """Say on stderr what happened, what was kept and what to do; with --json also on stdout."""
    if own.wants_json():
        told = {"error": error.situation, "message": error.message, "kept": error.kept, "next": error.next}
        click.echo(json.dumps(told, ensure_ascii=False))
    click.echo(error.sentence(), err=True)


def _bug(error: Exception) -> int:
    folder = paths.logs()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "crash.log"
    with path.open("a", encoding="utf-8") as file:
        # Only where it happened: the values in a traceback could be people's words.
        file.write("".join(traceback.format_tb(error.__traceback__)) + type(error).__name__ + "\n\n")
    logging.getLogger(__name__).debug("bug", exc_info=error)
    click.echo(
        tr("Something in GridBook itself went wrong. Your entries are kept. Send {path} to support.").format(
            path=path
        ),
        err=True,
    )
    return BUG
