"""Invented care contacts and lists of doors: a few that agreed, the doors of a day, one public round."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from gridbook.practice import names
from gridbook.practice.places import Places
from gridbook.practice.subdistrict import Town
from gridbook.records.base import UnitCode
from gridbook.records.care import (
    CONSENT_FORM,
    About,
    CareContact,
    CareEntry,
    Consent,
    EmergencyContact,
    Every,
    InEmergency,
    a_year_after,
)
from gridbook.records.worklist import Purpose, Round, WorkList
from gridbook.store import care, worklists
from gridbook.store.session import Session
from gridbook.store.worklists import Wish

AGREEMENTS = 4
DOORS_OF_A_ROUND = 24
ROUND_DAYS = 14


def write(session: Session, town: Town, places: Places) -> None:
    """What residents of a grid agreed to by signature."""
    chance = town.chance(session.unit, "agreed")
    for n in range(AGREEMENTS):
        care.save(session, agreement(session.unit, places, session.today, chance, ending=n == 0))


def write_lists(session: Session, town: Town, places: Places) -> None:
    """The doors of today, and a round of a fortnight."""
    chance, today = town.chance(session.unit, "lists"), session.today
    listing = WorkList(unit=session.unit, id=b"", starts_on=today, ends_on=today)
    worklists.save(session, listing, [_door(places, chance) for _ in range(5)])
    building = chance.choice(places.buildings)
    going = Round(
        unit=session.unit,
        id=b"",
        purpose=chance.choice((Purpose.GAS_HOSE, Purpose.HEATING, Purpose.NOTICE)),
        starts_on=today,
        ends_on=today + timedelta(days=ROUND_DAYS),
    )
    doors: Sequence[str] = building.doors()[:DOORS_OF_A_ROUND]
    worklists.save(session, going, [Wish(building.id, door) for door in doors])


def agreement(
    unit: UnitCode, places: Places, today: date, chance: random.Random, *, ending: bool = False
) -> CareEntry:
    """An agreement that was signed some days ago; one that is `ending` has to be signed anew soon."""
    signed = today - timedelta(days=chance.randrange(1, 40))
    ends = today + timedelta(days=20) if ending else a_year_after(signed)
    door = _door(places, chance)
    new: dict[str, Any] = {"unit": unit, "id": b""}
    held = CareContact(
        **new,
        number="",
        building=door.building,
        door=door.door,
        called=names.address(chance),
        phone=names.phone(chance),
        every=chance.choice(tuple(Every)),
        phone_first=chance.random() < 0.6,
        at_home=chance.random() < 0.4,
        meals=chance.random() < 0.3,
        haircut=chance.random() < 0.3,
        shopping=chance.random() < 0.2,
        agreed_on=signed,
        ends_on=ends,
    )
    proof = Consent(**new, about=About.CARE, number="", signed_on=signed, paper=CONSENT_FORM, ends_on=ends)
    if chance.random() < 0.5:
        return CareEntry(held, proof)
    contact = EmergencyContact(
        **new, care=b"", called=names.address(chance), phone=names.phone(chance), ends_on=ends
    )
    own = Consent(**new, about=About.EMERGENCY, number="", signed_on=signed, paper=CONSENT_FORM, ends_on=ends)
    return CareEntry(held, proof, InEmergency(contact, own))


def _door(places: Places, chance: random.Random) -> Wish:
    building = chance.choice(places.buildings)
    return Wish(building.id, chance.choice(building.doors()))
