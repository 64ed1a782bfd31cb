"""Hand-over in three large steps, with numbers one can check against the paper slip."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import N_, tr
from gridbook.records.base import CLASSES, LOCAL
from gridbook.records.place import short_name
from gridbook.store import preferences
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import export, joining, stations, status, sticks, take
from gridbook.sync.export import HandedOver
from gridbook.sync.status import Held, Where
from gridbook.sync.take import Taken
from gridbook.ui import icons
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Card, Scrolled, clear
from gridbook.ui.parts.empty import EmptyState
from gridbook.ui.parts.fields import Field, TextInput
from gridbook.ui.parts.table import Column, RecordTable
from gridbook.ui.parts.text import Badge, Heading, Muted, Text
from gridbook.ui.screen import Screen
from gridbook.ui.theme import Type, theme

WHERE_BADGES = {
    Where.HERE: "suspended",
    Where.ON_STICK: "due soon",
    Where.COMMUNITY: "on time",
    Where.SUBDISTRICT: "on time",
}


@dataclass(frozen=True, slots=True)
class Preview:
    """What lies on the stick for this office, and what this office would write to it."""

    folder: Path
    coming: Sequence[Taken]
    going: Sequence[tuple[str, int]]
    requests: Sequence[joining.Question]
    welcome: Path | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was taken in and what was written."""

    taken: Sequence[Taken]
    written: Sequence[HandedOver]
    refused: GridbookError | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of the table: which office, which way, what and how much."""

    office: str
    way: str
    what: str
    colour: str = "text"
    detail: str = field(default="")


class ExchangeScreen(Screen):
    """Put the stick in → what goes and what came → safe to remove."""

    NAME = "exchange"
    TITLE = N_("Hand over")
    ICON = "usb"
    SHOWS = frozenset(rule.record for rule in CLASSES.values())

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        inside = QWidget()
        page = QVBoxLayout(inside)
        page.setContentsMargins(*(theme.px(look.XL),) * 4)
        page.setSpacing(theme.px(look.L))
        page.addWidget(Heading(tr(self.TITLE)))
        self.held = _HeldCard()
        self.steps = _Steps()
        page.addWidget(self.steps)
        page.addWidget(self._stick_card())
        self.table: RecordTable[Moved] = RecordTable(
            _columns(), tr("What goes and what comes"), EmptyState(tr("Choose the stick first."), icon="usb")
        )
        self.table.setMinimumHeight(theme.px(look.ROW) * 7)
        page.addWidget(self.table)
        self.joining = _JoiningCard()
        self.joining.admit.clicked.connect(self._admit)
        page.addWidget(self.joining)
        page.addWidget(self.held)
        page.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(Scrolled(inside))
        self.preview: Preview | None = None

    def load(self) -> None:
        """Ask where everything is, and whether this book has joined an office."""
        self.desk.read(_standing, then=self._show_standing)

    def choose(self, folder: Path) -> None:
        """Look at what lies on that stick; nothing is taken or written yet."""
        self.folder.value = str(folder)
        self.say("")
        self.steps.at(1)
        self.desk.do(lambda store: _look(store, folder), then=self._show_preview, failed=self._refused)

    def go(self) -> None:
        """Take in what came, then write what goes."""
        folder = Path(self.folder.value)
        self.start.setEnabled(False)
        self.say(tr("Working — leave the stick in."))
        self.desk.do(lambda store: _exchange(store, folder), then=self._done, failed=self._refused)

    def say(self, sentence: str, state: str = "information") -> None:
        """Say one thing under the buttons."""
        self.word.setText(sentence)
        self.word.setVisible(bool(sentence))
        self.done_badge.show_state(state, tr("Safe to remove") if state == "on time" else "")

    def _stick_card(self) -> Card:
        card = Card()
        row = side_by_side()
        row.setSpacing(theme.px(look.M))
        self.folder = TextInput()
        self.folder.entered.connect(lambda: self.choose(Path(self.folder.value)))
        row.addWidget(Field(tr("Folder of the stick"), self.folder), 1)
        browse = Button(tr("Choose the stick"), "plain", "usb")
        browse.clicked.connect(self._browse)
        row.addWidget(browse)
        self.start = Button(tr("Take in and hand over"), "primary", "send")
        self.start.clicked.connect(self.go)
        self.start.setEnabled(False)
        row.addWidget(self.start)
        card.body.addLayout(row)
        line = QHBoxLayout()
        self.done_badge = Badge()
        self.word = Text("")
        line.addWidget(self.done_badge)
        line.addWidget(self.word, 1)
        card.body.addLayout(line)
        self.say("")
        return card

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Choose the stick"), self.folder.value)
        if chosen:
            self.choose(Path(chosen))

    def _show_standing(self, found: tuple[Held, bool, str]) -> None:
        held, joined, last = found
        self.held.show_held(held)
        self.joining.show_joined(joined)
        if not self.folder.value:
            self.folder.value = last

    def _show_preview(self, preview: Preview) -> None:
        self.preview = preview
        self.steps.at(2)
        self.joining.show_requests(preview.requests)
        rows = [row for taken in preview.coming for row in _coming(taken)]
        rows += [
            Moved(
                short_name(unit),
                tr("goes"),
                tr("{n} pieces of work").format(n=n) if n else tr("receipts only"),
            )
            for unit, n in preview.going
        ]
        self.table.show_rows(rows)
        self.start.setEnabled(bool(rows) or preview.welcome is not None)
        self.start.setFocus()
        if preview.welcome is not None:
            self.say(tr("The answer of the office above lies on this stick; it will be taken in."))
        elif not preview.coming:
            self.say(tr("Nothing on this stick is for this office; what waits here will be written."))

    def _done(self, outcome: Outcome) -> None:
        self.steps.at(3)
        rows = [row for taken in outcome.taken for row in _coming(taken)]
        rows += [
            Moved(
                short_name(one.receiver),
                tr("written"),
                tr("{n} changes").format(n=one.ops),
                detail=tr("{kb} KB, {name}").format(kb=-(-one.bytes // 1024), name=one.path.name),
            )
            for one in outcome.written
        ]
        self.table.show_rows(rows)
        alarms = [alarm for taken in outcome.taken for alarm in taken.alarms]
        if outcome.refused is not None:
            self.say(outcome.refused.sentence(), "overdue")
        else:
            self.say(" ".join((tr("Everything was written and read back."), *alarms)), "on time")
        self.start.setEnabled(False)
        self.load()

    def _refused(self, error: GridbookError) -> None:
        self.say(error.sentence(), "overdue")
        self.start.setEnabled(False)
        self.steps.at(0)

    def _admit(self) -> None:
        question, digits = self.joining.question, self.joining.digits.value
        folder = Path(self.folder.value)
        if question is None:
            return
        if "".join(c for c in digits if c.isdigit()) != question.fingerprint.replace(" ", ""):
            self.joining.field.say(tr("The digits do not agree. Compare them again by telephone."))
            return
        self.joining.field.say("")
        self.desk.do(
            lambda store: joining.admit(store, question, folder),
            then=lambda _: self.choose(folder),
            failed=self._refused,
        )


def side_by_side() -> QBoxLayout:
    """A row where there is room for one; a column at large type."""
    way = QBoxLayout.Direction.LeftToRight if theme.roomy else QBoxLayout.Direction.TopToBottom
    return QBoxLayout(way)


def _columns() -> list[Column[Moved]]:
    return [
        Column(tr("Office"), lambda row: row.office, width=180),
        Column(tr("Way"), lambda row: row.way, width=90),
        Column(tr("What"), lambda row: row.what, width=320, stretch=True, colour=lambda row: row.colour),
        Column(tr("Details"), lambda row: row.detail, width=260),
    ]


def _coming(taken: Taken) -> list[Moved]:
    office = short_name(taken.sender) if taken.sender else tr("unknown")
    if taken.error is not None:
        return [Moved(office, tr("refused"), taken.error.sentence(), "overdue", taken.path.name)]
    kinds = "、".join(
        f"{tr(CLASSES[name].label)} {n}" for name, n in sorted(taken.by_class.items()) if name in CLASSES
    )
    what = tr("{added} new, {changed} changed").format(added=taken.added, changed=taken.changed)
    if not taken.segments and taken.known:
        what = tr("nothing new; everything is known already")
    rows = [Moved(office, tr("comes"), what, detail=kinds)]
    rows += [Moved(office, tr("refused"), reason, "overdue") for reason, _ in taken.refused]
    return rows


def _look(store: Store, folder: Path) -> Preview:
    sticks.check(folder)
    requests = [joining.read_question(path) for path in sticks.files(folder, joining.ASK_ENDING)]
    welcome = folder / f"{store.unit}{joining.WELCOME_ENDING}"
    joined = store.read(stations.joined)
    coming = take.from_stick(store, folder, preview=True) if joined else []
    going = store.read(_going) if joined else []
    below = [one for one in requests if one.asked.unit[:-3] == store.unit]
    return Preview(folder, coming, going, below, welcome if welcome.exists() and not joined else None)


def _going(session: Session) -> list[tuple[str, int]]:
    return [
        (unit, export.waiting_for(session, unit))
        for unit in stations.neighbours(session)
        if stations.known(session).of_unit(unit) is not None
    ]


def _exchange(store: Store, folder: Path) -> Outcome:
    store.write(preferences.keep, "stick", str(folder))
    welcome = folder / f"{store.unit}{joining.WELCOME_ENDING}"
    if welcome.exists() and not store.read(stations.joined):
        joining.accept(store, welcome)
    if not store.read(stations.joined):
        joining.ask(store, folder)
        return Outcome((), ())
    taken = take.from_stick(store, folder)
    return Outcome(taken, export.hand_over(store, folder))


def _standing(session: Session) -> tuple[Held, bool, str]:
    return status.held(session), stations.joined(session), str(preferences.value(session, "stick", "") or "")


class _Steps(Card):
    """Three large steps; the present one stands out."""

    def __init__(self) -> None:
        super().__init__()
        row = side_by_side()
        row.setSpacing(theme.px(look.XL if theme.roomy else look.S))
        self._words: list[tuple[QLabel, Text, str]] = []
        for n, (icon, word) in enumerate(
            (
                ("usb", tr("1  Put the stick in")),
                ("git-compare", tr("2  Look at what goes and what came")),
                ("circle-check", tr("3  Safe to remove")),
            )
        ):
            picture = QLabel()
            picture.setFixedSize(QSize(theme.px(look.XXL), theme.px(look.XXL)))
            text = Text(word, Type.SECTION)
            self._words.append((picture, text, icon))
            step = QHBoxLayout()
            step.setSpacing(theme.px(look.M))
            step.addWidget(picture)
            step.addWidget(text, 1)
            row.addLayout(step, 1)
            if n < 2 and theme.roomy:
                row.addWidget(_arrow())
        self.body.addLayout(row)
        self.at(0)

    def at(self, step: int) -> None:
        """Show how far one has come: 0 nothing yet, 3 done."""
        for n, (picture, text, icon) in enumerate(self._words):
            here = n + 1 == max(step, 1)
            done = n + 1 < step or step == 3
            colour = "on_time" if done else "accent" if here else "muted"
            picture.setPixmap(icons.pixmap("circle-check" if done else icon, colour, look.XXL))
            text.setProperty("muted", not here and not done)
            text.style().unpolish(text)
            text.style().polish(text)


def _arrow() -> QLabel:
    arrow = QLabel()
    arrow.setPixmap(icons.pixmap("chevron-right", "muted"))
    return arrow


class _HeldCard(Card):
    """Where this book's own work is; green only after a signed receipt."""

    def __init__(self) -> None:
        super().__init__(tr("Where this book's work is"))
        self._row = QHBoxLayout()
        self._row.setSpacing(theme.px(look.XL))
        self.body.addLayout(self._row)
        self._gaps = Muted("")
        self.body.addWidget(self._gaps)
        self._peers = QVBoxLayout()
        self.body.addLayout(self._peers)

    def show_held(self, held: Held) -> None:
        """Show counts, gaps and when each neighbour was here last."""
        clear(self._row)
        for where, count in held.ops.items():
            block = QWidget()
            lines = QVBoxLayout(block)
            lines.setContentsMargins(0, 0, 0, 0)
            lines.addWidget(Text(f"{count:,}", Type.NUMBER))
            lines.addWidget(
                Badge(WHERE_BADGES[where] if count else "suspended", tr(status.WHERE_NAMES[where]))
            )
            self._row.addWidget(block)
        self._row.addStretch(1)
        said = list(held.gaps)
        if held.conflicts:
            said.append(tr("Conflicts to settle: {n}").format(n=held.conflicts))
        if held.refused:
            said.append(tr("Pieces refused: {n}; they lie in the quarantine folder").format(n=held.refused))
        self._gaps.setText("\n".join(said))
        self._gaps.setVisible(bool(said))
        clear(self._peers)
        for peer in held.peers:
            seen = f"{peer.last_in.astimezone(LOCAL):%m-%d %H:%M}" if peer.last_in else tr("never")
            self._peers.addWidget(
                Muted(
                    tr("{unit} last handed in: {day}").format(unit=short_name(peer.unit), day=seen),
                    Type.CAPTION,
                )
            )


