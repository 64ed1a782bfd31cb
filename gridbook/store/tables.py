"""The tables of a book: one per record class, derived from its declaration, and those of the log."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from gridbook.records import care, deadline, errand, moving, place, request, staff, visit, worklist
from gridbook.records.base import CLASSES, ClassRule, FieldRule, Record, restored, stored

R = TypeVar("R", bound=Record)

# Importing the modules above declares the classes; this list only keeps the imports honest.
DECLARED = (care, deadline, errand, moving, place, request, staff, visit, worklist)

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_INDEXES: dict[str, tuple[tuple[str, ...], ...]] = {
    "Visit": (("visited_on",), ("number",)),
    "VisitDetails": (("building", "door"),),
    "Request": (("number",),),
    "Particulars": (("building", "door"),),
    "EventNote": (("case",),),
    "Referral": (("case",),),
    "DocumentReceipt": (("case",),),
    "CareContact": (("building", "door"), ("number",)),
    "Consent": (("number",),),
    "EmergencyContact": (("care",),),
    "ListDoor": (("listed",),),
    "RoundDoor": (("listed",),),
}


def _column(rule: FieldRule) -> "sa.Column[Any]":
    return sa.Column(rule.name, _column_type(rule.python), nullable=rule.optional)


def _column_type(kind: type) -> "sa.types.TypeEngine[Any]":
    if kind is bool:
        return sa.Boolean()
    if kind is int:
        return sa.Integer()
    if kind is bytes:
        return sa.LargeBinary()
    if kind in (str, tuple, date, datetime) or issubclass(kind, StrEnum):
        return sa.Text()
    raise TypeError(f"{kind.__name__} has no column")


def table_name(class_name: str) -> str:
    """The table of a record class: `VisitDetails` is kept in `visit_details`."""
    return "".join("_" + c.lower() if c.isupper() else c for c in class_name).lstrip("_")


def _record_table(rule: ClassRule) -> sa.Table:
    return sa.Table(
        table_name(rule.name),
        metadata,
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        *(_column(field) for field in rule.fields),
        sa.PrimaryKeyConstraint("id", "unit"),
        *(
            sa.Index(f"ix_{table_name(rule.name)}_{'_'.join(names)}", *names)
            for names in _INDEXES.get(rule.name, ())
        ),
        sqlite_with_rowid=False,
    )


RECORDS: dict[str, sa.Table] = {name: _record_table(rule) for name, rule in CLASSES.items()}
"""The table of every record class by class name."""

CLASS_NUMBERS = {
    "Unit": 1,
    "Staff": 2,
    "Holiday": 3,
    "OfficeHours": 4,
    "Estate": 5,
    "Building": 6,
    "Visit": 7,
    "VisitDetails": 8,
    "VisitNote": 9,
    "Request": 10,
    "Particulars": 11,
    "Contact": 12,
    "EventNote": 13,
    "Referral": 14,
    "HandOver": 15,
    "Mandate": 16,
    "DocumentReceipt": 17,
    "CareContact": 18,
    "EmergencyContact": 19,
    "Consent": 20,
    "ListDoor": 21,
    "WorkList": 22,
    "RoundDoor": 23,
    "Round": 24,
}
"""What op rows carry instead of the class name; numbers are given once and never again."""

CLASS_NAMES = {number: name for name, number in CLASS_NUMBERS.items()}

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.Text(), primary_key=True),
    sa.Column("value", sa.LargeBinary(), nullable=False),
)

incarnation = sa.Table(
    "incarnation",
    metadata,
    sa.Column("id", sa.LargeBinary(), primary_key=True),
    sa.Column("unit", sa.Text(), nullable=False),
    sa.Column("parent", sa.LargeBinary(), nullable=True),
    sa.Column("began_at", sa.Text(), nullable=False),
    sa.Column("why", sa.Text(), nullable=False),
    sa.Column("superseded", sa.Boolean(), nullable=False),
)

line = sa.Table(
    "line",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("incarnation", sa.LargeBinary(), nullable=False),
    sa.Column("author", sa.Text(), nullable=False),
    sa.Column("unit", sa.Text(), nullable=False),
    sa.Column("reach", sa.Text(), nullable=False),
    sa.Index("ux_line_stream", "incarnation", "author", "unit", "reach", unique=True),
)

segment = sa.Table(
    "segment",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("line", sa.Integer(), nullable=False),
    sa.Column("n", sa.Integer(), nullable=False),
    sa.Column("hash", sa.LargeBinary(), nullable=False),
    sa.Column("prev", sa.LargeBinary(), nullable=True),
    sa.Column("count", sa.Integer(), nullable=False),
    sa.Column("min_reader", sa.Integer(), nullable=False),
    sa.Column("certificate", sa.LargeBinary(), nullable=False),
    sa.Column("signature", sa.LargeBinary(), nullable=False),
    sa.Column("parked", sa.LargeBinary(), nullable=True),
    sa.Column("on_stick_at", sa.Text(), nullable=True),
    sa.Index("ux_segment_hash", "hash", unique=True),
    sa.Index("ix_segment_line_n", "line", "n"),
)
"""`parked` holds the raw ops of a segment that this program cannot read yet."""

op = sa.Table(
    "op",
    metadata,
    sa.Column("pos", sa.Integer(), primary_key=True),
    sa.Column("line", sa.Integer(), nullable=False),
    sa.Column("segment", sa.Integer(), nullable=True),
    sa.Column("class", sa.Integer(), nullable=False),
    sa.Column("record", sa.LargeBinary(), nullable=False),
    sa.Column("body", sa.LargeBinary(), nullable=True),
    sa.Column("husk", sa.LargeBinary(), nullable=True),
    sa.Column("gone", sa.Text(), nullable=True),
    sa.Index("ix_op_record", "record"),
    sa.Index(
        "ix_op_absent",
        "segment",
        sqlite_where=sa.text("gone = 'absent'"),
        postgresql_where=sa.text("gone = 'absent'"),
    ),
    sa.Index(
        "ix_op_segment",
        "segment",
        sqlite_where=sa.text("segment IS NOT NULL"),
        postgresql_where=sa.text("segment IS NOT NULL"),
    ),
    sa.Index(
        "ix_op_unsealed",
        "line",
        sqlite_where=sa.text("segment IS NULL"),
        postgresql_where=sa.text("segment IS NULL"),
    ),
)
"""The log: `body` is the op's bytes, compressed; where it is gone (`erased`, `purged`, or `absent`: it
came without) the husk is kept instead, which still proves the digest."""

finding = sa.Table(
    "finding",
    metadata,
    sa.Column("class", sa.Text(), nullable=False),
    sa.Column("unit", sa.Text(), nullable=False),
    sa.Column("record", sa.LargeBinary(), nullable=False),
    sa.Column("kind", sa.Text(), nullable=False),
    sa.Column("part", sa.Text(), nullable=False),
    sa.Column("detail", sa.Text(), nullable=False),
    sa.Index("ix_finding_record", "record"),
    sa.Index("ix_finding_kind", "kind"),
)
"""What a fold found and a person should see: conflict, late event, missing parent, value to correct."""

request_state = sa.Table(
    "request_state",
    metadata,
    sa.Column("unit", sa.Text(), nullable=False),
    sa.Column("id", sa.LargeBinary(), nullable=False),
    sa.Column("status", sa.Text(), nullable=False),
    sa.Column("lead", sa.Text(), nullable=False),
    sa.Column("due_at", sa.Text(), nullable=True),
    sa.Column("state", sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint("id", "unit"),
    sa.Index("ix_request_state_status", "status", "due_at", "lead"),
    sa.Index("ix_request_state_due", "due_at", "id"),
    sqlite_with_rowid=False,
)

request_event = sa.Table(
    "request_event",
    metadata,
    sa.Column("unit", sa.Text(), nullable=False),
    sa.Column("request", sa.LargeBinary(), nullable=False),
    sa.Column("n", sa.Integer(), nullable=False),
    sa.Column("id", sa.LargeBinary(), nullable=False),
    sa.Column("action", sa.Text(), nullable=False),
    sa.Column("at", sa.Text(), nullable=False),
    sa.Column("by_unit", sa.Text(), nullable=False),
    sa.Column("by_person", sa.Text(), nullable=False),
    sa.Column("given", sa.Text(), nullable=False),
    sa.Column("standing", sa.Text(), nullable=False),
    sa.Index("ix_request_event_request", "request", "n"),
)

finder = sa.Table(
    "finder",
    metadata,
    sa.Column("n", sa.Integer(), primary_key=True),
    sa.Column("unit", sa.Text(), nullable=False),
    sa.Column("id", sa.LargeBinary(), nullable=False),
    sa.Column("class", sa.Text(), nullable=False),
    sa.Column("words", sa.Text(), nullable=False),
    sa.Index("ux_finder_record", "id", "unit", "class", unique=True),
)
"""What one's own cases can be found by: name and its pinyin readings, telephone, title."""

