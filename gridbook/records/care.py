"""Care contacts: who asked by signature to be seen or called in turn, and the proof that stays without it."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from gridbook.i18n import N_
from gridbook.records.base import MONTH, Keep, Reach, Record, RecordId, Since, record, shown

CONSENT_FORM = "2026-1"
"""The version of the consent form that is signed today."""
SOON_DAYS = 30
"""So many days before its end an agreement is told to be ending."""


class Every(StrEnum):
    """After how many days the next contact is due; the list is closed."""

    WEEK = "7"
    FORTNIGHT = "14"
    MONTH = "30"
    QUARTER = "90"

    @property
    def days(self) -> int:
        """The interval in days."""
        return int(self.value)


class About(StrEnum):
    """What somebody agreed to by signature."""

    CARE = "care contact"
    EMERGENCY = "emergency contact"


EVERY_NAMES = {
    Every.WEEK: N_("Every 7 days"),
    Every.FORTNIGHT: N_("Every 14 days"),
    Every.MONTH: N_("Every 30 days"),
    Every.QUARTER: N_("Every 90 days"),
}
ABOUT_NAMES = {
    About.CARE: N_("Care contact"),
    About.EMERGENCY: N_("To be called in an emergency"),
}


@record(N_("Care contact"), reach=Reach.COMMUNITY, keep=Keep(MONTH, Since.ENDED), form=2)
class CareContact(Record):
    """What was agreed by signature: at which door, how often, and which help is wanted."""

    number: str = shown(N_("Number"), group="identity", longest=20)
    building: RecordId = shown(N_("Building"), group="place")
    door: str = shown(N_("Door"), group="place", longest=12)
    called: str = shown(N_("Form of address"), group="reach", longest=20)
    phone: str = shown(N_("Telephone"), group="reach", longest=20, default="")
    every: Every = shown(N_("How often"), group="how")
    phone_first: bool = shown(N_("Call before coming"), group="how", default=False)
    at_home: bool = shown(N_("Needs service at home"), group="how", default=False)
    waits: bool = shown(N_("Give time to come to the door"), group="how", default=False)
    meals: bool = shown(N_("Meals brought"), group="help", default=False)
    haircut: bool = shown(N_("Haircut at home"), group="help", default=False)
    shopping: bool = shown(N_("Shopping done"), group="help", default=False)
    agreed_on: date = shown(N_("Agreed on"), group="agreed")
    ends_on: date = shown(N_("Holds until"), group="agreed")


@record(N_("Emergency contact"), reach=Reach.COMMUNITY, keep=Keep(MONTH, Since.ENDED), form=2)
class EmergencyContact(Record):
    """Whom to call in an emergency, who agreed to it; `care` is the agreement it belongs to."""

    care: RecordId = shown(N_("Care contact"), group="identity")
    called: str = shown(N_("Form of address"), group="reach", longest=20)
    phone: str = shown(N_("Telephone"), group="reach", longest=20)
    ends_on: date = shown(N_("Holds until"), group="agreed")


@record(N_("Proof of consent"), reach=Reach.COMMUNITY, keep=Keep(36 * MONTH, Since.ENDED), form=2)
class Consent(Record):
    """That a consent was signed and until when it held; shares the id of what was agreed, and none of it."""

    about: About = shown(N_("Consent to"), group="identity")
    number: str = shown(N_("Number"), group="identity", longest=20)
    signed_on: date = shown(N_("Signed on"), group="signed")
    paper: str = shown(N_("Version of the consent form"), group="signed", longest=10)
    ends_on: date = shown(N_("Holds until"), group="signed")
    withdrawn_on: date | None = shown(N_("Withdrawn on"), group="withdrawal", default=None)

    def holds(self, today: date) -> bool:
        """Whether what was agreed may still be used."""
        return self.withdrawn_on is None and today <= self.ends_on


@dataclass(frozen=True, slots=True)
class InEmergency:
    """Whom to call in an emergency, with that person's own consent."""

    contact: EmergencyContact
    consent: Consent


@dataclass(frozen=True, slots=True)
class CareEntry:
    """One filled form: the classes it writes, in one transaction."""

    care: CareContact
    consent: Consent
    emergency: InEmergency | None = None


def a_year_after(signed: date) -> date:
    """The last day on which a consent of that day can hold."""
    try:
        return signed.replace(year=signed.year + 1)
    except ValueError:
        return signed + timedelta(days=365)


def due_on(care: CareContact, kept_on: date | None, put_off_to: date | None) -> date:
    """When the next contact is due: an interval after the last one, or on the day to which it was put off."""
    since = max(care.agreed_on, kept_on or care.agreed_on)
    if put_off_to is not None and put_off_to > since:
        return put_off_to
    return since + timedelta(days=care.every.days)
