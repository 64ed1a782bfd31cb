"""A field that offers what is meant, in a list inside the window: a popup would take the keyboard away."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QListWidget, QWidget

from gridbook.ui import theme as look
from gridbook.ui.parts.fields import TextInput
from gridbook.ui.theme import theme

MOST_VISIBLE = 8


class OfferingInput(TextInput):
    """One line of text with offers below it; arrows choose, Enter or a click takes one."""

    picked = Signal(object)

    def __init__(self, longest: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(longest, parent)
        self._name = name
        self._values: list[object] = []
        self._list: QListWidget | None = None

    def offers(self) -> list[str]:
        """What is offered now, line by line."""
        if self._list is None or not self._list.isVisible():
            return []
        return [self._list.item(n).text() for n in range(self._list.count())]

    def offer(self, options: Sequence[tuple[object, str]], *, first: bool = False) -> None:
        """Offer these values with their words; `first` chooses the first of them already."""
        self._values = [value for value, _ in options]
        if not options or not self.hasFocus():
            self.close_offers()
            return
        offers = self._held()
        offers.clear()
        offers.addItems([word for _, word in options])
        offers.setCurrentRow(0 if first else -1)
        rows = min(len(options), MOST_VISIBLE)
        offers.setFixedSize(self.width(), theme.px(look.ROW) * rows + theme.px(look.XS))
        offers.move(self.mapTo(self.window(), QPoint(0, self.height() + theme.px(look.XS))))
        offers.raise_()
        offers.show()

    def close_offers(self) -> None:
        """Take the list away."""
        if self._list is not None:
            self._list.hide()

    def chosen(self) -> object | None:
        """The offer that is chosen in the open list."""
        offers = self._list
        if offers is None or not offers.isVisible() or offers.currentRow() < 0:
            return None
        return self._values[offers.currentRow()]

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows choose among the offers; Esc closes them first."""
        offers = self._list
        if offers is not None and offers.isVisible():
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                offers.setCurrentRow((max(offers.currentRow(), -step) + step) % offers.count())
                return
            if event.key() == Qt.Key.Key_Escape:
                self.close_offers()
                return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The offers go when the field is left."""
        self.close_offers()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """The offers go with the field."""
        super().hideEvent(event)
        self.close_offers()

    def _held(self) -> QListWidget:
        if self._list is None or self._list.parent() is not self.window():
            self._list = QListWidget(self.window())
            self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._list.setAccessibleName(self._name)
            self._list.clicked.connect(lambda index: self.picked.emit(self._values[index.row()]))
        return self._list
