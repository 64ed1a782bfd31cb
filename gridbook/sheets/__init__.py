"""Printed pages: records in, pages in millimetres out; pure, tested without Qt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gridbook.i18n import N_
from gridbook.sheets import handling_slip, receipt_slip, visit_batch, visit_sheet
from gridbook.sheets.page import Page


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form of the house: its code, its title, the functions that fill it or leave it blank."""

    code: str
    title: str
    of: str
    filled: Callable[..., tuple[Page, ...]]
    blank: Callable[..., tuple[Page, ...]] | None = None
    rows: int = 1


SHEETS: Mapping[str, Sheet] = {
    sheet.code: sheet
    for sheet in (
        Sheet(visit_sheet.CODE, N_("Visit record"), "visit", visit_sheet.filled, visit_sheet.blank),
        Sheet(
            visit_batch.CODE,
            N_("Visit records"),
            "visits",
            visit_batch.filled,
            visit_batch.blank,
            rows=visit_batch.ROWS,
        ),
        Sheet(receipt_slip.CODE, N_("Receipt of a request"), "request", receipt_slip.filled),
        Sheet(handling_slip.CODE, N_("Request handling sheet"), "request", handling_slip.filled),
    )
}
"""Every sheet by its code; `of` says what it shows: one visit, several visits or a request, and `rows` how
many numbers a blank page has room for."""
