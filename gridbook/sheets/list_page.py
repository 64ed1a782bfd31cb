"""A list as it was seen: a table on landscape sheets, with what it shows and that it goes out unprotected."""

from collections.abc import Sequence
from datetime import date

from gridbook.i18n import tr
from gridbook.sheets import form
from gridbook.sheets.blocks import Cell, Paragraph, Row, Table, head, middle
from gridbook.sheets.form import Heading, Printing
from gridbook.sheets.page import Page

CODE = "L1"
ROOM = 252.0
"""Millimetres between the binding and the right margin."""
COUNTER = 4
"""The characters that the running number takes."""
SMALL = 8.5
LINE = 7.0


def filled(
    title: str,
    shows: str,
    columns: Sequence[tuple[str, int]],
    lines: Sequence[Sequence[str | int | date | None]],
    printing: Printing,
) -> tuple[Page, ...]:
    """The lines under their headings; each heading with its share of the width, in characters."""
    whole = COUNTER + sum(width for _, width in columns)
    widths = tuple(ROOM * width / whole for width in (COUNTER, *(width for _, width in columns)))
    heads = Row((head(tr("No.")), *(head(name) for name, _ in columns)), 9)
    rows = [Row((middle(str(n)), *map(_cell, line)), LINE) for n, line in enumerate(lines, start=1)]
    count = tr("{n} lines").format(n=len(lines))
    return form.pages(
        Heading(title, CODE, instead=count),
        (Paragraph(shows, 9, after=1), Table(widths, (heads, *rows), heads=1, size_pt=SMALL)),
        printing,
        size=form.LANDSCAPE,
    )


def _cell(value: str | int | date | None) -> Cell:
    if isinstance(value, date):
        return middle(value.isoformat())
    return Cell("" if value is None else str(value))
