"""A list and what opens beside it; where there is no room for both, the sheet takes the place of the list."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gridbook.ui import theme as look
from gridbook.ui.parts.cards import SideSheet
from gridbook.ui.theme import theme

LEAST = 380
"""How wide a list has to stay, at 100 %, to be worth showing."""
UNBOUNDED = (1 << 24) - 1
"""What Qt takes for no limit (QWIDGETSIZE_MAX, which PySide6 does not name)."""
LOW = 480
"""Below this height, at 100 %, margins shrink so that the content keeps its room."""


class Beside(QWidget):
    """Lays a list and its sheets out side by side, at most one sheet open."""

    shared = Signal(bool)
    """Tells the list whether a sheet lies beside it."""

    def __init__(self, main: QWidget, *sheets: tuple[SideSheet, int]) -> None:
        super().__init__()
        self._main = main
        self._sheets: list[tuple[SideSheet, int]] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(main, 1)
        for sheet, width in sheets:
            self.add(sheet, width)

    def add(self, sheet: SideSheet, width: int) -> None:
        """Lay one more sheet beside the list, so wide at 100 %."""
        self._sheets.append((sheet, width))
        self._layout.addWidget(sheet)
        sheet.installEventFilter(self)

    def show_only(self, sheet: SideSheet) -> None:
        """Open this sheet and close the others."""
        for other, _ in self._sheets:
            if other is not sheet:
                other.hide()
        sheet.show()

    def open_sheet(self) -> SideSheet | None:
        """The sheet that is open."""
        return next((sheet for sheet, _ in self._sheets if not sheet.isHidden()), None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Share the width anew when a sheet opens or closes."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._share()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the width anew."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        low = self.height() < theme.px(LOW)
        layout = self._main.layout()
        if layout is not None:
            layout.setContentsMargins(*(theme.px(look.M if low else look.XL),) * 4)
        for sheet, _ in self._sheets:
            sheet.set_close(low)
        width = next((width for sheet, width in self._sheets if not sheet.isHidden()), 0)
        least = max(theme.px(LEAST), self._main.minimumSizeHint().width())
        alone = bool(width) and self.width() - theme.px(width) < least
        for sheet, width_ in self._sheets:
            # Alone it takes what there is; a width of its own would keep the page as wide as its list was.
            sheet.setMinimumWidth(0 if alone else theme.px(width_))
            sheet.setMaximumWidth(UNBOUNDED if alone else theme.px(width_))
        self._main.setVisible(not alone)
        self.shared.emit(bool(width))
