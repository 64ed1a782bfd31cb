"""The table of measured figures, build/speed.md: each benchmark writes its own part anew."""

import os
import platform
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

TABLE = Path(__file__).resolve().parents[2] / "build" / "speed.md"
HEAD = """# Speed: what the benchmarks measured

Each part is written by the benchmark it names, anew at each run. Ratios are of one run on one machine; where
others worked on it too, seconds of the processor say more than seconds on the wall, so both are given.
"""


def conditions() -> str:
    """The machine in words, and how busy it was."""
    with Path("/proc/meminfo").open() as file:
        gigabytes = int(file.readline().split()[1]) / 1e6
    busy = os.getloadavg()[0]
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {gigabytes:.0f} GB, {system}; load at the end {busy:.1f}"


def write(command: str, rows: Sequence[tuple[str, str]]) -> None:
    """Put what a command measured into the table, in place of what it measured before."""
    title = f"## `python3 build/dev.py bench {command}`"
    lines = [f"| {what} | {figure} |" for what, figure in rows]
    made = "\n".join([title, f"{date.today()}; {conditions()}", "", "| what | figure |", "|---|---|", *lines])
    held = TABLE.read_text("utf-8") if TABLE.exists() else HEAD
    parts = re.split(r"(?m)^(?=## )", held)
    kept = [one.rstrip() for one in parts if not one.startswith(title + "\n")]
    TABLE.write_text("\n\n".join([*kept, made]) + "\n", "utf-8")
    print(made)
