"""A register read by a process of its own: its answer, or one sentence why there is none."""

import multiprocessing
from collections.abc import Mapping
from pathlib import Path

import msgspec

from gridbook.errors import NotARegister, RegisterError, RegisterTooLarge
from gridbook.i18n import N_, tr
from gridbook.registers import reading
from gridbook.registers.reading import MOST_ROWS, Sheet

WAIT = reading.SECONDS + 15
"""Seconds until a process that does not answer is ended; its own limit comes first where there is one."""

_SAVE_AS = N_("Open it in the program it was made with and save it as an .xlsx workbook or as CSV.")
_SPLIT = N_("Split it into smaller files, for example one for each year.")
WHY: Mapping[str, tuple[type[RegisterError], str, str]] = {
    "missing": (NotARegister, N_("The file is not there or may not be read."), N_("Choose it again.")),
    "empty": (NotARegister, N_("There is no row in the file below a row of headings."), ""),
    "no sheet": (NotARegister, N_("The workbook has no sheet of that name."), ""),
    "no table": (NotARegister, N_("The file is no table."), _SAVE_AS),
    "no workbook": (NotARegister, N_("The file is no workbook."), _SAVE_AS),
    "old workbook": (NotARegister, N_("The workbook is locked by a password or of an old kind."), _SAVE_AS),
    "password": (NotARegister, N_("The workbook is locked by a password."), _SAVE_AS),
    "macros": (NotARegister, N_("The workbook holds macros, which could do harm."), _SAVE_AS),
    "encoding": (NotARegister, N_("The letters of the file cannot be read."), _SAVE_AS),
    "damaged": (NotARegister, N_("The file is damaged."), _SAVE_AS),
    "large": (RegisterTooLarge, N_("The file is larger than any register."), _SPLIT),
    "rows": (RegisterTooLarge, N_("The file has more than 20,000 rows."), _SPLIT),
    "memory": (RegisterTooLarge, N_("The file needs more memory than a register may take."), _SPLIT),
    "time": (RegisterTooLarge, N_("Reading the file took too long, so it was stopped."), _SPLIT),
}
"""Each reason for which a file is refused, with its sentence and what to do."""


def read(path: Path, sheet: str = "", most: int = MOST_ROWS) -> Sheet:
    """A sheet of a register; what is wrong with the file is one sentence, and nothing was changed by it."""
    # A fresh process on every system: it shares nothing with the book that is open here.
    fresh = multiprocessing.get_context("spawn")
    here, there = fresh.Pipe(duplex=False)
    child = fresh.Process(target=reading.answer, args=(there, str(path), sheet, most), daemon=True)
    child.start()
    there.close()
    try:
        told = here.recv_bytes() if here.poll(WAIT) else b"-time"
    except EOFError:
        # It was ended by the system: for its time (a signal of its own), or else for its memory.
        child.join(WAIT)
        told = b"-time" if child.exitcode == -_XCPU else b"-memory"
    finally:
        here.close()
        child.kill()
        child.join()
    if told[:1] == b"+":
        return msgspec.msgpack.decode(told[1:], type=Sheet)
    raise refusal(told[1:].decode())


_XCPU = 24
"""The signal for too much processor time on Linux."""


def refusal(why: str) -> RegisterError:
    """The sentence for a reason."""
    kind, message, after = WHY[why]
    return kind(tr(message), kept=tr("Nothing was loaded."), next=tr(after) if after else "")
