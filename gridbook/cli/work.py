"""Commands about the day's work: write records down from JSON lines, act on a request."""

import dataclasses
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import click
import msgspec

from gridbook.cli import agreed
from gridbook.cli.own import Book, on_book
from gridbook.cli.shapes import emit, state_facts
from gridbook.errors import BadValue, GridbookError
from gridbook.i18n import tr
from gridbook.records.base import CLASSES, LOCAL, MISSING, Record, default_of, new_id, rule_of
from gridbook.records.deadline import Holiday
from gridbook.records.lines import Line
from gridbook.records.place import Building, Estate, Unit
from gridbook.records.request import (
    ACTION_NAMES,
    STATUS_NAMES,
    Action,
    Contact,
    Particulars,
    Request,
    RequestEntry,
    Source,
)
from gridbook.records.staff import Role
from gridbook.records.visit import Attempt, Visit, VisitDetails, VisitEntry, VisitNote, VisitOutcome
from gridbook.sheets import visit_batch
from gridbook.store import journal, numbers, places, requests, rows, sheet_lines, staff, units, visits
from gridbook.store.book import Store
from gridbook.store.requests import Telling
from gridbook.store.session import Session
from gridbook.store.sheet_lines import Twin

R = TypeVar("R", bound=Record)
Given = dict[str, Any]
Written = dict[str, Any]


@click.command()
@on_book
@click.argument("kind")
def record(own: Book, kind: str) -> None:
    """Write records down: JSON lines on stdin; KIND is visits, lines, requests, estates, units, …"""
    writes = KINDS.get(kind)
    if writes is None:
        raise click.UsageError(
            tr("“{kind}” is not recorded; there are: {known}.").format(kind=kind[:30], known="、".join(KINDS))
        )
    refused = False
    with own.opened() as store:
        for number, line in enumerate(sys.stdin.buffer, start=1):
            text = line.strip().removeprefix(b"\xef\xbb\xbf")
            if not text:
                continue
            try:
                written = writes(store, _read(text))
            except GridbookError as error:
                refused = True
                _refuse(own, number, error)
            else:
                _tell(own, number, written)
    if refused:
        raise click.exceptions.Exit(1)


def _read(text: bytes) -> Given:
    try:
        given = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise BadValue("line", tr("This line is not JSON."), next=tr("Write one object per line.")) from error
    if not isinstance(given, dict):
        raise BadValue("line", tr("This line is not a JSON object."), next=tr("Write one object per line."))
    return given


def _refuse(own: Book, number: int, error: GridbookError) -> None:
    if own.as_json:
        told = {"line": number, "error": error.situation, "message": error.message, "next": error.next}
        emit(told | ({"field": error.field} if isinstance(error, BadValue) else {}))
    click.echo(tr("Line {n} was refused: {why}").format(n=number, why=error.sentence()), err=True)


def _tell(own: Book, number: int, written: Written) -> None:
    if own.as_json:
        emit({"line": number, **written})
    else:
        click.echo("  ".join(str(part) for part in (number, *written.values()) if part))


def _filled(cls: type[R], given: Given, **fixed: Any) -> R:
    """The record that an object describes; what it leaves out has its default."""
    rule = rule_of(cls)
    values: dict[str, Any] = {}
    for field in rule.fields:
        if field.name in fixed:
            continue
        if field.name in given:
            value = given.pop(field.name)
            if isinstance(value, list) and not all(isinstance(part, str) for part in value):
                raise BadValue(field.name, tr("“{field}” is a list of texts.").format(field=tr(field.label)))
            values[field.name] = rows.restored_value(field, value)
        elif default_of(rule, field) is MISSING:
            raise BadValue(
                field.name,
                tr("“{field}” is missing.").format(field=tr(field.label)),
                next=tr("Write it as “{name}”.").format(name=field.name),
            )
    return cls(**values, **fixed)


def _nothing_left(given: Mapping[str, Any]) -> None:
    for name in given:
        raise BadValue(
            name[:30],
            tr("There is no field “{name}”.").format(name=name[:30]),
            next=tr("`gridbook schema` lists what can be written."),
        )


def _text(given: Given, name: str) -> str:
    value = given.pop(name, "")
    if not isinstance(value, str):
        raise BadValue(name, tr("“{field}” is a text.").format(field=name))
    return value


