"""P9 诉求回访单: two requests on one sheet, cut apart; answers are written down while the requester tells."""

from collections.abc import Sequence

from gridbook import i18n
from gridbook.i18n import tr
from gridbook.records.base import local_day
from gridbook.records.request import OUTCOME_NAMES, SATISFACTION_NAMES, Action
from gridbook.records.visit import MODE_NAMES, Mode
from gridbook.sheets import form, slip
from gridbook.sheets.blocks import PAD_X, Cell, Paragraph, Row, Table, label, middle, signature
from gridbook.sheets.form import Printing
from gridbook.sheets.page import Item, Page, Valign, page_of
from gridbook.sheets.request_on_paper import RequestOnPaper
from gridbook.sheets.slip import Head
from gridbook.sheets.typeset import IDEOGRAPHIC_SPACE

CODE = "P9"
COLUMNS = (20.0, 36.0, 20.0, 34.0, 20.0, 35.0)
WAYS = tuple((mode, MODE_NAMES[mode]) for mode in (Mode.PHONE, Mode.INDOORS, Mode.DOORSTEP, Mode.STATION))
_WIDE = sum(COLUMNS[1:]) - 2 * PAD_X
_RIGHT = sum(COLUMNS[3:]) - 2 * PAD_X


def _size() -> float:
    # English needs more letters for the same boxes.
    return 10.5 if i18n.language() == "zh_CN" else 8.0


def filled(requests: Sequence[RequestOnPaper], printing: Printing) -> tuple[Page, ...]:
    """Two slips on each sheet; the last one stands alone when their number is odd."""
    return tuple(_page(requests[n : n + 2], printing) for n in range(0, len(requests), 2))


def _page(pair: Sequence[RequestOnPaper], printing: Printing) -> Page:
    items: list[Item] = [*form.cut(slip.HALF, form.A4[0])]
    for n, shown in enumerate(pair):
        head = Head(
            tr("Follow-up slip"),
            CODE,
            tr("Followed up by: {name}").format(name=printing.office),
            shown.request.number,
        )
        note = tr("Answering is voluntary. Key the answers in under this number on the same day.")
        blocks = (Table(COLUMNS, tuple(_rows(shown)), size_pt=_size()), Paragraph(note, 9, before=1.5))
        items += slip.half(head, blocks, printing, n * slip.HALF)
    return page_of(form.A4, items)


def _rows(shown: RequestOnPaper) -> list[Row]:
    state, contact = shown.state, shown.contact
    phone = "" if contact is None else form.reached_by(contact)
    resolved = form.day_text(local_day(state.resolved_at) if state.resolved_at else None)
    outcome = tr(OUTCOME_NAMES[state.outcome]) if state.outcome is not None else ""
    result = "：".join(part for part in (outcome, shown.result) if part)
    done = shown.last(Action.FOLLOW_UP)
    followed = local_day(done.at) if done is not None and state.satisfaction is not None else None
    solved = tr("Solved?") + _solved(state.solved)
    satisfied = form.ticked(tuple(SATISFACTION_NAMES.items()), state.satisfaction, _WIDE, _size())
    return [
        _row(label(tr("Requester")), middle(shown.called), label(tr("Telephone")), Cell(phone, 3)),
        _row(label(tr("Place concerned")), Cell(shown.place, 3), label(tr("Day resolved")), middle(resolved)),
        _row(label(tr("Matter of the request")), Cell(shown.title or shown.category, 5)),
        _row(label(tr("Result of the request")), Cell(result, 5), height=13),
        _row(
            label(tr("Followed up on")),
            middle(form.day_text(followed)),
            label(tr("Way of the follow-up")),
            Cell(form.ticked(WAYS, None, _RIGHT, _size()), 3),
            height=10.5,
        ),
        _row(label(tr("Follow-up with the requester")), Cell(solved + "\n" + satisfied, 5), height=12.5),
        _row(label(tr("Wishes and proposals")), Cell("", 5, valign=Valign.TOP), height=9.5),
        Row(
            (
                signature(tr("Followed up by (signature):"), form.day_text(), 3),
                signature(tr("Requester (signature, voluntary):"), form.day_text(), 3),
            ),
            14,
            14,
        ),
    ]


def _solved(solved: bool | None) -> str:
    yes, no = form.tick(solved is True) + tr("yes"), form.tick(solved is False) + tr("no")
    return yes + IDEOGRAPHIC_SPACE + no


def _row(*cells: Cell, height: float = 9.2) -> Row:
    return Row(cells, height, height)
