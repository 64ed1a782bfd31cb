"""P15 留存信息告知单: everything held about a door or a case, printed for the resident it is about."""

from gridbook.i18n import tr
from gridbook.records.visit import PART_NAMES
from gridbook.sheets import form
from gridbook.sheets.blocks import Block, Cell, Paragraph, Row, Table, head, label, middle, signature
from gridbook.sheets.form import Heading, Printing
from gridbook.sheets.page import Page
from gridbook.store.held import Case, Held, Part

CODE = "P15"
COLUMNS = (25.0, 57.5, 25.0, 57.5)
FACTS = (34.0, 131.0)
PARTS = (34.0, 53.0, 37.0, 41.0)


def filled(shown: Held, printing: Printing) -> tuple[Page, ...]:
    """All of it, on as many pages as it needs; an office prints what its own book holds."""
    aside = tr("{n} cases").format(n=len(shown.cases))
    blocks: list[Block] = [
        Table(COLUMNS, tuple(_facts(shown, printing))),
        Paragraph(_intro(), 10, before=2, after=2),
    ]
    for case in shown.cases:
        blocks += _case(case)
    if not shown.cases:
        blocks.append(Table(FACTS, (Row((head(tr("Nothing is held."), 2),), 12),)))
    if shown.tries or shown.drafts:
        blocks.append(Table(FACTS, tuple(_here(shown))))
    blocks += [
        Paragraph(_rights(), 10, before=2, after=2),
        Table((82.5, 82.5), (_signatures(),)),
    ]
    return form.pages(Heading(tr("What is held about you"), CODE, instead=aside), blocks, printing)


def _facts(shown: Held, printing: Printing) -> list[Row]:
    return [
        Row((label(tr("Door or number")), Cell(shown.about, 3, bold=True)), 9),
        Row(
            (
                label(tr("Held by")),
                Cell(shown.office),
                label(tr("As of")),
                middle(form.day_text(printing.printed_on)),
            ),
            9,
        ),
    ]


def _intro() -> str:
    return tr(
        "This is everything that the casebook of this office holds, with who else holds it and how long it "
        "stays. An office further up holds less: facts without name, door or telephone."
    )


def _case(case: Case) -> list[Block]:
    """Each part stands under its own line, which goes with it over the page."""
    blocks: list[Block] = [Paragraph("", 4)]
    for n, part in enumerate(case.parts):
        heads = (*((Row((head(case.title, 4),), 9),) if n == 0 else ()), _part(part))
        facts = [Row((label(name), Cell(text, 3)), 7) for name, text in part.facts]
        blocks.append(Table(PARTS, (*heads, *facts), heads=len(heads), size_pt=10))
    return blocks


def _part(part: Part) -> Row:
    return Row(
        (
            Cell(part.what, bold=True, size_pt=9, label=True),
            Cell(part.written, size_pt=9),
            Cell(part.holders, size_pt=9),
            Cell(part.until, size_pt=9),
        ),
        7,
    )


def _here(shown: Held) -> list[Row]:
    rows = [Row((head(tr("Only on this computer, not handed over"), 2),), 9)]
    rows += [
        Row((label(tr("Nobody in")), Cell(f"{form.day_text(one.tried_on)} {tr(PART_NAMES[one.part])}")), 7)
        for one in shown.tries
    ]
    if shown.drafts:
        told = tr("{n}; they go when they are finished or after 90 days").format(n=shown.drafts)
        rows.append(Row((label(tr("Half-filled forms")), Cell(told)), 7))
    return rows


def _rights() -> str:
    return tr(
        "You may have anything here corrected or erased, free of charge: tell the person who gives you this "
        "sheet. An erasure travels to every office that holds it. This sheet is for you; the office keeps no "
        "copy of it."
    )


def _signatures() -> Row:
    day = form.day_text()
    return Row(
        (
            signature(tr("Resident (signature, voluntary):"), day, 1),
            signature(tr("Handed out by (signature):"), day, 1),
        ),
        19,
    )
