"""Reach and rights, against tables that were written by hand from the words of the design."""

from itertools import product

import pytest

from gridbook.records.base import CLASSES, Reach
from gridbook.records.place import Level, holds, level_of
from gridbook.records.request import Action
from gridbook.records.rights import Kind, may_do, may_role, may_write
from gridbook.records.staff import FIRST_ROLE, Role
from tests import make

S, C3, C4 = make.SUBDISTRICT, make.COMMUNITY, make.OTHER_COMMUNITY
G35, G36, G41 = make.GRID, make.OTHER_GRID, make.FAR_GRID

# Whose stream → which offices hold it.
HOLDERS = {
    Reach.DOWN: {
        S: {S, C3, C4, G35, G36, G41},
        C3: {S, C3, G35, G36},
        C4: {S, C4, G41},
        G35: {S, C3, G35},
        G36: {S, C3, G36},
        G41: {S, C4, G41},
    },
    Reach.SUBDISTRICT: {
        S: {S},
        C3: {S, C3},
        C4: {S, C4},
        G35: {S, C3, G35},
        G36: {S, C3, G36},
        G41: {S, C4, G41},
    },
    Reach.COMMUNITY: {
        S: {S},
        C3: {C3},
        C4: {C4},
        G35: {C3, G35},
        G36: {C3, G36},
        G41: {C4, G41},
    },
    Reach.HERE: {S: {S}, C3: {C3}, C4: {C4}, G35: {G35}, G36: {G36}, G41: {G41}},
}
PAIRS = list(product(make.ALL_UNITS, make.ALL_UNITS))


@pytest.mark.parametrize("reach", Reach)
def test_exactly_the_entitled_offices_hold_a_stream(reach: Reach) -> None:
    for station, unit in PAIRS:
        assert holds(station, unit, reach) == (station in HOLDERS[reach][unit]), (station, unit)


def test_another_subdistrict_holds_nothing_of_this_one() -> None:
    for unit, reach in product(make.ALL_UNITS, Reach):
        assert not holds("990101002", unit, reach) and not holds(unit, "990101002", reach)
        assert not may_write("990101002", unit, reach)


@pytest.mark.parametrize("reach", Reach)
def test_who_writes_into_a_stream_is_its_unit_or_an_office_above_that_holds_it(reach: Reach) -> None:
    only_own = reach in (Reach.DOWN, Reach.HERE)
    for author, unit in PAIRS:
        expected = author == unit or (
            not only_own and len(author) < len(unit) and author in HOLDERS[reach][unit]
        )
        assert may_write(author, unit, reach) == expected, (author, unit)


# Which desks record an event: g grid, c community, s subdistrict; ! only the lead of the office.
EVENTS = """
accept gcs | decline cs! | settle gcs | assign cs | sign gcs | return gcs | escalate gcs | transfer cs
refer cs | co-handle cs | suspend gcs | resume gcs | extend cs! | urge cs | supervise s! | withdraw gcs
merge gcs | resolve gcs | feed back gcs | follow up gcs | reopen gcs | close gcs
hand over cs! | continue cs! | from register gcs
"""
DESKS = {
    Action(one.rsplit(maxsplit=1)[0].strip()): one.rsplit(maxsplit=1)[1]
    for one in EVENTS.replace("\n", "|").split("|")
    if one.strip()
}
LETTER = {Level.GRID: "g", Level.COMMUNITY: "c", Level.SUBDISTRICT: "s"}


@pytest.mark.parametrize("action", Action)
def test_an_event_is_recorded_at_the_desks_that_may(action: Action) -> None:
    for author in make.ALL_UNITS:
        expected = LETTER[level_of(author)] in DESKS[action]
        assert may_do(author, G35, "Request", Kind.EVENT, action) == expected
        assert not may_do(author, G35, "Visit", Kind.EVENT, action)
    assert not may_do(S, G35, "Request", Kind.EVENT, None)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_some_events_are_for_the_lead_alone(role: Role, action: Action) -> None:
    desk = {Level.GRID: G35, Level.COMMUNITY: C3, Level.SUBDISTRICT: S}[role.level]
    leads = role in (Role.COMMUNITY_LEAD, Role.SUBDISTRICT_LEAD)
    expected = role is not Role.AUDITOR and (leads or not DESKS[action].endswith("!"))

    assert may_role(role, desk, "Request", Kind.EVENT, action) == expected


