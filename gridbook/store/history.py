"""The history of a record: who changed what, when and why, read from the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gridbook.i18n import N_, tr
from gridbook.records.base import CLASSES, RecordId, UnitCode
from gridbook.records.request import ACTION_NAMES, Action
from gridbook.records.rights import Kind
from gridbook.store import journal, staff, tables, units, words
from gridbook.store.fold import at, in_order
from gridbook.store.session import Session

KIND_NAMES = {
    Kind.CREATE: N_("Written"),
    Kind.SET: N_("Changed"),
    Kind.EVENT: N_("Done"),
    Kind.DELETE: N_("Deleted"),
    Kind.UNDELETE: N_("Fetched back"),
    Kind.ALIAS: N_("Joined with another"),
    Kind.RESOLVE: N_("Settled"),
    Kind.ERASE: N_("Erased"),
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with what it held before and after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One saved change; `erased` says that only who and when is left of it."""

    at: datetime
    office: str
    person: str
    what: str
    kind: str
    fields: Sequence[FieldChange]
    reason: str
    clock_suspect: bool
    erased: bool
    did: Kind


def of(session: Session, class_name: str, unit: UnitCode, record: RecordId) -> Sequence[Change]:
    """Every change of a record in the order in which they build on each other."""
    rule = CLASSES[class_name]
    now: dict[str, Any] = {}
    made = []
    for seen in in_order(journal.history(session, class_name, unit, record)):
        op = seen.op
        office = units.name(session, seen.author)
        kind = tr(KIND_NAMES[op.kind])
        if op.kind is Kind.EVENT and seen.whole:
            kind = _action(op.fields.get("event"))
        changed = _fields(session, class_name, now, op.fields) if op.kind is not Kind.EVENT else ()
        made.append(
            Change(
                at(op),
                office,
                staff.name(session, seen.author, op.person),
                tr(rule.label),
                kind,
                changed,
                op.reason,
                op.suspect,
                not seen.whole,
                op.kind,
            )
        )
    return made


def of_case(session: Session, unit: UnitCode, record: RecordId) -> Sequence[Change]:
    """Everything written about a visit or request, by time: all classes of its id, and its remarks."""
    made: list[Change] = []
    for name in ("Visit", "VisitDetails", "VisitNote", "Request", "Particulars", "Contact", "Mandate"):
        made += of(session, name, unit, record)
    for name in ("EventNote", "Referral", "DocumentReceipt"):
        table = tables.RECORDS[name]
        for row in session.connection.execute(
            sa.select(table.c.id).where(table.c.unit == unit, table.c.case == record)
        ).all():
            made += of(session, name, unit, bytes(row.id))
    return sorted(made, key=lambda change: change.at)


def of_care(session: Session, unit: UnitCode, record: RecordId) -> Sequence[Change]:
    """What was written about an agreement, by time: its content and its proof."""
    made = [*of(session, "Consent", unit, record), *of(session, "CareContact", unit, record)]
    return sorted(made, key=lambda change: change.at)


def _fields(
    session: Session, class_name: str, now: dict[str, Any], given: Mapping[str, Any]
) -> Sequence[FieldChange]:
    changed = []
    for field in CLASSES[class_name].fields:
        if field.name in given and given[field.name] != now.get(field.name):
            before = words.value(session, class_name, field.name, now.get(field.name))
            after = words.value(session, class_name, field.name, given[field.name])
            changed.append(FieldChange(tr(field.label), before, after))
            now[field.name] = given[field.name]
    return changed


def _action(told: object) -> str:
    try:
        return tr(ACTION_NAMES[Action(str(told))])
    except ValueError:
        return str(told)[:20]
