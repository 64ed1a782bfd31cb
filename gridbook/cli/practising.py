"""Commands that try the program out: practice, self-test, screenshots."""

import os
import tempfile
from pathlib import Path
from typing import Any

import click

from gridbook import __version__, i18n
from gridbook.cli.own import Book, on_book, tell
from gridbook.cli.shapes import emit, plain
from gridbook.errors import BookExists
from gridbook.i18n import tr

SCALES = ("grid", "community", "subdistrict")


@click.command()
@on_book
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--scale", type=click.Choice(SCALES), default="grid", show_default=True)
@click.option("--days", type=click.IntRange(1, 245), help="Working days; by default what suits the scale.")
@click.option("--seed", type=int, default=1, show_default=True)
def practice(own: Book, folder: Path, scale: str, days: int | None, seed: int) -> None:
    """Do the whole main job on an invented subdistrict, into a folder."""
    # Printing needs Qt, which costs a quarter of a second that other commands do not need.
    from gridbook.practice import report, run

    if (folder / "books").exists():
        raise BookExists(
            tr("There are practice books in {place} already.").format(place=folder),
            kept=tr("They were not touched."),
            next=tr("Choose an empty folder."),
        )
    result = run.whole_job(folder, scale, days, seed, lambda sentence: click.echo(sentence, err=True))
    told = result.report
    assert told is not None
    if own.as_json:
        facts: dict[str, Any] = {name: value for name, value in plain(result).items() if name != "report"}
        facts |= {"scale": scale, "seed": seed, "folder": str(folder), "all_held": result.all_held}
        facts |= {"held": plain(told.rows), "differences": list(told.differences)}
        tell(own, facts, "")
    else:
        click.echo(report.table(told))
        for difference in told.differences:
            click.echo(difference)
        for sentence in run.sentences(result):
            click.echo(sentence)
    if not result.all_held:
        raise click.exceptions.Exit(1)


@click.command("self-test")
@on_book
def self_test(own: Book) -> None:
    """Try everything the program needs, in a temporary folder."""
    # Fonts and paper need Qt, which costs a quarter of a second that other commands do not need.
    from gridbook.practice import self_test as trying

    failed = False
    with tempfile.TemporaryDirectory(prefix="gridbook-", ignore_cleanup_errors=True) as name:
        for one in trying.tried(Path(name)):
            failed = failed or not one.good
            if own.as_json:
                emit({"what": one.what, "good": one.good, "seen": one.seen})
            else:
                click.echo(f"{'✓' if one.good else '✗'} {one.what} {one.seen}".rstrip())
    if failed:
        raise click.exceptions.Exit(1)
    if not own.as_json:
        click.echo(tr("GridBook {version} works on this PC.").format(version=__version__))


@click.command()
@on_book
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--size", default="1366x768", show_default=True, metavar="WxH")
@click.option("--scale", type=click.Choice(("100", "200")), default="100", show_default=True)
@click.option("--lang", type=click.Choice(i18n.LANGUAGES), default="zh_CN", show_default=True)
@click.option("--dark", is_flag=True)
@click.option("--high", is_flag=True, help="High contrast.")
def screenshots(own: Book, folder: Path, size: str, scale: str, lang: str, dark: bool, high: bool) -> None:
    """Every screen and dialog as PNG: of the book named, or of a new practice book."""
    width, _, height = size.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise click.BadParameter(tr("“{size}” is not a size like 1366x768.").format(size=size[:20]))
    # Pictures are taken without a screen, also where there is one.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # The window costs half a second of imports that no other command needs.
    from gridbook import app
    from gridbook.practice import run  # prints, so it needs Qt too

    # Before anything prints: whoever prints first would make an application that has no windows.
    app.application()
    with tempfile.TemporaryDirectory(prefix="gridbook-", ignore_cleanup_errors=True) as name:
        place, passphrase = own.path, ""
        if place is None:
            run.whole_job(Path(name), "grid", None, 1)
            place = max((Path(name) / "books").iterdir(), key=lambda path: (len(path.name), path.name))
            passphrase = run.PASSPHRASE
        made = app.screenshots(
            folder,
            place,
            passphrase or own.passphrase(),
            size=(int(width), int(height)),
            scale=int(scale),
            lang=lang,
            dark=dark,
            high=high,
        )
    tell(
        own,
        {"folder": str(folder), "files": [path.name for path in made]},
        tr("{n} pictures in {place}").format(n=len(made), place=folder),
    )


COMMANDS: tuple[click.Command, ...] = (practice, self_test, screenshots)
