"""The first screen of the day: two large buttons, short lists in three columns, one hand-over card."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gridbook.i18n import N_, tr
from gridbook.records.base import LOCAL, RecordId, local_day
from gridbook.records.care import CareContact, Consent
from gridbook.records.errand import DocumentReceipt, Mandate
from gridbook.records.place import Building, Estate
from gridbook.records.request import STATUS_NAMES, Particulars, Request
from gridbook.records.visit import Visit, VisitDetails
from gridbook.store import places, today
from gridbook.store.care import CareRow
from gridbook.store.caseload import RequestRow
from gridbook.store.session import Session
from gridbook.store.today import Today
from gridbook.ui import icons
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Card, Scrolled, clear
from gridbook.ui.parts.days import short_day
from gridbook.ui.parts.due import days_left, due_word
from gridbook.ui.parts.text import Badge, Heading, Muted, OneLine, Text
from gridbook.ui.screen import Screen
from gridbook.ui.theme import Type, theme

MOST = 8
LATE = timedelta(days=7)
"""Work that waits so long for a stick is said in the colour of what is overdue."""


class TodayScreen(Screen):
    """What wants doing today; every row acts on Enter."""

    NAME = "today"
    TITLE = N_("Today")
    SHOWS = frozenset(
        {
            *(Request, Particulars, Visit, VisitDetails, CareContact, Consent, Mandate, DocumentReceipt),
            *(Estate, Building),
        }
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        inside = QWidget()
        page = QVBoxLayout(inside)
        page.setContentsMargins(*(theme.px(look.XL),) * 4)
        page.setSpacing(theme.px(look.L))
        self.greeting = Heading("")
        page.addWidget(self.greeting)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(look.L))
        self.visit = Button(tr("Record a visit   F2"), "large", "footprints")
        self.visit.clicked.connect(lambda: self.opened.emit("visits", {}))
        self.request = Button(tr("Record a request   F3"), "large", "clipboard-list")
        self.request.clicked.connect(lambda: self.opened.emit("requests", {}))
        buttons.addWidget(self.visit)
        buttons.addWidget(self.request)
        page.addLayout(buttons)
        self.columns = QWidget()
        columns = QBoxLayout(
            QBoxLayout.Direction.LeftToRight if theme.roomy else QBoxLayout.Direction.TopToBottom,
            self.columns,
        )
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(theme.px(look.L))
        self.due = _Column(tr("Due and waiting for me"), tr("Nothing is due today."))
        self.contacts = _Column(tr("Promised contacts"), tr("No contact was promised for these days."))
        self.waiting = _Column(tr("Waiting for others"), tr("Nobody keeps this office waiting."))
        self.papers = _Column(tr("Papers and originals"), tr("No original and no sheet waits here."))
        for parts in ((self.due,), (self.contacts,), (self.waiting, self.papers)):
            column = QVBoxLayout()
            column.setSpacing(theme.px(look.L))
            for part in parts:
                column.addWidget(part, 1)
            columns.addLayout(column, 1)
        self.ground = Card()
        said = Text(tr("No building is written down yet. Visits and requests need one."))
        build = Button(tr("Write down estates and buildings"), "primary", "building-2")
        build.clicked.connect(lambda: self.opened.emit("doors", None))
        row = QHBoxLayout()
        row.setSpacing(theme.px(look.L))
        row.addWidget(said, 1)
        row.addWidget(build)
        self.ground.body.addLayout(row)
        self.ground.hide()
        page.addWidget(self.ground)
        self.quiet = Muted(tr("✓ All is done for today."))
        self.quiet.setContentsMargins(theme.px(look.L), theme.px(look.L), 0, theme.px(look.L))
        self.quiet.hide()
        page.addWidget(self.quiet)
        page.addWidget(self.columns)
        self.hand_over = _HandOver()
        self.hand_over.button.clicked.connect(lambda: self.opened.emit("exchange", None))
        page.addWidget(self.hand_over)
        page.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(Scrolled(inside))
        self.setFocusProxy(self.visit)

    def load(self) -> None:
        """Ask what is due."""
        now = self.desk.store.clock.now().astimezone(LOCAL).date()
        self.greeting.setText(tr("Today, {day}").format(day=short_day(now)))
        self.desk.read(_morning, then=self._show)

    def _line(self, one: RequestRow, left: int | None) -> "_Line":
        return _Line(
            one.title or one.request.number,
            f"{one.place}　{one.called}".strip("　"),
            due_word(one, left),
            str(one.urgency),
            partial(self.opened.emit, "requests", one.request.id),
        )

    def _care(self, row: CareRow, today_: date) -> "_Line":
        """A care contact whose turn has come; who wants a call first is told so."""
        care = row.care
        first = tr("call first") if care.phone_first else ""
        return _Line(
            row.place,
            " · ".join(part for part in (tr("Care contact"), care.called, first) if part),
            _since(row.due_on, today_) or tr("today"),
            "overdue" if row.due_on < today_ else "due soon",
            partial(self.opened.emit, "lists", care.id),
        )

    def _ending(self, row: CareRow, today_: date) -> "_Line":
        """An agreement that has to be signed anew, or let end."""
        return _Line(
            row.place,
            " · ".join(filter(None, (tr("Care contact: sign anew or let it end"), row.care.called))),
            tr("ends {day}").format(day=short_day(row.care.ends_on)),
            "due soon",
            partial(self.opened.emit, "lists", row.care.id),
        )

    def _originals(self, found: Today, now: date) -> "list[_Line]":
        """Originals that residents wait for, one line for each errand; what is over comes first."""
        return [
            _Line(
                tr("{n} originals to return").format(n=sum(document.count for document in one.documents)),
                f"{one.row.called}　{'、'.join(document.document for document in one.documents)}".strip("　"),
                tr("{n} days here").format(n=(now - one.since).days) if one.since < now else tr("came today"),
                "overdue" if one.overdue else "",
                partial(self.opened.emit, "errands", one.row.request.id),
            )
            for one in found.originals
        ]

    def _on_paper(self, found: Today) -> "list[_Line]":
        """What was printed to be filled and has not come back, one line for each day it was printed."""
        by_day: dict[tuple[date, str], list[str]] = {}
        for one in found.on_paper:
            by_day.setdefault((local_day(one.printed_at), one.form), []).append(one.number)
        return [
            _Line(
                tr("{n} printed sheets to key in").format(n=len(numbers)),
                " … ".join(dict.fromkeys((numbers[0], numbers[-1]))),
                tr("printed {day}").format(day=short_day(day)),
                "",
                partial(self.opened.emit, "visits" if form == "visit" else "requests", numbers[0]),
            )
            for (day, form), numbers in by_day.items()
        ]

    def _show(self, morning: "_Morning") -> None:
        found, today_ = morning.found, morning.today
        rows: dict[RecordId, _Line] = {}
        for one in (*found.inbox, *found.due):
            rows.setdefault(one.request.id, self._line(one, morning.left[one.request.id]))
        for one in found.to_finish:
            # Its time is no longer running; what is left to do is told by where it stands.
            line = self._line(one, None)._replace(when=tr(STATUS_NAMES[one.state.status]), state="done")
            rows.setdefault(one.request.id, line)
        self.due.show_lines(list(rows.values()))
        self.papers.show_lines([*self._originals(found, today_), *self._on_paper(found)])
        self.contacts.show_lines(
            [
                _Line(
                    one.place,
                    tr("agreed for {day}").format(day=short_day(one.agreed_on)),
                    _since(one.agreed_on, today_),
                    "overdue",
                    partial(self.opened.emit, "visits", {"building": one.building, "door": one.door}),
                )
                for one in found.contacts
            ]
            + [self._care(row, today_) for row in found.care]
            + [self._ending(row, today_) for row in found.ending]
        )
        self.waiting.show_lines(
            [
                _Line(
                    one.row.title or one.row.request.number,
                    one.row.place,
                    tr("{n} days").format(n=one.days),
                    "",
                    partial(self.opened.emit, "requests", one.row.request.id),
                )
                for one in found.waiting
            ]
        )
        self.hand_over.show_work(found, today_)
        self.ground.setVisible(morning.bare)
        lists = (self.due, self.contacts, self.papers, self.waiting)
        quiet = not found.unsent and not any(one.lines for one in lists)
        self.quiet.setVisible(quiet)
        self.columns.setVisible(not quiet)


class _Morning(NamedTuple):
    found: Today
    today: date
    left: Mapping[RecordId, int | None]
    bare: bool
    """Nobody wrote down a building yet."""


def _morning(session: Session) -> _Morning:
    found = today.of(session)
    left = {one.request.id: days_left(session, one.state.due_at) for one in (*found.inbox, *found.due)}
    return _Morning(found, session.today, left, bare=not places.buildings(session))


def _since(agreed: date, now: date) -> str:
    return "" if agreed >= now else tr("{n} days ago").format(n=(now - agreed).days)


class _Line(NamedTuple):
    """A short row: what, where, until when, how that stands, and what Enter does."""

    what: str
    where: str
    when: str
    state: str
    act: Callable[[], None]


class _Column(Card):
    """A list of short rows, or a quiet line when all is done."""

    def __init__(self, title: str, nothing: str) -> None:
        super().__init__()
        head = QHBoxLayout()
        head.addWidget(Heading(title, Type.SECTION), 1)
        self._count = Muted("", Type.CAPTION)
        head.addWidget(self._count)
        self.body.addLayout(head)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.px(look.XS))
        self.body.addLayout(self._rows)
        self.body.addStretch(1)
        self._nothing = nothing
        self.lines: Sequence[_Line] = ()

    def show_lines(self, lines: Sequence[_Line]) -> None:
        """Show the first of these rows."""
        self.lines = lines
        clear(self._rows)
        self._count.setText(str(len(lines)) if lines else "")
        if not lines:
            self._rows.addWidget(Muted(f"✓ {self._nothing}"))
        for line in lines[:MOST]:
            self._rows.addWidget(_row(line))
        if len(lines) > MOST:
            self._rows.addWidget(Muted(tr("and {n} more").format(n=len(lines) - MOST), Type.CAPTION))


class _Row(Button):
    """A row that acts on Enter; the arrows go up and down from row to row."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
            return
        super().keyPressEvent(event)


