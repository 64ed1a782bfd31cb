"""One errand: what the helper may do until when, the documents, and the step that comes next."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gridbook.errors import BadValue, GridbookError
from gridbook.i18n import tr
from gridbook.records.base import LOCAL, RecordId
from gridbook.records.errand import BACK_NAMES, PAPER_NAMES, WAY_NAMES, Back, DocumentReceipt, Mandate
from gridbook.records.request import Contact
from gridbook.sheets.from_book import Wanted
from gridbook.store import drafts, errands, requests
from gridbook.store.errands import STAGE_NAMES, Errand, Stage
from gridbook.store.session import Session
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.errands.columns import STATES, until_state
from gridbook.ui.errands.forms import ErrandForm, MandateForm, MoneyForm, ReceiveForm
from gridbook.ui.errands.words import MANDATE, STEP_NAMES, facts, steps_of, when
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.cards import Facts, KeptLine, SideSheet, clear
from gridbook.ui.parts.days import short_day
from gridbook.ui.parts.fields import commit_typing
from gridbook.ui.parts.flow import Flow
from gridbook.ui.parts.text import Badge, Heading, Muted, Text
from gridbook.ui.theme import Type, theme

WIDTH = 600
DRAFT = "errand"


class ErrandSheet(SideSheet):
    """An errand to read and to act on."""

    shown = Signal()
    opened = Signal(str, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Errand"), width=WIDTH)
        self.desk = desk
        self.errand: Errand | None = None
        self.form: ErrandForm | None = None
        self.buttons: dict[str, Button] = {}
        self.returns: dict[RecordId, Button] = {}
        self._undo: Sequence[RecordId] = ()
        self._build()

    def show_errand(self, ref: str | RecordId, failed: Callable[[GridbookError], None] | None = None) -> None:
        """Read an errand and show it."""
        self.desk.read(_read, ref, then=self._show, failed=failed)

    def reload(self) -> None:
        """Read it anew where it stands."""
        if self.errand is not None and not self.isHidden():
            record = self.errand.row.request.id
            self.desk.read(_read, record, then=self._fill, failed=lambda _: self.close_sheet())

    def likely_step(self) -> None:
        """F9: confirm what is being filled in, or take the step that comes next."""
        if self.form is not None:
            self.confirm()
        elif self.errand is not None:
            for step in steps_of(self.errand)[:1]:
                self.take(step)

    def take(self, step: str) -> None:
        """Take a step: at once, or with its small form."""
        errand = self.errand
        if errand is None:
            return
        number, record = errand.row.request.number, errand.row.request.id
        match step:
            case "mandate":
                self.desk.read(_mandate, record, then=self._write_mandate)
            case "receive":
                service = errand.mandate.service if errand.mandate else ""
                self._open_form(ReceiveForm(service, errand.documents, self._today), step)
            case "money" if errand.mandate is not None:
                self._open_form(MoneyForm(errand.mandate), step)
            case "take":
                self._do(errands.take, tr("The order is yours."))
            case "give back":
                self._do(errands.give_back, tr("The order is back on the board."))
            case "return":
                self._return([one.id for one in errand.out], Back.RETURNED)
            case "end":
                self._do(errands.end, tr("The mandate is ended."))
            case "print":
                self.opened.emit("print", Wanted("P7", numbers=(number,)))
            case "request":
                self.opened.emit("requests", record)

    def confirm(self) -> None:
        """Keep the form as it was filled in."""
        form, errand = self.form, self.errand
        if form is None or errand is None:
            return
        commit_typing()
        record = errand.row.request.id
        try:
            if isinstance(form, ReceiveForm):
                self._write(partial(_receive, record=record, documents=form.value(), key=self._key()))
            elif isinstance(form, MandateForm | MoneyForm):
                value = form.value()
                self._write(
                    partial(_save, record=record, mandate=value, opened=errand.mandate, key=self._key())
                )
        except BadValue as bad:
            form.say(bad)

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

    def _build(self) -> None:
        badges = QWidget()
        flow = Flow(badges, gap=theme.px(look.S))
        self.stage, self.until, self.way = Badge(), Badge(), Badge()
        self.number = Muted("", Type.CAPTION)
        self.number.setWordWrap(False)
        self.number.setContentsMargins(0, theme.px(look.HAIR), 0, theme.px(look.HAIR))
        for widget in (self.stage, self.way, self.until, self.number):
            flow.addWidget(widget)
        self.body.addWidget(badges)
        self._form_place = QVBoxLayout()
        self.body.addLayout(self._form_place)
        self.facts = Facts()
        self.body.addWidget(self.facts)
        self._documents_head = Heading(tr("Documents"), Type.SECTION)
        self.body.addWidget(self._documents_head)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.px(look.XS))
        self.body.addLayout(self._rows)
        self.body.addStretch(1)
        foot = QVBoxLayout()
        foot.setSpacing(theme.px(look.XS))
        self.kept_line = KeptLine()
        self.kept_line.undone.connect(self._take_back)
        self.kept_line.hide()
        foot.addWidget(self.kept_line)
        self._steps = QWidget()
        self._flow = Flow(self._steps, gap=theme.px(look.S))
        foot.addWidget(self._steps)
        self._confirming = QWidget()
        row = QHBoxLayout(self._confirming)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(look.S))
        self.confirm_button = Button(tr("Keep   F9"), "primary")
        self.confirm_button.clicked.connect(self.confirm)
        back = Button(tr("Not now"), "plain")
        back.clicked.connect(self.step_back)
        row.addWidget(self.confirm_button)
        row.addWidget(back)
        row.addStretch(1)
        self._confirming.hide()
        foot.addWidget(self._confirming)
        self.foot.addLayout(foot, 1)

    def _show(self, found: "tuple[Errand, Contact | None]") -> None:
        self._fill(found)
        self.shown.emit()

    def _fill(self, found: "tuple[Errand, Contact | None]") -> None:
        errand, contact = found
        if self.errand is None or self.errand.row.request.id != errand.row.request.id:
            self._close_form()
            self.kept_line.hide()
        self.errand = errand
        mandate = errand.mandate
        self.title.setText(errand.row.title)
        self.stage.show_state(STATES[errand.stage], tr(STAGE_NAMES[errand.stage]))
        self.way.show_state("information", tr(WAY_NAMES[mandate.way]) if mandate else "")
        until = tr("valid until {day}").format(day=short_day(mandate.until)) if mandate else ""
        running = mandate is not None and mandate.ended_on is None
        self.until.show_state(until_state(mandate, self._today()), until if running else "")
        self.number.setText(errand.row.request.number)
        self.facts.show_facts(facts(errand, contact))
        self._show_documents(errand.documents)
        self._offer(errand)

    def _show_documents(self, documents: Sequence[DocumentReceipt]) -> None:
        clear(self._rows)
        self.returns = {}
        self._documents_head.setVisible(bool(documents))
        for one in documents:
            self._rows.addWidget(self._document(one))

    def _document(self, one: DocumentReceipt) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(look.S))
        words = QVBoxLayout()
        words.setSpacing(0)
        name = Text(f"{one.document}　{tr(PAPER_NAMES[one.paper])} × {one.count}")
        name.setWordWrap(False)
        name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        words.addWidget(name)
        words.addWidget(Muted(when(one), Type.CAPTION))
        line.addLayout(words, 1)
        if one.back is not None:
            line.addWidget(Badge("done", tr(BACK_NAMES[one.back])), 0, Qt.AlignmentFlag.AlignVCenter)
            return holder
        waits = Badge(self._waits(one), tr("Not returned yet"))
        line.addWidget(waits, 0, Qt.AlignmentFlag.AlignVCenter)
        for back, word in ((Back.RETURNED, tr("Give back")), (Back.HANDED_IN, tr("Handed in"))):
            button = Button(word, "quiet")
            button.setAccessibleName(f"{one.document}：{word}")
            button.clicked.connect(lambda _=False, back=back: self._return([one.id], back))
            line.addWidget(button)
            self.returns.setdefault(one.id, button)
        return holder

    def _waits(self, one: DocumentReceipt) -> str:
        """How urgent a return is: an original of an errand that is over has to go back."""
        over = self.errand is not None and self.errand.stage is Stage.RETURN
        return "overdue" if one.out and over else "due soon" if one.out else "information"

    def _offer(self, errand: Errand) -> None:
        clear(self._flow)
        self.buttons = {}
        for n, step in enumerate(steps_of(errand)):
            word = tr(STEP_NAMES[step])
            if step == MANDATE and errand.mandate is not None:
                word = tr("Change the mandate")
            button = Button(f"{word}   F9" if n == 0 else word, "primary" if n == 0 else "plain")
            button.setAccessibleName(word)
            button.clicked.connect(lambda _=False, step=step: self.take(step))
            self.buttons[step] = button
            self._flow.addWidget(button)
        self._steps.setVisible(self.form is None)

    def _write_mandate(self, begun: Mandate) -> None:
        if self.errand is not None:
            request = self.errand.row.request
            new = self.errand.mandate is None
            self._open_form(MandateForm(begun, request.category, self._today, new=new), MANDATE)

    def _open_form(self, form: ErrandForm, step: str) -> None:
        self._close_form()
        self.form = form
        form.done.connect(self.confirm_button.setFocus)
        form.left.connect(self._keep_draft)
        self._form_place.addWidget(form)
        self.confirm_button.setAccessibleName(tr("Confirm: {action}").format(action=tr(STEP_NAMES[step])))
        self._steps.hide()
        self._confirming.show()
        form.start()
        self.desk.read(drafts.get, DRAFT, self._key(), then=self._restore)

    def _close_form(self) -> None:
        if self.form is not None:
            self._form_place.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
            self.form = None
        self._confirming.hide()
        self._steps.show()

    def _return(self, documents: Sequence[RecordId], back: Back) -> None:
        if self.errand is None or not documents:
            return
        said = tr("{n} documents: {what}").format(n=len(documents), what=tr(BACK_NAMES[back]))
        self.desk.write(
            errands.put_back,
            self.errand.row.request.id,
            documents,
            back,
            then=lambda _: self._done(said, documents),
        )

    def _take_back(self) -> None:
        if self.errand is not None and self._undo:
            again = self._undo
            self.desk.write(
                _still_out,
                self.errand.row.request.id,
                again,
                then=lambda _: self._done(tr("Not returned after all.")),
            )

    def _do(self, work: Callable[..., Any], said: str) -> None:
        if self.errand is not None:
            self.desk.write(work, self.errand.row.request.id, then=lambda _: self._done(said))

    def _write(self, work: Callable[[Session], Any]) -> None:
        self.desk.write(work, then=lambda _: self._kept(), failed=self._refused)

    def _kept(self) -> None:
        self._close_form()
        self._done(tr("Kept."))

    def _done(self, said: str, undo: Sequence[RecordId] = ()) -> None:
        self._undo = undo
        self.kept_line.say(said, undo=bool(undo))
        self.kept_line.show()
        self.reload()
        self.setFocus()

    def _refused(self, error: GridbookError) -> None:
        if self.form is not None:
            self.form.say(error)
        else:
            self.desk.refused.emit(error)

    def _key(self) -> str:
        number = self.errand.row.request.number if self.errand is not None else ""
        return f"{number} {self.form.name if self.form is not None else ''}"

    def _keep_draft(self) -> None:
        if self.form is not None and any(self.form.words().values()):
            self.desk.write(drafts.keep, DRAFT, self._key(), self.form.words())

    def _restore(self, draft: drafts.Draft | None) -> None:
        if draft is not None and self.form is not None and draft.key == self._key():
            self.form.restore(draft.fields)

    def _today(self) -> date:
        return self.desk.store.clock.now().astimezone(LOCAL).date()


def _read(session: Session, ref: str | RecordId) -> "tuple[Errand, Contact | None]":
    found = errands.get(session, ref)
    return found, requests.entry(session, found.row.request.id).contact


def _mandate(session: Session, record: RecordId) -> Mandate:
    return errands.get(session, record).mandate or errands.blank(session, record)


def _save(session: Session, record: RecordId, mandate: Mandate, opened: Mandate | None, key: str) -> None:
    errands.save(session, record, mandate, opened)
    drafts.drop(session, DRAFT, key)


def _receive(session: Session, record: RecordId, documents: Sequence[DocumentReceipt], key: str) -> None:
    errands.receive(session, record, documents)
    drafts.drop(session, DRAFT, key)


def _still_out(session: Session, record: RecordId, documents: Sequence[RecordId]) -> None:
    for one in documents:
        errands.still_out(session, record, one)
