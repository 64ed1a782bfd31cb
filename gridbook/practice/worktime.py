"""Time as offices spend it: working minutes counted through, forth and back in constant time."""

from datetime import UTC, date, datetime, time, timedelta

from gridbook.records.base import LOCAL
from gridbook.records.deadline import Calendar

_HOURS = timedelta(hours=8)


class Worktime:
    """Counts the minutes in which offices are open; on duty they are open every day."""

    def __init__(self, calendar: Calendar, first: date, last: date, *, duty: bool = False) -> None:
        (opens, rest), (back, closes) = calendar.spans[0], calendar.spans[-1]
        self._opens, self._rest, self._back, self._closes = map(_minute, (opens, rest, back, closes))
        self._morning = self._rest - self._opens
        self.day_minutes = self._morning + self._closes - self._back
        self._first = first.toordinal()
        self._before: list[int] = []
        self._works: list[bool] = []
        self._midnights: list[datetime] = []
        for ordinal in range(self._first, last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            works = duty or calendar.works(day)
            self._before.append(len(self._midnights))
            self._works.append(works)
            if works:
                self._midnights.append(datetime.combine(day, time(), LOCAL).astimezone(UTC))

    def minutes(self, instant: datetime) -> int:
        """Working minutes from the first day up to an instant."""
        local = instant + _HOURS
        n = local.toordinal() - self._first
        whole = self._before[n] * self.day_minutes
        if not self._works[n]:
            return whole
        minute = local.hour * 60 + local.minute
        if minute < self._back:
            return whole + min(max(minute - self._opens, 0), self._morning)
        return whole + self._morning + min(minute, self._closes) - self._back

    def instant(self, minutes: int) -> datetime:
        """The instant at which so many working minutes have gone."""
        day, minute = divmod(minutes, self.day_minutes)
        inside = self._opens + minute if minute < self._morning else self._back + minute - self._morning
        return self._midnights[day] + timedelta(minutes=inside)


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute
