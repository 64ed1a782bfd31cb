"""Working days, office hours and what is due when; the holiday table is data."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from gridbook.errors import BadValue
from gridbook.i18n import N_, tr
from gridbook.records.base import FOREVER, LOCAL, Reach, Record, local_day, record, shown

ONE_DAY = timedelta(days=1)
LONGEST_LIMIT = 15
"""Working days after which even an extended request is due."""
ANSWER_HOURS = 4
"""Working hours in which a request is first answered, and a passed-on one signed for."""


@record(N_("Holiday"), reach=Reach.DOWN, keep=FOREVER)
class Holiday(Record):
    """A weekday on which offices are closed, or a weekend day on which they work (调休)."""

    day: date = shown(N_("Day"))
    works: bool = shown(N_("Offices work"), default=False)
    name: str = shown(N_("Name"), longest=20, default="")


@record(N_("Office hours"), reach=Reach.DOWN, keep=FOREVER)
class OfficeHours(Record):
    """When the offices of a unit work, as `HH:MM`."""

    opens: str = shown(N_("Opens"), longest=5, default="09:00")
    pause_from: str = shown(N_("Pause from"), longest=5, default="12:00")
    pause_to: str = shown(N_("Pause to"), longest=5, default="13:30")
    closes: str = shown(N_("Closes"), longest=5, default="17:30")


Spans = tuple[tuple[time, time], tuple[time, time]]


def read_hours(opens: str, pause_from: str, pause_to: str, closes: str) -> Spans | None:
    """Morning and afternoon of a working day, or nothing when the four times make none."""
    texts = (opens, pause_from, pause_to, closes)
    if not all(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) for text in texts):
        return None
    first, rest, back, last = (time.fromisoformat(text) for text in texts)
    return ((first, rest), (back, last)) if first < rest <= back < last else None


@dataclass(frozen=True)
class Calendar:
    """Knows which days are worked and which hours."""

    exceptions: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))
    spans: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(13, 30), time(17, 30)))

    @classmethod
    def from_lists(
        cls, days: Mapping[str, bool], hours: tuple[str, str, str, str] | None = None
    ) -> "Calendar":
        """The calendar of exceptions by ISO day (does the office work?) and of four times `HH:MM`.

        Hours that make no working day are shown for correction elsewhere; here the usual ones count.
        """
        exceptions = MappingProxyType({date.fromisoformat(day): works for day, works in days.items()})
        spans = read_hours(*hours) if hours is not None else None
        return cls(exceptions) if spans is None else cls(exceptions, spans)

    @classmethod
    def of(cls, holidays: Iterable[Holiday], hours: OfficeHours | None = None) -> "Calendar":
        """The calendar that these records describe."""
        return cls.from_lists(
            {holiday.day.isoformat(): holiday.works for holiday in holidays},
            (hours.opens, hours.pause_from, hours.pause_to, hours.closes) if hours else None,
        )

    def works(self, day: date) -> bool:
        """Whether offices work on that day."""
        return self.exceptions.get(day, day.weekday() < 5)

    def after(self, day: date, working_days: int) -> date:
        """The day that lies so many working days after that day; the day itself does not count."""
        while working_days > 0:
            day += ONE_DAY
            working_days -= self.works(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after start up to and including end; negative when end lies before start."""
        if end < start:
            return -self.between(end, start)
        return sum(self.works(start + ONE_DAY * n) for n in range(1, (end - start).days + 1))

    def close_of(self, day: date) -> datetime:
        """The instant at which offices close on that day."""
        return datetime.combine(day, self.spans[-1][1], LOCAL).astimezone(UTC)

    def hours_between(self, start: datetime, end: datetime) -> float:
        """Working hours between two instants."""
        first, last = local_day(start), local_day(end)
        total = 0.0
        for n in range((last - first).days + 1):
            day = first + ONE_DAY * n
            if self.works(day):
                for opens, closes in self.spans:
                    low = max(start, datetime.combine(day, opens, LOCAL))
                    high = min(end, datetime.combine(day, closes, LOCAL))
                    total += max(0.0, (high - low).total_seconds() / 3600)
        return total

    def after_hours(self, start: datetime, hours: float) -> datetime:
        """The instant that lies so many working hours after start."""
        day, left = local_day(start), timedelta(hours=hours)
        while True:
            if self.works(day):
                for opens, closes in self.spans:
                    low = max(start, datetime.combine(day, opens, LOCAL))
                    high = datetime.combine(day, closes, LOCAL)
                    if low < high:
                        if left <= high - low:
                            return (low + left).astimezone(UTC)
                        left -= high - low
            day += ONE_DAY


class LimitKind(StrEnum):
    """How the time limit of a category counts."""

    DAYS = "days"
    HOURS = "hours"
    SAME_DAY = "same day"
    BY_DATE = "by date"


@dataclass(frozen=True, slots=True)
class Limit:
    """A category's time limit: working days, clock hours, the same day, or an agreed date."""

    kind: LimitKind
    amount: int = 0

    @classmethod
    def read(cls, text: str) -> "Limit":
        """The limit as the category list writes it: `5`, `24 h`, `same day`, `by date`, remarks aside."""
        plain = re.sub(r"\(.*?\)", "", text).strip().lower()
        if plain in (LimitKind.SAME_DAY, LimitKind.BY_DATE):
            return cls(LimitKind(plain))
        match = re.fullmatch(r"(\d{1,3})\s*(h?)", plain)
        if match is None:
            raise BadValue("limit", tr("“{text}” is not a time limit.").format(text=text[:20]))
        return cls(LimitKind.HOURS if match[2] else LimitKind.DAYS, int(match[1]))

    def text(self) -> str:
        """The limit as it is stored and read back."""
        if self.kind is LimitKind.DAYS:
            return str(self.amount)
        return f"{self.amount} h" if self.kind is LimitKind.HOURS else str(self.kind)

    def due(self, start: datetime, calendar: Calendar, agreed_on: date | None = None) -> datetime:
        """When work that began at start is due; hours of a utility run by night too."""
        if self.kind is LimitKind.HOURS:
            return start + timedelta(hours=self.amount)
        day = local_day(start)
        if self.kind is LimitKind.BY_DATE and agreed_on is not None and agreed_on >= day:
            return calendar.close_of(agreed_on)
        if self.kind is LimitKind.SAME_DAY:
            # What comes in after closing time cannot be due before it came.
            today = calendar.works(day) and start < calendar.close_of(day)
            return calendar.close_of(day if today else calendar.after(day, 1))
        # An agreed date that is still open is settled within a working day.
        return calendar.close_of(calendar.after(day, self.amount if self.kind is LimitKind.DAYS else 1))


class Urgency(StrEnum):
    """How a deadline stands: the colour always comes with a symbol and a word."""

    ON_TIME = "on time"
    SOON = "due soon"
    OVERDUE = "overdue"
    SUSPENDED = "suspended"
    DONE = "done"


def standing(start: datetime, due: datetime, now: datetime, calendar: Calendar) -> Urgency:
    """On time, due soon (at most one working day or a fifth of the working days left) or overdue."""
    if now > due:
        return Urgency.OVERDUE
    left = calendar.between(local_day(now), local_day(due))
    whole = calendar.between(local_day(start), local_day(due))
    return Urgency.SOON if left <= 1 or left * 5 <= whole else Urgency.ON_TIME
