"""P8 审批单: the forms by which a request is finished, suspended, taken up again or given more time."""

from collections.abc import Callable, Mapping
from datetime import date

from gridbook.i18n import N_, tr
from gridbook.records.base import local_day
from gridbook.records.life import LONGEST_EXTENSION
from gridbook.records.request import OUTCOME_NAMES, REASONS, REASONS_FOR, Action, Event, Outcome
from gridbook.records.visit import MODE_NAMES, Mode
from gridbook.sheets import form
from gridbook.sheets.blocks import PAD_X, Cell, Paragraph, Row, Table, label, middle
from gridbook.sheets.form import Heading, Printing
from gridbook.sheets.page import Page, Valign
from gridbook.sheets.request_on_paper import RequestOnPaper
from gridbook.sheets.typeset import IDEOGRAPHIC_SPACE

FINISH, SUSPEND, RESUME, EXTEND = "P8-1", "P8-2", "P8-3", "P8-4"
COLUMNS = (22.0, 36.0, 22.0, 31.0, 22.0, 32.0)
SIZE = 10.5
TITLES = {
    FINISH: N_("Form to finish a request"),
    SUSPEND: N_("Form to suspend a request"),
    RESUME: N_("Form to take a request up again"),
    EXTEND: N_("Form to extend a request"),
}
_WIDE = sum(COLUMNS[1:]) - 2 * PAD_X
_RESULTS = (Outcome.SOLVED, Outcome.PARTLY, Outcome.EXPLAINED, Outcome.CANNOT, Outcome.WITHDRAWN)
_WAYS = (Mode.DOORSTEP, Mode.PHONE, Mode.STATION)


def finishing(shown: RequestOnPaper, printing: Printing) -> tuple[Page, ...]:
    """The form by which an office says that a request is done."""
    return _pages(FINISH, shown, printing)


def suspending(shown: RequestOnPaper, printing: Printing) -> tuple[Page, ...]:
    """The form by which the clock of a request is stopped."""
    return _pages(SUSPEND, shown, printing)


def resuming(shown: RequestOnPaper, printing: Printing) -> tuple[Page, ...]:
    """The form by which work on a request goes on."""
    return _pages(RESUME, shown, printing)


def extending(shown: RequestOnPaper, printing: Printing) -> tuple[Page, ...]:
    """The form by which more time is asked for, once and before the time is over."""
    return _pages(EXTEND, shown, printing)


def _pages(code: str, shown: RequestOnPaper, printing: Printing) -> tuple[Page, ...]:
    blocks = (
        Table(COLUMNS, tuple(_facts(shown))),
        Table(COLUMNS, tuple(_ASKED[code](shown))),
        Table(COLUMNS, tuple(_opinions())),
        Paragraph(_notes(code), 9, before=2),
    )
    return form.pages(Heading(tr(TITLES[code]), code, shown.request.number), blocks, printing)


