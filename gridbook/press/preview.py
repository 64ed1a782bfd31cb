"""A page as an image, for the preview on the screen."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from gridbook.press.painter import paint
from gridbook.sheets.page import Page


def image(page: Page, dpi: float = 96) -> QImage:
    """The page in true colours and size at so many dots per inch."""
    picture = QImage(
        round(page.width / 25.4 * dpi), round(page.height / 25.4 * dpi), QImage.Format.Format_RGB32
    )
    picture.setDotsPerMeterX(round(dpi / 0.0254))
    picture.setDotsPerMeterY(round(dpi / 0.0254))
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    paint(page, painter, picture)
    painter.end()
    return picture
