"""Undo across the whole book: taken back, done again, refused where somebody wrote since, and the bin."""

from dataclasses import replace

import pytest

from gridbook.errors import NotAllowed, NotFound
from gridbook.records.request import Action
from gridbook.records.visit import VisitEntry
from gridbook.store import acts, history, journal, places, requests, retention, undoing, visits
from gridbook.store.book import Store
from tests import make
from tests.store.conftest import reopened


def _visit(grid: Store, note: str = "敲门要重一些") -> VisitEntry:
    saved = grid.write(visits.save, make.visit_entry(id=b"", number="", note=note))
    assert isinstance(saved, VisitEntry)
    return saved


def _shown(grid: Store) -> list[str]:
    return [row.visit.number for row in grid.read(visits.recent)]


def test_a_visit_is_taken_back_and_done_again_whole(grid: Store) -> None:
    saved = _visit(grid)

    told = grid.write(undoing.undo)

    assert (told.about, told.kind, told.undone) == (f"走访 {saved.visit.number}", "登记", True)
    assert _shown(grid) == []
    grid.write(undoing.redo)
    assert grid.read(visits.entry, saved.visit.id) == saved


def test_undo_goes_on_after_the_program_was_closed(grid: Store, clock: make.Clock) -> None:
    first, second = _visit(grid), _visit(grid)

    again = reopened(grid, clock)
    try:
        again.write(undoing.undo)
        assert _shown(again) == [first.visit.number]
        again.write(undoing.undo)
        assert _shown(again) == []
        again.write(undoing.redo)
        again.write(undoing.redo)
        assert sorted(_shown(again)) == sorted([first.visit.number, second.visit.number])
    finally:
        again.close()


def test_who_does_something_new_cannot_do_the_old_again(grid: Store) -> None:
    _visit(grid)
    grid.write(undoing.undo)
    kept = _visit(grid)

    with pytest.raises(NotFound):
        grid.write(undoing.redo)
    assert _shown(grid) == [kept.visit.number]


def test_a_hundred_acts_are_kept_and_each_can_be_undone(grid: Store) -> None:
    made = [_visit(grid, "") for _ in range(acts.MOST + 3)]

    for _ in range(acts.MOST):
        grid.write(undoing.undo)

    assert len(grid.read(undoing.recent)) == acts.MOST
    assert sorted(_shown(grid)) == sorted(one.visit.number for one in made[:3])
    with pytest.raises(NotFound):
        grid.write(undoing.undo)


def test_a_request_about_which_something_was_done_is_not_taken_back(grid: Store) -> None:
    asked = grid.write(requests.save, make.request_entry(id=b"", number="", limit=""))
    grid.write(requests.act, asked.request.number, Action.ACCEPT)

    with pytest.raises(NotAllowed) as refused:
        grid.write(undoing.undo)

    assert refused.value.kept
    assert grid.read(requests.get, asked.request.id).events
    # The request and, before it, the building of this book: refusing changed neither.
    assert [one.undone for one in grid.read(undoing.recent)] == [False, False]


def test_what_was_undone_lies_in_the_bin_until_it_is_fetched_back(grid: Store) -> None:
    saved = _visit(grid)
    visit = saved.visit
    grid.write(visits.undo, visit.id, "写重了")

    (thing,) = grid.read(undoing.bin_of)

    assert (thing.class_name, thing.unit, thing.record) == ("Visit", visit.unit, visit.id)
    assert thing.reason == "写重了"
    assert visit.number in thing.about
    grid.write(undoing.fetch_back, thing.unit, thing.record)
    assert grid.read(undoing.bin_of) == []
    assert grid.read(visits.entry, visit.id) == saved
    assert [one.kind for one in grid.read(history.of, "Visit", visit.unit, visit.id)][-1] == "恢复"
    grid.write(undoing.undo)
    assert len(grid.read(undoing.bin_of)) == 1


def test_an_estate_that_was_renamed_gets_its_name_back(grid: Store) -> None:
    (estate,) = grid.read(places.estates)
    renamed = replace(estate, name="幸福新苑")
    grid.write(places.save, renamed)

    grid.write(undoing.undo)
    assert grid.read(places.estates) == [estate]
    grid.write(undoing.redo)
    assert grid.read(places.estates) == [renamed]
    grid.write(undoing.undo)
    assert grid.read(places.estates) == [estate]


def test_what_was_erased_is_not_brought_back_by_undo(grid: Store) -> None:
    saved = _visit(grid)
    grid.write(journal.erase, "VisitNote", saved.visit.unit, saved.visit.id, "asked")

    with pytest.raises(NotAllowed):
        grid.write(undoing.undo)
    assert grid.read(visits.entry, saved.visit.id).note is None


def test_acts_are_forgotten_after_their_time(grid: Store, clock: make.Clock) -> None:
    _visit(grid)
    clock.go(days=acts.KEPT_DAYS + 2)

    grid.write(retention.purge)

    assert grid.read(undoing.recent) == []
