"""P1 走访服务记录: one visit on one sheet, filled from the book or blank for the door."""

from dataclasses import dataclass
from itertools import zip_longest

from gridbook import i18n
from gridbook.i18n import tr
from gridbook.records.visit import (
    MODE_NAMES,
    OUTCOME_NAMES,
    PART_NAMES,
    PRIVACY_NOTICE,
    REASON_NAMES,
    Visit,
    VisitDetails,
    VisitOutcome,
)
from gridbook.sheets import form
from gridbook.sheets.blocks import PAD_X, Cell, Paragraph, Row, Table, head, label, middle, signature
from gridbook.sheets.form import Heading, Printing
from gridbook.sheets.page import Page, Valign

CODE = "P1"
COLUMNS = (22.0, 46.0, 22.0, 25.0, 22.0, 28.0)
_WIDE = sum(COLUMNS[1:]) - 2 * PAD_X
_RIGHT = sum(COLUMNS[3:]) - 2 * PAD_X
ITEM_ROWS = 5
OUTCOMES = tuple(choice for choice in OUTCOME_NAMES.items() if choice[0] is not VisitOutcome.NOT_IN)
"""“Not in” stays 14 days on the worker's own PC and therefore never stands on paper."""


@dataclass(frozen=True, slots=True)
class VisitOnPaper:
    """What a sheet shows of a visit; the worker's own note is not among it, it never leaves the book."""

    visit: Visit
    details: VisitDetails
    place: str
    worker: str


def filled(shown: VisitOnPaper, printing: Printing) -> tuple[Page, ...]:
    """The sheet of a visit that was recorded."""
    return _pages(shown, printing, shown.visit.number)


def blank(printing: Printing, number: str = "") -> tuple[Page, ...]:
    """The same sheet to be filled by hand, with the number that was set aside for it."""
    return _pages(None, printing, number)


def _pages(shown: VisitOnPaper | None, printing: Printing, number: str) -> tuple[Page, ...]:
    heading = Heading(tr("Visit record"), CODE, number)
    facts = Table(COLUMNS, tuple(_facts(shown)), size_pt=_size())
    items = Table((22.0, 52.0, 91.0), tuple(_items(shown)), heads=1, size_pt=_size())
    rest = Table(COLUMNS, tuple(_rest(shown)), size_pt=_size())
    note = Paragraph(
        tr("Signing is voluntary and changes nothing. Residents may see and correct this record."),
        9,
        before=2,
    )
    return form.pages(heading, (facts, items, rest, note), printing)


def _size() -> float:
    # 小四 is what is read and written at a door; English needs more letters for the same boxes.
    return 12.0 if i18n.language() == "zh_CN" else 10.5


def _facts(shown: VisitOnPaper | None) -> list[Row]:
    visit = shown.visit if shown else None
    details = shown.details if shown else None
    part = form.ticked(tuple(PART_NAMES.items()), visit and visit.part, _RIGHT, _size())
    reason = form.ticked(tuple(REASON_NAMES.items()), visit and visit.reason, _WIDE, _size())
    mode = form.ticked(tuple(MODE_NAMES.items()), visit and visit.mode, _WIDE, _size())
    outcome = form.ticked(OUTCOMES, visit and visit.outcome, _WIDE, _size())
    return [
        Row(
            (
                label(tr("Visited on")),
                middle(form.day_text(visit.visited_on if visit else None)),
                label(tr("Time of day")),
                Cell(part, 3),
            ),
            10,
        ),
        Row(
            (
                label(tr("Visited by")),
                middle(shown.worker if shown else ""),
                label(tr("Together with")),
                Cell(details.companion if details else "", 3),
            ),
            10,
        ),
        Row((label(tr("Visited place")), Cell(shown.place if shown else "", 5)), 10),
        Row((label(tr("Reason for the visit")), Cell(reason, 5)), 16),
        Row((label(tr("Way of contact")), Cell(mode, 5)), 10),
        Row((label(tr("How it went")), Cell(outcome, 5)), 10),
    ]


def _items(shown: VisitOnPaper | None) -> list[Row]:
    matters = list(zip_longest(shown.visit.categories, shown.details.items, fillvalue="")) if shown else []
    rows = [
        Row(
            (head(tr("No.")), head(tr("Category of matter")), head(tr("What it was about, what was done"))), 9
        )
    ]
    for n in range(max(ITEM_ROWS, len(matters))):
        code, text = matters[n] if n < len(matters) else ("", "")
        rows.append(Row((middle(str(n + 1)), Cell(form.category_text(code)), Cell(text)), _size()))
    return rows


def _rest(shown: VisitOnPaper | None) -> list[Row]:
    details = shown.details if shown else None
    opened = details.opened if details else ()
    settled = bool(details and len(details.items) > len(opened))
    return [
        Row((label(tr("Handling")), Cell(_handled(settled, opened), 5)), 10),
        Row(
            (
                label(tr("Next contact")),
                middle(_next(details)),
                label(tr("Privacy notice")),
                Cell(_notice(details), 3),
            ),
            10,
        ),
        Row((label(tr("Remarks")), Cell("", 5, valign=Valign.TOP)), 2.4 * _size()),
        Row(
            (
                signature(tr("Visited by (signature):"), form.day_text(), 3),
                signature(tr("Resident (signature, voluntary):"), form.day_text(), 3),
            ),
            1.8 * _size(),
        ),
    ]


def _handled(settled: bool, opened: tuple[str, ...]) -> str:
    spot = form.tick(settled) + tr("settled on the spot")
    request = form.tick(bool(opened)) + tr("registered as request no.")
    return f"{spot}　{request} {'、'.join(opened) or '＿' * 12}"


def _next(details: VisitDetails | None) -> str:
    if details is not None and details.next_on is None:
        return tr("None agreed")
    return form.day_text(details.next_on if details else None)


def _notice(details: VisitDetails | None) -> str:
    version = details.notice if details else ""
    return form.tick(bool(version)) + tr("given (version {version})").format(
        version=version or PRIVACY_NOTICE
    )