FINDER_INDEX = (
    # Two blanks at the end, so that every character begins three of them; the words are not kept twice.
    "CREATE VIRTUAL TABLE finder_index USING fts5"
    "(words, content='', detail=none, columnsize=0, tokenize='trigram')",
    # What is erased leaves the index at once, too.
    "INSERT INTO finder_index (finder_index, rank) VALUES ('secure-delete', 1)",
    "CREATE VIRTUAL TABLE finder_term USING fts5vocab(finder_index, row)",
    "CREATE TRIGGER finder_added AFTER INSERT ON finder BEGIN "
    "INSERT INTO finder_index (rowid, words) VALUES (new.n, new.words || '  '); END",
    "CREATE TRIGGER finder_gone AFTER DELETE ON finder BEGIN "
    "INSERT INTO finder_index (finder_index, rowid, words) VALUES ('delete', old.n, old.words || '  '); END",
)
"""The index over the finder's words that a book in a file keeps; its triggers keep it in step."""


def _add_index(table: sa.Table, connection: sa.Connection, **_: Any) -> None:
    if connection.dialect.name == "sqlite":
        for statement in FINDER_INDEX:
            connection.exec_driver_sql(statement)


sa.event.listen(finder, "after_create", _add_index)

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("unit", sa.Text(), nullable=False),
    sa.Column("building", sa.LargeBinary(), nullable=False),
    sa.Column("door", sa.Text(), nullable=False),
    sa.Column("tried_on", sa.Text(), nullable=False),
    sa.Column("part", sa.Text(), nullable=False),
    sa.Index("ix_attempt_tried_on", "tried_on"),
)

