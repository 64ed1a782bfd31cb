"""What was printed: which sheet of which record and when, so that a second print says so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from gridbook.records.base import RecordId, instant_of, instant_text
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
    form: str = "request"
    """Which form its number opens: a blank sheet's own, or that of the request it was filled from."""


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


@dataclass(frozen=True, slots=True)
class Blank:
    """A number that was printed on a blank sheet: which form it opens, and the record it will become."""

    form: str
    number: str
    record: RecordId
    door: str = ""
    """The door that stands on the sheet, where it was printed for a list of doors."""


def blanks(session: Session, start: str, most: int) -> Sequence[Blank]:
    """The numbers beginning so that were printed blank, by whomever, and have not been keyed in."""
    draft, table = tables.draft, tables.printed
    rows = session.connection.execute(
        sa.select(draft.c.form, draft.c.key, draft.c.fields)
        .join(table, sa.and_(table.c.number == draft.c.key, table.c.keyed_in.is_(False)))
        .where(draft.c.key >= start, draft.c.key < start + "~")
        .order_by(draft.c.key)
        .limit(most)
    )
    return [_blank(row) for row in rows]


def _blank(row: Any) -> Blank:
    fields = msgspec.json.decode(row.fields)
    return Blank(row.form, row.key, bytes.fromhex(fields["id"]), str(fields.get("door", "")))


def come_back(session: Session, form: str, number: str) -> None:
    """A blank sheet was keyed in: it is struck off, and its number opens no empty form any more."""
    mark_keyed_in(session, number)
    draft = tables.draft
    session.connection.execute(sa.delete(draft).where(draft.c.form == form, draft.c.key == number))


def give_up(session: Session, number: str) -> None:
    """A blank sheet was spoilt or lost: its number is used for nothing any more."""
    mark_keyed_in(session, number)
    session.connection.execute(sa.delete(tables.draft).where(tables.draft.c.key == number))
    audit.note(session, "give up sheet", number)


def mark_keyed_in(session: Session, number: str) -> int:
    """Strike a sheet off the list of those still to be keyed in; tells how many were struck."""
    table = tables.printed
    done = session.connection.execute(
        sa.update(table).where(table.c.number == number, table.c.keyed_in.is_(False)).values(keyed_in=True)
    )
    return int(done.rowcount)


def not_keyed_in(session: Session) -> Sequence[Printed]:
    """Sheets that were printed to be filled and have not come back, oldest first."""
    table, draft = tables.printed, tables.draft
    form = sa.select(sa.func.min(draft.c.form)).where(draft.c.key == table.c.number).scalar_subquery()
    found = session.connection.execute(
        sa.select(table, form.label("form")).where(table.c.keyed_in.is_(False)).order_by(table.c.id)
    )
    return [replace(_printed(row), form=row.form or "request") for row in found]


def _printed(row: "sa.Row[Any]") -> Printed:
    return Printed(row.sheet, row.number, instant_of(row.printed_at), row.by, bool(row.keyed_in))
