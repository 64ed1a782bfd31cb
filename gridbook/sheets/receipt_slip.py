"""P5 诉求受理回执: two copies on one sheet, for the requester and for the office, with a cutting line."""

from gridbook.i18n import tr
from gridbook.records.base import local_day
from gridbook.records.request import PRESSING_NAMES, SOURCE_NAMES
from gridbook.sheets import form, slip
from gridbook.sheets.blocks import Cell, Paragraph, Row, Table, label, middle, signature
from gridbook.sheets.form import Printing
from gridbook.sheets.page import Item, Page, page_of
from gridbook.sheets.request_on_paper import RequestOnPaper
from gridbook.sheets.slip import Head

CODE = "P5"
COLUMNS = (20.0, 36.0, 20.0, 34.0, 20.0, 35.0)


def filled(shown: RequestOnPaper, printing: Printing) -> tuple[Page, ...]:
    """One sheet with both copies; texts are made smaller rather than let over the edge."""
    items: list[Item] = [
        *_copy(shown, printing, 0, for_requester=True),
        *form.cut(slip.HALF, form.A4[0]),
        *_copy(shown, printing, slip.HALF, for_requester=False),
    ]
    return (page_of(form.A4, items),)


def _copy(shown: RequestOnPaper, printing: Printing, top: float, *, for_requester: bool) -> list[Item]:
    hint = (
        tr("If it is not done by then, urge it with this number; you will be told the result.")
        if for_requester
        else tr("The requester takes the receipt after comparing it with this copy.")
    )
    head = Head(
        tr("Receipt of a request"),
        CODE,
        tr("Taken by: {name}").format(name=printing.office),
        shown.request.number,
        tr("(requester's copy)") if for_requester else tr("(office copy)"),
    )
    table = Table(COLUMNS, tuple(_rows(shown, for_requester)))
    return slip.half(head, (table, Paragraph(hint, 9, before=1.5)), printing, top)


def _rows(shown: RequestOnPaper, for_requester: bool) -> list[Row]:
    request, particulars = shown.request, shown.particulars
    called = particulars.called if particulars else ""
    title = particulars.title if particulars else ""
    ask = tr("Ask at the office that took it, with the number above.")
    if shown.telephone:
        ask = tr("Ask there with the number above, or by telephone: {phone}.").format(phone=shown.telephone)
    rows = [
        _row(
            label(tr("Requester")),
            middle(called),
            label(tr("Registered on")),
            middle(form.day_text(local_day(request.registered_at))),
            label(tr("Source")),
            middle(tr(SOURCE_NAMES[request.source])),
        ),
        _row(label(tr("Place concerned")), Cell(shown.place, 5)),
        _row(
            label(tr("Category of request")),
            Cell(shown.category, 3),
            label(tr("Urgency")),
            middle(tr(PRESSING_NAMES[request.pressing])),
        ),
        _row(label(tr("Matter of the request")), Cell(title, 5), height=15),
        _row(
            label(tr("Promised time")),
            Cell(shown.due, 3),
            label(tr("Office in charge")),
            middle(shown.office(shown.state.lead)),
        ),
        _row(label(tr("How to ask")), Cell(ask, 5)),
    ]
    signer = tr("Taken by (signature):") if for_requester else tr("Requester (signature, voluntary):")
    seal = tr("Seal of the office:") if for_requester else tr("Taken by (signature):")
    rows.append(Row((signature(signer, form.day_text(), 3), signature(seal, form.day_text(), 3)), 23, 23))
    return rows


def _row(*cells: Cell, height: float = 9.6) -> Row:
    return Row(cells, height, height)
