"""What the board shows of an errand, and how far the mandate still runs."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from gridbook.i18n import N_, tr
from gridbook.records.errand import WAY_NAMES, Mandate
from gridbook.store import pinyin
from gridbook.store.errands import STAGE_NAMES, Errand, Stage
from gridbook.ui.parts.days import short_day
from gridbook.ui.parts.table import Column
from gridbook.ui.parts.text import SYMBOLS

SOON = timedelta(days=3)
STATES: Mapping[Stage, str] = {
    Stage.ASKED: "information",
    Stage.WAITING: "due soon",
    Stage.TAKEN: "on time",
    Stage.RETURN: "overdue",
    Stage.DONE: "done",
}
LISTS: Mapping[str, str] = {
    "all": N_("All orders"),
    "waiting": N_("To take"),
    "mine": N_("Mine"),
    "out": N_("Originals to return"),
    "asked": N_("No mandate yet"),
}
_WANTED: Mapping[str, Callable[[Errand], bool]] = {
    "all": lambda one: one.stage is not Stage.ASKED,
    "waiting": lambda one: one.stage is Stage.WAITING,
    "mine": lambda one: one.mine,
    "out": lambda one: bool(one.out),
    "asked": lambda one: one.stage is Stage.ASKED,
}


def wanted(which: str, one: Errand) -> bool:
    """Whether a list shows that errand."""
    return _WANTED[which](one)


def until_state(mandate: Mandate | None, today: date) -> str:
    """How far a mandate runs, as a state."""
    if mandate is None:
        return "information"
    if mandate.until < today:
        return "overdue"
    return "due soon" if mandate.until - today <= SOON else "on time"


def found_by(one: Errand) -> str:
    """The words by which the board is filtered."""
    words = (one.row.request.number, one.row.place, one.helper)
    return f"{' '.join(words).lower()} {pinyin.words(one.row.title, one.row.called)}"


def columns(today: Callable[[], date]) -> list[Column[Errand]]:
    """The columns of the board; the spare ones make room when a sheet is open."""

    def until(one: Errand) -> str:
        if one.mandate is None:
            return ""
        return f"{SYMBOLS[until_state(one.mandate, today())]} {short_day(one.mandate.until)}"

    return [
        Column(tr("Number"), lambda one: one.row.request.number, width=168, spare=4),
        Column(tr("Errand"), lambda one: one.row.title, width=130, stretch=True),
        Column(
            tr("Way of the errand"),
            lambda one: tr(WAY_NAMES[one.mandate.way]) if one.mandate else "",
            width=84,
            spare=5,
        ),
        Column(tr("Requester"), lambda one: one.row.called, width=76, spare=3),
        Column(tr("Place"), lambda one: one.row.place, width=170, spare=1),
        Column(tr("Helper"), lambda one: one.helper, width=110, spare=2),
        Column(
            tr("Valid until"),
            until,
            sort=lambda one: one.mandate.until.isoformat() if one.mandate else "",
            width=112,
            badge=lambda one: until_state(one.mandate, today()) if one.mandate else "",
        ),
        Column(
            tr("Originals here"),
            lambda one: str(sum(document.count for document in one.out) or ""),
            sort=lambda one: len(one.out),
            width=84,
            numbers=True,
        ),
        Column(
            tr("State"),
            lambda one: f"{SYMBOLS[STATES[one.stage]]} {tr(STAGE_NAMES[one.stage])}",
            sort=lambda one: list(Stage).index(one.stage),
            width=124,
            badge=lambda one: STATES[one.stage],
        ),
    ]