def _door(store: Store, given: Given) -> None:
    """A door typed as people write it (`place`) becomes the building's id and the door in it."""
    typed = _text(given, "place")
    if typed:
        found = store.read(places.resolve, typed)
        given |= {"building": found.building.id, "door": found.door}
    elif isinstance(given.get("building"), str):
        given["building"] = _id(given["building"], "building")


def _id(text: str, field: str) -> bytes:
    try:
        made = bytes.fromhex(text)
    except ValueError:
        made = b""
    if len(made) != 16:
        raise BadValue(field, tr("An id has 32 hexadecimal digits."))
    return made


def _visit(store: Store, given: Given) -> Written:
    unit = store.unit
    opening = given.pop("requests", [])
    if not isinstance(opening, list) or not all(isinstance(one, dict) for one in opening):
        raise BadValue("requests", tr("“{field}” is a list of objects.").format(field="requests"))
    _door(store, given)
    note = _text(given, "note")
    # The number of a blank sheet may be given; otherwise the book gives the next one.
    given.setdefault("number", "")
    visit = _filled(Visit, given, unit=unit, id=b"")
    details = _filled(VisitDetails, given, unit=unit, id=b"")
    _nothing_left(given)
    entry = VisitEntry(visit, details, VisitNote(unit=unit, id=b"", note=note) if note else None)
    made = store.write(visits.save, entry, [_request_entry(store, dict(one)) for one in opening])
    if isinstance(made, Attempt):
        return {"outcome": str(VisitOutcome.NOT_IN), "door": made.door}
    return {
        "number": made.visit.number,
        "id": made.visit.id.hex(),
        "requests": list(made.details.opened),
    }


def _line(store: Store, given: Given) -> Written:
    """A visit as one line of a sheet, in texts as people write them."""
    twin, number = given.pop("twin", False) is True, _text(given, "number")
    line = Line(**{one.name: _text(given, one.name) for one in dataclasses.fields(Line)})
    _nothing_left(given)
    open_lines = store.read(sheet_lines.of_sheet, number, visit_batch.ROWS) if number else ()
    printed = next((one for one in open_lines if one.number == numbers.read(number)), None)
    if number and printed is None:
        raise BadValue(
            "number",
            tr("No open sheet has the number “{number}”. Write the lines without it.").format(
                number=number[:24]
            ),
        )
    made = store.write(sheet_lines.keep, line, printed, twin=twin)
    if isinstance(made, Twin):
        raise BadValue(
            "door",
            tr("This visit is perhaps written down already, as {number}.").format(number=made.number),
            next=tr("Write “twin”: true to keep it as well."),
        )
    return {"number": made.number, "place": made.place}


def _request(store: Store, given: Given) -> Written:
    made = store.write(requests.save, _request_entry(store, given))
    return {"number": made.request.number, "id": made.request.id.hex(), "unit": made.request.unit}


def _request_entry(store: Store, given: Given) -> RequestEntry:
    unit = _text(given, "unit") or store.unit
    _door(store, given)
    estate = given.get("estate")
    if isinstance(estate, str):
        given["estate"] = _estate_named(store, estate).id
    given.setdefault("number", "")
    given.setdefault("limit", "")
    given.setdefault("source", str(Source.VISIT))
    registered = given.pop("registered_at", None)
    at = store.clock.now() if registered is None else _instant(registered)
    request = _filled(Request, given, unit=unit, id=b"", registered_at=at)
    particulars = _filled(Particulars, given, unit=unit, id=b"")
    reached = given.get("phone") or given.get("how")
    given.setdefault("phone", "")
    contact = _filled(Contact, given, unit=unit, id=b"") if reached else None
    for name in ("phone", "how"):
        given.pop(name, None)
    _nothing_left(given)
    return RequestEntry(request, particulars, contact)


def _instant(text: Any) -> Any:
    return rows.restored_value(CLASSES["Request"].field("registered_at"), text)


def _estate(store: Store, given: Given) -> Written:
    made = _filled(Estate, given, unit=_text(given, "unit") or store.unit, id=new_id())
    _nothing_left(given)
    store.write(places.save, made)
    return {"name": made.name, "id": made.id.hex()}


def _building(store: Store, given: Given) -> Written:
    estate = _estate_named(store, _text(given, "estate"))
    made = _filled(Building, given, unit=estate.unit, id=new_id(), estate=estate.id)
    _nothing_left(given)
    store.write(places.save, made)
    return {"estate": estate.name, "number": made.number, "id": made.id.hex()}


