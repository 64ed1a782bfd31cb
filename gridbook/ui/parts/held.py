"""The column that says how far a record has come: colour, symbol and word."""

from collections.abc import Callable
from typing import TypeVar

from gridbook.i18n import tr
from gridbook.sync.where import ORDER, SHORT_NAMES, STATES, Where
from gridbook.ui.parts.table import Column
from gridbook.ui.parts.text import SYMBOLS

Row = TypeVar("Row")


def held_column(where: Callable[[Row], Where]) -> Column[Row]:
    """Where each row of a list is held; it makes room first when there is little."""

    def text(row: Row) -> str:
        at = where(row)
        return f"{SYMBOLS[STATES[at]]} {tr(SHORT_NAMES[at])}"

    return Column(
        tr("Held"),
        text,
        sort=lambda row: ORDER[where(row)],
        width=88,
        badge=lambda row: STATES[where(row)],
        spare=6,
        key="held",
    )
