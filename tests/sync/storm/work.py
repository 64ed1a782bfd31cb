"""What people write at a desk: visits, requests and their events, lists, second thoughts, erasures."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from gridbook.errors import GridbookError
from gridbook.records.base import CLASSES, Record, new_id
from gridbook.records.deadline import Holiday
from gridbook.records.place import Level, level_of
from gridbook.records.request import Action, Contact, EventNote, Particulars, Pressing, Referral, Request
from gridbook.records.rights import EVENT_LEVELS, Kind, may_do, may_write
from gridbook.records.visit import VisitDetails, VisitNote
from gridbook.store import duplicates, journal, project, tables
from gridbook.store.fold import heads_of
from gridbook.store.session import Session
from tests.sync.offices import request, visit
from tests.sync.storm.station import REFORMED, Machine
from tests.sync.storm.world import UNITS

WORDS = ("漏水", "灯不亮", "有噪音")
GIVEN: dict[Action, Callable[[Random, str], dict[str, Any]]] = {
    Action.ASSIGN: lambda chance, unit: {"lead": chance.choice((unit, unit[:12]))},
    Action.TRANSFER: lambda chance, unit: {"to": chance.choice((unit, unit[:12]))},
    Action.EXTEND: lambda chance, unit: {"days": chance.randint(1, 9), "reason": "needs time"},
    Action.RESOLVE: lambda chance, unit: {"outcome": chance.choice(("solved", "partly"))},
    Action.FOLLOW_UP: lambda chance, unit: {"satisfaction": "satisfied"},
}


def somebody_writes(machine: Machine, chance: Random) -> str:
    """One entry that the office may make; says which."""
    deeds: list[tuple[int, Callable[[Session, Random], str]]] = [
        (4, _new),
        (5, _changed),
        (5, _happened),
        (1, _deleted),
        (1, _fetched_back),
        (1, _settled),
        (1, _taken_back),
        (1, _paired),
    ]
    deed = chance.choices([one for _, one in deeds], [weight for weight, _ in deeds])[0]
    with machine.program() as store:
        try:
            return store.write(deed, chance)
        except GridbookError as refused:
            # What the desk refuses is refused before anything is written.
            return f"refused: {refused.situation}"


def a_lead_erases(machine: Machine, chance: Random) -> str:
    """A lawful erasure of one record."""
    with machine.program() as store:
        return store.write(_erased, chance)


def _new(session: Session, chance: Random) -> str:
    level = level_of(session.unit)
    kinds = {
        Level.GRID: (_visit, _visit, _request),
        Level.COMMUNITY: (_request, _referral, _note),
        Level.SUBDISTRICT: (_request, _holiday, _referral),
    }[level]
    return chance.choice(kinds)(session, chance)


def _visit(session: Session, chance: Random) -> str:
    made = visit(session.unit)
    journal.save(
        session,
        made,
        VisitDetails(unit=made.unit, id=made.id, items=(chance.choice(WORDS),)),
        VisitNote(unit=made.unit, id=made.id, note=chance.choice(WORDS)),
    )
    return "a visit"


def _request(session: Session, chance: Random) -> str:
    unit = chance.choice([unit for unit in UNITS if unit.startswith(session.unit)])
    made = request(unit, session.now())
    parts: list[Record] = [made]
    if level_of(session.unit) is not Level.SUBDISTRICT or unit == session.unit:
        parts.append(Particulars(unit=unit, id=made.id, title=chance.choice(WORDS), called="王女士"))
        parts.append(Contact(unit=unit, id=made.id, phone="19900000001"))
    journal.save(session, *parts)
    return f"a request of {unit}"


def _holiday(session: Session, chance: Random) -> str:
    day = date(2026, 11, 24) + timedelta(days=chance.randrange(20))
    journal.save(session, Holiday(unit=session.unit, id=new_id(), day=day, works=chance.random() < 0.5))
    return "a holiday"


def _referral(session: Session, chance: Random) -> str:
    held = _any(session, chance, "Request")
    if held is None:
        return "nothing"
    text = chance.choice(WORDS)
    journal.save(session, Referral(unit=held.unit, id=new_id(), case=held.id, text=text))
    return "a referral"


def _note(session: Session, chance: Random) -> str:
    held = _any(session, chance, "Request")
    if held is None:
        return "nothing"
    text = chance.choice(WORDS)
    journal.save(session, EventNote(unit=held.unit, id=new_id(), case=held.id, event=new_id(), text=text))
    return "a remark"


def _any(session: Session, chance: Random, *names: str) -> Any:
    """A record of these classes that the office may change, in the order in which they came."""
    name = chance.choice(names)
    rule = CLASSES[name]
    found = [
        tables.record_of(rule.record, row)
        for row in session.connection.execute(
            tables.RECORDS[name].select().order_by(tables.RECORDS[name].c.id)
        ).mappings()
        if may_write(session.unit, row["unit"], rule.reach)
    ]
    return chance.choice(found) if found else None


def _changed(session: Session, chance: Random) -> str:
    held = _any(session, chance, "Request", "Particulars", "Contact", "VisitDetails", "Visit")
    if held is None or not may_do(session.unit, held.unit, type(held).__name__, Kind.SET):
        return "nothing"
    journal.save(session, _other(held, chance))
    return f"a change of a {type(held).__name__}"


def _other(held: Any, chance: Random) -> Record:
    if isinstance(held, Request):
        fields: list[dict[str, Any]] = [
            {"pressing": chance.choice(list(Pressing))},
            {"category": chance.choice(("F01", "F02")), "limit": chance.choice(("5", "15"))},
            {"public_place": chance.random() < 0.5},
        ]
        return replace(held, **chance.choice(fields))
    if isinstance(held, Particulars):
        name = chance.choice(("title", "called", "door"))
        return replace(held, **{name: chance.choice(WORDS if name != "door" else ("1-101", "2-202"))})
    if isinstance(held, Contact):
        return replace(held, phone=f"1990000000{chance.randrange(4)}")
    if isinstance(held, VisitDetails):
        return replace(held, items=(chance.choice(WORDS),))
    return replace(held, categories=(chance.choice(("F01", "F02")),))


def _happened(session: Session, chance: Random) -> str:
    held = _any(session, chance, "Request")
    if held is None:
        return "nothing"
    level = level_of(session.unit)
    action = chance.choice([one for one in Action if level in EVENT_LEVELS[one]])
    given = GIVEN[action](chance, held.unit) if action in GIVEN else {}
    journal.event(session, held.unit, held.id, action, given)
    return f"the event {action}"


def _deleted(session: Session, chance: Random) -> str:
    held = _any(session, chance, "Particulars", "Request", "VisitDetails")
    if held is None or not may_do(session.unit, held.unit, type(held).__name__, Kind.DELETE):
        return "nothing"
    journal.delete(session, held, "by mistake")
    return f"a deletion of a {type(held).__name__}"


def _written(session: Session, chance: Random, *names: str) -> tuple[str, str, bytes] | None:
    """A record of which there are ops, be it shown or not."""
    numbers = ", ".join(str(tables.CLASS_NUMBERS[name]) for name in names)
    rows = session.run(
        'SELECT DISTINCT o."class", l.unit, l.reach, o.record FROM op o JOIN line l ON l.id = o.line '
        f'WHERE o."class" IN ({numbers}) ORDER BY o.record'
    )
    found = [
        (tables.CLASS_NAMES[number], unit, bytes(record))
        for number, unit, reach, record in rows
        if may_write(session.unit, unit, reach)
    ]
    return chance.choice(found) if found else None


def _fetched_back(session: Session, chance: Random) -> str:
    held = _written(session, chance, "Particulars", "Request")
    if held is None:
        return "nothing"
    name, unit, record = held
    journal.undelete(session, name, unit, record, "after all")
    return f"a {name} fetched back"


def _settled(session: Session, chance: Random) -> str:
    held = _written(session, chance, "Particulars", "Contact", REFORMED)
    if held is None:
        return "nothing"
    name, unit, record = held
    fields: dict[str, Any] = {
        "Contact": {"phone": "19900000009"},
        "Particulars": {"title": chance.choice(WORDS)},
        REFORMED: {"text": chance.choice(WORDS)},
    }[name]
    if name == REFORMED and CLASSES[name].version > 1:
        # A field of which older programs know nothing: they keep it and hand it on.
        fields["tone"] = "calm"
    journal.resolve(session, name, unit, record, fields, "as agreed")
    return f"a {name} settled"


def _taken_back(session: Session, chance: Random) -> str:
    held = _written(session, chance, "Particulars", "Contact", "Request")
    if held is None:
        return "nothing"
    name, unit, record = held
    seen = project.ops_of(session, name, unit, record)
    kinds = {one.digest: one.op.kind for one in seen}
    last = heads_of(seen)
    if len(last) != 1 or kinds[last[0]] not in (Kind.RESOLVE, Kind.DELETE):
        return "nothing"
    journal.withdraw(session, name, unit, record, last[0], "not so")
    return f"a settlement of a {name} taken back"


def _paired(session: Session, chance: Random) -> str:
    one, other = _any(session, chance, "Request"), _any(session, chance, "Request")
    if one is None or one.id == other.id:
        return "nothing"
    say = chance.choice((duplicates.join, duplicates.part, duplicates.take_back))
    say(session, one.id, other.id, "as agreed")
    return f"of two requests: {say.__name__}"


def _erased(session: Session, chance: Random) -> str:
    held = _written(session, chance, "Particulars", "Contact", "VisitDetails", "Request")
    if held is None or not may_do(session.unit, held[1], held[0], Kind.ERASE):
        return "nothing"
    name, unit, record = held
    if not any(one.whole for one in project.ops_of(session, name, unit, record)):
        return "nothing"
    journal.erase(session, name, unit, record, "ordered")
    return f"an erasure of a {name}"
