"""The recovery sheet: the key of a book on paper, in groups that are typed back from left to right."""

from gridbook.i18n import tr
from gridbook.sheets import form
from gridbook.sheets.blocks import Cell, Paragraph, Row, Table, label, middle
from gridbook.sheets.form import Heading, Printing
from gridbook.sheets.page import Page

ACROSS = 3
FACTS = (30.0, 135.0)
GROUP = (9.0, 46.0)
KEY_PT = 17.0


def filled(recovery: str, unit: str, printing: Printing) -> tuple[Page, ...]:
    """One page with the key; it is printed when a book is made and at no other time."""
    groups = recovery.split()
    rows = [
        Row(
            tuple(
                cell
                for n, group in enumerate(groups[start : start + ACROSS], start=start + 1)
                for cell in (label(str(n)), middle_large(group))
            ),
            14,
        )
        for start in range(0, len(groups), ACROSS)
    ]
    return form.pages(
        Heading(tr("Recovery sheet"), "", instead=tr("Only one copy")),
        [
            Table(
                FACTS,
                (
                    Row((label(tr("Code of the unit")), Cell(unit)), 9),
                    Row((label(tr("Printed by")), Cell(printing.printed_by)), 9),
                ),
            ),
            Paragraph(tr("The key, to be typed from left to right, line by line:"), 10.5, before=4, after=2),
            Table(GROUP * ACROSS, tuple(rows), size_pt=KEY_PT),
            Paragraph(_notes(), 10.5, before=4),
        ],
        printing,
    )


def middle_large(text: str) -> Cell:
    """A group of the key, never broken."""
    cell = middle(text)
    return Cell(cell.text, align=cell.align, wrap=False, size_pt=KEY_PT)


def _notes() -> str:
    return "\n".join(
        (
            tr("1. It opens the book when a passphrase is forgotten, and sealed backups on another PC."),
            tr("2. Lock it away in the office, apart from the PC. Do not copy it or keep it in a PC."),
            tr("3. Nobody can make it again. Whoever has it and the book can read the book."),
        )
    )
