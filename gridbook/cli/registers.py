"""Commands about old registers: look at one, load it whole, take the load back."""

from dataclasses import asdict
from pathlib import Path

import click

from gridbook.cli.own import Book, on_book, tell
from gridbook.cli.shapes import emit
from gridbook.i18n import tr
from gridbook.registers import capped, loading, maps, wrong_rows
from gridbook.registers.kinds import Kind
from gridbook.registers.loading import Prepared
from gridbook.store import loads

PREVIEWED = 50


@click.command()
@on_book
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map", "map_file", type=click.Path(path_type=Path), help="Which column is which field (JSON)."
)
@click.option("--kind", type=click.Choice([str(one) for one in Kind]), help="Without a map: which rows.")
@click.option("--sheet", default="", help="The sheet of the workbook; the first one with rows if left out.")
@click.option("--suggest", is_flag=True, help="Only write the map that the headings suggest.")
@click.option("--preview", is_flag=True, help="Only show what would be kept, and what is wrong.")
@click.option("--leave-out", is_flag=True, help="Load the other rows although some are wrong.")
@click.option(
    "--wrong-rows", "rows_file", type=click.Path(path_type=Path), help="Workbook for the rows that are wrong."
)
def load(
    own: Book,
    file: Path,
    map_file: Path | None,
    kind: str | None,
    sheet: str,
    suggest: bool,
    preview: bool,
    leave_out: bool,
    rows_file: Path | None,
) -> None:
    """Load an old register (xlsx or CSV) whole, or nothing of it."""
    given = maps.read(map_file) if map_file else None
    table = capped.read(file, sheet or (given.sheet if given else ""))
    chosen = given or maps.suggested(Kind(kind) if kind else None, table.headings, table.sheet)
    if suggest:
        click.echo(maps.text(chosen))
        return
    plan = maps.plan(chosen, table.headings)
    with own.opened() as store:
        made = store.read(loading.prepare, table, plan)
        _say(made)
        if rows_file is not None and made.wrong:
            wrong_rows.write(table, plan, made.wrong, rows_file)
        if preview:
            _show(own, made)
            return
        its_hash = loading.file_hash(file, table.sheet)
        done = store.write(loading.load, table, plan, its_hash, leave_out=leave_out)
    facts = {"load": done.id.hex(), "kind": str(plan.kind), "rows": done.rows, "left_out": done.left_out}
    told = tr("Loaded: {n} rows. Take it back with: gridbook unload {id}")
    tell(own, facts | {"notes": made.notes}, told.format(n=done.rows, id=done.id.hex()))


def _say(made: Prepared) -> None:
    """What is left out and what is wrong goes to stderr, for whoever watches."""
    for note in made.notes:
        click.echo(note, err=True)
    for one in made.wrong[:PREVIEWED]:
        told = tr("Row {row}, “{heading}”: {why}")
        click.echo(told.format(row=one.row, heading=one.heading, why=one.sentence), err=True)


def _show(own: Book, made: Prepared) -> None:
    if own.as_json:
        rows = [{"row": one.row, "shown": one.shown} for one in made.ready[:PREVIEWED]]
        wrong = [asdict(one) for one in made.wrong]
        emit({"ready": len(made.ready), "wrong": wrong, "rows": rows, "notes": made.notes})
        return
    for ready in made.ready[:PREVIEWED]:
        click.echo("  ".join((str(ready.row), *ready.shown)).rstrip())
    told = tr("{n} rows are ready, {wrong} are wrong.")
    click.echo(told.format(n=len(made.ready), wrong=made.wrong_rows))


@click.command()
@on_book
@click.argument("load_id")
def unload(own: Book, load_id: str) -> None:
    """Take a whole load back; what was worked on since stays."""
    with own.opened() as store:
        done = store.write(loads.undo, store.read(loads.named, load_id))
    tell(
        own,
        {"taken": done.taken, "stayed": done.stayed},
        tr("Taken back: {n}. Worked on since and kept: {stayed}.").format(n=done.taken, stayed=done.stayed),
    )


COMMANDS: tuple[click.Command, ...] = (load, unload)