class _JoiningCard(Card):
    """Joining an office by stick: asking below, admitting above."""

    def __init__(self) -> None:
        super().__init__(tr("Join by stick"))
        self.question: joining.Question | None = None
        self.words = Text("")
        self.body.addWidget(self.words)
        self.digits = TextInput(12)
        self.field = Field(tr("Digits that the other office reads out"), self.digits, "1234 5678")
        self.admit = Button(tr("Admit this station"), "primary", "check")
        self.body.addWidget(self.field)
        self.body.addWidget(self.admit)
        self._joined = True
        self._show()

    def show_joined(self, joined: bool) -> None:
        """Say what to do while this book has not joined."""
        self._joined = joined
        self._show()

    def show_requests(self, requests: Sequence[joining.Question]) -> None:
        """Offer to admit the first station that asks on this stick."""
        self.question = requests[0] if requests else None
        self._show()

    def _show(self) -> None:
        asking = self.question is not None
        self.field.setVisible(asking)
        self.admit.setVisible(asking)
        self.setVisible(asking or not self._joined)
        if self.question is not None:
            self.words.setText(
                tr("{unit} “{name}” asks to join.").format(
                    unit=self.question.asked.unit, name=self.question.asked.name
                )
            )
        else:
            self.words.setText(
                tr(
                    "This book has not joined an office yet. Put the stick in and hand over: a request "
                    "is written. Take the stick to the office above, read the digits out, and bring "
                    "its answer back."
                )
            )
