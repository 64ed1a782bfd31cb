"""A door as the picture shows it: at most two symbols with their colours, and the same in words."""

from gridbook.i18n import N_, tr
from gridbook.store.doors import Cell

OPEN, DUE, SETTLED, PRINTED = "●", "◷", "✓", "✎"
LEGEND = (
    (OPEN, N_("Open case"), "overdue"),
    (DUE, N_("Agreed contact due"), "due_soon"),
    (SETTLED, N_("Settled this week"), "on_time"),
    (PRINTED, N_("Sheet printed, not keyed in"), "information"),
)
"""The symbols with their meaning and colour."""


def symbols(cell: Cell) -> list[tuple[str, str]]:
    """At most two symbols of a door, the most pressing first, with their colours."""
    shown = [
        (OPEN, "overdue", cell.open_cases > 0),
        (DUE, "due_soon", cell.contact_due),
        (SETTLED, "on_time", cell.settled),
        (PRINTED, "information", cell.printed),
    ]
    return [(symbol, colour) for symbol, colour, there in shown if there][:2]


def in_words(cell: Cell) -> str:
    """A door with its state as one reads it aloud."""
    parts = [cell.text]
    if cell.missing:
        parts.append(tr("does not exist"))
    if cell.open_cases:
        parts.append(tr("{n} open").format(n=cell.open_cases))
    words = ((cell.contact_due, DUE), (cell.settled, SETTLED), (cell.printed, PRINTED))
    names = {symbol: name for symbol, name, _ in LEGEND}
    parts += [tr(names[symbol]) for there, symbol in words if there]
    return "，".join(parts)
