"""Whether a record can be kept as it is: lengths, dates, categories, doors; each refusal is a sentence."""

import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum

from gridbook import catalog
from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.records.base import FieldRule, Record, rule_of
from gridbook.records.request import Contact, Particulars, Request, RequestEntry
from gridbook.records.visit import Visit, VisitDetails, VisitEntry

EARLIEST = date(2000, 1, 1)
MOST_IN_LIST = 40


def visit(entry: VisitEntry, today: date) -> None:
    """Refuse a visit form that cannot be kept; late entry is always welcome, the future is not."""
    everyday(entry.visit)
    everyday(entry.details)
    if entry.note is not None:
        everyday(entry.note)
    if entry.visit.visited_on > today:
        raise BadValue("visited_on", tr("The date of the visit lies in the future."),
                       next=tr("Write the day on which the visit took place."))
    for code in entry.visit.categories:
        catalog.category(code)
    if entry.details.next_on is not None and entry.details.next_on < entry.visit.visited_on:
        raise BadValue("next_on", tr("The agreed next contact lies before the visit."))


def request(entry: RequestEntry, today: date) -> None:
    """Refuse a request form that cannot be kept."""
    everyday(entry.request)
    everyday(entry.particulars)
    category = catalog.category(entry.request.category)
    if not entry.particulars.title.strip():
        raise BadValue("title", tr("The request needs a title."),
                       next=tr("Write in a few words what was asked."))
    if not category.takes_person and (entry.particulars.called or entry.contact is not None):
        raise BadValue("called", tr("For “{category}” no person is written down.").format(category=category.name),
                       next=tr("Leave requester and telephone empty."))
    if category.restricted and entry.particulars.text:
        raise BadValue("text", tr("For “{category}” only the fact is recorded, not the story.").format(
            category=category.name), next=tr("Leave the long text empty."))
    if entry.contact is not None:
        everyday(entry.contact)


def everyday(record: Record) -> None:
    """Refuse what no field may hold: too long, control characters, dates out of this century."""
    for trouble in troubles(record):
        raise trouble


def troubles(record: Record) -> Iterator[BadValue]:
    """Everything about a record that a desk would refuse; what arrives with it is shown with a mark."""
    for rule in rule_of(record).fields:
        yield from _field(rule, getattr(record, rule.name))
    if isinstance(record, Contact):
        yield from _phone(record)
    if isinstance(record, Request | Visit):
        codes = (record.category,) if isinstance(record, Request) else record.categories
        for code in codes:
            if code not in catalog.categories():
                yield BadValue("category", tr("There is no category “{code}”.").format(code=code[:20]))
    if isinstance(record, Particulars | VisitDetails) and bool(record.building) != bool(record.door):
        yield BadValue("door", tr("A door needs its building, and a building its door."))


def _field(rule: FieldRule, value: object) -> Iterator[BadValue]:
    if isinstance(value, StrEnum):
        return
    if isinstance(value, tuple):
        if len(value) > MOST_IN_LIST and rule.longest is not None:
            yield BadValue(rule.name, tr("“{field}” has more than {most} entries.").format(
                field=tr(rule.label), most=MOST_IN_LIST))
        for part in value:
            yield from _field(rule, part)
    elif isinstance(value, str):
        yield from _text(rule, value)
    elif isinstance(value, date) and not isinstance(value, datetime):
        if not EARLIEST <= value <= EARLIEST + timedelta(days=365 * 100):
            yield BadValue(rule.name, tr("“{day}” cannot be right as “{field}”.").format(
                day=value.isoformat(), field=tr(rule.label)))


def _text(rule: FieldRule, value: str) -> Iterator[BadValue]:
    if rule.longest is not None and len(value) > rule.longest:
        yield BadValue(rule.name, tr("“{field}” has {n} characters; {most} fit.").format(
            field=tr(rule.label), n=len(value), most=rule.longest), next=tr("Shorten it a little."))
    for c in value:
        if c != "\n" and unicodedata.category(c) in ("Cc", "Cs", "Co") or c in _UNSEEN:
            yield BadValue(rule.name, tr("“{field}” holds a character that cannot be seen (U+{code}).").format(
                field=tr(rule.label), code=f"{ord(c):04X}"), next=tr("Delete it and type the text again."))
            return


_UNSEEN = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")


def _phone(contact: Contact) -> Iterator[BadValue]:
    digits = [c for c in contact.phone if c.isdigit()]
    if any(not (c.isdigit() or c in "+- ()（）转") for c in contact.phone) or len(digits) < 3:
        yield BadValue("phone", tr("“{phone}” is not a telephone number.").format(phone=contact.phone[:20]))
