"""Printed pages: records in, pages in millimetres out; pure, tested without Qt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gridbook.i18n import N_
from gridbook.records.place import Level
from gridbook.sheets import (
    called_slip,
    door_map,
    follow_up_slip,
    handling_slip,
    held_sheet,
    mandate_sheet,
    privacy_notice,
    receipt_slip,
    reminder_note,
    step_form,
    visit_batch,
    visit_sheet,
    work_report,
)
from gridbook.sheets.page import Page


class Of(StrEnum):
    """What a sheet shows, and so what has to be chosen for it."""

    VISIT = "visit"
    VISITS = "visits"
    REQUEST = "request"
    REQUESTS = "requests"
    ERRAND = "errand"
    DOORS = "doors"
    DOOR = "door"
    DAYS = "days"
    OFFICE = "office"


_EVERY = frozenset(Level)
_OFFICES = frozenset({Level.COMMUNITY, Level.SUBDISTRICT})


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form of the house: its code, its title, the functions that fill it or leave it blank."""

    code: str
    title: str
    of: Of
    filled: Callable[..., tuple[Page, ...]] | None = None
    blank: Callable[..., tuple[Page, ...]] | None = None
    rows: int = 1
    comes_back: bool = False
    desks: frozenset[Level] = _EVERY


SHEETS: Mapping[str, Sheet] = {
    sheet.code: sheet
    for sheet in (
        Sheet(visit_sheet.CODE, N_("Visit record"), Of.VISIT, visit_sheet.filled, visit_sheet.blank),
        Sheet(
            visit_batch.CODE,
            N_("Visit records"),
            Of.VISITS,
            visit_batch.filled,
            visit_batch.blank,
            rows=visit_batch.ROWS,
        ),
        Sheet(visit_batch.OF_DOORS, N_("Visit records of a list"), Of.DOORS, blank=visit_batch.of_doors),
        Sheet(called_slip.CODE, N_("We called"), Of.OFFICE, blank=called_slip.blank),
        Sheet(receipt_slip.CODE, N_("Receipt of a request"), Of.REQUEST, receipt_slip.filled),
        Sheet(handling_slip.CODE, N_("Request handling sheet"), Of.REQUEST, handling_slip.filled),
        Sheet(mandate_sheet.CODE, N_("Mandate and list of documents"), Of.ERRAND, mandate_sheet.filled),
        *(
            Sheet(code, step_form.TITLES[code], Of.REQUEST, filled)
            for code, filled in (
                (step_form.FINISH, step_form.finishing),
                (step_form.SUSPEND, step_form.suspending),
                (step_form.RESUME, step_form.resuming),
                (step_form.EXTEND, step_form.extending),
            )
        ),
        Sheet(follow_up_slip.CODE, N_("Follow-up slip"), Of.REQUESTS, follow_up_slip.filled, comes_back=True),
        Sheet(
            reminder_note.URGE,
            reminder_note.TITLES[reminder_note.URGE],
            Of.REQUEST,
            reminder_note.urging,
            desks=_OFFICES,
        ),
        Sheet(
            reminder_note.SUPERVISE,
            reminder_note.TITLES[reminder_note.SUPERVISE],
            Of.REQUEST,
            reminder_note.supervising,
            desks=frozenset({Level.SUBDISTRICT}),
        ),
        Sheet(
            privacy_notice.CODE,
            N_("Notice on personal information, and consent"),
            Of.OFFICE,
            blank=privacy_notice.blank,
        ),
        Sheet(work_report.CODE, N_("Report of services"), Of.DAYS, work_report.filled),
        Sheet(held_sheet.CODE, N_("What is held about you"), Of.DOOR, held_sheet.filled),
        Sheet(door_map.CODE, N_("Picture of a building"), Of.DOOR, door_map.filled),
    )
}
"""Every sheet by its code; `rows` says how many numbers a blank page has room for, `comes_back` that it is
listed until its answers were keyed in, `desks` where it is printed."""
