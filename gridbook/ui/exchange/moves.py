"""What a stick brings and takes: looked at first, then done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gridbook.i18n import tr
from gridbook.records.base import CLASSES, UnitCode
from gridbook.records.place import short_name
from gridbook.store import preferences
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import export, joining, owed, sealed, stations, sticks, take
from gridbook.sync.export import HandedOver
from gridbook.sync.incoming import Taken
from gridbook.sync.joining import Question, Welcomed
from gridbook.ui.parts.table import Column


@dataclass(frozen=True, slots=True)
class Preview:
    """What lies on the stick for this office, and what this office would write to it."""

    folder: Path
    joined: bool
    coming: Sequence[Taken]
    going: Sequence[tuple[str, int]]
    requests: Sequence[Question]
    welcome: Path | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was taken in and what was written; a book that had not joined asked, or was welcomed."""

    taken: Sequence[Taken] = ()
    written: Sequence[HandedOver] = ()
    asked: Question | None = None
    welcomed: Welcomed | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of the table: which office, which way, what and how much."""

    office: str
    way: str
    what: str
    colour: str = "text"
    detail: str = field(default="")


def columns() -> list[Column[Moved]]:
    """Office, way, what and how much."""
    return [
        Column(tr("Office"), lambda row: row.office, width=180),
        Column(tr("Way"), lambda row: row.way, width=90),
        Column(tr("What"), lambda row: row.what, width=320, stretch=True, colour=lambda row: row.colour),
        Column(tr("Details"), lambda row: row.detail, width=260),
    ]


def coming(taken: Taken) -> list[Moved]:
    """The lines that tell of one bundle."""
    office = short_name(taken.sender) if taken.sender else tr("unknown")
    if taken.error is not None:
        return [Moved(office, tr("refused"), taken.error.sentence(), "overdue", taken.path.name)]
    kinds = "、".join(
        f"{tr(CLASSES[name].label)} {n}" for name, n in sorted(taken.by_class.items()) if name in CLASSES
    )
    what = tr("{added} new, {changed} changed").format(added=taken.added, changed=taken.changed)
    if not taken.segments and taken.known:
        what = tr("nothing new; everything is known already")
    rows = [Moved(office, tr("comes"), what, detail=kinds)]
    rows += [Moved(office, tr("refused"), reason, "overdue") for reason, _ in taken.refused]
    return rows


def look_at(store: Store, folder: Path) -> Preview:
    """Look at what lies on a stick; nothing is taken or written."""
    sticks.check(folder)
    requests = [joining.read_question(path) for path in sticks.files(folder, joining.ASK_ENDING)]
    welcome = _answer(folder, store.unit)
    joined = store.read(stations.joined)
    brought = take.from_stick(store, folder, preview=True) if joined else []
    going = store.read(_going) if joined else []
    below = [
        one
        for one in requests
        # Whose answer lies there already asks no more.
        if one.asked.unit[:-3] == store.unit and not _answer(folder, one.asked.unit).exists()
    ]
    answer = welcome if welcome.exists() and not joined else None
    return Preview(folder, joined, brought, going, below, answer)


def _going(session: Session) -> list[tuple[str, int]]:
    return [
        (unit, owed.waiting_for(session, unit))
        for unit in stations.neighbours(session)
        if stations.known(session).of_unit(unit) is not None
    ]


def _answer(folder: Path, unit: UnitCode) -> Path:
    return folder / f"{unit}{joining.WELCOME_ENDING}"


def exchange(store: Store, folder: Path) -> Outcome:
    """Take in what came, then write what goes; a book that has not joined asks, or takes the answer in."""
    store.write(preferences.keep, "stick", str(folder))
    welcomed = None
    if not store.read(stations.joined):
        welcome = _answer(folder, store.unit)
        if not welcome.exists():
            return Outcome(asked=joining.ask(store, folder))
        welcomed = joining.accept(store, welcome)
        for done in (welcome, folder / f"{store.unit}{joining.ASK_ENDING}"):
            done.unlink(missing_ok=True)
    taken = take.from_stick(store, folder)
    sealed.keep(store, folder)
    written = export.hand_over(store, folder)
    sealed.put_on(store, folder)
    return Outcome(taken, written, welcomed=welcomed)
