"""The rules of the hand-over hold in every history chance can think of, and in those that went wrong."""

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.sync.model import judge
from tests.sync.model.book import Book
from tests.sync.model.exchange import export, held_by, read
from tests.sync.model.fold import Shown, heads, master
from tests.sync.model.ops import RecordKey, body_of
from tests.sync.model.storm import CLOCKS, history
from tests.sync.model.words import C1, C2, G1, G2, Reach, Rules, S, neighbours
from tests.sync.model.world import FIRST_DAY, World

machines = st.integers(0, 8)
places = st.integers(0, 30)
chances = st.integers(0, 2**32).map(Random)


class Offices(RuleBasedStateMachine):
    """Seven offices, their sticks, and everything that befalls them."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    def book(self, place: int) -> Book:
        return self.world.books[place % len(self.world.books)]

    def stick(self, place: int) -> int:
        return place % len(self.world.sticks)

    @rule(book=machines, chance=chances, times=st.integers(1, 4))
    def somebody_writes(self, book: int, chance: Random, times: int) -> None:
        for _ in range(times):
            self.world.work(self.book(book), chance)

    @rule(book=machines, to=places)
    def a_stick_is_written(self, book: int, to: int) -> None:
        near = neighbours(self.book(book).unit)
        self.world.carry(self.book(book), near[to % len(near)])

    @rule(book=machines, to=places, chance=chances)
    def a_hand_over_takes_two_sticks(self, book: int, to: int, chance: Random) -> None:
        near = neighbours(self.book(book).unit)
        self.world.carry_in_parts(self.book(book), near[to % len(near)], chance)

    @precondition(lambda self: self.world.sticks)
    @rule(stick=places, machine=machines, again=st.booleans())
    def a_stick_arrives(self, stick: int, machine: int, again: bool) -> None:
        place = self.stick(stick)
        there = self.world.of(self.world.sticks[place].to)
        self.world.deliver(place, there[machine % len(there)], keep=again)

    @precondition(lambda self: self.world.sticks)
    @rule(stick=places)
    def a_stick_is_lost_or_torn(self, stick: int) -> None:
        self.world.deliver(self.stick(stick), cut=True)

    @precondition(lambda self: self.world.sticks)
    @rule(stick=places, book=machines)
    def a_stick_is_taken_to_the_wrong_office(self, stick: int, book: int) -> None:
        self.world.deliver(self.stick(stick), self.book(book), keep=True)

    @rule(days=st.sampled_from((1, 1, 3, 20, 70, 400)))
    def days_pass(self, days: int) -> None:
        self.world.day += days

    @rule(book=machines)
    def a_backup_is_made(self, book: int) -> None:
        self.world.back_up(self.book(book))

    @precondition(lambda self: self.world.backups)
    @rule(place=places, silently=st.booleans())
    def a_backup_is_put_back(self, place: int, silently: bool) -> None:
        place %= len(self.world.backups)
        (self.world.restore_silently if silently else self.world.restore)(place)

    @rule(book=machines)
    def a_pc_is_imaged(self, book: int) -> None:
        self.world.clone(self.book(book))

    @rule(book=machines)
    def two_pcs_of_one_office_exchange(self, book: int) -> None:
        one = self.book(book)
        self.world.hand_over(one, one.unit)

    @rule(book=machines, offset=st.sampled_from(CLOCKS))
    def a_clock_jumps(self, book: int, offset: int) -> None:
        self.book(book).offset = offset

    @rule(book=machines)
    def a_program_is_updated(self, book: int) -> None:
        self.world.upgrade(self.book(book))

    @rule(book=machines, chance=chances)
    def something_is_erased(self, book: int, chance: Random) -> None:
        self.world.erase(self.book(book), chance)

    @rule(book=machines)
    def the_purge_runs(self, book: int) -> None:
        self.book(book).purge(self.world.day)

    @rule(book=machines, chance=chances)
    def an_author_misbehaves(self, book: int, chance: Random) -> None:
        self.world.misbehave(self.book(book), chance)

    @rule(book=machines, to=places, chance=chances, alter=st.booleans())
    def a_forwarder_misbehaves(self, book: int, to: int, chance: Random, alter: bool) -> None:
        one = self.book(book)
        near = neighbours(one.unit)
        if alter:
            self.world.carry_altered(one, near[to % len(near)], chance)
        else:
            self.world.carry_stripped(one, near[to % len(near)])

    @rule(book=machines, revoke=st.booleans())
    def a_pc_is_lost(self, book: int, revoke: bool) -> None:
        self.world.lose(self.book(book), revoke)

    @invariant()
    def nothing_is_purged_before_its_time(self) -> None:
        assert judge.too_early(self.world) == []

    def teardown(self) -> None:
        assert judge.settled(self.world) == []


TestOffices = Offices.TestCase
TestOffices.settings = settings(
    max_examples=60, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("first", [1, 501])
def test_random_histories_converge(first: int) -> None:
    for seed in range(first, first + 100):
        assert history(seed)[0] == [], f"seed {seed}"


@pytest.fixture
def world() -> Iterator[World]:
    """Seven offices that have heard of each other once; whatever happens must come out right."""
    made = World()
    made.round()
    yield made
    assert judge.settled(made) == []


def book(world: World, unit: str) -> Book:
    return world.of(unit)[0]


def part(shown: Shown, name: str) -> tuple[object, ...]:
    return next(one for one in shown if one[0] == name)


def request(world: World, unit: str = G1) -> RecordKey:
    return world.create(book(world, unit), (unit, Reach.SUBDISTRICT), "Request")


def test_erasing_one_op_brings_no_older_value_back(world: World) -> None:
    key = request(world)
    world.change(book(world, G1), key, "set", first="wrong person")
    middle = book(world, G1).write(key, "Request", "set", body_of(900, first="private"), world.day)
    world.change(book(world, G1), key, "set", first="right")
    world.round()

    world.change(book(world, C1), key, "erase", names=(middle.digest,))
    world.round()

    assert part(book(world, S).shown(key), "first") == ("first", "right", ())


def test_with_digests_alone_an_erasure_opens_a_conflict_that_nobody_made() -> None:
    world = World(Rules(husks=False))
    key = request(world)
    middle = book(world, G1).write(key, "Request", "set", body_of(900, first="private"), world.day)
    world.change(book(world, G1), key, "set", first="right")
    world.round()
    world.change(book(world, C1), key, "erase", names=(middle.digest,))
    world.round()

    assert part(book(world, C1).shown(key), "first")[2] != ()


def test_bodies_that_a_forwarder_left_out_are_asked_for_again(world: World) -> None:
    key = request(world)
    world.hand_over(book(world, G1), C1)
    world.carry_stripped(book(world, C1), S)
    world.deliver(0)
    assert part(book(world, S).shown(key), "bodiless") == ("bodiless", 1)

    world.round()

    assert part(book(world, S).shown(key), "bodiless") == ("bodiless", 0)


def test_an_altered_segment_does_not_shut_out_the_true_one(world: World) -> None:
    key = request(world)
    world.hand_over(book(world, G1), C1)
    world.carry_altered(book(world, C1), S, Random(1))
    world.deliver(0)
    assert key not in book(world, S).records

    world.round()

    assert part(book(world, S).shown(key), "first") == ("first", "a", ())


def test_a_rebuilt_community_is_refilled_from_above_and_below(world: World) -> None:
    below = world.create(book(world, G1), (G1, Reach.COMMUNITY), "Particulars")
    key = request(world)
    world.round()
    world.lose(book(world, C1), revoke=True)

    # The grid's first stick was written before it could know; the second brings everything.
    world.round()
    world.round()

    assert {below, key} <= book(world, C1).records.keys()


def test_a_silently_restored_grid_gets_its_own_work_back(world: World) -> None:
    world.back_up(book(world, G1))
    key = request(world)
    world.round()
    world.restore_silently(0)
    before = book(world, G1).incarnation
    later = request(world)

    world.round()
    world.round()

    assert {key, later} <= book(world, G1).records.keys()
    assert book(world, G1).incarnation != before


def test_a_silently_restored_community_is_filled_again(world: World) -> None:
    world.back_up(book(world, C1))
    key = request(world)
    world.hand_over(book(world, G1), C1)
    world.hand_over(book(world, C1), G1)
    world.restore_silently(0)

    world.round()
    world.round()

    assert key in book(world, S).records


@pytest.mark.parametrize("empty", [True, False])
def test_only_an_empty_page_takes_back_what_an_office_no_longer_holds(empty: bool) -> None:
    world = World(Rules(empty_pages=empty))
    world.back_up(book(world, G1))
    key = world.create(book(world, S), (S, Reach.DOWN), "List")
    for source, to in ((S, C1), (C1, G1), (G1, C1)):
        world.hand_over(book(world, source), to)
    world.restore_silently(0)

    # It writes more bundles than before, so its number alone gives nothing away.
    for _ in range(3):
        export(book(world, G1), C1, world.day)
    world.hand_over(book(world, G1), C1)
    world.hand_over(book(world, C1), G1)

    assert (key in book(world, G1).records) is empty


@pytest.mark.parametrize("seen", [True, False])
def test_only_what_others_saw_of_it_tells_a_reader_that_it_was_rolled_back(seen: bool) -> None:
    world = World(Rules(seen=seen))
    world.round()
    world.back_up(book(world, C1))
    key = request(world)
    world.hand_over(book(world, G1), C1)
    for _ in range(30):
        world.hand_over(book(world, C1), G1)
    world.restore_silently(0)

    # It wrote nothing itself, so no line of its own is missing; its receipts count from an old number.
    for _ in range(judge.ROUNDS):
        world.round()

    assert (key in book(world, C1).records) is seen


def test_two_clones_share_what_no_neighbour_holds(world: World) -> None:
    twin = world.clone(book(world, C1))
    assert twin is not None
    mine = world.create(twin, (C1, Reach.COMMUNITY), "Particulars")

    world.round()

    assert mine in book(world, C1).records


def test_what_stays_here_never_travels(world: World) -> None:
    note = world.create(book(world, G1), (G1, Reach.HERE), "Note")

    bundle = export(book(world, G1), C1, world.day)

    assert all(segment.stream != note[0] for segment in bundle.segments)
    assert all(line[1] != note[0] for page in bundle.pages for line, _ in page.runs)


def test_a_grid_learns_that_the_subdistrict_holds_its_work(world: World) -> None:
    request(world)
    world.round()
    grid = book(world, G1)

    proven = held_by(grid, S, world.day)

    assert {d for d, s in grid.segments.items() if s.stream[1] is Reach.SUBDISTRICT} <= proven


def test_an_old_receipt_that_comes_late_proves_nothing_new(world: World) -> None:
    request(world)
    world.hand_over(book(world, G1), C1)
    late = export(book(world, C1), G1, world.day)
    world.back_up(book(world, C1))
    world.restore(0)
    world.hand_over(book(world, C1), G1)
    before = held_by(book(world, G1), C1, world.day)

    read(book(world, G1), late, world.day, "fresh")

    assert late.incarnation != book(world, C1).incarnation
    assert held_by(book(world, G1), C1, world.day) == before


@pytest.mark.parametrize("union", [True, False])
def test_a_restored_root_forgets_no_revocation_because_all_that_was_ever_signed_counts(union: bool) -> None:
    world = World(Rules(roster_union=union))
    world.back_up(book(world, S))
    key = request(world)
    world.round()
    world.lose(book(world, G1), revoke=True)
    world.round()
    world.restore_silently(0)
    for _ in range(2):
        world.lose(book(world, G2), revoke=False)

    for _ in range(2):
        world.round()

    assert book(world, S).roster.without("cert-SA1") is union
    assert key in book(world, G1).records or not union


def test_an_order_to_erase_is_read_by_every_version(world: World) -> None:
    key = request(world)
    named = tuple(book(world, G1).records[key])
    world.round()
    book(world, S).version = 3
    world.change(book(world, S), key, "erase", names=named)

    world.round()

    assert not set(named) & book(world, G1).bodies.keys()


def test_what_every_holder_let_go_in_time_is_not_missed(world: World) -> None:
    key = world.create(book(world, C1), (G1, Reach.COMMUNITY), "Particulars")
    twin = world.clone(book(world, C1))
    assert twin is not None
    world.day += 380
    world.change(book(world, C1), key, "set", first="b")
    world.hand_over(book(world, S), C1)
    world.carry_stripped(book(world, C1), G1)
    world.deliver(0)
    world.lose(book(world, C1), revoke=False)
    world.day += 380
    world.hand_over(book(world, S), C1)

    # The twin does not know of the later change, which alone keeps the record from being too old.
    twin.purge(world.day)

    assert part(twin.shown(key), "bodiless") == ("bodiless", 1)


@pytest.fixture
def ordered_away(world: World) -> RecordKey:
    """A record of a grid with two PCs; one obeyed its community, of which the PC was lost and revoked."""
    key = world.create(book(world, G2), (G2, Reach.COMMUNITY), "Particulars")
    world.hand_over(book(world, G2), C1)
    world.clone(book(world, G2))
    world.change(book(world, C1), key, "erase", names=tuple(book(world, C1).records[key]))
    world.carry(book(world, C1), G2)
    world.deliver(0)
    # The subdistrict never holds what stays in a community, so it names no head that covers the order.
    world.lose(book(world, C1), revoke=True)
    return key


def test_what_all_let_go_by_an_order_that_counted_then_is_not_missed(
    world: World, ordered_away: RecordKey
) -> None:
    # The two PCs exchange before either of them can hear that the order does not count.
    assert judge.settled(world) == []

    for one in (*world.of(G2), *world.of(C1)):
        assert part(one.shown(ordered_away), "bodiless") == ("bodiless", 1)
        assert not one.erased


def test_what_somebody_still_has_comes_back_where_the_order_counts_no_more(
    world: World, ordered_away: RecordKey
) -> None:
    world.hand_over(book(world, S), C1)
    world.carry(book(world, C1), G2)
    world.deliver(0, world.of(G2)[1])

    assert judge.settled(world) == []

    for one in (*world.of(G2), *world.of(C1)):
        assert part(one.shown(ordered_away), "bodiless") == ("bodiless", 0)


@pytest.mark.parametrize("both", [True, False])
def test_of_two_receipts_with_one_number_only_what_both_hold_is_held(both: bool) -> None:
    world = World(Rules(same_number=both))
    world.round()
    key = request(world)
    world.back_up(book(world, C1))
    world.hand_over(book(world, G1), C1)
    world.hand_over(book(world, C1), G1)
    world.restore_silently(0)
    world.hand_over(book(world, C1), G1)

    held = held_by(book(world, G1), C1, world.day)

    sealed = {d for d, s in book(world, G1).segments.items() if any(op.key == key for op in s.ops)}
    assert sealed.isdisjoint(held) is both


def test_a_settlement_that_was_taken_back_opens_the_conflict_again(world: World) -> None:
    key = request(world)
    world.round()
    world.change(book(world, G1), key, "set", first="grid")
    world.change(book(world, S), key, "set", first="above")
    world.round()
    world.change(book(world, G1), key, "resolve", first="above")
    (settlement,) = heads(book(world, G1).records[key])
    world.change(book(world, G1), key, "resolve", withdrawn=settlement)
    world.round()

    for unit in (G1, C1, S):
        assert part(book(world, unit).shown(key), "first") == ("first", "grid", ("grid", "above"))


def test_two_offices_that_say_joined_and_apart_of_one_pair_are_asked_again(world: World) -> None:
    one, two = request(world), request(world)
    world.round()
    world.change(book(world, C1), two, "alias", pair=one[1], master=one[1])
    world.change(book(world, S), two, "alias", pair=one[1], apart=True)
    world.round()
    assert part(book(world, S).shown(two), "pair") == ("pair", one[1], "disputed")

    world.change(book(world, C1), two, "alias", pair=one[1], master=0)
    world.round()

    assert part(book(world, S).shown(two), "pair") == ("pair", one[1], "open")
    assert book(world, S).aliases()[two[1]] is None


@pytest.mark.parametrize("bounded", [True, False])
def test_only_signed_dates_keep_a_subdistrict_clock_at_2099_from_purging(bounded: bool) -> None:
    world = World(Rules(top_purge_bound=bounded))
    key = world.create(book(world, S), (S, Reach.COMMUNITY), "Particulars")
    book(world, S).offset = 27_000

    book(world, S).purge(world.day)

    assert part(book(world, S).shown(key), "bodiless") == ("bodiless", 0 if bounded else 1)


def test_a_clock_at_1970_does_not_age_what_is_written(world: World) -> None:
    book(world, G1).offset = -20_000
    key = world.create(book(world, G1), (G1, Reach.COMMUNITY), "Particulars")

    assert next(iter(book(world, G1).records[key].values())).stamp >= FIRST_DAY
    assert next(iter(book(world, G1).records[key].values())).suspect


def test_a_clock_at_2099_for_a_day_retires_no_living_pc(world: World) -> None:
    twin = world.clone(book(world, G1))
    assert twin is not None
    world.round()
    book(world, C1).offset = 27_000
    world.hand_over(book(world, G1), C1)
    book(world, C1).offset = 0
    world.round()


def test_two_offices_at_one_request_see_the_same_late_event(world: World) -> None:
    key = request(world)
    world.change(book(world, G1), key, "event", event="accept")
    world.round()
    world.change(book(world, G1), key, "event", event="resolve")
    world.change(book(world, C1), key, "event", event="assign")
    world.round()
    world.round()

    story = part(book(world, S).shown(key), "story")
    assert story[1] == "waiting"
    assert len(story[2]) == 1  # type: ignore[arg-type]


def test_a_resolve_ends_a_conflict_everywhere(world: World) -> None:
    key = request(world)
    world.round()
    world.change(book(world, G1), key, "set", first="grid")
    world.change(book(world, S), key, "set", first="above")
    world.round()
    world.round()
    assert part(book(world, C1).shown(key), "first") == ("first", "grid", ("grid", "above"))

    world.change(book(world, G1), key, "resolve", first="above")
    world.round()

    assert part(book(world, S).shown(key), "first") == ("first", "above", ())


def test_an_edit_beside_a_deletion_keeps_the_record_in_sight(world: World) -> None:
    key = request(world)
    world.round()
    world.change(book(world, G1), key, "delete")
    world.change(book(world, C1), key, "set", second="edited")
    world.round()
    world.round()

    assert part(book(world, S).shown(key), "deleted") == ("deleted", False, True)


def test_two_grids_that_join_in_opposite_directions_have_one_master(world: World) -> None:
    one, two = request(world, G1), request(world, G2)
    world.change(book(world, G1), one, "alias", master=two[1])
    world.change(book(world, G2), two, "alias", master=one[1])
    world.round()

    for unit in (C1, S):
        aliases = book(world, unit).aliases()
        assert master(aliases, one[1]) == master(aliases, two[1]) == min(one[1], two[1])
    assert one not in book(world, C2).records
