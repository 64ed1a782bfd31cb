"""Drill: a PC was lost. What stays believed, the revocation, the new PC, its backup, and what is back."""

from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout

from gridbook.errors import GridbookError
from gridbook.i18n import N_, tr
from gridbook.records.base import UnitCode
from gridbook.records.place import Level, is_within, parent_of
from gridbook.store import preferences
from gridbook.store.session import Session
from gridbook.sync import drills, owed, sealed, stations
from gridbook.sync.drills import Foreseen, Revoked, Standing, Station
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.office.drill import DrillSheet, Question, caption
from gridbook.ui.office.facts import LIVE, Office, classes, day, moment
from gridbook.ui.office.stick_field import StickField
from gridbook.ui.parts.cards import Facts, clear
from gridbook.ui.parts.chips import Chips
from gridbook.ui.parts.fields import Choice, Field
from gridbook.ui.parts.text import Badge, Text
from gridbook.ui.theme import theme

LOST, STOLEN, BROKEN = "lost", "stolen", "broken"
CAUSES = {LOST: N_("Lost"), STOLEN: N_("Stolen"), BROKEN: N_("Broken, but still in the office")}


class LostPcSheet(DrillSheet):
    """From the lost PC to the new one that holds everything again."""

    NAME = "lost pc"
    TITLE = N_("A PC was lost")
    ICON = "triangle-alert"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            tr(self.TITLE),
            tr(
                "The book on it is encrypted; without a passphrase nobody reads it. Whatever was handed over "
                "comes back to the new PC. What was written after the last stick is lost with it, unless the "
                "sealed backup has it."
            ),
        )
        self._office: Office | None = None
        self._seen: Foreseen | None = None
        self._build_first()
        self._build_revocation()
        self._build_new_pc()
        self.end()
        self.setFocusProxy(self.unit)

    @staticmethod
    def concerns(office: Office) -> bool:
        """Only a lead decides about a PC, and a grid has nobody below it."""
        return office.leads and office.joined and office.level is not Level.GRID

    def _build_first(self) -> None:
        which = self.step(tr("Which PC is it, and what happened?"))
        self.unit = Choice([])
        self.unit.currentIndexChanged.connect(lambda _: self._ask())
        which.body.addWidget(Field(tr("Unit"), self.unit))
        self.cause = Chips([(cause, tr(word)) for cause, word in CAUSES.items()], tr("How it happened"))
        self.cause.chosen.connect(lambda _: self._show_cause())
        which.body.addWidget(Field(tr("How it happened"), self.cause))
        self.preview = self.step(tr("See what stays believed"))
        self.facts = Facts()
        self.preview.body.addWidget(self.facts)
        self.elsewhere = Badge()
        self.elsewhere.setWordWrap(True)
        self.preview.body.addWidget(self.elsewhere)

    def _build_revocation(self) -> None:
        self.believe = self.step(tr("Believe the lost PC no longer"))
        self.revoke = self.button(tr("Revoke this PC …"), "danger", self._question, "shield")
        self.believe.buttons(self.revoke)
        self.question = Question(tr("Revoke it"), self.revoke)
        self.question.confirmed.connect(self._revoke)
        self.believe.body.addWidget(self.question)
        self.tell = self.step(
            tr("Hand over, so that every office learns it"),
            tr("The new list of stations travels with the next sticks, to each office by itself."),
        )
        self.tell.buttons(self.hand_over())

    def _build_new_pc(self) -> None:
        self.new_pc = self.step(
            tr("Set the new PC up"),
            tr(
                "With the sealed backup and the recovery sheet: “Put a backup back” on its first page, and "
                "then ask for a new certificate. Without them: a new book with the same code of the unit, "
                "and ask to join."
            ),
        )
        self.backup = caption("")
        self.new_pc.body.addWidget(self.backup)
        self.stick = StickField()
        self.new_pc.body.addWidget(self.stick)
        self.give = self.button(tr("Put its sealed backup on the stick"), "plain", self._give_back, "save")
        self.admit = self.button(
            tr("It asks to join"), "plain", lambda: self.other.emit("admit", ""), "check"
        )
        self.new_pc.buttons(self.give, self.admit)
        self.back = self.step(tr("See what is back"))
        self._progress = QVBoxLayout()
        self._progress.setSpacing(theme.px(look.XS))
        self.back.body.addLayout(self._progress)

    def begin(self, office: Office, unit: str) -> None:
        """About that unit, or the one that is chosen."""
        self.desk.read(preferences.value, "stick", "", then=self.stick.remember)
        self.cause.value = LOST
        self.question.hide()
        self._offer(office)
        if unit:
            self.unit.value = unit
        self.show_office(office)

    def show_office(self, office: Office) -> None:
        """Show how far it has come."""
        self._office = office
        if self.unit.count() == 0:
            self._offer(office)
        self._ask()

    def _offer(self, office: Office) -> None:
        below = dict.fromkeys(
            one.unit
            for one in office.stations
            if one.unit != office.unit and is_within(one.unit, office.unit)
        )
        before = self.unit.value
        self.unit.blockSignals(True)
        self.unit.offer([(unit, office.name_of(unit)) for unit in below])
        if before in below:
            self.unit.value = before
        self.unit.blockSignals(False)

    @property
    def chosen(self) -> UnitCode:
        """The unit whose PC was lost."""
        return str(self.unit.value or "")

    def _ask(self) -> None:
        unit = self.chosen
        self.question.hide()
        if unit and self._office is not None:
            self._show_new_pc(self._office, unit)
            self.desk.read(drills.foresee, unit, then=self._foreseen, failed=self._nothing_to_revoke)
            self.desk.read(waiting, unit, then=self._show_progress)

    def _foreseen(self, seen: Foreseen) -> None:
        office = self._office
        assert office is not None
        self._seen = seen
        self.preview.done(False)
        self.preview.say("")
        self.facts.show_facts(
            [
                (
                    tr("Certificate"),
                    tr("{digits}, admitted on {day}").format(
                        digits=seen.station.digits, day=day(seen.station.since)
                    ),
                ),
                (tr("Believed"), tr("{n} changes").format(n=seen.ops)),
                (tr("of them"), classes(seen.by_class)),
                (tr("The newest"), moment(seen.newest)),
            ]
        )
        more = "、".join(
            tr("{unit} {n}").format(unit=office.name_of(unit), n=n) for unit, n in seen.elsewhere.items()
        )
        self.elsewhere.show_state(
            "due soon",
            tr(
                "Not here yet: {units}. Let that office hand over first; else this goes to quarantine."
            ).format(units=more)
            if more
            else "",
        )
        self._show_cause()

    def _nothing_to_revoke(self, error: GridbookError) -> None:
        self._seen = None
        self.facts.show_facts([])
        self.elsewhere.show_state("due soon", "")
        self.preview.say(error.message)
        self._show_cause()

    def _show_cause(self) -> None:
        office, unit = self._office, self.chosen
        if office is None or not unit:
            return
        gone = [one for one in office.stations if one.unit == unit and one.standing is Standing.REVOKED]
        root = office.level is Level.SUBDISTRICT
        broken = self.cause.value == BROKEN
        self.revoke.setVisible(root and not broken and self._seen is not None and not _settled(office, unit))
        self.believe.done(bool(gone))
        if gone:
            said = tr("The PC with the digits {digits} is revoked. This is never taken back.").format(
                digits=gone[0].digits
            )
        elif broken:
            said = tr("Not needed: nobody else has the PC. Go on with the new one.")
        elif root:
            said = tr(
                "What is shown above stays believed at every office; whatever that PC signs beyond it goes "
                "to quarantine. It cannot be taken back."
            )
        else:
            said = tr(
                "Telephone the subdistrict office: only it revokes. It needs the code {unit} and the digits "
                "above. Hand over to it first, so that it holds what you hold."
            ).format(unit=unit)
        self.believe.say(said)

    def _question(self) -> None:
        office, seen = self._office, self._seen
        if office is not None and seen is not None:
            self.question.ask(
                tr("Revoke the PC of {unit} with the digits {digits} for good?").format(
                    unit=office.name_of(seen.station.unit), digits=seen.station.digits
                )
            )

    def _revoke(self) -> None:
        unit, cause = self.chosen, tr(CAUSES[str(self.cause.value or LOST)])
        self.desk.do(lambda store: store.write(drills.revoke, store, unit, cause), then=self._revoked)

    def _revoked(self, _: Revoked) -> None:
        self.again.emit()

    def _show_new_pc(self, office: Office, unit: UnitCode) -> None:
        kept = office.backups.get(unit)
        direct = parent_of(unit) == office.unit
        for widget in (self.stick, self.give):
            widget.setVisible(direct and kept is not None)
        self.admit.setVisible(direct)
        if kept is not None:
            said = tr(
                "Its sealed backup is kept here since {when}; only its recovery sheet opens it."
            ).format(when=moment(kept.since))
        elif direct:
            said = tr("No sealed backup of it is kept here; its work comes back with the hand-over.")
        else:
            said = tr("{unit} admits it and keeps its sealed backup.").format(
                unit=office.name_of(parent_of(unit) or unit)
            )
        self.backup.setText(said)

    def _give_back(self) -> None:
        unit, folder = self.chosen, self.stick.folder
        self.stick.field.say("")
        self.desk.do(
            lambda store: sealed.give_back(store, unit, folder), then=self._given, failed=self._not_given
        )

    def _given(self, file: Path) -> None:
        self.backup.setText(
            tr("Written to the stick: {name}. Take it to the new PC with the recovery sheet.").format(
                name=file.name
            )
        )

    def _not_given(self, error: GridbookError) -> None:
        self.stick.field.say(error.sentence())

    def _show_progress(self, missing: int | None) -> None:
        office, unit = self._office, self.chosen
        clear(self._progress)
        if office is None:
            return
        new = _successor(office, unit)
        heard = new is not None and new.last_heard is not None
        lines = [
            (new is not None, tr("A new PC was admitted"), day(new.since) if new is not None else ""),
            (heard, tr("It handed in"), moment(new.last_heard) if new is not None else ""),
        ]
        if missing is not None:
            lines.append(
                (
                    heard and missing == 0,
                    tr("It holds again what it is entitled to"),
                    tr("{n} changes still wait for it").format(n=missing) if missing else "",
                )
            )
        for done, word, detail in lines:
            text = Text(f"{'✓' if done else '○'} {word}　{detail}".rstrip())
            text.setProperty("mark", "on_time" if done else "")
            self._progress.addWidget(text)
        self.new_pc.done(new is not None)
        self.back.done(all(done for done, _, _ in lines))


def _settled(office: Office, unit: UnitCode) -> bool:
    """Whether the lost PC is revoked already and the one that is live came after it."""
    revoked = [one for one in office.stations if one.unit == unit and one.standing is Standing.REVOKED]
    return bool(revoked) and all(
        one.standing is not Standing.SUPERSEDED for one in office.stations if one.unit == unit
    )


def _successor(office: Office, unit: UnitCode) -> Station | None:
    """The station that was admitted after another one of the same unit."""
    every = [one for one in office.stations if one.unit == unit]
    live = next((one for one in every if one.standing in LIVE), None)
    return live if live is not None and len(every) > 1 else None


def waiting(session: Session, unit: UnitCode) -> int | None:
    """How many changes still wait for a unit right below this office; nothing where another refills it."""
    if parent_of(unit) != session.unit or stations.known(session).of_unit(unit) is None:
        return None
    return owed.waiting_for(session, unit)
