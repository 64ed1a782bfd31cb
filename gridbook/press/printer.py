"""Pages on a printer, or on the printer that a preview widget lends."""

from collections.abc import Generator, Sequence

from PySide6.QtGui import QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from gridbook.errors import PrintRefused
from gridbook.i18n import tr
from gridbook.press import application
from gridbook.press.painter import paint
from gridbook.press.pdf import layout_of
from gridbook.sheets.page import Page


def names() -> tuple[str, ...]:
    """The printers this PC knows, the usual one first."""
    application.needed()
    usual = QPrinterInfo.defaultPrinterName()
    return tuple(sorted(QPrinterInfo.availablePrinterNames(), key=lambda name: (name != usual, name)))


def printer(name: str, title: str) -> QPrinter:
    """The printer of that name, set to print what it is given edge to edge."""
    # Qt turns to a file, silently, when a printer is gone.
    known = name in names()
    found = QPrinter(QPrinter.PrinterMode.HighResolution)
    found.setPrinterName(name)
    found.setDocName(title)
    if not known or not found.isValid():
        raise PrintRefused(
            tr("The printer “{name}” does not answer.").format(name=name),
            next=tr("Switch it on, choose another one, or save the sheet as a PDF."),
        )
    return found


def send(pages: Sequence[Page], device: QPrinter) -> None:
    """Print the pages on that printer; a preview widget's printer will do as well."""
    for _ in sending(pages, device):
        pass


def sending(pages: Sequence[Page], device: QPrinter) -> Generator[int, None, None]:
    """The same page by page: tells after each how many were sent."""
    if not pages:
        raise PrintRefused(tr("There is nothing to print."), next=tr("Select the rows to print first."))
    device.setFullPage(True)
    device.setPageLayout(layout_of(pages[0]))
    painter = QPainter()
    if not painter.begin(device):
        raise PrintRefused(
            tr("The printer “{name}” does not answer.").format(name=device.printerName()),
            next=tr("Switch it on, choose another one, or save the sheet as a PDF."),
        )
    try:
        for n, page in enumerate(pages):
            if n:
                device.setPageLayout(layout_of(page))
                device.newPage()
            paint(page, painter, device)
            yield n + 1
    except GeneratorExit:
        device.abort()
        raise
    finally:
        painter.end()
