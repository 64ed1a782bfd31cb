"""Commands about paper: sheets as PDF and the monthly ledger as a workbook."""

from pathlib import Path

import click

from gridbook.cli.own import Book, on_book, tell
from gridbook.i18n import tr
from gridbook.reports import ledger
from gridbook.sheets import SHEETS, from_book


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
        if blanks:
            job = store.write(from_book.blank, form.code, blanks)
        else:
            job = store.write(from_book.printed, form.code, numbers)
        missing = glyphs.missing(job.pages)
        for one in missing:
            click.echo(
                tr("No font has the character in “{around}” on page {n}; the paper shows {mark}.").format(
                    around=one.around, n=one.page, mark=one.mark
                ),
                err=True,
            )
        pdf.write(job.pages, file, tr(form.title))
    facts = {"file": str(file), "sheet": job.sheet, "pages": len(job.pages), "numbers": list(job.numbers)}
    told = tr("{n} pages in {path}").format(n=len(job.pages), path=file)
    tell(own, facts | {"missing": [one.mark for one in missing]}, told)


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
