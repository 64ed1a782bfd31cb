"""Hand-overs as they are listed, and the signature of the grid that takes over."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from gridbook.errors import NotFound
from gridbook.i18n import tr
from gridbook.records.moving import HandOver
from gridbook.store import audit, caseload, journal, numbers, tables, units
from gridbook.store.caseload import RequestRow
from gridbook.store.moving import whole_second
from gridbook.store.session import Session


@dataclass(frozen=True, slots=True)
class Act:
    """A hand-over as lists show it."""

    record: HandOver
    giver: str
    receiver: str
    office: str

    @property
    def waiting(self) -> Sequence[str]:
        """What the new grid has not signed for."""
        return self.record.waiting


def acts(session: Session, *, waiting: bool = False) -> Sequence[Act]:
    """Every hand-over this book holds, the newest first; or only those that are not signed for."""
    table = tables.RECORDS["HandOver"]
    found = session.connection.execute(sa.select(table).order_by(table.c.id.desc())).mappings()
    made = []
    for row in found:
        record = tables.record_of(HandOver, row)
        if record.waiting or not waiting:
            named = (units.name(session, code) for code in (record.giver, record.unit, record.office))
            made.append(Act(record, *named))
    return made


def by_numbers(session: Session, wanted: Sequence[str]) -> Sequence[RequestRow]:
    """The cases with these numbers that this book holds."""
    table = tables.RECORDS["Request"]
    found = session.connection.execute(sa.select(table.c.id).where(table.c.number.in_(wanted)))
    return caseload.with_ids(session, [bytes(row.id) for row in found])


def to_sign(session: Session) -> int:
    """How many things were handed to this grid that it has not signed for."""
    found = acts(session, waiting=True)
    return sum(len(act.waiting) for act in found if act.record.unit == session.unit)


def take(session: Session, items: Sequence[str] = ()) -> Sequence[str]:
    """Sign for what was handed over to this grid: these numbers or places, or all; returns what is signed."""
    wanted = [numbers.read(one) or one for one in items]
    signed: list[str] = []
    for act in acts(session, waiting=True):
        if act.record.unit != session.unit:
            continue
        chosen = [one for one in act.waiting if not items or any(_meant(one, word) for word in wanted)]
        if chosen:
            done = (*act.record.signed, *chosen)
            journal.save(session, replace(act.record, signed=done, signed_at=whole_second(session)))
            audit.note(session, "take over", ", ".join(chosen)[:200])
            signed += chosen
    missing = [word for word in wanted if not any(_meant(one, word) for one in signed)]
    if missing:
        raise NotFound(
            tr("{number} was not handed over to this grid, or it is signed for already.").format(
                number=missing[0]
            ),
            next=tr("Look at the list of what waits for a signature."),
        )
    return signed


def _meant(item: str, word: str) -> bool:
    return item == word or (numbers.read(word) != "" and item.startswith(f"{word}-"))
