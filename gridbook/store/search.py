"""Find as one types: by number, door, and in one's own cases by name, telephone, title and pinyin."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from gridbook.records.base import RecordId
from gridbook.records.place import Estate, Place, short_code
from gridbook.store import care, caseload, duplicates, lookup, numbers, pinyin, places, prints, tables, visits
from gridbook.store.care import CareRow
from gridbook.store.caseload import RequestRow
from gridbook.store.prints import Blank
from gridbook.store.session import Session
from gridbook.store.visits import VisitRow

MOST = 8
"""Results per group; who sees this many types one more letter."""
MOST_PARTS = 4
MOST_LETTERS = 40


@dataclass(frozen=True, slots=True)
class Found:
    """What answers to a text, group by group; `nearly` says that it does so but for one letter."""

    requests: Sequence[RequestRow] = ()
    visits: Sequence[VisitRow] = ()
    doors: Sequence[Place] = ()
    estates: Sequence[Estate] = ()
    blanks: Sequence[Blank] = ()
    nearly: bool = False
    agreed: Sequence[CareRow] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing answers."""
        found = (self.requests, self.visits, self.agreed, self.doors, self.estates, self.blanks)
        return not any(found)


def find(session: Session, typed: str, most: int = MOST) -> Found:
    """What answers to a text; people are found in one's own cases only."""
    text = unicodedata.normalize("NFKC", typed).strip().lower()
    if not text:
        return Found()
    start = _start_of_number(session, text)
    asked, visited = _numbered(session, start, most)
    if not asked and not visited:
        asked = _worded(session, text, most)
    doors, estates = places.meant(session, typed)[:most], _estates(session, text)[:most]
    blanks = prints.blanks(session, start, most) if start else ()
    by_number = care.numbered(session, start) if start else ()
    nearly = False
    if not (asked or visited or doors or estates or blanks or by_number):
        asked, visited = _nearly(session, text, start, most)
        nearly = bool(asked or visited)
    return Found(
        caseload.with_ids(session, asked[:most]),
        visits.with_ids(session, visited[:most]),
        doors,
        estates,
        blanks,
        nearly,
        (by_number or care.with_ids(session, asked))[:most],
    )


def _nearly(session: Session, text: str, start: str, most: int) -> tuple[list[RecordId], list[RecordId]]:
    """What may be meant where nothing answers: a number read wrongly, the same sound, one letter."""
    if start.count("-") == 3:
        return _numbered(session, start.rpartition("-")[0] + "-", most)
    word = "" if start else re.sub(r"\s+", "", text)[:MOST_LETTERS]
    # Whoever writes by sound picks 丽 for 莉; the sound is the same.
    sounds = [whole for whole, _ in pinyin.readings(word)] if not word.isascii() else []
    for sound in sounds:
        if len(sound) >= lookup.LEAST_NEAR and (
            found := _stand(session, lookup.holding(session, [sound], most))
        ):
            return found, []
    # Every line holds the sounds without zh/z and the like, too, so that is where they are compared.
    return _stand(session, lookup.nearly(session, pinyin.folded(word) if word.isascii() else word, most)), []


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
    found = lookup.holding(session, _parts(text), most * 2)
    if not found and text.isascii() and pinyin.folded(text) != text:
        found = lookup.holding(session, _parts(pinyin.folded(text)), most * 2)
    return _stand(session, found)


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"\s+", text[:MOST_LETTERS]) if part][:MOST_PARTS]


def _stand(session: Session, found: Sequence[RecordId]) -> list[RecordId]:
    """Of two records of one matter the one that stands in the lists is found; the newest come first."""
    hidden = set(duplicates.hidden(session)) & set(found)
    stands = {one: duplicates.master_of(session, one) for one in hidden}
    return sorted({stands.get(one, one) for one in found}, reverse=True)


def _estates(session: Session, text: str) -> Sequence[Estate]:
    known = session.remember("words of estates", frozenset({Estate}), _words_of_estates)
    return [estate for estate, words in known if text in words]


def _words_of_estates(session: Session) -> Sequence[tuple[Estate, str]]:
    return [(one, pinyin.words(one.name, one.quick)) for one in places.estates(session)]
