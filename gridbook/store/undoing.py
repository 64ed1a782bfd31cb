"""Undo across the whole book: what a person did last is taken back by further ops, and done again by more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gridbook.errors import NotAllowed, NotFound
from gridbook.i18n import N_, tr
from gridbook.records.base import CLASSES, Record, RecordId, UnitCode, instant_of
from gridbook.records.place import is_within
from gridbook.store import acts, audit, journal, project, tables
from gridbook.store.fold import Seen, at, fold, heads_of
from gridbook.store.history import KIND_NAMES
from gridbook.store.session import Session, Written

UNDONE, DONE_AGAIN, FETCHED_BACK = "undone", "done again", "fetched back"
MOST_IN_THE_BIN = 500
_FIRST = ("Visit", "Request", "Round", "WorkList", "CareContact", "Mandate")
"""By which record of an act, or of a thing in the bin, people know it."""
_CHANGED = N_("Something was written about this since; it is not taken back any more.")
_GONE = N_("What was written is not in this book any more.")


@dataclass(frozen=True, slots=True)
class Act:
    """What a person did: when, of what kind, about what, and whether it was taken back."""

    n: int
    at: datetime
    kind: str
    about: str
    undone: bool

    @property
    def sentence(self) -> str:
        """The act in words: `Visit 0305-26-0412-7K2Q: written`."""
        return tr("{what}: {kind}").format(what=self.about, kind=self.kind)


@dataclass(frozen=True, slots=True)
class InTheBin:
    """A record that was deleted, with everything that was written under its id."""

    class_name: str
    unit: UnitCode
    record: RecordId
    about: str
    at: datetime
    reason: str


def undo(session: Session) -> Act:
    """Take back what this person did last; refuses where somebody wrote about it since."""
    table = tables.act
    row = _next(session, table.c.back.is_(None), table.c.n.desc())
    if row is None:
        raise NotFound(
            tr("There is nothing left to undo."),
            next=tr("The last 100 things that you did on this PC can be undone; older ones are corrected."),
        )
    told = _act(session, row, undone=True)
    back = _turn_back(session, acts.decoded(bytes(row.ops)), UNDONE)
    session.connection.execute(sa.update(table).where(table.c.n == row.n).values(back=acts.encoded(back)))
    return told


def redo(session: Session) -> Act:
    """Do again what was undone last."""
    table = tables.act
    row = _next(session, table.c.back.is_not(None), table.c.n.asc())
    if row is None:
        raise NotFound(tr("There is nothing to do again."))
    again = _turn_back(session, acts.decoded(bytes(row.back)), DONE_AGAIN)
    session.connection.execute(
        sa.update(table).where(table.c.n == row.n).values(ops=acts.encoded(again), back=None)
    )
    return _act(session, row, undone=False)


def recent(session: Session) -> Sequence[Act]:
    """What this person did last, newest first."""
    table = tables.act
    rows = session.connection.execute(
        sa.select(table).where(table.c.person == session.person.code).order_by(table.c.n.desc())
    )
    return [_act(session, row, undone=row.back is not None) for row in rows.all()]


def bin_of(session: Session) -> Sequence[InTheBin]:
    """What lies in the bin of this office and of those below, newest first; each thing once."""
    table = tables.finding
    rows = session.connection.execute(
        sa.select(table.c["class"], table.c.unit, table.c.record)
        .where(table.c.kind == project.DELETED)
        .order_by(table.c.record.desc())
        .limit(MOST_IN_THE_BIN)
    ).all()
    things: dict[tuple[UnitCode, RecordId], list[str]] = {}
    for name, unit, record in rows:
        if is_within(unit, session.unit):
            things.setdefault((unit, bytes(record)), []).append(name)
    found = [_in_the_bin(session, unit, record, names) for (unit, record), names in things.items()]
    return sorted(found, key=lambda one: one.at, reverse=True)


def named(things: Sequence[InTheBin], typed: str) -> InTheBin:
    """The one thing of these whose number or name contains what was typed."""
    fitting = [one for one in things if typed.strip() and typed.strip().upper() in one.about.upper()]
    if len(fitting) != 1:
        raise NotFound(
            tr("{n} things in the bin are called {name}.").format(n=len(fitting), name=typed[:40]),
            next=tr("Give the whole number, as the list shows it."),
        )
    return fitting[0]


def fetch_back(session: Session, unit: UnitCode, record: RecordId) -> None:
    """Bring back everything that was deleted under an id."""
    table = tables.finding
    names = session.connection.execute(
        sa.select(table.c["class"]).where(
            table.c.kind == project.DELETED, table.c.unit == unit, table.c.record == record
        )
    ).scalars()
    for name in sorted(names.all(), key=_weight):
        journal.undelete(session, name, unit, record, FETCHED_BACK)
    audit.note(session, "fetch back", record.hex())


def _next(
    session: Session, which: sa.ColumnElement[bool], order: sa.ColumnElement[Any]
) -> "sa.Row[Any] | None":
    table = tables.act
    mine = table.c.person == session.person.code
    return session.connection.execute(sa.select(table).where(mine, which).order_by(order).limit(1)).first()


def _turn_back(session: Session, written: Sequence[Written], reason: str) -> list[Written]:
    """Make every record of an act what it was before; returns the ops that did so."""
    digests: dict[tuple[str, UnitCode, RecordId], set[bytes]] = {}
    for name, unit, record, digest in written:
        digests.setdefault((name, unit, record), set()).add(digest)
    begun = len(session.acts)
    for (name, unit, record), mine in reversed(digests.items()):
        seen = journal.history(session, name, unit, record)
        if not set(heads_of(seen)) <= mine:
            raise NotAllowed(
                tr(_CHANGED), kept=tr("Nothing was changed."), next=tr("Correct the record itself.")
            )
        if any(not one.whole for one in seen):
            raise NotAllowed(tr(_GONE), kept=tr("Nothing was changed."))
        _become(session, name, unit, record, [one for one in seen if one.digest not in mine], seen, reason)
    made, session.acts[begun:] = session.acts[begun:], []
    audit.note(session, reason, written[0].record.hex())
    return made


def _become(
    session: Session,
    name: str,
    unit: UnitCode,
    record: RecordId,
    before: Sequence[Seen],
    now: Sequence[Seen],
    reason: str,
) -> None:
    rule = CLASSES[name]
    was, held = fold(rule, unit, before), fold(rule, unit, now)
    there = was.fields is not None and not was.deleted
    if held.deleted and there:
        journal.undelete(session, name, unit, record, reason)
    if there:
        changed = _differing(name, held.fields or {}, was.fields or {})
        if changed:
            journal.put_back(session, name, unit, record, changed, reason)
    elif not held.deleted:
        journal.delete(session, _shown(session, name, unit, record), reason)


def _differing(name: str, held: Mapping[str, Any], was: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of every group that was different."""
    defaults = project.defaults_of(CLASSES[name])
    changed: dict[str, Any] = {}
    for fields in CLASSES[name].groups.values():
        old = {one: was.get(one, defaults.get(one)) for one in fields}
        if any(held.get(one, defaults.get(one)) != value for one, value in old.items()):
            changed.update(old)
    return changed


