"""The one find box: results as one types, grouped, own cases only."""

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gridbook.i18n import tr
from gridbook.store import search
from gridbook.store.search import Found
from gridbook.ui import icons
from gridbook.ui import theme as look
from gridbook.ui.desk import Desk
from gridbook.ui.theme import theme

PAUSE_MS = 40
"""A breath between two letters, so that one search serves several quick ones."""


class FindBox(QLineEdit):
    """Number, door, name, telephone or pinyin; Enter opens the first, arrows choose."""

    opened = Signal(str, object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("find")
        self.setPlaceholderText(tr("Find by number, door, name, telephone or pinyin (F4)"))
        self.setAccessibleName(tr("Find"))
        self.setClearButtonEnabled(True)
        # An action's icon has one fixed size; a label grows with the rest.
        self._lens = QLabel(self)
        self._lens.setPixmap(icons.pixmap("search"))
        self._desk = desk
        self._asked = 0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.textEdited.connect(lambda _: self._pause.start())
        self._answers = _Answers(self)
        self._answers.list.itemClicked.connect(self._open)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The lens stands before the text, in the middle of the height."""
        super().resizeEvent(event)
        self._lens.adjustSize()
        self._lens.move(theme.px(look.M), (self.height() - self._lens.height()) // 2)

    def start(self) -> None:
        """Begin a new search."""
        self.setFocus()
        self.selectAll()

    def results(self) -> list[str]:
        """What is offered now, line by line."""
        return [self._answers.list.item(n).text() for n in range(self._answers.list.count())]

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows choose among the results, Enter opens, Esc closes the list first."""
        if event.key() == Qt.Key.Key_Escape and self._answers.isVisible():
            self._answers.hide()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._answers.isVisible():
            self._answers.step(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            item = self._answers.list.currentItem()
            if item is not None:
                self._open(item)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Whoever goes elsewhere takes the list of answers off the page."""
        super().focusOutEvent(event)
        self._asked += 1
        self._answers.hide()

    def _ask(self) -> None:
        self._asked += 1
        asked = self._asked
        typed = self.text().strip()
        if typed:
            self._desk.read(search.find, typed, then=lambda found: self._show(found, asked))
        else:
            self._answers.hide()

    def _show(self, found: Found, asked: int) -> None:
        if asked == self._asked:
            self._answers.offer(found, self)

    def _open(self, item: QListWidgetItem) -> None:
        kind, what = item.data(Qt.ItemDataRole.UserRole)
        self._answers.hide()
        self.opened.emit(kind, what)


class _Answers(QFrame):
    """The list under the box."""

    def __init__(self, box: QWidget) -> None:
        super().__init__(box, Qt.WindowType.ToolTip)
        self.setProperty("card", True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(look.XS),) * 4)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(tr("What was found"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout.addWidget(self.list)

    def offer(self, found: Found, box: QLineEdit) -> None:
        """Show what was found below the box."""
        self.list.clear()
        if found.nearly:
            self._heading(tr("Nothing is written exactly so. Perhaps this is meant:"))
        self._group(
            tr("Requests"),
            "clipboard-list",
            [
                (
                    f"{row.request.number}　{row.title}　{row.called}　{row.place}",
                    ("requests", row.request.id),
                )
                for row in found.requests
            ],
        )
        self._group(
            tr("Doors"),
            "door-open",
            [
                (place.text, ("doors", {"building": place.building.id, "door": place.door}))
                for place in found.doors
            ],
        )
        self._group(
            tr("Visits"),
            "footprints",
            [
                (f"{row.visit.number}　{row.visit.visited_on:%m-%d}　{row.place}", ("visits", row.visit.id))
                for row in found.visits
            ],
        )
        self._group(
            tr("Care contacts"),
            "calendar",
            [
                (f"{row.care.number}　{row.care.called}　{row.place}", ("lists", row.care.id))
                for row in found.agreed
            ],
        )
        self._group(
            tr("Sheets to key in"),
            "file-text",
            [(one.number, (f"{one.form}s", one.number)) for one in found.blanks],
        )
        if found.nothing:
            self._heading(tr("Nothing found among this book's own cases and doors."))
        self.list.setCurrentRow(next((n for n in range(self.list.count()) if self._can(n)), -1))
        rows = min(self.list.count(), 12)
        self.setFixedWidth(box.width())
        self.list.setFixedHeight(rows * theme.px(look.ROW) + theme.px(look.S))
        self.adjustSize()
        self.move(box.mapToGlobal(QPoint(0, box.height() + theme.px(look.XS))))
        self.show()

    def step(self, by: int) -> None:
        """Go to the next result, passing over headings."""
        n = self.list.currentRow() + by
        while 0 <= n < self.list.count() and not self._can(n):
            n += by
        if 0 <= n < self.list.count():
            self.list.setCurrentRow(n)

    def _can(self, n: int) -> bool:
        return bool(self.list.item(n).flags() & Qt.ItemFlag.ItemIsSelectable)

    def _group(self, heading: str, icon: str, lines: list[tuple[str, tuple[str, object]]]) -> None:
        if not lines:
            return
        self._heading(heading)
        for text, opens in lines:
            item = QListWidgetItem(icons.icon(icon), text)
            item.setData(Qt.ItemDataRole.UserRole, opens)
            self.list.addItem(item)

    def _heading(self, text: str) -> None:
        item = QListWidgetItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.addItem(item)
