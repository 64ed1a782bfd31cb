"""A pile of paper keyed in: each line is a visit, kept as it is left; what is wrong stands beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridbook.errors import BadValue, GridbookError
from gridbook.i18n import N_, tr
from gridbook.records import wording
from gridbook.records.base import LOCAL, RecordId
from gridbook.records.lines import CHOICES, Line
from gridbook.records.visit import PART_NAMES
from gridbook.sheets.visit_batch import ROWS
from gridbook.store import drafts, places, preferences, sheet_lines
from gridbook.store.session import Session
from gridbook.store.sheet_lines import BATCH, Kept, Printed, Twin
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import KeptLine
from gridbook.ui.parts.fields import Field, TextInput, commit_typing
from gridbook.ui.parts.status_line import clock_time
from gridbook.ui.parts.text import Heading, Text
from gridbook.ui.theme import Type, theme
from gridbook.ui.visits.batch.lines import NAMES, LinesModel, Row, State, cells_of, spelled, standing_of
from gridbook.ui.visits.batch.table import LinesTable
from gridbook.ui.visits.inputs import part_of

SHEET_FIELD = 360
_COLUMNS = {"visited_on": "day", "category": "categories"}
"""Fields of a visit by the column in which they are written, where that has another name."""
STICKY = ("reason", "mode", "outcome")
_KEYS = N_("Enter: down · Tab: right · Ctrl+D: as above · Ctrl+V: paste · Ctrl+Z: take back")
_ASKED = {
    "day": N_("11-23, 1123, 23, today or yesterday"),
    "next_on": N_("11-23, 1123, 23, today or yesterday"),
    "categories": N_("Code, name or pinyin; two with a comma"),
    "items": N_("Settled on the spot, up to 40 characters; two with a semicolon"),
}


class BatchPage(QWidget):
    """The page; `closed` says that somebody is done with it or goes back."""

    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._sheet = ""
        self._last: list[RecordId] = []
        self._build()
        self._connect()
        desk.read(_begun, then=self._begin)

    def start(self) -> None:
        """Put the keyboard into the first line that is not kept yet."""
        n = next((n for n, row in enumerate(self.model.rows) if row.state is not State.KEPT), 0)
        self.table.setCurrentIndex(self.model.index(n, 0))
        self.table.setFocus()

    def open_sheet(self, typed: str) -> None:
        """Key in the printed sheet on which this number stands."""
        self.desk.read(sheet_lines.of_sheet, typed, ROWS, then=partial(self.show_sheet, typed))

    def _build(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(*(theme.px(look.XL),) * 4)
        page.setSpacing(theme.px(look.M))
        head = QHBoxLayout()
        head.setSpacing(theme.px(look.M))
        self.title = Heading(tr("Key in a pile of paper"))
        head.addWidget(self.title, 1)
        self.number = TextInput(24)
        self.number_field = Field(
            tr("Number on the sheet"), self.number, tr("typed or scanned; empty if none")
        )
        self.number_field.setMaximumWidth(theme.px(SHEET_FIELD))
        head.addWidget(self.number_field, 1)
        self.back = Button(tr("Back to the list"), "quiet", "chevron-left")
        head.addWidget(self.back, 0, Qt.AlignmentFlag.AlignTop)
        page.addLayout(head)
        self.model = LinesModel(lambda: self._now().date())
        self.table = LinesTable(self.model)
        page.addWidget(self.table, 1)
        self.words = Text("", Type.CAPTION)
        page.addWidget(self.words)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(look.M))
        self.finish = Button(tr("This sheet is done   Ctrl+Enter"), "primary", "check")
        self.kept_line = KeptLine()
        foot.addWidget(self.finish)
        foot.addWidget(self.kept_line, 1)
        page.addLayout(foot)
        self.model.add(ROWS)
        self._say_about_current()

    def _connect(self) -> None:
        self.back.clicked.connect(self.closed)
        self.number.entered.connect(lambda: self.open_sheet(self.number.value))
        self.table.left.connect(self._left)
        self.table.at_end.connect(self.model.add)
        self.table.copied_down.connect(self.model.copy_down)
        self.table.pasted.connect(self._paste)
        self.table.taken_back.connect(self._take_back_line)
        self.table.selectionModel().currentChanged.connect(lambda *_: self._say_about_current())
        self.model.dataChanged.connect(lambda *_: self._say_about_current())
        self.model.written.connect(self._written)
        self.kept_line.undone.connect(self._take_back_last)
        self.finish.clicked.connect(self.done)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            within = Qt.ShortcutContext.WidgetWithChildrenShortcut
            QShortcut(QKeySequence(key), self, context=within).activated.connect(self.done)

    def done(self) -> None:
        """Keep the last line; when no line is left half written, the sheet is done and the next can come."""
        commit_typing()
        self.table.setFocus()
        self._keep(range(len(self.model.rows)), then=self._finish)

    def _finish(self) -> None:
        half = [n for n, row in enumerate(self.model.rows) if row.state is not State.KEPT and not row.empty]
        if half:
            if self.model.rows[half[0]].state is State.OPEN:
                self.model.say(half[0], State.WRONG, standing_of(self.model.rows[half[0]]))
            self.table.setCurrentIndex(self.model.index(half[0], self._column_of(half[0])))
            self.table.setFocus()
            return
        left = [row.printed.number for row in self.model.rows if row.printed and row.state is not State.KEPT]
        count = sum(row.state is State.KEPT for row in self.model.rows)
        self.desk.write(sheet_lines.done, left, then=lambda _: self._fresh(count))

    def _fresh(self, count: int) -> None:
        at = clock_time(self.desk.store.clock.now())
        self._name("")
        self.number.value = ""
        self._last = []
        self.model.show_rows([Row() for _ in range(ROWS)])
        self.kept_line.say(tr("Kept {time}: a sheet of {n} visits is done").format(time=at, n=count))
        self.number.setFocus()

    def _left(self, n: int) -> None:
        self._keep([n])

    def _keep(self, which: Sequence[int] | range, then: Any = None) -> None:
        """Keep those of these lines that are complete; the desk works in the order in which it is asked."""
        for n in which:
            row = self.model.rows[n]
            if row.state is State.KEPT or row.empty or row.line.missing:
                continue
            self.desk.write(
                sheet_lines.keep,
                row.line,
                row.printed,
                twin=row.twin,
                then=partial(self._kept, row),
                failed=partial(self._refused, row),
            )
        if then is not None:
            self.desk.read(_nothing, then=lambda _: then())

    def _kept(self, row: Row, kept: Kept | Twin) -> None:
        n = self._place_of(row)
        if n is None or row.state is State.KEPT:
            return
        if isinstance(kept, Twin):
            row.twin = True
            said = tr("Perhaps written down already as {number}; leave the line again to keep it as well.")
            self.model.say(n, State.TWIN, said.format(number=kept.number), "door")
            return
        row.visit = kept.visit
        row.line = replace(row.line, door=kept.place or row.line.door)
        at = clock_time(self.desk.store.clock.now())
        if kept.visit is None:
            self.model.say(n, State.KEPT, tr("nobody in; stays on this PC for 14 days"))
        else:
            self.model.say(n, State.KEPT, kept.number)
            self._last.append(kept.visit)
        count = sum(one.state is State.KEPT for one in self.model.rows)
        self.kept_line.say(tr("Kept {time}: {n} lines").format(time=at, n=count), undo=bool(self._last))
        self._keep_draft()

    def _refused(self, row: Row, error: GridbookError) -> None:
        n = self._place_of(row)
        if n is not None and row.state is not State.KEPT:
            name = error.field if isinstance(error, BadValue) else "door"
            self.model.say(n, State.WRONG, error.sentence(), _COLUMNS.get(name, name))

    def _now(self) -> datetime:
        return self.desk.store.clock.now().astimezone(LOCAL)

    def _place_of(self, row: Row) -> int | None:
        return next((n for n, one in enumerate(self.model.rows) if one is row), None)

    def _paste(self, text: str) -> None:
        at = self.table.currentIndex()
        cells = cells_of(text)
        if not at.isValid() or not cells:
            return
        self._last = []
        touched = self.model.paste(at.row(), at.column(), cells)
        self._keep(touched)

    def _written(self, n: int) -> None:
        self._keep_draft()
        door = self.model.rows[n].line.door
        if door and not self.model.rows[n].said:
            row = self.model.rows[n]
            self.desk.read(
                _door,
                door,
                then=partial(self._door_is, row, door),
                failed=partial(self._door_is_none, row, door),
            )

    def _door_is(self, row: Row, typed: str, text: str) -> None:
        n = self._place_of(row)
        if n is not None and row.line.door == typed and typed != text:
            row.line = replace(row.line, door=text)
            self.model.told(n)

    def _door_is_none(self, row: Row, typed: str, error: GridbookError) -> None:
        if row.line.door == typed:
            self._refused(row, error)

    def _take_back_line(self, n: int) -> None:
        row = self.model.rows[n] if n >= 0 else Row()
        if row.visit is not None:
            self._undo([row.visit])

    def _take_back_last(self) -> None:
        self._undo(list(self._last))

    def _undo(self, which: Sequence[RecordId]) -> None:
        self.desk.write(sheet_lines.take_back, which, then=lambda _: self._taken_back(which))

    def _taken_back(self, which: Sequence[RecordId]) -> None:
        for n, row in enumerate(self.model.rows):
            if row.visit in which:
                # Its printed number was used up; kept again, the line gets one of its own.
                row.visit, row.printed = None, None
                self.model.say(n, State.OPEN, "")
        self._last = [one for one in self._last if one not in which]
        self.kept_line.say(tr("Taken back: {n} lines can be changed again.").format(n=len(which)))
        self._keep_draft()

    def _column_of(self, n: int) -> int:
        row = self.model.rows[n]
        name = row.at or next(iter(row.line.missing), "door")
        return NAMES.index(name) if name in NAMES else 0

    def _say_about_current(self) -> None:
        at = self.table.currentIndex()
        row = self.model.rows[at.row()] if at.isValid() else Row()
        name = NAMES[at.column()] if at.isValid() and at.column() < len(NAMES) else ""
        choices = CHOICES.get(name, {})
        options = "　".join(f"{digit} {tr(word)}" for digit, word in enumerate(choices.values(), start=1))
        said = row.said if row.state in (State.WRONG, State.TWIN) else ""
        self.words.setText("　".join(filter(None, (said, options or tr(_ASKED.get(name, _KEYS))))))
        self.words.setProperty("error", row.state is State.WRONG)
        self.words.style().unpolish(self.words)
        self.words.style().polish(self.words)

    def show_sheet(self, typed: str, found: Sequence[Printed]) -> None:
        """Show the open lines of a printed sheet, or say that there is none with that number."""
        if not found:
            self.number_field.say(
                tr("No open sheet has the number “{number}”. Write the lines without it.").format(
                    number=typed[:24]
                )
            )
            return
        self.number_field.say("")
        self.number.value = found[0].number
        self._name(found[0].number)
        half = [row for row in self.model.rows if row.state is not State.KEPT and not row.empty]
        begun = {row.printed.number: row for row in half if row.printed is not None}
        sheet = [begun.pop(one.number, Row(line=Line(door=one.door), printed=one)) for one in found]
        # What was half written on another sheet goes on below.
        rest = [row for row in half if row.printed is None or row.printed.number in begun]
        self.model.show_rows([*sheet, *rest])
        self._last = []
        self.start()

    def _name(self, sheet: str) -> None:
        self._sheet = sheet
        self.title.setText(
            tr("From the sheet {number}").format(number=sheet) if sheet else tr("Key in a pile of paper")
        )

    def _keep_draft(self) -> None:
        rows = [
            {**asdict(row.line), "items": "" if wording.instead(row.line.items) else row.line.items}
            | ({"number": row.printed.number, "record": row.printed.record.hex()} if row.printed else {})
            for row in self.model.rows
            if row.state is not State.KEPT and (row.printed or not row.empty)
        ]
        if rows:
            self.desk.write(drafts.keep, BATCH, "", {"sheet": self._sheet, "rows": rows})
        else:
            self.desk.write(drafts.drop, BATCH)

    def _begin(self, begun: tuple[Line, Mapping[str, Any] | None]) -> None:
        sticky, draft = begun
        now = self._now()
        self.model.above = replace(
            sticky,
            day=f"{now:%m-%d}",
            part=tr(PART_NAMES[part_of(now)]),
            **{name: spelled(name, getattr(sticky, name), now.date()) for name in STICKY},
        )
        kept = (draft or {}).get("rows")
        rows = [_row(one) for one in (kept if isinstance(kept, list) else ()) if isinstance(one, dict)]
        if rows:
            self._name(str((draft or {}).get("sheet", "")))
            self.kept_line.say(tr("This half-filled form was kept for you."))
        self.model.show_rows([*rows, *(Row() for _ in range(ROWS - len(rows)))])
        if self.isVisible():
            self.start()


def _row(kept: Mapping[str, Any]) -> Row:
    line = Line(**{field.name: str(kept.get(field.name, "")) for field in fields(Line)})
    try:
        record = bytes.fromhex(str(kept.get("record", "")))
    except ValueError:
        record = b""
    printed = Printed(str(kept["number"]), record, line.door) if record and kept.get("number") else None
    return Row(line=line, printed=printed)


def _begun(session: Session) -> tuple[Line, Mapping[str, Any] | None]:
    sticky = {name: str(preferences.value(session, f"visit {name}", "")) for name in STICKY}
    draft = drafts.get(session, BATCH)
    return Line(**sticky), draft.fields if draft else None


def _door(session: Session, typed: str) -> str:
    return places.resolve(session, typed).text


def _nothing(session: Session) -> None:
    """Nothing but its turn."""
