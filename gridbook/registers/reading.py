"""Reading a foreign file, in a process of its own that may take only so much memory and time."""

import codecs
import csv
import io
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec

from gridbook.registers import headings

MEMORY = 1 << 30
SECONDS = 60
LARGEST_FILE = 64 << 20
LARGEST_UNPACKED = 512 << 20
MOST_PARTS = 2000
MOST_ROWS = 20_000
MOST_COLUMNS = 120
MOST_SHEETS = 60
LONGEST_CELL = 2000
MOST_BLANK = 2000
"""So many empty rows after each other are the end of a sheet."""
LOOKED_AT = 15
"""Within so many rows the headings are found."""
EXACT_DIGITS = 10**15
"""From here on a workbook keeps a number's first fifteen digits only."""

_AS_POWER = re.compile(r"\d(?:\.\d+)?[eE]\+?(\d{1,3})")


class Row(msgspec.Struct, array_like=True):
    """A row by its number in the file, its cells as text, and the cells whose long number lost its end."""

    number: int
    cells: list[str]
    mangled: list[int]


class Sheet(msgspec.Struct, array_like=True):
    """A table as it was read: only the columns that may be read, each with its place in the file."""

    sheets: list[str]
    sheet: str
    heading_row: int
    headings: list[str]
    columns: list[int]
    refused: list[str]
    rows: list[Row]
    total: int


class CannotRead(Exception):
    """The file is not read; `why` is one of the reasons that `capped` has a sentence for."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def answer(way: Connection, path: str, sheet: str, most: int) -> None:
    """What the process does: read, answer, end."""
    _limit()
    try:
        told = b"+" + msgspec.msgpack.encode(read(Path(path), sheet, most))
    except CannotRead as cannot:
        told = b"-" + cannot.why.encode()
    except MemoryError:
        told = b"-memory"
    except RecursionError:
        told = b"-damaged"
    except Exception:
        # Whatever a crafted file makes a parser stumble over, the answer is that it is no register.
        told = b"-damaged"
    way.send_bytes(told)
    way.close()


def _limit() -> None:
    if sys.platform == "win32":
        return
    import resource  # Windows has no such limits; there the parent's clock and the sizes below must do

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def read(path: Path, sheet: str = "", most: int = MOST_ROWS) -> Sheet:
    """A sheet of a workbook or a table of text, up to so many rows; all rows are counted."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        raise CannotRead("missing") from error
    if size > LARGEST_FILE:
        raise CannotRead("large")
    if not start.strip():
        raise CannotRead("empty")
    if start.startswith(b"PK"):
        return _workbook(path, sheet, most)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise CannotRead("old workbook")
    return _table([""], "", _of_text(path.read_bytes()), most)


def _workbook(path: Path, wanted: str, most: int) -> Sheet:
    _look_into(path)
    # 150 ms that only this process needs; the program itself never loads it.
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    sheets = [one for one in book.worksheets if one.sheet_state == "visible"][:MOST_SHEETS]
    named = [one for one in sheets if one.title == wanted] if wanted else sheets
    if not named:
        raise CannotRead("no sheet" if wanted else "empty")
    for chosen in named:
        # What a file says about its own size is not believed.
        chosen.reset_dimensions()
        rows = chosen.iter_rows(values_only=True, max_col=MOST_COLUMNS)
        try:
            return _table([one.title for one in sheets], chosen.title, map(_texts, rows), most)
        except CannotRead as cannot:
            if cannot.why != "empty" or chosen is named[-1]:
                raise
    raise CannotRead("empty")


def _look_into(path: Path) -> None:
    """Look at the parts of a workbook before anything unpacks them."""
    try:
        with zipfile.ZipFile(path) as parts:
            held = parts.infolist()
            names = {one.filename.lower() for one in held}
            if len(held) > MOST_PARTS or sum(one.file_size for one in held) > LARGEST_UNPACKED:
                raise CannotRead("large")
            if any(one.flag_bits & 1 for one in held):
                raise CannotRead("password")
            if "xl/workbook.xml" not in names:
                raise CannotRead("no workbook")
            if any(name.endswith("vbaproject.bin") for name in names):
                raise CannotRead("macros")
            for one in held:
                if one.filename.lower().endswith((".xml", ".rels")):
                    with parts.open(one) as part:
                        head = part.read(2048).replace(b"\0", b"").upper()
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise CannotRead("damaged")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise CannotRead("damaged") from error