def _estate_named(store: Store, named: str) -> Estate:
    known = store.read(places.estates)
    found = [one for one in known if named in (one.name, one.quick, one.id.hex())]
    if len(found) != 1:
        raise BadValue(
            "estate",
            tr("“{name}” does not name one estate of this book.").format(name=named[:30]),
            next=tr("Write its name, its quick code or its id."),
        )
    return found[0]


def _unit(store: Store, given: Given) -> Written:
    made = _filled(Unit, given, unit=store.unit, id=new_id())
    _nothing_left(given)
    held = store.read(units.all_known).get(made.code)
    if held is not None and held.unit == store.unit:
        made = replace(made, id=held.id)
    store.write(units.save, made)
    return {"code": made.code, "id": made.id.hex()}


def _person(store: Store, given: Given) -> Written:
    name, role, passphrase = (_text(given, key) for key in ("name", "role", "passphrase"))
    _nothing_left(given)
    if role not in tuple(Role):
        raise BadValue("role", tr("There is no role “{role}”.").format(role=role[:30]))
    if not passphrase:
        raise BadValue("passphrase", tr("“{field}” is missing.").format(field=tr("Passphrase")))
    made = store.write(staff.add, store.folder, store.keys, name, Role(role), passphrase)
    return {"name": made.name, "code": made.code}


def _holiday(store: Store, given: Given) -> Written:
    made = _filled(Holiday, given, unit=store.unit, id=new_id())
    _nothing_left(given)
    store.write(_save_holiday, made)
    return {"day": made.day.isoformat(), "id": made.id.hex()}


def _save_holiday(session: Session, made: Holiday) -> None:
    journal.save(session, made)


Writes = Callable[[Store, Given], Written]
KINDS: Mapping[str, Writes] = {
    "visits": _visit,
    "lines": _line,
    "requests": _request,
    "estates": _estate,
    "buildings": _building,
    "units": _unit,
    "staff": _person,
    "holidays": _holiday,
    "care": agreed.write_care,
    "lists": agreed.write_list,
    "rounds": agreed.write_round,
}
"""What can be written down, by the word that `record` takes."""


@click.command()
@on_book
@click.argument("number")
@click.argument("action")
@click.argument("given", nargs=-1)
def act(own: Book, number: str, action: str, given: tuple[str, ...]) -> None:
    """Do something to a request: accept, assign lead=CODE, resolve outcome=solved, feed-back, …

    `note=…` adds a remark; `tell=…` and `contact=…` are what another office is to read.
    """
    what = _action(action)
    details = _pairs(given)
    note = details.pop("note", "")
    telling = Telling(details.pop("tell"), details.pop("contact", "")) if "tell" in details else None
    with own.opened() as store:
        state = store.write(requests.act, number, what, _typed(details), note, telling)
    if own.as_json:
        emit({"number": number, "action": str(what), **state_facts(state)})
        return
    due = state.due_at.astimezone(LOCAL).strftime("%Y-%m-%d") if state.due_at else "—"
    told = tr("{number}: {status}, due {due}")
    click.echo(told.format(number=number, status=tr(STATUS_NAMES[state.status]), due=due))


def _action(word: str) -> Action:
    for action in Action:
        spelled = (str(action), action.name.lower(), action.name.lower().replace("_", "-"))
        if word.lower() in spelled or word == tr(ACTION_NAMES[action]):
            return action
    known = "、".join(action.name.lower().replace("_", "-") for action in Action)
    raise click.UsageError(
        tr("“{word}” is no action; there are: {known}.").format(word=word[:30], known=known)
    )


def _pairs(given: Iterable[str]) -> dict[str, str]:
    found = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign:
            raise click.UsageError(tr("“{word}” is not key=value.").format(word=one[:30]))
        found[name] = value
    return found


_YES_NO = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}


def _typed(given: Mapping[str, str]) -> Given:
    typed: Given = dict(given)
    if "co" in typed:
        typed["co"] = tuple(part for part in typed["co"].replace("，", ",").split(",") if part)
    if typed.get("days", "").isascii() and typed.get("days", "").isdigit():
        typed["days"] = int(typed["days"])
    if typed.get("solved") in _YES_NO:
        typed["solved"] = _YES_NO[typed["solved"]]
    return typed


COMMANDS: tuple[click.Command, ...] = (record, act)
