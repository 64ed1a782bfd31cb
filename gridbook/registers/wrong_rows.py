"""The rows that were wrong, as a workbook: their cells as they came, what is wrong, ready to be corrected."""

import io
from collections.abc import Sequence
from pathlib import Path

from gridbook.i18n import tr
from gridbook.registers.reading import Sheet
from gridbook.registers.rows import Plan, Wrong
from gridbook.store.files import write_whole

WIDTH, WIDE = 16, 60


def write(sheet: Sheet, plan: Plan, wrong: Sequence[Wrong], path: Path) -> None:
    """Write them, whole or not at all; of the old columns only those that are used."""
    write_whole(path, made(sheet, plan, wrong))


def made(sheet: Sheet, plan: Plan, wrong: Sequence[Wrong]) -> bytes:
    """The bytes of that workbook; a text stays a text, whatever it begins with."""
    # 40 ms, and only who saves them needs it.
    import xlsxwriter

    why: dict[int, list[Wrong]] = {}
    for one in wrong:
        why.setdefault(one.row, []).append(one)
    columns = sorted(plan.columns)
    kept = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(kept, options)
    table = book.add_worksheet(tr("Rows to correct"))
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#E3F1F0", "text_wrap": True})
    plain = book.add_format({"border": 1, "num_format": "@", "valign": "top", "text_wrap": True})
    marked = book.add_format(
        {"border": 1, "num_format": "@", "valign": "top", "bg_color": "#FFF3DC", "text_wrap": True}
    )
    # What the old file did not have stands at the right, so that its columns are recognised again.
    names = [*(sheet.headings[n] for n in columns), tr("What is wrong"), tr("Row in the old file")]
    for x, name in enumerate(names):
        table.set_column(x, x, WIDE if x == len(columns) else WIDTH)
        table.write_string(0, x, name, head)
    rows = [row for row in sheet.rows if row.number in why]
    for y, row in enumerate(rows, start=1):
        hurt = {one.heading for one in why[row.number]}
        for x, n in enumerate(columns):
            table.write_string(y, x, row.cells[n], marked if sheet.headings[n] in hurt else plain)
        said = "\n".join(f"{one.heading}：{one.sentence}" for one in why[row.number])
        table.write_string(y, len(columns), said, plain)
        table.write_number(y, len(columns) + 1, row.number, plain)
    table.freeze_panes(1, 0)
    book.set_properties({"author": "GridBook"})
    book.close()
    return kept.getvalue()
