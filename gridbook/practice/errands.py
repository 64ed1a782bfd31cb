"""Errands of the practice town: mandates, helpers who take them, originals that go back in the end."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

from gridbook import catalog
from gridbook.i18n import N_, tr
from gridbook.practice import names
from gridbook.practice.places import Places
from gridbook.practice.subdistrict import Town
from gridbook.records.base import id_at
from gridbook.records.errand import DocumentReceipt, ErrandWay, Mandate, Paper
from gridbook.records.request import Action, Contact, Particulars, Request, RequestEntry, Source
from gridbook.store import errands, requests
from gridbook.store.errands import Errand, Stage
from gridbook.store.session import Session

GIVEN, TAKEN, RECEIVED, RETURNED, HERE_TODAY = 0.6, 0.7, 0.85, 0.6, 0.1
"""How likely a mandate is written, an order taken, a document handed over, and originals given back."""
PAID = {"A01": 40_000, "C03": 8_600}
"""Categories in which a helper pays something, with the usual sum in fen."""


def work_through(session: Session, chance: random.Random) -> int:
    """Go over the board as a grid does before it hands over; returns how many errands were touched."""
    touched = 0
    for errand in errands.board(session):
        if errand.row.request.unit != session.unit:
            continue
        match errand.stage:
            case Stage.ASKED if _has_service(errand) and chance.random() < GIVEN:
                _begin(session, errand, chance)
            case Stage.WAITING if chance.random() < TAKEN:
                errands.take(session, errand.row.request.id)
            case Stage.RETURN if chance.random() < RETURNED:
                errands.put_back(session, errand.row.request.id)
            case Stage.TAKEN if errand.out and chance.random() < HERE_TODAY:
                errands.put_back(session, errand.row.request.id, [errand.out[0].id])
            case _:
                continue
        touched += 1
    return touched


def _has_service(errand: Errand) -> bool:
    return bool(errand.row.called and catalog.services_for(errand.row.request.category))


def _begin(session: Session, errand: Errand, chance: random.Random) -> None:
    """The mandate is signed, and most of what the list asks for is handed over at once."""
    record = errand.row.request.id
    begun = errands.blank(session, record)
    way = chance.choices(tuple(ErrandWay), (3, 5, 2))[0]
    sum_paid = PAID.get(errand.row.request.category, 0)
    mandate: Mandate = replace(
        begun,
        way=way,
        until=begun.given_on + timedelta(days=chance.choice((15, 30, 30, 60))),
        signed=True,
        advance=sum_paid,
    )
    errands.save(session, record, mandate)
    if chance.random() < TAKEN:
        errands.take(session, record)
    came = [
        _document(session, one)
        for one in catalog.services()[mandate.service].materials
        if chance.random() < RECEIVED
    ]
    if came:
        errands.receive(session, record, came)


ORDERS: tuple[tuple[str, str], ...] = (
    ("A04", N_("Replace a lost social card")),
    ("A02", N_("Hand in invoices for a refund")),
    ("B01", N_("Apply for a senior card")),
    ("C03", N_("Fetch prescribed goods")),
)
"""What residents ask a grid for on the last day, so that a board is never empty: category and title."""


def write_orders(session: Session, town: Town, places: Places) -> int:
    """One order that is over but for its originals, one taken, one to take, one still without a mandate."""
    chance = town.chance(session.unit, "orders")
    numbers = [_ask(session, places, code, tr(title), chance) for code, title in ORDERS]
    over, taken, waiting, _ = numbers
    for number in (over, taken, waiting):
        errands.save(session, number, replace(errands.blank(session, number), signed=True))
    for number in (over, taken):
        errands.take(session, number)
        known = catalog.services()[errands.blank(session, number).service]
        errands.receive(session, number, [_document(session, one) for one in known.materials])
    for action in (Action.SETTLE, Action.FEED_BACK):
        requests.act(session, over, action)
    return len(numbers)


def _ask(session: Session, places: Places, code: str, title: str, chance: random.Random) -> str:
    building = chance.choice(places.buildings)
    new: dict[str, Any] = {"unit": session.unit, "id": id_at(session.now(), chance.randbytes)}
    request = Request(
        **new,
        number="",
        registered_at=session.now().replace(microsecond=0),
        source=Source.DESK,
        category=code,
        limit="",
    )
    particulars = Particulars(
        **new,
        building=building.id,
        door=chance.choice(building.doors()),
        called=names.full(chance),
        title=title,
    )
    contact = Contact(**new, phone=names.phone(chance))
    return requests.save(session, RequestEntry(request, particulars, contact)).request.number


def _document(session: Session, one: catalog.Material) -> DocumentReceipt:
    return DocumentReceipt(
        unit=session.unit,
        id=b"",
        case=b"",
        document=one.name,
        paper=Paper.ORIGINAL if one.original else Paper.COPY,
        handed_on=session.today,
        handed_signed=True,
    )
