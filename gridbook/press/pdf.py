"""Pages as a PDF file that is complete or not there at all."""

import errno
import os
from collections.abc import Generator, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from gridbook.errors import DiskFull, PrintRefused
from gridbook.i18n import tr
from gridbook.press import application
from gridbook.press.painter import UNIT, paint
from gridbook.sheets.page import Page

_DPI = round(UNIT * 25.4)
"""One dot for each unit of the painter, so that nothing is scaled."""


def write(pages: Sequence[Page], path: Path, title: str) -> None:
    """Write the pages into one file, whole or not at all; the title carries no name of a person."""
    for _ in writing(pages, path, title):
        pass


def writing(pages: Sequence[Page], path: Path, title: str) -> Generator[int, None, None]:
    """The same page by page: tells after each how many are done; the file is there when all are."""
    content = yield from making(pages, title)
    _keep(content, path)


def _keep(content: bytes, path: Path) -> None:
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno == errno.ENOSPC:
            raise DiskFull(
                tr("There is no room for “{name}”.").format(name=path.name),
                kept=tr("Nothing in the book has changed."),
                next=tr("Free some space or choose another folder, then print again."),
            ) from error
        raise PrintRefused(
            tr("“{name}” cannot be written there.").format(name=path.name),
            kept=tr("Nothing in the book has changed."),
            next=tr("Close the file if it is open, or choose another folder."),
        ) from error


def made(pages: Sequence[Page], title: str) -> bytes:
    """The pages as the bytes of a PDF, with the fonts in it."""
    steps = making(pages, title)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return bytes(done.value)


def making(pages: Sequence[Page], title: str) -> Generator[int, None, bytes]:
    """The same page by page: tells after each how many are done, and returns the bytes."""
    if not pages:
        raise PrintRefused(tr("There is nothing to print."), next=tr("Select the rows to print first."))
    application.needed()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setTitle(title)
    writer.setCreator("GridBook")
    writer.setPageLayout(layout_of(pages[0]))
    painter = QPainter(writer)
    try:
        before = pages[0]
        for n, page in enumerate(pages):
            if n:
                if (page.width, page.height) != (before.width, before.height):
                    writer.setPageLayout(layout_of(page))
                writer.newPage()
            paint(page, painter, writer)
            before = page
            yield n + 1
    finally:
        painter.end()
    return bytes(buffer.data().data())


def layout_of(page: Page) -> QPageLayout:
    """The paper of a page, without margins: the page brings its own."""
    short, long = sorted((page.width, page.height))
    orientation = QPageLayout.Orientation.Landscape if page.landscape else QPageLayout.Orientation.Portrait
    size = QPageSize(QSizeF(short, long), QPageSize.Unit.Millimeter)
    return QPageLayout(size, orientation, QMarginsF(0, 0, 0, 0))
