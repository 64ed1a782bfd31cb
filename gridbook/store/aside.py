"""Sealed work taken out of the log again, as if it had never come: its author's station was revoked."""

from collections import defaultdict
from collections.abc import Sequence

from gridbook.records.base import RecordId, UnitCode
from gridbook.store import project, tables
from gridbook.store.bulk import parts
from gridbook.store.counting import mind_calendar
from gridbook.store.erasing import ordered
from gridbook.store.ops import digest_of_husk
from gridbook.store.session import Session


def take_out(session: Session, segments: Sequence[int]) -> None:
    """Take these segments and their ops out, and fold what they touched from the ops that are left."""
    touched: defaultdict[tuple[str, UnitCode], dict[RecordId, None]] = defaultdict(dict)
    for part in parts(segments):
        marks = ", ".join("?" * len(part))
        for number, unit, record in session.run(
            'SELECT DISTINCT op."class", line.unit, op.record FROM op JOIN line ON line.id = op.line '
            f"WHERE op.segment IN ({marks})",
            part,
        ):
            touched[(tables.CLASS_NAMES[number], unit)][bytes(record)] = None
        session.run(f"DELETE FROM op WHERE segment IN ({marks})", part)
        session.run(f"DELETE FROM segment WHERE id IN ({marks})", part)
    for (name, unit), records in touched.items():
        for record in records:
            _unorder(session, name, unit, record)
        project.refold(session, name, unit, *records)
    mind_calendar(session, {name for name, _ in touched})


def _unorder(session: Session, class_name: str, unit: UnitCode, record: RecordId) -> None:
    """Bodies that went by an order which counts no more are asked for again from whoever has them."""
    gone = session.run(
        "SELECT op.pos, op.husk FROM op JOIN line ON line.id = op.line "
        "WHERE op.record = ? AND op.\"class\" = ? AND line.unit = ? AND op.gone = 'erased'",
        (record, tables.CLASS_NUMBERS[class_name], unit),
    )
    if not gone:
        return
    still = ordered(class_name, unit, project.ops_of(session, class_name, unit, record))
    for pos, husk in gone:
        if digest_of_husk(bytes(husk)) not in still:
            session.run("UPDATE op SET gone = 'absent' WHERE pos = ?", (pos,))
