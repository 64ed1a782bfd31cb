"""What was printed: which sheet of which record and when, so that a second print says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gridbook.records.base import instant_of, instant_text
from gridbook.store import audit, drafts, numbers, tables
from gridbook.store.session import Session


@dataclass(frozen=True, slots=True)
class Printed:
    """A sheet on paper; `number` is the record number in its QR code."""

    sheet: str
    number: str
    printed_at: datetime
    by: str
    keyed_in: bool


def log(session: Session, sheet: str, to_print: Sequence[str], *, to_key_in: bool = False) -> Sequence[bool]:
    """Note that sheets of these numbers go to the printer; tells for each whether it was printed before.

    Sheets that come back filled (`to_key_in`) are listed until they were keyed in.
    """
    again = [printed_before(session, sheet, number) is not None for number in to_print]
    table = tables.printed
    for number in to_print:
        session.connection.execute(
            sa.insert(table).values(
                sheet=sheet,
                number=number,
                printed_at=instant_text(session.now()),
                by=session.person.code,
                keyed_in=not to_key_in,
            )
        )
        audit.note(session, "print", number, sheet)
    return again


def printed_before(session: Session, sheet: str, number: str) -> Printed | None:
    """The last print of that sheet for that number, or nothing."""
    table = tables.printed
    row = session.connection.execute(
        sa.select(table)
        .where(table.c.number == number, table.c.sheet == sheet)
        .order_by(table.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None else _printed(row)


def blank(session: Session, sheet: str, form: str, count: int, door: str = "") -> Sequence[str]:
    """Numbers for blank sheets that are filled at the door; each opens its form when it is typed back."""
    issued = []
    for _ in range(count):
        record = session.new_id()
        number = numbers.issue(session, record)
        drafts.keep(session, form, number, {"id": record.hex(), "number": number, "door": door})
        issued.append(number)
    log(session, sheet, issued, to_key_in=True)
    return issued


def mark_keyed_in(session: Session, number: str) -> int:
    """Strike a sheet off the list of those still to be keyed in; tells how many were struck."""
    table = tables.printed
    done = session.connection.execute(
        sa.update(table).where(table.c.number == number, table.c.keyed_in.is_(False)).values(keyed_in=True)
    )
    return int(done.rowcount)


def not_keyed_in(session: Session) -> Sequence[Printed]:
    """Sheets that were printed to be filled and have not come back, oldest first."""
    table = tables.printed
    found = session.connection.execute(
        sa.select(table).where(table.c.keyed_in.is_(False)).order_by(table.c.id)
    )
    return [_printed(row) for row in found]


def _printed(row: "sa.Row[Any]") -> Printed:
    return Printed(row.sheet, row.number, instant_of(row.printed_at), row.by, bool(row.keyed_in))