@pytest.mark.parametrize("class_name", ["Visit", "VisitDetails", "VisitNote"])
@pytest.mark.parametrize("kind", [Kind.CREATE, Kind.SET, Kind.DELETE, Kind.UNDELETE, Kind.RESOLVE])
def test_a_visit_is_written_by_its_own_unit_alone(class_name: str, kind: Kind) -> None:
    for author, unit in PAIRS:
        assert may_do(author, unit, class_name, kind) == (author == unit)


@pytest.mark.parametrize(
    "class_name", ["Request", "Particulars", "Contact", "EventNote", "Referral", "Estate"]
)
def test_an_office_above_may_write_down_a_request_for_its_grid(class_name: str) -> None:
    assert may_do(C3, G35, class_name, Kind.CREATE) and may_do(S, G35, class_name, Kind.CREATE)


def test_erasing_is_for_offices_and_of_its_own_note_for_the_grid() -> None:
    erasers = {author for author in make.ALL_UNITS if may_do(author, G35, "Particulars", Kind.ERASE)}

    assert erasers == {S, C3, C4}
    assert may_do(G35, G35, "VisitNote", Kind.ERASE) and not may_do(G36, G35, "VisitNote", Kind.ERASE)


@pytest.mark.parametrize("class_name", ["CareContact", "EmergencyContact"])
def test_a_consent_is_withdrawn_at_whichever_desk_is_told(class_name: str) -> None:
    erasers = {author for author in make.ALL_UNITS if may_do(author, G35, class_name, Kind.ERASE)}

    assert erasers == {S, C3, C4, G35}


@pytest.mark.parametrize("role", Role)
def test_erasing_is_for_the_lead(role: Role) -> None:
    desk = {Level.GRID: G35, Level.COMMUNITY: C3, Level.SUBDISTRICT: S}[role.level]

    assert may_role(role, desk, "Particulars", Kind.ERASE) == role.leads
    for name in ("VisitNote", "CareContact", "EmergencyContact"):
        assert may_role(role, desk, name, Kind.ERASE) == (role is not Role.AUDITOR)


@pytest.mark.parametrize("class_name", CLASSES)
@pytest.mark.parametrize("kind", Kind)
def test_the_auditor_reads_and_writes_nothing(class_name: str, kind: Kind) -> None:
    assert not may_role(Role.AUDITOR, S, class_name, kind, Action.ACCEPT)


@pytest.mark.parametrize("role", Role)
def test_a_role_works_only_at_its_own_desk(role: Role) -> None:
    for unit in make.ALL_UNITS:
        if level_of(unit) is not role.level:
            assert not may_role(role, unit, "Visit", Kind.CREATE)


# Who keeps the lists that others read: the people and name of the office, and its working days.
LISTS = {
    Role.GRID_WORKER: {"Staff", "Unit"},
    Role.COMMUNITY_DESK: set(),
    Role.COMMUNITY_LEAD: {"Staff", "Unit", "Holiday", "OfficeHours"},
    Role.SUBDISTRICT_DESK: set(),
    Role.SUBDISTRICT_LEAD: {"Staff", "Unit", "Holiday", "OfficeHours"},
    Role.AUDITOR: set(),
}


@pytest.mark.parametrize("role", Role)
def test_the_lists_of_an_office_are_kept_by_its_lead(role: Role) -> None:
    desk = {Level.GRID: G35, Level.COMMUNITY: C3, Level.SUBDISTRICT: S}[role.level]
    kept = {
        name
        for name in ("Staff", "Unit", "Holiday", "OfficeHours")
        if may_role(role, desk, name, Kind.CREATE)
    }

    assert kept == LISTS[role]


def test_the_roles_are_a_closed_list_and_each_desk_has_a_first_one() -> None:
    assert [str(role) for role in Role] == [
        "grid worker", "community desk", "community lead", "subdistrict desk", "subdistrict lead", "auditor"
    ]  # fmt: skip
    assert all(FIRST_ROLE[level].level is level for level in Level)
