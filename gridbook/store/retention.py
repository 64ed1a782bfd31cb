"""What goes when its time is over: a rule of every book for itself, and lawful erasure, which travels."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from gridbook.records.base import (
    CLASSES,
    MONTH,
    ClassRule,
    RecordId,
    Since,
    UnitCode,
    instant_text,
    local_day,
)
from gridbook.records.request import Request
from gridbook.records.visit import ATTEMPT_DAYS
from gridbook.store import (
    acts,
    audit,
    care,
    caseload,
    drafts,
    ended,
    erasing,
    journal,
    loads,
    meta,
    moved,
    project,
    requests,
    tables,
    visits,
    worklists,
)
from gridbook.store.session import Session

SIGNED_DAYS = 31
"""A wrong clock can run the purge at most so many days ahead of the newest date that an office signed."""
DRAFT_DAYS = 90
PRINTED_DAYS = 24 * MONTH
AUDIT_DAYS = 24 * MONTH
SWEEP_DAYS = 30
_LAST, _SWEPT = "purged on", "swept on"

Counts = Mapping[str, int]
"""How many records went, by the name of their class (attempt, draft, printed, load and audit included)."""


def daily(session: Session) -> Counts:
    """The purge, once a day; nothing when it has run today already."""
    today = session.today.isoformat().encode()
    return {} if meta.get(session, _LAST) == today else purge(session)


def day_of(session: Session) -> date:
    """The day from which periods are counted: today, but never far beyond what offices signed."""
    signed = session.standing.newest_signed
    if not signed:
        return session.today
    bound = local_day(datetime.fromtimestamp(signed / 1000, UTC)) + timedelta(days=SIGNED_DAYS)
    return min(session.today, bound)


def first_kept(session: Session) -> Mapping[int, bytes]:
    """By class number the id from which on a record's period, counted from its entry, is not over yet."""
    day = day_of(session)
    return {
        tables.CLASS_NUMBERS[name]: b""
        if rule.keep.days is None
        else _first_id(day - timedelta(days=rule.keep.days))
        for name, rule in CLASSES.items()
    }


def purge(session: Session, *, thorough: bool = False) -> Counts:
    """Let go of everything whose period is over; every month, or when thorough, what was deleted too."""
    day = day_of(session)
    thorough = thorough or _sweep_is_due(session)
    counts = {
        "attempt": _attempts(session, day),
        "draft": _drafts(session, day),
        "printed": _printed(session, day),
        "load": loads.purge(session, _instant(day)),
        "audit": audit.purge(session, _instant(day - timedelta(days=AUDIT_DAYS))),
    }
    acts.purge(session, instant_text(_instant(day - timedelta(days=acts.KEPT_DAYS))))
    for name, rule in CLASSES.items():
        if rule.keep.days is not None:
            limit = day - timedelta(days=rule.keep.days)
            over = list(_over(session, rule, limit, thorough))
            for unit, record in over:
                _let_go(session, name, unit, record)
            counts[name] = len(over)
    counts = {name: count for name, count in counts.items() if count}
    meta.put(session, _LAST, session.today.isoformat().encode())
    if thorough:
        meta.put(session, _SWEPT, session.today.isoformat().encode())
    if counts:
        audit.note(session, "purge", "", ", ".join(f"{name} {count}" for name, count in counts.items()))
    return counts


def _sweep_is_due(session: Session) -> bool:
    last = meta.get(session, _SWEPT)
    return last is None or date.fromisoformat(last.decode()) <= session.today - timedelta(days=SWEEP_DAYS)


