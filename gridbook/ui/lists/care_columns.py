"""How a care contact stands, in words and colours: due, ending soon, over."""

from collections.abc import Callable
from datetime import date, timedelta

from gridbook.i18n import tr
from gridbook.records.care import EVERY_NAMES, SOON_DAYS
from gridbook.store.care import CareRow
from gridbook.ui.parts.days import short_day
from gridbook.ui.parts.table import Column
from gridbook.ui.parts.text import SYMBOLS


def due_state(row: CareRow, today: date) -> str:
    """The state as which the next contact is shown."""
    if not row.holds:
        return "done"
    if row.due_on < today:
        return "overdue"
    return "due soon" if row.due_on == today else "on time"


def due_word(row: CareRow, today: date) -> str:
    """When the next contact is due, in a few words."""
    if not row.holds:
        return tr("The agreement is over")
    days = (row.due_on - today).days
    if days < 0:
        return tr("since {day}").format(day=short_day(row.due_on))
    return tr("due today") if days == 0 else short_day(row.due_on)


def ends_soon(row: CareRow, today: date) -> bool:
    """Whether the agreement has to be signed anew within the month."""
    return row.holds and row.care.ends_on <= today + timedelta(days=SOON_DAYS)


def columns(today: Callable[[], date]) -> list[Column[CareRow]]:
    """The columns of the list of agreements."""

    def due(row: CareRow) -> str:
        state = due_state(row, today())
        return f"{SYMBOLS[state]} {due_word(row, today())}"

    def ends(row: CareRow) -> str:
        told = row.care.ends_on.isoformat()
        return f"{SYMBOLS['due soon']} {told}" if ends_soon(row, today()) else told

    return [
        Column(tr("Door"), lambda row: row.place, width=200, stretch=True),
        Column(tr("Form of address"), lambda row: row.care.called, width=126),
        Column(
            tr("How often"),
            lambda row: tr(EVERY_NAMES[row.care.every]),
            sort=lambda row: row.care.every.days,
            width=110,
            spare=2,
        ),
        Column(
            tr("Last contact"),
            lambda row: short_day(row.kept_on) if row.kept_on else "—",
            sort=lambda row: row.kept_on or date.min,
            width=110,
            spare=3,
        ),
        Column(
            tr("Next contact"),
            due,
            sort=lambda row: row.due_on,
            width=150,
            badge=lambda row: due_state(row, today()),
        ),
        Column(
            tr("Holds until"),
            ends,
            sort=lambda row: row.care.ends_on,
            width=130,
            badge=lambda row: "due soon" if ends_soon(row, today()) else "",
            spare=1,
        ),
    ]
