"""Each role against each thing it may or may not write; what is refused is noted and leaves no trace."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gridbook.errors import NotAllowed
from gridbook.records.request import Action
from gridbook.records.staff import Role
from gridbook.store import audit, book, digest, journal, requests, retention, staff, units, visits
from gridbook.store.book import Store
from tests import make
from tests.store.conftest import PASSPHRASE, WORKER

HOME = {
    Role.GRID_WORKER: make.GRID,
    Role.COMMUNITY_DESK: make.COMMUNITY,
    Role.COMMUNITY_LEAD: make.COMMUNITY,
    Role.SUBDISTRICT_DESK: make.SUBDISTRICT,
    Role.SUBDISTRICT_LEAD: make.SUBDISTRICT,
    Role.AUDITOR: make.SUBDISTRICT,
}
LEADS = {Role.COMMUNITY_LEAD, Role.SUBDISTRICT_LEAD}
WRITERS = set(Role) - {Role.AUDITOR}
NO_DOOR = {"building": None, "door": ""}


def _number(store: Store) -> str:
    """The request that lies in every book, registered by the lead."""
    return next(row for row in store.read(lambda session: session.run("SELECT number FROM request")))[0]


def _visit(store: Store) -> None:
    store.write(visits.save, make.visit_entry(store.unit, id=b"", number="", details=NO_DOOR))


def _request(store: Store) -> None:
    entry = make.request_entry(store.unit, id=b"", number="", particulars=NO_DOOR)
    store.write(requests.save, entry)


def _act(action: Action, **given: object) -> Callable[[Store], None]:
    def act(store: Store) -> None:
        number = _number(store)
        ref = store.read(requests.find, number)
        store.write(journal.event, ref.unit, ref.id, action, given)

    return act


def _erase(store: Store) -> None:
    store.write(retention.erase_request, _number(store), "resident asked")


def _person(store: Store) -> None:
    role = Role.GRID_WORKER if store.unit == make.GRID else _desk(store)
    store.write(staff.add, store.folder, store.keys, "赵敏", role, "a third passphrase", calibrate=False)


def _desk(store: Store) -> Role:
    return Role.COMMUNITY_DESK if store.unit == make.COMMUNITY else Role.SUBDISTRICT_DESK


def _holiday(store: Store) -> None:
    store.write(journal.save, make.holiday("2026-12-31", unit=store.unit))


def _office(store: Store) -> None:
    store.write(units.save, make.change(store.read(units.own), name="新名称"))


ACTS: dict[str, tuple[Callable[[Store], None], set[Role]]] = {
    "save a visit": (_visit, WRITERS),
    "save a request": (_request, WRITERS),
    "accept": (_act(Action.ACCEPT), WRITERS),
    "decline": (_act(Action.DECLINE, body="市供水公司"), LEADS),
    "extend": (_act(Action.EXTEND, days=3), LEADS),
    "urge": (_act(Action.URGE), WRITERS - {Role.GRID_WORKER}),
    "supervise": (_act(Action.SUPERVISE, reply_due="2026-12-31"), {Role.SUBDISTRICT_LEAD}),
    "erase": (_erase, LEADS),
    "add a person": (_person, LEADS | {Role.GRID_WORKER}),
    "list a holiday": (_holiday, LEADS),
    "name the office": (_office, LEADS | {Role.GRID_WORKER}),
}


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Store]:
    """A closed book of each office, in which every role of it has a person."""
    made = {}
    for unit in (make.SUBDISTRICT, make.COMMUNITY, make.GRID):
        folder = tmp_path_factory.mktemp("homes") / unit
        store, _ = book.create(folder, unit, unit, WORKER, PASSPHRASE, clock=make.Clock(), calibrate=False)
        for role, home in HOME.items():
            if home == unit:
                person = make.staff(unit, role, name=str(role), code=f"r{len(str(role))}")
                store.write(journal.save, person)
        _request(store)
        store.close()
        made[unit] = store
    return made


@pytest.fixture
def desk(
    homes: dict[str, Store], tmp_path: Path, request: pytest.FixtureRequest, clock: make.Clock
) -> Iterator[Store]:
    """The open book of a role's office, with that role at the desk."""
    role: Role = request.param
    home = homes[HOME[role]]
    shutil.copytree(home.folder, tmp_path / "book")
    store = book.open_with(tmp_path / "book", home.keys, str(role), book.take_lock(tmp_path / "book"), clock)
    yield store
    store.close()


@pytest.mark.parametrize("desk", list(Role), indirect=True, ids=str)
def test_a_role_does_what_it_may_and_nothing_else(desk: Store) -> None:
    role = desk.person.role
    for what, (act, may) in ACTS.items():
        before = desk.read(digest.of_book)
        if role in may:
            act(desk)
            assert desk.read(digest.of_book) != before, what
            continue
        with pytest.raises(NotAllowed):
            act(desk)
        assert desk.read(digest.of_book) == before, what
        (newest,) = desk.read(audit.recent, 1)
        assert newest.action == "refused" and newest.person == desk.person.code, what