def _instant(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _attempts(session: Session, day: date) -> int:
    table = tables.attempt
    oldest = (day - timedelta(days=ATTEMPT_DAYS)).isoformat()
    return session.connection.execute(sa.delete(table).where(table.c.tried_on < oldest)).rowcount


def _drafts(session: Session, day: date) -> int:
    table = tables.draft
    oldest = instant_text(_instant(day - timedelta(days=DRAFT_DAYS)))
    return session.connection.execute(sa.delete(table).where(table.c.kept_at < oldest)).rowcount


def _printed(session: Session, day: date) -> int:
    table = tables.printed
    oldest = instant_text(_instant(day - timedelta(days=PRINTED_DAYS)))
    return session.connection.execute(sa.delete(table).where(table.c.printed_at < oldest)).rowcount


def _over(
    session: Session, rule: ClassRule, limit: date, thorough: bool
) -> Iterator[tuple[UnitCode, RecordId]]:
    """The records of a class whose period ended before that day."""
    table = tables.RECORDS[rule.name]
    if rule.keep.since is Since.ENTRY:
        yield from _entered_before(session, table, limit)
        if thorough:
            yield from _deleted_before(session, rule.name, limit)
    elif rule.keep.since is Since.CASE_CLOSED:
        case = table.c.case if "case" in table.c else table.c.id
        for unit, closed in ended.closed_before(session, limit):
            found = session.connection.execute(
                sa.select(table.c.id).where(table.c.unit == unit, case == closed)
            ).all()
            yield from ((unit, bytes(row.id)) for row in found)
            if thorough and not found and "case" not in table.c and _has_bodies(session, rule.name, closed):
                yield unit, closed
        if thorough and "case" in table.c:
            yield from _deleted_before(session, rule.name, limit)
    elif rule.keep.since is Since.ENDED:
        yield from ended.before(session, rule.name, limit)
        if thorough:
            yield from _deleted_before(session, rule.name, limit)


def _entered_before(session: Session, table: sa.Table, limit: date) -> Iterator[tuple[UnitCode, RecordId]]:
    visit = tables.RECORDS["Visit"]
    made_late = _first_id(session.today + timedelta(days=SIGNED_DAYS))
    # An id from a clock that ran ahead says nothing about its age; the day of the visit does.
    found = session.connection.execute(
        sa.select(table.c.unit, table.c.id)
        .outerjoin_from(table, visit, sa.and_(visit.c.unit == table.c.unit, visit.c.id == table.c.id))
        .where(
            sa.or_(
                table.c.id < _first_id(limit),
                sa.and_(table.c.id > made_late, visit.c.visited_on < limit.isoformat()),
            )
        )
    ).all()
    yield from ((row.unit, bytes(row.id)) for row in found)


def _deleted_before(session: Session, name: str, limit: date) -> Iterator[tuple[UnitCode, RecordId]]:
    """Records that were deleted and of which the log still has the words."""
    log, line, table = tables.op, tables.line, tables.RECORDS[name]
    there = sa.exists().where(table.c.unit == line.c.unit, table.c.id == log.c.record)
    found = session.connection.execute(
        sa.select(line.c.unit, log.c.record)
        .join(line, line.c.id == log.c.line)
        .where(
            log.c["class"] == tables.CLASS_NUMBERS[name],
            log.c.record < _first_id(limit),
            log.c.body.is_not(None),
            ~there,
        )
        .distinct()
    ).all()
    yield from ((row.unit, bytes(row.record)) for row in found)


def _first_id(day: date) -> bytes:
    """Ids made on that day or later are not smaller than this."""
    # A neighbour whose clock stands at 1970 makes the day from which periods count as old as that.
    return max(0, int(_instant(day).timestamp() * 1000)).to_bytes(6, "big")


def _has_bodies(session: Session, name: str, record: RecordId) -> bool:
    log = tables.op
    return (
        session.connection.execute(
            sa.select(log.c.pos)
            .where(
                log.c.record == record,
                log.c["class"] == tables.CLASS_NUMBERS[name],
                log.c.body.is_not(None),
            )
            .limit(1)
        ).first()
        is not None
    )


def _let_go(session: Session, name: str, unit: UnitCode, record: RecordId) -> None:
    erasing.drop_bodies(session, name, unit, record, None, "purged")
    project.refold(session, name, unit, record)


def erase_request(session: Session, ref: str | RecordId, reason: str) -> int:
    """Lawful erasure of everything personal about a request, here and at every office; the facts stay."""
    request = requests.find(session, ref)
    # Where it lay before a hand-over the same words are still kept.
    return sum(_erase_case(session, one, reason) for one in (request, *moved.earlier(session, request)))


def _erase_case(session: Session, request: Request, reason: str) -> int:
    erased = 0
    for name in ("Particulars", "Contact", "Mandate"):
        if journal.was_written(session, name, request.unit, request.id):
            erased += journal.erase(session, name, request.unit, request.id, reason)
    for name in ("EventNote", "Referral", "DocumentReceipt"):
        for record in _of_case(session, name, request.unit, request.id):
            erased += journal.erase(session, name, request.unit, record, reason)
    drafts.forget(session, request.number, request.id)
    audit.note(session, "erase", request.number, reason)
    return erased


def erase_visit(session: Session, ref: str | RecordId, reason: str) -> int:
    """Lawful erasure of door, items and note of a visit; the facts stay."""
    visit = visits.entry(session, ref).visit
    erased = 0
    for name in ("VisitDetails", "VisitNote"):
        if journal.was_written(session, name, visit.unit, visit.id):
            erased += journal.erase(session, name, visit.unit, visit.id, reason)
    drafts.forget(session, visit.number, visit.id)
    audit.note(session, "erase", visit.number, reason)
    return erased


def erase_door(session: Session, building: RecordId, door: str, reason: str) -> int:
    """Lawful erasure of everything personal that is held about a door."""
    erased = 0
    for row in caseload.of_door(session, building, door):
        erased += erase_request(session, row.request.id, reason)
    for visited in visits.of_door(session, building, door):
        erased += erase_visit(session, visited.visit.id, reason)
    erased += care.erase_door(session, building, door) + worklists.erase_door(session, building, door, reason)
    table = tables.attempt
    session.connection.execute(sa.delete(table).where(table.c.building == building, table.c.door == door))
    return erased


def _of_case(session: Session, name: str, unit: UnitCode, case: RecordId) -> list[RecordId]:
    table = tables.RECORDS[name]
    found = session.connection.execute(
        sa.select(table.c.id).where(table.c.unit == unit, table.c.case == case)
    ).all()
    return [bytes(row.id) for row in found]
