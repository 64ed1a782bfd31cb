"""Care contacts on disk: agreed by signature, due in turn, renewed, and gone when they are withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import sqlalchemy as sa

from gridbook.errors import NotAllowed, NotFound
from gridbook.i18n import tr
from gridbook.records import care as rules
from gridbook.records import check_care
from gridbook.records.base import RecordId, UnitCode
from gridbook.records.care import SOON_DAYS, CareContact, CareEntry, Consent, EmergencyContact, InEmergency
from gridbook.records.visit import VisitOutcome, VisitReason
from gridbook.store import audit, drafts, journal, numbers, places, rows, tables
from gridbook.store.session import Session

_KEPT = (str(VisitOutcome.MET), str(VisitOutcome.DECLINED))


@dataclass(frozen=True, slots=True)
class CareRow:
    """An agreement as lists show it: where, when the last contact was, when the next is due."""

    care: CareContact
    consent: Consent
    place: str
    kept_on: date | None
    due_on: date
    holds: bool

    def is_due(self, day: date) -> bool:
        """Whether a contact is due on that day or was before it."""
        return self.holds and self.due_on <= day


def save(session: Session, entry: CareEntry) -> CareEntry:
    """Write an agreement with the proof of consent, change it or renew it; id and number are given here.

    An emergency contact without an id takes the place of the one before, whose words go at once.
    """
    entry = _numbered(session, entry)
    check_care.agreement(entry, session.today)
    held = rows.one(session.connection, Consent, entry.care.unit, entry.care.id)
    if held is not None and held.withdrawn_on is not None:
        raise NotAllowed(
            tr("This consent was withdrawn."),
            kept=tr("Nothing was written."),
            next=tr("A new agreement needs a new signature."),
        )
    places.require_door(session, entry.care.building, entry.care.door)
    # Taken back like any other entry its words would lie in the bin; `undo` below leaves none.
    session.final = session.final or held is None
    written = [entry.care, entry.consent]
    if entry.emergency is not None:
        for one in _emergencies(session, entry.care):
            if one.contact.id != entry.emergency.contact.id:
                _let_go(session, one.contact, one.consent)
        written += [entry.emergency.contact, entry.emergency.consent]
    journal.save(session, *written, checked=True)
    return entry


def _numbered(session: Session, entry: CareEntry) -> CareEntry:
    care = entry.care
    if not care.id:
        made = session.new_id()
        unit = places.building(session, care.building).unit
        care = replace(care, unit=unit, id=made, number=numbers.issue(session, made))
    proof = replace(entry.consent, unit=care.unit, id=care.id, number=care.number, ends_on=care.ends_on)
    emergency = entry.emergency
    if emergency is not None:
        one = emergency.contact.id or session.new_id()
        emergency = InEmergency(
            replace(emergency.contact, unit=care.unit, id=one, care=care.id, ends_on=care.ends_on),
            replace(emergency.consent, unit=care.unit, id=one, number=care.number, ends_on=care.ends_on),
        )
    return CareEntry(care, proof, emergency)


def get(session: Session, ref: RecordId | str) -> CareRow:
    """One agreement, by id or number."""
    table = tables.RECORDS["CareContact"]
    if isinstance(ref, str):
        number = numbers.read(ref)
        ids = [record for _, record in numbers.holders(session, "CareContact", number)] if number else []
    else:
        ids = [ref]
    found = _rows(session, table.c.id == ids[0]) if len(ids) == 1 else ()
    if not found:
        shown = ref if isinstance(ref, str) else ref.hex()
        raise NotFound(
            tr("There is no agreement {number} in this book.").format(number=shown[:40]),
            next=tr("Perhaps it was withdrawn; then nothing is left of it."),
        )
    return found[0]


def entry(session: Session, ref: RecordId | str) -> CareEntry:
    """The whole form behind an agreement, by id or number."""
    row = get(session, ref)
    return CareEntry(row.care, row.consent, next(iter(_emergencies(session, row.care)), None))


def listed(session: Session) -> Sequence[CareRow]:
    """The agreements of this book, the one due first on top, those that are over last."""
    found = _rows(session)
    return sorted(found, key=lambda row: (not row.holds, row.due_on, row.care.id))


def due(session: Session, day: date | None = None, building: RecordId | None = None) -> Sequence[CareRow]:
    """Care contacts due on that day (today) or before, of this desk or in one building, oldest first."""
    table = tables.RECORDS["CareContact"]
    wanted = table.c.unit == session.unit if building is None else table.c.building == building
    found = [row for row in _rows(session, wanted) if row.is_due(day or session.today)]
    return sorted(found, key=lambda row: (row.due_on, row.care.id))


def ending(session: Session) -> Sequence[CareRow]:
    """Agreements of this desk that have to be signed anew within the month, the first to end on top."""
    table = tables.RECORDS["CareContact"]
    found = _rows(session, table.c.unit == session.unit, table.c.ends_on <= _soon(session).isoformat())
    return sorted((row for row in found if row.holds), key=lambda row: (row.care.ends_on, row.care.id))


def _soon(session: Session) -> date:
    return session.today + timedelta(days=SOON_DAYS)


def of_door(session: Session, building: RecordId, door: str) -> Sequence[CareRow]:
    """The agreements at one door."""
    table = tables.RECORDS["CareContact"]
    return _rows(session, table.c.building == building, table.c.door == door)


def with_ids(session: Session, ids: Sequence[RecordId]) -> Sequence[CareRow]:
    """Those of these records that are agreements."""
    marks = ", ".join("?" * len(ids))
    # Finding asks at every letter, and hardly ever is one among them.
    there = session.run(f"SELECT id FROM care_contact WHERE id IN ({marks})", tuple(ids)) if ids else ()
    return _rows(session, tables.RECORDS["CareContact"].c.id.in_(ids)) if there else ()


def numbered(session: Session, start: str) -> Sequence[CareRow]:
    """The agreements whose number begins so."""
    table = tables.RECORDS["CareContact"]
    return _rows(session, table.c.number >= start, table.c.number < start + "~")


def withdraw(session: Session, ref: RecordId | str) -> int:
    """Take a consent back: the content goes at once, here and wherever the order arrives; the proof stays."""
    held = entry(session, ref)
    erased = _let_go(session, held.care, held.consent)
    for one in _emergencies(session, held.care):
        erased += _let_go(session, one.contact, one.consent)
    drafts.forget(session, held.care.number, held.care.id)
    audit.note(session, "withdraw", held.care.number, "CareContact")
    return erased


def withdraw_emergency(session: Session, ref: RecordId | str) -> int:
    """Take back the consent of whoever was to be called in an emergency; the agreement itself stays."""
    care = get(session, ref).care
    erased = 0
    for one in _emergencies(session, care):
        erased += _let_go(session, one.contact, one.consent)
    drafts.forget(session, care.number, care.id)
    audit.note(session, "withdraw", care.number, "EmergencyContact")
    return erased


def undo(session: Session, ref: RecordId) -> None:
    """Take an entry back that was a mistake: nothing of it stays, not even a proof."""
    held = entry(session, ref)
    pairs: list[tuple[CareContact | EmergencyContact, Consent]] = [(held.care, held.consent)]
    pairs += [(one.contact, one.consent) for one in _emergencies(session, held.care)]
    for content, proof in pairs:
        journal.erase(session, type(content).__name__, content.unit, content.id, "undone")
        journal.delete(session, proof, "undone")
    drafts.forget(session, held.care.number, held.care.id)
    audit.note(session, "delete", held.care.number, "CareContact")


def _let_go(session: Session, content: CareContact | EmergencyContact, proof: Consent) -> int:
    journal.save(session, replace(proof, withdrawn_on=session.today), checked=True)
    return journal.erase(session, type(content).__name__, content.unit, content.id, "withdrawn")


def erase_door(session: Session, building: RecordId, door: str) -> int:
    """Erase the agreements at a door as if each had been withdrawn."""
    return sum(withdraw(session, row.care.id) for row in of_door(session, building, door))


def hand_over(session: Session, building: RecordId, giver: UnitCode, to: UnitCode) -> int:
    """Write the agreements of a building for another unit, and erase them where they were."""
    table = tables.RECORDS["CareContact"]
    found = _rows(session, table.c.building == building, table.c.unit == giver)
    for row in found:
        # What was erased under an id stays erased under it, so what comes back one day needs another.
        made = session.new_id()
        journal.save(
            session, replace(row.care, unit=to, id=made), replace(row.consent, unit=to, id=made), checked=True
        )
        for one in _emergencies(session, row.care):
            other = session.new_id()
            contact = replace(one.contact, unit=to, id=other, care=made)
            journal.save(session, contact, replace(one.consent, unit=to, id=other), checked=True)
            journal.erase(session, "EmergencyContact", giver, one.contact.id, "handed over")
        journal.erase(session, "CareContact", giver, row.care.id, "handed over")
    return len(found)


def _emergencies(session: Session, care: CareContact) -> Sequence[InEmergency]:
    table = tables.RECORDS["EmergencyContact"]
    found = session.connection.execute(
        sa.select(*rows.columns("EmergencyContact"), *rows.columns("Consent"))
        .join(tables.RECORDS["Consent"], rows.beside("Consent", "EmergencyContact"))
        .where(table.c.unit == care.unit, table.c.care == care.id)
        .order_by(table.c.id.desc())
    ).mappings()
    return [InEmergency(rows.record(EmergencyContact, row), rows.record(Consent, row)) for row in found]


def _rows(session: Session, *wanted: "sa.ColumnElement[bool]") -> Sequence[CareRow]:
    table, proof = tables.RECORDS["CareContact"], tables.RECORDS["Consent"]
    found = session.connection.execute(
        sa.select(*rows.columns("CareContact"), *rows.columns("Consent"))
        .join(proof, rows.beside("Consent", "CareContact"))
        .where(proof.c.withdrawn_on.is_(None), *wanted)
        .order_by(table.c.id)
    ).mappings()
    known, contacts = places.known(session), _contacts(session, *wanted)
    made = []
    for row in found:
        care, consent = rows.record(CareContact, row), rows.record(Consent, row)
        kept_on, put_off_to = contacts.get((care.unit, care.id), (None, None))
        made.append(
            CareRow(
                care,
                consent,
                known.text(care.building, care.door),
                kept_on,
                rules.due_on(care, kept_on, put_off_to),
                consent.holds(session.today),
            )
        )
    return made


def _contacts(
    session: Session, *wanted: "sa.ColumnElement[bool]"
) -> dict[tuple[UnitCode, RecordId], tuple[date | None, date | None]]:
    """By agreement the last contact at its door, and the day to which the next was put off since."""
    table, visit, details = (tables.RECORDS[name] for name in ("CareContact", "Visit", "VisitDetails"))
    found = session.connection.execute(
        sa.select(table.c.unit, table.c.id, visit.c.visited_on, visit.c.outcome, details.c.next_on)
        .join(details, sa.and_(details.c.building == table.c.building, details.c.door == table.c.door))
        .join(visit, sa.and_(visit.c.unit == details.c.unit, visit.c.id == details.c.id))
        .where(visit.c.reason == str(VisitReason.CARE), visit.c.visited_on >= table.c.agreed_on, *wanted)
        .order_by(visit.c.visited_on, visit.c.id)
    )
    told: dict[tuple[UnitCode, RecordId], tuple[date | None, date | None]] = {}
    for row in found:
        key = (row.unit, bytes(row.id))
        if row.outcome in _KEPT:
            told[key] = (date.fromisoformat(row.visited_on), None)
        elif row.next_on:
            told[key] = (told.get(key, (None, None))[0], date.fromisoformat(row.next_on))
    return told
