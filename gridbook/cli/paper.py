"""Commands about paper: sheets as PDF, the monthly ledger as a workbook, lists as files."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import click

from gridbook import i18n
from gridbook.cli.own import Book, on_book, tell
from gridbook.i18n import tr
from gridbook.reports import export, ledger
from gridbook.reports.export import Form
from gridbook.sheets import SHEETS, Of, Sheet, from_book, list_page
from gridbook.sheets.from_book import Wanted
from gridbook.store import counts, views
from gridbook.store.book import Store
from gridbook.store.views import View


@click.command("print")
@on_book
@click.argument("sheet")
@click.argument("numbers", nargs=-1)
@click.option("--blank", "blanks", type=click.IntRange(1, 500), help="So many sheets to be filled by hand.")
@click.option("--door", "doors", multiple=True, metavar="CODE", help="A door (P3, P15); may be repeated.")
@click.option("--doors", "file_of_doors", type=click.File(encoding="utf-8-sig"), help="A door a line (P3).")
@click.option("--purpose", default="", help="What the list of doors is for (P3).")
@click.option("--day", "day", metavar="YYYY-MM-DD", help="The day to report on (P14).")
@click.option("--week", "week", metavar="YYYY-MM-DD", help="The week of that day (P14).")
@click.option("--month", "month", metavar="YYYY-MM", help="The month to report on (P14).")
@click.option("--language", type=click.Choice(i18n.LANGUAGES), help="Language of this job only.")
@click.option("--pdf", "file", type=click.Path(path_type=Path, dir_okay=False), required=True)
def print_sheet(
    own: Book,
    sheet: str,
    numbers: tuple[str, ...],
    blanks: int | None,
    doors: tuple[str, ...],
    file_of_doors: Iterable[str] | None,
    purpose: str,
    language: str | None,
    file: Path,
    **days: str | None,
) -> None:
    """Print sheets of these records, doors or days, or blank ones, into a PDF: P1 to P15."""
    form = SHEETS.get(sheet.upper())
    if form is None:
        raise click.UsageError(
            tr("There is no sheet “{sheet}”; there are: {known}.").format(
                sheet=sheet[:10], known="、".join(f"{one.code} {tr(one.title)}" for one in SHEETS.values())
            )
        )
    listed = [line.strip() for line in file_of_doors or ()]
    since, until = _days(days)
    wanted = Wanted(
        form.code,
        numbers,
        blanks or 0,
        (*doors, *(line for line in listed if line)),
        purpose,
        since,
        until,
        language or "",
    )
    _require_enough(form, wanted)
    # Qt costs a quarter of a second that only printing needs.
    from gridbook.press import glyphs, pdf

    with own.opened() as store:
        store.checkpoint()
        job = store.write(from_book.made, wanted)
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


def _days(given: Mapping[str, str | None]) -> tuple[date | None, date | None]:
    """The days that --day, --week or --month mean; nothing when none was given."""
    for kind, text in given.items():
        if text is None:
            continue
        try:
            return counts.span(kind, date.fromisoformat(f"{text}-01" if kind == "month" else text))
        except ValueError as error:
            raise click.UsageError(tr("“{text}” is no such day.").format(text=text[:20])) from error
    return None, None


def _require_enough(form: Sheet, wanted: Wanted) -> None:
    numbered = form.of in (Of.VISIT, Of.VISITS, Of.REQUEST, Of.REQUESTS, Of.ERRAND)
    if numbered and bool(wanted.blanks) == bool(wanted.numbers):
        raise click.UsageError(tr("Give the numbers to print, or --blank with how many."))
    if form.of is Of.DOORS and not wanted.doors:
        raise click.UsageError(tr("Give the doors with --door or --doors."))
    if form.of is Of.DOOR and len(wanted.doors) + len(wanted.numbers) != 1:
        raise click.UsageError(tr("Give one door with --door, or one number."))


@click.group()
def report() -> None:
    """Reports of a month, and lists as files."""


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


@report.command("list")
@on_book
@click.argument("kind")
@click.option("--view", "name", help="A view that this office keeps.")
@click.option(
    "--why",
    type=click.Choice([str(one) for one in export.Why]),
    required=True,
    help="It is noted in the audit log.",
)
@click.option("--xlsx", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--pdf", "paper", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--csv", type=click.Path(path_type=Path, dir_okay=False))
def report_list(
    own: Book, kind: str, name: str | None, why: str, xlsx: Path | None, paper: Path | None, csv: Path | None
) -> None:
    """A list of requests or visits as a file, whole or as a kept view has it; no person, no door."""
    files = {form: file for form, file in ((Form.XLSX, xlsx), (Form.PDF, paper), (Form.CSV, csv)) if file}
    if len(files) != 1:
        raise click.UsageError(tr("Name one file: --xlsx, --pdf or --csv."))
    if kind not in export.KIND_NAMES:
        told = tr("There is no list of “{kind}”; there are: {known}.")
        raise click.UsageError(told.format(kind=kind[:20], known="、".join(export.KIND_NAMES)))
    ((form, file),) = files.items()
    with own.opened() as store:
        view = store.read(views.named, kind, name) if name else View(kind)
        ids = store.read(export.ids, view)
        count = len(ids) // export.ID
        reason = export.require(count, form, why)
        store.write(export.note, view, form, count, reason)
        if form is Form.PDF:
            _print_list(store, view, ids, file)
        else:
            with store.read(export.begun, view, form, file) as made:
                for part in export.in_parts(ids):
                    made.add(store.read(export.lines, view, part))
    if not own.as_json:
        click.echo(export.not_encrypted(), err=True)
    facts = {"file": str(file), "list": kind, "view": name, "lines": count, "why": str(reason)}
    tell(own, facts, tr("{n} lines in {path}").format(n=count, path=file))


def _print_list(store: Store, view: View, ids: bytes, file: Path) -> None:
    # As above: Qt is only for what is printed.
    from gridbook.press import pdf

    lines = [line for part in export.in_parts(ids) for line in store.read(export.lines, view, part)]
    columns = [(tr(fact.title), fact.width) for fact in export.columns(view)]
    title, shows = store.read(export.title, view), store.read(export.shows, view)
    pdf.write(list_page.filled(title, shows, columns, lines, store.read(from_book.printing)), file, title)


COMMANDS: tuple[click.Command, ...] = (print_sheet, report)
