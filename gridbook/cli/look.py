"""Commands that look up: lists, one record with its history, find, and the conflict desk."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

import click

from gridbook.cli import agreed
from gridbook.cli.errands import facts as errand_facts
from gridbook.cli.errands import lines as errand_lines
from gridbook.cli.own import Book, on_book, tell
from gridbook.cli.shapes import emit, plain, request_facts, request_line, visit_facts, visit_line
from gridbook.errors import BadValue, NotFound
from gridbook.i18n import tr
from gridbook.records.base import CLASSES, LOCAL
from gridbook.records.request import ACTION_NAMES, Status
from gridbook.records.visit import Mode, VisitOutcome, VisitReason
from gridbook.records.worklist import Round, WorkList
from gridbook.store import (
    care,
    caseload,
    conflicts,
    errands,
    history,
    loads,
    numbers,
    places,
    requests,
    search,
    staff,
    units,
    visits,
    worklists,
)
from gridbook.store.book import Store
from gridbook.store.requests import EventView, RequestView
from gridbook.sync import where
from gridbook.sync.where import Way

E = TypeVar("E", bound=StrEnum)
Line = tuple[Mapping[str, Any], str]
Listed = Callable[[Store, dict[str, str], int], Iterable[Line]]


@click.command("list")
@on_book
@click.argument("kind")
@click.option("--where", "asked", multiple=True, metavar="KEY=VALUE", help="Which of them; may be repeated.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True)
def show_list(own: Book, kind: str, asked: tuple[str, ...], limit: int) -> None:
    """List visits, requests, errands, care, lists, rounds, estates, buildings, units, staff or loads."""
    listed = KINDS.get(kind)
    if listed is None:
        raise click.UsageError(
            tr("“{kind}” is not listed; there are: {known}.").format(kind=kind[:30], known="、".join(KINDS))
        )
    wanted = {}
    for one in asked:
        name, sign, value = one.partition("=")
        if not sign:
            raise click.UsageError(tr("“{word}” is not key=value.").format(word=one[:30]))
        wanted[name] = value
    with own.opened() as store:
        for facts, line in listed(store, wanted, limit):
            if own.as_json:
                emit(facts)
            else:
                click.echo(line)


def _requests(store: Store, asked: dict[str, str], limit: int) -> Iterable[Line]:
    take = asked.pop
    wanted = caseload.Wanted(
        open=_flag(asked, "open"),
        statuses=tuple(_one_of(Status, "status", word) for word in _words(take("status", ""))),
        unit=take("unit", ""),
        lead=take("lead", ""),
        category=take("category", ""),
        since=_day(asked, "since"),
        until=_day(asked, "until"),
        overdue=_flag(asked, "overdue") or False,
    )
    _nothing_left(asked, "open status unit lead category since until overdue")
    return [(request_facts(row), request_line(row)) for row in store.read(caseload.page, wanted, 0, limit)]


def _visits(store: Store, asked: dict[str, str], limit: int) -> Iterable[Line]:
    take = asked.pop
    wanted = visits.Wanted(
        since=_day(asked, "since"),
        until=_day(asked, "until"),
        unit=take("unit", ""),
        outcome=_maybe(VisitOutcome, asked, "outcome"),
        reason=_maybe(VisitReason, asked, "reason"),
        mode=_maybe(Mode, asked, "mode"),
        category=take("category", ""),
    )
    _nothing_left(asked, "since until unit outcome reason mode category")
    return [(visit_facts(row), visit_line(row)) for row in store.read(visits.page, wanted, 0, limit)]


def _flag(asked: dict[str, str], name: str) -> bool | None:
    word = asked.pop(name, None)
    if word is None:
        return None
    if word.lower() in ("yes", "true", "1", "是"):
        return True
    if word.lower() in ("no", "false", "0", "否"):
        return False
    raise BadValue(name, tr("“{word}” is neither yes nor no.").format(word=word[:20]))


def _day(asked: dict[str, str], name: str) -> date | None:
    word = asked.pop(name, None)
    try:
        return None if word is None else date.fromisoformat(word)
    except ValueError as error:
        raise BadValue(name, tr("“{word}” is not a day like 2026-11-23.").format(word=word)) from error


def _words(text: str) -> list[str]:
    return [word for word in text.replace("，", ",").split(",") if word]


def _one_of(choices: type[E], name: str, word: str) -> E:
    try:
        return choices(word)
    except ValueError as error:
        known = "、".join(choices)
        raise BadValue(
            name, tr("“{word}” is none of: {known}.").format(word=word[:20], known=known)
        ) from error


def _maybe(choices: type[E], asked: dict[str, str], name: str) -> E | None:
    word = asked.pop(name, None)
    return None if word is None else _one_of(choices, name, word)


def _nothing_left(asked: Mapping[str, str], known: str) -> None:
    for name in asked:
        raise click.UsageError(
            tr("“{name}” cannot be asked for here; there are: {known}.").format(
                name=name[:30], known="、".join(known.split())
            )
        )


def _plain_list(read: Callable[[Store], Sequence[Any]]) -> Listed:
    def listed(store: Store, asked: dict[str, str], limit: int) -> list[Line]:
        found: list[Line] = []
        for one in read(store):
            facts: dict[str, Any] = plain(one)
            _nothing_left({name: "" for name in asked if name not in facts}, " ".join(facts))
            if all(str(facts[name]) == value for name, value in asked.items()) and len(found) < limit:
                shown = [str(value) for name, value in facts.items() if name not in ("id", "unit", "estate")]
                found.append((facts, "  ".join(shown)))
        return found

    return listed


def _loads(store: Store, asked: dict[str, str], limit: int) -> list[Line]:
    _nothing_left(asked, "")
    found = store.read(loads.recent, limit)
    return [(plain(one), f"{one.id.hex()}  {one.at:%Y-%m-%d}  {one.kind}  {one.rows}") for one in found]


def _holidays(store: Store) -> list[dict[str, Any]]:
    exceptions = store.read(lambda session: session.calendar().exceptions)
    return [{"day": day.isoformat(), "works": works} for day, works in sorted(exceptions.items())]


def _errands(store: Store, asked: dict[str, str], limit: int) -> Iterable[Line]:
    stage = _maybe(errands.Stage, asked, "stage")
    _nothing_left(asked, "stage")
    found = [one for one in store.read(errands.board) if stage in (None, one.stage)]
    return [(errand_facts(one), "\n".join(errand_lines(one))) for one in found[:limit]]


def _care(store: Store, asked: dict[str, str], limit: int) -> Iterable[Line]:
    due = _flag(asked, "due")
    _nothing_left(asked, "due")
    found = store.read(care.due) if due else store.read(care.listed)
    return [(agreed.care_facts(row), agreed.care_line(row)) for row in found[:limit]]


def _lists_of(cls: type[worklists.Listing]) -> Listed:
    def listed(store: Store, asked: dict[str, str], limit: int) -> list[Line]:
        _nothing_left(asked, "")
        found = store.read(worklists.of_kind, cls)[:limit]
        return [(agreed.list_facts(one), f"{one.id.hex()}  {worklists.name(one)}") for one in found]

    return listed


KINDS: Mapping[str, Listed] = {
    "visits": _visits,
    "requests": _requests,
    "errands": _errands,
    "estates": _plain_list(lambda store: store.read(places.estates)),
    "buildings": _plain_list(lambda store: store.read(places.buildings)),
    "units": _plain_list(lambda store: list(store.read(units.all_known).values())),
    "staff": _plain_list(lambda store: store.read(staff.people)),
    "holidays": _plain_list(_holidays),
    "loads": _loads,
    "care": _care,
    "lists": _lists_of(WorkList),
    "rounds": _lists_of(Round),
}
"""What can be listed, by the word that `list` takes."""


@click.command()
@on_book
@click.argument("number")
def show(own: Book, number: str) -> None:
    """A request or visit with its events, where it is held, and its history."""
    with own.opened() as store:
        facts, lines = _shown(store, number)
    if own.as_json:
        emit(facts)
    else:
        click.echo("\n".join(line for line in lines if line))


def _shown(store: Store, number: str) -> tuple[dict[str, Any], list[str]]:
    read = numbers.read(number)
    for name, show_one in (("Request", _shown_request), ("Visit", _shown_visit)):
        if read and store.read(numbers.holders, name, read):
            return show_one(store, number)
    raise NotFound(
        tr("There is no record {number} in this book.").format(number=number[:40]),
        next=tr("Check the number; `gridbook find` looks for words too."),
    )


def _shown_request(store: Store, number: str) -> tuple[dict[str, Any], list[str]]:
    view = store.read(requests.get, number)
    request = view.request
    (row,) = store.read(caseload.with_ids, [request.id])
    way = store.read(where.way_of, "Request", request.unit, request.id)
    past = store.read(history.of_case, request.unit, request.id)
    facts = {
        "kind": "request",
        **request_facts(row),
        **_words_of(view),
        "events": [
            {**plain(one.event), "standing": one.standing, "note": one.note, "office": one.office}
            for one in view.events
        ],
        "referrals": [{"text": one.text, "contact": one.contact} for one in view.referrals],
        "findings": [plain(one) for one in view.findings],
        "actions": [str(action) for action in view.actions],
        "likely": str(view.likely) if view.likely else None,
        **_way_facts(way),
        "history": [plain(one) for one in past],
    }
    lines = [request_line(row), tr("Held: {where}").format(where=way.sentence())]
    if view.particulars is not None:
        lines += [view.particulars.text, view.particulars.hope]
    phone = view.contact.phone if view.contact is not None else ""
    lines += [tr("Telephone: {phone}").format(phone=phone) if phone else ""]
    lines += [_event_line(one.event.at, tr(ACTION_NAMES[one.event.action]), one) for one in view.events]
    lines += [tr("Told the other office: {text}").format(text=one.text) for one in view.referrals]
    can = "、".join(tr(ACTION_NAMES[action]) for action in view.actions)
    return facts, [*lines, tr("Possible now: {actions}").format(actions=can)]


def _way_facts(way: Way) -> dict[str, Any]:
    return {
        "held": str(way.where),
        "way": {
            "written": way.written_at,
            "on_stick_since": way.on_stick_since,
            "receipts": {str(at): day for at, day in way.receipts.items()},
            "sentence": way.sentence(),
        },
    }


def _words_of(view: RequestView) -> dict[str, Any]:
    particulars, contact = view.particulars, view.contact
    return {
        "text": particulars.text if particulars else None,
        "hope": particulars.hope if particulars else None,
        "phone": contact.phone if contact else None,
        "how": contact.how if contact else None,
    }


def _event_line(at: datetime, what: str, one: EventView) -> str:
    when = at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
    return "  ".join((when, what, one.office, one.person, one.note)).rstrip()


def _shown_visit(store: Store, number: str) -> tuple[dict[str, Any], list[str]]:
    visit = store.read(visits.entry, number).visit
    (row,) = store.read(visits.with_ids, [visit.id])
    way = store.read(where.way_of, "Visit", visit.unit, visit.id)
    past = store.read(history.of_case, visit.unit, visit.id)
    facts = {
        "kind": "visit",
        **visit_facts(row),
        **_way_facts(way),
        "history": [plain(one) for one in past],
    }
    return facts, [visit_line(row), row.note, tr("Held: {where}").format(where=way.sentence())]


@click.command()
@on_book
@click.argument("text")
@click.option("--limit", type=click.IntRange(1, 200), default=8, show_default=True)
def find(own: Book, text: str, limit: int) -> None:
    """Look for a number, a door, or a word in one's own cases."""
    with own.opened() as store:
        found = store.read(search.find, text, limit)
    if own.as_json:
        emit(
            {
                "requests": [request_facts(row) for row in found.requests],
                "visits": [visit_facts(row) for row in found.visits],
                "doors": [
                    {"building": one.building.id, "door": one.door, "place": one.text} for one in found.doors
                ],
                "estates": found.estates,
                "nearly": found.nearly,
            }
        )
        return
    lines = [
        *([tr("Nothing is written exactly so. Perhaps this is meant:")] if found.nearly else []),
        *(request_line(row) for row in found.requests),
        *(visit_line(row) for row in found.visits),
        *(one.text for one in found.doors),
        *(one.name for one in found.estates),
    ]
    click.echo("\n".join(lines) or tr("Nothing answers to that."))


