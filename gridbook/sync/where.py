"""How far a record has come: here, on a stick, at the community, at the subdistrict; proved, never hoped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from gridbook.i18n import N_, tr
from gridbook.records.base import LOCAL, Reach, RecordId, UnitCode, instant_of
from gridbook.records.place import Level, level_of
from gridbook.store import tables
from gridbook.store.bulk import parts
from gridbook.store.fold import at
from gridbook.store.ops import decode, decode_husk, unpack
from gridbook.store.session import Session
from gridbook.sync import proved
from gridbook.sync.proved import Above


class Where(StrEnum):
    """How far a piece of work is known to have come."""

    HERE = "here"
    ON_STICK = "on a stick"
    COMMUNITY = "at the community"
    SUBDISTRICT = "at the subdistrict"


WHERE_NAMES = {
    Where.HERE: N_("Written here"),
    Where.ON_STICK: N_("On a stick"),
    Where.COMMUNITY: N_("Held at the community"),
    Where.SUBDISTRICT: N_("Held at the subdistrict"),
}
SHORT_NAMES = {
    Where.HERE: N_("here"),
    Where.ON_STICK: N_("on a stick"),
    Where.COMMUNITY: N_("community"),
    Where.SUBDISTRICT: N_("subdistrict"),
}
"""For the column of a list."""
STATES = {
    Where.HERE: "suspended",
    Where.ON_STICK: "due soon",
    Where.COMMUNITY: "on time",
    Where.SUBDISTRICT: "on time",
}
"""The state as which each is shown: green only after a signed receipt."""

AT_LEAST = {Level.GRID: Where.HERE, Level.COMMUNITY: Where.COMMUNITY, Level.SUBDISTRICT: Where.SUBDISTRICT}
"""Where that is held at least which another office wrote."""
ORDER = {where: n for n, where in enumerate(Where)}
_OF_LEVEL = {Level.COMMUNITY: Where.COMMUNITY, Level.SUBDISTRICT: Where.SUBDISTRICT}


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one record: since when it is where, and of which day the receipts are that prove it."""

    where: Where
    written_at: datetime
    on_stick_since: datetime | None
    receipts: Mapping[Where, datetime]

    def sentence(self) -> str:
        """The whole way in one line."""
        said = [tr("written {day}").format(day=_day(self.written_at))]
        if self.on_stick_since is not None:
            said.append(tr("on a stick since {day}").format(day=_day(self.on_stick_since)))
        for where, day in self.receipts.items():
            said.append(tr("{held} (receipt of {day})").format(held=tr(WHERE_NAMES[where]), day=_day(day)))
        if not self.receipts and ORDER[self.where] >= ORDER[Where.COMMUNITY]:
            said.append(tr(WHERE_NAMES[self.where]))
        elif not self.receipts and self.where is Where.HERE and self.on_stick_since is None:
            said.append(tr("held nowhere else yet"))
        elif not self.receipts:
            said.append(tr("no receipt has come yet"))
        return " · ".join(said)


def _day(at_: datetime) -> str:
    return f"{at_.astimezone(LOCAL):%m-%d %H:%M}"


def of_segment(segment: int, on_stick_at: str | None, above: Mapping[Level, Above]) -> Where:
    """Where a sealed piece of this office's own work is."""
    for level in (Level.SUBDISTRICT, Level.COMMUNITY):
        if level in above and segment in above[level].held:
            return _OF_LEVEL[level]
    return Where.ON_STICK if on_stick_at else Where.HERE


def at_home(unit: UnitCode, reach: str) -> Where | None:
    """Where an office's own sealed work is when no office above it is entitled to it."""
    level = level_of(unit)
    if level is Level.SUBDISTRICT:
        return Where.SUBDISTRICT
    return Where.COMMUNITY if level is Level.COMMUNITY and reach == Reach.COMMUNITY else None


def of_record(session: Session, class_name: str, unit: UnitCode, record: RecordId) -> Where:
    """How far the newest of a record's ops is known to have come."""
    return of_records(session, class_name, [(unit, record)])[(unit, record)]


def of_records(
    session: Session, class_name: str, keys: Sequence[tuple[UnitCode, RecordId]]
) -> dict[tuple[UnitCode, RecordId], Where]:
    """The same of many records, for a list."""
    above = proved.above(session)
    least = AT_LEAST[level_of(session.unit)]
    found: dict[tuple[UnitCode, RecordId], Where] = {}
    for part in parts([record for _, record in keys]):
        marks = ", ".join("?" * len(part))
        rows = session.run(
            "SELECT op.record, line.unit, op.segment, segment.on_stick_at, line.reach, line.author "
            "FROM op JOIN line ON line.id = op.line LEFT JOIN segment ON segment.id = op.segment "
            f'WHERE op.record IN ({marks}) AND op."class" = ?',
            (*part, tables.CLASS_NUMBERS[class_name]),
        )
        for record, unit, segment, on_stick_at, reach, author in rows:
            if segment is None:
                where = Where.HERE
            else:
                where = of_segment(segment, on_stick_at, above)
                # What another office wrote, or what stops at this one, is held here at the least.
                if author != session.unit or at_home(session.unit, reach) is not None:
                    where = max(where, least, key=ORDER.__getitem__)
            key = (unit, bytes(record))
            found[key] = min(where, found.get(key, where), key=ORDER.__getitem__)
    return {key: found.get(key, Where.HERE) for key in keys}


def way_of(session: Session, class_name: str, unit: UnitCode, record: RecordId) -> Way:
    """The way of a record in full: written when, under way since when, receipted by whom."""
    log, line, seg = tables.op, tables.line, tables.segment
    rows = session.connection.execute(
        sa.select(log.c.body, log.c.husk, log.c.segment, seg.c.on_stick_at, line.c.author)
        .join(line, line.c.id == log.c.line)
        .outerjoin(seg, seg.c.id == log.c.segment)
        .where(
            log.c.record == record,
            log.c["class"] == tables.CLASS_NUMBERS[class_name],
            line.c.unit == unit,
        )
        .order_by(log.c.pos)
    ).all()
    where = of_record(session, class_name, unit, record)
    written = max(
        (
            at(decode(unpack(bytes(row.body))) if row.body is not None else decode_husk(bytes(row.husk)))
            for row in rows
            if row.body is not None or row.husk
        ),
        default=session.now(),
    )
    own = [row for row in rows if row.author == session.unit]
    sealed = [row.on_stick_at for row in own if row.on_stick_at]
    all_out = len(sealed) == len(own) > 0
    return Way(
        where,
        written,
        instant_of(max(sealed)) if all_out else None,
        {
            _OF_LEVEL[level]: one.receipt_of
            for level, one in proved.above(session).items()
            if one.receipt_of is not None
            and rows
            and all(row.segment is not None and row.segment in one.held for row in rows)
        },
    )
