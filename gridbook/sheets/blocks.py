"""Paragraphs and boxed tables that flow down pages; rows grow with their text and break over pages."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from gridbook.sheets import typeset
from gridbook.sheets.page import Align, Box, Item, Qr, Text, Valign
from gridbook.sheets.typeset import Style

PAD_X = 1.4
PAD_Y = 1.1
THICK = 0.45
THIN = 0.18


@dataclass(frozen=True, slots=True)
class Cell:
    """One box of a table: its text, a line at its foot for a signature, the columns it spans."""

    text: str = ""
    span: int = 1
    bold: bool = False
    align: Align = Align.LEFT
    valign: Valign = Valign.MIDDLE
    size_pt: float = 0
    foot: str = ""
    qr: Qr | None = None
    label: bool = False
    wrap: bool = True


def label(text: str, span: int = 1) -> Cell:
    """The printed name of what stands beside it."""
    return Cell(text, span, align=Align.CENTER, label=True)


def head(text: str, span: int = 1) -> Cell:
    """The head of a column."""
    return Cell(text, span, bold=True, align=Align.CENTER, label=True)


def middle(text: str, span: int = 1) -> Cell:
    """A short value in the middle of its box."""
    return Cell(text, span, align=Align.CENTER)


def signature(text: str, day: str, span: int) -> Cell:
    """A box to sign in, with the day at its foot."""
    return Cell(text, span, valign=Valign.TOP, foot=day)


@dataclass(frozen=True, slots=True)
class Row:
    """Cells side by side, at least so high in millimetres; with `most`, text shrinks to stay within."""

    cells: tuple[Cell, ...]
    least: float = 8.0
    most: float = 0.0


@dataclass(frozen=True, slots=True)
class Table:
    """A boxed table; its first `heads` rows stand again on top of every further page."""

    columns: tuple[float, ...]
    rows: tuple[Row, ...]
    heads: int = 0
    size_pt: float = 10.5


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text over the whole width."""

    text: str
    size_pt: float = 10.5
    bold: bool = False
    align: Align = Align.LEFT
    before: float = 0.0
    after: float = 0.0


Block = Table | Paragraph


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of a page that blocks may fill, in millimetres."""

    x: float
    y: float
    w: float
    h: float

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.h


@dataclass
class _Flow:
    """What was laid out so far: finished pages and the one being filled."""

    first: Frame
    later: Frame
    pages: list[list[Item]] = field(default_factory=lambda: [[]])
    y: float = 0.0
    boxed_from: float | None = None

    def __post_init__(self) -> None:
        self.y = self.first.y

    @property
    def frame(self) -> Frame:
        return self.first if len(self.pages) == 1 else self.later

    @property
    def left(self) -> float:
        return self.frame.bottom - self.y

    def turn(self) -> None:
        self.close_box()
        self.pages.append([])
        self.y = self.later.y

    def open_box(self) -> None:
        if self.boxed_from is None:
            self.boxed_from = self.y

    def close_box(self) -> None:
        """Draw the thick outline round everything that was set since the box was opened."""
        if self.boxed_from is not None and self.y > self.boxed_from:
            self.put([Box(self.frame.x, self.boxed_from, self.frame.w, self.y - self.boxed_from, THICK)], 0)
        self.boxed_from = None

    def put(self, items: Sequence[Item], height: float) -> None:
        self.pages[-1].extend(items)
        self.y += height


def flowed(blocks: Sequence[Block], first: Frame, later: Frame) -> tuple[tuple[Item, ...], ...]:
    """The blocks laid out from top to bottom: the items of each page."""
    flow = _Flow(first, later)
    for block in blocks:
        if isinstance(block, Paragraph):
            flow.close_box()
            _paragraph(flow, block)
        else:
            _table(flow, block)
    flow.close_box()
    return tuple(tuple(page) for page in flow.pages)


def _paragraph(flow: _Flow, block: Paragraph) -> None:
    style = Style(block.size_pt, bold=block.bold)
    lines = typeset.lines_of(block.text, flow.frame.w, style)
    flow.y += block.before
    while lines:
        fit = int(flow.left / style.line_height + 1e-6)
        if fit == 0:
            flow.turn()
            continue
        now, lines = lines[:fit], lines[fit:]
        height = len(now) * style.line_height
        box = Text(
            flow.frame.x,
            flow.y,
            flow.frame.w,
            height,
            "\n".join(now),
            block.size_pt,
            block.bold,
            align=block.align,
            valign=Valign.TOP,
        )
        flow.put([box], height)
    flow.y += block.after


def _table(flow: _Flow, table: Table) -> None:
    heads, waiting = table.rows[: table.heads], deque(table.rows[table.heads :])
    heads_height = sum(height_of(row, table) for row in heads)
    if waiting and flow.left < heads_height + min(height_of(waiting[0], table), flow.later.h / 4):
        flow.turn()
    _begin(flow, table, heads)
    while waiting:
        row = waiting.popleft()
        height = height_of(row, table)
        if height <= flow.left + 1e-6:
            _row(flow, table, row)
            continue
        if height > flow.later.h - heads_height:
            start, row = _split(row, table, flow.left)
            if start is not None:
                _row(flow, table, start)
        waiting.appendleft(row)
        flow.turn()
        _begin(flow, table, heads)


def _begin(flow: _Flow, table: Table, heads: Sequence[Row]) -> None:
    flow.open_box()
    for row in heads:
        _row(flow, table, row)


def _split(row: Row, table: Table, room: float) -> tuple[Row | None, Row]:
    """A row cut between two lines: what still fits, and the rest; feet stay with the rest."""
    kept, rest = [], []
    for cell, width in zip(row.cells, _widths(row, table.columns), strict=True):
        style = _style(cell, table.size_pt, width)
        lines = typeset.lines_of(cell.text, width - 2 * PAD_X, style)
        fit = int((room - 2 * PAD_Y) / style.line_height)
        if fit < 1 or (cell.label and len(lines) > fit):
            return None, row
        if cell.label:
            kept.append(cell)
            rest.append(cell)
        else:
            kept.append(replace(cell, text="\n".join(lines[:fit]), valign=Valign.TOP, foot="", qr=None))
            rest.append(replace(cell, text="\n".join(lines[fit:])))
    return Row(tuple(kept), least=0), Row(tuple(rest), row.least)


def height_of(row: Row, table: Table) -> float:
    """How high a row becomes with the text in it."""
    return _height(row, table.columns, table.size_pt)


# Most rows of a form are the same on every sheet: hundreds of sheets are set row by row from what is kept.
@lru_cache(maxsize=2_000)
def _height(row: Row, columns: tuple[float, ...], size_pt: float) -> float:
    needs = [row.least]
    for cell, width in zip(row.cells, _widths(row, columns), strict=True):
        style = _style(cell, size_pt, width)
        lines = len(typeset.lines_of(cell.text, width - 2 * PAD_X, style)) if cell.text and cell.wrap else 1
        foot = style.line_height + PAD_Y if cell.foot else 0.0
        needs.append(lines * style.line_height + 2 * PAD_Y + foot)
    return min(max(needs), row.most) if row.most else max(needs)


def _row(flow: _Flow, table: Table, row: Row) -> None:
    flow.put(_laid(row, table.columns, table.size_pt, flow.frame.x, flow.y), height_of(row, table))


@lru_cache(maxsize=2_000)
def _laid(row: Row, columns: tuple[float, ...], size_pt: float, x: float, y: float) -> tuple[Item, ...]:
    return tuple(_cells(row, columns, size_pt, x, y))


def _cells(row: Row, columns: tuple[float, ...], size_pt: float, x: float, y: float) -> Iterator[Item]:
    height = _height(row, columns, size_pt)
    for cell, width in zip(row.cells, _widths(row, columns), strict=True):
        yield Box(x, y, width, height, THIN)
        style = _style(cell, size_pt, width)
        foot = style.line_height + PAD_Y if cell.foot else 0.0
        room = width - 2 * PAD_X - (cell.qr.size + PAD_X if cell.qr else 0.0)
        if cell.text:
            h = height - 2 * PAD_Y - foot
            text, fitting = typeset.fitted(cell.text, room, h, style) if row.most else (cell.text, style)
            yield Text(
                x + PAD_X,
                y + PAD_Y,
                room,
                h,
                text,
                fitting.size,
                cell.bold,
                align=cell.align,
                valign=cell.valign,
                wrap=cell.wrap,
            )
        if cell.foot:
            yield Text(
                x + PAD_X,
                y + height - PAD_Y - style.line_height,
                width - 2 * PAD_X,
                style.line_height,
                cell.foot,
                style.size,
                align=Align.RIGHT,
                wrap=False,
            )
        if cell.qr is not None:
            # Its quiet zone of four modules is kept free of rules and letters.
            yield replace(cell.qr, x=x + width - PAD_X - cell.qr.size, y=y + (height - cell.qr.size) / 2)
        x += width


def _widths(row: Row, columns: tuple[float, ...]) -> list[float]:
    found, at = [], 0
    for cell in row.cells:
        found.append(sum(columns[at : at + cell.span]))
        at += cell.span
    if at != len(columns):
        raise ValueError(f"a row spans {at} of {len(columns)} columns")
    return found


def _style(cell: Cell, size_pt: float, width: float) -> Style:
    style = Style(cell.size_pt or size_pt, bold=cell.bold)
    short = cell.align is Align.CENTER and cell.wrap
    return typeset.whole_words(cell.text, width - 2 * PAD_X, style) if short else style
