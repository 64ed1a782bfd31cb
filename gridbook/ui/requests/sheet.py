"""One request: its thread on the left, its facts on the right, below only what can be done now."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from gridbook import catalog
from gridbook.errors import BadValue, GridbookError
from gridbook.i18n import tr
from gridbook.records.base import LOCAL, RecordId, local_day
from gridbook.records.deadline import Urgency
from gridbook.records.request import (
    ACTION_NAMES,
    OUTCOME_NAMES,
    PRESSING_NAMES,
    SATISFACTION_NAMES,
    SOURCE_NAMES,
    STATUS_NAMES,
    Action,
    Pressing,
    RequestState,
)
from gridbook.store import caseload, conflicts, drafts, requests
from gridbook.store.session import Session
from gridbook.sync.where import STATES, WHERE_NAMES
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Facts, KeptLine, SideSheet, Timeline
from gridbook.ui.parts.days import short_day
from gridbook.ui.parts.deadline import DeadlineBar
from gridbook.ui.parts.due import due_word
from gridbook.ui.parts.fields import commit_typing
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.status_line import clock_time
from gridbook.ui.parts.text import Badge, Heading, Muted, Text
from gridbook.ui.requests import whole
from gridbook.ui.requests.actions import AT_ONCE, Step, StepForm
from gridbook.ui.requests.questions import Questions
from gridbook.ui.requests.whole import Whole
from gridbook.ui.theme import Type, theme

WIDTH = 660
TWO_COLUMNS = 560
"""How wide the sheet has to be, at 100 %, to show thread and facts side by side."""
SHOWN_STEPS = 3
"""How many steps have a button of their own; the others are in the list behind “More”."""
DRAFT = "step"
_LAST = (Action.URGE, Action.SUPERVISE, Action.MERGE, Action.WITHDRAW, Action.DECLINE, Action.SUSPEND)
"""Steps that are taken seldom; they come last."""


class RequestSheet(SideSheet):
    """A request to read and to act on."""

    shown = Signal()
    edit_asked = Signal(bytes)
    print_asked = Signal(str)
    errand_asked = Signal(bytes)

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Request"), width=WIDTH)
        self.desk = desk
        self.whole: Whole | None = None
        self.form: StepForm | None = None
        self.buttons: dict[Action, Button] = {}
        self._build()

    def show_request(
        self, ref: str | RecordId, failed: Callable[[GridbookError], None] | None = None
    ) -> None:
        """Read a request and show it; a step that was begun for it stays open."""
        self.desk.read(whole.read, ref, then=self._show, failed=failed)

    def reload(self) -> None:
        """Read it anew where it stands."""
        if self.whole is not None and not self.isHidden():
            self.desk.read(whole.read, self.whole.view.request.id, then=self._fill, failed=self._gone)

    def likely_step(self) -> None:
        """F9: take the likely step, or confirm the step that is being filled in."""
        if self.form is not None:
            self.confirm()
        elif self.whole is not None and self.whole.view.likely is not None:
            self.take(self.whole.view.likely)

    def take(self, action: Action) -> None:
        """Take a step: at once where it needs nothing, otherwise with its small form."""
        if self.whole is None:
            return
        if action in AT_ONCE:
            self._act(Step(action, {}, "", None))
            return
        self._close_form()
        form = StepForm(action, self.whole, self.desk.store.unit, self._today)
        self.form = form
        form.confirmed.connect(self.confirm)
        form.facts_done.connect(self.confirm_button.setFocus)
        form.left.connect(self._keep_draft)
        self._form_place.addWidget(form)
        self.confirm_button.setText(f"{tr(ACTION_NAMES[action])}   F9")
        self.confirm_button.setAccessibleName(tr("Confirm: {action}").format(action=tr(ACTION_NAMES[action])))
        self._steps.hide()
        self._confirming.show()
        self._scroll_up()
        form.start()
        self.desk.read(drafts.get, DRAFT, self._draft_key(), then=self._restore)

    def confirm(self) -> None:
        """Take the step as it was filled in."""
        if self.form is None:
            return
        commit_typing()
        try:
            step = self.form.step()
        except BadValue as bad:
            self.form.say(bad)
            return
        self._act(step)

    def step_back(self) -> bool:
        """Esc: first the small form, then the sheet; what was typed is kept."""
        if self.form is not None:
            self._keep_draft()
            self._close_form()
            return True
        if not self.isHidden():
            self.close_sheet()
            return True
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Two columns where there is room for them."""
        super().resizeEvent(event)
        wide = self.width() >= theme.px(TWO_COLUMNS)
        self._columns.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.BottomToTop
        )

    def _build(self) -> None:
        badges = QWidget()
        flow = Flow(badges, gap=theme.px(look.S))
        self.status, self.urgency, self.pressing, self.held = Badge(), Badge(), Badge(), Badge()
        self.where = Muted("", Type.CAPTION)
        self.where.setWordWrap(False)
        self.where.setContentsMargins(0, theme.px(look.HAIR), 0, theme.px(look.HAIR))
        for widget in (self.status, self.urgency, self.pressing, self.held, self.where):
            flow.addWidget(widget)
        self.body.addWidget(badges)
        self.way = Muted("", Type.CAPTION)
        self.body.addWidget(self.way)
        self._form_place = QVBoxLayout()
        self.body.addLayout(self._form_place)
        self.questions = Questions()
        self.questions.settled.connect(self._settle)
        self.questions.edit_asked.connect(self._edit)
        self.questions.hide()
        self.body.addWidget(self.questions)
        self.deadline = DeadlineBar()
        self.body.addWidget(self.deadline)
        self.text = Text()
        self.body.addWidget(self.text)
        self.timeline, self.facts = Timeline(), Facts()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(theme.px(look.XL))
        for title, part in ((tr("What happened"), self.timeline), (tr("Facts"), self.facts)):
            column = QVBoxLayout()
            column.setSpacing(theme.px(look.S))
            column.addWidget(Heading(title, Type.SECTION))
            column.addWidget(part)
            column.addStretch(1)
            self._columns.addLayout(column, 1)
        self.body.addLayout(self._columns)
        self.body.addStretch(1)
        foot = QVBoxLayout()
        foot.setSpacing(theme.px(look.XS))
        self.kept_line = KeptLine()
        self.kept_line.hide()
        foot.addWidget(self.kept_line)
        self._steps = QWidget()
        self._steps_flow = Flow(self._steps, gap=theme.px(look.S))
        foot.addWidget(self._steps)
        foot.addWidget(self._confirm_row())
        self.foot.addLayout(foot, 1)

    def _confirm_row(self) -> QWidget:
        self._confirming = QWidget()
        row = QHBoxLayout(self._confirming)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(look.S))
        self.confirm_button = Button(tr("Confirm"), "primary")
        self.confirm_button.clicked.connect(self.confirm)
        back = Button(tr("Not now"), "plain")
        back.clicked.connect(self.step_back)
        row.addWidget(self.confirm_button)
        row.addWidget(back)
        row.addStretch(1)
        self._confirming.hide()
        return self._confirming

    def _show(self, found: Whole) -> None:
        self._fill(found)
        self.shown.emit()

    def _gone(self, error: GridbookError) -> None:
        """It was taken back meanwhile."""
        self.whole = None
        self.close_sheet()

    def _fill(self, found: Whole) -> None:
        other = self.whole is None or self.whole.view.request.id != found.view.request.id
        self.whole = found
        if other:
            self._close_form()
            self.kept_line.hide()
        view, state, request = found.view, found.view.state, found.view.request
        self.title.setText(found.row.title)
        self.status.show_state("information", tr(STATUS_NAMES[state.status]))
        word = due_word(found.row, found.left)
        self.urgency.show_state(str(found.row.urgency), "" if found.row.urgency is Urgency.DONE else word)
        pressing = "" if request.pressing is Pressing.NORMAL else tr(PRESSING_NAMES[request.pressing])
        self.pressing.show_state("overdue", pressing)
        self.where.setText(request.number)
        self.held.show_state(STATES[found.way.where], tr(WHERE_NAMES[found.way.where]))
        self.way.setText(found.way.sentence())
        self.deadline.setVisible(state.due_at is not None)
        if state.due_at is not None:
            self.deadline.show_deadline(str(found.row.urgency), self._due_sentence(found), self._share(found))
        particulars = view.particulars
        self.text.setText(particulars.text if particulars else "")
        self.text.setVisible(bool(self.text.text()))
        self.questions.ask(found.questions)
        self.timeline.tell(found.told)
        self.facts.show_facts(_facts(found))
        self._offer(view.actions, view.likely)

    def _due_sentence(self, found: Whole) -> str:
        state = found.view.state
        day = short_day(local_day(state.due_at)) if state.due_at else ""
        if found.row.urgency is Urgency.DONE:
            if state.resolved_at is None:
                return tr("Was due {day}").format(day=day)
            return tr("Was due {day}; done {done}, {word}").format(
                day=day, done=short_day(local_day(state.resolved_at)), word=due_word(found.row, found.left)
            )
        if found.row.urgency is Urgency.SUSPENDED:
            return tr("The clock stands still; it was due {day}").format(day=day)
        return tr("Due {day}, {word}").format(day=day, word=due_word(found.row, found.left))

    def _share(self, found: Whole) -> float:
        state = found.view.state
        start = state.started_at or found.view.request.registered_at
        until = state.resolved_at or state.suspended_since or self.desk.store.clock.now()
        whole_time = (state.due_at - start).total_seconds() if state.due_at else 0.0
        return max(0.02, (until - start).total_seconds() / whole_time) if whole_time > 0 else 1.0

    def _offer(self, actions: Sequence[Action], likely: Action | None) -> None:
        while (item := self._steps_flow.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self.buttons = {}
        order = sorted(actions, key=lambda one: (one is not likely, one in _LAST))
        direct = order[: SHOWN_STEPS + (likely is not None)]
        for action in direct:
            word = tr(ACTION_NAMES[action])
            button = Button(
                f"{word}   F9" if action is likely else word, "primary" if action is likely else "plain"
            )
            button.setAccessibleName(word)
            button.clicked.connect(lambda _=False, action=action: self.take(action))
            self.buttons[action] = button
            self._steps_flow.addWidget(button)
        self._steps_flow.addWidget(self._more(order[len(direct) :]))
        if self.form is None:
            self._steps.show()

    def _more(self, actions: Sequence[Action]) -> Button:
        more = Button(tr("More"), "quiet", "chevron-down")
        self.menu = QMenu(more)
        for action in actions:
            entry = self.menu.addAction(tr(ACTION_NAMES[action]))
            entry.triggered.connect(lambda _=False, action=action: self.take(action))
        if actions:
            self.menu.addSeparator()
        self.menu.addAction(tr("Correct the entry")).triggered.connect(self._edit)
        request = self.whole.view.request if self.whole is not None else None
        known = catalog.categories().get(request.category) if request is not None else None
        if request is not None and known is not None and known.errand:
            errand = self.menu.addAction(tr("Mandate and documents"))
            errand.triggered.connect(lambda: self.errand_asked.emit(request.id))
        self.menu.addAction(tr("Print …")).triggered.connect(
            lambda: self.print_asked.emit(self.whole.view.request.number if self.whole else "")
        )
        more.clicked.connect(lambda: self.menu.popup(more.mapToGlobal(more.rect().bottomLeft())))
        return more

    def _act(self, step: Step) -> None:
        if self.whole is None:
            return
        self.desk.write(
            _take,
            self.whole.view.request.id,
            step,
            self._draft_key(),
            then=lambda state: self._acted(step, state),
            failed=self._refused,
        )

    def _acted(self, step: Step, state: RequestState) -> None:
        self._close_form()
        self._say(
            tr("{action}: kept {time}").format(
                action=tr(ACTION_NAMES[step.action]), time=clock_time(self.desk.store.clock.now())
            )
        )
        self.reload()
        self.setFocus()

    def _refused(self, error: GridbookError) -> None:
        if self.form is not None:
            self.form.say(error)
        else:
            self.desk.refused.emit(error)

    def _settle(self, question: str, side: object) -> None:
        self.desk.write(
            conflicts.settle,
            question,
            side,
            then=lambda _: self._say(tr("Settled; it travels with the next stick.")),
        )

    def _edit(self) -> None:
        if self.whole is not None:
            self.edit_asked.emit(self.whole.view.request.id)

    def _say(self, sentence: str) -> None:
        self.kept_line.say(sentence)
        self.kept_line.show()

    def _close_form(self) -> None:
        if self.form is not None:
            self._form_place.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
            self.form = None
        self._confirming.hide()
        self._steps.show()

    def _draft_key(self) -> str:
        action = self.form.action if self.form is not None else ""
        number = self.whole.view.request.number if self.whole is not None else ""
        return f"{number} {action}"

    def _keep_draft(self) -> None:
        if self.form is not None and any(self.form.words().values()):
            self.desk.write(drafts.keep, DRAFT, self._draft_key(), self.form.words())

    def _restore(self, draft: drafts.Draft | None) -> None:
        if draft is not None and self.form is not None and draft.key == self._draft_key():
            self.form.restore(draft.fields)

    def _scroll_up(self) -> None:
        area = self.findChild(QScrollArea)
        if area is not None:
            area.verticalScrollBar().setValue(0)

    def _today(self) -> date:
        return self.desk.store.clock.now().astimezone(LOCAL).date()


def _take(session: Session, request: RecordId, step: Step, draft: str) -> RequestState:
    """The step and the end of its draft, in one transaction."""
    given: Mapping[str, Any] = step.given
    state = requests.act(session, request, step.action, given, step.note, step.telling)
    drafts.drop(session, DRAFT, draft)
    return state


def _facts(found: Whole) -> list[tuple[str, str]]:
    request, state = found.view.request, found.view.state
    held, contact = found.view.particulars, found.view.contact
    outcome = tr(OUTCOME_NAMES[state.outcome]) if state.outcome else ""
    told = tr(SATISFACTION_NAMES[state.satisfaction]) if state.satisfaction else ""
    asked = state.supervised_by
    return [
        (tr("Place"), found.view.place),
        (tr("Requester"), held.called if held else ""),
        (tr("Telephone"), contact.phone if contact else ""),
        (tr("How to reach"), contact.how if contact else ""),
        (tr("Category"), f"{request.category} {caseload.category_name(request.category)}"),
        (tr("Expectation"), held.hope if held else ""),
        (tr("Source"), tr(SOURCE_NAMES[request.source])),
        (tr("Written at visit"), request.visit),
        (tr("Agreed date"), short_day(request.agreed_on) if request.agreed_on else ""),
        (tr("Lead office"), found.lead),
        (tr("Co-handlers"), "、".join(found.co)),
        (tr("Reply due on"), short_day(asked) if asked else ""),
        (tr("Body in charge"), state.body),
        (tr("Result"), outcome),
        (tr("Satisfaction"), told),
    ]
