"""Files that office programs open: a workbook (xlsx) or lines parted by commas (CSV), whole or not at all."""

import contextlib
import csv
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.store import files
from gridbook.store.files import PART

MOST_ROWS = 1_048_000
"""So many lines one sheet of a workbook holds."""
Line = Sequence[str | int | date | None]
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
A4_PAPER = 9


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column and its width in characters."""

    title: str
    width: int


class LineFile:
    """A file that takes lines and is put in place at its end; after an error nothing is there."""

    def __init__(self, path: Path) -> None:
        self._path, self._part = path, path.with_name(path.name + PART)

    def begin(self) -> Self:
        """Begin beside its place."""
        with self._told():
            self._part.unlink(missing_ok=True)
            self._begin()
        return self

    def add(self, lines: Iterable[Line]) -> None:
        """Write these lines, too."""
        with self._told():
            self._add(lines)

    def finish(self) -> None:
        """Put the file in place."""
        with self._told():
            self._end()
            os.replace(self._part, self._path)
            self._clear()

    def give_up(self) -> None:
        """Leave nothing."""
        with contextlib.suppress(OSError):
            self._clear()
            self._part.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self.begin()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()
        else:
            self.give_up()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever goes wrong leaves nothing; what the disk says is told."""
        try:
            yield
        except OSError as failed:
            self.give_up()
            raise files.told(failed, self._path.parent) from failed
        except BaseException:
            self.give_up()
            raise

    def _begin(self) -> None:
        raise NotImplementedError

    def _add(self, lines: Iterable[Line]) -> None:
        raise NotImplementedError

    def _end(self) -> None:
        raise NotImplementedError

    def _clear(self) -> None:
        """Close what is open."""


class CsvFile(LineFile):
    """Lines parted by commas, as spreadsheets read them: marked UTF-8, and no cell is ever a formula."""

    def __init__(self, path: Path, headings: Sequence[Heading]) -> None:
        super().__init__(path)
        self._headings = headings

    def _begin(self) -> None:
        self._file = self._part.open("x", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([one.title for one in self._headings])

    def _add(self, lines: Iterable[Line]) -> None:
        self._writer.writerows([[_harmless(value) for value in line] for line in lines])

    def _end(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def _clear(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()


def _harmless(value: str | int | date | None) -> str | int:
    if value is None or isinstance(value, int):
        return "" if value is None else value
    text = value.isoformat() if isinstance(value, date) else value
    # A spreadsheet would reckon with what begins so, whoever wrote it.
    return f"'{text}" if text.startswith(_FORMULAS) else text


class XlsxFile(LineFile):
    """A workbook: real dates, a heading that stays, print setup, the columns explained on a second sheet."""

    def __init__(
        self,
        path: Path,
        title: str,
        sheet: str,
        headings: Sequence[Heading],
        definitions: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(path)
        self._title, self._name, self._headings, self._definitions = title, sheet, headings, definitions
        self._row = 2

    def _begin(self) -> None:
        # 40 ms, and every list can hand out a workbook, but few ever do.
        import xlsxwriter

        # What the library lays down meanwhile is gone with the folder, whatever happens.
        self._folder = tempfile.TemporaryDirectory(prefix=".", dir=self._path.parent)
        options: dict[str, Any] = {
            "constant_memory": True,
            "tmpdir": self._folder.name,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book = xlsxwriter.Workbook(str(self._part), options)
        self._book.set_properties({"title": self._title, "author": "GridBook"})
        form = self._book.add_format
        self._cell = form({"border": 1, "valign": "top", "text_wrap": True})
        self._day = form({"border": 1, "valign": "top", "num_format": "yyyy-mm-dd", "align": "left"})
        middle = {"bold": True, "align": "center", "valign": "vcenter"}
        self._head = form({**middle, "border": 1, "text_wrap": True})
        self._bold = form({**middle, "font_size": 16})
        self._sheet = self._book.add_worksheet(self._name[:31])
        self._set_up()

    def _set_up(self) -> None:
        sheet, last = self._sheet, len(self._headings) - 1
        for n, one in enumerate(self._headings):
            sheet.set_column(n, n, one.width)
        sheet.set_row(0, 28)
        if last:
            sheet.merge_range(0, 0, 0, last, self._title, self._bold)
        else:
            sheet.write_string(0, 0, self._title, self._bold)
        for n, one in enumerate(self._headings):
            sheet.write_string(1, n, one.title, self._head)
        sheet.freeze_panes(2, min(2, last))
        sheet.set_landscape()
        sheet.set_paper(A4_PAPER)
        sheet.set_margins(left=1.0, right=0.8, top=0.8, bottom=0.8)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.set_footer("&C&P / &N")

    def _add(self, lines: Iterable[Line]) -> None:
        # A text stays a text, whatever it begins with.
        for line in lines:
            if self._row - 2 >= MOST_ROWS:
                raise BadValue(
                    "rows",
                    tr("A sheet of a workbook holds {n} lines; these are more.").format(n=f"{MOST_ROWS:,}"),
                    next=tr("Narrow the list, or take CSV."),
                )
            for x, value in enumerate(line):
                if isinstance(value, date):
                    self._sheet.write_datetime(self._row, x, value, self._day)
                elif isinstance(value, int):
                    self._sheet.write_number(self._row, x, value, self._cell)
                else:
                    self._sheet.write_string(self._row, x, value or "", self._cell)
            self._row += 1

    def _end(self) -> None:
        if self._row > 2:
            self._sheet.autofilter(1, 0, self._row - 1, len(self._headings) - 1)
        if self._definitions:
            sheet = self._book.add_worksheet(tr("Definitions"))
            sheet.set_column(0, 0, 20)
            sheet.set_column(1, 1, 80)
            for n, (name, text) in enumerate(self._definitions):
                sheet.write_string(n, 0, name, self._head)
                sheet.write_string(n, 1, text, self._cell)
        # Comes with the workbook, which is there by now.
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
        except FileCreateError as failed:
            raise OSError(*failed.args) from failed

    def _clear(self) -> None:
        if hasattr(self, "_folder"):
            self._folder.cleanup()
