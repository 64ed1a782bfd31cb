"""Icons: one outline set, drawn in the palette's colours and sharp at every size."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
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
    source = paths.resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))
    picture = QPixmap(pixels, pixels)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    # Drawn at twice the size, so that it stays sharp on screens with fine dots.
    picture.setDevicePixelRatio(2)
    return picture
