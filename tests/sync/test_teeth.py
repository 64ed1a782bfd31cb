"""The judge has teeth: each rule of the hand-over is left out in turn, and the storm notices."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from gridbook.store import erasing, journal, life
from gridbook.store.session import Session
from gridbook.sync import apply, owed, receipt, take
from gridbook.sync.segment import Header
from tests.sync.model.storm import history
from tests.sync.model.words import Rules
from tests.sync.offices import COMMUNITY, GRID, request
from tests.sync.storm import judge
from tests.sync.storm.chance import chance_of
from tests.sync.storm.history import room
from tests.sync.storm.malice import leave_out
from tests.sync.storm.station import Machine
from tests.sync.storm.world import Made, World, Wrong

SEEDS = {
    "receipts": 10,
    "runs": 40,
    "own_lines": 30,
    "superseded": 10,
    "by_hash": 40,
    "siblings": 60,
    "wanted": 60,
    "complete": 30,
    "computed_refusal": 100,
    "rejudge": 100,
    "named_heads": 150,
    "own_bundles": 30,
    "husks": 20,
    "sound_stamps": 60,
    "parked": 20,
    "orders_travel": 20,
    "late_copies": 20,
}
"""Within how many histories the storm finds out that a rule was left out: about twice as many as it takes."""

SCRIPTED = {"empty_pages", "seen", "same_number", "roster_union", "top_purge_bound"}
"""Rules against mishaps so rare that test_model.py tells one history for each, with the rule and without."""


def test_every_rule_can_be_left_out() -> None:
    assert SEEDS.keys() | SCRIPTED == {one.name for one in fields(Rules)}


@pytest.mark.parametrize("rule", SEEDS)
def test_the_storm_notices_that_a_rule_was_left_out(rule: str) -> None:
    without = replace(Rules(), **{rule: False})
    assert any(history(seed, without)[0] for seed in range(1, 1 + SEEDS[rule]))


# --- the same over real books: the rule is taken out of the program from outside --------------------------


@pytest.fixture
def world(made: Made, tmp_path: Path) -> Iterator[World]:
    world = World(made, Path(tempfile.mkdtemp(dir=room() or tmp_path)))
    with chance_of(world.sun):
        yield world
    world.close()


def only(world: World, unit: str) -> Machine:
    return world.of(unit)[0]


def writes(world: World, machine: Machine, unit: str = GRID) -> None:
    with machine.program() as store:
        store.write(journal.save, request(unit, world.sun.at))
    world.look(machine)


def a_stick_is_lost(world: World) -> None:
    writes(world, only(world, GRID))
    world.carry(only(world, GRID), COMMUNITY)


def a_book_is_put_back_in_silence(world: World) -> None:
    world.back_up(only(world, COMMUNITY))
    writes(world, only(world, GRID))
    (stick,) = world.carry(only(world, GRID), COMMUNITY)
    world.deliver(stick, only(world, COMMUNITY))
    for _ in range(12):
        stick = world.carry(only(world, COMMUNITY), GRID)[-1]
    world.deliver(stick, only(world, GRID))
    world.put_back(world.backups[-1], mark=True)


def a_new_life_begins_beside_an_image(world: World) -> None:
    grid, community = only(world, GRID), only(world, COMMUNITY)
    world.clone(grid)
    grid.store.write(life.new_life, "moved")
    writes(world, community)
    for source, to in ((community, grid), (grid, community)):
        (stick,) = world.carry(source, to.unit)
        world.deliver(stick, to)


def two_images_write_at_once(world: World) -> None:
    world.clone(only(world, GRID))
    for machine in world.of(GRID):
        writes(world, machine)
        (stick,) = world.carry(machine, COMMUNITY)
        world.deliver(stick, only(world, COMMUNITY))


def bodies_are_left_out(world: World) -> None:
    writes(world, only(world, GRID))
    (stick,) = world.carry(only(world, GRID), COMMUNITY)
    leave_out(world, stick, only(world, GRID))
    world.deliver(stick, only(world, COMMUNITY))
    # From now on the grid has it in writing that the community holds the segment.
    (stick,) = world.carry(only(world, COMMUNITY), GRID)
    world.deliver(stick, only(world, GRID))


def a_newer_program_writes(world: World) -> None:
    for _ in range(2):
        world.update(only(world, GRID))
    writes(world, only(world, GRID))


def a_lead_orders_an_erasure(world: World) -> None:
    grid, community = only(world, GRID), only(world, COMMUNITY)
    asked = request(GRID, world.sun.at)
    grid.store.write(journal.save, asked)
    world.look(grid)
    (stick,) = world.carry(grid, COMMUNITY)
    world.deliver(stick, community)
    community.store.write(journal.erase, "Request", GRID, asked.id, "ordered")
    world.look(community)


def once_on_a_stick(session: Session, unit: str, known: object = None) -> set[int]:
    return {row[0] for row in session.run("SELECT id FROM segment WHERE on_stick_at IS NOT NULL")}


def nothing(*given: object, **named: object) -> Any:
    return None


def no(*given: object) -> bool:
    return False


def none(*given: object) -> set[int]:
    return set()


def known_by_number(keep: Callable[..., None]) -> Callable[..., None]:
    def kept(
        session: Session, store: object, verified: object, waiting: Sequence[Any], taken: object
    ) -> None:
        keep(session, store, verified, [one for one in waiting if not _numbered(session, one[1])], taken)

    return kept


def _numbered(session: Session, header: Header | None) -> bool:
    number = (
        "SELECT 1 FROM segment JOIN line ON line.id = segment.line "
        "WHERE line.incarnation = ? AND line.unit = ? AND line.reach = ? AND segment.n = ?"
    )
    return header is not None and bool(
        session.run(number, (header.incarnation, header.unit, header.reach, header.n))
    )


Seam = tuple[Any, str, Callable[..., Any]]
RULES: dict[str, tuple[Callable[[World], None], Seam]] = {
    "receipts": (a_stick_is_lost, (owed, "held_by", once_on_a_stick)),
    "the neighbour's echo": (a_book_is_put_back_in_silence, (apply, "_look_at_receipts", nothing)),
    "superseded notices": (a_new_life_begins_beside_an_image, (apply, "_is_superseded", no)),
    "identity by hash": (
        two_images_write_at_once,
        (apply, "_keep_segments", known_by_number(apply._keep_segments)),
    ),
    "bodies that come later": (bodies_are_left_out, (apply, "_complete", nothing)),
    "bodies that are asked for": (bodies_are_left_out, (receipt, "_lacking", none)),
    "parked": (a_newer_program_writes, (take, "has_readable", no)),
    "orders to erase": (a_lead_orders_an_erasure, (erasing, "obey", nothing)),
}


@pytest.mark.parametrize("rule", RULES)
def test_the_judge_of_real_books_notices_that_a_rule_was_left_out(
    world: World, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    happens, seam = RULES[rule]
    monkeypatch.setattr(*seam)
    happens(world)
    with pytest.raises(Wrong):
        judge.settled(world)


def test_with_every_rule_all_of_it_comes_out_right(world: World) -> None:
    for happens in (
        a_stick_is_lost,
        a_book_is_put_back_in_silence,
        bodies_are_left_out,
        a_lead_orders_an_erasure,
        two_images_write_at_once,
        a_new_life_begins_beside_an_image,
        a_newer_program_writes,
    ):
        happens(world)
    judge.settled(world)
