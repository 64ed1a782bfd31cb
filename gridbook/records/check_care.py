"""Whether an agreement or a list of doors can be kept as it is written; each refusal is a sentence."""

from datetime import date, timedelta

from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.records import check, wording
from gridbook.records.care import CareEntry, a_year_after
from gridbook.records.worklist import MOST_DAYS_OF_LIST, MOST_DAYS_OF_ROUND, Round, WorkList


def agreement(entry: CareEntry, today: date) -> None:
    """Refuse an agreement without a signature, from the future, or for more than a year."""
    check.everyday(entry.care)
    check.everyday(entry.consent)
    wording.require(entry.care)
    if not entry.care.called.strip():
        raise BadValue("called", tr("Write a form of address, for example 王阿姨."))
    _signed("signed_on", entry.consent.signed_on, entry.consent.ends_on, today)
    if entry.emergency is not None:
        check.everyday(entry.emergency.contact)
        check.everyday(entry.emergency.consent)
        wording.require(entry.emergency.contact)
        if not entry.emergency.contact.called.strip():
            raise BadValue("emergency_called", tr("Write a form of address, for example 王阿姨."))
        own = entry.emergency.consent
        _signed("emergency_signed_on", own.signed_on, own.ends_on, today)


def _signed(field: str, signed: date, ends: date, today: date) -> None:
    if signed > today:
        raise BadValue(
            field,
            tr("The signature lies in the future."),
            next=tr("Write the day on which the consent was signed."),
        )
    if ends < signed:
        raise BadValue("ends_on", tr("The agreement ends before it was signed."))
    if ends > a_year_after(signed):
        raise BadValue(
            "ends_on" if field == "signed_on" else field,
            tr("A consent holds at most a year, here until {day}.").format(
                day=a_year_after(signed).isoformat()
            ),
            next=tr("Ask again then, and have it signed anew."),
        )


def listing(made: WorkList | Round, today: date) -> None:
    """Refuse a list that is over already, has no end within reach, or ends before it begins."""
    check.everyday(made)
    wording.require(made)
    most = MOST_DAYS_OF_ROUND if isinstance(made, Round) else MOST_DAYS_OF_LIST
    if made.ends_on < max(made.starts_on, today):
        raise BadValue("ends_on", tr("The list would be over already."), next=tr("Choose a later end."))
    if made.ends_on > made.starts_on + timedelta(days=most):
        raise BadValue(
            "ends_on",
            tr("Such a list lasts at most {n} days.").format(n=most),
            next=tr("Choose an earlier end; a new list can follow."),
        )
