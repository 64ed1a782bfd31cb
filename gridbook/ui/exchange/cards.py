"""The cards of the exchange: the three steps, where the work is, and joining an office."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gridbook.i18n import tr
from gridbook.records.base import LOCAL, UnitCode
from gridbook.records.place import LEVEL_NAMES, level_of, parent_of, short_name
from gridbook.sync import status
from gridbook.sync.joining import Question, Welcomed
from gridbook.sync.status import Held
from gridbook.sync.where import STATES, WHERE_NAMES
from gridbook.ui import icons
from gridbook.ui import theme as look
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Card, clear
from gridbook.ui.parts.fields import Field, TextInput
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.text import Badge, Muted, Text
from gridbook.ui.theme import Type, theme


def side_by_side() -> QBoxLayout:
    """A row where there is room for one; a column at large type."""
    way = QBoxLayout.Direction.LeftToRight if theme.roomy else QBoxLayout.Direction.TopToBottom
    return QBoxLayout(way)


class Steps(Card):
    """Three large steps; the present one stands out, and at large type it alone has room for its words."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout()
        row.setSpacing(theme.px(look.XL if theme.roomy else look.M))
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
            picture.setAccessibleName(word)
            text = Text(word, Type.SECTION)
            self._words.append((picture, text, icon))
            step = QHBoxLayout()
            step.setSpacing(theme.px(look.M))
            step.addWidget(picture)
            step.addWidget(text, 1)
            row.addLayout(step, 1 if theme.roomy else 0)
            if n < 2:
                row.addWidget(_arrow())
        if not theme.roomy:
            row.addStretch(1)
        self.body.addLayout(row)
        self.at(0)

    def at(self, step: int) -> None:
        """Show how far one has come: 0 nothing yet, 3 done."""
        for n, (picture, text, icon) in enumerate(self._words):
            here = n + 1 == max(step, 1)
            done = n + 1 < step or step == 3
            colour = "on_time" if done else "accent" if here else "muted"
            picture.setPixmap(icons.pixmap("circle-check" if done else icon, colour, look.XXL))
            text.setVisible(theme.roomy or n + 1 == min(max(step, 1), 3))
            text.setProperty("muted", not here and not done)
            text.style().unpolish(text)
            text.style().polish(text)


def _arrow() -> QLabel:
    arrow = QLabel()
    arrow.setPixmap(icons.pixmap("chevron-right", "muted"))
    return arrow


class HeldCard(Card):
    """Where this book's own work is; green only after a signed receipt."""

    def __init__(self) -> None:
        super().__init__(tr("Where this book's work is"))
        self._row = Flow(gap=theme.px(look.XL))
        self.body.addLayout(self._row)
        self.safe = Badge()
        self.body.addWidget(self.safe, 0, Qt.AlignmentFlag.AlignLeft)
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
            lines.addWidget(Badge(STATES[where] if count else "suspended", tr(WHERE_NAMES[where])))
            self._row.addWidget(block)
        self.safe.setVisible(any(held.ops.values()))
        if held.held_once:
            # What no office above may hold is no fault of anybody's.
            self.safe.show_state(
                "suspended" if held.all_held else "due soon",
                tr("Proved to be in this book alone: {n}").format(n=f"{held.held_once:,}"),
            )
        else:
            self.safe.show_state("on time", tr("Held at two offices at least"))
        said = [*held.warnings, *(gap.sentence() for gap in held.gaps)]
        said += [
            tr("On a stick for {unit} since {day}, no receipt yet: {n} changes").format(
                unit=short_name(one.receiver), day=_day(one.since), n=one.ops
            )
            for one in held.sticks
        ]
        if held.silent:
            said.append(
                tr("Not handed in for {days} days or never: {units}").format(
                    days=status.SILENT_AFTER.days,
                    units="、".join(
                        f"{short_name(one.unit)} ({_day(one.last_in)})"
                        for one in sorted(held.silent, key=lambda one: one.unit)
                    ),
                )
            )
        if held.waiting:
            said.append(tr("Records that wait for a piece that has not come yet: {n}").format(n=held.waiting))
        if held.conflicts:
            said.append(tr("Conflicts to settle: {n}").format(n=held.conflicts))
        if held.refused:
            said.append(tr("Pieces refused: {n}; they lie in the quarantine folder").format(n=held.refused))
        self._gaps.setText("\n".join(said))
        self._gaps.setVisible(bool(said))
        clear(self._peers)
        for peer in held.peers:
            line = tr("{unit}: came {came}, written for it {went}, waiting for it {n}").format(
                unit=short_name(peer.unit), came=_day(peer.last_in), went=_day(peer.last_out), n=peer.waiting
            )
            self._peers.addWidget(Muted(line, Type.CAPTION))


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(LOCAL):%m-%d %H:%M}" if at else tr("never")


class JoiningCard(Card):
    """Joining an office by stick: asking below, admitting above, told in numbered steps."""

    def __init__(self, unit: UnitCode) -> None:
        super().__init__(tr("Join by stick"))
        self._above = parent_of(unit)
        self.question: Question | None = None
        self.words = Text("")
        self.body.addWidget(self.words)
        self.own_digits = Text("", Type.NUMBER)
        self.body.addWidget(self.own_digits)
        self.digits = TextInput(12)
        self.field = Field(tr("Digits that the other office reads out"), self.digits, "1234 5678")
        self.admit = Button(tr("Admit this station"), "primary", "check")
        self.body.addWidget(self.field)
        self.body.addWidget(self.admit)
        self._joined, self._asked = True, False
        self._show()

    def show_joined(self, joined: bool) -> None:
        """Say what to do while this book has not joined."""
        self._joined = joined
        self._show()

    def show_asked(self, question: Question) -> None:
        """The request lies on the stick: show the digits and whom to read them to."""
        self._asked = True
        self.own_digits.setText(question.fingerprint)
        said = tr("Digits of this book: {digits}").format(digits=question.fingerprint)
        self.own_digits.setAccessibleName(said)
        self._show()

    def show_welcomed(self, welcomed: Welcomed) -> None:
        """This book belongs to an office now."""
        self._joined, self._asked = True, False
        self._show()
        self.setVisible(True)
        self.words.setText(
            tr("This book was admitted by {office}. From now on the stick takes its work there.").format(
                office=welcomed.office_name
            )
        )

    def show_requests(self, requests: Sequence[Question]) -> None:
        """Offer to admit the first station that asks on this stick."""
        self.question = requests[0] if requests else None
        self._show()

    def _show(self) -> None:
        asking = self.question is not None
        self.field.setVisible(asking)
        self.admit.setVisible(asking)
        self.own_digits.setVisible(self._asked and not asking)
        self.setVisible(asking or not self._joined)
        if self.question is not None:
            self.words.setText(
                tr(
                    "{unit} “{name}” asks to join. Telephone: let the digits be read out to you, and type "
                    "them here. Admit it only when you know the voice."
                ).format(unit=short_name(self.question.asked.unit), name=self.question.asked.name)
            )
        elif self._asked:
            self.words.setText(
                tr(
                    "The request lies on the stick. 1  Take the stick to {office}. 2  Read these digits out "
                    "when they ask. 3  Bring the stick back and choose it here again: the answer is on it."
                ).format(office=self._office())
            )
        else:
            self.words.setText(
                tr(
                    "This book has not joined {office} yet. What you write is kept here and goes later. "
                    "Put a stick in, choose it above, and write the request to it."
                ).format(office=self._office())
            )

    def _office(self) -> str:
        return tr(LEVEL_NAMES[level_of(self._above)]) if self._above is not None else ""
