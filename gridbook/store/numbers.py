"""Record numbers: short code, year, a counter and letters of the id; given once, never again."""

import re
import unicodedata

import sqlalchemy as sa

from gridbook.records.base import RecordId, check_letters
from gridbook.records.place import short_code
from gridbook.store import tables
from gridbook.store.session import Session

_TYPED = re.compile(r"(\d{4})-(\d{2})-(\d{1,9})(?:-([0-9A-Z]{4}))?")
_GIVEN = (
    "SELECT 1 FROM visit WHERE number >= ? AND number < ? "
    "UNION ALL SELECT 1 FROM request WHERE number >= ? AND number < ? "
    "UNION ALL SELECT 1 FROM consent WHERE number >= ? AND number < ? LIMIT 1"
)
_LOOKS_LIKE = str.maketrans("OIL", "011")


def issue(session: Session, record: RecordId) -> str:
    """The next number of this office in this year, for a record of that id."""
    year, standing = session.today.year, session.standing
    start = f"{short_code(session.unit)}-{year % 100:02}"
    while True:
        count = standing.numbers.get(year, 0) + 1
        standing.numbers = {**standing.numbers, year: count}
        number = f"{start}-{count:04}"
        # After a restore the counter may lie behind numbers that came back with a stick.
        span = (f"{number}-", f"{number}.")
        if not session.run(_GIVEN, (*span, *span, *span)):
            return f"{number}-{check_letters(record)}"


def read(typed: str) -> str:
    """A number as it was typed or scanned, in the form in which it is kept; nothing when it is none."""
    text = re.sub(r"[\s\-–—－_]+", "-", unicodedata.normalize("NFKC", typed).strip().upper()).strip("-")
    match = _TYPED.fullmatch(text)
    if match is None:
        return ""
    office, year, count, letters = match.groups()
    number = f"{office}-{year}-{int(count):04}"
    return f"{number}-{letters.translate(_LOOKS_LIKE)}" if letters else number


def holders(session: Session, class_name: str, number: str) -> list[tuple[str, RecordId]]:
    """The records of a class with that number, or whose number begins so when the letters were left out."""
    table = tables.RECORDS[class_name]
    whole = number.count("-") == 3
    fits = (
        table.c.number == number
        if whole
        else sa.and_(table.c.number >= f"{number}-", table.c.number < f"{number}.")
    )
    rows = session.connection.execute(sa.select(table.c.unit, table.c.id).where(fits).limit(20))
    return [(row.unit, bytes(row.id)) for row in rows]
