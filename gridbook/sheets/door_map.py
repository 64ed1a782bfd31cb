"""P17 楼栋图: a building on paper, floors from the top down, each door with its service state."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gridbook.i18n import N_, tr
from gridbook.sheets import form
from gridbook.sheets.blocks import PAD_Y, Block, Cell, Paragraph, Row, Table, head, label
from gridbook.sheets.form import Heading, Printing
from gridbook.sheets.page import Align, Page
from gridbook.sheets.typeset import Style
from gridbook.store import doors
from gridbook.store.door_table import Arranged, arranged, unit_name
from gridbook.store.doors import DoorView

CODE = "P17"
FLOOR, GAP = 13.0, 1.6
NARROW = 11.0
"""Below this width, in millimetres, a door number with its signs cannot be read."""
UPRIGHT, ACROSS = 165.0, 252.0
HIGH, LOW, LOWEST, HIGHEST = 208.0, 116.0, 5.8, 9.0
LARGEST, MOST_SIGNS = 8.5, 2
HOUSES = 12
SIGNS = (
    ("●", N_("Open case")),
    ("◇", N_("Agreed contact due")),
    ("√", N_("Settled this week")),
    ("□", N_("Sheet printed, not keyed in")),
)
"""What stands beside a number; plain signs that every printer has."""


@dataclass(frozen=True, slots=True)
class Part:
    """So many columns of a building as fit beside each other."""

    columns: Sequence[int]
    width: float


def filled(view: DoorView, printing: Printing) -> tuple[Page, ...]:
    """The whole building; a wide one lies across, a very wide one goes on below."""
    shown = arranged(view, HOUSES)
    across = _width(shown, range(len(shown.columns)), NARROW) > UPRIGHT
    room = ACROSS if across else UPRIGHT
    blocks: list[Block] = []
    for part in _parts(shown, room):
        blocks.append(_table(shown, part, LOW if across else HIGH))
        blocks.append(Paragraph("", 4))
    blocks.append(Paragraph(_legend(), 9, before=1, after=1))
    estate = view.estate.name if view.estate else ""
    name = tr("{estate}, building {n}").format(estate=estate, n=view.building.number)
    aside = tr("{n} doors").format(n=len(view.building.doors()))
    title = tr("Picture of {building}").format(building=name)
    size = form.LANDSCAPE if across else form.A4
    return form.pages(Heading(title, CODE, instead=aside), blocks, printing, size=size)


def _width(shown: Arranged, columns: Sequence[int], cell: float) -> float:
    return FLOOR + sum(GAP if shown.columns[n] is None else cell for n in columns)


def _parts(shown: Arranged, room: float) -> Iterator[Part]:
    """Whole units beside each other as long as their doors stay wide enough to be read."""
    waiting: list[int] = []
    for first, last, _ in shown.heads():
        more = [*([first - 1] if waiting and first else []), *range(first, last + 1)]
        if waiting and _width(shown, [*waiting, *more], NARROW) > room:
            yield _part(shown, waiting, room)
            more = list(range(first, last + 1))
            waiting = []
        waiting += more
    if waiting:
        yield _part(shown, waiting, room)


def _part(shown: Arranged, columns: Sequence[int], room: float) -> Part:
    gaps = sum(shown.columns[n] is None for n in columns)
    width = (room - FLOOR - gaps * GAP) / max(1, len(columns) - gaps)
    return Part(tuple(columns), width)


def _table(shown: Arranged, part: Part, high: float) -> Table:
    widths = tuple(GAP if shown.columns[n] is None else part.width for n in part.columns)
    # As high as fits on one page, or as low as can be read; the numbers shrink to stay within.
    high = min(HIGHEST, max(LOWEST, high / (len(shown.rows) + 1)))
    heads = Row((head(""), *_unit_heads(shown, part)), high, high)
    rows = [
        Row((label(name), *(_door(shown.cells[y][n]) for n in part.columns)), high, high)
        for y, name in enumerate(shown.rows)
    ]
    return Table((FLOOR, *widths), (heads, *rows), heads=1, size_pt=_size(high))


def _size(high: float) -> float:
    """The largest half size of type whose line has room in such a row."""
    line = Style(LARGEST).line_height
    return min(LARGEST, int(2 * LARGEST * (high - 2 * PAD_Y) / line) / 2)


def _unit_heads(shown: Arranged, part: Part) -> Iterator[Cell]:
    at = 0
    while at < len(part.columns):
        unit = shown.columns[part.columns[at]]
        span = 1
        while (
            unit is not None
            and at + span < len(part.columns)
            and shown.columns[part.columns[at + span]] == unit
        ):
            span += 1
        yield Cell("", wrap=False) if unit is None else head(unit_name(unit), span)
        at += span


def _door(cell: doors.Cell | None) -> Cell:
    if cell is None:
        return Cell("")
    there = (cell.open_cases > 0, cell.contact_due, cell.settled, cell.printed)
    signs = [sign for (sign, _), stands in zip(SIGNS, there, strict=True) if stands][:MOST_SIGNS]
    return Cell((cell.door.partition("-")[2] or cell.door) + "".join(signs), align=Align.CENTER, wrap=False)


def _legend() -> str:
    return "　".join(f"{sign} {tr(name)}" for sign, name in SIGNS)