def _row(line: _Line) -> QWidget:
    button = _Row("", "row")
    button.setAccessibleName(f"{line.what}，{line.where}，{line.when}")
    button.clicked.connect(line.act)
    inside = QHBoxLayout(button)
    inside.setContentsMargins(theme.px(look.S), theme.px(look.XS), theme.px(look.S), theme.px(look.XS))
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(OneLine(line.what))
    if line.where:
        words.addWidget(OneLine(line.where, Type.CAPTION, muted=True))
    inside.addLayout(words, 1)
    if line.state and line.when:
        inside.addWidget(Badge(line.state, line.when), 0, Qt.AlignmentFlag.AlignVCenter)
    elif line.when:
        when = Muted(line.when, Type.CAPTION)
        when.setWordWrap(False)
        inside.addWidget(when)
    return button


class _HandOver(Card):
    """What waits to go, since when, and the button for the stick."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout()
        row.setSpacing(theme.px(look.L))
        picture = QLabel()
        picture.setPixmap(icons.pixmap("usb", "accent", look.XXL))
        self.words = Text()
        self.button = Button(tr("Put the stick in"), "primary", "usb")
        row.addWidget(picture)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self.body.addLayout(row)

    def show_work(self, found: Today, now: date) -> None:
        """Say what waits to be handed over."""
        if not found.unsent:
            self.words.setText(tr("Everything was handed over."))
        elif found.unsent_since is None:
            self.words.setText(tr("{n} changes wait to be handed over.").format(n=found.unsent))
        else:
            since = local_day(found.unsent_since)
            days = (now - since).days
            told = (
                tr("{n} changes wait to be handed over, the oldest for {days} days, since {day}.")
                if days
                else tr("{n} changes wait to be handed over, the oldest since {day}.")
            )
            self.words.setText(told.format(n=found.unsent, days=days, day=short_day(since)))
        late = found.unsent_since is not None and now - local_day(found.unsent_since) >= LATE
        self.words.setProperty("mark", "overdue" if late else "")
        self.words.style().unpolish(self.words)
        self.words.style().polish(self.words)
