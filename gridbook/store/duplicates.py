"""One matter written down twice: what looks like it, and the decision that joins two records or not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import sqlalchemy as sa

from gridbook.errors import BadValue, NotFound
from gridbook.i18n import tr
from gridbook.records.base import Record, RecordId, UnitCode, instant_text
from gridbook.records.place import Building, Estate
from gridbook.records.request import OPEN, Particulars, Request
from gridbook.records.rights import may_write
from gridbook.store import journal, places, rows, tables
from gridbook.store.session import Session

DAYS = 7
"""Two requests as far apart as this may still be one matter."""
LOOKED_AT = 60
"""So many days back the book is searched for them."""
_LOOKED_AT_CLASSES: frozenset[type[Record]] = frozenset({Request, Particulars, Estate, Building})
_REQUESTS: frozenset[type[Record]] = frozenset({Request})
MASTER, PAIR, APART = "master", "pair", "apart"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two requests that may be one matter, the one that was written first in front."""

    first: Request
    second: Request
    place: str
    disputed: bool = False


def pairs(session: Session) -> Sequence[Pair]:
    """Open requests of one category at one place within a few days, which nobody has decided about."""
    # Of every save only few concern requests; after the others the answer is the same.
    return session.remember(f"pairs of {session.today}", _LOOKED_AT_CLASSES, _pairs)


def _pairs(session: Session) -> Sequence[Pair]:
    decided, disputed = _told(session, "apart"), _told(session, "disputed")
    lying_by = set(hidden(session))
    alike: dict[tuple[str, str], list[Request]] = {}
    for request, place in _open(session):
        if request.id not in lying_by:
            alike.setdefault((request.category, place), []).append(request)
    found = []
    for (_, place), those in sorted(alike.items()):
        for first, second in pairwise(sorted(those, key=lambda one: one.id)):
            known = {(first.id, second.id), (second.id, first.id)}
            near = abs(second.registered_at - first.registered_at) <= timedelta(days=DAYS)
            if near and not known & decided:
                found.append(Pair(first, second, place))
    return [*found, *_disputed(session, disputed, found)]


def _disputed(
    session: Session, told: Iterable[tuple[RecordId, RecordId]], found: Sequence[Pair]
) -> list[Pair]:
    known = {frozenset((one.first.id, one.second.id)) for one in found}
    made = []
    for pair in sorted(told):
        held = [one for one in (request(session, record) for record in sorted(pair)) if one is not None]
        if len(held) == 2 and frozenset(pair) not in known:
            made.append(Pair(held[0], held[1], "", disputed=True))
    return made


def _open(session: Session) -> Iterable[tuple[Request, str]]:
    """Every open request of the last weeks with its place in words; one without a place is like none."""
    table, state, held = tables.RECORDS["Request"], tables.request_state, tables.RECORDS["Particulars"]
    since = instant_text(session.now() - timedelta(days=LOOKED_AT))
    beside = sa.and_(state.c.unit == table.c.unit, state.c.id == table.c.id)
    where, known = rows.beside("Particulars", "Request"), places.known(session)
    for row in session.connection.execute(
        sa.select(*rows.columns("Request"), held.c.building, held.c.door, held.c.spot)
        .select_from(table.join(state, beside).outerjoin(held, where))
        .where(
            state.c.status.in_([str(status) for status in sorted(OPEN)]),
            table.c.registered_at >= since,
        )
    ).mappings():
        one = rows.record(Request, row)
        exact = row["building"] is not None or row["spot"] or one.public_place
        building = None if row["building"] is None else bytes(row["building"])
        place = known.text(building, row["door"] or "", row["spot"] or "", one.estate) if exact else ""
        if place:
            yield one, "".join(place.split())


def hidden(session: Session) -> Sequence[RecordId]:
    """The requests that lists leave out, because the one they are joined with stands there for them."""
    return session.remember("hidden", _REQUESTS, _hidden)


def _hidden(session: Session) -> Sequence[RecordId]:
    aliases = _aliases(session)
    if not aliases:
        return ()
    here = _held(session, [*aliases, *aliases.values()])
    return [one for one in aliases if (stands := _master(aliases, one)) != one and stands in here]


def joined_with(session: Session, *records: RecordId) -> Mapping[RecordId, Sequence[Request]]:
    """For each of these requests the others of this book that are one matter with it."""
    aliases = _aliases(session)
    if not aliases:
        return {}
    families: dict[RecordId, set[RecordId]] = {}
    for one in {*aliases, *aliases.values()}:
        families.setdefault(_master(aliases, one), set()).add(one)
    found: dict[RecordId, Sequence[Request]] = {}
    for record in records:
        others = sorted(families.get(_master(aliases, record), set()) - {record})
        held = [one for one in (request(session, other) for other in others) if one is not None]
        if held:
            found[record] = held
    return found