draft = sa.Table(
    "draft",
    metadata,
    sa.Column("person", sa.Text(), nullable=False),
    sa.Column("form", sa.Text(), nullable=False),
    sa.Column("key", sa.Text(), nullable=False),
    sa.Column("fields", sa.Text(), nullable=False),
    sa.Column("kept_at", sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint("person", "form", "key"),
    sqlite_with_rowid=False,
)

preference = sa.Table(
    "preference",
    metadata,
    sa.Column("person", sa.Text(), nullable=False),
    sa.Column("key", sa.Text(), nullable=False),
    sa.Column("value", sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint("person", "key"),
    sqlite_with_rowid=False,
)
"""What a desk remembers for a person: sticky values, columns, window state."""

phrase = sa.Table(
    "phrase",
    metadata,
    sa.Column("category", sa.Text(), nullable=False),
    sa.Column("n", sa.Integer(), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint("category", "n"),
    sqlite_with_rowid=False,
)
"""The phrases of a category as this office wrote them; `n` is the digit that picks one, 0 with no text says
that the office wants none of those that the program brings."""

load = sa.Table(
    "load",
    metadata,
    sa.Column("id", sa.LargeBinary(), primary_key=True),
    sa.Column("at", sa.Text(), nullable=False),
    sa.Column("person", sa.Text(), nullable=False),
    sa.Column("kind", sa.Text(), nullable=False),
    sa.Column("file", sa.LargeBinary(), nullable=False),
    sa.Column("rows", sa.Integer(), nullable=False),
    sa.Column("records", sa.LargeBinary(), nullable=False),
    sa.Column("undone_at", sa.Text(), nullable=True),
    sqlite_with_rowid=False,
)
"""Old registers that were loaded: the hash of the file, never its name, and the keys of what it became."""

act = sa.Table(
    "act",
    metadata,
    sa.Column("n", sa.Integer(), primary_key=True),
    sa.Column("person", sa.Text(), nullable=False),
    sa.Column("at", sa.Text(), nullable=False),
    sa.Column("ops", sa.LargeBinary(), nullable=False),
    sa.Column("back", sa.LargeBinary(), nullable=True),
    sa.Index("ix_act_person", "person", "n"),
)
"""What each person did last, by the digests of the ops it wrote; `back` are those that took it back."""

printed = sa.Table(
    "printed",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("sheet", sa.Text(), nullable=False),
    sa.Column("number", sa.Text(), nullable=False),
    sa.Column("printed_at", sa.Text(), nullable=False),
    sa.Column("by", sa.Text(), nullable=False),
    sa.Column("keyed_in", sa.Boolean(), nullable=False),
    sa.Index("ix_printed_number", "number"),
)

station = sa.Table(
    "station",
    metadata,
    sa.Column("hash", sa.LargeBinary(), primary_key=True),
    sa.Column("unit", sa.Text(), nullable=False),
    sa.Column("body", sa.LargeBinary(), nullable=False),
    sa.Column("standing", sa.Text(), nullable=False),
    sa.Column("since", sa.Text(), nullable=False),
    sa.Index("ix_station_unit", "unit"),
)
"""Certificates of stations, by their hash."""

roster = sa.Table(
    "roster",
    metadata,
    sa.Column("hash", sa.LargeBinary(), primary_key=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("body", sa.LargeBinary(), nullable=False),
)
"""Every list of stations that says something: a subdistrict that was put back can sign one number twice."""

receipt = sa.Table(
    "receipt",
    metadata,
    sa.Column("holder", sa.Text(), nullable=False),
    sa.Column("incarnation", sa.LargeBinary(), nullable=False),
    sa.Column("unit", sa.Text(), nullable=False),
    sa.Column("number", sa.Integer(), nullable=False),
    sa.Column("body", sa.LargeBinary(), nullable=False),
    sa.Column("came_at", sa.Text(), nullable=False),
    sa.Index("ux_receipt_holder", "holder", "incarnation", "unit", unique=True),
)
"""The newest signed receipt page of each holder and incarnation about the streams of each unit."""

bundle = sa.Table(
    "bundle",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("name", sa.Text(), nullable=False),
    sa.Column("way", sa.Text(), nullable=False),
    sa.Column("peer", sa.Text(), nullable=False),
    sa.Column("at", sa.Text(), nullable=False),
    sa.Column("ops", sa.Integer(), nullable=False),
    sa.Column("bytes", sa.Integer(), nullable=False),
    sa.Column("note", sa.Text(), nullable=False),
    sa.Index("ix_bundle_at", "at"),
)

refusal = sa.Table(
    "refusal",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("segment", sa.LargeBinary(), nullable=False),
    sa.Column("incarnation", sa.LargeBinary(), nullable=False),
    sa.Column("unit", sa.Text(), nullable=False),
    sa.Column("reach", sa.Text(), nullable=False),
    sa.Column("n", sa.Integer(), nullable=False),
    sa.Column("author", sa.Text(), nullable=False),
    sa.Column("sender", sa.Text(), nullable=False),
    sa.Column("reason", sa.Text(), nullable=False),
    sa.Column("at", sa.Text(), nullable=False),
    sa.Column("kept_as", sa.Text(), nullable=False),
    sa.Column("certificate", sa.LargeBinary(), nullable=True),
    sa.Column("prev", sa.LargeBinary(), nullable=True),
    sa.Column("emptied_at", sa.Text(), nullable=True),
    sa.Index("ix_refusal_segment", "segment"),
)
"""Segments that were refused, with the reason and the quarantine file that keeps them.

`emptied_at` says since when the file is gone because a person looked at it; the refusal itself stays."""

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("at", sa.Text(), nullable=False),
    sa.Column("person", sa.Text(), nullable=False),
    sa.Column("action", sa.Text(), nullable=False),
    sa.Column("object", sa.Text(), nullable=False),
    sa.Column("reason", sa.Text(), nullable=False),
    sa.Column("chain", sa.LargeBinary(), nullable=False),
)
"""Who did what, when, to which object: content-free, each row hashed onto the one before."""


def cell(value: Any) -> Any:
    """A stored value as a column keeps it; lists become JSON text."""
    return msgspec.json.encode(value).decode() if isinstance(value, list) else value


def row_of(record: Record) -> dict[str, Any]:
    """A record as a row of its table."""
    rule = CLASSES[type(record).__name__]
    row = {field.name: cell(stored(getattr(record, field.name))) for field in rule.fields}
    return {"unit": record.unit, "id": record.id, **row}


def record_of(cls: type[R], row: Any) -> R:
    """The record in a row of its table (a mapping with the table's column names)."""
    rule = CLASSES[cls.__name__]
    values = {field.name: _value(field, row[field.name]) for field in rule.fields}
    return cls(unit=row["unit"], id=bytes(row["id"]), **values)


def _value(rule: FieldRule, cell_value: Any) -> Any:
    if rule.python is tuple and cell_value is not None:
        cell_value = msgspec.json.decode(cell_value)
    return restored(
        rule, bytes(cell_value) if rule.python is bytes and cell_value is not None else cell_value
    )
