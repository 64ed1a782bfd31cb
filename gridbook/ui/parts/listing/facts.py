"""The columns that a person may add to a list beside those it has by itself."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from gridbook.i18n import tr
from gridbook.reports.facts import FACTS, Cells, Value
from gridbook.ui.parts.table import Column

Row = TypeVar("Row")
CHARACTER = 8
"""The width of a character at 100 %."""
LEAST = 116
"""What a day with its year takes."""


def fact_columns(kind: str, own: Sequence[Column[Row]], cells: Callable[[Row], Cells]) -> list[Column[Row]]:
    """The list's own columns, and one for each other fact of its kind."""
    known = {column.key for column in own}
    more = [
        Column(
            tr(fact.title),
            lambda row, key=fact.key: _text(cells(row).get(key)),  # type: ignore[misc]
            width=max(LEAST, fact.width * CHARACTER),
            key=fact.key,
            ordered=fact.sorts,
        )
        for fact in FACTS[kind]
        if fact.key not in known
    ]
    return [*own, *more]


def _text(value: Value) -> str:
    # The year matters in a list of ten years.
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
