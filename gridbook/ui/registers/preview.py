"""What a register would become: what is left out, what is wrong where, and its first rows."""

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridbook.i18n import tr
from gridbook.registers.loading import SHOWN, Prepared
from gridbook.registers.rows import Ready
from gridbook.ui import theme as look
from gridbook.ui.parts.cards import clear
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.table import Column, RecordTable
from gridbook.ui.parts.text import Heading, Muted, Text
from gridbook.ui.theme import Type, theme

PREVIEWED = 50
ROW, PART, DOOR = 56, 130, 220
LEAST = 220
MOST_WRONG = 8


class Preview(QWidget):
    """Notes first, then the rows that are wrong, then the rows that are ready."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(look.S))
        self.notes: list[str] = []
        self.wrong: list[str] = []
        self.ready: RecordTable[Ready] | None = None

    def show_prepared(self, made: Prepared) -> None:
        """Show it."""
        clear(self._column)
        self.notes = list(made.notes)
        for note in self.notes:
            line = Text("• " + note)
            line.setProperty("mark", "due_soon")
            self._column.addWidget(line)
        self.wrong = [
            tr("Row {row}, “{heading}”: {why}").format(row=one.row, heading=one.heading, why=one.sentence)
            for one in made.wrong
        ]
        if self.wrong:
            title = tr("{n} rows are wrong").format(n=made.wrong_rows)
            self._column.addWidget(Heading(title, Type.SECTION))
            for sentence in self.wrong[:MOST_WRONG]:
                self._column.addWidget(Text(sentence))
            if len(self.wrong) > MOST_WRONG:
                more = tr("and {n} more; the workbook has all of them").format(n=len(self.wrong) - MOST_WRONG)
                self._column.addWidget(Muted(more))
        title = tr("{n} rows are ready; the first {shown} of them").format(
            n=len(made.ready), shown=min(PREVIEWED, len(made.ready))
        )
        self._column.addWidget(Heading(title, Type.SECTION))
        self.ready = _ready_table(made)
        self.ready.setMinimumHeight(theme.px(LEAST))
        self.ready.show_rows(made.ready[:PREVIEWED])
        self._column.addWidget(self.ready, 1)


def _ready_table(made: Prepared) -> RecordTable[Ready]:
    titles = SHOWN[made.kind]
    columns = [
        Column[Ready](tr("Row"), lambda one: str(one.row), sort=lambda one: one.row, width=ROW, numbers=True)
    ]
    for n, title in enumerate(titles):
        last = n == len(titles) - 1
        spare = 0 if n < 2 or last else n
        columns.append(Column(tr(title), _part(n), width=DOOR if n == 1 else PART, stretch=last, spare=spare))
    return RecordTable(columns, tr("Rows that are ready"), EmptyState(tr("No row is ready.")))


def _part(n: int) -> Callable[[Ready], str]:
    return lambda one: one.shown[n]