def _texts(values: Iterable[Any]) -> tuple[list[str], list[int]]:
    cells, mangled = [], []
    for n, value in enumerate(values):
        cells.append(_text(value))
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= EXACT_DIGITS:
            mangled.append(n)
    return cells, mangled


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value.strip()[:LONGEST_CELL]
        case bool():
            return "1" if value else "0"
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case datetime():
            midnight = value.time() == time(0, 0)
            return value.date().isoformat() if midnight else value.strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
    return str(value)[:LONGEST_CELL]


def _of_text(raw: bytes) -> Iterator[tuple[list[str], list[int]]]:
    text = _decoded(raw)
    lines = text.split("\n", LOOKED_AT)[:LOOKED_AT]
    marks = {mark: sum(line.count(mark) for line in lines) for mark in (",", "\t", ";", "，", "|")}
    mark = max(marks, key=lambda one: marks[one])
    if not marks[mark]:
        raise CannotRead("no table")
    csv.field_size_limit(1 << 20)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
            shown = [cell.strip().removeprefix('="').removesuffix('"')[:LONGEST_CELL] for cell in cells]
            yield shown[:MOST_COLUMNS], [n for n, cell in enumerate(shown) if _is_power(cell)]
    except csv.Error as error:
        raise CannotRead("damaged") from error


def _is_power(cell: str) -> bool:
    """`1.10101E+17`: what is left of a long number when a table of text was saved from a workbook."""
    found = _AS_POWER.fullmatch(cell)
    return found is not None and int(found[1]) >= len(str(EXACT_DIGITS)) - 1


def _decoded(raw: bytes) -> str:
    head = raw[:4096]
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
    ):  # fmt: skip
        if head.startswith(mark):
            return _as(raw, name)
    if b"\0" in head:
        for marks, name in (
            ((b",\0", b"\t\0", b";\0"), "utf-16-le"),
            ((b"\0,", b"\0\t", b"\0;"), "utf-16-be"),
        ):
            if any(mark in head for mark in marks) and not len(raw) % 2:
                return _as(raw, name)
        raise CannotRead("no table")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _as(raw, "gb18030")


def _as(raw: bytes, encoding: str) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise CannotRead("encoding") from error
    if "\0" in text:
        raise CannotRead("no table")
    return text


def _table(
    sheets: Sequence[str], sheet: str, rows: Iterable[tuple[list[str], list[int]]], most: int
) -> Sheet:
    """The headings and the rows below them, without the columns that are outside the purpose of the book."""
    numbered = enumerate(rows, start=1)
    first = [(n, row) for n, row in _first(numbered, LOOKED_AT)]
    at = _heading_row([cells for _, (cells, _) in first])
    if at is None:
        raise CannotRead("empty")
    number, (names, _) = first[at]
    columns = [n for n, name in enumerate(names) if name and not headings.is_refused(name)]
    refused = [name for name in names if name and headings.is_refused(name)]
    made = Sheet(list(sheets), sheet, number, [names[n] for n in columns], columns, refused, [], 0)
    blank = 0
    for number, (cells, mangled) in (*first[at + 1 :], *()):
        blank = _add(made, number, cells, mangled, most, blank)
    for number, (cells, mangled) in numbered:
        blank = _add(made, number, cells, mangled, most, blank)
        if blank > MOST_BLANK:
            break
    if not made.total:
        raise CannotRead("empty")
    return made


def _first(rows: Iterator[Any], count: int) -> Iterator[Any]:
    for _, row in zip(range(count), rows, strict=False):
        yield row


def _add(
    made: Sheet, number: int, cells: Sequence[str], mangled: Sequence[int], most: int, blank: int
) -> int:
    kept = [cells[n] if n < len(cells) else "" for n in made.columns]
    if not any(kept):
        return blank + 1
    made.total += 1
    if made.total > MOST_ROWS:
        raise CannotRead("rows")
    if len(made.rows) < most:
        hurt = [at for at, n in enumerate(made.columns) if n in mangled]
        made.rows.append(Row(number, kept, hurt))
    return 0


def _heading_row(first: Sequence[Sequence[str]]) -> int | None:
    """The row with most headings that the book knows or refuses; else the first with two words in it."""
    known = headings.known_words()

    def hits(cells: Sequence[str]) -> int:
        return sum(headings.plain(cell) in known or headings.is_refused(cell) for cell in cells if cell)

    best = max(range(len(first)), key=lambda n: (hits(first[n]), -n), default=None)
    if best is not None and hits(first[best]) >= 2:
        return best
    return next((n for n, cells in enumerate(first) if sum(bool(cell) for cell in cells) >= 2), None)
