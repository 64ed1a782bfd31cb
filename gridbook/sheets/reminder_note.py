"""P10 催办单、督办单: what one office asks of another about a request, and that office's reply below."""

from datetime import date

from gridbook.i18n import N_, tr
from gridbook.records.base import local_day
from gridbook.records.request import PRESSING_NAMES, STATUS_NAMES, Action, Event
from gridbook.sheets import form
from gridbook.sheets.blocks import Cell, Paragraph, Row, Table, head, label, middle, signature
from gridbook.sheets.form import Heading, Printing
from gridbook.sheets.page import Page, Valign
from gridbook.sheets.request_on_paper import RequestOnPaper

URGE, SUPERVISE = "P10-1", "P10-2"
COLUMNS = (22.0, 36.0, 22.0, 31.0, 22.0, 32.0)
TITLES = {URGE: N_("Note that urges a request"), SUPERVISE: N_("Note that supervises a request")}
ACTIONS = {URGE: Action.URGE, SUPERVISE: Action.SUPERVISE}


def urging(shown: RequestOnPaper, printing: Printing) -> tuple[Page, ...]:
    """The note by which an office urges the one that has a request in hand."""
    return _pages(URGE, shown, printing)


def supervising(shown: RequestOnPaper, printing: Printing) -> tuple[Page, ...]:
    """The note by which the subdistrict supervises a request and asks for a reply by a day."""
    return _pages(SUPERVISE, shown, printing)


def _pages(code: str, shown: RequestOnPaper, printing: Printing) -> tuple[Page, ...]:
    done = shown.last(ACTIONS[code])
    heading = Heading(tr(TITLES[code]), code, shown.request.number)
    blocks = (
        Table(COLUMNS, tuple(_facts(code, shown, printing, done))),
        Table(COLUMNS, tuple(_asked(code, shown, printing, done))),
        Table(COLUMNS, tuple(_reply())),
        Paragraph(
            tr("The office in charge signs on the day it receives this note and replies in writing in time."),
            9,
            before=2,
        ),
    )
    return form.pages(heading, blocks, printing)


def _facts(code: str, shown: RequestOnPaper, printing: Printing, done: Event | None) -> list[Row]:
    request, state = shown.request, shown.state
    by = shown.office(done.by_unit) if done is not None else printing.office
    sent = local_day(done.at) if done is not None else None
    times = str(state.urged) if code == URGE and state.urged else ""
    return [
        Row(
            (
                label(tr("Office in charge")),
                Cell(shown.office(state.lead), 3, bold=True),
                label(tr("Sent on")),
                middle(form.day_text(sent)),
            ),
            9,
        ),
        Row(
            (
                label(tr("Issued by the office")),
                Cell(by, 3),
                label(tr("Times urged") if code == URGE else tr("Urgency")),
                middle(times if code == URGE else tr(PRESSING_NAMES[request.pressing])),
            ),
            9,
        ),
        Row(
            (
                label(tr("Category of request")),
                Cell(shown.category, 3),
                label(tr("State of handling")),
                middle(tr(STATUS_NAMES[state.status])),
            ),
            9,
        ),
        Row((label(tr("Matter of the request")), Cell(shown.title, 5)), 9),
        Row(
            (
                label(tr("Registered on")),
                middle(form.day_text(local_day(request.registered_at))),
                label(tr("Promised time")),
                Cell(shown.due, 3),
            ),
            9,
        ),
        Row((label(tr("How the time stands")), Cell(standing(shown), 5)), 9),
    ]


def standing(shown: RequestOnPaper) -> str:
    """How the promised time stands, in words."""
    if shown.state.suspended_since is not None:
        return tr("suspended, the time does not run")
    if shown.left is None:
        return tr("no time runs")
    if shown.left < 0:
        return tr("overdue by {n} working days").format(n=-shown.left)
    return tr("{n} working days left").format(n=shown.left)


def _asked(code: str, shown: RequestOnPaper, printing: Printing, done: Event | None) -> list[Row]:
    words = shown.remarks.get(done.id, "") if done is not None else ""
    given = done.given.get("reply_due") if done is not None else None
    reply = form.day_text(date.fromisoformat(given) if isinstance(given, str) else None)
    what = tr("What is urged") if code == URGE else tr("What is asked for")
    return [
        Row(
            (label(what), Cell(words, 5, valign=Valign.TOP, foot=form.signed_text(tr("Issued by")))),
            form.roomy(52),
        ),
        Row((label(tr("Reply due on")), middle(reply, 2), label(tr("Seal of the office")), Cell("", 2)), 14),
    ]


def _reply() -> list[Row]:
    return [
        Row((head(tr("Reply of the office in charge"), 6),), 8),
        Row(
            (
                signature(tr("Received by (signature):"), form.day_text(), 3),
                Cell(tr("To be done by:"), 3, valign=Valign.TOP, foot=form.day_text()),
            ),
            16,
        ),
        Row(
            (
                label(tr("What was done, why it is late, what comes next")),
                Cell("", 5, foot=form.signed_text(tr("Lead"))),
            ),
            form.roomy(64),
        ),
    ]
