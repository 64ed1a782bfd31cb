"""Commands about paper: sheets as PDF and the monthly ledger as a workbook."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from gridbook.cli.books import Book, on_book, tell
from gridbook.errors import PrintRefused
from gridbook.i18n import tr
from gridbook.reports import ledger
from gridbook.sheets import SHEETS, Sheet, of_book
from gridbook.sheets.page import Page
from gridbook.store import prints
from gridbook.store.book import Store


@click.command("print")
@on_book
@click.argument("sheet")
@click.argument("numbers", nargs=-1)
@click.option("--blank", "blanks", type=click.IntRange(1, 500), help="So many sheets to be filled by hand.")
@click.option("--pdf", "file", type=click.Path(path_type=Path, dir_okay=False), required=True)
def print_sheet(own: Book, sheet: str, numbers: tuple[str, ...], blanks: int | None, file: Path) -> None:
    """Print sheets of these records, or blank ones, into a PDF: P1, P2, P5, P6."""
    form = SHEETS.get(sheet.upper())
    if form is None:
        raise click.UsageError(
            tr("There is no sheet “{sheet}”; there are: {known}.").format(
                sheet=sheet[:10], known="、".join(f"{one.code} {tr(one.title)}" for one in SHEETS.values())
            )
        )
    if (blanks is None) == (not numbers):
        raise click.UsageError(tr("Give the numbers to print, or --blank with how many."))
    # Qt costs a quarter of a second that only printing needs.
    from gridbook.press import glyphs, pdf

    with own.opened() as store:
        store.checkpoint()
        pages, issued = _blank(store, form, blanks) if blanks else _filled(store, form, numbers)
        missing = glyphs.missing(pages)
        for one in missing:
            click.echo(
                tr("No font has the character in “{around}” on page {n}; the paper shows {mark}.").format(
                    around=one.around, n=one.page, mark=one.mark
                ),
                err=True,
            )
        pdf.write(pages, file, tr(form.title))
        if not blanks:
            store.write(prints.log, form.code, issued)
    facts = {"file": str(file), "sheet": form.code, "pages": len(pages), "numbers": list(issued)}
    told = tr("{n} pages in {path}").format(n=len(pages), path=file)
    tell(own, facts | {"missing": [one.mark for one in missing]}, told)


def _filled(store: Store, form: Sheet, numbers: Sequence[str]) -> tuple[tuple[Page, ...], Sequence[str]]:
    shown: list[Any]
    if form.of == "request":
        shown = [store.read(of_book.request, number) for number in numbers]
        issued = [one.request.number for one in shown]
    else:
        shown = [store.read(of_book.visit, number) for number in numbers]
        issued = [one.visit.number for one in shown]
    again = [store.read(prints.printed_before, form.code, number) is not None for number in issued]
    if form.of == "visits":
        printing = store.read(of_book.printing, reprint=any(again))
        return form.filled(shown, printing), issued
    pages: list[Page] = []
    for one, before in zip(shown, again, strict=True):
        pages += form.filled(one, store.read(of_book.printing, reprint=before))
    return tuple(pages), issued


def _blank(store: Store, form: Sheet, count: int) -> tuple[tuple[Page, ...], Sequence[str]]:
    if form.blank is None:
        raise PrintRefused(
            tr("“{sheet}” has no blank form.").format(sheet=tr(form.title)),
            next=tr("Give the numbers of the records to print."),
        )
    printing = store.read(of_book.printing)
    issued = store.write(prints.blank, form.code, "visit", count)
    if form.of == "visits":
        return form.blank(printing, issued), issued
    return tuple(page for number in issued for page in form.blank(printing, number)), issued


@click.group()
def report() -> None:
    """Reports of a month."""


@report.command("ledger")
@on_book
@click.option("--month", required=True, metavar="YYYY-MM", help="When the requests were registered.")
@click.option("--xlsx", "file", type=click.Path(path_type=Path, dir_okay=False), required=True)
def report_ledger(own: Book, month: str, file: Path) -> None:
    """The monthly ledger, without any column about a person."""
    with own.opened() as store:
        made = store.read(ledger.of_month, month)
    ledger.write(made, file)
    tell(
        own,
        {"file": str(file), "month": month, "lines": len(made.lines)},
        tr("{n} requests in {path}").format(n=len(made.lines), path=file),
    )


COMMANDS: tuple[click.Command, ...] = (print_sheet, report)
