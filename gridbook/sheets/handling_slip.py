"""P6 诉求办理单: a request with everything done to it, and the boxes in which offices decide and sign."""

from gridbook.i18n import tr
from gridbook.records.base import LOCAL, local_day
from gridbook.records.place import LEVEL_NAMES, level_of
from gridbook.records.request import (
    ACTION_NAMES,
    OUTCOME_NAMES,
    PRESSING_NAMES,
    SATISFACTION_NAMES,
    SOURCE_NAMES,
    Outcome,
)
from gridbook.sheets import form
from gridbook.sheets.blocks import PAD_X, Cell, Row, Table, head, label, middle, signature
from gridbook.sheets.form import Heading, Printing
from gridbook.sheets.page import Page, Valign
from gridbook.sheets.request_on_paper import RequestOnPaper
from gridbook.sheets.typeset import IDEOGRAPHIC_SPACE

CODE = "P6"
COLUMNS = (22.0, 36.0, 22.0, 31.0, 22.0, 32.0)
SIZE = 10.5
_WIDE = sum(COLUMNS[1:]) - 2 * PAD_X
EVENT_COLUMNS = (32.0, 22.0, 36.0, 20.0, 55.0)
RESULTS = tuple(
    (outcome, OUTCOME_NAMES[outcome])
    for outcome in (Outcome.SOLVED, Outcome.PARTLY, Outcome.EXPLAINED, Outcome.CANNOT)
)


def filled(shown: RequestOnPaper, printing: Printing) -> tuple[Page, ...]:
    """The sheet of a request, on as many pages as its text and its events need."""
    blocks = [
        Table(COLUMNS, tuple(_facts(shown))),
        *((Table(COLUMNS, tuple(_opinions())),) if shown.state.open else ()),
        *((Table(EVENT_COLUMNS, tuple(_events(shown)), heads=2),) if shown.events else ()),
        Table(COLUMNS, tuple(_results(shown))),
    ]
    return form.pages(Heading(tr("Request handling sheet"), CODE, shown.request.number), blocks, printing)


def _facts(shown: RequestOnPaper) -> list[Row]:
    request, state, particulars = shown.request, shown.state, shown.particulars
    contact = shown.contact
    phone = "" if contact is None else form.reached_by(contact)
    co = "、".join(shown.office(unit) for unit in state.co) or tr("None")
    rows = [
        Row(
            (
                label(tr("Registered on")),
                middle(form.day_text(local_day(request.registered_at))),
                label(tr("Source")),
                middle(tr(SOURCE_NAMES[request.source])),
                label(tr("Urgency")),
                middle(tr(PRESSING_NAMES[request.pressing])),
            ),
            9,
        ),
        Row(
            (
                label(tr("Requester")),
                middle(particulars.called if particulars else ""),
                label(tr("Telephone")),
                Cell(phone, 3),
            ),
            9,
        ),
        Row((label(tr("Place concerned")), Cell(shown.place, 5)), 9),
        Row(
            (
                label(tr("Category of request")),
                Cell(shown.category, 3),
                label(tr("Level in charge")),
                middle(tr(LEVEL_NAMES[level_of(state.lead)])),
            ),
            9,
        ),
        Row(
            (label(tr("Short title")), Cell(particulars.title if particulars else "", 5, bold=True)),
            9,
        ),
        Row((label(tr("What was asked")), Cell(particulars.text if particulars else "", 5)), 20),
        Row((label(tr("Expectation")), Cell(particulars.hope if particulars else "", 5)), 11),
        Row(
            (
                label(tr("Office in charge")),
                middle(shown.office(state.lead)),
                label(tr("Co-handlers")),
                Cell(co, 3),
            ),
            9,
        ),
        Row((label(tr("Promised time")), Cell(shown.due, 5)), 9),
    ]
    return rows


def _opinions() -> list[Row]:
    return [
        Row((label(tr("How to proceed")), Cell("", 5, foot=form.signed_text(tr("Desk")))), 19),
        Row((label(tr("Decision of the lead")), Cell("", 5, foot=form.signed_text(tr("Lead")))), 19),
    ]


def _events(shown: RequestOnPaper) -> list[Row]:
    rows = [
        Row((head(tr("What was done"), 5),), 8),
        Row(
            (
                head(tr("Time")),
                head(tr("Step")),
                head(tr("Office")),
                head(tr("Done by")),
                head(tr("Details")),
            ),
            8,
        ),
    ]
    for event in shown.events:
        at = event.at.astimezone(LOCAL)
        cells = (
            middle(at.strftime("%Y-%m-%d %H:%M")),
            middle(tr(ACTION_NAMES[event.action])),
            middle(shown.office(event.by_unit)),
            middle(shown.person(event)),
            Cell(shown.told(event)),
        )
        rows.append(Row(cells))
    return rows


def _results(shown: RequestOnPaper) -> list[Row]:
    state = shown.state
    resolved = tr("Resolved on {day}").format(
        day=form.day_text(local_day(state.resolved_at) if state.resolved_at else None)
    )
    yes, no = form.tick(state.solved is True) + tr("yes"), form.tick(state.solved is False) + tr("no")
    solved = tr("Solved?") + yes + IDEOGRAPHIC_SPACE + no
    satisfied = form.ticked(tuple(SATISFACTION_NAMES.items()), state.satisfaction, _WIDE, SIZE)
    result = form.ticked(RESULTS, state.outcome, _WIDE, SIZE)
    if state.outcome is not None and state.outcome not in dict(RESULTS):
        result += IDEOGRAPHIC_SPACE + form.tick(True) + tr(OUTCOME_NAMES[state.outcome])
    day = form.day_text()
    return [
        Row((label(tr("Result of the request")), Cell(result, 5)), 9),
        Row((label(tr("Result in words")), Cell(shown.result, 5, valign=Valign.TOP, foot=resolved)), 17),
        Row((label(tr("Follow-up with the requester")), Cell(solved + "\n" + satisfied, 5)), 12),
        Row(
            (
                signature(tr("Done by (signature):"), day, 2),
                signature(tr("Lead (signature):"), day, 2),
                signature(tr("Requester (signature, voluntary):"), day, 2),
            ),
            19,
        ),
    ]
