"""Lists of doors: those agreed for a day, and rounds for a public purpose that end and are gone."""

from datetime import date
from enum import StrEnum

from gridbook.i18n import N_
from gridbook.records.base import MONTH, Keep, Reach, Record, RecordId, Since, record, shown

MOST_DAYS_OF_LIST = 14
MOST_DAYS_OF_ROUND = 62
MOST_DOORS = 200
"""So many doors one list has: a round is for its purpose, never a roll of all doors."""


class Purpose(StrEnum):
    """The public purposes for which a worker goes from door to door; the list is closed."""

    GAS_HOSE = "gas hose"
    HEATING = "heating"
    WATER = "water"
    POWER = "power"
    STAIRS = "stairs"
    WORKS = "works"
    NOTICE = "notice"


PURPOSE_NAMES = {
    Purpose.GAS_HOSE: N_("Gas hose check"),
    Purpose.HEATING: N_("Heating notice"),
    Purpose.WATER: N_("Water will be off"),
    Purpose.POWER: N_("Power will be off"),
    Purpose.STAIRS: N_("Fire safety of the stairs"),
    Purpose.WORKS: N_("Works in the building"),
    Purpose.NOTICE: N_("Public notice to hand out"),
}


@record(N_("Door of an entry list"), reach=Reach.COMMUNITY, keep=Keep(3 * MONTH, Since.ENDED), form=2)
class ListDoor(Record):
    """A door that was agreed on for the day of a list; with a number it goes by that request."""

    listed: RecordId = shown(N_("List"), group="door")
    building: RecordId = shown(N_("Building"), group="door")
    door: str = shown(N_("Door"), group="door", longest=12)
    number: str = shown(N_("Number"), group="door", longest=20, default="")
    ends_on: date = shown(N_("Ends on"), group="door")
    struck_on: date | None = shown(N_("Struck off on"), group="struck", default=None)


@record(N_("Entry list"), reach=Reach.COMMUNITY, keep=Keep(3 * MONTH, Since.ENDED), form=2)
class WorkList(Record):
    """The doors that were agreed on for a day or a few."""

    title: str = shown(N_("Title of the list"), longest=30, default="")
    starts_on: date = shown(N_("Begins on"))
    ends_on: date = shown(N_("Ends on"))


@record(N_("Door of a round"), reach=Reach.COMMUNITY, keep=Keep(0, Since.ENDED), form=2)
class RoundDoor(Record):
    """A door to which a round goes; it is deleted when the round ends."""

    listed: RecordId = shown(N_("List"), group="door")
    building: RecordId = shown(N_("Building"), group="door")
    door: str = shown(N_("Door"), group="door", longest=12)
    ends_on: date = shown(N_("Ends on"), group="door")
    struck_on: date | None = shown(N_("Struck off on"), group="struck", default=None)


@record(N_("Round for a public purpose"), reach=Reach.COMMUNITY, keep=Keep(0, Since.ENDED), form=2)
class Round(Record):
    """Doors with a purpose and an end; it is deleted at its end with all its doors."""

    purpose: Purpose = shown(N_("Purpose"))
    title: str = shown(N_("Title of the list"), longest=30, default="")
    starts_on: date = shown(N_("Begins on"))
    ends_on: date = shown(N_("Ends on"))
