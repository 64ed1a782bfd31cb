"""Commands about errands: the mandate, who takes the order, documents handed over and given back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import click

from gridbook.cli.own import Book, on_book
from gridbook.cli.shapes import emit, plain
from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.records.base import CLASSES, RecordId, rule_of
from gridbook.records.errand import BACK_NAMES, PAPER_NAMES, Back, DocumentReceipt, Mandate, Paper
from gridbook.store import errands, rows
from gridbook.store.book import Store
from gridbook.store.errands import Errand

Given = dict[str, str]


@click.command()
@on_book
@click.argument("number")
@click.argument("action", default="show")
@click.argument("given", nargs=-1)
def errand(own: Book, number: str, action: str, given: tuple[str, ...]) -> None:
    """An errand: show, mandate may=… until=…, take, give-back, receive document=…, return, end."""
    act = ACTIONS.get(action)
    if act is None:
        raise click.UsageError(
            tr("“{word}” is no action; there are: {known}.").format(
                word=action[:30], known="、".join(ACTIONS)
            )
        )
    with own.opened() as store:
        act(store, number, _pairs(given))
        held = store.read(errands.get, number)
    if own.as_json:
        emit(facts(held))
    else:
        for line in lines(held):
            click.echo(line)


def facts(held: Errand) -> dict[str, Any]:
    """An errand as JSON."""
    return {
        "number": held.row.request.number,
        "title": held.row.title,
        "stage": str(held.stage),
        "helper": held.helper,
        "mandate": None if held.mandate is None else plain(held.mandate),
        "documents": [plain(one) for one in held.documents],
    }


def lines(held: Errand) -> Iterable[str]:
    """An errand in words, a line for each document."""
    mandate = held.mandate
    until = mandate.until.isoformat() if mandate else "—"
    may = mandate.may if mandate else ""
    stage = tr(errands.STAGE_NAMES[held.stage])
    yield "  ".join((held.row.request.number, stage, until, held.helper or "—", may or held.row.title))
    for one in held.documents:
        where = tr(BACK_NAMES[one.back]) if one.back else tr("Not returned yet")
        yield f"  {one.id.hex()}  {one.document}  {tr(PAPER_NAMES[one.paper])} × {one.count}  {where}"


def _show(store: Store, number: str, given: Given) -> None:
    _nothing_left(given)


def _mandate(store: Store, number: str, given: Given) -> None:
    held = store.read(errands.get, number).mandate
    begun = held or store.read(errands.blank, number)
    known = {"way", "service", "may", "given_on", "until", "signed", "advance", "paid", "receipts", "settled"}
    changed = {
        field.name: _value(Mandate, field.name, given.pop(field.name))
        for field in rule_of(Mandate).fields
        if field.name in known and field.name in given
    }
    _nothing_left(given)
    store.write(errands.save, number, replace(begun, **changed), held)


def _take(store: Store, number: str, given: Given) -> None:
    _nothing_left(given)
    store.write(errands.take, number)


def _give_back(store: Store, number: str, given: Given) -> None:
    _nothing_left(given)
    store.write(errands.give_back, number)


def _receive(store: Store, number: str, given: Given) -> None:
    today = store.read(lambda session: session.today)
    names = {field.name for field in rule_of(DocumentReceipt).fields} - {"case", "back", "back_on"}
    values = {name: _value(DocumentReceipt, name, given.pop(name)) for name in sorted(names) if name in given}
    _nothing_left(given)
    begun = {"document": "", "paper": Paper.ORIGINAL, "handed_on": today, "handed_signed": True}
    made = DocumentReceipt(unit=store.unit, id=b"", case=b"", **{**begun, **values})
    store.write(errands.receive, number, [made])


def _return(store: Store, number: str, given: Given) -> None:
    named = [_id(word) for word in given.pop("document", "").replace("，", ",").split(",") if word]
    word = given.pop("back", str(Back.RETURNED))
    on = given.pop("on", "")
    day: date | None = _value(DocumentReceipt, "back_on", on) if on else None
    _nothing_left(given)
    store.write(errands.put_back, number, named, _value(DocumentReceipt, "back", word), on=day)


def _end(store: Store, number: str, given: Given) -> None:
    _nothing_left(given)
    store.write(errands.end, number)


ACTIONS: Mapping[str, Callable[[Store, str, Given], None]] = {
    "show": _show,
    "mandate": _mandate,
    "take": _take,
    "give-back": _give_back,
    "receive": _receive,
    "return": _return,
    "end": _end,
}
"""What can be done with an errand, by the word that the command takes."""

_YES_NO = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}


def _value(cls: type[Mandate] | type[DocumentReceipt], name: str, word: str) -> Any:
    field = CLASSES[cls.__name__].field(name)
    value: Any = word
    if field.python is bool:
        value = _YES_NO.get(word.lower(), word)
    elif field.python is int and word.isascii() and word.isdigit():
        value = int(word)
    return rows.restored_value(field, value)


def _id(word: str) -> RecordId:
    try:
        return bytes.fromhex(word.strip())
    except ValueError as error:
        raise BadValue("document", tr("An id has 32 hexadecimal digits.")) from error


def _pairs(given: Iterable[str]) -> Given:
    found = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign:
            raise click.UsageError(tr("“{word}” is not key=value.").format(word=one[:30]))
        found[name] = value
    return found


def _nothing_left(given: Given) -> None:
    for name in given:
        raise BadValue(
            name[:30],
            tr("There is no field “{name}”.").format(name=name[:30]),
            next=tr("`gridbook schema` lists what can be written."),
        )


COMMANDS: tuple[click.Command, ...] = (errand,)
