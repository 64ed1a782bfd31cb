"""Rows of the fault table about time, versions, the disk and what one office alone holds."""

import pytest
import sqlalchemy as sa
from pytestqt.qtbot import QtBot

from gridbook.app import Program
from gridbook.errors import BookInUse
from gridbook.records import upgrades
from gridbook.records.request import Action
from gridbook.records.rights import Kind
from gridbook.store import book, checks, digest, journal, log, project, rebuild, retention, tables
from gridbook.store.ops import decode, unpack
from gridbook.store.session import Session
from gridbook.sync import healing, owed, receipt, stations, status, take
from gridbook.sync.status import Where
from tests.sync.offices import COMMUNITY, GRID, OTHER_COMMUNITY, SUBDISTRICT, Offices, errors, visit

OFFICES = (SUBDISTRICT, COMMUNITY, GRID)


def test_23_a_roster_of_half_a_year_is_told_and_stops_nothing(offices: Offices) -> None:
    offices.round()
    assert offices[GRID].read(status.held).gaps == ()
    offices.clock.go(days=181)

    assert any("181" in one for one in offices[GRID].read(status.held).warnings)
    offices.visit()
    (taken,) = offices.carry(GRID, COMMUNITY)
    assert taken.error is None and offices.count(COMMUNITY, "visit") == 1


def test_30_what_only_one_office_holds_is_said_before_anything_is_called_safe(offices: Offices) -> None:
    offices.visit()
    written = offices[GRID].read(status.held)
    assert written.ops[Where.HERE] > 0 and not written.all_held

    offices.bundle(GRID, COMMUNITY)
    assert offices[GRID].read(status.held).ops[Where.ON_STICK] > 0
    assert not offices[GRID].read(status.held).all_held
    offices.carry(GRID, COMMUNITY)
    offices.carry(COMMUNITY, GRID)

    assert offices[GRID].read(status.held).all_held


@pytest.mark.parametrize("years", [-56, 73], ids=["1970", "2099"])
def test_32_a_wrong_clock_loses_nothing_and_its_choice_yields(offices: Offices, years: int) -> None:
    asked = offices.request()
    offices.round()
    sound = offices.clock.at
    offices.clock.at = sound.replace(year=sound.year + years)
    offices.act(GRID, asked, Action.ACCEPT)
    offices.clock.at = sound
    offices.round()
    offices.round()

    log = offices[COMMUNITY].read(journal.history, "Request", GRID, asked.id)
    (accepted,) = [one.op for one in log if one.op.kind is Kind.EVENT]
    assert accepted.suspect
    assert abs(accepted.stamp / 1000 - sound.timestamp()) < 400 * 24 * 3600
    assert {offices.status(unit, asked) for unit in OFFICES} == {"accepted"}


def test_42_a_field_that_this_program_does_not_know_stays_in_the_op_and_travels_on(offices: Offices) -> None:
    made = visit(GRID, categories=("F03",))
    offices[GRID].write(_with_an_unknown_field, made)
    written = offices[GRID].read(_bodies)
    offices.round()

    for unit in (COMMUNITY, SUBDISTRICT):
        (row,) = offices[unit].read(lambda s: s.run("SELECT id, number, categories FROM visit"))
        assert (bytes(row[0]), *row[1:]) == (made.id, made.number, '["F03"]')
        assert offices[unit].read(_bodies) == written
        assert offices.findings(unit) == []
        (op,) = offices[unit].read(_ops_of_class, "Visit")
        assert op.fields["a field of next year"] == "kept"


def _with_an_unknown_field(session: Session, made: object) -> None:
    fields = {**journal._values(made), "a field of next year": "kept"}  # type: ignore[arg-type]
    op = journal._op(session, "Visit", made.id, Kind.CREATE, (), fields, "")  # type: ignore[attr-defined]
    log.append(session, GRID, op)
    project.refold(session, "Visit", GRID, made.id)  # type: ignore[attr-defined]


def _ops_of_class(session: Session, name: str) -> list[object]:
    rows = session.run('SELECT body FROM op WHERE "class" = ?', (tables.CLASS_NUMBERS[name],))
    return [decode(unpack(bytes(row[0]))) for row in rows]