def _shown(session: Session, name: str, unit: UnitCode, record: RecordId) -> Record:
    table = tables.RECORDS[name]
    row = (
        session.connection.execute(sa.select(table).where(table.c.unit == unit, table.c.id == record))
        .mappings()
        .first()
    )
    if row is None:
        raise NotAllowed(tr(_GONE), kept=tr("Nothing was changed."))
    return tables.record_of(CLASSES[name].record, row)


def _act(session: Session, row: "sa.Row[Any]", *, undone: bool) -> Act:
    written = acts.decoded(bytes(row.ops))
    first = min(written, key=lambda one: _weight(one.class_name))
    seen = journal.history(session, first.class_name, first.unit, first.record)
    mine = {one.digest for one in written}
    kinds = [one.op.kind for one in seen if one.digest in mine]
    return Act(
        row.n,
        instant_of(row.at),
        tr(KIND_NAMES[kinds[0]]) if kinds else tr("Done"),
        _about(first.class_name, first.unit, seen),
        undone,
    )


def _weight(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)


def _about(name: str, unit: UnitCode, seen: Sequence[Seen]) -> str:
    """What people call a record: its class, and its number or name where it has one."""
    fields = fold(CLASSES[name], unit, seen).fields or {}
    called = fields.get("number") or fields.get("name") or fields.get("title") or ""
    return f"{tr(CLASSES[name].label)} {called}".strip()


def _in_the_bin(session: Session, unit: UnitCode, record: RecordId, names: Sequence[str]) -> InTheBin:
    name = min(names, key=_weight)
    seen = journal.history(session, name, unit, record)
    # The stamp of the newest op is that of the deletion, or of what was written about it since.
    last = max(reversed(seen), key=lambda one: one.op.stamp)
    return InTheBin(
        name,
        unit,
        record,
        _about(name, unit, seen),
        at(last.op),
        last.op.reason,
    )
