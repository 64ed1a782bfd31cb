"""What the packaged program tries on itself: database, words, fonts, paper, a round of the stick."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from gridbook import catalog, i18n
from gridbook.i18n import tr
from gridbook.practice import run
from gridbook.press import application, fonts
from gridbook.registers import capped
from gridbook.sheets.typeset import Face
from gridbook.store import book, keys
from gridbook.store.session import Session

PDF_MAGIC, PLAIN_DATABASE = b"%PDF-", b"SQLite format 3"


@dataclass(frozen=True, slots=True)
class Tried:
    """One thing that was tried, whether it went well, and what was seen."""

    what: str
    good: bool
    seen: str


def tried(folder: Path, seed: int = 1) -> Iterator[Tried]:
    """Try everything in an empty folder; the first thing that fails ends it with its own error."""
    # The sentence itself is data here: it has to come out in Chinese if the words came along.
    chinese = i18n.language() == "en" or tr("Visit") != "Visit"
    yield Tried(tr("Words and lists"), chinese and len(catalog.categories()) > 0, i18n.language())
    application.needed()
    for face in Face:
        fonts.load(face)
    yield Tried(tr("Fonts"), True, str(len(Face)))
    yield Tried(tr("Old registers"), *_register(folder))
    result = run.whole_job(folder, "grid", 1, seed)
    books = sorted((folder / "books").iterdir(), key=lambda path: len(path.name))
    with book.open_book(books[0], keys.people(books[0])[0], run.PASSPHRASE) as store:
        engine, cipher = store.read(_versions)
    yield Tried(tr("Database"), True, f"SQLite {engine}, SQLCipher {cipher}")
    plain = [path.name for path in books if (path / book.DATABASE).read_bytes().startswith(PLAIN_DATABASE)]
    yield Tried(tr("Encryption"), not plain, "、".join(plain))
    printed = sorted((folder / "sheets").glob("*.pdf"))
    whole = all(path.read_bytes().startswith(PDF_MAGIC) for path in printed)
    yield Tried(tr("Sheets"), bool(printed) and whole, tr("{n} pages").format(n=result.pages))
    told = result.report.differences if result.report is not None else ()
    yield Tried(tr("A round of the stick"), result.all_held, "；".join(told))


def _register(folder: Path) -> tuple[bool, str]:
    """A workbook made here and read by a process of its own, which a packaged program starts as itself."""
    file = folder.with_name(folder.name + "-register.xlsx")
    with xlsxwriter.Workbook(file) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ("走访日期", "地址"))
        sheet.write_row(1, 0, ("2026-06-01", "3-2-501"))
    try:
        read = capped.read(file)
    finally:
        file.unlink()
    return read.rows[0].cells == ["2026-06-01", "3-2-501"], "、".join(read.headings)


def _versions(session: Session) -> tuple[str, str]:
    ask = session.connection.exec_driver_sql
    return str(ask("SELECT sqlite_version()").scalar()), str(ask("PRAGMA cipher_version").scalar())
