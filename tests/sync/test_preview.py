"""What a preview says is what the import then does, and a preview leaves no trace."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from random import Random
from typing import Any

import pytest

from gridbook.records.base import Reach
from gridbook.records.request import Action, Pressing
from gridbook.store import conflicts, digest, journal
from gridbook.store.book import Store
from gridbook.sync import export, take
from gridbook.sync.incoming import Taken
from tests import make
from tests.sync import forge
from tests.sync.forge import Author, Forge, Piece, piece
from tests.sync.offices import COMMUNITY, FAR_GRID, GRID, OTHER_COMMUNITY, OTHER_GRID, SUBDISTRICT, Offices
from tests.sync.storm import work
from tests.sync.storm.station import Machine


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    made = Offices(tmp_path).found(SUBDISTRICT, COMMUNITY, GRID, OTHER_GRID)
    yield made
    made.close()


def said(taken: Taken) -> dict[str, Any]:
    """Everything that is told of a bundle; pairs that look alike are told beforehand only."""
    told = {one.name: getattr(taken, one.name) for one in fields(taken) if one.name != "alike"}
    return {**told, "error": taken.error and taken.error.sentence()}


def lies_beside(store: Store) -> list[str]:
    """The files of a book, other than the database itself."""
    found = [path for path in store.folder.rglob("*") if path.is_file()]
    return sorted(
        str(path.relative_to(store.folder)) for path in found if not path.name.startswith("book.db")
    )


def asked(store: Store, *, pairs: bool) -> set[str]:
    """The questions of a book: about single records, or whether two are one matter."""
    questions = store.read(conflicts.questions)
    of_pairs = {one.id for one in questions if one.kind == conflicts.DUPLICATE}
    return of_pairs if pairs else {one.id for one in questions if one.kind != conflicts.CIRCLE} - of_pairs


def taken_in(store: Store, stick: Path) -> list[Taken]:
    """Look at a stick, see that nothing came of it, then take it in and compare."""
    held, beside = store.read(digest.of_book), lies_beside(store)
    state = (store.standing, store.incarnation)
    foretold = take.from_stick(store, stick, preview=True)
    assert store.read(digest.of_book) == held
    assert lies_beside(store) == beside
    assert (store.standing, store.incarnation) == state
    before, alike = asked(store, pairs=False), asked(store, pairs=True)

    done = take.from_stick(store, stick)

    assert [said(one) for one in foretold] == [said(one) for one in done]
    after = asked(store, pairs=False)
    assert len(after) - len(before) == sum(one.opened - one.settled for one in done)
    if len(done) == 1 and done[0].error is None:
        assert done[0].opened == len(after - before)
        assert done[0].settled == len(before - after)
        assert foretold[0].alike == len(asked(store, pairs=True) - alike)
    return done


def carried(offices: Offices, sender: str, receiver: str) -> list[Taken]:
    """Carry a stick, and compare what is said of it with what it does."""
    return taken_in(offices[receiver], offices.bundle(sender, receiver).parent)


def test_work_changes_conflicts_and_their_end_are_foretold(offices: Offices) -> None:
    asked_for = offices.request()
    offices.visit()
    (new,) = carried(offices, GRID, COMMUNITY)
    offices[GRID].write(journal.save, make.change(asked_for, pressing=Pressing.URGENT))
    offices[COMMUNITY].write(journal.save, make.change(asked_for, pressing=Pressing.EMERGENCY))
    (differing,) = carried(offices, GRID, COMMUNITY)
    carried(offices, COMMUNITY, GRID)
    (question,) = offices[GRID].read(conflicts.questions)
    offices[GRID].write(conflicts.settle, question.id, 0)
    (ended,) = carried(offices, GRID, COMMUNITY)
    (again,) = carried(offices, GRID, COMMUNITY)

    # Beside visit and request the grid tells its own name and its worker's.
    assert (new.added, new.changed, new.opened) == (7, 0, 0)
    assert (differing.changed, differing.opened, differing.settled) == (1, 1, 0)
    assert (ended.changed, ended.opened, ended.settled) == (1, 0, 1)
    assert (again.added, again.changed, again.segments) == (0, 0, 0)


def test_late_steps_erasures_and_second_thoughts_are_foretold(offices: Offices) -> None:
    asked_for = offices.request()
    offices.act(GRID, asked_for, Action.ACCEPT)
    carried(offices, GRID, COMMUNITY)
    offices.act(COMMUNITY, asked_for, Action.RESOLVE, outcome="solved")
    offices.act(GRID, asked_for, Action.RESOLVE, outcome="explained")
    (late,) = carried(offices, GRID, COMMUNITY)
    offices[COMMUNITY].write(journal.erase, "Particulars", GRID, asked_for.id, "asked for")
    offices[GRID].write(journal.delete, asked_for, "twice")
    carried(offices, COMMUNITY, GRID)
    carried(offices, GRID, COMMUNITY)

    assert late.opened == 1


def test_what_waits_for_a_piece_is_foretold_and_so_is_what_waits_no_longer(offices: Offices) -> None:
    asked_for = offices.request()
    first = offices.bundle(GRID, COMMUNITY)
    offices.act(GRID, asked_for, Action.ACCEPT)
    second = offices.bundle(GRID, COMMUNITY)
    apart = Forge(offices[GRID], offices[COMMUNITY])
    early, _ = forge.opened(first, offices[COMMUNITY])
    both, pieces = forge.opened(second, offices[COMMUNITY])
    listed = zip(both.segments, pieces, strict=True)
    late = [Piece(one, packed) for one, packed in listed if one not in early.segments]
    stick = apart.write(offices.stick(), apart.plain(late)).parent

    (ahead,) = taken_in(offices[COMMUNITY], stick)
    (whole,) = taken_in(offices[COMMUNITY], second.parent)

    assert ahead.waiting > 0
    assert whole.waiting == -ahead.waiting


def test_refused_and_parked_pieces_are_foretold_with_sender_and_author(offices: Offices) -> None:
    hand = Forge(offices[GRID], offices[COMMUNITY])
    author = Author.of(offices[GRID])
    good = piece(author, [forge.visit(GRID)])
    foreign = piece(author, [forge.visit(GRID)], unit=OTHER_GRID)
    newer = piece(author, [forge.visit(GRID)], n=2, prev=good.hash, min_reader=9)
    stick = hand.write(offices.stick(), hand.plain([good, foreign, newer])).parent

    (taken,) = taken_in(offices[COMMUNITY], stick)

    assert (taken.added, taken.parked) == (1, 1)
    assert taken.refused == [("not the author's stream", GRID)]
    assert taken.sender == GRID


def test_of_several_bundles_on_one_stick_each_is_told_after_the_one_before(offices: Offices) -> None:
    asked_for = offices.request()
    offices.round()
    offices[GRID].write(journal.save, make.change(asked_for, pressing=Pressing.URGENT))
    offices[SUBDISTRICT].write(journal.save, make.change(asked_for, pressing=Pressing.EMERGENCY))
    stick = offices.stick()
    export.hand_over(offices[GRID], stick, COMMUNITY)
    export.hand_over(offices[SUBDISTRICT], stick, COMMUNITY)

    first, second = taken_in(offices[COMMUNITY], stick)

    assert (first.opened, second.opened) == (0, 1)


@pytest.mark.parametrize("harm", ["torn", "of another office", "of a stranger", "no bundle"])
def test_a_file_that_is_refused_is_refused_in_the_preview_with_the_same_words(
    offices: Offices, tmp_path: Path, harm: str
) -> None:
    offices.visit()
    path = offices.bundle(GRID, COMMUNITY)
    if harm == "torn":
        path.write_bytes(path.read_bytes()[:-40])
    elif harm == "of another office":
        path = offices.bundle(OTHER_GRID, COMMUNITY)
    elif harm == "no bundle":
        path.write_bytes(b"something else")
    else:
        (tmp_path / "far").mkdir()
        far = Offices(tmp_path / "far").found(SUBDISTRICT, OTHER_COMMUNITY, FAR_GRID)
        stranger = Forge(far[FAR_GRID], offices[COMMUNITY])
        path = stranger.write(offices.stick(), stranger.plain([]))
        far.close()
    store = offices[SUBDISTRICT if harm == "of another office" else COMMUNITY]
    before = lies_beside(store)

    looked = take.take(store, path, preview=True)
    assert lies_beside(store) == before
    done = take.take(store, path)

    assert looked.error is not None and done.error is not None
    assert looked.error.sentence() == done.error.sentence()


@pytest.mark.parametrize("seed", range(3))
def test_whatever_offices_write_and_carry_a_preview_tells_the_truth(offices: Offices, seed: int) -> None:
    chance = Random(seed)
    pairs = [
        (GRID, COMMUNITY),
        (OTHER_GRID, COMMUNITY),
        (COMMUNITY, GRID),
        (COMMUNITY, SUBDISTRICT),
        (SUBDISTRICT, COMMUNITY),
    ]
    under_way: list[tuple[Path, str]] = []
    moved = 0
    for _ in range(24):
        for _ in range(4):
            work.somebody_writes(_At(offices[chance.choice(list(offices.books))]), chance)
        sender, receiver = chance.choice(pairs)
        under_way.append((offices.bundle(sender, receiver).parent, receiver))
        if chance.random() < 0.75:
            # Any stick may come at any time, and one that came may come again.
            stick, to = chance.choice(under_way)
            moved += sum(one.added + one.changed for one in taken_in(offices[to], stick))

    assert moved > 0


class _At(Machine):
    """A desk at which somebody writes, behind a book that is open already."""

    def __init__(self, store: Store) -> None:
        self._open = store

    @contextmanager
    def program(self) -> Iterator[Store]:
        """The open book."""
        yield self._open


def test_a_piece_by_the_reach_of_nobody_is_foretold(offices: Offices) -> None:
    hand = Forge(offices[GRID], offices[COMMUNITY])
    author = Author.of(offices[GRID])
    stick = hand.write(offices.stick(), hand.plain([piece(author, [], Reach.HERE)])).parent

    (taken,) = taken_in(offices[COMMUNITY], stick)

    assert len(taken.refused) == 1
