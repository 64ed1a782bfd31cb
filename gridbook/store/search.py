"""Find as one types: by number, door, and in one's own cases by name, telephone, title and pinyin."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from gridbook.records.base import RecordId
from gridbook.records.place import Estate, Place, short_code
from gridbook.store import caseload, duplicates, numbers, pinyin, places, prints, tables, visits
from gridbook.store.caseload import RequestRow
from gridbook.store.prints import Blank
from gridbook.store.session import Session
from gridbook.store.visits import VisitRow

MOST = 8
"""Results per group; who sees this many types one more letter."""


@dataclass(frozen=True, slots=True)
class Found:
    """What answers to a text, group by group."""

    requests: Sequence[RequestRow] = ()
    visits: Sequence[VisitRow] = ()
    doors: Sequence[Place] = ()
    estates: Sequence[Estate] = ()
    blanks: Sequence[Blank] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing answers."""
        return not (self.requests or self.visits or self.doors or self.estates or self.blanks)


def find(session: Session, typed: str, most: int = MOST) -> Found:
    """What answers to a text; people are found in one's own cases only."""
    text = unicodedata.normalize("NFKC", typed).strip().lower()
    if not text:
        return Found()
    start = _start_of_number(session, text)
    asked, visited = _numbered(session, start, most)
    if not asked and not visited:
        asked = _worded(session, text, most)
        if not asked and text.isascii() and pinyin.folded(text) != text:
            asked = _worded(session, pinyin.folded(text), most)
    return Found(
        caseload.with_ids(session, asked[:most]),
        visits.with_ids(session, visited[:most]),
        places.meant(session, typed)[:most],
        _estates(session, text)[:most],
        prints.blanks(session, start, most) if start else (),
    )


def _numbered(session: Session, start: str, most: int) -> tuple[list[RecordId], list[RecordId]]:
    if not start:
        return [], []
    found: list[list[RecordId]] = []
    for name in ("Request", "Visit"):
        table = tables.RECORDS[name]
        rows = session.connection.execute(
            sa.select(table.c.id)
            .where(table.c.number >= start, table.c.number < start + "~")
            .order_by(table.c.number)
            .limit(most)
        )
        found.append([bytes(row.id) for row in rows])
    return found[0], found[1]


def _start_of_number(session: Session, text: str) -> str:
    """How the numbers begin that a person means: the whole, its first parts, or this year's counter alone."""
    whole = numbers.read(text)
    if whole:
        return whole
    if re.fullmatch(r"\d{4}-\d{0,2}(-\d*)?", text):
        return text
    if re.fullmatch(r"\d{1,5}", text):
        return f"{short_code(session.unit)}-{session.today.year % 100:02}-{int(text):04}-"
    return ""


def _worded(session: Session, text: str, most: int) -> list[RecordId]:
    # Reading every short line takes 4 ms for 36,000 of them; an index would be paid for by every import.
    parts = [part for part in re.split(r"\s+", text) if part][:4]
    conditions = " AND ".join("words LIKE ? ESCAPE '!'" for _ in parts)
    rows = session.run(
        f"SELECT id FROM finder WHERE {conditions} ORDER BY id DESC LIMIT {int(most) * 2}",
        tuple("%" + re.sub("([!%_])", r"!\1", part) + "%" for part in parts),
    )
    found = [bytes(row[0]) for row in rows]
    # Of two records of one matter the one that stands in the lists is found.
    hidden = set(duplicates.hidden(session)) & set(found)
    stands = {one: duplicates.master_of(session, one) for one in hidden}
    return list(dict.fromkeys(stands.get(one, one) for one in found))


def _estates(session: Session, text: str) -> Sequence[Estate]:
    return [
        estate
        for estate in places.estates(session)
        if text in estate.name.lower() or (estate.quick and estate.quick.lower().startswith(text))
    ]
