"""P14 工作日报、周报、月报: what an office did in a span of days, as counts; nobody is named or compared."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from gridbook import catalog
from gridbook.i18n import N_, tr
from gridbook.records import figures
from gridbook.records.figures import DEFINITIONS, MOSTLY_WEIGHT, percent, share
from gridbook.records.request import SOURCE_NAMES, Action
from gridbook.records.visit import MODE_NAMES, REASON_NAMES
from gridbook.sheets import form
from gridbook.sheets.blocks import Block, Cell, Paragraph, Row, Table, head, label, middle, signature
from gridbook.sheets.form import Heading, Printing
from gridbook.sheets.page import Page
from gridbook.store import counts
from gridbook.store.counts import Counts

CODE = "P14"
TITLES = {
    "day": N_("Day report of services"),
    "week": N_("Week report of services"),
    "month": N_("Month report of services"),
    "": N_("Report of services"),
}
COLUMNS = (26.25, 15.0) * 4
GROUPS = (31.0, 12.0, 12.0) * 3
SIZE = 9.5
_PAIRS, _TRIPLES = 4, 3

C = TypeVar("C", bound=StrEnum)


def filled(shown: Counts, printing: Printing) -> tuple[Page, ...]:
    """The report of these days, with the definitions of its figures."""
    days = tr("{first} to {last}").format(first=form.day_text(shown.since), last=form.day_text(shown.until))
    if shown.since == shown.until:
        days = form.day_text(shown.since)
    heading = Heading(tr(TITLES[counts.kind_of(shown.since, shown.until)]), CODE, instead=days)
    blocks: list[Block] = [
        _table(tr("1. Visits"), _visits(shown)),
        _table(tr("2. Requests"), _requests(shown)),
        _table(tr("3. Follow-up and answers"), _answers(shown)),
        *_groups(shown),
        Table((82.5, 82.5), (_signatures(),)),
        Paragraph(tr("How it is counted"), 9, bold=True, before=2),
        Paragraph(_definitions(), 9),
    ]
    return form.pages(heading, blocks, printing)


def _visits(shown: Counts) -> list[tuple[str, str]]:
    return [
        (tr("Visits in all"), str(shown.visits)),
        *_named(REASON_NAMES, shown.reasons),
        *_named(MODE_NAMES, shown.modes),
    ]


def _requests(shown: Counts) -> list[tuple[str, str]]:
    acts = shown.acts
    return [
        (tr("Registered in all"), str(shown.registered)),
        *_named(SOURCE_NAMES, shown.sources),
        (tr("Accepted requests"), _n(acts, Action.ACCEPT)),
        (tr("Settled on the spot"), _n(acts, Action.SETTLE)),
        (tr("Passed up"), _n(acts, Action.ESCALATE)),
        (tr("Given back"), _n(acts, Action.RETURN)),
        (tr("Extended"), _n(acts, Action.EXTEND)),
        (tr("Urged"), _n(acts, Action.URGE)),
        (tr("Supervised"), _n(acts, Action.SUPERVISE)),
        (tr("Reopened"), _n(acts, Action.REOPEN)),
        (tr("Resolved in all"), str(shown.resolved)),
        (tr("Open at the end"), str(shown.waiting)),
        (tr("of these overdue"), str(shown.late)),
        (tr("of these suspended"), str(shown.suspended)),
        (tr("Due in these days"), str(shown.due)),
        (tr("of these done in time"), str(shown.on_time)),
        (tr("On-time rate"), percent(share(shown.on_time, shown.due))),
    ]


def _answers(shown: Counts) -> list[tuple[str, str]]:
    asked = shown.follow_ups
    return [
        (tr("Followed up in all"), str(asked.valid + asked.not_asked)),
        (tr("Satisfied"), str(asked.satisfied)),
        (tr("Mostly satisfied"), str(asked.mostly)),
        (tr("Dissatisfied"), str(asked.dissatisfied)),
        (tr("Not reached or no answer"), str(asked.not_asked)),
        (tr("Say it is solved"), str(asked.solved)),
        (tr("Follow-up rate"), percent(asked.follow_up_rate)),
        (tr("Solved rate"), percent(asked.solved_rate)),
        (tr("Satisfaction rate"), percent(asked.satisfaction())),
    ]


def _groups(shown: Counts) -> list[Block]:
    """Registered and resolved by group of categories; few cases of a personal matter are not told apart."""
    known = {one.group: one.group_name for one in catalog.categories().values()}
    personal = {one.group for one in catalog.categories().values() if one.takes_person}
    registered = figures.covered({group: pair[0] for group, pair in shown.groups.items()}, personal)
    resolved = figures.covered({group: pair[1] for group, pair in shown.groups.items()}, personal)
    names = (tr("Group of categories"), tr("Reg."), tr("Res."))
    heads = (
        Row((head(tr("4. Requests by category"), len(GROUPS)),), 7),
        Row(tuple(head(name) for name in names * _TRIPLES), 7),
    )
    cells = [
        (label(known.get(group, group)), middle(registered[group]), middle(resolved[group]))
        for group in shown.groups
    ]
    rows = [
        Row(tuple(cell for part in _filled(cells, n, _TRIPLES, 3) for cell in part), 7)
        for n in _starts(cells, _TRIPLES)
    ]
    return [Table(GROUPS, (*heads, *rows), heads=2, size_pt=SIZE)]


def _table(title: str, pairs: Sequence[tuple[str, str]]) -> Table:
    cells = [(label(name), middle(count)) for name, count in pairs]
    rows = [
        Row(tuple(cell for part in _filled(cells, n, _PAIRS, 2) for cell in part), 7)
        for n in _starts(cells, _PAIRS)
    ]
    return Table(COLUMNS, (Row((head(title, len(COLUMNS)),), 7), *rows), heads=1, size_pt=SIZE)


def _starts(cells: Sequence[object], across: int) -> range:
    return range(0, len(cells), across)


def _filled(
    cells: Sequence[tuple[Cell, ...]], start: int, across: int, wide: int
) -> Iterable[tuple[Cell, ...]]:
    row = list(cells[start : start + across])
    return row + [(Cell(),) * wide] * (across - len(row))


def _named(names: Mapping[C, str], counted: Mapping[C, int]) -> list[tuple[str, str]]:
    return [(tr(name), str(counted.get(choice, 0))) for choice, name in names.items()]


def _n(acts: Mapping[Action, int], action: Action) -> str:
    return str(acts.get(action, 0))


def _signatures() -> Row:
    day = form.day_text()
    return Row(
        (signature(tr("Made by (signature):"), day, 1), signature(tr("Checked by (signature):"), day, 1)), 19
    )


def _definitions() -> str:
    on_time = tr(
        "On-time rate = due in these days and resolved by then ÷ due in these days; suspended time does not "
        "count, an extension only when it was approved in time."
    )
    few = tr("<5: one to four cases of a personal matter; * keeps that from being reckoned; — none.")
    told = [tr(text).format(weight=MOSTLY_WEIGHT) for text in DEFINITIONS.values()]
    return "\n".join([on_time, *told, few])
