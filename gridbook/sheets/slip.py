"""Half a sheet with head, number, QR code and foot: receipts and follow-up slips stand two on a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridbook.i18n import tr
from gridbook.sheets import form, typeset
from gridbook.sheets.blocks import Block, Frame, flowed
from gridbook.sheets.form import BINDING, MARGIN, Printing
from gridbook.sheets.page import Align, Item, Text, Valign, qr
from gridbook.sheets.typeset import Style

HALF = form.A4[1] / 2
TITLE_PT = 18.0
_HEAD = 37.0
_FOOT = 16.0


@dataclass(frozen=True, slots=True)
class Head:
    """What stands on top of a slip: title, whose copy it is, the office and the number."""

    title: str
    code: str
    office: str
    number: str = ""
    which: str = ""


def half(head: Head, blocks: Sequence[Block], printing: Printing, top: float) -> list[Item]:
    """The slip whose upper edge lies that far down the page."""
    width = form.A4[0]
    body = width - BINDING - MARGIN
    frame = Frame(BINDING, top + _HEAD, body, HALF - _HEAD - _FOOT)
    laid, *_ = flowed(blocks, frame, frame)
    return [
        *(form.practice_mark(0, top, width, HALF) if printing.practice else ()),
        *_head(head, printing, top),
        *laid,
        Text(BINDING, top + HALF - 14, body / 2, 5, form.printed_text(printing), 8, wrap=False),
        Text(
            BINDING + body / 2,
            top + HALF - 14,
            body / 2,
            5,
            tr("For serving residents only; keep it safe."),
            8,
            align=Align.RIGHT,
            wrap=False,
        ),
    ]


def _head(head: Head, printing: Printing, top: float) -> list[Item]:
    right = form.A4[0] - MARGIN
    body = right - BINDING
    office, style = typeset.fitted(head.office, body - 56, 5.6, Style(10.5), smallest=7)
    items: list[Item] = [
        Text(BINDING, top + 12, 30, 4.5, form.form_code(head.code), 9, valign=Valign.TOP, wrap=False),
        Text(
            BINDING + 20,
            top + 14,
            body - 40,
            9,
            head.title,
            TITLE_PT,
            True,
            align=Align.CENTER,
            wrap=False,
        ),
        Text(BINDING + 20, top + 23.5, body - 40, 5, head.which, 10.5, align=Align.CENTER, wrap=False),
        Text(BINDING, top + 30.5, body - 56, 5.6, office, style.size),
        *([qr(right - form.QR_SIZE, top + 12, form.QR_SIZE, head.number)] if head.number else []),
        Text(
            right - 56,
            top + 30.5,
            56,
            5.6,
            tr("No. {number}").format(number=head.number or "＿" * 9),
            10.5,
            align=Align.RIGHT,
            wrap=False,
        ),
    ]
    return items + (form.stamp(BINDING, top + 18, form.reprint_text()) if printing.reprint else [])
