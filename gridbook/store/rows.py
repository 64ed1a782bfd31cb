"""Rows that join tables: columns under their class's name, and the records in them."""

from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa

from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.records.base import FieldRule, Record, restored
from gridbook.store import server, tables

R = TypeVar("R", bound=Record)


@cache
def columns(class_name: str) -> tuple["sa.Label[Any]", ...]:
    """Every column of a record class, labelled so that joined classes do not collide."""
    table = tables.RECORDS[class_name]
    return tuple(column.label(f"{class_name}_{column.name}") for column in table.columns)


@cache
def _labels(class_name: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (column.name, f"{class_name}_{column.name}") for column in tables.RECORDS[class_name].columns
    )


def record(cls: type[R], row: "sa.RowMapping") -> R:
    """The record of a class in a joined row."""
    return tables.record_of(cls, {name: row[label] for name, label in _labels(cls.__name__)})


def record_or_none(cls: type[R], row: "sa.RowMapping") -> R | None:
    """The record of a class in a joined row, or nothing where the outer join found none."""
    return None if row[f"{cls.__name__}_id"] is None else record(cls, row)


def beside(class_name: str, of: str) -> "sa.ColumnElement[bool]":
    """The condition that joins a class to the one whose id it shares."""
    mine, theirs = tables.RECORDS[class_name], tables.RECORDS[of]
    return sa.and_(mine.c.unit == theirs.c.unit, mine.c.id == theirs.c.id)


def raw(column: Any) -> Any:
    """The column as the driver hands it over; of a million ids each look costs a second."""
    return sa.type_coerce(column, sa.types.NullType())


def ids(connection: sa.Connection, asked: "sa.Select[Any]") -> bytes:
    """The ids that a question finds, in its order, one after the other.

    A file's engine joins them itself, while other threads work: a million rows handed over one by one cost
    three times as long, and hold the window up.
    """
    if server.is_server(connection):
        return b"".join(connection.execute(asked).scalars())
    found = asked.subquery()
    # In hexadecimal, for the engine joins texts, and a text ends at its first zero.
    joined = sa.func.group_concat(sa.func.hex(found.c[0]), "")
    return bytes.fromhex(connection.execute(sa.select(joined)).scalar() or "")


def one(session_connection: sa.Connection, cls: type[R], unit: str, record_id: bytes) -> R | None:
    """One record by its key, or nothing."""
    table = tables.RECORDS[cls.__name__]
    row = (
        session_connection.execute(sa.select(table).where(table.c.unit == unit, table.c.id == record_id))
        .mappings()
        .first()
    )
    return None if row is None else tables.record_of(cls, row)


def restored_value(rule: FieldRule, value: Any) -> Any:
    """A field's value behind its stored form; a BadValue where it does not fit."""
    try:
        return restored(rule, value)
    except (ValueError, TypeError) as error:
        raise BadValue(
            rule.name,
            tr("“{value}” does not fit “{field}”.").format(value=str(value)[:30], field=tr(rule.label)),
        ) from error
