"""Lines of the finder that hold what was typed: by an index in a file, by reading them on a server."""

import re
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from gridbook.records.base import RecordId
from gridbook.store import tables
from gridbook.store.session import Session

NEWEST = 4000
"""So many of the newest lines are simply read: what is short and common stands there."""
LOOKED_AT = 300
"""So many lines are compared letter by letter with what may be typed wrong."""
MOST_TERMS = 300
_GRAM = 3
LEAST_NEAR = 4
"""Words shorter than this are too like each other to guess at."""
LAST = "\U0010ffff"


def holding(session: Session, parts: Sequence[str], most: int) -> list[RecordId]:
    """The cases of which one line holds every one of these parts, the newest lines first."""
    like = " AND ".join("finder.words LIKE ? ESCAPE '!'" for _ in parts)
    values = [f"%{_escaped(part)}%" for part in parts]
    if session.indexed:
        grams = [gram for part in parts for gram in _grams(part)]
        if grams:
            return _indexed(session, " AND ".join(map(_quoted, grams)), like, values, most)
        found = _read(
            session, f"SELECT n, id, words FROM finder ORDER BY n DESC LIMIT {NEWEST}", like, values, most
        )
        if len(found) >= most:
            return found
        match = _beginning(session, parts)
        return _indexed(session, match, like, values, most) if match else []
    return _read(session, "SELECT id AS n, id, words FROM finder", like, values, most)


def cases_with(session: Session, part: str) -> "sa.sql.Select[tuple[bytes]]":
    """The cases of which a line holds the part, to narrow a list by."""
    table = tables.finder
    holds = table.c.words.contains(part, autoescape=True)
    grams = _grams(part) if session.indexed else []
    if grams:
        match = sa.text("finder_index MATCH :grams").bindparams(
            sa.bindparam("grams", " AND ".join(map(_quoted, grams)), unique=True)
        )
        index = sa.select(sa.column("rowid", sa.Integer())).select_from(sa.table("finder_index")).where(match)
        holds = sa.and_(table.c.n.in_(index), holds)
    return sa.select(table.c.id).where(holds)


def nearly(session: Session, word: str, most: int) -> list[RecordId]:
    """The cases of which one line holds the word with one letter wrong, missing, too many or changed over."""
    if len(word) < LEAST_NEAR and not (len(word) == LEAST_NEAR - 1 and not word.isascii()):
        return []
    places = [n for n in range(len(word) - 1) if _grams(word[:n]) or _grams(word[n + 2 :])]
    if session.indexed and places:
        # One of these stands there unharmed; only such lines are worth a closer look.
        rows = session.run(
            "SELECT id, words FROM (SELECT finder_index.rowid AS n, id, finder.words FROM finder_index "
            "CROSS JOIN finder ON finder.n = finder_index.rowid "
            f"WHERE finder_index MATCH ? ORDER BY finder_index.rowid DESC LIMIT {LOOKED_AT}) "
            "WHERE instr(words, ?) OR instr(words, ?) OR instr(words, ?) ORDER BY n DESC",
            (_but_for_two(word, places), *_halves(word), _crossed(word)),
        )
    else:
        rows = session.run(f"SELECT id, words FROM finder ORDER BY n DESC LIMIT {LOOKED_AT * 2}")
    found = (bytes(record) for record, words in rows if is_near(word, words))
    return list(dict.fromkeys(found))[:most]


def is_near(word: str, line: str) -> bool:
    """Whether the line holds the word with at most one edit."""
    # An edit leaves one of the halves unharmed, unless it changes over the letters where they meet.
    first, second = _halves(word)
    backwards, drow = line[::-1], first[::-1]
    return (
        any(_goes_on(line, at, second) for at in _places(line, first))
        or any(_goes_on(backwards, at, drow) for at in _places(backwards, second[::-1]))
        or _crossed(word) in line
    )


def _halves(word: str) -> tuple[str, str]:
    middle = len(word) // 2
    return word[:middle], word[middle:]


def _crossed(word: str) -> str:
    first, second = _halves(word)
    return first[:-1] + second[:1] + first[-1:] + second[1:]


def _but_for_two(word: str, places: Sequence[int], asked: Sequence[str] = ()) -> str:
    """What the index is asked for: all but two letters side by side, which begin at one of these places."""
    # What these have in common is asked once; place by place it takes twice as long.
    common = dict.fromkeys([*_grams(word[: places[0]]), *_grams(word[places[-1] + 2 :])])
    same = [_quoted(gram) for gram in common if gram not in asked]
    if len(places) > 1:
        middle = len(places) // 2
        halves = [_but_for_two(word, half, [*asked, *common]) for half in (places[:middle], places[middle:])]
        if all(halves):
            same.append(f"({halves[0]} OR {halves[1]})")
    return " AND ".join(same)


def _places(line: str, piece: str) -> Iterable[int]:
    """Where a piece ends in the line."""
    at = line.find(piece)
    while at >= 0:
        yield at + len(piece)
        at = line.find(piece, at + 1)


def _goes_on(line: str, at: int, piece: str) -> bool:
    """Whether the piece follows there with at most one edit."""
    rest = line[at : at + len(piece) + 1]
    same = 0
    while same < len(piece) and same < len(rest) and piece[same] == rest[same]:
        same += 1
    if same == len(piece):
        return True
    left = piece[same:]
    return (
        rest[same + 1 :].startswith(left[1:])  # another letter
        or rest[same + 1 :].startswith(left)  # one that was left out
        or rest[same:].startswith(left[1:])  # one too many
        or (len(left) > 1 and rest[same:].startswith(left[1] + left[0] + left[2:]))  # changed over
    )


def _grams(part: str) -> list[str]:
    return [part[n : n + _GRAM] for n in range(len(part) - _GRAM + 1)]


def _quoted(gram: str) -> str:
    return '"' + gram.replace('"', '""') + '"'


def _escaped(part: str) -> str:
    return re.sub(r"([!%_])", r"!\1", part)


def _beginning(session: Session, parts: Sequence[str]) -> str:
    """What the index is asked for parts too short for it: all that begins so; nothing where nothing does."""
    asked: list[str] = []
    for part in sorted(parts, key=len, reverse=True):
        terms = _terms(session, part)
        if not terms:
            return ""
        # What begins in more ways than are read narrows nothing; the line itself is looked at anyway.
        if len(terms) < MOST_TERMS or not asked:
            asked.append(" OR ".join(map(_quoted, terms)))
    return " AND ".join(f"({terms})" for terms in asked)


def _terms(session: Session, part: str) -> list[str]:
    rows = session.run(
        f"SELECT term FROM finder_term WHERE term >= ? AND term < ? LIMIT {MOST_TERMS}", (part, part + LAST)
    )
    return [row[0] for row in rows]


def _indexed(session: Session, match: str, like: str, values: Sequence[str], most: int) -> list[RecordId]:
    rows = session.run(
        "SELECT id FROM finder_index CROSS JOIN finder ON finder.n = finder_index.rowid "
        f"WHERE finder_index MATCH ? AND {like} ORDER BY finder_index.rowid DESC LIMIT {int(most)}",
        (match, *values),
    )
    return [bytes(row[0]) for row in rows]


def _read(session: Session, lines: str, like: str, values: Sequence[str], most: int) -> list[RecordId]:
    rows = session.run(
        f"SELECT id FROM ({lines}) AS finder WHERE {like} ORDER BY n DESC LIMIT {int(most)}", tuple(values)
    )
    return [bytes(row[0]) for row in rows]
