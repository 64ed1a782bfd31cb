"""What a stick brings and takes: looked at first, then done."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gridbook.i18n import tr
from gridbook.records.base import CLASSES, UnitCode
from gridbook.records.place import short_name
from gridbook.store import preferences
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import export, joining, owed, quarantine, sealed, stations, sticks, take
from gridbook.sync.export import HandedOver
from gridbook.sync.incoming import Taken
from gridbook.sync.joining import Question, Welcomed
from gridbook.ui.parts.table import Column
from gridbook.ui.parts.text import SYMBOLS


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
    state: str = "information"
    detail: str = field(default="")


def columns() -> list[Column[Moved]]:
    """Office, way, what and how much."""
    return [
        Column(tr("Office"), lambda row: row.office, width=180),
        Column(
            tr("Way"), lambda row: f"{SYMBOLS[row.state]} {row.way}", width=104, badge=lambda row: row.state
        ),
        Column(tr("What"), lambda row: row.what, width=320, stretch=True),
        Column(tr("Details"), lambda row: row.detail, width=300, spare=1),
    ]


def rows_of(coming: Sequence[Taken], going: Sequence[Moved]) -> list[Moved]:
    """What needs a look first, then what comes, then what goes."""
    came = [row for taken in coming for row in _rows(taken)]
    troubled = [row for row in came if row.state == "overdue"]
    return [*troubled, *(row for row in came if row.state != "overdue"), *going]


def _rows(taken: Taken) -> list[Moved]:
    office = short_name(taken.sender) if taken.sender else tr("unknown")
    if taken.error is not None:
        return [Moved(office, tr("refused"), taken.refusal, "overdue", taken.error.next)]
    state = "due soon" if taken.opened else "on time"
    rows = [Moved(office, tr("comes"), told(taken), state, kinds_in(taken))]
    refused = Counter(taken.refused)
    rows += [
        Moved(office, tr("refused"), reason_of(reason, author, n), "overdue", sticks.shown(taken.path))
        for (reason, author), n in refused.items()
    ]
    return rows


def reason_of(reason: str, author: UnitCode, pieces: int) -> str:
    """Why pieces of whose work are not taken."""
    return tr("{n} pieces by {author}: {reason}").format(
        n=pieces,
        author=short_name(author) if author else tr("an unknown author"),
        reason=tr(quarantine.REASONS.get(reason, reason)),
    )


def kinds_in(taken: Taken) -> str:
    """What a bundle holds, by kind of record."""
    return "、".join(
        f"{tr(CLASSES[name].label)} {n}" for name, n in sorted(taken.by_class.items()) if name in CLASSES
    )


def told(taken: Taken) -> str:
    """What a bundle does, in one line."""
    if not taken.segments and taken.known and not taken.refused:
        return tr("nothing new; everything is known already")
    said = [tr("{added} new, {changed} changed").format(added=taken.added, changed=taken.changed)]
    parts = (
        (tr("{n} to settle"), taken.opened),
        (tr("{n} settled"), taken.settled),
        (tr("{n} pairs look like one matter"), taken.alike or 0),
        (tr("{n} wait for a missing piece"), max(0, taken.waiting)),
        (tr("{n} wait no longer"), max(0, -taken.waiting)),
        (tr("{n} for a newer program"), taken.parked),
    )
    return " · ".join([*said, *(word.format(n=n) for word, n in parts if n)])


def summary(coming: Sequence[Taken], going: int) -> str:
    """All bundles of a stick in one sentence."""
    good = [taken for taken in coming if taken.error is None]
    refused = sum(len(taken.refused) for taken in good) + len(coming) - len(good)
    said = [
        tr("Comes: {added} new, {changed} changed").format(
            added=sum(taken.added for taken in good), changed=sum(taken.changed for taken in good)
        )
    ]
    opened = sum(taken.opened for taken in good)
    if opened:
        said.append(tr("{n} to settle").format(n=opened))
    if refused:
        said.append(tr("{n} refused").format(n=refused))
    said.append(tr("goes: {n}").format(n=going))
    return " · ".join(said)


def look_at(store: Store, folder: Path) -> Preview:
    """Look at what lies on a stick; nothing is taken or written."""
    sticks.check(folder)
    requests = [joining.read_question(path) for path in sticks.files(folder, joining.ASK_ENDING)]
    welcome = _answer(folder, store.unit)
    joined = store.read(stations.joined)
    # What goes is what is still owed after the receipts that came were read.
    brought, going = take.foretold(store, folder, _going) if joined else ([], [])
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
