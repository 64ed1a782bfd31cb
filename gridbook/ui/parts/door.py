"""The door field: typed in any spelling, offered as one types, or said plainly why it is none."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QListWidget, QWidget

from gridbook.errors import GridbookError
from gridbook.i18n import tr
from gridbook.records.place import Place
from gridbook.store import places
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.parts.fields import TextInput
from gridbook.ui.theme import theme

MOST = 6


class DoorInput(TextInput):
    """A door; `found` tells which place is meant, `unknown` tells why none is."""

    found = Signal(object)
    unknown = Signal(object)
    moved_on = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(40, parent)
        self.place: Place | None = None
        self._desk = desk
        self._offered: list[Place] = []
        self._list: QListWidget | None = None
        self.setPlaceholderText(tr("3-2-501, or xfy3-2-501"))
        self.textEdited.connect(self._offer)
        self.entered.connect(self._enter)

    def show_place(self, place: Place | None) -> None:
        """Show a place that is known already."""
        self.place = place
        self.setText(place.text if place is not None else "")
        self._close_offers()

    def resolve(self) -> None:
        """Find the place that the text means, for a text that was put in from elsewhere."""
        if self.place is None and self.value:
            self._resolve(and_on=False)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows choose among the doors that are offered below; Esc closes the offers first."""
        offers = self._list
        if offers is not None and offers.isVisible():
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                offers.setCurrentRow((offers.currentRow() + step) % offers.count())
                return
            if event.key() == Qt.Key.Key_Escape:
                self._close_offers()
                return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Leaving the field finds the door, if it was not found yet."""
        self._close_offers()
        super().focusOutEvent(event)
        self.resolve()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """The offers go with the field."""
        super().hideEvent(event)
        self._close_offers()

    def offers(self) -> list[str]:
        """The doors that are offered now."""
        if self._list is None or not self._list.isVisible():
            return []
        return [place.text for place in self._offered]

    def _offer(self, typed: str) -> None:
        self.place = None
        if len(typed.strip()) >= 2:
            self._desk.read(places.meant, typed, then=lambda found: self._offered_now(typed, found))
        else:
            self._close_offers()

    def _offered_now(self, typed: str, found: Sequence[Place]) -> None:
        if typed != self.text() or self.place is not None:
            return
        self._offered = list(found[:MOST])
        if not found or not self.hasFocus():
            self._close_offers()
            return
        offers = self._offer_list()
        offers.clear()
        offers.addItems([place.text for place in self._offered])
        offers.setCurrentRow(0 if len(found) == 1 else -1)
        offers.setFixedSize(self.width(), theme.px(look.ROW) * len(self._offered) + theme.px(look.XS))
        offers.move(self.mapTo(self.window(), QPoint(0, self.height() + theme.px(look.XS))))
        offers.raise_()
        offers.show()

    def _offer_list(self) -> QListWidget:
        # A child of the window, not a window of its own: a popup would take the keyboard away.
        if self._list is None or self._list.parent() is not self.window():
            self._list = QListWidget(self.window())
            self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._list.setAccessibleName(tr("Doors"))
            self._list.clicked.connect(lambda index: self._take(self._offered[index.row()]))
        return self._list

    def _take(self, place: Place) -> None:
        self._is(place)
        self.moved_on.emit()

    def _enter(self) -> None:
        chosen = self._list.currentRow() if self._list is not None and self._list.isVisible() else -1
        self._close_offers()
        if self.place is not None:
            self.moved_on.emit()
        elif chosen >= 0:
            self._take(self._offered[chosen])
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

    def _close_offers(self) -> None:
        if self._list is not None:
            self._list.hide()