def master_of(session: Session, record: RecordId) -> RecordId:
    """The request that stands for this one everywhere; in a circle it is the lowest id."""
    return _master(_aliases(session), record)


def circles(session: Session) -> Sequence[Sequence[RecordId]]:
    """Requests that were joined with each other in opposite directions."""
    aliases = _aliases(session)
    found = set()
    for start in aliases:
        way = _way(aliases, start)
        back = aliases.get(way[-1])
        if back is not None:
            found.add(tuple(sorted(way[way.index(back) :])))
    return sorted(found)


def _master(aliases: Mapping[RecordId, RecordId], record: RecordId) -> RecordId:
    way = _way(aliases, record)
    back = aliases.get(way[-1])
    return way[-1] if back is None else min(way[way.index(back) :])


def _way(aliases: Mapping[RecordId, RecordId], record: RecordId) -> list[RecordId]:
    way = [record]
    while (ahead := aliases.get(way[-1])) is not None and ahead not in way:
        way.append(ahead)
    return way


def _aliases(session: Session) -> Mapping[RecordId, RecordId]:
    return session.remember("aliases", _REQUESTS, lambda now: dict(_told(now, "joined")))


def _told(session: Session, kind: str) -> set[tuple[RecordId, RecordId]]:
    table = tables.finding
    return {
        (bytes(row.record), bytes.fromhex(row.part))
        for row in session.connection.execute(
            sa.select(table.c.record, table.c.part).where(table.c.kind == kind, table.c["class"] == "Request")
        )
    }


def _held(session: Session, records: Sequence[RecordId]) -> set[RecordId]:
    table = tables.RECORDS["Request"]
    found = session.connection.execute(sa.select(table.c.id).where(table.c.id.in_(records)))
    return {bytes(row.id) for row in found}


def request(session: Session, record: RecordId) -> Request | None:
    """The request of an id, where this book holds it."""
    table = tables.RECORDS["Request"]
    row = session.connection.execute(sa.select(table).where(table.c.id == record)).mappings().first()
    return None if row is None else tables.record_of(Request, row)


def join(session: Session, one: RecordId, other: RecordId, reason: str = "") -> tuple[UnitCode, RecordId]:
    """Say that two requests are one matter: the one that was written first stands for both from now on."""
    first, second = sorted((master_of(session, one), master_of(session, other)))
    if first == second:
        raise BadValue(
            "into",
            tr("These are one matter already; a request is not joined with itself."),
            next=tr("Choose another request."),
        )
    return _say(session, second, first, {MASTER: first}, reason)


def part(session: Session, one: RecordId, other: RecordId, reason: str = "") -> tuple[UnitCode, RecordId]:
    """Say that two requests are two matters; nobody is asked about them again."""
    first, second = sorted((one, other))
    said: dict[str, bytes | bool] = {APART: True}
    if _aliases(session).get(second) == first:
        said[MASTER] = b""
    return _say(session, second, first, said, reason)


def take_back(session: Session, one: RecordId, other: RecordId, reason: str = "") -> None:
    """Undo what was decided about two requests: they stand for themselves, and the question is open again."""
    first, second = sorted((one, other))
    joined = _aliases(session)
    for record, with_ in ((second, first), (first, second)):
        said: dict[str, bytes | bool] = {MASTER: b""} if joined.get(record) == with_ else {}
        if said or (record, with_) in _told(session, "apart"):
            _say(session, record, with_, said, reason)


def open_circle(session: Session, circle: Sequence[RecordId], reason: str = "") -> tuple[RecordId, RecordId]:
    """End a circle: its lowest id is joined with nothing any more; returns what was joined with what."""
    lowest = min(circle)
    other = _aliases(session)[lowest]
    _say(session, lowest, other, {MASTER: b""}, reason)
    return lowest, other


def close_circle(session: Session, record: RecordId, other: RecordId, reason: str = "") -> None:
    """Undo the end of a circle."""
    _say(session, record, other, {MASTER: other}, reason)


def _say(
    session: Session, record: RecordId, other: RecordId, said: Mapping[str, bytes | bool], reason: str
) -> tuple[UnitCode, RecordId]:
    held = request(session, record)
    if held is None or not may_write(session.unit, held.unit, journal.reach_of("Request")):
        raise NotFound(
            tr("This office does not hold both requests."),
            next=tr("The office above, which holds both, decides."),
        )
    journal.alias(session, held, {PAIR: other, **said}, reason)
    return held.unit, record
