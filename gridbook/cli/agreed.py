"""Commands about care contacts and lists of doors: written down, listed, struck off, withdrawn."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import click

from gridbook.cli.own import Book, on_book
from gridbook.cli.shapes import emit, plain
from gridbook.errors import BadValue, NotFound
from gridbook.i18n import tr
from gridbook.records.base import CLASSES
from gridbook.records.care import (
    CONSENT_FORM,
    EVERY_NAMES,
    About,
    CareContact,
    CareEntry,
    Consent,
    EmergencyContact,
    InEmergency,
    a_year_after,
)
from gridbook.records.worklist import Round, WorkList
from gridbook.store import care as agreements
from gridbook.store import places, rows, worklists
from gridbook.store.book import Store
from gridbook.store.care import CareRow
from gridbook.store.worklists import ItemRow, Listing, Wish

Given = dict[str, Any]
_CARE = ("called", "phone", "every", "phone_first", "at_home", "waits", "meals", "haircut", "shopping")


def write_care(store: Store, given: Given) -> dict[str, Any]:
    """An agreement from an object: place, called, every, signed_on; perhaps emergency with its own."""
    place = store.read(places.resolve, _text(given, "place"))
    fields = {name: _value("CareContact", name, given.pop(name)) for name in _CARE if name in given}
    signed = _day("Consent", "signed_on", given)
    ends = _day("Consent", "ends_on", given) if "ends_on" in given else a_year_after(signed)
    emergency = given.pop("emergency", None)
    _nothing_left(given)
    for name in ("called", "every"):
        if name not in fields:
            raise _missing("CareContact", name)
    new: Given = {"unit": store.unit, "id": b"", "ends_on": ends}
    care = CareContact(
        **new, number="", building=place.building.id, door=place.door, agreed_on=signed, **fields
    )
    proof = Consent(**new, number="", about=About.CARE, signed_on=signed, paper=CONSENT_FORM)
    made = store.write(agreements.save, CareEntry(care, proof, _emergency(new, emergency)))
    return {"number": made.care.number, "id": made.care.id.hex(), "ends_on": made.care.ends_on.isoformat()}


def _emergency(new: Given, given: Any) -> InEmergency | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        raise BadValue("emergency", tr("“{field}” is an object.").format(field="emergency"))
    signed = _day("Consent", "signed_on", given)
    contact = EmergencyContact(**new, care=b"", called=_text(given, "called"), phone=_text(given, "phone"))
    _nothing_left(given)
    proof = Consent(**new, number="", about=About.EMERGENCY, signed_on=signed, paper=CONSENT_FORM)
    return InEmergency(contact, proof)


def write_list(store: Store, given: Given) -> dict[str, Any]:
    """An entry list from an object: starts_on, doors; `agreed: true` takes over what was agreed."""
    starts = _day("WorkList", "starts_on", given)
    ends = _day("WorkList", "ends_on", given) if "ends_on" in given else starts
    listing = WorkList(unit=store.unit, id=b"", title=_text(given, "title"), starts_on=starts, ends_on=ends)
    agreed = given.pop("agreed", False) is True
    wishes = _doors(store, given)
    _nothing_left(given)
    if agreed:
        wishes += store.read(worklists.agreed, starts)
    return _written(store, listing, wishes)


def write_round(store: Store, given: Given) -> dict[str, Any]:
    """A round from an object: purpose, starts_on, ends_on, doors."""
    if "purpose" not in given:
        raise _missing("Round", "purpose")
    listing = Round(
        unit=store.unit,
        id=b"",
        purpose=_value("Round", "purpose", given.pop("purpose")),
        title=_text(given, "title"),
        starts_on=_day("Round", "starts_on", given),
        ends_on=_day("Round", "ends_on", given),
    )
    wishes = _doors(store, given)
    _nothing_left(given)
    return _written(store, listing, wishes)


def _written(store: Store, listing: Listing, wishes: Sequence[Wish]) -> dict[str, Any]:
    made = store.write(worklists.save, listing, wishes)
    return {
        "id": made.id.hex(),
        "name": worklists.name(made),
        "doors": len(store.read(worklists.doors, made)),
    }


def _doors(store: Store, given: Given) -> list[Wish]:
    typed = given.pop("doors", [])
    if not isinstance(typed, list) or not all(isinstance(one, str) for one in typed):
        raise BadValue("doors", tr("“{field}” is a list of texts.").format(field="doors"))
    found = [store.read(places.resolve, one) for one in typed]
    return [Wish(one.building.id, one.door) for one in found]


def care_facts(row: CareRow) -> dict[str, Any]:
    """An agreement as JSON."""
    return {
        **plain(row.care),
        "place": row.place,
        "signed_on": row.consent.signed_on.isoformat(),
        "kept_on": plain(row.kept_on),
        "due_on": row.due_on.isoformat(),
        "holds": row.holds,
    }


def care_line(row: CareRow) -> str:
    """An agreement in one line."""
    due = row.due_on.isoformat() if row.holds else tr("The agreement is over")
    every = tr(EVERY_NAMES[row.care.every])
    return "  ".join((row.care.number, due, every, row.place, row.care.called))


def list_facts(listing: Listing) -> dict[str, Any]:
    """A list of doors as JSON."""
    return {**plain(listing), "name": worklists.name(listing)}


def door_facts(row: ItemRow) -> dict[str, Any]:
    """A door of a list as JSON."""
    told = {"id": row.item.id.hex(), "place": row.place, "door": row.item.door}
    return {**told, "struck_on": plain(row.struck_on), "struck_by": row.struck_by, "title": row.title}


@click.command()
@on_book
@click.argument("number")
@click.argument("action", type=click.Choice(["show", "withdraw", "withdraw-emergency"]), default="show")
def care(own: Book, number: str, action: str) -> None:
    """An agreement: show it, or withdraw the consent it rests on; withdrawn it is erased at once."""
    with own.opened() as store:
        if action == "show":
            row = store.read(agreements.get, number)
            told, line = care_facts(row), care_line(row)
        else:
            whole = action == "withdraw"
            act = agreements.withdraw if whole else agreements.withdraw_emergency
            erased = store.write(act, number)
            told = {"number": number, "action": action, "erased": erased}
            line = tr("{number}: withdrawn; {n} entries erased.").format(number=number, n=erased)
    if own.as_json:
        emit(told)
    else:
        click.echo(line)


@click.command()
@on_book
@click.argument("listed", metavar="LIST")
@click.argument(
    "action", type=click.Choice(["show", "add", "agreed", "strike", "back", "remove"]), default="show"
)
@click.argument("doors", nargs=-1)
def doors(own: Book, listed: str, action: str, doors: tuple[str, ...]) -> None:
    """The doors of a list by its id: show, add DOOR…, agreed, strike DOOR…, back DOOR…, remove."""
    with own.opened() as store:
        listing = _listing(store, listed)
        ACTIONS[action](store, listing, doors)
        found = () if action == "remove" else store.read(worklists.doors, listing)
    for row in found:
        if own.as_json:
            emit(door_facts(row))
        else:
            struck = row.struck_on.isoformat() if row.struck_on else tr("to do")
            click.echo("  ".join((struck, row.place, row.title)).rstrip())


def _listing(store: Store, listed: str) -> Listing:
    for cls in (WorkList, Round):
        for one in store.read(worklists.of_kind, cls):
            if one.id.hex() == listed.lower():
                return one
    raise NotFound(
        tr("There is no such list in this book."), next=tr("Perhaps it has ended; a list is deleted then.")
    )


def _add(store: Store, listing: Listing, typed: Sequence[str]) -> None:
    store.write(worklists.add, listing, _doors(store, {"doors": list(typed)}))


def _agreed(store: Store, listing: Listing, typed: Sequence[str]) -> None:
    store.write(worklists.add, listing, store.read(worklists.agreed, listing.starts_on))


def _strike(store: Store, listing: Listing, typed: Sequence[str], *, done: bool = True) -> None:
    named = {(one.building, one.door) for one in _doors(store, {"doors": list(typed)})}
    for row in store.read(worklists.doors, listing):
        if (row.item.building, row.item.door) in named:
            store.write(worklists.strike, row.item, done=done)


def _back(store: Store, listing: Listing, typed: Sequence[str]) -> None:
    _strike(store, listing, typed, done=False)


ACTIONS: Mapping[str, Callable[[Store, Listing, Sequence[str]], None]] = {
    "show": lambda store, listing, typed: None,
    "add": _add,
    "agreed": _agreed,
    "strike": _strike,
    "back": _back,
    "remove": lambda store, listing, typed: store.write(worklists.remove, listing),
}
"""What can be done with the doors of a list, by the word that the command takes."""


def _text(given: Given, name: str) -> str:
    value = given.pop(name, "")
    if not isinstance(value, str):
        raise BadValue(name, tr("“{field}” is a text.").format(field=name))
    return value


def _value(cls: str, name: str, value: Any) -> Any:
    return rows.restored_value(CLASSES[cls].field(name), value)


def _day(cls: str, name: str, given: Given) -> date:
    if name not in given:
        raise _missing(cls, name)
    day: date = _value(cls, name, given.pop(name))
    return day


def _missing(cls: str, name: str) -> BadValue:
    label = tr(CLASSES[cls].field(name).label)
    return BadValue(
        name,
        tr("“{field}” is missing.").format(field=label),
        next=tr("Write it as “{name}”.").format(name=name),
    )


def _nothing_left(given: Given) -> None:
    for name in given:
        raise BadValue(
            str(name)[:30],
            tr("There is no field “{name}”.").format(name=str(name)[:30]),
            next=tr("`gridbook schema` lists what can be written."),
        )


COMMANDS: tuple[click.Command, ...] = (care, doors)
