"""Faults of time: books put back by hand or by restore, clocks at 1970 and 2099; what people are told."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gridbook.app import Program
from gridbook.cli import main
from gridbook.errors import BadValue
from gridbook.records.base import LOCAL
from gridbook.store import backup, book, life, retention
from gridbook.sync import stations, take
from tests.sync.offices import COMMUNITY, GRID, PASSPHRASE, Offices
from tests.sync.test_lives import Copy

WRITTEN = "2026-11-23 10:00"
"""The minute of the newest entry of the copy, as people here read it."""


def test_25_a_restore_says_from_when_entries_may_be_missing(offices: Offices, tmp_path: Path) -> None:
    offices.visit()
    store = offices.books.pop(GRID)
    file = backup.make(store, tmp_path / "disk")
    offices.clock.go(days=3)
    store.write(lambda session: None)
    before = store.incarnation
    store.close()

    restored = backup.restore(file, store.folder, "王芳", PASSPHRASE, clock=offices.clock)

    assert WRITTEN in restored.told and "重新填写" in restored.told
    again = book.open_with(store.folder, store.keys, "王芳", book.take_lock(store.folder), offices.clock)
    offices.books[GRID] = again
    assert again.incarnation != before


def test_25_the_command_line_says_it_too(
    offices: Offices, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = offices.books.pop(GRID)
    file = backup.make(store, tmp_path / "disk")
    store.close()
    (tmp_path / "words").write_text(PASSPHRASE, encoding="utf-8")

    main(["--book", str(store.folder), "--passphrase-file", str(tmp_path / "words"), "restore", str(file)])

    assert WRITTEN in capsys.readouterr().out


def test_26_a_database_copied_back_by_hand_is_noticed_at_the_start_and_refilled(
    offices: Offices, tmp_path: Path
) -> None:
    offices.visit()
    offices.round()
    store = offices[GRID]
    store.checkpoint()
    shutil.copy(store.folder / book.DATABASE, tmp_path / book.DATABASE)
    at = f"{store.clock.now():%d}"
    offices.clock.go(days=2)
    offices.visit()
    offices.round()
    before = store.incarnation
    offices.books.pop(GRID).close()
    shutil.copy(tmp_path / book.DATABASE, store.folder / book.DATABASE)

    again = book.open_with(store.folder, store.keys, "王芳", book.take_lock(store.folder), offices.clock)
    offices.books[GRID] = again

    assert again.incarnation != before
    (older, missing) = again.notices
    assert "旧" in older and f"2026-11-{at} 1" in missing and "重新填写" in missing
    offices.visit()
    offices.round()
    offices.round()
    assert {offices.count(unit, "visit") for unit in offices.books} == {3}


def test_25_26_a_book_put_back_in_silence_says_from_when_with_the_next_stick(offices: Offices) -> None:
    offices.visit()
    offices.round()
    copy = Copy(offices, GRID)
    offices.clock.go(days=2)
    offices.visit()
    offices.round()
    copy.put_back()

    (taken,) = offices.carry(COMMUNITY, GRID)

    assert any(WRITTEN in alarm and "重新填写" in alarm for alarm in taken.alarms)


@pytest.mark.parametrize("year", [1970, 2099])
def test_32_a_wrong_clock_is_asked_about_at_the_start_and_with_every_stick(
    offices: Offices, year: int
) -> None:
    offices.round()
    assert offices.reopen(GRID).notices == []
    sound = offices.clock.at
    path = offices.bundle(COMMUNITY, GRID)
    offices.clock.at = datetime(year, 1, 1, tzinfo=UTC)

    store = offices.reopen(GRID)
    taken = take.take(store, path)

    for told in (store.notices, taken.alarms):
        (asked,) = [one for one in told if f"{year}-01-01" in one]
        assert f"{sound:%Y-%m-%d}" in asked and "校正" in asked
    offices.clock.at = sound.replace(hour=sound.hour + 3)
    assert offices.reopen(GRID).notices == []


def test_32_offices_idle_for_years_stand_still_until_people_confirm_the_day(offices: Offices) -> None:
    offices.round()
    offices.clock.go(days=460)
    offices.round()
    for store in offices.books.values():
        assert store.clock.now().timestamp() * 1000 - store.read(stations.moment) > 459 * 24 * 3600 * 1000
        assert store.read(life.wrong_clock)

    for store in offices.books.values():
        store.write(lambda session: life.confirm_day(session, session.today))
    offices.clock.go(days=1)
    offices.round()

    for unit, store in offices.books.items():
        assert store.clock.now().timestamp() * 1000 - store.read(stations.moment) < 1000
        assert offices.reopen(unit).notices == []


def test_32_a_day_that_the_pc_does_not_show_is_not_confirmed(offices: Offices) -> None:
    offices.round()
    offices.clock.at = datetime(2099, 1, 1, tzinfo=UTC)
    store = offices[GRID]

    with pytest.raises(BadValue) as refused:
        store.write(life.confirm_day, date(2026, 11, 24))

    assert "2099-01-01" in refused.value.message
    assert store.read(life.wrong_clock)


def test_32_a_day_confirmed_in_error_is_put_right_by_the_next_word(offices: Offices) -> None:
    offices.round()
    sound = offices.clock.at
    store = offices[GRID]
    offices.clock.at = datetime(2099, 1, 1, tzinfo=UTC)
    store.write(life.confirm_day, date(2099, 1, 1))
    offices.clock.at = sound
    assert store.read(life.wrong_clock)

    store.write(lambda session: life.confirm_day(session, session.today))

    assert store.read(life.wrong_clock) == ""
    offices.round()
    assert store.read(life.wrong_clock) == ""


def test_32_the_command_line_confirms_the_day_that_it_asked_about(
    offices: Offices, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offices.round()
    store = offices.books.pop(GRID)
    # A book whose newest stick is of years ago: this PC's own clock is right and doubted all the same.
    store.write(lambda session: setattr(session.standing, "newest_signed", 1))
    store.close()
    (tmp_path / "words").write_text(PASSPHRASE, encoding="utf-8")
    today = f"{datetime.now(LOCAL):%Y-%m-%d}"
    asked = ["--book", str(store.folder), "--passphrase-file", str(tmp_path / "words")]

    main([*asked, "today", today])

    assert "已恢复信任" in capsys.readouterr().out
    offices.clock.at = datetime.now(UTC)
    again = book.open_with(store.folder, store.keys, "王芳", book.take_lock(store.folder), offices.clock)
    assert again.notices == []
    again.close()


def test_32_the_first_stick_of_all_written_in_1970_keeps_nobody_from_handing_over(nobody: Offices) -> None:
    nobody.clock.at = datetime(1970, 1, 1, 1, tzinfo=UTC)
    offices = nobody.found(COMMUNITY[:-3], COMMUNITY, GRID)
    offices.visit()
    offices.carry(GRID, COMMUNITY)
    offices.clock.at = datetime(2026, 11, 23, 2, tzinfo=UTC)

    offices.round()
    offices[COMMUNITY].write(retention.purge, thorough=True)

    assert {offices.count(unit, "visit") for unit in offices.books} == {1}


def test_32_clocks_a_few_minutes_apart_ask_nobody(offices: Offices) -> None:
    path = offices.bundle(COMMUNITY, GRID)
    offices.clock.go(minutes=-5)

    taken = take.take(offices[GRID], path)

    assert taken.alarms == []
    assert offices.reopen(GRID).notices == []


def test_25_32_the_window_shows_everything_that_is_to_be_told(offices: Offices, qtbot: QtBot) -> None:
    store = offices.books.pop(GRID)
    store.notices.extend(["one thing", "another thing", "one thing"])
    program = Program(store.folder)
    qtbot.addWidget(program)

    program.open_store(store)

    assert program.window_ is not None
    assert program.window_.notices.text.text() == "one thing\nanother thing"
    program.close()
