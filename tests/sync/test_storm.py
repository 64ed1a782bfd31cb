"""The storm over real books: a sample of histories, and by name what earlier ones brought to light."""

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from gridbook.records.deadline import Holiday
from gridbook.records.request import Action
from gridbook.store import journal, life, project, rebuild
from gridbook.store.session import Session
from gridbook.sync import owed, take
from tests.servers import Server
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT, Offices, request
from tests.sync.storm import judge
from tests.sync.storm.chance import chance_of
from tests.sync.storm.history import DEEDS, Step, happen, history, room
from tests.sync.storm.malice import leave_out
from tests.sync.storm.station import Machine, program_of
from tests.sync.storm.world import UNITS, Made, World
from tests.sync.test_lives import Copy

SAMPLE = 3
"""`dev.py bench storm` is where volume belongs: here a history costs seconds of every run of the suite."""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the books of a history lie: in memory, where there is room."""
    return room() or tmp_path


@pytest.mark.parametrize("seed", range(1, 1 + SAMPLE))
def test_after_the_storm_every_op_is_where_it_belongs(made: Made, place: Path, seed: int) -> None:
    wrong, diary = history(made, seed, place)
    assert wrong == "", "\n".join([f"seed {seed}", *diary])


def test_after_the_storm_books_on_a_server_hold_what_files_hold(
    made: Made, place: Path, server: Server
) -> None:
    wrong, diary = history(replace(made, server=server), 6, place)
    assert wrong == "", "\n".join(diary)


places = st.integers(0, 2 * len(UNITS) - 1)


class Storm(RuleBasedStateMachine):
    """The same deeds, chosen by Hypothesis, which goes where chance alone would not."""

    made: Made
    place: Path

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.made, Path(tempfile.mkdtemp(dir=self.place)))
        self.chance = ExitStack()
        self.chance.enter_context(chance_of(self.world.sun))

    @rule(
        place=st.integers(0, 2 * len(UNITS) - 1), deed=st.sampled_from(list(DEEDS)), seed=st.integers(0, 999)
    )
    def something_happens(self, place: int, deed: str, seed: int) -> None:
        happen(self.world, Step(place, deed, seed))

    def teardown(self) -> None:
        try:
            judge.settled(self.world)
        finally:
            self.chance.close()
            self.world.close()
            shutil.rmtree(self.world.folder)


def test_chance_thinks_of_no_history_that_goes_wrong(made: Made, place: Path) -> None:
    Storm.made, Storm.place = made, place
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Storm,
        # What fails is told as it was found: the search for a shorter one would run into the time limit.
        settings=settings(max_examples=3, stateful_step_count=20, phases=[Phase.generate]),
    )


# --- what histories brought to light ----------------------------------------------------------------------


def test_a_clock_at_2099_for_a_day_does_not_keep_a_dead_pc_alive(offices: Offices) -> None:
    offices.visit()
    offices.round()
    path = offices.bundle(COMMUNITY, GRID)
    true = offices.clock.at
    offices.clock.go(days=27_000)
    _take(offices, path)
    offices.clock.at = true
    offices.books.pop(COMMUNITY).close()
    shutil.rmtree(offices.folder / COMMUNITY)
    offices.make(COMMUNITY)
    offices.join(COMMUNITY)
    for _ in range(2):
        offices.round()

    offices.clock.go(days=61)
    for _ in range(2):
        offices.round()

    assert offices[GRID].read(owed.waiting_for, COMMUNITY) == 0


def test_a_holiday_moves_deadlines_at_the_office_that_lists_it_as_at_all_others(offices: Offices) -> None:
    offices.request()
    offices.round()

    offices[SUBDISTRICT].write(_list_a_holiday)
    offices.round()

    states = [offices.everything(unit)["request_state"] for unit in (SUBDISTRICT, COMMUNITY, GRID)]
    assert states[0] == states[1] == states[2]


def test_two_pcs_of_one_image_that_hand_over_in_step_are_told_apart(offices: Offices) -> None:
    asked = offices.request()
    offices.round()
    copy = Copy(offices, GRID)
    clone = Offices(offices.folder, offices.clock, dict(offices.books))
    copy.second_pc(clone)
    offices.act(COMMUNITY, asked, Action.ACCEPT)
    offices.carry(COMMUNITY, GRID)

    offices.carry(GRID, COMMUNITY)
    (taken,) = clone.carry(GRID, COMMUNITY)
    path = offices.bundle(COMMUNITY, GRID)
    for desk in (offices, clone):
        assert take.take(desk[GRID], path).error is None

    assert any("05网格" in alarm for alarm in taken.alarms)
    assert offices[GRID].incarnation != clone[GRID].incarnation
    assert clone.status(GRID, asked) == "accepted"
    clone[GRID].close()


def test_an_upper_office_put_back_in_silence_is_believed_again_with_its_next_number(offices: Offices) -> None:
    offices.visit()
    offices.round()
    copy = Copy(offices, SUBDISTRICT)
    offices.carry(SUBDISTRICT, COMMUNITY)
    copy.put_back()

    offices.carry(SUBDISTRICT, COMMUNITY)
    assert offices[COMMUNITY].read(owed.held_by, SUBDISTRICT) == set()
    offices.carry(SUBDISTRICT, COMMUNITY)

    assert offices[COMMUNITY].read(owed.waiting_for, SUBDISTRICT) == 0


def test_an_op_that_lies_in_two_segments_is_whole_in_both(made: Made, place: Path) -> None:
    world = World(made, Path(tempfile.mkdtemp(dir=place)))
    (grid,), (community,) = world.of(GRID), world.of(COMMUNITY)
    asked = request(GRID, world.sun.at)
    grid.store.write(journal.save, asked)
    world.look(grid)
    world.back_up(grid)
    (stick,) = world.carry(grid, COMMUNITY)
    leave_out(world, stick, grid)
    world.deliver(stick, community)

    # The life that begins now seals once more what was not sealed when the copy was made.
    world.put_back(world.backups[0], mark=False)

    judge.settled(world)
    assert community.store.read(project.ops_of, "Request", GRID, asked.id)[0].whole
    world.close()


def test_a_revoked_pc_is_believed_as_far_by_all_also_where_a_subdistrict_works_on_two_pcs(
    made: Made, place: Path
) -> None:
    world = World(made, Path(tempfile.mkdtemp(dir=place)))
    (grid,), (community,), (root,) = (world.of(unit) for unit in (GRID, COMMUNITY, SUBDISTRICT))
    asked = [request(GRID, world.sun.at) for _ in range(2)]
    grid.store.write(journal.save, asked[0])
    for source, to in ((grid, community), (community, root)):
        world.look(source)
        (stick,) = world.carry(source, to.unit)
        world.deliver(stick, to)
    grid.store.write(journal.save, asked[1])
    world.look(grid)
    (late,) = world.carry(grid, COMMUNITY)
    world.deliver(late, community)
    world.clone(root)
    assert world.replace(grid) is not None

    # The subdistrict has not heard of the second request; nobody believes it from now on.
    world.revoke(GRID)
    judge.settled(world)

    for machine in world.machines:
        held = [bool(machine.store.read(project.ops_of, "Request", GRID, one.id)) for one in asked]
        assert held == [machine.unit in (SUBDISTRICT, COMMUNITY, GRID), False], machine.name
    world.close()


@pytest.mark.parametrize("in_time", [True, False])
def test_what_an_order_took_that_counts_no_more_comes_back_from_a_pc_that_heard_of_it_in_time(
    made: Made, place: Path, in_time: bool
) -> None:
    world = World(made, Path(tempfile.mkdtemp(dir=place)))
    (grid,), (community,), (root,) = (world.of(unit) for unit in (GRID, COMMUNITY, SUBDISTRICT))
    ((record,),) = grid.store.read(lambda session: session.run("SELECT id FROM particulars"))
    twin = world.clone(grid)
    assert twin is not None
    community.store.write(journal.erase, "Particulars", GRID, record, "ordered")
    world.look(community)
    _carried(world, community, grid)
    # The subdistrict holds nothing of these streams: it names no head of the lost PC that covers the order.
    fresh = world.replace(community)
    assert fresh is not None
    world.revoke(COMMUNITY)
    _carried(world, root, fresh)

    before = judge.stop(world)
    _carried(world, fresh if in_time else grid, twin)
    for source, to in (
        (fresh, twin),
        (fresh, grid),
        (grid, twin),
        (twin, grid),
        (grid, fresh),
        (twin, fresh),
    ):
        _carried(world, source, to)

    judge.whole(world, before)
    for machine in (grid, twin, fresh):
        (one,) = (one for one in machine.store.read(project.ops_of, "Particulars", GRID, record))
        assert one.whole is in_time, machine.name
    world.close()


def test_a_lost_pc_falls_silent_also_where_every_office_was_idle_for_years(made: Made, place: Path) -> None:
    world = World(made, Path(tempfile.mkdtemp(dir=place)))
    (community,) = world.of(COMMUNITY)
    assert world.replace(community) is not None
    # Longer than a clock is believed without a stick: every office doubts its own, and all are right.
    world.sun.at += timedelta(days=460)

    judge.settled(world)

    (root,) = world.of(SUBDISTRICT)
    assert root.store.read(life.wrong_clock) == ""
    world.close()


def test_what_an_older_program_folded_is_folded_anew_by_one_that_reads_it_otherwise(offices: Offices) -> None:
    offices.refer(GRID, offices.request(), "漏水")
    text = "SELECT text FROM referral"

    with program_of(2):
        assert rebuild.resume(offices[GRID]) > 0
        assert offices[GRID].read(lambda session: session.run(text)) == [("漏水。",)]
        assert rebuild.resume(offices[GRID]) == 0


def _list_a_holiday(session: Session) -> None:
    journal.save(session, Holiday(unit=SUBDISTRICT, id=session.new_id(), day=date(2026, 11, 26)))


def _carried(world: World, source: Machine, to: Machine) -> None:
    for stick in world.carry(source, to.unit):
        world.deliver(stick, to)


def _take(offices: Offices, path: Path) -> None:
    assert take.take(offices[GRID], path).error is None
