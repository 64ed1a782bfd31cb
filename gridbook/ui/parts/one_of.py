"""Pages of which one is shown, as high as that one needs and not as the highest of all."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedLayout, QWidget


class OneOf(QStackedLayout):
    """A stack that asks for the room of the page in front: its empty state keeps no list high."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(*([parent] if parent is not None else []))
        self.currentChanged.connect(self._turned)

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        """The least that the page in front needs."""
        page = self.currentWidget()
        return (
            super().minimumSize() if page is None else page.minimumSizeHint().expandedTo(page.minimumSize())
        )

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """What the page in front would like."""
        page = self.currentWidget()
        return super().sizeHint() if page is None else page.sizeHint()

    def _turned(self, _: int) -> None:
        self.invalidate()
        parent = self.parentWidget()
        if parent is not None:
            parent.updateGeometry()
