"""What the screen of moving work shows, read in one look."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridbook.i18n import tr
from gridbook.records.base import RecordId, UnitCode, local_day
from gridbook.records.place import Level, level_of
from gridbook.records.request import STATUS_NAMES
from gridbook.store import caseload, moving, places, returned, signing
from gridbook.store.returned import Returned
from gridbook.store.session import Session
from gridbook.store.signing import Act
from gridbook.ui.parts.due import days_left, due_text


@dataclass(frozen=True, slots=True)
class Case:
    """An open case of the grid that gives, as the list shows it."""

    id: RecordId
    number: str
    title: str
    category: str
    status: str
    due: str
    urgency: str
    due_at: float


@dataclass(frozen=True, slots=True)
class Held:
    """Grids to choose from, the open cases of one of them, the hand-overs, and what came back."""

    arranges: bool
    grids: Sequence[tuple[UnitCode, str]]
    giver: UnitCode
    cases: Sequence[Case]
    estates: Sequence[tuple[RecordId, str]]
    acts: Sequence[Act]
    tray: Sequence[Returned]
    here: UnitCode

    @property
    def to_sign(self) -> Sequence[Act]:
        """What waits for this grid's own signature."""
        return [act for act in self.acts if act.waiting and act.record.unit == self.here]


def read(session: Session, giver: UnitCode) -> Held:
    """Everything for the screen; without a grid the first one that has open cases is shown."""
    above = level_of(session.unit) is not Level.GRID
    found = moving.grids(session) if above else ()
    wanted = giver or next((code for code, _, count in found if count), "")
    return Held(
        arranges=moving.may_arrange(session),
        grids=[(code, _grid(name, count)) for code, name, count in found],
        giver=wanted,
        cases=_cases(session, wanted) if above and wanted else (),
        estates=[(one.id, one.name) for one in places.estates(session) if above and one.unit == wanted],
        acts=signing.acts(session),
        tray=returned.tray(session) if above else (),
        here=session.unit,
    )


def _grid(name: str, count: int) -> str:
    return tr("{grid} · {n} open").format(grid=name, n=count) if count else name


def _cases(session: Session, giver: UnitCode) -> Sequence[Case]:
    return [
        Case(
            row.request.id,
            row.request.number,
            row.title,
            caseload.category_name(row.request.category),
            tr(STATUS_NAMES[row.state.status]),
            due_text(row, days_left(session, row.state.due_at)),
            str(row.urgency),
            row.state.due_at.timestamp() if row.state.due_at else 0.0,
        )
        for row in moving.open_cases(session, giver)
    ]


def since(act: Act) -> str:
    """Since when a hand-over waits, or when it was signed for."""
    if act.waiting or act.record.signed_at is None:
        return tr("since {day}").format(day=f"{local_day(act.record.handed_at):%m-%d}")
    return tr("on {day}").format(day=f"{local_day(act.record.signed_at):%m-%d}")