def test_45_an_older_op_is_read_as_today_and_its_bytes_stay(
    offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    offices.visit(part="morning")
    before = offices[GRID].read(_bodies)
    path = offices.bundle(GRID, COMMUNITY)
    steps = {"Visit": {1: lambda fields: {**fields, "part": "evening"}}}
    monkeypatch.setattr("gridbook.store.ops.STEPS", steps)
    monkeypatch.setattr(upgrades, "STEPS", steps)

    take.take(offices[COMMUNITY], path)
    offices.carry(COMMUNITY, SUBDISTRICT)

    for unit in (COMMUNITY, SUBDISTRICT):
        assert offices[unit].read(lambda s: s.run("SELECT part FROM visit")) == [("evening",)]
        assert set(offices[unit].read(_bodies)) <= set(before)


def _bodies(session: Session) -> list[bytes]:
    rows = session.run('SELECT body FROM op WHERE "class" = ?', (tables.CLASS_NUMBERS["Visit"],))
    return [unpack(bytes(row[0])) for row in rows]


def test_50_a_book_that_is_open_says_so_to_a_second_program(offices: Offices) -> None:
    with pytest.raises(BookInUse) as told:
        book.open_book(offices[GRID].folder, "王芳", "whatever it is")

    assert told.value.kept and told.value.next


def test_51_what_the_disk_spoilt_is_found_and_comes_back_from_a_neighbour(offices: Offices) -> None:
    offices.visit()
    asked = offices.request()
    offices.round()
    whole = offices[COMMUNITY].read(digest.of_book)
    offices[COMMUNITY].write(_spoil, GRID)

    assert offices[COMMUNITY].read(checks.troubles, deep=True, hash_now=healing.hash_now)
    spoilt = offices[COMMUNITY].read(_not_as_signed)
    assert spoilt
    assert healing.heal(offices[COMMUNITY]) > 0
    assert offices.status(COMMUNITY, asked) == "registered"
    # What is asked for is these segments and no others.
    assert offices[COMMUNITY].read(_asked_for) == spoilt
    offices.round()
    offices.round()

    assert offices[COMMUNITY].read(checks.troubles, deep=True, hash_now=healing.hash_now) == []
    assert offices[COMMUNITY].read(digest.of_book).rows == whole.rows
    assert healing.heal(offices[COMMUNITY]) == 0


def test_51_a_spoilt_segment_is_not_handed_on_meanwhile(offices: Offices) -> None:
    offices.visit()
    offices.carry(GRID, COMMUNITY)
    offices[COMMUNITY].write(_spoil, GRID)
    healing.heal(offices[COMMUNITY])

    taken = offices.carry(COMMUNITY, SUBDISTRICT)

    assert errors(taken) == [] and taken[0].refused == []
    assert offices.count(SUBDISTRICT, "visit") == 0
    offices.carry(COMMUNITY, GRID)
    offices.carry(GRID, COMMUNITY)
    offices.carry(COMMUNITY, SUBDISTRICT)
    assert offices.count(SUBDISTRICT, "visit") == 1


def test_51_looks_of_a_moment_go_through_the_whole_log_and_ask_for_what_is_spoilt(offices: Offices) -> None:
    offices.visit()
    offices.request()
    offices.round()
    store = offices[COMMUNITY]
    segments = offices.count(COMMUNITY, "segment")
    assert [healing.look(store, 0).goes_on for _ in range(segments)] == [True] * segments
    assert healing.look(store, 0) == healing.Looked(0, False)
    whole = store.read(digest.of_book)
    store.write(_spoil, GRID)

    looked = [healing.look(store, 0)]
    while looked[-1].goes_on:
        looked.append(healing.look(store, 0))

    assert len(looked) == segments + 1 and sum(one.asked_for for one in looked) > 0
    offices.round()
    offices.round()
    assert store.read(digest.of_book).rows == whole.rows
    assert healing.look(store) == healing.Looked(0, False)


def test_51_the_window_looks_for_damage_by_itself_and_says_what_it_asked_for(
    offices: Offices, qtbot: QtBot
) -> None:
    offices.visit()
    offices.carry(GRID, COMMUNITY)
    store = offices.books.pop(COMMUNITY)
    store.write(_spoil, GRID)
    program = Program(store.folder)
    qtbot.addWidget(program)

    program.open_store(store)
    assert program.desk is not None and program.window_ is not None
    program.desk.finish()

    assert "损坏" in program.window_.notices.text.text()
    program.close()


def _not_as_signed(session: Session) -> set[bytes]:
    rows = session.run("SELECT id, hash FROM segment")
    return {bytes(its_hash) for number, its_hash in rows if healing.hash_now(session, number) != its_hash}


def _asked_for(session: Session) -> set[bytes]:
    own = stations.known(session).own
    pages = receipt.pages(session, own.hash, 1, 0, [GRID, COMMUNITY])
    return {its_hash for page in pages for line in page.lines for its_hash in line.wanted}


def test_51_a_disk_that_stumbles_once_loses_nothing(
    offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    offices.visit()
    offices.carry(GRID, COMMUNITY)
    real, looks = healing.damaged, []

    def stumbling(session: Session) -> list[int]:
        looks.append(1)
        return [1, 2] if len(looks) == 1 else real(session)

    monkeypatch.setattr(healing, "damaged", stumbling)

    assert healing.heal(offices[COMMUNITY]) == 0
    assert len(looks) == 2
    assert offices[COMMUNITY].read(_asked_for) == set()


def _spoil(session: Session, unit: str) -> None:
    """Bits of the disk turn over in every second op of that unit."""
    log, line = tables.op, tables.line
    rows = session.connection.execute(
        sa.select(log.c.pos, log.c.body).join(line, line.c.id == log.c.line).where(line.c.unit == unit)
    ).all()
    for pos, body in rows[::2]:
        spoilt = bytes([body[0] ^ 1]) + bytes(body[1:-1]) + bytes([body[-1] ^ 255])
        session.run("UPDATE op SET body = ? WHERE pos = ?", (spoilt, pos))


def test_52_the_tables_can_be_made_again_from_the_log_alone(offices: Offices) -> None:
    offices.visit()
    asked = offices.request()
    offices.act(GRID, asked, Action.ACCEPT)
    offices.round()
    before = offices[COMMUNITY].read(digest.of_book)
    offices[COMMUNITY].write(_lose_tables)
    assert offices.count(COMMUNITY, "visit") == 0

    done = rebuild.rebuild(offices[COMMUNITY], at_once=2)

    assert done > 3
    assert offices[COMMUNITY].read(digest.of_book) == before


def _lose_tables(session: Session) -> None:
    for table in (*tables.RECORDS.values(), tables.request_state, tables.request_event):
        session.connection.execute(sa.delete(table))


def test_53_a_bundle_that_was_carried_to_the_wrong_community_is_left_alone(nobody: Offices) -> None:
    offices = nobody.found(SUBDISTRICT, COMMUNITY, OTHER_COMMUNITY, GRID)
    offices.visit()
    path = offices.bundle(GRID, COMMUNITY)
    before = offices[OTHER_COMMUNITY].read(digest.of_book)

    taken = take.take(offices[OTHER_COMMUNITY], path)

    assert errors([taken]) == ["NotAddressedHere"]
    assert taken.error is not None and taken.error.next
    assert offices[OTHER_COMMUNITY].read(digest.of_book) == before
    assert path.exists()


def test_54_of_a_retired_life_the_data_is_held_its_receipts_are_not_counted_and_it_is_told(
    offices: Offices,
) -> None:
    offices.visit()
    offices.round()
    assert offices[SUBDISTRICT].read(owed.held_by, COMMUNITY)
    retired = offices[COMMUNITY].incarnation
    offices[SUBDISTRICT].write(stations.retire, COMMUNITY, retired)
    assert offices[SUBDISTRICT].read(owed.held_by, COMMUNITY) == set()

    asked = offices.request(COMMUNITY)
    (held,) = offices.carry(COMMUNITY, SUBDISTRICT)
    assert held.error is None and offices.status(SUBDISTRICT, asked) == "registered"
    (told,) = offices.carry(SUBDISTRICT, COMMUNITY)

    assert told.error is None and told.alarms
    assert offices[COMMUNITY].incarnation != retired
    offices.round()
    assert offices[SUBDISTRICT].read(owed.held_by, COMMUNITY)


@pytest.mark.parametrize("unit", OFFICES)
def test_59_a_clock_set_to_2099_lets_nothing_go_early(offices: Offices, unit: str) -> None:
    offices.visit()
    offices.request()
    offices.round()
    before, sound = offices.everything(unit), offices.clock.at
    offices.clock.at = sound.replace(year=2099)

    offices[unit].write(retention.purge, thorough=True)

    assert offices.everything(unit) == before
    # With the clock set right again, and every period over by what the offices sign, it does go. In steps of
    # a year: a clock that leaps further than 400 days past what is signed is not believed by anybody.
    offices.clock.at = sound
    for _ in range(3):
        offices.clock.go(days=365)
        offices.round()
    offices[unit].write(retention.purge, thorough=True)
    assert offices.everything(unit)["visit_details"] == []
