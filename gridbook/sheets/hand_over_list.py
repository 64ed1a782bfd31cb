"""P16 工作交接清单: the cases that go to another grid or to a successor, and the three who sign for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gridbook.i18n import tr
from gridbook.sheets import form
from gridbook.sheets.blocks import Block, Cell, Paragraph, Row, Table, head, label, middle, signature
from gridbook.sheets.form import Heading, Printing
from gridbook.sheets.page import Page

CODE = "P16"
FACTS = (25.0, 57.5, 25.0, 57.5)
COLUMNS = (11.0, 42.0, 38.0, 21.0, 25.0, 28.0)
SMALL = 9.5


@dataclass(frozen=True, slots=True)
class CaseOnList:
    """A case as the list has it: numbers, category, status and due date, and nothing that was said."""

    number: str
    was: str
    category: str
    status: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class HandOverOnPaper:
    """What goes from whom to whom, why and since when; without a receiver it is filled in by hand."""

    giver: str
    receiver: str
    office: str
    reason: str
    handed_on: date | None
    cases: Sequence[CaseOnList]
    places: Sequence[str] = ()


def filled(shown: HandOverOnPaper, printing: Printing) -> tuple[Page, ...]:
    """The list with a line for each open case, on as many pages as they need."""
    heads = Row(
        (
            head(tr("No.")),
            head(tr("Record number")),
            head(tr("Category of request")),
            head(tr("State of handling")),
            head(tr("To be done by")),
            head(tr("Number before")),
        ),
        9,
    )
    rows = [_case(n, one) for n, one in enumerate(shown.cases, start=1)]
    if not rows:
        rows = [Row((middle(tr("No open cases"), 6),), 9)]
    blocks: list[Block] = [
        Table(FACTS, tuple(_facts(shown))),
        Table(COLUMNS, (heads, *rows), heads=1, size_pt=SMALL),
        *([Table(FACTS, (_places(shown),))] if shown.places else []),
        Paragraph(_notes(), 9, before=1.5, after=1.5),
        Table((55.0, 55.0, 55.0), (_signatures(),)),
    ]
    aside = tr("{n} open cases").format(n=len(shown.cases))
    return form.pages(Heading(tr("Hand-over list"), CODE, instead=aside), blocks, printing)


def _facts(shown: HandOverOnPaper) -> list[Row]:
    return [
        Row(
            (
                label(tr("Grid that gives")),
                Cell(shown.giver),
                label(tr("Grid that takes")),
                Cell(shown.receiver),
            ),
            9,
        ),
        Row(
            (
                label(tr("Arranged by")),
                Cell(shown.office),
                label(tr("Reason of the hand-over")),
                Cell(shown.reason),
            ),
            9,
        ),
        Row(
            (
                label(tr("Day of the hand-over")),
                middle(form.day_text(shown.handed_on)),
                label(tr("Number of cases")),
                middle(str(len(shown.cases))),
            ),
            9,
        ),
    ]


def _case(n: int, one: CaseOnList) -> Row:
    return Row(
        (
            middle(str(n)),
            Cell(one.number, wrap=False),
            Cell(one.category),
            middle(one.status),
            middle(one.due_on.isoformat() if one.due_on else "—"),
            Cell(one.was, size_pt=7.5),
        ),
        8,
    )


def _places(shown: HandOverOnPaper) -> Row:
    return Row((label(tr("Places")), Cell("、".join(shown.places), 3)), 9)


def _notes() -> str:
    first = tr("Papers and originals not yet returned are counted and handed over with this list.")
    second = tr("Open cases keep their due dates; what was done before can be read in the program.")
    return first + "\n" + second


def _signatures() -> Row:
    day = form.day_text()
    return Row(
        tuple(
            signature(text, day, 1)
            for text in (
                tr("Given by (signature):"),
                tr("Taken over by (signature):"),
                tr("Witnessed by (signature):"),
            )
        ),
        24,
    )
