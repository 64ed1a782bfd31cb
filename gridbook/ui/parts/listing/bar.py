"""The filter bar of a list: facts of cases, never of people."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gridbook import catalog
from gridbook.i18n import tr
from gridbook.records.request import STATUS_NAMES
from gridbook.records.visit import OUTCOME_NAMES, REASON_NAMES, VisitOutcome
from gridbook.store import units
from gridbook.store.caseload import DUE_NAMES
from gridbook.store.session import Session
from gridbook.store.views import PERIOD_NAMES, Period, View
from gridbook.ui import theme as look
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.days import DateInput
from gridbook.ui.parts.fields import Choice
from gridbook.ui.parts.flow import Flow
from gridbook.ui.theme import theme

WIDTH = 150
AROUND = 54
"""What a choice has beside its words: padding and arrow."""
DAY_WIDTH = 100
"""How wide a filter is at 100 %; a longer word is read when it is opened."""
OPEN_WIDTH = 240
Options = Sequence[tuple[object, str]]


def _options(names: Mapping[Any, str]) -> list[tuple[object, str]]:
    return [(str(value), tr(word)) for value, word in names.items()]


def _categories() -> list[tuple[object, str]]:
    made: dict[str, str] = {}
    for code, one in catalog.categories().items():
        made.setdefault(one.group, one.group_name)
        made[code] = f"　{one.name}"
    return list(made.items())


def offices(session: Session) -> list[tuple[object, str]]:
    """The offices below this one, by which a list can be narrowed."""
    return [(code, units.short(session, code)) for code in units.within(session) if code != session.unit]


class FilterBar(QWidget):
    """One choice for each fact; what is chosen stands in the box, and one button empties them all."""

    changed = Signal()

    def __init__(self, kind: str, today: Callable[[], date]) -> None:
        super().__init__()
        self._flow = Flow(self, gap=theme.px(look.S))
        # At large type the rows need the room; the filters unfold when they are asked for.
        self.unfold = Button(tr("Filter"), "quiet", "chevron-down")
        self.unfold.clicked.connect(self._turn)
        self._flow.addWidget(self.unfold)
        self.unfold.setVisible(not theme.roomy)
        self._folded = not theme.roomy
        self.choices: dict[str, Choice] = {}
        if kind == "requests":
            self._add("status", tr("Status"), _options(STATUS_NAMES))
            self._add("due", tr("Due"), _options(DUE_NAMES))
        else:
            met = {one: name for one, name in OUTCOME_NAMES.items() if one is not VisitOutcome.NOT_IN}
            self._add("outcome", tr("Outcome"), _options(met))
            self._add("reason", tr("Reason"), _options(REASON_NAMES))
        self._add("category", tr("Category"), _categories())
        periods = {one: name for one, name in PERIOD_NAMES.items() if one}
        self._add("period", tr("Registered on") if kind == "requests" else tr("Visited"), _options(periods))
        self.since, self.until = (DateInput(today) for _ in range(2))
        for input_, name in ((self.since, tr("From day")), (self.until, tr("To day"))):
            input_.setAccessibleName(name)
            input_.setPlaceholderText(name)
            input_.setFixedWidth(theme.px(DAY_WIDTH))
            input_.editingFinished.connect(self._changed)
            input_.hide()
            self._flow.addWidget(input_)
        self._add("unit", tr("Written at"), [])
        self._offices = False
        self.empty = Button("", "quiet", "x")
        self.empty.setAccessibleName(tr("Clear filters"))
        self.empty.setToolTip(tr("Clear filters"))
        self.empty.clicked.connect(self.clear)
        self.empty.hide()
        self._flow.addWidget(self.empty)
        self._show_state()

    def offer_offices(self, options: Options) -> None:
        """Let an office narrow the list to one of those below it."""
        box = self.choices["unit"]
        chosen = box.value
        box.blockSignals(True)
        box.offer([("", tr("{name}: any").format(name=tr("Written at"))), *options])
        box.value = chosen if any(code == chosen for code, _ in options) else ""
        box.blockSignals(False)
        self._offices = bool(options)
        self._show_state()

    def add_button(self, button: Button) -> None:
        """Put a button of the list behind the filters."""
        self._flow.addWidget(button)

    def of(self, view: View) -> View:
        """The view, narrowed by what is chosen."""
        chosen = {name: str(choice.value or "") for name, choice in self.choices.items()}
        period = Period(chosen.pop("period"))
        days = period is Period.DAYS
        return replace(
            view,
            **chosen,  # type: ignore[arg-type]
            period=period,
            since=self.since.day if days else None,
            until=self.until.day if days else None,
        )

    def show_view(self, view: View) -> None:
        """Show the choices of a kept view."""
        for name, choice in self.choices.items():
            choice.blockSignals(True)
            choice.value = str(getattr(view, name))
            if choice.value is None:
                choice.value = ""
            choice.blockSignals(False)
        self.since.day, self.until.day = view.since, view.until
        self._show_state()

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen."""
        return any(choice.value for choice in self.choices.values())

    def clear(self) -> None:
        """Narrow by nothing."""
        self.show_view(View(""))
        self.changed.emit()

    def _add(self, key: str, name: str, options: Options) -> None:
        choice = Choice([("", tr("{name}: any").format(name=name)), *options])
        choice.setAccessibleName(name)
        choice.ensurePolished()
        words = choice.fontMetrics().horizontalAdvance(choice.itemText(0))
        choice.setFixedWidth(max(theme.px(WIDTH), words + theme.px(AROUND)))
        choice.view().setMinimumWidth(theme.px(OPEN_WIDTH))
        choice.setProperty("filter", True)
        choice.currentIndexChanged.connect(lambda _: self._changed())
        self.choices[key] = choice
        self._flow.addWidget(choice)

    def _turn(self) -> None:
        self._folded = not self._folded
        self._show_state()

    def _changed(self) -> None:
        self._show_state()
        self.changed.emit()

    def _show_state(self) -> None:
        days = self.choices["period"].value == str(Period.DAYS)
        for input_ in (self.since, self.until):
            input_.setVisible(days and not self._folded)
        for name, choice in self.choices.items():
            choice.setVisible(not self._folded and (name != "unit" or self._offices))
        self.empty.setVisible(self.narrows)
        self.updateGeometry()
