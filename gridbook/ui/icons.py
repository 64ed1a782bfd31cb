"""Icons: one outline set, drawn in the palette's colours and sharp at every size."""

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gridbook import paths
from gridbook.ui.theme import theme

SIZE = 20


def icon(name: str, colour: str = "muted", *, on: str = "") -> QIcon:
    """The icon of that name in a colour of the theme; `on` is its colour on a button that is down."""
    made = QIcon(pixmap(name, colour, SIZE))
    made.addPixmap(pixmap(name, "muted", SIZE), QIcon.Mode.Disabled)
    if on:
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Active, QIcon.Mode.Selected):
            made.addPixmap(pixmap(name, on, SIZE), mode, QIcon.State.On)
    return made


def pixmap(name: str, colour: str = "muted", size: int = SIZE) -> QPixmap:
    """The icon as a picture of that size at 100 %."""
    return _drawn(name, theme.colour(colour).name(), theme.px(size) * 2)


@lru_cache(maxsize=256)
def _drawn(name: str, colour: str, pixels: int) -> QPixmap:
    picture, ink = QPixmap(_outline(name, pixels)), QPixmap(pixels, pixels)
    ink.fill(QColor(colour))
    painter = QPainter(picture)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.drawPixmap(0, 0, ink)
    painter.end()
    # Drawn at twice the size, so that it stays sharp on screens with fine dots.
    picture.setDevicePixelRatio(2)
    return picture


@lru_cache(maxsize=256)
def _outline(name: str, pixels: int) -> QPixmap:
    """An icon before it has its colour: reading it takes ten times as long as colouring it."""
    renderer = QSvgRenderer(str(paths.resource("icons", f"{name}.svg")))
    picture = QPixmap(pixels, pixels)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return picture
