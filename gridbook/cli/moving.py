"""Commands about work that goes from one grid to another: hand over, sign for, and what came too late."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from gridbook.cli.own import Book, first_line, on_book, tell
from gridbook.cli.shapes import emit, plain, request_facts, request_line
from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.records.base import LOCAL
from gridbook.records.place import level_of
from gridbook.records.request import REASONS, REASONS_FOR, Action, Reason
from gridbook.sheets import from_book
from gridbook.store import moving, places, returned, signing, staff
from gridbook.store.moving import Done
from gridbook.store.returned import Returned
from gridbook.store.signing import Act
from gridbook.sync import export, sealed


@click.group("hand-over")
def hand_over() -> None:
    """Cases that go from one grid to another, with list and signature."""


def _reason(word: str) -> Reason:
    known = REASONS_FOR[Action.HAND_OVER]
    for one in known:
        if word in (str(one), one.name.lower().replace("_", "-"), tr(REASONS[one])):
            return one
    told = "、".join(f"{one}（{tr(REASONS[one])}）" for one in known)
    raise BadValue("reason", tr("A hand-over needs one of these reasons: {known}.").format(known=told))


_reason_option = click.option(
    "--reason", "word", required=True, help="boundary, staffing, cover or other grid."
)


@hand_over.command("cases")
@on_book
@click.argument("numbers", nargs=-1, required=True)
@click.option("--to", "unit", required=True, metavar="CODE", help="The grid that goes on with them.")
@_reason_option
def cases(own: Book, numbers: tuple[str, ...], unit: str, word: str) -> None:
    """Hand chosen cases over to another grid; the lead of the office above both does it."""
    with own.opened() as store:
        done = store.write(moving.cases, list(numbers), unit, _reason(word))
    _tell(own, done)


@hand_over.command("grid")
@on_book
@click.option("--from", "giver", required=True, metavar="CODE", help="The grid that had the cases.")
@click.option("--to", "unit", required=True, metavar="CODE", help="The grid that goes on with them.")
@_reason_option
def grid(own: Book, giver: str, unit: str, word: str) -> None:
    """Hand every case of a grid that is not closed over to another grid."""
    with own.opened() as store:
        done = store.write(moving.grid, giver, unit, _reason(word))
    _tell(own, done)


@hand_over.command("estate")
@on_book
@click.argument("name")
@click.option(
    "--to", "unit", required=True, metavar="CODE", help="The grid in which its doors lie from now on."
)
@_reason_option
def estate(own: Book, name: str, unit: str, word: str) -> None:
    """Hand an estate with its buildings and open cases over to another grid."""
    with own.opened() as store:
        known = store.read(places.estates)
        found = [one for one in known if name in (one.name, one.quick, one.id.hex())]
        if len(found) != 1:
            raise BadValue(
                "estate",
                tr("“{name}” does not name one estate of this book.").format(name=name[:30]),
                next=tr("Write its name, its quick code or its id."),
            )
        done = store.write(moving.estate, found[0].id, unit, _reason(word))
    _tell(own, done)


def _tell(own: Book, done: Done) -> None:
    facts = {
        "lists": [one.id.hex() for one in done.records],
        "places": [place for one in done.records for place in one.places],
        "moved": [{"was": one.was.number, "now": one.now.number} for one in done.moved],
        "left": [{"number": one.number, "why": one.error.message} for one in done.left],
    }
    lines = [f"{one.was.number} → {one.now.number}" for one in done.moved]
    tell(own, facts, "\n".join((*lines, tr("{n} cases were handed over.").format(n=len(done.moved)))))
    for one in done.left:
        click.echo(f"{one.number}: {one.error.sentence()}", err=True)
    if done.left:
        raise click.exceptions.Exit(1)


@hand_over.command("waiting")
@on_book
@click.option("--all", "every", is_flag=True, help="Also what is signed for.")
def waiting(own: Book, every: bool) -> None:
    """Hand-overs that no grid has signed for, and since when they wait."""
    with own.opened() as store:
        found = store.read(signing.acts, waiting=not every)
    for act in found:
        if own.as_json:
            emit(_act_facts(act))
        else:
            click.echo(_act_line(act))
    if not found and not own.as_json:
        click.echo(tr("Nothing waits for a signature."))


def _act_facts(act: Act) -> Mapping[str, Any]:
    return {**plain(act.record), "waiting": list(act.waiting)}


def _act_line(act: Act) -> str:
    day = act.record.handed_at.astimezone(LOCAL).strftime("%Y-%m-%d")
    told = (
        tr("waits at {grid} since {day}").format(grid=act.receiver, day=day)
        if act.waiting or act.record.signed_at is None
        else tr("signed for by {grid} on {day}").format(
            grid=act.receiver, day=act.record.signed_at.astimezone(LOCAL).strftime("%Y-%m-%d")
        )
    )
    return f"{act.giver} → {act.receiver}  {told}  {'、'.join(act.waiting or act.record.items)}"


@hand_over.command("list")
@on_book
@click.option("--unit", metavar="CODE", default="", help="The grid whose open cases are listed.")
@click.option("--pdf", "file", type=click.Path(path_type=Path, dir_okay=False), help="Print the list.")
def show_list(own: Book, unit: str, file: Path | None) -> None:
    """The open cases of a grid, for a successor: to read, or as a list to be signed."""
    with own.opened() as store:
        code = unit or store.unit
        level_of(code)
        found = store.read(moving.open_cases, code)
        if file is not None:
            # Qt costs a quarter of a second that only printing needs.
            from gridbook.press import pdf

            job = store.read(from_book.hand_over_list, code)
            pdf.write(job.pages, file, tr("Hand-over list"))
            facts = {
                "file": str(file),
                "sheet": job.sheet,
                "pages": len(job.pages),
                "numbers": list(job.numbers),
            }
            tell(own, facts, tr("{n} pages in {path}").format(n=len(job.pages), path=file))
            return
    for row in found:
        if own.as_json:
            emit(request_facts(row))
        else:
            click.echo(request_line(row))


@hand_over.command("successor")
@on_book
@click.option("--name", required=True, help="Who goes on with the work of this desk.")
@click.option(
    "--new-passphrase-file",
    "word_file",
    type=click.Path(path_type=Path),
    required=True,
    help="File with the passphrase that the successor chose.",
)
@click.option("--pdf", "file", type=click.Path(path_type=Path, dir_okay=False), help="Print the list.")
@click.option("--to", "stick", type=click.Path(path_type=Path), help="Stick folder for the last hand-over.")
def successor(own: Book, name: str, word_file: Path, file: Path | None, stick: Path | None) -> None:
    """Let a successor work at this desk and take leave: list, last stick, and the book opens for them."""
    with own.opened() as store:
        leaving = store.person
        made = store.write(staff.add, store.folder, store.keys, name, leaving.role, first_line(word_file))
        numbers = [row.request.number for row in store.read(moving.open_cases, store.unit)]
        if file is not None:
            # Qt costs a quarter of a second that only printing needs.
            from gridbook.press import pdf

            pdf.write(store.read(from_book.hand_over_list).pages, file, tr("Hand-over list"))
        store.write(staff.leave, store.folder, leaving.code)
        bundles = [] if stick is None else export.hand_over(store, stick)
        kept = None if stick is None else sealed.put_on(store, stick)
    facts = {
        "name": made.name,
        "code": made.code,
        "left": leaving.name,
        "open": numbers,
        "file": None if file is None else str(file),
        "bundles": [str(one.path) for one in bundles],
        "sealed": None if kept is None else str(kept),
    }
    told = tr("{name} goes on with {n} open cases; the book no longer opens for {left}.")
    tell(own, facts, told.format(name=made.name, n=len(numbers), left=leaving.name))


@hand_over.command("take")
@on_book
@click.argument("numbers", nargs=-1, required=True)
def take(own: Book, numbers: tuple[str, ...]) -> None:
    """Sign for what was handed over to this grid: these numbers, or `all`."""
    with own.opened() as store:
        signed = store.write(signing.take, () if numbers == ("all",) else numbers)
    tell(own, {"signed": list(signed)}, tr("Signed for: {numbers}").format(numbers="、".join(signed) or "—"))


@click.command()
@on_book
@click.argument("what", required=False, type=click.Choice(["carry", "note"]))
@click.argument("returned_id", required=False, metavar="ID")
def tray(own: Book, what: str | None, returned_id: str | None) -> None:
    """What came too late for a hand-over: list it, `carry ID` to the new grid, or `note ID`."""
    if (what is None) != (returned_id is None):
        raise click.UsageError(tr("Say which of the tray is meant, by its id."))
    with own.opened() as store:
        if what is None:
            _list(own, store.read(returned.tray))
            return
        number = store.write(returned.carry if what == "carry" else returned.note, str(returned_id))
        left = store.read(returned.count)
    told = tr("Carried over to {number}; {n} are left in the tray.")
    if what == "note":
        told = tr("Noted for {number}; {n} are left in the tray.")
    facts = {"id": returned_id, "number": number, "left": left}
    tell(own, facts, told.format(number=number, n=left))


def _list(own: Book, found: Sequence[Returned]) -> None:
    for one in found:
        if own.as_json:
            emit(plain(one))
            continue
        told = "；".join(f"{name}：{value}" for name, value in one.values.items())
        kind = tr(returned.KIND_NAMES[one.kind])
        click.echo(f"{one.id}  {one.number} → {one.now}  {kind}  {one.what}  {told}".rstrip())
    if not found and not own.as_json:
        click.echo(tr("Nothing was returned to this office."))


COMMANDS: tuple[click.Command, ...] = (hand_over, tray)
