"""The door field: typed in any spelling, offered as one types, or said plainly why it is none."""

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Signal
from PySide6.QtWidgets import QCompleter, QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import tr
from gridbook.records.place import Place
from gridbook.store import places
from gridbook.ui.desk import Desk
from gridbook.ui.parts.fields import TextInput

MOST = 8


class DoorInput(TextInput):
    """A door; `found` tells which place is meant, `unknown` tells why none is."""

    found = Signal(object)
    unknown = Signal(object)
    moved_on = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(40, parent)
        self.place: Place | None = None
        self._desk = desk
        self._offered: dict[str, Place] = {}
        self._names = QStringListModel()
        completer = QCompleter(self._names, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setMaxVisibleItems(MOST)
        completer.activated.connect(self._take_name)
        self.setCompleter(completer)
        self.setPlaceholderText(tr("3-2-501, or xfy3-2-501"))
        self.textEdited.connect(self._offer)
        self.entered.connect(self._enter)
        self.left.connect(self._resolve_left)

    def show_place(self, place: Place | None) -> None:
        """Show a place that is known already."""
        self.place = place
        self.setText(place.text if place is not None else "")

    def _offer(self, typed: str) -> None:
        self.place = None
        if len(typed.strip()) >= 2:
            self._desk.read(places.meant, typed, then=lambda found: self._offered_now(typed, found))

    def _offered_now(self, typed: str, found: Sequence[Place]) -> None:
        if typed != self.text():
            return
        self._offered = {place.text: place for place in found[:MOST]}
        self._names.setStringList(list(self._offered))
        completer = self.completer()
        if found and self.hasFocus():
            completer.complete()
        else:
            self._close_offers()

    def _take_name(self, name: str) -> None:
        place = self._offered.get(name)
        if place is not None:
            self._is(place)
            self.moved_on.emit()

    def _enter(self) -> None:
        self._close_offers()
        if self.place is not None:
            self.moved_on.emit()
        elif self.value:
            self._resolve(and_on=True)

    def _resolve_left(self) -> None:
        if self.place is None and self.value and not self._offers_open():
            self._resolve(and_on=False)

    def _resolve(self, *, and_on: bool) -> None:
        typed = self.value
        self._desk.write(
            places.resolve,
            typed,
            then=lambda place: self._resolved(typed, place, and_on=and_on),
            failed=lambda error: self._is_none(typed, error),
        )

    def _resolved(self, typed: str, place: Place, *, and_on: bool) -> None:
        if typed == self.value:
            self._is(place)
            if and_on:
                self.moved_on.emit()

    def _is(self, place: Place) -> None:
        self.show_place(place)
        self.found.emit(place)

    def _is_none(self, typed: str, error: GridbookError) -> None:
        if typed == self.value:
            self.unknown.emit(error)

    def _offers_open(self) -> bool:
        popup = self.completer().popup()
        return popup is not None and popup.isVisible()

    def _close_offers(self) -> None:
        popup = self.completer().popup()
        if popup is not None:
            popup.hide()
