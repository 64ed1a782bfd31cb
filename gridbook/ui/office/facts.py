"""What the page of stations shows, read from the book at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gridbook.i18n import tr
from gridbook.records.base import CLASSES, LOCAL, UnitCode
from gridbook.records.place import Level, level_of
from gridbook.store import life
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import drills, sealed, stations, twins
from gridbook.sync.drills import OnStick, Quarantined, Standing, Station
from gridbook.sync.sealed import Kept
from gridbook.ui.parts.days import short_day

LIVE = (Standing.ADMITTED, Standing.PROVISIONAL)
"""Stations whose work counts from now on."""


@dataclass(frozen=True, slots=True)
class Office:
    """This office as its page shows it: stations, what lies on sticks, what lies in quarantine."""

    unit: UnitCode
    leads: bool
    joined: bool
    today: date
    doubt: str
    """What is asked about the clock of this PC; nothing where it is believed."""
    stations: Sequence[Station]
    on_sticks: Sequence[OnStick]
    twice: Sequence[UnitCode]
    quarantined: Sequence[Quarantined]
    backups: Mapping[UnitCode, Kept]

    @property
    def level(self) -> Level:
        """The desk this book sits at."""
        return level_of(self.unit)

    def name_of(self, unit: UnitCode) -> str:
        """An office as the list of stations calls it; the code of one that is not in it."""
        return next((one.name for one in self.stations if one.unit == unit), unit)

    @property
    def own(self) -> Station | None:
        """The station at which one sits."""
        return next((one for one in self.stations if one.is_own), None)

    def live(self, unit: UnitCode) -> Station | None:
        """The station of a unit whose work counts."""
        return next((one for one in self.stations if one.unit == unit and one.standing in LIVE), None)

    def kept_since(self, station: Station) -> datetime | None:
        """Since when the newest sealed backup of a station's book is kept here."""
        kept = self.backups.get(station.unit)
        return kept.since if kept is not None and station.standing in LIVE else None


def of_office(store: Store) -> Office:
    """Read everything the page shows."""
    found = store.read(_in_book)
    return Office(
        store.unit,
        store.person.role.leads,
        found[0],
        found[1],
        found[2],
        found[3],
        found[4],
        found[5],
        drills.quarantined(store),
        sealed.kept(store),
    )


def _in_book(
    session: Session,
) -> tuple[bool, date, str, Sequence[Station], Sequence[OnStick], Sequence[UnitCode]]:
    if not stations.joined(session):
        return False, session.today, "", [], [], []
    return (
        True,
        session.today,
        life.wrong_clock(session),
        drills.every_station(session),
        drills.on_sticks(session),
        twins.noticed(session),
    )


def moment(at: datetime | None) -> str:
    """A day and a time as lists show them: 11-23 周一 14:02."""
    if at is None:
        return ""
    local = at.astimezone(LOCAL)
    return f"{short_day(local.date())} {local:%H:%M}"


def day(at: datetime | None) -> str:
    """A day with its year."""
    return f"{at.astimezone(LOCAL):%Y-%m-%d}" if at is not None else ""


def classes(by_class: Mapping[str, int]) -> str:
    """Counts by kind of record, in the words of the lists, the commonest first."""
    named = [(CLASSES[name].label, n) for name, n in by_class.items() if name in CLASSES]
    return "、".join(f"{tr(label)} {n}" for label, n in sorted(named, key=lambda one: (-one[1], one[0])))
