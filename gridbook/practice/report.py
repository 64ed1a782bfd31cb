"""What is held where after the practice: counts by office, and whether all offices hold the same."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gridbook.i18n import N_, tr
from gridbook.practice.stations import Stations
from gridbook.records.base import CLASSES, Reach, UnitCode
from gridbook.records.place import Level, holds, level_of, short_name
from gridbook.store import digest, tables
from gridbook.store.digest import Digests
from gridbook.store.session import Session
from gridbook.sync import status

COLUMNS: tuple[tuple[str, str], ...] = (
    ("Visit", N_("Visits")),
    ("VisitDetails", N_("with door")),
    ("VisitNote", N_("own notes")),
    ("Request", N_("Requests")),
    ("Particulars", N_("with words")),
    ("EventNote", N_("remarks")),
    ("Referral", N_("told along")),
)
"""What the table counts, and how it calls it."""


@dataclass(frozen=True, slots=True)
class Row:
    """An office: how many records of each class it holds, and how far its own work has come."""

    unit: UnitCode
    records: Mapping[str, int]
    events: int
    unsent: int
    gaps: int
    to_settle: int
    refused: int
    digest: str


@dataclass(frozen=True, slots=True)
class Report:
    """Every office with what it holds, and each place where that is not what it should be."""

    rows: Sequence[Row]
    differences: Sequence[str]

    @property
    def all_held(self) -> bool:
        """Whether everything is held where it should be and nowhere else."""
        return not self.differences


def of_stations(stations: Stations, written: Mapping[str, int]) -> Report:
    """Compare what all stations hold, stream by stream, and what was written with what arrived at the top."""
    digests = {unit: stations[unit].read(digest.of_book) for unit in stations}
    rows = [_row(stations, unit, digests[unit].all) for unit in stations]
    found = [*_streams(digests), *(trouble for row in rows for trouble in _unfinished(row))]
    for name, count in written.items():
        if rows[0].records[name] != count:
            found.append(
                tr("{unit} holds {n} of {written} written as “{what}”").format(
                    unit=short_name(rows[0].unit),
                    n=rows[0].records[name],
                    written=count,
                    what=tr(CLASSES[name].label),
                )
            )
    return Report(rows, [*found, *stations.carried.troubles])


def _row(stations: Stations, unit: UnitCode, whole: str) -> Row:
    store = stations[unit]
    held = store.read(status.held)
    found = store.read(_counts)
    return Row(
        unit=unit,
        records=found,
        events=found["event"],
        unsent=held.unsent,
        gaps=len(held.gaps) + held.waiting,
        to_settle=held.conflicts,
        refused=held.refused,
        digest=whole,
    )


def _counts(session: Session) -> dict[str, int]:
    named = {name: tables.RECORDS[name].name for name, _ in COLUMNS} | {"event": tables.request_event.name}
    return {
        name: int(session.connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one())
        for name, table in named.items()
    }


def _unfinished(row: Row) -> list[str]:
    told = []
    name = short_name(row.unit)
    if row.unsent:
        told.append(tr("{unit}: {n} changes are not receipted").format(unit=name, n=row.unsent))
    if row.gaps:
        told.append(tr("{unit}: {n} pieces are missing").format(unit=name, n=row.gaps))
    if row.to_settle:
        told.append(tr("{unit}: {n} questions are to be settled").format(unit=name, n=row.to_settle))
    if row.refused:
        told.append(tr("{unit}: {n} pieces were refused").format(unit=name, n=row.refused))
    return told


def _streams(digests: Mapping[UnitCode, Digests]) -> list[str]:
    """Each stream has to be the same at every office entitled to it, and at no other office at all."""
    told = []
    for stream in sorted({name for one in digests.values() for name in (*one.streams, *one.rows)}):
        unit, _, reach = stream.partition(" ")
        for kind in ("streams", "rows"):
            held = {at: getattr(one, kind).get(stream) for at, one in digests.items()}
            entitled = {at for at in digests if holds(at, unit, Reach(reach))}
            first = held.get(unit)
            for at, value in held.items():
                if at in entitled and value != first:
                    told.append(tr("{at} does not hold the same of {stream}").format(at=at, stream=stream))
                if at not in entitled and value is not None:
                    told.append(
                        tr("{at} holds {stream}, which is not for it to hold").format(at=at, stream=stream)
                    )
    return sorted(set(told))


def table(report: Report) -> str:
    """What is held where, as a table of plain text; grids of a community together."""
    heads = [
        tr("Office"),
        *(tr(name) for _, name in COLUMNS),
        tr("Events"),
        tr("Not receipted"),
        tr("Digest"),
    ]
    lines = [heads]
    for row in report.rows:
        if level_of(row.unit) is not Level.GRID or len(report.rows) <= 16:
            lines.append([short_name(row.unit), *_numbers(row), row.digest[:12]])
        if level_of(row.unit) is Level.COMMUNITY and len(report.rows) > 16:
            below = [one for one in report.rows if one.unit[:-3] == row.unit]
            summed = [sum(numbers) for numbers in zip(*(_sums(one) for one in below), strict=True)]
            name = tr("{unit}: {n} grids").format(unit=short_name(row.unit), n=len(below))
            lines.append([name, *(str(number) for number in summed), ""])
    widths = [max(_width(line[n]) for line in lines) for n in range(len(heads))]
    return "\n".join(
        "  ".join(
            _padded(text, width, right=0 < n < len(heads) - 1)
            for n, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _sums(row: Row) -> list[int]:
    return [*(row.records.get(name, 0) for name, _ in COLUMNS), row.events, row.unsent]


def _numbers(row: Row) -> list[str]:
    return [str(number) for number in _sums(row)]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
