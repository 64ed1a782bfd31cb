"""Half-filled forms: kept as fields are left, back after a crash, a lock or an upgrade."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from gridbook.records.base import RecordId, instant_of, instant_text
from gridbook.store import tables
from gridbook.store.session import Session


@dataclass(frozen=True, slots=True)
class Draft:
    """A form that was begun: which form, for what, its fields as they stood, and when."""

    form: str
    key: str
    fields: Mapping[str, Any]
    kept_at: datetime


def keep(session: Session, form: str, key: str, fields: Mapping[str, Any]) -> None:
    """Keep a form as it stands; fields are whatever JSON can hold."""
    table = tables.draft
    values = {"fields": msgspec.json.encode(dict(fields)).decode(), "kept_at": instant_text(session.now())}
    done = session.connection.execute(sa.update(table).where(*_is(session, form, key)).values(values))
    if done.rowcount == 0:
        session.connection.execute(
            sa.insert(table).values(person=session.person.code, form=form, key=key, **values)
        )


def get(session: Session, form: str, key: str = "") -> Draft | None:
    """The form as this person left it."""
    row = session.connection.execute(sa.select(tables.draft).where(*_is(session, form, key))).first()
    return None if row is None else _draft(row)


def drop(session: Session, form: str, key: str = "") -> None:
    """Forget a form that was saved or given up."""
    session.connection.execute(sa.delete(tables.draft).where(*_is(session, form, key)))


def forget(session: Session, number: str, record: RecordId) -> None:
    """Drop every form, whoever began it, that was about a record which has to go."""
    table = tables.draft
    session.connection.execute(
        sa.delete(table).where(
            sa.or_(
                table.c.key.in_((number, record.hex())),
                table.c.fields.contains(number, autoescape=True),
                table.c.fields.contains(record.hex(), autoescape=True),
            )
        )
    )


def of_person(session: Session, form: str | None = None) -> Sequence[Draft]:
    """Everything this person has begun, newest first."""
    table = tables.draft
    wanted = [table.c.person == session.person.code]
    if form is not None:
        wanted.append(table.c.form == form)
    rows = session.connection.execute(
        sa.select(table).where(*wanted).order_by(table.c.kept_at.desc(), table.c.form, table.c.key)
    )
    return [_draft(row) for row in rows]


def _is(session: Session, form: str, key: str) -> "tuple[sa.ColumnElement[bool], ...]":
    table = tables.draft
    return (table.c.person == session.person.code, table.c.form == form, table.c.key == key)


def _draft(row: "sa.Row[Any]") -> Draft:
    return Draft(row.form, row.key, msgspec.json.decode(row.fields), instant_of(row.kept_at))
