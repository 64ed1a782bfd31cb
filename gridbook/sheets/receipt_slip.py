"""P5 诉求受理回执: two copies on one sheet, for the requester and for the office, with a cutting line."""

from gridbook.i18n import tr
from gridbook.records.base import local_day
from gridbook.records.request import PRESSING_NAMES, SOURCE_NAMES
from gridbook.sheets import form, typeset
from gridbook.sheets.blocks import Cell, Frame, Paragraph, Row, Table, flowed, label, middle, signature
from gridbook.sheets.form import BINDING, MARGIN, Printing
from gridbook.sheets.page import Align, Item, Page, Text, Valign, page_of, qr
from gridbook.sheets.request_on_paper import RequestOnPaper
from gridbook.sheets.typeset import Style

CODE = "P5"
COLUMNS = (20.0, 36.0, 20.0, 34.0, 20.0, 35.0)
TITLE_PT = 18.0


def filled(shown: RequestOnPaper, printing: Printing) -> tuple[Page, ...]:
    """One sheet with both copies; texts are made smaller rather than let over the edge."""
    width, height = form.A4
    half = height / 2
    items: list[Item] = [
        *_copy(shown, printing, 0, for_requester=True),
        *form.cut(half, width),
        *_copy(shown, printing, half, for_requester=False),
    ]
    return (page_of(form.A4, items),)


def _copy(shown: RequestOnPaper, printing: Printing, top: float, *, for_requester: bool) -> list[Item]:
    width, height = form.A4[0], form.A4[1] / 2
    body = width - BINDING - MARGIN
    frame = Frame(BINDING, top + 37, body, height - 37 - 16)
    hint = (
        tr("If it is not done by then, urge it with this number; you will be told the result.")
        if for_requester
        else tr("The requester takes the receipt after comparing it with this copy.")
    )
    table = Table(COLUMNS, tuple(_rows(shown, for_requester)))
    laid, *_ = flowed((table, Paragraph(hint, 9, before=1.5)), frame, frame)
    return [
        *(form.practice_mark(0, top, width, height) if printing.practice else ()),
        *_head(shown, printing, top, for_requester=for_requester),
        *laid,
        Text(BINDING, top + height - 14, body / 2, 5, form.printed_text(printing), 8, wrap=False),
        Text(
            BINDING + body / 2,
            top + height - 14,
            body / 2,
            5,
            tr("For serving residents only; keep it safe."),
            8,
            align=Align.RIGHT,
            wrap=False,
        ),
    ]


def _head(shown: RequestOnPaper, printing: Printing, top: float, *, for_requester: bool) -> list[Item]:
    right = form.A4[0] - MARGIN
    body = right - BINDING
    number = shown.request.number
    which = tr("(requester's copy)") if for_requester else tr("(office copy)")
    office, style = typeset.fitted(
        tr("Taken by: {name}").format(name=printing.office), body - 56, 5.6, Style(10.5), smallest=7
    )
    items: list[Item] = [
        Text(BINDING, top + 12, 30, 4.5, form.form_code(CODE), 9, valign=Valign.TOP, wrap=False),
        Text(
            BINDING + 20,
            top + 14,
            body - 40,
            9,
            tr("Receipt of a request"),
            TITLE_PT,
            True,
            align=Align.CENTER,
            wrap=False,
        ),
        Text(BINDING + 20, top + 23.5, body - 40, 5, which, 10.5, align=Align.CENTER, wrap=False),
        Text(BINDING, top + 30.5, body - 56, 5.6, office, style.size),
        qr(right - form.QR_SIZE, top + 12, form.QR_SIZE, number),
        Text(
            right - 56,
            top + 30.5,
            56,
            5.6,
            tr("No. {number}").format(number=number),
            10.5,
            align=Align.RIGHT,
            wrap=False,
        ),
    ]
    return items + (form.stamp(BINDING, top + 18, form.reprint_text()) if printing.reprint else [])


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