def _facts(shown: RequestOnPaper) -> list[Row]:
    state = shown.state
    co = "、".join(shown.office(unit) for unit in state.co) or tr("None")
    return [
        Row(
            (
                label(tr("Requester")),
                middle(shown.called),
                label(tr("Registered on")),
                Cell(form.day_text(local_day(shown.request.registered_at)), 3),
            ),
            9,
        ),
        Row((label(tr("Place concerned")), Cell(shown.place, 5)), 9),
        Row((label(tr("Category of request")), Cell(shown.category, 5)), 9),
        Row((label(tr("Short title")), Cell(shown.title, 5, bold=True)), 9),
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


def _finish(shown: RequestOnPaper) -> list[Row]:
    state = shown.state
    results = tuple((outcome, OUTCOME_NAMES[outcome]) for outcome in _RESULTS)
    resolved = form.day_text(local_day(state.resolved_at) if state.resolved_at else None)
    return [
        _ticks(tr("Result of the request"), form.ticked(results, state.outcome, _WIDE, SIZE), 12),
        _words(tr("Result in words"), shown.result, tr("Resolved on {day}").format(day=resolved), 84),
        _told(shown.last(Action.FEED_BACK)),
    ]


def _suspend(shown: RequestOnPaper) -> list[Row]:
    done = shown.last(Action.SUSPEND)
    return [
        _ticks(tr("Why it is suspended"), _reasons(done), 12),
        _days(tr("Suspended from"), _day(done), tr("Expected to go on"), None),
        _words(tr("How matters stand"), _remark(shown, done), "", 74),
        _told(None),
    ]


def _resume(shown: RequestOnPaper) -> list[Row]:
    suspended, resumed = shown.last(Action.SUSPEND), shown.last(Action.RESUME)
    known = shown.state.due_at if resumed is not None and shown.state.suspended_since is None else None
    return [
        _ticks(tr("Why it was suspended"), _reasons(suspended), 12),
        _days(tr("Suspended from"), _day(suspended), tr("Taken up again on"), _day(resumed)),
        _words(tr("Why work can go on"), _remark(shown, resumed), "", 66),
        _days(
            tr("New due day"), local_day(known) if known else None, tr("Working days away"), None, "＿" * 4
        ),
        _told(None),
    ]


def _extend(shown: RequestOnPaper) -> list[Row]:
    done = shown.last(Action.EXTEND)
    days = str(done.given.get("days", "")) if done is not None else ""
    due = shown.state.due_at if done is not None else None
    return [
        _days(
            tr("Extend by"),
            None,
            tr("New due day"),
            local_day(due) if due else None,
            instead_first=tr("{n} working days").format(n=days or "＿" * 3),
        ),
        _words(tr("Why more time is needed"), _remark(shown, done), "", 50),
        _words(tr("What was done so far"), "", "", 34),
        _told(None),
    ]


_ASKED: Mapping[str, Callable[[RequestOnPaper], list[Row]]] = {
    FINISH: _finish,
    SUSPEND: _suspend,
    RESUME: _resume,
    EXTEND: _extend,
}


def _ticks(name: str, ticks: str, least: float) -> Row:
    return Row((label(name), Cell(ticks, 5)), least)


def _words(name: str, words: str, foot: str, least: float) -> Row:
    return Row((label(name), Cell(words, 5, valign=Valign.TOP, foot=foot)), form.roomy(least))


def _days(
    first: str,
    one: date | None,
    second: str,
    other: date | None,
    instead_other: str = "",
    instead_first: str = "",
) -> Row:
    return Row(
        (
            label(first),
            Cell(instead_first or form.day_text(one), 2),
            label(second),
            Cell(instead_other or form.day_text(other), 2),
        ),
        10,
    )


def _told(done: Event | None) -> Row:
    chosen = done.given.get("mode") if done is not None else None
    ways = tuple((mode, MODE_NAMES[mode]) for mode in _WAYS)
    ticks = form.ticked(ways, Mode(chosen) if chosen in set(_WAYS) else None, _WIDE, SIZE)
    day = form.day_text(local_day(done.at) if done is not None else None)
    told = tr("{ways} on {day}").format(ways=ticks, day=day)
    return Row((label(tr("Requester was told")), Cell(told, 5)), 10)


def _reasons(done: Event | None) -> str:
    names = tuple((reason, REASONS[reason]) for reason in REASONS_FOR[Action.SUSPEND])
    given = done.given.get("reason") if done is not None else None
    chosen = next((reason for reason, _ in names if reason == given), None)
    return form.ticked(names, chosen, _WIDE, SIZE)


def _day(done: Event | None) -> date | None:
    return local_day(done.at) if done is not None else None


def _remark(shown: RequestOnPaper, done: Event | None) -> str:
    return shown.remarks.get(done.id, "") if done is not None else ""


def _opinions() -> list[Row]:
    agreed = form.tick(False) + tr("agreed") + IDEOGRAPHIC_SPACE + form.tick(False) + tr("not agreed")
    return [
        Row((label(tr("Opinion of the desk")), Cell("", 5, foot=form.signed_text(tr("Desk")))), 24),
        Row(
            (
                label(tr("Decision of the lead")),
                Cell(agreed, 5, valign=Valign.TOP, foot=form.signed_text(tr("Lead"))),
            ),
            26,
        ),
    ]


def _notes(code: str) -> str:
    if code == FINISH:
        return tr("Finished is not closed: the requester is told the result and asked afterwards.")
    if code == EXTEND:
        return tr("A request is extended once, before it is due, by at most {n} working days.").format(
            n=LONGEST_EXTENSION
        )
    return tr("While a request is suspended its promised time does not run.")