@click.command("conflicts")
@on_book
@click.option("--waiting", is_flag=True, help="Also what only waits for a piece that has not come yet.")
def show_conflicts(own: Book, waiting: bool) -> None:
    """What a person has to settle, each with both sides."""
    with own.opened() as store:
        found = store.read(conflicts.questions, waiting=waiting)
    for one in found:
        if own.as_json:
            emit({name: value for name, value in plain(one).items() if name not in ("offers", "ops")})
            continue
        click.echo(f"{one.id}  {one.number}  {one.sentence}")
        if one.waits_for:
            click.echo("    " + tr("{who} settles this; here it is only shown.").format(who=one.waits_for))
        if one.suggestion is not None:
            click.echo("    " + tr("Suggested: {n}. {why}").format(n=one.suggestion, why=one.why))
        for n, side in enumerate(one.sides):
            told = "；".join(f"{name}：{value}" for name, value in side.values.items())
            click.echo(f"    {n}  {side.office}  {side.person}  {told}")
    if not found and not own.as_json:
        click.echo(tr("There is nothing to settle."))


@click.command()
@on_book
@click.argument("question")
@click.argument("choice", nargs=-1, required=True)
@click.option("--reason", default="", help="Why; it travels with the decision.")
def settle(own: Book, question: str, choice: tuple[str, ...], reason: str) -> None:
    """Settle a question: mine, theirs, the number of a side, or field=value …

    Of two requests that look alike: same or different. One's own decision is taken back with undo.
    """
    given = [word.partition("=") for word in choice]
    by_field = {name: value for name, sign, value in given if sign}
    if len(choice) != 1 and len(by_field) != len(choice):
        raise click.UsageError(tr("Choose one side, or give field=value."))
    side = int(choice[0]) if choice[0].isascii() and choice[0].isdigit() else choice[0]
    with own.opened() as store:
        chosen = _typed(store, question, by_field) if by_field else side
        store.write(conflicts.settle, question, chosen, reason)
        left = len(store.read(conflicts.questions))
    tell(
        own,
        {"id": question, "settled": side != conflicts.UNDO, "left": left},
        (
            tr("Taken back; {n} questions are open.")
            if side == conflicts.UNDO
            else tr("Settled; {n} questions are left.")
        ).format(n=left),
    )


def _typed(store: Store, question: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Values by field: numbers, yes and no, and lists are read as JSON, everything else is text."""
    asked = next((one for one in store.read(conflicts.questions) if one.id == question), None)
    rules = {rule.name: rule for rule in CLASSES[asked.class_name].fields} if asked is not None else {}
    typed: dict[str, Any] = dict(given)
    for name, text in given.items():
        if name in rules and rules[name].python in (int, bool, tuple):
            try:
                typed[name] = json.loads(text)
            except (ValueError, RecursionError) as error:
                told = tr("“{value}” does not fit “{field}”.")
                raise BadValue(name, told.format(value=text[:30], field=tr(rules[name].label))) from error
    return typed


COMMANDS: tuple[click.Command, ...] = (show_list, show, find, show_conflicts, settle)
