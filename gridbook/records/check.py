"""Whether a record can be kept as it is: lengths, dates, categories, doors; each refusal is a sentence."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum

from gridbook import catalog
from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.records import wording
from gridbook.records.base import FieldRule, Record, local_day, rule_of
from gridbook.records.care import CareContact, EmergencyContact
from gridbook.records.deadline import Limit, OfficeHours, read_hours
from gridbook.records.errand import MOST_DOCUMENTS, MOST_FEN, DocumentReceipt, Mandate
from gridbook.records.letters import has_identity_number, unseen
from gridbook.records.place import MOST_DOORS, MOST_FLOORS, MOST_UNITS, Building, Unit, level_of
from gridbook.records.request import Contact, Particulars, Request, RequestEntry
from gridbook.records.visit import ATTEMPT_DAYS, Visit, VisitDetails, VisitEntry, VisitOutcome

EARLIEST = date(2000, 1, 1)
LATEST = EARLIEST + timedelta(days=36525)
MOST_IN_LIST = 40
MOST_EXCEPTIONS = 400


def visit(entry: VisitEntry, today: date) -> None:
    """Refuse a visit form that cannot be kept; late entry is always welcome, the future is not."""
    everyday(entry.visit)
    everyday(entry.details)
    wording.require(entry.details)
    if entry.note is not None:
        everyday(entry.note)
        wording.require(entry.note)
    if entry.visit.visited_on > today:
        raise BadValue(
            "visited_on",
            tr("The date of the visit lies in the future."),
            next=tr("Write the day on which the visit took place."),
        )
    if entry.details.next_on is not None and entry.details.next_on < entry.visit.visited_on:
        raise BadValue("next_on", tr("The agreed next contact lies before the visit."))


def request(entry: RequestEntry, today: date, before: RequestEntry | None = None) -> None:
    """Refuse a request form that cannot be kept; words that stood there `before` may stay."""
    everyday(entry.request)
    everyday(entry.particulars)
    wording.require(entry.particulars, before.particulars if before else None)
    if entry.contact is not None:
        everyday(entry.contact)
        wording.require(entry.contact, before.contact if before else None)
    registered_on = local_day(entry.request.registered_at)
    if registered_on > today:
        raise BadValue(
            "registered_at",
            tr("The date of the request lies in the future."),
            next=tr("Write the day on which it was made."),
        )
    if entry.request.agreed_on is not None and entry.request.agreed_on < registered_on:
        raise BadValue("agreed_on", tr("The agreed date lies before the request."))
    if not entry.particulars.title.strip():
        raise BadValue(
            "title",
            tr("The request needs a title."),
            next=tr("Write in a few words what was asked."),
        )
    _person(entry, catalog.category(entry.request.category))


def _person(entry: RequestEntry, category: catalog.Category) -> None:
    if not category.takes_person and (entry.particulars.called or entry.contact is not None):
        raise BadValue(
            "called",
            tr("For “{category}” no person is written down.").format(category=category.name),
            next=tr("Leave requester and telephone empty."),
        )
    if category.restricted and (entry.particulars.text or entry.particulars.hope):
        raise BadValue(
            "text",
            tr("For “{category}” only the fact is recorded, not the story.").format(category=category.name),
            next=tr("Leave the long text empty."),
        )


def everyday(record: Record) -> None:
    """Refuse what no field may hold: too long, control characters, dates out of this century."""
    for trouble in troubles(record):
        raise trouble


def troubles(record: Record) -> Iterator[BadValue]:
    """Everything about a record that a desk would refuse; what arrives with it is shown with a mark."""
    for rule in rule_of(record).fields:
        yield from _field(rule, getattr(record, rule.name))
    match record:
        case EmergencyContact():
            yield from _phone(record.phone)
        case Contact() if record.phone or not record.how:
            yield from _phone(record.phone)
        case CareContact() if record.phone:
            yield from _phone(record.phone)
        case Visit():
            yield from _categories(record.categories)
            yield from _travels(record)
        case Request():
            yield from _categories((record.category,))
            yield from _limit(record)
        case Particulars() | VisitDetails() if bool(record.building) != bool(record.door):
            yield BadValue("door", tr("A door needs its building, and a building its door."))
        case Building():
            yield from _building(record)
        case OfficeHours():
            yield from _hours(record)
        case Unit():
            yield from _unit(record)
        case Mandate():
            yield from _mandate(record)
        case DocumentReceipt():
            yield from _document(record)


def _field(rule: FieldRule, value: object) -> Iterator[BadValue]:
    if isinstance(value, StrEnum):
        return
    if isinstance(value, tuple):
        if len(value) > MOST_IN_LIST and rule.longest is not None:
            yield BadValue(
                rule.name,
                tr("“{field}” has more than {most} entries.").format(field=tr(rule.label), most=MOST_IN_LIST),
            )
        for part in value:
            yield from _field(rule, part)
    elif isinstance(value, str):
        yield from _text(rule, value)
    elif isinstance(value, date):
        day = local_day(value) if isinstance(value, datetime) else value
        if not EARLIEST <= day <= LATEST:
            yield BadValue(
                rule.name,
                tr("“{day}” cannot be right as “{field}”.").format(day=day.isoformat(), field=tr(rule.label)),
            )


def _text(rule: FieldRule, value: str) -> Iterator[BadValue]:
    if rule.longest is not None and len(value) > rule.longest:
        yield BadValue(
            rule.name,
            tr("“{field}” has {n} characters; {most} fit.").format(
                field=tr(rule.label), n=len(value), most=rule.longest
            ),
            next=tr("Shorten it a little."),
        )
    hidden = unseen(value)
    if hidden is not None:
        yield BadValue(
            rule.name,
            tr("“{field}” holds a character that cannot be seen (U+{code}).").format(
                field=tr(rule.label), code=f"{ord(hidden):04X}"
            ),
            next=tr("Delete it and type the text again."),
        )
    if has_identity_number(value):
        yield BadValue(
            rule.name,
            tr("Numbers of identity cards are not written down."),
            next=tr("Take the number out of “{field}”.").format(field=tr(rule.label)),
        )


def _phone(phone: str) -> Iterator[BadValue]:
    digits = [c for c in phone if c in "0123456789"]
    if any(c not in "0123456789+- ()（）转" for c in phone) or len(digits) < 3:
        yield BadValue("phone", tr("“{phone}” is not a telephone number.").format(phone=phone[:20]))


def _categories(codes: tuple[str, ...]) -> Iterator[BadValue]:
    for code in codes:
        if code not in catalog.categories():
            yield BadValue(
                "category",
                tr("There is no category “{code}”.").format(code=code[:20]),
                next=tr("Pick one from the list; codes look like F01."),
            )


def _travels(visit: Visit) -> Iterator[BadValue]:
    if visit.outcome is VisitOutcome.NOT_IN:
        yield BadValue(
            "outcome",
            tr("“Not in” is kept on this PC for {days} days and never travels.").format(days=ATTEMPT_DAYS),
            next=tr("Note it as an attempt; it needs no visit."),
        )


def _limit(request: Request) -> Iterator[BadValue]:
    try:
        Limit.read(request.limit)
    except BadValue as bad:
        yield bad


def _building(building: Building) -> Iterator[BadValue]:
    for name, most in (("units", MOST_UNITS), ("floors", MOST_FLOORS), ("doors_per_floor", MOST_DOORS)):
        if not 1 <= getattr(building, name) <= most:
            yield BadValue(
                name,
                tr("“{field}” is between 1 and {most}.").format(
                    field=tr(rule_of(building).field(name).label), most=most
                ),
            )
    doors = (*building.added, *building.missing)
    if len(doors) > MOST_EXCEPTIONS:
        yield BadValue("added", tr("A building has at most {most} exceptions.").format(most=MOST_EXCEPTIONS))
    for door in doors:
        if not re.fullmatch(r"(\d{1,2}-)?[\da-z]{1,8}", door, re.IGNORECASE):
            yield BadValue("added", tr("“{typed}” is not a door.").format(typed=door[:30]))


def _hours(hours: OfficeHours) -> Iterator[BadValue]:
    if read_hours(hours.opens, hours.pause_from, hours.pause_to, hours.closes) is None:
        yield BadValue(
            "opens",
            tr("These office hours make no working day."),
            next=tr("Write four times one after the other, for example 09:00, 12:00, 13:30, 17:30."),
        )


def _unit(unit: Unit) -> Iterator[BadValue]:
    try:
        level_of(unit.code)
    except BadValue as bad:
        yield BadValue("code", bad.message, next=bad.next)


def _mandate(mandate: Mandate) -> Iterator[BadValue]:
    if mandate.until < mandate.given_on:
        yield BadValue(
            "until",
            tr("The mandate would end before it was given."),
            next=tr("Write the last day on which the helper may act."),
        )
    for name in ("advance", "paid"):
        if not 0 <= getattr(mandate, name) <= MOST_FEN:
            yield BadValue(
                name,
                tr("“{field}” is between 0 and {most} yuan.").format(
                    field=tr(rule_of(mandate).field(name).label), most=MOST_FEN // 100
                ),
            )
    if not 0 <= mandate.receipts <= MOST_DOCUMENTS:
        yield BadValue("receipts", tr("Receipts are counted from 0 to {most}.").format(most=MOST_DOCUMENTS))


_LONG_NUMBER = re.compile(r"\d{6}")


def _document(document: DocumentReceipt) -> Iterator[BadValue]:
    if _LONG_NUMBER.search(re.sub(r"[\s-]", "", document.document)):
        yield BadValue(
            "document",
            tr("Numbers of cards and papers are not written down."),
            next=tr("Write only what it is, for example “social card”."),
        )
    if not 1 <= document.count <= MOST_DOCUMENTS:
        yield BadValue("count", tr("Documents are counted from 1 to {most}.").format(most=MOST_DOCUMENTS))
    if (document.back is None) != (document.back_on is None):
        yield BadValue("back_on", tr("A document that was given back has the day on which it was."))
    elif document.back_on is not None and document.back_on < document.handed_on:
        yield BadValue("back_on", tr("The document would be back before it was handed over."))
