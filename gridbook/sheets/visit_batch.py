"""P2, P3 走访服务记录表: ten visits on one landscape sheet, filled, blank, or with the doors of a list."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from gridbook.i18n import tr
from gridbook.records.visit import MODE_NAMES, OUTCOME_NAMES, PART_NAMES, REASON_NAMES
from gridbook.sheets import form
from gridbook.sheets.blocks import Block, Cell, Paragraph, Row, Table, head, middle
from gridbook.sheets.form import Heading, Printing
from gridbook.sheets.page import Align, Page, qr
from gridbook.sheets.visit_sheet import OUTCOMES, VisitOnPaper

CODE, OF_DOORS = "P2", "P3"
ROWS = 10
COLUMNS = (10.0, 41.0, 25.0, 42.0, 22.0, 14.0, 17.0, 62.0, 19.0)
ROW_HEIGHT = 10.6
LISTED_HEIGHT = 10.0
QR_SIZE = 7.6
SMALL = 9.0


def filled(visits: Sequence[VisitOnPaper], printing: Printing) -> tuple[Page, ...]:
    """The sheet of visits that were recorded, in the order given; as many pages as they need."""
    rows = [_filled_row(n, shown) for n, shown in enumerate(visits, start=1)]
    rows += [_blank_row(n, "") for n in range(len(rows) + 1, ROWS + 1)]
    return _pages(rows, tr("{n} visits").format(n=len(visits)), printing)


def blank(printing: Printing, numbers: Sequence[str] = (), places: Sequence[str] = ()) -> tuple[Page, ...]:
    """The same sheet to be filled by hand, with the numbers set aside for it and the doors of a round."""
    rows = [
        _blank_row(n, number, place)
        for n, (number, place) in enumerate(zip_longest(numbers, places, fillvalue=""), start=1)
    ]
    rows += [_blank_row(n, "") for n in range(len(rows) + 1, ROWS + 1)]
    return _pages(rows, tr("Visited by: {name}").format(name="＿" * 6), printing)


def of_doors(
    printing: Printing, numbers: Sequence[str], places: Sequence[str], purpose: str = ""
) -> tuple[Page, ...]:
    """P3: a blank sheet with the doors of a list, each with the number set aside for it, and its purpose."""
    rows = [
        _blank_row(n, *pair, LISTED_HEIGHT)
        for n, pair in enumerate(zip(numbers, places, strict=True), start=1)
    ]
    aside = tr("{n} doors").format(n=len(places)) + "　" + tr("Visited by: {name}").format(name="＿" * 6)
    return _pages(rows, aside, printing, tr("Purpose: {purpose}").format(purpose=purpose or "＿" * 16))


def _pages(rows: Sequence[Row], aside: str, printing: Printing, purpose: str = "") -> tuple[Page, ...]:
    heads = Row(
        (
            head(tr("No.")),
            head(tr("Record number")),
            head(tr("Date and time of day")),
            head(tr("Visited place")),
            head(tr("Reason")),
            head(tr("Mode")),
            head(tr("Outcome")),
            head(tr("Matters and requests registered")),
            head(tr("Next contact")),
        ),
        10,
    )
    table = Table(COLUMNS, (heads, *rows), heads=1, size_pt=SMALL)
    note = Paragraph(_legend(), 8, before=1)
    heading = Heading(tr("Visit records"), CODE, instead=aside)
    blocks: list[Block] = [table, note]
    if purpose:
        heading = Heading(tr("Visit records of a list"), OF_DOORS, instead=aside)
        blocks.insert(0, Paragraph(purpose, 10.5, after=1))
    return form.pages(heading, blocks, printing, size=form.LANDSCAPE)


def _filled_row(n: int, shown: VisitOnPaper) -> Row:
    visit, details = shown.visit, shown.details
    texts = [
        text or form.category_text(code)
        for code, text in zip_longest(visit.categories, details.items, fillvalue="")
    ]
    opened = [tr("request {number}").format(number=number) for number in details.opened]
    matters = "；".join((*texts, *opened))
    return Row(
        (
            middle(str(n)),
            _number(visit.number),
            middle(form.short_day(visit.visited_on) + " " + tr(PART_NAMES[visit.part])),
            Cell(shown.place),
            middle(tr(REASON_NAMES[visit.reason])),
            middle(tr(MODE_NAMES[visit.mode])),
            middle(tr(OUTCOME_NAMES[visit.outcome])),
            Cell(matters),
            middle(form.short_day(details.next_on) if details.next_on else tr("None agreed")),
        ),
        ROW_HEIGHT,
    )


def _blank_row(n: int, number: str, place: str = "", height: float = ROW_HEIGHT) -> Row:
    day = form.short_day() + "\n" + " ".join(tr(name) for name in PART_NAMES.values())
    return Row(
        (
            middle(str(n)),
            _number(number),
            Cell(day, align=Align.CENTER, size_pt=8),
            Cell(place),
            Cell(),
            Cell(),
            Cell(),
            Cell(),
            middle(form.short_day()),
        ),
        height,
    )


def _number(number: str) -> Cell:
    return Cell(number, wrap=False, qr=qr(0, 0, QR_SIZE, number)) if number else Cell()


def _legend() -> str:
    # The digits are those that pick the same choice in the form on the screen.
    reasons = _numbered(REASON_NAMES.values())
    modes = _numbered(MODE_NAMES.values())
    outcomes = _numbered(name for _, name in OUTCOMES)
    words = tr("Written by hand, digits will do. Reason: {reasons}. Mode: {modes}. Outcome: {outcomes}.")
    return words.format(reasons=reasons, modes=modes, outcomes=outcomes)


def _numbered(names: Iterable[str]) -> str:
    return " ".join(tr("{n} {name}").format(n=n, name=tr(name)) for n, name in enumerate(names, start=1))
