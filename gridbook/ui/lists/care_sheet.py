"""A care contact to read: what was agreed, last and next contact; it is changed, renewed, withdrawn here."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import tr
from gridbook.records.base import LOCAL, RecordId, rule_of
from gridbook.records.care import EVERY_NAMES, CareContact, CareEntry
from gridbook.store import care, history
from gridbook.store.care import CareRow
from gridbook.store.history import Change
from gridbook.store.session import Session
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.lists.care_columns import due_state, due_word
from gridbook.ui.lists.care_form import WISHES
from gridbook.ui.parts import changes
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Facts, KeptLine, SideSheet, Timeline
from gridbook.ui.parts.days import short_day
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.status_line import clock_time
from gridbook.ui.parts.text import Badge, Heading, Muted, Text
from gridbook.ui.theme import Type, theme

WIDTH = 480


class Whole(NamedTuple):
    """An agreement with everything the sheet shows."""

    row: CareRow
    entry: CareEntry
    changes: Sequence[Change]


class CareSheet(SideSheet):
    """One agreement; withdrawing it asks once, in the sheet, and leaves nothing behind but the proof."""

    visit_asked = Signal(object)
    change_asked = Signal(object)
    renew_asked = Signal(object)
    withdrawn = Signal(str)
    undone = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Care contact"), width=WIDTH)
        self.desk = desk
        self.whole: Whole | None = None
        self._only_emergency = False
        head = QHBoxLayout()
        head.setSpacing(theme.px(look.S))
        self.due, self.number = Badge(), Muted("", Type.CAPTION)
        head.addWidget(self.due)
        head.addWidget(self.number, 1)
        self.body.addLayout(head)
        self.facts, self.emergency, self.timeline = Facts(), Facts(), Timeline()
        self.body.addWidget(self.facts)
        self._of_emergency = Heading(tr("To be called in an emergency"), Type.SECTION)
        self.body.addWidget(self._of_emergency)
        self.body.addWidget(self.emergency)
        self.body.addWidget(Heading(tr("What happened"), Type.SECTION))
        self.body.addWidget(self.timeline)
        self.body.addStretch(1)
        foot = QVBoxLayout()
        foot.setSpacing(theme.px(look.S))
        self.kept_line = KeptLine()
        self.kept_line.undone.connect(self._undo)
        self.kept_line.hide()
        foot.addWidget(self.kept_line)
        foot.addWidget(self._acts())
        foot.addWidget(self._question())
        self.foot.addLayout(foot, 1)

    def show_care(self, ref: RecordId | str) -> None:
        """Read an agreement and show it."""
        self.kept_line.hide()
        self._ask_nothing()
        self.desk.read(_whole, ref, then=self._show)

    def reload(self) -> None:
        """Read it anew; where it was withdrawn meanwhile the sheet closes."""
        if self.whole is not None and not self.isHidden():
            self.desk.read(_whole, self.whole.row.care.id, then=self._fill, failed=self._gone)

    def step_back(self) -> bool:
        """Esc: first the question, then the sheet."""
        if self.isHidden():
            return False
        if not self._asking.isHidden():
            self._ask_nothing()
        else:
            self.close_sheet()
        return True

    def say_kept(self, entry: CareEntry, *, undo: bool) -> None:
        """Show what was just kept; a new agreement can be taken back, and leaves nothing then."""
        self.show_care(entry.care.id)
        time = clock_time(self.desk.store.clock.now())
        said = tr("Kept {time}, number {n}").format(time=time, n=entry.care.number)
        self.kept_line.say(said, undo=undo)
        self.kept_line.show()

    def _acts(self) -> QWidget:
        self.acts = QWidget()
        row = Flow(self.acts, gap=theme.px(look.S))
        self.visit = Button(tr("Record the contact"), "primary", "footprints")
        self.visit.clicked.connect(self._visit)
        self.renew = Button(tr("Sign anew"), "plain", "pencil")
        self.renew.clicked.connect(lambda: self._ask_for(self.renew_asked))
        self.change = Button(tr("Change"), "plain")
        self.change.clicked.connect(lambda: self._ask_for(self.change_asked))
        self.more = Button(tr("Withdraw"), "quiet", "chevron-down")
        self.menu = QMenu(self.more)
        self.menu.addAction(tr("The whole consent")).triggered.connect(lambda: self.ask(emergency=False))
        self._menu_emergency = self.menu.addAction(tr("Only the emergency contact"))
        self._menu_emergency.triggered.connect(lambda: self.ask(emergency=True))
        self.more.clicked.connect(
            lambda: self.menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))
        )
        for one in (self.visit, self.renew, self.change, self.more):
            row.addWidget(one)
        return self.acts

    def _question(self) -> QWidget:
        self._asking = QWidget()
        page = QVBoxLayout(self._asking)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(theme.px(look.S))
        self.question = Text()
        page.addWidget(self.question)
        row = QHBoxLayout()
        row.setSpacing(theme.px(look.S))
        self.confirm = Button(tr("Withdraw and erase"), "danger", "trash-2")
        self.confirm.clicked.connect(self._withdraw)
        back = Button(tr("Not now"), "plain")
        back.clicked.connect(self._ask_nothing)
        row.addWidget(self.confirm)
        row.addWidget(back)
        row.addStretch(1)
        page.addLayout(row)
        self._asking.hide()
        return self._asking

    def ask(self, *, emergency: bool) -> None:
        """Ask once before anything is erased, for it cannot be brought back."""
        self._only_emergency = emergency
        self.question.setText(
            tr("The emergency contact is erased at once at every office. It cannot be undone.")
            if emergency
            else tr("All of it is erased at once at every office; only the proof stays. It cannot be undone.")
        )
        self.acts.hide()
        self._asking.show()
        self.confirm.setFocus()

    def _ask_nothing(self) -> None:
        self._asking.hide()
        self.acts.show()

    def _ask_for(self, form: SignalInstance) -> None:
        if self.whole is not None:
            form.emit(self.whole.entry)

    def _visit(self) -> None:
        if self.whole is not None:
            held = self.whole.row.care
            self.visit_asked.emit({"building": held.building, "door": held.door})

    def _undo(self) -> None:
        if self.whole is not None:
            self.desk.write(care.undo, self.whole.row.care.id, then=self._was_undone)

    def _was_undone(self, _: None) -> None:
        self.whole = None
        self.close_sheet()
        self.undone.emit()

    def _withdraw(self) -> None:
        if self.whole is None:
            return
        held, act = self.whole.row.care, care.withdraw_emergency if self._only_emergency else care.withdraw
        self._ask_nothing()
        self.desk.write(act, held.id, then=lambda _: self._withdrew(held))

    def _withdrew(self, held: CareContact) -> None:
        if self._only_emergency:
            self.reload()
            return
        self.whole = None
        self.close_sheet()
        self.withdrawn.emit(held.number)

    def _show(self, found: Whole) -> None:
        self._fill(found)
        self.show()
        self.visit.setFocus()

    def _gone(self, error: GridbookError) -> None:
        self.whole = None
        self.close_sheet()

    def _fill(self, found: Whole) -> None:
        self.whole = found
        row, entry = found.row, found.entry
        today = self.desk.store.clock.now().astimezone(LOCAL).date()
        self.title.setText(row.place)
        self.due.show_state(due_state(row, today), due_word(row, today))
        self.number.setText(row.care.number)
        labels = rule_of(CareContact)
        wishes = [tr(labels.field(name).label) for name in WISHES if getattr(row.care, name)]
        self.facts.show_facts(
            [
                (tr("Form of address"), row.care.called),
                (tr("Telephone"), row.care.phone),
                (tr("How often"), tr(EVERY_NAMES[row.care.every])),
                (tr("Wishes"), "、".join(wishes)),
                (tr("Last contact"), short_day(row.kept_on) if row.kept_on else tr("none yet")),
                (tr("Next contact"), row.due_on.isoformat() if row.holds else ""),
                (tr("Consent signed on"), row.consent.signed_on.isoformat()),
                (tr("Holds until"), row.care.ends_on.isoformat()),
            ]
        )
        emergency = entry.emergency
        self._of_emergency.setVisible(emergency is not None)
        self.emergency.setVisible(emergency is not None)
        self._menu_emergency.setVisible(emergency is not None)
        if emergency is not None:
            self.emergency.show_facts(
                [
                    (tr("Form of address"), emergency.contact.called),
                    (tr("Telephone"), emergency.contact.phone),
                    (tr("Consent signed on"), emergency.consent.signed_on.isoformat()),
                ]
            )
        self.visit.setVisible(row.holds)
        self.timeline.tell([changes.told(one) for one in found.changes])


def _whole(session: Session, ref: RecordId | str) -> Whole:
    row = care.get(session, ref)
    unit, record = row.care.unit, row.care.id
    return Whole(row, care.entry(session, record), history.of_care(session, unit, record))
