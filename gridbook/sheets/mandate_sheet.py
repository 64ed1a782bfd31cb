"""P7 委托书及材料交接清单: what the helper may do until when, and each document there and back."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridbook import catalog
from gridbook.i18n import tr
from gridbook.records.errand import BACK_NAMES, PAPER_NAMES, WAY_NAMES, DocumentReceipt, Mandate, Paper
from gridbook.sheets import form
from gridbook.sheets.blocks import PAD_X, Block, Cell, Paragraph, Row, Table, head, label, middle, signature
from gridbook.sheets.form import Heading, Printing
from gridbook.sheets.page import Page, Valign
from gridbook.sheets.request_on_paper import RequestOnPaper
from gridbook.sheets.typeset import IDEOGRAPHIC_SPACE

CODE = "P7"
COLUMNS = (22.0, 36.0, 22.0, 31.0, 22.0, 32.0)
DOCUMENTS = (10.0, 44.0, 25.0, 12.0, 37.0, 37.0)
SIZE, SMALL = 10.5, 9.5
LEAST = 7
"""So many lines a list of documents has, for what is handed over at the door."""
_WIDE = sum(COLUMNS[1:]) - 2 * PAD_X


@dataclass(frozen=True, slots=True)
class ErrandOnPaper:
    """An errand as the sheet shows it; without a mandate it is printed to be filled in and signed."""

    request: RequestOnPaper
    mandate: Mandate | None = None
    documents: Sequence[DocumentReceipt] = ()
    helper: str = ""


def filled(shown: ErrandOnPaper, printing: Printing) -> tuple[Page, ...]:
    """The mandate with its list of documents; lines stay free for what is handed over later."""
    heads = Row(
        (
            head(tr("No.")),
            head(tr("Document")),
            head(tr("Original or copy")),
            head(tr("How many")),
            head(tr("Handed over: day, helper signs")),
            head(tr("Given back: day, requester signs")),
        ),
        10,
    )
    blocks: list[Block] = [
        Table(COLUMNS, tuple(_mandate(shown))),
        Paragraph(_notes(), 9, before=1.5, after=1.5),
        Table((55.0, 55.0, 55.0), (_signatures(),)),
        Paragraph(tr("List of documents"), 12, before=3, after=1, bold=True),
        Table(DOCUMENTS, (heads, *_documents(shown)), heads=1, size_pt=SMALL),
        Table(COLUMNS, tuple(_money(shown.mandate))),
    ]
    title = tr("Mandate and list of documents")
    return form.pages(Heading(title, CODE, shown.request.request.number), blocks, printing)


def _mandate(shown: ErrandOnPaper) -> list[Row]:
    mandate, request = shown.mandate, shown.request
    phone = request.contact.phone if request.contact else ""
    service = catalog.services().get(mandate.service) if mandate else None
    ways = form.ticked(tuple(WAY_NAMES.items()), mandate.way if mandate else None, _WIDE, SIZE)
    since = form.day_text(mandate.given_on if mandate else None)
    until = form.day_text(mandate.until if mandate else None)
    may = mandate.may if mandate else ""
    called = request.particulars.called if request.particulars else ""
    return [
        Row(
            (label(tr("Who gives it")), middle(called), label(tr("Telephone")), Cell(phone, 3)),
            9,
        ),
        Row((label(tr("Address")), Cell(request.place, 5)), 9),
        Row((label(tr("Way of the errand")), Cell(ways, 5)), 9),
        Row(
            (
                label(tr("Service item")),
                Cell(service.name if service else request.category, 3),
                label(tr("Mandated helper")),
                middle(shown.helper),
            ),
            9,
        ),
        Row((label(tr("Mandated matter")), Cell(may, 5, valign=Valign.TOP)), 16),
        Row(
            (
                label(tr("Valid")),
                Cell(tr("from {since} to {until}").format(since=since, until=until), 5),
            ),
            9,
        ),
    ]


def _notes() -> str:
    return (
        tr("The requester gives this mandate freely and may end it at any time.")
        + tr("The helper does only what is written here and gives back all originals.")
        + "\n"
        + tr("Only the name and the number of documents are written down, never what stands on them.")
    )


def _signatures() -> Row:
    day = form.day_text()
    return Row(
        tuple(
            signature(text, day, 1)
            for text in (tr("Requester (signature):"), tr("Helper (signature):"), tr("Office (seal):"))
        ),
        20,
    )


def _documents(shown: ErrandOnPaper) -> list[Row]:
    rows = [
        Row(
            (
                middle(str(n)),
                Cell(one.document),
                middle(tr(PAPER_NAMES[one.paper])),
                middle(str(one.count)),
                middle(form.short_day(one.handed_on)),
                middle(_back(one)),
            ),
            8.5,
        )
        for n, one in enumerate(shown.documents, start=1)
    ]
    known = catalog.services().get(shown.mandate.service) if shown.mandate else _usual(shown)
    held = {(one.document, one.paper is Paper.ORIGINAL) for one in shown.documents}
    still = [one for one in (known.materials if known else ()) if (one.name, one.original) not in held]
    for one in still:
        paper = tr(PAPER_NAMES[Paper.ORIGINAL if one.original else Paper.COPY])
        cells = (middle(str(len(rows) + 1)), Cell(one.name), middle(paper), middle(""), Cell(""), Cell(""))
        rows.append(Row(cells, 8.5))
    while len(rows) < LEAST:
        choice = IDEOGRAPHIC_SPACE.join(form.tick(False) + tr(word) for word in PAPER_NAMES.values())
        cells = (middle(str(len(rows) + 1)), Cell(""), Cell(choice, size_pt=8), Cell(""), Cell(""), Cell(""))
        rows.append(Row(cells, 8.5))
    return rows


def _usual(shown: ErrandOnPaper) -> catalog.Service | None:
    return next(iter(catalog.services_for(shown.request.request.category)), None)


def _back(one: DocumentReceipt) -> str:
    if one.back is None or one.back_on is None:
        return ""
    return f"{form.short_day(one.back_on)} {tr(BACK_NAMES[one.back])}"


def _money(mandate: Mandate | None) -> list[Row]:
    def yuan(fen: int) -> str:
        return f"{fen / 100:.2f}" if fen else ""

    return [
        Row(
            (
                label(tr("Money handed over, in yuan")),
                middle(yuan(mandate.advance) if mandate else ""),
                label(tr("Fees paid, in yuan")),
                middle(yuan(mandate.paid) if mandate else ""),
                label(tr("Receipts, pieces")),
                middle(str(mandate.receipts or "") if mandate else ""),
            ),
            10,
        )
    ]
