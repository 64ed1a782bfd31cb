"""Whole hostile bundles of format 1: what came of each once comes of it for ever, and no more."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gridbook.records.place import short_name
from gridbook.store import audit, checks
from gridbook.store.audit import Entry
from gridbook.sync import export, healing, take
from gridbook.sync.incoming import Taken
from tests.sync.vectors import town
from tests.sync.vectors.town import HERE, OUTCOMES, Receivers

FROZEN: dict[str, dict[str, Any]] = json.loads(OUTCOMES.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Come:
    """What came of a vector now: in short, in whole, in a preview; log, time, and what was left."""

    facts: dict[str, Any]
    taken: Taken
    previewed: Taken
    looked_grew: bool
    noted: Entry
    seconds: float
    left: int
    after: str


@pytest.fixture(scope="module")
def come(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Come]]:
    receivers = Receivers(tmp_path_factory.mktemp("whole"))
    found = {}
    for name, one in FROZEN.items():
        with receivers.open(one["to"]) as store:
            for before in one["after"]:
                take.take(store, HERE / f"{before}.gbb")
            path = HERE / f"{name}.gbb"
            held = store.read(town.held), store.read(town.rosters)
            previewed = take.take(store, path, preview=True)
            grew = (store.read(town.held), store.read(town.rosters)) != held
            began = time.process_time()
            facts, taken = town.come_of(store, path)
            seconds = time.process_time() - began
            noted = store.read(audit.recent, 1)[0]
            left = sum(1 for _ in (store.folder / "inbox").glob("*"))
            again = take.take(store, path)
            after = again.error.situation if again.error else str(again.added)
        found[name] = Come(facts, taken, previewed, grew, noted, seconds, left, after)
    yield found


def test_there_are_two_hundred_and_every_file_has_its_outcome() -> None:
    assert len(FROZEN) >= 200
    assert {path.stem for path in HERE.glob("*.gbb")} == set(FROZEN)


def test_what_came_of_a_hostile_bundle_once_comes_of_it_again(come: dict[str, Come]) -> None:
    then = {name: {k: v for k, v in one.items() if k not in ("to", "after")} for name, one in FROZEN.items()}

    assert {name: one.facts for name, one in come.items()} == then


def test_only_a_roster_by_the_root_changes_which_are_held_and_only_a_contradiction_is_an_alarm(
    come: dict[str, Come],
) -> None:
    changed = {name: one.facts for name, one in come.items() if "rosters" in one.facts}

    assert {name: (one["rosters"], one["alarms"], one["added"]) for name, one in changed.items()} == {
        # It lists two grids that the second does not, so it stays beside it.
        "roster-of-version-0": ([2, 0], 0, 0),
        "roster-second-of-its-version": ([2, 2], 1, 0),
        # It says all that the second does, so it stands in its place.
        "other-grid-is-revoked": ([3], 0, 0),
        # It leaves out what the third revokes, so both stay.
        "revocation-unsaid": ([4, 3], 1, 0),
    }


def test_of_what_is_refused_as_a_whole_nothing_is_kept_in_the_book(come: dict[str, Come]) -> None:
    refused = {name: one for name, one in come.items() if one.taken.error is not None}

    assert len(refused) > 80
    assert {name: one.facts["grown"] for name, one in refused.items() if one.facts["grown"]} == {}
    assert {name for name, one in refused.items() if one.after != one.facts["told"]} == set()


def test_a_refusal_says_what_was_kept_and_what_to_do_and_stands_in_the_log(come: dict[str, Come]) -> None:
    for name, one in come.items():
        error = one.taken.error
        if error is not None:
            assert error.message and error.kept and error.next, name
            assert (one.noted.action, one.noted.reason) == ("import refused", error.situation), name
        else:
            assert (one.noted.action, one.noted.reason) == ("import", one.taken.sender), name


def test_a_refused_piece_names_author_and_sender_and_lies_in_quarantine(come: dict[str, Come]) -> None:
    pieces = {name: one for name, one in come.items() if one.taken.refused}

    assert len(pieces) > 70
    for name, one in pieces.items():
        assert one.facts["evidence"] == one.facts["grown"]["refusal"] == len(one.taken.refused), name
        assert any("网格" in alarm and "上级单位" in alarm for alarm in one.taken.alarms), name


def test_a_preview_tells_the_same_and_keeps_nothing(come: dict[str, Come]) -> None:
    for name, one in come.items():
        told = (
            one.previewed.error.situation
            if one.previewed.error
            else sorted(r for r, _ in one.previewed.refused)
        )
        then = one.taken.error.situation if one.taken.error else sorted(r for r, _ in one.taken.refused)
        assert (told, one.looked_grew) == (then, False), name


def test_nothing_hostile_takes_two_seconds_or_lies_in_the_inbox(come: dict[str, Come]) -> None:
    assert {name: one.seconds for name, one in come.items() if one.seconds > 2} == {}
    assert {name for name, one in come.items() if one.left} == set()


def test_a_book_that_was_handed_all_of_them_is_sound_and_hands_over(tmp_path: Path) -> None:
    with Receivers(tmp_path / "books").open("990101001003") as store:
        for name, one in FROZEN.items():
            if one["to"] == store.unit:
                take.take(store, HERE / f"{name}.gbb")
        stick = tmp_path / "stick"
        stick.mkdir()

        assert store.read(checks.troubles, deep=True, hash_now=healing.hash_now) == []
        # The office above and the grid; the other grid was revoked by one of them and is given nothing.
        assert {one.receiver for one in export.hand_over(store, stick)} == {"990101001", "990101001003005"}
        assert take.resume(store) == []


def test_a_refusal_names_the_file_and_the_sender_as_far_as_it_is_known(come: dict[str, Come]) -> None:
    refused = {name: one.taken for name, one in come.items() if one.taken.error is not None}

    unnamed = {name for name, one in refused.items() if not one.refusal.startswith(f"{name}.gbb"[:60])}
    nobody = {
        name
        for name, one in refused.items()
        if one.sender and short_name(one.sender) not in one.refusal.partition("：")[0]
    }
    silent = {name for name, one in refused.items() if not (one.error and one.error.kept and one.error.next)}

    assert (unnamed, nobody, silent) == (set(), set(), set())
    assert any(one.sender for one in refused.values())


def test_a_preview_of_a_hostile_bundle_says_what_then_comes_of_it(come: dict[str, Come]) -> None:
    def said(taken: Taken) -> tuple[Any, ...]:
        return (
            taken.refusal,
            taken.added,
            taken.changed,
            taken.opened,
            taken.settled,
            taken.waiting,
            taken.parked,
            taken.refused,
            taken.by_class,
        )

    assert {name: said(one.previewed) for name, one in come.items()} == {
        name: said(one.taken) for name, one in come.items()
    }
