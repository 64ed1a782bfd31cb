"""Deadlines are reckoned with the same lists of holidays at every office that holds the request."""

from datetime import date

from gridbook.records.deadline import Holiday
from gridbook.store import journal, tables
from gridbook.store.session import Session
from tests.sync.offices import COMMUNITY, FAR_GRID, GRID, OTHER_COMMUNITY, SUBDISTRICT, Offices


def test_a_holiday_of_one_community_moves_no_deadline_of_another(nobody: Offices) -> None:
    nobody.found(SUBDISTRICT, COMMUNITY, OTHER_COMMUNITY, GRID, FAR_GRID)
    near, far = nobody.request(GRID), nobody.request(FAR_GRID)

    nobody[OTHER_COMMUNITY].write(_holiday, OTHER_COMMUNITY)
    nobody.round()
    nobody.round()

    dues = {unit: nobody[unit].read(_due, far.id) for unit in (FAR_GRID, OTHER_COMMUNITY, SUBDISTRICT)}
    assert len(set(dues.values())) == 1
    assert nobody[SUBDISTRICT].read(_due, near.id) == nobody[GRID].read(_due, near.id)
    assert nobody[SUBDISTRICT].read(_due, near.id) != dues[SUBDISTRICT]


def test_of_two_entries_for_one_day_the_later_counts_at_every_station(offices: Offices) -> None:
    made = offices.request()
    without = offices[GRID].read(_due, made.id)
    offices[SUBDISTRICT].write(_holiday, SUBDISTRICT, works=True)
    offices.carry(SUBDISTRICT, COMMUNITY)
    offices.carry(COMMUNITY, GRID)
    assert offices[GRID].read(_due, made.id) == without

    offices[SUBDISTRICT].write(_holiday, SUBDISTRICT)
    offices.round()

    dues = {offices[unit].read(_due, made.id) for unit in (GRID, COMMUNITY, SUBDISTRICT)}
    assert len(dues) == 1 and dues != {without}


def _holiday(session: Session, unit: str, works: bool = False) -> None:
    journal.save(session, Holiday(unit=unit, id=session.new_id(), day=date(2026, 11, 26), works=works))


def _due(session: Session, request: bytes) -> str:
    table = tables.request_state
    return str(session.connection.execute(table.select().where(table.c.id == request)).one().due_at)
