"""Days as people write them: 11-23, 1123, 11月23日, 23, 今天, 昨天, 2026-11-23."""

import re
import unicodedata
from contextlib import suppress
from datetime import date, timedelta

_DAYS = {
    "前天": -2, "昨天": -1, "昨": -1, "yesterday": -1, "今天": 0, "今": 0, "today": 0, "明天": 1, "明": 1,
    "tomorrow": 1, "后天": 2,
}  # fmt: skip
_WRITTEN = re.compile(r"(?:(?:(\d{4}|\d{2})[-/.年 ])?(\d{1,2})[-/.月 ])?(\d{1,2})[日号]?")
_RUN_TOGETHER = re.compile(r"(\d{4})?(\d\d)(\d\d)")


def read_day(text: str, today: date) -> date | None:
    """The day a person means; without a year it is the nearest such day, before or after."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain in _DAYS:
        return today + timedelta(days=_DAYS[plain])
    written = _WRITTEN.fullmatch(plain) or _RUN_TOGETHER.fullmatch(plain)
    if written is None:
        return None
    year, month, day = (int(part) if part else 0 for part in written.groups())
    if year:
        years = [year + 2000 if year < 100 else year]
    else:
        years = [today.year - 1, today.year, today.year + 1] if month else [today.year]
    meant = []
    for one in years:
        # A 29th of February is a day in some of these years only.
        with suppress(ValueError):
            meant.append(date(one, month or today.month, day))
    return min(meant, key=lambda found: abs(found - today), default=None)
