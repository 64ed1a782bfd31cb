"""P4 到访联系卡: four on a sheet, left at a door; no name and no content, nobody else learns a thing."""

from dataclasses import dataclass

from gridbook import i18n
from gridbook.i18n import tr
from gridbook.records.visit import PART_NAMES
from gridbook.sheets import form
from gridbook.sheets.blocks import Block, Cell, Frame, Paragraph, Row, Table, flowed, label
from gridbook.sheets.form import Printing
from gridbook.sheets.page import Align, Ink, Item, Line, Page, Text, Valign, page_of
from gridbook.sheets.typeset import IDEOGRAPHIC_SPACE

CODE = "P4"
ACROSS, DOWN = 2, 2
WIDTH, HEIGHT = form.A4[0] / ACROSS, form.A4[1] / DOWN
EDGE = 11.0
COLUMNS = (22.0, 61.0)


@dataclass(frozen=True, slots=True)
class Reached:
    """How an office is reached: its telephone, and its hours in words."""

    telephone: str = ""
    hours: str = ""


def blank(printing: Printing, reached: Reached, copies: int = 1) -> tuple[Page, ...]:
    """Sheets of four equal slips; day and part of day are filled in at the door."""
    items: list[Item] = [*_cuts()]
    for across in range(ACROSS):
        for down in range(DOWN):
            items += _slip(printing, reached, across * WIDTH, down * HEIGHT)
    return (page_of(form.A4, items),) * copies


def _cuts() -> list[Item]:
    width, height = form.A4
    return [
        *form.cut(height / 2, width),
        Line(width / 2, 5, width / 2, height / 2 - 4, 0.2, dashed=True, ink=Ink.GREY),
        Line(width / 2, height / 2 + 4, width / 2, height - 5, 0.2, dashed=True, ink=Ink.GREY),
    ]


def _slip(printing: Printing, reached: Reached, x: float, y: float) -> list[Item]:
    body = WIDTH - 2 * EDGE
    frame = Frame(x + EDGE, y + 29, body, HEIGHT - 29 - 15)
    laid, *_ = flowed(_blocks(printing, reached), frame, frame)
    return [
        *(form.practice_mark(x, y, WIDTH, HEIGHT) if printing.practice else ()),
        Text(x + EDGE, y + 13, 30, 4.5, form.form_code(CODE), 9, valign=Valign.TOP, wrap=False),
        Text(x + EDGE, y + 17, body, 10, tr("We called"), 20, True, align=Align.CENTER, wrap=False),
        *laid,
        Text(
            x + EDGE,
            y + HEIGHT - 14,
            body,
            4.5,
            tr("In an emergency call 119 (fire, gas), 120 (injury) or 110 first."),
            9,
            align=Align.CENTER,
            wrap=False,
        ),
    ]


def _blocks(printing: Printing, reached: Reached) -> list[Block]:
    office = printing.office
    # English needs more letters for the same slip.
    size = 12.0 if i18n.language() == "zh_CN" else 10.0
    parts = IDEOGRAPHIC_SPACE.join("☐" + tr(name) for name in PART_NAMES.values())
    called = tr("Good day! We are from {office}. We called here today and leave this slip.")
    return [
        Paragraph(called.format(office=office), size, after=2),
        Paragraph(tr("____-__") + IDEOGRAPHIC_SPACE + parts, size - 1.5, after=3),
        Paragraph(tr("If there is anything we can do for you:"), size, after=1.5),
        Table(
            COLUMNS,
            (
                _row(tr("Telephone"), reached.telephone),
                _row(tr("Come to"), office),
                _row(tr("Open"), reached.hours),
                _row(tr("Arrange a time"), tr("You choose the time; we come when it suits you.")),
                _row(tr("Person to ask for"), ""),
            ),
            size_pt=10.5,
        ),
        Paragraph(tr("This slip names nobody and no matter."), 9.5, before=2.5),
        Paragraph(tr("You need not answer; it changes nothing for you."), 9.5),
    ]


def _row(name: str, text: str) -> Row:
    return Row((label(name), Cell(text)), 10.2, 12)
