"""Wrong passphrases are counted beside the book: five are free, then each makes the next wait longer."""

import contextlib
from pathlib import Path

import msgspec

from gridbook.errors import BookError, WaitBeforeNextTry
from gridbook.i18n import tr
from gridbook.records.base import Clock
from gridbook.store import files

FILE = "tries.json"
LARGEST_FILE = 1024
FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = 30, 3600
"""Seconds; the wait doubles from the first to the longest."""


class _Tries(msgspec.Struct, frozen=True):
    wrong: int = 0
    last: int = 0


def wait_is_over(folder: Path, clock: Clock) -> None:
    """Refuse a try that comes too early, and say how long to wait."""
    held, now = _read(folder), int(clock.now().timestamp())
    if held.wrong < FREE_TRIES:
        return
    if held.last > now:
        # The clock was set back: the wait begins again, so that it is neither skipped nor longer than itself.
        held = _Tries(held.wrong, now)
        _keep(folder, held)
    left = held.last + min(LONGEST_WAIT, FIRST_WAIT << min(held.wrong - FREE_TRIES, 10)) - now
    if left <= 0:
        return
    if left < 120:
        said = tr("The passphrase was wrong {n} times; the next try is possible in {seconds} seconds.")
    else:
        said = tr("The passphrase was wrong {n} times; the next try is possible in {minutes} minutes.")
    raise WaitBeforeNextTry(
        said.format(n=held.wrong, seconds=left, minutes=-(-left // 60)),
        kept=tr("Nothing was changed."),
        next=tr("Wait, or use the recovery sheet."),
    )


def wrong(folder: Path) -> int:
    """How many wrong passphrases there were since the last right one."""
    return _read(folder).wrong


def count_wrong(folder: Path, clock: Clock) -> None:
    """One more wrong passphrase."""
    _keep(folder, _Tries(_read(folder).wrong + 1, int(clock.now().timestamp())))


def forget(folder: Path) -> None:
    """Count from nothing again, after a right one."""
    with contextlib.suppress(OSError):
        (folder / FILE).unlink(missing_ok=True)


def _read(folder: Path) -> _Tries:
    try:
        with (folder / FILE).open("rb") as file:
            return msgspec.json.decode(file.read(LARGEST_FILE), type=_Tries)
    except (OSError, ValueError, RecursionError):
        return _Tries()


def _keep(folder: Path, held: _Tries) -> None:
    # On a full disk the sentence about the passphrase is still the one to say.
    with contextlib.suppress(BookError):
        files.write_whole(folder / FILE, msgspec.json.encode(held), private=True)
