"""The pages as they will be on paper: page by page, as wide as there is room or in any size."""

from collections.abc import Sequence
from itertools import accumulate

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gridbook.i18n import tr
from gridbook.press import preview
from gridbook.sheets.page import Page
from gridbook.ui import theme as look
from gridbook.ui.parts.buttons import Button
from gridbook.ui.parts.text import Muted
from gridbook.ui.theme import Type, theme

DPI = 96
MM_PER_INCH = 25.4
SIZES = (50, 67, 80, 100, 125, 150, 200, 300)
"""What the buttons step through, in per cent of the true size."""
WIDEST = 1.25
"""Pages that fit the width are not blown up beyond this."""
LINE = "line"


class Paper(QWidget):
    """One page; it is painted when it comes into sight."""

    def __init__(self, page: Page, number: int, of: int) -> None:
        super().__init__()
        self.page = page
        self._dpi = 0.0
        self._picture: QImage | None = None
        self.setAccessibleName(tr("Page {n} of {all}").format(n=number, all=of))

    def size_to(self, dpi: float) -> None:
        """Take so many dots for an inch of paper."""
        if dpi != self._dpi:
            self._dpi = dpi
            self._picture = None
            self.setFixedSize(
                round(self.page.width / MM_PER_INCH * dpi), round(self.page.height / MM_PER_INCH * dpi)
            )

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the page, which stays as it was painted first."""
        ratio = self.devicePixelRatioF()
        if self._picture is None:
            self._picture = preview.image(self.page, self._dpi * ratio)
            self._picture.setDevicePixelRatio(ratio)
        painter = QPainter(self)
        painter.drawImage(0, 0, self._picture)
        painter.setPen(theme.colour(LINE))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


class Preview(QWidget):
    """Pages under each other, with the page in sight, its size and the steps to other pages and sizes."""

    zoomed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._papers: list[Paper] = []
        self._size = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(look.S))
        column.addWidget(self._tools())
        self._inside = QWidget()
        self._pages = QVBoxLayout(self._inside)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._pages.setSpacing(theme.px(look.L))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setAccessibleName(tr("Pages as they will be printed"))
        self._area.setWidget(self._inside)
        self._area.verticalScrollBar().valueChanged.connect(lambda _: self._say_page())
        column.addWidget(self._area, 1)
        self.show_pages(())

    @property
    def papers(self) -> Sequence[Paper]:
        """The pages that are shown."""
        return self._papers

    @property
    def percent(self) -> int:
        """How large the pages are, in per cent of paper."""
        return round(self._scale() * 100)

    def show_pages(self, pages: Sequence[Page], instead: str = "") -> None:
        """Show these pages from the first one on, or a sentence in their place."""
        while (item := self._pages.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setParent(None)
                old.deleteLater()
        self._papers = [Paper(page, n, len(pages)) for n, page in enumerate(pages, start=1)]
        for paper in self._papers:
            self._pages.addWidget(paper)
        if not pages:
            self._pages.addWidget(Muted(instead))
        self._area.verticalScrollBar().setValue(0)
        self._resize_pages()

    def go_to(self, number: int) -> None:
        """Bring a page to the top, counted from one."""
        if self._papers:
            number = min(max(number, 1), len(self._papers))
            self._area.verticalScrollBar().setValue(self._tops()[number - 1])
            self._say_page(number)

    def zoom(self, percent: int) -> None:
        """Show the pages in that size; 0 makes them as wide as there is room."""
        self._size = percent
        self._resize_pages()
        self.zoomed.emit(self.percent)

    def step_zoom(self, up: bool) -> None:
        """The next size up or down."""
        now = self.percent
        steps = [one for one in SIZES if (one > now if up else one < now)]
        if steps:
            self.zoom(steps[0] if up else steps[-1])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Pages that fit the width keep fitting it."""
        super().resizeEvent(event)
        self._resize_pages()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """With Ctrl the wheel changes the size."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step_zoom(event.angleDelta().y() > 0)
            event.accept()
        else:
            super().wheelEvent(event)

    def _tools(self) -> QWidget:
        tools = QWidget()
        row = QHBoxLayout(tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(look.S if theme.roomy else 0))
        self.back = _tool("chevron-left", tr("Page before"))
        self.on = _tool("chevron-right", tr("Next page"))
        self.where = Muted("", Type.CAPTION)
        self.where.setWordWrap(False)
        self.smaller = Button("－", "quiet")
        self.smaller.setAccessibleName(tr("Smaller"))
        self.larger = Button("＋", "quiet")
        self.larger.setAccessibleName(tr("Larger"))
        self.fit = Button(tr("Fit the width"), "quiet")
        self.size_word = Muted("", Type.CAPTION)
        self.size_word.setWordWrap(False)
        self.back.clicked.connect(lambda: self.go_to(self._in_sight() - 1))
        self.on.clicked.connect(lambda: self.go_to(self._in_sight() + 1))
        self.smaller.clicked.connect(lambda: self.step_zoom(up=False))
        self.larger.clicked.connect(lambda: self.step_zoom(up=True))
        self.fit.clicked.connect(lambda: self.zoom(0))
        for widget in (self.back, self.where, self.on):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.smaller, self.size_word, self.larger, self.fit):
            row.addWidget(widget)
        self.size_word.setVisible(theme.roomy)
        return tools

    def _scale(self) -> float:
        if self._size or not self._papers:
            return (self._size or 100) / 100
        widest = max(paper.page.width for paper in self._papers)
        room = self._area.viewport().width() - theme.px(look.S)
        return min(WIDEST * theme.scale / 100, room / (widest / MM_PER_INCH * DPI))

    def _resize_pages(self) -> None:
        scale = max(self._scale(), 0.1)
        for paper in self._papers:
            paper.size_to(DPI * scale)
        self._say_page()

    def _in_sight(self) -> int:
        middle = self._area.verticalScrollBar().value() + self._area.viewport().height() / 2
        return max(1, sum(top <= middle for top in self._tops()))

    def _tops(self) -> list[int]:
        """How far down each page begins; the layout may not have placed them yet."""
        heights = (paper.height() + self._pages.spacing() for paper in self._papers)
        return list(accumulate(heights, initial=0))[:-1]

    def _say_page(self, number: int = 0) -> None:
        number = number or self._in_sight()
        of = len(self._papers)
        said = tr("Page {n} of {all}").format(n=number, all=of) if of else ""
        self.where.setText(said if theme.roomy or not of else f"{number} / {of}")
        self.where.setAccessibleName(said)
        self.size_word.setText(f"{self.percent} %" if of else "")
        for button in (self.smaller, self.larger, self.fit):
            button.setEnabled(bool(of))
        self.back.setEnabled(number > 1)
        self.on.setEnabled(number < of)


def _tool(icon: str, name: str) -> Button:
    button = Button("", "quiet", icon)
    button.setAccessibleName(name)
    button.setToolTip(name)
    return button
