"""The door field: typed in any spelling, offered as one types, or said plainly why it is none."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import tr
from gridbook.records.place import Place
from gridbook.store import places
from gridbook.ui.desk import Desk
from gridbook.ui.parts.offers import OfferingInput

MOST = 6


class DoorInput(OfferingInput):
    """A door; `found` tells which place is meant, `unknown` tells why none is."""

    found = Signal(object)
    unknown = Signal(object)
    moved_on = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(40, tr("Doors"), parent)
        self.place: Place | None = None
        self._desk = desk
        self.setPlaceholderText(tr("3-2-501, or xfy3-2-501"))
        self.textEdited.connect(self._ask)
        self.entered.connect(self._enter)
        self.picked.connect(self._take)

    def show_place(self, place: Place | None) -> None:
        """Show a place that is known already."""
        self.place = place
        self.setText(place.text if place is not None else "")
        self.close_offers()

    def resolve(self) -> None:
        """Find the place that the text means, for a text that was put in from elsewhere."""
        if self.place is None and self.value:
            self._resolve(and_on=False)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Leaving the field finds the door, if it was not found yet."""
        super().focusOutEvent(event)
        self.resolve()

    def _ask(self, typed: str) -> None:
        self.place = None
        if len(typed.strip()) >= 2:
            self._desk.read(places.meant, typed, then=lambda found: self._answered(typed, found))
        else:
            self.close_offers()

    def _answered(self, typed: str, found: Sequence[Place]) -> None:
        if typed == self.text() and self.place is None:
            self.offer([(place, place.text) for place in found[:MOST]], first=len(found) == 1)

    def _take(self, place: Place) -> None:
        self._is(place)
        self.moved_on.emit()

    def _enter(self) -> None:
        chosen = self.chosen()
        self.close_offers()
        if self.place is not None:
            self.moved_on.emit()
        elif isinstance(chosen, Place):
            self._take(chosen)
        elif self.value:
            self._resolve(and_on=True)

    def _resolve(self, *, and_on: bool) -> None:
        typed = self.value
        self._desk.read(
            places.resolve,
            typed,
            then=lambda place: self._resolved(typed, place, and_on=and_on),
            failed=lambda error: self._is_none(typed, error),
        )

    def _resolved(self, typed: str, place: Place, *, and_on: bool) -> None:
        if typed == self.value and self.place is None:
            self._is(place)
            if and_on:
                self.moved_on.emit()

    def _is(self, place: Place) -> None:
        self.show_place(place)
        self.found.emit(place)

    def _is_none(self, typed: str, error: GridbookError) -> None:
        if typed == self.value and self.place is None:
            self.unknown.emit(error)
