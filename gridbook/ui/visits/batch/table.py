"""The squared paper itself: typing fills a cell, Enter goes down, Tab goes right, Ctrl+D copies."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QClipboard,
    QFocusEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gridbook.i18n import tr
from gridbook.ui import theme as look
from gridbook.ui.parts.fields import TextInput
from gridbook.ui.theme import theme
from gridbook.ui.visits.batch.lines import HEADS, NAMES, STANDING, LinesModel

WIDTHS = {
    "door": 184,
    "day": 72,
    "part": 60,
    "reason": 104,
    "mode": 72,
    "outcome": 72,
    "categories": 64,
    "items": 150,
    "next_on": 80,
}
STANDING_LEAST, NUMBERS = 200, 48
LONGEST = 120
FRAME = 2
_ALONG = (QAbstractItemView.CursorAction.MoveNext, QAbstractItemView.CursorAction.MovePrevious)

Index = QModelIndex | QPersistentModelIndex


class LinesTable(QTableView):
    """The table; `left` tells which line the keyboard left."""

    left = Signal(int)
    at_end = Signal()
    """Enter in the last line: there is room for one more."""
    copied_down = Signal(int)
    pasted = Signal(str)
    taken_back = Signal(int)

    def __init__(self, model: LinesModel) -> None:
        super().__init__()
        self._began: int | None = None
        """The column where the line of Tabs began: Enter goes back to it, as in every spreadsheet."""
        self.setModel(model)
        self.setItemDelegate(_Cell(self))
        self.setAccessibleName(tr("Visits, line by line"))
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setShowGrid(False)
        self.setProperty("squared", True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(True)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(theme.px(look.COMPACT_ROW))
        rows.setFixedWidth(theme.px(NUMBERS))
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setFixedHeight(theme.px(look.ROW))
        for n, name in enumerate(NAMES):
            self.setColumnWidth(n, theme.px(WIDTHS[name]))
        self.setColumnWidth(STANDING, theme.px(STANDING_LEAST))
        head.setStretchLastSection(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter goes down; Ctrl+D, Ctrl+V, Ctrl+C, Ctrl+Z and Del do what they do in a spreadsheet."""
        at = self.currentIndex()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        elif enter:
            # The cell that is being written is kept first, and going down comes with it.
            if self.state() != QAbstractItemView.State.EditingState:
                self.go_down()
        elif _is_copy_down(event):
            self.copy_down()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit(QGuiApplication.clipboard().text(QClipboard.Mode.Clipboard))
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.taken_back.emit(at.row())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            for index in self.selectedIndexes():
                self.model().setData(index, "")
        else:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802 - Qt's name
        """The first word of an input method begins the cell, as the first letter of a keyboard does."""
        if event.commitString() or event.preeditString():
            self.edit(self.currentIndex())
            editor = QApplication.focusWidget()
            if isinstance(editor, TextInput):
                QApplication.sendEvent(editor, event)

    def go_down(self) -> None:
        """To the line below, where the Tabs began; behind the last line there is another one."""
        at = self.currentIndex()
        if at.row() + 1 >= self.model().rowCount():
            self.at_end.emit()
        column = at.column() if self._began is None else self._began
        self._began = None
        self.setCurrentIndex(self.model().index(at.row() + 1, column))

    def copy_down(self) -> None:
        """Ctrl+D: what is still empty in this line as it is in the line above."""
        self.copied_down.emit(self.currentIndex().row())

    def moveCursor(  # noqa: N802 - Qt's name
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Tab begins a line, or goes on with it; every other way to go ends it."""
        if action not in _ALONG:
            self._began = None
        elif self._began is None:
            self._began = self.currentIndex().column()
        return super().moveCursor(action, modifiers)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Whoever points at a cell begins anew there."""
        self._began = None
        super().mousePressEvent(event)

    def closeEditor(  # noqa: N802 - Qt's name
        self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint
    ) -> None:
        """Enter keeps what was typed and goes down."""
        super().closeEditor(editor, hint)
        if hint == QAbstractItemDelegate.EndEditHint.SubmitModelCache:
            self.go_down()

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's name
        """A line is left when the keyboard goes to another one."""
        super().currentChanged(current, previous)
        if previous.isValid() and previous.row() != current.row():
            self.left.emit(previous.row())

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """A line is left when the keyboard goes elsewhere, but not into the cell's own editor."""
        super().focusOutEvent(event)
        inside = self.state() == QAbstractItemView.State.EditingState
        if not inside and self.currentIndex().isValid():
            self.left.emit(self.currentIndex().row())

    def _copy(self) -> None:
        cells = sorted(self.selectedIndexes(), key=lambda index: (index.row(), index.column()))
        rows: dict[int, list[str]] = {}
        for index in cells:
            rows.setdefault(index.row(), []).append(str(index.data()))
        QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in rows.values()))


def _is_copy_down(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_D and event.modifiers() == Qt.KeyboardModifier.ControlModifier


class _Cell(QStyledItemDelegate):
    """A cell is written in a field of the house: rare characters and input methods fare as elsewhere."""

    def __init__(self, table: LinesTable) -> None:
        super().__init__(table)
        self._table = table

    def createEditor(  # noqa: N802 - Qt's name
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        editor = TextInput(LONGEST, parent)
        editor.setFrame(False)
        editor.setProperty("cell", True)
        editor.setAccessibleName(tr(HEADS[NAMES[index.column()]]))
        return editor

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Ctrl+D in a cell that is being written keeps the cell first: after Tab one always is."""
        if isinstance(event, QKeyEvent) and isinstance(editor, QWidget) and _is_copy_down(event):
            if event.type() == QEvent.Type.KeyPress:
                self.commitData.emit(editor)
                self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.NoHint)
                self._table.setFocus()
                self._table.copy_down()
            return True
        return super().eventFilter(editor, event)

    def updateEditorGeometry(  # noqa: N802 - Qt's name
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        editor.setGeometry(option.rect)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        if self._table.currentIndex() == index and self._table.hasFocus():
            painter.save()
            painter.setPen(QPen(theme.colour("accent"), FRAME))
            painter.drawRect(option.rect.adjusted(1, 1, -FRAME, -FRAME))
            painter.restore()

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802 - Qt's name
        if isinstance(editor, TextInput):
            editor.value = str(index.data(Qt.ItemDataRole.EditRole))

    def setModelData(  # noqa: N802 - Qt's name
        self, editor: QWidget, model: QAbstractItemModel, index: Index
    ) -> None:
        if isinstance(editor, TextInput):
            editor.take_preedit()
            model.setData(index, editor.value)
